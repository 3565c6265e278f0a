#include "components.h"

static const json_t *overridden(const struct pod_overrides *overrides)
{
    return pod_overridden(arena,
        json_of("{'containers':[{'name':'a','env':[{'name':'TZ','value':'UTC'}],"
                "'volumeMounts':[{'name':'data','mountPath':'/data'}]},{'name':'b'}],"
                "'initContainers':[{'name':'first'}],"
                "'volumes':[{'name':'data','emptyDir':{}}],"
                "'topologySpreadConstraints':[{'topologyKey':'zone'}]}"),
        overrides);
}

START_TEST(no_overrides_change_nothing)
{
    struct pod_overrides overrides = {0};

    ck_json(overridden(&overrides),
        "{'containers':[{'name':'a','env':[{'name':'TZ','value':'UTC'}],"
        "'volumeMounts':[{'name':'data','mountPath':'/data'}]},{'name':'b'}],"
        "'initContainers':[{'name':'first'}],"
        "'volumes':[{'name':'data','emptyDir':{}}],"
        "'topologySpreadConstraints':[{'topologyKey':'zone'}]}");
}
END_TEST

START_TEST(lists_are_merged_by_name)
{
    struct pod_overrides overrides = {
        .env = json_of("[{'name':'TZ','value':'CET'},{'name':'X','value':'1'}]"),
        .volumes = json_of("[{'name':'data','hostPath':{}},{'name':'more','emptyDir':{}}]"),
        .volume_mounts = json_of("[{'name':'more','mountPath':'/more'}]"),
    };
    const json_t *pod = overridden(&overrides);

    ck_json(json_at(pod, "containers"),
        "[{'name':'a','env':[{'name':'TZ','value':'CET'},{'name':'X','value':'1'}],"
        "'volumeMounts':[{'name':'data','mountPath':'/data'},"
        "{'name':'more','mountPath':'/more'}]},"
        "{'name':'b','env':[{'name':'TZ','value':'CET'},{'name':'X','value':'1'}],"
        "'volumeMounts':[{'name':'more','mountPath':'/more'}]}]");
    ck_json(json_at(pod, "volumes"),
        "[{'name':'data','hostPath':{}},{'name':'more','emptyDir':{}}]");
}
END_TEST

START_TEST(sidecars_are_left_as_they_are)
{
    struct pod_overrides overrides = {
        .sidecars = json_of("[{'name':'exporter','resources':{'limits':{'cpu':'1000m'}}}]"),
        .init_containers = json_of("[{'name':'before'}]"),
        .env = json_of("[{'name':'X','value':'1'}]"),
    };
    const json_t *pod = overridden(&overrides);

    ck_json(json_array_get(json_at(pod, "containers"), 2),
        "{'name':'exporter','resources':{'limits':{'cpu':'1'}}}");
    ck_json(json_at(pod, "initContainers"),
        "[{'name':'before'},{'name':'first','env':[{'name':'X','value':'1'}]}]");
}
END_TEST

START_TEST(everything_else_replaces)
{
    struct pod_overrides overrides = {
        .node_selector = json_of("{'a':'b'}"),
        .tolerations = json_of("[{'key':'x'}]"),
        .affinity = json_of("{'nodeAffinity':{'a':1}}"),
        .topology_spread = json_of("[{'topologyKey':'rack'}]"),
        .priority_class = "high",
        .service_account = "backup",
    };
    const json_t *pod = overridden(&overrides);

    ck_json(json_at(pod, "nodeSelector"), "{'a':'b'}");
    ck_json(json_at(pod, "tolerations"), "[{'key':'x'}]");
    ck_json(json_at(pod, "affinity"), "{'nodeAffinity':{'a':1}}");
    ck_json(json_at(pod, "topologySpreadConstraints"), "[{'topologyKey':'rack'}]");
    ck_assert_str_eq(json_text_at(pod, "priorityClassName"), "high");
    ck_assert_str_eq(json_text_at(pod, "serviceAccountName"), "backup");
}
END_TEST

/* Services, Deployments and budgets select by them. */
START_TEST(labels_that_select_cannot_be_overridden)
{
    struct pod_overrides overrides = {.labels = json_of("{'app':'other','team':'a'}")};

    ck_json(pod_labels(arena, json_of("{'app':'shop','vitess.io/cell':'zone1'}"), &overrides),
        "{'app':'shop','team':'a','vitess.io/cell':'zone1'}");
}
END_TEST

/* What the API server would drop or default away would be written at every sync. */
static void check_stored_form(const json_t *value, const char *path)
{
    const json_t *item;
    const char *key;

    ck_assert_msg(!json_is_null(value), "%s is null", path);
    if (!text_ends_with(path, "emptyDir") && !text_ends_with(path, "podSelector"))
        ck_assert_msg(!(json_is_object(value) && json_object_size(value) == 0), "%s is {}", path);
    ck_assert_msg(!(json_is_array(value) && json_array_size(value) == 0), "%s is []", path);
    json_each_field (value, key, item)
        check_stored_form(item, fmt(arena, "%s.%s", path, key));
    json_each_item (value, i, item)
        check_stored_form(item, fmt(arena, "%s[%zu]", path, i));
}

START_TEST(nothing_empty_is_sent)
{
    struct place place = zone1();
    struct vtgate vtgate = {.place = place,
        .name = "n",
        .image = VITESS_IMAGE,
        .replicas = 1,
        .cells_to_watch = "zone1",
        .resources = json_of("{}")};
    struct vttablet tablet = {.place = place,
        .id = tablet_identity(arena, "demo", "zone1", "main", "0", "replica", 0),
        .image = VITESS_IMAGE,
        .vttablet_resources = json_of("{}"),
        .claim = json_of("{'accessModes':['ReadWriteOnce']}")};
    struct etcd etcd = {.place = place, .name = "n", .image = ETCD_IMAGE, .size = 3};

    check_stored_form(vtgate_deployment(arena, &vtgate), "vtgate");
    check_stored_form(vtgate_service(arena, &vtgate), "vtgate");
    check_stored_form(vttablet_pod(arena, &tablet), "vttablet");
    check_stored_form(vttablet_claim(arena, &tablet), "vttablet");
    check_stored_form(etcd_statefulset(arena, &etcd), "etcd");
    check_stored_form(cell_network_policies(arena, &place, "demo-zone1", true), "policies");
}
END_TEST

static void tests(TCase *tcase)
{
    tcase_add_test(tcase, no_overrides_change_nothing);
    tcase_add_test(tcase, lists_are_merged_by_name);
    tcase_add_test(tcase, sidecars_are_left_as_they_are);
    tcase_add_test(tcase, everything_else_replaces);
    tcase_add_test(tcase, labels_that_select_cannot_be_overridden);
    tcase_add_test(tcase, nothing_empty_is_sent);
}

TEST_MAIN(tests)
