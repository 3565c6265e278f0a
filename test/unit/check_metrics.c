#include "testing.h"

#include "server/cluster_names.h"
#include "server/metrics.h"

/* The page of two threads, of which each counted on its own. */
struct counted {
    struct routes routes;
    struct metrics threads[2];
    struct state_counts *counts;
    struct cluster_states clusters;
    struct gauges gauges;
};

static struct counted start(void)
{
    struct counted counted = {.routes = routes_make(arena)};

    counted.threads[0] = metrics_make(arena, counted.routes.count);
    counted.threads[1] = metrics_make(arena, counted.routes.count);
    counted.counts = arena_array(arena, counted.routes.count, sizeof(*counted.counts));
    return counted;
}

static const char *page(const struct counted *counted)
{
    size_t length;
    const char *text = metrics_text(arena,
        &counted->routes,
        counted->threads,
        2,
        counted->counts,
        &counted->clusters,
        &counted->gauges,
        &length);

    ck_assert_uint_eq(length, strlen(text));
    return text;
}

#define ck_has_line(text, line)                                                                    \
    ck_assert_msg(strstr((text), "\n" line "\n") != NULL, "no line %s in:\n%s", line, (text))

START_TEST(threads_are_added_up)
{
    struct counted counted = start();
    const size_t shard = routes_find(&counted.routes, "/v1alpha1/shard/sync");

    metrics_request(&counted.threads[0], shard, 200, 100, 1000, 10);
    metrics_request(&counted.threads[1], shard, 200, 101, 2000, 20);
    metrics_request(&counted.threads[1], shard, 418, 20000000, 1u << 30, 20);
    metrics_unfinished(&counted.threads[0], END_CLIENT);
    metrics_unfinished(&counted.threads[1], END_CLIENT);

    const char *text = page(&counted);
#define SHARD "{hook=\"v1alpha1/shard/sync\",code=\"200\""
    ck_has_line(text, "vitess_operator_requests_total" SHARD "} 2");
    ck_has_line(text, "vitess_operator_request_duration_seconds_bucket" SHARD ",le=\"0.0001\"} 1");
    ck_has_line(text, "vitess_operator_request_duration_seconds_bucket" SHARD ",le=\"0.00025\"} 2");
    ck_has_line(text, "vitess_operator_request_duration_seconds_bucket" SHARD ",le=\"+Inf\"} 2");
    ck_has_line(text, "vitess_operator_request_duration_seconds_sum" SHARD "} 0.000201");
    ck_has_line(text, "vitess_operator_request_size_bytes_sum" SHARD "} 3000");
    ck_has_line(text, "vitess_operator_response_size_bytes_count" SHARD "} 2");
    ck_has_line(text, "vitess_operator_requests_unfinished_total{reason=\"client-gone\"} 2");
#undef SHARD
}
END_TEST

/* Neither the number of codes nor a value over the last bound adds series. */
START_TEST(what_is_out_of_range)
{
    struct counted counted = start();
    const size_t none = routes_find(&counted.routes, "/nowhere");

    metrics_request(&counted.threads[0], none, 418, 20000000, 1u << 30, 20);
    metrics_request(&counted.threads[0], none, 599, 20000000, 1u << 30, 20);

    const char *text = page(&counted);
#define OTHER "{hook=\"none\",code=\"other\""
    ck_has_line(text, "vitess_operator_requests_total" OTHER "} 2");
    ck_has_line(text, "vitess_operator_request_duration_seconds_bucket" OTHER ",le=\"10\"} 0");
    ck_has_line(text, "vitess_operator_request_duration_seconds_bucket" OTHER ",le=\"+Inf\"} 2");
    ck_has_line(text, "vitess_operator_request_size_bytes_bucket" OTHER ",le=\"67108864\"} 0");
#undef OTHER
}
END_TEST

START_TEST(arena_peak_is_the_largest)
{
    struct counted counted = start();
    const size_t cell = routes_find(&counted.routes, "/sync-cell");

    metrics_arena(&counted.threads[0], cell, 5);
    metrics_arena(&counted.threads[1], cell, 7);
    metrics_arena(&counted.threads[1], cell, 6);
    ck_has_line(page(&counted), "vitess_operator_arena_peak_bytes{hook=\"v1alpha1/cell/sync\"} 7");
}
END_TEST

START_TEST(gauges)
{
    struct counted counted = start();

    counted.gauges = (struct gauges){.in_flight = 3,
        .connections = 4,
        .timeouts_idle = 5,
        .made_room = 10,
        .reloads_bad = 6,
        .log_dropped = 7,
        .handshakes_failed = 8,
        .credentials_bad = 9,
        .certificate_expiry = 1800000000,
        .started = 1700000000123456};

    const char *text = page(&counted);
    ck_has_line(text, "vitess_operator_requests_in_flight 3");
    ck_has_line(text, "vitess_operator_connections 4");
    ck_has_line(text, "vitess_operator_connections_timed_out_total{reason=\"idle\"} 5");
    ck_has_line(text, "vitess_operator_connections_closed_for_others_total 10");
    ck_has_line(text, "vitess_operator_config_reloads_total{result=\"failure\"} 6");
    ck_has_line(text, "vitess_operator_config_last_reload_successful 0");
    ck_has_line(text, "vitess_operator_log_lines_dropped_total 7");
    ck_has_line(text, "vitess_operator_tls_handshakes_failed_total 8");
    ck_has_line(text, "vitess_operator_credentials_reloads_total{result=\"failure\"} 9");
    ck_has_line(text, "vitess_operator_credentials_last_reload_successful 0");
    ck_has_line(text, "vitess_operator_tls_certificate_expiry_timestamp_seconds 1800000000");
    counted.gauges.certificate_expiry = 0;
    ck_assert_ptr_null(strstr(page(&counted), "expiry_timestamp"));
    ck_has_line(text, "process_start_time_seconds 1700000000.123456");
}
END_TEST

