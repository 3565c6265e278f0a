#include "metadata.h"

#include <string.h>

#include "template.h"

/* What Metacontroller applied last, and what to send for a child that is to stay as it is. */

#define LAST_APPLIED "metacontroller.k8s.io/last-applied-configuration"

const json_t *object_applied_annotation(struct arena *arena, const json_t *object)
{
    return json_embedded(arena, object_annotations(object), LAST_APPLIED);
}

static bool is_pod(const json_t *object)
{
    return text_equal(object_kind(object), "Pod");
}

/* A copy (kubectl get | sed | apply, a volume clone, a restore into another namespace) carries the
 * annotation of its original. And whoever may annotate a claim must not get a Pod created with
 * Metacontroller's rights. */
static bool is_about(const json_t *applied, const json_t *object)
{
    return text_equal(object_api_version(applied), object_api_version(object)) &&
           text_equal(object_kind(applied), object_kind(object)) &&
           text_equal(object_namespace(applied), object_namespace(object)) &&
           text_equal(object_name(applied), object_name(object));
}

const json_t *applied_to(const struct api_keys *keys, const json_t *applied, const json_t *object)
{
    if (applied == NULL || !is_about(applied, object) ||
        object_annotation(applied, keys->not_made_here) != NULL)
        return NULL;
    return object_without_empty_texts(applied);
}

const json_t *object_last_applied(struct arena *arena, const struct api_keys *keys,
    const json_t *object)
{
    return applied_to(keys, object_applied_annotation(arena, object), object);
}

bool object_never_applied(struct arena *arena, const struct api_keys *keys, const json_t *object)
{
    const json_t *applied = object_applied_annotation(arena, object);

    return applied == NULL || text_equal(object_annotation(applied, keys->not_made_here), "");
}

const char *object_made_for(struct arena *arena, const struct api_keys *keys, const json_t *object)
{
    const json_t *applied = object_applied_annotation(arena, object);
    const char *other = object_annotation(applied, keys->not_made_here);
    size_t length;

    if (other == NULL)
        return object_namespace(applied);
    length = strcspn(other, "/");
    return length == 0 ? NULL : text_copy(arena, other, length);
}

