#include "shard.h"

#include <string.h>

#include "claims.h"
#include "metadata.h"

/* Claims whose file system grows only as it is mounted (condition FileSystemResizePending): the Pod
 * that has it mounted is made anew, in its turn and by the rules of any edit. */

static const char *asked(const json_t *spec)
{
    return json_text_at(spec, "resources", "requests", "storage");
}

static bool is_size(const char *size, const char *wanted)
{
    return size != NULL && quantity_is(size) && quantity_compare(size, wanted) == 0;
}

/* One that was made since has mounted it since: what the claim says then is what it is about to
 * take back. */
static bool has_mounted_before(const json_t *pod, const json_t *pending)
{
    const char *started = json_text_at(pod, "status", "startTime");
    const char *since = json_text_at(pending, "lastTransitionTime");

    return started != NULL && since != NULL && strcmp(started, since) < 0;
}

const char *v2_resize_of(const struct shard_hook *hook, const struct v2_tablet *tablet)
{
    const char *wanted = asked(tablet->spec->claim);
    const json_t *claim = wanted == NULL ? NULL : objects_find(&hook->claims, tablet->name);
    const json_t *pending = claim == NULL ? NULL : claim_condition(claim, CLAIM_RESIZE_PENDING);

    if (pending == NULL || !is_size(asked(json_at(claim, "spec")), wanted) ||
        is_size(json_text_at(claim, "status", "capacity", "storage"), wanted) ||
        !has_mounted_before(objects_find(&hook->pods, tablet->name), pending))
        return NULL;
    return wanted;
}

bool v2_grows_by_restart(const struct shard_hook *hook)
{
    for (size_t i = 0; i < hook->tablets.count; i++) {
        if (v2_resize_of(hook, &hook->tablets.at[i]) != NULL)
            return true;
    }
    return false;
}
