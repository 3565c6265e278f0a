#include "sim_testing.h"

#include "conditions.h"
#include "metadata.h"
#include "template.h"
#include "yaml.h"

/* The guide of Vitess, step by step (examples/planetscale-v2), and edits of its first cluster: each
 * comes to Ready with nothing violated and nothing written at rest. */

#define GUIDE "examples/planetscale-v2/"
#define FIRST GUIDE "101_initial_cluster.yaml"
#define TABLET_1 "example-vttablet-zone1-2548885007-46a852d0"
#define TABLET_2 "example-vttablet-zone1-2469782763-bfadd780"

static void begin(void)
{
    sim_begin((struct sim_options){.apis = apis});
}

static const char *text_of(const char *path)
{
    FILE *file = fopen(path, "r");
    struct text text = {.arena = arena};
    char buffer[4096];
    size_t length;

    ck_assert_msg(file != NULL, "%s is not there", path);
    while ((length = fread(buffer, 1, sizeof(buffer), file)) > 0)
        text_add_bytes(&text, buffer, length);
    fclose(file);
    return text_string(&text);
}

/* `from` is replaced by `to` wherever it stands. */
static const char *replaced(const char *text, const char *from, const char *to)
{
    struct text out = {.arena = arena};

    for (const char *at = strstr(text, from); at != NULL; at = strstr(text, from)) {
        text_add_bytes(&out, text, (size_t)(at - text));
        text_add(&out, to);
        text = at + strlen(from);
    }
    text_add(&out, text);
    return text_string(&out);
}

/* From `start` up to `end`. */
static const char *block_of(const char *text, const char *start, const char *end)
{
    const char *from = strstr(text, start);

    return text_copy(arena, from, (size_t)(strstr(from, end) - from));
}

#define CELLS "  - name: zone1\n"
#define CELLS_END "  vitessDashboard:"
#define POOLS "          - cell: zone1\n"
#define POOLS_END "  updateStrategy:"

/* That block once for each zone. */
static const char *repeated(const char *text, const char *start, const char *end, int zones)
{
    const char *block = block_of(text, start, end);
    struct text all = {.arena = arena};

    for (int i = 1; i <= zones; i++)
        text_add(&all, replaced(block, "zone1", fmt(arena, "zone%d", i)));
    return replaced(text, block, text_string(&all));
}

static void apply_yaml(const char *text)
{
    struct yaml_documents documents;
    struct json_fault fault;
    const char *message = NULL;

    ck_assert(yaml_read(arena, text, strlen(text), &documents, &fault));
    for (size_t i = 0; i < documents.count; i++)
        ck_assert_msg(sim_apply(sim, documents.at[i].value, &message), "%s", message);
    settle();
}

static void is_well(void)
{
    assert_no_violation();
    ck_assert(sim_ready(sim));
    ck_assert_uint_eq(sim_rest(sim, 3), 0);
}

static void apply_step(const char *path)
{
    apply_yaml(text_of(path));
    is_well();
}

static size_t serving_of(const char *keyspace, const char *shard)
{
    return sim_serving(sim, NULL, keyspace, shard);
}

/* As one command of kubectl. */
static void annotate_all(const char *kind, const char *name, const json_t *more)
{
    json_t *object = json_clone(sim_object(sim, kind, "example", name));
    json_t *metadata = json_overlay(json_at(object, "metadata"), NULL);

    json_put(metadata, "annotations", json_overlay(json_at(metadata, "annotations"), more));
    json_put(object, "metadata", metadata);
    ck_assert(sim_apply(sim, object, NULL));
    settle();
}

/* `value` NULL takes it off. */
static void annotate_with(const char *kind, const char *name, const char *key, const char *value)
{
    json_t *object = json_clone(sim_object(sim, kind, "example", name));
    json_t *annotations = json_object_get(json_object_get(object, "metadata"), "annotations");

    if (value != NULL) {
        annotate_all(kind, name, object(arena, KEY(key, value)));
        return;
    }
    json_object_del(annotations, key);
    ck_assert(sim_apply(sim, object, NULL));
    settle();
}

