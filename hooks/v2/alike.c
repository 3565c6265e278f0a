#include "metadata.h"
#include "patch.h"
#include "release.h"

/* Whether a Pod that another operator has made is what we would make.
 *
 * Merging what we want into it shows what it lacks, or has otherwise. What it has beyond that does
 * not show: an environment variable, a hook of a container, a sidecar that the spec had once. Such
 * a Pod is not alike, and is made anew as the edit that it is. What the API server, the scheduler
 * and the admission plugins of Kubernetes add to every Pod is no difference. */

/* Or neither has. */
static bool both_have(const json_t *a, const json_t *b, const char *field)
{
    const json_t *left = json_at(a, field), *right = json_at(b, field);

    return (json_object_size(left) > 0 || json_array_size(left) > 0) ==
           (json_object_size(right) > 0 || json_array_size(right) > 0);
}

static bool has_as_many(const json_t *a, const json_t *b, const char *field)
{
    return json_array_size(json_at(a, field)) == json_array_size(json_at(b, field));
}

/* Each mounts the token of its ServiceAccount. */
static size_t mounts_of(const json_t *container)
{
    const json_t *mount;
    size_t count = 0;

    json_each_item (json_at(container, "volumeMounts"), i, mount)
        count += !text_equal(json_text_at(mount, "mountPath"),
            "/var/run/secrets/kubernetes.io/serviceaccount");
    return count;
}

static bool container_is_alike(const json_t *desired, const json_t *observed)
{
    return has_as_many(desired, observed, "env") && has_as_many(desired, observed, "envFrom") &&
           has_as_many(desired, observed, "ports") && both_have(desired, observed, "lifecycle") &&
           both_have(desired, observed, "securityContext") &&
           mounts_of(desired) == mounts_of(observed);
}

/* By their names: an admission webhook may have put one in front. */
static bool containers_are_alike(const json_t *desired, const json_t *observed, const char *field)
{
    const json_t *container;

    if (!has_as_many(desired, observed, field))
        return false;
    json_each_item (json_at(desired, field), i, container) {
        const json_t *there = json_named(json_at(observed, field), json_text_at(container, "name"));

        if (there == NULL || !container_is_alike(container, there))
            return false;
    }
    return true;
}

static bool spec_is_alike(const json_t *desired, const json_t *observed)
{
    return containers_are_alike(desired, observed, "containers") &&
           containers_are_alike(desired, observed, "initContainers") &&
           both_have(desired, observed, "affinity") &&
           both_have(desired, observed, "nodeSelector") &&
           both_have(desired, observed, "topologySpreadConstraints") &&
           json_true_at(desired, "hostNetwork") == json_true_at(observed, "hostNetwork") &&
           json_true_at(desired, "hostPID") == json_true_at(observed, "hostPID");
}

bool v2_pod_is_alike(struct arena *a, const json_t *desired, const json_t *observed)
{
    const json_t *labels = object_labels(desired);

    return spec_is_alike(json_at(desired, "spec"), json_at(observed, "spec")) &&
           json_object_size(v2_patch(a,
               object_labelled(a, observed, labels),
               merge_applied(a, observed, NULL, desired))) == 0;
}
