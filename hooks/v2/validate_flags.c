#include "validate.h"

#include "parts.h"
#include "vitess.h"

/* Flags of users that the program does not have, or cannot have: it prints its usage and ends, so
 * nothing that is given one ever starts. Theirs lets users replace nearly all of its own, so only
 * those are refused that tell one process from another. */

#define LEAVE_OUT "; leave it out"
#define EACH_TABLET "it differs between tablets" LEAVE_OUT
#define ENDS "the process would print it and end" LEAVE_OUT

static const struct {
    const char *binary; /* NULL: all */
    const char *name, *why;
} owned[] = {
    {NULL, "help", ENDS},
    {NULL, "version", ENDS},
    {"vtgate", "cell", "it is the name of the cell" LEAVE_OUT},
    {"vttablet", "tablet-path", EACH_TABLET},
    {"vttablet", "init-shard", "it is the name of each shard" LEAVE_OUT},
    {"vttablet", "init-keyspace", "it is the name of the keyspace" LEAVE_OUT},
    {"etcd", "name", "it differs between the members" LEAVE_OUT},
};

static void check_owned(const struct validation *v, const char *binary, const json_t *flags,
    const char *path)
{
    const json_t *value;
    const char *key;

    json_each_field (flags, key, value) {
        for (size_t i = 0; i < sizeof(owned) / sizeof(*owned); i++)
            if ((owned[i].binary == NULL || text_equal(owned[i].binary, binary)) &&
                text_equal(flag_name(v->arena, key), owned[i].name))
                problem_add(v->problems,
                    fmt(v->arena, "%s.%s", path, key),
                    "must not be set: %s",
                    owned[i].why);
    }
}

/* What the user gives is the operator's own to flags_check(), whose rules and words about those are
 * of the other API. */
static void check(const struct validation *v, const char *binary, unsigned version,
    const json_t *flags, const char *path)
{
    const json_t *const maps[] = {flags};

    if (!json_is_object(flags))
        return;
    flags_check(binary, version, flag_arguments(v->arena, NULL, maps, 1), flags, path, v->problems);
    check_owned(v, binary, flags, path);
}

static unsigned version_of(const char *image)
{
    return v2_given(image) == NULL ? 0 : image_major(image);
}

static void check_pool(const struct validation *v, const struct keyspace *keyspace,
    const struct tablet_pool *pool)
{
    const char *own = keyspace->images == NULL ? NULL : v2_given(keyspace->images->vttablet);
    const char *image = own != NULL               ? own
                        : v->spec->images != NULL ? v->spec->images->vttablet
                                                  : NULL;

    if (pool->vttablet != NULL)
        check(v,
            "vttablet",
            version_of(image),
            pool->vttablet->flags,
            fmt(v->arena, "%s.vttablet.extraFlags", pool->path));
}

static void check_orchestrators(const struct validation *v, const struct component_images *images)
{
    for (size_t i = 0; i < v->spec->keyspaces.count; i++) {
        const struct keyspace *keyspace = &v->spec->keyspaces.at[i];
        const char *own = keyspace->images == NULL ? NULL : v2_given(keyspace->images->vtorc);

        if (keyspace->orchestrator != NULL)
            check(v,
                "vtorc",
                version_of(own != NULL ? own : images->vtorc),
                keyspace->orchestrator->pods.flags,
                fmt(v->arena, "%s.vitessOrchestrator.extraFlags", keyspace->path));
    }
}

static void check_etcd(const struct validation *v, const struct lockserver *lockserver,
    const char *path)
{
    const struct etcd_template *etcd = lockserver == NULL ? NULL : lockserver->etcd;

    if (etcd != NULL)
        check(v,
            "etcd",
            v2_given(etcd->image) == NULL ? 0 : etcd_release(etcd->image),
            etcd->pods.flags,
            fmt(v->arena, "%s.etcd.extraFlags", path));
}

static void check_cells(const struct validation *v, const struct component_images *images)
{
    for (size_t i = 0; i < v->spec->cells.count; i++) {
        const struct cell *cell = &v->spec->cells.at[i];

        check_etcd(v, cell->lockserver, fmt(v->arena, "%s.lockserver", cell->path));
        if (cell->gateway != NULL)
            check(v,
                "vtgate",
                version_of(images->vtgate),
                cell->gateway->pods.flags,
                fmt(v->arena, "%s.gateway.extraFlags", cell->path));
    }
}

/* Each of the four gets them all. */
static void check_shared(const struct validation *v, const struct component_images *images)
{
    static const char path[] = "spec.extraVitessFlags";
    const json_t *flags = v->spec->vitess_flags;

    check(v, "vtgate", version_of(images->vtgate), flags, path);
    check(v, "vtctld", version_of(images->vtctld), flags, path);
    check(v, "vtorc", version_of(images->vtorc), flags, path);
    check(v, "vttablet", version_of(images->vttablet), flags, path);
}

void v2_validate_flags(const struct validation *v)
{
    static const struct component_images none;
    const struct cluster_spec *spec = v->spec;
    const struct component_images *images = spec->images == NULL ? &none : spec->images;

    check_shared(v, images);
    check_etcd(v, spec->global_lockserver, "spec.globalLockserver");
    if (spec->dashboard != NULL)
        check(v,
            "vtctld",
            version_of(images->vtctld),
            spec->dashboard->pods.flags,
            "spec.vitessDashboard.extraFlags");
    if (spec->vtadmin != NULL)
        check(v,
            "vtadmin",
            version_of(images->vtadmin),
            spec->vtadmin->pods.flags,
            "spec.vtadmin.extraFlags");
    check_cells(v, images);
    check_orchestrators(v, images);
    v2_each_pool(v, check_pool);
}
