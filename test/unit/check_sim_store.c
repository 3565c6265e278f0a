#include "sim_testing.h"

#include "metadata.h"
#include "sim/core/edit.h"
#include "sim/store/store.h"

/* The API server of the simulator. Written to by a user and, where admission does not matter, by
 * store_patch(). */

#define POD(spec)                                                                                  \
    "{'apiVersion':'v1','kind':'Pod','metadata':{'name':'p'},'spec':{'containers':[{'name':'c',"   \
    "'image':'i:1'" spec "}]}}"
#define CONFIG(data)                                                                               \
    "{'apiVersion':'v1','kind':'ConfigMap','metadata':{'name':'m'},'data':" data "}"
#define CLAIM(spec)                                                                                \
    "{'apiVersion':'v1','kind':'PersistentVolumeClaim','metadata':{'name':'d'},'spec':{" spec "}}"
#define ONE_GIG "'accessModes':['ReadWriteOnce'],'resources':{'requests':{'storage':'1Gi'}}"

static void begin(void)
{
    sim_begin((struct sim_options){0});
}

static struct version *stored(const char *kind, const char *key)
{
    return store_named(sim, kind, key);
}

START_TEST(an_object_gets_what_the_server_gives_it)
{
    const json_t *first, *second;

    apply_text_of(CONFIG("{'k':'v'}"));
    first = get("ConfigMap", "m");
    ck_assert_str_eq(object_namespace(first), "default");
    ck_assert_uint_eq(strlen(object_uid(first)), 36);
    ck_assert_str_eq(json_text_at(first, "metadata", "creationTimestamp"), "2026-01-01T00:00:00Z");
    ck_assert_ptr_null(json_at(first, "metadata", "generation"));
    apply_text_of("{'apiVersion':'test.io/v1','kind':'Box','metadata':{'name':'b'},'spec':{'x':1},"
                  "'status':{'sent':true}}");
    second = get("Box", "b");
    ck_assert_int_eq(object_generation(second), 1);
    ck_assert_str_ne(object_uid(first), object_uid(second));
    /* The main resource does not write the status subresource. */
    ck_assert_ptr_null(json_at(second, "status"));
}
END_TEST

/* --- two APIs --- */

static const struct api other_api;

static const struct hook other_hooks[] = {
    {.api = &other_api,
        .kind = "Box",
        .plural = "boxes",
        .singular = "box",
        .name = "box",
        .plain_status = true,
        .sync = echo,
        .children = lid_children},
    {.kind = NULL},
};

static const struct api other_api = {
    .name = "another.io/v2", .keys = &test_keys, .hooks = other_hooks};
static const struct api *const two_apis[] = {&test_api, &other_api, NULL};

static const char *api_of(const char *kind)
{
    return json_text_at(get(kind, "b"), "apiVersion");
}

static size_t number_of(const char *kind)
{
    return sim_objects(sim, arena, kind).count;
}

START_TEST(each_api_may_have_a_kind_of_one_name)
{
    static const char box[] = "{'apiVersion':'%s','kind':'Box','metadata':{'name':'b'},'spec':{},"
                              "'status':{'sent':true}}";

    sim_end();
    sim_begin((struct sim_options){.apis = two_apis});
    apply_text_of(fmt(arena, box, "another.io/v2"));
    ck_assert_str_eq(api_of("Box"), "another.io/v2");
    ck_assert(json_true_at(get("Box", "b"), "status", "sent"));
    apply_text_of(fmt(arena, box, "test.io/v1"));
    ck_assert_str_eq(api_of("Box"), "test.io/v1");
    ck_assert_str_eq(api_of("Box.another.io"), "another.io/v2");
    ck_assert_ptr_null(get("Box.io", "b"));
    ck_assert_ptr_null(get("Bo", "b"));
    ck_assert_uint_eq(number_of("Box"), 2);
    ck_assert_uint_eq(number_of("Box.test.io"), 1);
    ck_assert(sim_delete(sim, "Box.another.io", "default", "b"));
    ck_assert(!sim_delete(sim, "Box.another.io", "default", "b"));
    ck_assert_str_eq(api_of("Box"), "test.io/v1");
    ck_assert(sim_delete(sim, "Box", "default", "b"));
    ck_assert_uint_eq(number_of("Box"), 0);
}
END_TEST

