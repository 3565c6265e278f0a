#include "shard.h"

#include "at_once.h"
#include "children.h"
#include "keys.h"
#include "level.h"
#include "metadata.h"
#include "names.h"
#include "objects.h"
#include "release.h"
#include "staging.h"
#include "statuses.h"
#include "template.h"
#include "traffic.h"

/* Sync hook for VitessShard: all tablets of one shard, in whatever cells they are, VTOrc in each
 * cell that may have its primary, and the Pod that makes the first backup. What becomes of the
 * tablets is decided by include/shard_engine.h. */

/* --- what is ours --- */

static bool is_vtorc(void *context, const json_t *child)
{
    const struct shard_hook *hook = context;
    const char *cell = object_label(child, CELL_LABEL);

    return cell != NULL && text_equal(object_name(child),
                               v2_vtorc_deployment(hook->arena,
                                   hook->shard.cluster,
                                   hook->shard.keyspace,
                                   hook->spec.name,
                                   cell));
}

/* All but the one of the first backup, which is `apart`. */
static struct objects others(struct shard_hook *hook, const char *group, const json_t **apart)
{
    const struct objects all = observed(hook->request, group);
    const char *name = v2_vtbackup_init_name(hook->arena,
        hook->shard.cluster,
        hook->shard.keyspace,
        hook->spec.name);
    struct objects some = {arena_array(hook->arena, all.count + 1, sizeof(*some.at)), 0};

    for (size_t i = 0; i < all.count; i++) {
        if (text_equal(object_name(all.at[i]), name))
            *apart = all.at[i];
        else
            some.at[some.count++] = all.at[i];
    }
    return some;
}

static void find_children(struct shard_hook *hook)
{
    struct objects all = observed(hook->request, "Deployment.apps/v1");

    hook->deployments = known_children(hook->arena, &hook->unknown, &all, is_vtorc, hook);
    hook->pods = others(hook, "Pod.v1", &hook->vtbackup);
    hook->claims = others(hook, "PersistentVolumeClaim.v1", &hook->vtbackup_claim);
    hook->backups = related(hook->request, "VitessBackup." API_VERSION);
}

static bool begin(struct shard_hook *hook, struct answer *answer)
{
    const struct request *request = hook->request;
    const char *cluster, *keyspace;

    if (!v2_is_at_home(request, answer) ||
        !read_derived(request, answer, v2_shard_fields, &hook->spec))
        return false;
    cluster = v2_cluster_of(request, answer);
    keyspace = cluster == NULL ? NULL : v2_keyspace_of(request, answer);
    if (keyspace == NULL ||
        !v2_named(request, answer, v2_shard_name(hook->arena, cluster, keyspace, hook->spec.name)))
        return false;
    hook->shard =
        (struct v2_vitess_shard){object_namespace(request->parent), cluster, keyspace, &hook->spec};
    hook->place = (struct v2_place){.namespace = hook->shard.namespace,
        .cluster = cluster,
        .topology = *hook->spec.global_lockserver,
        .vitess_flags = hook->spec.vitess_flags,
        .pull_secrets = hook->spec.pull_secrets};
    hook->tablets = v2_tablets_of(hook->arena, &hook->shard);
    find_children(hook);
    hook->tasks =
        v2_tasks(request, &hook->place, v2_labels_of(request), hook->spec.images->vttablet);
    return true;
}

/* --- VTOrc --- */

/* One would take it for a failure that the tablets of an idle shard go. */
static struct texts vtorc_cells(const struct shard_hook *hook)
{
    struct texts cells = {.arena = hook->arena};

    for (size_t i = 0; !hook->idle && i < hook->spec.template.pools.count; i++) {
        const struct tablet_pool *pool = &hook->spec.template.pools.at[i];

        if (text_equal(pool->type, "replica") && !texts_contain(&cells, pool->cell))
            texts_add(&cells, pool->cell);
    }
    return cells;
}

static const json_t *desired_vtorc(const struct shard_hook *hook, const char *cell)
{
    struct v2_vtorc vtorc = {.place = hook->place,
        .keyspace = hook->shard.keyspace,
        .shard = hook->spec.name,
        .image = hook->spec.images->vtorc,
        .pull_policy = hook->spec.pull_policies == NULL ? NULL : hook->spec.pull_policies->vtorc,
        .spec = hook->spec.orchestrator};

    vtorc.place.cell = cell;
    vtorc.place.zone = json_text_at(hook->spec.zone_map, cell);
    return v2_make_vtorc_deployment(hook->arena, &vtorc);
}

