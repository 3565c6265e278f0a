#include "v1alpha1.h"

#include "conditions.h"
#include "pod.h"
#include "pools.h"
#include "template.h"

/* Sync hook for VitessKeyspace: the shards of one keyspace in one cell, one VitessShard each, given
 * a new spec one at a time. */

enum { SHARDS };

/* A shard of the spec. */
struct named_shard {
    const struct shard_item *item;
    const char *name;   /* as Vitess has it */
    const char *object; /* name of the VitessShard */
};

struct keyspace {
    const struct request *request;
    struct arena *arena;
    struct keyspace_spec spec;
    struct named_shard *shards;
    struct objects observed; /* VitessShards of ours */
    const json_t *named;     /* by the spec: name of the VitessShard -> true */
    struct unknown_children unknown;
    struct tasks tasks;
    /* The same for every shard: */
    const json_t *down, *labels, *cells, *control;
    bool retire;             /* it has left the spec */
    const json_t *remaining; /* cells in which it lives on then */
};

/* --- shards --- */

static const struct shard_item unsharded = {.name = UNSHARDED, .vitess_name = UNSHARDED};

static size_t shard_count(const struct keyspace *keyspace)
{
    return v1_keyspace_shards(&keyspace->spec.item);
}

static const struct shard_item *shard_at(const struct keyspace *keyspace, size_t index)
{
    return keyspace->spec.item.shards_json == NULL ? &unsharded
                                                   : &keyspace->spec.item.shards.at[index];
}

/* A shard without a name can only come from an edit by hand. Index of the first one, or the number
 * of shards. */
static size_t name_shards(struct keyspace *keyspace)
{
    struct arena *a = keyspace->arena;
    const char *parent = object_name(keyspace->request->parent);
    const size_t count = shard_count(keyspace);

    keyspace->shards = arena_array(a, count + 1, sizeof(*keyspace->shards));
    for (size_t i = 0; i < count; i++) {
        const struct shard_item *item = shard_at(keyspace, i);

        if (item->vitess_name == NULL)
            return i;
        keyspace->shards[i] = (struct named_shard){item,
            item->vitess_name,
            v1_shard_name(a, parent, item->vitess_name)};
    }
    return count;
}

/* The cells of the keyspace in the order of rollouts. */
static const json_t *cells_in_order(const struct keyspace *keyspace)
{
    const json_t *order = keyspace->spec.derived.cell_order;
    json_t *cells = json_new_list();
    const json_t *cell;

    json_each_item (order, i, cell) {
        if (json_list_has(keyspace->spec.item.cells, json_string_value(cell)))
            json_add(cells, cell);
    }
    return order == NULL ? keyspace->spec.item.cells : cells;
}

static const json_t *desired_shard(const struct keyspace *keyspace, const struct named_shard *shard)
{
    struct arena *a = keyspace->arena;
    const struct keyspace_spec *spec = &keyspace->spec;
    const struct derived_spec *derived = &spec->derived;
    const char *name = shard->name;
    const char *suffix = shard_suffix(a, name);
    json_int_t replicas = v1_pool_in_all_cells(&spec->item, name, POOL_ELIGIBLE);
    json_int_t all = json_int_sum(replicas, v1_pool_in_all_cells(&spec->item, name, POOL_BATCH));

    return object(a,
        F("apiVersion", API_VERSION),
        F("kind", "VitessShard"),
        MAP("metadata",
            F("name", shard->object),
            F("namespace", object_namespace(keyspace->request->parent)),
            MAP("labels", SPREAD(keyspace->labels), F(SHARD_LABEL, suffix))),
        MAP("spec",
            SPREAD(keyspace->down),
            OPT("rollout", keyspace->control),
            F("selector",
                v1_selector_excluding(a,
                    v1_selector_with(a, derived->selector, SHARD_LABEL, suffix),
                    NULL)),
            F("template", v1_template_with(a, derived->template, SHARD_LABEL, suffix)),
            F("cell", spec->cell),
            OPT("zone", spec->zone),
            OPT("region", spec->region),
            F("keyspace", spec->item.name),
            F("name", name),
            OPT("keyRange", json_at(shard->item->json, "keyRange")),
            F("image", spec->image),
            F("cells", keyspace->cells),
            F("turndownPolicy", spec->item.turndown_policy),
            F("replicaTablets", replicas),
            F("allTablets", all),
            F("tablets", v1_tablets_in(a, &spec->item, spec->cell, name)->json)));
}

