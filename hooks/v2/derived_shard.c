#include "derived.h"

#include "keys.h"
#include "names.h"
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
    const json_t *requests = json_at(resources, "requests"), *limits = json_at(resources, "limits");

    return object(a,
        SPREAD(given == NULL ? NULL : given->json),
        MAP("resources",
            SPREAD(resources),
            F("requests",
                json_object_size(requests) > 0 ? requests
                                               : object(a, F("cpu", "100m"), F("memory", "128Mi"))),
            F("limits", json_object_size(limits) > 0 ? limits : object(a, F("memory", "128Mi")))));
}

/* An open end is left out. The mapping is required, though. */
static const json_t *range_of(struct arena *a, const struct key_range *range)
{
    return object(a, OPT("start", range->start), OPT("end", range->end));
}

/* Its children are tablets, their claims, the Pod that makes the first backup, VTOrc and tasks. */
static const json_t *selector(struct arena *a, const struct v2_keyspace *keyspace,
    const char *shard)
{
    return object(a,
        MAP("matchLabels",
            F(CLUSTER_LABEL, keyspace->cluster),
            F(KEYSPACE_LABEL, keyspace->spec->keyspace.name),
            F(SHARD_LABEL, shard)));
}

const json_t *v2_derived_shard(struct arena *a, const struct v2_keyspace *keyspace,
    const struct key_range *range, const struct shard_template *template)
{
    const char *name = keyrange_name(a, range->start, range->end);
    const char *label = shard_suffix(a, name);
    const char *of = keyspace->spec->keyspace.name;

    return object(a,
        F("apiVersion", API_VERSION),
        F("kind", "VitessShard"),
        MAP("metadata",
            F("name", v2_shard_name(a, keyspace->cluster, of, name)),
            F("namespace", keyspace->namespace),
            MAP("labels",
                F(CLUSTER_LABEL, keyspace->cluster),
                F(KEYSPACE_LABEL, of),
                F(SHARD_LABEL, label)),
            OPT("annotations", template->annotations)),
        MAP("spec",
            SPREAD(template->json),
            SPREAD(of_keyspace(keyspace->spec)),
            F("vitessOrchestrator", orchestrator(a, keyspace->spec->keyspace.orchestrator)),
            F("name", name),
            F("keyRange", range_of(a, range)),
            F("selector", selector(a, keyspace, label))));
}
