#include "derived.h"

#include "inherited.h"
#include "keys.h"
#include "names.h"
#include "template.h"

/* The VitessCell of a cell: its item of the VitessCluster, with what all cells share. */

static const json_t *all_cells(const struct cluster_spec *spec)
{
    json_t *names = json_new_list();

    for (size_t i = 0; i < spec->cells.count; i++)
        json_add_text(names, spec->cells.at[i].name);
    return names;
}

enum { GATEWAYS = 2 }; /* as theirs */

/* Where a HorizontalPodAutoscaler writes the number through the scale subresource, it is left as it
 * is: a number of ours would be put back at each sync, and none at all, where one was applied
 * before, would be taken away. Without any to begin with the subresource cannot be read, and the
 * autoscaler would never scale. */
static const json_t *gateway(struct arena *a, const struct cell *cell, const json_t *observed)
{
    const json_t *given = json_at(cell->json, "gateway");
    const json_t *scaled = json_at(observed, "spec", "gateway", "replicas");

    if (cell->gateway == NULL || cell->gateway->autoscaler == NULL)
        return given;
    if (scaled == NULL)
        scaled = json_at(given, "replicas");
    return object(a,
        SPREAD(given),
        F("replicas", scaled == NULL ? json_integer(GATEWAYS) : scaled));
}

/* Its children are the vtgates, an etcd of its own, and tasks; not vtctld, which has the label of a
 * cell too, and is the cluster's. */
static const json_t *selector(struct arena *a, const char *cluster, const char *cell)
{
    return object(a,
        MAP("matchLabels", F(CLUSTER_LABEL, cluster), F(CELL_LABEL, cell)),
        LIST("matchExpressions",
            ITEM(F("key", COMPONENT_LABEL),
                F("operator", "In"),
                LIST("values", V("etcd"), V("task"), V("vtgate")))));
}

const json_t *v2_derived_cell(struct arena *a, const struct v2_cluster *cluster,
    const struct cell *cell, const json_t *observed)
{
    const struct cluster_spec *spec = cluster->spec;

    return object(a,
        F("apiVersion", API_VERSION),
        F("kind", "VitessCell"),
        MAP("metadata",
            F("name", v2_cell_name(a, cluster->name, cell->name)),
            F("namespace", cluster->namespace),
            MAP("labels", F(CLUSTER_LABEL, cluster->name), F(CELL_LABEL, cell->name))),
        MAP("spec",
            SPREAD(cell->json),
            OPT("gateway", gateway(a, cell, observed)),
            SPREAD(v2_inherited(a, cluster)),
            F("allCells", all_cells(spec)),
            MAP("images", F("vtgate", spec->images->vtgate)),
            F("selector", selector(a, cluster->name, cell->name))));
}
