#include "clusters.h"
#include "shared.h"

#include "yaml.h"

/* --- tables --- */

static void expect_sentences(const struct spec_field *fields, const char *path)
{
    for (const struct spec_field *field = fields; field->key != NULL; field++) {
        const char *place = fmt(arena, "%s.%s", path, field->key);

        if (field->key[0] == '\0')
            continue;
        ck_assert_msg(field->doc != NULL &&
                          strchr(".?", field->doc[strlen(field->doc) - 1]) != NULL,
            "%s has no sentence",
            place);
        ck_assert_msg(field->key[0] >= 'a' && field->key[0] <= 'z', "%s is no field name", place);
        /* Kubernetes describes its own. */
        if (field->fields != NULL && field->type_name == NULL)
            expect_sentences(field->fields, place);
    }
}

START_TEST(every_field_has_a_sentence)
{
    expect_sentences(v1_cluster_fields, "cluster");
    expect_sentences(v1_cell_fields, "cell");
    expect_sentences(v1_keyspace_fields, "keyspace");
    expect_sentences(v1_shard_fields, "shard");
    expect_sentences(v1_cluster_status_fields, "cluster status");
    expect_sentences(v1_cell_status_fields, "cell status");
    expect_sentences(v1_keyspace_status_fields, "keyspace status");
    expect_sentences(v1_shard_status_fields, "shard status");
}
END_TEST

static bool is_key(const struct spec_field *fields, const char *key)
{
    for (; fields->key != NULL; fields++)
        if (text_equal(fields->key, key))
            return true;
    return false;
}

/* Other names are none of ours, and lead to a field that exists. */
static void expect_names(const struct spec_field *fields, const struct spec_name *names)
{
    for (; names != NULL && names->key != NULL; names++) {
        ck_assert_msg(!is_key(fields, names->key), "%s is a field", names->key);
        ck_assert_msg(names->ours == NULL || is_key(fields, names->ours),
            "%s is no field",
            names->ours);
        ck_assert_msg(names->ours != NULL || names->rule != NULL, "%s: says what?", names->key);
    }
}

static size_t check_names_below(const struct spec_field *fields)
{
    size_t found = 0;

    for (const struct spec_field *field = fields; field->key != NULL; field++) {
        expect_names(fields, field->names);
        found += field->names != NULL;
        if (field->fields != NULL)
            found += check_names_below(field->fields);
    }
    return found;
}

START_TEST(other_names_lead_somewhere)
{
    ck_assert_uint_gt(check_names_below(v1_cluster_fields), 17);
}
END_TEST

static const json_t *schema_at(const json_t *schema, const char *field)
{
    return json_at(schema, "properties", field);
}

START_TEST(the_schema_says_what_the_reader_takes)
{
    const json_t *schema = spec_schema(arena, v1_cluster_fields, "What is wanted.", SPEC_STRICT);
    const json_t *cells = schema_at(schema, "cells");
    const json_t *keyspaces = schema_at(schema, "keyspaces");
    const json_t *etcd = schema_at(json_at(cells, "items"), "etcd");
    const json_t *tablets = schema_at(json_at(keyspaces, "items"), "tablets");

    ck_assert_int_eq(json_int_at(schema_at(etcd, "size"), 0, "maximum"), 5);
    ck_assert_int_eq(json_int_at(schema_at(schema_at(tablets, "batch"), "replicas"), 0, "maximum"),
        100);
    ck_assert_str_eq(json_text_at(schema_at(json_at(keyspaces, "items"), "shards"), "type"),
        "array");
    ck_assert_ptr_eq(schema_at(schema_at(schema, "rollout"), "retire"), NULL);
    ck_assert_ptr_ne(
        schema_at(schema_at(spec_schema(arena, v1_cell_fields, "x", SPEC_DERIVED), "rollout"),
            "retire"),
        NULL);
}
END_TEST

/* --- reading --- */

static struct cluster_spec read_strictly(const json_t *spec)
{
    struct cluster_spec read = {0};
    struct problems problems = {.arena = arena};

    spec_read(arena, v1_cluster_fields, spec, "spec", SPEC_STRICT, &read, &problems);
    ck_assert_str_eq(problems_text(&problems), "");
    return read;
}

