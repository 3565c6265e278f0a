#include <stdlib.h>
#include <string.h>

#include "hook.h"
#include "live.h"
#include "metadata.h"

/* Who is whose child, where the List does not hold every level: kubectl was not asked for
 * ReplicaSets, or not for all of our kinds. The labels say it as well. */

static const char *const level_kinds[] = {
    "VitessCluster", "VitessCell", "VitessKeyspace", "VitessShard", NULL};

/* What tells them apart, as bits: of two objects that something may hang on the one with the higher
 * bit is closer to it. */
enum { CLUSTER = 1, CELL = 2, KEYSPACE = 4, SHARD = 8, ALL = 15 };

/* What the label of a level says. */
static const char *level_label(const json_t *object, unsigned level)
{
    const struct api_keys *keys = object_keys(object);

    switch (level) {
    case CLUSTER:
        return object_label(object, keys->cluster);
    case CELL:
        return object_label(object, keys->cell);
    case KEYSPACE:
        return object_label(object, keys->keyspace);
    default:
        return object_label(object, keys->shard);
    }
}

static unsigned labels_of(const json_t *object)
{
    unsigned labels = 0;

    for (unsigned level = CLUSTER; level <= SHARD; level *= 2)
        labels |= level_label(object, level) == NULL ? 0 : level;
    return labels;
}

/* An object of ours that others may hang on. */
struct level {
    const char *key; /* "default vitess.io/cluster=vitess vitess.io/cell=zone1": its labels */
    const char *uid;
};

struct levels {
    struct level *at; /* sorted by key */
    size_t count;
};

static bool is_level(const struct node *node)
{
    return node->own && text_is_one_of(object_kind(node->object), level_kinds);
}

/* A VitessCluster is named, not labelled. */
static const char *key_of(struct arena *arena, const json_t *object, unsigned labels)
{
    struct text key = {.arena = arena};

    text_addf(&key, "%s %s", object_namespace(object), object_keys(object)->cluster);
    for (unsigned level = CLUSTER; level <= SHARD; level *= 2)
        if ((labels & level) != 0)
            text_addf(&key, " %u=%s", level, level_label(object, level));
    return text_string(&key);
}

static const char *key_of_root(struct arena *arena, const json_t *object)
{
    return fmt(arena,
        "%s %s %u=%s",
        object_namespace(object),
        hook_of(object)->api->keys->cluster,
        (unsigned)CLUSTER,
        object_name(object));
}

static int by_key(const void *a, const void *b)
{
    return strcmp(((const struct level *)a)->key, ((const struct level *)b)->key);
}

static struct levels levels_of(struct arena *arena, struct node *const *nodes, size_t count)
{
    struct levels levels = {.at = arena_array(arena, count + 1, sizeof(*levels.at))};

    for (size_t i = 0; i < count; i++) {
        const json_t *object = nodes[i]->object;

        if (is_level(nodes[i]))
            levels.at[levels.count++] =
                (struct level){node_is_root(nodes[i]) ? key_of_root(arena, object)
                                                      : key_of(arena, object, labels_of(object)),
                    object_uid(object)};
    }
    qsort(levels.at, levels.count, sizeof(*levels.at), by_key);
    return levels;
}

/* uid of the lowest object above that the List has, or NULL: it has no label that this one has not.
 * Always of a higher level, so no two can be each other's parent. */
static const char *parent_by_labels(struct arena *arena, const struct levels *levels,
    const struct node *node)
{
    const unsigned own = labels_of(node->object);

    for (unsigned labels = ALL; labels > 0; labels--) {
        const bool above =
            (labels & ~own) == 0 && (labels & CLUSTER) != 0 && !(is_level(node) && labels == own);
        const struct level wanted = {.key = above ? key_of(arena, node->object, labels) : ""};
        const struct level *found =
            bsearch(&wanted, levels->at, levels->count, sizeof(*levels->at), by_key);

        if (found != NULL)
            return found->uid;
    }
    return NULL;
}

