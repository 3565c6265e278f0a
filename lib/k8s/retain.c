#include "staging.h"

#include "metadata.h"
#include "template.h"

const json_t *owns_itself(struct arena *arena, const char *name, const char *uid,
    const json_t *known)
{
    const json_t *before = json_array_size(known) == 1 ? json_array_get(known, 0) : NULL;
    const json_t *now = object_like(arena,
        before,
        F("apiVersion", "v1"),
        F("kind", "PersistentVolumeClaim"),
        F("name", name),
        F("uid", uid),
        F("controller", BOOL(false)),
        F("blockOwnerDeletion", BOOL(false)));
    json_t *list;

    if (now == before)
        return known;
    list = json_new_list();
    json_add(list, now);
    return list;
}

bool owned_by_itself(const json_t *claim)
{
    const char *uid = object_uid(claim);
    const json_t *owner;

    json_each_item (json_at(claim, "metadata", "ownerReferences"), i, owner) {
        if (uid != NULL && text_equal(json_text_at(owner, "uid"), uid))
            return true;
    }
    return false;
}
