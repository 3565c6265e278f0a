#include "shard.h"

/* A cell that is told to run in a zone may have tablets in others, whose volumes cannot follow. A
 * trial finds a node there, since it has no claim; the tablet would not. The API server copies the
 * zone of a Pod's node to its labels (Kubernetes 1.35, PodTopologyLabels), so there it is known
 * before. */

static const char *elsewhere(const json_t *pod, const char *label, const char *wanted)
{
    const char *is = object_label(pod, label);

    return wanted == NULL || is == NULL || text_equal(is, wanted) ? NULL : is;
}

static const char *says(const struct shard *shard, const json_t *pod, const char *what,
    const char *is, const char *wanted)
{
    return fmt(shard->arena,
        "cell %s is to run in %s %s, but Pod %s runs in %s, and its volume may have to stay there, "
        "so nothing is taken down; put the %s of the cell back, or have that tablet made anew in "
        "the right one once others have its data: kubectl delete --namespace %s pvc/%s pod/%s, or "
        "name it in %s if any node can use its volume",
        shard->in->place.cell,
        what,
        wanted,
        object_name(pod),
        is,
        what,
        shard->in->owner.namespace,
        object_name(pod),
        object_name(pod),
        shard->in->wording.force);
}

static const char *zone_of_pod_blocks(const struct shard *shard, const json_t *pod)
{
    const char *region = elsewhere(pod, "topology.kubernetes.io/region", shard->in->place.region);
    const char *zone = elsewhere(pod, "topology.kubernetes.io/zone", shard->in->place.zone);

    if (region != NULL)
        return says(shard, pod, "region", region, shard->in->place.region);
    return zone == NULL ? NULL : says(shard, pod, "zone", zone, shard->in->place.zone);
}

const char *zone_blocks(const struct shard *shard, const struct stage *stage)
{
    const char *why = NULL;

    for (size_t i = 0; i < stage->count && why == NULL; i++) {
        const struct stage_child *child = &stage->at[i];

        if (is_due(child) && !json_list_has(stage->force, child->name))
            why = zone_of_pod_blocks(shard, child->observed);
    }
    return why;
}
