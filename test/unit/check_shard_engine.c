#include "world.h"

#include "shard_engine.h"

/* The engine of a shard decides for an API that nobody has: its Beds call their tablets "pea-0" and
 * "pea-1", label them as they like, and keep what they remember in a variable. */

#define GARDEN "garden.example.org/"

static const struct api_keys garden_keys = {
    .reserved = GARDEN,
    .component = GARDEN "tool",
    .cluster = GARDEN "garden",
    .cell = GARDEN "side",
    .keyspace = GARDEN "vegetable",
    .shard = GARDEN "row",
    .tablet_uid = GARDEN "number",
    .tablet_type = GARDEN "height",
    .spec_hash = GARDEN "recipe",
    .secrets_hash = GARDEN "secrets",
    .config_hash = GARDEN "plan",
    .spec_size = GARDEN "size",
    .not_made_here = GARDEN "weed",
    .never_ready = GARDEN "ripe",
};

static struct shard_input bed; /* what the tests set of it */
static struct shard_report said;
static const char *pea_hash;
static enum shard_storage storage;

static struct tablet_identity pea(uint32_t index)
{
    return (struct tablet_identity){"north",
        "peas",
        "-",
        "replica",
        index,
        100 + index,
        fmt(arena, "%010u", 100 + index),
        fmt(arena, "north-%010u", 100 + index),
        fmt(arena, "pea-%u", index),
        "peas",
        "all-peas"};
}

static bool is_pea(const struct shard_input *input, const json_t *object,
    struct tablet_identity *id)
{
    const char *name = object_name(object);
    char *end;
    unsigned long index = strlen(name) < 5 ? 0 : strtoul(name + 4, &end, 10);

    ck_assert_ptr_eq(input->api, &pea_hash);
    if (!text_starts_with(name, "pea-") || strlen(name) < 5 || *end != '\0')
        return false;
    *id = pea((uint32_t)index);
    return true;
}

static struct shard_wanted wanted_pea(uint32_t index)
{
    struct vttablet *vttablet = arena_make(arena, struct vttablet);

    *vttablet = (struct vttablet){.place = bed.place,
        .id = pea(index),
        .image = "vitess/lite:v24.0.4",
        .claim = json_of("{'accessModes':['ReadWriteOnce']}")};
    vttablet->place.hash = fmt(arena, "%s %u", pea_hash, index);
    return (struct shard_wanted){.id = vttablet->id,
        .hash = vttablet->place.hash,
        .template_hash = pea_hash,
        .storage = storage,
        .component = vttablet};
}

/* --- tablets without a claim --- */

/* Their data is in an emptyDir. */
static const json_t *claimless_pod(struct arena *a, const struct shard_wanted *wanted,
    const json_t *spec)
{
    json_t *pod = json_clone(shard_vttablet.pod(a, wanted, spec));
    json_t *volume;

    json_each_item (json_at(pod, "spec", "volumes"), i, volume) {
        if (json_at(volume, "persistentVolumeClaim") == NULL)
            continue;
        json_object_del(volume, "persistentVolumeClaim");
        json_object_set(volume, "emptyDir", json_object());
    }
    return pod;
}

/* It talks to a MySQL elsewhere. */
static const json_t *unmanaged_pod(struct arena *a, const struct shard_wanted *wanted,
    const json_t *spec)
{
    static const char *const lists[] = {"containers", "initContainers"};
    json_t *pod = json_clone(claimless_pod(a, wanted, spec));

    for (size_t i = 0; i < 2; i++) {
        json_t *list = json_object_get(json_object_get(pod, "spec"), lists[i]);

        for (size_t j = json_array_size(list); j > 0; j--) {
            if (text_equal(json_text_at(json_array_get(list, j - 1), "name"), "mysql"))
                json_array_remove(list, j - 1);
        }
    }
    return pod;
}

static const json_t *no_claim(struct arena *a, const struct shard_wanted *wanted,
    const struct claim_marks *marks)
{
    (void)a;
    (void)marks;
    ck_abort_msg("%s has no claim", wanted->id.name);
    return NULL;
}

