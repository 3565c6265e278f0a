#include "faults.h"

#include <stdlib.h>
#include <string.h>
#include <strings.h>

#include "metadata.h"
#include "sim/core/edit.h"
#include "sim/core/world.h"
#include "sim/kubelet/kubelet.h"
#include "sim/kubelet/scheduler.h"
#include "sim/metacontroller/secrets.h"
#include "template.h"

/* A Pod that is made to crash does so this often; a task fails this often. */
enum { CRASHES = 3, TASK_TRIES = 3 };

static const char *const kinds[] = {
    "pod", "node", "image", "task", "hook", "admit", "stop", "sidecar", "flag", "refuse", "secret"};

static bool kind_named(const char *text, size_t length, enum fault_kind *kind)
{
    for (size_t i = 0; i < sizeof(kinds) / sizeof(*kinds); i++) {
        if (strlen(kinds[i]) == length && strncmp(kinds[i], text, length) == 0) {
            *kind = (enum fault_kind)i;
            return true;
        }
    }
    return false;
}

/* The part behind the last '@', or 0 where there is none; an image may have one of its own, before
 * its digest, so it must be a number. */
static long second_of(const char *what, size_t *length)
{
    const char *at = strrchr(what, '@');
    char *end;
    long second;

    *length = strlen(what);
    if (at == NULL || at[1] == '\0')
        return 0;
    second = strtol(at + 1, &end, 10);
    if (*end != '\0' || second < 0)
        return 0;
    *length = (size_t)(at - what);
    return second;
}

/* "label:KEY=VALUE" or "annotation:KEY=VALUE". */
static bool is_rewrite(const char *what)
{
    return (text_starts_with(what, "label:") || text_starts_with(what, "annotation:")) &&
           strchr(what, '=') != NULL;
}

static bool read_fault(struct sim *sim, const char *text, struct fault *fault)
{
    static const char *const places[] = {"first", "last", NULL};
    const char *equals = strchr(text, '=');
    size_t length;

    if (equals == NULL || equals[1] == '\0' ||
        !kind_named(text, (size_t)(equals - text), &fault->kind))
        return false;
    fault->second = second_of(equals + 1, &length);
    fault->what = table_name(&sim->names, text_copy(sim->arena, equals + 1, length));
    return fault->kind != FAULT_SIDECAR || text_is_one_of(fault->what, places);
}

void faults_start(struct sim *sim)
{
    sim->faults = arena_make(sim->arena, struct faults);
}

bool faults_add(struct sim *sim, const char *text, const char **message)
{
    struct fault fault = {.left = 1};
    struct fault **last = &sim->faults->first;

    if (!read_fault(sim, text, &fault)) {
        *message = fmt(sim->arena,
            "must be pod=NAME, node=NAME, image=IMAGE, task=VERB, hook=KIND, admit=REWRITE, "
            "sidecar=first, sidecar=last, flag=NAME, refuse=TEXT, secret=NAME or stop=SECONDS, "
            "with @STEP behind it, got \"%s\"",
            text);
        return false;
    }
    if (fault.kind == FAULT_ADMIT && !is_rewrite(fault.what)) {
        *message = fmt(sim->arena,
            "admit must be label:KEY=VALUE or annotation:KEY=VALUE, got \"%s\"",
            fault.what);
        return false;
    }
    if (fault.kind == FAULT_TASK)
        fault.left = TASK_TRIES;
    while (*last != NULL)
        last = &(*last)->next;
    *last = arena_make(sim->arena, struct fault);
    **last = fault;
    return true;
}

static bool crash_pods(struct sim *sim, const char *name, int times)
{
    struct table_row *row;
    bool any = false;

    table_each (&sim->kubelet->runs, row) {
        struct pod_run *run = row->value;
        const char *slash = strrchr(run->key, '/');

        if (!text_equal(slash == NULL ? run->key : slash + 1, name))
            continue;
        kubelet_crash(sim, run, times);
        any = true;
    }
    return any;
}

