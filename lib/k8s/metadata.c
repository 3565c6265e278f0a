#include "metadata.h"

#include <string.h>

#include "template.h"

const char *object_kind(const json_t *object)
{
    return json_text_at(object, "kind");
}

const char *object_name(const json_t *object)
{
    return json_text_at(object, "metadata", "name");
}

const char *object_namespace(const json_t *object)
{
    return json_text_at(object, "metadata", "namespace");
}

const char *object_uid(const json_t *object)
{
    return json_text_at(object, "metadata", "uid");
}

const char *object_label(const json_t *object, const char *key)
{
    return json_text_at(object, "metadata", "labels", key);
}

const json_t *object_labelled(struct arena *arena, const json_t *object, const json_t *labels)
{
    const json_t *metadata = json_at(object, "metadata");

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
    return json_text_at(object, "metadata", "annotations", key);
}

json_int_t object_generation(const json_t *object)
{
    return json_int_at(object, 0, "metadata", "generation");
}

bool object_terminating(const json_t *object)
{
    return json_text_at(object, "metadata", "deletionTimestamp") != NULL;
}

const char *api_group(struct arena *arena, const char *api_version)
{
    const char *slash = strchr(api_version, '/');

    return slash == NULL ? "" : text_copy(arena, api_version, (size_t)(slash - api_version));
}

const char *object_group(struct arena *arena, const json_t *object)
{
    const char *kind = object_kind(object), *version = json_text_at(object, "apiVersion");

    return kind == NULL || version == NULL ? NULL : fmt(arena, "%s.%s", kind, version);
}

enum { SPEC_HASH_DIGITS = 16 };

const char *spec_hash_of(struct arena *arena, const json_t *value)
{
    size_t length;
    const char *text = json_write(arena, value, &length);

    return text_copy(arena, digest(arena, text, length), SPEC_HASH_DIGITS);
}
