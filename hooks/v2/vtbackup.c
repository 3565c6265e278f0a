#include "keys.h"
#include "metadata.h"
#include "names.h"
#include "pod.h"
#include "tablet_parts.h"
#include "template.h"

/* The Pod that makes a shard's first backup: mysqld on an empty volume, as a tablet of the first
 * pool would have it. Theirs gives it no pull policies, no priority class, no anti-affinity and
 * none of the user's labels. */

static const struct tablet_pool *first_pool(const struct v2_vitess_shard *shard)
{
    return shard->spec->template.pools.count == 0 ? NULL : &shard->spec->template.pools.at[0];
}

static bool all_pools_have_mysql(const struct v2_vitess_shard *shard)
{
    for (size_t i = 0; i < shard->spec->template.pools.count; i++) {
        const struct tablet_pool *pool = &shard->spec->template.pools.at[i];

        if (pool->mysqld == NULL || pool->external_datastore != NULL)
            return false;
    }
    return true;
}

static const struct backup_location *location_of(const struct v2_vitess_shard *shard)
{
    return v2_backup_location(shard->spec->backup_locations.at,
        shard->spec->backup_locations.count,
        first_pool(shard)->backup_location);
}

bool v2_vtbackup_wanted(const struct v2_vitess_shard *shard, bool has_backup, bool has_primary)
{
    const struct replication *replication = shard->spec->template.replication;

    return !has_backup && !has_primary && all_pools_have_mysql(shard) &&
           (replication == NULL || replication->initialize_backup) && first_pool(shard) != NULL &&
           location_of(shard) != NULL;
}

static const json_t *labels(struct arena *a, const struct v2_pool *pool)
{
    return object(a,
        SPREAD(v2_shard_labels(a, pool->shard, VTBACKUP_COMPONENT)),
        F(BACKUP_TYPE_LABEL, "init"),
        F(BACKUP_LOCATION_LABEL, pool->location->name == NULL ? "" : pool->location->name));
}

static const char *name_of(struct arena *a, const struct v2_vitess_shard *shard)
{
    return v2_vtbackup_init_name(a, shard->cluster, shard->keyspace, shard->spec->name);
}

static const json_t *metadata(struct arena *a, const struct v2_pool *pool)
{
    return v2_metadata(a, pool->place.namespace, name_of(a, pool->shard), labels(a, pool));
}

/* --- the container --- */

static const json_t *env(struct arena *a, const struct v2_pool *pool)
{
    json_t *home = json_new_list();
    const json_t *ours = v2_both(pool->storage.env, v2_tablet_env(a, pool));

    json_add(home, v2_variable(a, "HOME", "/home/vitess"));
    return v2_by_name(a, v2_both(ours, home), pool->spec->pods.env);
}

/* What vttablet and mysqld have, and certificates to speak HTTPS with the storage. */
static const json_t *mounts(struct arena *a, const struct v2_pool *pool)
{
    json_t *certificates = json_new_list();
    const json_t *mysql = v2_both(v2_mysql_mounts(a), v2_tablet_mounts(a, pool));

    json_add(certificates, v2_root_mount(a, "/etc/ssl/certs", "certs", true));
    return v2_by_path(a,
        v2_both(v2_both(certificates, mysql), pool->storage.mounts),
        pool->spec->pods.volume_mounts);
}

static const json_t *container(struct arena *a, const struct v2_pool *pool)
{
    return object(a,
        F("name", "vtbackup"),
        OPT("image", v2_mysqld_image(pool->shard->spec->images->mysqld)),
        LIST("command", V("/vt/bin/vtbackup")),
        F("args", v2_argument_list(a, v2_vtbackup_flags(a, pool))),
        OPT("resources", v2_resources(a, pool->spec->mysqld->resources, NULL, NULL)),
        F("securityContext", v2_security(a)),
        F("env", env(a, pool)),
        F("volumeMounts", mounts(a, pool)));
}

/* --- the Pod --- */

static const json_t *list_of(const json_t *item)
{
    json_t *list = json_new_list();

    json_add(list, item);
    return list;
}

static const json_t *annotations(struct arena *a, const struct v2_pool *pool)
{
    return object(a,
        SPREAD(v2_pool_annotations(a, pool)),
        OPT(CONFIG_OVERRIDES_ANNOTATION, pool->overrides));
}

static const json_t *volumes(struct arena *a, const struct v2_pool *pool)
{
    const char *name = name_of(a, pool->shard);

    return v2_tablet_volumes(a, pool, pool->claim == NULL ? NULL : v2_claim_volume(a, name));
}

static const json_t *pod_spec(struct arena *a, const struct v2_pool *pool)
{
    const struct pod_extras *pods = &pool->spec->pods;
    const json_t *init = list_of(v2_vtbackup_init_container(a, pool));
    const json_t *ours = list_of(container(a, pool));

    return object(a,
        OPT("imagePullSecrets", pool->place.pull_secrets),
        F("restartPolicy", "OnFailure"),
        F("volumes", volumes(a, pool)),
        MAP("securityContext", F("fsGroup", INT(VITESS_USER))),
        SPREAD(v2_affinity(a, pods->affinity, NULL)),
        OPT("tolerations", as_stored(a, pods->tolerations)),
        F("initContainers", v2_pod_containers(a, init, as_stored(a, pods->init_containers))),
        F("containers", v2_pod_containers(a, ours, as_stored(a, pods->sidecars))));
}

const json_t *v2_vtbackup_pod(struct arena *arena, const struct v2_vitess_shard *shard)
{
    const struct v2_pool pool = v2_pool_of(arena, shard, first_pool(shard));

    return object(arena,
        F("apiVersion", "v1"),
        F("kind", "Pod"),
        MAP("metadata",
            SPREAD(metadata(arena, &pool)),
            OPT("annotations", annotations(arena, &pool))),
        F("spec", pod_spec(arena, &pool)));
}

const json_t *v2_vtbackup_claim(struct arena *arena, const struct v2_vitess_shard *shard)
{
    const struct v2_pool pool = v2_pool_of(arena, shard, first_pool(shard));

    if (pool.claim == NULL)
        return NULL;
    return object(arena,
        F("apiVersion", "v1"),
        F("kind", "PersistentVolumeClaim"),
        F("metadata", metadata(arena, &pool)),
        F("spec", pool.claim));
}
