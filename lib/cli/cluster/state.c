#include "state.h"

#include <string.h>

#include "conditions.h"
#include "hook.h"
#include "metadata.h"
#include "staging.h"

static struct state own_state(struct arena *arena, const json_t *object)
{
    const char *tablets = json_text_at(object, "status", "tabletsReady");
    const char *ready_reason = condition_reason(object, "Ready");
    const char *updated_reason = condition_reason(object, "Updated");
    const enum rollout_reason rollout = rollout_reason_of(object);
    const bool ready = condition_true(object, "Ready"), updated = condition_true(object, "Updated");
    const bool bad = text_equal(ready_reason, "InvalidSpec") ||
                     (rollout_is_blocked(rollout) && rollout != ROLLOUT_PAUSED);
    struct text text = {.arena = arena};

    if (condition_status(object, "Ready") == NULL)
        return (struct state){.mark = MARK_BUSY, .text = "new"};
    text_add(&text, ready ? "Ready" : ready_reason != NULL ? ready_reason : "not Ready");
    /* The control cell holds none. */
    if (tablets != NULL && !text_equal(tablets, "0/0"))
        text_addf(&text, ", %s tablets", tablets);
    if (!updated && updated_reason != NULL && !text_equal(ready_reason, updated_reason))
        text_addf(&text, ", %s", updated_reason);
    return (struct state){.mark = bad                ? MARK_BAD
                                  : ready && updated ? MARK_GOOD
                                                     : MARK_BUSY,
        .text = text_string(&text)};
}

static struct state workload_state(struct arena *arena, const json_t *object, bool settled)
{
    const json_int_t wanted = json_int_at(object, 1, "spec", "replicas");
    const json_int_t ready = json_int_at(object, 0, "status", "readyReplicas");

    return (struct state){.mark = settled ? MARK_GOOD : MARK_BUSY,
        .text = fmt(arena, "%lld/%lld", (long long)ready, (long long)wanted)};
}

/* Behind "--NAME=", or NULL. Vitess takes "_" for "-" in names of flags. */
static const char *behind_flag(const char *word, const char *name)
{
    if (word == NULL || !text_starts_with(word, "--"))
        return NULL;
    for (word += strlen("--"); *name != '\0'; word++, name++)
        if (*word != *name && !(*word == '_' && *name == '-'))
            return NULL;
    return *word == '=' ? word + 1 : NULL;
}

/* "init-shard" of the Pod's command lines, or NULL. */
static const char *flag_of(const json_t *pod, const char *name)
{
    static const char *const lists[] = {"args", "command"};
    const json_t *container, *word;

    json_each_item (json_at(pod, "spec", "containers"), i, container)
        for (size_t list = 0; list < sizeof(lists) / sizeof(lists[0]); list++)
            json_each_item (json_object_get(container, lists[list]), j, word) {
                const char *value = behind_flag(json_string_value(word), name);

                if (value != NULL)
                    return value;
            }
    return NULL;
}

bool object_tablet(struct arena *arena, const json_t *pod, struct tablet *tablet)
{
    if (!text_equal(object_kind(pod), "Pod") ||
        !text_equal(object_label(pod, object_keys(pod)->component), "vttablet"))
        return false;

    *tablet = (struct tablet){.keyspace = flag_of(pod, "init-keyspace"),
        .shard = flag_of(pod, "init-shard"),
        .type = flag_of(pod, "init-tablet-type"),
        .alias = fmt(arena,
            "%s-%s",
            object_label(pod, object_keys(pod)->cell),
            object_label(pod, object_keys(pod)->tablet_uid)),
        .cluster = fmt(arena,
            "%s/%s",
            object_namespace(pod),
            object_label(pod, object_keys(pod)->cluster)),
        .topology = fmt(arena,
            "%s %s",
            flag_of(pod, "topo-global-server-address"),
            flag_of(pod, "topo-global-root"))};
    return tablet->keyspace != NULL && tablet->shard != NULL && tablet->type != NULL;
}