static const char *const containers[] = {"vttablet", "mysql", NULL};
static const struct shard_component claimless = {
    .pod = claimless_pod, .claim = no_claim, .containers = containers};
static const struct shard_component unmanaged = {
    .pod = unmanaged_pod, .claim = no_claim, .containers = containers};

/* The first one does, the others have their data with them. */
static const json_t *mixed_pod(struct arena *a, const struct shard_wanted *wanted,
    const json_t *spec)
{
    return wanted->id.index == 0 ? unmanaged_pod(a, wanted, spec) : claimless_pod(a, wanted, spec);
}

static const struct shard_component mixed = {
    .pod = mixed_pod, .claim = no_claim, .containers = containers};

static void sync_bed(const struct request *request, struct answer *answer)
{
    struct objects pods = observed(request, "Pod.v1");
    struct shard_pod *seen = arena_array(arena, pods.count + 1, sizeof(*seen));
    const struct shard_wanted peas[] = {wanted_pea(0), wanted_pea(1)};
    struct tasks tasks = tasks_begin(request,
        &bed.place,
        (struct vtctl_client){.image = "vitess/lite:v24.0.4", .server = "shed:15999"});

    for (size_t i = 0; i < pods.count; i++)
        seen[i] = (struct shard_pod){pods.at[i],
            object_last_applied(request->arena, request->keys, pods.at[i])};
    bed.tasks = &tasks;
    bed.wanted = peas;
    bed.pods = seen;
    bed.pod_count = pods.count;
    bed.claims = observed(request, "PersistentVolumeClaim.v1");
    shard_decide(&bed, answer, &said);
    bed.memory = said.memory;
    answer->status = object(arena, F("tasks", tasks.remembered));
}

static struct world begin(void)
{
    const json_t *parent =
        json_of("{'apiVersion':'garden.example.org/v1','kind':'Bed',"
                "'metadata':{'name':'north-bed','namespace':'shop','uid':'b1'}}");

    pea_hash = "spring";
    storage = STORAGE_CLAIM;
    bed = (struct shard_input){.arena = arena,
        .owner = owner_of(parent),
        .keyspace = "peas",
        .name = "-",
        .place = {.keys = &garden_keys,
            .namespace = "shop",
            .cluster = "garden",
            .cell = "north",
            .labels = json_of("{'" GARDEN "bed':'north-bed'}"),
            .topology = {"etcd2", "well:2379", "/garden", NULL}},
        .wanted_count = 2,
        .component = &shard_vttablet,
        .replica_tablets = 2,
        .budget_name = "north-bed",
        .identify = is_pea,
        .api = &pea_hash,
        .delete_with_owner = true,
        .wording = {"spec.now",
            "spec.notes",
            "harvest: Last",
            "harvest: Now",
            "spec.weed",
            "spec.winter",
            NULL}};
    return (struct world){.sync = sync_bed,
        .keys = &garden_keys,
        .parent = json_clone(parent),
        .children = json_new_list()};
}

/* --- what the cluster and Vitess do --- */

#define RUNS "'started':true,'restartCount':0,'state':{'running':{}}}"

static const char *const running =
    "{'phase':'Running','conditions':[{'type':'Ready','status':'True'}],"
    "'containerStatuses':[{'name':'vttablet'," RUNS ",{'name':'mysql'," RUNS "]}";

#define FIRST "north-0000000100 peas - primary pea-0:15999 pea-0:3306 [] 2026-01-01T00:00:00Z\n"
#define SECOND "north-0000000101 peas - replica pea-1:15999 pea-1:3306 [] <null>\n"

static const char *listed(void)
{
    return bed.wanted_count == 1 ? FIRST : FIRST SECOND;
}

static void run(struct world *world)
{
    json_t *child;

    json_each_item (world->children, i, child) {
        if (!text_equal(object_kind(child), "Pod"))
            continue;
        if (text_starts_with(object_name(child), "pea-"))
            put_at(child, "status", json_of(running));
        else
            put_at(child,
                "status",
                world_ended(child,
                    strstr(object_name(child), "-serving-") != NULL ? listed() : ""));
    }
}

