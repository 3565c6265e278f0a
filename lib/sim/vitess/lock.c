#include "metadata.h"
#include "process.h"
#include "sim/core/world.h"
#include "sim/vitess/model.h"

/* InnoDB locks its files: of two Pods on one volume, which one node may have, MySQL runs in the
 * first. */

/* Since before `second`. */
static bool runs_mysqld(const struct pod_run *run, long second)
{
    for (size_t i = 0; i < run->count; i++) {
        const struct container_run *container = &run->containers[i];

        if (container->program == PROGRAM_MYSQLCTLD && container->state == CONTAINER_RUNNING &&
            container->since < second)
            return true;
    }
    return false;
}

static const char *claim_of_run(struct sim *sim, const struct pod_run *run)
{
    const struct version *pod = store_named(sim, "Pod", run->key);

    return pod == NULL || pod->uid != run->uid ? NULL : vitess_claim_of(sim, pod);
}

bool lock_is_held(struct sim *sim, const struct pod_run *run, const struct container_run *container)
{
    const char *claim = claim_of_run(sim, run);
    struct table_row *row;

    if (claim == NULL)
        return false;
    table_each (&sim->kubelet->runs, row) {
        const struct pod_run *other = row->value;

        if (other != run && runs_mysqld(other, container->since) &&
            text_equal(claim_of_run(sim, other), claim))
            return true;
    }
    return false;
}
