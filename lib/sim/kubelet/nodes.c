#include "conditions.h"
#include "kubelet.h"
#include "metadata.h"
#include "scheduler.h"
#include "sim/core/edit.h"
#include "sim/core/world.h"
#include "sim/store/status.h"
#include "template.h"

/* Nodes and the controllers that notice their death. Kubernetes takes minutes for what takes
 * seconds here: not Ready, then taint-based eviction, then the node object is gone and Pods that
 * could not be stopped are removed by force. */

enum { NODES = 6, ZONES = 3, NOTICED = 2, EVICTED = 5, REMOVED = 10 };

#define ZONE_LABEL "topology.kubernetes.io/zone"

static const json_t *labels_of(struct sim *sim, const char *name, const char *zone,
    const json_t *more)
{
    return object(sim->objects,
        F("kubernetes.io/hostname", name),
        F("kubernetes.io/os", "linux"),
        F("topology.kubernetes.io/region", "region1"),
        F(ZONE_LABEL, zone),
        SPREAD(more));
}

static void make_node(struct sim *sim, const char *name, const json_t *labels)
{
    store_create(sim,
        "cloud",
        object(sim->objects,
            F("apiVersion", "v1"),
            F("kind", "Node"),
            MAP("metadata", F("name", name), F("labels", labels)),
            MAP("spec", OPT("none", (const char *)NULL))));
}

void nodes_make(struct sim *sim)
{
    if (sim->scheduler->nodes.count > 0)
        return;
    for (int i = 0; i < NODES; i++) {
        const char *name = fmt(sim->objects, "node-%d", i + 1);

        make_node(sim,
            name,
            labels_of(sim, name, fmt(sim->objects, "zone%d", i % ZONES + 1), NULL));
    }
}

static struct version *node_object(struct sim *sim, const char *name)
{
    return store_named(sim, "Node", name);
}

static void write_ready(struct sim *sim, const struct version *node, const char *status)
{
    json_t *conditions = json_new_list();

    status_condition(sim,
        conditions,
        json_at(node->json, "status", "conditions"),
        (struct status_condition){"Ready", status, "KubeletReady", NULL});
    store_status(sim,
        "node-lifecycle",
        node,
        edited(json_at(node->json, "status"), conditions, "conditions"));
}

static const json_t *labels_to_keep(struct sim *sim, const struct version *node)
{
    struct json_scope scope = json_enter(sim->arena);
    const json_t *labels = json_clone(json_at(node->json, "metadata", "labels"));

    json_leave(scope);
    return labels;
}

void nodes_see(struct sim *sim, const struct change *change)
{
    const struct version *version = change->after == NULL ? change->before : change->after;
    struct node *node;

    if (!kind_is(version->kind, "Node"))
        return;
    if (change->after == NULL) {
        table_put(&sim->scheduler->lost,
            version->name,
            table_get(&sim->scheduler->nodes, version->name));
        table_remove(&sim->scheduler->nodes, version->name);
        return;
    }
    if (change->before != NULL)
        return;
    if (text_equal(change->actor, "user"))
        sim->scheduler->fixed = true;
    node = arena_make(sim->arena, struct node);
    *node = (struct node){.name = version->name,
        .labels = labels_to_keep(sim, version),
        .owners = {.arena = sim->arena}};
    table_put(&sim->scheduler->nodes, version->name, node);
    write_ready(sim, version, "True");
}

bool nodes_alive(const struct sim *sim, const char *name)
{
    const struct node *node = table_get(&sim->scheduler->nodes, name);

    return node != NULL && node->died == 0;
}

/* --- death --- */

bool nodes_kill(struct sim *sim, const char *name)
{
    struct node *node;

    nodes_make(sim);
    node = table_get(&sim->scheduler->nodes, name);
    if (node == NULL || node->died > 0)
        return false;
    node->died = sim->now;
    kubelet_lose_node(sim, node->name);
    queue_add_at(&sim->scheduler->deaths, node->name, sim->now + NOTICED);
    return true;
}

static void mark_not_ready(struct sim *sim, struct version *pod)
{
    json_t *conditions = json_new_list();
    const json_t *old = json_at(pod->json, "status", "conditions");
    const json_t *condition;

    json_each_item (old, i, condition) {
        if (text_equal(json_text_at(condition, "type"), "Ready"))
            status_condition(sim,
                conditions,
                old,
                (struct status_condition){"Ready", "False", "NodeNotReady", "Node is not ready"});
        else
            json_add(conditions, condition);
    }
    store_status(sim,
        "node-lifecycle",
        pod,
        edited(json_at(pod->json, "status"), conditions, "conditions"));
}

/* What befalls each Pod of a dead node at one stage of its death. */
static void befall(struct sim *sim, const char *node, long age)
{
    const struct kind *kind = kind_by_name(sim->kinds, "Pod");
    struct shelf pods = shelf_of_kind(&sim->store->live.all, kind);
    struct version **copy = arena_array(sim->objects, pods.count + 1, sizeof(*copy));

    for (size_t i = 0; i < pods.count; i++)
        copy[i] = pods.at[i];
    for (size_t i = 0; i < pods.count; i++) {
        if (!text_equal(json_text_at(copy[i]->json, "spec", "nodeName"), node))
            continue;
        if (age >= REMOVED)
            store_remove(sim, "pod-gc", copy[i]);
        else if (age >= EVICTED)
            store_delete(sim, "node-lifecycle", kind, copy[i]->key, copy[i]->uid);
        else
            mark_not_ready(sim, copy[i]);
    }
}

