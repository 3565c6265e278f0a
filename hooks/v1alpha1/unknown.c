#include "v1alpha1.h"

/* Children that no hook of ours has made (include/children.h): they stay as they are, and a
 * condition names them. */

/* More than these are counted. */
enum { NAMED = 3 };

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

void want_unknown(struct arena *arena, struct answer *answer,
    const struct unknown_children *unknown)
{
    const json_t *child;

    /* A claim is kept beyond its parent, too, for the data that somebody has put into it. */
    json_each_item (unknown->list, i, child)
        want(answer,
            text_equal(object_kind(child), "PersistentVolumeClaim")
                ? claim_as_applied(arena, &v1alpha1_keys, child, true)
                : as_applied(arena, &v1alpha1_keys, child));
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

/* One of our own kinds has a selector, too: whatever lost its owner (relabelled and put right
 * again, or restored) may be its by now, with the Pods below, and would go with it. */
static const char *what_to_do(struct arena *arena, const json_t *parent, const json_t *child)
{
    const char *namespace = object_namespace(parent);
    const char *resource = resource_of(arena, object_kind(child));

    if (text_equal(json_text_at(child, "apiVersion"), API_VERSION))
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
        object_label(child, "controller-uid") != NULL &&
                text_equal(object_kind(parent), "VitessCluster")
            ? "controller-uid"
            : "vitess.io/cluster");
}

void advise_unknown(struct advice *advice, const json_t *parent,
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
                what_to_do(a, parent, first)));
}
