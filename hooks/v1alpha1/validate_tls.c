#include "validate.h"

#include "pod.h"
#include "pools.h"

/* TLS between the components that could not work. Where flags are given by hand, half of them is
 * worse than none: Vitess then speaks plain text without a word, or nobody can talk to anybody. */

#define BY_HAND "; spec.tls says all of it at once"

/* The flags of one component, and where they stand. */
struct flags {
    const json_t *map; /* or NULL */
    const char *path;  /* "spec.cells[1].vtgate.flags" */
};

static const char *at(const struct validation *v, const struct flags *flags, const char *prefix,
    const char *suffix)
{
    return fmt(v->arena, "%s.%s-%s", flags->path, prefix, suffix);
}

static bool given(const struct validation *v, const struct flags *flags, const char *prefix,
    const char *suffix)
{
    return flag_text(v->arena, flags->map, fmt(v->arena, "%s-%s", prefix, suffix)) != NULL;
}

static bool takes_both(const struct validation *v, const struct flags *flags)
{
    return flag_is_true(v->arena, flags->map, "grpc-enable-optional-tls");
}

static bool serves(const struct validation *v, const struct flags *flags)
{
    return given(v, flags, "grpc", "cert") && given(v, flags, "grpc", "key");
}

/* --- one component by itself --- */

static const char *const clients[] = {
    "binlog-player-grpc", "tablet-grpc", "tablet-manager-grpc", "vtctld-grpc", NULL};

static void check_pair(const struct validation *v, const struct flags *flags, const char *prefix)
{
    bool cert = given(v, flags, prefix, "cert");

    if (cert != given(v, flags, prefix, "key"))
        problem_add(v->problems,
            at(v, flags, prefix, cert ? "key" : "cert"),
            "is required beside %s-%s, which has no effect without it" BY_HAND,
            prefix,
            cert ? "cert" : "key");
}

static void check_server(const struct validation *v, const struct flags *flags)
{
    bool cert = given(v, flags, "grpc", "cert") || given(v, flags, "grpc", "key");
    bool ca = given(v, flags, "grpc", "ca");

    if (cert && !ca)
        problem_add(v->problems,
            at(v, flags, "grpc", "ca"),
            "is required beside grpc-cert: without it whoever has no certificate is let in, "
            "too" BY_HAND);
    if (ca && !cert)
        problem_add(v->problems,
            at(v, flags, "grpc", "cert"),
            "is required beside grpc-ca: without it the server speaks plain text" BY_HAND);
}

/* What spec.tls sets is not set once more. */
static void check_set(const struct validation *v, const struct flags *flags, const char *prefix)
{
    static const char *const suffixes[] = {"ca", "cert", "key", "server-name", NULL};

    for (const char *const *suffix = suffixes; *suffix != NULL; suffix++) {
        if (given(v, flags, prefix, *suffix))
            problem_add(v->problems,
                at(v, flags, prefix, *suffix),
                "must not be set beside spec.tls, which sets it; leave it out");
    }
}

static void check_alone(const struct validation *v, const struct flags *flags, bool gateway)
{
    bool all = v->spec->tls != NULL;

    for (const char *const *prefix = clients; *prefix != NULL; prefix++) {
        if (all)
            check_set(v, flags, *prefix);
        else
            check_pair(v, flags, *prefix);
    }
    if (all) {
        check_set(v, flags, "grpc");
        if (!gateway && flag_value(v->arena, flags->map, "grpc-enable-optional-tls") != NULL)
            problem_add(v->problems,
                fmt(v->arena, "%s.grpc-enable-optional-tls", flags->path),
                "must not be set beside spec.tls, whose mode says it; leave it out");
        return;
    }
    check_pair(v, flags, "grpc");
    /* Clients of vtgate are the user's own. */
    if (!gateway)
        check_server(v, flags);
}

/* --- servers and clients together --- */

/* What is known of all servers of a kind. */
struct servers {
    const char *strict, *plain; /* flags of the first one that takes nothing but TLS, and none */
    bool any;                   /* some speak TLS */
};

