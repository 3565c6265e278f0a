#include "shared.h"

#include "vitess.h"

static const json_t *arguments(const char *low, const char *middle, const char *high)
{
    const json_t *maps[] = {low == NULL ? NULL : json_of(low),
        middle == NULL ? NULL : json_of(middle),
        high == NULL ? NULL : json_of(high)};

    return flag_arguments(arena, NULL, maps, 3);
}

static const char *problems_of(const char *binary, unsigned major, const char *flags)
{
    struct problems problems = {.arena = arena};

    flags_check(binary, major, NULL, json_of(flags), "spec.flags", &problems);
    return problems_text(&problems);
}

START_TEST(names_are_dashed)
{
    ck_assert_str_eq(flag_name(arena, "grpc_port"), "grpc-port");
    ck_assert_str_eq(flag_name(arena, "--grpc_port"), "grpc-port");
    ck_assert_str_eq(flag_name(arena, "-db-credentials_file"), "db-credentials-file");
    ck_assert_str_eq(flag_name(arena, "log_dir"), "log_dir");
    ck_assert_str_eq(flag_name(arena, "log_backtrace_at"), "log_backtrace_at");
}
END_TEST

START_TEST(arguments_are_sorted)
{
    ck_json(arguments("{'port':15000,'cell':'zone1','a':1.5,'x':true,'y':false}", NULL, NULL),
        "['--a=1.5','--cell=zone1','--port=15000','--x=true','--y=false']");
    ck_json(arguments(NULL, NULL, NULL), "[]");
}
END_TEST

START_TEST(later_maps_win_in_any_spelling)
{
    ck_json(arguments("{'grpc-port':'15999'}", "{'grpc_port':1}", NULL), "['--grpc-port=1']");
    ck_json(arguments("{'a':1}", NULL, "{'--a':2}"), "['--a=2']");
    ck_json(arguments("{'a_b':1,'a-b':2}", NULL, NULL), "['--a-b=1']");
    ck_json(arguments("{'a-b':2,'a_b':1}", NULL, NULL), "['--a-b=1']");
}
END_TEST

/* Of "$$(" in an argument Kubernetes makes "$(". */
START_TEST(values_stay_as_they_are)
{
    ck_json(arguments("{'a':'x y $(rm -rf)','b':'','c':null,'d':'^$'}", NULL, NULL),
        "['--a=x y $$(rm -rf)','--b=','--d=^$']");
    ck_json(arguments("{'$(X)':1}", NULL, NULL), "['--$$(X)=1']");
}
END_TEST

START_TEST(only_references_of_ours_are_replaced)
{
    const json_t *references = json_of("{'a':'$(POD_NAME)','b':'$(POD_NAME)'}");

    ck_json(flag_list_over(arena, references, json_of("{'b':'$(POD_NAME)','c':1}")),
        "['--a=$(POD_NAME)','--b=$$(POD_NAME)','--c=1']");
}
END_TEST

START_TEST(a_flag_is_found_in_any_spelling)
{
    const json_t *flags = json_of("{'backup_storage_implementation':'gcs'}");

    ck_assert_str_eq(json_string_value(flag_value(arena, flags, "backup-storage-implementation")),
        "gcs");
    ck_assert_ptr_null(flag_value(arena, flags, "port"));
    ck_assert_ptr_null(flag_value(arena, NULL, "port"));
}
END_TEST

START_TEST(removed_flags_are_named_with_what_to_do)
{
    ck_assert_str_eq(problems_of("vtgate", 0, "{'gateway_implementation':'discoverygateway'}"),
        "spec.flags.gateway_implementation: was removed from vtgate in Vitess 14, leave it out");
    ck_assert_str_eq(problems_of("vttablet", 0, "{'enable_semi_sync':true}"),
        "spec.flags.enable_semi_sync: was removed from vttablet in Vitess 16, set durabilityPolicy "
        "of the keyspace instead");
    ck_assert_str_eq(problems_of("vttablet", 0, "{'db-config-app-uname':'x'}"),
        "spec.flags.db-config-app-uname: is no flag of vttablet any more, say --db-app-user "
        "instead");
    ck_assert_str_eq(problems_of("vtorc", 0, "{'config':'x'}"),
        "spec.flags.config: was removed from vtorc in Vitess 22, say --config-file instead");
    ck_assert_str_eq(problems_of("vtctld", 0, "{'topo_k8s_context':'x'}"),
        "spec.flags.topo_k8s_context: is no flag of vtctld any more, topologies are in etcd here, "
        "leave it out");
}
END_TEST

