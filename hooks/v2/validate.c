#include "validate.h"

bool v2_is_cell(const struct validation *v, const char *name)
{
    if (!json_is_array(json_at(v->spec->json, "cells")))
        return true;
    for (size_t i = 0; i < v->spec->cells.count; i++)
        if (text_equal(v->spec->cells.at[i].name, name))
            return true;
    return false;
}

/* --- cells --- */

/* The API server refuses such a HorizontalPodAutoscaler. */
static void check_autoscaler(const struct validation *v, const struct cell *cell)
{
    const struct gateway_autoscaler *scale =
        cell->gateway == NULL ? NULL : cell->gateway->autoscaler;
    const char *path = fmt(v->arena, "%s.gateway.autoscaler.maxReplicas", cell->path);

    if (scale == NULL)
        return;
    if (scale->max_replicas == 0)
        problem_add(v->problems, path, "must be at least 1");
    else if (scale->max_replicas < json_integer_value(scale->min_replicas))
        problem_add(v->problems,
            path,
            "must not be below minReplicas %" JSON_INTEGER_FORMAT ", got %u",
            json_integer_value(scale->min_replicas),
            scale->max_replicas);
}

static void check_cells(const struct validation *v)
{
    for (size_t i = 0; i < v->spec->cells.count; i++)
        if (v->spec->cells.at[i].json != NULL)
            check_autoscaler(v, &v->spec->cells.at[i]);
}

/* --- vtctld and VTAdmin --- */

static void check_listed(const struct validation *v, const json_t *cells, const char *path)
{
    const json_t *cell;

    json_each_item (cells, i, cell) {
        if (json_is_string(cell) && !v2_is_cell(v, json_string_value(cell)))
            problem_add(v->problems,
                fmt(v->arena, "%s[%zu]", path, i),
                "must be the name of a cell in spec.cells, got %s",
                json_brief(v->arena, cell));
    }
}

/* The web pages of the third cell have the third address: theirs panics where there is none. */
static void check_addresses(const struct validation *v, const struct vtadmin_spec *vtadmin)
{
    const size_t listed = json_array_size(vtadmin->cells);
    const size_t cells = listed == 0 ? v->spec->cells.count : listed;
    const size_t addresses = json_array_size(vtadmin->api_addresses);

    if (!json_is_array(vtadmin->api_addresses) || addresses == 1 ||
        (addresses == cells && addresses > 0))
        return;
    problem_add(v->problems,
        "spec.vtadmin.apiAddresses",
        cells > 1 ? "must have 1 item for all cells, or %zu, one for each cell, got %zu"
                  : "must have %zu item, got %zu",
        cells > 1 ? cells : 1,
        addresses);
}

static void check_administration(const struct validation *v)
{
    if (v->spec->dashboard != NULL)
        check_listed(v, v->spec->dashboard->cells, "spec.vitessDashboard.cells");
    if (v->spec->vtadmin != NULL) {
        check_listed(v, v->spec->vtadmin->cells, "spec.vtadmin.cells");
        check_addresses(v, v->spec->vtadmin);
    }
}

void v2_validate(struct arena *arena, const struct cluster_spec *spec, struct problems *problems)
{
    const struct validation v = {arena, spec, problems};

    check_cells(&v);
    check_administration(&v);
    v2_validate_keyspaces(&v);
    v2_validate_backups(&v);
    v2_validate_schedules(&v);
    v2_validate_labels(&v);
    v2_validate_flags(&v);
}