/* --- staging --- */

/* A shard lives on in other cells where its keyspace does, unless the shard has left that too. */
static bool lives_on(const struct keyspace *keyspace, const json_t *shard)
{
    const struct rollout_spec *rollout = keyspace->spec.derived.rollout;
    const char *name = json_text_at(shard, "spec", "name");

    return keyspace->retire && rollout != NULL &&
           (rollout->remaining_shards == NULL || json_list_has(rollout->remaining_shards, name));
}

/* All leaving shards retire at the same time: each is a Vitess shard of its own. */
static void stage_leaving_shards(const struct keyspace *keyspace, struct stage *stage)
{
    const struct derived_spec *derived = &keyspace->spec.derived;
    struct arena *a = keyspace->arena;
    const json_t *wholly = v1_control_block(a, derived->rollout, true, NULL);
    const json_t *here = v1_control_block(a, derived->rollout, true, keyspace->remaining);
    size_t i = stage->count;

    v1_stage_left(stage, &keyspace->observed, SHARDS, wholly, v1_derived_down(a, derived));
    for (; i < stage->count; i++) {
        if (lives_on(keyspace, stage->at[i].observed))
            stage->at[i].control = here;
    }
}

/* Its first tablet has made its record before it was Ready, and a primary, in this cell or in
 * another, has one. */
static bool is_known(const json_t *shard)
{
    return json_array_size(json_at(shard, "status", "readyTablets")) > 0 ||
           json_text_at(shard, "status", "primary") != NULL ||
           json_text_at(shard, "status", "follows") != NULL || condition_true(shard, "Ready");
}

/* For each shard, what has to be so before it is made, or NULL. */
static const char **shards_first(const struct keyspace *keyspace)
{
    const size_t count = shard_count(keyspace);
    struct planned_shard *shards = arena_array(keyspace->arena, count, sizeof(*shards));

    for (size_t i = 0; i < count; i++) {
        const struct named_shard *shard = &keyspace->shards[i];

        shards[i] = (struct planned_shard){.name = shard->name,
            .known = is_known(objects_find(&keyspace->observed, shard->object))};
    }
    return shards_wait_for(keyspace->arena, shards, count);
}

static void make_in_order(const struct keyspace *keyspace, struct stage *stage)
{
    const char **first = NULL;

    for (size_t i = 0; i < stage->count; i++) {
        struct stage_child *shard = &stage->at[i];

        if (shard->observed != NULL || shard->made_once != NULL)
            continue;
        first = first == NULL ? shards_first(keyspace) : first;
        shard->made_once = first[i];
    }
}

static struct stage stage_shards(const struct keyspace *keyspace)
{
    const struct rollout_spec *rollout = keyspace->spec.derived.rollout;
    struct stage stage = {
        .keys = &v1_keys,
        .arena = keyspace->arena,
        .paused = rollout != NULL && rollout->paused,
        .force = rollout == NULL ? NULL : rollout->force,
        .at_once = rollout == NULL ? 1 : rollout->max_shards,
        .control = keyspace->control,
    };
    const char *made_once =
        v1_keyspace_made_once(&keyspace->tasks, keyspace->spec.item.name, keyspace->spec.cell);

    for (size_t i = 0; !keyspace->retire && i < shard_count(keyspace); i++)
        v1_stage_own(&stage,
            SHARDS,
            desired_shard(keyspace, &keyspace->shards[i]),
            objects_find(&keyspace->observed, keyspace->shards[i].object),
            NULL)
            ->made_once = made_once;
    make_in_order(keyspace, &stage);
    stage_leaving_shards(keyspace, &stage);
    v1_apply_additions_early(&stage);
    stage_plan(&stage);
    return stage;
}

