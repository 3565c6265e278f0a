#include "../../hooks/v2/statuses.h"

#include "../../hooks/v2/keys.h"
#include "metadata.h"
#include "planetscale.h"
#include "template.h"

/* What each level says of itself is what theirs says, at every stage of every scenario. */

static const char *const stages[] = {
    "docs_101_created",
    "docs_101_ready",
    "docs_101_running",
    "docs_201_applied",
    "docs_201_ready",
    "docs_302_applied",
    "docs_302_ready",
    "docs_306_before_switch",
    "docs_306_done",
    "docs_401_applied",
    "e2e_101_created",
    "e2e_101_ready",
    "e2e_101_running",
    "e2e_201_applied",
    "e2e_201_ready",
    "e2e_302_applied",
    "e2e_302_ready",
    "e2e_306_before_switch",
    "e2e_306_done",
    "e2e_401_applied",
    "e2e_autoscale_base_created",
    "e2e_autoscale_base_ready",
    "e2e_backup_created",
    "e2e_backup_ready",
    "e2e_unmanaged_created",
    "e2e_unmanaged_ready",
    "e2e_vtorc_vtadmin_created",
    "e2e_vtorc_vtadmin_ready",
    "edge_created",
    "edge_ready",
    "ext_edited",
    "ext_ready",
    "ext_shard_released",
    "roll_ready",
    "upg_ready",
    "upg_upgraded",
};
/* Not roll_pass1: of that one their controllers were stopped after one pass, when the levels above
 * the shard had not heard of it. */
enum { STAGES = sizeof(stages) / sizeof(*stages) };

static const json_t *stage_of(int index)
{
    return vector_json(fmt(arena, "%s.json", stages[index]));
}

/* --- what is seen of a stage --- */

/* The vectors have no status of built-in kinds: nothing runs when it has just been made, and
 * everything at all other stages. */
static const json_t *as_it_runs(const json_t *object, int stage)
{
    if (object == NULL || text_ends_with(stages[stage], "_created"))
        return object;
    return object(arena,
        SPREAD(object),
        MAP("status",
            LIST("conditions",
                ITEM(F("type", "Available"), F("status", "True")),
                ITEM(F("type", "Ready"), F("status", "True")))));
}

/* Those of a kind that carry the label. `value` NULL: whatever its value. */
static struct objects children(const json_t *all, int stage, const char *kind, const char *key,
    const char *value)
{
    struct objects found = {arena_array(arena, 100, sizeof(*found.at)), 0};
    const json_t *object;

    json_each_item (json_at(all, "objects"), i, object) {
        const char *label = object_label(object, key);
        const bool built_in = strchr(json_text_at(object, "apiVersion"), '.') == NULL ||
                              text_equal(json_text_at(object, "apiVersion"), "apps/v1");

        if (text_equal(object_kind(object), kind) && label != NULL &&
            (value == NULL || text_equal(label, value)))
            found.at[found.count++] = built_in ? as_it_runs(object, stage) : object;
    }
    return found;
}

static const json_t *first(const struct objects *objects)
{
    return objects->count == 0 ? NULL : objects->at[0];
}

static const json_t *in_cell(const json_t *all, int stage, const char *kind, const char *component,
    const char *cell)
{
    struct objects found = children(all, stage, kind, COMPONENT_LABEL, component);

    for (size_t i = 0; i < found.count; i++) {
        if (text_equal(object_label(found.at[i], CELL_LABEL), cell))
            return found.at[i];
    }
    return NULL;
}

static const json_t *service(const json_t *all, int stage, const char *component, const char *cell)
{
    return in_cell(all, stage, "Service", component, cell);
}

/* --- theirs and ours --- */

static void ck_status(const json_t *object, const json_t *ours)
{
    json_t *theirs = json_without(json_at(object, "status"), "observedGeneration");

    ck_assert_ptr_null(template_bug(ours));
    testing_same(__FILE__, __LINE__, ours, json_without(theirs, "conditions"));
}

