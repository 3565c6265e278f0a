#include "shard.h"

/* The vttablet of lib/vitess as the engine takes one. */

static const json_t *pod(struct arena *a, const struct shard_wanted *wanted, const json_t *applied)
{
    const struct vttablet *tablet = wanted->component;

    return applied == NULL ? vttablet_pod(a, tablet) : vttablet_pod_as_applied(a, tablet, applied);
}

static const json_t *claim(struct arena *a, const struct shard_wanted *wanted,
    const struct claim_marks *marks)
{
    const struct vttablet *tablet = wanted->component;
    struct vttablet marked = *tablet;

    marked.marks = *marks;
    return vttablet_claim(a, &marked);
}

static const char *const containers[] = {"vttablet", "mysql", NULL};

const struct shard_component shard_vttablet = {
    .pod = pod, .claim = claim, .containers = containers};