START_TEST(a_namespace_goes_with_what_each_api_has_in_it)
{
    sim_end();
    sim_begin((struct sim_options){.apis = two_apis});
    apply_text_of("{'apiVersion':'another.io/v2','kind':'Box','metadata':{'name':'b'},'spec':{}}");
    apply_text_of("{'apiVersion':'test.io/v1','kind':'Box','metadata':{'name':'b'},'spec':{}}");
    sim_delete_namespace(sim, "default");
    ck_assert_uint_eq(number_of("Box"), 0);
}
END_TEST

START_TEST(generation_counts_specs_and_revision_counts_writes)
{
    const char *box =
        "{'apiVersion':'test.io/v1','kind':'Box','metadata':{'name':'b','labels':{'l':"
        "'%s'}},'spec':{'x':%d}}";
    long long revision;

    apply_text_of(fmt(arena, box, "a", 1));
    revision = stored("Box", "default/b")->revision;
    apply_text_of(fmt(arena, box, "b", 1));
    ck_assert_int_eq(object_generation(get("Box", "b")), 1);
    ck_assert_int_gt(stored("Box", "default/b")->revision, revision);
    apply_text_of(fmt(arena, box, "b", 2));
    ck_assert_int_eq(object_generation(get("Box", "b")), 2);
    revision = stored("Box", "default/b")->revision;
    store_status(sim, "test", stored("Box", "default/b"), json_of("{'s':1}"));
    ck_assert_int_eq(object_generation(get("Box", "b")), 2);
    revision = stored("Box", "default/b")->revision;
    /* The same once more is no write. */
    apply_text_of(fmt(arena, box, "b", 2));
    ck_assert_int_eq(store_status(sim, "test", stored("Box", "default/b"), json_of("{'s':1}")).code,
        WRITE_SAME);
    ck_assert_int_eq(stored("Box", "default/b")->revision, revision);
    ck_json(json_at(get("Box", "b"), "status"), "{'s':1}");
}
END_TEST

/* The class of a Pod whose container asks for `resources`; `more` is the rest of its spec. */
static const char *class_of(const char *resources, const char *more)
{
    static int number;
    const char *name = fmt(arena, "q%d", ++number);

    apply_text_of(fmt(arena,
        "{'apiVersion':'v1','kind':'Pod','metadata':{'name':'%s'},'spec':{'containers':[{'name':"
        "'c','image':'i:1','resources':%s}]%s}}",
        name,
        resources,
        more));
    ck_assert_str_eq(json_text_at(get("Pod", name), "status", "phase"), "Pending");
    return json_text_at(get("Pod", name), "status", "qosClass");
}

START_TEST(a_new_pod_has_its_class)
{
    const char *full = "{'limits':{'cpu':'1','memory':'1Gi'}}";
    const char *other = ",'initContainers':[{'name':'i','image':'i:1','resources':%s}]";

    ck_assert_str_eq(class_of("{}", ""), "BestEffort");
    ck_assert_str_eq(class_of("{'requests':{'cpu':'0'}}", ""), "BestEffort");
    ck_assert_str_eq(class_of("{'limits':{'ephemeral-storage':'1Gi'}}", ""), "BestEffort");
    ck_assert_str_eq(class_of("{'requests':{'cpu':'1'}}", ""), "Burstable");
    ck_assert_str_eq(class_of("{'limits':{'cpu':'1'}}", ""), "Burstable");
    /* A limit without a request is the request. */
    ck_assert_str_eq(class_of(full, ""), "Guaranteed");
    ck_assert_str_eq(class_of("{'limits':{'cpu':1,'memory':'1Gi'},'requests':{'cpu':'1000m'}}", ""),
        "Guaranteed");
    ck_assert_str_eq(
        class_of("{'limits':{'cpu':'1','memory':'1Gi'},'requests':{'cpu':'500m'}}", ""),
        "Burstable");
    ck_assert_str_eq(class_of(full, fmt(arena, other, full)), "Guaranteed");
    ck_assert_str_eq(class_of(full, fmt(arena, other, "{}")), "Burstable");
    ck_assert_str_eq(class_of("{}", fmt(arena, other, full)), "Burstable");
}
END_TEST

