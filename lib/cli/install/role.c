#include "install.h"

#include "metadata.h"
#include "template.h"

/* What Metacontroller has to be allowed where it runs our controllers and no others. It takes the
 * place of the role that Metacontroller comes with, which allows everything.
 *
 * Which calls it makes is in its sources (4.17): pkg/controller/composite and common, pkg/events,
 * and the informers of whatever is a parent, a child or related. */

#define READ "get list watch"

static const json_t *rule(struct arena *a, const char *group, const json_t *resources,
    const char *verbs)
{
    return object(a,
        LIST("apiGroups", V(group)),
        F("resources", resources),
        F("verbs", install_words(a, verbs)));
}

/* Adds a resource to those of its group, once. */
static void add(struct arena *a, json_t *groups, const char *api_version, const char *resource)
{
    const char *group = api_group(a, api_version);
    json_t *known = json_object_get(groups, group);

    if (known == NULL) {
        known = json_new_list();
        json_put(groups, group, known);
    }
    if (!json_list_has(known, resource))
        json_add_text(known, resource);
}

static const json_t *rules(struct arena *a, const json_t *groups, const char *verbs)
{
    json_t *list = json_new_list();
    const json_t *resources;
    const char *group;

    json_each_field (groups, group, resources)
        json_add(list, rule(a, group, resources, verbs));
    return list;
}

/* A parent is only read; of it Metacontroller writes the status. The finalizers are what the
 * admission plugin OwnerReferencesPermissionEnforcement asks of those who set blockOwnerDeletion.
 */
static const json_t *parents_read(struct arena *a, const struct api *const *served,
    const char *verbs)
{
    json_t *groups = json_new_map();

    each_hook_of (served, hook)
        add(a, groups, hook->api->name, hook->plural);
    return rules(a, groups, verbs);
}

static const json_t *parents_written(struct arena *a, const struct api *const *served,
    const char *verbs)
{
    json_t *groups = json_new_map();

    each_hook_of (served, hook) {
        add(a, groups, hook->api->name, fmt(a, "%s/finalizers", hook->plural));
        add(a, groups, hook->api->name, fmt(a, "%s/status", hook->plural));
    }
    return rules(a, groups, verbs);
}

static const json_t *children(struct arena *a, const struct api *const *served, const char *verbs)
{
    json_t *groups = json_new_map();

    each_hook_of (served, hook)
        for (const struct child_kind *child = hook->children; child->kind != NULL; child++)
            add(a, groups, child->api_version, child->resource);
    return rules(a, groups, verbs);
}

/* What the customize hooks ask for beside our own kinds: Secrets that the spec of a cluster names,
 * so that a renewed certificate restarts what has read it. */
static const json_t *asked_for(struct arena *a, bool secrets)
{
    json_t *list = json_new_list();

    if (secrets)
        json_add(list, rule(a, "", install_words(a, "secrets"), READ));
    return list;
}

const json_t *install_metacontroller_role(struct arena *a, const struct api *const *served,
    bool secrets)
{
    return object(a,
        F("apiVersion", "rbac.authorization.k8s.io/v1"),
        F("kind", "ClusterRole"),
        MAP("metadata", F("name", "metacontroller")),
        LIST("rules",
            V(rule(a, "metacontroller.k8s.io", install_words(a, "*"), READ)),
            V(rule(a, "apiextensions.k8s.io", install_words(a, "customresourcedefinitions"), READ)),
            V(rule(a, "", install_words(a, "namespaces"), READ)),
            V(rule(a, "", install_words(a, "events"), "create patch")),
            EACH(asked_for(a, secrets)),
            EACH(parents_read(a, served, READ)),
            EACH(parents_written(a, served, "update")),
            EACH(children(a, served, READ " create update delete"))));
}
