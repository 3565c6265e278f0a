#include "task.h"

#include <string.h>

#include "preflight.h"
#include "staging.h"
#include "task_pod.h"
#include "template.h"

/* Exit codes from here on tell of a signal: the container was killed. */
enum { KILLED = 128 };

struct tasks tasks_begin(const struct request *request, const struct place *place,
    struct vtctl_client client)
{
    return (struct tasks){
        .request = request,
        .place = *place,
        .client = client,
        .prefix = object_name(request->parent),
        .pods = observed(request, "Pod.v1"),
        .emitted = json_new_list(),
        .remembered = json_new_list(),
    };
}

/* The hash of what is asked. A newline cannot be part of a name or flag of Vitess, so texts that
 * differ give questions that differ. */
static const char *question_of(struct arena *a, const char *const *arguments,
    const char *invalidation_key)
{
    struct text text = {.arena = a};

    for (; *arguments != NULL; arguments++)
        text_addf(&text, "%s\n", *arguments);
    text_addf(&text, "\n%s", invalidation_key == NULL ? "" : invalidation_key);
    return text_copy(a, digest(a, text_string(&text), text.length), QUESTION_DIGITS);
}

/* vtctldclient prints to stdout, but Kubernetes takes the log as termination message only on
 * failure. The scripts are fixed and the command their arguments: no value becomes shell text. */
#define ONCE "exec \"$@\" >/dev/termination-log"
/* A container that is started again waits longer each time, 10 s and more. */
#define PATIENTLY                                                                                  \
    "tries=$1; shift; until \"$@\" >/dev/termination-log; do [ $((tries -= 1)) -gt 0 ] || exit "   \
    "1; "                                                                                          \
    "sleep 1; done"
#define TRIES "60"
/* What it waits for may take hours, and an error may be it. Where the command does nothing but fail
 * otherwise, somebody has to be told: after five minutes that is what the container says. */
#define UNTIL                                                                                      \
    "pattern=$1; shift; tries=60; "                                                                \
    "until \"$@\" >/dev/termination-log 2>&1; well=$?; "                                           \
    "grep -Eq \"$pattern\" /dev/termination-log; do "                                              \
    "[ $well != 0 ] || tries=61; [ $((tries -= 1)) -gt 0 ] || exit 1; sleep 5; done"
/* $1 is "listed:SHARD" or "unlisted:SHARD". GetSrvKeyspaces tells of all cells, and fails where one
 * of them does not answer; it is far longer than a termination message. A shard from which the
 * traffic was switched away is not among the "shard_references" of its type, but may stay among the
 * "shard_tablet_controls" (UpdateDisableQueryService in go/vt/topo/srv_keyspace.go). */
#define LISTING                                                                                    \
    "wanted=${1%%:*} shard=${1#*:}; shift; tries=60; "                                             \
    "until said=$(\"$@\" 2>&1); well=$?; is=; "                                                    \
    "names=$(printf '%s\\n' \"$said\" | sed -n '/\"shard_references\"/,/]/"                        \
    "s/.*\"name\": *\"\\([^\"]*\\)\".*/\\1/p'); "                                                  \
    "if [ $well = 0 ] && [ -n \"$names\" ]; then is=unlisted; "                                    \
    "if printf '%s\\n' \"$names\" | grep -Fqxe \"$shard\"; then is=listed; fi; fi; "               \
    "[ \"$is\" = \"$wanted\" ]; do "                                                               \
    "[ $well != 0 ] || tries=61; if [ $((tries -= 1)) -le 0 ]; then "                              \
    "printf '%s' \"$said\" >/dev/termination-log; exit 1; fi; sleep 5; done; "                     \
    "printf '%s' \"$is\" >/dev/termination-log"
#define UNLESS                                                                                     \
    "pattern=$1; shift; \"$@\" >/dev/termination-log 2>&1 || grep -Eq \"$pattern\" "               \
    "/dev/termination-log"
/* "$@" becomes the client alone; $verb, $flag and $keyspace are the command. */
#define CLIENT                                                                                     \
    "n=$(($# - 3)); for word do shift; verb=$flag flag=$keyspace keyspace=$word; "                 \
    "[ $((n -= 1)) -lt 0 ] || set -- \"$@\" \"$word\"; done; "                                     \
    "tablets=$(\"$@\" GetTablets --keyspace \"$keyspace\"); "
