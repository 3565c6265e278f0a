#include "breakage.h"

#include <string.h>

#include "sim/core/faults.h"
#include "sim/core/world.h"
#include "sim/kubelet/kubelet.h"
#include "sim/kubelet/scheduler.h"
#include "sim/metacontroller/secrets.h"

/* A Pod that is made to crash does so this often. */
enum { CRASHES = 3 };

static bool crash_pods(struct sim *sim, const char *name, int times)
{
    struct table_row *row;
    bool any = false;

    table_each (&sim->kubelet->runs, row) {
        struct pod_run *run = row->value;
        const char *slash = strrchr(run->key, '/');

        if (!text_equal(slash == NULL ? run->key : slash + 1, name))
            continue;
        kubelet_crash(sim, run, times);
        any = true;
    }
    return any;
}

static void begin(struct sim *sim, struct fault *fault)
{
    fault->begun = true;
    world_disturbed(sim);
    if (fault->second > 0)
        world_note(sim, "fault: %s", fault_text(sim->objects, fault));
    if (fault->kind == FAULT_POD)
        fault->met = crash_pods(sim, fault->what, fault->second == 0 ? -1 : CRASHES);
    if (fault->kind == FAULT_NODE)
        fault->met = nodes_kill(sim, fault->what);
    if (fault->kind == FAULT_SECRET)
        fault->met = secrets_renew(sim, fault->what);
    if (fault->kind == FAULT_STOP || fault->kind == FAULT_SIDECAR)
        fault->met = true;
}

void breakage_turn(struct sim *sim)
{
    for (struct fault *fault = sim->faults->first; fault != NULL; fault = fault->next) {
        if (!fault->begun && fault->second <= sim->now)
            begin(sim, fault);
    }
}
