#include "cli/base/room.h"
#include "conditions.h"
#include "metadata.h"
#include "plan.h"

/* What the conditions of the clusters say that they did not say before. What only tells how far a
 * rollout is says nothing about the edit. */

static const char *const types[] = {"Updated", "Advice"};

static const char *cluster_of(struct arena *arena, const json_t *object)
{
    return fmt(arena, "%s/%s", object_namespace(object), object_name(object));
}

const json_t *remarks_take(struct arena *arena, const struct sim *sim)
{
    const struct objects clusters = sim_objects(sim, arena, "VitessCluster");
    json_t *taken = json_new_map();

    for (size_t i = 0; i < clusters.count; i++) {
        json_t *said = json_new_map();

        for (size_t j = 0; j < sizeof(types) / sizeof(types[0]); j++) {
            const char *message = condition_message(clusters.at[i], types[j]);

            if (message != NULL)
                json_put_text(said, types[j], message);
        }
        json_put(taken, cluster_of(arena, clusters.at[i]), said);
    }
    return taken;
}

static bool is_worth_saying(const json_t *cluster, const char *type)
{
    return condition_message(cluster, type) != NULL &&
           !text_equal(condition_reason(cluster, type), "RolloutComplete");
}

static void remark(struct remarks *remarks, const char *name, const json_t *cluster,
    const char *type)
{
    remarks->at = with_room(remarks->arena,
        remarks->at,
        remarks->count,
        &remarks->capacity,
        sizeof(*remarks->at));
    remarks->at[remarks->count++] = (struct remark){.cluster = name,
        .reason = fmt(remarks->arena, "%s", condition_reason(cluster, type)),
        .message = fmt(remarks->arena, "%s", condition_message(cluster, type))};
}

struct remarks remarks_since(struct arena *arena, const json_t *before, const struct sim *sim)
{
    const struct objects clusters = sim_objects(sim, arena, "VitessCluster");
    struct remarks remarks = {.arena = arena};

    for (size_t i = 0; i < clusters.count; i++) {
        const char *name = cluster_of(arena, clusters.at[i]);

        for (size_t j = 0; j < sizeof(types) / sizeof(types[0]); j++)
            if (is_worth_saying(clusters.at[i], types[j]) &&
                !text_equal(json_text_at(before, name, types[j]),
                    condition_message(clusters.at[i], types[j])))
                remark(&remarks, name, clusters.at[i], types[j]);
    }
    return remarks;
}
