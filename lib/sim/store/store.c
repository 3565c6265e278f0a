#include "store.h"

#include <string.h>

#include "admit.h"
#include "policies.h"
#include "sim/core/clock.h"
#include "sim/core/edit.h"
#include "sim/core/world.h"
#include "status.h"

void store_start(struct sim *sim, void (*tell)(struct sim *sim, const struct change *change))
{
    sim->store = arena_make(sim->arena, struct store);
    sim->store->tell = tell;
    view_start(&sim->store->live, sim->arena);
    sim->store->ending.arena = sim->arena;
}

/* --- versions --- */

static const char *controller_of(const json_t *object)
{
    const json_t *reference;

    json_each_item (json_at(object, "metadata", "ownerReferences"), i, reference) {
        if (json_true_at(reference, "controller"))
            return json_text_at(reference, "uid");
    }
    return NULL;
}

static const char *key_of(struct sim *sim, const struct kind *kind, const json_t *object)
{
    const char *name = object_name(object);

    if (!kind->namespaced)
        return table_name(&sim->names, name);
    return table_name(&sim->names, fmt(sim->objects, "%s/%s", object_namespace(object), name));
}

static struct version *version_of(struct sim *sim, const struct kind *kind, const json_t *object)
{
    struct version *version = arena_make(sim->objects, struct version);

    *version = (struct version){.json = object,
        .kind = kind,
        .key = key_of(sim, kind, object),
        .namespace = table_name(&sim->names, object_namespace(object)),
        .name = table_name(&sim->names, object_name(object)),
        .uid = table_name(&sim->names, object_uid(object)),
        .owner = table_name(&sim->names, controller_of(object)),
        .revision = sim->store->revision,
        .terminating = object_terminating(object)};
    return version;
}

const char *version_text(struct sim *sim, struct version *version, size_t *length)
{
    if (version->text == NULL)
        version->text = json_write(sim->objects, version->json, &version->length);
    *length = version->length;
    return version->text;
}

/* --- reading --- */

struct version *store_get(const struct sim *sim, const struct kind *kind, const char *key)
{
    return key == NULL ? NULL : shelf_find(&sim->store->live.all, kind, key);
}

struct version *store_named(const struct sim *sim, const char *kind, const char *key)
{
    each_kind_named (sim->kinds, kind, found) {
        struct version *version = store_get(sim, found, key);

        if (version != NULL)
            return version;
    }
    return NULL;
}

struct version *store_by_uid(const struct sim *sim, const struct kind *kind, const char *key,
    const char *uid)
{
    struct version *version = store_get(sim, kind, key);

    return version != NULL && text_equal(version->uid, uid) ? version : NULL;
}

/* --- writing --- */

static struct write failed(enum write_code code, const char *message)
{
    return (struct write){.code = code, .message = message};
}

static struct write not_found(struct sim *sim, const struct kind *kind, const char *key)
{
    return failed(WRITE_NOT_FOUND, fmt(sim->objects, "%s \"%s\" not found", kind->plural, key));
}

static struct write tell(struct sim *sim, enum sim_verb verb, const char *actor,
    struct version *before, struct version *after)
{
    struct change change = {verb, actor, before, after, sim->now};

    view_change(&sim->store->live, before, after);
    sim->store->tell(sim, &change);
    return (struct write){.code = WRITTEN, .version = after};
}

/* Stores `object` in place of `before` unless it says the same. */
static struct write replace(struct sim *sim, enum sim_verb verb, const char *actor,
    struct version *before, const json_t *object)
{
    json_t *metadata;

    if (json_same(object, before->json))
        return (struct write){.code = WRITE_SAME, .version = before};
    sim->store->revision++;
    metadata = json_overlay(json_at(object, "metadata"), NULL);
    json_put_text(metadata, "resourceVersion", fmt(sim->objects, "%lld", sim->store->revision));
    return tell(sim,
        verb,
        actor,
        before,
        version_of(sim, before->kind, edited(object, metadata, "metadata")));
}

