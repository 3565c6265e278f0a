#include "v1alpha1.h"

#include "conditions.h"
#include "template.h"

/* What a restore has brought into another namespace than it was made for. Its spec names the lock
 * server there: its tablets would report to that one, as tablets that run there. So it leaves all
 * as it is until the level above has told it anew. */

static const char *elsewhere(const json_t *own)
{
    const char *namespace = json_text_at(own, "spec", "namespace");

    return text_equal(namespace, object_namespace(own)) ? NULL : namespace;
}

bool v1_made_elsewhere(const json_t *own)
{
    return elsewhere(own) != NULL;
}

bool v1_any_made_elsewhere(const struct objects *own)
{
    for (size_t i = 0; i < own->count; i++) {
        if (v1_made_elsewhere(own->at[i]))
            return true;
    }
    return false;
}

void v1_hold_made_elsewhere(struct stage *stage, const json_t *told_first)
{
    for (size_t i = 0; i < stage->count; i++) {
        const struct stage_child *child = &stage->at[i];

        if (child->observed != NULL && child->desired != NULL &&
            v1_made_elsewhere(child->observed) && !json_list_has(told_first, child->name))
            stage_freeze(stage, i);
    }
}

/* The command that lets Metacontroller show a VitessCell to its VitessCluster. */
static const char *hand_over(const struct request *request, const struct derived_spec *derived)
{
    const json_t *cell = request->parent;

    return fmt(request->arena,
        "kubectl label --overwrite --namespace %s vitesscell %s controller-uid=\"$(kubectl get "
        "--namespace %s vitesscluster %s --output jsonpath='{.metadata.uid}')\"",
        object_namespace(cell),
        object_name(cell),
        object_namespace(cell),
        derived->cluster);
}

void v1_advise_ownerless(struct advice *advice, const struct request *request,
    const struct derived_spec *derived)
{
    if (object_controller_ref(request->parent) == NULL &&
        object_label(request->parent, "controller-uid") != NULL)
        advice_add(advice,
            "NoOwner",
            fmt(request->arena,
                "no VitessCluster has this VitessCell, so no edit reaches it; apply VitessCluster "
                "%s, if "
                "it is not there, and hand it over: %s",
                derived->cluster,
                hand_over(request, derived)));
}

static const char *above(const struct request *request, const struct derived_spec *derived)
{
    const char *kind = object_kind(request->parent);

    if (text_equal(kind, "VitessShard"))
        return "its VitessKeyspace";
    if (text_equal(kind, "VitessKeyspace"))
        return "its VitessCell";
    return object_controller_ref(request->parent) != NULL
               ? "its VitessCluster"
               : fmt(request->arena,
                     "VitessCluster %s; hand it over: %s",
                     derived->cluster,
                     hand_over(request, derived));
}

bool v1_waits_to_be_told(const struct request *request, struct answer *answer,
    const struct derived_spec *derived)
{
    struct problems none = {.arena = request->arena};
    const char *from = elsewhere(request->parent);
    const json_t *status;

    if (from == NULL)
        return false;
    freeze(request, answer, &none);
    status = standstill(request,
        MADE_ELSEWHERE,
        fmt(request->arena,
            "made for namespace %s and restored here: leaves all as it is until it gets its spec "
            "again from %s",
            from,
            above(request, derived)),
        "nothing is rolled out until then");
    /* Some restores bring the status along. That a vtctld can be asked, who is primary, what was
     * scaled down: all that was there, and others would act on it once this one is told anew. */
    answer->status = object(request->arena, F("conditions", json_at(status, "conditions")));
    return true;
}
