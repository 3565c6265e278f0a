#include "validate.h"

#include "backup_storage.h"
#include "fields.h"
#include "partitions.h"
#include "parts.h"
#include "vitess.h"

/* Keyspaces, their shards and their tablet pools. */

/* --- where pools are --- */

static const struct shard_template *template_of(const struct partitioning *partitioning, size_t at)
{
    if (partitioning->equal != NULL)
        return partitioning->equal->template;
    return &partitioning->custom->shards.at[at].template;
}

static size_t templates_of(const struct partitioning *partitioning)
{
    if (partitioning->equal != NULL)
        return partitioning->equal->template == NULL ? 0 : 1;
    return partitioning->custom == NULL ? 0 : partitioning->custom->shards.count;
}

typedef void template_function(const struct validation *v, const struct keyspace *keyspace,
    const struct shard_template *template);

static void each_template(const struct validation *v, template_function *use)
{
    for (size_t i = 0; i < v->spec->keyspaces.count; i++) {
        const struct keyspace *keyspace = &v->spec->keyspaces.at[i];

        for (size_t j = 0; j < keyspace->partitionings.count; j++)
            for (size_t k = 0; k < templates_of(&keyspace->partitionings.at[j]); k++)
                use(v, keyspace, template_of(&keyspace->partitionings.at[j], k));
    }
}

void v2_each_pool(const struct validation *v, v2_pool_function *use)
{
    for (size_t i = 0; i < v->spec->keyspaces.count; i++) {
        const struct keyspace *keyspace = &v->spec->keyspaces.at[i];

        for (size_t j = 0; j < keyspace->partitionings.count; j++)
            for (size_t k = 0; k < templates_of(&keyspace->partitionings.at[j]); k++) {
                const struct shard_template *template =
                    template_of(&keyspace->partitionings.at[j], k);

                for (size_t pool = 0; pool < template->pools.count; pool++)
                    if (template->pools.at[pool].json != NULL)
                        use(v, keyspace, &template->pools.at[pool]);
            }
    }
}

/* --- partitionings --- */

/* Their panics, and digits that are half a byte. */
static void check_equal(const struct validation *v, const struct partitioning *partitioning)
{
    const struct equal_partitioning *equal = partitioning->equal;

    if (equal->parts > 0 && !v2_equal_fits(equal->parts, equal->hex_width))
        problem_add(v->problems,
            fmt(v->arena, "%s.equal.hexWidth", partitioning->path),
            "must be an even number up to 14 that is wide enough for %u parts, got %u; leave it "
            "out",
            equal->parts,
            equal->hex_width);
}

static struct keyrange range_of(struct arena *arena, const struct custom_shard *shard)
{
    return (struct keyrange){
        .start = shard->key_range->start == NULL ? "" : shard->key_range->start,
        .end = shard->key_range->end == NULL ? "" : shard->key_range->end,
        .path = fmt(arena, "%s.keyRange", shard->path),
    };
}

static bool is_range(const struct custom_shard *shard)
{
    const struct key_range *range = shard->key_range;

    return range != NULL && (range->start == NULL || v2_format_bound.accepts(range->start)) &&
           (range->end == NULL || v2_format_bound.accepts(range->end));
}

/* What is not a range is reported already, and is not compared with the others. */
static void check_custom(const struct validation *v, const struct partitioning *partitioning)
{
    const struct custom_partitioning *custom = partitioning->custom;
    struct keyrange *ranges = arena_array(v->arena, custom->shards.count, sizeof(*ranges));

    for (size_t i = 0; i < custom->shards.count; i++) {
        if (!is_range(&custom->shards.at[i]))
            return;
        ranges[i] = range_of(v->arena, &custom->shards.at[i]);
    }
    if (custom->shards.count > 0)
        keyranges_check(ranges, custom->shards.count, v->problems);
    else if (json_is_array(json_at(partitioning->json, "custom", "shards")))
        problem_add(v->problems,
            fmt(v->arena, "%s.custom.shards", partitioning->path),
            "must have a shard: all key ranges must be covered");
}

static void check_partitioning(const struct validation *v, const struct partitioning *partitioning)
{
    if (partitioning->equal != NULL)
        check_equal(v, partitioning);
    if (partitioning->custom != NULL)
        check_custom(v, partitioning);
}

/* --- pools --- */

static const char *at(const struct validation *v, const struct tablet_pool *pool, const char *field)
{
    return fmt(v->arena, "%s.%s", pool->path, field);
}

/* The uid of a tablet is made of these, and its object is named after the uid. */
static const char *identity(struct arena *arena, const struct tablet_pool *pool)
{
    return fmt(arena,
        "%s %s %s",
        pool->cell,
        pool->type,
        pool->external_datastore == NULL ? "" : pool->name);
}

