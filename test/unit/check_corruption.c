#include "testing.h"

#include <glob.h>

#include "hook.h"
#include "yaml.h"

/* Each golden request with one field broken: removed, null, "x", "Pod", [], {} or a number that is
 * as small or as large as numbers get. Fields of what was applied last, which is a text in an
 * annotation, are fields like others; and it may be that of another child. Whatever is broken, an
 * answer of 200 keeps what carries data and who is primary, and the same request gives the same
 * bytes again.
 *
 * To keep is: a child that the sound request does not let go, and that the broken request still
 * shows as not terminating, is in the answer to the broken one under the name that it has there,
 *   - of our own kinds and PersistentVolumeClaims each one, and the StatefulSet of the lock server;
 *   - the Pod of the primary, where another tablet could take over;
 *   - all other tablets that are Ready but for one: what is broken may look like an edit, and then
 *     it is somebody's turn.
 * What Vitess has answered is no field of Kubernetes: where that is broken, in a task's Pod or in
 * the status, Pods and claims may go, since nobody knows any more who serves and what is recorded.
 *
 * There are some hundred thousand ways, so each kind of field is broken in each way in one of the
 * cases that have it. CORRUPT_ALL=1 in the environment breaks it in all of them. */

/* --- reading the cases --- */

struct golden {
    const char *name; /* "shard/at-rest", "v2/shard/at-rest" */
    const struct hook *hook;
    json_t *request;
    json_t *let_go;      /* places in the request of children that the sound answer leaves out */
    bool etcd;           /* the cell has one of its own */
    const char *primary; /* "-UID" in the name of its Pod; NULL: none, or nobody could take over */
};

static const char *file_text(const char *path, size_t *length)
{
    struct text text = {.arena = arena};
    FILE *file = fopen(path, "r");
    char block[4096];
    size_t count;

    ck_assert_msg(file != NULL, "%s", path);
    while ((count = fread(block, 1, sizeof(block), file)) > 0)
        text_add_bytes(&text, block, count);
    fclose(file);
    *length = text.length;
    return text_string(&text);
}

/* --- what was applied last, as a mapping that can be broken like the rest --- */

#define LAST_APPLIED "metacontroller.k8s.io/last-applied-configuration"

/* Does nothing where an object has none. */
static void open_applied(json_t *object)
{
    json_t *annotations = json_object_get(json_object_get(object, "metadata"), "annotations");
    const char *text = json_string_value(json_object_get(annotations, LAST_APPLIED));
    struct json_fault fault;

    if (text != NULL)
        json_object_set(annotations,
            LAST_APPLIED,
            json_clone(json_read(arena, text, strlen(text), 0, &fault)));
}

/* As it is sent. */
static const json_t *closed_applied(struct arena *scratch, const json_t *object)
{
    const json_t *metadata = json_at(object, "metadata");
    const json_t *annotations = json_at(metadata, "annotations");
    const json_t *applied = json_at(annotations, LAST_APPLIED);
    json_t *copies[3];

    if (!json_is_object(applied))
        return object;
    copies[0] = json_overlay(object, NULL);
    copies[1] = json_overlay(metadata, NULL);
    copies[2] = json_overlay(annotations, NULL);
    json_put_text(copies[2], LAST_APPLIED, json_write(scratch, applied, NULL));
    json_put(copies[1], "annotations", copies[2]);
    json_put(copies[0], "metadata", copies[1]);
    return copies[0];
}

static const json_t *closed_groups(struct arena *scratch, const json_t *groups)
{
    json_t *copy = json_overlay(groups, NULL);
    const json_t *members;
    const json_t *object;
    const char *group;
    const char *key;

    json_each_field (groups, group, members) {
        json_t *closed = json_overlay(members, NULL);

        json_each_field (members, key, object)
            json_put(closed, key, closed_applied(scratch, object));
        if (json_is_object(members))
            json_put(copy, group, closed);
    }
    return copy;
}

