#include "kubelet.h"

#include "metadata.h"
#include "sim/core/faults.h"
#include "sim/core/world.h"

enum { FIRST_BACKOFF = 10, LONGEST_BACKOFF = 300, CRASH_CODE = 1, KILLED = 143 };

/* A container that crashes again and again for the same reason is still restarted, but nobody
 * waits for it. */
enum { HOPELESS = 8 };

void kubelet_start(struct sim *sim, const struct processes *processes)
{
    sim->kubelet = arena_make(sim->arena, struct kubelet);
    sim->kubelet->processes = processes;
    sim->kubelet->runs.arena = sim->arena;
    queue_start(&sim->kubelet->queue, sim->arena);
}

struct pod_run *kubelet_run(const struct sim *sim, const char *uid)
{
    return table_get(&sim->kubelet->runs, uid);
}

void kubelet_wake(struct sim *sim)
{
    sim->kubelet->changes++;
}

void kubelet_poke(struct sim *sim, const char *uid)
{
    if (kubelet_run(sim, uid) != NULL)
        queue_add(&sim->kubelet->queue, uid);
}

/* --- runs --- */

static size_t add_containers(struct sim *sim, struct pod_run *run, const json_t *list)
{
    const json_t *container;

    json_each_item (list, i, container)
        run->containers[run->count++] =
            (struct container_run){.name = table_name(&sim->names, json_text_at(container, "name")),
                .image = table_name(&sim->names, json_text_at(container, "image")),
                .program = program_of(container),
                .sidecar = json_text_at(container, "restartPolicy") != NULL,
                .reason = "PodInitializing"};
    return json_array_size(list);
}

static void start_run(struct sim *sim, const struct version *pod)
{
    struct pod_run *run = arena_make(sim->arena, struct pod_run);
    const json_t *spec = json_at(pod->json, "spec");
    size_t address = ++sim->kubelet->addresses;

    run->key = pod->key;
    run->uid = pod->uid;
    run->node = table_name(&sim->names, json_text_at(spec, "nodeName"));
    run->address = fmt(sim->arena,
        "10.%zu.%zu.%zu",
        200 + address / 65025 % 50,
        address / 255 % 255,
        address % 255 + 1);
    run->containers = arena_array(sim->arena,
        json_array_size(json_at(spec, "initContainers")) +
            json_array_size(json_at(spec, "containers")),
        sizeof(*run->containers));
    run->init = add_containers(sim, run, json_at(spec, "initContainers"));
    add_containers(sim, run, json_at(spec, "containers"));
    run->crashes = faults_pod_crashes(sim, pod->name);
    table_put(&sim->kubelet->runs, run->uid, run);
    queue_add(&sim->kubelet->queue, run->uid);
}

static void end_processes(struct sim *sim, struct pod_run *run)
{
    for (size_t i = 0; i < run->count; i++) {
        struct container_run *container = &run->containers[i];

        if (container->state != CONTAINER_RUNNING)
            continue;
        container->end = (struct container_end){container->program == PROGRAM_TASK ? KILLED : 0,
            NULL,
            container->since,
            sim->now};
        container->ended = true;
        container->state = CONTAINER_ENDED;
        container->ready = false;
        sim->kubelet->processes->ended(sim, run, container);
    }
    run->stopped = true;
}

void kubelet_see(struct sim *sim, const struct change *change)
{
    const struct version *pod = change->after == NULL ? change->before : change->after;
    struct pod_run *run;

    if (!kind_is(pod->kind, "Pod"))
        return;
    run = kubelet_run(sim, pod->uid);
    if (change->after == NULL) {
        if (run != NULL)
            end_processes(sim, run);
        table_remove(&sim->kubelet->runs, pod->uid);
        return;
    }
    if (run == NULL && json_text_at(pod->json, "spec", "nodeName") != NULL)
        start_run(sim, pod);
    else if (run != NULL && change->before != NULL && pod->terminating &&
             !change->before->terminating)
        queue_add(&sim->kubelet->queue, pod->uid);
}

void kubelet_lose_node(struct sim *sim, const char *node)
{
    struct table_row *row;

    table_each (&sim->kubelet->runs, row) {
        struct pod_run *run = row->value;

        if (text_equal(run->node, node)) {
            run->lost = true;
            end_processes(sim, run);
        }
    }
}

