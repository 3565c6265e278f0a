#include "status.h"

#include "conditions.h"
#include "shelf.h"
#include "sim/core/clock.h"
#include "sim/core/world.h"
#include "template.h"

static const json_t *find(const json_t *conditions, const char *type)
{
    const json_t *condition;

    json_each_item (conditions, i, condition) {
        if (text_equal(json_text_at(condition, "type"), type))
            return condition;
    }
    return NULL;
}

const json_t *status_number(long value)
{
    return value == 0 ? NULL : json_integer(value);
}

void status_condition(struct sim *sim, json_t *conditions, const json_t *old,
    struct status_condition condition)
{
    const json_t *before = find(old, condition.type);
    const char *since = text_equal(json_text_at(before, "status"), condition.status)
                            ? json_text_at(before, "lastTransitionTime")
                            : NULL;

    json_add(conditions,
        object(sim->objects,
            F("type", condition.type),
            F("status", condition.status),
            F("lastTransitionTime", since == NULL ? clock_text(sim->objects, sim->now) : since),
            OPT("reason", condition.reason),
            OPT("message", condition.message)));
}

const json_t *status_budget(struct arena *arena, struct budget_counts counts)
{
    return object(arena,
        F("disruptionsAllowed", INT(counts.allowed)),
        F("currentHealthy", INT(counts.healthy)),
        F("desiredHealthy", INT(counts.wanted)),
        F("expectedPods", INT(counts.expected)));
}

bool status_pod_ready(const struct version *pod)
{
    return condition_true(pod->json, "Ready") && !pod->terminating;
}
