#include "planetscale.h"

#include "../../hooks/v2/hashes.h"
#include "../../hooks/v2/keys.h"
#include "metadata.h"

/* --- what their tables have --- */

static const char *list_hash(const char *list)
{
    struct texts texts = {.arena = arena};
    const json_t *text;

    json_each_item (json_of(list), i, text)
        texts_add(&texts, json_string_value(text));
    return v2_hash_list(arena, &texts);
}

#define SPREAD_OF(skew)                                                                            \
    "[{'maxSkew': " skew ", 'topologyKey': 'kubernetes.io/hostname', "                             \
    "'whenUnsatisfiable': 'DoNotSchedule', 'labelSelector': {'matchLabels': {'a': 'b'}}}]"

/* By the names of the rows in the tables. */
static const json_t *computed(void)
{
    json_t *map = json_new_map();
    const char *none = v2_hash_secrets(arena, NULL);

#define ROW(name, hash) json_put_text(map, (name), (hash))
    ROW("SecretContentHash(no secrets) = planetscale.com/secret-hash default", none);
    ROW("SecretContentHash({s:{k:\"v\"}})",
        v2_hash_secrets(arena, json_of("[{'metadata': {'name': 's'}, 'data': {'k': 'dg=='}}]")));
    ROW("BytesMap{}", v2_hash_data(arena, json_of("{}")));
    ROW("StringList([])", list_hash("[]"));
    ROW("StringList([a,b])", list_hash("['a', 'b']"));
    ROW("StringList([b,a])", list_hash("['b', 'a']"));
    ROW("StringMap({a:1,b:2})", v2_hash_map(arena, json_of("{'b': '2', 'a': '1'}")));
    ROW("StringMap({k:v})", v2_hash_map(arena, json_of("{'k': 'v'}")));
    ROW("StringMap k=v", v2_hash_map(arena, json_of("{'k': 'v'}")));
    ROW("StringMap({})", v2_hash_map(arena, NULL));
    ROW("StringMapKeys({k:v})", v2_hash_keys(arena, json_of("{'k': 'v'}")));
    ROW("Tolerations([{key:dedicated,operator:Exists}])",
        v2_hash_tolerations(arena, json_of("[{'key': 'dedicated', 'operator': 'Exists'}]")));
    ROW("Tolerations([{tolerationSeconds:0}])",
        v2_hash_tolerations(arena, json_of("[{'tolerationSeconds': 0}]")));
    ROW("Tolerations([{}])", v2_hash_tolerations(arena, json_of("[{}]")));
    ROW("Tolerations#0 []", v2_hash_tolerations(arena, NULL));
    ROW("Tolerations#2 [{dedicated Exists   <nil>}]",
        v2_hash_tolerations(arena, json_of("[{'key': 'dedicated', 'operator': 'Exists'}]")));
    ROW("Tolerations#3 [{db Equal 1 NoSchedule <nil>}]",
        v2_hash_tolerations(arena,
            json_of("[{'key': 'db', 'operator': 'Equal', 'value': '1', 'effect': 'NoSchedule'}]")));
    ROW("TopologySpreadConstraints([{maxSkew:1,topologyKey:kubernetes.io/hostname,"
        "whenUnsatisfiable:DoNotSchedule,labelSelector:{matchLabels:{a:b}}}])",
        v2_hash_spread(arena, json_of(SPREAD_OF("1"))));
    ROW("TSC maxSkew 1 hostname DoNotSchedule a=b", v2_hash_spread(arena, json_of(SPREAD_OF("1"))));
    ROW("TSC maxSkew 3 hostname DoNotSchedule a=b", v2_hash_spread(arena, json_of(SPREAD_OF("3"))));
#undef ROW
    return map;
}

/* No row of theirs is left out but one, whose Secrets no manifest here has. */
static void check_rows(const json_t *rows)
{
    const json_t *ours = computed();
    const char *name;
    const json_t *hash;

    ck_assert_uint_gt(json_object_size(rows), 0);
    json_each_field (rows, name, hash) {
        if (text_equal(name, "verified") || text_ends_with(name, "of kitchen-sink"))
            continue;
        ck_assert_msg(json_at(ours, name) != NULL, "%s is not computed", name);
        ck_assert_str_eq(json_text_at(ours, name), json_string_value(hash));
    }
}

START_TEST(hashes_are_theirs)
{
    check_rows(json_at(vector_json("tables.json"), "hashes"));
    check_rows(json_at(vector_json("names.json"), "contenthash"));
}
END_TEST

