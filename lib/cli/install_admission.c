#include "install.h"

#include "metadata.h"
#include "template.h"

/* Policies that the API server judges by itself: no webhook, no right of ours.
 *
 * Deleting a VitessCluster takes every Pod below it at once, and so does deleting a CRD, for which
 * the API server asks no policy about the objects. Both need an annotation first, of everybody.
 *
 * It does not save what is in a namespace that somebody deletes: Pods and claims go as everything
 * else in it, only the VitessCluster stays, and with it the namespace, until it is allowed to go.
 */

/* An expression that is true where the object may go. */
#define ALLOWED                                                                                    \
    "has(oldObject.metadata.annotations) && '" ALLOW_DELETION "' in "                              \
    "oldObject.metadata.annotations && "                                                           \
    "oldObject.metadata.annotations['" ALLOW_DELETION "'] == 'true'"

#define MESSAGE                                                                                    \
    "'this takes every Pod below it away; if that is meant, first run: kubectl annotate ' + "      \
    "(request.resource.resource == 'customresourcedefinitions' ? 'crd ' : 'vitesscluster "         \
    "--namespace ' + oldObject.metadata.namespace + ' ') + oldObject.metadata.name + "             \
    "' " ALLOW_DELETION "=true'"

/* Kinds that users write, or every kind; by group, as the API wants it. */
static const json_t *of_users(void)
{
    json_t *plurals = json_new_list();

    for (const struct hook *hook = hooks; hook->kind != NULL; hook++)
        if (!hook->derived)
            json_add_text(plurals, hook->plural);
    return plurals;
}

static const json_t *crd_names(struct arena *a)
{
    json_t *names = json_new_list();

    for (const struct hook *hook = hooks; hook->kind != NULL; hook++)
        json_add_text(names, fmt(a, "%s.%s", hook->plural, api_group(a, hook->api)));
    return names;
}

static const json_t *groups(struct arena *a)
{
    json_t *list = json_new_list();

    for (const struct hook *hook = hooks; hook->kind != NULL; hook++) {
        const char *group = api_group(a, hook->api);

        if (!json_list_has(list, group))
            json_add_text(list, group);
    }
    return list;
}

static const json_t *texts(const char *text)
{
    json_t *list = json_new_list();

    json_add_text(list, text);
    return list;
}

/* Which requests a policy is asked about; `names` may be NULL. */
static const json_t *rule(struct arena *a, const json_t *group_names, const json_t *resources,
    const json_t *names, const char *operation)
{
    return object(a,
        F("apiGroups", group_names),
        LIST("apiVersions", V("*")),
        F("resources", resources),
        OPT("resourceNames", names),
        LIST("operations", V(operation)));
}

static const json_t *policy(struct arena *a, const char *name, const json_t *rules,
    const json_t *validation)
{
    return object(a,
        F("apiVersion", "admissionregistration.k8s.io/v1"),
        F("kind", "ValidatingAdmissionPolicy"),
        MAP("metadata", F("name", name), F("labels", install_labels(a))),
        MAP("spec",
            F("failurePolicy", "Fail"),
            MAP("matchConstraints", F("resourceRules", rules)),
            LIST("validations", V(validation))));
}

const json_t *install_deletion_policy(struct arena *a)
{
    json_t *rules = json_new_list();

    json_add(rules, rule(a, groups(a), of_users(), NULL, "DELETE"));
    json_add(rules,
        rule(a,
            texts("apiextensions.k8s.io"),
            texts("customresourcedefinitions"),
            crd_names(a),
            "DELETE"));
    return policy(a,
        OPERATOR_NAME "-deletion",
        rules,
        object(a,
            F("expression", ALLOWED),
            F("messageExpression", MESSAGE),
            F("message", "needs the annotation " ALLOW_DELETION "=true"),
            F("reason", "Forbidden")));
}

const json_t *install_namespace_policy(struct arena *a, const char *namespace)
{
    json_t *rules = json_new_list();

    json_add(rules, rule(a, groups(a), of_users(), NULL, "CREATE"));
    return policy(a,
        OPERATOR_NAME "-namespace",
        rules,
        object(a,
            F("expression", fmt(a, "request.namespace == '%s'", namespace)),
            F("message", fmt(a, "this operator runs clusters in namespace %s only", namespace)),
            F("reason", "Forbidden")));
}

const json_t *install_binding(struct arena *a, const json_t *bound)
{
    return object(a,
        F("apiVersion", "admissionregistration.k8s.io/v1"),
        F("kind", "ValidatingAdmissionPolicyBinding"),
        MAP("metadata", F("name", object_name(bound)), F("labels", install_labels(a))),
        MAP("spec", F("policyName", object_name(bound)), LIST("validationActions", V("Deny"))));
}