/* The request as Metacontroller sends it. */
static const char *request_text(struct arena *scratch, const json_t *request, size_t *length)
{
    struct json_scope scope = json_enter(scratch);
    json_t *copy = json_overlay(request, NULL);
    const char *text;

    json_put(copy, "parent", closed_applied(scratch, json_at(request, "parent")));
    json_put(copy, "children", closed_groups(scratch, json_at(request, "children")));
    json_put(copy, "related", closed_groups(scratch, json_at(request, "related")));
    text = json_write(scratch, copy, length);
    json_leave(scope);
    return text;
}

static void open_groups(json_t *groups)
{
    json_t *members;
    json_t *object;
    const char *group;
    const char *key;

    json_object_foreach(groups, group, members)
    {
        json_object_foreach(members, key, object) open_applied(object);
    }
}

static json_t *file_request(const char *path)
{
    struct yaml_documents documents;
    struct json_fault fault;
    size_t length;
    json_t *request;
    const char *text = file_text(path, &length);

    ck_assert_msg(yaml_read(arena, text, length, &documents, &fault), "%s: %s", path, fault.text);
    request = json_clone(documents.at[0].value);
    open_applied(json_object_get(request, "parent"));
    open_groups(json_object_get(request, "children"));
    open_groups(json_object_get(request, "related"));
    return request;
}

/* --- running one --- */

struct run {
    struct arena *arena;
    int code;
    const char *body;
    size_t length;
};

static struct run run_text(const struct golden *golden, const char *text, size_t length)
{
    struct run run = {.arena = arena_new(0)};
    struct sync_result result =
        sync_run(run.arena, golden->hook, false, text, length, (struct sync_limits){.depth = 0});

    run.code = result.code;
    run.body = result.body;
    run.length = result.length;
    return run;
}

static const json_t *answer_of(const struct run *run)
{
    struct json_fault fault;

    return json_read(run->arena, run->body, run->length, 0, &fault);
}

/* --- breaking it --- */

enum { WAYS = 11 };

/* Way 0 removes. */
static const char *const ways[WAYS] = {"removed",
    "null",
    "0",
    "\"x\"",
    "[]",
    "{}",
    "-1",
    "-9223372036854775808",
    "9223372036854775807",
    "1e300",
    "\"Pod\""};

static const json_t *broken_value(int way)
{
    switch (way) {
    case 1:
        return json_null();
    case 2:
        return json_integer(0);
    case 3:
        return json_string("x");
    case 4:
        return json_new_list();
    case 5:
        return json_new_map();
    case 6:
        return json_integer(-1);
    case 7:
        return json_integer(INT64_MIN);
    case 8:
        return json_integer(INT64_MAX);
    case 9:
        return json_real(1e300);
    default:
        return json_string("Pod");
    }
}

/* One field of a request: a key of a mapping, or an item of a list. */
struct field {
    json_t *holder;
    const char *key; /* NULL: an item */
    size_t index;
    const char *path; /* without names of objects and indexes of items */
};

static void put_field(const struct field *field, const json_t *value)
{
    json_t *shared = (json_t *)(uintptr_t)value;

    if (field->key != NULL && value == NULL)
        json_object_del(field->holder, field->key);
    else if (field->key != NULL)
        json_object_set(field->holder, field->key, shared);
    else if (value == NULL)
        json_array_remove(field->holder, field->index);
    else
        json_array_set(field->holder, field->index, shared);
}

static void restore_field(const struct field *field, int way, const json_t *value)
{
    if (field->key == NULL && way == 0)
        json_array_insert(field->holder, field->index, (json_t *)(uintptr_t)value);
    else
        put_field(field, value);
}

static const json_t *value_of(const struct field *field)
{
    return field->key != NULL ? json_object_get(field->holder, field->key)
                              : json_array_get(field->holder, field->index);
}

/* --- what must be kept --- */

static const char *identity(const json_t *object)
{
    return fmt(arena, "%s %s", object_kind(object), object_name(object));
}

static json_t *identities(const json_t *children)
{
    json_t *set = json_new_map();
    const json_t *child;

    json_each_item (children, i, child)
        json_put(set, identity(child), json_true());
    return set;
}

static const char *place_of(const char *group, const char *key)
{
    return fmt(arena, "%s %s", group, key);
}

