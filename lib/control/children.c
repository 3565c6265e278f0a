#include "children.h"

#include "conditions.h"

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

const char *why_child_is_not_ready(struct arena *a, struct owner owner, const char *kind,
    const char *name, const json_t *child)
{
    const char *message = condition_message(child, "Ready");

    if (child == NULL)
        return being_created(a, owner, kind, name);
    if (condition_true(child, "Ready"))
        return NULL;
    return message == NULL ? fmt(a, "%s %s is not Ready", kind, name)
                           : fmt(a, "%s %s: %s", kind, name, message);
}

json_int_t status_sum(const struct objects *children, const char *field)
{
    json_int_t sum = 0;

    for (size_t i = 0; i < children->count; i++)
        sum = json_int_sum(sum, json_int_at(children->at[i], 0, "status", field));
    return sum;
}
