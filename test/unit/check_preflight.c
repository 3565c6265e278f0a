#include "components.h"

#include <stdio.h>
#include <unistd.h>

#include "preflight.h"

/* The Pod that tries the template of a tablet, and what is read out of its end. */

static struct vttablet tablet(void)
{
    struct place place = zone1();

    place.labels = json_of("{'vitess.io/cluster':'demo','vitess.io/cell':'zone1',"
                           "'vitess.io/keyspace':'main','vitess.io/shard':'x-80'}");
    place.selector = place.labels;
    return (struct vttablet){
        .place = place,
        .id = v1_tablet_identity(arena, "demo", "zone1", "main", "-80", "replica", 0),
        .image = VITESS_IMAGE,
        .claim = json_of("{'accessModes':['ReadWriteOnce']}"),
    };
}

static const json_t *with_resources(const char *vttablet, const char *mysql)
{
    struct vttablet made = tablet();

    made.vttablet_resources = json_of(vttablet);
    made.mysql_resources = json_of(mysql);
    return vttablet_pod(arena, &made);
}

static const json_t *preflight_of(const json_t *pod, const json_t *before)
{
    struct place place = tablet().place;

    return preflight_pod(arena, &place, pod, before);
}

static const json_t *resources_of(const json_t *preflight, const char *container)
{
    return json_at(container_of(preflight, container), "resources");
}

#define SMALL "{'requests':{'cpu':'100m','memory':'256Mi'},'limits':{'memory':'512Mi'}}"
#define LARGE "{'requests':{'cpu':'100m','memory':'1Gi'},'limits':{'memory':'2Gi'}}"
#define UNTRIED "{'requests':{'cpu':'0','memory':'0'},'limits':{'memory':'256Mi'}}"

static const json_t *rich_pod(void)
{
    struct vttablet made = tablet();

    made.place.pull_secrets = json_of("[{'name':'registry'}]");
    made.place.pull_policy = "IfNotPresent";
    made.vttablet_resources = json_of(LARGE);
    made.mysql_resources = json_of(SMALL);
    made.mysql_image = "mysql:8.4.5";
    made.mysql_config = "max_connections=500\n";
    made.overrides = (struct pod_overrides){
        .labels = json_of("{'team':'shop'}"),
        .annotations = json_of("{'example.com/scrape':'yes'}"),
        .node_selector = json_of("{'disk':'ssd'}"),
        .affinity = json_of("{'nodeAffinity':{'requiredDuringSchedulingIgnoredDuringExecution':{"
                            "'nodeSelectorTerms':[{'matchExpressions':[{'key':'zone','operator':"
                            "'Exists'}]}]}}}"),
        .sidecars = json_of("[{'name':'exporter','image':'prom/mysqld-exporter:v0.15.1',"
                            "'args':['--web.listen-address=:9104'],"
                            "'ports':[{'name':'metrics','containerPort':9104}]}]"),
        .init_containers = json_of("[{'name':'warm','image':'busybox:1.37','command':['sleep',"
                                   "'1000']}]"),
        .volumes = json_of("[{'name':'scratch','ephemeral':{'volumeClaimTemplate':{'spec':{}}}},"
                           "{'name':'ca','secret':{'secretName':'ca'}}]"),
        .volume_mounts = json_of("[{'name':'ca','mountPath':'/ca','readOnly':true}]"),
    };
    return vttablet_pod(arena, &made);
}

START_TEST(reads_like_yaml)
{
    ck_objects("preflight", preflight_of(rich_pod(), with_resources(SMALL, SMALL)));
}
END_TEST

/* --- resources --- */

START_TEST(what_has_not_changed_is_not_asked_for)
{
    const json_t *pod = with_resources(LARGE, SMALL);
    const json_t *preflight = preflight_of(pod, pod);

    ck_json(resources_of(preflight, "vttablet"), UNTRIED);
    ck_json(resources_of(preflight, "mysql"), UNTRIED);
}
END_TEST

