#include "install.h"

#include "metadata.h"
#include "template.h"

/* Policies that the API server judges by itself: no webhook, no right of ours.
 *
 * Deleting a VitessCluster takes every Pod below it at once, and so does deleting a CRD, for which
 * the API server asks no policy about the objects. Both need an annotation first, of everybody.
 * Deleting a VitessCell, VitessKeyspace or VitessShard takes the Pods below that one just as fast,
 * and what is written in the VitessCluster makes it again. So it needs the annotation too, of
 * everybody but those whose work it is: Metacontroller, which deletes what a rollout has emptied,
 * the garbage collector, when the owner is gone, and the namespace controller.
 *
 * It does not save what is in a namespace that somebody deletes: Pods and claims go as everything
 * else in it, only the VitessCluster stays, and with it the namespace, until it is allowed to go.
 *
 * Every expression is CEL; Kubernetes 1.30 knows all that they use.
 */

/* True where the object may go. */
#define ALLOWED                                                                                    \
    "has(oldObject.metadata.annotations) && '" ALLOW_DELETION "' in "                              \
    "oldObject.metadata.annotations && "                                                           \
    "oldObject.metadata.annotations['" ALLOW_DELETION "'] == 'true'"

/* True for the garbage collector, and for the namespace controller: each by its own account, or all
 * by one where kube-controller-manager runs with --use-service-account-credentials=false. */
#define COLLECTOR                                                                                  \
    "request.userInfo.username in ['system:serviceaccount:kube-system:generic-garbage-collector'," \
    " 'system:kube-controller-manager']"
#define NAMESPACE_CONTROLLER                                                                       \
    "request.userInfo.username == 'system:serviceaccount:kube-system:namespace-controller'"

/* True for Metacontroller, whatever its ServiceAccount is called (%s: its namespace). */
#define METACONTROLLER                                                                             \
    "(has(request.userInfo.groups) && 'system:serviceaccounts:%s' in request.userInfo.groups)"

/* What becomes of the data: texts for Delete and for Retain, which is the default. */
#define BY_RETENTION(gone, kept)                                                                   \
    "(oldObject.?spec.?volumeClaimRetention.?whenDeleted.orValue('Retain') == 'Delete' ? '" gone   \
    "' : '" kept "')"

/* The one command that lets a namespaced object go. */
#define ANNOTATE(kind)                                                                             \
    "'; if that is meant, first run: kubectl annotate ' + " kind                                   \
    " + ' --namespace ' + oldObject.metadata.namespace + ' ' + oldObject.metadata.name + "         \
    "' " ALLOW_DELETION "=true'"

#define CLUSTER_MESSAGE                                                                            \
    "'this takes every Pod of the cluster away at once, and ' + " BY_RETENTION(                    \
        "also deletes its volume claims with the data, since "                                     \
        "spec.volumeClaimRetention.whenDeleted is Delete",                                         \
        "keeps its volume claims, since spec.volumeClaimRetention.whenDeleted is "                 \
        "Retain") " + " ANNOTATE("'vitesscluster'")

#define DERIVED_MESSAGE                                                                            \
    "'this takes every Pod below it away at once, the primary too' + " BY_RETENTION(               \
        ", and deletes their volume claims with the data, since "                                  \
        "spec.volumeClaimRetention.whenDeleted is Delete",                                         \
        "") " + ', and it is made again from the VitessCluster, which is what to edit instead' "   \
            "+ " ANNOTATE("request.kind.kind.lowerAscii()")

#define CRD_MESSAGE                                                                                \
    "'this takes every object of this kind and every Pod below them away; if that is meant, "      \
    "first run: kubectl annotate crd ' + oldObject.metadata.name + ' " ALLOW_DELETION "=true'"

/* True where the claim has a reference to itself with a uid that is not its own. */
#define RESTORED                                                                                   \
    "(has(oldObject.metadata.ownerReferences) && oldObject.metadata.ownerReferences.exists(r, "    \
    "r.kind == 'PersistentVolumeClaim' && r.name == oldObject.metadata.name && "                   \
    "r.uid != oldObject.metadata.uid))"

/* True in a namespace that is being deleted, by which controller ever. */
#define NAMESPACE_GOES "has(namespaceObject.metadata.deletionTimestamp)"

#define CLAIM_MESSAGE                                                                              \
    "'this claim was restored with the ownerReferences of its former life, which is no reason to " \
    "delete it; to give it to a cluster again, remove metadata.ownerReferences from ' + "          \
    "oldObject.metadata.name"

/* Kinds that users write, or those that are derived from them. */
static const json_t *plurals_of(bool derived)
{
    json_t *plurals = json_new_list();

    each_hook (hook) {
        if (hook->derived == derived && !json_list_has(plurals, hook->plural))
            json_add_text(plurals, hook->plural);
    }
    return plurals;
}

static const json_t *crd_names(struct arena *a)
{
    json_t *names = json_new_list();

    each_hook (hook)
        json_add_text(names, fmt(a, "%s.%s", hook->plural, api_group(a, hook->api->name)));
    return names;
}

