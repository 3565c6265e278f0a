#include "pod.h"

#include "metadata.h"
#include "template.h"

/* The user's overrides of Pods, laid over ours last and in this one place. What the API server
 * stores in another way than it is written would be a write per sync. */

static const json_t *by(const char *key, const json_t *list)
{
    json_t *map = json_new_map();
    const json_t *item;

    json_each_item (list, i, item) {
        if (json_text_at(item, key) != NULL)
            json_put(map, json_text_at(item, key), item);
    }
    return map;
}

static const json_t *named(const json_t *map, const char *name)
{
    return name == NULL ? NULL : json_at(map, name);
}

/* `theirs` replace what has the same `key` (name or path) in `ours`, or are appended. One without
 * a key is left to the API server, which says what is wrong with it. */
static const json_t *merged_by(const char *key, const json_t *ours, const json_t *theirs)
{
    const json_t *known = by(key, ours);
    const json_t *replacements = by(key, theirs);
    json_t *merged = json_new_list();
    const json_t *item;

    json_each_item (ours, i, item) {
        const json_t *other = named(replacements, json_text_at(item, key));

        json_add(merged, other == NULL ? item : other);
    }
    json_each_item (theirs, i, item) {
        if (named(known, json_text_at(item, key)) == NULL)
            json_add(merged, item);
    }
    return merged;
}

static const json_t *container_overridden(struct arena *a, const json_t *container,
    const struct pod_overrides *overrides)
{
    return object(a,
        SPREAD(container),
        OPT("env", merged_by("name", json_at(container, "env"), as_stored(a, overrides->env))),
        OPT("volumeMounts",
            merged_by("mountPath",
                json_at(container, "volumeMounts"),
                as_stored(a, overrides->volume_mounts))));
}

static const json_t *containers_overridden(struct arena *a, const json_t *containers,
    const struct pod_overrides *overrides)
{
    json_t *list = json_new_list();
    const json_t *container;

    json_each_item (containers, i, container)
        json_add(list, container_overridden(a, container, overrides));
    return list;
}

static const json_t *joined(const json_t *first, const json_t *second)
{
    json_t *list = json_new_list();
    const json_t *item;

    json_each_item (first, i, item)
        json_add(list, item);
    json_each_item (second, i, item)
        json_add(list, item);
    return list;
}

/* --- the zone of the cell --- */

static void add_place(struct arena *a, json_t *list, const char *key, const char *value)
{
    if (value != NULL)
        json_add(list, object(a, F("key", key), F("operator", "In"), LIST("values", V(value))));
}

/* One that says nothing matches no node, and is left so. */
static const json_t *term_within(struct arena *a, const json_t *term, const json_t *here)
{
    return json_object_size(term) == 0
               ? term
               : object(a,
                     SPREAD(term),
                     F("matchExpressions", joined(json_at(term, "matchExpressions"), here)));
}

/* Terms are alternatives, so each of them says it; what is within a term holds together. */
static const json_t *terms_within(struct arena *a, const json_t *terms, const json_t *here)
{
    json_t *list = json_new_list();
    const json_t *term;

    json_each_item (terms, i, term)
        json_add(list, term_within(a, term, here));
    if (json_array_size(list) == 0)
        json_add(list, object(a, F("matchExpressions", here)));
    return list;
}

#define REQUIRED "requiredDuringSchedulingIgnoredDuringExecution"

static const json_t *affinity_within(struct arena *a, const struct place *place,
    const json_t *affinity)
{
    const json_t *nodes = json_at(affinity, "nodeAffinity");
    json_t *here = json_new_list();

    add_place(a, here, "topology.kubernetes.io/region", place->region);
    add_place(a, here, "topology.kubernetes.io/zone", place->zone);
    if (json_array_size(here) == 0)
        return affinity;
    return object(a,
        SPREAD(affinity),
        MAP("nodeAffinity",
            SPREAD(nodes),
            MAP(REQUIRED,
                F("nodeSelectorTerms",
                    terms_within(a, json_at(nodes, REQUIRED, "nodeSelectorTerms"), here)))));
}

/* --- all of it --- */

const json_t *pod_overridden(struct arena *a, const struct place *place, const json_t *pod,
    const struct pod_overrides *overrides)
{
    const json_t *sidecars = as_stored(a, overrides->sidecars);
    const json_t *init = as_stored(a, overrides->init_containers);

    return object(a,
        SPREAD(pod),
        OPT("initContainers",
            joined(init, containers_overridden(a, json_at(pod, "initContainers"), overrides))),
        OPT("containers",
            joined(containers_overridden(a, json_at(pod, "containers"), overrides), sidecars)),
        OPT("volumes",
            merged_by("name", json_at(pod, "volumes"), as_stored(a, overrides->volumes))),
        OPT("securityContext",
            pod_security(a, json_at(pod, "securityContext"), place, overrides->security)),
        OPT("terminationGracePeriodSeconds",
            overrides->grace == 0 ? json_at(pod, "terminationGracePeriodSeconds")
                                  : json_integer(overrides->grace)),
        OPT("nodeSelector", overrides->node_selector),
        OPT("tolerations", as_stored(a, overrides->tolerations)),
        OPT("affinity", affinity_within(a, place, as_stored(a, overrides->affinity))),
        OPT("topologySpreadConstraints", as_stored(a, overrides->topology_spread)),
        OPT("priorityClassName", overrides->priority_class),
        OPT("serviceAccountName", overrides->service_account));
}

const json_t *pod_labels(struct arena *a, const json_t *ours, const struct pod_overrides *overrides)
{
    return object(a, SPREAD(overrides->labels), SPREAD(ours));
}
