#include "pod.h"

#include "fragments.h"
#include "metadata.h"
#include "template.h"

/* vtctld: what vtctldclient, VTAdmin and the operator's own tasks talk to. */

#define COMPONENT "vtctld"

static const json_t *arguments(struct arena *a, const struct vtctld *vtctld)
{
    const json_t *own = object(a,
        F("port", "15000"),
        F("grpc-port", "15999"),
        F("service-map", "grpc-vtctl,grpc-vtctld"),
        OPT("mysql-server-version", vtctld->mysql_version));
    return flag_list(a,
        own,
        topology_flags(a, &vtctld->place.topology),
        tls_flags(a, &vtctld->place, "vtctld", vtctld->image),
        log_flags(a, vtctld->image),
        flags_known_to(a, "vtctld", vtctld->image, vtctld->backup_flags),
        vtctld->flags);
}

static unsigned grace(const json_t *args)
{
    return seconds_to_end(args, 0) + GRACE_MARGIN;
}

unsigned vtctld_grace(struct arena *a, const struct vtctld *vtctld)
{
    return grace(arguments(a, vtctld));
}

static const json_t *pod(struct arena *a, const struct vtctld *vtctld)
{
    const struct place *place = &vtctld->place;
    json_t *volumes = json_new_list();
    json_t *mounts = json_new_list();
    const json_t *args = arguments(a, vtctld);

    json_add(volumes, topology_volume(a, &place->topology));
    json_add(mounts, topology_mount(a, &place->topology));
    json_add(volumes, tls_volume(a, place->tls));
    json_add(mounts, tls_mount(a, place->tls));
    return object(a,
        SPREAD(pod_defaults(a, place, component_selector(a, place, COMPONENT))),
        OPT("terminationGracePeriodSeconds", grace_period(KUBERNETES_GRACE, grace(args))),
        LIST("containers",
            ITEM(F("name", "vtctld"),
                F("image", vtctld->image),
                SPREAD(container_defaults(a, place)),
                LIST("command", V("/vt/bin/vtctld")),
                F("args", args),
                LIST("ports",
                    V(container_port(a, "web", args, "port")),
                    V(container_port(a, "grpc", args, "grpc-port"))),
                F("readinessProbe", http_get(a, "/debug/health", "web")),
                F("livenessProbe", lenient_liveness_probe(a, "/debug/status", "web")),
                OPT("resources", as_stored(a, vtctld->resources)),
                OPT("volumeMounts", mounts))),
        OPT("volumes", volumes));
}

const json_t *vtctld_deployment(struct arena *a, const struct vtctld *vtctld)
{
    struct deployment deployment = {
        .place = &vtctld->place,
        .component = COMPONENT,
        .name = vtctld->name,
        .replicas = vtctld->replicas,
        .pod = pod(a, vtctld),
        .overrides = &vtctld->overrides,
    };

    return component_deployment(a, &deployment);
}

/* vtctldclient outside of Kubernetes needs the gRPC port alone. */
static struct service service_of(const struct vtctld *vtctld)
{
    static const struct service_port ports[] = {{"web", 15000, NULL},
        {"grpc", 15999, "nodePort"},
        {NULL, 0, NULL}};

    return (struct service){&vtctld->place, COMPONENT, vtctld->name, ports, vtctld->service};
}

const json_t *vtctld_service(struct arena *a, const struct vtctld *vtctld)
{
    const struct service service = service_of(vtctld);

    return component_service(a, &service);
}

/* Not where it is inside already. */
const json_t *vtctld_internal_service(struct arena *a, const struct vtctld *vtctld)
{
    const struct service service = service_of(vtctld);

    return service_is_inside(vtctld->service)
               ? NULL
               : internal_service(a, &service, fmt(a, "%s-internal", vtctld->name));
}

const json_t *vtctld_disruption_budget(struct arena *a, const struct vtctld *vtctld)
{
    return deployment_budget(a, &vtctld->place, COMPONENT, vtctld->name, vtctld->replicas);
}
