#include "metadata.h"
#include "pod.h"
#include "preflight.h"
#include "template.h"
#include "vttablet.h"

/* How a Pod that ends at once is made from the template of one that serves. */

static const json_t *container_of(const json_t *pod, const char *name)
{
    const json_t *container = json_named(json_at(pod, "spec", "containers"), name);

    return container != NULL ? container : json_named(json_at(pod, "spec", "initContainers"), name);
}

/* --- resources: what the template wants beyond what runs now --- */

/* Pods may ask for these without having them to the end; of anything else the limit is the request,
 * so it is not tried. */
static const char *const overcommitted[] = {"cpu", "memory", "ephemeral-storage"};
enum { OVERCOMMITTED = sizeof(overcommitted) / sizeof(*overcommitted) };

/* The limit is the request where none is given. */
static const char *requested(const json_t *container, const char *resource)
{
    const char *request = json_text_at(container, "resources", "requests", resource);

    if (request == NULL)
        request = json_text_at(container, "resources", "limits", resource);
    return request == NULL ? "0" : request;
}

/* Init containers that end before the others begin need no room of their own. */
static const char *requested_by_pod(struct arena *a, const json_t *pod, const char *resource)
{
    const json_t *container;
    const char *sum = "0";

    json_each_item (json_at(pod, "spec", "initContainers"), i, container) {
        if (json_text_at(container, "restartPolicy") != NULL)
            sum = quantity_sum(a, sum, requested(container, resource));
    }
    json_each_item (json_at(pod, "spec", "containers"), i, container)
        sum = quantity_sum(a, sum, requested(container, resource));
    return sum;
}

/* How much of each is still to be asked for. */
struct excess {
    const char *of[OVERCOMMITTED];
};

/* With a PriorityClass room is made by deleting other Pods, be it those that are to be replaced, a
 * primary among them. No trial is worth that, so then none is asked for. (Preemption cannot be left
 * out: it comes with the class.) */
static struct excess excess_of(struct arena *a, const json_t *pod, const json_t *before)
{
    bool preempts = json_at(pod, "spec", "priorityClassName") != NULL;
    struct excess excess;

    for (size_t i = 0; i < OVERCOMMITTED; i++)
        excess.of[i] =
            preempts ? "0"
                     : quantity_excess(a,
                           requested_by_pod(a, pod, overcommitted[i]),
                           before == NULL ? "0" : requested_by_pod(a, before, overcommitted[i]));
    return excess;
}

/* Each takes no more than it wants itself, which its limit allows. */
static const char *take(struct arena *a, struct excess *excess, size_t resource, const char *wanted)
{
    const char *left = excess->of[resource];
    const char *taken = quantity_compare(left, wanted) < 0 ? left : wanted;

    excess->of[resource] = quantity_excess(a, left, taken);
    return taken;
}

/* Enough for any program to end at once; none is asked for where the template has no limit. */
static const char *const little[OVERCOMMITTED] = {"100m", "256Mi", "256Mi"};

static const char *least(const char *limit, size_t resource)
{
    return quantity_compare(limit, little[resource]) < 0 ? limit : little[resource];
}

/* Left out, a request would be the limit. A quota on limits wants one of each container that has
 * one, and refuses the new Pod where it has none: so must it the trial. */
static const json_t *no_room(struct arena *a, const json_t *container)
{
    json_t *limits = json_new_map();

    for (size_t i = 0; i < OVERCOMMITTED; i++) {
        const char *limit = json_text_at(container, "resources", "limits", overcommitted[i]);

        if (limit != NULL)
            json_put_text(limits, overcommitted[i], least(limit, i));
    }
    return object(a, MAP("requests", F("cpu", "0"), F("memory", "0")), OPT("limits", limits));
}

/* Policies have let pass what is no higher than before, and a quota may be full of that. NULL: no
 * limit. */
static const char *limit_of(const json_t *container, const json_t *before, size_t resource,
    const char *taken)
{
    const char *name = overcommitted[resource];
    const char *limit = json_text_at(container, "resources", "limits", name);
    const char *old = json_text_at(before, "resources", "limits", name);

    if (limit == NULL || old == NULL || quantity_compare(taken, "0") > 0 ||
        quantity_compare(limit, old) > 0)
        return limit;
    return least(limit, resource);
}

/* The nodes may be full of what is to be replaced: the new Pod needs room for the difference, on
 * the node of the old one or on any other. So that much is asked for, and whoever finds no room for
 * it would find none for the Pod. Limits that rise are told as they are, for policies to judge.
 * What has not changed is not asked for again. */
static const json_t *resources_of(struct arena *a, const json_t *container, const json_t *before,
    struct excess *excess)
{
    json_t *requests = json_new_map();
    json_t *limits = json_new_map();