/* --- what they leave open --- */

/* 300 has two bytes as a character, 70000 four, and a half of a pair is no
 * character. */
START_TEST(skews_are_characters)
{
    ck_assert_str_eq(v2_hash_spread(arena, json_of(SPREAD_OF("300"))),
        "ca26dcb96f62a38dd2524ef6c0718d18");
    ck_assert_str_eq(v2_hash_spread(arena, json_of(SPREAD_OF("8364"))),
        "8b5fb9735e1361bfd129405c54cc283b");
    ck_assert_str_eq(v2_hash_spread(arena, json_of(SPREAD_OF("70000"))),
        "f9a0064c6ee2e82f8d5bcde67e74a662");
    ck_assert_str_eq(v2_hash_spread(arena, json_of(SPREAD_OF("55296"))),
        "1bc0957f47f4e79cadd3779331edf0c3");
    ck_assert_str_eq(v2_hash_spread(arena, json_of(SPREAD_OF("-1"))),
        "1bc0957f47f4e79cadd3779331edf0c3");
}
END_TEST

static const char *selector_hash(const char *selector)
{
    const json_t *constraints = json_of(
        fmt(arena, "[{'maxSkew': 1, 'topologyKey': 'zone', 'labelSelector': %s}]", selector));

    return v2_hash_spread(arena, constraints);
}

START_TEST(selectors_are_flat)
{
    const char *flat = selector_hash("{'matchLabels': {'a': 'b', 'c': 'd'}}");
    const char *none = selector_hash("{}");

    ck_assert_str_ne(flat, none);
    ck_assert_str_eq(selector_hash("{'matchLabels': {'c': 'd'}, 'matchExpressions': "
                                   "[{'key': 'a', 'operator': 'In', 'values': ['b']}]}"),
        flat);
    ck_assert_str_eq(selector_hash("{'matchLabels': {'c': 'd'}, 'matchExpressions': "
                                   "[{'key': 'a', 'operator': 'Exists'}]}"),
        none);
    ck_assert_str_eq(selector_hash("{'matchLabels': {'c': 'd'}, 'matchExpressions': "
                                   "[{'key': 'a', 'operator': 'In', 'values': ['b', 'c']}]}"),
        none);
    ck_assert_str_eq(selector_hash("null"), none);
}
END_TEST

/* All bytes of three lengths, zeros too. */
START_TEST(secrets_are_bytes)
{
    const json_t *data =
        json_of("{'a': 'AP+AgQ==', 'b': 'AAA=', 'c': '+/+/', 'd': '', 'e': 'aGVsbG8gd29ybGQ='}");

    ck_assert_str_eq(v2_hash_data(arena, data), "2f31d346794ce88d4c761f47a2186023");
}
END_TEST

START_TEST(secrets_have_no_order)
{
    const char *one = "{'metadata': {'name': 'a'}, 'data': {'k': 'dg=='}}";
    const char *other = "{'metadata': {'name': 'b'}}";

    ck_assert_str_eq(v2_hash_secrets(arena, json_of(fmt(arena, "[%s, %s]", one, other))),
        v2_hash_secrets(arena, json_of(fmt(arena, "[%s, %s]", other, one))));
    ck_assert_str_ne(v2_hash_secrets(arena, json_of(fmt(arena, "[%s, %s]", one, other))),
        v2_hash_secrets(arena, json_of(fmt(arena, "[%s]", one))));
}
END_TEST

/* What cannot be told from what others have put in counts, what can does not. */
START_TEST(containers_count_by_what_can_be_taken_out)
{
    const char *before = v2_hash_containers(arena,
        json_of("[{'name': 'a', 'image': 'one', 'volumeMounts': [{'mountPath': '/x'}, "
                "{'mountPath': '/y'}], 'resources': {'limits': {'cpu': '1'}}}, {'name': 'b'}]"));

    ck_assert_str_eq(before,
        v2_hash_containers(arena,
            json_of("[{'name': 'b'}, {'name': 'a', 'image': 'two', 'volumeMounts': [{'mountPath': "
                    "'/y'}, {'mountPath': '/x'}], 'resources': {'limits': {'cpu': '2'}}}]")));
    ck_assert_str_ne(before,
        v2_hash_containers(arena,
            json_of("[{'name': 'a', 'volumeMounts': [{'mountPath': '/x'}], 'resources': {'limits': "
                    "{'cpu': '1'}}}, {'name': 'b'}]")));
    ck_assert_str_ne(before,
        v2_hash_containers(arena,
            json_of("[{'name': 'a', 'volumeMounts': [{'mountPath': '/x'}, {'mountPath': '/y'}], "
                    "'resources': {'requests': {'cpu': '1'}}}, {'name': 'b'}]")));
}
END_TEST

