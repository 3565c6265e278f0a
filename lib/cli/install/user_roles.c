#include "install.h"
#include "metadata.h"
#include "template.h"

/* What people may do with our kinds, added to the roles view, edit and admin that Kubernetes comes
 * with. The operator itself has no right.
 *
 * A spec may hold what is secret where its author wrote it into a variable or a flag instead of a
 * Secret. It becomes a Pod, which view can read as well, so nothing is shown that was hidden. edit
 * may create Pods, with any ServiceAccount and Secret of the namespace, and an author of
 * VitessClusters can do no more (SECURITY.md). What is derived nobody writes but Metacontroller. */

#define AGGREGATE "rbac.authorization.k8s.io/aggregate-to-"

/* The kinds of one API: of those that people write, or of all with their status. */
static json_t *resources(struct arena *a, const struct api *api, bool written)
{
    json_t *list = json_new_list();

    for (const struct hook *hook = api->hooks; hook->kind != NULL; hook++) {
        if (written && hook->derived)
            continue;
        json_add_text(list, hook->plural);
        if (!written)
            json_add_text(list, fmt(a, "%s/status", hook->plural));
    }
    return list;
}

static const json_t *rule(struct arena *a, const struct api *api, bool written, const json_t *verbs)
{
    return object(a,
        LIST("apiGroups", V(api_group(a, api->name))),
        F("resources", resources(a, api, written)),
        F("verbs", verbs));
}

static const json_t *role(struct arena *a, const char *name, const json_t *to, const json_t *rule)
{
    return object(a,
        F("apiVersion", "rbac.authorization.k8s.io/v1"),
        F("kind", "ClusterRole"),
        MAP("metadata", F("name", name), MAP("labels", SPREAD(install_labels(a)), SPREAD(to))),
        LIST("rules", V(rule)));
}

const json_t *install_user_roles(const struct install *install)
{
    struct arena *a = install->arena;
    const json_t *read = install_words(a, "get list watch");
    const json_t *write = install_words(a, "create update patch delete deletecollection");
    const json_t *editors = object(a, F(AGGREGATE "edit", "true"), F(AGGREGATE "admin", "true"));
    const json_t *viewers = object(a, F(AGGREGATE "view", "true"), SPREAD(editors));
    json_t *list = json_new_list();

    for (const struct api *const *api = install->apis; *api != NULL; api++) {
        const char *view = name_for_api(a, OPERATOR_NAME "-view", *api);
        const char *edit = name_for_api(a, OPERATOR_NAME "-edit", *api);

        json_add(list, role(a, view, viewers, rule(a, *api, false, read)));
        json_add(list, role(a, edit, editors, rule(a, *api, true, write)));
    }
    return list;
}