static bool note(struct states *states, const char *uid, uint64_t seconds, size_t route,
    const char *outcome, const char *rollout, size_t problems)
{
    const struct object_state state = {.uid = uid,
        .route = route,
        .outcome = outcome,
        .rollout = rollout,
        .problems = problems};

    return states_note(states, seconds, &state);
}

START_TEST(states_of_objects)
{
    struct counted counted = start();
    const size_t cluster = routes_find(&counted.routes, "/v1alpha1/cluster/sync");
    const size_t shard = routes_find(&counted.routes, "/v1alpha1/shard/sync");
    struct states *states = states_make(arena);

    note(states, "one", 100, cluster, "frozen", NULL, 4);
    note(states, "two", 100, shard, "ok", "RolloutProgressing", 0);
    note(states, "two", 101, shard, "ok", "RolloutStalled", 0);
    note(states, "three", 102, shard, "of another build", "NewReason", 70000);
    states_count(states, 103, counted.counts, counted.routes.count);

    const char *text = page(&counted);
#define AT(name, hook, rest) "vitess_operator_" name "{hook=\"v1alpha1/" hook "/sync\"" rest
    ck_has_line(text, AT("objects", "cluster", ",outcome=\"frozen\"} 1"));
    ck_has_line(text, AT("objects", "shard", ",outcome=\"ok\"} 1"));
    ck_has_line(text, AT("objects", "shard", ",outcome=\"other\"} 1"));
    ck_has_line(text, AT("rollouts", "shard", ",reason=\"RolloutProgressing\"} 0"));
    ck_has_line(text, AT("rollouts", "shard", ",reason=\"RolloutStalled\"} 1"));
    ck_has_line(text, AT("rollouts", "shard", ",reason=\"Other\"} 1"));
    ck_has_line(text, AT("problems", "cluster", "} 4"));
    ck_has_line(text, AT("problems", "shard", "} 65535"));
#undef AT
}
END_TEST

static uint64_t objects_at(const struct states *states, uint64_t seconds)
{
    struct state_counts counts[1] = {0};

    states_count(states, seconds, counts, 1);
    return counts[0].outcomes[0];
}

START_TEST(objects_not_synced_any_more_are_forgotten)
{
    struct states *states = states_make(arena);

    note(states, "old", 1000, 0, "ok", NULL, 0);
    note(states, "new", 1000 + STATE_SECONDS, 0, "ok", NULL, 0);
    ck_assert_uint_eq(objects_at(states, 1000 + STATE_SECONDS), 2);
    ck_assert_uint_eq(objects_at(states, 1001 + STATE_SECONDS), 1);
    ck_assert_uint_eq(objects_at(states, 1001 + 2 * STATE_SECONDS), 0);
}
END_TEST

/* The table neither grows nor loses its way, and places are used again. */
START_TEST(more_objects_than_places)
{
    struct states *states = states_make(arena);
    uint64_t before;

    for (int i = 0; i < 20000; i++)
        note(states, fmt(arena, "uid-%d", i), 5000, 0, "ok", NULL, 0);
    before = objects_at(states, 5000);
    ck_assert_uint_gt(before, 12000);
    ck_assert_uint_le(before, 16384);
    for (int i = 0; i < 10000; i++)
        note(states, fmt(arena, "later-%d", i), 6000 + STATE_SECONDS, 0, "ok", NULL, 0);
    ck_assert_uint_eq(objects_at(states, 6000 + STATE_SECONDS), 10000);
}
END_TEST

/* An object of cluster `name` in namespace "prod" that is as its conditions say. */
static bool note_of(struct states *states, const char *uid, const char *name, bool is_cluster,
    const char *ready, const char *rollout)
{
    const struct object_state state = {.uid = uid,
        .outcome = "ok",
        .ready = ready,
        .rollout = rollout,
        .namespace = "prod",
        .cluster = name,
        .is_cluster = is_cluster};

    return states_note(states, 100, &state);
}

