#include "cluster.h"

#include "conditions.h"
#include "pools.h"
#include "template.h"

/* Sync hook for VitessCluster: one VitessCell for each cell, given a new spec one at a time, and
 * what Vitess must know of the cluster as a whole. */

enum { CELLS };

/* --- a spec that cannot work --- */

static bool read_spec(struct cluster *cluster, struct answer *answer)
{
    const struct request *request = cluster->request;
    struct problems problems = {.arena = cluster->arena};

    spec_read(cluster->arena,
        v1_cluster_fields,
        v1_without_nulls(json_at(request->parent, "spec")),
        "spec",
        SPEC_STRICT,
        &cluster->spec,
        &problems);
    v1_spread_equal_shards(cluster->arena, &cluster->spec);
    v1_validate_cluster(request, &cluster->spec, &cluster->told, &problems);
    if (problems.count == 0)
        return true;
    stay_as_it_is(request, answer, &problems);
    return false;
}

/* An older build must not take back what a newer one rolled out, unless it is told to. It is asked
 * first: a newer spec may have fields that this build does not know. */
static bool met_newer(const struct cluster *cluster, struct answer *answer)
{
    struct request as_cell = *cluster->request;
    uint32_t asked = json_count_at(cluster->request->parent, "spec", "revision");
    struct derived_spec derived = {.revision = asked};

    if (v1_newer_revision(cluster->request, answer, &derived))
        return true;
    for (size_t i = 0; asked == 0 && i < cluster->cells.count; i++) {
        as_cell.parent = cluster->cells.at[i];
        derived.revision = json_count_at(as_cell.parent, "spec", "revision");
        if (v1_newer_revision(&as_cell, answer, &derived))
            return true;
    }
    return false;
}

/* --- staging --- */

static const char *cell_object_name(const struct cluster *cluster, const char *cell)
{
    return v1_cell_name(cluster->arena, cluster->derived.cluster, cell);
}

/* A cell of the spec, or one that has left it: then its own spec has its name. */
static bool is_our_cell(void *hook, const json_t *cell)
{
    const struct cluster *cluster = hook;
    const char *left = json_text_at(cell, "spec", "name");

    for (size_t i = 0; i < cluster->spec.cells.count; i++) {
        if (text_equal(object_name(cell),
                cell_object_name(cluster, cluster->spec.cells.at[i].name)))
            return true;
    }
    return left != NULL && text_equal(object_name(cell), cell_object_name(cluster, left));
}

/* One without tablets does not block other cells, and they need its etcd and vtctld. */
static bool holds_no_tablets(const struct stage_child *child)
{
    return json_at(child->desired, "spec", "keyspaces") == NULL;
}

static void stage_cell(struct cluster *cluster, struct stage *stage, const struct cell_item *item)
{
    const json_t *cell = objects_find(&cluster->cells, cell_object_name(cluster, item->name));
    struct stage_child *child =
        v1_stage_own(stage, CELLS, v1_desired_cell(cluster, item), cell, NULL);

    child->blocks_nobody = holds_no_tablets(child);
    child->made_once = v1_cell_made_once(cluster, item->name);
}

/* What a cell that has left the spec is told, once it retires: where its keyspaces live on. */
static const json_t *leaving_cell(const void *context, const json_t *leaving)
{
    const json_t *where = ((const struct cluster *)context)->placement;
    json_t *spec = json_without(json_at(leaving, "spec"), "placement");
    json_t *object = json_overlay(leaving, NULL);

    if (json_object_size(spec) == 0)
        return leaving;
    if (json_array_size(where) > 0)
        json_put(spec, "placement", where);
    json_put(object, "spec", spec);
    return object;
}

static const char *retire_cells(const struct cluster *cluster, struct stage *stage)
{
    const struct retirement told = {
        .control = v1_control_block(cluster->arena, cluster->spec.rollout, true, NULL),
        .object = leaving_cell,
        .context = cluster};

    return retire_in_turn(stage, cluster->spec.cells.count, &told);
}

