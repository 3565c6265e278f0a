#include "components.h"

/* How long Pods may take to end, by the flags of their programs. */

START_TEST(durations_are_those_of_go)
{
    static const struct {
        const char *text;
        unsigned seconds;
    } rows[] = {{"10m", 600},
        {"1h30m", 5400},
        {"600s", 600},
        {"1.5h", 5400},
        {"+.5m", 30},
        {"1m1ms", 61},
        {"100ms", 1},
        {"50\xc2\xb5s", 1},
        {"1000000000ns", 1},
        {"2us3.s", 4},
        {"0", 0},
        {"0s", 0},
        {"-5m", 0},
        {"99999999999999999999h", 1000000000},
        {"", 0},
        {"5", 0}};

    for (size_t i = 0; i < sizeof(rows) / sizeof(*rows); i++)
        ck_assert_msg(duration_seconds(rows[i].text) == rows[i].seconds,
            "%s: %u",
            rows[i].text,
            duration_seconds(rows[i].text));
}
END_TEST

START_TEST(a_program_ends_as_its_flags_say)
{
    static const struct {
        const char *arguments;
        unsigned seconds;
    } rows[] = {{"[]", 20},
        {"['--onterm-timeout=30s']", 40},
        {"['--onterm-timeout=30s','--onclose-timeout=1m']", 90},
        {"['--lameduck-period=1m']", 70},
        {"['--onterm-timeout=0','--onclose-timeout=0']", 1}};

    for (size_t i = 0; i < sizeof(rows) / sizeof(*rows); i++)
        ck_assert_uint_eq(seconds_to_end(json_of(rows[i].arguments), 0), rows[i].seconds);
    ck_assert_uint_eq(seconds_to_end(json_of("[]"), 310), 320);
}
END_TEST

static json_int_t grace_of(const json_t *workload)
{
    return json_int_at(pod_spec_of(workload), 0, "terminationGracePeriodSeconds");
}

static json_int_t of_vtgate(const char *flags, uint32_t given)
{
    struct vtgate vtgate = {.place = zone1(),
        .name = "n",
        .image = VITESS_IMAGE,
        .cells_to_watch = "zone1",
        .flags = json_of(flags),
        .overrides = {.grace = given}};

    return grace_of(vtgate_deployment(arena, &vtgate));
}

START_TEST(what_flags_ask_for_is_granted)
{
    ck_assert_int_eq(of_vtgate("{}", 0), 60);
    ck_assert_int_eq(of_vtgate("{'onterm-timeout':'5s'}", 0), 60);
    ck_assert_int_eq(of_vtgate("{'onterm-timeout':'10m'}", 0), 625);
    ck_assert_int_eq(of_vtgate("{'onterm_timeout':'1h30m'}", 0), 5425);
    ck_assert_int_eq(of_vtgate("{'onclose-timeout':'2m'}", 0), 165);
    ck_assert_int_eq(of_vtgate("{'onterm-timeout':'10m'}", 900), 900);
}
END_TEST

START_TEST(kubernetes_has_a_default_too)
{
    struct vtctld vtctld = {.place = zone1(), .name = "n", .image = VITESS_IMAGE};
    struct vtorc vtorc = {.place = zone1(), .name = "n", .image = VITESS_IMAGE};

    ck_assert_int_eq(grace_of(vtctld_deployment(arena, &vtctld)), 0);
    vtctld.flags = json_of("{'lameduck-period':'1m'}");
    ck_assert_int_eq(grace_of(vtctld_deployment(arena, &vtctld)), 80);
    /* Or the wait for its locks would be cut short. */
    vtorc.flags = json_of("{'shutdown-wait-time':'2m'}");
    ck_assert_str_eq(argument(vtorc_deployment(arena, &vtorc), "vtorc", "onterm-timeout"), "130s");
    ck_assert_int_eq(grace_of(vtorc_deployment(arena, &vtorc)), 150);
    vtorc.flags = json_of("{'shutdown_wait_time':'2m','onterm_timeout':'3m'}");
    ck_assert_str_eq(argument(vtorc_deployment(arena, &vtorc), "vtorc", "onterm-timeout"), "3m");
}
END_TEST

static struct vttablet tablet(const char *type)
{
    return (struct vttablet){.place = zone1(),
        .id = v1_tablet_identity(arena, "demo", "zone1", "main", "0", type, 0),
        .image = VITESS_IMAGE};
}

START_TEST(a_big_mysqld_has_its_time)
{
    struct vttablet replica = tablet("replica"), rdonly = tablet("rdonly");
    const json_t *pod;

    ck_assert_uint_eq(vttablet_grace(arena, &replica), 73 + 20 + 320 + 10);
    ck_assert_uint_eq(vttablet_grace(arena, &rdonly), 20 + 320 + 10);
    ck_assert_int_eq(grace_of(vttablet_pod(arena, &replica)), 1800);
    replica.mysql_flags = json_of("{'shutdown-wait-time':'1h'}");
    replica.vttablet_flags = json_of("{'shutdown-grace-period':'5m'}");
    pod = vttablet_pod(arena, &replica);
    ck_assert_str_eq(argument(pod, "mysql", "onterm-timeout"), "3610s");
    ck_assert_str_eq(argument(pod, "vttablet", "onclose-timeout"), "310s");
    ck_assert_int_eq(grace_of(pod), 73 + 320 + 3620 + 10);
    replica.overrides.grace = 7200;
    ck_assert_int_eq(grace_of(vttablet_pod(arena, &replica)), 7200);
}
END_TEST

static void tests(TCase *tcase)
{
    tcase_add_test(tcase, durations_are_those_of_go);
    tcase_add_test(tcase, a_program_ends_as_its_flags_say);
    tcase_add_test(tcase, what_flags_ask_for_is_granted);
    tcase_add_test(tcase, kubernetes_has_a_default_too);
    tcase_add_test(tcase, a_big_mysqld_has_its_time);
}

TEST_MAIN(tests)