/* --- whole Pods --- */

static json_t *container_of(const json_t *row)
{
    static const char *const kinds[] = {"limits", "requests"};
    json_t *container = json_new_map();
    json_t *mounts = json_new_list();
    json_t *resources = json_new_map();
    const json_t *path;

    json_each_item (json_at(row, "mountPaths"), i, path) {
        json_t *mount = json_new_map();

        json_put(mount, "mountPath", path);
        json_add(mounts, mount);
    }
    for (size_t kind = 0; kind < 2; kind++) {
        json_t *amounts = json_new_map();
        const json_t *name;

        json_each_item (json_at(row, kinds[kind]), i, name)
            json_put_text(amounts, json_string_value(name), "1");
        json_put(resources, kinds[kind], amounts);
    }
    json_put(container, "name", json_at(row, "name"));
    json_put(container, "volumeMounts", mounts);
    json_put(container, "resources", resources);
    return container;
}

static const json_t *containers_of(const json_t *rows)
{
    json_t *containers = json_new_list();
    const json_t *row;

    json_each_item (rows, i, row)
        json_add(containers, container_of(row));
    return containers;
}

static const json_t *keys_as_map(const json_t *keys)
{
    json_t *map = json_new_map();
    const json_t *key;

    json_each_item (keys, i, key)
        json_put_text(map, json_string_value(key), "");
    return map;
}

/* The first row is of a tablet, from its inputs; the last one is of nothing. */
START_TEST(states_are_theirs)
{
    const json_t *rows = json_at(vector_json("names.json"), "desired_state_hash");
    const json_t *tablet = json_array_get(rows, 0);
    const json_t *inputs = json_at(tablet, "inputs");
    struct v2_state state = {
        .annotations = keys_as_map(json_at(inputs, "annotationKeys")),
        .claim = json_of("{'resources': {'requests': {'storage': '10240Mi'}}}"),
        .init_containers = containers_of(json_at(inputs, "init")),
        .containers = containers_of(json_at(inputs, "containers")),
    };
    struct v2_state nothing = {.labels = json_of("{}"), .tolerations = json_of("[]")};

    ck_assert_str_eq(v2_state_hash(arena, &state), json_text_at(tablet, "hash"));
    ck_assert_str_eq(v2_hash_containers(arena, state.containers),
        json_text_at(tablet, "items", "containers"));
    ck_assert_str_eq(v2_hash_containers(arena, state.init_containers),
        json_text_at(tablet, "items", "init-containers"));
    ck_assert_str_eq(v2_hash_keys(arena, state.annotations),
        json_text_at(tablet, "items", "annotations-keys"));
    ck_assert_str_eq(v2_state_hash(arena, &nothing), json_text_at(json_array_get(rows, 2), "hash"));
}
END_TEST

/* Each part of a Pod is in it under a name of its own. */
START_TEST(every_part_counts)
{
    const json_t *map = json_of("{'a': 'b'}");
    const json_t *list = json_of("[{'name': 'a'}]");
    const struct v2_state states[] = {
        {0},
        {.labels = map},
        {.annotations = map},
        {.claim = json_of("{'resources': {'requests': {'storage': 1024}}}")},
        {.init_containers = list},
        {.containers = list},
        {.tolerations = list},
        {.topology_spread = list},
        {.volumes = list},
    };
    struct texts seen = {.arena = arena};

    for (size_t i = 0; i < sizeof(states) / sizeof(*states); i++) {
        const char *hash = v2_state_hash(arena, &states[i]);

        ck_assert(!texts_contain(&seen, hash));
        texts_add(&seen, hash);
    }
    ck_assert_str_eq(seen.at[3], v2_hash_map(arena, json_of("{'data-volume-size': '1024'}")));
}
END_TEST

/* What is in the Pods of the stages beside what counts: theirs, and of nobody else, since no
 * manifest adds labels or sidecars to Pods with a hash. */
