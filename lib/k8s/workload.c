#include "staging.h"

#include "conditions.h"
#include "metadata.h"

/* How well workloads are, as `kubectl rollout status` and `kubectl get pods` judge it. */

bool generation_observed(const json_t *object)
{
    return json_int_at(object, -1, "status", "observedGeneration") == object_generation(object);
}

bool deployment_settled(const json_t *deployment)
{
    const json_t *status = json_at(deployment, "status");
    json_int_t wanted = json_int_at(deployment, 1, "spec", "replicas");

    return generation_observed(deployment) && json_int_at(status, 0, "updatedReplicas") == wanted &&
           json_int_at(status, 0, "replicas") == wanted &&
           json_int_at(status, 0, "availableReplicas") == wanted;
}

bool statefulset_settled(const json_t *statefulset)
{
    const json_t *status = json_at(statefulset, "status");
    json_int_t wanted = json_int_at(statefulset, 1, "spec", "replicas");

    return generation_observed(statefulset) && json_int_at(status, 0, "readyReplicas") == wanted &&
           json_int_at(status, 0, "updatedReplicas") == wanted;
}

bool resource_settled(const json_t *resource)
{
    return generation_observed(resource) && condition_true(resource, "Ready") &&
           condition_true(resource, "Updated");
}

const char *deployment_trouble(const json_t *deployment)
{
    if (text_equal(condition_status(deployment, "Progressing"), "False"))
        return condition_reason(deployment, "Progressing");
    if (condition_true(deployment, "ReplicaFailure"))
        return condition_reason(deployment, "ReplicaFailure");
    return NULL;
}

const char *resource_trouble(const json_t *resource)
{
    if (generation_observed(resource) &&
        text_equal(condition_status(resource, "Updated"), "False") &&
        rollout_reason_of(resource) == ROLLOUT_STALLED)
        return condition_message(resource, "Updated");
    return NULL;
}

enum child_health deployment_health(const json_t *deployment)
{
    if (deployment_trouble(deployment) != NULL)
        return HEALTH_BROKEN;
    return deployment_settled(deployment) ? HEALTH_SETTLED : HEALTH_UNREADY;
}

enum child_health statefulset_health(const json_t *statefulset)
{
    return statefulset_settled(statefulset) ? HEALTH_SETTLED : HEALTH_UNREADY;
}

/* Waiting reasons that the kubelet does not leave by itself, or only to come back to. */
bool waiting_is_stuck(const char *reason)
{
    static const char *const stuck[] = {"CrashLoopBackOff",
        "ImagePullBackOff",
        "ErrImagePull",
        "ErrImageNeverPull",
        "InvalidImageName",
        "CreateContainerConfigError",
        "CreateContainerError",
        "RunContainerError",
        NULL};

    return text_is_one_of(reason, stuck);
}

bool waiting_for_image(const char *reason)
{
    static const char *const reasons[] = {"ImagePullBackOff",
        "ErrImagePull",
        "ErrImageNeverPull",
        "InvalidImageName",
        NULL};

    return text_is_one_of(reason, reasons);
}

/* What has ended once may have been too early for what it needs. One that goes on ending is seen
 * waiting with this many restarts after half a minute. */
enum { HOPELESS_RESTARTS = 3 };

static const char *stuck_reason(const json_t *container_status)
{
    const char *reason = json_text_at(container_status, "state", "waiting", "reason");

    return waiting_is_stuck(reason) ? reason : NULL;
}

static bool is_hopeless(const json_t *container_status)
{
    const char *reason = stuck_reason(container_status);

    return reason != NULL &&
           (!text_equal(reason, "CrashLoopBackOff") ||
               json_int_at(container_status, 0, "restartCount") >= HOPELESS_RESTARTS);
}

/* Of the Pod as a whole: it has ended, or finds no node. */
static const char *whole_pod_trouble(const json_t *pod)
{
    if (pod_dead(pod)) {
        const char *reason = json_text_at(pod, "status", "reason");

        return reason == NULL ? "Failed" : reason;
    }
    if (text_equal(condition_status(pod, "PodScheduled"), "False") &&
        text_equal(condition_reason(pod, "PodScheduled"), "Unschedulable"))
        return "Unschedulable";
    return NULL;
}

/* What is asked of a Pod again and again. */
struct pod_state {
    bool known, ready, broken;
    const char *trouble;
    json_int_t restarts;
};

static void look_at_containers(const json_t *statuses, struct pod_state *state)
{
    const json_t *status;

    json_each_item (statuses, i, status) {
        if (state->trouble == NULL)
            state->trouble = stuck_reason(status);
        state->broken = state->broken || is_hopeless(status);
        state->restarts = json_int_sum(state->restarts, json_int_at(status, 0, "restartCount"));
    }
}

static struct pod_state look_at(const json_t *pod)
{
    const json_t *status = json_at(pod, "status");
    struct pod_state state = {.known = true,
        .ready = condition_true(pod, "Ready"),
        .trouble = whole_pod_trouble(pod)};

    state.broken = state.trouble != NULL;
    look_at_containers(json_at(status, "initContainerStatuses"), &state);
    look_at_containers(json_at(status, "containerStatuses"), &state);
    return state;
}

static struct pod_state state_of(const json_t *pod)
{
    struct pod_state *state = json_notes(json_at(pod, "status"), sizeof(*state));

    if (state == NULL)
        return look_at(pod);
    if (!state->known)
        *state = look_at(pod);
    return *state;
}

const char *pod_trouble(const json_t *pod)
{
    return state_of(pod).trouble;
}

bool pod_broken(const json_t *pod)
{
    return state_of(pod).broken;
}

bool pod_ready(const json_t *pod)
{
    return state_of(pod).ready;
}

json_int_t pod_restarts(const json_t *pod)
{
    return state_of(pod).restarts;
}

const json_t *pod_container(const json_t *pod, const char *name)
{
    const json_t *status = json_named(json_at(pod, "status", "containerStatuses"), name);

    return status != NULL ? status
                          : json_named(json_at(pod, "status", "initContainerStatuses"), name);
}

bool container_has_started(const json_t *pod, const char *name)
{
    const json_t *status = pod_container(pod, name);

    return json_at(status, "state", "running") != NULL ||
           json_at(status, "state", "terminated") != NULL ||
           json_at(status, "lastState", "terminated") != NULL;
}

static struct pod_state of_init_containers(const json_t *pod)
{
    struct pod_state state = {.known = true};

    look_at_containers(json_at(pod, "status", "initContainerStatuses"), &state);
    return state;
}

const char *container_trouble(const json_t *pod, const char *name)
{
    const char *reason = whole_pod_trouble(pod);

    if (reason == NULL && !container_has_started(pod, name))
        reason = of_init_containers(pod).trouble;
    return reason == NULL ? stuck_reason(pod_container(pod, name)) : reason;
}

bool pod_dead(const json_t *pod)
{
    const char *phase = json_text_at(pod, "status", "phase");

    return text_equal(phase, "Failed") || text_equal(phase, "Succeeded");
}

bool pod_started(const json_t *pod)
{
    return text_equal(json_text_at(pod, "status", "phase"), "Running");
}

json_int_t container_restarts(const json_t *pod, const char *name)
{
    if (!container_has_started(pod, name))
        return of_init_containers(pod).restarts;
    return json_int_at(pod_container(pod, name), 0, "restartCount");
}
