#include "v1alpha1.h"

/* Children that carry our labels although no hook of ours makes objects of their names: a manifest
 * that somebody copied, a volume's clone, what a restore brought back. Metacontroller has adopted
 * them, so leaving them out would delete them. They stay as they are, and a condition names them.
 */

/* kubectl takes a kind in small letters for a resource. */
static const char *resource_of(struct arena *arena, const char *kind)
{
    struct text text = {.arena = arena};

    for (const char *c = kind; *c != '\0'; c++) {
        char lower = *c;

        if (lower >= 'A' && lower <= 'Z')
            lower = (char)(lower + ('a' - 'A'));
        text_add_bytes(&text, &lower, 1);
    }
    return text_string(&text);
}

const char *being_created(const struct request *request, const char *kind, const char *name)
{
    struct arena *a = request->arena;

    return fmt(a,
        "%s %s is being created; if that lasts, see who refuses it (event SyncError), or whose it "
        "is if there is one already: kubectl describe --namespace %s %s/%s %s/%s",
        kind,
        name,
        object_namespace(request->parent),
        resource_of(a, object_kind(request->parent)),
        object_name(request->parent),
        resource_of(a, kind),
        name);
}

/* More than these are counted. */
enum { NAMED = 3 };

struct objects known_children(const struct request *request, struct unknown_children *unknown,
    const struct objects *all, bool (*is_ours)(void *hook, const json_t *child), void *hook)
{
    struct objects ours = {arena_array(request->arena, all->count + 1, sizeof(*ours.at)), 0};

    if (unknown->list == NULL)
        unknown->list = json_new_list();
    for (size_t i = 0; i < all->count; i++) {
        if (is_ours(hook, all->at[i]))
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

    known_children(request, unknown, &pods, is_our_task, tasks);
}

void want_unknown(struct arena *arena, struct answer *answer,
    const struct unknown_children *unknown)
{
    const json_t *child;

    /* A claim is kept beyond its parent, too, for the data that somebody has put into it. */
    json_each_item (unknown->list, i, child)
        want(answer,
            text_equal(object_kind(child), "PersistentVolumeClaim")
                ? claim_as_applied(arena, child, true)
                : as_applied(arena, child));
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