START_TEST(a_small_spec_gets_its_defaults)
{
    struct cluster_spec spec = read_strictly(
        json_of("{'cells':[{'name':'z','etcd':{},'vtctld':{},'vtgate':{},'vtorc':{},'vtadmin':{}}],"
                "'keyspaces':[{'name':'k','cells':['z'],'tablets':{'batch':{}}}],"
                "'lockserver':{'addresses':['e:1']},'rollout':{},'volumeClaimRetention':{}}"));
    const struct cell_item *cell = &spec.cells.at[0];
    const struct keyspace_item *keyspace = &spec.keyspaces.at[0];

    ck_assert_str_eq(spec.image, VITESS_IMAGE);
    ck_assert_uint_eq(spec.revision, 0);
    ck_assert_uint_eq(cell->etcd->size, 3);
    ck_assert_uint_eq(cell->vtctld->replicas, 1);
    ck_assert_uint_eq(cell->vtgate->replicas, 2);
    ck_assert_uint_eq(cell->vtorc->replicas, 1);
    ck_assert(cell->vtorc->enabled);
    ck_assert_uint_eq(cell->vtadmin->replicas, 1);
    ck_assert(!cell->vtadmin->read_only);
    ck_assert_ptr_eq(keyspace->shards_json, NULL);
    ck_assert_ptr_eq(keyspace->durability_policy, NULL);
    ck_assert_str_eq(keyspace->turndown_policy, "RequireIdle");
    ck_assert_uint_eq(keyspace->tablets->batch->replicas, 0);
    ck_assert_str_eq(keyspace->path, "spec.keyspaces[0]");
    ck_assert_str_eq(keyspace->tablets->batch->path, "spec.keyspaces[0].tablets.batch");
    ck_assert_str_eq(spec.lockserver->implementation, "etcd2");
    ck_assert_str_eq(spec.lockserver->root, "/vitess");
    ck_assert_str_eq(spec.retention->when_scaled, "Retain");
    ck_assert_str_eq(spec.retention->when_deleted, "Retain");
    ck_assert(!spec.rollout->paused);
}
END_TEST

#define TEMPLATE                                                                                   \
    "{'labels':{'a':'b'},'annotations':{'a':'b'},'nodeSelector':{'a':'b'},"                        \
    "'tolerations':[{'key':'a'}],'affinity':{},'topologySpreadConstraints':[{'maxSkew':1,"         \
    "'topologyKey':'z','whenUnsatisfiable':'DoNotSchedule'}],'priorityClassName':'p',"             \
    "'serviceAccountName':'s','sidecars':[{'name':'a','image':'i'}],'initContainers':[{"           \
    "'name':'b','image':'i'}],'env':[{'name':'A'}],'volumes':[{'name':'v'}],'volumeMounts':[{"     \
    "'name':'v','mountPath':'/v'}]}"
#define RESOURCES "{'limits':{'cpu':'1'},'requests':{'cpu':'500m'}}"
#define SERVER                                                                                     \
    "'image':'i','replicas':3,'resources':" RESOURCES ",'flags':{'a':1},'template':" TEMPLATE