static void annotate(const char *kind, const char *name, const char *key)
{
    annotate_with(kind, name, fmt(arena, "rollout.planetscale.com/%s", key), "");
}

START_TEST(the_first_cluster_comes_up)
{
    apply_step(FIRST);
    ck_assert_uint_eq(serving_of("commerce", "-"), 2);
    ck_assert_str_eq(sim_durability(sim, NULL, "commerce"), "none");
}
END_TEST

START_TEST(an_image_goes_from_tablet_to_tablet_and_the_primary_is_last)
{
    apply_step(FIRST);
    apply_yaml(replaced(text_of(FIRST), ":v24.0.4", ":v24.0.5"));
    is_well();
    ck_assert_uint_eq(sim_summary(sim).pods_restarted, 2);
    ck_assert_uint_eq(sim_summary(sim).reparents, 1);
    ck_assert_uint_eq(sim_summary(sim).min_serving, 1);
}
END_TEST

/* Lines of GetTablets: those of tablets that are gone as well, where nobody deletes their records.
 */
static size_t records(void)
{
    const char *answer;
    size_t count = 0;

    ck_assert(sim_vtctl(sim, (const char *const[]){"GetTablets", NULL}, &answer));
    for (const char *at = strstr(answer, "zone1-"); at != NULL; at = strstr(at + 1, "zone1-"))
        count++;
    return count;
}

START_TEST(tablets_come_and_go)
{
    const char *three = replaced(text_of(FIRST), "replicas: 2\n", "replicas: 3\n");

    apply_step(FIRST);
    apply_yaml(three);
    is_well();
    ck_assert_uint_eq(serving_of("commerce", "-"), 3);
    apply_step(FIRST);
    ck_assert_uint_eq(serving_of("commerce", "-"), 2);
    ck_assert_uint_eq(records(), 2);
    ck_assert_uint_eq(sim_summary(sim).min_serving, 2);
}
END_TEST

START_TEST(records_of_tablets_stay_where_nothing_is_pruned)
{
    const char *few = replaced(text_of(FIRST),
        "  updateStrategy:",
        "  topologyReconciliation: {pruneTablets: false}\n  updateStrategy:");
    const char *three = replaced(few, "replicas: 2\n", "replicas: 3\n");

    apply_yaml(three);
    is_well();
    ck_assert_uint_eq(records(), 3);
    apply_yaml(few);
    is_well();
    ck_assert_uint_eq(serving_of("commerce", "-"), 2);
    ck_assert_uint_eq(records(), 3);
}
END_TEST

/* Nothing of an edit is done before somebody lets it go, level by level. */
#define COMMERCE "example-commerce-fb9b866a"
#define SHARD "example-commerce-x-x-0f5afee6"
#define FOREIGN "deployment.example.org/revision"

static const char *annotation_of(const char *kind, const char *name, const char *key)
{
    return object_annotation(sim_object(sim, kind, "example", name), key);
}

static const char *external(void)
{
    return replaced(text_of(FIRST), "type: Immediate", "type: External");
}

/* The edit is let go down to the shard. */
static void release_to_shard(const char *text)
{
    apply_yaml(text);
    annotate("VitessKeyspace", COMMERCE, "released");
    annotate("VitessShard", SHARD, "released");
}

START_TEST(an_external_rollout_waits_until_it_is_released)
{
    apply_yaml(external());
    is_well();
    apply_yaml(
        replaced(external(), "vttablet: vitess/lite:v24.0.4", "vttablet: vitess/lite:v24.0.5"));
    assert_no_violation();
    ck_assert_uint_eq(sim_summary(sim).pods_restarted, 0);
    annotate("VitessKeyspace", COMMERCE, "released");
    ck_assert_uint_eq(sim_summary(sim).pods_restarted, 0);
    annotate("VitessShard", SHARD, "released");
    ck_assert_uint_eq(sim_summary(sim).pods_restarted, 0);
    annotate("VitessShard", SHARD, "cascade");
    assert_no_violation();
    ck_assert_uint_eq(sim_summary(sim).pods_restarted, 2);
    ck_assert_uint_eq(sim_summary(sim).reparents, 1);
}
END_TEST

