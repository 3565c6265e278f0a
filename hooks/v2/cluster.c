#include "cluster.h"

#include "conditions.h"
#include "keys.h"
#include "level.h"
#include "metadata.h"
#include "names.h"
#include "release.h"
#include "template.h"
#include "validate.h"

/* Sync hook for VitessCluster: the levels below, what serves all cells, and what Vitess must know
 * of the cluster as a whole. */

/* --- a spec that cannot work --- */

static bool read_spec(struct cluster_hook *hook, struct answer *answer)
{
    const struct request *request = hook->request;
    struct problems problems = {.arena = hook->arena};

    spec_read(hook->arena,
        v2_cluster_fields,
        json_at(request->parent, "spec"),
        "spec",
        SPEC_STRICT,
        &hook->spec,
        &problems);
    v2_validate(hook->arena, &hook->spec, &problems);
    if (problems.count > 0)
        stay_as_it_is(request, answer, &problems);
    return problems.count == 0;
}

/* --- what is ours --- */

/* A copy under another name says the same of itself. */
static bool is_ours(void *context, const json_t *child)
{
    const struct cluster_hook *hook = context;
    struct arena *a = hook->arena;
    const char *kind = object_kind(child), *name = object_name(child);
    const char *cluster = hook->cluster.name;
    const char *own = json_text_at(child, "spec", "name");

    if (text_equal(kind, "VitessCell"))
        return own != NULL && text_equal(name, v2_cell_name(a, cluster, own));
    if (text_equal(kind, "VitessKeyspace"))
        return own != NULL && text_equal(name, v2_keyspace_name(a, cluster, own));
    if (text_equal(kind, "EtcdLockserver"))
        return text_equal(name, v2_etcd_name(a, cluster, NULL));
    if (text_equal(kind, "VitessBackupSchedule"))
        return own != NULL && text_equal(name, v2_backup_schedule_name(a, cluster, own));
    if (text_equal(kind, "VitessBackupStorage")) {
        own = json_text_at(child, "spec", "location", "name");
        return text_equal(name, v2_backup_storage_name(a, cluster, own == NULL ? "" : own));
    }
    return v2_is_component(hook, child);
}

static struct objects ours(struct cluster_hook *hook, const char *group)
{
    const struct objects all = observed(hook->request, group);

    return known_children(hook->arena, &hook->unknown, &all, is_ours, hook);
}

static const json_t *selected_by(const struct cluster_hook *hook)
{
    return object(hook->arena, OPT("controller-uid", object_uid(hook->request->parent)));
}

const json_t *v2_own_child(const struct cluster_hook *hook, const json_t *child)
{
    return object_labelled(hook->arena, child, selected_by(hook));
}

static struct tasks tasks_of(const struct cluster_hook *hook)
{
    struct arena *a = hook->arena;
    const struct v2_place place = v2_cluster_place(hook, NULL);

    return v2_tasks(hook->request,
        &place,
        object(a, F(CLUSTER_LABEL, hook->cluster.name), SPREAD(selected_by(hook))),
        hook->spec.images->vtctld);
}

static bool begin(struct cluster_hook *hook, struct answer *answer)
{
    const struct request *request = hook->request;

    if (!read_spec(hook, answer))
        return false;
    v2_normalise(hook->arena, &hook->spec);
    hook->cluster = (struct v2_cluster){object_namespace(request->parent),
        object_name(request->parent),
        &hook->spec};
    hook->topology = v2_global_lockserver(hook->arena, &hook->cluster);
    hook->immediate = v2_is_immediate(hook->spec.update_strategy);
    hook->lockservers = ours(hook, "EtcdLockserver." API_VERSION);
    hook->cells = ours(hook, "VitessCell." API_VERSION);
    hook->keyspaces = ours(hook, "VitessKeyspace." API_VERSION);
    if (!v2_lockserver_stays(hook, answer))
        return false;
    hook->storages = ours(hook, "VitessBackupStorage." API_VERSION);
    hook->schedules = ours(hook, "VitessBackupSchedule." API_VERSION);
    hook->services = ours(hook, "Service.v1");
    hook->deployments = ours(hook, "Deployment.apps/v1");
    hook->secrets = ours(hook, "Secret.v1");
    hook->gateways = related(request, "Service.v1");
    hook->kept_cells = json_new_map();
    hook->kept_keyspaces = json_new_map();
    hook->tasks = tasks_of(hook);
    return true;
}