bool object_is_task(const json_t *object)
{
    return text_equal(object_kind(object), "Pod") &&
           text_equal(object_label(object, object_keys(object)->component), "task");
}

static struct state pod_state(struct arena *arena, const json_t *pod, bool primary)
{
    const char *phase = json_text_at(pod, "status", "phase");
    const char *trouble = pod_trouble(pod);
    struct tablet tablet;
    const bool is_tablet = object_tablet(arena, pod, &tablet);

    if (object_terminating(pod))
        return (struct state){MARK_BUSY, primary, "Terminating"};
    if (text_equal(phase, "Succeeded"))
        return (struct state){MARK_GOOD, primary, "Done"};
    if (trouble != NULL)
        return (struct state){MARK_BAD, primary, trouble};
    if (!pod_ready(pod))
        return (struct state){MARK_BUSY, primary, phase == NULL ? "Pending" : phase};
    return (struct state){MARK_GOOD,
        primary,
        primary     ? "primary"
        : is_tablet ? tablet.type
                    : "Ready"};
}

struct state object_state_where(struct arena *arena, const json_t *object, bool primary)
{
    const char *kind = object_kind(object);

    if (hook_of(object) != NULL)
        return own_state(arena, object);
    if (text_equal(kind, "Deployment"))
        return workload_state(arena, object, deployment_settled(object));
    if (text_equal(kind, "StatefulSet"))
        return workload_state(arena, object, statefulset_settled(object));
    if (text_equal(kind, "Pod"))
        return pod_state(arena, object, primary);
    if (text_equal(kind, "PersistentVolumeClaim")) {
        const char *size = json_text_at(object, "spec", "resources", "requests", "storage");

        return (struct state){.text = size == NULL ? "" : size};
    }
    return (struct state){.text = ""};
}

struct state object_state(struct arena *arena, const struct sim *sim, const json_t *object)
{
    struct tablet tablet;
    const bool primary =
        object_tablet(arena, object, &tablet) &&
        text_equal(sim_primary(sim, tablet.topology, tablet.keyspace, tablet.shard), tablet.alias);

    return object_state_where(arena, object, primary);
}

const char *object_image(const json_t *object)
{
    const json_t *pod =
        text_equal(object_kind(object), "Pod") ? object : json_at(object, "spec", "template");

    return json_text_at(json_array_get(json_at(pod, "spec", "containers"), 0), "image");
}

const char *object_identity(struct arena *arena, const json_t *object)
{
    const char *namespace = object_namespace(object);

    return fmt(arena,
        "%s %s%s%s",
        object_kind(object),
        namespace == NULL ? "" : namespace,
        namespace == NULL ? "" : "/",
        object_name(object));
}

/* `mapping` without one key of its mapping `parent`, which goes too where nothing else is in it. */
static json_t *dropped(json_t *mapping, const char *parent, const char *key)
{
    const json_t *old = json_at(mapping, parent);

    if (json_at(old, key) == NULL)
        return mapping;
    if (json_object_size(old) == 1)
        return json_without(mapping, parent);
    json_put(mapping, parent, json_without(old, key));
    return mapping;
}

const json_t *object_wanted(struct arena *arena, const json_t *object)
{
    static const char *const volatile_metadata[] = {"uid",
        "resourceVersion",
        "generation",
        "creationTimestamp",
        "deletionTimestamp",
        "managedFields",
        "ownerReferences",
        "finalizers",
        NULL};
    const json_t *applied = object_last_applied(arena, object_keys(object), object);
    json_t *copy = json_without(applied == NULL ? object : applied, "status");
    json_t *metadata = json_overlay(json_at(copy, "metadata"), NULL);

    for (const char *const *key = volatile_metadata; *key != NULL; key++)
        metadata = json_without(metadata, *key);
    /* It holds the uid of the VitessCluster. */
    metadata = dropped(metadata, "labels", "controller-uid");
    metadata = dropped(metadata, "annotations", "kubectl.kubernetes.io/last-applied-configuration");
    json_put(copy, "metadata", metadata);
    return copy;
}
