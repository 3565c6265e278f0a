#include "task_pod.h"

#include <string.h>

#include "pod.h"
#include "staging.h"
#include "template.h"

/* A Pod's name is also its hostname, a DNS label (RFC 1123). */
enum { NAME_LIMIT = 63, SUFFIX_DIGITS = 8, AGAIN_DIGITS = 4 };

/* --- names: PARENT-VERB-HASH, or PARENT-VERB-HASH-AGAIN --- */

/* How much of the parent's name there is room for. */
static size_t room_beside(const char *verb)
{
    size_t others = strlen(verb) + SUFFIX_DIGITS + AGAIN_DIGITS + 3;

    return others > NAME_LIMIT ? 0 : NAME_LIMIT - others;
}

/* Another image, server or way to dial it is another Pod, so that a mended one is tried at once,
 * but not another question: what was answered stays answered. Nor is one of a parent of before,
 * where selectors tell them apart: a restore brings its Pods along, which nobody sees and which
 * keep their names.
 */
static const char *pod_name(const struct tasks *tasks, const char *verb, const char *question)
{
    struct arena *a = tasks->request->arena;
    const char *parent = json_text_at(tasks->place.labels, "controller-uid");
    const struct dial_tls *dial = tasks->client.dial;
    const char *made_of = fmt(a,
        "%s\n%s\n%s\n%s%s%s%s%s",
        tasks->prefix,
        question,
        tasks->client.image,
        tasks->client.server,
        dial == NULL ? "" : "\n",
        dial == NULL ? "" : json_write(a, dial_flags(a, "tls", dial), NULL),
        parent == NULL ? "" : "\n",
        parent == NULL ? "" : parent);
    const char *hash = text_copy(a, digest(a, made_of, strlen(made_of)), SUFFIX_DIGITS);

    return fmt(a, "%.*s-%s-%s", (int)room_beside(verb), tasks->prefix, verb, hash);
}

static bool is_hex(const char *text, size_t length)
{
    return strlen(text) == length && strspn(text, "0123456789abcdef") == length;
}

/* `name` is `first`, or what is asked in its place. */
static bool is_named(const char *name, const char *first)
{
    size_t length = strlen(first);

    if (!text_starts_with(name, first))
        return false;
    return name[length] == '\0' || (name[length] == '-' && is_hex(name + length + 1, AGAIN_DIGITS));
}

/* `name` without "-" and a hash of `digits` digits behind it, or NULL where it has none. */
static const char *without_hash(struct arena *a, const char *name, size_t digits)
{
    const char *dash = name == NULL ? NULL : strrchr(name, '-');

    return dash == NULL || !is_hex(dash + 1, digits) ? NULL
                                                     : text_copy(a, name, (size_t)(dash - name));
}

static bool has_task_name(const struct tasks *tasks, const char *name)
{
    struct arena *a = tasks->request->arena;
    const char *again = without_hash(a, name, AGAIN_DIGITS);
    const char *rest = without_hash(a, again == NULL ? name : again, SUFFIX_DIGITS);
    size_t length = strlen(tasks->prefix);

    for (const char *dash = rest; dash != NULL; dash = strchr(dash + 1, '-')) {
        size_t room = room_beside(dash + 1);

        if (*dash == '-' && dash[1] != '\0' &&
            (size_t)(dash - rest) == (length < room ? length : room) &&
            strncmp(rest, tasks->prefix, (size_t)(dash - rest)) == 0)
            return true;
    }
    return false;
}

/* --- the Pod --- */

static const json_t *vitess_client(const struct tasks *tasks)
{
    bool internal = text_equal(tasks->client.server, "internal");
    struct topology topology = tasks->place.topology;

    topology.vtctld = internal ? NULL : tasks->client.server;
    topology.dial = tasks->client.dial;
    return vtctldclient(tasks->request->arena, &topology);
}

#define ETCD_SECRETS "/etc/etcd/tls"

/* The image of Vitess has curl, and no etcdctl. A proxy of the environment is for others. */
static const json_t *curl(const struct etcd_client *etcd)
{
    json_t *list = json_new_list();

    json_add_text(list, "curl");
    json_add_text(list, "--silent");
    json_add_text(list, "--show-error");
    json_add_text(list, "--noproxy");
    json_add_text(list, "*");
    json_add_text(list, "--max-time");
    json_add_text(list, "10");
    if (etcd->tls_secret != NULL) {
        json_add_text(list, "--cacert");
        json_add_text(list, ETCD_SECRETS "/ca.crt");
        json_add_text(list, "--cert");
        json_add_text(list, ETCD_SECRETS "/tls.crt");
        json_add_text(list, "--key");
        json_add_text(list, ETCD_SECRETS "/tls.key");
    }
    return list;
}

