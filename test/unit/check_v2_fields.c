#include <glob.h>

#include "planetscale.h"
#include "../../hooks/v2/derived.h"

/* The tables of planetscale.com/v2, held against what the operator of PlanetScale takes and makes.
 */

static void expect_no_problems(const struct problems *problems, const char *what)
{
    if (problems->count == 0)
        return;
    fprintf(stderr, "%s\n", problems_text(problems));
    ck_abort_msg("%s has %zu problems, see above", what, problems->count);
}

static struct cluster_spec read_cluster(const json_t *object, const char *what)
{
    struct cluster_spec spec = {0};
    struct problems problems = {.arena = arena};

    spec_read(arena,
        v2_cluster_fields,
        json_at(object, "spec"),
        "spec",
        SPEC_STRICT,
        &spec,
        &problems);
    expect_no_problems(&problems, what);
    return spec;
}

/* --- manifests --- */

/* `use` gets every object of the kind in the manifests that match `pattern`. */
static size_t each_manifest(const char *pattern, const char *kind,
    void (*use)(const json_t *object, const char *what))
{
    glob_t found;
    size_t count = 0;

    ck_assert_int_eq(glob(fmt(arena, VECTORS "%s", pattern), 0, NULL, &found), 0);
    for (size_t i = 0; i < found.gl_pathc; i++) {
        const char *name = found.gl_pathv[i] + strlen(VECTORS);
        struct yaml_documents documents = vector_manifest(name);

        for (size_t j = 0; j < documents.count; j++) {
            const json_t *object = documents.at[j].value;

            if (!text_equal(json_text_at(object, "kind"), kind))
                continue;
            use(object, name);
            count++;
        }
    }
    globfree(&found);
    return count;
}

static void expect_read(const json_t *object, const char *what)
{
    struct cluster_spec spec = read_cluster(object, what);

    ck_assert_msg(spec.cells.count == 1, "%s: %zu cells", what, spec.cells.count);
    ck_assert_msg(spec.keyspaces.count >= 1, "%s: no keyspace", what);
    ck_assert_msg(spec.keyspaces.at[0].partitionings.at[0].equal != NULL, "%s: no parts", what);
}

START_TEST(manifests_are_read)
{
    ck_assert_uint_eq(each_manifest("manifests/*.yaml", "VitessCluster", expect_read), 5);
    ck_assert_uint_eq(each_manifest("manifests/*/*.yaml", "VitessCluster", expect_read), 13);
}
END_TEST

/* --- what their controllers made --- */

static const struct {
    const char *kind;
    const struct spec_field *fields;
    size_t size, least;
} derived[] = {
    {"VitessCell", v2_cell_fields, sizeof(struct cell_spec), 35},
    {"VitessKeyspace", v2_keyspace_fields, sizeof(struct keyspace_spec), 36},
    {"VitessShard", v2_shard_fields, sizeof(struct shard_spec), 60},
    {"EtcdLockserver", v2_etcd_lockserver_fields, sizeof(struct etcd_template), 35},
    {"VitessBackup", v2_backup_fields, 1, 5},
    {"VitessBackupStorage", v2_backup_storage_fields, sizeof(struct backup_storage_spec), 20},
    {"VitessBackupSchedule", v2_backup_schedule_fields, sizeof(struct backup_schedule), 4},
};

/* A derived spec may have what the table does not know: nobody says so but this. */
static void expect_known(const struct spec_field *fields, const json_t *value, const char *path);

static void expect_known_below(const struct spec_field *field, const json_t *value,
    const char *path)
{
    const json_t *item;

    if (field->fields == NULL)
        return;
    if (!json_is_array(value))
        expect_known(field->fields, value, path);
    json_each_item (value, i, item)
        expect_known(field->fields, item, fmt(arena, "%s[%zu]", path, i));
}