static void sync_and_run(struct world *world, int times)
{
    world_live(world, run, times);
}

/* Up, and with nothing left to ask. */
static struct world grown(void)
{
    struct world world = begin();

    sync_and_run(&world, 6);
    ck_assert_str_eq(world_tasks(&world), "");
    return world;
}

static const json_t *pod_of(const struct world *world, const char *name)
{
    return world_of(world, "Pod", name);
}

/* --- the tests --- */

START_TEST(a_shard_comes_up)
{
    struct world world = begin();

    ck_assert_int_eq(world_sync(&world), 200);
    ck_assert_str_eq(world_names(&world, "PersistentVolumeClaim"), "pea-0 pea-1");
    ck_assert_str_eq(world_names(&world, "Pod"), "");
    ck_assert(!said.ready);
    ck_assert_str_eq(said.ready_reason, "TabletsNotServing");
    ck_assert_int_eq(world_sync(&world), 200);
    ck_assert_str_eq(world_names(&world, "Pod"), "pea-0 pea-1");
    run(&world);
    ck_assert_int_eq(world_sync(&world), 200);
    ck_assert_str_eq(world_tasks(&world),
        "GetTablets --tablet-alias north-0000000100,north-0000000101");
    run(&world);
    ck_assert_int_eq(world_sync(&world), 200);
    ck_assert(said.ready);
    ck_assert_str_eq(said.memory.primary, "north-0000000100");
    ck_assert_uint_eq(said.tablet_count, 2);
    ck_assert_str_eq(said.tablets[1].type, "replica");
    ck_assert(said.tablets[1].wanted && said.tablets[1].there && said.tablets[1].serving);
    ck_assert(said.tablets[1].updated);
    ck_assert_ptr_null(said.tablets[1].trouble);
    ck_assert_int_eq(said.stage.reason, ROLLOUT_COMPLETE);
}
END_TEST

/* A key with a domain, such as "vitess.io/cluster": the garden's, or of what knows no Vitess. */
static void check_key(const char *key)
{
    static const char *const others[] = {"metacontroller.k8s.io/last-applied-configuration",
        "sidecar.istio.io/inject",
        "kuma.io/sidecar-injection",
        "linkerd.io/inject",
        NULL};

    ck_assert_msg(strchr(key, '/') == NULL || text_starts_with(key, GARDEN) ||
                      text_is_one_of(key, others),
        "%s is of no garden",
        key);
}

/* Selectors, affinities and templates have keys, too: so all keys are looked at, wherever. */
static void check_keys(const json_t *value)
{
    const json_t *item;
    const char *key;

    json_each_field (value, key, item) {
        check_key(key);
        check_keys(item);
    }
    json_each_item (value, i, item)
        check_keys(item);
}

/* In a life with tasks, preflights, claims that grow and a Pod that it has not made. */
START_TEST(keys_are_those_of_its_api)
{
    struct world world = grown();
    json_t *copy = json_clone(pod_of(&world, "pea-0"));
    const json_t *pod;
    bool tried = false;

    put_at(copy, "metadata.name", json_string("peanut"));
    json_add(world.children, copy);
    pea_hash = "summer";
    for (int i = 0; i < 6; i++) {
        const char *text;

        sync_and_run(&world, 1);
        text = json_write(arena, world.answer.children, NULL);
        check_keys(world.answer.children);
        ck_assert_ptr_null(strstr(text, "vitess.io/"));
        ck_assert_ptr_null(strstr(text, "planetscale.com/"));
        tried = tried || strstr(text, "-preflight-") != NULL;
    }
    ck_assert(tried);
    pod = pod_of(&world, "pea-0");
    ck_assert_str_eq(object_label(pod, garden_keys.component), "vttablet");
    ck_assert_str_eq(object_label(pod, garden_keys.tablet_uid), "0000000100");
    ck_assert_str_eq(object_label(pod, garden_keys.tablet_type), "primary");
    ck_assert_str_eq(
        object_annotation(object_last_applied(arena, &garden_keys, pod), garden_keys.spec_hash),
        "spring 0");
    /* It is kept, with a note that it was not made here. */
    ck_assert_str_eq(
        object_annotation(object_applied_annotation(arena, world_child(&world, "peanut")),
            garden_keys.not_made_here),
        "shop/pea-0");
}
END_TEST

