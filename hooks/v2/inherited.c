#include "inherited.h"

#include "template.h"

static const json_t *params(struct arena *a, const struct lockserver_params *params)
{
    return object(a,
        F("implementation", params->implementation),
        F("address", params->address),
        F("rootPath", params->root_path));
}

static const json_t *reconciliation(struct arena *a, const struct topology_reconciliation *what)
{
    return object(a,
        F("registerCellsAliases", what->register_cells_aliases),
        F("registerCells", what->register_cells),
        F("pruneCells", what->prune_cells),
        F("pruneKeyspaces", what->prune_keyspaces),
        F("pruneSrvKeyspaces", what->prune_srv_keyspaces),
        F("pruneShards", what->prune_shards),
        F("pruneShardCells", what->prune_shard_cells),
        F("pruneTablets", what->prune_tablets));
}

const json_t *v2_inherited(struct arena *a, const struct v2_cluster *cluster)
{
    const struct cluster_spec *spec = cluster->spec;
    const struct lockserver_params global = v2_global_lockserver(a, cluster);

    return object(a,
        F("globalLockserver", params(a, &global)),
        OPT("imagePullPolicies", json_at(spec->json, "imagePullPolicies")),
        OPT("imagePullSecrets", spec->pull_secrets),
        OPT("extraVitessFlags", spec->vitess_flags),
        F("topologyReconciliation", reconciliation(a, spec->topology_reconciliation)));
}
