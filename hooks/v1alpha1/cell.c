#include "cell.h"

#include "template.h"

/* Sync hook for VitessCell: what serves one cell, and its part of each keyspace. */

const char *v1_cell_object(const struct cell *cell, const char *suffix)
{
    return fmt(cell->arena, "%s-%s", cell->prefix, suffix);
}

const char *v1_keyspace_object(const struct cell *cell, const char *keyspace)
{
    return v1_keyspace_name(cell->arena,
        cell->spec.derived.cluster,
        cell->spec.item.name,
        keyspace);
}

/* --- registration --- */

static const char *cell_root(const struct cell *cell)
{
    return fmt(cell->arena,
        "%s/%s",
        cell->spec.derived.topology->cell_root_prefix,
        cell->spec.item.name);
}

/* Vitess must know the cell before any process of it starts to work. The control cell has none. */
static bool registered(struct cell *cell)
{
    const char *const arguments[] = {"UpdateCellInfo",
        "--root",
        cell_root(cell),
        "--server-address",
        cell->spec.derived.topology->addresses,
        cell->spec.item.name,
        NULL};

    return cell->control ||
           (!cell->mistaken &&
               task_ask_early(&cell->tasks, "cell-info", arguments, NULL).state == TASK_ANSWERED);
}

/* vtgate routes by the vschema in the topology of its own cell. Vitess writes each change of it to
 * the cells that it knows; a new cell has none, and is not called registered before. */
static bool has_vschema(struct cell *cell)
{
    const char *const arguments[] = {"RebuildVSchemaGraph",
        fmt(cell->arena, "--cells=%s", cell->spec.item.name),
        NULL};

    return cell->control || cell->spec.item.vtgate == NULL ||
           json_true_at(cell->request->parent, "status", "cellInfoRegistered") ||
           (cell->registered &&
               task_ask(&cell->tasks, "vschema", arguments, NULL, NULL).state == TASK_ANSWERED);
}

/* Its own vtctld has been brought along by a restore, with its keyspaces or without them. */
static bool asks_another_cluster(const struct cell *cell)
{
    bool restored = v1_vtctld_came_along(cell) || v1_any_made_elsewhere(&cell->keyspaces);

    return restored && cell->spec.item.vtctld != NULL && cell->spec.item.vtctld->replicas > 0 &&
           !v1_vtctld_can_be_asked(cell);
}

static void defer(struct stage *stage, const char *kind, const char *name)
{
    for (size_t i = 0; i < stage->count; i++) {
        struct stage_child *child = &stage->at[i];

        if (text_equal(object_kind(child->desired), kind) &&
            (name == NULL || text_equal(child->name, name)))
            child->deferred = true;
    }
}

/* They end at once where their lock server has not been up yet, or their cell is not in it, and are
 * then started again later and later. */
static void defer_early(struct cell *cell)
{
    const json_t *status = json_at(cell->request->parent, "status");

    if (cell->spec.item.etcd != NULL && !v1_etcd_available(cell) &&
        json_int_at(status, 0, "etcd", "availableClusters") == 0)
        defer(&cell->stage, "Deployment", v1_cell_object(cell, "vtctld"));
    if (cell->registered || json_true_at(status, "cellInfoRegistered"))
        return;
    defer(&cell->stage, "Deployment", v1_cell_object(cell, "vtgate"));
    defer(&cell->stage, "Deployment", v1_cell_object(cell, "vtorc"));
}

/* What goes with the VitessCell itself (etcd, vtctld, vtgate) runs until then. */
static void talk_to_vitess(struct cell *cell)
{
    find_unknown_pods(cell->request, &cell->unknown, &cell->tasks);
    /* The record outlives the VitessCell: VitessCluster deletes it when nobody names the cell. */
    if (cell->retiring) {
        cell->retired = cell->keyspaces.count == 0 && v1_etcd_claims_outlive(cell);
        cell->registered = json_true_at(cell->request->parent, "status", "cellInfoRegistered");
    } else {
        cell->registered = registered(cell);
        cell->has_vschema = has_vschema(cell);
    }
}

/* --- the hook --- */

/* In the order of 2018: what serves the cell, its registration, its keyspaces last. */
static void emit(const struct cell *cell, struct answer *answer)
{
    struct answer staged = {.children = json_new_list(), .released = answer->released};
    bool asked = false;
    const json_t *child;

    stage_emit(&cell->stage, &staged);
    v1_release_components(cell, answer);
    v1_emit_etcd_claims(cell, answer);
    json_each_item (staged.children, i, child) {
        if (!asked && text_equal(object_kind(child), "VitessKeyspace")) {
            tasks_emit(&cell->tasks, answer);
            asked = true;
        }
        want(answer, v1_as_scaled(cell, child));
    }
    if (!asked)
        tasks_emit(&cell->tasks, answer);
    want_unknown(cell->request, answer, &cell->unknown);
}

static bool is_our_component(void *hook, const json_t *object)
{
    return v1_is_component(hook, object);
}