static void check_identities(const struct validation *v, const struct keyspace *keyspace,
    const struct shard_template *template)
{
    json_t *seen = json_new_map();

    (void)keyspace;
    for (size_t i = 0; i < template->pools.count; i++) {
        const struct tablet_pool *pool = &template->pools.at[i];
        const char *id, *before;

        if (pool->cell == NULL || pool->type == NULL)
            continue;
        id = identity(v->arena, pool);
        before = json_text_at(seen, id);
        if (before == NULL)
            json_put_text(seen, id, pool->path);
        else
            problem_add(v->problems,
                pool->path,
                "must differ from %s in cell or type, or with an externalDatastore in name: their "
                "tablets would have the same uids",
                before);
    }
}

static void check_backup_location(const struct validation *v, const struct tablet_pool *pool)
{
    const struct cluster_backup *backup = v->spec->backup;
    const char *name = v2_given(pool->backup_location);

    if (name == NULL ||
        (backup != NULL &&
            v2_backup_location(backup->locations.at, backup->locations.count, name) != NULL))
        return;
    problem_add(v->problems,
        at(v, pool, "backupLocationName"),
        "must be the name of a location in spec.backup.locations, got \"%s\"",
        name);
}

#define SHELL_FLAG "mysql-shell-backup-location"

/* It writes to the first folder that is mounted for the location; theirs panics without one. */
static void check_shell(const struct validation *v, const struct tablet_pool *pool)
{
    const struct cluster_backup *backup = v->spec->backup;
    const struct backup_location *location;

    if (backup == NULL || !text_equal(backup->engine, "mysqlshell") || pool->mysqld == NULL)
        return;
    location = v2_backup_location(backup->locations.at,
        backup->locations.count,
        v2_given(pool->backup_location));
    if (location == NULL || location->volume != NULL ||
        (pool->vttablet != NULL && flag_value(v->arena, pool->vttablet->flags, SHELL_FLAG) != NULL))
        return;
    problem_add(v->problems,
        at(v, pool, "vttablet.extraFlags." SHELL_FLAG),
        "is required with the engine mysqlshell, since %s has no volume to write to",
        location->path);
}

/* Without a size the API server refuses the PersistentVolumeClaim. */
static void check_claim(const struct validation *v, const struct tablet_pool *pool)
{
    if (pool->claim != NULL && json_at(pool->claim, "resources", "requests", "storage") == NULL)
        problem_add(v->problems,
            at(v, pool, "dataVolumeClaimTemplate.resources.requests.storage"),
            "is required, such as \"10Gi\"");
}

static void check_pool(const struct validation *v, const struct keyspace *keyspace,
    const struct tablet_pool *pool)
{
    (void)keyspace;
    if (pool->cell != NULL && v2_format_cell.accepts(pool->cell) && !v2_is_cell(v, pool->cell))
        problem_add(v->problems,
            at(v, pool, "cell"),
            "must be the name of a cell in spec.cells, got \"%s\"",
            pool->cell);
    check_claim(v, pool);
    check_backup_location(v, pool);
    check_shell(v, pool);
}

/* --- keyspaces --- */

/* Vitess refuses another one each time that it is told. */
static void check_durability(const struct validation *v, const struct keyspace *keyspace)
{
    static const char *const policies[] = {"none",
        "semi_sync",
        "semi_sync_with_rdonly_ack",
        "cross_cell",
        "cross_cell_with_rdonly_ack",
        NULL};
    const char *policy = v2_given(keyspace->durability_policy);

    if (policy != NULL && !text_is_one_of(policy, policies))
        problem_add(v->problems,
            fmt(v->arena, "%s.durabilityPolicy", keyspace->path),
            "must be one of \"none\", \"semi_sync\", \"semi_sync_with_rdonly_ack\", "
            "\"cross_cell\", \"cross_cell_with_rdonly_ack\", got \"%s\"",
            policy);
}

/* Of a keyspace's own images only the first two count. */
static void check_images(const struct validation *v, const struct keyspace *keyspace)
{
    const struct mysqld_images *own = keyspace->images == NULL ? NULL : keyspace->images->mysqld;
    struct mysqld_images used = {0};

    if (own == NULL)
        return;
    if (v->spec->images != NULL && v->spec->images->mysqld != NULL)
        used = *v->spec->images->mysqld;
    used.mysql56 = own->mysql56;
    used.mysql80 = own->mysql80;
    if (v2_mysqld_image(&used) == NULL)
        problem_add(v->problems,
            fmt(v->arena, "%s.images.mysqld", keyspace->path),
            "must have mysql56Compatible or mysql80Compatible; or leave it out");
}

void v2_validate_keyspaces(const struct validation *v)
{
    const struct component_images *images = v->spec->images;

    if (images != NULL && images->mysqld != NULL && v2_mysqld_image(images->mysqld) == NULL)
        problem_add(v->problems,
            "spec.images.mysqld",
            "must have an image, such as mysql80Compatible; or leave it out");
    for (size_t i = 0; i < v->spec->keyspaces.count; i++) {
        const struct keyspace *keyspace = &v->spec->keyspaces.at[i];

        check_durability(v, keyspace);
        check_images(v, keyspace);
        for (size_t j = 0; j < keyspace->partitionings.count; j++)
            check_partitioning(v, &keyspace->partitionings.at[j]);
    }
    each_template(v, check_identities);
    v2_each_pool(v, check_pool);
}