static void expect_known(const struct spec_field *fields, const json_t *value, const char *path)
{
    const json_t *item;
    const char *key;

    json_each_field (value, key, item) {
        const char *place = fmt(arena, "%s.%s", path, key);
        bool found = false;

        for (const struct spec_field *field = fields; field->key != NULL; field++) {
            if (!text_equal(field->key, key))
                continue;
            found = true;
            expect_known_below(field, item, place);
        }
        ck_assert_msg(found, "%s is not in the table", place);
    }
}

static size_t read_objects(const json_t *stage, const char *name, size_t at)
{
    size_t count = 0;
    const json_t *object;

    json_each_item (json_at(stage, "objects"), i, object) {
        struct problems problems = {.arena = arena};
        const char *what = fmt(arena, "%s: %s", name, json_text_at(object, "metadata", "name"));
        const json_t *spec = json_at(object, "spec");

        if (!text_equal(json_text_at(object, "kind"), derived[at].kind))
            continue;
        spec_read(arena,
            derived[at].fields,
            spec,
            "spec",
            SPEC_DERIVED,
            arena_alloc(arena, derived[at].size),
            &problems);
        expect_no_problems(&problems, what);
        expect_known(derived[at].fields, spec, what);
        count++;
    }
    return count;
}

START_TEST(derived_objects_are_read)
{
    glob_t found;
    size_t count = 0;

    ck_assert_int_eq(glob(VECTORS "*_*.json", 0, NULL, &found), 0);
    for (size_t i = 0; i < found.gl_pathc; i++) {
        const char *name = found.gl_pathv[i] + strlen(VECTORS);

        count += read_objects(vector_json(name), name, (size_t)_i);
    }
    globfree(&found);
    ck_assert_msg(count >= derived[_i].least, "%zu of kind %s", count, derived[_i].kind);
}
END_TEST

/* --- what ours make --- */

/* The API server drops a field that is in no schema, and it would be written for ever. */
static void expect_ours(const json_t *object)
{
    for (size_t i = 0; object != NULL && i < sizeof(derived) / sizeof(*derived); i++)
        if (text_equal(json_text_at(object, "kind"), derived[i].kind))
            expect_known(derived[i].fields, json_at(object, "spec"), derived[i].kind);
}

static void expect_our_shards(const json_t *object)
{
    struct problems problems = {.arena = arena};
    struct keyspace_spec spec = {0};
    const struct v2_keyspace keyspace = {"example", "example", &spec};
    struct v2_shards shards;

    spec_read(arena,
        v2_keyspace_fields,
        json_at(object, "spec"),
        "spec",
        SPEC_DERIVED,
        &spec,
        &problems);
    expect_no_problems(&problems, "VitessKeyspace");
    shards = v2_keyspace_shards(arena, &spec.keyspace);
    ck_assert_uint_gt(shards.count, 0);
    for (size_t i = 0; i < shards.count; i++)
        expect_ours(v2_derived_shard(arena, &keyspace, &shards.at[i]));
}

static void expect_our_tree(const json_t *object, const char *what)
{
    struct cluster_spec spec = read_cluster(object, what);
    const struct v2_cluster cluster = {"example", "example", &spec};

    v2_normalise(arena, &spec);
    expect_ours(v2_global_etcd(arena, &cluster));
    for (size_t i = 0; i < spec.cells.count; i++)
        expect_ours(v2_derived_cell(arena, &cluster, &spec.cells.at[i], NULL));
    for (size_t i = 0; spec.backup != NULL && i < spec.backup->locations.count; i++)
        expect_ours(v2_derived_backup_storage(arena, &cluster, &spec.backup->locations.at[i]));
    for (size_t i = 0; spec.backup != NULL && i < spec.backup->schedules.count; i++)
        expect_ours(v2_derived_backup_schedule(arena, &cluster, &spec.backup->schedules.at[i]));
    for (size_t i = 0; i < spec.keyspaces.count; i++) {
        const json_t *keyspace = v2_derived_keyspace(arena, &cluster, &spec.keyspaces.at[i]);

        expect_ours(keyspace);
        expect_our_shards(keyspace);
    }
}

