#include "../../hooks/v2/derived.h"

#include "../../hooks/v2/at_once.h"
#include "../../hooks/v2/keys.h"
#include "../../hooks/v2/partitions.h"
#include "../../hooks/v2/release.h"
#include "metadata.h"
#include "planetscale.h"
#include "template.h"

/* What a VitessCluster and a VitessKeyspace hand down is what theirs hand down, at every stage of
 * every scenario at which theirs have handed down what the spec says. */

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
    "ext_ready",
    "roll_pass1",
    "roll_ready",
    "upg_ready",
    "upg_upgraded",
};

static void ck_derived(const json_t *stage, const json_t *ours, size_t *made)
{
    const json_t *theirs = vector_object(stage, object_kind(ours), object_name(ours));

    ck_assert_ptr_null(template_bug(ours));
    ck_as_theirs(vector_alike(ours), vector_alike(theirs));
    (*made)++;
}

/* --- everything of a stage --- */

static struct cluster_spec cluster_spec_of(const json_t *object)
{
    struct problems problems = {.arena = arena};
    struct cluster_spec spec = {0};

    spec_read(arena,
        v2_cluster_fields,
        json_at(object, "spec"),
        "spec",
        SPEC_STRICT,
        &spec,
        &problems);
    ck_assert_uint_eq(problems.count, 0);
    v2_normalise(arena, &spec);
    return spec;
}

static void derive_children_of_cluster(const json_t *stage, size_t *made)
{
    const json_t *object = vector_object(stage, "VitessCluster", NULL);
    struct cluster_spec spec = cluster_spec_of(object);
    struct v2_cluster cluster = {object_namespace(object), object_name(object), &spec};

    ck_derived(stage, v2_global_etcd(arena, &cluster), made);
    for (size_t i = 0; i < spec.cells.count; i++)
        ck_derived(stage, v2_derived_cell(arena, &cluster, &spec.cells.at[i], NULL), made);
    for (size_t i = 0; i < spec.keyspaces.count; i++)
        ck_derived(stage, v2_derived_keyspace(arena, &cluster, &spec.keyspaces.at[i]), made);
    for (size_t i = 0; spec.backup != NULL && i < spec.backup->locations.count; i++)
        ck_derived(stage,
            v2_derived_backup_storage(arena, &cluster, &spec.backup->locations.at[i]),
            made);
    for (size_t i = 0; spec.backup != NULL && i < spec.backup->schedules.count; i++)
        ck_derived(stage,
            v2_derived_backup_schedule(arena, &cluster, &spec.backup->schedules.at[i]),
            made);
}

START_TEST(derives_what_they_derive)
{
    const json_t *stage = vector_json(fmt(arena, "%s.json", stages[_i]));
    size_t made = 0;

    derive_children_of_cluster(stage, &made);
    ck_assert_uint_gt(made, 2);
}
END_TEST

/* --- shards --- */

static struct keyspace_spec keyspace_spec_of(const json_t *object)
{
    struct problems problems = {.arena = arena};
    struct keyspace_spec spec = {0};

    spec_read(arena,
        v2_keyspace_fields,
        json_at(object, "spec"),
        "spec",
        SPEC_DERIVED,
        &spec,
        &problems);
    ck_assert_uint_eq(problems.count, 0);
    return spec;
}

static void derive_shards(const json_t *stage, const json_t *object, size_t *made)
{
    const struct keyspace_spec spec = keyspace_spec_of(object);
    const struct v2_keyspace keyspace = {object_namespace(object),
        object_label(object, CLUSTER_LABEL),
        &spec};
    const struct v2_shards shards = v2_keyspace_shards(arena, &spec.keyspace);

    for (size_t i = 0; i < shards.count; i++)
        ck_derived(stage, v2_derived_shard(arena, &keyspace, &shards.at[i]), made);
}

START_TEST(derives_the_shards_that_they_derive)
{
    const json_t *stage = vector_json(fmt(arena, "%s.json", stages[_i]));
    const json_t *object;
    size_t made = 0;

    json_each_item (json_at(stage, "objects"), i, object) {
        if (text_equal(object_kind(object), "VitessKeyspace"))
            derive_shards(stage, object, &made);
    }
    ck_assert_uint_gt(made, 0);
}
END_TEST

/* --- updateStrategy External: what waits --- */

/* `was` is what is there, and `desired` what the spec of today makes of it. */
static void ck_waits(const json_t *stage, const json_t *was, const json_t *desired,
    const json_t *at_once)
{
    const char *key = ROLLOUT_SCHEDULED_ANNOTATION;
    const json_t *theirs = vector_object(stage, object_kind(was), object_name(was));
    const json_t *sent = v2_let_go(arena, &(struct v2_edit){desired, was, at_once, false});

    ck_assert_str_eq(object_annotation(sent, key), object_annotation(theirs, key));
    ck_as_theirs(vector_alike(sent), vector_alike(theirs));
}