/* From here on VTOrc may be first, so whoever must be told is known already. */
#define SET                                                                                        \
    "\"$@\" \"$verb\" \"$flag\" \"$keyspace\" >/dev/termination-log || exit 1; "                   \
    "set -- \"$@\" --action-timeout 5s; "
#define EACH_PRIMARY                                                                               \
    "printf '%s\\n' \"$tablets\" | { while read -r primary of shard type rest; do "                \
    "[ \"$type\" != primary ] || { "
#define AT_ONCE "} & done; wait; }"
#define THEN_LOOSEN CLIENT SET EACH_PRIMARY "\"$@\" StartReplication \"$primary\"; " AT_ONCE
#define THEN_TIGHTEN                                                                               \
    CLIENT SET EACH_PRIMARY                                                                        \
        "asked=; for replica in $(printf '%s\\n' \"$tablets\" | grep -F \" $shard replica \" | "   \
        "cut -d' ' -f1); do \"$@\" ReparentTablet \"$replica\" & asked=\"$asked $!\"; done; "      \
        "acknowledging=0; for one in $asked; do wait \"$one\" && acknowledging=1; done; "          \
        "[ $acknowledging = 0 ] || \"$@\" StartReplication \"$primary\"; " AT_ONCE

/* curl --fail would hide what etcd says of an error, so a good answer is told by its look. Just
 * after a change etcd refuses the next one for some seconds ("unhealthy cluster"). */
#define ASK_ETCD                                                                                   \
    "pattern=$1; shift; tries=60; "                                                                \
    "until answer=$(\"$@\" 2>&1); printf '%s' \"$answer\" >/dev/termination-log; "                 \
    "printf '%s\\n' \"$answer\" | grep -Eq \"$pattern\"; do "                                      \
    "[ $((tries -= 1)) -gt 0 ] || exit 1; sleep 1; done"

/* --- answers --- */

static bool is_valid(const struct tasks *tasks, const struct task_reading *reading,
    const char *answer)
{
    if (answer == NULL || reading == NULL)
        return text_equal(answer, "");
    return reading->valid(tasks->request->arena, reading->asked, answer);
}

static const char *remembered(const struct tasks *tasks, const char *question,
    const struct task_reading *reading)
{
    const json_t *entry;

    json_each_item (json_at(tasks->request->parent, "status", "tasks"), i, entry) {
        const char *answer = json_text_at(entry, "answer");

        if (text_equal(json_text_at(entry, "question"), question) &&
            is_valid(tasks, reading, answer))
            return answer;
    }
    return NULL;
}

static void remember(struct tasks *tasks, const char *question, const char *answer)
{
    const json_t *entry;

    json_each_item (tasks->remembered, i, entry) {
        if (text_equal(json_text_at(entry, "question"), question))
            return;
    }
    json_add(tasks->remembered,
        object(tasks->request->arena, F("question", question), F("answer", answer)));
}

/* How the task's container has ended, or NULL while it has not: "terminated" of now, since what it
 * left the time before is void once it has been started again. */
static const json_t *ended(const json_t *pod)
{
    return json_at(pod_container(pod, TASK_CONTAINER), "state", "terminated");
}

static bool succeeded(const json_t *pod)
{
    return json_int_at(ended(pod), -1, "exitCode") == 0;
}

/* How a container has failed, now or (it has been started again) last time, or NULL. */
static const json_t *failed(const json_t *status)
{
    const json_t *end = json_at(status, "state", "terminated");

    if (end == NULL)
        end = json_at(status, "lastState", "terminated");
    return json_int_at(end, 0, "exitCode") == 0 ? NULL : end;
}

/* One that was killed leaves what it had got so far, which may look like a good answer: its reason
 * tells more. */
static const char *words_of(struct arena *a, const char *who, const json_t *end)
{
    json_int_t code = json_int_at(end, 0, "exitCode");
    const char *message = json_text_at(end, "message");
    const char *reason = json_text_at(end, "reason");

    if (code < KILLED && message != NULL && *message != '\0')
        return message;
    return fmt(a,
        "%s ended with exit code %lld%s%s%s",
        who,
        (long long)code,
        reason == NULL ? "" : " (",
        reason == NULL ? "" : reason,
        reason == NULL ? "" : ")");
}

