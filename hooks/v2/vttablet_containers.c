#include "metadata.h"
#include "pod.h"
#include "tablet_parts.h"
#include "template.h"

/* vttablet, mysqlctld and the exporter of MySQL's metrics. Their order, and that of all that is in
 * them, is theirs. */

const json_t *v2_both(const json_t *first, const json_t *second)
{
    json_t *list = json_new_list();
    const json_t *item;

    json_each_item (first, i, item)
        json_add(list, item);
    json_each_item (second, i, item)
        json_add(list, item);
    return list;
}

static const json_t *vttablet_env(struct arena *a, const struct v2_pool *pool,
    const json_t *resources)
{
    const json_t *ours = v2_by_name(a,
        v2_both(pool->storage.env, v2_tablet_env(a, pool)),
        v2_max_procs(a, resources));

    return v2_by_name(a, ours, pool->spec->pods.env);
}

static const json_t *vttablet_container(struct arena *a, const struct v2_pool *pool)
{
    const struct pool_vttablet *spec = pool->spec->vttablet;
    const json_t *resources = v2_resources(a, spec->resources, NULL, NULL);
    const json_t *mounts = v2_both(pool->storage.mounts, v2_tablet_mounts(a, pool));
    const json_t *lifecycle = as_stored(a, spec->lifecycle);

    return object(a,
        F("name", "vttablet"),
        F("image", pool->shard->spec->images->vttablet),
        OPT("imagePullPolicy", v2_given(v2_policies_of(pool).vttablet)),
        LIST("command", V("/vt/bin/vttablet")),
        LIST("ports", V(v2_port(a, "web", WEB_PORT)), V(v2_port(a, "grpc", GRPC_PORT))),
        F("securityContext", v2_security(a)),
        /* /debug/health of a tablet is no readiness: it fails in a shard without a primary. */
        F("readinessProbe", http_get(a, "/healthz", "web")),
        F("livenessProbe", v2_liveness(a, "/debug/status", "web")),
        F("lifecycle", lifecycle == NULL ? json_new_map() : lifecycle),
        F("env", vttablet_env(a, pool, resources)),
        F("volumeMounts", v2_by_path(a, mounts, pool->spec->pods.volume_mounts)),
        OPT("resources", resources));
}

static const json_t *mysql_side_mounts(struct arena *a, const struct v2_pool *pool)
{
    const json_t *ours = v2_both(v2_mysql_mounts(a), v2_tablet_mounts(a, pool));

    return v2_by_path(a, ours, pool->spec->pods.volume_mounts);
}

static const json_t *mysqld_container(struct arena *a, const struct v2_pool *pool)
{
    return object(a,
        F("name", "mysqld"),
        OPT("image", v2_mysqld_image(pool->shard->spec->images->mysqld)),
        OPT("imagePullPolicy", v2_given(v2_policies_of(pool).mysqld)),
        LIST("command", V("/vt/bin/mysqlctld")),
        LIST("ports", V(v2_port(a, "mysql", MYSQL_PORT))),
        F("securityContext", v2_security(a)),
        MAP("readinessProbe",
            MAP("tcpSocket", F("port", INT(MYSQL_PORT))),
            F("periodSeconds", INT(2))),
        F("env", v2_by_name(a, v2_tablet_env(a, pool), pool->spec->pods.env)),
        F("volumeMounts", mysql_side_mounts(a, pool)),
        OPT("resources", v2_resources(a, pool->spec->mysqld->resources, NULL, NULL)));
}

/* All of the user's, or all of ours, whose limits are there for one that once grew and grew. */
static const json_t *exporter_resources(struct arena *a, const struct pool_exporter *exporter)
{
    const json_t *theirs =
        v2_resources(a, exporter == NULL ? NULL : exporter->resources, NULL, NULL);

    if (json_object_size(theirs) > 0)
        return theirs;
    return object(a,
        MAP("requests", F("cpu", "10m"), F("memory", "32Mi")),
        MAP("limits", F("cpu", "100m"), F("memory", "128Mi")));
}

static const json_t *exporter_env(struct arena *a, const struct v2_pool *pool)
{
    json_t *ours = json_new_list();

    json_add(ours, v2_variable(a, "DATA_SOURCE_NAME", "vt_dba@unix(" MYSQL_SOCKET ")/"));
    return v2_by_name(a, ours, pool->spec->pods.env);
}

static const json_t *exporter_container(struct arena *a, const struct v2_pool *pool)
{
    const char *image = v2_given(pool->shard->spec->images->mysqld_exporter);

    if (image == NULL)
        return NULL;
    return object(a,
        F("name", "mysqld-exporter"),
        F("image", image),
        OPT("imagePullPolicy", v2_given(v2_policies_of(pool).mysqld_exporter)),
        LIST("command", V("/bin/mysqld_exporter")),
        F("args", v2_exporter_arguments(a, pool)),
        F("env", exporter_env(a, pool)),
        LIST("ports", V(v2_port(a, "metrics", EXPORTER_PORT))),
        F("securityContext", v2_security(a)),
        F("volumeMounts", mysql_side_mounts(a, pool)),
        F("resources", exporter_resources(a, pool->spec->exporter)));
}

const json_t *v2_tablet_containers(struct arena *a, const struct v2_pool *pool)
{
    json_t *list = json_new_list();

    json_add(list, vttablet_container(a, pool));
    if (pool->spec->mysqld != NULL) {
        json_add(list, mysqld_container(a, pool));
        json_add(list, exporter_container(a, pool));
    }
    return list;
}