/* A component is made from a place alone. */
START_TEST(a_tablet_has_the_keys_of_its_place)
{
    struct vttablet tablet;
    const json_t *pod;

    begin();
    tablet = *(const struct vttablet *)wanted_pea(0).component;
    tablet.place.secrets = "s";
    pod = vttablet_pod(arena, &tablet);
    ck_json(json_at(pod, "metadata", "labels"),
        "{'" GARDEN "bed':'north-bed','" GARDEN "tool':'vttablet','" GARDEN
        "number':'0000000100'}");
    ck_json(json_at(pod, "metadata", "annotations"),
        "{'" GARDEN "recipe':'spring 0','" GARDEN "secrets':'s'}");
    ck_json(json_at(json_array_get(json_at(pod, "spec", "topologySpreadConstraints"), 0),
                "labelSelector",
                "matchLabels"),
        "{'" GARDEN "garden':'garden','" GARDEN "vegetable':'peas','" GARDEN
        "row':'all-peas','" GARDEN "tool':'vttablet'}");
    check_keys(pod);
}
END_TEST

START_TEST(its_labels_are_its_own)
{
    struct world world = grown();

    ck_assert_str_eq(object_label(pod_of(&world, "pea-0"), GARDEN "bed"), "north-bed");
    ck_assert_ptr_null(object_label(pod_of(&world, "pea-0"), "vitess.io/cluster"));
}
END_TEST

/* Tried first, then the primary is kept away from it; the primary itself stays. */
START_TEST(a_replica_moves_before_the_primary)
{
    struct world world = grown();

    pea_hash = "summer";
    ck_assert_int_eq(world_sync(&world), 200);
    ck_assert_ptr_nonnull(strstr(world_names(&world, "Pod"), "north-bed-preflight-"));
    run(&world);
    ck_assert_int_eq(world_sync(&world), 200);
    ck_assert_str_eq(said.stage.message, "Pod pea-1: moves the primary away first");
    ck_assert_str_eq(said.memory.moving, "pea-1");
    for (int i = 0; i < 6 && pod_of(&world, "pea-1") != NULL; i++)
        sync_and_run(&world, 1);
    ck_assert_ptr_null(pod_of(&world, "pea-1"));
    ck_assert_ptr_nonnull(pod_of(&world, "pea-0"));
    ck_assert_str_eq(json_text_at(world.answer.released, "Pod.v1 pea-1"), "it is replaced");
    ck_assert_ptr_nonnull(world_of(&world, "PersistentVolumeClaim", "pea-1"));
}
END_TEST

START_TEST(a_pause_is_called_what_people_set)
{
    struct world world = grown();

    bed.paused = true;
    pea_hash = "summer";
    sync_and_run(&world, 3);
    ck_assert_str_eq(said.stage.message, "spec.winter holds Pod pea-1");
}
END_TEST

START_TEST(another_cell_holds_it_up)
{
    struct world world = grown();
    struct shard_peer south = {.name = "south-bed",
        .cell = "south",
        .generation_observed = true,
        .ready = true,
        .memory = {.moving = "bean-0", .follows = "north-0000000100"}};

    bed.peers = &south;
    bed.peer_count = 1;
    pea_hash = "summer";
    sync_and_run(&world, 5);
    ck_assert_str_eq(said.stage.message, "Pod pea-1: waits until Bed south-bed is settled");
    ck_assert_int_eq(said.stage.reason, ROLLOUT_WAITING);
    south.memory.moving = NULL;
    ck_assert_int_eq(world_sync(&world), 200);
    ck_assert_str_eq(said.stage.message, "Pod pea-1: moves the primary away first");
}
END_TEST