START_TEST(a_pod_keeps_its_class)
{
    apply_text_of(POD(""));
    settle();
    ck_assert_str_eq(json_text_at(get("Pod", "p"), "status", "phase"), "Running");
    ck_assert_str_eq(json_text_at(get("Pod", "p"), "status", "qosClass"), "BestEffort");
}
END_TEST

START_TEST(a_stale_write_conflicts)
{
    const json_t *old;

    apply_text_of(CONFIG("{'k':'1'}"));
    old = get("ConfigMap", "m");
    apply_text_of(CONFIG("{'k':'2'}"));
    ck_assert_int_eq(store_update(sim, "test", old).code, WRITE_CONFLICT);
    ck_assert_int_eq(store_update(sim,
                         "test",
                         json_of("{'apiVersion':'v1','kind':'ConfigMap','metadata':{'name':'m',"
                                 "'namespace':'default','uid':'another'}}"))
                         .code,
        WRITE_CONFLICT);
    ck_assert_int_eq(store_create(sim, "test", json_of(CONFIG("{}"))).code, WRITE_EXISTS);
    ck_assert_int_eq(
        store_delete(sim, "test", kind_by_name(sim->kinds, "ConfigMap"), "default/m", "another uid")
            .code,
        WRITE_CONFLICT);
    ck_assert(sim_delete(sim, "ConfigMap", "default", "m"));
    ck_assert_int_eq(store_update(sim, "test", json_without(old, "x")).code, WRITE_NOT_FOUND);
}
END_TEST

START_TEST(finalizers_hold_a_deleted_object)
{
    const json_t *box;

    apply_text_of("{'apiVersion':'test.io/v1','kind':'Box','metadata':{'name':'b','finalizers':['f/"
                  "x']},'spec':{}}");
    ck_assert(sim_delete(sim, "Box", "default", "b"));
    box = get("Box", "b");
    ck_assert(object_terminating(box));
    ck_assert_int_eq(object_generation(box), 2);
    store_patch(sim,
        "test",
        stored("Box", "default/b"),
        edited(box, NULL, "metadata", "finalizers"));
    ck_assert_ptr_null(get("Box", "b"));
}
END_TEST

START_TEST(a_claim_outlives_its_deletion_while_a_pod_uses_it)
{
    apply_text_of(CLAIM(ONE_GIG));
    apply_text_of("{'apiVersion':'v1','kind':'Pod','metadata':{'name':'p'},'spec':{'containers':[{"
                  "'name':'c','image':'i:1'}],'volumes':[{'name':'v','persistentVolumeClaim':{"
                  "'claimName':'d'}}]}}");
    settle();
    ck_assert_str_eq(json_text_at(get("PersistentVolumeClaim", "d"), "status", "phase"), "Bound");
    sim_delete(sim, "PersistentVolumeClaim", "default", "d");
    settle();
    ck_assert(object_terminating(get("PersistentVolumeClaim", "d")));
    sim_delete(sim, "Pod", "default", "p");
    settle();
    ck_assert_ptr_null(get("PersistentVolumeClaim", "d"));
}
END_TEST

#define ENDING_POD                                                                                 \
    "{'apiVersion':'v1','kind':'Pod','metadata':{'name':'p'},'spec':{'nodeName':'node-1',"         \
    "'containers':[{'name':'c','image':'i:1'}]},'status':{'phase':'%s'}}"

