#include "metadata.h"

#include <string.h>

#include "template.h"

/* What Metacontroller applied last, and what to send for a child that is to stay as it is. */

const json_t *object_applied_annotation(struct arena *arena, const json_t *object)
{
    const char *text =
        object_annotation(object, "metacontroller.k8s.io/last-applied-configuration");
    struct json_fault fault;

    return text == NULL ? NULL : json_read(arena, text, strlen(text), 0, &fault);
}

/* A copy (kubectl get | sed | apply, a volume clone, a restore into another namespace) carries the
 * annotation of its original. And whoever may annotate a claim must not get a Pod created with
 * Metacontroller's rights. */
static bool is_about(const json_t *applied, const json_t *object)
{
    return text_equal(json_text_at(applied, "apiVersion"), json_text_at(object, "apiVersion")) &&
           text_equal(object_kind(applied), object_kind(object)) &&
           text_equal(object_namespace(applied), object_namespace(object)) &&
           text_equal(object_name(applied), object_name(object));
}

const json_t *object_last_applied(struct arena *arena, const json_t *object)
{
    const json_t *applied = object_applied_annotation(arena, object);

    return applied != NULL && is_about(applied, object) ? applied : NULL;
}

/* `observed` as far as `applied` has the same fields. Metacontroller merges lists in ways that
 * depend on all of their items, so of a list everything is taken. */
static const json_t *projected(const json_t *observed, const json_t *applied)
{
    json_t *copy;
    const json_t *value;
    const char *key;

    if (!json_is_object(observed))
        return observed;
    copy = json_new_map();
    json_each_field (applied, key, value) {
        const json_t *now = json_at(observed, key);

        if (now != NULL && !json_is_null(now))
            json_put(copy, key, projected(now, value));
    }
    return copy;
}

/* What nobody may send: Metacontroller leaves it as it is. */
static const json_t *without_system_fields(const json_t *metadata)
{
    static const char *const fields[] = {"creationTimestamp",
        "deletionGracePeriodSeconds",
        "deletionTimestamp",
        "generation",
        "managedFields",
        "resourceVersion",
        "selfLink",
        "uid",
        NULL};

    for (const char *const *field = fields; *field != NULL; field++)
        metadata = json_without(metadata, *field);
    return metadata;
}

/* The reference to the controller is Metacontroller's own: where it is sent it counts as applied,
 * and goes with the next answer that has it not. And where the whole list is left out, that one
 * goes as well; an empty list takes off only what the annotation has. */
static const json_t *owners_of(const json_t *applied, const json_t *observed)
{
    json_t *owners = json_new_list();
    const json_t *owner;

    if (json_at(applied, "metadata", "ownerReferences") == NULL)
        return NULL;
    json_each_item (json_at(observed, "metadata", "ownerReferences"), i, owner) {
        if (!json_true_at(owner, "controller"))
            json_add(owners, owner);
    }
    return owners;
}

/* Metacontroller takes away what the annotation has and the answer has not, whomever the annotation
 * is about (pkg/dynamic/apply: Merge). So each field that the annotation has is sent back as it is
 * now, and what is left of it changes nothing. */
static const json_t *as_it_is(struct arena *arena, const json_t *observed)
{
    const json_t *applied = object_applied_annotation(arena, observed);
    const json_t *kept = projected(observed, applied);
    json_t *metadata = json_overlay(object(arena,
                                        SPREAD(without_system_fields(json_at(kept, "metadata"))),
                                        F("name", object_name(observed)),
                                        OPT("namespace", object_namespace(observed)),
                                        OPT("labels", json_at(observed, "metadata", "labels"))),
        NULL);

    json_put(metadata, "ownerReferences", owners_of(applied, observed));
    return object(arena,
        SPREAD(json_without(json_without(kept, "metadata"), "status")),
        F("apiVersion", json_text_at(observed, "apiVersion")),
        F("kind", object_kind(observed)),
        F("metadata", metadata));
}

/* The labels that it has now are those that the parent's selector matches. What was applied may
 * have another controller-uid: a restored object is given to its new parent by that label alone. */
static const json_t *with_labels_of(const json_t *observed, const json_t *applied)
{
    const json_t *before = json_at(applied, "metadata", "labels");
    json_t *labels = json_overlay(before, NULL);
    json_t *metadata;
    json_t *copy;
    const json_t *value;
    const char *key;

    json_each_field (before, key, value)
        json_put(labels, key, json_at(observed, "metadata", "labels", key));
    if (json_same(labels, before) || before == NULL)
        return applied;
    metadata = json_overlay(json_at(applied, "metadata"), NULL);
    copy = json_overlay(applied, NULL);
    json_put(metadata, "labels", labels);
    json_put(copy, "metadata", metadata);
    return copy;
}

const json_t *resource_as_applied(struct arena *arena, const json_t *observed)
{
    const json_t *applied = object_last_applied(arena, observed);

    if (json_is_object(json_at(applied, "spec")))
        return with_labels_of(observed, applied);
    return object(arena, SPREAD(as_it_is(arena, observed)), OPT("spec", json_at(observed, "spec")));
}

const json_t *as_applied(struct arena *arena, const json_t *observed)
{
    const json_t *applied = object_last_applied(arena, observed);

    return applied != NULL ? with_labels_of(observed, applied) : as_it_is(arena, observed);
}
