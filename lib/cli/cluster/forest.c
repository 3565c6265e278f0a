#include "forest.h"

#include <stdlib.h>
#include <string.h>

#include "hook.h"
#include "metadata.h"

const char *object_controller(const json_t *object)
{
    const json_t *owner;

    json_each_item (json_at(object, "metadata", "ownerReferences"), i, owner)
        if (json_true_at(owner, "controller"))
            return json_text_at(owner, "uid");
    return NULL;
}

/* Where a kind stands among its siblings: small things first, whole levels last. */
static int rank(const char *kind)
{
    static const char *const order[] = {"ConfigMap",
        "Secret",
        "Service",
        "NetworkPolicy",
        "PodDisruptionBudget",
        "HorizontalPodAutoscaler",
        "StatefulSet",
        "Deployment",
        "PersistentVolumeClaim",
        "Pod",
        "EtcdLockserver",
        "VitessBackupStorage",
        "VitessBackup",
        "VitessBackupSchedule",
        "VitessCell",
        "VitessKeyspace",
        "VitessShard"};

    for (size_t i = 0; i < sizeof(order) / sizeof(order[0]); i++)
        if (strcmp(order[i], kind) == 0)
            return (int)i;
    return -1;
}

/* Shards by their key range ("-80" before "80-"), tablets by their type, the rest by name. */
static const char *place_of(const json_t *object)
{
    const char *shard = json_text_at(object, "spec", "name");

    return text_equal(object_kind(object), "VitessShard") && shard != NULL ? shard
                                                                           : object_name(object);
}

static int by_place(const void *a, const void *b)
{
    const json_t *left = (*(struct node *const *)a)->object;
    const json_t *right = (*(struct node *const *)b)->object;
    const int ranks = rank(object_kind(left)) - rank(object_kind(right));

    return ranks != 0 ? ranks : strcmp(place_of(left), place_of(right));
}

static int by_owner(const void *a, const void *b)
{
    return strcmp((*(struct node *const *)a)->owner, (*(struct node *const *)b)->owner);
}

/* All nodes but the roots, sorted by owner. */
struct branches {
    struct node **at;
    size_t count;
};

/* Index of the first node of `owner`, or where it would stand. */
static size_t first_of(const struct branches *branches, const char *owner)
{
    size_t low = 0, high = branches->count;

    while (low < high) {
        const size_t middle = low + (high - low) / 2;

        if (strcmp(branches->at[middle]->owner, owner) < 0)
            low = middle + 1;
        else
            high = middle;
    }
    return low;
}

/* The children of a node stand together, so it only has to point there. */
static void grow(const struct branches *branches, struct node *parent, size_t depth)
{
    const char *uid = object_uid(parent->object);
    const size_t first = first_of(branches, uid);
    size_t end = first;

    while (end < branches->count && strcmp(branches->at[end]->owner, uid) == 0)
        end++;
    parent->depth = depth;
    parent->children = &branches->at[first];
    parent->count = end - first;
    qsort(parent->children, parent->count, sizeof(struct node *), by_place);
    for (size_t i = 0; i < parent->count; i++)
        grow(branches, parent->children[i], depth + 1);
}

bool node_is_root(const struct node *node)
{
    return node->own && text_equal(object_kind(node->object), "VitessCluster");
}

/* A workload tells of its Pods in one line. */
static bool lively(const struct node *node)
{
    const char *component = object_label(node->object, object_keys(node->object)->component);

    if (text_equal(object_kind(node->object), "Pod"))
        return text_equal(component, "vttablet") || text_equal(component, "task");
    return node->state.mark != MARK_NONE;
}

struct node *node_new(struct arena *arena, const json_t *object, struct state state)
{
    const char *api_version = json_text_at(object, "apiVersion");
    struct node *node = arena_make(arena, struct node);

    node->object = object;
    node->state = state;
    node->own = hook_by_kind(api_version, object_kind(object)) != NULL;
    node->owner = object_controller(object);
    return node;
}

struct forest forest_plant(struct arena *arena, struct node *const *nodes, size_t count)
{
    struct branches branches = {.at = arena_array(arena, count + 1, sizeof(struct node *))};
    struct forest forest = {.roots = arena_array(arena, count + 1, sizeof(struct node *))};

    for (size_t i = 0; i < count; i++)
        if (node_is_root(nodes[i]))
            forest.roots[forest.count++] = nodes[i];
        else if (nodes[i]->owner != NULL)
            branches.at[branches.count++] = nodes[i];
    qsort(branches.at, branches.count, sizeof(struct node *), by_owner);
    for (size_t i = 0; i < forest.count; i++)
        grow(&branches, forest.roots[i], 0);
    return forest;
}

struct forest forest_of(struct arena *arena, const struct sim *sim, enum forest_detail detail)
{
    const struct objects objects = sim_objects(sim, arena, NULL);
    struct node **nodes = arena_array(arena, objects.count + 1, sizeof(struct node *));
    size_t count = 0;

    for (size_t i = 0; i < objects.count; i++) {
        struct node *node = node_new(arena, objects.at[i], object_state(arena, sim, objects.at[i]));

        if (node_is_root(node) || detail == FOREST_ALL || lively(node))
            nodes[count++] = node;
    }
    return forest_plant(arena, nodes, count);
}

static void walk(const struct node *node, void (*visit)(void *context, const struct node *node),
    void *context)
{
    visit(context, node);
    for (size_t i = 0; i < node->count; i++)
        walk(node->children[i], visit, context);
}

void forest_walk(const struct forest *forest, void (*visit)(void *context, const struct node *node),
    void *context)
{
    for (size_t i = 0; i < forest->count; i++)
        walk(forest->roots[i], visit, context);
}
