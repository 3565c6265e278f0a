#include "levels.h"

#include <string.h>

#include "at_once.h"
#include "children.h"
#include "conditions.h"
#include "derived.h"
#include "keys.h"
#include "level.h"
#include "metadata.h"
#include "names.h"
#include "partitions.h"
#include "release.h"
#include "staging.h"
#include "statuses.h"
#include "template.h"
#include "traffic.h"
#include "vitess.h"

/* Sync hook for VitessKeyspace: its record in the topology, and one VitessShard for each key range
 * of its partitionings.
 *
 * A shard that has left the spec is kept until Vitess says that nothing is served from it. */

#define SHARDS "VitessShard." API_VERSION

struct keyspace_hook {
    const struct request *request;
    struct arena *arena;
    struct keyspace_spec spec;
    const char *cluster;
    struct v2_shards wanted;
    struct objects shards; /* VitessShards of ours */
    json_t *there;         /* the same: name of a shard -> VitessShard */
    json_t *waits;         /* name of a shard -> what has to be so before it is made */
    json_t *kept;          /* name of a shard that has left the spec -> {reason, message} */
    struct unknown_children unknown;
    struct tasks tasks;
    bool created;
};

/* --- what is ours --- */

/* A copy under another name says the same of itself. */
static bool is_ours(void *context, const json_t *child)
{
    const struct keyspace_hook *hook = context;
    const char *shard = json_text_at(child, "spec", "name");

    return shard != NULL &&
           text_equal(object_name(child),
               v2_shard_name(hook->arena, hook->cluster, hook->spec.keyspace.name, shard));
}

static bool begin(struct keyspace_hook *hook, struct answer *answer)
{
    const struct request *request = hook->request;
    struct v2_place place;
    struct objects all;

    if (!v2_is_at_home(request, answer) ||
        !read_derived(request, answer, v2_keyspace_fields, &hook->spec) ||
        !v2_has_part(request, answer, "spec.images", hook->spec.keyspace.images))
        return false;
    hook->cluster = v2_cluster_of(request, answer);
    if (hook->cluster == NULL ||
        !v2_named(request,
            answer,
            v2_keyspace_name(hook->arena, hook->cluster, hook->spec.keyspace.name)))
        return false;
    place = (struct v2_place){.namespace = object_namespace(request->parent),
        .cluster = hook->cluster,
        .topology = *hook->spec.global_lockserver,
        .pull_secrets = hook->spec.pull_secrets};
    all = observed(request, SHARDS);
    hook->shards = known_children(hook->arena, &hook->unknown, &all, is_ours, hook);
    hook->wanted = v2_keyspace_shards(hook->arena, &hook->spec.keyspace);
    hook->there = json_new_map();
    for (size_t i = 0; i < hook->shards.count; i++)
        json_put(hook->there, json_text_at(hook->shards.at[i], "spec", "name"), hook->shards.at[i]);
    hook->waits = json_new_map();
    hook->kept = json_new_map();
    hook->tasks =
        v2_tasks(request, &place, v2_labels_of(request), hook->spec.keyspace.images->vttablet);
    return true;
}

/* --- the record of the keyspace --- */

static const char *flag(struct arena *a, const char *name, const char *value)
{
    return v2_given(value) == NULL ? NULL : fmt(a, "--%s=%s", name, value);
}

/* --force takes a keyspace that is there for granted, and changes nothing of it. */
static bool create(struct keyspace_hook *hook)
{
    const struct keyspace *keyspace = &hook->spec.keyspace;
    const char *policy = flag(hook->arena, "durability-policy", keyspace->durability_policy);
    const char *sidecar = flag(hook->arena, "sidecar-db-name", keyspace->sidecar_db_name);
    const char *arguments[] = {"CreateKeyspace", "--force", NULL, NULL, NULL, NULL};
    size_t count = 2;

    if (policy != NULL)
        arguments[count++] = policy;
    if (sidecar != NULL)
        arguments[count++] = sidecar;
    arguments[count] = keyspace->name;
    return task_ask_early(&hook->tasks, "keyspace", arguments, NULL).state == TASK_ANSWERED;
}