START_TEST(what_ours_make_is_in_the_tables)
{
    ck_assert_uint_eq(each_manifest("manifests/*.yaml", "VitessCluster", expect_our_tree), 5);
    ck_assert_uint_eq(each_manifest("manifests/*/*.yaml", "VitessCluster", expect_our_tree), 13);
}
END_TEST

/* --- their schemas --- */

static const struct {
    const char *kind;
    const struct spec_field *spec, *status;
    enum spec_mode mode;
} kinds[] = {
    {"VitessCluster", v2_cluster_fields, v2_cluster_status_fields, SPEC_STRICT},
    {"VitessCell", v2_cell_fields, v2_cell_status_fields, SPEC_DERIVED},
    {"VitessKeyspace", v2_keyspace_fields, v2_keyspace_status_fields, SPEC_DERIVED},
    {"VitessShard", v2_shard_fields, v2_shard_status_fields, SPEC_DERIVED},
    {"EtcdLockserver", v2_etcd_lockserver_fields, v2_etcd_lockserver_status_fields, SPEC_DERIVED},
    {"VitessBackup", v2_backup_fields, v2_backup_status_fields, SPEC_DERIVED},
    {"VitessBackupStorage",
        v2_backup_storage_fields,
        v2_backup_storage_status_fields,
        SPEC_DERIVED},
    {"VitessBackupSchedule",
        v2_backup_schedule_fields,
        v2_backup_schedule_status_fields,
        SPEC_DERIVED},
};
enum { KINDS = sizeof(kinds) / sizeof(*kinds) };

static const json_t *their_schema(const char *kind)
{
    struct yaml_documents documents = vector_manifest("manifests/docs-v24.0.4/operator.yaml");

    for (size_t i = 0; i < documents.count; i++) {
        const json_t *object = documents.at[i].value;

        if (text_equal(json_text_at(object, "spec", "names", "kind"), kind))
            return json_at(json_array_get(json_at(object, "spec", "versions"), 0),
                "schema",
                "openAPIV3Schema",
                "properties");
    }
    ck_abort_msg("they have no %s", kind);
    return NULL;
}

static const struct spec_field *row_of(const struct spec_field *fields, const char *key)
{
    const struct spec_field *found = NULL;

    for (; fields->key != NULL; fields++)
        if (text_equal(fields->key, key))
            found = fields;
    return found;
}

static size_t missing;

/* What the hook reads, also where the schema says no more than mapping or list. */
static void expect_rows(const struct spec_field *fields, const json_t *theirs, const char *path)
{
    const json_t *schema;
    const char *key;

    json_each_field (json_at(theirs, "properties"), key, schema) {
        const struct spec_field *row = row_of(fields, key);
        const char *place = fmt(arena, "%s.%s", path, key);
        const json_t *items = json_at(schema, "items"),
                     *values = json_at(schema, "additionalProperties");

        if (row == NULL)
            fprintf(stderr, "%s is not known\n", place);
        missing += row == NULL;
        if (row != NULL && row->fields != NULL)
            expect_rows(row->fields,
                items != NULL    ? items
                : values != NULL ? values
                                 : schema,
                place);
    }
}

START_TEST(all_their_fields_are_known)
{
    const json_t *theirs = their_schema(kinds[_i].kind);

    missing = 0;
    expect_rows(kinds[_i].spec, json_at(theirs, "spec"), fmt(arena, "%s.spec", kinds[_i].kind));
    expect_rows(kinds[_i].status,
        json_at(theirs, "status"),
        fmt(arena, "%s.status", kinds[_i].kind));
    ck_assert_uint_eq(missing, 0);
}
END_TEST

/* --- and what they refuse --- */

