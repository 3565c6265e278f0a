#include "metadata.h"
#include "patch.h"
#include "release.h"

/* Whether a Pod that another operator has made is what we would make.
 *
 * Merging what we want into it shows what it lacks, or has otherwise. What it has beyond that does
 * not show: an environment variable, a hook of a container, a sidecar that the spec had once. Such
 * a Pod is not alike, and is made anew as the edit that it is. What the API server, the scheduler
 * and the admission plugins of Kubernetes add to every Pod is no difference. */

static bool has_both(const json_t *a, const json_t *b, const char *field)
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
           has_as_many(desired, observed, "ports") && has_both(desired, observed, "lifecycle") &&
           has_both(desired, observed, "securityContext") &&
           mounts_of(desired) == mounts_of(observed);
}

/* Both lists have the same names, as merging has told where they are as long as each other. */
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
           has_both(desired, observed, "affinity") && has_both(desired, observed, "nodeSelector") &&
           has_both(desired, observed, "topologySpreadConstraints") &&
           json_true_at(desired, "hostNetwork") == json_true_at(observed, "hostNetwork") &&
           json_true_at(desired, "hostPID") == json_true_at(observed, "hostPID");
}

static json_t *with_labels(const json_t *pod, const json_t *labels)
{
    json_t *copy = json_overlay(pod, NULL);
    json_t *metadata = json_overlay(json_at(pod, "metadata"), NULL);

    json_put(metadata, "labels", json_overlay(json_at(metadata, "labels"), labels));
    json_put(copy, "metadata", metadata);
    return copy;
}

bool v2_pod_is_alike(struct arena *a, const json_t *desired, const json_t *observed)
{
    const json_t *labels = json_at(desired, "metadata", "labels");

    return spec_is_alike(json_at(desired, "spec"), json_at(observed, "spec")) &&
           v2_patch_text(a,
               with_labels(observed, labels),
               merge_applied(a, observed, NULL, desired)) == NULL;
}
