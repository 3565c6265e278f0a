#include "cell_parts.h"

#include "pod.h"
#include "template.h"

/* The version of etcd, one minor after the other. */

static const char *etcd_container_image(const json_t *statefulset)
{
    return json_text_at(
        json_named(json_at(statefulset, "spec", "template", "spec", "containers"), "etcd"),
        "image");
}

/* Whoever knows better has named the VitessCell. */
static bool any_step_goes(const struct cell *cell)
{
    return json_list_has(cell->stage.force, cell->prefix);
}

static const char *why_kept(struct arena *a, const char *running, const char *wanted)
{
    const char *fix = etcd_fix_needed(running);

    if (etcd_step(running, wanted) == ETCD_DOWN)
        return fmt(a,
            "must not go from %s down to %s, which cannot read what the newer one has written",
            running,
            wanted);
    return fmt(a,
        "must not go from %s to %s at once, since it takes %s or a newer fix to go on",
        running,
        wanted,
        fix == NULL ? "the next minor version" : fix);
}

static const char *keep_version(struct cell *cell, const char *running, const char *wanted)
{
    if (cell->refused == NULL)
        cell->refused = fmt(cell->arena,
            "StatefulSet %s: %s; what runs is kept",
            v1_cell_object(cell, "etcd"),
            why_kept(cell->arena, running, wanted));
    return running;
}

/* Also where one of them says none. */
static bool same_minor(const char *running, const char *next)
{
    struct image_version was, will;

    return !image_version(running, &was) || !image_version(next, &will) ||
           image_series_compare(&was, &will) == 0;
}

/* What runs next, on the way from `running` to `wanted`. Each version of etcd has to be up in all
 * members before the next one comes. */
static const char *next_etcd(struct cell *cell, const json_t *statefulset, const char *running,
    const char *wanted)
{
    const bool own_image = cell->spec.item.etcd->image != NULL;
    const char *next = wanted;

    if (running == NULL || any_step_goes(cell))
        return wanted;
    switch (etcd_step(running, wanted)) {
    case ETCD_DOWN:
        return keep_version(cell, running, wanted);
    case ETCD_BY_WAY:
        /* Where else there are images of it only the user knows. */
        if (own_image)
            return keep_version(cell, running, wanted);
        next = etcd_way(cell->arena, running, wanted);
        break;
    case ETCD_AT_ONCE:
        break;
    }
    return same_minor(running, next) || statefulset_settled(statefulset) ? next : running;
}

/* The image of today, and a place whose hash tells it from the one that is wanted in the end. What
 * is there as it is wanted stays, whatever the default of this build. */
const char *v1_lead_etcd(struct cell *cell, struct etcd *etcd, const struct etcd_spec *spec,
    const json_t *block, const json_t *retention, const char *secrets)
{
    const json_t *statefulset = objects_find(&cell->statefulsets, v1_cell_object(cell, "etcd"));
    const json_t *applied =
        statefulset == NULL ? NULL : object_last_applied(cell->arena, &v1_keys, statefulset);
    const char *running = etcd_container_image(applied != NULL ? applied : statefulset);
    const char *next;

    etcd->place = v1_cell_place_with(cell,
        "etcd",
        spec->image == NULL ? "" : spec->image,
        block,
        retention,
        secrets);
    if (text_equal(object_annotation(applied, v1_keys.spec_hash), etcd->place.hash))
        return etcd->image;
    next = next_etcd(cell, statefulset, running, etcd->image);
    if (text_equal(next, etcd->image))
        return next;
    if (cell->refused == NULL)
        cell->stepping = fmt(cell->arena, "etcd goes to %s by way of %s", etcd->image, next);
    etcd->place = v1_cell_place_with(cell, "etcd", next, block, retention, secrets);
    return next;
}