static const json_t *client_words(const struct tasks *tasks, const struct question *question)
{
    return question->etcd == NULL ? vitess_client(tasks) : curl(question->etcd);
}

static const json_t *volumes(const struct tasks *tasks, const struct question *question)
{
    struct arena *a = tasks->request->arena;
    json_t *list = json_new_list();

    if (question->etcd == NULL)
        return tasks->client.volumes;
    json_add(list, secret_volume(a, "etcd-tls", question->etcd->tls_secret, NULL));
    return list;
}

static const json_t *mounts(const struct tasks *tasks, const struct question *question)
{
    json_t *list = json_new_list();

    if (question->etcd == NULL)
        return tasks->client.mounts;
    if (question->etcd->tls_secret != NULL)
        json_add(list, read_only_mount(tasks->request->arena, "etcd-tls", ETCD_SECRETS));
    return list;
}

static const json_t *command(const struct tasks *tasks, const struct question *question)
{
    json_t *list = json_new_list();
    const json_t *word;

    json_add_text(list, "sh");
    json_add_text(list, "-c");
    json_add_text(list, question->script);
    json_add_text(list, "task");
    if (question->pattern != NULL)
        json_add_text(list, question->pattern);
    json_each_item (client_words(tasks, question), i, word)
        json_add(list, word);
    for (const char *const *argument = question->arguments; *argument != NULL; argument++)
        json_add_text(list, *argument);
    return list;
}

/* --- what the user says of it --- */

static const struct pod_overrides no_overrides;

static const struct pod_overrides *overrides_of(const struct tasks *tasks)
{
    return tasks->client.template == NULL ? &no_overrides : tasks->client.template;
}

/* A proxy beside it would never end, and nothing that a task does needs one. (Its answer is found
 * all the same.) */
static const json_t *labels(struct arena *a, const struct tasks *tasks)
{
    return object(a,
        F("sidecar.istio.io/inject", "false"),
        F("kuma.io/sidecar-injection", "disabled"),
        SPREAD(overrides_of(tasks)->labels),
        SPREAD(tasks->place.labels),
        KEY(tasks->place.keys->component, "task"));
}

static const json_t *annotations(struct arena *a, const struct tasks *tasks)
{
    return object(a, F("linkerd.io/inject", "disabled"), SPREAD(overrides_of(tasks)->annotations));
}

static const json_t *placement(struct arena *a, const struct tasks *tasks)
{
    const struct pod_overrides *overrides = overrides_of(tasks);

    return object(a,
        OPT("nodeSelector", overrides->node_selector),
        OPT("tolerations", as_stored(a, overrides->tolerations)),
        OPT("affinity", as_stored(a, overrides->affinity)),
        OPT("priorityClassName", overrides->priority_class),
        OPT("serviceAccountName", overrides->service_account));
}

static const json_t *security(struct arena *a, const struct tasks *tasks)
{
    const json_t *ours = object(a,
        F("runAsNonRoot", BOOL(true)),
        F("runAsUser", INT(VITESS_USER)),
        F("runAsGroup", INT(VITESS_USER)),
        MAP("seccompProfile", F("type", "RuntimeDefault")));

    return pod_security(a, ours, &tasks->place, overrides_of(tasks)->security);
}

/* A limit of ours follows a request of the user's that is higher: the API server refuses others. */
static const json_t *limits(const json_t *ours, const json_t *theirs)
{
    json_t *all = json_overlay(ours, json_at(theirs, "limits"));
    const json_t *request;
    const char *name;

    json_each_field (json_at(theirs, "requests"), name, request) {
        const char *limit = json_text_at(ours, name);

        if (limit != NULL && json_at(theirs, "limits", name) == NULL && json_is_string(request) &&
            quantity_compare(json_string_value(request), limit) > 0)
            json_put(all, name, request);
    }
    return all;
}

/* A task that finds no room on full nodes could move no primary, so the edit that makes room could
 * never be rolled out. (Left out, the request would be the limit.) */
static const json_t *resources(struct arena *a, const json_t *given)
{
    const json_t *theirs = as_stored(a, given);

    return object(a,
        SPREAD(theirs),
        MAP("requests", F("cpu", "0"), F("memory", "0"), SPREAD(json_at(theirs, "requests"))),
        F("limits", limits(helper_limits(a), theirs)));
}

static const json_t *task_container(const json_t *pod)
{
    return json_named(json_at(pod, "spec", "containers"), TASK_CONTAINER);
}

/* What it asks, as a hash: the command and image of a task, all of a preflight. What was applied
 * last does not say so for ever: it follows what others make of the Pod. */