START_TEST(room_is_asked_for_what_is_more)
{
    const json_t *preflight =
        preflight_of(with_resources(LARGE, SMALL), with_resources(SMALL, SMALL));

    ck_json(resources_of(preflight, "vttablet"),
        "{'requests':{'cpu':'0','memory':'768Mi','ephemeral-storage':'0'},'limits':{'memory':'2Gi'}"
        "}");
    ck_json(resources_of(preflight, "mysql"), UNTRIED);
}
END_TEST

/* Less is wanted in all: the node of the old one has room. */
START_TEST(what_moves_from_one_container_to_the_other_needs_no_room)
{
    const json_t *preflight =
        preflight_of(with_resources(LARGE, SMALL), with_resources(SMALL, LARGE));

    ck_json(resources_of(preflight, "vttablet"),
        "{'requests':{'cpu':'0','memory':'0','ephemeral-storage':'0'},'limits':{'memory':'2Gi'}}");
    ck_json(resources_of(preflight, "mysql"),
        "{'requests':{'cpu':'0','memory':'0','ephemeral-storage':'0'},'limits':{'memory':'256Mi'}}"
        "");
}
END_TEST

/* A quota on limits refuses what has none, and lets pass what has. */
START_TEST(a_trial_has_limits_where_the_template_has)
{
    static const struct {
        const char *wanted, *tried;
    } rows[] = {
        {NULL, "{'requests':{'cpu':'0','memory':'0'}}"},
        {"{'limits':{'cpu':'2'}}", "{'requests':{'cpu':'0','memory':'0'},'limits':{'cpu':'100m'}}"},
        {"{'limits':{'cpu':'20m','memory':'64Mi','ephemeral-storage':'1Gi'}}",
            "{'requests':{'cpu':'0','memory':'0'},'limits':{'cpu':'20m','memory':'64Mi',"
            "'ephemeral-storage':'256Mi'}}"},
    };

    for (size_t i = 0; i < sizeof(rows) / sizeof(*rows); i++) {
        struct vttablet made = tablet();
        const json_t *pod;

        made.mysql_config = "max_connections=500\n";
        made.mysql_resources = rows[i].wanted == NULL ? NULL : json_of(rows[i].wanted);
        pod = preflight_of(vttablet_pod(arena, &made), vttablet_pod(arena, &made));
        ck_json(resources_of(pod, "mysql"), rows[i].tried);
        ck_json(resources_of(pod, "preflight-my-cnf"), rows[i].tried);
        ck_json(resources_of(pod, "init-vtdataroot"),
            "{'requests':{'cpu':'0','memory':'0'},'limits':{'cpu':'100m','memory':'256Mi'}}");
    }
}
END_TEST

/* A quota of limits may be full of what runs: what makes room must not need some. */
START_TEST(a_lower_limit_is_not_asked_for)
{
    const json_t *before = with_resources("{'limits':{'cpu':'2','memory':'4Gi'}}", SMALL);

    ck_json(
        resources_of(
            preflight_of(with_resources("{'limits':{'cpu':'1','memory':'3Gi'}}", SMALL), before),
            "vttablet"),
        "{'requests':{'cpu':'0','memory':'0','ephemeral-storage':'0'},'limits':{'cpu':'100m',"
        "'memory':'256Mi'}}");
    ck_json(
        resources_of(preflight_of(with_resources("{'requests':{'memory':'1Mi'},'limits':{'cpu':'3',"
                                                 "'memory':'128Mi'}}",
                                      SMALL),
                         before),
            "vttablet"),
        "{'requests':{'cpu':'1','memory':'0','ephemeral-storage':'0'},'limits':{'cpu':'3','memory'"
        ":'128Mi'}}");
}
END_TEST