/* All where there is no answer: then nothing is let go. */
static json_t *let_go(const json_t *request, const json_t *children)
{
    json_t *there = identities(children);
    json_t *places = json_new_map();
    const json_t *members;
    const json_t *child;
    const char *group;
    const char *key;

    json_each_field (json_at(request, "children"), group, members) {
        json_each_field (members, key, child) {
            if (children != NULL && json_at(there, identity(child)) == NULL)
                json_put(places, place_of(group, key), json_true());
        }
    }
    return places;
}

/* A tablet, or a member of an etcd whose Pods are children. */
static bool is_tablet(const json_t *object)
{
    return text_equal(object_kind(object), "Pod") &&
           (strstr(object_name(object), "-vttablet-") != NULL ||
               strstr(object_name(object), "-etcd-") != NULL);
}

static bool is_ready(const json_t *pod)
{
    const json_t *condition;

    json_each_item (json_at(pod, "status", "conditions"), i, condition) {
        if (text_equal(json_text_at(condition, "type"), "Ready"))
            return text_equal(json_text_at(condition, "status"), "True");
    }
    return false;
}

static bool carries_data(const struct golden *golden, const json_t *object)
{
    static const char *const kinds[] = {"VitessCell",
        "VitessKeyspace",
        "VitessShard",
        "EtcdLockserver",
        "PersistentVolumeClaim"};

    for (size_t i = 0; i < sizeof(kinds) / sizeof(*kinds); i++) {
        if (text_equal(object_kind(object), kinds[i]))
            return true;
    }
    return golden->etcd && text_equal(object_kind(object), "StatefulSet");
}

static bool is_said_by_vitess(const char *path)
{
    return text_starts_with(path, "parent.status") || strstr(path, ".containerStatuses") != NULL;
}

static const char *lost_tablet(const struct golden *golden, const json_t *pod, size_t *ready)
{
    if (golden->primary != NULL && strstr(object_name(pod), golden->primary) != NULL)
        return fmt(arena, "primary %s", object_name(pod));
    if (is_ready(pod) && ++*ready > 1)
        return fmt(arena, "a second Ready %s", object_name(pod));
    return NULL;
}

/* Of what carries data or serves. */
static const char *lost_one(const struct golden *golden, const struct field *field,
    const json_t *child, size_t *ready)
{
    bool told = !is_said_by_vitess(field->path);

    if (carries_data(golden, child))
        return told || !text_equal(object_kind(child), "PersistentVolumeClaim") ? identity(child)
                                                                                : NULL;
    return told && is_tablet(child) ? lost_tablet(golden, child, ready) : NULL;
}

/* What of `golden` the answer has lost, or NULL. */
static const char *lost(const struct golden *golden, const struct field *field,
    const json_t *children)
{
    json_t *there = identities(children);
    const char *found = NULL;
    size_t ready = 0;
    const json_t *group;
    const json_t *child;
    const char *key;
    const char *name;

    json_each_field (json_at(golden->request, "children"), key, group) {
        json_each_field (group, name, child) {
            bool known = object_name(child) != NULL && object_kind(child) != NULL;

            if (found == NULL && known && !object_terminating(child) &&
                json_at(golden->let_go, place_of(key, name)) == NULL &&
                json_at(there, identity(child)) == NULL)
                found = lost_one(golden, field, child, &ready);
        }
    }
    return found;
}

/* --- checking it --- */

enum { FAILURES_SHOWN = 20 };

static size_t failures;

static void complain_of(const struct golden *golden, const struct field *field, int way,
    const char *text)
{
    if (++failures <= FAILURES_SHOWN)
        fprintf(stderr, "%s, %s %s: %s\n", golden->name, field->path, ways[way], text);
}

