#include "validate.h"

#include "backup_storage.h"
#include "cron.h"
#include "partitions.h"
#include "parts.h"

/* When backups are made, and of what. */

/* --- when --- */

static void check_when(const struct validation *v, const struct backup_schedule *schedule)
{
    const char *cron = v2_given(schedule->schedule), *frequency = v2_given(schedule->frequency);

    if ((cron == NULL) == (frequency == NULL))
        problem_add(v->problems,
            schedule->path,
            "must have either schedule or frequency%s",
            cron == NULL ? "" : ", not both");
    if (cron != NULL && !v2_cron_is(v->arena, cron))
        problem_add(v->problems,
            fmt(v->arena, "%s.schedule", schedule->path),
            "must be five fields of Cron such as \"0 3 * * *\", or a word such as \"@daily\", got "
            "\"%s\"",
            cron);
    if (frequency != NULL && v2_frequency_minutes(frequency) == 0)
        problem_add(v->problems,
            fmt(v->arena, "%s.frequency", schedule->path),
            "must be 24h, or what divides a day into whole hours or an hour into whole minutes, "
            "such as \"6h\" or \"15m\", got \"%s\"",
            frequency);
}

/* --- of what --- */

struct target {
    const struct validation *v;
    const struct backup_schedule *schedule;
    const char *strategy, *path; /* its name, and where it is */
    json_t *seen;                /* "commerce/-80" to the name of a strategy of this schedule */
};

static const struct tablet_pool *first_pool(const struct v2_shard *shard)
{
    const struct shard_template *template = shard->template;

    return template == NULL || template->pools.count == 0 || template->pools.at[0].json == NULL
               ? NULL
               : &template->pools.at[0];
}

/* vtbackup is made like a tablet of the first pool; theirs panics without a claim. A MySQL of
 * somebody else is none of its business. */
static void check_pool(const struct target *target, const struct tablet_pool *pool)
{
    const struct validation *v = target->v;
    const struct cluster_backup *backup = v->spec->backup;

    if (pool == NULL || pool->mysqld == NULL || !text_equal(target->schedule->method, "vtbackup"))
        return;
    if (pool->claim == NULL)
        problem_add(v->problems,
            fmt(v->arena, "%s.dataVolumeClaimTemplate", pool->path),
            "is required, since vtbackup makes backups of the shard, by %s",
            target->schedule->path);
    if (v2_given(pool->backup_location) == NULL &&
        v2_backup_location(backup->locations.at, backup->locations.count, NULL) == NULL)
        problem_add(v->problems,
            fmt(v->arena, "%s.backupLocationName", pool->path),
            "is required, since no location is without a name and vtbackup makes backups of the "
            "shard, by %s",
            target->schedule->path);
}

/* Theirs ends the schedule with an error where a shard is in it twice. */
static void check_target(const struct target *target, const char *keyspace, const char *shard)
{
    const char *name = fmt(target->v->arena, "%s/%s", keyspace, shard);
    const char *before = json_text_at(target->seen, name);

    if (before == NULL)
        json_put_text(target->seen, name, target->strategy);
    else
        problem_add(target->v->problems,
            target->path,
            "must not make backups of %s, as strategy \"%s\" does already",
            name,
            before);
}

/* `shard` is NULL for all shards of the keyspace. */
static void check_keyspace(const struct target *target, const struct keyspace *keyspace,
    const char *shard)
{
    const struct v2_shards shards = v2_keyspace_shards(target->v->arena, keyspace);

    for (size_t i = 0; i < shards.count; i++) {
        if (shard != NULL && !text_equal(shards.at[i].name, shard))
            continue;
        check_pool(target, first_pool(&shards.at[i]));
        if (shard == NULL)
            check_target(target, keyspace->name, shards.at[i].name);
    }
}

/* Whether a schedule takes it out of the scope Cluster. */
static bool is_taken_out(const struct validation *v, const char *keyspace)
{
    const struct cluster_backup *backup = v->spec->backup;

    for (size_t i = 0; i < backup->schedules.count; i++) {
        const struct backup_schedule *schedule = &backup->schedules.at[i];

        for (size_t j = 0; !schedule->suspend && j < schedule->strategies.count; j++)
            if (text_equal(schedule->strategies.at[j].scope, "Keyspace") &&
                text_equal(schedule->strategies.at[j].keyspace, keyspace))
                return true;
    }
    return false;
}

static void check_targets(const struct target *target, const struct schedule_strategy *strategy)
{
    const struct cluster_spec *spec = target->v->spec;
    const bool all = text_equal(strategy->scope, "Cluster"),
               one = text_equal(strategy->scope, "Shard");

    if (one && v2_given(strategy->keyspace) != NULL && v2_given(strategy->shard) != NULL)
        check_target(target, strategy->keyspace, strategy->shard);
    for (size_t i = 0; i < spec->keyspaces.count; i++) {
        const struct keyspace *keyspace = &spec->keyspaces.at[i];

        if (keyspace->name != NULL && (all ? !is_taken_out(target->v, keyspace->name)
                                           : text_equal(keyspace->name, strategy->keyspace)))
            check_keyspace(target, keyspace, one ? strategy->shard : NULL);
    }
}

/* --- scopes --- */

static void check_field(const struct target *target, const char *scope, const char *field,
    const char *value, bool wanted)
{
    const char *path = fmt(target->v->arena, "%s.%s", target->path, field);

    if (wanted && v2_given(value) == NULL)
        problem_add(target->v->problems, path, "is required for the scope %s", scope);
    else if (!wanted && v2_given(value) != NULL)
        problem_add(target->v->problems,
            path,
            "must be left out for the scope %s, got \"%s\"",
            scope,
            value);
}

static bool is_scope(const char *scope)
{
    return text_equal(scope, "Shard") || text_equal(scope, "Keyspace") ||
           text_equal(scope, "Cluster");
}

static void check_strategy(const struct target *target, const struct schedule_strategy *strategy)
{
    const char *scope = strategy->scope;

    if (!is_scope(scope))
        return;
    check_field(target, scope, "keyspace", strategy->keyspace, !text_equal(scope, "Cluster"));
    check_field(target, scope, "shard", strategy->shard, text_equal(scope, "Shard"));
    check_targets(target, strategy);
}

static void check_schedule(const struct validation *v, const struct backup_schedule *schedule)
{
    struct target target = {.v = v, .schedule = schedule, .seen = json_new_map()};

    check_when(v, schedule);
    for (size_t i = 0; i < schedule->strategies.count; i++) {
        const struct schedule_strategy *strategy = &schedule->strategies.at[i];

        target.path = fmt(v->arena, "%s.strategies[%zu]", schedule->path, i);
        target.strategy = strategy->name == NULL ? "" : strategy->name;
        check_strategy(&target, strategy);
    }
}

void v2_validate_schedules(const struct validation *v)
{
    const struct cluster_backup *backup = v->spec->backup;

    for (size_t i = 0; backup != NULL && i < backup->schedules.count; i++)
        if (backup->schedules.at[i].json != NULL)
            check_schedule(v, &backup->schedules.at[i]);
}