static const char *asked_hash(struct arena *a, const json_t *pod, bool preflight)
{
    const json_t *container = task_container(pod);
    const char *text = json_write(a,
        preflight ? json_at(pod, "spec")
                  : object(a,
                        F("command", json_at(container, "command")),
                        F("image", json_at(container, "image"))),
        NULL);

    return text_copy(a, digest(a, text, strlen(text)), QUESTION_DIGITS);
}

static const json_t *named_pod(const struct tasks *tasks, const json_t *pod, const char *name,
    bool preflight)
{
    const json_t *metadata = json_at(pod, "metadata");
    struct arena *a = tasks->request->arena;

    return object(a,
        SPREAD(pod),
        MAP("metadata",
            SPREAD(metadata),
            F("name", name),
            MAP("annotations",
                SPREAD(json_at(metadata, "annotations")),
                KEY(tasks->place.keys->spec_hash, asked_hash(a, pod, preflight)))));
}

static const json_t *asking_pod(const struct tasks *tasks, const struct question *question)
{
    const struct place *place = &tasks->place;
    struct arena *a = tasks->request->arena;

    return object(a,
        F("apiVersion", "v1"),
        F("kind", "Pod"),
        MAP("metadata",
            F("namespace", place->namespace),
            F("labels", labels(a, tasks)),
            F("annotations", annotations(a, tasks))),
        MAP("spec",
            F("restartPolicy", "OnFailure"),
            F("automountServiceAccountToken", BOOL(false)),
            F("enableServiceLinks", BOOL(false)),
            OPT("imagePullSecrets", place->pull_secrets),
            SPREAD(placement(a, tasks)),
            F("securityContext", security(a, tasks)),
            LIST("containers",
                ITEM(F("name", TASK_CONTAINER),
                    F("image", tasks->client.image),
                    OPT("imagePullPolicy", place->pull_policy),
                    F("command", verbatim_list(a, command(tasks, question))),
                    F("terminationMessagePolicy", "FallbackToLogsOnError"),
                    F("resources", resources(a, tasks->client.resources)),
                    MAP("securityContext",
                        F("allowPrivilegeEscalation", BOOL(false)),
                        MAP("capabilities", LIST("drop", V("ALL")))),
                    OPT("volumeMounts", mounts(tasks, question)))),
            OPT("volumes", volumes(tasks, question))));
}

const json_t *task_pod(const struct tasks *tasks, const char *name, const struct question *question)
{
    const bool preflight = question->preflight != NULL;

    return named_pod(tasks,
        preflight ? question->preflight : asking_pod(tasks, question),
        name,
        preflight);
}

/* --- whose Pod it is --- */

bool task_pod_is_ours(const struct tasks *tasks, const json_t *pod)
{
    const char *component = tasks->place.keys->component;
    const json_t *applied = object_last_applied(tasks->request->arena, tasks->place.keys, pod);

    if (text_equal(object_label(applied, component), "task"))
        return true;
    return text_equal(object_label(pod, component), "task") &&
           has_task_name(tasks, object_name(pod));
}

bool task_pod_is_controlled(const struct tasks *tasks, const json_t *pod)
{
    const char *parent = object_uid(tasks->request->parent);
    const json_t *owner;

    json_each_item (json_at(pod, "metadata", "ownerReferences"), i, owner) {
        if (json_true_at(owner, "controller") && parent != NULL &&
            text_equal(json_text_at(owner, "uid"), parent))
            return true;
    }
    return false;
}

/* Somebody has given it another image since it was made; of a running Pod's containers nothing else
 * can be changed. One that an admission webhook gave to the new Pod (of a mirror, or by digest) is
 * no edit: the generation of a Pod begins at 1 (Kubernetes 1.33; before that it has none). */
static bool image_edited(const json_t *pod, const json_t *made)
{
    return object_generation(pod) > 1 && !text_equal(json_text_at(task_container(pod), "image"),
                                             json_text_at(task_container(made), "image"));
}

/* Builds before the hash compared what was applied itself. */
static bool has_hash(const struct tasks *tasks, const json_t *applied)
{
    return object_annotation(applied, tasks->place.keys->spec_hash) != NULL;
}

static bool same_hash(const struct tasks *tasks, const json_t *applied, const json_t *wanted)
{
    const char *key = tasks->place.keys->spec_hash;

    return text_equal(object_annotation(applied, key), object_annotation(wanted, key));
}

static bool same_command(const json_t *applied, const json_t *wanted)
{
    const json_t *container = task_container(applied);
    const json_t *own = task_container(wanted);

    return container != NULL && json_same(json_at(container, "command"), json_at(own, "command")) &&
           json_same(json_at(container, "image"), json_at(own, "image")) &&
           json_at(container, "args") == NULL;
}