static const json_t *groups(struct arena *a)
{
    json_t *list = json_new_list();

    each_hook (hook) {
        const char *group = api_group(a, hook->api->name);

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
        LIST("operations", V(operation)),
        F("scope", "*"));
}

/* `labels` is which objects it is asked about, or NULL: all.
 *
 * The defaults are spelled out: matchConstraints is an atomic struct of server-side apply. Without
 * them each apply is a write, and one over what was applied without --server-side a conflict. */
static const json_t *policy(struct arena *a, const char *name, const json_t *matched,
    const json_t *labels, const json_t *validation)
{
    return object(a,
        F("apiVersion", "admissionregistration.k8s.io/v1"),
        F("kind", "ValidatingAdmissionPolicy"),
        MAP("metadata", F("name", name), F("labels", install_labels(a))),
        MAP("spec",
            F("failurePolicy", "Fail"),
            MAP("matchConstraints",
                LIST("resourceRules", V(matched)),
                F("matchPolicy", "Equivalent"),
                F("namespaceSelector", json_new_map()),
                F("objectSelector", labels == NULL ? json_new_map() : labels)),
            LIST("validations", V(validation))));
}

/* A policy does nothing until it is bound. */
static const json_t *binding(struct arena *a, const json_t *bound)
{
    return object(a,
        F("apiVersion", "admissionregistration.k8s.io/v1"),
        F("kind", "ValidatingAdmissionPolicyBinding"),
        MAP("metadata", F("name", object_name(bound)), F("labels", install_labels(a))),
        MAP("spec", F("policyName", object_name(bound)), LIST("validationActions", V("Deny"))));
}

/* A deletion that needs the annotation, of everybody but `others` (an expression, or NULL). */
static const json_t *needs_annotation(struct arena *a, const char *name, const json_t *matched,
    const char *others, const char *message)
{
    return policy(a,
        fmt(a, OPERATOR_NAME "-%s-deletion", name),
        matched,
        NULL,
        object(a,
            F("expression", others == NULL ? ALLOWED : fmt(a, "%s || (" ALLOWED ")", others)),
            F("messageExpression", message),
            F("message", "needs the annotation " ALLOW_DELETION "=true"),
            F("reason", "Forbidden")));
}

static const json_t *crd_rule(struct arena *a)
{
    return rule(a,
        texts("apiextensions.k8s.io"),
        texts("customresourcedefinitions"),
        crd_names(a),
        "DELETE");
}

/* A claim that is to outlive its owner carries a reference to itself, its only mark that survives
 * the deletion of owners and is cleaned up after it (see owns_itself). Whoever restores it from
 * plain YAML gives it another uid, so that the collector takes all its owners for gone and deletes
 * it within milliseconds: nobody can mend it before. It never deletes a claim of which this
 * reference is true, so what is refused here is that accident and nothing else. */
static const json_t *claim_policy(struct arena *a, const struct api *api)
{
    const json_t *ours = object(a,
        LIST("matchExpressions", ITEM(F("key", api->keys->component), F("operator", "Exists"))));

    return policy(a,
        install_name_for(a, OPERATOR_NAME "-restored-claims", api),
        rule(a, texts(""), texts("persistentvolumeclaims"), NULL, "DELETE"),
        ours,
        object(a,
            F("expression", "!(" COLLECTOR " && " RESTORED ") || " NAMESPACE_GOES),
            F("messageExpression", CLAIM_MESSAGE),
            F("message", "remove metadata.ownerReferences"),
            F("reason", "Forbidden")));
}

const json_t *install_deletion_policies(struct arena *a, const char *metacontroller)
{
    json_t *policies = json_new_list();
    const char *others =
        fmt(a, COLLECTOR " || " NAMESPACE_CONTROLLER " || " METACONTROLLER, metacontroller);

    json_add(policies,
        needs_annotation(a,
            "cluster",
            rule(a, groups(a), plurals_of(false), NULL, "DELETE"),
            NULL,
            CLUSTER_MESSAGE));
    json_add(policies,
        needs_annotation(a,
            "derived",
            rule(a, groups(a), plurals_of(true), NULL, "DELETE"),
            others,
            DERIVED_MESSAGE));
    json_add(policies, needs_annotation(a, "crd", crd_rule(a), NULL, CRD_MESSAGE));
    for (const struct api *const *api = apis; *api != NULL; api++)
        json_add(policies, claim_policy(a, *api));
    return policies;
}

const json_t *install_namespace_policies(struct arena *a, const char *namespace)
{
    json_t *policies = json_new_list();

    json_add(policies,
        policy(a,
            OPERATOR_NAME "-namespace",
            rule(a, groups(a), plurals_of(false), NULL, "CREATE"),
            NULL,
            object(a,
                F("expression", fmt(a, "request.namespace == '%s'", namespace)),
                F("message", fmt(a, "this operator runs clusters in namespace %s only", namespace)),
                F("reason", "Forbidden"))));
    return policies;
}

const json_t *install_bound(struct arena *a, const json_t *policies)
{
    const json_t *each;
    json_t *list = json_new_list();

    json_each_item (policies, i, each) {
        json_add(list, each);
        json_add(list, binding(a, each));
    }
    return list;
}