/* Where ours refuse what theirs take, and why. Of a path that ends with "..." all that is below. */
struct deliberate {
    const char *path; /* its end */
    const char *word; /* of the schema; NULL: any */
    const char *why;
};
#define OF_PODS "Kubernetes takes no Pod with anything else, once the old one is gone"
#define A_NAME "two of one name are one to Metacontroller, and to who reads the status"
static const struct deliberate deliberate[] = {
    {"spec.cells", NULL, A_NAME},
    {"spec.keyspaces", NULL, A_NAME},
    {"backup.schedules", NULL, A_NAME},
    {"status.conditions", NULL, A_NAME},
    {"vitessDashboard.cells", NULL, A_NAME},
    {"vtadmin.cells", NULL, A_NAME},
    {"extraEnv", NULL, A_NAME},
    {"extraVolumeMounts", NULL, A_NAME},
    {"extraEnv[]...", NULL, OF_PODS},
    {"extraVolumeMounts[]...", NULL, OF_PODS},
    {"extraLabels.*", NULL, OF_PODS},
    {"imagePullPolicy", "enum", OF_PODS},
    {"imagePullPolicies...", "enum", OF_PODS},
    {"imagePullSecrets[].name", "required", OF_PODS},
    {"terminationGracePeriodSeconds", NULL, "0 ends MySQL in the midst of a write"},
    {"initContainers", "type", OF_PODS},
    {"sidecarContainers", "type", OF_PODS},
    {"extraVolumes", "type", OF_PODS},
    {"affinity", "type", OF_PODS},
    {"tolerations", "type", OF_PODS},
    {"topologySpreadConstraints", "type", OF_PODS},
    {"lifecycle", "type", OF_PODS},
    {"gateway.lifecycle...", NULL, OF_PODS},
    {".volume", "type", OF_PODS},
    {"gateway.strategy.type", "enum", "Kubernetes takes no other Deployment"},
    {"vitessDashboard.replicas", "minimum", "Kubernetes takes no other Deployment"},
    {"vtadmin.replicas", "minimum", "Kubernetes takes no other Deployment"},
    {"autoscaler.metrics[]...", NULL, "Kubernetes takes no other autoscaler"},
    {"autoscaler.behavior...", NULL, "Kubernetes takes no other autoscaler"},
    {"dataVolumeClaimTemplate...", NULL, "Kubernetes takes no other claim, MySQL no block device"},
    {"tabletPools[].replicas", "maximum", "their names alone would fill the operator's memory"},
    {"equal.shardTemplate", "required", "theirs looks for a Secret without a name then"},
    {"s3.minPartSize", "minimum", "nothing has fewer than no bytes"},
    {"status...", "minimum", "nobody counts below 0"},
};
enum { DELIBERATE = sizeof(deliberate) / sizeof(*deliberate) };
static bool used[DELIBERATE];

static bool ends_so(const char *path, const char *end)
{
    const size_t length = strlen(path), tail = strlen(end), all = strlen("...");

    if (tail > all && strcmp(end + tail - all, "...") == 0)
        return strstr(path, fmt(arena, "%.*s", (int)(tail - all), end)) != NULL;
    return length >= tail && strcmp(path + length - tail, end) == 0;
}

static void expect_deliberate(const char *path, const char *word, const json_t *ours,
    const json_t *theirs)
{
    for (size_t i = 0; i < DELIBERATE; i++) {
        if (ends_so(path, deliberate[i].path) &&
            (deliberate[i].word == NULL || text_equal(word, deliberate[i].word))) {
            used[i] = true;
            return;
        }
    }
    fprintf(stderr,
        "%s: %s is %s, theirs %s\n",
        path,
        word,
        ours == NULL ? "-" : json_write(arena, ours, NULL),
        theirs == NULL ? "-" : json_write(arena, theirs, NULL));
    missing++;
}

static bool takes_anything(const json_t *schema)
{
    return json_true_at(schema, "x-kubernetes-preserve-unknown-fields");
}

static void same_word(const json_t *ours, const json_t *theirs, const char *path, const char *word)
{
    const json_t *our = json_at(ours, word), *their = json_at(theirs, word);

    if (our != NULL && !(their != NULL && json_equal(our, their)))
        expect_deliberate(path, word, our, their);
}

enum bound { LEAST, MOST };

