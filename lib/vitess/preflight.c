#include "preflight.h"

#include <string.h>

#include "conditions.h"
#include "staging.h"

/* A log may end in pages of usage. */
enum { LONGEST_REASON = 400 };

static bool is_end(char c)
{
    return strchr(" \n\r\t.", c) != NULL;
}

/* A byte within a character of UTF-8. */
static bool is_within(char c)
{
    return ((unsigned char)c & 0xc0) == 0x80;
}

/* Programs of Vitess say at last what they end for. Without the full stop, since it goes on. */
static const char *last_line(struct arena *a, const char *text)
{
    size_t end = strlen(text), begin;

    while (end > 0 && is_end(text[end - 1]))
        end--;
    for (begin = end; begin > 0 && text[begin - 1] != '\n';)
        begin--;
    return text_copy(a, text + begin, end - begin);
}

/* Since Vitess 24 a line of its log is a JSON object. */
static const char *without_log(struct arena *a, const char *line)
{
    struct json_fault fault;
    const json_t *entry = *line == '{' ? json_read(a, line, strlen(line), 0, &fault) : NULL;
    const char *said = json_text_at(entry, "msg");

    return said == NULL || *said == '\0' ? line : said;
}

static const char *reason_in(struct arena *a, const char *text)
{
    const char *reason = without_log(a, last_line(a, text));
    size_t length = strlen(reason);

    if (length > LONGEST_REASON)
        reason += length - LONGEST_REASON;
    while (is_within(*reason))
        reason++;
    return reason;
}

/* The runtime could not find what was only to show that there is an image, or what only asks
 * others. As containerd says it, CRI-O with runc, and CRI-O with crun. */
static bool has_no_such_program(struct arena *a, const json_t *container, const json_t *end)
{
    const char *message = json_text_at(end, "message");
    const char *program = json_string_value(json_array_get(json_at(container, "command"), 0));

    if (message == NULL || !(text_equal(program, PREFLIGHT_NOTHING) || text_equal(program, "sh")))
        return false;
    return strstr(message, fmt(a, "exec: \"%s\"", program)) != NULL ||
           strstr(message, fmt(a, "exec: \\\"%s\\\"", program)) != NULL ||
           strstr(message, fmt(a, "executable file `%s` not found", program)) != NULL;
}

/* Its node was started anew, or has forgotten it (kubelet, containerd): nobody knows how it ended.
 */
static bool is_lost(const json_t *end)
{
    static const char *const reasons[] = {"ContainerStatusUnknown", "Unknown", NULL};

    return text_is_one_of(json_text_at(end, "reason"), reasons);
}

static const char *why_ended(struct arena *a, const json_t *end)
{
    const char *message = json_text_at(end, "message");
    const char *reason = json_text_at(end, "reason");

    if (json_int_at(end, 0, "exitCode") == 0)
        return NULL;
    if (message != NULL && *reason_in(a, message) != '\0')
        return reason_in(a, message);
    return fmt(a,
        "ended with exit code %lld%s%s%s",
        (long long)json_int_at(end, 0, "exitCode"),
        reason == NULL ? "" : " (",
        reason == NULL ? "" : reason,
        reason == NULL ? "" : ")");
}

#define PULL_FAILED "ErrImagePull"

/* Between two tries to pull an image kubelet gives another reason, and (since Kubernetes 1.31) the
 * one before at the end of its message. What is said must not change with each try: it would be a
 * write each time. */
static const char *why_waits(struct arena *a, const json_t *waiting)
{
    const char *reason = json_text_at(waiting, "reason");
    const char *message = json_text_at(waiting, "message");
    const char *before;

    if (!waiting_is_stuck(reason))
        return NULL;
    if (text_equal(reason, "ImagePullBackOff")) {
        before = message == NULL ? NULL : strstr(message, PULL_FAILED ": ");
        reason = PULL_FAILED;
        message = before == NULL ? message : before + strlen(PULL_FAILED ": ");
    }
    return message == NULL ? reason : fmt(a, "%s: %s", reason, reason_in(a, message));
}

/* The tally over all containers. */
struct tally {
    struct texts refusals;
    bool over; /* all have ended */
    bool lost; /* of one nobody knows how */
};