/* A limit alone is the request as well; together they ask for no more than they are more. */
START_TEST(a_limit_is_a_request_where_there_is_none)
{
    const json_t *preflight = preflight_of(with_resources("{'limits':{'memory':'3Gi'}}", LARGE),
        with_resources("{'limits':{'memory':'1Gi'}}", SMALL));

    ck_json(resources_of(preflight, "mysql"),
        "{'requests':{'cpu':'0','memory':'1Gi','ephemeral-storage':'0'},'limits':{'memory':'2Gi'}}"
        "");
    ck_json(resources_of(preflight, "vttablet"),
        "{'requests':{'cpu':'0','memory':'1792Mi','ephemeral-storage':'0'},'limits':{'memory':'3Gi'"
        "}}");
}
END_TEST

/* The scheduler would delete others to make room for a trial. */
START_TEST(nobody_makes_room_for_one_with_a_priority)
{
    struct vttablet made = tablet();

    made.vttablet_resources = json_of(LARGE);
    made.overrides.priority_class = "high";
    ck_json(resources_of(preflight_of(vttablet_pod(arena, &made), with_resources(SMALL, SMALL)),
                "vttablet"),
        "{'requests':{'cpu':'0','memory':'0','ephemeral-storage':'0'},'limits':{'memory':'2Gi'}}");
}
END_TEST

/* --- who it must not be kept from by --- */

START_TEST(it_is_not_kept_away_by_the_tablets_themselves)
{
    struct vttablet made = tablet();
    const json_t *preflight;

    made.overrides.labels = json_of("{'app':'shop'}");
    made.overrides.affinity = json_of(
        "{'podAntiAffinity':{'requiredDuringSchedulingIgnoredDuringExecution':[{'topologyKey':"
        "'kubernetes.io/hostname','labelSelector':{'matchLabels':{'app':'shop'}}}]}}");
    preflight = preflight_of(vttablet_pod(arena, &made), NULL);
    ck_assert_ptr_null(json_at(preflight, "spec", "affinity"));
    ck_assert_ptr_null(json_at(preflight, "metadata", "labels", "app"));
    ck_assert_ptr_null(json_at(preflight, "spec", "topologySpreadConstraints"));
}
END_TEST

/* Those that are to move still keep away from them. */
START_TEST(nor_is_it_where_they_are_to_keep_away_no_more)
{
    struct vttablet made = tablet();
    const json_t *after;

    made.overrides.labels = json_of("{'app':'shop'}");
    after = vttablet_pod(arena, &made);
    made.overrides.affinity = json_of(
        "{'podAntiAffinity':{'requiredDuringSchedulingIgnoredDuringExecution':[{'topologyKey':"
        "'kubernetes.io/hostname','labelSelector':{'matchLabels':{'app':'shop'}}}]}}");
    ck_assert_ptr_nonnull(json_at(preflight_of(after, after), "metadata", "labels", "app"));
    ck_assert_ptr_null(
        json_at(preflight_of(after, vttablet_pod(arena, &made)), "metadata", "labels", "app"));
}
END_TEST

/* The API server would refuse it of a Pod that is never started again, or has no claim. */
START_TEST(a_side_car_loses_what_only_a_pod_that_stays_may_have)
{
    struct vttablet made = tablet();
    const json_t *side;

    made.overrides.sidecars = json_of(
        "[{'name':'side','image':'x','restartPolicyRules':[{'action':'Restart'}],'resizePolicy':[{"
        "'resourceName':'memory','restartPolicy':'RestartContainer'}],'volumeDevices':[{'name':'b',"
        "'devicePath':'/dev/b'}]}]");
    side = container_of(preflight_of(vttablet_pod(arena, &made), NULL), "side");
    ck_json(json_without(side, "resources"),
        "{'name':'side','image':'x','command':['true'],"
        "'terminationMessagePolicy':'FallbackToLogsOnError'}");
}
END_TEST

START_TEST(a_side_car_keeps_the_name_that_it_has)
{
    struct vttablet made = tablet();

    made.mysql_config = "max_connections=500\n";
    made.overrides.sidecars = json_of("[{'name':'preflight-my-cnf','image':'x'}]");
    ck_assert_uint_eq(
        json_array_size(
            json_at(preflight_of(vttablet_pod(arena, &made), NULL), "spec", "containers")),
        4);
}
END_TEST

