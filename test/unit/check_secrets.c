#include "clusters.h"

/* Secrets with certificates: which ones the hooks ask for, what becomes of other content, and of
 * none. */

static const json_t *secret(const char *name, const char *content)
{
    return json_of(fmt(arena,
        "{'apiVersion':'v1','kind':'Secret','metadata':{'name':'%s','namespace':'shop'},"
        "'data':%s}",
        name,
        content));
}

#define PAIR(text) "{'ca.crt':'" text "','tls.crt':'" text "','tls.key':'" text "'}"

/* What Metacontroller sends where Secrets were asked for; each NULL: no such Secret. */
static const json_t *secrets(const json_t *first, const json_t *second)
{
    json_t *group = json_new_map();
    json_t *all = json_new_map();

    if (first != NULL)
        json_put(group, object_name(first), first);
    if (second != NULL)
        json_put(group, object_name(second), second);
    json_put(all, "Secret.v1", group);
    return all;
}

static const json_t *asked(hook_function *customize, const json_t *parent)
{
    struct request request = {.arena = arena,
        .keys = &v1_keys,
        .parent = parent,
        .spec = json_at(parent, "spec")};
    struct answer answer = {.code = 200};

    customize(&request, &answer);
    return answer.related_resources;
}

/* Beside the Secrets: cells of other clusters (check_cluster_others.c). */
#define OTHERS                                                                                     \
    "{'apiVersion':'vitess.io/v1alpha1','resource':'vitesscells','namespace':'shop',"              \
    "'labelSelector':{'matchExpressions':[{'key':'vitess.io/cluster','operator':'NotIn',"          \
    "'values':['demo']}]}}"

START_TEST(only_what_is_named_is_asked_for)
{
    const json_t *cluster = changed(two_zones(), "spec.tls", "{'secret':'demo-tls'}");

    cluster = changed(cluster, "spec.cells[0].etcd.tls", "{'secret':'etcd-tls'}");
    ck_json(asked(v1_customize_cluster, two_zones()), "[" OTHERS "]");
    ck_json(asked(v1_customize_cluster, cluster),
        "[{'apiVersion':'v1','resource':'secrets','namespace':'shop',"
        "'names':['demo-tls','etcd-tls']}," OTHERS "]");
    ck_json(asked(v1_customize_cluster, changed(cluster, "spec.watchSecrets", "false")),
        "[" OTHERS "]");
    ck_json(asked(v1_customize_cluster,
                changed(two_zones(),
                    "spec.lockserver",
                    "{'addresses':['etcd:2379'],'tlsSecret':'client'}")),
        "[{'apiVersion':'v1','resource':'secrets','namespace':'shop','names':['client']}," OTHERS
        "]");
    ck_json(asked(v1_customize_cluster, changed(two_zones(), "spec.tls", "{'secret':7}")),
        "[" OTHERS "]");
}
END_TEST

/* --- what all cells need --- */

static struct world secured(const json_t *related)
{
    return (struct world){.sync = v1_sync_cluster,
        .parent = json_clone(changed(two_zones(), "spec.tls", "{'secret':'demo-tls'}")),
        .children = json_new_list(),
        .related = related};
}

static const char *hash_in(const struct world *world, const char *cell)
{
    return json_text_at(world_of(world, "VitessCell", cell), "spec", "tls", "hash");
}

static void settle(struct world *world)
{
    static const char *const cells[] = {"demo-global", "demo-zone1", "demo-zone2"};

    for (size_t i = 0; i < 3; i++)
        world_settle(world, cells[i], "{'tabletsReady':'3/3'}");
}

START_TEST(other_content_goes_cell_by_cell)
{
    struct world world = secured(secrets(secret("demo-tls", PAIR("b25l")), NULL));
    const char *before;

    ck_assert_int_eq(world_sync(&world), 200);
    before = hash_in(&world, "demo-global");
    ck_assert_uint_eq(strlen(before), 16);
    ck_assert_str_eq(hash_in(&world, "demo-zone2"), before);
    settle(&world);
    /* Neither other keys nor their order are news. */
    world.related = secrets(secret("demo-tls",
                                "{'tls.key':'b25l','tls.crt':'b25l','keystore.p12':'eA==','ca.crt':"
                                "'b25l'}"),
        NULL);
    ck_assert_int_eq(world_sync(&world), 200);
    ck_assert_str_eq(hash_in(&world, "demo-global"), before);
    world.related = secrets(secret("demo-tls", PAIR("dHdv")), NULL);
    ck_assert_int_eq(world_sync(&world), 200);
    ck_assert_str_ne(hash_in(&world, "demo-global"), before);
    ck_assert_str_eq(hash_in(&world, "demo-zone1"), before);
}
END_TEST

static const char *condition(const struct world *world, const char *type)
{
    return fmt(arena,
        "%s: %s",
        condition_reason(world->parent, type),
        condition_message(world->parent, type));
}

