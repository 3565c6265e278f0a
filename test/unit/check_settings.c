#include "testing.h"

#include <stdio.h>
#include <unistd.h>

#include "server/listen.h"
#include "server/settings.h"

static const char *parse(enum setting_id id, const char *text, struct setting_value *value)
{
    *value = (struct setting_value){0};
    return setting_parse(arena, &server_settings[id], text, value);
}

START_TEST(sizes)
{
    static const struct {
        const char *text;
        long long bytes;
        const char *canonical;
    } rows[] = {
        {"64Mi", 67108864, "64Mi"},
        {"1Gi", 1073741824, "1Gi"},
        {"1024Mi", 1073741824, "1Gi"},
        {"1025", 1025, "1025"},
        {"1024", 1024, "1Ki"},
        {"2k", 2000, "2000"},
        {"1M", 1000000, "1000000"},
        {"4Gi", 4294967296, "4Gi"},
    };
    static const char *const bad[] = {"",
        "x",
        "64 Mi",
        "-1",
        "+5k",
        "1023",
        "5Gi",
        "64mi",
        "1.5Gi",
        "99999999999999999999",
        "9223372036854775807Gi",
        "64MiB",
        "0x400"};
    struct setting_value value;

    for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
        ck_assert_ptr_null(parse(SETTING_MAX_BODY, rows[i].text, &value));
        ck_assert_int_eq(value.number, rows[i].bytes);
        ck_assert_str_eq(value.text, rows[i].canonical);
    }
    for (size_t i = 0; i < sizeof(bad) / sizeof(bad[0]); i++)
        ck_assert_str_eq(parse(SETTING_MAX_BODY, bad[i], &value),
            "must be a size from 1Ki to 4Gi such as 64Mi");
}
END_TEST

START_TEST(seconds_and_counts)
{
    struct setting_value value;

    ck_assert_ptr_null(parse(SETTING_IDLE_TIMEOUT, "91", &value));
    ck_assert_int_eq(value.number, 91);
    /* Metacontroller keeps its connections for 90 seconds. */
    ck_assert_str_eq(parse(SETTING_IDLE_TIMEOUT, "90", &value),
        "must be a whole number of seconds from 91 to 86400");
    ck_assert_str_eq(parse(SETTING_MAX_DEPTH, "256Ki", &value),
        "must be a whole number from 16 to 2048");
}
END_TEST

START_TEST(choices)
{
    struct setting_value value;

    ck_assert_ptr_null(parse(SETTING_LOG_LEVEL, "warning", &value));
    ck_assert_int_eq(value.number, 2);
    ck_assert_str_eq(parse(SETTING_LOG_LEVEL, "warn", &value),
        "must be one of debug|info|warning|error");
    ck_assert_ptr_nonnull(parse(SETTING_LOG_LEVEL, "", &value));
    ck_assert_ptr_nonnull(parse(SETTING_LOG_LEVEL, "debug|info", &value));
}
END_TEST

START_TEST(addresses)
{
    static const char *const good[] =
        {"127.0.0.1:8080", "[::]:8080", "[::1]:0", ":80", "localhost:65535", "[fe80::1%eth0]:1"};
    static const char *const bad[] = {"",
        "8080",
        "127.0.0.1",
        "127.0.0.1:",
        "127.0.0.1:65536",
        "::1:80",
        "[::1:80",
        "::1]:80",
        "a b:80",
        "a:-1",
        "a:8 0",
        "\"x\":80",
        "a:1\n"};
    struct setting_value value;

    for (size_t i = 0; i < sizeof(good) / sizeof(good[0]); i++)
        ck_assert_msg(parse(SETTING_LISTEN, good[i], &value) == NULL, "%s", good[i]);
    for (size_t i = 0; i < sizeof(bad) / sizeof(bad[0]); i++)
        ck_assert_msg(parse(SETTING_LISTEN, bad[i], &value) != NULL, "%s", bad[i]);
}
END_TEST

START_TEST(words_for_an_address)
{
    struct setting_value value;

    ck_assert_ptr_null(parse(SETTING_PROBE_LISTEN, "none", &value));
    ck_assert_str_eq(value.text, "none");
    ck_assert_ptr_null(parse(SETTING_PROBE_LISTEN, "[::1]:0", &value));
    ck_assert_str_eq(value.text, "[::1]:0");
    ck_assert_str_eq(parse(SETTING_PROBE_LISTEN, "off", &value),
        "must be ADDRESS:PORT|next|none such as 127.0.0.1:8080 or [::]:8080");
    ck_assert_str_eq(parse(SETTING_LISTEN, "none", &value),
        "must be ADDRESS:PORT such as 127.0.0.1:8080 or [::]:8080");
    ck_assert_ptr_nonnull(parse(SETTING_PROBE_LISTEN, "ADDRESS:PORT", &value));
}
END_TEST