START_TEST(no_service_and_no_budget_counts_it)
{
    const json_t *preflight = preflight_of(with_resources(SMALL, SMALL), NULL);

    ck_assert_str_eq(json_text_at(preflight, "metadata", "labels", "vitess.io/component"), "task");
    ck_assert_ptr_null(json_at(preflight, "metadata", "labels", "vitess.io/tablet-uid"));
    ck_assert_ptr_null(json_at(preflight, "spec", "hostname"));
    ck_assert_uint_eq(json_array_size(json_at(preflight, "spec", "readinessGates")), 1);
}
END_TEST

/* --- its end --- */

#define DONE "{'terminated':{'exitCode':0}}"

static const json_t *ended(const char *phase, const char *init, const char *vttablet,
    const char *mysql, const char *wait)
{
    return json_of(fmt(arena,
        "{'status':{'phase':'%s','initContainerStatuses':[{'name':'init-vtdataroot','state':%s}],"
        "'containerStatuses':[{'name':'vttablet','state':%s},{'name':'mysql','state':%s},"
        "{'name':'wait-for-cells','state':%s},"
        "{'name':'mesh','state':{'running':{}}}]}}",
        phase,
        init,
        vttablet,
        mysql,
        wait));
}

static struct preflight_outcome outcome_of(const json_t *observed)
{
    return preflight_outcome(arena, observed, preflight_of(with_resources(SMALL, SMALL), NULL));
}

static void ck_refused(const json_t *observed, const char *text)
{
    struct preflight_outcome outcome = outcome_of(observed);

    ck_assert_int_eq(outcome.state, PREFLIGHT_REFUSED);
    ck_assert_str_eq(outcome.text, text);
}

/* What a webhook has put beside it may run for ever. */
START_TEST(all_of_ours_have_ended_well)
{
    ck_assert_int_eq(outcome_of(ended("Running", DONE, DONE, DONE, DONE)).state, PREFLIGHT_PASSED);
}
END_TEST

START_TEST(it_runs_while_one_has_not_ended)
{
    ck_assert_int_eq(outcome_of(ended("Running", DONE, DONE, "{'running':{}}", DONE)).state,
        PREFLIGHT_RUNS);
    ck_assert_int_eq(outcome_of(json_of("{'status':{}}")).state, PREFLIGHT_RUNS);
    ck_assert_int_eq(
        outcome_of(ended("Pending", DONE, "{'waiting':{'reason':'ContainerCreating'}}", DONE, DONE))
            .state,
        PREFLIGHT_RUNS);
}
END_TEST

START_TEST(the_last_line_says_why)
{
    ck_refused(ended("Failed",
                   DONE,
                   "{'terminated':{'exitCode':1,'message':'Usage:\\n  --a\\nunknown flag: --b.\\n'}"
                   "}",
                   DONE,
                   DONE),
        "container vttablet: unknown flag: --b");
}
END_TEST

/* Cut within a character it would be no text, and the answer a 500 for as long as the Pod is there.
 */
START_TEST(a_long_reason_is_cut_between_characters)
{
    const char *filler = "";
    const char *text;

    for (int i = 0; i < 300; i++)
        filler = fmt(arena, "%s\xc3\xa9", filler);
    for (int i = 0; i < 2; i++) {
        text = outcome_of(ended("Failed",
                              DONE,
                              fmt(arena,
                                  "{'terminated':{'exitCode':1,'message':'%s%s'}}",
                                  filler,
                                  i == 0 ? "" : "x"),
                              DONE,
                              DONE))
                   .text;
        ck_assert_ptr_nonnull(object(arena, F("message", text)));
        ck_assert(text_starts_with(text, "container vttablet: \xc3\xa9"));
    }
}
END_TEST

