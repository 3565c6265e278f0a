#include "staging.h"

#include "metadata.h"
#include "template.h"

/* What somebody has changed of a Pod since it was made. */

static const json_t *container_named(const json_t *pod, const char *name)
{
    const json_t *found = json_named(json_at(pod, "spec", "containers"), name);

    return found != NULL ? found : json_named(json_at(pod, "spec", "initContainers"), name);
}

static bool images_kept(const json_t *made, const json_t *observed, const char *field)
{
    const json_t *container;

    json_each_item (json_at(observed, "spec", field), i, container) {
        const json_t *own = container_named(made, json_text_at(container, "name"));

        if (own != NULL &&
            !text_equal(json_text_at(container, "image"), json_text_at(own, "image")))
            return false;
    }
    return true;
}

/* An admission webhook may have written another image into the Pod that was to be created (of a
 * mirror, or by digest) and will do so again. A Pod's generation begins at 1 and grows with each
 * later change of its spec (Kubernetes 1.33; before that it has none). */
bool pod_images_edited(const json_t *made, const json_t *observed)
{
    return object_generation(observed) > 1 && !(images_kept(made, observed, "containers") &&
                                                  images_kept(made, observed, "initContainers"));
}

struct changed {
    const json_t *applied, *wanted, *observed; /* labels or annotations */
    const char *ours;                          /* a key that is written anew at each sync; */
    const char *reserved;                      /* what such keys begin with; NULL: none do */
};

static bool is_changed(const struct changed *texts, const char *key)
{
    const json_t *own = json_at(texts->wanted, key);
    const json_t *now = json_at(texts->observed, key);

    return own != NULL && now != NULL && !json_same(own, now) && !text_equal(key, texts->ours) &&
           !(texts->reserved != NULL && text_starts_with(key, texts->reserved));
}

/* Nearly always none is, which is found out of what is wanted without making what was applied. */
static bool any_changed(const struct changed *texts)
{
    const json_t *value;
    const char *key;

    if (merge_surely_stands(texts->observed, texts->wanted))
        return false;
    json_each_field (texts->wanted, key, value) {
        if (is_changed(texts, key) && json_at(texts->applied, key) != NULL)
            return true;
    }
    return false;
}

const char *changed_text(struct arena *arena, const json_t *applied, const json_t *wanted,
    const json_t *observed, const struct api_keys *keys)
{
    static const char *const fields[] = {"labels", "annotations"};
    const char *const reserved[] = {NULL, keys->reserved};

    for (size_t i = 0; i < sizeof(fields) / sizeof(*fields); i++) {
        const struct changed texts = {json_at(applied, "metadata", fields[i]),
            json_at(wanted, "metadata", fields[i]),
            json_at(observed, "metadata", fields[i]),
            keys->tablet_type,
            reserved[i]};
        const json_t *value;
        const char *key;

        if (!any_changed(&texts))
            continue;
        json_each_field (texts.applied, key, value) {
            if (is_changed(&texts, key))
                return fmt(arena, "metadata.%s[%s]", fields[i], key);
        }
    }
    return NULL;
}