/* --- what Vitess must know --- */

#define ALIAS "planetscale_operator_default"

/* Before any cell is registered, as theirs does: so no cell is ever without its alias. */
static bool register_alias(struct cluster_hook *hook)
{
    struct texts cells = {.arena = hook->arena};

    if (!hook->spec.topology_reconciliation->register_cells_aliases || hook->spec.cells.count == 0)
        return true;
    if (v2_vtctld_came_along(hook))
        return false;
    for (size_t i = 0; i < hook->spec.cells.count; i++)
        texts_add(&cells, hook->spec.cells.at[i].name);
    return task_ask_early(&hook->tasks,
               "alias",
               (const char *const[]){"UpdateCellsAlias",
                   "--cells",
                   texts_join(&cells, ","),
                   ALIAS,
                   NULL},
               NULL)
               .state == TASK_ANSWERED;
}

/* --- status --- */

static const struct objects *each_level(const struct cluster_hook *hook, size_t index)
{
    return index == 0 ? &hook->lockservers : index == 1 ? &hook->cells : &hook->keyspaces;
}
enum { LEVELS = 3 };

static size_t wanted_in(const struct cluster_hook *hook, size_t index)
{
    return index == 0   ? hook->spec.global_lockserver->external == NULL
           : index == 1 ? hook->spec.cells.count
                        : hook->spec.keyspaces.count;
}

/* A VitessKeyspace is Ready, as theirs, when the shards that serve are; a cluster when all is there
 * that its spec asks for, such as the shards to which it is to be resharded. */
static const char *why_shard_is_not_ready(const struct cluster_hook *hook, const json_t *keyspace)
{
    const json_t *shard;
    const char *name;

    json_each_field (json_at(keyspace, "status", "shards"), name, shard) {
        const json_int_t wanted = json_int_at(shard, 0, "desiredTablets");
        const json_int_t ready = json_int_at(shard, 0, "readyTablets");

        if (ready < wanted)
            return fmt(hook->arena,
                "VitessKeyspace %s: %lld of %lld tablets of shard %s are Ready",
                object_name(keyspace),
                (long long)ready,
                (long long)wanted,
                name);
        if (!text_equal(json_text_at(shard, "hasMaster"), V2_TRUE))
            return fmt(hook->arena,
                "VitessKeyspace %s: nobody is known to be primary of shard %s",
                object_name(keyspace),
                name);
    }
    return NULL;
}

/* What it says of itself is of a cell that goes, and whose records may have gone already. One that
 * somebody else has told so goes nowhere. */
static bool comes_back(const struct cluster_hook *hook, const json_t *child)
{
    return json_true_at(child, "spec", "leaving") &&
           json_true_at(object_last_applied(hook->arena, &v2_keys, child), "spec", "leaving") &&
           json_at(hook->kept_cells, object_label(child, CELL_LABEL)) == NULL;
}

static const char *why_child_is_not_ready_yet(const struct cluster_hook *hook, const json_t *child)
{
    const char *kind = object_kind(child), *name = object_name(child);
    const char *message = condition_message(child, "Ready");

    if (!condition_true(child, "Ready"))
        return fmt(hook->arena,
            "%s %s: %s",
            kind,
            name,
            message == NULL ? "is not Ready yet" : message);
    if (!generation_observed(child) || comes_back(hook, child))
        return fmt(hook->arena, "%s %s has a new spec", kind, name);
    return why_shard_is_not_ready(hook, child);
}

/* The first of them that is not Ready, and what it says itself. */
static const char *why_not_ready(const struct cluster_hook *hook)
{
    static const char *const kinds[] = {"EtcdLockserver", "VitessCell", "VitessKeyspace"};

    for (size_t level = 0; level < LEVELS; level++) {
        const struct objects *objects = each_level(hook, level);

        if (objects->count < wanted_in(hook, level))
            return fmt(hook->arena, "a %s is being created", kinds[level]);
        for (size_t i = 0; i < objects->count; i++) {
            const char *why = why_child_is_not_ready_yet(hook, objects->at[i]);

            if (why != NULL)
                return why;
        }
    }
    return NULL;
}