/* `map` has all of `wanted`. */
static bool has_all(const json_t *map, const json_t *wanted)
{
    const json_t *value;
    const char *key;

    json_each_field (wanted, key, value) {
        if (!json_same(json_at(map, key), value))
            return false;
    }
    return true;
}

/* It does not run, and an edit says of it what may be all that it needs: other nodes, more memory.
 * What runs, or has ended well, answers whatever it was made like. */
static bool is_mended(const struct tasks *tasks, const json_t *pod, const json_t *applied,
    const json_t *wanted)
{
    const json_t *had = json_at(applied, "metadata");
    const json_t *has = json_at(wanted, "metadata");

    return !pod_dead(pod) && container_trouble(pod, TASK_CONTAINER) != NULL &&
           !(json_same(json_at(applied, "spec"), json_at(wanted, "spec")) &&
               has_all(json_at(had, "labels"), json_at(has, "labels")) &&
               has_all(json_at(had, "annotations"),
                   json_without(json_at(has, "annotations"), tasks->place.keys->spec_hash)));
}

/* It was made to ask what `wanted` asks, and nobody has edited it since. */
static bool asks(const struct tasks *tasks, const json_t *pod, const json_t *wanted)
{
    const json_t *applied = object_last_applied(tasks->request->arena, tasks->place.keys, pod);

    return (has_hash(tasks, applied) ? same_hash(tasks, applied, wanted)
                                     : same_command(applied, wanted)) &&
           !image_edited(pod, wanted) && !is_mended(tasks, pod, applied, wanted);
}

/* A sidecar of a preflight may have whatever name. And with an image that somebody has given it
 * since, it says nothing of the template. */
static bool tries(const struct tasks *tasks, const json_t *pod, const json_t *wanted)
{
    const json_t *applied = object_last_applied(tasks->request->arena, tasks->place.keys, pod);
    const bool same = has_hash(tasks, applied)
                          ? same_hash(tasks, applied, wanted)
                          : json_same(json_at(applied, "spec"), json_at(wanted, "spec"));

    return applied != NULL && same && !pod_images_edited(wanted, pod);
}

/* Not so where an admission webhook puts a program of its own before it. A new Pod would be no
 * better. */
bool task_pod_runs_command(const json_t *pod, const json_t *wanted)
{
    const json_t *container = task_container(pod);

    return json_same(json_at(container, "command"), json_at(task_container(wanted), "command")) &&
           json_array_size(json_at(container, "args")) == 0;
}

static bool is_word(const json_t *command, size_t index, const char *word)
{
    return text_equal(json_string_value(json_array_get(command, index)), word);
}

static bool has_words(const json_t *command, const char *const *arguments)
{
    for (size_t first = 0; first < json_array_size(command); first++) {
        size_t count = 0;

        while (arguments[count] != NULL && is_word(command, first + count, arguments[count]))
            count++;
        if (arguments[count] == NULL)
            return true;
    }
    return false;
}

bool task_pod_was_made_for(const struct tasks *tasks, const json_t *pod,
    const char *const *arguments)
{
    struct arena *a = tasks->request->arena;

    return has_words(json_at(task_container(pod), "command"), arguments) ||
           has_words(
               json_at(task_container(object_last_applied(a, tasks->place.keys, pod)), "command"),
               arguments);
}

struct task_pod_ref select_task_pod(const struct tasks *tasks, const struct question *question)
{
    struct arena *a = tasks->request->arena;
    const char *name = pod_name(tasks, question->verb, question->hash);
    struct task_pod_ref asked = {name, objects_find(&tasks->pods, name)};
    const json_t *wanted = task_pod(tasks, name, question);
    bool (*fits)(const struct tasks *, const json_t *, const json_t *) =
        question->preflight == NULL ? asks : tries;

    for (size_t i = 0; i < tasks->pods.count; i++) {
        const json_t *pod = tasks->pods.at[i];

        if (is_named(object_name(pod), name) && !object_terminating(pod) &&
            fits(tasks, pod, wanted))
            return (struct task_pod_ref){object_name(pod), pod};
    }
    for (size_t round = 0; asked.pod != NULL && round <= tasks->pods.count; round++) {
        const char *uid = object_uid(asked.pod);
        const char *old = fmt(a, "%zu %s", round, uid == NULL ? "" : uid);

        asked.name = fmt(a, "%s-%.*s", name, AGAIN_DIGITS, digest(a, old, strlen(old)));
        asked.pod = objects_find(&tasks->pods, asked.name);
    }
    asked.pod = NULL;
    return asked;
}
