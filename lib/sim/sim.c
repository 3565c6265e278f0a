#include "sim.h"

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
#include "sim/metacontroller/secrets.h"
#include "sim/vitess/model.h"
#include "sim/vitess/process.h"
#include "steps.h"

static void tell_observer(struct sim *sim, const struct change *change)
{
    struct sim_event event = {(int)sim->now,
        change->verb,
        change->actor,
        change->before == NULL ? NULL : change->before->json,
        change->after == NULL ? NULL : change->after->json};

    if (sim->options.on_event != NULL && !secrets_are_assumed(change))
        sim->options.on_event(sim->options.observer, sim, &event);
}

/* Every part of the cluster, of a write. */
static void tell(struct sim *sim, const struct change *change)
{
    tell_observer(sim, change);
    audit_see(sim, change, text_equal(change->actor, "user") && steps_due(sim) == NEVER);
    garbage_see(sim, change);
    scheduler_see(sim, change);
    workloads_see(sim, change);
    disruption_see(sim, change);
    autoscalers_see(sim, change);
    kubelet_see(sim, change);
    vitess_see(sim, change);
    cache_add(sim, change);
}

struct sim *sim_new(const struct sim_options *options)
{
    struct arena *arena = arena_new(0);
    struct sim *sim = arena_make(arena, struct sim);

    if (options != NULL)
        sim->options = *options;
    sim->arena = arena;
    sim->objects = arena_new(0);
    sim->names.arena = sim->violations.known.arena = arena;
    sim->chance = chance_of(sim->options.seed);
    sim->apis = sim->options.apis == NULL ? apis : sim->options.apis;
    sim->kinds = kinds_new(arena, sim->apis);
    store_start(sim, tell);
    faults_start(sim);
    metacontroller_start(sim, &audit_watch);
    garbage_start(sim);
    workloads_start(sim);
    disruption_start(sim);
    autoscalers_start(sim);
    scheduler_start(sim);
    kubelet_start(sim, &vitess_processes);
    vitess_start(sim, serving_changed);
    auditor_start(sim);
    return sim;
}

void sim_free(struct sim *sim)
{
    struct arena *arena;

    if (sim == NULL)
        return;
    arena = sim->arena;
    arena_free(sim->objects);
    arena_free(arena);
}