/* Where there is something to stop: its kubelet takes its time. */
START_TEST(a_pod_that_runs_is_given_time_to_end)
{
    static const char *const phases[] = {"Running", "Succeeded", "Failed"};
    const char *message = NULL;

    apply_text_of(fmt(arena, ENDING_POD, phases[_i]));
    ck_assert_msg(sim_edit_status(sim, json_of(fmt(arena, ENDING_POD, phases[_i])), &message),
        "%s",
        message);
    ck_assert(sim_delete(sim, "Pod", "default", "p"));
    ck_assert_int_eq(get("Pod", "p") != NULL, _i == 0);
}
END_TEST

/* --- defaults --- */

START_TEST(what_is_stored_is_a_fixed_point)
{
    static const char *const objects[] = {
        POD(",'ports':[{'containerPort':80}],'readinessProbe':{'httpGet':{'port':80}}"),
        CLAIM(ONE_GIG),
        "{'apiVersion':'v1','kind':'Service','metadata':{'name':'s'},'spec':{'selector':{'a':'b'},"
        "'ports':[{'port':80}]}}",
        "{'apiVersion':'apps/v1','kind':'Deployment','metadata':{'name':'w'},'spec':{'selector':{"
        "'matchLabels':{'a':'b'}},'template':{'metadata':{'labels':{'a':'b'}},'spec':{'containers':"
        "[{'name':'c','image':'i'}]}}}}",
        "{'apiVersion':'networking.k8s.io/v1','kind':'NetworkPolicy','metadata':{'name':'n'},'spec'"
        ":{'podSelector':{},'egress':[{'ports':[{'port':53}]}]}}",
    };

    for (size_t i = 0; i < sizeof(objects) / sizeof(*objects); i++) {
        const json_t *object = json_of(objects[i]);
        const json_t *first;

        apply_text_of(objects[i]);
        first = get(object_kind(object), object_name(object));
        ck_assert_int_eq(store_update(sim, "test", first).code, WRITE_SAME);
    }
}
END_TEST

START_TEST(pods_get_the_defaults_that_real_ones_get)
{
    const json_t *spec, *container;

    apply_text_of(POD(",'resources':{'limits':{'cpu':'1000m','memory':'1024Mi'}}"));
    spec = json_at(get("Pod", "p"), "spec");
    container = json_array_get(json_at(spec, "containers"), 0);
    ck_assert_str_eq(json_text_at(spec, "dnsPolicy"), "ClusterFirst");
    ck_assert_str_eq(json_text_at(spec, "serviceAccountName"), "default");
    ck_assert_uint_eq(json_array_size(json_at(spec, "tolerations")), 2);
    ck_json(json_at(container, "resources"),
        "{'limits':{'cpu':'1','memory':'1Gi'},'requests':{'cpu':'1','memory':'1Gi'}}");
    ck_assert_str_eq(json_text_at(container, "imagePullPolicy"), "IfNotPresent");
    ck_assert_uint_eq(json_array_size(json_at(container, "volumeMounts")), 1);
}
END_TEST

START_TEST(what_go_leaves_out_is_left_out)
{
    const json_t *pod;

    apply_text_of(
        "{'apiVersion':'v1','kind':'Pod','metadata':{'name':'p','annotations':{},'labels':"
        "{'empty':''}},'spec':{'hostNetwork':false,'nodeSelector':{},'volumes':[],"
        "'automountServiceAccountToken':false,'hostname':'','securityContext':null,"
        "'containers':[{'name':'c','image':'i:1','command':[],'env':[{'name':'E','value':"
        "''}],'volumeMounts':null}]}}");
    pod = get("Pod", "p");
    ck_assert_ptr_null(json_at(pod, "metadata", "annotations"));
    ck_json(json_at(pod, "metadata", "labels"), "{'empty':''}");
    ck_assert_ptr_null(json_at(pod, "spec", "hostNetwork"));
    ck_assert_ptr_null(json_at(pod, "spec", "nodeSelector"));
    ck_assert_ptr_null(json_at(pod, "spec", "volumes"));
    ck_assert_ptr_null(json_at(pod, "spec", "hostname"));
    ck_assert(json_is_false(json_at(pod, "spec", "automountServiceAccountToken")));
    ck_json(json_at(json_array_get(json_at(pod, "spec", "containers"), 0), "env"),
        "[{'name':'E'}]");
}
END_TEST