/* Runs the broken request that `golden` now holds. */
static void check_broken(const struct golden *golden, const struct field *field, int way)
{
    struct arena *scratch = arena_new(0);
    size_t length;
    const char *text = request_text(scratch, golden->request, &length);
    struct run run = run_text(golden, text, length);
    struct run again = run_text(golden, text, length);
    const char *missing = NULL;

    if (run.code == 200) {
        struct json_scope scope = json_enter(run.arena);

        missing = lost(golden, field, json_at(answer_of(&run), "children"));
        json_leave(scope);
    }
    if (missing != NULL)
        complain_of(golden, field, way, fmt(arena, "lost %s", missing));
    if (run.code == 500 && strstr(run.body, " is null") != NULL)
        complain_of(golden, field, way, run.body);
    if (run.code != again.code || run.length != again.length ||
        memcmp(run.body, again.body, run.length) != 0)
        complain_of(golden, field, way, "two answers to one request");
    arena_free(run.arena);
    arena_free(again.arena);
    arena_free(scratch);
}

static void check_way(const struct golden *golden, const struct field *field, int way)
{
    json_t *sound = json_incref((json_t *)(uintptr_t)value_of(field));

    if (way > 0 && json_same(sound, broken_value(way)))
        return;
    put_field(field, way == 0 ? NULL : broken_value(way));
    check_broken(golden, field, way);
    restore_field(field, way, sound);
}

/* --- every field --- */

struct fields {
    struct field *at;
    size_t count, capacity;
};

static void add_field(struct fields *fields, struct field field)
{
    if (fields->count == fields->capacity) {
        size_t capacity = fields->capacity == 0 ? 256 : fields->capacity * 2;
        struct field *grown = arena_array(arena, capacity, sizeof(*grown));

        if (fields->count > 0)
            memcpy(grown, fields->at, fields->count * sizeof(*grown));
        fields->at = grown;
        fields->capacity = capacity;
    }
    fields->at[fields->count++] = field;
}

static void add_fields(struct fields *fields, json_t *value, const char *path)
{
    json_t *item;
    const char *key;
    size_t index;

    json_object_foreach(value, key, item)
    {
        const char *below = fmt(arena, "%s.%s", path, key);

        /* The API server lets nobody change a name. */
        if (text_equal(below, "parent.metadata.name"))
            continue;
        add_field(fields, (struct field){value, key, 0, below});
        add_fields(fields, item, below);
    }
    json_array_foreach(value, index, item)
    {
        const char *below = fmt(arena, "%s[]", path);

        add_field(fields, (struct field){value, NULL, index, below});
        add_fields(fields, item, below);
    }
}

/* Objects have names of their own, which are no field. */
static void add_objects(struct fields *fields, json_t *groups, const char *path)
{
    json_t *members;
    json_t *object;
    const char *group;
    const char *key;

    json_object_foreach(groups, group, members)
    {
        add_field(fields, (struct field){groups, group, 0, fmt(arena, "%s.%s", path, group)});
        json_object_foreach(members, key, object)
        {
            const char *below = fmt(arena, "%s.%s.*", path, group);

            add_field(fields, (struct field){members, key, 0, below});
            add_fields(fields, object, below);
        }
    }
}

static struct fields fields_of(const struct golden *golden)
{
    struct fields fields = {NULL, 0, 0};
    json_t *parent = json_object_get(golden->request, "parent");

    add_fields(&fields, json_object_get(parent, "metadata"), "parent.metadata");
    add_fields(&fields, json_object_get(parent, "spec"), "parent.spec");
    add_fields(&fields, json_object_get(parent, "status"), "parent.status");
    add_objects(&fields, json_object_get(golden->request, "children"), "children");
    add_objects(&fields, json_object_get(golden->request, "related"), "related");
    return fields;
}

/* --- which of them --- */

/* How often each kind of field has been met, in all cases and up to now. */
struct census {
    json_t *total, *met;
};

static const char *kind_of_field(const struct golden *golden, const struct field *field)
{
    return fmt(arena, "%s %s %s", golden->hook->api->name, golden->hook->name, field->path);
}

static size_t count_one(json_t *counts, const char *key)
{
    size_t before = (size_t)json_int_at(counts, 0, key);

    json_put(counts, key, json_integer((json_int_t)before + 1));
    return before;
}

#ifdef __SANITIZE_ADDRESS__
enum { SAMPLE = 4 };
#else
enum { SAMPLE = 1 };
#endif