static const char *pending(const struct cluster_hook *hook, bool aliased)
{
    for (size_t level = 0; level < LEVELS; level++) {
        const struct objects *objects = each_level(hook, level);

        for (size_t i = 0; i < objects->count; i++) {
            const char *rolls = v2_why_it_rolls(hook->arena, objects->at[i]);

            if (rolls != NULL)
                return rolls;
        }
    }
    if (hook->unmade != NULL)
        return hook->unmade;
    if (json_array_size(hook->pruning) > 0)
        return fmt(hook->arena,
            "deleting what Vitess knows of keyspace %s",
            json_string_value(json_array_get(hook->pruning, 0)));
    return aliased ? NULL : "registering the alias of its cells";
}

static const json_t *service_of(const struct cluster_hook *hook, const char *name)
{
    return objects_find(&hook->services, name);
}

static const json_t *children_status(struct cluster_hook *hook)
{
    struct arena *a = hook->arena;
    const char *cluster = hook->cluster.name;
    const struct v2_cluster_children children = {
        .etcd = hook->lockservers.count == 0 ? NULL : hook->lockservers.at[0],
        .gateway_service = service_of(hook, v2_vtgate_service(a, cluster, NULL)),
        .vtctld_service = service_of(hook, v2_vtctld_service(a, cluster)),
        .vtadmin_service = service_of(hook, v2_vtadmin_service(a, cluster)),
        .cells = hook->cells,
        .keyspaces = hook->keyspaces,
        .vtctlds = v2_deployments_of(hook, VTCTLD_COMPONENT),
        .vtadmins = v2_deployments_of(hook, VTADMIN_COMPONENT),
    };
    const struct v2_kept kept = {hook->kept_cells, hook->kept_keyspaces};

    return v2_cluster_status(a, &hook->cluster, &children, &kept);
}

static const json_t *status_of(struct cluster_hook *hook, bool aliased)
{
    static const char *const labels[] = {CLUSTER_LABEL, NULL};
    const char *why = why_not_ready(hook);
    struct advice advice = advice_begin(hook->arena);
    struct level_conditions level = {.ready = why == NULL,
        .ready_reason = "LevelsNotReady",
        .ready_message = why,
        .rolling = hook->lockservers.count + hook->cells.count + hook->keyspaces.count,
        .pending = pending(hook, aliased),
        .stuck = hook->tasks.stuck};

    v2_advise_pruning(&advice, hook);
    advise_unknown(&advice, hook->request->parent, labels, &hook->unknown);
    advice_give(&advice, &level);
    return object(hook->arena,
        SPREAD(children_status(hook)),
        OPT("pruning", hook->pruning),
        OPT("tasks", hook->tasks.remembered),
        F("conditions", level_conditions(hook->request, &level)));
}

/* --- the hook --- */

void v2_sync_cluster(const struct request *request, struct answer *answer)
{
    struct cluster_hook hook = {.request = request, .arena = request->arena};
    bool aliased;

    if (!begin(&hook, answer))
        return;
    find_unknown_pods(request, &hook.unknown, &hook.tasks);
    aliased = register_alias(&hook);
    v2_want_tree(&hook, answer);
    v2_want_components(&hook, answer);
    tasks_emit(&hook.tasks, answer);
    want_unknown(request, answer, &hook.unknown);
    answer->status = status_of(&hook, aliased);
}

/* VTAdmin is told the addresses of the cells' vtgates. */
void v2_customize_cluster(const struct request *request, struct answer *answer)
{
    struct arena *a = request->arena;
    json_t *rules = json_new_list();

    json_add(rules,
        object(a,
            F("apiVersion", "v1"),
            F("resource", "services"),
            F("namespace", object_namespace(request->parent)),
            MAP("labelSelector",
                MAP("matchLabels",
                    F(CLUSTER_LABEL, object_name(request->parent)),
                    F(COMPONENT_LABEL, VTGATE_COMPONENT)))));
    answer->related_resources = rules;
}
