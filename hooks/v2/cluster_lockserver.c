#include "cluster.h"

#include <string.h>

#include "level.h"
#include "levels.h"

/* Where the topology of Vitess is must not change once there is a cluster: in another one nothing
 * is known of its tablets, and each that starts anew would be lost to those that have not yet.
 * Theirs takes it. */

/* Members of one that goes on may come and go. */
static bool share_an_address(struct arena *a, const char *told, const char *wanted)
{
    const struct texts before = texts_listed(a, told), now = texts_listed(a, wanted);

    for (size_t i = 0; i < now.count; i++) {
        if (texts_contain(&before, now.at[i]))
            return true;
    }
    return false;
}

/* An etcd of the cluster's own may be called otherwise (cellInfoAddress). */
static bool stays(const struct cluster_hook *hook, const json_t *told)
{
    const struct lockserver_params *wanted = &hook->topology;
    const bool own = hook->spec.global_lockserver->external == NULL && hook->lockservers.count > 0;

    return text_equal(json_text_at(told, "implementation"), wanted->implementation) &&
           text_equal(json_text_at(told, "rootPath"), wanted->root_path) &&
           (own || share_an_address(hook->arena, json_text_at(told, "address"), wanted->address));
}

static const json_t *told_otherwise(const struct cluster_hook *hook, const struct objects *children)
{
    for (size_t i = 0; i < children->count; i++) {
        const json_t *told = json_at(children->at[i], "spec", "globalLockserver");

        if (told != NULL && !v2_made_elsewhere(hook->arena, children->at[i]) && !stays(hook, told))
            return told;
    }
    return NULL;
}

bool v2_lockserver_stays(const struct cluster_hook *hook, struct answer *answer)
{
    struct problems problems = {.arena = hook->arena};
    const json_t *told = told_otherwise(hook, &hook->cells);

    if (told == NULL)
        told = told_otherwise(hook, &hook->keyspaces);
    if (told == NULL)
        return true;
    problem_add(&problems,
        "spec.globalLockserver",
        "must leave the topology at %s (%s), got %s (%s), where nothing is known of the tablets of "
        "this cluster; put it back, or make a new VitessCluster and move the data (backup and "
        "restore, or MoveTables)",
        json_text_at(told, "address"),
        json_text_at(told, "rootPath"),
        hook->topology.address,
        hook->topology.root_path);
    stay_as_it_is(hook->request, answer, &problems);
    return false;
}