START_TEST(cluster_says_what_theirs_says)
{
    const json_t *all = stage_of(_i);
    const json_t *object = vector_object(all, "VitessCluster", NULL);
    struct problems problems = {.arena = arena};
    struct cluster_spec spec = {0};
    struct v2_cluster cluster = {object_namespace(object), object_name(object), &spec};
    struct objects etcds = children(all, _i, "EtcdLockserver", CLUSTER_LABEL, NULL);
    struct v2_cluster_children seen = {
        .etcd = first(&etcds),
        .gateway_service = service(all, _i, "vtgate", NULL),
        .vtctld_service = service(all, _i, "vtctld", NULL),
        .vtadmin_service = service(all, _i, "vtadmin", NULL),
        .cells = children(all, _i, "VitessCell", CLUSTER_LABEL, NULL),
        .keyspaces = children(all, _i, "VitessKeyspace", CLUSTER_LABEL, NULL),
        .vtctlds = children(all, _i, "Deployment", COMPONENT_LABEL, "vtctld"),
        .vtadmins = children(all, _i, "Deployment", COMPONENT_LABEL, "vtadmin"),
    };
    struct v2_kept kept = {json_at(object, "status", "orphanedCells"),
        json_at(object, "status", "orphanedKeyspaces")};

    spec_read(arena,
        v2_cluster_fields,
        json_at(object, "spec"),
        "spec",
        SPEC_STRICT,
        &spec,
        &problems);
    v2_normalise(arena, &spec);
    ck_status(object, v2_cluster_status(arena, &cluster, &seen, &kept));
}
END_TEST

START_TEST(cells_say_what_theirs_say)
{
    const json_t *all = stage_of(_i);
    struct objects keyspaces = children(all, _i, "VitessKeyspace", CLUSTER_LABEL, NULL);
    struct objects cells = children(all, _i, "VitessCell", CLUSTER_LABEL, NULL);

    ck_assert_uint_gt(cells.count, 0);
    for (size_t i = 0; i < cells.count; i++) {
        const json_t *object = cells.at[i];
        const char *name = object_label(object, CELL_LABEL);
        /* Of a cell without keyspaces Vitess has told it. */
        const char *idle = json_text_at(object, "status", "idle");
        struct v2_cell_children seen = {NULL,
            service(all, _i, "vtgate", name),
            in_cell(all, _i, "Deployment", "vtgate", name)};
        struct problems problems = {.arena = arena};
        struct cell_spec spec = {0};

        spec_read(arena,
            v2_cell_fields,
            json_at(object, "spec"),
            "spec",
            SPEC_DERIVED,
            &spec,
            &problems);
        ck_status(object, v2_cell_status(arena, &spec, &seen, &keyspaces, idle));
    }
}
END_TEST

START_TEST(lock_servers_say_what_theirs_say)
{
    const json_t *all = stage_of(_i);
    struct objects etcds = children(all, _i, "EtcdLockserver", CLUSTER_LABEL, NULL);

    ck_assert_uint_gt(etcds.count, 0);
    for (size_t i = 0; i < etcds.count; i++) {
        struct objects pods = children(all, _i, "Pod", LOCKSERVER_LABEL, object_name(etcds.at[i]));
        struct problems problems = {.arena = arena};
        struct etcd_template spec = {0};

        spec_read(arena,
            v2_etcd_lockserver_fields,
            json_at(etcds.at[i], "spec"),
            "spec",
            SPEC_DERIVED,
            &spec,
            &problems);
        ck_status(etcds.at[i], v2_etcd_status(arena, &spec, &pods));
    }
}
END_TEST

static const json_t *ready_condition(const json_t *object)
{
    const json_t *condition;

    json_each_item (json_at(object, "status", "conditions"), i, condition) {
        if (text_equal(json_text_at(condition, "type"), "Ready"))
            return condition;
    }
    return NULL;
}

START_TEST(keyspaces_say_what_theirs_say)
{
    const json_t *all = stage_of(_i);
    struct objects keyspaces = children(all, _i, "VitessKeyspace", CLUSTER_LABEL, NULL);

    ck_assert_uint_gt(keyspaces.count, 0);
    for (size_t i = 0; i < keyspaces.count; i++) {
        const json_t *object = keyspaces.at[i];
        struct objects shards =
            children(all, _i, "VitessShard", KEYSPACE_LABEL, object_label(object, KEYSPACE_LABEL));
        struct problems problems = {.arena = arena};
        struct keyspace_spec spec = {0};
        struct v2_ready ready;

        spec_read(arena,
            v2_keyspace_fields,
            json_at(object, "spec"),
            "spec",
            SPEC_DERIVED,
            &spec,
            &problems);
        ck_status(object,
            v2_keyspace_status(arena,
                &spec,
                &shards,
                json_at(object, "status", "orphanedShards"),
                &ready));
        ck_assert_str_eq(ready.is ? "True" : "False",
            json_text_at(ready_condition(object), "status"));
        ck_assert_str_eq(ready.reason, json_text_at(ready_condition(object), "reason"));
        ck_assert_str_eq(ready.message, json_text_at(ready_condition(object), "message"));
    }
}
END_TEST

/* --- shards --- */

/* What theirs has heard of Vitess. */
static const json_t *types_of(const json_t *status)
{
    json_t *types = json_new_map();
    const json_t *tablet;
    const char *alias;

    json_each_field (json_at(status, "tablets"), alias, tablet)
        json_put(types, alias, json_at(tablet, "type"));
    return types;
}

