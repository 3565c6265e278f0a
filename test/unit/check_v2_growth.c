#include "v2_life.h"

/* Claims of tablets of planetscale.com/v2 whose file system grows only as it is mounted. */

#define RESIZE "planetscale.com/pvc-filesystem-resize"
#define SCHEDULED "rollout.planetscale.com/scheduled"

/* What Kubernetes says of the claims; "{}": they are as they are asked for. */
static const char *claim_status;

/* The Pods were started before the claims wanted to be mounted anew. */
static void run_with_claims(struct world *world)
{
    json_t *child;

    run(world);
    json_each_item (world->children, i, child) {
        if (text_equal(object_kind(child), "PersistentVolumeClaim"))
            put_at(child, "status", json_of(claim_status));
        else if (text_starts_with(object_name(child), "example-vttablet-") &&
                 text_equal(object_kind(child), "Pod"))
            put_at(child, "status.startTime", json_string("2026-03-01T00:00:00Z"));
    }
}

static void live(struct world *world, int times)
{
    world_live(world, run_with_claims, times);
}

#define PENDING(size, since)                                                                       \
    "{'phase':'Bound','capacity':{'storage':'" size "'},'conditions':[{'type':"                    \
    "'FileSystemResizePending','status':'True','lastTransitionTime':'" since "'}]}"
#define LATER "2026-03-01T00:00:01Z"

#define SMALL "{'phase':'Bound','capacity':{'storage':'10Gi'}}"

/* The Pods have been made anew for the edit, as theirs are; after that the claims say this. */
static struct world grown_to(const char *size, const char *status)
{
    struct world world = grown();

    claim_status = SMALL;
    live(&world, 2);
    edit(&world,
        "spec.tabletPools[0].dataVolumeClaimTemplate.resources.requests.storage",
        fmt(arena, "'%s'", size));
    live(&world, 40);
    ck_assert_str_eq(world_condition(&world, "Updated"),
        "True RolloutComplete: all 2 are up to date");
    ck_assert_str_eq(json_text_at(world_of(&world, "PersistentVolumeClaim", SECOND),
                         "spec",
                         "resources",
                         "requests",
                         "storage"),
        "20Gi");
    claim_status = status;
    run_with_claims(&world);
    return world;
}

/* The primary by then is the second one. */
START_TEST(a_pod_is_made_anew_for_its_claim_to_grow)
{
    struct world world = grown_to("20Gi", PENDING("10Gi", LATER));
    bool gone = false;

    live(&world, 1);
    ck_assert_ptr_nonnull(strstr(annotation_sent(&world, FIRST, SCHEDULED), RESIZE ": 20Gi"));
    for (int i = 0; i < 30 && !gone; i++) {
        live(&world, 1);
        ck_assert(pod_of(&world, SECOND) != NULL || pod_of(&world, FIRST) != NULL);
        gone = pod_of(&world, FIRST) == NULL;
    }
    ck_assert(gone);
    claim_status = "{'phase':'Bound','capacity':{'storage':'20Gi'}}";
    live(&world, 12);
    ck_assert_ptr_nonnull(pod_of(&world, FIRST));
    ck_assert_ptr_null(annotation_sent(&world, FIRST, RESIZE));
    ck_assert_ptr_null(annotation_sent(&world, FIRST, SCHEDULED));
    ck_assert_str_eq(world_condition(&world, "Updated"),
        "True RolloutComplete: all 2 are up to date");
}
END_TEST

static const struct {
    const char *shows, *size, *status;
} others[] = {
    {"nothing is pending", "20Gi", SMALL},
    {"it has grown", "20Gi", PENDING("20Gi", LATER)},
    {"in other words", "20480Mi", PENDING("20Gi", LATER)},
    {"it has been mounted since", "20Gi", PENDING("10Gi", "2026-02-28T23:59:59Z")},
    {"nobody knows since when",
        "20Gi",
        "{'phase':'Bound','capacity':{'storage':'10Gi'},'conditions':[{'type':"
        "'FileSystemResizePending','status':'True'}]}"},
    {"no more",
        "20Gi",
        "{'phase':'Bound','capacity':{'storage':'10Gi'},'conditions':[{'type':"
        "'FileSystemResizePending','status':'False','lastTransitionTime':'" LATER "'}]}"},
};

START_TEST(other_claims_move_nothing)
{
    struct world world = grown_to(others[_i].size, others[_i].status);

    live(&world, 6);
    ck_assert_msg(annotation_sent(&world, SECOND, SCHEDULED) == NULL, "%s", others[_i].shows);
    ck_assert_str_eq(world_condition(&world, "Updated"),
        "True RolloutComplete: all 2 are up to date");
}
END_TEST

/* External: it waits as any edit does, unless storage may change at once. */
START_TEST(it_waits_to_be_released_unless_storage_may_change)
{
    static const char *const strategies[] = {"{'type':'External'}",
        "{'type':'External','external':{'allowResourceChanges':['storage']}}"};

    for (size_t i = 0; i < 2; i++) {
        struct world world = grown_to("20Gi", PENDING("10Gi", LATER));
        bool gone = false;

        edit(&world, "spec.updateStrategy", strategies[i]);
        for (int j = 0; j < 20; j++) {
            live(&world, 1);
            gone = gone || pod_of(&world, FIRST) == NULL;
        }
        ck_assert_int_eq(gone, i == 1);
        if (i == 0)
            ck_assert_ptr_nonnull(
                strstr(annotation_sent(&world, FIRST, SCHEDULED), RESIZE ": 20Gi"));
    }
}
END_TEST

START_TEST(what_becomes_of_it_is_said)
{
    struct world world = grown_to("20Gi", PENDING("10Gi", LATER));

    edit(&world, "spec.updateStrategy", "{'type':'External'}");
    live(&world, 3);
    ck_assert_ptr_nonnull(strstr(world_condition(&world, "Advice"),
        "FileSystemResizePending: its file system has not grown yet; if that lasts, its storage "
        "grows only while no Pod has it mounted: its Pod is made anew, with updateStrategy "
        "External once it is released"));
}
END_TEST

static void tests(TCase *tcase)
{
    tcase_add_test(tcase, a_pod_is_made_anew_for_its_claim_to_grow);
    tcase_add_loop_test(tcase,
        other_claims_move_nothing,
        0,
        (int)(sizeof(others) / sizeof(*others)));
    tcase_add_test(tcase, it_waits_to_be_released_unless_storage_may_change);
    tcase_add_test(tcase, what_becomes_of_it_is_said);
}

TEST_MAIN(tests)
