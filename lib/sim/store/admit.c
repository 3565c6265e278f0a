#include "admit.h"

#include "metadata.h"
#include "sim/core/edit.h"

/* A claim is not removed while a Pod uses it: the admission plugin StorageObjectInUseProtection. */
static void protect_claim(json_t *object)
{
    json_t *finalizers = json_new_list();

    json_add_text(finalizers, "kubernetes.io/pvc-protection");
    edit_default(edit_map(object, "metadata"), "finalizers", finalizers);
}

/* The namespace in a body must be that of the URL, so it cannot change; and the metadata that the
 * server stamps itself is not taken from a body that makes an object. */
static void forget_system_metadata(json_t *object)
{
    static const char *const fields[] = {"uid",
        "resourceVersion",
        "generation",
        "creationTimestamp",
        "deletionTimestamp",
        "deletionGracePeriodSeconds",
        "selfLink",
        "managedFields",
        NULL};
    json_t *metadata = edit_map(object, "metadata");

    for (const char *const *field = fields; *field != NULL; field++)
        json_object_del(metadata, *field);
}

static const char *refusal(struct arena *arena, const struct kind *kind, json_t *object,
    const json_t *old)
{
    const char *message = NULL;

    if (kind->schema != NULL)
        message = admit_schema(arena, kind->schema, object, old, "");
    if (message == NULL)
        message = invalid_metadata(arena, kind, object);
    if (message == NULL)
        message = invalid_object(arena, kind, object);
    if (message == NULL && old != NULL)
        message = invalid_change(arena, kind, object, old);
    return message;
}

json_t *admit(struct arena *arena, const struct kind *kind, const json_t *object, const json_t *old,
    const char **message)
{
    json_t *copy = admit_copy(object, kind->hook == NULL);

    if (old == NULL)
        forget_system_metadata(copy);
    if (kind->hook == NULL) {
        copy = json_overlay(quantities_canonical(arena, copy), NULL);
        json_put(copy, "metadata", json_overlay(json_at(copy, "metadata"), NULL));
        json_put(copy, "spec", json_clone(json_at(copy, "spec")));
        admit_defaults(arena, kind, copy, old);
    }
    if (kind_is(kind, "PersistentVolumeClaim") && old == NULL)
        protect_claim(copy);
    *message = refusal(arena, kind, copy, old);
    if (*message == NULL)
        return copy;
    *message = fmt(arena,
        "%s \"%s\" is invalid: %s",
        kind->name,
        object_name(object) == NULL ? "" : object_name(object),
        *message);
    return NULL;
}
