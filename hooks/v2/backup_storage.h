#ifndef VITESS_OPERATOR_HOOKS_V2_BACKUP_STORAGE_H
#define VITESS_OPERATOR_HOOKS_V2_BACKUP_STORAGE_H

#include "specs.h"

/* Where backups are, as the Pods of vtctld, vttablet and vtbackup are told. */
struct backup_storage {
    const json_t *flags;                  /* name to text */
    const json_t *volumes, *mounts, *env; /* lists, any of them may be empty */
};

/* `cluster` is the name of the VitessCluster: each has a folder of its own. A location of no kind
 * is in no flag. */
struct backup_storage v2_backup_storage(struct arena *arena, const struct backup_location *location,
    const char *cluster);

/* The first of `count` locations that is called `name` (NULL: the one without a name), or NULL. */
const struct backup_location *v2_backup_location(const struct backup_location *locations,
    size_t count, const char *name);

/* How `engine` is chosen, and what its backups need of the storage: flags of vtctld, and the first
 * of those of vttablet and vtbackup. */
const json_t *v2_backup_engine_flags(struct arena *arena, const char *engine);

#endif
