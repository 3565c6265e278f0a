#include "cell_parts.h"

#include "pod.h"
#include "secrets.h"
#include "template.h"

/* vtgate: where applications connect, and who counts its Pods. */

/* Every cell that may come to hold a primary, not only those of today: a vtgate that stops watching
 * a cell before the last primary has left it loses that shard. */
static const char *cells_to_watch(const struct cell *cell)
{
    struct texts cells = {.arena = cell->arena};
    const json_t *name;

    json_each_item (cell->spec.derived.cell_order, i, name) {
        if (!text_equal(json_string_value(name), CONTROL_CELL))
            texts_add(&cells, json_string_value(name));
    }
    if (!texts_contain(&cells, cell->spec.item.name))
        texts_add(&cells, cell->spec.item.name);
    return texts_join(&cells, ",");
}

static void fill_security(struct vtgate *vtgate, const struct vtgate_spec *spec)
{
    if (spec->auth != NULL && spec->auth->static_users != NULL) {
        vtgate->auth_secret = spec->auth->static_users->name;
        vtgate->auth_key = spec->auth->static_users->key;
    }
    if (spec->tls != NULL) {
        vtgate->tls_secret = spec->tls->secret;
        vtgate->tls_required = spec->tls->required;
        vtgate->tls_client_ca = spec->tls->verify_clients;
    }
}

/* Of the CPU that is requested, as Kubernetes has it where nothing is said. */
enum { CPU_PERCENT = 80 };

static void fill_scale(struct vtgate *vtgate, const struct autoscaler_spec *spec)
{
    if (spec == NULL)
        return;
    vtgate->min_replicas = spec->min_replicas;
    vtgate->max_replicas = spec->max_replicas;
    vtgate->cpu_percent = spec->cpu;
    vtgate->metrics = spec->metrics;
    vtgate->behavior = spec->behavior;
    if (spec->cpu == 0 && json_array_size(spec->metrics) == 0)
        vtgate->cpu_percent = CPU_PERCENT;
}

/* What shapes the Deployment: not its Service, and not how many there are while that is up to an
 * autoscaler, but that it is. */
static const json_t *vtgate_block(const struct cell *cell)
{
    const json_t *block = json_without(v1_cell_block(cell, "vtgate"), "service");

    if (cell->spec.item.vtgate->autoscaler == NULL)
        return block;
    return object(cell->arena,
        SPREAD(json_without(json_without(block, "replicas"), "autoscaler")),
        F("autoscaler", BOOL(true)));
}

static const json_t *with_replicas(const json_t *deployment, json_int_t replicas)
{
    json_t *copy = json_overlay(deployment, NULL);
    json_t *spec = json_overlay(json_at(deployment, "spec"), NULL);

    json_put(spec, "replicas", json_integer(replicas));
    json_put(copy, "spec", spec);
    return copy;
}

bool v1_counted_by_others(const struct cell *cell)
{
    const json_t *vtgate = objects_find(&cell->deployments, v1_cell_object(cell, "vtgate"));
    const json_t *applied =
        vtgate == NULL ? NULL : object_last_applied(cell->arena, &v1_keys, vtgate);

    return applied != NULL && json_at(applied, "spec", "replicas") == NULL;
}

/* What was sent once and is left out, Metacontroller takes away, and the API server puts a 1 there:
 * all vtgates but one would go at that moment. So a number that was sent goes on to be, as the one
 * that is there now, whoever set it, and never below the least that is wanted. One that never was
 * sent stays the autoscaler's alone. */
const json_t *v1_as_scaled(const struct cell *cell, const json_t *child)
{
    const struct vtgate_spec *vtgate = cell->spec.item.vtgate;
    const json_t *deployment = objects_find(&cell->deployments, object_name(child));
    json_int_t now = json_int_at(deployment, 1, "spec", "replicas");

    if (vtgate == NULL || vtgate->autoscaler == NULL || deployment == NULL ||
        !text_equal(object_kind(child), "Deployment") ||
        !text_equal(object_name(child), v1_cell_object(cell, "vtgate")) ||
        v1_counted_by_others(cell))
        return child;
    if (now < vtgate->autoscaler->min_replicas)
        now = vtgate->autoscaler->min_replicas;
    return with_replicas(child, now);
}

void v1_stage_vtgate(struct cell *cell)
{
    struct arena *a = cell->arena;
    const struct vtgate_spec *spec = cell->spec.item.vtgate;
    const char *watched = cells_to_watch(cell);
    struct vtgate vtgate;

    if (spec == NULL || cell->control)
        return;
    vtgate = (struct vtgate){
        .place = v1_cell_place_with(cell,
            "vtgate",
            v1_cell_asked_image(cell, spec->image),
            vtgate_block(cell),
            object(a, F("cellsToWatch", watched), OPT("mysql", cell->spec.mysql_version)),
            v1_cell_secrets(cell,
                "Deployment",
                "vtgate",
                spec->tls == NULL ? NULL : spec->tls->secret,
                spec->tls != NULL && spec->tls->verify_clients ? v1_authority_keys
                                                               : v1_certificate_keys)),
        .name = v1_cell_object(cell, "vtgate"),
        .image = v1_cell_running_image(cell, spec->image),
        .replicas = spec->replicas,
        .resources = spec->resources,
        .cells_to_watch = watched,
        .service = spec->service,
        .internal_name = v1_cell_object(cell, VTGATE_INSIDE),
        .mysql_version = cell->spec.mysql_version,
        .flags = spec->flags,
        .overrides = v1_cell_overrides(spec->template),
    };
    if (vtgate.place.tls == NULL)
        vtgate.place.topology.dial = dial_of_flags(a, spec->flags, "tablet-grpc");
    fill_security(&vtgate, spec);
    fill_scale(&vtgate, spec->autoscaler);
    v1_stage_workload(cell, vtgate_deployment(a, &vtgate));
    v1_stage_at_once(cell, vtgate_service(a, &vtgate));
    v1_stage_at_once(cell, vtgate_internal_service(a, &vtgate));
    v1_stage_at_once(cell, vtgate_disruption_budget(a, &vtgate));
    if (!cell->blind)
        v1_stage_at_once(cell, vtgate_autoscaler(a, &vtgate));
}
