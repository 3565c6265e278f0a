#include "conditions.h"

#include "template.h"

/* A list, or as an API may have it a mapping by type. */
static const json_t *find(const json_t *conditions, const char *type)
{
    const json_t *condition;

    if (json_is_object(conditions))
        return json_at(conditions, type);
    json_each_item (conditions, i, condition)
        if (text_equal(json_text_at(condition, "type"), type))
            return condition;
    return NULL;
}

static const json_t *condition_of(const json_t *object, const char *type)
{
    return find(json_at(object, "status", "conditions"), type);
}

const char *condition_status(const json_t *object, const char *type)
{
    return json_text_at(condition_of(object, type), "status");
}

const char *condition_reason(const json_t *object, const char *type)
{
    return json_text_at(condition_of(object, type), "reason");
}

const char *condition_message(const json_t *object, const char *type)
{
    return json_text_at(condition_of(object, type), "message");
}

bool condition_true(const json_t *object, const char *type)
{
    return text_equal(condition_status(object, type), "True");
}

static const char *time_of_change(struct condition_list *conditions)
{
    if (conditions->now == NULL)
        conditions->now = conditions->time(conditions->of);
    if (conditions->now == NULL)
        conditions->now = "1970-01-01T00:00:00Z";
    return conditions->now;
}

void condition_add(struct condition_list *conditions, const char *type, bool status,
    const char *reason, const char *message)
{
    const json_t *before = find(conditions->old, type);
    const char *text = status ? "True" : "False";
    const char *since = NULL;

    if (text_equal(json_text_at(before, "status"), text))
        since = json_text_at(before, "lastTransitionTime");
    if (conditions->list == NULL)
        conditions->list = json_new_list();
    json_add(conditions->list,
        object(conditions->arena,
            F("type", type),
            F("status", text),
            F("lastTransitionTime", since == NULL ? time_of_change(conditions) : since),
            F("reason", reason),
            OPT("message", message == NULL || message[0] == '\0' ? NULL : message)));
}