/* The last annotation of ours goes, and what somebody else has written beside it stays. */
START_TEST(a_cascade_ends_and_takes_nothing_with_it)
{
    apply_yaml(external());
    is_well();
    annotate_with("VitessShard", SHARD, FOREIGN, "7");
    annotate_with("VitessKeyspace", COMMERCE, FOREIGN, "8");
    /* With nothing to do it is over at once. */
    annotate("VitessShard", SHARD, "cascade");
    ck_assert_ptr_null(annotation_of("VitessShard", SHARD, "rollout.planetscale.com/cascade"));
    /* Both at once. */
    apply_yaml(
        replaced(external(), "vttablet: vitess/lite:v24.0.4", "vttablet: vitess/lite:v24.0.5"));
    annotate("VitessKeyspace", COMMERCE, "released");
    annotate_all("VitessShard",
        SHARD,
        json_of("{'rollout.planetscale.com/released':'','rollout.planetscale.com/cascade':''}"));
    is_well();
    ck_assert_uint_eq(sim_summary(sim).pods_restarted, 2);
    ck_assert_ptr_null(annotation_of("VitessShard", SHARD, "rollout.planetscale.com/cascade"));
    ck_assert_str_eq(annotation_of("VitessShard", SHARD, FOREIGN), "7");
    ck_assert_str_eq(annotation_of("VitessKeyspace", COMMERCE, FOREIGN), "8");
    /* Nobody has told this one to go through them. */
    release_to_shard(
        replaced(external(), "vttablet: vitess/lite:v24.0.4", "vttablet: vitess/lite:v24.0.6"));
    assert_no_violation();
    ck_assert_uint_eq(sim_summary(sim).pods_restarted, 2);
}
END_TEST

/* Whoever releases the shard has released that, too. */
START_TEST(a_tablet_is_scaled_away_without_a_word_to_its_pod)
{
    apply_yaml(external());
    is_well();
    release_to_shard(replaced(external(), "replicas: 2\n", "replicas: 1\n"));
    is_well();
    ck_assert_uint_eq(serving_of("commerce", "-"), 1);
    ck_assert_uint_eq(records(), 1);
    ck_assert_uint_eq(sim_objects(sim, arena, "PersistentVolumeClaim").count, 4);
    ck_assert_uint_eq(sim_summary(sim).min_serving, 1);
}
END_TEST

#define LABELLED(value) "cell: zone1\n            extraLabels: {team: " value "}\n"

/* Pod of one of the tablets of commerce/- that are not the primary, in order. */
static const char *replica(int index)
{
    const struct objects pods = sim_objects(sim, arena, "Pod");

    for (size_t i = 0; i < pods.count; i++) {
        if (text_starts_with(object_name(pods.at[i]), "example-vttablet-") &&
            !text_equal(object_label(pods.at[i], "planetscale.com/serving-type"), "primary") &&
            index-- == 0)
            return object_name(pods.at[i]);
    }
    ck_abort_msg("so many are not there");
    return NULL;
}

static const char *three(void)
{
    return replaced(text_of(FIRST), "replicas: 2\n", "replicas: 3\n");
}

/* Whichever it is, those that wait for it would wait for ever. */
START_TEST(one_that_is_drained_is_made_anew_first)
{
    const char *drained;

    apply_yaml(three());
    is_well();
    drained = replica(_i);
    annotate_with("Pod", drained, "drain.planetscale.com/started", "now");
    ck_assert_ptr_nonnull(annotation_of("Pod", drained, "drain.planetscale.com/finished"));
    apply_yaml(replaced(three(), ":v24.0.4", ":v24.0.5"));
    is_well();
    ck_assert_uint_eq(sim_summary(sim).pods_restarted, 3);
    ck_assert_ptr_null(annotation_of("Pod", drained, "drain.planetscale.com/started"));
}
END_TEST

