#include "testing.h"

#include "get_tablets.h"

#define PRIMARY                                                                                    \
    "zone1-0000000100 main -80 primary zone1-0000000100.vttablet:15000 [::1]:3306 [] "             \
    "2026-11-21T08:00:00Z\n"
#define REPLICA "zone1-0000000101 main -80 replica h:15000 h:3306 [] <null>\n"
#define TAGGED                                                                                     \
    "zone1-0000000101 main -80 rdonly h:15000 h:3306 [note: \"a [b] c\" x: \"1\"] <null>\n"
#define NOISE "W1121 08:00:00.000000 1 x.go:1] grpc: it is only a warning, for the log\n"
#define LONGER "zone1-0000000100 main -80 replica h:15000 h:3306 [] <null> more\n"

static struct texts asked_aliases(void)
{
    struct texts aliases = {.arena = arena};

    texts_add(&aliases, "zone1-0000000100");
    texts_add(&aliases, "zone1-0000000101");
    return aliases;
}

static const char *read_by(struct task_reading reading, const char *raw, const char **unexpected)
{
    const char *text = reading.digest(arena, reading.asked, raw, unexpected);

    /* What is remembered can be read back. */
    ck_assert(text == NULL || reading.valid(arena, reading.asked, text));
    return text;
}

static const char *tablets(const char *raw, const char *const *types, const char **unexpected)
{
    struct texts aliases = asked_aliases();
    struct tablets_asked asked = {"main", "-80", &aliases, types};

    return read_by(tablets_reading(&asked), raw, unexpected);
}

static const char *primary(const char *raw, const char *const *types)
{
    struct tablets_asked asked = {"main", "-80", NULL, types};
    const char *unexpected;

    return read_by(primary_reading(&asked), raw, &unexpected);
}

START_TEST(lines_of_get_tablets)
{
    const char *unexpected;

    ck_assert_str_eq(tablets(PRIMARY REPLICA, NULL, &unexpected),
        "zone1-0000000100 primary 2026-11-21T08:00:00Z\nzone1-0000000101 replica <null>");
    ck_assert_str_eq(tablets(TAGGED, NULL, &unexpected), "zone1-0000000101 rdonly <null>");
    ck_assert_str_eq(
        tablets("zone1-0000000100 main -80 restore :0 :0 [] <null>", NULL, &unexpected),
        "zone1-0000000100 restore <null>");
    /* Where Vitess knows none of them it prints nothing. */
    ck_assert_str_eq(tablets("", NULL, &unexpected), "");
}
END_TEST

/* Vitess writes a key range in lower case, whatever the spec has. */
START_TEST(key_ranges_in_upper_case)
{
    struct tablets_asked asked = {"main", "-C0", NULL, NULL};
    const char *unexpected;

    ck_assert_str_eq(read_by(tablets_reading(&asked),
                         "zone1-0000000100 main -c0 replica h:1 h:2 [] <null>\n",
                         &unexpected),
        "zone1-0000000100 replica <null>");
}
END_TEST

START_TEST(anything_else_is_no_answer)
{
    static const struct {
        const char *raw, *unexpected;
    } rows[] = {
        {"done", "\"done\" is no line of GetTablets"},
        {"\n", "\"\" is no line of GetTablets"},
        {NOISE REPLICA,
            "\"W1121 08:00:00.000000 1 x.go:1] grpc: it is only a warni... is no line of "
            "GetTablets"},
        {LONGER,
            "\"zone1-0000000100 main -80 replica h:15000 h:3306 [] <nul... is no line of "
            "GetTablets"},
        {"\x1b[2J", "\"\\u001b[2J\" is no line of GetTablets"},
        {"zone1-100 main -80 replica h:1 h:2 [] <null>",
            "\"zone1-100 main -80 replica h:1 h:2 [] <null>\" is no line of GetTablets"},
        {"zone1-0000000100 main -80 king h:1 h:2 [] <null>",
            "\"zone1-0000000100 main -80 king h:1 h:2 [] <null>\" is no line of GetTablets"},
        {"zone1-0000000100 main -80 PRIMARY h:1 h:2 [] <null>",
            "\"zone1-0000000100 main -80 PRIMARY h:1 h:2 [] <null>\" is no line of GetTablets"},
        {"zone1-0000000100 main -80 replica h h:2 [] <null>",
            "\"zone1-0000000100 main -80 replica h h:2 [] <null>\" is no line of GetTablets"},
        {"zone1-0000000100 main -80 replica h:1 h:x [] <null>",
            "\"zone1-0000000100 main -80 replica h:1 h:x [] <null>\" is no line of GetTablets"},
        {"zone1-0000000100 main -80 replica h:1 h:2 x <null>",
            "\"zone1-0000000100 main -80 replica h:1 h:2 x <null>\" is no line of GetTablets"},
        {"zone1-0000000100 main -80 replica h:1 h:2 [ <null>",
            "\"zone1-0000000100 main -80 replica h:1 h:2 [ <null>\" is no line of GetTablets"},
        {"zone1-0000000100 main -80 replica h:1 h:2 [] soon",
            "\"zone1-0000000100 main -80 replica h:1 h:2 [] soon\" is no line of GetTablets"},
        {"zone1-0000000100 main -80 replica h:1 h:2 []",
            "\"zone1-0000000100 main -80 replica h:1 h:2 []\" is no line of GetTablets"},
        {"zone1-0000000100  -80 replica h:1 h:2 [] <null>",
            "\"zone1-0000000100  -80 replica h:1 h:2 [] <null>\" is no line of GetTablets"},
        {"zone1-0000000100 other -80 replica h:1 h:2 [] <null>",
            "\"zone1-0000000100 other -80 replica h:1 h:2 [] <null>\" is no tablet of main/-80"},
        {"zone1-0000000100 main 80- replica h:1 h:2 [] <null>",
            "\"zone1-0000000100 main 80- replica h:1 h:2 [] <null>\" is no tablet of main/-80"},
        {"zone1-0000000102 main -80 replica h:1 h:2 [] <null>",
            "\"zone1-0000000102 main -80 replica h:1 h:2 [] <null>\" is a tablet that was not "
            "asked for"},
    };

    for (size_t i = 0; i < sizeof(rows) / sizeof(*rows); i++) {
        const char *unexpected = NULL;

        ck_assert_ptr_null(tablets(rows[i].raw, NULL, &unexpected));
        ck_assert_str_eq(unexpected, rows[i].unexpected);
        /* Nor beside a good line. */
        ck_assert_ptr_null(tablets(fmt(arena, REPLICA "%s", rows[i].raw), NULL, &unexpected));
    }
}
END_TEST