static struct stage stage_cells(struct cluster *cluster)
{
    const struct rollout_spec *rollout = cluster->spec.rollout;
    struct stage stage = {
        .keys = &v1_keys,
        .arena = cluster->arena,
        .paused = rollout != NULL && rollout->paused,
        .force = rollout == NULL ? NULL : rollout->force,
        .control = v1_control_block(cluster->arena, rollout, false, NULL),
    };

    for (size_t i = 0; i < cluster->spec.cells.count; i++)
        stage_cell(cluster, &stage, &cluster->spec.cells.at[i]);
    v1_stage_left(&stage,
        &cluster->cells,
        CELLS,
        NULL,
        v1_derived_down(cluster->arena, &cluster->derived));
    for (size_t i = cluster->spec.cells.count; i < stage.count; i++)
        stage.at[i].blocks_nobody = holds_no_tablets(&stage.at[i]);
    v1_apply_additions_early(&stage);
    stage_plan(&stage);
    return stage;
}

/* --- tasks --- */

/* What a restored status says is of the other namespace until the cell itself has spoken. */
static bool speaks_of_another_cluster(const struct cluster *cluster, const json_t *cell)
{
    return v1_made_elsewhere(cell) ||
           (v1_any_made_elsewhere(&cluster->cells) && !generation_observed(cell));
}

/* A task that runs before its server does would only learn to wait ever longer between its tries.
 */
static bool can_ask(const struct cluster *cluster)
{
    const struct cell_item *vtctld = v1_vtctld_cell(&cluster->spec);
    const struct cell_item *etcd = v1_lock_server_cell(&cluster->spec);
    const struct cell_item *cell = vtctld != NULL ? vtctld : etcd;
    const json_t *observed;
    const json_t *status;

    if (cell == NULL)
        return true;
    observed = objects_find(&cluster->cells, cell_object_name(cluster, cell->name));
    status = speaks_of_another_cluster(cluster, observed) ? NULL : json_at(observed, "status");
    return vtctld != NULL ? json_int_at(status, 0, "vtctld", "availableDeployments") > 0
                          : json_int_at(status, 0, "etcd", "availableClusters") > 0;
}

/* Who can_ask() waits for, of VitessCells that a restore has brought along: the one with the vtctld
 * that all ask, and the one with the lock server that it needs. That one must have nothing to ask a
 * vtctld for, which may still be the old one. */
static const json_t *told_first(const struct cluster *cluster)
{
    const struct cell_item *vtctld = v1_vtctld_cell(&cluster->spec);
    const struct cell_item *etcd = v1_lock_server_cell(&cluster->spec);
    json_t *names = json_new_list();

    if (vtctld != NULL)
        json_add_text(names, cell_object_name(cluster, vtctld->name));
    if (etcd != NULL && (vtctld == NULL || v1_is_control_cell(etcd)))
        json_add_text(names, cell_object_name(cluster, etcd->name));
    return names;
}

static struct tasks begin_tasks(const struct cluster *cluster)
{
    const struct derived_spec *derived = &cluster->derived;
    struct place place = v1_place_of(cluster->request, cluster->arena, derived, NULL);
    struct vtctl_client client = v1_client_of(cluster->arena, derived);

    place.labels = object(cluster->arena,
        SPREAD(place.labels),
        OPT("controller-uid", object_uid(cluster->request->parent)));
    return tasks_begin(cluster->request, &place, client);
}

/* One alias for all cells with tablets: vtgate sends reads to replicas of other cells only within
 * an alias. UpdateCellsAlias makes it where there is none; AddCellsAlias fails the second time. */
static bool tell_alias(struct cluster *cluster)
{
    struct texts cells = {.arena = cluster->arena};

    for (size_t i = 0; i < cluster->spec.cells.count; i++) {
        if (!v1_is_control_cell(&cluster->spec.cells.at[i]))
            texts_add(&cells, cluster->spec.cells.at[i].name);
    }
    if (cells.count == 0)
        return true;
    return task_ask(&cluster->tasks,
               "alias",
               (const char *const[]){"UpdateCellsAlias",
                   fmt(cluster->arena, "--cells=%s", texts_join(&cells, ",")),
                   cluster->derived.cluster,
                   NULL},
               NULL,
               NULL)
               .state == TASK_ANSWERED;
}

