#include "children.h"

#include "claims.h"
#include "task.h"

/* Children that no hook of ours has made: they stay as they are, and a condition names them. */

/* More than these are counted. */
enum { NAMED = 3 };

struct objects known_children(struct arena *arena, struct unknown_children *unknown,
    const struct objects *all, bool (*is_ours)(void *context, const json_t *child), void *context)
{
    struct objects ours = {arena_array(arena, all->count + 1, sizeof(*ours.at)), 0};

    if (unknown->list == NULL)
        unknown->list = json_new_list();
    for (size_t i = 0; i < all->count; i++) {
        if (is_ours(context, all->at[i]))
            ours.at[ours.count++] = all->at[i];
        else
            json_add(unknown->list, all->at[i]);
    }
    return ours;
}

static bool is_our_task(void *hook, const json_t *pod)
{
    return task_pod_is_ours(hook, pod);
}

void find_unknown_pods(const struct request *request, struct unknown_children *unknown,
    struct tasks *tasks)
{
    struct objects pods = observed(request, "Pod.v1");

    known_children(request->arena, unknown, &pods, is_our_task, tasks);
}

void want_unknown(const struct request *request, struct answer *answer,
    const struct unknown_children *unknown)
{
    const json_t *child;

    json_each_item (unknown->list, i, child)
        want(answer,
            text_equal(object_kind(child), "PersistentVolumeClaim")
                ? claim_as_applied(request->arena, request->keys, child, true)
                : as_applied(request->arena, request->keys, child));
}

static const char *names(struct arena *arena, const struct unknown_children *unknown)
{
    struct texts named = {.arena = arena};
    size_t count = json_array_size(unknown->list);
    const json_t *child;

    json_each_item (unknown->list, i, child) {
        if (i < NAMED)
            texts_add(&named, fmt(arena, "%s %s", object_kind(child), object_name(child)));
    }
    return count <= NAMED ? texts_join(&named, ", ")
                          : fmt(arena, "%s and %zu more", texts_join(&named, ", "), count - NAMED);
}

static const char *label_to_take_off(const json_t *child, const char *const *labels)
{
    while (labels[1] != NULL && object_label(child, *labels) == NULL)
        labels++;
    return *labels;
}

/* One of our own kinds has a selector, too: whatever lost its owner (relabelled and put right
 * again, or restored) may be its by now, with the Pods below, and would go with it. */
static const char *what_to_do(struct arena *arena, const json_t *parent, const char *const *labels,
    const json_t *child)
{
    const char *namespace = object_namespace(parent);
    const char *resource = resource_of(arena, object_kind(child));

    if (text_equal(object_api_version(child), object_api_version(parent)))
        return fmt(arena,
            "delete it, and nothing that it may have adopted: kubectl delete --cascade=orphan "
            "--namespace %s %s %s",
            namespace,
            resource,
            object_name(child));
    return fmt(arena,
        "delete it, or take the label off: kubectl label --namespace %s %s %s %s-",
        namespace,
        resource,
        object_name(child),
        label_to_take_off(child, labels));
}

void advise_unknown(struct advice *advice, const json_t *parent, const char *const *labels,
    const struct unknown_children *unknown)
{
    struct arena *a = advice->arena;
    const json_t *first = json_array_get(unknown->list, 0);

    if (first != NULL)
        advice_add(advice,
            "UnknownObject",
            fmt(a,
                "%s: labelled as part of %s %s, which did not make it: it is left as it is; %s",
                names(a, unknown),
                object_kind(parent),
                object_name(parent),
                what_to_do(a, parent, labels, first)));
}