static const char *new_uid(struct sim *sim, const struct kind *kind, const char *key)
{
    const char *made_of = fmt(sim->objects, "%s %s %zu", kind->name, key, ++sim->store->made);
    const char *hex = digest(sim->objects, made_of, strlen(made_of));

    return fmt(sim->objects,
        "%.8s-%.4s-%.4s-%.4s-%.12s",
        hex,
        hex + 8,
        hex + 12,
        hex + 16,
        hex + 20);
}

static void stamp_new(struct sim *sim, const struct kind *kind, json_t *object, const char *key)
{
    json_t *metadata = edit_map(object, "metadata");

    sim->store->revision++;
    json_put_text(metadata, "uid", new_uid(sim, kind, key));
    json_put_text(metadata, "resourceVersion", fmt(sim->objects, "%lld", sim->store->revision));
    json_put_text(metadata, "creationTimestamp", clock_text(sim->objects, sim->now));
    if (kind->generation)
        json_put(metadata, "generation", json_integer(1));
}

/* The object with the namespace that a namespaced kind has by default. */
static const json_t *placed(const struct kind *kind, const json_t *object)
{
    if (!kind->namespaced)
        return edited(object, NULL, "metadata", "namespace");
    if (object_namespace(object) == NULL)
        return edited(object, json_string("default"), "metadata", "namespace");
    return object;
}

/* The status that an object has before any controller has seen it: what its kind's strategy and
 * Go's zero values give it. */
static json_t *with_first_status(struct sim *sim, const struct kind *kind, json_t *object)
{
    if (kind_is(kind, "PersistentVolumeClaim"))
        return edited(object, json_string("Pending"), "status", "phase");
    if (kind_is(kind, "Pod"))
        return edited(edited(object, json_string("Pending"), "status", "phase"),
            json_string(pod_qos(json_at(object, "spec"))),
            "status",
            "qosClass");
    if (kind_is(kind, "Service"))
        return edited(object, json_new_map(), "status", "loadBalancer");
    if (kind_is(kind, "HorizontalPodAutoscaler"))
        return edited(object, json_integer(0), "status", "desiredReplicas");
    if (kind_is(kind, "PodDisruptionBudget"))
        return edited(object, status_budget(sim->objects, (struct budget_counts){0}), "status");
    return object;
}

static struct write create(struct sim *sim, const char *actor, const json_t *given)
{
    const struct kind *kind = kind_of(sim->kinds, given);
    const char *message = NULL;
    json_t *object;

    if (kind == NULL)
        return failed(WRITE_REFUSED,
            fmt(sim->objects,
                "no matches for kind \"%s\" in version \"%s\"",
                object_kind(given) == NULL ? "" : object_kind(given),
                json_text_at(given, "apiVersion") == NULL ? ""
                                                          : json_text_at(given, "apiVersion")));
    if (json_at(given, "metadata", "resourceVersion") != NULL)
        return failed(WRITE_REFUSED, "resourceVersion should not be set on objects to be created");
    object =
        admit(sim->objects, kind, policies_mutate(sim, kind, placed(kind, given)), NULL, &message);
    if (object == NULL)
        return failed(WRITE_REFUSED, message);
    message = policies_refuse(sim, kind, object);
    if (message != NULL)
        return failed(WRITE_FORBIDDEN, message);
    message = store_namespace_ends(sim, actor, object);
    if (message != NULL)
        return failed(WRITE_ENDING, message);
    if (store_get(sim, kind, key_of(sim, kind, object)) != NULL)
        return failed(WRITE_EXISTS,
            fmt(sim->objects, "%s \"%s\" already exists", kind->plural, object_name(object)));
    if (kind->status)
        json_object_del(object, "status");
    object = with_first_status(sim, kind, object);
    stamp_new(sim, kind, object, key_of(sim, kind, object));
    return tell(sim, SIM_CREATE, actor, NULL, version_of(sim, kind, object));
}

struct write store_create(struct sim *sim, const char *actor, const json_t *object)
{
    struct json_scope scope = json_enter(sim->objects);
    struct write result = create(sim, actor, object);

    json_leave(scope);
    return result;
}

