#include "staging.h"

#include "template.h"

const json_t *owns_itself(struct arena *arena, const char *name, const char *uid)
{
    json_t *list = json_new_list();

    json_add(list,
        object(arena,
            F("apiVersion", "v1"),
            F("kind", "PersistentVolumeClaim"),
            F("name", name),
            F("uid", uid),
            F("controller", BOOL(false)),
            F("blockOwnerDeletion", BOOL(false))));
    return list;
}
