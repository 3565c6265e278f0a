#include "shard.h"

#include <string.h>

#include "claims.h"
#include "conditions.h"

/* What Kubernetes says of the volumes of tablets: that they do not grow, are not there yet, or are
 * where no node runs. */

void advise_volumes(struct advice *advice, const struct shard *shard)
{
    const char *restart = shard->in->wording.grows != NULL
                              ? shard->in->wording.grows
                              : fmt(shard->arena,
                                    "a change in %s restarts the tablets in order",
                                    shard->in->wording.annotations);

    for (size_t i = 0; i < shard->count; i++)
        advise_growth(advice, shard->tablets[i].claim, restart);
}

/* --- why a Pod has no node --- */

static const char *kubectl_on(const struct shard *shard, const struct tablet *tablet,
    const char *verb)
{
    return fmt(shard->arena,
        "kubectl %s --namespace %s %s",
        verb,
        shard->in->place.namespace,
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