static void add_server(const struct validation *v, struct servers *servers,
    const struct flags *flags)
{
    bool tls = serves(v, flags);

    servers->any = servers->any || tls;
    if (!tls && servers->plain == NULL)
        servers->plain = flags->path;
    if (tls && !takes_both(v, flags) && servers->strict == NULL)
        servers->strict = flags->path;
}

static void check_client(const struct validation *v, const struct servers *servers,
    const struct flags *flags, const char *prefix)
{
    const struct dial_tls *dial = dial_of_flags(v->arena, flags->map, prefix);

    if (servers->strict != NULL && (dial == NULL || dial->ca == NULL))
        problem_add(v->problems,
            at(v, flags, prefix, "ca"),
            "is required, since %s has grpc-cert, and takes nothing but TLS" BY_HAND,
            servers->strict);
    if (servers->strict != NULL && (dial == NULL || dial->cert == NULL))
        problem_add(v->problems,
            at(v, flags, prefix, "cert"),
            "is required, since %s has grpc-ca, and asks each client for a certificate" BY_HAND,
            servers->strict);
    if (dial != NULL && servers->plain != NULL && !servers->any)
        problem_add(v->problems,
            at(v, flags, prefix, dial->ca == NULL ? "cert" : "ca"),
            "must not be set, since %s has no grpc-cert, and speaks plain text" BY_HAND,
            servers->plain);
}

/* --- who is there --- */

static struct flags flags_of(const struct validation *v, const json_t *map, const char *path,
    const char *block)
{
    return (struct flags){map, fmt(v->arena, "%s.%s.flags", path, block)};
}

/* Those of a pool stand in an override, the pool or defaults. */
static struct flags flags_of_pool(const struct validation *v, const struct pool_there *there)
{
    const struct vttablet_spec *vttablet = there->merged->vttablet;

    return flags_of(v,
        vttablet == NULL ? NULL : vttablet->flags,
        v1_pool_there_written_in(there, "vttablet"),
        "vttablet");
}

/* What looks at the flags of all tablets. */
struct look {
    const struct validation *v;
    struct servers *servers;
    void (*at)(const struct validation *v, struct servers *servers, const struct flags *flags);
};

static void look_at_pool(void *context, const struct pool_there *there)
{
    const struct look *look = context;
    struct flags flags;

    if (there->merged->replicas == 0)
        return;
    flags = flags_of_pool(look->v, there);
    look->at(look->v, look->servers, &flags);
}

static void look_at_tablets(struct look look)
{
    for (size_t i = 0; i < look.v->spec->keyspaces.count; i++)
        v1_visit_pools(look.v->arena, &look.v->spec->keyspaces.at[i], look_at_pool, &look);
}

static void check_tablet(const struct validation *v, struct servers *servers,
    const struct flags *flags)
{
    check_alone(v, flags, false);
    if (v->spec->tls != NULL)
        return;
    check_client(v, servers, flags, "tablet-manager-grpc");
    if (servers->strict != NULL && !serves(v, flags))
        problem_add(v->problems,
            at(v, flags, "grpc", "cert"),
            "is required, since %s has it, and all tablets are dialed in the same way" BY_HAND,
            servers->strict);
    if (serves(v, flags) && v1_vtctld_cell(v->spec) == NULL)
        problem_add(v->problems,
            at(v, flags, "grpc", "cert"),
            "needs a vtctld in some cell, since the operator's tasks would dial the tablets "
            "themselves without one, in plain text" BY_HAND);
}

static bool has_keyspace(const struct validation *v, const struct cell_item *cell)
{
    for (size_t i = 0; i < v->spec->keyspaces.count; i++) {
        if (cell->name != NULL && v1_keyspace_in_cell(&v->spec->keyspaces.at[i], cell->name))
            return true;
    }
    return false;
}

