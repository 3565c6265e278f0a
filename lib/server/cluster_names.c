#include "cluster_names.h"

#include <string.h>

#include "text.h"

void cluster_names_begin(struct cluster_names *names)
{
    pthread_mutex_init(&names->lock, NULL);
}

/* Letters, digits, "-" and ".": nothing that a label value would have to escape. */
static bool is_name(const char *text, size_t most)
{
    const size_t length = text == NULL ? 0 : strnlen(text, most + 1);

    return length > 0 && length <= most &&
           strspn(text, "abcdefghijklmnopqrstuvwxyz0123456789-.") == length;
}

/* Its place, or a free one, or that of the one that has not been seen for longest; NULL where each
 * has been seen lately. */
static struct cluster_name *place_for(struct cluster_names *names, const char *namespace,
    const char *name, uint64_t seconds)
{
    struct cluster_name *free = &names->at[0];

    for (struct cluster_name *at = names->at; at < names->at + STATE_CLUSTERS; at++) {
        if (at->seconds != 0 && text_equal(at->name, name) && text_equal(at->namespace, namespace))
            return at;
        if (at->seconds < free->seconds)
            free = at;
    }
    return free->seconds == 0 || free->seconds + STATE_SECONDS < seconds ? free : NULL;
}

uint32_t cluster_names_note(struct cluster_names *names, const char *namespace, const char *name,
    uint64_t seconds)
{
    struct cluster_name *place;

    if (!is_name(namespace, NAMESPACE_LENGTH) || !is_name(name, NAME_LENGTH))
        return 0;
    pthread_mutex_lock(&names->lock);
    place = place_for(names, namespace, name, seconds);
    if (place == NULL) {
        names->refused = seconds;
    } else {
        memcpy(place->namespace, namespace, strlen(namespace) + 1);
        memcpy(place->name, name, strlen(name) + 1);
        place->seconds = seconds == 0 ? 1 : seconds;
    }
    pthread_mutex_unlock(&names->lock);
    return place == NULL ? 0 : (uint32_t)(place - names->at) + 1;
}

bool cluster_names_read(struct cluster_names *names, struct arena *arena,
    struct cluster_counts *counts)
{
    uint64_t newest = 0;
    bool full;

    pthread_mutex_lock(&names->lock);
    for (size_t i = 0; i < STATE_CLUSTERS; i++) {
        const struct cluster_name *at = &names->at[i];

        newest = at->seconds > newest ? at->seconds : newest;
        if (at->seconds == 0 || counts[i].objects == 0)
            continue;
        counts[i].namespace = text_copy(arena, at->namespace, strlen(at->namespace));
        counts[i].name = text_copy(arena, at->name, strlen(at->name));
    }
    full = names->refused != 0 && names->refused + STATE_SECONDS >= newest;
    pthread_mutex_unlock(&names->lock);
    return full;
}