/* One of them may be deleted, and the other waits for that. */
START_TEST(two_that_are_drained_are_made_anew_in_turn)
{
    const char *first, *second;

    apply_yaml(three());
    is_well();
    first = replica(_i);
    second = replica(1 - _i);
    annotate_all("Pod",
        first,
        json_of("{'drain.planetscale.com/started':'1','drain.planetscale.com/acknowledged':'1',"
                "'drain.planetscale.com/finished':'1'}"));
    annotate_all("Pod",
        second,
        json_of("{'drain.planetscale.com/started':'1','drain.planetscale.com/acknowledged':'1'}"));
    apply_yaml(replaced(three(), ":v24.0.4", ":v24.0.5"));
    is_well();
    ck_assert_uint_eq(sim_summary(sim).pods_restarted, 3);
}
END_TEST

/* What the spec has is not taken off. */
START_TEST(a_cascade_of_the_spec_comes_to_rest)
{
    const char *pools = "          tabletPools:\n";
    const char *always = replaced(external(),
        pools,
        fmt(arena, "          annotations: {rollout.planetscale.com/cascade: \"\"}\n%s", pools));

    apply_yaml(always);
    is_well();
    ck_assert_ptr_nonnull(annotation_of("VitessShard", SHARD, "rollout.planetscale.com/cascade"));
    release_to_shard(replaced(always, "vttablet: vitess/lite:v24.0.4", "vttablet: vitess/lite:5"));
    is_well();
    ck_assert_uint_eq(sim_summary(sim).pods_restarted, 2);
}
END_TEST

/* Of a keyspace they are no edit that waits, the last one neither. */
START_TEST(annotations_come_and_go_at_once)
{
    const char *name = "  - name: commerce\n";
    const char *noted =
        replaced(external(), name, fmt(arena, "%s    annotations: {example.org/a: b}\n", name));

    apply_yaml(noted);
    is_well();
    ck_assert_str_eq(annotation_of("VitessKeyspace", COMMERCE, "example.org/a"), "b");
    annotate_with("VitessKeyspace", COMMERCE, FOREIGN, "8");
    apply_yaml(external());
    is_well();
    ck_assert_ptr_null(annotation_of("VitessKeyspace", COMMERCE, "example.org/a"));
    ck_assert_str_eq(annotation_of("VitessKeyspace", COMMERCE, FOREIGN), "8");
}
END_TEST

static json_int_t vtgates(void)
{
    return json_int_at(sim_object(sim, "Deployment", "example", "example-zone1-vtgate-bc6cde92"),
        0,
        "spec",
        "replicas");
}

/* Its number is an edit of nobody's. */
START_TEST(an_autoscaler_need_not_be_released)
{
    const char *scaled = replaced(external(),
        "    gateway:\n",
        "    gateway:\n      autoscaler: {minReplicas: 1, maxReplicas: 5}\n");
    struct objects cells;
    json_t *cell;

    apply_yaml(replaced(scaled, "      replicas: 1\n", ""));
    is_well();
    ck_assert_int_eq(vtgates(), 2);
    cells = sim_objects(sim, arena, "VitessCell");
    cell = json_clone(cells.at[0]);
    json_object_set(json_object_get(json_object_get(cell, "spec"), "gateway"),
        "replicas",
        json_integer(4));
    ck_assert(sim_apply(sim, cell, NULL));
    settle();
    is_well();
    ck_assert_int_eq(vtgates(), 4);
    ck_assert_ptr_null(
        annotation_of("VitessCell", object_name(cell), "rollout.planetscale.com/scheduled"));
}
END_TEST