/* --- the end of the keyspace in this cell --- */

/* Where the keyspace lives on, the topology of this cell must forget it, unless a vtgate of the
 * cell serves it: that takes the SrvKeyspace from there. True once nothing of it is left. */
static bool leave_cell(struct keyspace *keyspace)
{
    if (keyspace->observed.count > 0)
        return false;
    if (json_array_size(keyspace->remaining) == 0 || keyspace->spec.derived.rollout->served)
        return true;
    return v1_keyspace_left_cell(&keyspace->tasks, keyspace->spec.item.name, keyspace->spec.cell);
}

/* --- status --- */

static json_int_t count_tablets(const struct keyspace *keyspace, const char *field)
{
    json_int_t sum = 0;

    for (size_t i = 0; i < keyspace->observed.count; i++)
        sum += (json_int_t)json_array_size(json_at(keyspace->observed.at[i], "status", field));
    return sum;
}

static json_int_t wanted_tablets(const struct keyspace *keyspace)
{
    if (keyspace->retire)
        return 0;
    return v1_tablets_in_cell(&keyspace->spec.item, keyspace->spec.cell);
}

/* Leaving shards do not count, unless the whole keyspace leaves and they are all there is. */
static const char *why_not_ready(const struct keyspace *keyspace, const struct stage *stage)
{
    for (size_t i = 0; i < stage->count; i++) {
        const struct stage_child *child = &stage->at[i];
        const char *why;

        if (i >= shard_count(keyspace) && !keyspace->retire)
            break;
        if (child->observed == NULL && child->made_once != NULL)
            return fmt(keyspace->arena,
                "VitessShard %s is made once %s",
                child->name,
                child->made_once);
        why = why_child_is_not_ready(keyspace->arena,
            owner_of(keyspace->request->parent),
            "VitessShard",
            child->name,
            child->observed);
        if (why != NULL)
            return why;
    }
    return NULL;
}

/* A shard that does not know yet that it has left still looks settled. */
static const char *pending(const struct keyspace *keyspace, const struct stage *stage, bool retired)
{
    const char *trouble = keyspace->tasks.trouble;

    for (size_t i = keyspace->retire ? 0 : shard_count(keyspace); i < stage->count; i++) {
        if (!retire_requested(stage->at[i].observed))
            return fmt(keyspace->arena, "removing VitessShard %s", stage->at[i].name);
    }
    if (!keyspace->retire || retired || keyspace->observed.count > 0)
        return NULL;
    return trouble == NULL ? "removing the cell from the keyspace" : trouble;
}

static const json_t *conditions_of(const struct keyspace *keyspace, const struct stage *stage,
    bool retired)
{
    const char *unready = why_not_ready(keyspace, stage);
    struct level_conditions level = {.ready = unready == NULL,
        .ready_reason = "ShardsNotReady",
        .ready_message = unready,
        .stage = stage,
        .pending = pending(keyspace, stage, retired),
        .stuck = keyspace->tasks.stuck};
    struct advice advice = advice_begin(keyspace->arena);

    advise_edit(&advice, keyspace->request, "VitessCluster");
    advise_unknown(&advice, keyspace->request->parent, v1_known_by, &keyspace->unknown);
    advice_of(&advice, &keyspace->observed);
    advice_give(&advice, &level);
    return level_conditions(keyspace->request, &level);
}

static const json_t *status_of(const struct keyspace *keyspace, const struct stage *stage,
    bool retired)
{
    struct arena *a = keyspace->arena;

    return object(a,
        F("shards", v1_names_of(a, &keyspace->observed, false)),
        F("readyShards", v1_names_of(a, &keyspace->observed, true)),
        F("tablets", INT(count_tablets(keyspace, "tablets"))),
        F("readyTablets", INT(count_tablets(keyspace, "readyTablets"))),
        F("updatedTablets", INT(count_tablets(keyspace, "updatedTablets"))),
        F("tabletsReady",
            tally_text(a, v1_serving_sum(&keyspace->observed), wanted_tablets(keyspace))),
        OPT("retired", retired ? json_true() : NULL),
        OPT("tasks", keyspace->tasks.remembered),
        F("conditions", conditions_of(keyspace, stage, retired)));
}