/* An init container holds it up. */
static const char *failure_before_start(struct arena *a, const json_t *pod)
{
    const json_t *status;

    json_each_item (json_at(pod, "status", "initContainerStatuses"), i, status) {
        const char *name = json_text_at(status, "name");
        const json_t *end = failed(status);

        if (end != NULL && name != NULL)
            return words_of(a, fmt(a, "its init container %s", name), end);
    }
    return NULL;
}

/* Why there is no answer yet, or NULL while it is just slow. */
static const char *failure(struct arena *a, const json_t *pod)
{
    const json_t *end = failed(pod_container(pod, TASK_CONTAINER));
    const char *before = container_has_started(pod, TASK_CONTAINER) || pod_dead(pod)
                             ? NULL
                             : failure_before_start(a, pod);

    if (end != NULL)
        return words_of(a, "its container", end);
    return before == NULL ? container_trouble(pod, TASK_CONTAINER) : before;
}

bool task_lacks_image(const char *message)
{
    const char *cause = message;

    for (const char *at = message; at != NULL && *at != '\0'; at++)
        cause = text_starts_with(at, ": ") ? at + strlen(": ") : cause;
    return waiting_for_image(cause);
}

/* Not just slow. Between two tries it looks well, so a Pod that has failed twice goes on failing
 * until it succeeds: a condition that came and went with each try would be a write each time. */
static bool fails_again(const json_t *pod)
{
    const char *trouble = container_trouble(pod, TASK_CONTAINER);

    return container_restarts(pod, TASK_CONTAINER) >= 2 ||
           (trouble != NULL && !text_equal(trouble, "CrashLoopBackOff") && !pod_dead(pod));
}

static struct task_reply fail(struct tasks *tasks, const struct question *question,
    const char *text, bool stuck)
{
    const char *trouble = fmt(tasks->request->arena, "task %s: %s", question->verb, text);

    if (tasks->trouble == NULL)
        tasks->trouble = trouble;
    if (tasks->stuck.text == NULL && stuck)
        tasks->stuck = (struct task_failure){trouble, text};
    return (struct task_reply){.state = TASK_FAILING, .text = text, .question = question->hash};
}

/* One that is there stays as it is. */
static void emit(struct tasks *tasks, const struct task_pod_ref *asked,
    const struct question *question)
{
    const json_t *other;

    json_each_item (tasks->emitted, i, other) {
        if (text_equal(object_name(other), asked->name))
            return;
    }
    json_add(tasks->emitted,
        asked->pod == NULL ? task_pod(tasks, asked->name, question)
                           : as_applied(tasks->request->arena, tasks->place.keys, asked->pod));
}

static struct task_reply answered(struct tasks *tasks, const struct question *question,
    const char *text)
{
    remember(tasks, question->hash, text);
    return (struct task_reply){.state = TASK_ANSWERED, .text = text, .question = question->hash};
}

/* What it says is what it will say: nobody would be helped by a Pod that asks again and again. */
static struct task_reply read_answer(struct tasks *tasks, const struct question *question,
    const json_t *pod, const struct task_reading *reading)
{
    struct arena *a = tasks->request->arena;
    const char *raw = json_text_at(ended(pod), "message");
    const char *unexpected = "";
    const char *text = "";

    if (reading != NULL)
        text = reading->digest(a, reading->asked, raw == NULL ? "" : raw, &unexpected);
    if (text != NULL)
        return answered(tasks, question, text);
    return fail(tasks,
        question,
        fmt(a, "unexpected answer: %s; delete Pod %s to ask again", unexpected, object_name(pod)),
        true);
}

/* It asks at this moment; and it was started after the answers that its question is made of. */
static bool runs(const json_t *pod)
{
    return !object_terminating(pod) &&
           json_at(pod_container(pod, TASK_CONTAINER), "state", "running") != NULL;
}

