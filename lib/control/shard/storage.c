#include "shard.h"

/* Where the data of each tablet is: in its claim, in its Pod, or in a MySQL that is not ours. */

static bool mounts(const json_t *pod, const char *claim)
{
    const json_t *volume;

    json_each_item (json_at(pod, "spec", "volumes"), i, volume) {
        if (text_equal(json_text_at(volume, "persistentVolumeClaim", "claimName"), claim))
            return true;
    }
    return false;
}

static bool has_container(const json_t *pod, const char *name)
{
    return json_named(json_at(pod, "spec", "containers"), name) != NULL ||
           json_named(json_at(pod, "spec", "initContainers"), name) != NULL;
}

/* Volumes of a Pod cannot be edited. */
static enum shard_storage storage_of_pod(const struct shard *shard, const struct tablet *tablet)
{
    if (mounts(tablet->pod, tablet->id.name))
        return STORAGE_CLAIM;
    return has_container(tablet->pod, shard->in->component->containers[1]) ? STORAGE_POD
                                                                           : STORAGE_ELSEWHERE;
}

/* A spec may have begun to ask for a claim, or ceased to, while the Pod runs on what it has. */
static bool is_in_doubt(const struct tablet *tablet)
{
    if (tablet->claim == NULL || claim_is_younger(tablet->claim, tablet->pod))
        return true;
    return tablet->wanted != NULL && tablet->wanted->storage != STORAGE_CLAIM;
}

static enum shard_storage storage_of(const struct shard *shard, const struct tablet *tablet)
{
    if (tablet->pod != NULL && is_in_doubt(tablet))
        return storage_of_pod(shard, tablet);
    return tablet->wanted == NULL || tablet->pod != NULL ? STORAGE_CLAIM : tablet->wanted->storage;
}

void find_storage(struct shard *shard)
{
    for (size_t i = 0; i < shard->count; i++) {
        struct tablet *tablet = &shard->tablets[i];

        tablet->storage = storage_of(shard, tablet);
        tablet->disk = tablet->storage == STORAGE_CLAIM ? object_uid(tablet->claim)
                       : tablet->storage == STORAGE_POD ? object_uid(tablet->pod)
                                                        : NULL;
    }
}

bool lacks_claim(const struct tablet *tablet)
{
    return tablet->storage == STORAGE_CLAIM && tablet->claim == NULL;
}