/* --- nodes --- */

static int by_uid(const void *a, const void *b)
{
    return strcmp(object_uid((*(struct node *const *)a)->object),
        object_uid((*(struct node *const *)b)->object));
}

static bool has_uid(struct node *const *nodes, size_t count, const char *uid)
{
    size_t low = 0, high = count;

    while (low < high) {
        const size_t middle = low + (high - low) / 2;
        const int order = strcmp(object_uid(nodes[middle]->object), uid);

        if (order == 0)
            return true;
        if (order < 0)
            low = middle + 1;
        else
            high = middle;
    }
    return false;
}

/* The terminal and Graphviz get names and states as they are, so none may hold their signs. */
static bool is_plain(const char *text)
{
    for (; text != NULL && *text != '\0'; text++)
        if (*text < ' ' || *text > '~' || *text == '"' || *text == '\\')
            return false;
    return true;
}

static bool can_be_drawn(const struct node *node)
{
    return object_uid(node->object) != NULL && is_plain(object_kind(node->object)) &&
           is_plain(object_name(node->object)) && is_plain(object_namespace(node->object)) &&
           is_plain(object_image(node->object)) && is_plain(node->state.text);
}

/* "default/vitess zone1-0214747900" of each VitessShard that names its primary. An alias is unique
 * in a cluster of Vitess; the cluster is part of it here. */
static struct texts primaries_of(struct arena *arena, const struct manifests *manifests)
{
    struct texts primaries = {.arena = arena};

    for (size_t i = 0; i < manifests->count; i++) {
        const json_t *object = manifests->at[i].object;
        const struct hook *hook = hook_of(object);
        const char *alias = hook == NULL || hook->shard == NULL
                                ? NULL
                                : json_string_value(json_at_path(object, hook->shard->primary));

        if (alias != NULL)
            texts_add(&primaries,
                fmt(arena,
                    "%s/%s %s",
                    object_namespace(object),
                    level_label(object, CLUSTER),
                    alias));
    }
    return primaries;
}

static bool is_primary(struct arena *arena, const struct texts *primaries, const json_t *object)
{
    struct tablet tablet;

    return object_tablet(arena, object, &tablet) && texts_contain(primaries,
                                                        fmt(arena,
                                                            "%s/%s %s",
                                                            object_namespace(object),
                                                            level_label(object, CLUSTER),
                                                            tablet.alias));
}

/* Sorted by uid, each once: kubectl prints an object again for each time that it was asked. */
static size_t nodes_of(struct arena *arena, const struct manifests *manifests, struct node **nodes)
{
    const struct texts primaries = primaries_of(arena, manifests);
    size_t all = 0, count = 0;

    for (size_t i = 0; i < manifests->count; i++) {
        const json_t *object = manifests->at[i].object;
        struct node *node = node_new(arena,
            object,
            live_state(arena, object, is_primary(arena, &primaries, object)));

        if (can_be_drawn(node))
            nodes[all++] = node;
    }
    qsort(nodes, all, sizeof(*nodes), by_uid);
    for (size_t i = 0; i < all; i++)
        if (count == 0 || by_uid(&nodes[count - 1], &nodes[i]) != 0)
            nodes[count++] = nodes[i];
    return count;
}

struct forest live_forest(struct arena *arena, const struct manifests *manifests)
{
    struct node **nodes = arena_array(arena, manifests->count + 1, sizeof(*nodes));
    const size_t count = nodes_of(arena, manifests, nodes);
    const struct levels levels = levels_of(arena, nodes, count);

    for (size_t i = 0; i < count; i++)
        if (nodes[i]->owner == NULL || !has_uid(nodes, count, nodes[i]->owner))
            nodes[i]->owner = parent_by_labels(arena, &levels, nodes[i]);
    return forest_plant(arena, nodes, count);
}
