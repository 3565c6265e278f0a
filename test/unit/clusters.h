#ifndef VITESS_OPERATOR_CLUSTERS_H
#define VITESS_OPERATOR_CLUSTERS_H

#include "objects.h"
#include "world.h"
#include "../../hooks/v1alpha1/cluster.h"
#include "../../hooks/v1alpha1/pools.h"

/* VitessClusters that the tests of several hooks start from. */

#define CLAIM(size)                                                                                \
    "{'accessModes':['ReadWriteOnce'],'resources':{'requests':{'storage':'" size "'}}}"

/* One control cell, two zones, a keyspace of two shards in both zones, one of a single shard. */
static inline const json_t *two_zones(void)
{
    return object_of_file("two-zones");
}

/* The text of every problem of the cluster, with no cell made yet. */
static inline const char *problems_of(const json_t *cluster, const json_t *children)
{
    struct request request = {.arena = arena,
        .keys = &v1_keys,
        .parent = cluster,
        .children = children};
    struct problems problems = {.arena = arena};
    struct cluster_spec spec = {0};
    const struct told_cells told = v1_told_cells_of(&request);

    spec_read(arena,
        v1_cluster_fields,
        json_at(cluster, "spec"),
        "spec",
        SPEC_STRICT,
        &spec,
        &problems);
    v1_spread_equal_shards(arena, &spec);
    v1_validate_cluster(&request, &spec, &told, &problems);
    return problems.count == 0 ? "" : problems_text(&problems);
}

#endif
