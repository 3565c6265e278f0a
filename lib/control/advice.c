#include "advice.h"

#include "conditions.h"

struct advice advice_begin(struct arena *arena)
{
    return (struct advice){.arena = arena, .messages = {.arena = arena}};
}

void advice_add(struct advice *advice, const char *reason, const char *message)
{
    bool other = advice->reason != NULL && !text_equal(advice->reason, reason);

    advice->reason = other ? "MultipleReasons" : reason;
    texts_add(&advice->messages, message);
}

void advice_of(struct advice *advice, const struct objects *children)
{
    for (size_t i = 0; i < children->count; i++) {
        const json_t *child = children->at[i];
        const char *reason = condition_reason(child, "Advice");
        const char *message = condition_message(child, "Advice");

        if (condition_true(child, "Advice") && reason != NULL && message != NULL)
            advice_add(advice,
                reason,
                fmt(advice->arena, "%s %s: %s", object_kind(child), object_name(child), message));
    }
}

void advise_edit(struct advice *advice, const struct request *request, const char *root)
{
    const char *field = added_by_hand(request);

    if (field != NULL)
        advice_add(advice,
            "EditIgnored",
            fmt(advice->arena,
                "%s was added by hand and is ignored: this object is written by the operator; edit "
                "the %s instead",
                field,
                root));
}