/* A bound of ours must not be inside of theirs, which is `otherwise` where they have none. */
static void no_tighter(const json_t *ours, const json_t *theirs, const char *path, const char *word,
    enum bound bound, long long otherwise)
{
    const json_t *our = json_at(ours, word), *their = json_at(theirs, word);
    const long long here = json_integer_value(our),
                    there = their == NULL ? otherwise : json_integer_value(their);

    if (our != NULL && (bound == LEAST ? here > there : here < there))
        expect_deliberate(path, word, our, their);
}

static void no_more_required(const json_t *ours, const json_t *theirs, const char *path)
{
    const json_t *our, *their;

    json_each_item (json_at(ours, "required"), i, our) {
        bool found = false;

        json_each_item (json_at(theirs, "required"), j, their)
            found = found || json_equal(our, their);
        if (!found)
            expect_deliberate(fmt(arena, "%s.%s", path, json_string_value(our)),
                "required",
                our,
                NULL);
    }
}

static void compare(const json_t *ours, const json_t *theirs, const char *path)
{
    static const char *const words[] = {"type",
        "x-kubernetes-int-or-string",
        "enum",
        "pattern",
        "x-kubernetes-list-type",
        "x-kubernetes-list-map-keys",
        "x-kubernetes-validations",
        NULL};
    const bool wide = text_equal(json_text_at(theirs, "format"), "int64");
    const json_t *schema;
    const char *key;

    for (size_t i = 0; words[i] != NULL; i++)
        same_word(ours, theirs, path, words[i]);
    no_tighter(ours, theirs, path, "minimum", LEAST, wide ? INT64_MIN : INT32_MIN);
    no_tighter(ours, theirs, path, "maximum", MOST, wide ? INT64_MAX : INT32_MAX);
    no_tighter(ours, theirs, path, "minLength", LEAST, 0);
    no_tighter(ours, theirs, path, "maxLength", MOST, INT64_MAX);
    no_tighter(ours, theirs, path, "minItems", LEAST, 0);
    no_tighter(ours, theirs, path, "maxItems", MOST, INT64_MAX);
    no_more_required(ours, theirs, path);
    if (takes_anything(ours) || takes_anything(theirs))
        return;
    json_each_field (json_at(theirs, "properties"), key, schema) {
        const json_t *of_ours = json_at(ours, "properties", key);

        if (of_ours == NULL)
            expect_deliberate(fmt(arena, "%s.%s", path, key), "properties", NULL, schema);
        else
            compare(of_ours, schema, fmt(arena, "%s.%s", path, key));
    }
    if (json_at(theirs, "items") != NULL)
        compare(json_at(ours, "items"), json_at(theirs, "items"), fmt(arena, "%s[]", path));
    if (json_at(theirs, "additionalProperties") != NULL)
        compare(json_at(ours, "additionalProperties"),
            json_at(theirs, "additionalProperties"),
            fmt(arena, "%s.*", path));
}

static const json_t *our_schema(size_t at, const char *part)
{
    return text_equal(part, "spec")
               ? spec_schema(arena, kinds[at].spec, "The spec.", kinds[at].mode)
               : spec_schema(arena, kinds[at].status, "The status.", SPEC_DERIVED);
}

static const char *const parts[] = {"spec", "status", NULL};

START_TEST(what_theirs_take_ours_take)
{
    missing = 0;
    for (size_t i = 0; i < KINDS; i++)
        for (const char *const *part = parts; *part != NULL; part++)
            compare(our_schema(i, *part),
                json_at(their_schema(kinds[i].kind), *part),
                fmt(arena, "%s.%s", kinds[i].kind, *part));
    ck_assert_uint_eq(missing, 0);
    for (size_t i = 0; i < DELIBERATE; i++)
        ck_assert_msg(used[i], "%s is as theirs", deliberate[i].path);
}
END_TEST

/* --- what the API server asks of a schema --- */

