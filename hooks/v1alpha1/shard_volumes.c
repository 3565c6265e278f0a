#include "shard.h"

#include <string.h>

#include "conditions.h"
#include "template.h"

/* What Kubernetes says of the volumes of tablets: that they do not grow, are not there yet, or are
 * where no node runs. */

/* --- growing --- */

/* Conditions of a PersistentVolumeClaim (core/v1). All of them go away by themselves where the
 * storage gets on with it, so they are advice and move nothing. */
static const struct growth {
    const char *condition, *reason, *says;
} growths[] = {
    {"FileSystemResizePending",
        "VolumeResizePending",
        "its file system has not grown yet; if that lasts, its storage grows only while no Pod has "
        "it mounted: a change in template.annotations of the pool restarts the tablets in order"},
    {"ControllerResizeError",
        "VolumeResizeFailed",
        "its storage refused to grow: see the events of the claim, then mend the storage or set "
        "the size that was"},
    {"NodeResizeError",
        "VolumeResizeFailed",
        "its file system could not be grown on its node: see the events of the claim"},
    {"ModifyVolumeError",
        "VolumeModifyFailed",
        "its storage refused the volumeAttributesClassName: see the events of the claim"},
};

static const json_t *claim_condition(const json_t *claim, const char *type)
{
    const json_t *condition;

    json_each_item (json_at(claim, "status", "conditions"), i, condition) {
        if (text_equal(json_text_at(condition, "type"), type) &&
            text_equal(json_text_at(condition, "status"), "True"))
            return condition;
    }
    return NULL;
}

static void advise_growth(struct advice *advice, const struct shard *shard,
    const struct tablet *tablet, const struct growth *growth)
{
    const json_t *condition = claim_condition(tablet->claim, growth->condition);
    const char *message = json_text_at(condition, "message");

    if (condition == NULL)
        return;
    advice_add(advice,
        growth->reason,
        fmt(shard->arena,
            "PersistentVolumeClaim %s: %s: %s%s%s",
            tablet->id.name,
            growth->condition,
            growth->says,
            message == NULL ? "" : "; Kubernetes says: ",
            message == NULL ? "" : message));
}

void advise_volumes(struct advice *advice, const struct shard *shard)
{
    for (size_t i = 0; i < shard->count; i++)
        for (size_t j = 0; j < sizeof(growths) / sizeof(growths[0]); j++)
            advise_growth(advice, shard, &shard->tablets[i], &growths[j]);
}

/* --- why a Pod has no node --- */

static const char *kubectl_on(const struct shard *shard, const struct tablet *tablet,
    const char *verb)
{
    return fmt(shard->arena,
        "kubectl %s --namespace %s %s",
        verb,
        shard->place.namespace,
        tablet->id.name);
}

/* A volume that only one node, or one zone, can mount (messages of the scheduler's plugin
 * VolumeBinding). */
static bool is_elsewhere(const char *message)
{
    return message != NULL && (strstr(message, "volume node affinity conflict") != NULL ||
                                  strstr(message, "didn't match PersistentVolume") != NULL);
}

/* The scheduler ends its sentence; here it goes on. */
static const char *without_stop(struct arena *a, const char *sentence)
{
    size_t length = strlen(sentence);

    return text_copy(a, sentence, length - (length > 0 && sentence[length - 1] == '.'));
}

const char *why_unscheduled(const struct shard *shard, const struct tablet *tablet)
{
    const char *message = condition_message(tablet->pod, "PodScheduled");
    const char *phase = json_text_at(tablet->claim, "status", "phase");
    struct text why = {.arena = shard->arena};

    text_add(&why, "Unschedulable");
    if (message != NULL)
        text_addf(&why, ": %s", without_stop(shard->arena, message));
    if (is_elsewhere(message))
        text_addf(&why,
            "; its volume is on a node, or in a zone, that cannot run it: bring that back, or, "
            "once a backup or other tablets have the data, have both made anew: %s",
            kubectl_on(shard, tablet, "delete pvc,pod"));
    else if (text_equal(phase, "Pending"))
        text_addf(&why,
            "; its PersistentVolumeClaim is Pending, see its events: %s",
            kubectl_on(shard, tablet, "describe pvc"));
    return text_string(&why);
}