START_TEST(a_full_spec_is_taken)
{
    struct cluster_spec spec = read_strictly(json_of(
        "{'selector':{'matchLabels':{'a':'b'}},'template':{'metadata':{'labels':{'a':'b'}}},"
        "'backupFlags':{'a':true},'image':'i','imagePullPolicy':'Always','revision':1,"
        "'imagePullSecrets':[{'name':'p'}],'networkPolicy':{'enabled':true},"
        "'volumeClaimRetention':{'whenScaled':'Delete','whenDeleted':'Delete'},"
        "'rollout':{'paused':true,'force':['x']},"
        "'lockserver':{'implementation':'etcd2','addresses':['e:1'],'root':'/r','tlsSecret':'t'},"
        "'cells':[{'name':'z',"
        "'etcd':{'version':'3.5.17','size':5,'image':'e','resources':" RESOURCES
        ",'volumeClaim':" CLAIM(
            "1Gi") ",'flags':{'a':1},'template':" TEMPLATE "},"
                   "'vtctld':{" SERVER "},"
                   "'vtgate':{" SERVER
                   ",'auth':{'static':{'name':'n','key':'k'}},'tls':{'secret':'s',"
                   "'required':true,'verifyClients':true},'service':{'type':'LoadBalancer','"
                   "annotations':"
                   "{'a':'b'}}},"
                   "'vtorc':{" SERVER ",'enabled':false},'orchestrator':{" SERVER "},"
                   "'vtadmin':{" SERVER ",'webImage':'w','webResources':" RESOURCES
                   ",'rbac':{'name':'n','key':'k'},'apiAddress':'http://x','readOnly':true}}],"
                   "'keyspaces':[{'name':'k','cells':['z'],'durabilityPolicy':'none','"
                   "turndownPolicy':"
                   "'Immediate','shards':[{'name':'0'},{'keyRange':{'start':'','end':'80'}}],"
                   "'tablets':{'masterEligible':{'image':'i','replicas':100,'volumeClaim':" CLAIM(
                       "1Gi") ",'vttablet':{'resources':" RESOURCES
                              ",'flags':{'a':1}},'mysql':{'image':'m',"
                              "'resources':" RESOURCES
                              ",'flags':{'a':1},'config':'[mysqld]','initScript':{'name':'n',"
                              "'key':'k'}},'template':" TEMPLATE "}}}]}"));
    const struct cell_item *cell = &spec.cells.at[0];
    const struct pool_spec *pool = spec.keyspaces.at[0].tablets->master_eligible;

    ck_assert_uint_eq(cell->etcd->size, 5);
    ck_assert_str_eq(cell->vtgate->auth->static_users->key, "k");
    ck_assert(cell->vtgate->tls->required && cell->vtgate->tls->verify_clients);
    ck_assert_str_eq(json_text_at(cell->vtgate->service, "type"), "LoadBalancer");
    ck_assert(!cell->vtorc->enabled);
    ck_assert(cell->orchestrator->enabled);
    ck_assert_str_eq(cell->vtadmin->rbac->name, "n");
    ck_assert_str_eq(cell->vtadmin->api_address, "http://x");
    ck_assert_uint_eq(pool->replicas, 100);
    ck_assert_str_eq(pool->mysql->config, "[mysqld]");
    ck_assert_str_eq(pool->mysql->init_script->key, "k");
    ck_assert_str_eq(pool->template->priority_class, "p");
    ck_json(pool->template->volume_mounts, "[{'name':'v','mountPath':'/v'}]");
    ck_assert_str_eq(spec.keyspaces.at[0].shards.at[1].key_range->end, "80");
    ck_json(spec.rollout->force, "['x']");
    ck_assert(spec.network_policy->enabled);
}
END_TEST

/* --- what a hook writes is what the next one reads --- */

START_TEST(a_cell_reads_what_the_cluster_wrote)
{
    struct world world = {.sync = v1_sync_cluster,
        .parent = json_clone(two_zones()),
        .children = json_new_list()};
    struct problems problems = {.arena = arena};
    struct cell_spec cell = {0};

    world_sync(&world);
    spec_read(arena,
        v1_cell_fields,
        json_at(world_child(&world, "demo-zone1"), "spec"),
        "spec",
        SPEC_DERIVED,
        &cell,
        &problems);
    ck_assert_str_eq(problems_text(&problems), "");
    ck_assert_str_eq(cell.derived.cluster, "demo");
    ck_assert_str_eq(cell.derived.topology->addresses, "demo-global-etcd-client.shop.svc:2379");
    ck_assert_str_eq(cell.derived.topology->cell_root_prefix, "/vitess");
    ck_assert_str_eq(cell.derived.client->server, "demo-global-vtctld:15999");
    ck_assert_uint_eq(cell.derived.revision, OPERATOR_REVISION);
    ck_assert_uint_eq(json_array_size(cell.derived.cell_order), 3);
    ck_assert_str_eq(cell.item.name, "zone1");
    ck_assert_uint_eq(cell.item.vtgate->replicas, 2);
    ck_assert_uint_eq(cell.keyspaces.count, 2);
    ck_assert_str_eq(cell.keyspaces.at[0].durability_policy, "semi_sync");
    ck_assert_str_eq(cell.placement.at[0].keyspace, "main");
    ck_json(cell.placement.at[0].cells, "['zone1','zone2']");
}
END_TEST

