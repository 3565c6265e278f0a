#include "../../hooks/v2/names.h"
#include "planetscale.h"
#include "rows.h"
#include "world.h"

/* No field of a VitessCluster is ignored: each is changed in turn, and some object changes that is
 * of no kind of ours. Where none does, test/conformance/fields.tsv names another test. */

extern const struct api v2_api;
extern const struct api_keys v2_keys;

#define THIS_TEST "check_v2_conformance/every_field_counts"

/* --- what a cluster becomes --- */

/* What a hook makes of one object out of nothing. */
struct level {
    const char *object; /* its text */
    const char *plain;  /* digest of everything that is of no kind of ours, tasks as well */
    const json_t *own;  /* the rest, by kind and name; NULL: the object is refused */
};

static struct level *levels; /* those that were made before, a ring of MOST_LEVELS */
static size_t levels_made;
enum { MOST_LEVELS = 64, ROUNDS = 4 };

static const json_t *secret(const char *name)
{
    return object(arena,
        F("apiVersion", "v1"),
        F("kind", "Secret"),
        MAP("metadata", F("name", name), F("namespace", "default")),
        MAP("data", F("file", fmt(arena, "%s", name))));
}

/* What hooks ask Metacontroller for beside their children: the Secrets that it names, and Services
 * that have got an address. */
static const json_t *related_to(const json_t *object)
{
    static const char *const names[] = {"ca", "ca1", "tls", "tls1", NULL};
    const char *cluster = json_text_at(object, "metadata", "name");
    json_t *related = json_new_map(), *secrets = json_new_map(), *services = json_new_map();

    for (const char *const *name = names; *name != NULL; name++)
        json_put(secrets, *name, secret(*name));
    for (const char *cell = "1"; cell != NULL; cell = *cell == '1' ? "2" : NULL) {
        const char *name = v2_vtgate_service(arena, cluster, fmt(arena, "zone%s", cell));

        json_put(services,
            name,
            object(arena,
                F("apiVersion", "v1"),
                F("kind", "Service"),
                MAP("metadata", F("name", name), F("namespace", "default")),
                MAP("spec", F("clusterIP", "10.96.0.1"))));
    }
    json_put(related, "Secret.v1", secrets);
    json_put(related, "Service.v1", services);
    json_put(related, "VitessKeyspace.planetscale.com/v2", json_new_map());
    json_put(related, "VitessShard.planetscale.com/v2", json_new_map());
    return related;
}

/* What others do meanwhile: Services get addresses, and every task is done. */
static void meanwhile(struct world *world)
{
    json_t *child;

    json_each_item (world->children, i, child) {
        if (text_equal(object_kind(child), "Service") &&
            json_at(child, "spec", "clusterIP") == NULL)
            put_at(child, "spec.clusterIP", json_string("10.96.0.1"));
        if (text_equal(object_label(child, v2_keys.component), "task"))
            put_at(child, "status", world_ended(child, ""));
    }
}

static void collect(const struct world *world, json_t *plain, json_t *own)
{
    const json_t *child;

    json_each_item (world->children, i, child) {
        const json_t *made = object_last_applied(arena, &v2_keys, child);
        const char *place = fmt(arena, "%s %s", object_kind(child), object_name(child));

        json_put(hook_of(child) == NULL ? plain : own, place, made);
        if (hook_of(child) != NULL)
            json_put(plain, place, json_at(made, "metadata", "annotations"));
    }
}

/* Into `plain` and `own`; false where the object is refused. */
static bool live(const json_t *object, json_t *plain, json_t *own)
{
    struct world world = {.sync = hook_of(object)->sync,
        .keys = &v2_keys,
        .parent = json_clone(object),
        .children = json_new_list(),
        .related = related_to(object)};

    if (object_uid(object) == NULL)
        put_at(world.parent, "metadata.uid", json_string("uid"));
    for (int i = 0; i < ROUNDS; i++) {
        ck_assert_int_eq(world_sync(&world), 200);
        collect(&world, plain, own);
        meanwhile(&world);
    }
    return !text_equal(condition_reason(world.parent, "Ready"), "InvalidSpec");
}