    if (before != NULL && json_same(json_at(container, "resources"), json_at(before, "resources")))
        return no_room(a, container);
    for (size_t i = 0; i < OVERCOMMITTED; i++) {
        const char *resource = overcommitted[i];

        const char *taken = take(a, excess, i, requested(container, resource));
        const char *limit = limit_of(container, before, i, taken);

        json_put_text(requests, resource, taken);
        if (limit != NULL)
            json_put_text(limits, resource, limit);
    }
    return object(a, F("requests", requests), OPT("limits", limits));
}

/* --- containers --- */

/* An image that has no such program has been pulled all the same, which preflight_outcome() knows.
 */
static const json_t *nothing(void)
{
    json_t *words = json_new_list();

    json_add_text(words, PREFLIGHT_NOTHING);
    return words;
}

/* Programs of Vitess read all their flags before they tell their version, and end with an error
 * where they do not know one, or what it is set to. */
static const json_t *version_of(const json_t *arguments)
{
    json_t *words = json_new_list();
    const json_t *word;

    json_each_item (arguments, i, word)
        json_add(words, word);
    json_add_text(words, "--version");
    return words;
}

static bool is_of_vitess(const json_t *container)
{
    static const char *const programs[] = {"vttablet", "mysql", NULL};

    return text_is_one_of(json_text_at(container, "name"), programs);
}

/* Hooks would act, probes would find nobody, and a port of the node is taken by the Pod that is
 * there. No Pod that is never started again may say how its containers are, and a block device is
 * one of a claim. */
static const json_t *without_life(const json_t *container)
{
    static const char *const fields[] = {"restartPolicy",
        "restartPolicyRules",
        "resizePolicy",
        "volumeDevices",
        "lifecycle",
        "ports",
        "args",
        "livenessProbe",
        "readinessProbe",
        "startupProbe"};
    json_t *copy = json_overlay(container, NULL);

    for (size_t i = 0; i < sizeof(fields) / sizeof(*fields); i++)
        copy = json_without(copy, fields[i]);
    return copy;
}

static const json_t *tried(struct arena *a, const json_t *container, const json_t *before,
    struct excess *excess)
{
    bool vitess = is_of_vitess(container);

    return object(a,
        SPREAD(without_life(container)),
        F("command", vitess ? json_at(container, "command") : nothing()),
        OPT("args", vitess ? version_of(json_at(container, "args")) : NULL),
        F("terminationMessagePolicy", "FallbackToLogsOnError"),
        F("resources",
            resources_of(a,
                container,
                container_of(before, json_text_at(container, "name")),
                excess)));
}

/* It prepares what the others are started from. */
static bool prepares(const json_t *container)
{
    return text_equal(json_text_at(container, "name"), VTTABLET_INIT);
}

/* --- my.cnf --- */

/* $1: the user's my.cnf, which may begin with plain settings. mysqld reads it and ends
 * (--validate-config: MySQL 8.0.16). What is given beside it is what Vitess gives, too, or takes
 * the place of what is not here: the disk, and plugins of which it may have settings. Where it does
 * not even take an empty one, it cannot be asked. Only its errors are said, and without one it has
 * said nothing about the text. */
static const char my_cnf_text[] =
    "for mysqld in \"$VT_MYSQL_ROOT\"/sbin/mysqld \"$VT_MYSQL_ROOT\"/bin/mysqld "
    "\"$VT_MYSQL_ROOT\"/libexec/mysqld; do\n"
    "  [ ! -x \"$mysqld\" ] || break\n"
    "done\n"
    "try() {\n"
    "  \"$mysqld\" \"$1\" --datadir=/tmp --tmpdir=/tmp --secure-file-priv=NULL "
    "--log-error=/dev/stderr --performance-schema=OFF "
    "'--plugin-load-add=semisync_source.so;semisync_replica.so' --validate-config 2>&1\n"
    "}\n"
    "try --no-defaults >/dev/null || exit 0\n"
    "{ printf '[mysqld]\\n'; cat \"$1\"; } >\"$1.tried\" || exit 0\n"
    "said=$(try --defaults-file=\"$1.tried\") && exit 0\n"
    "printf '%s\\n' \"$said\" | {\n"
    "  why=\n"
    "  while read -r line; do\n"
    "    case $line in\n"
    "    *'[ERROR]'*' Aborting'*) ;;\n"
    "    *'[ERROR]'*) why=\"$why${why:+; }${line##*] }\" ;;\n"
    "    esac\n"
    "  done\n"
    "  [ -n \"$why\" ] || exit 0\n"
    "  printf '%s\\n' \"$why\"\n"
    "  exit 1\n"
    "}\n";

#define TRIES_MY_CNF "preflight-my-cnf"

static bool has_user_cnf(const json_t *mysql)
{
    const json_t *variable;

    json_each_item (json_at(mysql, "env"), i, variable) {
        const char *value = json_text_at(variable, "value");

        if (text_equal(json_text_at(variable, "name"), "EXTRA_MY_CNF"))
            return value != NULL && text_ends_with(value, USER_CNF);
    }
    return false;
}