static const json_t *with_status(const json_t *object, const json_t *status)
{
    return object(arena, SPREAD(object), F("status", status));
}

/* What the kubelet of a stage has said, as their status repeats it. */
static struct objects as_they_saw(struct objects objects, const json_t *status, const char *claims)
{
    for (size_t i = 0; i < objects.count; i++) {
        const json_t *object = objects.at[i];
        const char *alias = fmt(arena,
            "%s-%s",
            object_label(object, CELL_LABEL),
            object_label(object, TABLET_UID_LABEL));
        const json_t *tablet = json_at(status, "tablets", alias);
        const bool running = text_equal(json_text_at(tablet, "running"), "True");
        const bool bound = text_equal(json_text_at(tablet, "dataVolumeBound"), "True");
        const char *ready = json_text_at(tablet, "ready");

        if (claims != NULL)
            objects.at[i] =
                with_status(object, json_of(bound ? "{'phase':'Bound'}" : "{'phase':'Pending'}"));
        else
            objects.at[i] = with_status(object,
                object(arena,
                    F("phase", running ? "Running" : "Pending"),
                    LIST("conditions",
                        ITEM(F("type", "Ready"),
                            F("status", text_equal(ready, "True") ? "True" : "False")))));
    }
    return objects;
}

static struct objects of_shard(const json_t *all, int stage, const char *kind, const json_t *shard)
{
    struct objects objects =
        children(all, stage, kind, KEYSPACE_LABEL, object_label(shard, KEYSPACE_LABEL));
    size_t kept = 0;

    for (size_t i = 0; i < objects.count; i++) {
        if (text_equal(object_label(objects.at[i], SHARD_LABEL), object_label(shard, SHARD_LABEL)))
            objects.at[kept++] = objects.at[i];
    }
    objects.count = kept;
    return objects;
}

static void ck_shard(const json_t *all, int stage, const json_t *object)
{
    const json_t *status = json_at(object, "status");
    struct problems problems = {.arena = arena};
    struct shard_spec spec = {0};
    const struct v2_vitess_shard shard = {object_namespace(object),
        object_label(object, CLUSTER_LABEL),
        object_label(object, KEYSPACE_LABEL),
        &spec};
    const struct v2_shard_seen seen = {
        .pods = as_they_saw(of_shard(all, stage, "Pod", object), status, NULL),
        .claims =
            as_they_saw(of_shard(all, stage, "PersistentVolumeClaim", object), status, "claims"),
        .vtorcs = text_equal(json_text_at(status, "vitessOrchestrator", "available"), "True")
                      ? of_shard(all, stage, "Deployment", object)
                      : (struct objects){0},
        .backups = of_shard(all, stage, "VitessBackup", object),
        .vtbackup = text_equal(json_text_at(status, "hasInitialBackup"), "True")
                        ? json_of("{'status':{'phase':'Succeeded'}}")
                        : NULL,
        .orphans = json_at(status, "orphanedTablets"),
        .types = types_of(status),
        .has_master = json_text_at(status, "hasMaster"),
        .serving_writes = json_text_at(status, "servingWrites"),
        .idle = json_text_at(status, "idle"),
        .master_alias = json_text_at(status, "masterAlias"),
    };
    struct v2_tablets tablets;

    spec_read(arena,
        v2_shard_fields,
        json_at(object, "spec"),
        "spec",
        SPEC_DERIVED,
        &spec,
        &problems);
    tablets = v2_tablets_of(arena, &shard);
    ck_status(object, v2_shard_status(arena, &spec, &tablets, &seen));
}

START_TEST(shards_say_what_theirs_say)
{
    const json_t *all = stage_of(_i);
    struct objects shards = children(all, _i, "VitessShard", CLUSTER_LABEL, NULL);

    ck_assert_uint_gt(shards.count, 0);
    for (size_t i = 0; i < shards.count; i++)
        ck_shard(all, _i, shards.at[i]);
}
END_TEST

static void tests(TCase *tcase)
{
    tcase_add_loop_test(tcase, shards_say_what_theirs_say, 0, STAGES);
    tcase_add_loop_test(tcase, cluster_says_what_theirs_says, 0, STAGES);
    tcase_add_loop_test(tcase, cells_say_what_theirs_say, 0, STAGES);
    tcase_add_loop_test(tcase, lock_servers_say_what_theirs_say, 0, STAGES);
    tcase_add_loop_test(tcase, keyspaces_say_what_theirs_say, 0, STAGES);
}

TEST_MAIN(tests)