static bool tell_policy(struct keyspace_hook *hook, const char *policy)
{
    const char *const arguments[] = {"SetKeyspaceDurabilityPolicy",
        flag(hook->arena, "durability-policy", policy),
        hook->spec.keyspace.name,
        NULL};

    return task_ask(&hook->tasks, "durability", arguments, NULL, NULL).state == TASK_ANSWERED;
}

#define SET "set"
#define UNSET "unset"

static const char *read_policy(struct arena *a, const void *asked, const char *raw,
    const char **unexpected)
{
    struct json_fault fault = {0};
    const json_t *keyspace = json_at(json_read(a, raw, strlen(raw), 0, &fault), "keyspace");

    (void)asked;
    *unexpected = fmt(a, "%s says nothing of the keyspace", json_brief(a, json_string(raw)));
    if (!json_is_object(keyspace))
        return NULL;
    return v2_given(json_text_at(keyspace, "durability_policy")) == NULL ? UNSET : SET;
}

static bool is_policy_read(struct arena *a, const void *asked, const char *text)
{
    (void)a;
    (void)asked;
    return text_equal(text, SET) || text_equal(text, UNSET);
}

/* No policy leaves alone what is there. But a tablet that was faster than we were has made the
 * keyspace without one, and VTOrc, which shall elect the first primary, leaves such keyspaces
 * alone; everybody else takes it for "none". */
static bool set_policy(struct keyspace_hook *hook)
{
    static const struct task_reading reading = {read_policy, is_policy_read, NULL};
    const struct keyspace *keyspace = &hook->spec.keyspace;
    struct task_reply reply;

    if (v2_given(keyspace->durability_policy) != NULL)
        return tell_policy(hook, keyspace->durability_policy);
    reply = task_ask(&hook->tasks,
        "policy",
        (const char *const[]){"GetKeyspace", keyspace->name, NULL},
        NULL,
        &reading);
    return reply.state == TASK_ANSWERED &&
           (text_equal(reply.text, SET) || tell_policy(hook, "none"));
}

/* --- shards --- */

static bool is_wanted(const struct keyspace_hook *hook, const json_t *shard)
{
    for (size_t i = 0; i < hook->wanted.count; i++) {
        if (text_equal(json_text_at(shard, "spec", "name"), hook->wanted.at[i].name))
            return true;
    }
    return false;
}

/* While a shard that has left the spec is there, traffic may still be switched back to it. */
static const char *traffic_of_wanted(const struct keyspace_hook *hook)
{
    if (hook->spec.keyspace.partitionings.count > 1)
        return TRAFFIC_MAY_SWITCH;
    for (size_t i = 0; i < hook->shards.count; i++) {
        if (!is_wanted(hook, hook->shards.at[i]))
            return TRAFFIC_MAY_SWITCH;
    }
    return TRAFFIC_SETTLED;
}

static const json_t *told_traffic(struct arena *a, const json_t *shard, const char *traffic)
{
    return v2_told(a, shard, "traffic", json_string(traffic));
}

/* Theirs takes the annotation off as soon as no tablet waits for its turn any more, or the next
 * edit would go through all of them without having been told to. One in the spec stays. */
static bool has_cascaded(const json_t *shard, const json_t *desired)
{
    return object_annotation(shard, ROLLOUT_CASCADE_ANNOTATION) != NULL &&
           object_annotation(desired, ROLLOUT_CASCADE_ANNOTATION) == NULL &&
           !v2_is_released(shard) && generation_observed(shard) && condition_true(shard, "Updated");
}

