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

/* True where the object may go (%s: the annotation, twice). */
#define ALLOWED                                                                                    \
    "has(oldObject.metadata.annotations) && '%s' in oldObject.metadata.annotations && "            \
    "oldObject.metadata.annotations['%s'] == 'true'"

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

/* The one command that lets a namespaced object go (%s: group of the kind, with a dot in front;
 * annotation). */
#define ANNOTATE(kind)                                                                             \
    "'; if that is meant, first run: kubectl annotate ' + " kind                                   \
    " + '%s --namespace ' + oldObject.metadata.namespace + ' ' + oldObject.metadata.name + "       \
    "' %s=true'"

/* %s: what becomes of the claims, an expression; and those of ANNOTATE(). */
#define CLUSTER_MESSAGE                                                                            \
    "'this takes every Pod of the cluster away at once, and ' + %s + " ANNOTATE("'vitesscluster'")

#define DERIVED_MESSAGE                                                                            \
    "'this takes every Pod below it away at once, the primary too' + %s + "                        \
    "', and it is made again from the VitessCluster, which is what to edit instead' "              \
    "+ " ANNOTATE("request.kind.kind.lowerAscii()")

/* %s: the annotation. */
#define CRD_MESSAGE                                                                                \
    "'this takes every object of this kind and every Pod below them away; if that is meant, "      \
    "first run: kubectl annotate crd ' + oldObject.metadata.name + ' %s=true'"

/* What becomes of the claims of a cluster, and of those below one of its parts. */
#define CLUSTER_CLAIMS                                                                             \
    BY_RETENTION("also deletes its volume claims with the data, since "                            \
                 "spec.volumeClaimRetention.whenDeleted is Delete",                                \
        "keeps its volume claims, since spec.volumeClaimRetention.whenDeleted is Retain")
#define CLAIMS_BELOW                                                                               \
    BY_RETENTION(", and deletes their volume claims with the data, since "                         \
                 "spec.volumeClaimRetention.whenDeleted is Delete",                                \
        "")
#define CLUSTER_CLAIMS_GO "'deletes its volume claims with the data'"
#define CLAIMS_BELOW_GO "', and deletes their volume claims with the data'"

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
static const json_t *plurals_of(const struct api *api, bool derived)
{
    json_t *plurals = json_new_list();

    for (const struct hook *hook = api->hooks; hook->kind != NULL; hook++) {
        if (hook->derived == derived)
            json_add_text(plurals, hook->plural);
    }
    return plurals;
}

static const json_t *crd_names(struct arena *a, const struct api *api)
{
    json_t *names = json_new_list();

    for (const struct hook *hook = api->hooks; hook->kind != NULL; hook++)
        json_add_text(names, hook_full_name(a, hook));
    return names;
}

/* Which requests a policy is asked about; `names` may be NULL. */
static const json_t *rule(struct arena *a, const char *group, const json_t *resources,
    const json_t *names, const char *operation)
{
    return object(a,
        LIST("apiGroups", V(group)),
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

/* One API, and how what is deleted of it is guarded. */
struct guard {
    struct arena *arena;
    const struct api *api;
    const char *group;      /* "vitess.io" */
    const char *annotation; /* "vitess.io/allow-deletion" */
    const char *kubectl;    /* behind the name of a kind: ".planetscale.com"; "" of the first API */
};

static struct guard guard_of(struct arena *a, const struct api *api)
{
    const char *group = api_group(a, api->name);

    return (struct guard){a,
        api,
        group,
        fmt(a, "%sallow-deletion", api->keys->reserved),
        api == apis[0] ? "" : fmt(a, ".%s", group)};
}

/* A deletion that needs the annotation, of everybody but `others` (an expression, or NULL). */
static const json_t *needs_annotation(const struct guard *guard, const char *name,
    const json_t *matched, const char *others, const char *message)
{
    struct arena *a = guard->arena;
    const char *allowed = fmt(a, ALLOWED, guard->annotation, guard->annotation);

    return policy(a,
        name_for_api(a, fmt(a, OPERATOR_NAME "-%s-deletion", name), guard->api),
        matched,
        NULL,
        object(a,
            F("expression", others == NULL ? allowed : fmt(a, "%s || (%s)", others, allowed)),
            F("messageExpression", message),
            F("message", fmt(a, "needs the annotation %s=true", guard->annotation)),
            F("reason", "Forbidden")));
}

static const json_t *kinds_rule(const struct guard *guard, bool derived, const char *operation)
{
    return rule(guard->arena, guard->group, plurals_of(guard->api, derived), NULL, operation);
}

static const json_t *cluster_policy(const struct guard *guard)
{
    return needs_annotation(guard,
        "cluster",
        kinds_rule(guard, false, "DELETE"),
        NULL,
        fmt(guard->arena,
            CLUSTER_MESSAGE,
            guard->api->claims_go ? CLUSTER_CLAIMS_GO : CLUSTER_CLAIMS,
            guard->kubectl,
            guard->annotation));
}

static const json_t *derived_policy(const struct guard *guard, const char *metacontroller)
{
    return needs_annotation(guard,
        "derived",
        kinds_rule(guard, true, "DELETE"),
        fmt(guard->arena,
            COLLECTOR " || " NAMESPACE_CONTROLLER " || " METACONTROLLER,
            metacontroller),
        fmt(guard->arena,
            DERIVED_MESSAGE,
            guard->api->claims_go ? CLAIMS_BELOW_GO : CLAIMS_BELOW,
            guard->kubectl,
            guard->annotation));
}

static const json_t *crd_policy(const struct guard *guard)
{
    struct arena *a = guard->arena;

    return needs_annotation(guard,
        "crd",
        rule(a,
            "apiextensions.k8s.io",
            install_words(a, "customresourcedefinitions"),
            crd_names(a, guard->api),
            "DELETE"),
        NULL,
        fmt(a, CRD_MESSAGE, guard->annotation));
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
        name_for_api(a, OPERATOR_NAME "-restored-claims", api),
        rule(a, "", install_words(a, "persistentvolumeclaims"), NULL, "DELETE"),
        ours,
        object(a,
            F("expression", "!(" COLLECTOR " && " RESTORED ") || " NAMESPACE_GOES),
            F("messageExpression", CLAIM_MESSAGE),
            F("message", "remove metadata.ownerReferences"),
            F("reason", "Forbidden")));
}

const json_t *install_deletion_policies(const struct install *install)
{
    json_t *policies = json_new_list();

    for (const struct api *const *api = install->apis; *api != NULL; api++) {
        const struct guard guard = guard_of(install->arena, *api);

        json_add(policies, cluster_policy(&guard));
        json_add(policies, derived_policy(&guard, install->metacontroller));
        json_add(policies, crd_policy(&guard));
        json_add(policies, claim_policy(install->arena, *api));
    }
    return policies;
}

static const json_t *namespace_policy(const struct guard *guard, const char *namespace)
{
    struct arena *a = guard->arena;

    return policy(a,
        name_for_api(a, OPERATOR_NAME "-namespace", guard->api),
        kinds_rule(guard, false, "CREATE"),
        NULL,
        object(a,
            F("expression", fmt(a, "request.namespace == '%s'", namespace)),
            F("message", fmt(a, "this operator runs clusters in namespace %s only", namespace)),
            F("reason", "Forbidden")));
}

const json_t *install_namespace_policies(const struct install *install, const char *namespace)
{
    json_t *policies = json_new_list();

    for (const struct api *const *api = install->apis; *api != NULL; api++) {
        const struct guard guard = guard_of(install->arena, *api);

        json_add(policies, namespace_policy(&guard, namespace));
    }
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
