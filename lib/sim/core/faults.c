#include "faults.h"

#include <stdlib.h>
#include <string.h>
#include <strings.h>

#include "flag.h"
#include "queue.h"
#include "world.h"

/* A task that is made to fail does so this often. */
enum { TASK_TRIES = 3 };

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

const char *fault_text(struct arena *arena, const struct fault *fault)
{
    return fmt(arena, "%s=%s", kinds[fault->kind], fault->what);
}

const char *faults_unmet(const struct sim *sim)
{
    for (const struct fault *fault = sim->faults->first; fault != NULL; fault = fault->next) {
        if (!fault->met)
            return fault_text(sim->arena, fault);
    }
    return NULL;
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

struct fault *faults_active(struct sim *sim, enum fault_kind kind, const char *what)
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
    return faults_active(sim, FAULT_IMAGE, image) == NULL ? NULL : "ErrImagePull";
}

static bool is_flag(const char *word, const char *name)
{
    size_t length = strlen(name);

    return text_starts_with(word, "--") && flag_same(word + 2, name, length) &&
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
    const struct fault *fault = faults_active(sim, FAULT_POD, name);

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
enum hook_outcome faults_hook(struct sim *sim, const struct hook *hook)
{
    static const struct {
        const char *name;
        enum hook_outcome outcome;
    } ways[] = {{NULL, HOOK_ANSWERS_500}, {"429", HOOK_ANSWERS_429}, {"timeout", HOOK_HANGS}};

    for (size_t i = 0; sim->faults->first != NULL && i < sizeof(ways) / sizeof(*ways); i++) {
        const char *way = ways[i].name;
        const char *behind = way == NULL ? "" : fmt(sim->objects, "/%s", way);
        struct fault *fault =
            faults_active(sim, FAULT_HOOK, fmt(sim->objects, "%s%s", hook->kind, behind));

        if (fault == NULL)
            fault = faults_active(sim, FAULT_HOOK, fmt(sim->objects, "%s%s", hook->name, behind));
        if (fault == NULL && way != NULL)
            fault = faults_active(sim, FAULT_HOOK, way);
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
