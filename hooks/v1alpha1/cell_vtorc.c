#include "cell_parts.h"

#include "template.h"

/* VTOrc, which elects primaries. */

/* The cell's own settings, else those of its 2018 block, else those of the cluster's first 2018
 * block. The image of an orchestrator is never VTOrc's. */
static struct vtorc_spec vtorc_settings(const struct cell *cell, const json_t **block)
{
    const struct cell_item *item = &cell->spec.item;
    struct vtorc_spec settings = {.enabled = true, .replicas = 1};

    *block = cell_block(cell, "vtorc");
    if (item->vtorc != NULL)
        return *item->vtorc;
    *block = json_without(item->orchestrator != NULL ? cell_block(cell, "orchestrator")
                                                     : cell->spec.vtorc_defaults,
        "image");
    read_unjudged(cell->arena, vtorc_fields, *block, "vtorc", &settings);
    return settings;
}

/* Also while the last keyspace is on its way out: it moves primaries. */
bool wants_vtorc(const struct cell *cell)
{
    const json_t *block;

    if (cell->control || (cell->spec.keyspaces.count == 0 && cell->keyspaces.count == 0))
        return false;
    return vtorc_settings(cell, &block).enabled;
}

void stage_vtorc(struct cell *cell)
{
    const json_t *block;
    struct vtorc_spec settings = vtorc_settings(cell, &block);
    struct vtorc vtorc;

    if (!wants_vtorc(cell))
        return;
    vtorc = (struct vtorc){
        .place = cell_place(cell, "vtorc", cell_asked_image(cell, settings.image), block, NULL),
        .name = cell_object(cell, "vtorc"),
        .image = cell_running_image(cell, settings.image),
        .replicas = settings.replicas,
        .resources = settings.resources,
        .flags = settings.flags,
        .overrides = cell_overrides(settings.template),
    };
    stage_workload(cell, vtorc_deployment(cell->arena, &vtorc));
    stage_at_once(cell, vtorc_disruption_budget(cell->arena, &vtorc));
}