START_TEST(a_secret_that_is_gone_restarts_nobody)
{
    struct world world = secured(secrets(secret("demo-tls", PAIR("b25l")), NULL));
    const char *before;

    ck_assert_int_eq(world_sync(&world), 200);
    before = hash_in(&world, "demo-global");
    settle(&world);
    world.related = secrets(NULL, NULL);
    ck_assert_int_eq(world_sync(&world), 200);
    ck_assert_str_eq(hash_in(&world, "demo-global"), before);
    ck_assert_ptr_nonnull(strstr(condition(&world, "Advice"),
        "Secret demo-tls is not there (spec.tls.secret): what runs goes on, what "
        "starts anew cannot, and nothing is rolled out until it is there"));
    world.related = secrets(secret("demo-tls", "{'ca.crt':'eA==','tls.crt':''}"), NULL);
    ck_assert_int_eq(world_sync(&world), 200);
    ck_assert_str_eq(hash_in(&world, "demo-global"), before);
    ck_assert_ptr_nonnull(
        strstr(condition(&world, "Advice"), "Secret demo-tls has no tls.crt (spec.tls.secret)"));
    /* Nor does an edit that comes meanwhile. */
    world.parent = json_clone(changed(world.parent, "spec.image", "'vitess/lite:v24.0.5'"));
    ck_assert_int_eq(world_sync(&world), 200);
    ck_assert_str_ne(json_text_at(world_of(&world, "VitessCell", "demo-global"), "spec", "image"),
        "vitess/lite:v24.0.5");
    ck_assert_str_eq(condition(&world, "Updated"),
        "RolloutWaiting: VitessCell demo-global: Secret demo-tls has no tls.crt (spec.tls.secret)");
    /* And who does not look any more goes on with what was seen last. */
    world.related = NULL;
    world.parent = json_clone(changed(world.parent, "spec.watchSecrets", "false"));
    ck_assert_int_eq(world_sync(&world), 200);
    ck_assert_str_eq(hash_in(&world, "demo-global"), before);
}
END_TEST

START_TEST(nothing_is_made_before_the_secret_is_there)
{
    struct world world = secured(secrets(NULL, NULL));

    ck_assert_int_eq(world_sync(&world), 200);
    ck_assert_ptr_null(world_of(&world, "VitessCell", "demo-global"));
    ck_assert_str_eq(condition(&world, "Ready"),
        "CellsNotReady: Secret demo-tls is not there (spec.tls.secret)");
    ck_assert_str_eq(condition(&world, "Updated"),
        "RolloutWaiting: VitessCell demo-zone2 is made once it can start: Secret demo-tls is not "
        "there (spec.tls.secret)");
    world.related = secrets(secret("demo-tls", PAIR("b25l")), NULL);
    ck_assert_int_eq(world_sync(&world), 200);
    ck_assert_ptr_nonnull(hash_in(&world, "demo-global"));
}
END_TEST

/* --- what one cell needs --- */

static struct world zone1_with(const char *path, const char *value)
{
    struct world above = {.sync = v1_sync_cluster,
        .parent = json_clone(changed(two_zones(), path, value)),
        .children = json_new_list()};

    ck_assert_int_eq(world_sync(&above), 200);
    return (struct world){.sync = v1_sync_cell,
        .parent = world_of(&above, "VitessCell", "demo-zone1"),
        .children = json_new_list()};
}

static const char *annotation(const struct world *world, const char *deployment)
{
    return json_text_at(world_of(world, "Deployment", deployment),
        "spec",
        "template",
        "metadata",
        "annotations",
        "vitess.io/secrets-hash");
}

/* Until the cell is registered there is no vtgate. */
static void register_cell(struct world *world)
{
    put_at(world->parent, "status", json_of("{'cellInfoRegistered':true}"));
}

START_TEST(a_renewed_certificate_of_the_mysql_port_restarts_vtgate)
{
    struct world world = zone1_with("spec.cells[1].vtgate.tls", "{'secret':'cert'}");
    const char *before;

    register_cell(&world);
    ck_json(asked(v1_customize_cell, world.parent),
        "[{'apiVersion':'v1','resource':'secrets','namespace':'shop','names':['cert']}]");
    world.related = secrets(secret("cert", PAIR("b25l")), NULL);
    ck_assert_int_eq(world_sync(&world), 200);
    before = annotation(&world, "demo-zone1-vtgate");
    ck_assert_ptr_nonnull(before);
    ck_assert_ptr_null(annotation(&world, "demo-zone1-vtorc"));
    /* Its clients are not verified, so ca.crt is not read. */
    world.related =
        secrets(secret("cert", "{'ca.crt':'eA==','tls.crt':'b25l','tls.key':'b25l'}"), NULL);
    register_cell(&world);
    ck_assert_int_eq(world_sync(&world), 200);
    ck_assert_str_eq(annotation(&world, "demo-zone1-vtgate"), before);
    world.related = secrets(NULL, NULL);
    register_cell(&world);
    ck_assert_int_eq(world_sync(&world), 200);
    ck_assert_str_eq(annotation(&world, "demo-zone1-vtgate"), before);
    ck_assert_str_eq(condition(&world, "Advice"),
        "SecretMissing: Secret cert is not there, which vtgate needs: what runs goes on, and what "
        "starts anew cannot");
    world.related = NULL;
    register_cell(&world);
    ck_assert_int_eq(world_sync(&world), 200);
    ck_assert_str_eq(annotation(&world, "demo-zone1-vtgate"), before);
}
END_TEST

START_TEST(without_a_certificate_nothing_is_asked_for_or_said)
{
    struct world world =
        zone1_with("spec.cells[1].vtgate.auth", "{'static':{'name':'users','key':'users.json'}}");

    register_cell(&world);
    ck_json(asked(v1_customize_cell, world.parent), "[]");
    ck_assert_int_eq(world_sync(&world), 200);
    ck_assert_ptr_null(annotation(&world, "demo-zone1-vtgate"));
}
END_TEST

static void tests(TCase *tcase)
{
    tcase_add_test(tcase, only_what_is_named_is_asked_for);
    tcase_add_test(tcase, other_content_goes_cell_by_cell);
    tcase_add_test(tcase, a_secret_that_is_gone_restarts_nobody);
    tcase_add_test(tcase, nothing_is_made_before_the_secret_is_there);
    tcase_add_test(tcase, a_renewed_certificate_of_the_mysql_port_restarts_vtgate);
    tcase_add_test(tcase, without_a_certificate_nothing_is_asked_for_or_said);
}

TEST_MAIN(tests)
