#include "cell_parts.h"

#include "conditions.h"
#include "pod.h"
#include "template.h"

/* vtctld: whom tasks ask. */

static bool uses_another_lock_server(const struct cell *cell, const json_t *deployment)
{
    return pod_has_another_lock_server(json_at(deployment, "spec", "template", "spec"),
        cell->spec.derived.topology->addresses);
}

/* Brought along by a restore: no edit of a spec changes the lock server. */
static bool came_along(const struct cell *cell, const json_t *observed, const json_t *desired)
{
    return uses_another_lock_server(cell, observed) && !uses_another_lock_server(cell, desired);
}

static const json_t *more_of_vtctld(const struct cell *cell)
{
    const json_t *flags = cell->spec.derived.backup_flags;
    const char *mysql = cell->spec.mysql_version;

    return mysql == NULL ? flags
                         : object(cell->arena, OPT("backupFlags", flags), F("mysql", mysql));
}

void v1_stage_vtctld(struct cell *cell)
{
    struct arena *a = cell->arena;
    const struct vtctld_spec *spec = cell->spec.item.vtctld;
    const json_t *backup_flags = cell->spec.derived.backup_flags;
    struct stage_child *staged;
    struct vtctld vtctld;

    if (spec == NULL)
        return;
    vtctld = (struct vtctld){
        .place = v1_cell_place(cell,
            "vtctld",
            v1_cell_asked_image(cell, spec->image),
            json_without(v1_cell_block(cell, "vtctld"), "service"),
            more_of_vtctld(cell)),
        .name = v1_cell_object(cell, "vtctld"),
        .image = v1_cell_running_image(cell, spec->image),
        .replicas = spec->replicas,
        .resources = spec->resources,
        .mysql_version = cell->spec.mysql_version,
        .backup_flags = backup_flags,
        .flags = spec->flags,
        .service = spec->service,
        .overrides = v1_cell_overrides(spec->template),
    };
    v1_stage_workload(cell, vtctld_deployment(a, &vtctld));
    staged = &cell->stage.at[cell->stage.count - 1];
    /* The others wait for the registration of the cell, and that waits for this one. */
    if (came_along(cell, staged->observed, staged->desired)) {
        staged->health = HEALTH_BROKEN;
        staged->trouble = "runs with the lock server of another namespace";
    }
    v1_stage_at_once(cell, vtctld_service(a, &vtctld));
    v1_stage_at_once(cell, vtctld_internal_service(a, &vtctld));
    v1_stage_at_once(cell, vtctld_disruption_budget(a, &vtctld));
}

/* Its Service may still lead to a Pod of an older template. */
static bool has_older_pods(const json_t *deployment)
{
    const json_t *status = json_at(deployment, "status");
    json_int_t generation = object_generation(deployment);

    return json_int_at(status, generation, "observedGeneration") < generation ||
           json_int_at(status, 0, "updatedReplicas") < json_int_at(status, 0, "replicas");
}

/* Not while another one may still get the question: a restore brings a vtctld along that talks to
 * the lock server of the namespace it was in, and would do there what it is asked for here. (A user
 * may have set the flag, too.) */
bool v1_vtctld_can_be_asked(const struct cell *cell)
{
    const char *name = v1_cell_object(cell, "vtctld");
    const json_t *vtctld = objects_find(&cell->deployments, name);
    const json_t *wanted = stage_desired(&cell->stage, name);

    return condition_true(vtctld, "Available") && !has_older_pods(vtctld) &&
           (!uses_another_lock_server(cell, vtctld) || uses_another_lock_server(cell, wanted));
}

/* Without its VitessCell, say. Once its Deployment has been told anew only Pods of before tell, so
 * a cell that is not registered yet waits for them. */
bool v1_vtctld_came_along(const struct cell *cell)
{
    const char *name = v1_cell_object(cell, "vtctld");
    const json_t *vtctld = objects_find(&cell->deployments, name);
    const json_t *status = json_at(cell->request->parent, "status");

    if (vtctld == NULL)
        return false;
    return came_along(cell, vtctld, stage_desired(&cell->stage, name)) ||
           (has_older_pods(vtctld) && !json_true_at(status, "cellInfoRegistered"));
}
