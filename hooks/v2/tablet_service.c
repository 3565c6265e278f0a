#include "objects.h"

#include "keys.h"
#include "names.h"

static const struct v2_service_port ports[] = {
    {"web", WEB_PORT}, {"grpc", GRPC_PORT}, {"metrics", EXPORTER_PORT}, {NULL, 0}};

const json_t *v2_make_vttablet_service(struct arena *a, const struct v2_place *place,
    const struct service_overrides *overrides)
{
    const struct v2_service service = {.namespace = place->namespace,
        .name = v2_vttablet_service(a, place->cluster),
        .labels = v2_cluster_labels(a, place->cluster, VTTABLET_COMPONENT),
        .ports = ports,
        .headless = true,
        .overrides = overrides};

    return v2_make_service(a, &service);
}
