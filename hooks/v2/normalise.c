#include "derived.h"

/* The defaults of a VitessCluster (pkg/apis/planetscale/v2/defaults.go and
 * vitesscluster_defaults.go of planetscale/vitess-operator). They are filled in before anything is
 * derived, so they are in the objects of the levels below, and a level below has none to fill in.
 * What the user gives is never completed half-way: of images each has its own default, but MySQL's
 * flavours count as one. */

#define VITESS "vitess/lite:latest"
#define MYSQL "mysql:8.0.40"
#define EXPORTER "prom/mysqld-exporter:v0.18.0"

static void fill(const char **text, const char *fallback)
{
    if (*text == NULL || **text == '\0')
        *text = fallback;
}

/* No image of VTAdmin means that there is no VTAdmin. */
static void fill_images(struct arena *a, struct cluster_spec *spec)
{
    struct component_images *images;

    if (spec->images == NULL)
        spec->images = arena_make(a, struct component_images);
    images = spec->images;
    fill(&images->vtctld, VITESS);
    fill(&images->vtgate, VITESS);
    fill(&images->vttablet, VITESS);
    fill(&images->vtbackup, VITESS);
    fill(&images->vtorc, VITESS);
    fill(&images->mysqld_exporter, EXPORTER);
    if (images->mysqld == NULL) {
        images->mysqld = arena_make(a, struct mysqld_images);
        images->mysqld->mysql80 = MYSQL;
    }
}

static struct topology_reconciliation *all_of_it(struct arena *a)
{
    struct topology_reconciliation *all = arena_make(a, struct topology_reconciliation);

    *all = (struct topology_reconciliation){true, true, true, true, true, true, true, true};
    return all;
}

static struct update_strategy *external_strategy(struct arena *a)
{
    struct update_strategy *strategy = arena_make(a, struct update_strategy);

    strategy->type = "External";
    strategy->external = arena_make(a, struct external_strategy);
    return strategy;
}

void v2_normalise(struct arena *a, struct cluster_spec *spec)
{
    fill_images(a, spec);
    if (spec->pull_policies == NULL)
        spec->pull_policies = arena_make(a, struct pull_policies);
    if (spec->topology_reconciliation == NULL)
        spec->topology_reconciliation = all_of_it(a);
    if (spec->update_strategy == NULL)
        spec->update_strategy = external_strategy(a);
    if (spec->dashboard == NULL) {
        spec->dashboard = arena_make(a, struct dashboard);
        spec->dashboard->replicas = 1;
    }
    if (spec->global_lockserver == NULL)
        spec->global_lockserver = arena_make(a, struct lockserver);
    if (spec->global_lockserver->external == NULL && spec->global_lockserver->etcd == NULL)
        spec->global_lockserver->etcd = arena_make(a, struct etcd_template);
}