START_TEST(states_of_clusters)
{
    struct counted counted = start();
    struct states *states = states_make(arena);

    note_of(states, "b", "b", true, "CellsNotReady", "RolloutStalled");
    note_of(states, "b-shard", "b", false, "NoPrimary", "TaskFailing");
    note_of(states, "b-cell", "b", false, "Ready", "RolloutComplete");
    note_of(states, "a", "a", true, "Ready", "RolloutComplete");
    /* Its VitessCluster has not been seen yet. */
    note_of(states, "c-cell", "c", false, NULL, NULL);
    counted.clusters = states_clusters(states, arena, 101);

    const char *text = page(&counted);
#define OF(name, cluster)                                                                          \
    "vitess_operator_cluster_" name "{namespace=\"prod\",vitess_cluster=\"" cluster "\""
    ck_has_line(text, OF("ready", "a") "} 1\n" OF("ready", "b") "} 0");
    ck_has_line(text, OF("objects", "b") "} 3");
    ck_has_line(text, OF("objects", "c") "} 1");
    ck_has_line(text, OF("unready", "b") ",reason=\"NoPrimary\"} 1");
    ck_has_line(text, OF("unready", "b") ",reason=\"Other\"} 1");
    ck_has_line(text, OF("unready", "c") ",reason=\"Unknown\"} 1");
    ck_has_line(text, OF("rollouts", "b") ",reason=\"RolloutStalled\"} 1");
    ck_has_line(text, OF("rollouts", "b") ",reason=\"TaskFailing\"} 1");
    ck_has_line(text, "vitess_operator_cluster_series_full 0");
    ck_assert_ptr_null(strstr(text, OF("ready", "c")));
    ck_assert_ptr_null(strstr(text, OF("unready", "a")));
    ck_assert_ptr_null(strstr(text, OF("rollouts", "a")));
    counted.clusters = states_clusters(states, arena, 101 + STATE_SECONDS);
    ck_assert_uint_eq(counted.clusters.count, 0);
}
END_TEST

/* Whoever reaches the port can call an object as they like. */
START_TEST(clusters_that_can_be_no_names)
{
    struct states *states = states_make(arena);
    char name[NAME_LENGTH + 2];

    memset(name, 'a', sizeof(name) - 1);
    name[sizeof(name) - 1] = '\0';
    note_of(states, "1", "a\"} 1\nfake", true, "Ready", NULL);
    note_of(states, "2", "", true, "Ready", NULL);
    note_of(states, "3", NULL, true, "Ready", NULL);
    note_of(states, "4", name, true, "Ready", NULL);
    ck_assert_uint_eq(states_clusters(states, arena, 100).count, 0);
    note_of(states, "4", name + 1, true, "Ready", NULL);
    ck_assert_uint_eq(states_clusters(states, arena, 100).count, 1);
}
END_TEST

/* What there is for all of them is all that there ever is, and the page stays below a megabyte. */
START_TEST(more_clusters_than_places)
{
    struct counted counted = start();
    struct states *states = states_make(arena);

    for (int i = 0; i < STATE_CLUSTERS + 500; i++)
        note_of(states, fmt(arena, "%d", i), fmt(arena, "c%d", i), true, "NoPrimary", "Other");
    counted.clusters = states_clusters(states, arena, 100);
    ck_assert_uint_eq(counted.clusters.count, STATE_CLUSTERS);
    ck_has_line(page(&counted), "vitess_operator_cluster_series_full 1");
    ck_assert_uint_lt(strlen(page(&counted)), 1 << 20);
    ck_assert_uint_lt(states_size(), 1 << 20);
    /* Of those that are gone the places are free again. */
    for (int i = 0; i < 10; i++) {
        const struct object_state state = {.uid = fmt(arena, "later-%d", i),
            .outcome = "ok",
            .namespace = "later",
            .cluster = fmt(arena, "c%d", i),
            .is_cluster = true};

        states_note(states, 200 + STATE_SECONDS, &state);
    }
    counted.clusters = states_clusters(states, arena, 200 + STATE_SECONDS);
    ck_assert_uint_eq(counted.clusters.count, 10);
}
END_TEST

START_TEST(problems_are_told_once)
{
    struct states *states = states_make(arena);
    struct object_state state = {.uid = "one",
        .outcome = "frozen",
        .outline = "spec.a: is required"};

    ck_assert(states_note(states, 1, &state));
    ck_assert(!states_note(states, 2, &state));
    state.outline = "spec.b: is required";
    ck_assert(states_note(states, 3, &state));
    state.outline = NULL;
    ck_assert(!states_note(states, 4, &state));
    state.outline = "spec.b: is required";
    ck_assert(states_note(states, 5, &state));
    /* Each object for itself. */
    state.uid = "two";
    ck_assert(states_note(states, 5, &state));
}
END_TEST

static void tests(TCase *tcase)
{
    tcase_add_test(tcase, threads_are_added_up);
    tcase_add_test(tcase, what_is_out_of_range);
    tcase_add_test(tcase, arena_peak_is_the_largest);
    tcase_add_test(tcase, gauges);
    tcase_add_test(tcase, states_of_objects);
    tcase_add_test(tcase, objects_not_synced_any_more_are_forgotten);
    tcase_add_test(tcase, more_objects_than_places);
    tcase_add_test(tcase, states_of_clusters);
    tcase_add_test(tcase, clusters_that_can_be_no_names);
    tcase_add_test(tcase, more_clusters_than_places);
    tcase_add_test(tcase, problems_are_told_once);
}

TEST_MAIN(tests)