/* One of a cell that has no tablets any more which may lead goes at once, as theirs does. */
static void want_vtorcs(const struct shard_hook *hook, struct answer *answer)
{
    struct arena *a = hook->arena;
    const struct texts cells = vtorc_cells(hook);

    for (size_t i = 0; i < cells.count; i++) {
        const json_t *desired = desired_vtorc(hook, cells.at[i]);
        const json_t *there = objects_find(&hook->deployments, object_name(desired));
        struct v2_edit edit = {.desired = desired,
            .observed = there,
            .immediate = v2_is_immediate(hook->spec.update_strategy) ||
                         (there != NULL && v2_made_elsewhere(a, there))};

        if (there != NULL)
            edit.at_once = v2_deployment_at_once(a, as_applied(a, &v2_keys, there), desired);
        want(answer, v2_let_go(a, &edit));
    }
    for (size_t i = 0; i < hook->deployments.count; i++) {
        if (!texts_contain(&cells, object_label(hook->deployments.at[i], CELL_LABEL)))
            release_child(a, answer, hook->deployments.at[i], "no tablet of its cell may lead");
    }
}

/* --- the first backup --- */

static const char *has_master(const struct shard_report *report)
{
    if (report->memory.primary != NULL)
        return V2_TRUE;
    return text_equal(report->ready_reason, "NoPrimary") ? V2_FALSE : NULL;
}

/* It has had a backup, or a primary, and so data that an empty backup would hide. */
static bool had_backup(const struct shard_hook *hook)
{
    return text_equal(json_text_at(hook->request->parent, "status", "hasInitialBackup"), V2_TRUE);
}

/* An empty backup is for a shard that has never held anything. That is known where no tablet has
 * been made yet, and where Vitess knows of no primary and no claim is known to hold data; not where
 * nobody has been heard yet, as after a cluster was taken over. */
static bool may_begin(const struct shard_hook *hook, const struct shard_report *report)
{
    if (hook->pods.count == 0 && hook->claims.count == 0 && !had_backup(hook))
        return true;
    return text_equal(has_master(report), V2_FALSE) && report->memory.data_count == 0;
}

/* Once wanted no more, the Pod goes unless it is just writing a backup, and then its claim, which
 * holds nothing but what was backed up. */
static void want_vtbackup(const struct shard_hook *hook, struct answer *answer,
    const struct shard_report *report)
{
    struct arena *a = hook->arena;
    const bool wanted = !hook->idle && v2_vtbackup_wanted(&hook->shard,
                                           v2_has_backup(&hook->backups),
                                           report->memory.primary != NULL);
    const bool begins = wanted && may_begin(hook, report);
    const bool runs = text_equal(json_text_at(hook->vtbackup, "status", "phase"), "Running");

    if (hook->vtbackup_claim != NULL && (wanted || hook->vtbackup != NULL))
        want(answer, as_applied(a, &v2_keys, hook->vtbackup_claim));
    else if (hook->vtbackup_claim != NULL)
        release_child(a, answer, hook->vtbackup_claim, "the first backup is there");
    else if (begins && v2_vtbackup_claim(a, &hook->shard) != NULL)
        want(answer, v2_vtbackup_claim(a, &hook->shard));
    if (hook->vtbackup != NULL && (wanted || runs))
        want(answer, as_applied(a, &v2_keys, hook->vtbackup));
    else if (hook->vtbackup != NULL)
        release_child(a, answer, hook->vtbackup, "the first backup is there");
    else if (begins)
        want(answer, v2_vtbackup_pod(a, &hook->shard));
}

/* --- the status --- */

static const json_t *types_of(const struct shard_report *report)
{
    json_t *types = json_new_map();

    for (size_t i = 0; i < report->tablet_count; i++) {
        const struct shard_tablet *tablet = &report->tablets[i];

        if (tablet->there && tablet->type != NULL)
            json_put(types, tablet->id.alias, json_string(tablet->type));
    }
    return types;
}

/* What is said of the shard is about the one whose turn it is. */
static const char *why_still_there(struct arena *a, const struct stage *stage, const char *pod)
{
    const bool turn = stage->next < stage->count && text_equal(stage->at[stage->next].name, pod);

    if (stage->message == NULL)
        return "";
    return turn ? stage->message : fmt(a, "waits for its turn: %s", stage->message);
}

/* Tablets that are not wanted, and why they are still there. */
static const json_t *orphans_of(struct arena *a, const struct shard_report *report)
{
    json_t *orphans = json_new_map();

    for (size_t i = 0; i < report->tablet_count; i++) {
        const struct shard_tablet *tablet = &report->tablets[i];

        if (tablet->there && !tablet->wanted)
            json_put(orphans,
                tablet->id.alias,
                object(a,
                    F("reason", text_equal(tablet->type, "primary") ? "Primary" : "Draining"),
                    F("message", why_still_there(a, &report->stage, tablet->id.name))));
    }
    return orphans;
}

