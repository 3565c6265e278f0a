#include "task.h"

#include <string.h>

#include "staging.h"
#include "template.h"

/* A Pod's name is also its hostname, a DNS label (RFC 1123). */
enum { NAME_LIMIT = 63, QUESTION_DIGITS = 16, SUFFIX_DIGITS = 8, AGAIN_DIGITS = 4 };

#define COMPONENT_LABEL "vitess.io/component"

struct tasks tasks_begin(const struct request *request, const struct place *place,
    struct vtctl_client client)
{
    struct objects pods = observed(request, "Pod.v1");

    return (struct tasks){
        .request = request,
        .place = *place,
        .client = client,
        .prefix = object_name(request->parent),
        .pods = objects_labelled(request->arena, &pods, COMPONENT_LABEL, "task"),
        .emitted = json_new_list(),
        .remembered = json_new_list(),
    };
}

/* The hash of what is asked. A newline cannot be part of a name or flag of Vitess, so texts that
 * differ give questions that differ. */
static const char *question_of(struct arena *a, const char *const *arguments, const char *voids)
{
    struct text text = {.arena = a};

    for (; *arguments != NULL; arguments++)
        text_addf(&text, "%s\n", *arguments);
    text_addf(&text, "\n%s", voids == NULL ? "" : voids);
    return text_copy(a, digest(a, text_string(&text), text.length), QUESTION_DIGITS);
}

/* Another image or server is another Pod, so that a mended one is tried at once, but not another
 * question: what was answered stays answered. */
static const char *pod_name(const struct tasks *tasks, const char *verb, const char *question)
{
    struct arena *a = tasks->request->arena;
    const char *made_of = fmt(a,
        "%s\n%s\n%s\n%s",
        tasks->prefix,
        question,
        tasks->client.image,
        tasks->client.server);
    const char *hash = text_copy(a, digest(a, made_of, strlen(made_of)), SUFFIX_DIGITS);
    int room = NAME_LIMIT - SUFFIX_DIGITS - AGAIN_DIGITS - 3 - (int)strlen(verb);

    return fmt(a, "%.*s-%s-%s", room, tasks->prefix, verb, hash);
}

/* The Pod that is asked: one that is there, or a new one. The question may come back before the Pod
 * of the last time is gone, what that one says is old, and on a dead node it may never go: so the
 * next Pod has another name. */
struct asked {
    const char *name;
    const json_t *pod; /* observed and not going, or NULL */
};

static struct asked whom_to_ask(const struct tasks *tasks, const char *name)
{
    struct arena *a = tasks->request->arena;
    struct asked asked = {name, objects_find(&tasks->pods, name)};

    for (size_t i = 0; i < tasks->pods.count; i++) {
        const json_t *pod = tasks->pods.at[i];

        if (text_starts_with(object_name(pod), name) && !object_terminating(pod))
            return (struct asked){object_name(pod), pod};
    }
    for (size_t tries = 0; asked.pod != NULL && tries <= tasks->pods.count; tries++) {
        const char *uid = object_uid(asked.pod);
        const char *old = fmt(a, "%zu %s", tries, uid == NULL ? "" : uid);

        asked.name = fmt(a, "%s-%.*s", name, AGAIN_DIGITS, digest(a, old, strlen(old)));
        asked.pod = objects_find(&tasks->pods, asked.name);
    }
    asked.pod = NULL;
    return asked;
}

/* vtctldclient prints to stdout, but Kubernetes takes the log as termination message only on
 * failure. The scripts are fixed and the command their arguments: no value becomes shell text. */
#define ONCE "exec \"$@\" >/dev/termination-log"
#define UNTIL                                                                                      \
    "pattern=$1; shift; until \"$@\" 2>&1 | tee /dev/termination-log | grep -Eq \"$pattern\"; do " \
    "sleep 5; done"
#define UNLESS                                                                                     \
    "pattern=$1; shift; \"$@\" >/dev/termination-log 2>&1 || grep -Eq \"$pattern\" "               \
    "/dev/termination-log"