/* What the server keeps of its own in metadata, whatever a PUT says. */
static const char *const system_fields[] = {"uid",
    "generation",
    "creationTimestamp",
    "deletionTimestamp",
    "deletionGracePeriodSeconds",
    "resourceVersion",
    NULL};

static void keep_system_fields(json_t *object, const json_t *old)
{
    json_t *metadata = edit_map(object, "metadata");

    for (const char *const *field = system_fields; *field != NULL; field++) {
        json_object_del(metadata, *field);
        json_put(metadata, *field, json_at(old, "metadata", *field));
    }
}

static bool spec_changed(const json_t *object, const json_t *old)
{
    return !json_same(json_without(json_without(object, "metadata"), "status"),
        json_without(json_without(old, "metadata"), "status"));
}

/* A deleted object goes once the last finalizer is off it. A Pod's grace period is the kubelet's
 * business. */
static bool released(const struct version *before, const json_t *object)
{
    return before->terminating && !kind_is(before->kind, "Pod") &&
           json_array_size(json_at(object, "metadata", "finalizers")) == 0;
}

static struct write remove_version(struct sim *sim, const char *actor, struct version *before)
{
    sim->store->revision++;
    return tell(sim, SIM_REMOVED, actor, before, NULL);
}

static struct write update(struct sim *sim, const char *actor, const json_t *given)
{
    const struct kind *kind = kind_of(sim->kinds, given);
    const char *revision = json_text_at(given, "metadata", "resourceVersion");
    struct version *before = kind == NULL ? NULL : store_get(sim, kind, key_of(sim, kind, given));
    const char *message = NULL;
    json_t *object;

    if (before == NULL)
        return kind == NULL ? failed(WRITE_REFUSED, "no such kind")
                            : not_found(sim, kind, object_name(given));
    if ((revision != NULL && atoll(revision) != before->revision) ||
        (object_uid(given) != NULL && !text_equal(object_uid(given), before->uid)))
        return failed(WRITE_CONFLICT,
            fmt(sim->objects,
                "Operation cannot be fulfilled on %s \"%s\": the object has been modified",
                kind->plural,
                before->name));
    object = admit(sim->objects, kind, given, before->json, &message);
    if (object == NULL)
        return failed(WRITE_REFUSED, message);
    keep_system_fields(object, before->json);
    if (kind->status) {
        json_object_del(object, "status");
        json_put(object, "status", json_at(before->json, "status"));
    }
    if (kind->generation && spec_changed(object, before->json))
        json_put(edit_map(object, "metadata"),
            "generation",
            json_integer(object_generation(before->json) + 1));
    if (released(before, object))
        return remove_version(sim, actor, before);
    return replace(sim, SIM_UPDATE, actor, before, object);
}

struct write store_update(struct sim *sim, const char *actor, const json_t *object)
{
    struct json_scope scope = json_enter(sim->objects);
    struct write result = update(sim, actor, object);

    json_leave(scope);
    return result;
}

/* A CRD prunes what its schema does not know of status, too. */
static const json_t *admitted_status(struct sim *sim, const struct kind *kind, const json_t *status,
    const char **message)
{
    json_t *copy = admit_copy(status, false);
    const json_t *schema = json_at(kind->schema, "properties", "status");

    *message = schema == NULL ? NULL : admit_schema(sim->objects, schema, copy, NULL, "status");
    return copy;
}

struct write store_status(struct sim *sim, const char *actor, const struct version *version,
    const json_t *status)
{
    struct json_scope scope = json_enter(sim->objects);
    struct version *before = store_get(sim, version->kind, version->key);
    struct write result;
    const char *message;

    if (before == NULL || !text_equal(before->uid, version->uid)) {
        result = not_found(sim, version->kind, version->name);
    } else {
        const json_t *copy = admitted_status(sim, before->kind, status, &message);

        result =
            message != NULL
                ? failed(WRITE_REFUSED,
                      fmt(sim->objects,
                          "%s \"%s\" is invalid: %s",
                          before->kind->name,
                          before->name,
                          message))
                : replace(sim, SIM_STATUS, actor, before, edited(before->json, copy, "status"));
    }
    json_leave(scope);
    return result;
}

