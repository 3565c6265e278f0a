#ifndef VITESS_OPERATOR_TEST_V2_CLUSTER_H
#define VITESS_OPERATOR_TEST_V2_CLUSTER_H

#include "planetscale.h"
#include "world.h"

extern const struct api_keys v2_keys;
hook_function v2_sync_cluster;

/* The VitessCluster of the guide after 302, of which nothing is there yet. */
static inline struct world cluster_of_302(void)
{
    json_t *parent =
        json_clone(vector_object(vector_json("docs_302_ready.json"), "VitessCluster", NULL));

    put_at(parent, "metadata.uid", json_string("uid-of-parent"));
    put_at(parent, "status", NULL);
    return (struct world){.sync = v2_sync_cluster,
        .keys = &v2_keys,
        .parent = parent,
        .children = json_new_list(),
        .related = json_new_map()};
}

/* Until the tasks are answered and nothing changes any more. */
static inline void come_up(struct world *world)
{
    world_rest(world);
    world_answer_tasks(world);
    world_rest(world);
}

#endif
