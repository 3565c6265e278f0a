#include "cluster.h"

#include "fields.h"
#include "keys.h"
#include "metadata.h"
#include "names.h"

/* What Vitess still knows of keyspaces that have gone (topologyReconciliation.pruneKeyspaces).
 * Theirs deletes every keyspace that no spec has; here it is one that a VitessKeyspace of this
 * cluster was for. That is noted before that goes, since nothing tells of it afterwards.
 *
 * The Pod that deletes it goes on until it has ended, whatever the spec says by then; so nothing is
 * made of a keyspace that comes back while it is there. */

/* A Pod for each. */
enum { MOST_AT_ONCE = 8 };

static const json_t *noted(const struct cluster_hook *hook)
{
    return json_at(hook->request->parent, "status", "pruning");
}

/* A status may have been edited by anybody. */
static bool is_name(const char *keyspace)
{
    return keyspace != NULL && v2_format_name.accepts(keyspace);
}

static bool is_of(const struct cluster_hook *hook, const json_t *child, const char *keyspace)
{
    return text_equal(json_text_at(child, "spec", "name"), keyspace) ||
           text_equal(object_label(child, KEYSPACE_LABEL), keyspace) ||
           text_equal(object_name(child),
               v2_keyspace_name(hook->arena, hook->cluster.name, keyspace));
}

/* Of whatever name: a copy has tablets, too. */
static const json_t *object_of(const struct cluster_hook *hook, const char *keyspace)
{
    const struct objects all = observed(hook->request, "VitessKeyspace." API_VERSION);

    for (size_t i = 0; i < all.count; i++) {
        if (is_of(hook, all.at[i], keyspace))
            return all.at[i];
    }
    return NULL;
}

static void note(struct cluster_hook *hook, const char *keyspace)
{
    if (!json_list_has(hook->pruning, keyspace))
        json_add_text(hook->pruning, keyspace);
}

/* Where there is no record Vitess may miss the folder of its shards (GetShardNames in
 * go/vt/topo/keyspace.go). */
static bool delete_record(struct cluster_hook *hook, const char *keyspace)
{
    const char *const arguments[] = {"DeleteKeyspace", "--recursive", keyspace, NULL};
    const struct task_reply reply = task_delete(&hook->tasks,
        "delete-keyspace",
        fmt(hook->arena, "keyspaces/%s(/Keyspace|/shards)?", keyspace),
        arguments,
        NULL);

    if (reply.state == TASK_FAILING)
        json_put_text(hook->unforgotten, keyspace, reply.text);
    return reply.state == TASK_ANSWERED;
}

static bool may_ask(const struct cluster_hook *hook)
{
    return json_array_size(hook->pruning) < MOST_AT_ONCE && !v2_vtctld_came_along(hook);
}

void v2_prune_keyspaces(struct cluster_hook *hook)
{
    const json_t *name;

    hook->pruning = json_new_list();
    hook->unforgotten = json_new_map();
    if (!hook->spec.topology_reconciliation->prune_keyspaces)
        return;
    json_each_item (noted(hook), i, name) {
        const char *keyspace = json_string_value(name);
        const json_t *there = is_name(keyspace) ? object_of(hook, keyspace) : NULL;

        if (!is_name(keyspace) || (there != NULL && !object_terminating(there)))
            continue;
        if (there != NULL || !may_ask(hook) || !delete_record(hook, keyspace))
            note(hook, keyspace);
    }
}

bool v2_keyspace_may_be_pruned(struct cluster_hook *hook, const char *keyspace)
{
    if (!hook->spec.topology_reconciliation->prune_keyspaces)
        return true;
    note(hook, keyspace);
    return json_list_has(noted(hook), keyspace);
}

/* A status that says that it is turned down has the note as well, where the API server keeps that.
 * Without it the VitessKeyspace stays, since nobody would know later what to delete. */
static const char *unnoted(const struct cluster_hook *hook)
{
    const json_t *kept = json_at(hook->request->parent, "status", "orphanedKeyspaces");
    const json_t *orphan;
    const char *name;

    json_each_field (kept, name, orphan) {
        if (text_equal(json_text_at(orphan, "reason"), V2_TURNING_DOWN) &&
            !json_list_has(noted(hook), name))
            return name;
    }
    return NULL;
}

void v2_advise_pruning(struct advice *advice, const struct cluster_hook *hook)
{
    const char *keyspace =
        hook->spec.topology_reconciliation->prune_keyspaces ? unnoted(hook) : NULL;

    if (keyspace != NULL)
        advice_add(advice,
            "CRDsOutdated",
            fmt(hook->arena,
                "keyspace %s cannot go: the CRD of VitessCluster is of an older build and drops "
                "status.pruning, where it is noted that Vitess is to forget the keyspace; apply "
                "the CRDs of this one, or set spec.topologyReconciliation.pruneKeyspaces: false",
                keyspace));
}

/* Whoever wants it anew may rather have it with what is known of the one before. */
static const char *until_forgotten(const struct cluster_hook *hook, const char *keyspace)
{
    const char *failure = json_text_at(hook->unforgotten, keyspace);

    return fmt(hook->arena,
        "keyspace %s is made anew once Vitess has forgotten the one before, which "
        "spec.topologyReconciliation.pruneKeyspaces: false would leave as it is%s%s",
        keyspace,
        failure == NULL ? "" : ": ",
        failure == NULL ? "" : failure);
}

bool v2_keyspace_may_be_made(struct cluster_hook *hook, const char *keyspace)
{
    const char *pod = task_running(&hook->tasks,
        (const char *const[]){"DeleteKeyspace", "--recursive", keyspace, NULL});
    const bool pruned = json_list_has(hook->pruning, keyspace);

    if (pruned)
        hook->unmade = until_forgotten(hook, keyspace);
    else if (pod != NULL)
        hook->unmade = fmt(hook->arena,
            "keyspace %s is made once Pod %s, which deletes what Vitess knew of it, has ended",
            keyspace,
            pod);
    return !pruned && pod == NULL;
}