/* Labels can change in place, but nobody has let them. */
START_TEST(labels_wait_to_be_released)
{
    const char *one =
        replaced(external(), "cell: zone1\n            type", LABELLED("a") "            type");
    const char *two = replaced(one, "team: a", "team: b");

    apply_yaml(one);
    is_well();
    ck_assert_str_eq(object_label(sim_object(sim, "Pod", "example", TABLET_1), "team"), "a");
    release_to_shard(two);
    assert_no_violation();
    ck_assert_str_eq(object_label(sim_object(sim, "Pod", "example", TABLET_1), "team"), "a");
    ck_assert(!condition_true(sim_object(sim, "VitessShard", "example", SHARD), "Updated"));
    ck_assert_ptr_null(
        condition_message(sim_object(sim, "VitessShard", "example", SHARD), "Advice"));
    ck_assert_str_eq(annotation_of("Pod", TABLET_1, "rollout.planetscale.com/scheduled"),
        "metadata:\n  labels:\n    team: b\n");
    annotate("Pod", TABLET_1, "released");
    ck_assert_str_eq(object_label(sim_object(sim, "Pod", "example", TABLET_1), "team"), "b");
    ck_assert_str_eq(object_label(sim_object(sim, "Pod", "example", TABLET_2), "team"), "a");
    annotate("VitessShard", SHARD, "cascade");
    is_well();
    ck_assert_str_eq(object_label(sim_object(sim, "Pod", "example", TABLET_2), "team"), "b");
    ck_assert_uint_eq(sim_summary(sim).pods_restarted, 0);
}
END_TEST

static void switch_to(const char *serves, const char *shard)
{
    ck_assert(sim_vtctl(sim,
        (const char *const[]){"SetShardIsPrimaryServing",
            fmt(arena, "customer/%s", shard),
            serves,
            NULL},
        NULL));
}

START_TEST(a_keyspace_is_cut_anew)
{
    apply_step(FIRST);
    apply_step(GUIDE "201_customer_tablets.yaml");
    ck_assert_uint_eq(serving_of("customer", "-"), 2);
    apply_step(GUIDE "302_new_shards.yaml");
    ck_assert_uint_eq(serving_of("customer", "-80"), 2);
    switch_to("false", "-");
    switch_to("true", "-80");
    switch_to("true", "80-");
    settle();
    is_well();
    apply_step(GUIDE "306_down_shard_0.yaml");
    ck_assert_ptr_null(sim_object(sim, "VitessShard", "example", "example-customer-x-x-dc880356"));
    ck_assert_uint_eq(serving_of("customer", "80-"), 2);
}
END_TEST

/* It keeps what it has until the traffic is somewhere else. */
START_TEST(a_shard_stays_while_it_serves)
{
    apply_step(FIRST);
    apply_step(GUIDE "201_customer_tablets.yaml");
    apply_step(GUIDE "302_new_shards.yaml");
    apply_yaml(text_of(GUIDE "306_down_shard_0.yaml"));
    assert_no_violation();
    ck_assert_uint_eq(serving_of("customer", "-"), 2);
}
END_TEST

/* Its tablets first, then its vtgates, as soon as Vitess serves nothing in it. */
START_TEST(a_cell_leaves)
{
    const char *two_cells = repeated(text_of(FIRST), CELLS, CELLS_END, 2);

    apply_yaml(repeated(two_cells, POOLS, POOLS_END, 2));
    is_well();
    ck_assert_uint_eq(serving_of("commerce", "-"), 4);
    apply_yaml(two_cells);
    is_well();
    ck_assert_uint_eq(serving_of("commerce", "-"), 2);
    apply_step(FIRST);
    ck_assert_uint_eq(sim_objects(sim, arena, "VitessCell").count, 1);
    ck_assert(!sim_vtctl(sim, (const char *const[]){"GetCellInfo", "zone2", NULL}, NULL));
    ck_assert_uint_eq(sim_summary(sim).min_serving, 2);
}
END_TEST

