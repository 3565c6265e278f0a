#include "cell_parts.h"

#include "fragments.h"
#include "template.h"

/* What runs in a cell: etcd, vtctld, vtgate, VTOrc, VTAdmin, and what belongs to them. */

static void add_public(json_t *list, const char *component, const json_t *service)
{
    if (!service_is_inside(service))
        json_add_text(list, component);
}

static const json_t *public_components(const struct cell_item *item)
{
    json_t *list = json_new_list();

    if (item->vtctld != NULL)
        add_public(list, "vtctld", item->vtctld->service);
    if (item->vtgate != NULL)
        add_public(list, "vtgate", item->vtgate->service);
    if (item->vtadmin != NULL)
        add_public(list, "vtadmin", item->vtadmin->service);
    return list;
}

static void stage_policies(struct cell *cell)
{
    const json_t *policies;
    const json_t *policy;

    if (!v1_has_policies(cell))
        return;
    policies = cell_network_policies(cell->arena,
        &cell->place,
        cell->prefix,
        public_components(&cell->spec.item));
    json_each_item (policies, i, policy)
        v1_stage_at_once(cell, policy);
}

void v1_stage_components(struct cell *cell)
{
    v1_stage_etcd(cell);
    v1_stage_vtctld(cell);
    v1_stage_vtgate(cell);
    v1_stage_vtorc(cell);
    v1_stage_vtadmin(cell);
    if (!cell->control)
        v1_stage_at_once(cell,
            vttablet_service(cell->arena, &cell->place, v1_vttablet_service_name(cell)));
    v1_stage_mysqld(cell);
    stage_policies(cell);
}

/* --- what is not wanted any more --- */

/* Names that this build or an older one gives to objects of a cell: a new component is a new row,
 * and a row stays when the component goes, or its objects would be taken for somebody else's. */
static const char *const suffixes[] = {"etcd",
    "etcd-members",
    "etcd-client",
    "etcd-peer",
    "vtctld",
    "vtctld-internal",
    "vtgate",
    "internal",
    "vtorc",
    "vtadmin",
    "vttablet",
    "task",
    NULL};

const char *v1_vttablet_service_name(const struct cell *cell)
{
    return v1_tablets_service_name(cell->arena, cell->place.cluster, cell->spec.item.name);
}

bool v1_is_component(struct cell *cell, const json_t *object)
{
    const char *name = object_name(object);

    for (const char *const *suffix = suffixes; *suffix != NULL; suffix++) {
        if (text_equal(name, v1_cell_object(cell, *suffix)))
            return true;
    }
    return text_equal(name, v1_vttablet_service_name(cell)) || v1_is_etcd_claim(cell, object) ||
           v1_is_of_mysqld(cell, object);
}

static bool is_staged(const struct cell *cell, const json_t *object)
{
    for (size_t i = 0; i < cell->stage.count; i++) {
        const struct stage_child *child = &cell->stage.at[i];

        if (child->observed == object)
            return true;
    }
    return false;
}

void v1_release_components(const struct cell *cell, struct answer *answer)
{
    const struct objects *all[] = {&cell->statefulsets,
        &cell->deployments,
        &cell->services,
        &cell->config_maps,
        &cell->budgets,
        &cell->autoscalers,
        &cell->policies};

    for (size_t i = 0; i < sizeof(all) / sizeof(*all); i++) {
        for (size_t j = 0; j < all[i]->count; j++) {
            if (!is_staged(cell, all[i]->at[j]))
                release_child(cell->arena,
                    answer,
                    all[i]->at[j],
                    "its component has left the spec");
        }
    }
}
