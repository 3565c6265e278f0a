#include "metadata.h"

#include <string.h>

#include "template.h"

/* --- what is asked for again and again --- */

/* From NAME on they are in the metadata. */
enum fact { API_VERSION, KIND, NAME, NAMESPACE, UID, DELETED, LABELS, ANNOTATIONS, FACTS };

static const char *const keys_of[FACTS] = {
    [API_VERSION] = "apiVersion",
    [KIND] = "kind",
    [NAME] = "name",
    [NAMESPACE] = "namespace",
    [UID] = "uid",
    [DELETED] = "deletionTimestamp",
    [LABELS] = "labels",
    [ANNOTATIONS] = "annotations",
};

struct facts {
    bool known;
    const json_t *at[FACTS];
};

static void look_at(const json_t *object, struct facts *facts)
{
    const json_t *metadata = json_at(object, "metadata");

    for (int i = 0; i < FACTS; i++)
        facts->at[i] = json_at(i < NAME ? object : metadata, keys_of[i]);
    facts->known = true;
}

/* Of an object of a request all are looked for at once. */
static const json_t *fact(const json_t *object, enum fact which)
{
    struct facts *facts = json_notes(object, sizeof(*facts));

    if (facts == NULL)
        return which < NAME ? json_at(object, keys_of[which])
                            : json_at(object, "metadata", keys_of[which]);
    if (!facts->known)
        look_at(object, facts);
    return facts->at[which];
}

const char *object_api_version(const json_t *object)
{
    return json_string_value(fact(object, API_VERSION));
}

const char *object_kind(const json_t *object)
{
    return json_string_value(fact(object, KIND));
}

const char *object_name(const json_t *object)
{
    return json_string_value(fact(object, NAME));
}

const char *object_namespace(const json_t *object)
{
    return json_string_value(fact(object, NAMESPACE));
}

const char *object_uid(const json_t *object)
{
    return json_string_value(fact(object, UID));
}

bool object_terminating(const json_t *object)
{
    return json_is_string(fact(object, DELETED));
}

const json_t *object_labels(const json_t *object)
{
    return fact(object, LABELS);
}

const json_t *object_annotations(const json_t *object)
{
    return fact(object, ANNOTATIONS);
}

/* --- and the rest --- */

bool object_has_template(const json_t *object)
{
    const char *kind = object_kind(object);

    return text_equal(kind, "Deployment") || text_equal(kind, "StatefulSet");
}

const char *object_label(const json_t *object, const char *key)
{
    return json_text_at(object_labels(object), key);
}

static bool has_labels(const json_t *object, const json_t *labels)
{
    const json_t *own = object_labels(object);
    const json_t *value;
    const char *key;

    json_each_field (labels, key, value) {
        if (!json_same(json_at(own, key), value))
            return false;
    }
    return own != NULL;
}

const json_t *object_labelled(struct arena *arena, const json_t *object, const json_t *labels)
{
    const json_t *metadata = json_at(object, "metadata");

    if (has_labels(object, labels))
        return object;
    return object(arena,
        SPREAD(object),
        MAP("metadata",
            SPREAD(metadata),
            MAP("labels", SPREAD(json_at(metadata, "labels")), SPREAD(labels))));
}

const json_t *object_controller_ref(const json_t *object)
{
    const json_t *owner;

    json_each_item (json_at(object, "metadata", "ownerReferences"), i, owner) {
        if (json_true_at(owner, "controller"))
            return owner;
    }
    return NULL;
}

const char *object_annotation(const json_t *object, const char *key)
{
    return json_text_at(object_annotations(object), key);
}

json_int_t object_generation(const json_t *object)
{
    return json_int_at(object, 0, "metadata", "generation");
}

const char *api_group(struct arena *arena, const char *api_version)
{
    const char *slash = strchr(api_version, '/');

    return slash == NULL ? "" : text_copy(arena, api_version, (size_t)(slash - api_version));
}

const char *object_group(struct arena *arena, const json_t *object)
{
    const char *kind = object_kind(object), *version = object_api_version(object);

    return kind == NULL || version == NULL ? NULL : fmt(arena, "%s.%s", kind, version);
}

/* --- hashes --- */

enum { SPEC_HASH_DIGITS = 16 };

static const char *hash_of_text(struct arena *arena, const char *text, size_t length)
{
    return text_copy(arena, digest(arena, text, length), SPEC_HASH_DIGITS);
}

const char *spec_hash_of(struct arena *arena, const json_t *value)
{
    size_t length;
    const char *text = json_write(arena, value, &length);

    return hash_of_text(arena, text, length);
}

/* The fields of `common` before `key`, or those behind it, as json_write() sorts them, and without
 * brackets. */
static const char *fields_beside(struct arena *arena, const json_t *common, const char *key,
    bool behind)
{
    json_t *fields = json_new_map();
    const json_t *value;
    const char *name;
    size_t length;
    const char *text;

    json_each_field (common, name, value) {
        if (behind ? strcmp(name, key) > 0 : strcmp(name, key) < 0)
            json_put(fields, name, value);
    }
    text = json_write(arena, fields, &length);
    return text_copy(arena, text + 1, length - 2);
}

struct spec_hashes spec_hashes_of(struct arena *arena, const json_t *common, const char *key)
{
    const char *before = fields_beside(arena, common, key, false);
    const char *after = fields_beside(arena, common, key, true);

    return (struct spec_hashes){fmt(arena, "{%s%s\"%s\":", before, *before == '\0' ? "" : ",", key),
        fmt(arena, "%s%s}", *after == '\0' ? "" : ",", after)};
}

const char *spec_hash_with(struct arena *arena, const struct spec_hashes *hashes, const char *text)
{
    struct text whole = {.arena = arena};

    text_add(&whole, hashes->before);
    text_add(&whole, json_write(arena, json_string(text), NULL));
    text_add(&whole, hashes->after);
    return hash_of_text(arena, text_string(&whole), whole.length);
}