/* VTOrc runs without a block of its own too, with the first orchestrator block if there is one. */
static void check_vtorc(const struct validation *v, const struct servers *tablets,
    const struct cell_item *cell)
{
    const struct cell_item *owner = cell;
    const struct vtorc_spec *spec = cell->vtorc != NULL ? cell->vtorc : cell->orchestrator;
    struct flags flags;

    for (size_t i = 0; spec == NULL && i < v->spec->cells.count; i++) {
        owner = &v->spec->cells.at[i];
        spec = owner->orchestrator;
    }
    if (spec != NULL && !spec->enabled)
        return;
    flags = flags_of(v,
        spec == NULL ? NULL : spec->flags,
        spec == NULL ? cell->path : owner->path,
        spec == NULL || spec == owner->vtorc ? "vtorc" : "orchestrator");
    check_alone(v, &flags, false);
    if (v->spec->tls == NULL && has_keyspace(v, cell))
        check_client(v, tablets, &flags, "tablet-manager-grpc");
}

static void check_vtctld(const struct validation *v, const struct servers *tablets,
    const struct cell_item *cell)
{
    struct flags flags = flags_of(v, cell->vtctld->flags, cell->path, "vtctld");

    check_alone(v, &flags, false);
    if (v->spec->tls == NULL)
        check_client(v, tablets, &flags, "tablet-manager-grpc");
}

static void check_vtgate(const struct validation *v, const struct servers *tablets,
    const struct cell_item *cell)
{
    struct flags flags = flags_of(v, cell->vtgate->flags, cell->path, "vtgate");

    check_alone(v, &flags, true);
    if (v->spec->tls == NULL)
        check_client(v, tablets, &flags, "tablet-grpc");
}

/* VTAdmin has no flags for TLS to a vtgate (vitess go/vt/vtadmin/vtsql). */
static void check_vtgates_of_vtadmin(const struct validation *v, const struct cell_item *vtadmin)
{
    for (size_t i = 0; i < v->spec->cells.count; i++) {
        const struct cell_item *cell = &v->spec->cells.at[i];
        struct flags flags;

        if (cell->vtgate == NULL)
            continue;
        flags = flags_of(v, cell->vtgate->flags, cell->path, "vtgate");
        if (!takes_both(v, &flags))
            problem_add(v->problems,
                fmt(v->arena, "%s.vtadmin", vtadmin->path),
                "cannot dial a vtgate over TLS, which this Vitess has no flag for: take it out, or "
                "let vtgate take plain text as well, from everybody, with "
                "%s.grpc-enable-optional-tls: true",
                flags.path);
    }
}

static void check_vtadmin(const struct validation *v, const struct cell_item *cell)
{
    const struct cell_item *vtctld = v1_vtctld_cell(v->spec);
    struct flags flags = flags_of(v, cell->vtadmin->flags, cell->path, "vtadmin");
    struct servers servers = {NULL, NULL, false};

    check_alone(v, &flags, false);
    if (v->spec->tls != NULL && text_equal(v->spec->tls->mode, "Require"))
        check_vtgates_of_vtadmin(v, cell);
    if (v->spec->tls != NULL || vtctld == NULL)
        return;
    add_server(v,
        &servers,
        &(const struct flags){vtctld->vtctld->flags,
            fmt(v->arena, "%s.vtctld.flags", vtctld->path)});
    check_client(v, &servers, &flags, "vtctld-grpc");
}

static void check_cell(const struct validation *v, const struct servers *tablets,
    const struct cell_item *cell)
{
    bool control = v1_is_control_cell(cell);

    if (cell->json == NULL)
        return;
    if (cell->vtctld != NULL)
        check_vtctld(v, tablets, cell);
    if (cell->vtgate != NULL && !control)
        check_vtgate(v, tablets, cell);
    if (!control)
        check_vtorc(v, tablets, cell);
    if (cell->vtadmin != NULL)
        check_vtadmin(v, cell);
}

void v1_validate_tls(const struct validation *v)
{
    struct servers tablets = {NULL, NULL, false};

    look_at_tablets((struct look){v, &tablets, add_server});
    for (size_t i = 0; i < v->spec->cells.count; i++)
        check_cell(v, &tablets, &v->spec->cells.at[i]);
    look_at_tablets((struct look){v, &tablets, check_tablet});
}