START_TEST(numbers_come_back_as_text_says)
{
    apply_text_of("{'apiVersion':'test.io/v1','kind':'Box','metadata':{'name':'b'},'spec':{'a':1.0,"
                  "'b':1.5,'c':9007199254740993}}");
    ck_json(json_at(get("Box", "b"), "spec"), "{'a':1,'b':1.5,'c':9007199254740993}");
}
END_TEST

/* --- refusals --- */

struct refusal {
    const char *object, *part;
};

#define SERVICE(spec)                                                                              \
    "{'apiVersion':'v1','kind':'Service','metadata':{'name':'s'},'spec':{'ports':[{'port':1}]"     \
    "," spec "}}"

static const struct refusal refusals[] = {
    {"{'apiVersion':'v1','kind':'Nothing','metadata':{'name':'x'}}", "no matches for kind"},
    {"{'apiVersion':'v1','kind':'Pod','metadata':{},'spec':{}}", "metadata.name: Required"},
    {"{'apiVersion':'v1','kind':'Pod','metadata':{'name':'Upper'},'spec':{}}", "metadata.name"},
    {"{'apiVersion':'v1','kind':'Service','metadata':{'name':'a.b'},'spec':{}}", "metadata.name"},
    {"{'apiVersion':'v1','kind':'Pod','metadata':{'name':'x','labels':{'a b':'c'}},'spec':{}}",
        "is not a label key"},
    {"{'apiVersion':'v1','kind':'Pod','metadata':{'name':'x','labels':{'a':'-'}},'spec':{}}",
        "is not a label value"},
    {"{'apiVersion':'v1','kind':'Pod','metadata':{'name':'x','labels':{'a':1}},'spec':{}}",
        "is not a string"},
    {"{'apiVersion':'v1','kind':'Pod','metadata':{'name':'x','ownerReferences':[{'kind':'Y'}]},"
     "'spec':{}}",
        "ownerReferences[0].apiVersion: Required"},
    {"{'apiVersion':'v1','kind':'Pod','metadata':{'name':'x'},'spec':{}}", "containers: Required"},
    {POD(",'resources':{'limits':{'cpu':'1'},'requests':{'cpu':'2'}}"),
        "must be less than or equal to cpu limit"},
    {POD(",'resources':{'limits':{'cpu':'much'}}"), "limits[cpu]: Invalid"},
    {POD(",'volumeMounts':[{'name':'gone','mountPath':'/x'}]"), "Not found: \"gone\""},
    {POD(",'ports':[{'containerPort':70000}]"), "containerPort: Invalid"},
    {POD(",'ports':[{'containerPort':80,'name':'longer-than-fifteen'}]"), "ports[0].name"},
    {POD(",'livenessProbe':{'successThreshold':2}"), "must be 1"},
    {CLAIM("'accessModes':['ReadWriteOnce']"), "resources[storage]: Required"},
    {CLAIM("'resources':{'requests':{'storage':'1Gi'}}"), "accessModes: Required"},
    {"{'apiVersion':'v1','kind':'Service','metadata':{'name':'s'},'spec':{}}", "ports: Required"},
    {"{'apiVersion':'v1','kind':'Service','metadata':{'name':'s'},'spec':{'ports':[{'port':1},{"
     "'port':2}]}}",
        "ports[0].name: Required"},
    {SERVICE("'loadBalancerClass':'a'"), "loadBalancerClass: Forbidden"},
    {SERVICE("'type':'NodePort','loadBalancerSourceRanges':['10.0.0.0/8']"),
        "loadBalancerSourceRanges: Forbidden"},
    {SERVICE("'externalTrafficPolicy':'Local'"), "externalTrafficPolicy: Invalid"},
    {SERVICE("'type':'LoadBalancer','clusterIP':'None'"), "may not be set to 'None'"},
    {"{'apiVersion':'v1','kind':'Service','metadata':{'name':'s'},'spec':{'ports':[{'port':1,"
     "'nodePort':30000}]}}",
        "nodePort: Forbidden"},
    {"{'apiVersion':'apps/v1','kind':'Deployment','metadata':{'name':'w'},'spec':{'selector':{"
     "'matchLabels':{'a':'b'}},'template':{'metadata':{'labels':{'a':'c'}},'spec':{}}}}",
        "does not match template"},
    {"{'apiVersion':'policy/v1','kind':'PodDisruptionBudget','metadata':{'name':'x'},'spec':{"
     "'minAvailable':1,'maxUnavailable':1}}",
        "cannot be both set"},
};