/* --- status --- */

static json_int_t wanted_tablets(const struct cluster *cluster)
{
    json_int_t sum = 0;

    for (size_t i = 0; i < cluster->spec.keyspaces.count; i++) {
        const struct keyspace_item *keyspace = &cluster->spec.keyspaces.at[i];
        const json_t *cell;

        json_each_item (keyspace->cells, j, cell)
            sum = json_int_sum(sum, v1_tablets_in_cell(keyspace, json_string_value(cell)));
    }
    return sum;
}

static const char *service(const struct cluster *cluster, const struct cell_item *cell,
    const char *component, int port)
{
    return fmt(cluster->arena,
        "%s-%s.%s.svc:%d",
        cell_object_name(cluster, cell->name),
        component,
        object_namespace(cluster->request->parent),
        port);
}

static const json_t *addresses(const struct cluster *cluster)
{
    const struct cell_item *vtctld = v1_vtctld_cell(&cluster->spec);
    const char *vtadmin = NULL;
    json_t *mysql = json_new_list();

    for (size_t i = 0; i < cluster->spec.cells.count; i++) {
        const struct cell_item *cell = &cluster->spec.cells.at[i];

        if (cell->vtgate != NULL)
            json_add_text(mysql, service(cluster, cell, "vtgate", 3306));
        if (cell->vtadmin != NULL && vtadmin == NULL)
            vtadmin = service(cluster, cell, "vtadmin", 14000);
    }
    return object(cluster->arena,
        OPT("mysql", mysql),
        OPT("vtctld", vtctld == NULL ? NULL : service(cluster, vtctld, "vtctld", 15999)),
        OPT("vtadmin", vtadmin));
}

static const char *why_cell_is_not_ready(const struct cluster *cluster,
    const struct stage_child *child)
{
    bool missing = child->observed == NULL;
    const char *taken = missing ? v1_cell_of_another(cluster->request, child->name) : NULL;

    if (missing && cluster->missing_secret != NULL)
        return cluster->missing_secret;
    return taken != NULL ? taken
                         : why_child_is_not_ready(cluster->arena,
                               owner_of(cluster->request->parent),
                               "VitessCell",
                               child->name,
                               child->observed);
}

static const char *why_not_ready(const struct cluster *cluster, const struct stage *stage)
{
    for (size_t i = 0; i < cluster->spec.cells.count; i++) {
        const char *why = why_cell_is_not_ready(cluster, &stage->at[i]);

        if (why != NULL)
            return why;
    }
    return NULL;
}

static const json_t *conditions_of(const struct cluster *cluster, const struct stage *stage,
    const char *pending)
{
    const char *cell = why_not_ready(cluster, stage);
    const char *keyspace = v1_keyspace_to_create(cluster);
    const char *trouble = cluster->tasks.trouble;
    struct level_conditions level = {.ready = cell == NULL && keyspace == NULL &&
                                              cluster->untold == NULL,
        .stage = stage,
        .pending = pending,
        .stuck = cluster->tasks.stuck};

    if (pending != NULL && trouble != NULL)
        level.pending = fmt(cluster->arena, "%s: %s", pending, trouble);
    if (cell != NULL) {
        level.ready_reason = "CellsNotReady";
        level.ready_message = cell;
    } else if (keyspace != NULL) {
        level.ready_reason = "KeyspaceMissing";
        level.ready_message = level.pending;
    } else if (cluster->untold != NULL) {
        level.ready_reason = "VtgatesNotTold";
        level.ready_message = level.pending;
    }
    v1_advise(cluster, &level);
    return level_conditions(cluster->request, &level);
}

