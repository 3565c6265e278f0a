#include "v2_shard.h"

/* Every tablet and every first backup in the vectors, made of the VitessShard of the same stage. */

/* Pods that an edit has not reached yet: they are compared with what they were made of. */
static const struct waiting {
    const char *why;
    const char *stages;  /* where they wait */
    const char *made_in; /* stage with the VitessShard that they were made of */
    const char *pods;    /* less "example-vttablet-zone1-" */
    bool unwanted;       /* none of the stage's own VitessShard any more */
} waiting[] = {
    {"401 has other flags, and the cascade of each shard waits for a drain",
        "docs_401_applied",
        "docs_306_done",
        "2469782763-bfadd780 2548885007-46a852d0 0118374573-10d08e80 0120139806-fed29577 "
        "2289928654-7de47379 4277914223-0f04a9a6",
        false},
    {"201 has other images, and the cascade waits for a drain",
        "e2e_201_applied e2e_201_ready e2e_302_applied e2e_302_ready e2e_306_before_switch "
        "e2e_306_done e2e_401_applied",
        "e2e_101_ready",
        "0790125915-4e37d9d5 2469782763-bfadd780 2548885007-46a852d0",
        false},
    {"306 has no limits of memory, and the cascade of each shard waits for a drain",
        "e2e_306_before_switch e2e_306_done e2e_401_applied",
        "e2e_302_ready",
        "0173383973-de931fff 0179179673-db4e5628 1007305566-ba69a244 2172633185-1c75505a "
        "2226198880-d8413d99 3954594518-db568e12",
        false},
    {"strategy External: the VitessShard was released, its Pods were not",
        "ext_shard_released",
        "ext_edited",
        "2469782763-bfadd780 2548885007-46a852d0",
        false},
    {"other images, and the cascade waits for the drain of the tablet that is too many",
        "roll_pass1",
        "roll_ready",
        "2548885007-46a852d0",
        false},
    {"one replica less, and the tablet that is too many waits for its drain",
        "roll_pass1",
        "roll_ready",
        "2469782763-bfadd780",
        true},
    {"cluster_upgrade.yaml, and the cascade waits for a drain",
        "upg_upgraded",
        "upg_ready",
        "0790125915-4e37d9d5 2469782763-bfadd780 2548885007-46a852d0",
        false},
};

static bool has_word(const char *list, const char *word)
{
    const char *at = strstr(fmt(arena, " %s ", list), fmt(arena, " %s ", word));

    return at != NULL;
}

static const struct waiting *waits(const char *stage, const json_t *pod)
{
    const char *name = object_name(pod) + strlen("example-vttablet-zone1-");

    for (size_t i = 0; i < sizeof(waiting) / sizeof(*waiting); i++) {
        if (has_word(waiting[i].stages, stage) && has_word(waiting[i].pods, name))
            return &waiting[i];
    }
    return NULL;
}

/* --- shards --- */

static const json_t *owner_in(const json_t *stage, const json_t *child)
{
    return vector_object(stage, "VitessShard", json_text_at(object_controller_ref(child), "name"));
}

static const struct v2_tablet *tablet_called(const struct v2_tablets *tablets, const char *name)
{
    for (size_t i = 0; i < tablets->count; i++) {
        if (text_equal(tablets->at[i].name, name))
            return &tablets->at[i];
    }
    return NULL;
}

/* --- comparing --- */

/* Less what theirs notes on a Pod while it waits for something. */
static const json_t *without_progress(const json_t *pod)
{
    static const char *const progress[] = {ROLLOUT_SCHEDULED_ANNOTATION,
        ROLLOUT_RELEASED_ANNOTATION,
        DRAIN_STARTED_ANNOTATION,
        DRAIN_ACKNOWLEDGED_ANNOTATION,
        DRAIN_FINISHED_ANNOTATION};
    json_t *copy = json_clone(pod);
    json_t *annotations = json_object_get(json_object_get(copy, "metadata"), "annotations");

    for (size_t i = 0; i < sizeof(progress) / sizeof(*progress); i++)
        json_object_del(annotations, progress[i]);
    return copy;
}

static void ck_tablet(const json_t *from, const json_t *theirs, json_int_t generation)
{
    const struct v2_vitess_shard shard = shard_of(from);
    const struct v2_tablets tablets = v2_tablets_of(arena, &shard);
    const struct v2_tablet *tablet = tablet_called(&tablets, object_name(theirs));
    const struct v2_tablet_notes notes = {.generation = generation};

    ck_assert_msg(tablet != NULL, "%s is no tablet", object_name(theirs));
    if (text_equal(object_kind(theirs), "Pod"))
        ck_as_theirs(v2_tablet_pod(arena, tablet, &notes), without_progress(theirs));
    else
        ck_as_theirs(v2_tablet_claim(arena, tablet), theirs);
}

/* In a cluster that has just been made (little, sink) theirs had not counted a generation yet, and
 * noted that: ours notes none. */
static bool is_uncounted(const json_t *theirs)
{
    return text_equal(object_annotation(theirs, SHARD_GENERATION_ANNOTATION), "0");
}

static const json_t *without_generation(const json_t *pod)
{
    json_t *copy = json_clone(pod);

    json_object_del(json_object_get(json_object_get(copy, "metadata"), "annotations"),
        SHARD_GENERATION_ANNOTATION);
    return copy;
}

