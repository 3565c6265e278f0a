#include "v1alpha1.h"

#include "conditions.h"

/* What staging is told of a child whose kind is ours. */

/* One that was made elsewhere does nothing until it is told anew, so it waits for no other. */
static const char *own_trouble(const json_t *child)
{
    if (child == NULL)
        return NULL;
    return v1_made_elsewhere(child) ? MADE_ELSEWHERE : resource_trouble(child);
}

static enum child_health own_health(const json_t *child, const char *trouble)
{
    if (trouble != NULL)
        return HEALTH_BROKEN;
    return resource_settled(child) ? HEALTH_SETTLED : HEALTH_UNREADY;
}

static bool changes(const struct stage_child *child, const char *key, const char *inner)
{
    const json_t *wanted = json_at(child->desired, "spec", key);
    const json_t *had = json_at(child->applied, "spec", key);

    return inner == NULL ? !json_same(wanted, had)
                         : !json_same(json_at(wanted, inner), json_at(had, inner));
}

/* Its tasks fail, and the new spec says whom to ask instead, where they run or where their image
 * is. An earlier cell may wait for them. */
static bool mends_its_tasks(const struct stage_child *child)
{
    if (rollout_reason_of(child->observed) != ROLLOUT_TASK_FAILING)
        return false;
    if (changes(child, "client", "server") || changes(child, "topology", NULL) ||
        changes(child, "securityContext", NULL) || changes(child, "client", "template") ||
        changes(child, "client", "resources"))
        return true;
    return task_lacks_image(condition_message(child->observed, "Updated")) &&
           (changes(child, "client", "image") || changes(child, "imagePullSecrets", NULL) ||
               changes(child, "imagePullPolicy", NULL));
}

struct stage_child *v1_stage_own(struct stage *stage, int group, const json_t *desired,
    const json_t *observed, const json_t *control)
{
    const char *trouble = own_trouble(observed);
    struct stage_child *child = stage_add(stage,
        (struct stage_child){
            .name = object_name(desired),
            .desired = desired,
            .observed = observed,
            .method = STAGE_IN_PLACE,
            .group = group,
            .health = own_health(observed, trouble),
            .trouble = trouble,
            .control = control,
            .own = true,
            .retires = retire_in_progress(observed),
        });

    child->needs_newest = !child->current && mends_its_tasks(child);
    return child;
}

/* --- children that have left the spec --- */

const char *const v1_listed_below[] = {"keyspaces", "shards", "tablets", NULL};

/* Its tasks talk to the vtctld of today: that of then may be gone, and nothing would ever go away
 * without one. One that was made elsewhere is told where it is now, or it would do nothing for
 * ever.
 */
static void refresh(const void *today, const json_t *child, json_t *spec)
{
    json_put(spec, "client", json_at(today, "client"));
    if (!v1_made_elsewhere(child))
        return;
    json_put(spec, "namespace", json_at(today, "namespace"));
    json_put(spec, "topology", json_at(today, "topology"));
}

void v1_stage_left(struct stage *stage, const struct objects *observed, int group,
    const json_t *control, const json_t *today)
{
    const struct leaving leaving = {.group = group,
        .control = control,
        .below = v1_listed_below,
        .refresh = refresh,
        .context = today};

    stage_leaving(stage, observed, &leaving);
}
