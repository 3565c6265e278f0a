#ifndef VITESS_OPERATOR_TEST_PLANETSCALE_H
#define VITESS_OPERATOR_TEST_PLANETSCALE_H

#include "../../lib/cli/cluster/difference.h"
#include "../../lib/sim/store/admit.h"
#include "../../lib/sim/store/kinds.h"
#include "hook.h"
#include "metadata.h"
#include "testing.h"
#include "text.h"
#include "yaml.h"

/* Ours beside what the operator of PlanetScale has made (test/vectors/README.md). */

#define VECTORS "test/vectors/planetscale-v2/"

static inline struct text vector_text(const char *name)
{
    const char *path = fmt(arena, VECTORS "%s", name);
    FILE *file = fopen(path, "r");
    struct text text = {.arena = arena};
    char block[4096];
    size_t length;

    ck_assert_msg(file != NULL, "%s cannot be opened", path);
    while ((length = fread(block, 1, sizeof(block), file)) > 0)
        text_add_bytes(&text, block, length);
    fclose(file);
    return text;
}

/* "tables.json", or a stage such as "docs_101_ready.json". */
static inline const json_t *vector_json(const char *name)
{
    struct text text = vector_text(name);
    struct json_fault fault = {0};
    const json_t *value = json_read(arena, text_string(&text), text.length, 0, &fault);

    ck_assert_msg(value != NULL, "%s:%d: %s", name, fault.line, fault.text);
    return value;
}

/* The documents of "manifests/101_initial_cluster.yaml". */
static inline struct yaml_documents vector_manifest(const char *name)
{
    struct text text = vector_text(name);
    struct yaml_documents documents = {0};
    struct json_fault fault = {0};

    if (!yaml_read(arena, text_string(&text), text.length, &documents, &fault))
        ck_abort_msg("%s:%d:%d: %s", name, fault.line, fault.column, fault.text);
    return documents;
}

/* The object of a stage; a `name` of NULL is that of the first of the kind. The test fails where
 * there is none. */
static inline const json_t *vector_object(const json_t *stage, const char *kind, const char *name)
{
    const json_t *object;

    json_each_item (json_at(stage, "objects"), i, object) {
        if (text_equal(json_text_at(object, "kind"), kind) &&
            (name == NULL || text_equal(json_text_at(object, "metadata", "name"), name)))
            return object;
    }
    ck_abort_msg("no %s %s", kind, name == NULL ? "" : name);
    return NULL;
}

/* Its controllers have made the object for that parent. */
static inline bool vector_is_of(const json_t *object, const json_t *parent)
{
    const json_t *owner = json_array_get(json_at(object, "metadata", "ownerReferences"), 0);

    return text_equal(json_text_at(owner, "kind"), object_kind(parent)) &&
           text_equal(json_text_at(owner, "name"), object_name(parent));
}

/* `check` of each object of the kind in the stage. */
static inline void vector_each(const char *stage_name, const char *kind, hook_function *sync,
    void (*check)(const json_t *stage, hook_function *sync, const json_t *parent))
{
    const json_t *stage = vector_json(fmt(arena, "%s.json", stage_name));
    const json_t *object;

    json_each_item (json_at(stage, "objects"), i, object) {
        if (text_equal(object_kind(object), kind))
            check(stage, sync, object);
    }
}

/* Made once: they hold the schemas of all APIs. */
static inline const struct kinds *vector_kinds(void)
{
    static struct arena *kept __attribute__((used)); /* or it counts as lost */
    static const struct kinds *kinds;

    if (kinds == NULL) {
        kept = arena_new(0);
        kinds = kinds_new(kept, apis);
    }
    return kinds;
}

/* As the API server would store it, as far as somebody asks for it: the vectors have no status, no
 * generation and no owners of ours. */
static inline json_t *vector_stored(const json_t *object)
{
    const struct kind *kind = kind_of(vector_kinds(), object);
    json_t *stored = admit_copy(object, kind != NULL);

    if (kind != NULL)
        admit_defaults(arena, kind, stored, NULL);
    json_object_del(json_object_get(stored, "metadata"), "generation");
    json_object_del(json_object_get(stored, "metadata"), "ownerReferences");
    json_object_del(stored, "status");
    return stored;
}

/* `ours` is what theirs is, to the last field, once both are stored. */
static inline void ck_as_theirs(const json_t *ours, const json_t *theirs)
{
    struct differences differences = {.arena = arena};

    differences_add(&differences, vector_stored(theirs), vector_stored(ours));
    for (size_t i = 0; i < differences.count; i++) {
        const struct difference *found = &differences.at[i];

        fprintf(stderr,
            "%s %s: %s\n  theirs %s\n  ours   %s\n",
            json_text_at(theirs, "kind"),
            json_text_at(theirs, "metadata", "name"),
            found->path,
            found->before == NULL ? "-" : json_write(arena, found->before, NULL),
            found->after == NULL ? "-" : json_write(arena, found->after, NULL));
    }
    ck_assert_msg(differences.count == 0,
        "%s %s differs, see above",
        json_text_at(theirs, "kind"),
        json_text_at(theirs, "metadata", "name"));
}

/* --- objects of their own kinds --- */

static inline const json_t *vector_without_empty(const json_t *value);

static inline json_t *vector_list_without_empty(const json_t *list)
{
    json_t *copy = json_new_list();
    const json_t *item;

    json_each_item (list, i, item)
        json_add(copy, vector_without_empty(item));
    return copy;
}

/* Go writes a struct with nothing in it as {}; for either operator that says nothing. */
static inline const json_t *vector_without_empty(const json_t *value)
{
    json_t *copy = json_new_map();
    const json_t *item;
    const char *key;

    if (json_is_array(value))
        return vector_list_without_empty(value);
    if (!json_is_object(value))
        return value;
    json_each_field (value, key, item) {
        const json_t *kept = vector_without_empty(item);

        if (!json_is_object(kept) || json_object_size(kept) > 0)
            json_put(copy, key, kept);
    }
    return copy;
}

/* The selector is for Metacontroller, bookkeeping of rollouts not of the spec. Where the traffic of
 * a shard may go is for ourselves. */
static inline const json_t *vector_alike(const json_t *object)
{
    const json_t *metadata = json_without(json_at(object, "metadata"), "annotations");
    json_t *copy = json_overlay(vector_without_empty(object), NULL);

    json_put(copy, "metadata", metadata);
    json_put(copy,
        "spec",
        json_without(json_without(json_at(copy, "spec"), "selector"), "traffic"));
    return copy;
}

#endif