START_TEST(what_a_real_server_refuses_is_refused)
{
    const char *message = refusal_of(refusals[_i].object);

    ck_assert_msg(strstr(message, refusals[_i].part) != NULL,
        "%s does not say %s",
        message,
        refusals[_i].part);
}
END_TEST

START_TEST(annotations_of_more_than_256_kib_are_refused)
{
    char *big = arena_alloc(arena, 300 * 1024 + 1);

    memset(big, 'x', 300 * 1024);
    ck_assert_ptr_nonnull(strstr(
        refusal_of(fmt(arena,
            "{'apiVersion':'v1','kind':'ConfigMap','metadata':{'name':'m','annotations':{'a':'%s'}}"
            "}",
            big)),
        "Too long"));
}
END_TEST

/* --- changes --- */

struct change_row {
    const char *before, *after, *part; /* NULL: allowed */
};

#define SET(spec)                                                                                  \
    "{'apiVersion':'apps/v1','kind':'StatefulSet','metadata':{'name':'w'},'spec':{'selector':{"    \
    "'matchLabels':{'a':'b'}},'template':{'metadata':{'labels':{'a':'b'}},'spec':{'containers':[{" \
    "'name':'c','image':'i'}]}}," spec "}}"
#define TEMPLATE(name)                                                                             \
    "'volumeClaimTemplates':[{'metadata':{'name':'" name "'},'spec':{" ONE_GIG "}}]"
#define DEPLOYMENT(label)                                                                          \
    "{'apiVersion':'apps/v1','kind':'Deployment','metadata':{'name':'w'},'spec':{'selector':{"     \
    "'matchLabels':{'a':'" label "'}},'template':{'metadata':{'labels':{'a':'" label               \
    "'}},'spec':{'containers':[{'name':'c','image':'i'}]}}}}"
#define SIZED(size)                                                                                \
    "'accessModes':['ReadWriteOnce'],'resources':{'requests':{'storage':'" size "'}}"

static const struct change_row changes[] = {
    {POD(""), POD(",'command':['x']"), "pod updates may not change"},
    {SET("'replicas':1"), SET("'replicas':3"), NULL},
    {SET("'serviceName':'a'"), SET("'serviceName':'b'"), "spec.serviceName: Forbidden"},
    {SET(TEMPLATE("a")), SET(TEMPLATE("b")), "spec.volumeClaimTemplates: Forbidden"},
    {DEPLOYMENT("b"), DEPLOYMENT("c"), "spec.selector: Forbidden"},
    {CLAIM(SIZED("2Gi")), CLAIM(SIZED("4Gi")), NULL},
    {CLAIM(SIZED("2Gi")), CLAIM(SIZED("1Gi")), "can not be less"},
    {CLAIM(SIZED("2Gi") ",'storageClassName':'a'"),
        CLAIM(SIZED("2Gi") ",'storageClassName':'b'"),
        "spec is immutable"},
    {SERVICE("'type':'LoadBalancer','loadBalancerClass':'a','externalTrafficPolicy':'Cluster'"),
        SERVICE("'type':'ClusterIP'"),
        NULL},
    {SERVICE("'type':'LoadBalancer','loadBalancerClass':'a'"),
        SERVICE("'loadBalancerClass':'b'"),
        "loadBalancerClass: Invalid value: may not change"},
    {SERVICE("'type':'LoadBalancer'"),
        SERVICE("'loadBalancerClass':'b'"),
        "loadBalancerClass: Invalid value: may not change"},
    {SERVICE("'type':'NodePort'"), SERVICE("'type':'LoadBalancer','loadBalancerClass':'b'"), NULL},
    {SERVICE("'ipFamilies':['IPv4']"),
        SERVICE("'ipFamilies':['IPv6']"),
        "ipFamilies[0]: Invalid value: may not change"},
    {SERVICE("'clusterIP':'10.0.0.1'"), SERVICE("'clusterIP':'10.0.0.2'"), "spec.clusterIP"},
    {SERVICE("'sessionAffinity':'ClientIP'"), SERVICE("'sessionAffinity':'None'"), NULL},
};