bool object_made_elsewhere(struct arena *arena, const struct api_keys *keys, const json_t *object)
{
    const char *made_for = object_made_for(arena, keys, object);

    return made_for != NULL && !text_equal(made_for, object_namespace(object));
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

/* A Pod always. Other kinds need it only where a restore has brought them from another namespace,
 * which they still mean: what is removed of them is what a decision names. Claims name none. */
static bool is_to_be_noted(struct arena *arena, const struct api_keys *keys, const json_t *observed)
{
    return is_pod(observed) ||
           (keys->notes_namespace && object_made_elsewhere(arena, keys, observed) &&
               !text_equal(object_kind(observed), "PersistentVolumeClaim"));
}

/* Its annotations, and the note that we have not made it. */
static const json_t *annotations_of_foreign(struct arena *arena, const struct api_keys *keys,
    const json_t *applied, const json_t *kept)
{
    const char *name = object_name(applied);
    const char *namespace = object_namespace(applied);
    const char *known = object_annotation(applied, keys->not_made_here);

    return object(arena,
        SPREAD(object_annotations(kept)),
        KEY(keys->not_made_here,
            known != NULL  ? known
            : name == NULL ? ""
                           : fmt(arena, "%s/%s", namespace == NULL ? "" : namespace, name)));
}

/* Metacontroller takes away what the annotation has and the answer has not, whomever the annotation
 * is about (pkg/dynamic/apply: Merge). So each field that the annotation has is sent back as it is
 * now, and what is left of it changes nothing. */
static const json_t *as_it_is(struct arena *arena, const struct api_keys *keys,
    const json_t *observed)
{
    const json_t *applied = object_applied_annotation(arena, observed);
    const json_t *kept = projected(observed, applied);
    json_t *metadata = json_overlay(object(arena,
                                        SPREAD(without_system_fields(json_at(kept, "metadata"))),
                                        F("name", object_name(observed)),
                                        OPT("namespace", object_namespace(observed)),
                                        OPT("labels", object_labels(observed))),
        NULL);

    json_put(metadata, "ownerReferences", owners_of(applied, observed));
    if (is_to_be_noted(arena, keys, observed))
        json_put(metadata, "annotations", annotations_of_foreign(arena, keys, applied, kept));
    return object(arena,
        SPREAD(json_without(json_without(kept, "metadata"), "status")),
        F("apiVersion", object_api_version(observed)),
        F("kind", object_kind(observed)),
        F("metadata", metadata));
}

/* `applied` with each of its labels or annotations as it is now, but for those that begin with
 * `reserved` (NULL: none). What has been taken off is put on again. */
static const json_t *with_texts_of(const json_t *observed, const json_t *applied, const char *field,
    const char *reserved)
{
    const json_t *before = json_at(applied, "metadata", field);
    const json_t *now = json_at(observed, "metadata", field);
    json_t *texts;
    json_t *metadata;
    json_t *copy;
    const json_t *value;
    const char *key;

    /* Nearly always all are as they were. */
    if (before == NULL || merge_surely_stands(now, before))
        return applied;
    texts = json_overlay(before, NULL);
    json_each_field (before, key, value) {
        if (reserved == NULL || !text_starts_with(key, reserved))
            json_put(texts, key, json_at(now, key));
    }
    if (json_same(texts, before))
        return applied;
    metadata = json_overlay(json_at(applied, "metadata"), NULL);
    copy = json_overlay(applied, NULL);
    json_put(metadata, field, texts);
    json_put(copy, "metadata", metadata);
    return copy;
}

/* The labels that it has now are those that the parent's selector matches. What was applied may
 * have another controller-uid: a restored object is given to its new parent by that label alone. */
static const json_t *with_labels_of(const json_t *observed, const json_t *applied)
{
    return with_texts_of(observed, applied, "labels", NULL);
}

/* Pods are updated in place, for the label that tells the primary, so whatever differs from what
 * was applied would be put back: another image starts a container again behind Vitess' back, and of
 * a resized container or an added toleration the API server refuses it, at each sync. Who has
 * changed a label or annotation, by hand or by an admission policy, has done so for a reason. */
const json_t *pod_as_applied(struct arena *arena, const struct api_keys *keys,
    const json_t *observed, const json_t *applied)
{
    const json_t *spec = json_at(applied, "spec");
    const json_t *now = json_at(observed, "spec");
    const json_t *kept =
        spec == NULL || merge_surely_stands(now, spec) ? spec : merge_neutral(arena, now, spec);
    const json_t *labelled = with_labels_of(observed, applied);
    json_t *copy;

    /* Annotations of ours mean what they were given, whatever is written over them. */
    labelled = with_texts_of(observed, labelled, "annotations", keys->reserved);
    if (kept == spec)
        return labelled;
    copy = json_overlay(labelled, NULL);
    json_put(copy, "spec", kept);
    return copy;
}

const json_t *resource_as_applied(struct arena *arena, const struct api_keys *keys,
    const json_t *observed)
{
    const json_t *applied = object_last_applied(arena, keys, observed);

    if (json_is_object(json_at(applied, "spec")))
        return with_labels_of(observed, applied);
    return object(arena,
        SPREAD(as_it_is(arena, keys, observed)),
        OPT("spec", json_at(observed, "spec")));
}

const json_t *as_applied(struct arena *arena, const struct api_keys *keys, const json_t *observed)
{
    const json_t *applied = object_last_applied(arena, keys, observed);

    if (applied == NULL)
        return as_it_is(arena, keys, observed);
    return is_pod(observed) ? pod_as_applied(arena, keys, observed, applied)
                            : with_labels_of(observed, applied);
}