/* A mapping by type, as their programs know it. */
static const json_t *by_type(const json_t *conditions)
{
    json_t *map = json_new_map();
    const json_t *condition;

    json_each_item (conditions, i, condition)
        json_put(map, json_text_at(condition, "type"), json_without(condition, "type"));
    return map;
}

/* Theirs runs VTOrc as well, and would not choose by itself. */
static void advise_replication(struct advice *advice, const struct replication *replication)
{
    if (replication != NULL && !replication->initialize_master)
        advice_add(advice,
            "FirstPrimary",
            "spec.replication.initializeMaster: false keeps no shard without a primary: VTOrc "
            "chooses the first one; leave it out");
}

static const json_t *conditions_of(struct shard_hook *hook, struct shard_report *report)
{
    static const char *const labels[] = {SHARD_LABEL, KEYSPACE_LABEL, CLUSTER_LABEL, NULL};
    struct level_conditions level = shard_level(report);

    advise_replication(&report->advice, hook->spec.template.replication);
    advise_unknown(&report->advice, hook->request->parent, labels, &report->unknown);
    advise_unknown(&report->advice, hook->request->parent, labels, &hook->unknown);
    advice_give(&report->advice, &level);
    return by_type(level_conditions(hook->request, &level));
}

static const json_t *status_of(struct shard_hook *hook, struct shard_report *report,
    const struct v2_traffic *traffic)
{
    struct arena *a = hook->arena;
    const struct v2_shard_seen seen = {.pods = hook->pods,
        .claims = hook->claims,
        .vtorcs = hook->deployments,
        .backups = hook->backups,
        .vtbackup = hook->vtbackup,
        .orphans = orphans_of(a, report),
        .types = types_of(report),
        .has_master = has_master(report),
        .serving_writes = traffic->serving_writes,
        .idle = traffic->idle,
        .master_alias = report->memory.primary,
        .had_backup = had_backup(hook)};

    return object(a,
        SPREAD(v2_shard_status(a, &hook->spec, &hook->tablets, &seen)),
        F("memory", shard_memory_written(a, &report->memory)),
        OPT("tasks", hook->tasks.remembered),
        F("conditions", conditions_of(hook, report)));
}

/* --- the hook --- */

void v2_sync_shard(const struct request *request, struct answer *answer)
{
    struct shard_hook hook = {.request = request, .arena = request->arena};
    struct shard_input input;
    struct shard_report report;
    struct v2_traffic traffic;
    bool turned_down;

    if (!begin(&hook, answer))
        return;
    input = v2_shard_input(&hook);
    traffic = v2_follow_traffic(&hook, &input.memory);
    hook.idle = text_equal(traffic.idle, V2_TRUE);
    turned_down = hook.idle && v2_shard_is_turned_down(&hook, &input.memory);
    v2_turn_down(&input, hook.idle);
    shard_decide(&input, answer, &report);
    want_vtorcs(&hook, answer);
    want_vtbackup(&hook, answer, &report);
    want_unknown(request, answer, &hook.unknown);
    answer->status = object(hook.arena,
        SPREAD(status_of(&hook, &report, &traffic)),
        OPT("turnedDown", turned_down ? json_true() : NULL));
}

/* What a sync sees beside its own children: the backups of the shard, which tell whether new
 * tablets have something to start from. It is cached per generation, so it depends on the labels by
 * which the shard is known, and these never change. */
void v2_customize_shard(const struct request *request, struct answer *answer)
{
    static const char *const keys[] = {CLUSTER_LABEL, KEYSPACE_LABEL, SHARD_LABEL};
    struct arena *a = request->arena;
    json_t *labels = json_new_map();
    json_t *rules = json_new_list();

    for (size_t i = 0; i < sizeof(keys) / sizeof(*keys); i++) {
        const char *value = object_label(request->parent, keys[i]);

        /* The sync refuses one without; all backups there are would not do. */
        if (value != NULL)
            json_put(labels, keys[i], json_string(value));
    }
    if (json_object_size(labels) == sizeof(keys) / sizeof(*keys))
        json_add(rules,
            object(a,
                F("apiVersion", API_VERSION),
                F("resource", "vitessbackups"),
                F("namespace", object_namespace(request->parent)),
                MAP("labelSelector", F("matchLabels", labels))));
    answer->related_resources = rules;
}
