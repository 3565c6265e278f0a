#include "steps.h"

#include <string.h>

#include "breakage.h"
#include "compact.h"
#include "sim/audit/auditor.h"
#include "sim/controllers/autoscaler.h"
#include "sim/controllers/disruption.h"
#include "sim/controllers/garbage.h"
#include "sim/controllers/workloads.h"
#include "sim/core/faults.h"
#include "sim/core/world.h"
#include "sim/kubelet/scheduler.h"
#include "sim/metacontroller/cache.h"
#include "sim/metacontroller/metacontroller.h"
#include "sim/vitess/model.h"
struct actor {
    void (*turn)(struct sim *sim);
    long (*due)(const struct sim *sim);
};

/* kube-controller-manager: workloads, disruption budgets and autoscalers; garbage collection has a
 * pace of its own. */
static void controllers_turn(struct sim *sim)
{
    workloads_turn(sim);
    disruption_turn(sim);
    autoscalers_turn(sim);
}

static long controllers_due(const struct sim *sim)
{
    long due = disruption_due(sim), other = workloads_due(sim), third = autoscalers_due(sim);

    due = due < other ? due : other;
    return due < third ? due : third;
}

static const struct actor actors[] = {
    {metacontroller_turn, metacontroller_due},
    {controllers_turn, controllers_due},
    {scheduler_turn, scheduler_due},
    {kubelet_turn, kubelet_due},
    {vitess_turn, vitess_due},
    {garbage_turn, garbage_due},
};

enum { ACTORS = sizeof(actors) / sizeof(*actors) };

long steps_due(const struct sim *sim)
{
    long due = faults_due(sim);

    for (size_t i = 0; i < ACTORS; i++) {
        long other = actors[i].due(sim);

        due = other < due ? other : due;
    }
    return due;
}

bool sim_step(struct sim *sim)
{
    long due = steps_due(sim);
    struct actor order[ACTORS];
    struct json_scope scope;

    if (due > sim->now + 1)
        sim->auditor->rested = sim->now;
    if (due == NEVER)
        return false;
    compact(sim);
    scope = json_enter(sim->objects);
    /* Seconds in which nothing is due are skipped. */
    sim->now = due > sim->now ? due : sim->now + 1;
    breakage_turn(sim);
    memcpy(order, actors, sizeof(order));
    chance_shuffle(&sim->chance, order, ACTORS, sizeof(*order));
    for (size_t i = 0; i < ACTORS; i++)
        order[i].turn(sim);
    cache_turn(sim);
    audit_step(sim);
    if (sim->options.on_step != NULL)
        sim->options.on_step(sim->options.observer, sim);
    json_leave(scope);
    return true;
}

int sim_steps(const struct sim *sim)
{
    return (int)sim->now;
}

size_t sim_rest(struct sim *sim, int rounds)
{
    size_t before = sim->metacontroller->writes;
    size_t written;

    for (int i = 0; i < rounds; i++) {
        metacontroller_enqueue_all(sim);
        sim_step(sim);
    }
    written = sim->metacontroller->writes - before;
    sim->auditor->rest_writes += written;
    labels_at_rest(sim);
    if (written > 0)
        world_violation(sim,
            "rest",
            "%zu writes in %d rounds at rest, in which nothing has changed",
            written,
            rounds);
    return written;
}