START_TEST(the_next_address)
{
    static const struct {
        const char *address, *next;
    } rows[] = {{"[::]:8080", "[::]:8081"},
        {":9", ":10"},
        {"localhost:65534", "localhost:65535"},
        {"127.0.0.1:0", "127.0.0.1:0"},
        {"[::1]:00", "[::1]:00"}};

    for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++)
        ck_assert_str_eq(listen_next(arena, rows[i].address), rows[i].next);
    ck_assert_ptr_null(listen_next(arena, "[::]:65535"));
}
END_TEST

START_TEST(paths)
{
    static const char *const bad[] = {"a\nb", "a\tb", "\x7f"};
    struct setting_value value;

    ck_assert_ptr_null(parse(SETTING_TLS_KEY, "/a b/\xc3\xa9", &value));
    ck_assert_str_eq(value.text, "/a b/\xc3\xa9");
    for (size_t i = 0; i < sizeof(bad) / sizeof(bad[0]); i++)
        ck_assert_str_eq(parse(SETTING_TLS_KEY, bad[i], &value),
            "must be the path of a file, without control characters");
}
END_TEST

START_TEST(every_default_is_valid)
{
    struct setting_value value;

    for (size_t i = 0; i < SETTING_COUNT; i++) {
        ck_assert_ptr_null(
            setting_parse(arena, &server_settings[i], server_settings[i].fallback, &value));
        /* --print-config shows it as the help does. */
        ck_assert_str_eq(value.text, server_settings[i].fallback);
    }
}
END_TEST

/* A configuration file with that text; removed by load(). */
static const char *file_with(const char *text)
{
    char *path = arena_alloc(arena, 64);
    int fd;

    strcpy(path, "/tmp/check_settings.XXXXXX");
    fd = mkstemp(path);
    ck_assert_int_ge(fd, 0);
    ck_assert_int_eq(write(fd, text, strlen(text)), (ssize_t)strlen(text));
    close(fd);
    return path;
}

struct loaded {
    int code;
    struct settings settings;
    const char *problems; /* with the path of the file as FILE */
};

static const char *without_path(const char *text, const char *path)
{
    struct text out = {.arena = arena};
    const char *at;

    while (path != NULL && (at = strstr(text, path)) != NULL) {
        text_add_bytes(&out, text, (size_t)(at - text));
        text_add(&out, "FILE");
        text = at + strlen(path);
    }
    text_add(&out, text);
    return text_string(&out);
}

static struct loaded load(const char *config, struct server_arguments arguments)
{
    struct loaded loaded = {0};
    struct texts problems = {.arena = arena};

    arguments.config = config == NULL ? NULL : file_with(config);
    loaded.code = settings_load(arena, &arguments, &loaded.settings, &problems);
    loaded.problems = without_path(texts_join(&problems, "\n"), arguments.config);
    for (size_t i = 0; i < SETTING_COUNT; i++)
        loaded.settings.at[i].origin = without_path(loaded.settings.at[i].origin, arguments.config);
    if (arguments.config != NULL)
        unlink(arguments.config);
    return loaded;
}

START_TEST(flags_go_before_the_file_and_that_before_defaults)
{
    const struct loaded loaded = load("# ours\nmax-body: 1Mi\nmax-depth: 100\n",
        (struct server_arguments){.flags = {[SETTING_MAX_DEPTH] = "50"}});

    ck_assert_int_eq(loaded.code, 0);
    ck_assert_int_eq(loaded.settings.at[SETTING_MAX_BODY].number, 1048576);
    ck_assert_str_eq(loaded.settings.at[SETTING_MAX_BODY].origin, "FILE:2");
    ck_assert_int_eq(loaded.settings.at[SETTING_MAX_DEPTH].number, 50);
    ck_assert_str_eq(loaded.settings.at[SETTING_MAX_DEPTH].origin, "--max-depth");
    ck_assert_str_eq(loaded.settings.at[SETTING_MAX_ARENA].origin, "default");
}
END_TEST

START_TEST(all_problems_at_once)
{
    const struct loaded loaded = load("max-bodies: 1\nmax-depth: []\nlog-level: loud\n",
        (struct server_arguments){.flags = {[SETTING_THREADS] = "many"}});

    ck_assert_int_eq(loaded.code, 2);
    ck_assert_str_eq(loaded.problems,
        "FILE:1:1: max-bodies: is no setting\n"
        "FILE:2:1: max-depth: must be a text or a number, got []\n"
        "FILE:3:1: log-level: must be one of debug|info|warning|error, got \"loud\"\n"
        "--threads: must be a whole number from 0 to 1024, got 'many'");
}
END_TEST