static void expect_typed(const json_t *schema, const char *path)
{
    const char *type = json_text_at(schema, "type");

    ck_assert_msg(type != NULL || takes_anything(schema) ||
                      json_true_at(schema, "x-kubernetes-int-or-string"),
        "%s has no type",
        path);
    ck_assert_msg(text_equal(type, "array") == (json_at(schema, "items") != NULL),
        "%s: only a list has items",
        path);
    ck_assert_msg(json_at(schema, "properties") == NULL ||
                      json_at(schema, "additionalProperties") == NULL,
        "%s is both a mapping and a map",
        path);
    /* CEL over lists without a bound, as theirs are, is beyond the API server's budget. */
    ck_assert_msg(json_at(schema, "x-kubernetes-validations") == NULL, "%s has CEL", path);
    ck_assert_msg(json_at(schema, "default") == NULL, "%s has a default", path);
}

/* Keys of a list of type map must be in every item. */
static void expect_keys(const json_t *schema, const char *path)
{
    const json_t *key, *required;

    json_each_item (json_at(schema, "x-kubernetes-list-map-keys"), i, key) {
        bool found = false;

        json_each_item (json_at(schema, "items", "required"), j, required)
            found = found || json_equal(key, required);
        ck_assert_msg(found, "%s: %s may be absent", path, json_string_value(key));
    }
}

static void expect_structural(const json_t *schema, const char *path)
{
    const json_t *property;
    const char *key;

    expect_typed(schema, path);
    expect_keys(schema, path);
    json_each_field (json_at(schema, "properties"), key, property)
        expect_structural(property, fmt(arena, "%s.%s", path, key));
    if (json_at(schema, "items") != NULL)
        expect_structural(json_at(schema, "items"), fmt(arena, "%s[]", path));
    if (json_at(schema, "additionalProperties") != NULL)
        expect_structural(json_at(schema, "additionalProperties"), fmt(arena, "%s.*", path));
}

/* `kubectl apply` keeps a CRD in an annotation of at most 262,144 bytes, and all of them go into
 * one file: an object of etcd has 1.5 MiB. */
enum { MOST_OF_ONE = 140000, MOST_OF_ALL = 400000 };

START_TEST(schemas_are_structural_and_small)
{
    size_t all = 0;

    for (size_t i = 0; i < KINDS; i++) {
        size_t one = 0;

        for (const char *const *part = parts; *part != NULL; part++) {
            const json_t *schema = our_schema(i, *part);

            expect_structural(schema, fmt(arena, "%s.%s", kinds[i].kind, *part));
            one += strlen(json_write(arena, schema, NULL));
            all += strlen(yaml_write(arena, schema));
        }
        ck_assert_msg(one < MOST_OF_ONE, "%s has %zu bytes", kinds[i].kind, one);
    }
    ck_assert_uint_lt(all, MOST_OF_ALL);
}
END_TEST

/* --- sentences --- */

static void expect_sentences(const struct spec_field *fields, const char *path)
{
    for (const struct spec_field *field = fields; field->key != NULL; field++) {
        const char *place = fmt(arena, "%s.%s", path, field->key);

        if (field->key[0] == '\0')
            continue;
        ck_assert_msg(field->doc != NULL && field->doc[strlen(field->doc) - 1] == '.',
            "%s has no sentence",
            place);
        /* Kubernetes describes its own. */
        if (field->fields != NULL && field->type_name == NULL)
            expect_sentences(field->fields, place);
    }
}

START_TEST(every_field_has_a_sentence)
{
    expect_sentences(kinds[_i].spec, kinds[_i].kind);
    expect_sentences(kinds[_i].status, kinds[_i].kind);
}
END_TEST

static void tests(TCase *tcase)
{
    tcase_add_test(tcase, manifests_are_read);
    tcase_add_test(tcase, what_ours_make_is_in_the_tables);
    tcase_add_test(tcase, what_theirs_take_ours_take);
    tcase_add_test(tcase, schemas_are_structural_and_small);
    tcase_add_loop_test(tcase, every_field_has_a_sentence, 0, KINDS);
    tcase_add_loop_test(tcase, all_their_fields_are_known, 0, KINDS);
    tcase_add_loop_test(tcase, derived_objects_are_read, 0, sizeof(derived) / sizeof(*derived));
}

TEST_MAIN(tests)
