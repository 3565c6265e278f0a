#include "kubelet.h"
#include "metadata.h"
#include "sim/core/clock.h"
#include "sim/core/world.h"
#include "sim/store/status.h"
#include "template.h"

static const json_t *ended_state(struct sim *sim, const struct container_end *end)
{
    return object(sim->objects,
        MAP("terminated",
            F("exitCode", INT(end->code)),
            F("reason", end->code == 0 ? "Completed" : "Error"),
            OPT("message", end->message),
            F("startedAt", clock_text(sim->objects, end->started)),
            F("finishedAt", clock_text(sim->objects, end->finished))));
}

static const char *waiting_message(struct sim *sim, const struct container_run *container)
{
    if (text_equal(container->reason, "CrashLoopBackOff"))
        return fmt(sim->objects,
            "back-off %lds restarting failed container=%s",
            container->retry - container->end.finished,
            container->name);
    if (text_starts_with(container->reason, "Container") ||
        text_starts_with(container->reason, "Pod"))
        return NULL;
    return fmt(sim->objects, "cannot pull image \"%s\"", container->image);
}

static const json_t *state_of(struct sim *sim, const struct container_run *container)
{
    switch (container->state) {
    case CONTAINER_WAITING:
        return object(sim->objects,
            MAP("waiting",
                F("reason", container->reason),
                OPT("message", waiting_message(sim, container))));
    case CONTAINER_RUNNING:
        return object(sim->objects,
            MAP("running", F("startedAt", clock_text(sim->objects, container->since))));
    case CONTAINER_ENDED:
        break;
    }
    return ended_state(sim, &container->end);
}

static const json_t *last_state(struct sim *sim, const struct container_run *container)
{
    if (!container->ended || container->state == CONTAINER_ENDED)
        return json_new_map();
    return ended_state(sim, &container->end);
}

static const json_t *container_status(struct sim *sim, const struct pod_run *run, size_t index)
{
    const struct container_run *container = &run->containers[index];
    bool running = container->state == CONTAINER_RUNNING;
    bool done = !container->sidecar && index < run->init && container->state == CONTAINER_ENDED &&
                container->end.code == 0;

    return object(sim->objects,
        F("name", container->name),
        F("image", container->image),
        F("imageID",
            container->state == CONTAINER_WAITING && !container->ended ? "" : container->image),
        F("ready", BOOL(container->ready || done)),
        F("restartCount", INT(container->restarts)),
        F("started", BOOL(running)),
        F("state", state_of(sim, container)),
        F("lastState", last_state(sim, container)));
}

static const json_t *container_statuses(struct sim *sim, const struct pod_run *run, size_t first,
    size_t end)
{
    json_t *list = json_new_list();

    for (size_t i = first; i < end; i++)
        json_add(list, container_status(sim, run, i));
    return list;
}

static bool all_ready(const struct pod_run *run)
{
    for (size_t i = 0; i < run->count; i++) {
        if ((i >= run->init || run->containers[i].sidecar) && !run->containers[i].ready)
            return false;
    }
    return run->initialized;
}

static const char *phase(const struct pod_run *run, const struct version *pod)
{
    const char *policy = json_text_at(pod->json, "spec", "restartPolicy");
    size_t ended = 0, failed = 0, never_started = 0;

    for (size_t i = run->init; i < run->count; i++) {
        const struct container_run *container = &run->containers[i];

        ended += container->state == CONTAINER_ENDED;
        failed += container->state == CONTAINER_ENDED && container->end.code != 0;
        never_started += container->state == CONTAINER_WAITING && !container->ended;
    }
    if (!run->initialized || never_started > 0)
        return "Pending";
    if (ended < run->count - run->init || text_equal(policy, "Always") ||
        (failed > 0 && !text_equal(policy, "Never")))
        return "Running";
    return failed > 0 ? "Failed" : "Succeeded";
}

static const json_t *conditions_of(struct sim *sim, const struct pod_run *run,
    const struct version *pod, bool succeeded)
{
    const json_t *old = json_at(pod->json, "status", "conditions");
    json_t *conditions = json_new_list();
    const bool gated = json_array_size(json_at(pod->json, "spec", "readinessGates")) > 0;
    const char *ready = all_ready(run) ? "True" : "False";
    const char *reason = all_ready(run) ? NULL : succeeded ? "PodCompleted" : "ContainersNotReady";

    status_condition(sim,
        conditions,
        old,
        (struct status_condition){"PodScheduled", "True", NULL, NULL});
    status_condition(sim,
        conditions,
        old,
        (struct status_condition){"Initialized",
            run->initialized ? "True" : "False",
            run->initialized ? NULL : "ContainersNotInitialized",
            NULL});
    status_condition(sim,
        conditions,
        old,
        (struct status_condition){"ContainersReady", ready, reason, NULL});
    /* Nobody here says yes to a gate. */
    if (gated && all_ready(run)) {
        ready = "False";
        reason = "ReadinessGatesNotReady";
    }
    status_condition(sim, conditions, old, (struct status_condition){"Ready", ready, reason, NULL});
    return conditions;
}

const json_t *pod_status(struct sim *sim, const struct pod_run *run, const struct version *pod)
{
    const char *began = json_text_at(pod->json, "status", "startTime");
    const char *now = phase(run, pod);

    return object(sim->objects,
        F("phase", now),
        F("conditions", conditions_of(sim, run, pod, text_equal(now, "Succeeded"))),
        F("qosClass", json_at(pod->json, "status", "qosClass")),
        F("hostIP", "192.168.0.1"),
        F("podIP", run->address),
        LIST("podIPs", ITEM(F("ip", run->address))),
        F("startTime", began == NULL ? clock_text(sim->objects, sim->now) : began),
        OPT("initContainerStatuses", container_statuses(sim, run, 0, run->init)),
        F("containerStatuses", container_statuses(sim, run, run->init, run->count)));
}