/* As Vitess 24.0.4 says it. */
START_TEST(a_line_of_a_log_says_it_in_its_message)
{
    ck_refused(
        ended("Failed",
            DONE,
            "{'terminated':{'exitCode':1,'message':'{\\\"time\\\":\\\"2026-11-28T08:37:28Z\\\","
            "\\\"level\\\":\\\"ERROR\\\",\\\"msg\\\":\\\"unknown flag: --b\\\"}\\n'}}",
            DONE,
            DONE),
        "container vttablet: unknown flag: --b");
    /* A log that is cut, or that is about something else, is said as it is. */
    ck_refused(ended("Failed",
                   DONE,
                   "{'terminated':{'exitCode':1,'message':'{\\\"msg\\\":\\\"half'}}",
                   DONE,
                   DONE),
        "container vttablet: {\"msg\":\"half");
}
END_TEST

START_TEST(without_a_word_the_exit_code_says_it)
{
    ck_refused(ended("Failed",
                   "{'terminated':{'exitCode':137,'reason':'OOMKilled'}}",
                   "{'terminated':{'exitCode':2,'message':' \\n'}}",
                   DONE,
                   DONE),
        "container init-vtdataroot: ended with exit code 137 (OOMKilled); "
        "container vttablet: ended with exit code 2");
}
END_TEST

/* A condition that changed with each try would be a write each time. */
START_TEST(two_tries_to_pull_an_image_say_the_same)
{
    static const char said[] = "container mysql: ErrImagePull: rpc error: not found";

    ck_refused(ended("Pending",
                   DONE,
                   DONE,
                   "{'waiting':{'reason':'ErrImagePull','message':'rpc error: not found'}}",
                   DONE),
        said);
    ck_refused(ended("Pending",
                   DONE,
                   DONE,
                   "{'waiting':{'reason':'ImagePullBackOff','message':'Back-off pulling image x: "
                   "ErrImagePull: rpc error: not found'}}",
                   DONE),
        said);
    ck_refused(ended("Pending", DONE, DONE, "{'waiting':{'reason':'ImagePullBackOff'}}", DONE),
        "container mysql: ErrImagePull");
}
END_TEST

START_TEST(a_missing_secret_is_named)
{
    ck_refused(ended("Pending",
                   DONE,
                   "{'waiting':{'reason':'CreateContainerConfigError','message':'secret a "
                   "not found'}}",
                   DONE,
                   DONE),
        "container vttablet: CreateContainerConfigError: secret a not found");
}
END_TEST

START_TEST(an_image_without_the_program_is_an_image)
{
    ck_assert_int_eq(outcome_of(ended("Failed",
                                    DONE,
                                    DONE,
                                    DONE,
                                    "{'terminated':{'exitCode':128,'message':'exec: \\\"true\\\": "
                                    "executable file not found in $PATH'}}"))
                         .state,
        PREFLIGHT_PASSED);
}
END_TEST

/* Where the runtime makes a container before it starts it (CRI-O), it waits and is made again. */
START_TEST(so_it_is_where_the_container_waits_for_it)
{
    static const char *const said[] = {"executable file `true` not found in $PATH",
        "exec: \\\\\\\"true\\\\\\\": executable file not found in $PATH"};

    for (size_t i = 0; i < sizeof(said) / sizeof(*said); i++)
        ck_assert_int_eq(outcome_of(ended("Pending",
                                        DONE,
                                        DONE,
                                        DONE,
                                        fmt(arena,
                                            "{'waiting':{'reason':'CreateContainerError','message':"
                                            "'container create failed: %s'}}",
                                            said[i])))
                             .state,
            PREFLIGHT_PASSED);
}
END_TEST

/* The others never start: were it let off, a Pod would be made again and again. */
START_TEST(what_prepares_needs_its_program)
{
    ck_refused(ended("Failed",
                   "{'terminated':{'exitCode':128,'message':'exec: \\\"sh\\\": not found'}}",
                   "{'waiting':{'reason':'PodInitializing'}}",
                   "{'waiting':{'reason':'PodInitializing'}}",
                   "{'waiting':{'reason':'PodInitializing'}}"),
        "container init-vtdataroot: exec: \"sh\": not found");
}
END_TEST