START_TEST(what_waits_and_what_does_not_is_theirs)
{
    const json_t *before = vector_json("ext_ready.json"), *after = vector_json("ext_edited.json");
    const json_t *object = vector_object(after, "VitessCluster", NULL);
    const json_t *cell = vector_object(before, "VitessCell", NULL);
    const json_t *keyspace = vector_object(before, "VitessKeyspace", NULL);
    struct cluster_spec spec = cluster_spec_of(object);
    struct v2_cluster cluster = {object_namespace(object), object_name(object), &spec};
    const json_t *desired;

    desired = v2_derived_cell(arena, &cluster, &spec.cells.at[0], cell);
    ck_waits(after, cell, desired, v2_cell_at_once(arena, cell, desired, cell));
    desired = v2_derived_keyspace(arena, &cluster, &spec.keyspaces.at[0]);
    ck_waits(after, keyspace, desired, v2_keyspace_at_once(arena, keyspace, desired, keyspace));
}
END_TEST

/* Theirs schedules {} for ever there: two fields of its VitessKeyspace are called images, and one
 * of them is never stored. */
START_TEST(images_of_a_keyspace_wait_for_nothing)
{
    const json_t *parent = vector_object(vector_json("ext_ready.json"), "VitessCluster", NULL);
    struct cluster_spec spec = cluster_spec_of(parent);
    struct v2_cluster cluster = {object_namespace(parent), object_name(parent), &spec};
    struct component_images images = {.vtorc = "mine/vtorc:v24.0.4"};
    const json_t *desired, *was, *sent;

    spec.keyspaces.at[0].images = &images;
    desired = v2_derived_keyspace(arena, &cluster, &spec.keyspaces.at[0]);
    was = json_overlay(desired,
        object(arena,
            MAP("metadata", MAP("annotations", F(ROLLOUT_SCHEDULED_ANNOTATION, "{}\n")))));
    ck_assert_ptr_nonnull(object_annotation(was, ROLLOUT_SCHEDULED_ANNOTATION));
    sent = v2_let_go(arena,
        &(struct v2_edit){desired, was, v2_keyspace_at_once(arena, was, desired, was), false});
    ck_assert_ptr_null(object_annotation(sent, ROLLOUT_SCHEDULED_ANNOTATION));
}
END_TEST

#define SCALED(replicas) "{'spec':{'gateway':{'autoscaler':{'maxReplicas':5}" replicas "}}}"

/* Theirs makes such cells, where nobody gives a number. */
START_TEST(an_autoscaler_need_not_be_released_to_begin)
{
    const json_t *desired = json_of(SCALED(",'replicas':2"));
    const json_t *none = json_of(SCALED("")), *four = json_of(SCALED(",'replicas':4"));
    const json_t *begun = v2_cell_at_once(arena, none, desired, none);
    const json_t *scaled = v2_cell_at_once(arena, desired, desired, four);

    ck_assert_int_eq(json_int_at(begun, 0, "spec", "gateway", "replicas"), 2);
    ck_assert_int_eq(json_int_at(scaled, 0, "spec", "gateway", "replicas"), 4);
}
END_TEST

/* What of the gateway goes out at once. */
START_TEST(vtgates_are_as_many_as_somebody_says_last)
{
    static const struct {
        const char *applied, *desired, *observed, *sent;
    } cases[] = {
        {"{'replicas':1}", "{'replicas':3}", "{'replicas':1}", "{'replicas':3}"},
        {"{'replicas':1}", "{}", "{'replicas':1}", "{}"},
        {"{'replicas':1}", NULL, "{'replicas':1}", NULL},
        {"{}", NULL, "{}", NULL},
        {NULL, "{}", NULL, "{}"},
        {"{'replicas':1,'extraFlags':{}}", NULL, "{'replicas':1}", "{'extraFlags':{}}"},
        /* The autoscaler goes once that is released. */
        {"{'replicas':2,'autoscaler':{}}",
            "{'replicas':1}",
            "{'replicas':5}",
            "{'replicas':5,'autoscaler':{}}"},
        {"{'replicas':2}", "{'replicas':2,'autoscaler':{}}", "{'replicas':2}", "{'replicas':2}"},
    };

    for (size_t i = 0; i < sizeof(cases) / sizeof(*cases); i++) {
        const char *specs[] = {cases[i].applied, cases[i].desired, cases[i].observed};
        const json_t *cells[3];
        const json_t *sent;

        for (int j = 0; j < 3; j++)
            cells[j] = object(arena,
                MAP("spec",
                    OPT("name", "zone1"),
                    SPREAD(specs[j] == NULL ? NULL
                                            : json_of(fmt(arena, "{'gateway':%s}", specs[j])))));
        sent = json_at(v2_cell_at_once(arena, cells[0], cells[1], cells[2]), "spec", "gateway");
        if (cases[i].sent == NULL)
            ck_assert_ptr_null(sent);
        else
            ck_json(sent, cases[i].sent);
    }
}
END_TEST

static void tests(TCase *tcase)
{
    tcase_add_loop_test(tcase,
        derives_the_shards_that_they_derive,
        0,
        sizeof(stages) / sizeof(*stages));
    tcase_add_test(tcase, what_waits_and_what_does_not_is_theirs);
    tcase_add_test(tcase, images_of_a_keyspace_wait_for_nothing);
    tcase_add_test(tcase, an_autoscaler_need_not_be_released_to_begin);
    tcase_add_test(tcase, vtgates_are_as_many_as_somebody_says_last);
    tcase_add_loop_test(tcase, derives_what_they_derive, 0, sizeof(stages) / sizeof(*stages));
}

TEST_MAIN(tests)
