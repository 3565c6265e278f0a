#include "template.h"
#include "validate_changes.h"

/* The claim of etcd with all that it has by default. */
static const json_t *whole_claim(const struct validation *v, const json_t *claim)
{
    const struct etcd etcd = {.claim = v1_canonical_claim(v->arena, claim)};

    return etcd_claim_spec(v->arena, &etcd);
}

static bool differs_in_more_than_size(const json_t *old, const json_t *new)
{
    return !json_same(json_without(old, "resources"), json_without(new, "resources"));
}

static void check_members(const struct change *change, const struct cell_item *now)
{
    const struct validation *v = change->v;
    const struct etcd_spec *old = change->before->item.etcd;
    const struct etcd_spec *new = now->etcd;

    if (old == NULL || new == NULL)
        return;
    if ((old->tls == NULL) != (new->tls == NULL))
        problem_add(v->problems,
            fmt(v->arena, "%s.etcd.tls", now->path),
            "must not be %s once etcd exists, whose members could not talk to each other; put it "
            "back, or " NEW_CLUSTER,
            new->tls == NULL ? "taken out" : "added");
    v1_refuse_shrinking(change,
        fmt(v->arena, "%s.etcd.volumeClaim", now->path),
        whole_claim(v, old->claim),
        whole_claim(v, new->claim),
        NEW_CLUSTER);
    if (differs_in_more_than_size(whole_claim(v, old->claim), whole_claim(v, new->claim)))
        problem_add(v->problems,
            fmt(v->arena, "%s.etcd.volumeClaim", now->path),
            "must not change once etcd exists but for its size, got %s; put it back, "
            "or " NEW_CLUSTER,
            json_brief(v->arena, json_without(new->claim, "resources")));
    else if (!json_same(json_at(old->claim, "metadata"), json_at(new->claim, "metadata")))
        problem_add(v->problems,
            fmt(v->arena, "%s.etcd.volumeClaim.metadata", now->path),
            "must not change once etcd exists, since a StatefulSet has its claims made once; put "
            "it back, and change those that are there: kubectl annotate pvc --namespace %s "
            "--selector vitess.io/cluster=%s,vitess.io/cell=%s,vitess.io/component=etcd KEY=VALUE",
            object_namespace(v->request->parent),
            object_name(v->request->parent),
            now->name);
}

/* One that is too old to run is as good as none. */
static bool says_version(const struct validation *v, const struct etcd_spec *etcd)
{
    bool replaced = false;

    etcd_image_or_newer(v->arena, etcd->image, etcd->version, &replaced);
    return (etcd->image != NULL || etcd->version != NULL) && !replaced;
}

static const char *etcd_image(const struct validation *v, const struct etcd_spec *etcd)
{
    return etcd_image_or_newer(v->arena, etcd->image, etcd->version, NULL);
}

/* etcd is upgraded one minor version at a time, and does not read what a newer one has written
 * (etcd's "Upgrading etcd clusters and applications"). */
static void check_etcd_version(const struct change *change, const struct cell_item *now)
{
    const struct validation *v = change->v;
    struct arena *a = v->arena;
    const struct etcd_spec *before = change->before->item.etcd;
    struct image_version was, will;
    const char *path = fmt(a, "%s.etcd", now->path);
    const char *old, *new;

    if (before == NULL || now->etcd == NULL)
        return;
    new = etcd_image(v, now->etcd);
    /* Without a version it is the default of some build. The cell knows which one runs, and leads
     * it there. */
    old = says_version(v, before) ? etcd_image(v, before) : OLDEST_ETCD_IMAGE;
    if ((!says_version(v, before) && !says_version(v, now->etcd)) || !image_version(old, &was) ||
        !image_version(new, &will))
        return;
    if (now->etcd->image != NULL || now->etcd->version != NULL)
        path = fmt(a, "%s.%s", path, now->etcd->image == NULL ? "version" : "image");
    if (will.major < was.major || (will.major == was.major && will.minor < was.minor))
        v1_refuse_step(change,
            path,
            fmt(a,
                "must not go from etcd %s down to %s, which cannot read what the newer one has "
                "written",
                image_version_text(a, &was),
                image_version_text(a, &will)),
            "put it back");
    else if (will.major == was.major && will.minor > was.minor + 1)
        v1_refuse_step(change,
            path,
            fmt(a,
                "must not go from etcd %s to %s at once, since etcd takes one minor version at a "
                "time",
                image_version_text(a, &was),
                image_version_text(a, &will)),
            fmt(a, "go to %u.%u first", was.major, was.minor + 1));
    else if (now->etcd->image != NULL && says_version(v, before) &&
             etcd_step(old, new) == ETCD_BY_WAY)
        v1_refuse_step(change,
            path,
            fmt(a,
                "must not go from etcd %s to %s at once, since it takes %s or a newer fix to go on",
                image_version_text(a, &was),
                image_version_text(a, &will),
                etcd_fix_needed(old)),
            "put that one in between, or say version instead, which the operator leads there");
}

void v1_validate_etcd_change(const struct change *change, const struct cell_item *now)
{
    check_members(change, now);
    check_etcd_version(change, now);
}
