#include "install.h"

#include <string.h>

#include "metadata.h"
#include "template.h"

/* Policies that the API server judges by itself: no webhook, no right of ours.
 *
 * Deleting a VitessCluster takes every Pod below it at once, and so does deleting a CRD, for which
 * the API server asks no policy about the objects. Both need an annotation first. It is asked of
 * everybody: a namespace that is being deleted stays Terminating until its clusters are allowed to
 * go. */

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
static const char *group(struct arena *a, const struct hook *hook)
{
    return text_copy(a, hook->api, strcspn(hook->api, "/"));
}

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
        json_add_text(names, fmt(a, "%s.%s", hook->plural, group(a, hook)));
    return names;
}

static const json_t *groups(struct arena *a)
{
    json_t *list = json_new_list(), *seen = json_new_map();

    for (const struct hook *hook = hooks; hook->kind != NULL; hook++) {
        if (json_at(seen, group(a, hook)) == NULL)
            json_add_text(list, group(a, hook));
        json_put(seen, group(a, hook), json_true());
    }
    return list;
}

const json_t *install_deletion_policy(struct arena *a)
{
    return object(a,
        F("apiVersion", "admissionregistration.k8s.io/v1"),
        F("kind", "ValidatingAdmissionPolicy"),
        MAP("metadata", F("name", OPERATOR_NAME "-deletion"), F("labels", install_labels(a))),
        MAP("spec",
            F("failurePolicy", "Fail"),
            MAP("matchConstraints",
                LIST("resourceRules",
                    ITEM(F("apiGroups", groups(a)),
                        LIST("apiVersions", V("*")),
                        F("resources", of_users()),
                        LIST("operations", V("DELETE"))),
                    ITEM(LIST("apiGroups", V("apiextensions.k8s.io")),
                        LIST("apiVersions", V("*")),
                        LIST("resources", V("customresourcedefinitions")),
                        F("resourceNames", crd_names(a)),
                        LIST("operations", V("DELETE"))))),
            LIST("validations",
                ITEM(F("expression", ALLOWED),
                    F("messageExpression", MESSAGE),
                    F("message", "needs the annotation " ALLOW_DELETION "=true"),
                    F("reason", "Forbidden")))));
}

const json_t *install_namespace_policy(struct arena *a, const char *namespace)
{
    return object(a,
        F("apiVersion", "admissionregistration.k8s.io/v1"),
        F("kind", "ValidatingAdmissionPolicy"),
        MAP("metadata", F("name", OPERATOR_NAME "-namespace"), F("labels", install_labels(a))),
        MAP("spec",
            F("failurePolicy", "Fail"),
            MAP("matchConstraints",
                LIST("resourceRules",
                    ITEM(F("apiGroups", groups(a)),
                        LIST("apiVersions", V("*")),
                        F("resources", of_users()),
                        LIST("operations", V("CREATE"))))),
            LIST("validations",
                ITEM(F("expression", fmt(a, "request.namespace == '%s'", namespace)),
                    F("message",
                        fmt(a, "this operator runs clusters in namespace %s only", namespace)),
                    F("reason", "Forbidden")))));
}

const json_t *install_binding(struct arena *a, const json_t *policy)
{
    return object(a,
        F("apiVersion", "admissionregistration.k8s.io/v1"),
        F("kind", "ValidatingAdmissionPolicyBinding"),
        MAP("metadata", F("name", object_name(policy)), F("labels", install_labels(a))),
        MAP("spec", F("policyName", object_name(policy)), LIST("validationActions", V("Deny"))));
}
