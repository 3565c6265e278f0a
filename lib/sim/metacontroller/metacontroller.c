#include "metacontroller.h"

#include <string.h>

#include "cache.h"
#include "metadata.h"
#include "record.h"
#include "sim/core/world.h"
#include "sync.h"

/* A sync that fails again and again for the same reason, or that asks for another one and never
 * changes anything, is still repeated, but nobody waits. */
enum { HOPELESS = 8 };

/* How long Metacontroller is away when it is restarted, and how much longer one of its controllers
 * may take than another until its informers are filled. */
enum { AWAY = 3, FILLING = 4 };

static size_t count_hooks(const struct sim *sim)
{
    size_t count = 0;

    each_hook_of (sim->apis, hook)
        count++;
    return count;
}

void metacontroller_start(struct sim *sim, const struct metacontroller_watch *watch)
{
    struct metacontroller *metacontroller = arena_make(sim->arena, struct metacontroller);
    struct json_scope scope = json_enter(sim->arena);

    sim->metacontroller = metacontroller;
    metacontroller->secrets.arena = sim->arena;
    metacontroller->watch = watch;
    record_start(sim);
    cache_start(sim, metacontroller_see);
    metacontroller->controllers =
        arena_array(sim->arena, count_hooks(sim) + 1, sizeof(*metacontroller->controllers));
    each_hook_of (sim->apis, hook)
        controller_start(sim, &metacontroller->controllers[metacontroller->count++], hook);
    json_leave(scope);
}

/* --- events --- */

static const json_t *controller_reference(const struct version *version)
{
    const json_t *reference;

    if (version == NULL || version->owner == NULL)
        return NULL;
    json_each_item (json_at(version->json, "metadata", "ownerReferences"), i, reference) {
        if (json_true_at(reference, "controller"))
            return reference;
    }
    return NULL;
}

static void enqueue_owner(struct sim *sim, const struct version *child)
{
    const json_t *reference = controller_reference(child);
    struct controller *controller = controller_of_kind(sim,
        kind_find(sim->kinds,
            json_text_at(reference, "apiVersion"),
            json_text_at(reference, "kind")));
    struct version *parent;
    const char *key;

    if (controller == NULL || !controller_has_child(controller, child->kind))
        return;
    key = table_name(&sim->names,
        fmt(sim->objects, "%s/%s", child->namespace, json_text_at(reference, "name")));
    parent = shelf_find(&sim->cache->seen.all, controller->kind, key);
    if (parent != NULL && parent->uid == child->owner)
        queue_add(&controller->queue, key);
}

/* An orphan concerns every parent that could adopt it. */
static void enqueue_adopters(struct sim *sim, const struct version *orphan)
{
    const json_t *labels = json_at(orphan->json, "metadata", "labels");

    for (size_t i = 0; i < sim->metacontroller->count; i++) {
        struct controller *controller = &sim->metacontroller->controllers[i];
        struct shelf parents = shelf_of_kind(&sim->cache->seen.all, controller->kind);

        if (!controller_has_child(controller, orphan->kind))
            continue;
        for (size_t j = 0; j < parents.count; j++) {
            const json_t *selector = controller_selector(sim->objects, controller, parents.at[j]);

            if (parents.at[j]->namespace == orphan->namespace && selector != NULL &&
                selector_matches(selector, labels))
                queue_add(&controller->queue, parents.at[j]->key);
        }
    }
}

static bool any_rule_matches(const json_t *rules, const struct version *version)
{
    const json_t *rule;

    if (version == NULL)
        return false;
    json_each_item (rules, i, rule) {
        if (rule_matches(rule, version))
            return true;
    }
    return false;
}

static void enqueue_related(struct sim *sim, const struct change *change)
{
    for (size_t i = 0; i < sim->metacontroller->count; i++) {
        struct controller *controller = &sim->metacontroller->controllers[i];
        struct table_row *row;

        if (controller->hook->customize == NULL)
            continue;
        table_each (&controller->parents, row) {
            const struct parent *parent = row->value;

            if (any_rule_matches(parent->rules, change->before) ||
                any_rule_matches(parent->rules, change->after))
                queue_add(&controller->queue, parent->key);
        }
    }
}

void metacontroller_see(struct sim *sim, const struct change *change)
{
    const struct version *version = change->after == NULL ? change->before : change->after;
    struct controller *controller = controller_of_kind(sim, version->kind);

    if (controller != NULL)
        queue_add(&controller->queue, version->key);
    if (change->before != NULL && change->after != NULL &&
        change->before->owner != change->after->owner)
        enqueue_owner(sim, change->before);
    if (version->owner != NULL)
        enqueue_owner(sim, version);
    else if (change->after != NULL)
        enqueue_adopters(sim, version);
    enqueue_related(sim, change);
}

static void enqueue_parents(struct sim *sim, struct controller *controller)
{
    struct shelf parents = shelf_of_kind(&sim->cache->seen.all, controller->kind);

    for (size_t j = 0; j < parents.count; j++)
        queue_add(&controller->queue, parents.at[j]->key);
}

void metacontroller_enqueue_all(struct sim *sim)
{
    for (size_t i = 0; i < sim->metacontroller->count; i++)
        enqueue_parents(sim, &sim->metacontroller->controllers[i]);
}

/* What it knew is lost: delays, back-off and the customize hook's answers. A controller's workers
 * start once its own informers are filled (WaitForCacheSync in composite/controller.go), so nothing
 * is ever synced against a cache that lacks a kind; but another controller may start later. */