START_TEST(settings_that_need_others)
{
    ck_assert_str_eq(load("tls-client-ca: a\nbearer-token-file: b\n",
                         (struct server_arguments){.flags = {[SETTING_TLS_KEY] = "c"}})
                         .problems,
        "tls-key (--tls-key): needs tls-cert as well\n"
        "tls-client-ca (FILE:1): needs tls-cert as well");
    ck_assert_int_eq(load("bearer-token-file: b\n", (struct server_arguments){0}).code, 0);
}
END_TEST

START_TEST(the_last_port_has_none_after_it)
{
    ck_assert_str_eq(load("listen: 127.0.0.1:65535\n", (struct server_arguments){0}).problems,
        "probe-listen (default): no port comes after that of listen, got 127.0.0.1:65535: "
        "name one, or none");
    ck_assert_int_eq(
        load("listen: ':65535'\nprobe-listen: none\n", (struct server_arguments){0}).code,
        0);
}
END_TEST

START_TEST(files_that_are_none)
{
    ck_assert_int_eq(load("", (struct server_arguments){0}).code, 0);
    ck_assert_int_eq(load("# nothing\n", (struct server_arguments){0}).code, 0);
    ck_assert_str_eq(load("- a\n", (struct server_arguments){0}).problems,
        "FILE:1:1: must be a mapping of settings");
    ck_assert_str_eq(
        load("max-body: 1Mi\n---\nmax-body: 2Mi\n", (struct server_arguments){0}).problems,
        "FILE: must be one document, got 2");
    ck_assert_int_eq(load("max-body: {\n", (struct server_arguments){0}).code, 2);
}
END_TEST

START_TEST(a_file_that_is_not_there)
{
    const struct server_arguments arguments = {.config = "/nonexistent/serve.yaml"};
    struct settings settings;
    struct texts problems = {.arena = arena};

    ck_assert_int_eq(settings_load(arena, &arguments, &settings, &problems), 3);
    ck_assert_str_eq(texts_join(&problems, "\n"),
        "cannot read /nonexistent/serve.yaml: No such file or directory");
}
END_TEST

/* What --print-config prints can be given to --config. */
START_TEST(the_printed_configuration_is_one)
{
    const struct loaded first = load(NULL,
        (struct server_arguments){.flags = {[SETTING_LISTEN] = "[::1]:0",
                                      [SETTING_MAX_BODY] = "3Ki",
                                      [SETTING_TLS_CERT] = "/a \"b\\c: # d",
                                      [SETTING_TLS_KEY] = "0x10"}});
    const struct loaded second =
        load(settings_text(arena, &first.settings), (struct server_arguments){0});

    ck_assert_int_eq(second.code, 0);
    for (size_t i = 0; i < SETTING_COUNT; i++) {
        ck_assert_str_eq(second.settings.at[i].text, first.settings.at[i].text);
        ck_assert_int_eq(second.settings.at[i].number, first.settings.at[i].number);
    }
}
END_TEST

START_TEST(a_reload_takes_over_what_it_can)
{
    const struct loaded running = load(NULL, (struct server_arguments){0});
    const struct loaded wanted =
        load("max-body: 1Mi\nthreads: 7\nlisten: ':1'\n", (struct server_arguments){0});
    struct live_settings live = {.at = {[SETTING_THREADS] = 2, [SETTING_MAX_BODY] = 5}};
    struct texts unchanged = {.arena = arena};

    settings_apply(&live, &running.settings, &wanted.settings, &unchanged);
    ck_assert_int_eq(setting_now(&live, SETTING_MAX_BODY), 1048576);
    ck_assert_int_eq(setting_now(&live, SETTING_THREADS), 2);
    ck_assert_str_eq(texts_join(&unchanged, " "), "listen threads");
}
END_TEST

static void tests(TCase *tcase)
{
    tcase_add_test(tcase, sizes);
    tcase_add_test(tcase, seconds_and_counts);
    tcase_add_test(tcase, choices);
    tcase_add_test(tcase, addresses);
    tcase_add_test(tcase, words_for_an_address);
    tcase_add_test(tcase, the_next_address);
    tcase_add_test(tcase, paths);
    tcase_add_test(tcase, every_default_is_valid);
    tcase_add_test(tcase, flags_go_before_the_file_and_that_before_defaults);
    tcase_add_test(tcase, all_problems_at_once);
    tcase_add_test(tcase, settings_that_need_others);
    tcase_add_test(tcase, the_last_port_has_none_after_it);
    tcase_add_test(tcase, files_that_are_none);
    tcase_add_test(tcase, a_file_that_is_not_there);
    tcase_add_test(tcase, the_printed_configuration_is_one);
    tcase_add_test(tcase, a_reload_takes_over_what_it_can);
}

TEST_MAIN(tests)