static void begin(struct sim *sim, struct fault *fault)
{
    fault->begun = true;
    world_disturbed(sim);
    if (fault->second > 0)
        world_note(sim, "fault: %s=%s", kinds[fault->kind], fault->what);
    if (fault->kind == FAULT_POD)
        fault->met = crash_pods(sim, fault->what, fault->second == 0 ? -1 : CRASHES);
    if (fault->kind == FAULT_NODE)
        fault->met = nodes_kill(sim, fault->what);
    if (fault->kind == FAULT_SECRET)
        fault->met = secrets_renew(sim, fault->what);
    if (fault->kind == FAULT_STOP || fault->kind == FAULT_SIDECAR)
        fault->met = true;
}

const char *faults_unmet(const struct sim *sim)
{
    for (const struct fault *fault = sim->faults->first; fault != NULL; fault = fault->next) {
        if (!fault->met)
            return fmt(sim->arena, "%s=%s", kinds[fault->kind], fault->what);
    }
    return NULL;
}

void faults_turn(struct sim *sim)
{
    for (struct fault *fault = sim->faults->first; fault != NULL; fault = fault->next) {
        if (!fault->begun && fault->second <= sim->now)
            begin(sim, fault);
    }
}

long faults_due(const struct sim *sim)
{
    long due = NEVER;

    for (const struct fault *fault = sim->faults->first; fault != NULL; fault = fault->next) {
        if (!fault->begun && fault->second < due)
            due = fault->second;
    }
    return due <= sim->now ? sim->now + 1 : due;
}

static struct fault *active(struct sim *sim, enum fault_kind kind, const char *what)
{
    for (struct fault *fault = sim->faults->first; fault != NULL; fault = fault->next) {
        if (fault->kind == kind && fault->left > 0 && fault->second <= sim->now &&
            text_equal(fault->what, what)) {
            fault->met = true;
            return fault;
        }
    }
    return NULL;
}

const char *faults_image(struct sim *sim, const char *image)
{
    if (image == NULL || strpbrk(image, " \t\n") != NULL || *image == '\0')
        return "InvalidImageName";
    return active(sim, FAULT_IMAGE, image) == NULL ? NULL : "ErrImagePull";
}

static bool is_flag(const char *word, const char *name)
{
    size_t length = strlen(name);

    return text_starts_with(word, "--") && text_starts_with(word + 2, name) &&
           (word[2 + length] == '\0' || word[2 + length] == '=');
}

const char *faults_flag(struct sim *sim, const struct texts *words)
{
    for (struct fault *fault = sim->faults->first; fault != NULL; fault = fault->next) {
        if (fault->kind != FAULT_FLAG || fault->second > sim->now)
            continue;
        for (size_t i = 0; i < words->count; i++) {
            if (!is_flag(words->at[i], fault->what))
                continue;
            fault->met = true;
            return fault->what;
        }
    }
    return NULL;
}

int faults_pod_crashes(struct sim *sim, const char *name)
{
    const struct fault *fault = active(sim, FAULT_POD, name);

    return fault != NULL && fault->second == 0 ? -1 : 0;
}

/* "vitess-zone1-cell-info-1a2b3c4d" is a task of the verb "cell-info". */
static bool has_verb(const char *pod, const char *verb)
{
    const char *dash = strrchr(pod, '-');
    size_t length = strlen(verb);

    return dash != NULL && (size_t)(dash - pod) > length && dash[-(long)length - 1] == '-' &&
           strncmp(dash - length, verb, length) == 0;
}

bool faults_task_fails(struct sim *sim, const char *pod, const char *command)
{
    for (struct fault *fault = sim->faults->first; fault != NULL; fault = fault->next) {
        if (fault->kind != FAULT_TASK || fault->left == 0 || fault->second > sim->now)
            continue;
        if (has_verb(pod, fault->what) ||
            (command != NULL && strcasecmp(command, fault->what) == 0)) {
            fault->left--;
            fault->met = true;
            return true;
        }
    }
    return false;
}

/* "VitessShard", "shard", "VitessShard/429", "shard/timeout", or "429" for whichever is asked next.
 */