START_TEST(a_flag_is_refused_by_its_own_binary_only)
{
    ck_assert_str_eq(problems_of("vtctld", 0, "{'disable_active_reparents':true}"), "");
    ck_assert_str_eq(problems_of("vttablet", 0, "{'disable_active_reparents':true}"),
        "spec.flags.disable_active_reparents: was removed from vttablet in Vitess 22, leave it "
        "out");
    ck_assert_str_eq(problems_of("etcd", 0, "{'topo-k8s-context':'x'}"),
        "spec.flags.topo-k8s-context: is no flag of etcd; leave it out");
}
END_TEST

START_TEST(what_is_gone_depends_on_the_version)
{
    const char *flags = "{'watch_replication_stream':true}";

    ck_assert_str_eq(problems_of("vttablet", 24, flags), "");
    ck_assert_str_eq(problems_of("vttablet", 0, flags), "");
    ck_assert_str_eq(problems_of("vttablet", 25, flags),
        "spec.flags.watch_replication_stream: was removed from vttablet in Vitess 25, leave it "
        "out");
    ck_assert_str_eq(problems_of("vtgate", 23, "{'grpc-send-session-in-streaming':true}"), "");
}
END_TEST

START_TEST(what_is_no_flag_is_named)
{
    ck_assert_str_eq(problems_of("vtgate", 0, "{'a=b':1}"),
        "spec.flags[\"a=b\"]: must be the name of a flag such as \"port\", got \"a=b\"");
    ck_assert_str_eq(problems_of("vtgate", 0, "{'--':1}"),
        "spec.flags[\"--\"]: must be the name of a flag such as \"port\", got \"--\"");
    ck_assert_str_eq(problems_of("etcd", 0, "{'a\\nb':1}"),
        "spec.flags[\"a\\nb\"]: must be the name of a flag such as \"port\", got \"a\\nb\"");
    ck_assert_str_eq(problems_of("vtgate", 0, "{'query_timeout':1,'query-timeout':2}"),
        "spec.flags.query-timeout: is the same flag as query_timeout, give it once");
    ck_assert_str_eq(problems_of("etcd", 0, "{'max_wals':1,'max-wals':2}"), "");
}
END_TEST

START_TEST(values_must_be_what_the_flag_takes)
{
    static const struct {
        const char *binary, *flag, *good, *bad, *rule;
    } rows[] = {
        {"vtgate",
            "enable-buffer",
            "[true,false,'true','T','0',null]",
            "['maybe','','yes',2]",
            "must be true or false"},
        {"vtgate",
            "buffer-window",
            "['10s','1h30m','1.5s','0',0,'-1ms','2us']",
            "['5x','30','',30,'s','1h 5m',true]",
            "must be a duration such as \"30s\" or \"5m\""},
        {"vttablet",
            "twopc-abandon-age",
            "['10s',900,0.5]",
            "['5x','']",
            "must be a duration such as \"30s\", or a number of seconds"},
        {"vtgate",
            "buffer-size",
            "[1000,'0x10','-1','1_000']",
            "['abc','1.5',1.5,'','30s','10k',true]",
            "must be a whole number"},
        {"vttablet", "vreplication-experimental-flags", "[7]", "['x']", "must be a whole number"},
        {"vtgate", "warming-reads-percent", "[0]", "['x']", "must be a whole number"},
        {"vttablet",
            "unhealthy-threshold",
            "['2h']",
            "[7200]",
            "must be a duration such as \"30s\" or \"5m\""},
        {"vtctld", "tracing-sampling-rate", "[0.1,'1e-3',1]", "['much','1e']", "must be a number"},
        {"vtgate", "grpc-max-message-size", "[1]", "['1Mi']", "must be a whole number"},
        {"vtgate", "max-stack-size", "[65536]", "['64k']", "must be a whole number"},
        {"vtgate", "mysql-server-version", "['8.0.40-Vitess',8]", "[]", ""},
    };

    for (size_t i = 0; i < sizeof(rows) / sizeof(*rows); i++) {
        const json_t *value;

        json_each_item (json_of(rows[i].good), j, value)
            ck_assert_str_eq(
                problems_of(rows[i].binary,
                    24,
                    fmt(arena, "{'%s':%s}", rows[i].flag, json_write(arena, value, NULL))),
                "");
        json_each_item (json_of(rows[i].bad), j, value) {
            const char *text = json_write(arena, value, NULL);

            ck_assert_str_eq(
                problems_of(rows[i].binary, 24, fmt(arena, "{'%s':%s}", rows[i].flag, text)),
                fmt(arena, "spec.flags.%s: %s, got %s", rows[i].flag, rows[i].rule, text));
        }
    }
}
END_TEST

