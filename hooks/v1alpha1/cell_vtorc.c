#include "cell_parts.h"

#include "template.h"

/* VTOrc, which elects primaries. */

/* The cell's own settings, else those of its 2018 block, else those of the cluster's first 2018
 * block. The image of an orchestrator is never VTOrc's. */
static struct vtorc_spec vtorc_settings(const struct cell *cell, const json_t **block)
{
    const struct cell_item *item = &cell->spec.item;
    struct vtorc_spec settings = {.enabled = true, .replicas = 1};

    *block = v1_cell_block(cell, "vtorc");
    if (item->vtorc != NULL)
        return *item->vtorc;
    *block = json_without(item->orchestrator != NULL ? v1_cell_block(cell, "orchestrator")
                                                     : cell->spec.vtorc_defaults,
        "image");
    v1_read_unjudged(cell->arena, v1_vtorc_fields, *block, "vtorc", &settings);
    return settings;
}

/* Also while the last keyspace is on its way out: it moves primaries. */
bool v1_wants_vtorc(const struct cell *cell)
{
    const json_t *block;

    if (cell->control || (cell->spec.keyspaces.count == 0 && cell->keyspaces.count == 0))
        return false;
    return vtorc_settings(cell, &block).enabled;
}

void v1_stage_vtorc(struct cell *cell)
{
    const json_t *block;
    struct vtorc_spec settings = vtorc_settings(cell, &block);
    struct vtorc vtorc;

    if (!v1_wants_vtorc(cell))
        return;
    vtorc = (struct vtorc){
        .place =
            v1_cell_place(cell, "vtorc", v1_cell_asked_image(cell, settings.image), block, NULL),
        .name = v1_cell_object(cell, "vtorc"),
        .image = v1_cell_running_image(cell, settings.image),
        .replicas = settings.replicas,
        .resources = settings.resources,
        .flags = settings.flags,
        .overrides = v1_cell_overrides(settings.template),
    };
    v1_stage_workload(cell, vtorc_deployment(cell->arena, &vtorc));
    v1_stage_at_once(cell, vtorc_disruption_budget(cell->arena, &vtorc));
}