START_TEST(what_it_did_not_make_is_kept)
{
    struct world world = grown();
    json_t *copy = json_clone(pod_of(&world, "pea-0"));

    put_at(copy, "metadata.name", json_string("peanut"));
    json_add(world.children, copy);
    ck_assert_int_eq(world_sync(&world), 200);
    ck_assert_uint_eq(json_array_size(said.unknown.list), 1);
    ck_assert_ptr_nonnull(world_child(&world, "peanut"));
    ck_assert_ptr_null(json_at(world.answer.released, "Pod.v1 peanut"));
}
END_TEST

START_TEST(a_shard_that_has_left_waits_until_it_is_idle)
{
    struct world world = grown();

    bed.retire = true;
    sync_and_run(&world, 1);
    ck_assert_int_eq(said.stage.reason, ROLLOUT_KEPT_UNTIL_IDLE);
    ck_assert_str_eq(said.stage.message,
        "it has left the spec and is kept until nothing is served from it (harvest: Last); put it "
        "back with harvest: Now to have it removed in any case");
    ck_assert_ptr_nonnull(strstr(world_tasks(&world), "GetShard peas/-"));
    ck_assert_ptr_nonnull(pod_of(&world, "pea-0"));
    bed.turndown_at_once = true;
    for (int i = 0; i < 12 && !said.memory.retired; i++)
        sync_and_run(&world, 1);
    ck_assert_ptr_null(pod_of(&world, "pea-0"));
    ck_assert_ptr_null(pod_of(&world, "pea-1"));
    /* Its data stays. */
    ck_assert_str_eq(world_names(&world, "PersistentVolumeClaim"), "pea-1 pea-0");
}
END_TEST

/* Up without claims, with `count` tablets. */
static struct world grown_without(const struct shard_component *component, size_t count)
{
    struct world world = begin();

    bed.component = component;
    bed.wanted_count = count;
    bed.replica_tablets = (uint32_t)count;
    storage = component == &claimless ? STORAGE_POD : STORAGE_ELSEWHERE;
    sync_and_run(&world, 6);
    ck_assert_str_eq(world_names(&world, "PersistentVolumeClaim"), "");
    ck_assert(said.ready);
    return world;
}

/* One after the other, as the next one has what the one before holds. */
START_TEST(data_in_pods_moves_from_one_to_the_next)
{
    struct world world = grown_without(&claimless, 2);

    ck_assert_uint_eq(said.memory.data_count, 2);
    ck_assert_str_eq(said.memory.data[1].claim, object_uid(pod_of(&world, "pea-1")));
    pea_hash = "summer";
    for (int i = 0; i < 9 && pod_of(&world, "pea-1") != NULL; i++)
        sync_and_run(&world, 1);
    ck_assert_ptr_null(pod_of(&world, "pea-1"));
    ck_assert_ptr_nonnull(pod_of(&world, "pea-0"));
    /* The new one has nothing yet. */
    ck_assert_int_eq(world_sync(&world), 200);
    put_at(world_child(&world, "pea-1"), "metadata.uid", json_string("new"));
    run(&world);
    sync_and_run(&world, 1);
    ck_assert_int_eq(world_sync(&world), 200);
    ck_assert_ptr_nonnull(strstr(world_tasks(&world), "ShardReplicationPositions peas/-"));
    ck_assert_ptr_nonnull(pod_of(&world, "pea-0"));
}
END_TEST

START_TEST(the_last_pod_with_data_stays)
{
    struct world world = grown_without(&claimless, 1);

    pea_hash = "summer";
    sync_and_run(&world, 9);
    ck_assert_ptr_nonnull(pod_of(&world, "pea-0"));
    ck_assert_str_eq(said.stage.message,
        "Pod pea-0: it is not taken down, since its data goes with its Pod, and no other tablet is "
        "known to have it");
}
END_TEST

/* What it has had it has although its processes end. */
START_TEST(also_while_it_crashes)
{
    struct world world = grown_without(&claimless, 1);

    put_at(world_of(&world, "Pod", "pea-0"),
        "status",
        json_of("{'phase':'Running','containerStatuses':[{'name':'vttablet','restartCount':5,"
                "'state':{'waiting':{'reason':'CrashLoopBackOff'}}}]}"));
    pea_hash = "summer";
    for (int i = 0; i < 3; i++)
        ck_assert_int_eq(world_sync(&world), 200);
    ck_assert_ptr_nonnull(pod_of(&world, "pea-0"));
    ck_assert_ptr_nonnull(strstr(said.stage.message, "its data goes with its Pod"));
}
END_TEST