START_TEST(a_flag_of_no_version_is_named)
{
    ck_assert_str_eq(problems_of("vttablet", 24, "{'queryserver-config-pol-size':1}"),
        "spec.flags.queryserver-config-pol-size: is no flag of vttablet in Vitess 24 (did you mean "
        "\"queryserver-config-pool-size\"?)");
    ck_assert_str_eq(problems_of("vttablet", 24, "{'something-else':1}"),
        "spec.flags.something-else: is no flag of vttablet in Vitess 24; leave it out");
    ck_assert_str_eq(problems_of("vttablet", 24, "{'q':1}"),
        "spec.flags.q: is no flag of vttablet in Vitess 24; leave it out");
    ck_assert_str_eq(problems_of("vttablet", 24, "{'clone-from-primary':true}"), "");
    ck_assert_str_eq(problems_of("vttablet", 23, "{'clone-from-primary':true}"),
        "spec.flags.clone-from-primary: is no flag of vttablet in Vitess 23, only in Vitess 24; "
        "leave it out");
    ck_assert_str_eq(problems_of("vtgate", 24, "{'slow-query-threshold':'1s'}"),
        "spec.flags.slow-query-threshold: is no flag of vtgate in Vitess 24, only in a newer "
        "Vitess; leave it out");
    ck_assert_str_eq(problems_of("vtgate", 0, "{'slow-query-threshold':'1s'}"), "");
    /* Nobody knows the flags of what is not made yet, nor those of other programs. */
    ck_assert_str_eq(problems_of("vtgate", 26, "{'something-else':1,'enable-buffer':'maybe'}"), "");
    ck_assert_str_eq(problems_of("vtadmin-web", 0, "{'something-else':1}"), "");
    /* Deprecated, so that --help does not show it, but taken. */
    ck_assert_str_eq(problems_of("vtctld", 24, "{'action_timeout':'1h','logtostderr':true}"), "");
}
END_TEST

START_TEST(shared_flags_go_to_who_has_them)
{
    const json_t *flags = json_of("{'xtrabackup_stripes':1,'schema-change-dir':'/x','mine':1,"
                                  "'backup-storage-implementation':'s3'}");

    ck_json(flags_known_to(arena, "vttablet", "vitess/lite:v24.0.4", flags),
        "{'xtrabackup_stripes':1,'mine':1,'backup-storage-implementation':'s3'}");
    ck_json(flags_known_to(arena, "vtctld", NULL, flags),
        "{'schema-change-dir':'/x','mine':1,'backup-storage-implementation':'s3'}");
    ck_json(flags_known_to(arena, "vtctld", NULL, NULL), "{}");
}
END_TEST

START_TEST(ports_are_read_from_arguments)
{
    const json_t *arguments = json_of("['--grpc-port=1','--port=16000','--x=y','--big=65536']");

    ck_assert_uint_eq(flag_port(arguments, "port"), 16000);
    ck_assert_uint_eq(flag_port(arguments, "x"), 1);
    ck_assert_uint_eq(flag_port(arguments, "big"), 1);
    ck_assert_uint_eq(flag_port(arguments, "por"), 1);
    ck_assert_uint_eq(flag_port(NULL, "port"), 1);
}
END_TEST

/* As Vitess has written them, and as pflag takes them. */
START_TEST(an_argument_may_be_spelt_otherwise)
{
    static const struct {
        const char *argument, *value;
    } rows[] = {
        {"--grpc-port=80", "80"},
        {"--grpc_port=80", "80"},
        {"-grpc-port=80", "80"},
        {"-grpc_port=", ""},
        {"--grpc-port=a=b", "a=b"},
        {"grpc-port=80", NULL},
        {"--grpc-port", NULL},
        {"--grpc-port-x=80", NULL},
        {"--x-grpc-port=80", NULL},
        {"--grpc.port=80", NULL},
    };

    for (size_t i = 0; i < sizeof(rows) / sizeof(*rows); i++) {
        json_t *arguments = json_new_list();

        json_add_text(arguments, rows[i].argument);
        ck_assert_pstr_eq(flag_argument(arguments, "grpc-port"), rows[i].value);
    }
    ck_assert_ptr_null(flag_argument(json_of("['--log-dir=/x', 7]"), "log_dir"));
}
END_TEST

START_TEST(only_digits_are_a_port)
{
    static const char *const none[] = {"+80", " 80", "-80", "80 ", "0x50", "0", "", "65536"};

    for (size_t i = 0; i < sizeof(none) / sizeof(*none); i++) {
        json_t *arguments = json_new_list();

        json_add_text(arguments, fmt(arena, "--port=:%s", none[i]));
        ck_assert_uint_eq(flag_port(arguments, "port"), 1);
    }
    ck_assert_uint_eq(flag_port(json_of("['--port=0.0.0.0:65535']"), "port"), 65535);
}
END_TEST