/* Beside the container `mysql`, from the same image; not where a sidecar has taken its name, which
 * the API server would refuse. */
static void try_my_cnf(struct arena *a, json_t *list, const json_t *pod, const json_t *mysql)
{
    if (!text_equal(json_text_at(mysql, "name"), "mysql") || !has_user_cnf(mysql) ||
        container_of(pod, TRIES_MY_CNF) != NULL)
        return;
    json_add(list,
        object(a,
            SPREAD(without_life(mysql)),
            F("name", TRIES_MY_CNF),
            LIST("command",
                V("sh"),
                V("-c"),
                V(verbatim(a, my_cnf_text)),
                V("my-cnf"),
                V(USER_CNF)),
            F("terminationMessagePolicy", "FallbackToLogsOnError"),
            F("resources", no_room(a, mysql))));
}

/* As containers, all of them are tried at the same time. */
static const json_t *containers(struct arena *a, const json_t *pod, const json_t *before)
{
    struct excess excess = excess_of(a, pod, before);
    json_t *list = json_new_list();
    const json_t *container;

    json_each_item (json_at(pod, "spec", "initContainers"), i, container) {
        if (!prepares(container))
            json_add(list, tried(a, container, before, &excess));
        try_my_cnf(a, list, pod, container);
    }
    json_each_item (json_at(pod, "spec", "containers"), i, container)
        json_add(list, tried(a, container, before, &excess));
    return list;
}

static const json_t *init_containers(struct arena *a, const json_t *pod)
{
    json_t *list = json_new_list();
    const json_t *container;

    json_each_item (json_at(pod, "spec", "initContainers"), i, container) {
        if (prepares(container))
            json_add(list, object(a, SPREAD(container), F("resources", no_room(a, container))));
    }
    return list;
}

/* --- the Pod --- */

/* Claims belong to the Pod that has them. */
static const json_t *volumes(struct arena *a, const json_t *pod)
{
    json_t *list = json_new_list();
    const json_t *volume;

    json_each_item (json_at(pod, "spec", "volumes"), i, volume) {
        bool claim = json_at(volume, "persistentVolumeClaim") != NULL ||
                     json_at(volume, "ephemeral") != NULL;

        json_add(list, claim ? empty_volume(a, json_text_at(volume, "name")) : volume);
    }
    return list;
}

/* What keeps a Pod away from others of its kind would keep this one away from the very Pod that is
 * to make room. */
static const json_t *alone(const json_t *affinity)
{
    return json_without(affinity, "podAntiAffinity");
}

static bool keeps_away(const json_t *pod)
{
    return json_at(pod, "spec", "affinity", "podAntiAffinity") != NULL;
}

/* The user's are for policies to judge. Where Pods keep away from others with these labels, it has
 * none: the others would keep it away, those that are still to move too. */
static const json_t *labels(struct arena *a, const struct place *place, const json_t *pod,
    const json_t *before)
{
    const json_t *all = object_labels(pod);

    return object(a,
        SPREAD(keeps_away(pod) || keeps_away(before) ? place->labels
                                                     : json_without(all, place->keys->tablet_uid)),
        KEY(place->keys->component, "task"));
}

static const json_t *spec_of(struct arena *a, const struct place *place, const json_t *pod,
    const json_t *before)
{
    static const char *const dropped[] = {"hostname",
        "subdomain",
        "terminationGracePeriodSeconds",
        "topologySpreadConstraints",
        "affinity",
        "initContainers"};
    const json_t *spec = json_at(pod, "spec");
    json_t *rest = json_overlay(spec, NULL);

    for (size_t i = 0; i < sizeof(dropped) / sizeof(*dropped); i++)
        rest = json_without(rest, dropped[i]);
    return object(a,
        SPREAD(rest),
        F("restartPolicy", "Never"),
        /* Nobody ever sets it: the Pod is never Ready, and no Service sends anybody there. */
        LIST("readinessGates", ITEM(F("conditionType", place->keys->never_ready))),
        OPT("affinity", alone(json_at(spec, "affinity"))),
        OPT("initContainers", init_containers(a, pod)),
        F("containers", containers(a, pod, before)),
        F("volumes", volumes(a, pod)));
}

const json_t *preflight_pod(struct arena *a, const struct place *place, const json_t *pod,
    const json_t *before)
{
    return object(a,
        F("apiVersion", "v1"),
        F("kind", "Pod"),
        MAP("metadata",
            F("namespace", place->namespace),
            F("labels", labels(a, place, pod, before)),
            OPT("annotations", json_without(object_annotations(pod), place->keys->spec_hash))),
        F("spec", spec_of(a, place, pod, before)));
}