static bool knows_customer(void)
{
    return sim_vtctl(sim, (const char *const[]){"GetKeyspace", "customer", NULL}, NULL);
}

/* Vitess forgets it, so that it begins anew when it comes back. */
START_TEST(a_keyspace_leaves_and_comes_back)
{
    apply_step(FIRST);
    apply_step(GUIDE "201_customer_tablets.yaml");
    ck_assert(knows_customer());
    apply_step(FIRST);
    ck_assert(!knows_customer());
    ck_assert_uint_eq(serving_of("commerce", "-"), 2);
    apply_step(GUIDE "201_customer_tablets.yaml");
    ck_assert(knows_customer());
    ck_assert_uint_eq(serving_of("customer", "-"), 2);
}
END_TEST

/* As its CRD says: without tablet pools it may go. The last tablet has nobody to hand over to. */
START_TEST(a_keyspace_without_pools_leaves)
{
    const char *both = text_of(GUIDE "201_customer_tablets.yaml");
    const char *customer = strstr(both, "- name: customer");
    const char *pools = strstr(customer, "          tabletPools:\n");
    const char *end = strstr(pools, "  updateStrategy:");

    apply_step(FIRST);
    apply_yaml(replaced(both, "turndownPolicy: Immediate", "turndownPolicy: RequireIdle"));
    is_well();
    apply_yaml(replaced(fmt(arena,
                            "%s          tabletPools: []\n%s",
                            text_copy(arena, both, (size_t)(pools - both)),
                            end),
        "turndownPolicy: Immediate",
        "turndownPolicy: RequireIdle"));
    assert_no_violation();
    ck_assert(knows_customer());
    apply_yaml(text_of(FIRST));
    is_well();
    ck_assert(!knows_customer());
}
END_TEST

/* --- volumes --- */

/* As Kubernetes says of storage that grows only as it is mounted. */
static void has_not_grown(const char *name)
{
    json_t *claim = json_clone(sim_object(sim, "PersistentVolumeClaim", "example", name));

    json_put(claim,
        "status",
        json_overlay(json_at(claim, "status"),
            json_of("{'capacity':{'storage':'10Gi'},'conditions':[{'status':'True',"
                    "'type':'FileSystemResizePending',"
                    "'lastTransitionTime':'2027-01-01T00:00:00Z'}]}")));
    ck_assert(sim_edit_status(sim, claim, NULL));
}

static const char *size_of(const char *name)
{
    return json_text_at(sim_object(sim, "PersistentVolumeClaim", "example", name),
        "status",
        "capacity",
        "storage");
}

START_TEST(tablets_are_made_anew_for_their_volumes_to_grow)
{
    static const char *const tablets[] = {TABLET_1, TABLET_2};

    apply_step(FIRST);
    apply_yaml(replaced(text_of(FIRST), "storage: 10Gi", "storage: 20Gi"));
    is_well();
    /* Theirs, too, makes them anew for the size alone. */
    ck_assert_uint_eq(sim_summary(sim).pods_restarted, 2);
    for (size_t i = 0; i < 2; i++)
        has_not_grown(tablets[i]);
    settle();
    is_well();
    ck_assert_uint_eq(sim_summary(sim).pods_restarted, 4);
    ck_assert_uint_eq(sim_summary(sim).reparents, 2);
    ck_assert_uint_eq(sim_summary(sim).min_serving, 1);
    for (size_t i = 0; i < 2; i++)
        ck_assert_str_eq(size_of(tablets[i]), "20Gi");
}
END_TEST

/* --- a MySQL of somebody else's --- */

#define UNMANAGED                                                                                  \
    "test/vectors/planetscale-v2/manifests/more/101_initial_cluster_unmanaged_tablet.yaml"

#define OWN_MYSQL "---\napiVersion: v1\nkind: PersistentVolumeClaim"

