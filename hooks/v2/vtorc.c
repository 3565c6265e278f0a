#include "objects.h"

#include "keys.h"
#include "metadata.h"
#include "names.h"
#include "pod.h"
#include "template.h"
#include "vitess.h"

/* VTOrc of a shard, one in each cell that has tablets which may become its primary. */

static const struct orchestrator usual;

static const json_t *arguments(struct arena *a, const struct v2_vtorc *vtorc,
    const struct orchestrator *spec)
{
    return v2_arguments(a,
        object(a,
            F("cell", vtorc->place.cell),
            F("port", WEB_PORT_TEXT),
            F("clusters_to_watch", fmt(a, "%s/%s", vtorc->keyspace, vtorc->shard)),
            F("logtostderr", BOOL(true))),
        v2_topology_flags(a, &vtorc->place.topology),
        vtorc->place.vitess_flags,
        spec->pods.flags);
}

static const json_t *container(struct arena *a, const struct v2_vtorc *vtorc,
    const struct orchestrator *spec)
{
    return object(a,
        F("name", "vtorc"),
        F("image", vtorc->image),
        OPT("imagePullPolicy", v2_given(vtorc->pull_policy)),
        LIST("command", V("/vt/bin/vtorc")),
        F("args", arguments(a, vtorc, spec)),
        LIST("ports", V(v2_port(a, "web", WEB_PORT))),
        F("resources", v2_resources(a, spec->resources, "100m", "128Mi")),
        F("securityContext", v2_security(a)),
        F("readinessProbe", http_get(a, "/debug/health", "web")),
        F("livenessProbe", v2_liveness(a, "/debug/liveness", "web")),
        OPT("env", as_stored(a, spec->pods.env)),
        OPT("volumeMounts", as_stored(a, spec->pods.volume_mounts)));
}

static const json_t *labels(struct arena *a, const struct v2_vtorc *vtorc)
{
    return object(a,
        SPREAD(v2_labels(a, &vtorc->place, VTORC_COMPONENT)),
        F(KEYSPACE_LABEL, vtorc->keyspace),
        F(SHARD_LABEL, shard_suffix(a, vtorc->shard)));
}

const json_t *v2_make_vtorc_deployment(struct arena *a, const struct v2_vtorc *vtorc)
{
    const struct v2_place *place = &vtorc->place;
    const struct orchestrator *spec = vtorc->spec == NULL ? &usual : vtorc->spec;
    const struct v2_deployment deployment = {.place = place,
        .name = v2_vtorc_deployment(a, place->cluster, vtorc->keyspace, vtorc->shard, place->cell),
        .labels = labels(a, vtorc),
        .pods = &spec->pods,
        .volumes = as_stored(a, spec->pods.volumes),
        .containers = v2_list(container(a, vtorc, spec))};

    return v2_make_deployment(a, &deployment);
}
