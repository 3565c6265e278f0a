#include "kinds.h"

#include <stdlib.h>
#include <string.h>

#include "spec.h"
#include "template.h"

static const struct kind built_in[] = {
    {"v1", "ConfigMap", "configmaps", true, false, false, NULL, NULL, 0},
    {"v1", "Node", "nodes", false, true, false, NULL, NULL, 0},
    {"v1", "PersistentVolumeClaim", "persistentvolumeclaims", true, true, false, NULL, NULL, 0},
    {"v1", "Pod", "pods", true, true, true, NULL, NULL, 0},
    {"v1", "Secret", "secrets", true, false, false, NULL, NULL, 0},
    {"v1", "Service", "services", true, true, false, NULL, NULL, 0},
    {"v1", "ServiceAccount", "serviceaccounts", true, false, false, NULL, NULL, 0},
    {"apps/v1", "Deployment", "deployments", true, true, true, NULL, NULL, 0},
    {"apps/v1", "StatefulSet", "statefulsets", true, true, true, NULL, NULL, 0},
    {"autoscaling/v2",
        "HorizontalPodAutoscaler",
        "horizontalpodautoscalers",
        true,
        true,
        false,
        NULL,
        NULL,
        0},
    {"networking.k8s.io/v1", "NetworkPolicy", "networkpolicies", true, false, true, NULL, NULL, 0},
    {"policy/v1", "PodDisruptionBudget", "poddisruptionbudgets", true, true, true, NULL, NULL, 0},
};

enum { BUILT_IN = sizeof(built_in) / sizeof(*built_in) };

/* Those of one name in the order of their APIs. */
static int by_name(const void *a, const void *b)
{
    const struct kind *left = a, *right = b;
    int order = strcmp(left->name, right->name);

    return order != 0 ? order : left->index - right->index;
}

/* The whole object as the CRD has it: apiVersion, kind and metadata are the API server's own. */
static const json_t *schema_of(struct arena *arena, const struct hook *hook)
{
    const json_t *anything =
        object(arena, F("type", "object"), F("x-kubernetes-preserve-unknown-fields", BOOL(true)));

    if (hook->spec == NULL && hook->status == NULL)
        return NULL;
    return object(arena,
        F("type", "object"),
        MAP("properties",
            F("spec",
                hook->spec == NULL ? anything
                                   : spec_schema(arena, hook->spec, "", hook_mode(hook))),
            OPT("status",
                hook->status == NULL ? NULL : spec_schema(arena, hook->status, "", SPEC_DERIVED))));
}

static struct kind kind_of_hook(struct arena *arena, const struct hook *hook)
{
    return (struct kind){.api_version = hook->api->name,
        .name = hook->kind,
        .plural = hook->plural,
        .namespaced = true,
        .status = !hook->plain_status,
        .generation = true,
        .hook = hook,
        .schema = schema_of(arena, hook)};
}

struct kinds *kinds_new(struct arena *arena, const struct api *const *all)
{
    struct json_scope scope = json_enter(arena);
    struct kinds *kinds = arena_make(arena, struct kinds);

    kinds->count = BUILT_IN;
    each_hook_of (all, hook)
        kinds->count++;
    kinds->at = arena_array(arena, kinds->count, sizeof(*kinds->at));
    memcpy(kinds->at, built_in, sizeof(built_in));
    kinds->count = BUILT_IN;
    each_hook_of (all, hook)
        kinds->at[kinds->count++] = kind_of_hook(arena, hook);
    for (size_t i = 0; i < kinds->count; i++)
        kinds->at[i].index = (int)i;
    qsort(kinds->at, kinds->count, sizeof(*kinds->at), by_name);
    for (size_t i = 0; i < kinds->count; i++)
        kinds->at[i].index = (int)i;
    json_leave(scope);
    return kinds;
}

const struct kind *kind_find(const struct kinds *kinds, const char *api_version, const char *name)
{
    for (size_t i = 0; i < kinds->count; i++) {
        if (text_equal(kinds->at[i].name, name) &&
            text_equal(kinds->at[i].api_version, api_version))
            return &kinds->at[i];
    }
    return NULL;
}

/* "VitessCluster", or "VitessCluster.planetscale.com". */
static bool is_called(const struct kind *kind, const char *name)
{
    const size_t length = strlen(kind->name), group = strcspn(kind->api_version, "/");

    if (name == NULL || strncmp(kind->name, name, length) != 0)
        return false;
    return name[length] == '\0' ||
           (name[length] == '.' && strncmp(name + length + 1, kind->api_version, group) == 0 &&
               name[length + 1 + group] == '\0');
}

const struct kind *kind_next(const struct kinds *kinds, const char *name, const struct kind *before)
{
    for (size_t i = before == NULL ? 0 : (size_t)before->index + 1; i < kinds->count; i++) {
        if (is_called(&kinds->at[i], name))
            return &kinds->at[i];
    }
    return NULL;
}

const struct kind *kind_by_name(const struct kinds *kinds, const char *name)
{
    return kind_next(kinds, name, NULL);
}

const struct kind *kind_by_plural(const struct kinds *kinds, const char *api_version,
    const char *plural)
{
    for (size_t i = 0; i < kinds->count; i++) {
        if (text_equal(kinds->at[i].plural, plural) &&
            text_equal(kinds->at[i].api_version, api_version))
            return &kinds->at[i];
    }
    return NULL;
}

const struct kind *kind_of(const struct kinds *kinds, const json_t *object)
{
    return kind_find(kinds, json_text_at(object, "apiVersion"), json_text_at(object, "kind"));
}

bool kind_is(const struct kind *kind, const char *name)
{
    return kind != NULL && text_equal(kind->name, name);
}