START_TEST(no_node_takes_it)
{
    ck_refused(json_of("{'status':{'phase':'Pending','conditions':[{'type':'PodScheduled','status':"
                       "'False','reason':'Unschedulable','message':'0/3 nodes are available.'}]}}"),
        "Unschedulable: 0/3 nodes are available");
    /* A gate that somebody else opens is no refusal. */
    ck_assert_int_eq(outcome_of(json_of("{'status':{'conditions':[{'type':'PodScheduled','status':"
                                        "'False','reason':'SchedulingGated'}]}}"))
                         .state,
        PREFLIGHT_RUNS);
}
END_TEST

START_TEST(the_kubelet_does_not_admit_it)
{
    ck_refused(json_of("{'status':{'phase':'Failed','reason':'Evicted','message':'The node had "
                       "condition: [DiskPressure]. '}}"),
        "Evicted: The node had condition: [DiskPressure]");
    ck_refused(json_of("{'status':{'phase':'Failed','reason':'SysctlForbidden','message':'no.'}}"),
        "SysctlForbidden: no");
}
END_TEST

START_TEST(what_its_node_gave_up_says_nothing)
{
    ck_assert_int_eq(outcome_of(json_of("{'status':{'phase':'Failed','reason':'Evicted'}}")).state,
        PREFLIGHT_VOID);
    ck_assert_int_eq(outcome_of(json_of("{'status':{'phase':'Failed'}}")).state, PREFLIGHT_VOID);
}
END_TEST

START_TEST(nor_does_an_end_that_nobody_saw)
{
    ck_assert_int_eq(
        outcome_of(
            ended("Failed",
                DONE,
                "{'terminated':{'exitCode':255,'reason':'Unknown'}}",
                DONE,
                "{'terminated':{'exitCode':137,'reason':'ContainerStatusUnknown','message':'no'}}"))
            .state,
        PREFLIGHT_VOID);
}
END_TEST

static void tests(TCase *tcase)
{
    tcase_add_test(tcase, reads_like_yaml);
    tcase_add_test(tcase, what_has_not_changed_is_not_asked_for);
    tcase_add_test(tcase, room_is_asked_for_what_is_more);
    tcase_add_test(tcase, what_moves_from_one_container_to_the_other_needs_no_room);
    tcase_add_test(tcase, a_trial_has_limits_where_the_template_has);
    tcase_add_test(tcase, a_lower_limit_is_not_asked_for);
    tcase_add_test(tcase, a_limit_is_a_request_where_there_is_none);
    tcase_add_test(tcase, nobody_makes_room_for_one_with_a_priority);
    tcase_add_test(tcase, it_is_not_kept_away_by_the_tablets_themselves);
    tcase_add_test(tcase, nor_is_it_where_they_are_to_keep_away_no_more);
    tcase_add_test(tcase, a_side_car_loses_what_only_a_pod_that_stays_may_have);
    tcase_add_test(tcase, a_side_car_keeps_the_name_that_it_has);
    tcase_add_test(tcase, no_service_and_no_budget_counts_it);
    tcase_add_test(tcase, all_of_ours_have_ended_well);
    tcase_add_test(tcase, it_runs_while_one_has_not_ended);
    tcase_add_test(tcase, the_last_line_says_why);
    tcase_add_test(tcase, a_long_reason_is_cut_between_characters);
    tcase_add_test(tcase, a_line_of_a_log_says_it_in_its_message);
    tcase_add_test(tcase, without_a_word_the_exit_code_says_it);
    tcase_add_test(tcase, two_tries_to_pull_an_image_say_the_same);
    tcase_add_test(tcase, a_missing_secret_is_named);
    tcase_add_test(tcase, an_image_without_the_program_is_an_image);
    tcase_add_test(tcase, so_it_is_where_the_container_waits_for_it);
    tcase_add_test(tcase, what_prepares_needs_its_program);
    tcase_add_test(tcase, no_node_takes_it);
    tcase_add_test(tcase, the_kubelet_does_not_admit_it);
    tcase_add_test(tcase, what_its_node_gave_up_says_nothing);
    tcase_add_test(tcase, nor_does_an_end_that_nobody_saw);
}

TEST_MAIN(tests)
