#include "children.h"

struct owner owner_of(const json_t *parent)
{
    return (struct owner){object_kind(parent), object_namespace(parent), object_name(parent)};
}

const char *resource_of(struct arena *arena, const char *kind)
{
    struct text text = {.arena = arena};

    for (const char *c = kind; *c != '\0'; c++) {
        char lower = *c;

        if (lower >= 'A' && lower <= 'Z')
            lower = (char)(lower + ('a' - 'A'));
        text_add_bytes(&text, &lower, 1);
    }
    return text_string(&text);
}

const char *being_created(struct arena *a, struct owner owner, const char *kind, const char *name)
{
    return fmt(a,
        "%s %s is being created; if that lasts, see who refuses it (event SyncError), or whose it "
        "is if there is one already: kubectl describe --namespace %s %s/%s %s/%s",
        kind,
        name,
        owner.namespace,
        resource_of(a, owner.kind),
        owner.name,
        resource_of(a, kind),
        name);
}

struct objects known_children(struct arena *arena, struct unknown_children *unknown,
    const struct objects *all, bool (*is_ours)(void *context, const json_t *child), void *context)
{
    struct objects ours = {arena_array(arena, all->count + 1, sizeof(*ours.at)), 0};

    if (unknown->list == NULL)
        unknown->list = json_new_list();
    for (size_t i = 0; i < all->count; i++) {
        if (is_ours(context, all->at[i]))
            ours.at[ours.count++] = all->at[i];
        else
            json_add(unknown->list, all->at[i]);
    }
    return ours;
}
