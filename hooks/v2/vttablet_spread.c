#include "keys.h"
#include "metadata.h"
#include "tablet_parts.h"
#include "template.h"

/* On which nodes the tablets of a shard are. */

static const json_t *apart_from(struct arena *a, int weight, const json_t *labels)
{
    return object(a,
        F("weight", INT(weight)),
        MAP("podAffinityTerm",
            MAP("labelSelector", F("matchLabels", labels)),
            F("topologyKey", "kubernetes.io/hostname")));
}

/* A node without any tablet of the shard, or else without one of the pool. */
static const json_t *anti_affinity(struct arena *a, const struct v2_pool *pool)
{
    const json_t *shard = v2_shard_labels(a, pool->shard, VTTABLET_COMPONENT);
    const json_t *same_pool = object(a,
        SPREAD(shard),
        F(CELL_LABEL, pool->spec->cell),
        F(TABLET_TYPE_LABEL, pool->spec->type));

    return object(a,
        MAP("podAntiAffinity",
            LIST("preferredDuringSchedulingIgnoredDuringExecution",
                V(apart_from(a, 2, shard)),
                V(apart_from(a, 1, same_pool)))));
}

const json_t *v2_tablet_affinity(struct arena *a, const struct v2_pool *pool)
{
    const json_t *ours =
        object(a, SPREAD(anti_affinity(a, pool)), SPREAD(v2_zone_affinity(a, pool->place.zone)));

    return v2_affinity(a, pool->spec->pods.affinity, ours);
}

/* --- topologySpreadConstraints --- */

static bool put_single(json_t *labels, const json_t *expression)
{
    const json_t *values = json_at(expression, "values");
    const char *key = json_text_at(expression, "key");

    if (!text_equal(json_text_at(expression, "operator"), "In") || json_array_size(values) != 1)
        return false;
    json_put(labels, key == NULL ? "" : key, json_array_get(values, 0));
    return true;
}

/* LabelSelectorAsMap() of apimachinery; what is no map counts as an empty one. */
static const json_t *selected(const json_t *constraint)
{
    const json_t *selector = json_at(constraint, "labelSelector");
    json_t *labels = json_overlay(json_at(selector, "matchLabels"), NULL);
    const json_t *expression;

    if (selector == NULL)
        return NULL;
    json_each_item (json_at(selector, "matchExpressions"), i, expression) {
        if (!put_single(labels, expression))
            return json_new_map();
    }
    return labels;
}

static size_t first_alike(const json_t *list, size_t index)
{
    const json_t *labels = selected(json_array_get(list, index));
    size_t i = 0;

    while (i < index && !json_same(selected(json_array_get(list, i)), labels))
        i++;
    return i;
}

/* The last one like the one at `index`. */
static const json_t *last_alike(const json_t *list, size_t index)
{
    size_t last = index;

    for (size_t i = index + 1; i < json_array_size(list); i++) {
        if (first_alike(list, i) == index)
            last = i;
    }
    return json_array_get(list, last);
}

/* Theirs merges the list by what is selected, also with itself: of constraints that select the same
 * Pods the last one stays, where the first one was. */
const json_t *v2_topology_spread(struct arena *a, const json_t *theirs)
{
    const json_t *list = as_stored(a, theirs);
    json_t *result = json_new_list();

    for (size_t i = 0; i < json_array_size(list); i++) {
        if (first_alike(list, i) == i)
            json_add(result, last_alike(list, i));
    }
    return result;
}
