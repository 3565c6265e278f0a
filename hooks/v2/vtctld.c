#include "objects.h"

#include "backup_storage.h"
#include "keys.h"
#include "metadata.h"
#include "names.h"
#include "pod.h"
#include "template.h"

/* vtctld: what vtctldclient and VTAdmin talk to. */

static const struct dashboard usual = {.replicas = 1};

static const json_t *arguments(struct arena *a, const struct v2_vtctld *vtctld,
    const struct dashboard *spec, const struct backup_storage *storage)
{
    bool backs_up = vtctld->backup_location != NULL;

    return v2_arguments(a,
        object(a,
            F("cell", vtctld->place.cell),
            F("port", WEB_PORT_TEXT),
            F("grpc_port", GRPC_PORT_TEXT),
            F("service_map", "grpc-vtctl,grpc-vtctld"),
            F("logtostderr", BOOL(true))),
        v2_topology_flags(a, &vtctld->place.topology),
        backs_up ? v2_backup_engine_flags(a, vtctld->backup_engine) : NULL,
        storage->flags,
        vtctld->place.vitess_flags,
        spec->pods.flags,
        v2_mysql_version_flag(a, vtctld->mysqld_image));
}

/* What the user mounts or sets and the storage of backups does too is there once, as the storage
 * has it; theirs has it twice, which the API server refuses of a mount. */
static const json_t *container(struct arena *a, const struct v2_vtctld *vtctld,
    const struct dashboard *spec, const struct backup_storage *storage)
{
    return object(a,
        F("name", "vtctld"),
        F("image", vtctld->image),
        OPT("imagePullPolicy", v2_given(vtctld->pull_policy)),
        LIST("command", V("/vt/bin/vtctld")),
        F("args", arguments(a, vtctld, spec, storage)),
        LIST("ports", V(v2_port(a, "web", WEB_PORT)), V(v2_port(a, "grpc", GRPC_PORT))),
        F("resources", v2_resources(a, spec->resources, "100m", "128Mi")),
        F("securityContext", v2_security(a)),
        F("readinessProbe", http_get(a, "/debug/health", "web")),
        F("livenessProbe", v2_liveness(a, "/debug/status", "web")),
        OPT("env", v2_by_name(a, as_stored(a, spec->pods.env), storage->env)),
        OPT("volumeMounts",
            v2_by_path(a, as_stored(a, spec->pods.volume_mounts), storage->mounts)));
}

const json_t *v2_make_vtctld_deployment(struct arena *a, const struct v2_vtctld *vtctld)
{
    const struct v2_place *place = &vtctld->place;
    const struct dashboard *spec = vtctld->spec == NULL ? &usual : vtctld->spec;
    struct backup_storage storage = {0};
    struct v2_deployment deployment = {.place = place,
        .name = v2_vtctld_deployment(a, place->cluster, place->cell),
        .labels = v2_labels(a, place, VTCTLD_COMPONENT),
        .replicas = json_integer(spec->replicas),
        .pods = &spec->pods};

    if (vtctld->backup_location != NULL)
        storage = v2_backup_storage(a, vtctld->backup_location, place->cluster);
    deployment.volumes = v2_by_name(a, as_stored(a, spec->pods.volumes), storage.volumes);
    deployment.containers = v2_list(container(a, vtctld, spec, &storage));
    return v2_make_deployment(a, &deployment);
}

static const struct v2_service_port ports[] = {{"web", WEB_PORT}, {"grpc", GRPC_PORT}, {NULL, 0}};

const json_t *v2_make_vtctld_service(struct arena *a, const struct v2_place *place,
    const struct service_overrides *overrides)
{
    const struct v2_service service = {.namespace = place->namespace,
        .name = v2_vtctld_service(a, place->cluster),
        .labels = v2_cluster_labels(a, place->cluster, VTCTLD_COMPONENT),
        .ports = ports,
        .overrides = overrides};

    return v2_make_service(a, &service);
}