/* As after a reboot: what ran there starts again. */
void kubelet_regain_node(struct sim *sim, const char *node)
{
    struct table_row *row;

    table_each (&sim->kubelet->runs, row) {
        struct pod_run *run = row->value;
        const struct version *pod = store_named(sim, "Pod", run->key);

        if (!text_equal(run->node, node) || !run->lost)
            continue;
        run->lost = run->initialized = false;
        run->stopped = pod != NULL && pod->terminating;
        queue_add(&sim->kubelet->queue, run->uid);
    }
}

void kubelet_crash(struct sim *sim, struct pod_run *run, int times)
{
    run->crashes = times;
    queue_add(&sim->kubelet->queue, run->uid);
}

/* --- containers --- */

static void look_again(struct sim *sim, const struct pod_run *run, long second)
{
    queue_add_at(&sim->kubelet->queue, run->uid, second);
}

/* The first restart is immediate, then 10 s, 20 s, 40 s ... */
static long backoff(int restarts)
{
    long seconds = restarts == 0 ? 1 : FIRST_BACKOFF;

    for (int i = 1; i < restarts && seconds < LONGEST_BACKOFF; i++)
        seconds *= 2;
    return seconds < LONGEST_BACKOFF ? seconds : LONGEST_BACKOFF;
}

/* False while its image cannot be had. */
static bool pull(struct sim *sim, struct pod_run *run, struct container_run *container)
{
    const char *trouble = faults_image(sim, container->image);

    if (trouble == NULL)
        return true;
    if (!text_equal(trouble, "ErrImagePull"))
        container->reason = trouble;
    else if (text_equal(container->reason, "ErrImagePull") ||
             text_equal(container->reason, "ImagePullBackOff"))
        container->reason = "ImagePullBackOff";
    else {
        container->reason = "ErrImagePull";
        look_again(sim, run, sim->now + 1);
    }
    return false;
}

static void start(struct sim *sim, struct pod_run *run, struct container_run *container)
{
    container->state = CONTAINER_RUNNING;
    container->since = sim->now;
    container->ready = container->well = false;
    if (container->ended)
        container->restarts++;
    look_again(sim, run, sim->now + 1);
}

static void wait(struct sim *sim, struct pod_run *run, struct container_run *container)
{
    if (!container->ended && text_equal(container->reason, "PodInitializing")) {
        container->reason = "ContainerCreating";
        look_again(sim, run, sim->now + 1);
        return;
    }
    if (sim->now < container->retry) {
        if (container->restarts < HOPELESS)
            look_again(sim, run, container->retry);
        else
            queue_add_idle(&sim->kubelet->queue, run->uid, container->retry);
        return;
    }
    if (pull(sim, run, container))
        start(sim, run, container);
}

static void end(struct sim *sim, struct pod_run *run, struct container_run *container, int code,
    const char *message)
{
    container->state = CONTAINER_ENDED;
    container->ready = false;
    container->ended = true;
    container->end =
        (struct container_end){code, table_name(&sim->names, message), container->since, sim->now};
    sim->kubelet->processes->ended(sim, run, container);
    look_again(sim, run, sim->now + 1);
}

static const json_t *spec_of(const struct version *pod, const struct pod_run *run, size_t index)
{
    const json_t *spec = json_at(pod->json, "spec");

    if (index < run->init)
        return json_array_get(json_at(spec, "initContainers"), index);
    return json_array_get(json_at(spec, "containers"), index - run->init);
}

static void run_container(struct sim *sim, struct pod_run *run, const struct version *pod,
    size_t index)
{
    struct container_run *container = &run->containers[index];
    struct outcome outcome;

    if (index < run->init && container->program == PROGRAM_OTHER && !container->sidecar) {
        if (sim->now > container->since)
            end(sim, run, container, 0, NULL);
        return;
    }
    if (index >= run->init && run->crashes != 0 && sim->now > container->since) {
        end(sim, run, container, CRASH_CODE, "crashed: this fault was asked for");
        return;
    }
    outcome = sim->kubelet->processes->look(sim, run, container, pod, spec_of(pod, run, index));
    if (outcome.ends) {
        end(sim, run, container, outcome.code, outcome.message);
        return;
    }
    container->ready = outcome.ready;
    if (outcome.idle && outcome.next != NEVER)
        queue_add_idle(&sim->kubelet->queue, run->uid, outcome.next);
    else if (outcome.next != NEVER)
        look_again(sim, run, outcome.next);
}