/* Every field of a status has a row: what the CRD does not know, the API server drops, and the hook
 * would write it for ever. */
static void expect_rows(const struct spec_field *fields, const json_t *value, const char *path)
{
    const json_t *item;
    const char *key;

    json_each_item (value, i, item)
        expect_rows(fields, item, path);
    json_each_field (value, key, item) {
        const struct spec_field *field = fields;

        while (field->key != NULL && !text_equal(field->key, key))
            field++;
        ck_assert_msg(field->key != NULL, "%s.%s has no row", path, key);
        if (field->fields != NULL)
            expect_rows(field->fields, item, key);
    }
}

START_TEST(every_field_of_a_status_has_a_row)
{
    struct world world = {.sync = v1_sync_cluster,
        .parent = json_clone(changed(two_zones(), "spec.cells[1].vtadmin", "{}")),
        .children = json_new_list()};

    for (int i = 0; i < 4; i++) {
        world_sync(&world);
        world_settle(&world, "demo-global", "{'vtctld':{'availableDeployments':1}}");
        world_settle(&world, "demo-zone1", NULL);
        world_settle(&world, "demo-zone2", NULL);
        world_answer_tasks(&world);
    }
    ck_assert_ptr_ne(json_at(world_status(&world), "tasks"), NULL);
    ck_assert_ptr_ne(json_at(world_status(&world), "addresses", "vtadmin"), NULL);
    expect_rows(v1_cluster_status_fields, world_status(&world), "status");
}
END_TEST

/* --- files --- */

static char *text_of_file(const char *path)
{
    FILE *file = fopen(path, "r");
    struct text text = {.arena = arena};
    char block[4096];
    size_t length;

    ck_assert_msg(file != NULL, "%s cannot be read", path);
    while ((length = fread(block, 1, sizeof(block), file)) > 0)
        text_add_bytes(&text, block, length);
    fclose(file);
    return text.bytes;
}

static void expect_accepted(const char *text, const char *path)
{
    struct yaml_documents documents = {0};
    struct json_fault fault = {0};

    ck_assert_msg(yaml_read(arena, text, strlen(text), &documents, &fault),
        "%s:%d: %s",
        path,
        fault.line,
        fault.text);
    ck_assert_uint_ge(documents.count, 1);
    for (size_t i = 0; i < documents.count; i++) {
        const json_t *object = documents.at[i].value;

        if (text_equal(object_kind(object), "VitessCluster"))
            ck_assert_str_eq(problems_of(object, NULL), "");
    }
}

START_TEST(the_manifest_of_2018_is_accepted)
{
    const char *text = shared_text("data/my-vitess-2018.yaml");

    if (text != NULL)
        expect_accepted(text, "my-vitess-2018.yaml");
}
END_TEST

START_TEST(every_example_is_accepted)
{
    static const char *const examples[] = {"my-vitess",
        "backups",
        "external-etcd",
        "overrides",
        "resharding-1",
        "resharding-2",
        "three-cells",
        "tls-and-users",
        "vtadmin",
        "vtgate-autoscaler"};

    for (size_t i = 0; i < sizeof(examples) / sizeof(*examples); i++) {
        const char *path = fmt(arena, "examples/%s.yaml", examples[i]);

        expect_accepted(text_of_file(path), path);
    }
}
END_TEST

static void tests(TCase *tcase)
{
    tcase_add_test(tcase, every_field_has_a_sentence);
    tcase_add_test(tcase, other_names_lead_somewhere);
    tcase_add_test(tcase, the_schema_says_what_the_reader_takes);
    tcase_add_test(tcase, a_small_spec_gets_its_defaults);
    tcase_add_test(tcase, a_full_spec_is_taken);
    tcase_add_test(tcase, a_cell_reads_what_the_cluster_wrote);
    tcase_add_test(tcase, every_field_of_a_status_has_a_row);
    tcase_add_test(tcase, the_manifest_of_2018_is_accepted);
    tcase_add_test(tcase, every_example_is_accepted);
}

TEST_MAIN(tests)