/* In each of three zones one tablet that leads to the writable MySQL, and one to a replica. */
static const char *three_zones(void)
{
    const char *text = text_of(UNMANAGED);
    const char *pool = block_of(text, POOLS, POOLS_END);
    const char *both = fmt(arena,
        "%s%s",
        pool,
        replaced(replaced(pool, "externalmaster", "externalreplica"), "host: mysql", "host: ro"));

    text = repeated(replaced(text, pool, both), CELLS, CELLS_END, 3);
    text = repeated(text, POOLS, POOLS_END, 3);
    /* Its MySQL is none of ours. */
    return text_copy(arena, text, (size_t)(strstr(text, OWN_MYSQL) - text));
}

static const char *tablets_listed(void)
{
    const char *answer;

    ck_assert(sim_vtctl(sim,
        (const char *const[]){"GetTablets", "--keyspace", "commerce", "--shard", "-", NULL},
        &answer));
    return answer;
}

static const char *types_listed(void)
{
    const char *answer = tablets_listed();
    struct texts types = {.arena = arena};

    for (const char *at = answer; *at != '\0'; at = strchr(at, '\n') + 1) {
        const char *type = strstr(at, " - ") + 3;

        texts_add(&types, text_copy(arena, type, strcspn(type, " ")));
    }
    texts_sort(&types);
    return texts_join(&types, " ");
}

/* Vitess is told who the primary is, and the others stand by. */
START_TEST(an_external_primary_is_appointed)
{
    const char *zones = three_zones(), *first;

    apply_yaml(zones);
    is_well();
    ck_assert_str_eq(types_listed(), "primary replica replica replica spare spare");
    ck_assert_uint_eq(sim_summary(sim).reparents, 0);
    first = sim_primary(sim, NULL, "commerce", "-");
    apply_yaml(replaced(zones, "vttablet: vitess/lite:mysql80", "vttablet: vitess/lite:new"));
    is_well();
    ck_assert_str_eq(types_listed(), "primary replica replica replica spare spare");
    ck_assert_uint_eq(sim_summary(sim).pods_restarted, 6);
    /* The primary goes last, and those that could be it are new by then. */
    ck_assert_uint_eq(sim_summary(sim).reparents, 1);
    ck_assert_str_ne(sim_primary(sim, NULL, "commerce", "-"), first);
}
END_TEST

/* A person fails over, which no event tells: nobody takes the new primary down for all that. */
START_TEST(an_external_primary_that_a_person_appointed_is_found)
{
    const char *zones = three_zones(), *spare, *start;

    apply_yaml(zones);
    is_well();
    start = strstr(tablets_listed(), " commerce - spare");
    spare = text_copy(arena, start - strlen("zone1-0123456789"), strlen("zone1-0123456789"));
    ck_assert(
        sim_vtctl(sim, (const char *const[]){"TabletExternallyReparented", spare, NULL}, NULL));
    ck_assert_str_eq(sim_primary(sim, NULL, "commerce", "-"), spare);
    apply_yaml(replaced(zones, "vttablet: vitess/lite:mysql80", "vttablet: vitess/lite:new"));
    is_well();
    ck_assert_str_eq(types_listed(), "primary replica replica replica spare spare");
    ck_assert_uint_eq(sim_summary(sim).pods_restarted, 6);
}
END_TEST

/* It is primary again once it runs: nobody may write to another MySQL meanwhile. */
START_TEST(an_external_primary_that_dies_is_waited_for)
{
    const char *led;

    apply_yaml(three_zones());
    is_well();
    led = sim_primary(sim, NULL, "commerce", "-");
    for (size_t i = 0; i < sim_objects(sim, arena, "Pod").count; i++) {
        const json_t *pod = sim_objects(sim, arena, "Pod").at[i];

        if (strstr(object_name(pod), led) != NULL)
            sim_delete(sim, "Pod", "example", object_name(pod));
    }
    settle();
    is_well();
    ck_assert_str_eq(sim_primary(sim, NULL, "commerce", "-"), led);
    ck_assert_uint_eq(sim_summary(sim).reparents, 0);
}
END_TEST