/* restartPolicy: a container of a task that has succeeded stays ended. */
static bool restarts(const struct version *pod, const struct container_run *container)
{
    const char *policy = json_text_at(pod->json, "spec", "restartPolicy");

    if (container->sidecar)
        return true;
    if (text_equal(policy, "Never"))
        return false;
    return !text_equal(policy, "OnFailure") || container->end.code != 0;
}

static void restart(struct sim *sim, struct pod_run *run, const struct version *pod,
    struct container_run *container)
{
    if (!restarts(pod, container) || sim->now == container->end.finished)
        return;
    container->state = CONTAINER_WAITING;
    container->reason = "CrashLoopBackOff";
    container->retry = container->end.finished + backoff(container->restarts);
    wait(sim, run, container);
}

static void step_container(struct sim *sim, struct pod_run *run, const struct version *pod,
    size_t index)
{
    struct container_run *container = &run->containers[index];

    switch (container->state) {
    case CONTAINER_WAITING:
        wait(sim, run, container);
        break;
    case CONTAINER_RUNNING:
        run_container(sim, run, pod, index);
        break;
    case CONTAINER_ENDED:
        restart(sim, run, pod, container);
        break;
    }
}

/* A crash that was asked for counts once all containers of the Pod have had it. */
static void count_crash(struct sim *sim, struct pod_run *run)
{
    bool now = false;

    for (size_t i = run->init; i < run->count; i++) {
        const struct container_run *container = &run->containers[i];

        if (container->state == CONTAINER_RUNNING)
            return;
        now = now || (container->state == CONTAINER_ENDED && container->end.finished == sim->now);
    }
    if (now)
        run->crashes--;
}

/* An init container that has succeeded. */
static bool is_done(const struct container_run *container)
{
    return !container->sidecar && container->state == CONTAINER_ENDED && container->end.code == 0;
}

/* Init containers run one after the other. A sidecar has its turn until it has started; once all
 * others are there, too, it is one of them. */
static bool initialize(struct sim *sim, struct pod_run *run, const struct version *pod)
{
    for (size_t i = 0; i < run->init; i++) {
        struct container_run *container = &run->containers[i];

        if (!is_done(container))
            step_container(sim, run, pod, i);
        if (!is_done(container) && !(container->sidecar && container->ready))
            return false;
    }
    return true;
}

static void step_containers(struct sim *sim, struct pod_run *run, const struct version *pod)
{
    bool before = run->initialized;

    if (!before)
        run->initialized = initialize(sim, run, pod);
    for (size_t i = before ? 0 : run->init; i < run->count && run->initialized; i++) {
        if (i >= run->init || run->containers[i].sidecar)
            step_container(sim, run, pod, i);
    }
    if (run->crashes > 0)
        count_crash(sim, run);
}

/* --- Pods --- */

static void step_pod(struct sim *sim, struct pod_run *run)
{
    struct version *pod = store_by_uid(sim, kind_by_name(sim->kinds, "Pod"), run->key, run->uid);
    const json_t *status;

    if (pod == NULL || run->lost)
        return;
    if (pod->terminating && run->stopped) {
        store_remove(sim, "kubelet", pod);
        return;
    }
    if (pod->terminating && run->stops == 0)
        run->stops = sim->now + faults_stop(sim);
    if (pod->terminating && run->stops > sim->now) {
        look_again(sim, run, run->stops);
        return;
    }
    if (pod->terminating) {
        end_processes(sim, run);
        look_again(sim, run, sim->now + 1);
    } else {
        step_containers(sim, run, pod);
    }
    status = pod_status(sim, run, pod);
    if (!json_same(status, json_at(pod->json, "status")))
        store_status(sim, "kubelet", pod, status);
}

void kubelet_turn(struct sim *sim)
{
    struct queue_keys uids;

    if (sim->kubelet->seen != sim->kubelet->changes)
        queue_wake(&sim->kubelet->queue);
    sim->kubelet->seen = sim->kubelet->changes;
    uids = queue_take(&sim->kubelet->queue, sim->objects, sim->now);
    chance_shuffle(&sim->chance, uids.at, uids.count, sizeof(*uids.at));
    for (size_t i = 0; i < uids.count; i++) {
        struct pod_run *run = kubelet_run(sim, uids.at[i]);

        if (run != NULL)
            step_pod(sim, run);
    }
}

long kubelet_due(const struct sim *sim)
{
    return sim->kubelet->seen == sim->kubelet->changes ? queue_due(&sim->kubelet->queue, sim->now)
                                                       : queue_next(&sim->kubelet->queue, sim->now);
}