/* The ways are spread evenly over the times that the field is met. With sanitizers each field is
 * broken in some ways only, but all ways are used. */
static bool is_its_turn(size_t field, size_t met, size_t total, int way)
{
    if (getenv("CORRUPT_ALL") != NULL)
        return true;
    return met == (size_t)way * total / WAYS && (field + (size_t)way) % SAMPLE == 0;
}

static void check_case(struct census *census, const struct golden *golden)
{
    struct fields fields = fields_of(golden);

    for (size_t i = 0; i < fields.count; i++) {
        const char *kind = kind_of_field(golden, &fields.at[i]);
        size_t total = (size_t)json_int_at(census->total, 0, kind);
        size_t met = count_one(census->met, kind);

        for (int way = 0; way < WAYS; way++) {
            if (is_its_turn(i, met, total, way))
                check_way(golden, &fields.at[i], way);
        }
    }
}

/* --- the cases --- */

/* Of replica type, in all cells. */
static json_int_t replicas_of(const json_t *spec)
{
    json_int_t sum = json_int_at(spec, 0, "replicaTablets");
    const json_t *pool;

    json_each_item (json_at(spec, "tabletPools"), i, pool) {
        if (text_equal(json_text_at(pool, "type"), "replica"))
            sum += json_int_at(pool, 0, "replicas");
    }
    return sum;
}

/* Nobody could take over from the shard's only replica-type tablet, or when all of it goes. */
static bool is_alone(const json_t *request)
{
    const json_t *spec = json_at(request, "parent", "spec");

    return replicas_of(spec) <= 1 ||
           (json_true_at(spec, "rollout", "retire") &&
               text_equal(json_text_at(spec, "turndownPolicy"), "Immediate"));
}

static const char *primary_of(const json_t *answer)
{
    const char *primary = json_text_at(answer, "status", "primary");

    return primary == NULL ? json_text_at(answer, "status", "masterAlias") : primary;
}

static struct golden load(const char *path)
{
    const char *name = path + strlen("test/golden/");
    struct golden golden = {.name = text_copy(arena, name, strlen(name) - strlen("/request.yaml")),
        .request = file_request(path)};
    size_t length;
    const char *text = request_text(arena, golden.request, &length);
    const json_t *answer;
    const char *primary;
    struct run run;

    golden.hook = hook_by_name(
        text_copy(arena, golden.name, (size_t)(strrchr(golden.name, '/') - golden.name)));
    run = run_text(&golden, text, length);
    answer = run.code == 200 ? json_clone(answer_of(&run)) : NULL;
    primary = primary_of(answer);
    golden.etcd = json_at(golden.request, "parent", "spec", "etcd") != NULL;
    golden.let_go = let_go(golden.request, json_at(answer, "children"));
    golden.primary = primary == NULL || is_alone(golden.request) ? NULL : strrchr(primary, '-');
    arena_free(run.arena);
    return golden;
}

struct goldens {
    struct golden *at;
    size_t count;
};

/* Those that are sound, and as small as they were trimmed. */
static struct goldens load_all(void)
{
    struct goldens all = {NULL, 0};
    glob_t found;

    ck_assert_int_eq(glob("test/golden/*/*/request.yaml", 0, NULL, &found), 0);
    ck_assert_int_eq(glob("test/golden/v2/*/*/request.yaml", GLOB_APPEND, NULL, &found), 0);
    all.at = arena_array(arena, found.gl_pathc, sizeof(*all.at));
    for (size_t i = 0; i < found.gl_pathc; i++) {
        const char *path = found.gl_pathv[i];

        if (strstr(path, "/customize-") == NULL && strstr(path, "/whole-request-") == NULL)
            all.at[all.count++] = load(path);
    }
    globfree(&found);
    return all;
}

START_TEST(a_broken_field_loses_nothing)
{
    struct goldens all = load_all();
    struct census census = {json_new_map(), json_new_map()};

    for (size_t i = 0; i < all.count; i++) {
        struct fields fields = fields_of(&all.at[i]);

        for (size_t j = 0; j < fields.count; j++)
            count_one(census.total, kind_of_field(&all.at[i], &fields.at[j]));
    }
    for (size_t i = 0; i < all.count; i++)
        check_case(&census, &all.at[i]);
    ck_assert_uint_eq(failures, 0);
}
END_TEST