/* --- drains --- */

#define DRAIN "drain.planetscale.com/"

static const char *drain_said(const char *pod, const char *step)
{
    return object_annotation(sim_object(sim, "Pod", "example", pod), fmt(arena, DRAIN "%s", step));
}

/* As the guide fails over: the primary is moved away, and the Pod stays. */
START_TEST(a_drain_by_hand_moves_the_primary)
{
    const char *led, *primary, *uid;

    apply_step(FIRST);
    primary = text_equal(sim_primary(sim, NULL, "commerce", "-"), "zone1-2548885007") ? TABLET_1
                                                                                      : TABLET_2;
    led = sim_primary(sim, NULL, "commerce", "-");
    uid = object_uid(sim_object(sim, "Pod", "example", primary));
    annotate_with("Pod", primary, DRAIN "started", "by hand");
    is_well();
    ck_assert_ptr_nonnull(drain_said(primary, "acknowledged"));
    ck_assert_ptr_nonnull(drain_said(primary, "finished"));
    ck_assert_str_ne(sim_primary(sim, NULL, "commerce", "-"), led);
    ck_assert_uint_eq(sim_summary(sim).reparents, 1);
    annotate_with("Pod", primary, DRAIN "started", NULL);
    is_well();
    ck_assert_ptr_null(drain_said(primary, "acknowledged"));
    ck_assert_ptr_null(drain_said(primary, "finished"));
    ck_assert_str_eq(object_uid(sim_object(sim, "Pod", "example", primary)), uid);
    ck_assert_uint_eq(sim_summary(sim).pods_restarted, 0);
    ck_assert_uint_eq(sim_summary(sim).reparents, 1);
}
END_TEST

static void tests(TCase *tcase)
{
    tcase_add_checked_fixture(tcase, begin, sim_end);
    tcase_add_test(tcase, the_first_cluster_comes_up);
    tcase_add_test(tcase, an_image_goes_from_tablet_to_tablet_and_the_primary_is_last);
    tcase_add_test(tcase, tablets_come_and_go);
    tcase_add_test(tcase, records_of_tablets_stay_where_nothing_is_pruned);
    tcase_add_test(tcase, an_external_rollout_waits_until_it_is_released);
    tcase_add_test(tcase, a_cascade_ends_and_takes_nothing_with_it);
    tcase_add_test(tcase, a_tablet_is_scaled_away_without_a_word_to_its_pod);
    tcase_add_test(tcase, labels_wait_to_be_released);
    tcase_add_test(tcase, an_autoscaler_need_not_be_released);
    tcase_add_loop_test(tcase, one_that_is_drained_is_made_anew_first, 0, 2);
    tcase_add_loop_test(tcase, two_that_are_drained_are_made_anew_in_turn, 0, 2);
    tcase_add_test(tcase, a_cascade_of_the_spec_comes_to_rest);
    tcase_add_test(tcase, annotations_come_and_go_at_once);
    tcase_add_test(tcase, a_keyspace_without_pools_leaves);
    tcase_add_test(tcase, a_keyspace_is_cut_anew);
    tcase_add_test(tcase, a_shard_stays_while_it_serves);
    tcase_add_test(tcase, a_cell_leaves);
    tcase_add_test(tcase, a_keyspace_leaves_and_comes_back);
    tcase_add_test(tcase, tablets_are_made_anew_for_their_volumes_to_grow);
    tcase_add_test(tcase, an_external_primary_is_appointed);
    tcase_add_test(tcase, an_external_primary_that_a_person_appointed_is_found);
    tcase_add_test(tcase, an_external_primary_that_dies_is_waited_for);
    tcase_add_test(tcase, a_drain_by_hand_moves_the_primary);
}

TEST_MAIN(tests)