/* What one container says; NULL where that is nothing bad. Where the runtime makes a container
 * before it starts it (CRI-O), one that lacks its program waits and is made again and again. */
static const char *refusal_of(struct tally *tally, const json_t *container, const json_t *status,
    bool prepares)
{
    struct arena *a = tally->refusals.arena;
    const json_t *waiting = json_at(status, "state", "waiting");
    const json_t *end = json_at(status, "state", "terminated");

    if (end == NULL)
        end = json_at(status, "lastState", "terminated");
    if (!prepares && has_no_such_program(a, container, end == NULL ? waiting : end))
        return NULL;
    tally->over = tally->over && end != NULL;
    if (end == NULL)
        return why_waits(a, waiting);
    if (is_lost(end)) {
        tally->lost = true;
        return NULL;
    }
    return why_ended(a, end);
}

/* Those that prepare are needed by the others: they must run, whatever they lack. */
static void look_at(struct tally *tally, const json_t *observed, const json_t *containers,
    bool prepare)
{
    const json_t *container;

    json_each_item (containers, i, container) {
        const char *name = json_text_at(container, "name");
        const char *refusal = refusal_of(tally, container, pod_container(observed, name), prepare);

        if (refusal != NULL)
            texts_add(&tally->refusals,
                fmt(tally->refusals.arena, "container %s: %s", name, refusal));
    }
}

static const char *why_no_node(struct arena *a, const json_t *observed)
{
    const char *message = condition_message(observed, "PodScheduled");

    if (!text_equal(condition_status(observed, "PodScheduled"), "False") ||
        !text_equal(condition_reason(observed, "PodScheduled"), "Unschedulable"))
        return NULL;
    return message == NULL ? "Unschedulable" : fmt(a, "Unschedulable: %s", reason_in(a, message));
}

/* A node that is short of something takes no Pods in either, and calls that an eviction
 * (pkg/kubelet: eviction). One that tolerates each taint would come back to it again and again. */
static bool was_not_taken_in(const json_t *observed)
{
    return text_starts_with(json_text_at(observed, "status", "message"), "The node had condition:");
}

/* It says nothing of the Pod that its node had to give it up (pkg/kubelet: eviction, nodeshutdown,
 * preemption). What a kubelet does not admit it would not admit the next time. */
static bool is_void(const json_t *observed)
{
    static const char *const given_up[] =
        {"Evicted", "NodeLost", "NodeShutdown", "Preempting", "Shutdown", "Terminated", NULL};

    return pod_dead(observed) && !was_not_taken_in(observed) &&
           text_is_one_of(json_text_at(observed, "status", "reason"), given_up);
}

static const char *why_not_admitted(struct arena *a, const json_t *observed)
{
    const char *reason = json_text_at(observed, "status", "reason");
    const char *message = json_text_at(observed, "status", "message");

    if (!pod_dead(observed) || reason == NULL)
        return NULL;
    return message == NULL ? reason : fmt(a, "%s: %s", reason, reason_in(a, message));
}

struct preflight_outcome preflight_outcome(struct arena *a, const json_t *observed,
    const json_t *wanted)
{
    struct tally tally = {.refusals.arena = a, .over = true};
    const char *whole = why_no_node(a, observed);

    if (is_void(observed))
        return (struct preflight_outcome){PREFLIGHT_VOID, NULL};
    if (whole == NULL)
        whole = why_not_admitted(a, observed);
    if (whole != NULL)
        return (struct preflight_outcome){PREFLIGHT_REFUSED, whole};
    look_at(&tally, observed, json_at(wanted, "spec", "initContainers"), true);
    look_at(&tally, observed, json_at(wanted, "spec", "containers"), false);
    if (tally.refusals.count > 0)
        return (struct preflight_outcome){PREFLIGHT_REFUSED, texts_join(&tally.refusals, "; ")};
    if (!tally.over || tally.lost)
        return (
            struct preflight_outcome){pod_dead(observed) ? PREFLIGHT_VOID : PREFLIGHT_RUNS, NULL};
    return (struct preflight_outcome){PREFLIGHT_PASSED, NULL};
}
