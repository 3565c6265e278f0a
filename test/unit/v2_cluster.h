#ifndef VITESS_OPERATOR_TEST_V2_CLUSTER_H
#define VITESS_OPERATOR_TEST_V2_CLUSTER_H

#include "planetscale.h"
#include "world.h"

extern const struct api_keys v2_keys;
hook_function v2_sync_cluster;

/* An object of a stage, of whose children nothing is there yet; a `name` of NULL is the first of
 * the kind. */
static inline struct world world_of_stage(const char *stage, hook_function *sync, const char *kind,
    const char *name)
{
    json_t *parent = json_clone(vector_object(vector_json(stage), kind, name));

    put_at(parent, "metadata.uid", json_string("uid-of-parent"));
    put_at(parent, "status", NULL);
    return (struct world){.sync = sync,
        .keys = &v2_keys,
        .parent = parent,
        .children = json_new_list(),
        .related = json_new_map()};
}

/* The VitessCluster of the guide after 302. */
static inline struct world cluster_of_302(void)
{
    return world_of_stage("docs_302_ready.json", v2_sync_cluster, "VitessCluster", NULL);
}

/* Until the tasks are answered and nothing changes any more. */
static inline void come_up(struct world *world)
{
    world_rest(world);
    world_answer_tasks(world);
    world_rest(world);
}

#endif