void metacontroller_restart(struct sim *sim)
{
    struct metacontroller *metacontroller = sim->metacontroller;

    cache_list(sim);
    for (size_t i = 0; i < metacontroller->count; i++) {
        struct controller *controller = &metacontroller->controllers[i];

        controller->parents = (struct table){.arena = sim->arena};
        queue_start(&controller->queue, sim->arena);
        controller->starts = sim->now + AWAY + (long)chance_below(&sim->chance, FILLING + 1);
    }
}

/* --- the queue --- */

/* Exponential back-off of client-go: 5 ms * 2^n, at most 1000 s; our clock ticks in seconds. */
static long backoff(int failures)
{
    long milliseconds = failures > 17 ? 1000000 : 5L << failures;

    return milliseconds < 1000 ? 1 : (milliseconds > 1000000 ? 1000 : milliseconds / 1000);
}

static void fail(struct sim *sim, struct controller *controller, struct parent *parent,
    const char *error, long took)
{
    long second = sim->now + took + backoff(parent->failures);

    if (text_equal(parent->error, error)) {
        parent->repeats++;
    } else {
        parent->repeats = 0;
        parent->error = table_name(&sim->names, error);
        world_note(sim, "%s %s: sync error: %s", controller->kind->name, parent->key, error);
    }
    parent->failures++;
    if (parent->repeats < HOPELESS)
        queue_add_at(&controller->queue, parent->key, second);
    else
        queue_add_idle(&controller->queue, parent->key, second);
}

/* resyncAfterSeconds: the earliest one wins. */
static void come_back(struct sim *sim, struct controller *controller, struct parent *parent,
    double seconds, bool wrote)
{
    long second = sim->now + 1 + (long)seconds;

    parent->idle_resyncs = wrote ? 0 : parent->idle_resyncs + 1;
    if (parent->idle_resyncs < HOPELESS)
        queue_add_at(&controller->queue, parent->key, second);
    else
        queue_add_idle(&controller->queue, parent->key, second);
}

static void sync_key(struct sim *sim, struct controller *controller, const char *key)
{
    const long long before = sim->store->revision;
    struct sync sync = {.sim = sim,
        .controller = controller,
        .memory = controller_parent(sim, controller, key),
        .parent = shelf_find(&sim->cache->seen.all, controller->kind, key),
        .arena = arena_new(0)};
    struct json_scope scope = json_enter(sync.arena);

    if (sync.parent == NULL)
        table_remove(&controller->parents, key);
    else
        sync_parent(&sync);
    if (sync.took > 0)
        sync.memory->busy = sim->now + sync.took;
    if (sync.retry_after > 0) {
        queue_add_at(&controller->queue, key, sim->now + sync.retry_after);
    } else if (sync.error != NULL) {
        fail(sim, controller, sync.memory, sync.error, sync.took);
    } else {
        sync.memory->failures = sync.memory->repeats = 0;
        sync.memory->error = NULL;
    }
    if (sync.resync_after > 0)
        come_back(sim, controller, sync.memory, sync.resync_after, sim->store->revision > before);
    else
        sync.memory->idle_resyncs = 0;
    json_leave(scope);
    arena_free(sync.arena);
}

/* Takes the keys that are ready. One parent is never synced twice at a time: a key that came while
 * its hook call hangs waits for the end of it. */
static struct queue_keys keys_of_turn(struct sim *sim, struct controller *controller,
    struct arena *arena)
{
    struct queue_keys keys = {NULL, 0};
    size_t free = 0;

    if (controller->starts > sim->now)
        return keys;
    if (controller->starts > 0) {
        controller->starts = 0;
        enqueue_parents(sim, controller);
    }
    keys = queue_take(&controller->queue, arena, sim->now);
    for (size_t i = 0; i < keys.count; i++) {
        const struct parent *parent = table_get(&controller->parents, keys.at[i]);

        if (parent != NULL && parent->busy > sim->now)
            queue_add_at(&controller->queue, keys.at[i], parent->busy);
        else
            keys.at[free++] = keys.at[i];
    }
    keys.count = free;
    return keys;
}

struct turn {
    struct controller *controller;
    const char *key;
};

void metacontroller_turn(struct sim *sim)
{
    struct metacontroller *metacontroller = sim->metacontroller;
    struct arena *arena = arena_new(0);
    struct turn *turns = NULL;
    size_t count = 0;

    for (size_t i = 0; i < metacontroller->count; i++) {
        struct controller *controller = &metacontroller->controllers[i];
        struct queue_keys keys = keys_of_turn(sim, controller, arena);
        struct turn *more = arena_array(arena, count + keys.count + 1, sizeof(*more));

        if (count > 0)
            memcpy(more, turns, count * sizeof(*more));
        turns = more;
        for (size_t j = 0; j < keys.count; j++)
            turns[count++] = (struct turn){controller, keys.at[j]};
    }
    chance_shuffle(&sim->chance, turns, count, sizeof(*turns));
    for (size_t i = 0; i < count; i++)
        sync_key(sim, turns[i].controller, turns[i].key);
    arena_free(arena);
}

static long controller_due(const struct controller *controller, long now)
{
    if (controller->starts > 0)
        return controller->starts > now ? controller->starts : now + 1;
    return queue_due(&controller->queue, now);
}

long metacontroller_due(const struct sim *sim)
{
    long due = NEVER;

    if (sim->cache->pending > 0)
        return sim->now + 1;
    for (size_t i = 0; i < sim->metacontroller->count; i++) {
        long other = controller_due(&sim->metacontroller->controllers[i], sim->now);

        due = other < due ? other : due;
    }
    return due;
}
