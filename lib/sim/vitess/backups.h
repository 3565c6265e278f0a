#ifndef VITESS_OPERATOR_SIM_BACKUPS_H
#define VITESS_OPERATOR_SIM_BACKUPS_H

#include "model.h"

/* What is in backup storages, as far as somebody waits for it: whether a shard has a backup. */

/* Where a process with these flags finds the backups of its shard; NULL: it has no storage. */
const char *backups_place(struct sim *sim, const struct texts *arguments);
bool backups_have(const struct sim *sim, const char *place);

/* vtbackup: a Pod that ends once its backup is written. `age`: seconds since it began. */
struct outcome vtbackup_look(struct sim *sim, struct global_topology *topology,
    const struct texts *arguments, long age);

#endif