static void want_shard(struct keyspace_hook *hook, struct answer *answer,
    const struct v2_shard *shard, const char *traffic)
{
    struct arena *a = hook->arena;
    const struct v2_keyspace keyspace = {object_namespace(hook->request->parent),
        hook->cluster,
        &hook->spec};
    const json_t *desired = told_traffic(a, v2_derived_shard(a, &keyspace, shard), traffic);
    const json_t *there = json_at(hook->there, shard->name);
    struct v2_edit edit = {.desired = desired,
        .observed = there,
        .immediate = v2_is_immediate(hook->spec.update_strategy)};
    const json_t *sent;

    /* Told where it is, or it would do nothing for ever. */
    edit.immediate = edit.immediate || (there != NULL && v2_made_elsewhere(a, there));
    if (there != NULL)
        edit.at_once = v2_shard_at_once(a, resource_as_applied(a, &v2_keys, there), desired);
    sent = v2_let_go(a, &edit);
    want(answer,
        has_cascaded(there, desired) ? v2_taken_off(a, sent, there, ROLLOUT_CASCADE_ANNOTATION)
                                     : sent);
}

static const json_t *why_kept(struct arena *a, const json_t *shard)
{
    if (v2_is_idle(shard))
        return object(a,
            F("reason", "TurningDown"),
            F("message", "Nothing is served from the shard, and its tablets are taken down."));
    return object(a,
        F("reason", "Serving"),
        F("message",
            "The shard can't be turned down because it's potentially in the serving set. You "
            "must migrate all served types in all cells to another shard before removing this "
            "shard."));
}

static void keep(struct keyspace_hook *hook, struct answer *answer, const json_t *shard)
{
    struct arena *a = hook->arena;

    want(answer, told_traffic(a, resource_as_applied(a, &v2_keys, shard), TRAFFIC_LEAVING));
    json_put(hook->kept, json_text_at(shard, "spec", "name"), why_kept(a, shard));
}

/* A status may have been edited by anybody: what else it says must not gainsay that nothing is
 * left.
 */
static bool has_tablets(const json_t *shard)
{
    static const char *const below[] = {"tablets", "readyTablets", "updatedTablets", NULL};
    const json_t *memory = json_at(shard, "status", "memory");

    for (const char *const *field = below; *field != NULL; field++) {
        if (json_array_size(json_at(memory, *field)) > 0)
            return true;
    }
    return json_object_size(json_at(shard, "status", "orphanedTablets")) > 0;
}

/* It takes itself down, so that no tablet is without its record before it is gone. */
static bool may_go(const struct keyspace_hook *hook, const json_t *shard)
{
    return v2_shard_leaves(hook->arena, shard) && v2_is_idle(shard) &&
           json_true_at(shard, "status", "turnedDown") && !has_tablets(shard);
}

/* The first tablet of a shard has made its record before it was Ready, and a primary has one. */
static bool is_known(const json_t *shard)
{
    const json_t *tablet;
    const char *alias;

    json_each_field (json_at(shard, "status", "tablets"), alias, tablet) {
        if (text_equal(json_text_at(tablet, "ready"), V2_TRUE))
            return true;
    }
    return text_equal(json_text_at(shard, "status", "hasMaster"), V2_TRUE);
}

/* Nobody waits for one without tablets: Vitess never gets to know it. */
static const json_t *known_shards(const struct keyspace_hook *hook)
{
    json_t *known = json_new_map();

    for (size_t i = 0; i < hook->wanted.count; i++) {
        const struct v2_shard *shard = &hook->wanted.at[i];

        if (v2_desired_tablets(shard->template) == 0 || is_known(json_at(hook->there, shard->name)))
            json_put(known, shard->name, json_true());
    }
    return known;
}

static bool some_are_missing(const struct keyspace_hook *hook)
{
    for (size_t i = 0; i < hook->wanted.count; i++) {
        if (json_at(hook->there, hook->wanted.at[i].name) == NULL)
            return true;
    }
    return false;
}

/* In the order of the partitionings: the first of them serves until somebody switches the traffic,
 * and those to reshard to come behind it. What is there waits for nobody: left out of the answer it
 * would be deleted. */
