#include "statuses.h"

#include <stdlib.h>
#include <string.h>

#include "keys.h"
#include "metadata.h"
#include "staging.h"
#include "template.h"

/* Status of a VitessShard: its tablets, one by one, and its backups. */

static const char *as_condition(bool is)
{
    return is ? V2_TRUE : V2_FALSE;
}

/* --- tablets --- */

/* Unknown is a Pod that is there and not Ready: it may be starting. */
static const char *ready_of(const json_t *pod)
{
    if (pod == NULL)
        return V2_FALSE;
    return pod_ready(pod) ? V2_TRUE : V2_UNKNOWN;
}

/* Theirs asks for 30 seconds of being Ready. There is no clock here, and a tablet's readiness probe
 * has succeeded several times before it counts. */
static const char *available_of(const json_t *pod)
{
    return pod != NULL && pod_ready(pod) && object_terminating(pod) ? V2_FALSE : ready_of(pod);
}

static bool is_bound(const json_t *claim)
{
    return text_equal(json_text_at(claim, "status", "phase"), "Bound");
}

static const json_t *tablet_part(struct arena *a, const struct v2_tablet *tablet,
    const struct v2_shard_seen *seen)
{
    const json_t *pod = objects_find(&seen->pods, tablet->name);
    const json_t *claim = objects_find(&seen->claims, tablet->name);
    const char *phase = json_text_at(pod, "status", "phase");

    return object(a,
        F("available", available_of(pod)),
        F("dataVolumeBound",
            tablet->spec->claim == NULL ? V2_UNKNOWN : as_condition(is_bound(claim))),
        F("index", tablet->index),
        OPT("pendingChanges",
            pod == NULL ? NULL : object_annotation(pod, ROLLOUT_SCHEDULED_ANNOTATION)),
        F("poolType", tablet->spec->type),
        F("ready", ready_of(pod)),
        F("running", as_condition(text_equal(phase, "Running"))),
        OPT("type", json_at(seen->types, tablet->alias)));
}

static json_t *tablets_part(struct arena *a, const struct v2_tablets *tablets,
    const struct v2_shard_seen *seen)
{
    json_t *part = json_new_map();

    for (size_t i = 0; i < tablets->count; i++)
        json_put(part, tablets->at[i].alias, tablet_part(a, &tablets->at[i], seen));
    return part;
}

/* Of tablets that are wanted, and of those that are kept although they are not. */
static struct texts cells_of(struct arena *a, const struct v2_tablets *tablets,
    const struct v2_shard_seen *seen)
{
    struct texts cells = {.arena = a};
    const json_t *kept;
    const char *alias;

    for (size_t i = 0; i < tablets->count; i++) {
        const char *cell = tablets->at[i].spec->cell;

        if (!texts_contain(&cells, cell))
            texts_add(&cells, cell);
    }
    json_each_field (seen->orphans, alias, kept) {
        const char *dash = strrchr(alias, '-');
        const char *cell = dash == NULL ? alias : text_copy(a, alias, (size_t)(dash - alias));

        if (!texts_contain(&cells, cell))
            texts_add(&cells, cell);
    }
    texts_sort(&cells);
    return cells;
}

/* The oldest spec of the VitessShard that a Pod has heard of; 0: of none is that known. */
static json_int_t lowest_generation(const struct v2_tablets *tablets,
    const struct v2_shard_seen *seen)
{
    json_int_t lowest = 0;

    for (size_t i = 0; i < tablets->count; i++) {
        const json_t *pod = objects_find(&seen->pods, tablets->at[i].name);
        const char *noted =
            pod == NULL ? NULL : object_annotation(pod, SHARD_GENERATION_ANNOTATION);
        const json_int_t generation = noted == NULL ? 0 : strtoll(noted, NULL, 10);

        if (generation > 0 && (lowest == 0 || generation < lowest))
            lowest = generation;
    }
    return lowest;
}

/* --- backups --- */

static bool is_complete(const json_t *backup)
{
    return json_true_at(backup, "status", "complete");
}

static bool is_at(const json_t *backup, const struct backup_location *location)
{
    const char *name = location->name == NULL ? "" : location->name;

    return text_equal(object_label(backup, BACKUP_LOCATION_LABEL), name);
}

/* Of a MySQL that is somebody else's there is no backup, and nothing to say. */
static bool has_own_mysql(const struct shard_spec *spec)
{
    for (size_t i = 0; i < spec->template.pools.count; i++) {
        const struct tablet_pool *pool = &spec->template.pools.at[i];

        if (pool->external_datastore != NULL || pool->mysqld == NULL)
            return false;
    }
    return true;
}

static const json_t *location_part(struct arena *a, const struct backup_location *location,
    const struct objects *backups)
{
    const char *latest = NULL;
    long long complete = 0, incomplete = 0;

    for (size_t i = 0; i < backups->count; i++) {
        const json_t *backup = backups->at[i];
        const char *time = json_text_at(backup, "status", "startTime");

        if (!is_at(backup, location))
            continue;
        complete += is_complete(backup);
        incomplete += !is_complete(backup);
        if (is_complete(backup) && time != NULL && (latest == NULL || strcmp(time, latest) > 0))
            latest = time;
    }
    return object(a,
        F("completeBackups", complete),
        F("incompleteBackups", incomplete),
        OPT("latestCompleteBackupTime", latest),
        OPT("name", v2_given(location->name)));
}

static json_t *locations_part(struct arena *a, const struct shard_spec *spec,
    const struct objects *backups)
{
    json_t *part = json_new_list();

    for (size_t i = 0; has_own_mysql(spec) && i < spec->backup_locations.count; i++)
        json_add(part, location_part(a, &spec->backup_locations.at[i], backups));
    return part;
}

bool v2_has_backup(const struct objects *backups)
{
    for (size_t i = 0; i < backups->count; i++) {
        if (is_complete(backups->at[i]))
            return true;
    }
    return false;
}

static const char *initial_backup(const struct shard_spec *spec, const struct v2_shard_seen *seen)
{
    const char *phase = json_text_at(seen->vtbackup, "status", "phase");

    if (!has_own_mysql(spec))
        return V2_UNKNOWN;
    if (v2_has_backup(&seen->backups) || text_equal(seen->has_master, V2_TRUE) ||
        text_equal(phase, "Succeeded"))
        return V2_TRUE;
    /* Once true it stays so while Vitess cannot be asked, or elects a primary. */
    return seen->had_backup ? V2_TRUE : V2_UNKNOWN;
}

/* --- all of it --- */

static const char *known(const char *text)
{
    return text == NULL ? V2_UNKNOWN : text;
}

const json_t *v2_shard_status(struct arena *a, const struct shard_spec *spec,
    const struct v2_tablets *tablets, const struct v2_shard_seen *seen)
{
    const struct texts cells = cells_of(a, tablets, seen);
    const json_int_t lowest = lowest_generation(tablets, seen);

    return object(a,
        OPT("backupLocations", locations_part(a, spec, &seen->backups)),
        OPT("cells", json_texts(&cells)),
        F("hasInitialBackup", initial_backup(spec, seen)),
        F("hasMaster", known(seen->has_master)),
        F("idle", known(seen->idle)),
        OPT("lowestPodGeneration", lowest == 0 ? NULL : json_integer(lowest)),
        OPT("masterAlias", seen->master_alias),
        OPT("orphanedTablets", seen->orphans),
        F("servingWrites", known(seen->serving_writes)),
        OPT("tablets", tablets_part(a, tablets, seen)),
        MAP("vitessOrchestrator", F("available", v2_any_available(&seen->vtorcs))));
}