/* A keyspace of the spec, or one that has left it: then its own spec has its name. */
static bool is_our_keyspace(void *hook, const json_t *keyspace)
{
    const struct cell *cell = hook;
    const char *left = json_text_at(keyspace, "spec", "name");

    for (size_t i = 0; i < cell->spec.keyspaces.count; i++) {
        if (text_equal(object_name(keyspace),
                v1_keyspace_object(cell, cell->spec.keyspaces.at[i].name)))
            return true;
    }
    return left != NULL && text_equal(object_name(keyspace), v1_keyspace_object(cell, left));
}

static struct objects components(struct cell *cell, const char *group)
{
    struct objects all = observed(cell->request, group);

    return known_children(cell->request->arena, &cell->unknown, &all, is_our_component, cell);
}

#define AUTOSCALERS "HorizontalPodAutoscaler.autoscaling/v2"

/* Whoever is not shown them must not make any: they would be nobody's. */
static void forget_autoscaler(struct cell *cell)
{
    struct vtgate_spec *vtgate = cell->spec.item.vtgate;

    if (vtgate == NULL || vtgate->autoscaler == NULL || observes(cell->request, AUTOSCALERS))
        return;
    cell->blind = true;
    /* Where one decides already (the manifests of an older build came back) it goes on to: a number
     * of ours would take vtgates down at that moment, and the two would take turns for ever. */
    if (!v1_counted_by_others(cell))
        vtgate->autoscaler = NULL;
    cell->outdated =
        "vtgate.autoscaler: the CompositeControllers are of an older build and declare "
        "no HorizontalPodAutoscaler; apply the manifests of this one";
}

#define CLAIMS "PersistentVolumeClaim.v1"

/* Whoever is not shown them leaves them to the StatefulSet, as builds before this one did. */
static void forget_claims(struct cell *cell)
{
    cell->sees_claims = observes(cell->request, CLAIMS);
    if (cell->sees_claims || cell->spec.item.etcd == NULL || cell->outdated != NULL)
        return;
    cell->outdated =
        "etcd.volumeClaim: the CompositeControllers are of an older build and declare no "
        "PersistentVolumeClaim for VitessCell, so that the volumes of etcd cannot grow and a lost "
        "one is not replaced; apply the manifests of this one";
}

static bool begin(struct cell *cell, struct answer *answer)
{
    const struct request *request = cell->request;
    const struct rollout_spec *rollout;

    if (!read_derived(request, answer, v1_cell_fields, &cell->spec))
        return false;
    if (v1_newer_revision(request, answer, &cell->spec.derived) ||
        v1_waits_to_be_told(request, answer, &cell->spec.derived))
        return false;
    if (!v1_named_after(request,
            answer,
            v1_cell_name(cell->arena, cell->spec.derived.cluster, cell->spec.item.name)))
        return false;
    rollout = cell->spec.derived.rollout;
    cell->prefix = object_name(request->parent);
    cell->place = v1_place_of(request, cell->arena, &cell->spec.derived, cell->spec.item.name);
    cell->place.zone = cell->spec.item.zone;
    cell->place.region = cell->spec.item.region;
    cell->tasks =
        tasks_begin(request, &cell->place, v1_client_of(cell->arena, &cell->spec.derived));
    cell->control = text_equal(cell->spec.item.name, CONTROL_CELL);
    cell->retiring = rollout != NULL && rollout->retire;
    cell->statefulsets = components(cell, "StatefulSet.apps/v1");
    cell->deployments = components(cell, "Deployment.apps/v1");
    cell->services = components(cell, "Service.v1");
    cell->config_maps = components(cell, "ConfigMap.v1");
    cell->budgets = components(cell, "PodDisruptionBudget.policy/v1");
    cell->autoscalers = components(cell, AUTOSCALERS);
    forget_autoscaler(cell);
    cell->claims = components(cell, CLAIMS);
    forget_claims(cell);
    cell->policies = components(cell, "NetworkPolicy.networking.k8s.io/v1");
    cell->keyspaces = observed_resources(request, "VitessKeyspace." API_VERSION);
    cell->keyspaces =
        known_children(request->arena, &cell->unknown, &cell->keyspaces, is_our_keyspace, cell);
    cell->stage = (struct stage){
        .keys = &v1_keys,
        .arena = cell->arena,
        .paused = rollout != NULL && rollout->paused,
        .force = rollout == NULL ? NULL : rollout->force,
    };
    return true;
}

void v1_sync_cell(const struct request *request, struct answer *answer)
{
    struct cell cell = {.request = request, .arena = request->arena};

    if (!begin(&cell, answer))
        return;
    v1_stage_components(&cell);
    cell.mistaken = asks_another_cluster(&cell);
    talk_to_vitess(&cell);
    v1_stage_keyspaces(&cell);
    /* New keyspaces would ask the same vtctld. */
    if (cell.mistaken)
        defer(&cell.stage, "VitessKeyspace", NULL);
    defer_early(&cell);
    v1_apply_additions_early(&cell.stage);
    stage_plan(&cell.stage);
    if (cell.mistaken)
        v1_hold_made_elsewhere(&cell.stage, NULL);
    emit(&cell, answer);
    answer->status = v1_cell_status(&cell);
}
