#include "cluster.h"

#include "pools.h"
#include "template.h"

/* The MySQL that vtgate and vtctld go by: what they tell clients, and which version comments they
 * read. All of them know all keyspaces, so it is one for the cluster. Without a version in a tag it
 * is Vitess' own default, which is that of its own images. */

struct mysqls {
    struct arena *arena;
    const struct cluster_spec *spec;
    bool any, differ;
    struct image_version lowest;
    const char *flag; /* of the lowest: "8.0.40-Vitess", or NULL where Vitess has that MySQL */
    json_t *seen;     /* texts of all versions */
};

/* Of one series what says its version is known better than what Vitess has of it. */
static bool is_lower(const struct mysqls *all, const struct image_version *version,
    const char *flag)
{
    int step = image_series_compare(version, &all->lowest);

    if (step != 0 || flag == NULL)
        return step < 0;
    return all->flag == NULL || version->patch < all->lowest.patch;
}

static bool differ(const struct image_version *a, const struct image_version *b)
{
    return image_series_compare(a, b) != 0 || (a->whole && b->whole && a->patch != b->patch);
}

static void add(struct mysqls *all, const struct image_version *version, const char *flag)
{
    json_put(all->seen, image_version_text(all->arena, version), json_true());
    all->differ = all->differ || (all->any && differ(version, &all->lowest));
    if (!all->any || is_lower(all, version, flag)) {
        all->lowest = *version;
        all->flag = flag;
    }
    all->any = true;
}

static void add_pool(void *context, const struct pool_there *there)
{
    struct mysqls *all = context;
    const struct pool_spec *merged = there->merged;
    struct image_version version;
    const char *image;

    if (merged->replicas == 0)
        return;
    image = v1_running_image(all->spec, merged->image);
    if (merged->mysql != NULL && merged->mysql->image != NULL)
        image = merged->mysql->image;
    if (image_mysql(image, &version))
        add(all, &version, image_mysql_version(all->arena, image));
}

static struct mysqls mysqls_of(struct arena *a, const struct cluster_spec *spec)
{
    struct mysqls all = {.arena = a, .spec = spec, .seen = json_new_map()};

    for (size_t i = 0; i < spec->keyspaces.count; i++)
        v1_visit_pools(a, &spec->keyspaces.at[i], add_pool, &all);
    return all;
}

const char *v1_mysql_server_version(struct arena *a, const struct cluster_spec *spec)
{
    return mysqls_of(a, spec).flag;
}

void v1_advise_mysql(struct advice *advice, const struct cluster_spec *spec)
{
    const struct mysqls all = mysqls_of(advice->arena, spec);
    struct texts seen = {.arena = advice->arena};
    const json_t *value;
    const char *text;

    if (!all.differ)
        return;
    json_each_field (all.seen, text, value)
        texts_add(&seen, text);
    texts_sort(&seen);
    advice_add(advice,
        "MySQLVersionsDiffer",
        fmt(advice->arena,
            "spec.keyspaces: tablets have MySQL %s, and vtgate goes by the lowest for all of them; "
            "let all have one",
            texts_join(&seen, ", ")));
}
