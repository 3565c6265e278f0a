#include "derived.h"

#include "keys.h"
#include "names.h"
#include "template.h"

/* One VitessBackupStorage a location, one VitessBackupSchedule a schedule. */

const json_t *v2_derived_backup_storage(struct arena *a, const struct v2_cluster *cluster,
    const struct backup_location *location)
{
    const char *name = location->name == NULL ? "" : location->name;

    return object(a,
        F("apiVersion", API_VERSION),
        F("kind", "VitessBackupStorage"),
        MAP("metadata",
            F("name", v2_backup_storage_name(a, cluster->name, name)),
            F("namespace", cluster->namespace),
            MAP("labels", F(CLUSTER_LABEL, cluster->name), F(BACKUP_LOCATION_LABEL, name))),
        MAP("spec",
            F("location", location->json),
            OPT("subcontroller", cluster->spec->backup->subcontroller_json),
            MAP("selector",
                MAP("matchLabels",
                    F(CLUSTER_LABEL, cluster->name),
                    F(BACKUP_LOCATION_LABEL, name)))));
}

static bool is_set(const char *text)
{
    return text != NULL && *text != '\0';
}

const json_t *v2_derived_backup_schedule(struct arena *a, const struct v2_cluster *cluster,
    const struct backup_schedule *schedule)
{
    const char *name;

    if (!is_set(schedule->schedule) && !is_set(schedule->frequency))
        return NULL;
    name = v2_backup_schedule_name(a, cluster->name, schedule->name);
    return object(a,
        F("apiVersion", API_VERSION),
        F("kind", "VitessBackupSchedule"),
        MAP("metadata",
            F("name", name),
            F("namespace", cluster->namespace),
            MAP("labels", F(CLUSTER_LABEL, cluster->name))),
        MAP("spec",
            F("backupMethod", "vtbackup"),
            F("concurrencyPolicy", "Forbid"),
            F("jobTimeoutMinute", INT(10)),
            SPREAD(schedule->json),
            F("cluster", cluster->name),
            F("image", cluster->spec->images->vtctld),
            OPT("imagePullPolicy", cluster->spec->pull_policies->vtctld),
            MAP("selector", MAP("matchLabels", F(BACKUP_SCHEDULE_LABEL, name)))));
}
