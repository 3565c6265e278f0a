#include "pools.h"
#include "validate_changes.h"

/* --- versions of MySQL --- */

static const char *mysql_image_of(const struct pool_spec *pool, const char *image)
{
    return pool->mysql == NULL || pool->mysql->image == NULL ? image : pool->mysql->image;
}

/* A pool of a shard in the cell, and by which spec it is so. */
struct pool_now {
    const struct keyspace_item *keyspace;
    const char *cell, *shard;
    enum pool pool;
};

static const char *written_in(const struct pool_now *now, const char *key)
{
    return v1_pool_written_in(now->keyspace, now->cell, now->shard, now->pool, key);
}

static void check_images(const struct change *change, const struct pool_spec *old,
    const struct pool_spec *new, const struct pool_now *now)
{
    struct arena *a = change->v->arena;
    const char *image = v1_running_image(change->v->spec, new->image);
    const char *before =
        image_or_newer(old->image == NULL ? change->before->image : old->image, VITESS_IMAGE, NULL);
    const char *path =
        new->image == NULL ? "spec.image" : fmt(a, "%s.image", written_in(now, "image"));
    const struct mysql_spec *mysql = new->mysql;
    struct image_version was, will;
    const char *rule;

    if (!image_mysql(mysql_image_of(old, before), &was) ||
        !image_mysql(mysql_image_of(new, image), &will))
        return;
    rule = mysql_step_refused(a, &was, &will);
    if (mysql != NULL && mysql->image != NULL)
        path = fmt(a, "%s.mysql.image", written_in(now, "mysql"));
    if (rule != NULL)
        v1_refuse_step(change,
            path,
            rule,
            "put it back, or make a new keyspace and move the tables (MoveTables)");
}

/* --- volumes of tablets --- */

/* What Kubernetes never lets change of a claim. */
static const json_t *fixed_part(const json_t *claim)
{
    static const char *const others[] = {"metadata",
        "resources",
        "volumeAttributesClassName",
        "storageClassName"};

    for (size_t i = 0; i < sizeof(others) / sizeof(*others); i++)
        claim = json_without(claim, others[i]);
    return claim;
}

static void check_claim(const struct change *change, const char *path, const json_t *old,
    const json_t *new)
{
    const struct validation *v = change->v;
    const char *before = json_text_at(old, "storageClassName");
    const char *now = json_text_at(new, "storageClassName");

    if (old == NULL || new == NULL)
        return;
    v1_refuse_shrinking(change, path, old, new, NEW_KEYSPACE);
    if (!text_equal(before, now))
        problem_add(v->problems,
            fmt(v->arena, "%s.storageClassName", path),
            "must not change from %s while there are tablets, got %s; put it back, "
            "or " NEW_KEYSPACE,
            v1_or_none(before),
            v1_or_none(now));
    if (!json_same(fixed_part(old), fixed_part(new)))
        problem_add(v->problems,
            path,
            "must not change but for its size while there are tablets, got %s; put it back, "
            "or " NEW_KEYSPACE,
            json_brief(v->arena, fixed_part(new)));
}

static const struct pool_spec *pool_of(struct arena *a, const struct keyspace_item *keyspace,
    const struct pool_now *at)
{
    const struct tablets_spec *tablets = v1_tablets_in(a, keyspace, at->cell, at->shard);

    return v1_merged_pool(a,
        tablets,
        at->pool == POOL_BATCH ? tablets->batch : tablets->master_eligible);
}

/* A problem belongs where the claim is written: in an override, the pool, or the defaults. */
static void check_pool(const struct change *change, const struct keyspace_item *before,
    const struct pool_now *now)
{
    struct arena *a = change->v->arena;
    const struct pool_spec *old = pool_of(a, before, now);
    const struct pool_spec *new = pool_of(a, now->keyspace, now);

    if (old == NULL || new == NULL || old->replicas == 0 || new->replicas == 0)
        return;
    check_images(change, old, new, now);
    check_claim(change,
        fmt(a, "%s.volumeClaim", written_in(now, "volumeClaim")),
        old->claim,
        new->claim);
}

static bool had_shard(const struct keyspace_item *before, const char *shard)
{
    for (size_t i = 0; i < v1_keyspace_shards(before); i++) {
        if (text_equal(v1_keyspace_shard(before, i), shard))
            return true;
    }
    return false;
}

/* Shards for which the same overrides are and were are judged once. */
static void check_tablets(const struct change *change, const struct keyspace_item *before,
    const struct keyspace_item *keyspace)
{
    struct arena *a = change->v->arena;
    const char *cell = change->before->item.name;
    const bool alike = before->overrides.count + keyspace->overrides.count == 0;
    json_t *seen = json_new_map();

    if (before->tablets == NULL || keyspace->tablets == NULL)
        return;
    for (size_t i = 0; i < v1_keyspace_shards(keyspace); i++) {
        const char *shard = v1_keyspace_shard(keyspace, i);
        const char *which = fmt(a,
            "%s %s",
            v1_pool_combination(a, before, cell, shard),
            v1_pool_combination(a, keyspace, cell, shard));

        if (shard == NULL || json_at(seen, which) != NULL || !had_shard(before, shard))
            continue;
        json_put(seen, which, json_true());
        check_pool(change, before, &(struct pool_now){keyspace, cell, shard, POOL_ELIGIBLE});
        check_pool(change, before, &(struct pool_now){keyspace, cell, shard, POOL_BATCH});
        if (alike)
            return;
    }
}

void v1_validate_tablet_changes(const struct change *change)
{
    const struct cluster_spec *spec = change->v->spec;

    for (size_t i = 0; i < change->before->keyspaces.count; i++) {
        const struct keyspace_item *old = &change->before->keyspaces.at[i];

        for (size_t j = 0; j < spec->keyspaces.count; j++) {
            const struct keyspace_item *new = &spec->keyspaces.at[j];

            if (text_equal(old->name, new->name) &&
                v1_keyspace_in_cell(new, change->before->item.name))
                check_tablets(change, old, new);
        }
    }
}
