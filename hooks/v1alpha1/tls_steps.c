#include "tls_steps.h"

#include "pod.h"
#include "pools.h"
#include "vitess.h"

/* How far a cluster is on the way from plain text to TLS between its components. A server with TLS
 * takes no plain text, unless it is told to take both (--grpc-enable-optional-tls), so on a cluster
 * that runs servers come first and clients second. */

static const char *const names[] = {"none", "Accept", "Prefer", "Require"};

enum { NONE, ACCEPT, PREFER, REQUIRE };

const char *v1_tls_step_name(int step)
{
    return names[step];
}

int v1_tls_step_of_name(const char *name)
{
    for (int step = NONE; step <= REQUIRE; step++) {
        if (text_equal(name, names[step]))
            return step;
    }
    return NONE;
}

/* --- flags that are given by hand --- */

/* What is seen of tablets, and of whoever dials them. */
struct sight {
    struct arena *arena;
    bool tablets, serves, strict, dials;
};

static void see_pool(void *context, const struct pool_there *there)
{
    struct sight *sight = context;
    struct arena *a = sight->arena;
    const struct vttablet_spec *vttablet = there->merged->vttablet;
    const json_t *flags = vttablet == NULL ? NULL : vttablet->flags;
    bool serves =
        flag_text(a, flags, "grpc-cert") != NULL && flag_text(a, flags, "grpc-key") != NULL;

    if (there->merged->replicas == 0)
        return;
    sight->tablets = true;
    sight->serves = sight->serves || serves;
    sight->strict =
        sight->strict || (serves && !flag_is_true(a, flags, "grpc-enable-optional-tls"));
}

static void see_client(struct sight *sight, const json_t *flags, const char *prefix)
{
    sight->dials = sight->dials || dial_of_flags(sight->arena, flags, prefix) != NULL;
}

static void see_cell(struct sight *sight, const struct cell_item *cell)
{
    if (cell->vtctld != NULL)
        see_client(sight, cell->vtctld->flags, "tablet-manager-grpc");
    if (cell->vtgate != NULL)
        see_client(sight, cell->vtgate->flags, "tablet-grpc");
    if (cell->vtorc != NULL)
        see_client(sight, cell->vtorc->flags, "tablet-manager-grpc");
}

/* Clients alone fit two steps. */
static int step_seen(const struct sight *sight, int wanted)
{
    if (sight->strict)
        return REQUIRE;
    if (sight->serves)
        return sight->dials ? PREFER : ACCEPT;
    if (sight->tablets)
        return NONE;
    if (sight->dials)
        return wanted < PREFER ? PREFER : wanted;
    return wanted > ACCEPT ? ACCEPT : wanted;
}

/* --- all of it --- */

int v1_tls_step(struct arena *arena, const struct cluster_spec *spec)
{
    struct sight sight = {.arena = arena};

    if (spec->tls != NULL)
        return v1_tls_step_of_name(spec->tls->mode);
    for (size_t i = 0; i < spec->cells.count; i++)
        see_cell(&sight, &spec->cells.at[i]);
    for (size_t i = 0; i < spec->keyspaces.count; i++)
        v1_visit_pools(arena, &spec->keyspaces.at[i], see_pool, &sight);
    return step_seen(&sight, NONE);
}

int v1_tls_step_of_cell(struct arena *arena, const struct cell_spec *cell, int wanted)
{
    struct sight sight = {.arena = arena};

    if (cell->derived.tls != NULL)
        return v1_tls_step_of_name(cell->derived.tls->mode);
    see_cell(&sight, &cell->item);
    for (size_t i = 0; i < cell->keyspaces.count; i++)
        v1_visit_pools(arena, &cell->keyspaces.at[i], see_pool, &sight);
    return step_seen(&sight, wanted);
}

int v1_tls_step_before(struct arena *arena, const struct cell_spec *cell,
    const struct cluster_spec *spec, int step)
{
    return v1_tls_step_of_cell(arena, cell, spec->tls != NULL ? NONE : step);
}