/* What is asked: a command, and the script that runs it. */
struct question {
    const char *verb;
    const char *script;
    const char *pattern; /* that the output must match, or an error may; NULL for ONCE */
    const char *const *arguments;
    const char *hash;
};

static const json_t *command(const struct tasks *tasks, const struct question *question)
{
    const struct topology *topology = &tasks->place.topology;
    struct arena *a = tasks->request->arena;
    json_t *list = json_new_list();

    json_add_text(list, "sh");
    json_add_text(list, "-c");
    json_add_text(list, question->script);
    json_add_text(list, "task");
    if (question->pattern != NULL)
        json_add_text(list, question->pattern);
    json_add_text(list, "/vt/bin/vtctldclient");
    json_add_text(list, "--server");
    json_add_text(list, tasks->client.server);
    if (text_equal(tasks->client.server, "internal")) {
        json_add_text(list, fmt(a, "--topo-implementation=%s", topology->implementation));
        json_add_text(list, fmt(a, "--topo-global-server-address=%s", topology->addresses));
        json_add_text(list, fmt(a, "--topo-global-root=%s", topology->global_root));
    }
    for (const char *const *argument = question->arguments; *argument != NULL; argument++)
        json_add_text(list, *argument);
    return list;
}

static const json_t *task_pod(const struct tasks *tasks, const char *name,
    const struct question *question)
{
    const struct place *place = &tasks->place;
    struct arena *a = tasks->request->arena;

    return object(a,
        F("apiVersion", "v1"),
        F("kind", "Pod"),
        MAP("metadata",
            F("name", name),
            F("namespace", place->namespace),
            MAP("labels", SPREAD(place->labels), F(COMPONENT_LABEL, "task"))),
        MAP("spec",
            F("restartPolicy", "OnFailure"),
            F("automountServiceAccountToken", BOOL(false)),
            F("enableServiceLinks", BOOL(false)),
            OPT("imagePullSecrets", place->pull_secrets),
            MAP("securityContext",
                F("runAsNonRoot", BOOL(true)),
                F("runAsUser", INT(999)),
                F("runAsGroup", INT(999)),
                MAP("seccompProfile", F("type", "RuntimeDefault"))),
            LIST("containers",
                ITEM(F("name", "task"),
                    F("image", tasks->client.image),
                    OPT("imagePullPolicy", place->pull_policy),
                    F("command", verbatim_list(a, command(tasks, question))),
                    F("terminationMessagePolicy", "FallbackToLogsOnError"),
                    MAP("resources",
                        MAP("requests", F("cpu", "10m"), F("memory", "64Mi")),
                        MAP("limits", F("memory", "256Mi"))),
                    MAP("securityContext",
                        F("allowPrivilegeEscalation", BOOL(false)),
                        MAP("capabilities", LIST("drop", V("ALL"))))))));
}

/* --- answers --- */