enum hook_outcome faults_hook(struct sim *sim, const struct kind *kind)
{
    static const struct {
        const char *name;
        enum hook_outcome outcome;
    } ways[] = {{NULL, HOOK_ANSWERS_500}, {"429", HOOK_ANSWERS_429}, {"timeout", HOOK_HANGS}};

    for (size_t i = 0; sim->faults->first != NULL && i < sizeof(ways) / sizeof(*ways); i++) {
        const char *way = ways[i].name;
        const char *behind = way == NULL ? "" : fmt(sim->objects, "/%s", way);
        struct fault *fault =
            active(sim, FAULT_HOOK, fmt(sim->objects, "%s%s", kind->name, behind));

        if (fault == NULL)
            fault = active(sim, FAULT_HOOK, fmt(sim->objects, "%s%s", kind->hook->name, behind));
        if (fault == NULL && way != NULL)
            fault = active(sim, FAULT_HOOK, way);
        if (fault == NULL)
            continue;
        fault->left--;
        world_disturbed(sim);
        return ways[i].outcome;
    }
    return HOOK_ANSWERS;
}

long faults_stop(const struct sim *sim)
{
    long seconds = 0;

    for (const struct fault *fault = sim->faults->first; fault != NULL; fault = fault->next) {
        if (fault->kind == FAULT_STOP && fault->second <= sim->now)
            seconds = atol(fault->what);
    }
    return seconds;
}

/* --- admission --- */

static void rewrite(struct sim *sim, const char *what, json_t *object)
{
    const char *colon = strchr(what, ':');
    const char *equals = strchr(what, '=');
    const char *field = text_starts_with(what, "label:") ? "labels" : "annotations";
    json_t *metadata = edit_map(object, "metadata");
    json_t *texts = json_overlay(json_at(metadata, field), NULL);

    json_put_text(texts,
        text_copy(sim->objects, colon + 1, (size_t)(equals - colon) - 1),
        equals + 1);
    json_put(metadata, field, texts);
}

bool faults_admits(const struct sim *sim)
{
    for (const struct fault *fault = sim->faults->first; fault != NULL; fault = fault->next) {
        if (fault->kind == FAULT_ADMIT && fault->second <= sim->now)
            return true;
    }
    return false;
}

bool faults_admit(struct sim *sim, const struct kind *kind, json_t *object)
{
    bool any = false;

    for (struct fault *fault = sim->faults->first; fault != NULL; fault = fault->next) {
        if (fault->kind != FAULT_ADMIT || fault->second > sim->now || !kind_is(kind, "Pod"))
            continue;
        rewrite(sim, fault->what, object);
        fault->met = any = true;
    }
    return any;
}

const char *faults_refuse(struct sim *sim, const struct kind *kind, const json_t *object)
{
    const char *text = NULL;

    for (struct fault *fault = sim->faults->first; fault != NULL; fault = fault->next) {
        if (fault->kind != FAULT_REFUSE || fault->second > sim->now || !kind_is(kind, "Pod"))
            continue;
        text = text == NULL ? json_write(sim->objects, object, NULL) : text;
        if (strstr(text, fault->what) == NULL)
            continue;
        fault->met = true;
        return fmt(sim->objects,
            "pods \"%s\" is forbidden: a policy refuses %s",
            object_name(object),
            fault->what);
    }
    return NULL;
}

/* --- a mesh --- */

static const json_t *side_car(struct sim *sim, const char *place)
{
    return object(sim->objects,
        F("name", fmt(sim->objects, "mesh-%s", place)),
        F("image", "mesh/proxy:1"));
}

const json_t *faults_inject(struct sim *sim, const struct kind *kind, const json_t *object)
{
    bool first = active(sim, FAULT_SIDECAR, "first") != NULL;
    bool last = active(sim, FAULT_SIDECAR, "last") != NULL;
    json_t *containers;
    const json_t *container;

    if (!kind_is(kind, "Pod") || (!first && !last))
        return object;
    containers = json_new_list();
    if (first)
        json_add(containers, side_car(sim, "first"));
    json_each_item (json_at(object, "spec", "containers"), i, container)
        json_add(containers, container);
    if (last)
        json_add(containers, side_car(sim, "last"));
    return edited(object, containers, "spec", "containers");
}
