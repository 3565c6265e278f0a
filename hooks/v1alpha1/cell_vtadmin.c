#include "cell_parts.h"

#include "secrets.h"
#include "template.h"

/* VTAdmin, the web dashboard. */

/* That of the cell whose vtctld tasks talk to. */
static const char *asked_vtctld(const struct cell *cell)
{
    const struct derived_spec *derived = &cell->spec.derived;
    const json_t *name;

    json_each_item (derived->cell_order, i, name) {
        const char *other = json_string_value(name);

        if (text_equal(derived->client->server,
                v1_vtctld_address(cell->arena, derived->cluster, other)))
            return v1_vtctld_service_name(cell->arena, derived->cluster, other);
    }
    return NULL;
}

/* Those have the gRPC port, whatever type of Service clients of the cell connect to. */
static const json_t *vtgate_service_names(const struct cell *cell)
{
    json_t *names = json_new_list();
    const json_t *name;

    json_each_item (cell->spec.derived.cell_order, i, name) {
        if (!text_equal(json_string_value(name), CONTROL_CELL))
            json_add_text(names,
                fmt(cell->arena,
                    "%s-%s-" VTGATE_INSIDE,
                    cell->place.cluster,
                    json_string_value(name)));
    }
    return names;
}

void v1_stage_vtadmin(struct cell *cell)
{
    struct arena *a = cell->arena;
    const struct vtadmin_spec *spec = cell->spec.item.vtadmin;
    struct vtadmin vtadmin;

    if (spec == NULL)
        return;
    vtadmin = (struct vtadmin){
        .name = v1_cell_object(cell, "vtadmin"),
        .api_image = v1_cell_running_image(cell, spec->image),
        .web_image = image_or_newer(spec->web_image, VTADMIN_IMAGE, NULL),
        .replicas = spec->replicas,
        .api_resources = spec->resources,
        .web_resources = spec->web_resources,
        .vtctld = asked_vtctld(cell),
        .vtgates = vtgate_service_names(cell),
        .rbac_secret = spec->rbac == NULL ? NULL : spec->rbac->name,
        .rbac_key = spec->rbac == NULL ? NULL : spec->rbac->key,
        .api_address = spec->api_address,
        .read_only = spec->read_only,
        .flags = spec->flags,
        .service = spec->service,
        .overrides = v1_cell_overrides(spec->template),
    };
    vtadmin.place = v1_cell_place_with(cell,
        "vtadmin",
        v1_cell_asked_image(cell, spec->image),
        json_without(v1_cell_block(cell, "vtadmin"), "service"),
        object(a, OPT("vtctld", vtadmin.vtctld), OPT("vtgates", vtadmin.vtgates)),
        v1_cell_secrets(cell,
            "Deployment",
            "vtadmin",
            vtadmin.rbac_secret,
            (const char *const[]){vtadmin.rbac_key, NULL}));
    v1_stage_workload(cell, vtadmin_deployment(a, &vtadmin));
    v1_stage_at_once(cell, vtadmin_service(a, &vtadmin));
    v1_stage_at_once(cell, vtadmin_disruption_budget(a, &vtadmin));
    v1_stage_at_once(cell, vtadmin_config(a, &vtadmin));
}