/* In an arena of its own: there are many, and each takes megabytes. */
static struct level make_level(const json_t *object, const char *text)
{
    struct arena *kept = arena;
    struct level level = {.object = text};
    struct json_scope scope;

    arena = arena_new(0);
    scope = json_enter(arena);
    json_t *plain = json_new_map(), *own = json_new_map();
    const bool accepted = live(object, plain, own);
    const char *all = json_write(arena, plain, NULL);
    json_leave(scope);
    if (accepted) {
        level.plain = digest(kept, all, strlen(all));
        level.own = json_clone(own);
    }
    arena_free(arena);
    arena = kept;
    return level;
}

static struct level level_of(const json_t *object)
{
    const char *text = json_write(arena, object, NULL);

    for (size_t i = 0; i < MOST_LEVELS; i++) {
        if (text_equal(levels[i].object, text))
            return levels[i];
    }
    return levels[levels_made++ % MOST_LEVELS] = make_level(object, text);
}

/* Everything below the object that is of no kind of ours, as digests; NULL where it is refused. */
static const char *becomes(const json_t *object)
{
    const struct level level = level_of(object);
    struct text all = {.arena = arena};
    const json_t *child;
    const char *place;

    if (level.own == NULL)
        return NULL;
    text_add(&all, level.plain);
    json_each_field (level.own, place, child)
        text_addf(&all, "%s: %s\n", place, becomes(child));
    return text_string(&all);
}

/* --- other values --- */

enum { MOST_OTHERS = 12 };
struct others {
    const json_t *at[MOST_OTHERS]; /* NULL: the field is absent */
    size_t count;
};

static void other(struct others *others, const json_t *value)
{
    if (others->count < MOST_OTHERS)
        others->at[others->count++] = value;
}

static void other_texts(struct others *others, const struct spec_field *field, const char *text)
{
    const size_t length = strlen(text);

    for (size_t i = 0; field->values != NULL && field->values[i] != NULL; i++) {
        if (!text_equal(field->values[i], text) && field->values[i][0] != '\0')
            other(others, json_string(field->values[i]));
    }
    if (field->values != NULL || length == 0)
        return;
    other(others, json_string(fmt(arena, "%s1", text)));
    other(others, json_string(fmt(arena, "%.*s%c", (int)length - 1, text, text[length - 1] + 1)));
}

/* Something in the value is other text. */
static void other_inside(struct others *others, const struct spec_field *field, const json_t *value)
{
    const json_t *item;
    const char *key;

    json_each_field (value, key, item) {
        struct others below = {.count = 0};

        if (json_is_string(item))
            other_texts(&below, field, json_string_value(item));
        else
            other_inside(&below, field, item);
        for (size_t i = 0; i < below.count; i++) {
            json_t *copy = json_clone(value);

            json_put(copy, key, below.at[i]);
            other(others, copy);
        }
    }
}

static void other_values(struct others *others, const struct spec_field *field, const json_t *value)
{
    if (json_is_string(value))
        other_texts(others, field, json_string_value(value));
    if (json_is_integer(value))
        other(others, json_integer(json_integer_value(value) + 1));
    if (json_is_boolean(value))
        other(others, json_boolean(!json_is_true(value)));
    if (json_is_array(value) && json_is_string(json_array_get(value, 0))) {
        json_t *list = json_clone(value);

        json_array_set_new(list,
            0,
            json_string(fmt(arena, "%s1", json_string_value(json_array_get(value, 0)))));
        other(others, list);
    }
    if (!field->required)
        other(others, NULL);
    other_inside(others, field, value);
}

/* --- every field --- */

struct probe {
    const json_t *cluster;
    const char *rests; /* what it becomes */
    json_t *counts;    /* "spec.cells[].gateway": true, where a change has been seen */
};

static bool another_changes_something(const struct probe *probe, const struct spec_field *field,
    const json_t *value, const char *place)
{
    struct others others = {.count = 0};

    other_values(&others, field, value);
    for (size_t i = 0; i < others.count; i++) {
        json_t *edited = json_clone(probe->cluster);
        const char *now;

        put_at(edited, place, others.at[i]);
        now = becomes(edited);
        if (now != NULL && !text_equal(now, probe->rests))
            return true;
    }
    return false;
}