/* Its volumes are gone with it, so there is nothing to wait for. */
START_TEST(a_pod_that_has_ended_holds_nothing)
{
    struct world world = grown_without(&claimless, 1);

    put_at(world_of(&world, "Pod", "pea-0"), "status", json_of("{'phase':'Failed'}"));
    ck_assert_int_eq(world_sync(&world), 200);
    ck_assert_ptr_null(pod_of(&world, "pea-0"));
    sync_and_run(&world, 1);
    ck_assert_ptr_nonnull(pod_of(&world, "pea-0"));
}
END_TEST

/* A claim that the spec begins to ask for is none that was deleted under its Pod, and one that it
 * asks for no more stays. */
START_TEST(claims_come_and_stay)
{
    struct world world = grown_without(&claimless, 2);

    bed.component = &shard_vttablet;
    storage = STORAGE_CLAIM;
    pea_hash = "summer";
    sync_and_run(&world, 1);
    ck_assert_str_eq(world_names(&world, "PersistentVolumeClaim"), "pea-0 pea-1");
    put_at(world_of(&world, "PersistentVolumeClaim", "pea-1"),
        "metadata.creationTimestamp",
        json_string("2026-02-01T00:00:00Z"));
    put_at(world_child(&world, "pea-1"),
        "metadata.creationTimestamp",
        json_string("2026-01-01T00:00:00Z"));
    sync_and_run(&world, 1);
    ck_assert_uint_eq(said.advice.messages.count, 0);
    bed.component = &claimless;
    storage = STORAGE_POD;
    pea_hash = "spring";
    sync_and_run(&world, 3);
    ck_assert_str_eq(world_names(&world, "PersistentVolumeClaim"), "pea-0 pea-1");
}
END_TEST

/* Nothing is lost with such a Pod. */
START_TEST(a_lone_tablet_of_somebody_elses_mysql_moves)
{
    struct world world = grown_without(&unmanaged, 1);

    ck_assert_uint_eq(said.memory.data_count, 0);
    pea_hash = "summer";
    for (int i = 0; i < 9 && pod_of(&world, "pea-0") != NULL; i++)
        sync_and_run(&world, 1);
    ck_assert_ptr_null(pod_of(&world, "pea-0"));
}
END_TEST

/* What somebody else's MySQL has is not known to be the data of the shard. */
START_TEST(data_elsewhere_is_no_copy)
{
    struct world world = grown_without(&mixed, 2);

    pea_hash = "summer";
    sync_and_run(&world, 9);
    ck_assert_ptr_nonnull(pod_of(&world, "pea-1"));
    ck_assert_str_eq(said.stage.message,
        "Pod pea-1: it is not taken down, since its data goes with its Pod, and no other tablet is "
        "known to have it");
}
END_TEST

/* --- when Vitess is asked --- */

#define CONTAINERS "'containerStatuses':[{'name':'vttablet'," RUNS ",{'name':'mysql'," RUNS "]}"
#define UNREADY "{'phase':'Running','conditions':[{'type':'Ready','status':'False'}]," CONTAINERS
#define STARTING "{'phase':'Pending','conditions':[{'type':'Ready','status':'False'}]}"
#define CRASHED                                                                                    \
    "{'phase':'Running','conditions':[{'type':'Ready','status':'False'}],'containerStatuses':["    \
    "{'name':'vttablet','started':true,'restartCount':1,'state':{'running':{}}}]}"

#define NO_IMAGE                                                                                   \
    "{'phase':'Running','conditions':[{'type':'Ready','status':'False'}],'containerStatuses':["    \
    "{'name':'vttablet'," RUNS ",{'name':'mysql','restartCount':0,'state':{'waiting':{'reason':"   \
    "'ImagePullBackOff'}}}]}"

#define ASKED "GetTablets --tablet-alias north-0000000100,north-0000000101"

