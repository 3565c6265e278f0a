#include "shard.h"

#include "conditions.h"
#include "keys.h"
#include "metadata.h"
#include "release.h"

/* What the hook of VitessShard is sent, as the engine takes it. */

static void read_pods(struct shard_input *in, const struct shard_hook *hook)
{
    struct shard_pod *pods = arena_array(in->arena, hook->pods.count + 1, sizeof(*pods));

    for (size_t i = 0; i < hook->pods.count; i++)
        pods[i] = (struct shard_pod){hook->pods.at[i],
            object_last_applied(in->arena, &v2_keys, hook->pods.at[i])};
    in->pods = pods;
    in->pod_count = hook->pods.count;
}

static bool may_grow_at_once(const struct update_strategy *strategy)
{
    return strategy != NULL && strategy->external != NULL &&
           json_list_has(strategy->external->allow_resource_changes, "storage");
}

/* updateStrategy External: a tablet moves once its Pod is released, all of them in their turn once
 * the VitessShard cascades, or has to for a claim to grow that may do so at any time. One that is
 * scaled away has been released with the VitessShard. */
static void read_policy(struct shard_input *in, const struct shard_hook *hook)
{
    json_t *released = json_new_list();

    in->paused = !v2_is_immediate(hook->spec.update_strategy) &&
                 object_annotation(hook->request->parent, ROLLOUT_CASCADE_ANNOTATION) == NULL &&
                 !(may_grow_at_once(hook->spec.update_strategy) && v2_grows_by_restart(hook));
    /* Nobody has to release what talks to the lock server of another cluster. */
    for (size_t i = 0; i < hook->pods.count; i++) {
        if (v2_is_released(hook->pods.at[i]) || shard_pod_is_stray(in, hook->pods.at[i]))
            json_add(released, json_string(object_name(hook->pods.at[i])));
    }
    in->removes = true;
    in->force = released;
    in->keep_records = hook->spec.topology_reconciliation != NULL &&
                       !hook->spec.topology_reconciliation->prune_tablets;
    /* As theirs: claims go with their tablets and with the shard. */
    in->delete_scaled = true;
    in->delete_with_owner = true;
    in->delete_retired = true;
    in->wording =
        (struct shard_wording){.force = "annotation " ROLLOUT_RELEASED_ANNOTATION " of its Pod",
            .annotations = "annotations of the pool",
            .until_idle = "turndownPolicy RequireIdle",
            .at_once = "turndownPolicy: Immediate",
            .delete_scaled = "its tablet has left the spec",
            .grows = "its Pod is made anew, with updateStrategy External once it is released",
            .paused = "updateStrategy External, until annotation " ROLLOUT_RELEASED_ANNOTATION
                      " is set,"};
}

struct shard_input v2_shard_input(struct shard_hook *hook)
{
    const struct request *request = hook->request;
    struct shard_input in = {
        .arena = request->arena,
        .owner = owner_of(request->parent),
        .keyspace = hook->shard.keyspace,
        .name = hook->spec.name,
        .place = hook->tasks.place,
        .tasks = &hook->tasks,
        .budget_name = object_name(request->parent),
        .claims = hook->claims,
        .memory = shard_memory_read(request->arena, json_at(request->parent, "status", "memory")),
        .api = hook,
    };

    v2_read_drains(&in, hook);
    read_policy(&in, hook);
    v2_read_wanted(&in, hook);
    read_pods(&in, hook);
    return in;
}

/* No person need release what serves nobody. */
void v2_turn_down(struct shard_input *in, bool idle)
{
    in->retire = in->turndown_at_once = idle;
    in->paused = in->paused && !idle;
}
