#include "pod.h"

#include "metadata.h"
#include "template.h"

/* vtctld: what vtctldclient, VTAdmin and the operator's own tasks talk to. */

#define COMPONENT "vtctld"

static const json_t *arguments(struct arena *a, const struct vtctld *vtctld)
{
    const json_t *own = object(a,
        F("port", "15000"),
        F("grpc-port", "15999"),
        F("service-map", "grpc-vtctl,grpc-vtctld"));
    return flag_list(a,
        own,
        topology_flags(a, &vtctld->place.topology),
        log_flags(a, vtctld->image),
        flags_known_to(a, "vtctld", vtctld->image, vtctld->backup_flags),
        vtctld->flags);
}

static const json_t *pod(struct arena *a, const struct vtctld *vtctld)
{
    const struct place *place = &vtctld->place;
    json_t *volumes = json_new_list();
    json_t *mounts = json_new_list();
    const json_t *args = arguments(a, vtctld);

    json_add(volumes, topology_volume(a, &place->topology));
    json_add(mounts, topology_mount(a, &place->topology));
    return object(a,
        SPREAD(pod_defaults(a, place, component_selector(a, place, COMPONENT))),
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
                F("livenessProbe", patient_liveness(a, "/debug/status", "web")),
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

const json_t *vtctld_service(struct arena *a, const struct vtctld *vtctld)
{
    const struct place *place = &vtctld->place;

    return object(a,
        F("apiVersion", "v1"),
        F("kind", "Service"),
        F("metadata", component_metadata(a, place, COMPONENT, vtctld->name, NULL)),
        MAP("spec",
            F("selector", component_selector(a, place, COMPONENT)),
            LIST("ports",
                ITEM(F("name", "web"), F("port", INT(15000)), F("targetPort", "web")),
                ITEM(F("name", "grpc"), F("port", INT(15999)), F("targetPort", "grpc")))));
}

const json_t *vtctld_disruption_budget(struct arena *a, const struct vtctld *vtctld)
{
    return disruption_budget(a,
        &vtctld->place,
        COMPONENT,
        vtctld->name,
        component_selector(a, &vtctld->place, COMPONENT),
        vtctld->replicas < 2 ? 0 : vtctld->replicas - 1);
}