static const char *asked_with(struct world *world, const char *first, const char *second)
{
    put_at(world_of(world, "Pod", "pea-0"), "status", json_of(first));
    put_at(world_of(world, "Pod", "pea-1"), "status", json_of(second));
    ck_assert_int_eq(world_sync(world), 200);
    return world_tasks(world);
}

/* With both Pods there. */
static struct world planted(void)
{
    struct world world = begin();

    ck_assert_int_eq(world_sync(&world), 200);
    ck_assert_int_eq(world_sync(&world), 200);
    return world;
}

/* What each Pod goes through would void the answer. */
START_TEST(a_new_shard_is_asked_about_once)
{
    struct world world = planted();
    const char *waits =
        "0 of 2 tablets serve; waits until the Pod of each is Ready, and Vitess has "
        "said that it serves";

    ck_assert_str_eq(asked_with(&world, STARTING, STARTING), "");
    ck_assert_str_eq(said.ready_message, waits);
    ck_assert_str_eq(asked_with(&world, UNREADY, STARTING), "");
    ck_assert_str_eq(asked_with(&world, UNREADY, UNREADY), "");
    ck_assert_str_eq(asked_with(&world, running, UNREADY), "");
    ck_assert_str_eq(said.ready_message, waits);
    ck_assert_str_eq(asked_with(&world, running, running), ASKED);
    ck_assert_str_eq(said.ready_message, waits);
}
END_TEST

static void nothing(struct world *world)
{
    (void)world;
}

static void edit(struct world *world)
{
    (void)world;
    pea_hash = "summer";
}

static void force(struct world *world)
{
    (void)world;
    bed.force = json_of("['pea-0']");
}

static void leave(struct world *world)
{
    (void)world;
    bed.retire = true;
}

static void scale_down(struct world *world)
{
    (void)world;
    bed.wanted_count = 1;
}

static void remove_one(struct world *world)
{
    put_at(world_of(world, "Pod", "pea-1"), "metadata.deletionTimestamp", json_string("2026"));
}

static void drain(struct world *world)
{
    (void)world;
    bed.drained.arena = arena;
    texts_add(&bed.drained, "pea-0");
}

static void hand_over(struct world *world)
{
    (void)world;
    bed.to_hand_over = "pea-0";
}

static void appoint(struct world *world)
{
    (void)world;
    bed.appointed = "external";
}

/* Of a tablet that was there once. */
static void leave_claim(struct world *world)
{
    json_t *claim = json_clone(world_of(world, "PersistentVolumeClaim", "pea-0"));

    put_at(claim, "metadata.name", json_string("pea-7"));
    json_add(world->children, claim);
}

/* Somebody may wait for the answer, or the next event may never come. */
static const struct {
    void (*happens)(struct world *world);
    const char *first, *second;
    bool asked;
} cases[] = {
    {nothing, UNREADY, UNREADY, false},
    {nothing, running, STARTING, true},
    {nothing, UNREADY, CRASHED, true},
    {edit, UNREADY, UNREADY, true},
    {force, UNREADY, UNREADY, true},
    {leave, UNREADY, UNREADY, true},
    {scale_down, UNREADY, UNREADY, true},
    {remove_one, UNREADY, UNREADY, true},
    {drain, UNREADY, UNREADY, true},
    {hand_over, UNREADY, UNREADY, true},
    {appoint, UNREADY, UNREADY, true},
    {leave_claim, UNREADY, UNREADY, true},
    {nothing, UNREADY, NO_IMAGE, true},
};

START_TEST(a_new_shard_is_asked_about_where_that_matters)
{
    struct world world = planted();

    cases[_i].happens(&world);
    asked_with(&world, cases[_i].first, cases[_i].second);
    ck_assert_int_eq(strstr(world_tasks(&world), "GetTablets --tablet-alias") != NULL,
        cases[_i].asked);
}
END_TEST

/* As a Pod that was deleted and made anew. */
static void replace(struct world *world, const char *name)
{
    put_at(world_of(world, "Pod", name), "metadata.uid", json_string("anew"));
}

