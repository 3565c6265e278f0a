#include "conditions.h"
#include "levels.h"
#include "template.h"

/* Sync hooks of VitessBackupStorage, VitessBackup and VitessBackupSchedule. The objects are kept,
 * so that tools of theirs find them; nothing is made of them yet, and their conditions say so.
 *
 * They want no children, and their controllers declare none: what the operator of PlanetScale made
 * below them (Jobs, VitessBackups) stays as it is. */

/* All three conditions, since people wait for each of them on whatever kind. */
static void say(const struct request *request, struct answer *answer, const json_t *status,
    const char *message)
{
    struct condition_list conditions = {.arena = request->arena,
        .old = json_at(request->parent, "status", "conditions"),
        .time = request_time,
        .of = request,
        .list = json_new_list()};

    condition_add(&conditions, "Ready", false, "NotServedYet", message);
    condition_add(&conditions, "Updated", true, "RolloutComplete", "");
    condition_add(&conditions, "Progressing", false, "NotServedYet", message);
    answer->status = object(request->arena, SPREAD(status), F("conditions", conditions.list));
}

void v2_sync_backup_storage(const struct request *request, struct answer *answer)
{
    say(request,
        answer,
        NULL,
        "this operator does not list the backups of a location yet; tablets and vtctld use it");
}

/* Who has written down what is in the storage may still be believed: the rest of the status is as
 * it was. */
void v2_sync_backup(const struct request *request, struct answer *answer)
{
    const json_t *status = json_at(request->parent, "status");

    say(request,
        answer,
        status == NULL ? NULL
                       : json_without(json_without(status, "conditions"), "observedGeneration"),
        "this operator does not look after backups yet; what is said of this one is as it was");
}

void v2_sync_backup_schedule(const struct request *request, struct answer *answer)
{
    say(request,
        answer,
        NULL,
        "this operator makes no scheduled backups yet: `vtctldclient BackupShard` makes one, from "
        "a CronJob of your own for instance");
}