static void age_node(struct sim *sim, struct node *node)
{
    long age = sim->now - node->died;
    struct version *object = node_object(sim, node->name);

    if (object != NULL && age < EVICTED)
        write_ready(sim, object, "Unknown");
    befall(sim, node->name, age);
    if (age < EVICTED)
        queue_add_at(&sim->scheduler->deaths, node->name, node->died + EVICTED);
    else if (age < REMOVED)
        queue_add_at(&sim->scheduler->deaths, node->name, node->died + REMOVED);
    else if (object != NULL)
        store_remove(sim, "cloud", object);
}

/* --- return --- */

/* The node object that is registered anew: as it was, but empty. */
static void register_again(struct sim *sim, const struct node *node)
{
    store_create(sim,
        "cloud",
        object(sim->objects,
            F("apiVersion", "v1"),
            F("kind", "Node"),
            MAP("metadata", F("name", node->name), OPT("labels", node->labels)),
            MAP("spec", OPT("none", (const char *)NULL))));
}

bool nodes_return(struct sim *sim, const char *name)
{
    struct node *node = table_get(&sim->scheduler->nodes, name);
    struct version *live = node_object(sim, name);

    if (node == NULL)
        node = table_get(&sim->scheduler->lost, name);
    if (node == NULL || node->died == 0)
        return false;
    node->died = 0;
    if (live == NULL) {
        register_again(sim, node);
        return true;
    }
    queue_cancel(&sim->scheduler->deaths, node->name);
    write_ready(sim, live, "True");
    kubelet_regain_node(sim, node->name);
    return true;
}

void nodes_turn(struct sim *sim)
{
    struct queue_keys names = queue_take(&sim->scheduler->deaths, sim->objects, sim->now);

    for (size_t i = 0; i < names.count; i++) {
        struct node *node = table_get(&sim->scheduler->nodes, names.at[i]);

        if (node != NULL)
            age_node(sim, node);
    }
}

/* --- choice --- */

static const json_t *required_terms(const json_t *pod)
{
    return json_at(pod,
        "spec",
        "affinity",
        "nodeAffinity",
        "requiredDuringSchedulingIgnoredDuringExecution",
        "nodeSelectorTerms");
}

/* Terms are alternatives. */
static bool suits(struct arena *arena, const json_t *pod, const json_t *labels)
{
    const json_t *selector =
        object(arena, OPT("matchLabels", json_at(pod, "spec", "nodeSelector")));
    const json_t *terms = required_terms(pod);
    const json_t *term;
    bool any = json_array_size(terms) == 0;

    json_each_item (terms, i, term)
        any = any || selector_matches(term, labels);
    return any && selector_matches(selector, labels);
}

static size_t siblings_on(const struct node *node, const struct version *pod)
{
    const size_t *count = pod->owner == NULL ? NULL : table_get(&node->owners, pod->owner);

    return count == NULL ? 0 : *count;
}

static bool better(const struct node *node, const struct node *best, const struct version *pod)
{
    if (best == NULL || siblings_on(node, pod) != siblings_on(best, pod))
        return best == NULL || siblings_on(node, pod) < siblings_on(best, pod);
    return node->pods < best->pods;
}

static struct node *best_node(struct sim *sim, const struct version *pod)
{
    struct node *best = NULL;
    struct table_row *row;

    table_each (&sim->scheduler->nodes, row) {
        struct node *node = row->value;
        struct version *live = node_object(sim, node->name);

        if (node->died > 0 || live == NULL || json_true_at(live->json, "spec", "unschedulable") ||
            !suits(sim->objects, pod->json, json_at(live->json, "metadata", "labels")) ||
            claims_block(sim, pod, node->name) != NULL)
            continue;
        if (better(node, best, pod))
            best = node;
    }
    return best;
}

/* Labels that a node needs for the Pod: of a required affinity those of the first alternative. */
static const json_t *wanted_labels(const struct version *pod)
{
    json_t *labels = json_overlay(json_at(pod->json, "spec", "nodeSelector"), NULL);
    const json_t *term = json_array_get(required_terms(pod->json), 0);
    const json_t *expression;

    json_each_item (json_at(term, "matchExpressions"), i, expression) {
        const char *operator= json_text_at(expression, "operator");
        const json_t *value = json_array_get(json_at(expression, "values"), 0);

        if (text_equal(operator, "In"))
            json_put(labels, json_text_at(expression, "key"), value);
        else if (text_equal(operator, "Exists"))
            json_put_text(labels, json_text_at(expression, "key"), "true");
    }
    return labels;
}

/* A cloud makes nodes as they are asked for; so does this one, unless the user brought nodes. None
 * of those that it makes would help where the Pod wants what cannot be. */
static void add_nodes(struct sim *sim, const struct version *pod)
{
    const json_t *wanted = wanted_labels(pod);
    size_t number = sim->scheduler->nodes.count;

    if (sim->scheduler->fixed || json_object_size(wanted) == 0)
        return;
    for (size_t i = 1; i <= NODES / ZONES; i++) {
        const char *name = fmt(sim->objects, "node-%zu", number + i);
        const json_t *labels = labels_of(sim, name, fmt(sim->objects, "zone%zu", i), wanted);

        if (suits(sim->objects, pod->json, labels))
            make_node(sim, name, labels);
    }
}

struct node *nodes_choose(struct sim *sim, const struct version *pod, const char **why)
{
    struct node *node;

    nodes_make(sim);
    node = best_node(sim, pod);
    if (node == NULL) {
        add_nodes(sim, pod);
        node = best_node(sim, pod);
    }
    if (node == NULL)
        *why = claims_block(sim, pod, NULL);
    if (node == NULL && *why == NULL)
        *why = fmt(sim->objects,
            "0/%zu nodes are available: none matches the Pod's node affinity/selector",
            sim->scheduler->nodes.count);
    return node;
}