static const json_t *status_of(const struct cluster *cluster, const struct stage *stage,
    const char *pending)
{
    struct arena *a = cluster->arena;
    return object(a,
        F("cells", v1_names_of(a, &cluster->cells, false)),
        F("readyCells", v1_names_of(a, &cluster->cells, true)),
        F("keyspaces", v1_keyspaces_status(cluster)),
        F("tablets", INT(status_sum(&cluster->cells, "tablets"))),
        F("readyTablets", INT(status_sum(&cluster->cells, "readyTablets"))),
        F("updatedTablets", INT(status_sum(&cluster->cells, "updatedTablets"))),
        F("tabletsReady", tally_text(a, v1_serving_sum(&cluster->cells), wanted_tablets(cluster))),
        OPT("addresses", addresses(cluster)),
        F("revision", cluster->derived.revision),
        OPT("leftCells", cluster->left_cells),
        OPT("tasks", cluster->tasks.remembered),
        F("conditions", conditions_of(cluster, stage, pending)));
}

/* --- the hook --- */

/* What must come before the next cell gets a new spec. */
static void hold_turn(const struct cluster *cluster, struct stage *stage, const char *removal)
{
    const char *keyspace = v1_policy_to_loosen(cluster);

    if (removal != NULL)
        stage_put_first(stage, removal);
    else if (keyspace != NULL)
        stage_hold(stage,
            fmt(cluster->arena, "keyspace %s needs its laxer durability policy first", keyspace));
    if (cluster->missing_secret != NULL)
        stage_begin_nothing(stage, cluster->missing_secret);
}

static const char *pending_of(const struct cluster *cluster, const char *removal, bool aliased,
    const char *records)
{
    const char *pending = v1_policies_pending(cluster);

    if (removal != NULL)
        return removal;
    if (pending != NULL)
        return pending;
    return aliased ? records : "setting the cells alias";
}

/* Cells that a restore has brought from another namespace, and a restore may bring status along:
 * what has been answered there (that keyspaces exist, with which policy) is not known here. */
static const struct request *without_memory_of_elsewhere(const struct request *request)
{
    struct objects cells = observed_resources(request, "VitessCell." API_VERSION);
    struct request *copy;
    json_t *parent;

    if (!v1_any_made_elsewhere(&cells))
        return request;
    copy = arena_make(request->arena, struct request);
    parent = json_overlay(request->parent, NULL);
    *copy = *request;
    copy->parent = parent;
    json_put(parent,
        "status",
        object(request->arena,
            OPT("conditions", json_at(request->parent, "status", "conditions"))));
    return copy;
}

void v1_sync_cluster(const struct request *as_sent, struct answer *answer)
{
    const struct request *request = without_memory_of_elsewhere(as_sent);
    struct cluster cluster = {.request = request,
        .arena = request->arena,
        .told = v1_told_cells_of(request)};
    const char *removal;
    const char *records;
    struct stage stage;
    bool aliased;
    bool settled;

    cluster.cells = cluster.told.cells;
    if (met_newer(&cluster, answer) || !read_spec(&cluster, answer))
        return;
    v1_derive(&cluster);
    cluster.cells =
        known_children(request->arena, &cluster.unknown, &cluster.cells, is_our_cell, &cluster);
    v1_find_policies(&cluster);
    cluster.tasks = begin_tasks(&cluster);
    stage = stage_cells(&cluster);
    find_unknown_pods(request, &cluster.unknown, &cluster.tasks);
    aliased = tell_alias(&cluster);
    settled = stage_settled(&stage, cluster.spec.cells.count);
    v1_tell_policies(&cluster, settled);
    v1_tell_vtgates(&cluster);
    records = v1_delete_cell_records(&cluster, &stage, settled);
    removal = retire_cells(&cluster, &stage);
    let_earlier_go(&stage, cluster.spec.cells.count);
    if (!can_ask(&cluster))
        v1_hold_made_elsewhere(&stage, told_first(&cluster));
    hold_turn(&cluster, &stage, removal);

    stage_emit(&stage, answer);
    want_unknown(request, answer, &cluster.unknown);
    if (!can_ask(&cluster))
        cluster.tasks.emitted = json_new_list();
    tasks_emit(&cluster.tasks, answer);
    answer->status = status_of(&cluster,
        &stage,
        pending_of(&cluster, removal, aliased, cluster.untold == NULL ? records : cluster.untold));
}
