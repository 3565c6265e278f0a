#include <glob.h>

#include "planetscale.h"
#include "../../hooks/v2/specs.h"

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

static void tests(TCase *tcase)
{
    tcase_add_test(tcase, manifests_are_read);
    tcase_add_loop_test(tcase, derived_objects_are_read, 0, sizeof(derived) / sizeof(*derived));
}

TEST_MAIN(tests)