/* Claims grow at once. */
static void ck_in_stage(const char *name, const json_t *stage, const json_t *theirs)
{
    const struct waiting *edit = waits(name, theirs);
    const bool is_pod = text_equal(object_kind(theirs), "Pod");
    const bool noted = object_annotation(theirs, ROLLOUT_SCHEDULED_ANNOTATION) != NULL;
    const json_t *now = owner_in(stage, theirs), *from = now;

    if (edit != NULL && (is_pod || edit->unwanted))
        from = owner_in(stage_of(edit->made_in), theirs);
    if (edit != NULL && edit->unwanted)
        now = from;
    ck_assert_msg(!is_pod || (edit != NULL && !edit->unwanted) == noted,
        "%s: %s %s",
        name,
        object_name(theirs),
        noted ? "waits, and is not listed" : "does not wait");
    if (is_uncounted(theirs))
        ck_tablet(from, without_generation(theirs), 0);
    else
        ck_tablet(from, theirs, object_generation(now));
}

/* Every tablet and claim that is wanted is there. */
static size_t ck_all_there(const json_t *stage)
{
    const json_t *object;
    size_t count = 0;

    json_each_item (json_at(stage, "objects"), i, object) {
        if (text_equal(object_kind(object), "VitessShard")) {
            const struct v2_vitess_shard shard = shard_of(object);
            const struct v2_tablets tablets = v2_tablets_of(arena, &shard);

            for (size_t at = 0; at < tablets.count; at++) {
                vector_object(stage, "Pod", tablets.at[at].name);
                if (v2_tablet_claim(arena, &tablets.at[at]) != NULL)
                    vector_object(stage, "PersistentVolumeClaim", tablets.at[at].name);
            }
            count += tablets.count;
        }
    }
    return count;
}

START_TEST(tablets_of_the_vectors)
{
    struct texts names = stages();
    const json_t *object;
    size_t count = 0;

    for (size_t i = 0; i < names.count; i++) {
        const json_t *stage = stage_of(names.at[i]);

        json_each_item (json_at(stage, "objects"), at, object) {
            if (is_of(object, VTTABLET_COMPONENT))
                ck_in_stage(names.at[i], stage, object);
        }
        count += ck_all_there(stage);
    }
    ck_assert_uint_gt(count, 100);
}
END_TEST

/* --- what the tablets of a shard are --- */

START_TEST(order_of_the_pools)
{
    const struct v2_vitess_shard shard = shard_with("{}",
        "{'tabletPools':["
        "{'cell':'zone2','type':'rdonly','replicas':2,'vttablet':{'resources':{}}},"
        "{'cell':'zone1','type':'replica','replicas':0,'vttablet':{'resources':{}}},"
        "{'cell':'zone1','type':'externalmaster','replicas':1,'name':'old','vttablet':"
        "{'resources':{}},'externalDatastore':{'user':'u','host':'h','port':3306,'database':'d',"
        "'credentialsSecret':{'name':'s','key':'k'}}}]}");
    const struct v2_tablets tablets = v2_tablets_of(arena, &shard);

    ck_assert_uint_eq(tablets.count, 3);
    ck_assert_str_eq(tablets.at[0].spec->cell, "zone2");
    ck_assert_uint_eq(tablets.at[0].index, 1);
    ck_assert_uint_eq(tablets.at[1].index, 2);
    ck_assert_str_eq(tablets.at[2].spec->type, "externalmaster");
    ck_assert_ptr_eq(tablets.at[0].pool, tablets.at[1].pool);
}
END_TEST

/* 10-20 of names.json: the name of a pool counts only where MySQL is somebody else's. */
START_TEST(uids)
{
    static const char pool[] = "{'cell':'cell','type':'replica','name':'unmanaged-replica-1'%s}";
    static const char external[] = ",'externalDatastore':{'user':'u','host':'h','port':1,"
                                   "'database':'d','credentialsSecret':{'name':'s','key':'k'}}";
    struct v2_vitess_shard local = shard_with(fmt(arena, pool, ""), "{'name':'10-20'}");
    struct v2_vitess_shard foreign = shard_with(fmt(arena, pool, external), "{'name':'10-20'}");

    local.keyspace = foreign.keyspace = "keyspace";
    ck_assert_uint_eq(v2_tablets_of(arena, &local).at[0].uid, 3376898362);
    ck_assert_uint_eq(v2_tablets_of(arena, &foreign).at[0].uid, 6333720);
    ck_assert_str_eq(v2_tablets_of(arena, &foreign).at[0].alias, "cell-0006333720");
}
END_TEST

/* A shard may have hundreds: what they share is made once. */
START_TEST(pools_are_made_once)
{
    const struct v2_vitess_shard shard = shard_with("{'replicas':2}", "{}");
    const struct v2_tablets tablets = v2_tablets_of(arena, &shard);
    const json_t *first = v2_tablet_pod(arena, &tablets.at[0], NULL);
    const json_t *second = v2_tablet_pod(arena, &tablets.at[1], NULL);

    ck_assert_ptr_eq(json_at(first, "spec", "initContainers"),
        json_at(second, "spec", "initContainers"));
    ck_assert_ptr_eq(json_at(container_of(first, "vttablet"), "env"),
        json_at(container_of(second, "vttablet"), "env"));
    ck_assert_str_eq(argument_of(first, "vttablet", "tablet-path"), tablets.at[0].alias);
    ck_assert_str_eq(argument_of(second, "vttablet", "tablet-path"), tablets.at[1].alias);
    ck_assert_str_eq(argument_of(second, "mysqld", "tablet_uid"),
        fmt(arena, "%u", tablets.at[1].uid));
    ck_assert_str_eq(
        json_text_at(json_named(json_at(second, "spec", "volumes"), "persistent-volume-claim"),
            "persistentVolumeClaim",
            "claimName"),
        tablets.at[1].name);
}
END_TEST

static void tests(TCase *tcase)
{
    tcase_add_test(tcase, tablets_of_the_vectors);
    tcase_add_test(tcase, order_of_the_pools);
    tcase_add_test(tcase, uids);
    tcase_add_test(tcase, pools_are_made_once);
}

TEST_MAIN(tests)
