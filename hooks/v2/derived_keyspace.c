#include "derived.h"

#include "inherited.h"
#include "keys.h"
#include "names.h"
#include "template.h"

/* The VitessKeyspace of a keyspace: its item of the VitessCluster, with what all keyspaces share.
 */

/* --- partitionings, with the defaults of their templates --- */

static const json_t *replication(struct arena *a, const struct replication *given)
{
    return object(a,
        F("initializeMaster", BOOL(given == NULL || given->initialize_master)),
        F("initializeBackup", BOOL(given == NULL || given->initialize_backup)),
        F("recoverRestartedMaster", BOOL(given == NULL || given->recover_restarted_master)));
}

static const json_t *template_of(struct arena *a, const struct shard_template *template)
{
    return object(a,
        SPREAD(template->json),
        F("replication", replication(a, template->replication)));
}

static const json_t *equal(struct arena *a, const struct partitioning *partitioning)
{
    const struct equal_partitioning *equal = partitioning->equal;

    return object(a,
        SPREAD(json_at(partitioning->json, "equal")),
        OPT("hexWidth",
            equal->hex_width == 0 ? NULL : json_at(partitioning->json, "equal", "hexWidth")),
        F("shardTemplate", template_of(a, equal->template)));
}

/* The key range of a custom shard stands among the fields of its template. */
static const json_t *custom(struct arena *a, const struct custom_partitioning *custom)
{
    json_t *shards = json_new_list();

    for (size_t i = 0; i < custom->shards.count; i++)
        json_add(shards, template_of(a, &custom->shards.at[i].template));
    return object(a, F("shards", shards));
}

static const json_t *partitionings(struct arena *a, const struct keyspace *keyspace)
{
    json_t *list = json_new_list();

    for (size_t i = 0; i < keyspace->partitionings.count; i++) {
        const struct partitioning *one = &keyspace->partitionings.at[i];

        json_add(list,
            one->equal != NULL ? object(a, F("equal", equal(a, one)))
                               : object(a, F("custom", custom(a, one->custom))));
    }
    return list;
}

/* --- images --- */

static const char *either(const char *own, const char *shared)
{
    return own != NULL && *own != '\0' ? own : shared;
}

/* A keyspace may say another MySQL, but no MariaDB: then the cluster's still counts beside it, as
 * with theirs. */
static const json_t *mysqld_images(struct arena *a, const struct component_images *own,
    const struct mysqld_images *shared)
{
    struct mysqld_images images = *shared;

    if (own != NULL && own->mysqld != NULL) {
        images.mysql56 = own->mysqld->mysql56;
        images.mysql80 = own->mysqld->mysql80;
    }
    return object(a,
        OPT("mysql56Compatible", images.mysql56),
        OPT("mysql80Compatible", images.mysql80),
        OPT("mariadbCompatible", images.mariadb),
        OPT("mariadb103Compatible", images.mariadb103));
}

static const json_t *images(struct arena *a, const struct component_images *own,
    const struct component_images *shared)
{
    static const struct component_images none;
    const struct component_images *first = own == NULL ? &none : own;

    return object(a,
        F("mysqld", mysqld_images(a, own, shared->mysqld)),
        OPT("mysqldExporter", either(first->mysqld_exporter, shared->mysqld_exporter)),
        F("vtbackup", either(first->vtbackup, shared->vtbackup)),
        F("vtorc", either(first->vtorc, shared->vtorc)),
        F("vttablet", either(first->vttablet, shared->vttablet)));
}

/* --- what else all keyspaces share --- */

static const json_t *zone_map(const struct cluster_spec *spec)
{
    json_t *zones = json_new_map();

    for (size_t i = 0; i < spec->cells.count; i++) {
        const struct cell *cell = &spec->cells.at[i];

        json_put_text(zones, cell->name, cell->zone == NULL ? "" : cell->zone);
    }
    return zones;
}

static const json_t *update_strategy(struct arena *a, const struct update_strategy *strategy)
{
    const struct external_strategy *external = strategy->external;

    return object(a,
        F("type", strategy->type),
        OPT("external",
            external == NULL
                ? NULL
                : object(a, OPT("allowResourceChanges", external->allow_resource_changes))));
}

static const json_t *spec_of(struct arena *a, const struct v2_cluster *cluster,
    const struct keyspace *keyspace)
{
    const struct cluster_spec *spec = cluster->spec;
    const struct cluster_backup *backup = spec->backup;

    return object(a,
        F("turndownPolicy", "RequireIdle"),
        SPREAD(keyspace->json),
        F("partitionings", partitionings(a, keyspace)),
        F("images", images(a, keyspace->images, spec->images)),
        SPREAD(v2_inherited(a, cluster)),
        F("zoneMap", zone_map(spec)),
        OPT("backupLocations", backup == NULL ? NULL : json_at(spec->json, "backup", "locations")),
        OPT("backupEngine", backup == NULL ? NULL : backup->engine),
        F("updateStrategy", update_strategy(a, spec->update_strategy)));
}

/* Its children are its shards and its tasks; not what its shards have. */
static const json_t *selector(struct arena *a, const char *cluster, const char *keyspace)
{
    return object(a,
        MAP("matchLabels", F(CLUSTER_LABEL, cluster), F(KEYSPACE_LABEL, keyspace)),
        LIST("matchExpressions",
            ITEM(F("key", COMPONENT_LABEL),
                F("operator", "NotIn"),
                LIST("values", V("vtbackup"), V("vtorc"), V("vttablet")))));
}

const json_t *v2_derived_keyspace(struct arena *a, const struct v2_cluster *cluster,
    const struct keyspace *keyspace)
{
    return object(a,
        F("apiVersion", API_VERSION),
        F("kind", "VitessKeyspace"),
        MAP("metadata",
            F("name", v2_keyspace_name(a, cluster->name, keyspace->name)),
            F("namespace", cluster->namespace),
            MAP("labels", F(CLUSTER_LABEL, cluster->name), F(KEYSPACE_LABEL, keyspace->name)),
            OPT("annotations", keyspace->annotations)),
        MAP("spec",
            SPREAD(spec_of(a, cluster, keyspace)),
            F("selector", selector(a, cluster->name, keyspace->name))));
}
