#include "backups.h"

#include <string.h>

#include "sim/core/world.h"

/* vitessio/vitess go/cmd/vtbackup/cli/vtbackup.go */

enum { BACKUP_TIME = 5 };

/* Flags that together say which storage it is. */
static const char *const storage_flags[] = {"backup-storage-implementation",
    "file-backup-storage-root",
    "s3-backup-storage-bucket",
    "s3-backup-storage-root",
    "gcs-backup-storage-bucket",
    "gcs-backup-storage-root",
    "azblob-backup-container-name",
    "azblob-backup-storage-root",
    "ceph-backup-storage-config",
    NULL};

const char *backups_place(struct sim *sim, const struct texts *arguments)
{
    struct text place = {.arena = sim->objects};
    const char *keyspace = program_flag(arguments, "init-keyspace");
    const char *shard = program_flag(arguments, "init-shard");

    if (program_flag(arguments, storage_flags[0]) == NULL || keyspace == NULL || shard == NULL)
        return NULL;
    for (const char *const *flag = storage_flags; *flag != NULL; flag++) {
        const char *value = program_flag(arguments, *flag);

        text_addf(&place, "%s ", value == NULL ? "" : value);
    }
    text_addf(&place, "%s/%s", keyspace, shard);
    return table_name(&sim->names, text_string(&place));
}

bool backups_have(const struct sim *sim, const char *place)
{
    return table_get(&sim->vitess->backups, place) != NULL;
}

static struct outcome ends(int code, const char *message)
{
    return (struct outcome){.ends = true, .code = code, .message = message};
}

static bool may_serve(const struct shard_record *shard)
{
    for (const struct tablet *tablet = shard->tablets; tablet != NULL; tablet = tablet->next) {
        if (tablet->listed && (tablet->type == TABLET_PRIMARY || tablet->type == TABLET_REPLICA ||
                                  tablet->type == TABLET_RDONLY))
            return true;
    }
    return false;
}

/* The first backup is of an empty database, so nobody may have another one by then. */
static const char *refuses_first(const struct shard_record *shard)
{
    if (shard == NULL || !shard->listed || !may_serve(shard))
        return NULL;
    return "refusing to upload initial backup of empty database: the shard already has at least "
           "one tablet that may be serving";
}

/* Each other one is of what was restored, and of what the primary has written since. */
static const char *refuses_next(const struct sim *sim, const char *place,
    const struct shard_record *shard)
{
    if (!backups_have(sim, place))
        return "no existing backups to restore from; backup is not possible since "
               "--initial_backup flag was not enabled";
    if (shard == NULL || shard->primary == NULL || !shard->primary->alive)
        return "can't start replication after restore: shard has no primary";
    return NULL;
}

/* Who waits for it looks again. */
static void write_backup(struct sim *sim, const char *place, struct shard_record *shard)
{
    table_put(&sim->vitess->backups, place, sim->vitess);
    if (shard != NULL)
        vitess_touch(sim, shard);
}

struct outcome vtbackup_look(struct sim *sim, struct global_topology *topology,
    const struct texts *arguments, long age)
{
    const char *place = backups_place(sim, arguments);
    const bool first = text_equal(program_flag(arguments, "initial-backup"), "true");
    struct shard_record *shard;
    const char *why;

    if (place == NULL)
        return ends(1, "Can't get backup storage: no registered implementation of BackupStorage");
    if (!vitess_reachable(sim, topology))
        return ends(1, "cannot open the topology: context deadline exceeded");
    if (first && backups_have(sim, place))
        return ends(0, NULL);
    shard = table_get(&topology->shards, strrchr(place, ' ') + 1);
    why = first ? refuses_first(shard) : refuses_next(sim, place, shard);
    if (why != NULL)
        return ends(1, why);
    if (age < BACKUP_TIME)
        return (struct outcome){.next = sim->now + 1};
    write_backup(sim, place, shard);
    return ends(0, NULL);
}