static const char *remembered(const struct tasks *tasks, const char *question)
{
    const json_t *entry;

    json_each_item (json_at(tasks->request->parent, "status", "tasks"), i, entry) {
        if (text_equal(json_text_at(entry, "question"), question))
            return json_text_at(entry, "answer");
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

/* What the task's container left when it ended, now or (it has been started again) last time. */
static const json_t *ended(const json_t *pod)
{
    const json_t *status = json_array_get(json_at(pod, "status", "containerStatuses"), 0);
    const json_t *now = json_at(status, "state", "terminated");

    return now == NULL ? json_at(status, "lastState", "terminated") : now;
}

static const char *failure(const json_t *pod)
{
    const char *message = json_text_at(ended(pod), "message");

    if (message != NULL && *message != '\0')
        return message;
    if (ended(pod) != NULL)
        return json_text_at(ended(pod), "reason");
    return pod_trouble(pod);
}

/* Not just slow. Between two tries it looks well, so a Pod that has failed twice goes on failing
 * until it succeeds: a condition that came and went with each try would be a write each time. */
static bool fails_again(const json_t *pod)
{
    const char *trouble = pod_trouble(pod);

    return pod_restarts(pod) >= 2 ||
           (trouble != NULL && !text_equal(trouble, "CrashLoopBackOff") && !pod_dead(pod));
}

static void note_trouble(struct tasks *tasks, const char *verb, const char *text, bool stuck)
{
    const char *trouble = fmt(tasks->request->arena, "task %s: %s", verb, text);

    if (tasks->trouble == NULL)
        tasks->trouble = trouble;
    if (tasks->stuck == NULL && stuck)
        tasks->stuck = trouble;
}

static void emit(struct tasks *tasks, const char *name, const json_t *pod)
{
    const json_t *other;

    json_each_item (tasks->emitted, i, other) {
        if (text_equal(object_name(other), name))
            return;
    }
    json_add(tasks->emitted, pod);
}

static struct task_reply ask(struct tasks *tasks, const struct question *question,
    const char *(*digest_answer)(struct arena *arena, const char *raw))
{
    struct arena *a = tasks->request->arena;
    const char *known = remembered(tasks, question->hash);
    struct task_reply reply = {TASK_ASKED, NULL, question->hash};
    struct asked asked = whom_to_ask(tasks, pod_name(tasks, question->verb, question->hash));
    const json_t *pod = asked.pod;

    if (known != NULL) {
        remember(tasks, question->hash, known);
        return (struct task_reply){TASK_ANSWERED, known, question->hash};
    }
    if (ended(pod) != NULL && text_equal(json_text_at(pod, "status", "phase"), "Succeeded")) {
        const char *raw = json_text_at(ended(pod), "message");

        reply.state = TASK_ANSWERED;
        reply.text = digest_answer == NULL ? "" : digest_answer(a, raw == NULL ? "" : raw);
        remember(tasks, question->hash, reply.text);
    } else if (pod != NULL && failure(pod) != NULL) {
        reply.state = TASK_FAILING;
        reply.text = failure(pod);
        note_trouble(tasks, question->verb, reply.text, fails_again(pod));
    }
    /* A Pod that has ended without an answer (evicted, say) never runs again: leaving it out makes
     * a new one. */
    if (pod == NULL || !pod_dead(pod) || reply.state == TASK_ANSWERED)
        emit(tasks, asked.name, task_pod(tasks, asked.name, question));
    return reply;
}

struct task_reply task_ask(struct tasks *tasks, const char *verb, const char *const *arguments,
    const char *voids, const char *(*digest_answer)(struct arena *arena, const char *raw))
{
    struct question question = {verb,
        ONCE,
        NULL,
        arguments,
        question_of(tasks->request->arena, arguments, voids)};

    return ask(tasks, &question, digest_answer);
}

struct task_reply task_delete(struct tasks *tasks, const char *verb, const char *const *arguments,
    const char *voids)
{
    struct question question = {verb,
        UNLESS,
        "node doesn't exist",
        arguments,
        question_of(tasks->request->arena, arguments, voids)};

    return ask(tasks, &question, NULL);
}

struct task_reply task_await(struct tasks *tasks, const char *verb, const char *pattern,
    const char *const *arguments, const char *voids,
    const char *(*digest_answer)(struct arena *arena, const char *raw))
{
    struct arena *a = tasks->request->arena;
    struct question question = {verb,
        UNTIL,
        pattern,
        arguments,
        question_of(a, arguments, fmt(a, "%s\n%s", pattern, voids == NULL ? "" : voids))};

    return ask(tasks, &question, digest_answer);
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

bool task_pod_is_ours(const struct tasks *tasks, const json_t *pod)
{
    return text_equal(object_label(pod, COMPONENT_LABEL), "task") &&
           (object_last_applied(tasks->request->arena, pod) != NULL ||
               text_starts_with(object_name(pod), tasks->prefix));
}
