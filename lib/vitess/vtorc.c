#include "pod.h"

#include "metadata.h"
#include "template.h"

/* VTOrc: elects the first primary of a shard and replaces a lost one. It watches every keyspace
 * (no --clusters-to-watch); several of them agree by locks in the topology. */

#define COMPONENT "vtorc"

/* --cell: unknown to Vitess 23, wanted by 24, and 25 does not start without it. */
static const json_t *cell_flag(struct arena *a, const struct vtorc *vtorc)
{
    unsigned major = image_major(vtorc->image);

    return major == 0 || major >= 24 ? object(a, F("cell", vtorc->place.cell)) : NULL;
}

static const json_t *arguments(struct arena *a, const struct vtorc *vtorc)
{
    return flag_list(a,
        /* By default it looks for new tablets every 15 s and at each of them every 5 s. */
        object(a,
            F("port", "15000"),
            F("topo-information-refresh-duration", "5s"),
            F("instance-poll-time", "1s")),
        topology_flags(a, &vtorc->place.topology),
        cell_flag(a, vtorc),
        timeout_for(a, vtorc->flags, "shutdown-wait-time", "onterm-timeout"),
        tls_flags(a, &vtorc->place, "vtorc", vtorc->image),
        log_flags(a, vtorc->image),
        vtorc->flags);
}

static unsigned grace(const json_t *args)
{
    return seconds_to_end(args, 0) + GRACE_MARGIN;
}

unsigned vtorc_grace(struct arena *a, const struct vtorc *vtorc)
{
    return grace(arguments(a, vtorc));
}

static const json_t *pod(struct arena *a, const struct vtorc *vtorc)
{
    const struct place *place = &vtorc->place;
    json_t *volumes = json_new_list();
    json_t *mounts = json_new_list();
    const json_t *args = arguments(a, vtorc);

    json_add(volumes, topology_volume(a, &place->topology));
    json_add(mounts, topology_mount(a, &place->topology));
    json_add(volumes, tls_volume(a, place->tls));
    json_add(mounts, tls_mount(a, place->tls));
    return object(a,
        SPREAD(pod_defaults(a, place, component_selector(a, place, COMPONENT))),
        OPT("terminationGracePeriodSeconds", grace_period(KUBERNETES_GRACE, grace(args))),
        LIST("containers",
            ITEM(F("name", "vtorc"),
                F("image", vtorc->image),
                SPREAD(container_defaults(a, place)),
                LIST("command", V("/vt/bin/vtorc")),
                F("args", args),
                LIST("ports", V(container_port(a, "web", args, "port"))),
                F("readinessProbe", http_get(a, "/debug/health", "web")),
                F("livenessProbe", lenient_liveness_probe(a, "/debug/liveness", "web")),
                OPT("resources", as_stored(a, vtorc->resources)),
                OPT("volumeMounts", mounts))),
        OPT("volumes", volumes));
}

const json_t *vtorc_deployment(struct arena *a, const struct vtorc *vtorc)
{
    struct deployment deployment = {
        .place = &vtorc->place,
        .component = COMPONENT,
        .name = vtorc->name,
        .replicas = vtorc->replicas,
        .pod = pod(a, vtorc),
        .overrides = &vtorc->overrides,
    };

    return component_deployment(a, &deployment);
}

const json_t *vtorc_disruption_budget(struct arena *a, const struct vtorc *vtorc)
{
    return deployment_budget(a, &vtorc->place, COMPONENT, vtorc->name, vtorc->replicas);
}