START_TEST(a_new_pod_beside_the_primary_is_asked_about_once)
{
    struct world world = grown();

    replace(&world, "pea-1");
    ck_assert_str_eq(asked_with(&world, running, STARTING), "");
    ck_assert_str_eq(said.ready_message,
        "1 of 2 tablets serve; pea-1: waits until its Pod is Ready, and Vitess has said that it "
        "serves");
    ck_assert_str_eq(said.memory.primary, "north-0000000100");
    ck_assert_str_eq(asked_with(&world, running, UNREADY), "");
    ck_assert_str_eq(asked_with(&world, running, running), ASKED);
}
END_TEST

/* Who is primary now is not known before Vitess says so. */
START_TEST(a_new_pod_of_the_primary_is_asked_about_at_once)
{
    struct world world = grown();

    replace(&world, "pea-0");
    ck_assert_str_eq(asked_with(&world, UNREADY, running), ASKED);
}
END_TEST

/* Nor whether the primary is still the primary that was heard of. */
START_TEST(a_new_pod_beside_an_unwell_primary_is_asked_about_at_once)
{
    struct world world = grown();

    replace(&world, "pea-1");
    ck_assert_str_eq(asked_with(&world, UNREADY, UNREADY), ASKED);
}
END_TEST

START_TEST(a_new_pod_beside_a_primary_that_is_still_unwell_is_asked_about_at_once)
{
    struct world world = grown();
    const struct shard_served heard = {"north-0000000100", "primary", "uid-pea-0/0/unready", NULL};

    replace(&world, "pea-1");
    bed.memory.serving = &heard;
    bed.memory.serving_count = 1;
    ck_assert_str_eq(asked_with(&world, UNREADY, UNREADY), ASKED);
}
END_TEST

/* Another cell may move the primary here. */
START_TEST(a_new_pod_of_one_of_two_cells_is_asked_about_at_once)
{
    struct world world = grown();
    struct shard_peer south = {.name = "south-bed", .cell = "south"};

    bed.peers = &south;
    bed.peer_count = 1;
    replace(&world, "pea-1");
    ck_assert_str_eq(asked_with(&world, running, UNREADY), ASKED);
}
END_TEST

static void tests(TCase *tcase)
{
    tcase_add_test(tcase, a_new_shard_is_asked_about_once);
    tcase_add_loop_test(tcase,
        a_new_shard_is_asked_about_where_that_matters,
        0,
        (int)(sizeof(cases) / sizeof(*cases)));
    tcase_add_test(tcase, a_new_pod_beside_the_primary_is_asked_about_once);
    tcase_add_test(tcase, a_new_pod_of_the_primary_is_asked_about_at_once);
    tcase_add_test(tcase, a_new_pod_beside_an_unwell_primary_is_asked_about_at_once);
    tcase_add_test(tcase, a_new_pod_beside_a_primary_that_is_still_unwell_is_asked_about_at_once);
    tcase_add_test(tcase, a_new_pod_of_one_of_two_cells_is_asked_about_at_once);
    tcase_add_test(tcase, data_elsewhere_is_no_copy);
    tcase_add_test(tcase, data_in_pods_moves_from_one_to_the_next);
    tcase_add_test(tcase, the_last_pod_with_data_stays);
    tcase_add_test(tcase, also_while_it_crashes);
    tcase_add_test(tcase, a_pod_that_has_ended_holds_nothing);
    tcase_add_test(tcase, claims_come_and_stay);
    tcase_add_test(tcase, a_lone_tablet_of_somebody_elses_mysql_moves);
    tcase_add_test(tcase, a_shard_comes_up);
    tcase_add_test(tcase, its_labels_are_its_own);
    tcase_add_test(tcase, keys_are_those_of_its_api);
    tcase_add_test(tcase, a_tablet_has_the_keys_of_its_place);
    tcase_add_test(tcase, a_replica_moves_before_the_primary);
    tcase_add_test(tcase, a_pause_is_called_what_people_set);
    tcase_add_test(tcase, another_cell_holds_it_up);
    tcase_add_test(tcase, what_it_did_not_make_is_kept);
    tcase_add_test(tcase, a_shard_that_has_left_waits_until_it_is_idle);
}

TEST_MAIN(tests)
