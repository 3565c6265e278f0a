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

const char *changed_text(struct arena *arena, const json_t *applied, const json_t *wanted,
    const json_t *observed)
{
    static const char *const fields[] = {"labels", "annotations"};

    for (size_t i = 0; i < sizeof(fields) / sizeof(*fields); i++) {
        const json_t *ours = json_at(applied, "metadata", fields[i]);
        const json_t *value;
        const char *key;

        json_each_field (ours, key, value) {
            const json_t *own = json_at(wanted, "metadata", fields[i], key);
            const json_t *now = json_at(observed, "metadata", fields[i], key);

            if (own != NULL && now != NULL && !json_same(own, now))
                return fmt(arena, "metadata.%s[%s]", fields[i], key);
        }
    }
    return NULL;
}