/* A PUT of what is stored with the spec of `after` laid over it, as a merge would send it. */
static struct write put_over(const char *after)
{
    const json_t *object = json_of(after);
    const json_t *live = get(object_kind(object), object_name(object));
    const json_t *spec = json_overlay(json_at(live, "spec"), json_at(object, "spec"));

    return store_update(sim, "test", edited(live, spec, "spec"));
}

START_TEST(what_may_not_change_may_not_change)
{
    const struct change_row *row = &changes[_i];
    struct write write;

    apply_text_of(row->before);
    settle();
    write = put_over(row->after);
    if (row->part == NULL)
        ck_assert_int_eq(write.code, WRITTEN);
    else
        ck_assert_msg(write.code == WRITE_REFUSED && strstr(write.message, row->part) != NULL,
            "%s",
            write.message == NULL ? "was taken" : write.message);
}
END_TEST

START_TEST(a_claim_grows)
{
    apply_text_of(CLAIM(SIZED("2Gi")));
    settle();
    put_over(CLAIM(SIZED("4096Mi")));
    settle();
    ck_assert_str_eq(
        json_text_at(get("PersistentVolumeClaim", "d"), "status", "capacity", "storage"),
        "4Gi");
}
END_TEST

/* --- memory --- */

START_TEST(compaction_keeps_everything)
{
    const char *before, *after;

    apply_text_of(POD(""));
    apply_text_of(CONFIG("{'k':'v'}"));
    settle();
    before = json_write(arena, sim->store->live.all.at[0]->json, NULL);
    arena_alloc(sim->objects, 65 * 1024 * 1024);
    apply_text_of("{'apiVersion':'v1','kind':'ConfigMap','metadata':{'name':'other'}}");
    sim_delete(sim, "Pod", "default", "p");
    settle();
    ck_assert_uint_lt(arena_used(sim->objects), 10 * 1024 * 1024);
    after = json_write(arena, sim->store->live.all.at[0]->json, NULL);
    ck_assert_str_eq(before, after);
    ck_assert_ptr_null(get("Pod", "p"));
    ck_assert_ptr_nonnull(get("ConfigMap", "other"));
}
END_TEST

/* Seen in a real 1.36: fields that only the API server or its controllers write. */
START_TEST(small_things_are_as_a_real_server_has_them)
{
    apply_text_of("{'apiVersion':'v1','kind':'Secret','metadata':{'name':'s'}}");
    apply_text_of("{'apiVersion':'v1','kind':'Service','metadata':{'name':'v'},'spec':{'ports':[{"
                  "'port':80}]}}");
    apply_text_of("{'apiVersion':'v1','kind':'PersistentVolumeClaim','metadata':{'name':'c'},"
                  "'spec':{'accessModes':['ReadWriteOnce'],'resources':{'requests':{'storage':"
                  "'1Gi'}}}}");
    apply_text_of("{'apiVersion':'v1','kind':'Pod','metadata':{'name':'p'},'spec':{'containers':[{"
                  "'name':'c','image':'i'}]}}");
    settle();
    ck_assert_str_eq(json_text_at(get("Secret", "s"), "type"), "Opaque");
    ck_json(json_at(get("Service", "v"), "status"), "{'loadBalancer':{}}");
    ck_assert_str_eq(object_annotation(get("PersistentVolumeClaim", "c"),
                         "pv.kubernetes.io/bound-by-controller"),
        "yes");
    ck_assert_str_eq(object_label(get("Pod", "p"), "topology.kubernetes.io/region"), "region1");
    ck_assert_ptr_nonnull(object_label(get("Pod", "p"), "topology.kubernetes.io/zone"));
}
END_TEST

