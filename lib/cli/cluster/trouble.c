#include "trouble.h"

#include "cli/base/room.h"
#include "conditions.h"
#include "metadata.h"

struct finder {
    struct arena *arena;
    struct troubles troubles;
};

static void add(struct finder *finder, const json_t *object, const char *text)
{
    struct troubles *troubles = &finder->troubles;

    troubles->at = with_room(finder->arena,
        troubles->at,
        troubles->count,
        &troubles->capacity,
        sizeof(*troubles->at));
    troubles->at[troubles->count++] =
        (struct trouble){object_identity(finder->arena, object), text};
}

/* An InvalidSpec has a line for each problem. Control characters stay out of the terminal. */
static const char *in_one_line(struct arena *arena, const char *message)
{
    struct text text = {.arena = arena};

    for (; *message != '\0'; message++)
        if (*message == '\n')
            text_add(&text, "; ");
        else
            text_add_bytes(&text,
                (unsigned char)*message < ' ' || *message == 0x7f ? " " : message,
                1);
    return text_string(&text);
}

static void add_condition(struct finder *finder, const json_t *object, const char *type)
{
    const char *status = condition_status(object, type);
    const char *reason = condition_reason(object, type);
    const char *message = condition_message(object, type);

    if (status == NULL || text_equal(status, "True"))
        return;
    add(finder,
        object,
        in_one_line(finder->arena,
            fmt(finder->arena,
                "%s is %s%s%s%s%s",
                type,
                status,
                reason == NULL ? "" : ", ",
                reason == NULL ? "" : reason,
                message == NULL ? "" : ": ",
                message == NULL ? "" : message)));
}

/* A task comes and goes by itself; when it fails, the conditions say so. */
static void visit(void *context, const struct node *node)
{
    struct finder *finder = context;
    const bool well = node->state.mark == MARK_GOOD || node->state.mark == MARK_NONE;

    if (node->own) {
        add_condition(finder, node->object, "Ready");
        add_condition(finder, node->object, "Updated");
        if (live_is_behind(node->object))
            add(finder, node->object, "the last edit has not been seen yet");
        if (object_terminating(node->object))
            add(finder, node->object, "Terminating");
    } else if (!well && !object_is_task(node->object)) {
        add(finder, node->object, node->state.text);
    }
}

struct troubles troubles_of(struct arena *arena, const struct manifests *manifests,
    const json_t *cluster)
{
    const struct forest forest = live_forest(arena, manifests);
    struct finder finder = {.arena = arena};

    for (size_t i = 0; i < forest.count; i++)
        if (object_uid(cluster) != NULL &&
            text_equal(object_uid(forest.roots[i]->object), object_uid(cluster)))
            forest_walk(&(struct forest){.roots = &forest.roots[i], .count = 1}, visit, &finder);
    return finder.troubles;
}