static bool probe_fields(struct probe *probe, const struct spec_field *fields, const json_t *value,
    const char *place, const char *path);

static bool probe_items(struct probe *probe, const struct spec_field *field, const json_t *value,
    const char *place, const char *path)
{
    const json_t *item;
    bool counts = false;

    json_each_item (value, i, item)
        counts |= probe_fields(probe,
            field->fields,
            item,
            fmt(arena, "%s[%zu]", place, i),
            fmt(arena, "%s[]", path));
    return counts;
}

static bool probe_field(struct probe *probe, const struct spec_field *field, const json_t *value,
    const char *place, const char *path)
{
    if (field->reader == &spec_read_struct)
        return probe_fields(probe, field->fields, value, place, path);
    if (field->reader == &spec_read_items)
        return probe_items(probe, field, value, place, path);
    return json_at(probe->counts, path) != NULL ||
           another_changes_something(probe, field, value, place);
}

/* Returns whether any of them counts. */
static bool probe_fields(struct probe *probe, const struct spec_field *fields, const json_t *value,
    const char *place, const char *path)
{
    bool any = false;

    for (const struct spec_field *field = fields; field->key != NULL; field++) {
        const json_t *here = json_at(value, field->key);
        const char *below = fmt(arena, "%s.%s", path, field->key);

        if (here == NULL ||
            !probe_field(probe, field, here, fmt(arena, "%s.%s", place, field->key), below))
            continue;
        json_put(probe->counts, below, json_true());
        any = true;
    }
    return any;
}

static const json_t *clusters(void)
{
    FILE *file = fopen("test/unit/objects/planetscale-everything.yaml", "r");
    struct text text = {.arena = arena};
    struct yaml_documents documents = {0};
    struct json_fault fault = {0};
    int letter;

    ck_assert_ptr_nonnull(file);
    while ((letter = fgetc(file)) != EOF)
        text_addf(&text, "%c", letter);
    fclose(file);
    if (!yaml_read(arena, text_string(&text), text.length, &documents, &fault))
        ck_abort_msg("%d: %s", fault.line, fault.text);
    return json_at(documents.at[0].value, "items");
}

static const json_t *all_that_count(void)
{
    struct probe probe = {.counts = json_new_map()};
    const json_t *cluster;

    levels = arena_array(arena, MOST_LEVELS, sizeof(*levels));
    json_each_item (clusters(), i, cluster) {
        probe.cluster = cluster;
        probe.rests = becomes(cluster);
        ck_assert_ptr_nonnull(probe.rests);
        probe_fields(&probe, hook_of(cluster)->spec, json_at(cluster, "spec"), "spec", "spec");
    }
    return probe.counts;
}

/* --- against the rows --- */

static size_t wrong;

static void expect_row(const char *path, bool counts)
{
    const struct row *row = row_of_path(fmt(arena, "VitessCluster.%s", path));
    const bool named = row != NULL && strstr(row->test, THIS_TEST) != NULL;

    if (row == NULL)
        fprintf(stderr, "%s has no row\n", path);
    else if (counts != named)
        fprintf(stderr, "%s %s\n", path, counts ? "counts" : "changes nothing");
    wrong += row == NULL || counts != named;
}

static void expect_rows_of(const struct spec_field *fields, const char *path, const json_t *counts)
{
    for (const struct spec_field *field = fields; field->key != NULL; field++) {
        const char *below = fmt(arena, "%s.%s", path, field->key);
        const bool list = field->reader == &spec_read_items;

        if (field->key[0] == '\0')
            continue;
        expect_row(below, json_at(counts, below) != NULL);
        if (list || field->reader == &spec_read_struct)
            expect_rows_of(field->fields, list ? fmt(arena, "%s[]", below) : below, counts);
    }
}

START_TEST(every_field_counts)
{
    wrong = 0;
    rows_read("test/conformance/fields.tsv");
    expect_rows_of(v2_api.hooks[0].spec, "spec", all_that_count());
    ck_assert_uint_eq(wrong, 0);
}
END_TEST

static void tests(TCase *tcase)
{
    tcase_add_test(tcase, every_field_counts);
}

TEST_MAIN(tests)