static const json_t *annotations_that_count(const json_t *pod)
{
    static const char *const others[] = {STATE_HASH_ANNOTATION,
        SHARD_GENERATION_ANNOTATION,
        CONFIG_OVERRIDES_ANNOTATION,
        DRAIN_STARTED_ANNOTATION,
        DRAIN_ACKNOWLEDGED_ANNOTATION,
        DRAIN_FINISHED_ANNOTATION,
        ROLLOUT_SCHEDULED_ANNOTATION,
        ROLLOUT_RELEASED_ANNOTATION,
        NULL};
    json_t *map = json_new_map();
    const char *key;
    const json_t *value;

    json_each_field (json_at(pod, "metadata", "annotations"), key, value) {
        if (!text_is_one_of(key, others))
            json_put(map, key, value);
    }
    return map;
}

static const json_t *claim_of(const json_t *stage, const json_t *pod)
{
    const json_t *volume = json_named(json_at(pod, "spec", "volumes"), "persistent-volume-claim");
    const char *name = json_text_at(volume, "persistentVolumeClaim", "claimName");

    if (name == NULL)
        return NULL;
    return json_at(vector_object(stage, "PersistentVolumeClaim", name), "spec");
}

static const char *hash_of_pod(const json_t *stage, const json_t *pod)
{
    struct v2_state state = {
        .annotations = annotations_that_count(pod),
        .claim = claim_of(stage, pod),
        .init_containers = json_at(pod, "spec", "initContainers"),
        .containers = json_at(pod, "spec", "containers"),
        .tolerations = json_at(pod, "spec", "tolerations"),
        .topology_spread = json_at(pod, "spec", "topologySpreadConstraints"),
    };

    return v2_state_hash(arena, &state);
}

/* vtbackup's Pod has no hash, and that of the subcontroller is a copy of theirs. */
static bool check_pod(const json_t *stage, const json_t *pod)
{
    const char *theirs = object_annotation(pod, STATE_HASH_ANNOTATION);

    if (theirs == NULL || text_equal(object_label(pod, COMPONENT_LABEL), SUBCONTROLLER_COMPONENT))
        return false;
    ck_assert_msg(text_equal(hash_of_pod(stage, pod), theirs),
        "%s has another hash",
        object_name(pod));
    return true;
}

START_TEST(pods_of_every_stage_have_their_hash)
{
    static const char *const stages[] = {"docs_101_created.json",
        "docs_201_applied.json",
        "docs_302_ready.json",
        "e2e_101_ready.json",
        "e2e_401_applied.json",
        "e2e_unmanaged_ready.json",
        "e2e_vtorc_vtadmin_ready.json",
        "ext_edited.json",
        "roll_pass1.json",
        "upg_upgraded.json"};
    size_t checked = 0;

    for (size_t i = 0; i < sizeof(stages) / sizeof(*stages); i++) {
        const json_t *stage = vector_json(stages[i]);
        const json_t *object;

        json_each_item (json_at(stage, "objects"), j, object) {
            if (text_equal(object_kind(object), "Pod") && check_pod(stage, object))
                checked++;
        }
    }
    ck_assert_uint_gt(checked, 50);
}
END_TEST

/* There claims have grown already, and what waits to be applied to each Pod has the hash of that.
 */
START_TEST(pods_wait_for_the_hash_of_the_larger_claim)
{
    const json_t *stage = vector_json("ext_shard_released.json");
    const char *const names[] = {"example-vttablet-zone1-2469782763-bfadd780",
        "example-vttablet-zone1-2548885007-46a852d0"};

    for (size_t i = 0; i < 2; i++) {
        const json_t *pod = vector_object(stage, "Pod", names[i]);
        const char *waiting = object_annotation(pod, ROLLOUT_SCHEDULED_ANNOTATION);

        ck_assert_ptr_nonnull(strstr(waiting, hash_of_pod(stage, pod)));
    }
}
END_TEST

static void tests(TCase *tcase)
{
    tcase_add_test(tcase, hashes_are_theirs);
    tcase_add_test(tcase, skews_are_characters);
    tcase_add_test(tcase, selectors_are_flat);
    tcase_add_test(tcase, secrets_are_bytes);
    tcase_add_test(tcase, secrets_have_no_order);
    tcase_add_test(tcase, containers_count_by_what_can_be_taken_out);
    tcase_add_test(tcase, states_are_theirs);
    tcase_add_test(tcase, every_part_counts);
    tcase_add_test(tcase, pods_of_every_stage_have_their_hash);
    tcase_add_test(tcase, pods_wait_for_the_hash_of_the_larger_claim);
}

TEST_MAIN(tests)