/* --- the hook --- */

/* A shard of the spec, or one that has left it: then its own spec has its name. */
static bool is_our_shard(void *hook, const json_t *shard)
{
    const struct keyspace *keyspace = hook;
    const char *parent = object_name(keyspace->request->parent);
    const char *left = json_text_at(shard, "spec", "name");

    if (json_at(keyspace->named, object_name(shard)) != NULL)
        return true;
    return left != NULL &&
           text_equal(object_name(shard), v1_shard_name(keyspace->arena, parent, left));
}

static bool read_keyspace(struct keyspace *keyspace, struct answer *answer)
{
    size_t named;

    if (!read_derived(keyspace->request, answer, v1_keyspace_fields, &keyspace->spec))
        return false;
    named = name_shards(keyspace);
    if (named == shard_count(keyspace))
        return true;
    refuse(keyspace->request,
        answer,
        422,
        "spec.shards[%zu]: must have a keyRange or a name",
        named);
    return false;
}

static bool fits_name_or_refuse(const struct keyspace *keyspace, struct answer *answer)
{
    const struct keyspace_spec *spec = &keyspace->spec;

    return v1_named_after(keyspace->request,
        answer,
        v1_keyspace_name(keyspace->arena, spec->derived.cluster, spec->cell, spec->item.name));
}

/* An index: a keyspace has hundreds of shards, and each is looked for. */
static const json_t *names_in_spec(const struct keyspace *keyspace)
{
    json_t *names = json_new_map();

    if (keyspace->observed.count == 0)
        return names;
    for (size_t i = 0; i < shard_count(keyspace); i++)
        json_put(names, keyspace->shards[i].object, json_true());
    return names;
}

static void begin(struct keyspace *keyspace)
{
    struct arena *a = keyspace->arena;
    const struct derived_spec *derived = &keyspace->spec.derived;
    const struct rollout_spec *rollout = derived->rollout;
    struct vtctl_client client = v1_client_of(a, derived);
    struct place place = v1_place_of(keyspace->request, a, derived, keyspace->spec.cell);

    keyspace->tasks = tasks_begin(keyspace->request, &place, client);
    keyspace->named = names_in_spec(keyspace);
    keyspace->observed = known_children(keyspace->request->arena,
        &keyspace->unknown,
        &keyspace->observed,
        is_our_shard,
        keyspace);
    find_unknown_pods(keyspace->request, &keyspace->unknown, &keyspace->tasks);
    keyspace->down = v1_derived_down(a, derived);
    keyspace->labels = place.labels;
    keyspace->cells = cells_in_order(keyspace);
    keyspace->control = v1_control_block(a, rollout, false, NULL);
    keyspace->retire = rollout != NULL && rollout->retire;
    keyspace->remaining = rollout == NULL ? NULL : rollout->remaining;
}

void v1_sync_keyspace(const struct request *request, struct answer *answer)
{
    struct keyspace keyspace = {.request = request,
        .arena = request->arena,
        .observed = observed_resources(request, "VitessShard." API_VERSION)};
    struct stage stage;
    bool retired;

    if (!read_keyspace(&keyspace, answer) ||
        v1_newer_revision(request, answer, &keyspace.spec.derived) ||
        v1_waits_to_be_told(request, answer, &keyspace.spec.derived) ||
        !fits_name_or_refuse(&keyspace, answer))
        return;
    begin(&keyspace);
    stage = stage_shards(&keyspace);
    retired = keyspace.retire && leave_cell(&keyspace);

    stage_emit(&stage, answer);
    want_unknown(request, answer, &keyspace.unknown);
    tasks_emit(&keyspace.tasks, answer);
    answer->status = status_of(&keyspace, &stage, retired);
}
