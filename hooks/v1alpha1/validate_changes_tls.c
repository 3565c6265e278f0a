#include "conditions.h"
#include "tls_steps.h"
#include "validate_changes.h"

static bool is_updated(const json_t *cell)
{
    return generation_observed(cell) && condition_true(cell, "Updated") &&
           rollout_reason_of(cell) != ROLLOUT_KEPT_UNTIL_IDLE;
}

static const char *as_mode(struct arena *a, int step)
{
    return step == 0 ? "no TLS" : fmt(a, "mode %s", v1_tls_step_name(step));
}

/* By spec.tls, or by the flags of whoever gives them by hand. */
static const char *how_to(const struct change *change, int step)
{
    static const char *const flags[] = {"leave the flags of TLS out",
        "give servers grpc-enable-optional-tls: true beside grpc-cert, and clients no flags",
        "give servers grpc-enable-optional-tls: true beside grpc-cert",
        "leave grpc-enable-optional-tls out"};
    const struct cluster_spec *spec = change->v->spec;

    if (spec->tls == NULL && (change->before->derived.tls == NULL || change->tls_step > 0))
        return flags[step < 0 || step > 3 ? 0 : step];
    return step == 0 ? "leave spec.tls out"
                     : fmt(change->v->arena, "set spec.tls.mode: %s", v1_tls_step_name(step));
}

/* Of Pods that are two steps apart the one takes nothing but TLS, and the other sends plain text;
 * or the other way round. Those of a cell that is not Updated may still be where they were before.
 */
void v1_validate_tls_step(const struct change *change, const json_t *observed)
{
    struct arena *a = change->v->arena;
    const char *from = change->before->tls_from;
    int wanted = change->tls_step;
    int was = v1_tls_step_before(a, change->before, change->v->spec, wanted);
    /* Of a cell without tablets it is said with the others. */
    int said = v1_tls_step_of_cell(a, change->before, wanted > was ? 0 : 3);
    int behind = from == NULL || is_updated(observed) ? was : v1_tls_step_of_name(from);

    if (wanted > was + 1 || wanted < was - 1)
        v1_refuse_step(change,
            "spec.tls",
            fmt(a,
                "must not go from %s to %s at once, since old and new Pods could not talk to each "
                "other",
                as_mode(a, said),
                as_mode(a, wanted)),
            fmt(a,
                "%s first, and go on once Updated is True",
                how_to(change, wanted > was ? said + 1 : said - 1)));
    else if (wanted > behind + 1 || wanted < behind - 1)
        v1_refuse_step(change,
            "spec.tls",
            fmt(a,
                "must not go to %s before VitessCell %s is Updated, since Pods of it may still "
                "have %s",
                as_mode(a, wanted),
                object_name(observed),
                as_mode(a, behind)),
            fmt(a, "%s until then", how_to(change, was)));
}