/* Where the output has standard error in it, what is waited for must still be there. */
START_TEST(what_is_waited_for_may_come_with_warnings)
{
    static const char *const types[] = {"primary", "replica", NULL};
    const char *unexpected;

    ck_assert_str_eq(tablets(NOISE REPLICA NOISE, types, &unexpected),
        "zone1-0000000101 replica <null>");
    ck_assert_str_eq(tablets(NOISE TAGGED REPLICA, types, &unexpected),
        "zone1-0000000101 rdonly <null>\nzone1-0000000101 replica <null>");
    ck_assert_ptr_null(tablets(NOISE TAGGED, types, &unexpected));
    ck_assert_str_eq(unexpected, "no tablet of the kind that was waited for is listed");
    ck_assert_ptr_null(tablets(LONGER, types, &unexpected));
    ck_assert_ptr_null(tablets("", types, &unexpected));
}
END_TEST

START_TEST(the_primary_among_them)
{
    static const char *const types[] = {"primary", NULL};

    ck_assert_str_eq(primary(REPLICA PRIMARY, NULL), "zone1-0000000100");
    ck_assert_str_eq(primary(NOISE REPLICA PRIMARY, types), "zone1-0000000100");
    ck_assert_str_eq(primary(REPLICA, NULL), "");
    ck_assert_str_eq(primary("", NULL), "");
    ck_assert_ptr_null(primary(REPLICA, types));
    ck_assert_ptr_null(primary(NOISE PRIMARY, NULL));
}
END_TEST

START_TEST(what_cannot_have_been_remembered)
{
    static const char *const texts[] = {"zone1-0000000100",
        "zone1-0000000100 primary",
        "zone1-0000000100 king <null>",
        "zone1-0000000100 primary soon",
        "zone1-0000000100 primary <null> more",
        "zone1-0000000100 primary <null>\n\n",
        " zone1-0000000100 primary <null>",
        "zone1-0000000102 primary <null>",
        "zone1-100 primary <null>"};
    static const char *const types[] = {"primary", NULL};
    struct texts aliases = asked_aliases();
    struct tablets_asked asked = {"main", "-80", &aliases, NULL};
    struct tablets_asked awaited = {"main", "-80", &aliases, types};

    for (size_t i = 0; i < sizeof(texts) / sizeof(*texts); i++) {
        ck_assert_msg(!tablets_reading(&asked).valid(arena, &asked, texts[i]), "%s", texts[i]);
        ck_assert_msg(!primary_reading(&asked).valid(arena, &asked, texts[i]) == (i > 0),
            "%s",
            texts[i]);
    }
    ck_assert(tablets_reading(&asked).valid(arena, &asked, ""));
    ck_assert(!tablets_reading(&awaited).valid(arena, &awaited, ""));
    ck_assert(!tablets_reading(&awaited).valid(arena, &awaited, "zone1-0000000100 replica <null>"));
    ck_assert(primary_reading(&asked).valid(arena, &asked, ""));
    ck_assert(!primary_reading(&awaited).valid(arena, &awaited, ""));
}
END_TEST

START_TEST(aliases_are_cell_and_uid)
{
    static const char *const others[] = {"",
        "-0000000100",
        "zone1",
        "zone1-",
        "zone1-100",
        "zone1-00000001000",
        "zone1-000000010x",
        "zone 1-0000000100",
        "zone1-0000000100\n"};

    ck_assert(tablet_alias_is("zone1-0000000100"));
    ck_assert(tablet_alias_is("zone-1-b-4294967295"));
    ck_assert(!tablet_alias_is(NULL));
    for (size_t i = 0; i < sizeof(others) / sizeof(*others); i++)
        ck_assert_msg(!tablet_alias_is(others[i]), "%s", others[i]);
}
END_TEST

static void tests(TCase *tcase)
{
    tcase_add_test(tcase, lines_of_get_tablets);
    tcase_add_test(tcase, key_ranges_in_upper_case);
    tcase_add_test(tcase, anything_else_is_no_answer);
    tcase_add_test(tcase, what_is_waited_for_may_come_with_warnings);
    tcase_add_test(tcase, the_primary_among_them);
    tcase_add_test(tcase, what_cannot_have_been_remembered);
    tcase_add_test(tcase, aliases_are_cell_and_uid);
}

TEST_MAIN(tests)