static void wait_in_order(struct keyspace_hook *hook)
{
    const struct v2_shards all = v2_shards_as_written(hook->arena, &hook->spec.keyspace);
    const json_t *known = known_shards(hook);
    struct planned_shard *planned = arena_array(hook->arena, all.count, sizeof(*planned));
    const char **first;

    for (size_t i = 0; i < all.count; i++)
        planned[i] = (struct planned_shard){.name = all.at[i].name,
            .known = json_at(known, all.at[i].name) != NULL};
    first = shards_wait_for(hook->arena, planned, all.count);
    for (size_t i = 0; i < all.count; i++) {
        if (first[i] != NULL && json_at(hook->there, all.at[i].name) == NULL)
            json_put_text(hook->waits, all.at[i].name, first[i]);
    }
}

static void want_shards(struct keyspace_hook *hook, struct answer *answer)
{
    const char *traffic = traffic_of_wanted(hook);

    if (hook->spec.keyspace.partitionings.count > 1 && some_are_missing(hook))
        wait_in_order(hook);
    for (size_t i = 0; i < hook->wanted.count; i++) {
        if (json_at(hook->waits, hook->wanted.at[i].name) == NULL)
            want_shard(hook, answer, &hook->wanted.at[i], traffic);
    }
    for (size_t i = 0; i < hook->shards.count; i++) {
        const json_t *shard = hook->shards.at[i];

        if (is_wanted(hook, shard))
            continue;
        if (may_go(hook, shard))
            release_child(hook->arena, answer, shard, "nothing is served from it");
        else
            keep(hook, answer, shard);
    }
}

/* --- status --- */

static const char *why_missing(const struct keyspace_hook *hook)
{
    const char *shard;
    const json_t *first;

    json_each_field (hook->waits, shard, first) {
        return fmt(hook->arena, "shard %s is made once %s", shard, json_string_value(first));
    }
    return "creating its shards";
}

/* The first shard that is still to become what the spec says. */
static const char *pending(const struct keyspace_hook *hook)
{
    if (!hook->created)
        return fmt(hook->arena, "creating keyspace %s", hook->spec.keyspace.name);
    for (size_t i = 0; i < hook->shards.count; i++) {
        const char *rolls = v2_why_it_rolls(hook->arena, hook->shards.at[i]);

        if (rolls != NULL)
            return rolls;
    }
    return some_are_missing(hook) ? why_missing(hook) : NULL;
}

static const json_t *status_of(struct keyspace_hook *hook)
{
    static const char *const labels[] = {KEYSPACE_LABEL, CLUSTER_LABEL, NULL};
    struct arena *a = hook->arena;
    struct v2_ready ready;
    const json_t *status = v2_keyspace_status(a, &hook->spec, &hook->shards, hook->kept, &ready);
    struct advice advice = advice_begin(a);
    struct level_conditions level = {.ready = ready.is,
        .ready_reason = ready.reason,
        .ready_message = hook->tasks.trouble != NULL ? hook->tasks.trouble : ready.message,
        .well_reason = ready.reason,
        .well_message = ready.message,
        .rolling = hook->wanted.count,
        .pending = pending(hook),
        .stuck = hook->tasks.stuck};

    advise_unknown(&advice, hook->request->parent, labels, &hook->unknown);
    advice_give(&advice, &level);
    return object(a,
        SPREAD(status),
        OPT("tasks", hook->tasks.remembered),
        F("conditions", level_conditions(hook->request, &level)));
}

void v2_sync_keyspace(const struct request *request, struct answer *answer)
{
    struct keyspace_hook hook = {.request = request, .arena = request->arena};

    if (!begin(&hook, answer))
        return;
    find_unknown_pods(request, &hook.unknown, &hook.tasks);
    hook.created = create(&hook) && set_policy(&hook);
    want_shards(&hook, answer);
    tasks_emit(&hook.tasks, answer);
    want_unknown(request, answer, &hook.unknown);
    answer->status = status_of(&hook);
}