static struct task_reply listen(struct tasks *tasks, const struct question *question,
    const json_t *pod, const struct task_reading *reading)
{
    struct arena *a = tasks->request->arena;

    if (pod == NULL || !task_pod_is_controlled(tasks, pod))
        return (struct task_reply){.state = TASK_ASKED, .question = question->hash};
    if (!task_pod_runs_command(pod, task_pod(tasks, object_name(pod), question)))
        return fail(tasks,
            question,
            fmt(a,
                "Pod %s does not run the command that it was made with, so its answer is not "
                "taken: an admission webhook must leave its container \"" TASK_CONTAINER
                "\" as it is",
                object_name(pod)),
            true);
    if (succeeded(pod))
        return read_answer(tasks, question, pod, reading);
    if (failure(a, pod) != NULL)
        return fail(tasks, question, failure(a, pod), fails_again(pod));
    return (struct task_reply){.state = TASK_ASKED,
        .question = question->hash,
        .listener = runs(pod) ? object_uid(pod) : NULL};
}

static struct task_reply ask(struct tasks *tasks, const struct question *question,
    const struct task_reading *reading)
{
    const char *known = remembered(tasks, question->hash, reading);
    struct task_reply reply;
    struct task_pod_ref asked;

    if (known != NULL)
        return answered(tasks, question, known);
    asked = select_task_pod(tasks, question);
    reply = listen(tasks, question, asked.pod, reading);
    /* A Pod that has ended without an answer (evicted, say) never runs again: leaving it out makes
     * a new one. */
    if (asked.pod == NULL || !pod_dead(asked.pod) || succeeded(asked.pod))
        emit(tasks, &asked, question);
    return reply;
}

/* --- preflights --- */

#define PREFLIGHT "preflight"

static const char *preflight_question(const struct tasks *tasks, const char *hash)
{
    return question_of(tasks->request->arena, (const char *const[]){PREFLIGHT, NULL}, hash);
}

bool task_has_passed(struct tasks *tasks, const char *hash)
{
    const struct question question = {.hash = preflight_question(tasks, hash)};

    if (remembered(tasks, question.hash, NULL) == NULL)
        return false;
    answered(tasks, &question, "");
    return true;
}

struct task_reply task_try(struct tasks *tasks, const json_t *pod, const char *hash)
{
    struct arena *a = tasks->request->arena;
    const struct question question = {.verb = PREFLIGHT,
        .hash = preflight_question(tasks, hash),
        .preflight = pod};
    struct preflight_outcome outcome = {PREFLIGHT_RUNS, NULL};
    struct task_reply reply = {.state = TASK_ASKED, .question = question.hash};
    struct task_pod_ref asked;

    if (task_has_passed(tasks, hash))
        return (struct task_reply){.state = TASK_ANSWERED, .text = "", .question = question.hash};
    asked = select_task_pod(tasks, &question);
    if (asked.pod != NULL && task_pod_is_controlled(tasks, asked.pod))
        outcome = preflight_outcome(a, asked.pod, pod);
    if (outcome.state == PREFLIGHT_PASSED)
        reply = answered(tasks, &question, "");
    if (outcome.state == PREFLIGHT_REFUSED)
        reply = (struct task_reply){.state = TASK_FAILING,
            .text = outcome.text,
            .question = question.hash};
    reply.pod = asked.name;
    reply.there = asked.pod != NULL;
    if (outcome.state != PREFLIGHT_VOID)
        emit(tasks, &asked, &question);
    return reply;
}

const char *task_running(const struct tasks *tasks, const char *const *arguments)
{
    for (size_t i = 0; i < tasks->pods.count; i++) {
        const json_t *pod = tasks->pods.at[i];

        if (!pod_dead(pod) && !succeeded(pod) && task_pod_was_made_for(tasks, pod, arguments))
            return object_name(pod);
    }
    return NULL;
}

bool task_is_answered(const struct tasks *tasks, const char *const *arguments,
    const char *invalidation_key)
{
    return remembered(tasks,
               question_of(tasks->request->arena, arguments, invalidation_key),
               NULL) != NULL;
}

bool task_question_is(const char *text)
{
    return text != NULL && strlen(text) == QUESTION_DIGITS &&
           strspn(text, "0123456789abcdef") == QUESTION_DIGITS;
}

/* `word` is what the script takes before the client, or NULL. */
static struct question scripted(const struct tasks *tasks, const char *verb, const char *script,
    const char *word, const char *const *arguments, const char *invalidation_key)
{
    return (struct question){.verb = verb,
        .script = script,
        .pattern = word,
        .arguments = arguments,
        .hash = question_of(tasks->request->arena, arguments, invalidation_key)};
}

