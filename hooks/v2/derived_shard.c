#include "derived.h"

#include "keys.h"
#include "names.h"
#include "parts.h"
#include "template.h"
#include "vitess.h"

/* The VitessShard of a key range: the template of its partitioning, with what all shards of the
 * keyspace share. */

static const char *const shared[] = {"backupEngine",
    "backupLocations",
    "databaseName",
    "extraVitessFlags",
    "globalLockserver",
    "imagePullPolicies",
    "imagePullSecrets",
    "images",
    "topologyReconciliation",
    "updateStrategy",
    "zoneMap",
    NULL};

static const json_t *of_keyspace(const struct keyspace_spec *spec)
{
    json_t *fields = json_new_map();

    for (const char *const *key = shared; *key != NULL; key++)
        json_put(fields, *key, json_at(spec->keyspace.json, *key));
    return fields;
}

/* VTOrc is always there; what is given of its resources is completed as a whole. */
static const json_t *orchestrator(struct arena *a, const struct orchestrator *given)
{
    const json_t *resources = given == NULL ? NULL : given->resources;

    return object(a,
        SPREAD(given == NULL ? NULL : given->json),
        F("resources", v2_completed_resources(a, resources, "100m", "128Mi")));
}

/* An open end is left out. The mapping is required, though. */
static const json_t *range_of(struct arena *a, const struct v2_shard *shard)
{
    return object(a,
        OPT("start", *shard->start == '\0' ? NULL : shard->start),
        OPT("end", *shard->end == '\0' ? NULL : shard->end));
}

/* All that is of the shard: tablets, their claims, the Pod that makes the first backup, VTOrc and
 * tasks. */
static const json_t *labels_of(struct arena *a, const struct v2_keyspace *keyspace,
    const struct v2_shard *shard)
{
    return object(a,
        F(CLUSTER_LABEL, keyspace->cluster),
        F(KEYSPACE_LABEL, keyspace->spec->keyspace.name),
        F(SHARD_LABEL, shard_suffix(a, shard->name)));
}

const json_t *v2_derived_shard(struct arena *a, const struct v2_keyspace *keyspace,
    const struct v2_shard *shard)
{
    const struct keyspace *spec = &keyspace->spec->keyspace;
    const json_t *labels = labels_of(a, keyspace, shard);

    return object(a,
        F("apiVersion", API_VERSION),
        F("kind", "VitessShard"),
        MAP("metadata",
            F("name", v2_shard_name(a, keyspace->cluster, spec->name, shard->name)),
            F("namespace", keyspace->namespace),
            F("labels", labels),
            OPT("annotations", shard->template->annotations)),
        MAP("spec",
            SPREAD(shard->template->json),
            SPREAD(of_keyspace(keyspace->spec)),
            F("vitessOrchestrator", orchestrator(a, spec->orchestrator)),
            F("name", shard->name),
            F("keyRange", range_of(a, shard)),
            MAP("selector", F("matchLabels", labels))));
}