static const struct {
    const char *strategy, *stored;
} strategies[] = {
    {"{}", "{'type':'RollingUpdate','rollingUpdate':{'partition':0}}"},
    {"{'type':'RollingUpdate'}", "{'type':'RollingUpdate'}"},
    {"{'type':'RollingUpdate','rollingUpdate':{}}",
        "{'type':'RollingUpdate','rollingUpdate':{'partition':0}}"},
    {"{'type':'OnDelete'}", "{'type':'OnDelete'}"},
};

START_TEST(a_partition_is_for_who_names_no_strategy)
{
    apply_text_of(fmt(arena,
        "{'apiVersion':'apps/v1','kind':'StatefulSet','metadata':{'name':'s'},'spec':{"
        "'serviceName':'s','replicas':0,'updateStrategy':%s,'selector':{'matchLabels':{'a':'b'}},"
        "'template':{'metadata':{'labels':{'a':'b'}},'spec':{'containers':[{'name':'c','image':"
        "'i'}]}}}}",
        strategies[_i].strategy));
    ck_json(json_at(get("StatefulSet", "s"), "spec", "updateStrategy"), strategies[_i].stored);
}
END_TEST

static void tests(TCase *tcase)
{
    tcase_add_checked_fixture(tcase, begin, sim_end);
    tcase_add_test(tcase, an_object_gets_what_the_server_gives_it);
    tcase_add_test(tcase, each_api_may_have_a_kind_of_one_name);
    tcase_add_test(tcase, a_namespace_goes_with_what_each_api_has_in_it);
    tcase_add_test(tcase, generation_counts_specs_and_revision_counts_writes);
    tcase_add_test(tcase, a_new_pod_has_its_class);
    tcase_add_test(tcase, a_pod_keeps_its_class);
    tcase_add_test(tcase, a_stale_write_conflicts);
    tcase_add_test(tcase, finalizers_hold_a_deleted_object);
    tcase_add_loop_test(tcase, a_pod_that_runs_is_given_time_to_end, 0, 3);
    tcase_add_test(tcase, a_claim_outlives_its_deletion_while_a_pod_uses_it);
    tcase_add_test(tcase, what_is_stored_is_a_fixed_point);
    tcase_add_test(tcase, pods_get_the_defaults_that_real_ones_get);
    tcase_add_test(tcase, what_go_leaves_out_is_left_out);
    tcase_add_test(tcase, numbers_come_back_as_text_says);
    tcase_add_loop_test(tcase,
        what_a_real_server_refuses_is_refused,
        0,
        (int)(sizeof(refusals) / sizeof(*refusals)));
    tcase_add_test(tcase, annotations_of_more_than_256_kib_are_refused);
    tcase_add_loop_test(tcase,
        what_may_not_change_may_not_change,
        0,
        (int)(sizeof(changes) / sizeof(*changes)));
    tcase_add_test(tcase, a_claim_grows);
    tcase_add_test(tcase, compaction_keeps_everything);
    tcase_add_test(tcase, small_things_are_as_a_real_server_has_them);
    tcase_add_loop_test(tcase,
        a_partition_is_for_who_names_no_strategy,
        0,
        (int)(sizeof(strategies) / sizeof(*strategies)));
}

TEST_MAIN(tests)