static struct task_reply ask_by(struct tasks *tasks, const char *verb, const char *script,
    const char *word, const char *const *arguments, const char *invalidation_key,
    const struct task_reading *reading)
{
    const struct question question =
        scripted(tasks, verb, script, word, arguments, invalidation_key);

    return ask(tasks, &question, reading);
}

struct task_reply task_ask(struct tasks *tasks, const char *verb, const char *const *arguments,
    const char *invalidation_key, const struct task_reading *reading)
{
    return ask_by(tasks, verb, ONCE, NULL, arguments, invalidation_key, reading);
}

struct task_reply task_ask_early(struct tasks *tasks, const char *verb,
    const char *const *arguments, const char *invalidation_key)
{
    return ask_by(tasks, verb, PATIENTLY, TRIES, arguments, invalidation_key, NULL);
}

struct task_reply task_switch_semi_sync(struct tasks *tasks, const char *verb, bool on,
    const char *const *arguments, const char *invalidation_key)
{
    return ask_by(tasks,
        verb,
        on ? THEN_TIGHTEN : THEN_LOOSEN,
        NULL,
        arguments,
        invalidation_key,
        NULL);
}

#define NO_NODE "node doesn't exist"

/* The path begins with the root of the topology, and that of a folder may end with a slash. */
struct task_reply task_delete(struct tasks *tasks, const char *verb, const char *record,
    const char *const *arguments, const char *invalidation_key)
{
    const char *pattern =
        record == NULL
            ? NO_NODE
            : fmt(tasks->request->arena, NO_NODE ": ([^ ]*/)?%s/?($|[^-_./A-Za-z0-9])", record);

    return ask_by(tasks, verb, UNLESS, pattern, arguments, invalidation_key, NULL);
}

struct task_reply task_await(struct tasks *tasks, const char *verb, const char *pattern,
    const char *const *arguments, const char *invalidation_key, const struct task_reading *reading)
{
    const char *all = fmt(tasks->request->arena,
        "%s\n%s",
        pattern,
        invalidation_key == NULL ? "" : invalidation_key);

    return ask_by(tasks, verb, UNTIL, pattern, arguments, all, reading);
}

static const char *read_listing(struct arena *a, const void *asked, const char *raw,
    const char **unexpected)
{
    *unexpected = json_brief(a, json_string(raw));
    return text_equal(raw, asked) ? "" : NULL;
}

static bool is_success(struct arena *a, const void *asked, const char *text)
{
    (void)a;
    (void)asked;
    return text_equal(text, "");
}

struct task_reply task_await_listing(struct tasks *tasks, const char *verb, bool listed,
    const char *keyspace, const char *shard, const char *invalidation_key)
{
    struct arena *a = tasks->request->arena;
    const char *wanted = listed ? "listed" : "unlisted";
    const struct task_reading reading = {read_listing, is_success, wanted};
    const char *word = fmt(a, "%s:%s", wanted, shard);

    return ask_by(tasks,
        verb,
        LISTING,
        word,
        (const char *const[]){"GetSrvKeyspaces", keyspace, NULL},
        fmt(a, "%s\n%s", word, invalidation_key == NULL ? "" : invalidation_key),
        &reading);
}

struct task_reply task_ask_etcd(struct tasks *tasks, const struct etcd_client *etcd,
    const char *verb, const char *pattern, const char *const *arguments,
    const char *invalidation_key, const struct task_reading *reading)
{
    struct question question =
        scripted(tasks, verb, ASK_ETCD, pattern, arguments, invalidation_key);

    question.etcd = etcd;
    return ask(tasks, &question, reading);
}

static bool is_emitted(const struct tasks *tasks, const json_t *pod)
{
    const json_t *other;

    json_each_item (tasks->emitted, i, other) {
        if (text_equal(object_name(other), object_name(pod)))
            return true;
    }
    return false;
}

void tasks_emit(const struct tasks *tasks, struct answer *answer)
{
    const json_t *pod;

    json_each_item (tasks->emitted, i, pod)
        want(answer, pod);
    for (size_t i = 0; i < tasks->pods.count; i++) {
        pod = tasks->pods.at[i];
        if (task_pod_is_ours(tasks, pod) && !is_emitted(tasks, pod))
            release_child(tasks->request->arena, answer, pod, "its answer is known, or not needed");
    }
}