struct write store_patch(struct sim *sim, const char *actor, const struct version *version,
    const json_t *object)
{
    struct json_scope scope = json_enter(sim->objects);
    struct version *before = store_get(sim, version->kind, version->key);
    struct write result;

    if (before == NULL || !text_equal(before->uid, version->uid))
        result = not_found(sim, version->kind, version->name);
    else if (released(before, object))
        result = remove_version(sim, actor, before);
    else
        result = replace(sim, SIM_UPDATE, actor, before, object);
    json_leave(scope);
    return result;
}

/* A Pod that no node has taken yet has nothing to stop, nor has one that has ended
 * (CheckGracefulDelete in pkg/registry/core/pod/strategy.go). */
static bool needs_grace(const struct version *version)
{
    const char *phase = json_text_at(version->json, "status", "phase");

    return kind_is(version->kind, "Pod") &&
           json_text_at(version->json, "spec", "nodeName") != NULL &&
           !text_equal(phase, "Succeeded") && !text_equal(phase, "Failed");
}

static json_t *held_by(const struct version *version, const char *by)
{
    json_t *list = json_new_list();
    const json_t *finalizer;

    json_each_item (json_at(version->json, "metadata", "finalizers"), i, finalizer)
        json_add(list, finalizer);
    json_add_text(list, by);
    return list;
}

static struct write mark_deleted(struct sim *sim, const char *actor, struct version *before,
    const char *holder)
{
    json_t *metadata = json_overlay(json_at(before->json, "metadata"), NULL);
    json_int_t grace = 0;

    if (before->terminating)
        return (struct write){.code = WRITE_SAME, .version = before};
    if (kind_is(before->kind, "Pod"))
        grace = json_int_at(before->json, 30, "spec", "terminationGracePeriodSeconds");
    json_put_text(metadata, "deletionTimestamp", clock_text(sim->objects, sim->now + (long)grace));
    json_put(metadata, "deletionGracePeriodSeconds", json_integer(grace));
    if (holder != NULL)
        json_put(metadata, "finalizers", held_by(before, holder));
    if (object_generation(before->json) > 0)
        json_put(metadata, "generation", json_integer(object_generation(before->json) + 1));
    return replace(sim, SIM_DELETE, actor, before, edited(before->json, metadata, "metadata"));
}

static struct write delete_version(struct sim *sim, const char *actor, const struct kind *kind,
    const char *key, const char *uid, const char *holder)
{
    struct json_scope scope = json_enter(sim->objects);
    struct version *before = store_get(sim, kind, key);
    struct write result;

    if (before == NULL)
        result = not_found(sim, kind, key);
    else if (uid != NULL && !text_equal(uid, before->uid))
        result = failed(WRITE_CONFLICT, "the UID in the precondition does not match");
    else if (holder != NULL || needs_grace(before) ||
             json_array_size(json_at(before->json, "metadata", "finalizers")) > 0)
        result = mark_deleted(sim, actor, before, holder);
    else
        result = remove_version(sim, actor, before);
    json_leave(scope);
    return result;
}

struct write store_delete(struct sim *sim, const char *actor, const struct kind *kind,
    const char *key, const char *uid)
{
    return delete_version(sim, actor, kind, key, uid, NULL);
}

struct write store_delete_foreground(struct sim *sim, const char *actor, const struct kind *kind,
    const char *key, const char *uid)
{
    return delete_version(sim, actor, kind, key, uid, FOREGROUND);
}

struct write store_delete_orphaning(struct sim *sim, const char *actor, const struct kind *kind,
    const char *key, const char *uid)
{
    return delete_version(sim, actor, kind, key, uid, ORPHAN);
}

struct write store_remove(struct sim *sim, const char *actor, const struct version *version)
{
    struct version *before = store_get(sim, version->kind, version->key);
    struct json_scope scope = json_enter(sim->objects);
    struct write result = before == NULL || !text_equal(before->uid, version->uid)
                              ? not_found(sim, version->kind, version->name)
                              : remove_version(sim, actor, before);

    json_leave(scope);
    return result;
}