START_TEST(a_flag_of_etcd_is_judged_by_its_version)
{
    ck_assert_str_eq(problems_of("etcd",
                         36,
                         "{'quota-backend-bytes':8589934592,'log-level':'debug','force':1,"
                         "'heartbeat-interval':250,'auto-compaction-retention':'10m'}"),
        "");
    ck_assert_str_eq(problems_of("etcd", 36, "{'quota-backend-byte':1}"),
        "spec.flags.quota-backend-byte: is no flag of etcd 3.6 (did you mean "
        "\"quota-backend-bytes\"?)");
    ck_assert_str_eq(problems_of("etcd", 36, "{'enable-v2':true}"),
        "spec.flags.enable-v2: is no flag of etcd 3.6, only in etcd 3.5; leave it out");
    ck_assert_str_eq(problems_of("etcd", 35, "{'max-learners':1}"),
        "spec.flags.max-learners: is no flag of etcd 3.5, only in etcd 3.6 and etcd 3.7; leave it "
        "out");
    ck_assert_str_eq(problems_of("etcd", 0, "{'enable-v2':true,'max-learners':1}"), "");
    ck_assert_str_eq(problems_of("etcd", 0, "{'something-else':1}"),
        "spec.flags.something-else: is no flag of etcd; leave it out");
    ck_assert_str_eq(problems_of("etcd", 37, "{'topo-global-root':'/'}"),
        "spec.flags.topo-global-root: is a flag of vtgate, vttablet, vtctld and vtorc, not of "
        "etcd; leave it out");
    ck_assert_str_eq(problems_of("etcd", 37, "{'max-wals':-1}"),
        "spec.flags.max-wals: must be a whole number that is not negative, got -1");
    ck_assert_str_eq(problems_of("vttablet", 24, "{'heartbeat-interval':250}"),
        "spec.flags.heartbeat-interval: must be a duration such as \"30s\" or \"5m\", got 250");
    ck_assert_str_eq(problems_of("etcd", 38, "{'something-else':1}"), "");
}
END_TEST

START_TEST(the_release_of_etcd_is_in_its_tag)
{
    ck_assert_uint_eq(etcd_release("quay.io/coreos/etcd:v3.6.16"), 36);
    ck_assert_uint_eq(etcd_release("registry:5000/etcd"), 0);
    ck_assert_uint_eq(etcd_release("etcd@sha256:abc"), 0);
}
END_TEST

/* A name in our table that the program pages still have would refuse a good spec. The pages of
 * Vitess 25 lack what 25 removed, so only the older rows are held against them. */
START_TEST(no_flag_that_exists_is_refused)
{
    static const char *const binaries[] =
        {"vtctld", "vtgate", "vtorc", "vttablet", "mysqlctld", "vtadmin"};

    for (size_t i = 0; i < sizeof(binaries) / sizeof(*binaries); i++) {
        char *text = shared_text(fmt(arena, "flags/%s.txt", binaries[i]));

        for (char *line = text == NULL ? NULL : strtok(text, "\n"); line != NULL;
             line = strtok(NULL, "\n")) {
            struct problems problems = {.arena = arena};
            json_t *flags = json_new_map();

            line[strcspn(line, "\t")] = '\0';
            if (*line == '#' || strcmp(line, "snapshot-topology-interval") == 0)
                continue;
            json_put_text(flags, line, "x");
            flags_check(binaries[i], 0, NULL, flags, "flags", &problems);
            ck_assert_msg(strstr(problems_text(&problems), "no flag") == NULL &&
                              strstr(problems_text(&problems), "a flag") == NULL &&
                              strstr(problems_text(&problems), "removed") == NULL,
                "%s",
                problems_text(&problems));
        }
    }
}
END_TEST

static void tests(TCase *tcase)
{
    tcase_add_test(tcase, an_argument_may_be_spelt_otherwise);
    tcase_add_test(tcase, only_digits_are_a_port);
    tcase_add_test(tcase, a_flag_of_etcd_is_judged_by_its_version);
    tcase_add_test(tcase, the_release_of_etcd_is_in_its_tag);
    tcase_add_test(tcase, names_are_dashed);
    tcase_add_test(tcase, arguments_are_sorted);
    tcase_add_test(tcase, later_maps_win_in_any_spelling);
    tcase_add_test(tcase, values_stay_as_they_are);
    tcase_add_test(tcase, only_references_of_ours_are_replaced);
    tcase_add_test(tcase, a_flag_is_found_in_any_spelling);
    tcase_add_test(tcase, removed_flags_are_named_with_what_to_do);
    tcase_add_test(tcase, a_flag_is_refused_by_its_own_binary_only);
    tcase_add_test(tcase, what_is_gone_depends_on_the_version);
    tcase_add_test(tcase, what_is_no_flag_is_named);
    tcase_add_test(tcase, values_must_be_what_the_flag_takes);
    tcase_add_test(tcase, a_flag_of_no_version_is_named);
    tcase_add_test(tcase, shared_flags_go_to_who_has_them);
    tcase_add_test(tcase, ports_are_read_from_arguments);
    tcase_add_test(tcase, no_flag_that_exists_is_refused);
}

TEST_MAIN(tests)