/* --- what was applied last to another one --- */

static json_t *annotations_of(json_t *object)
{
    return json_object_get(json_object_get(object, "metadata"), "annotations");
}

/* Of each kind with each other kind once a case, or all with all. */
static bool is_new_pair(json_t *seen, const char *one, const char *other)
{
    return getenv("CORRUPT_ALL") != NULL || count_one(seen, fmt(arena, "%s %s", one, other)) == 0;
}

static void check_borrowed(const struct golden *golden, json_t *object, const json_t *borrowed)
{
    json_t *annotations = annotations_of(object);
    json_t *own = json_incref(json_object_get(annotations, LAST_APPLIED));
    const struct field field = {annotations,
        LAST_APPLIED,
        0,
        fmt(arena,
            "last applied of %s taken for that of %s",
            identity(borrowed),
            identity(object))};

    json_object_set(annotations, LAST_APPLIED, (json_t *)(uintptr_t)borrowed);
    check_broken(golden, &field, 0);
    json_object_set(annotations, LAST_APPLIED, own);
}

static void borrow(const struct golden *golden, json_t *seen, const char *group, json_t *object)
{
    json_t *groups = json_object_get(golden->request, "children");
    json_t *members;
    json_t *other;
    const char *others;
    const char *key;

    json_object_foreach(groups, others, members)
    {
        json_object_foreach(members, key, other)
        {
            const json_t *borrowed = json_object_get(annotations_of(other), LAST_APPLIED);

            if (other != object && borrowed != NULL && is_new_pair(seen, group, others))
                check_borrowed(golden, object, json_clone(borrowed));
        }
    }
}

START_TEST(what_was_applied_to_another_one_loses_nothing)
{
    struct goldens all = load_all();

    for (size_t i = 0; i < all.count; i++) {
        json_t *seen = json_new_map();
        json_t *members;
        json_t *object;
        const char *group;
        const char *key;

        json_object_foreach(json_object_get(all.at[i].request, "children"), group, members)
        {
            json_object_foreach(members, key, object)
            {
                if (annotations_of(object) != NULL)
                    borrow(&all.at[i], seen, group, object);
            }
        }
    }
    ck_assert_uint_eq(failures, 0);
}
END_TEST

/* --- hook versions --- */

/* The same objects, with the keys of hook version v1. */
static json_t *with_plain_keys(const json_t *groups)
{
    json_t *result = json_new_map();
    const json_t *members;
    const json_t *object;
    const char *group;
    const char *key;

    json_each_field (groups, group, members) {
        json_t *renamed = json_new_map();

        json_each_field (members, key, object)
            json_put(renamed, object_name(object), object);
        json_put(result, group, renamed);
    }
    return result;
}

START_TEST(hook_versions_get_the_same_answers)
{
    struct goldens all = load_all();

    for (size_t i = 0; i < all.count; i++) {
        const json_t *sound = all.at[i].request;
        json_t *renamed = json_overlay(sound, NULL);
        struct run run, again;
        const char *text;
        size_t length;

        json_put(renamed, "children", with_plain_keys(json_at(sound, "children")));
        json_put(renamed, "related", with_plain_keys(json_at(sound, "related")));
        text = request_text(arena, sound, &length);
        run = run_text(&all.at[i], text, length);
        text = request_text(arena, renamed, &length);
        again = run_text(&all.at[i], text, length);
        ck_assert_msg(run.code == again.code && text_equal(run.body, again.body),
            "%s",
            all.at[i].name);
        arena_free(run.arena);
        arena_free(again.arena);
    }
}
END_TEST

static void tests(TCase *tcase)
{
    tcase_add_test(tcase, a_broken_field_loses_nothing);
    tcase_add_test(tcase, what_was_applied_to_another_one_loses_nothing);
    tcase_add_test(tcase, hook_versions_get_the_same_answers);
}

TEST_MAIN(tests)
