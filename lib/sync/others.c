#include "answer.h"

#include "metadata.h"

/* Of all children of an answer, what others have put there is kept (lib/k8s/others.c). */

/* Nearly all of ours have both. */
static bool may_lose_texts(const json_t *sent)
{
    return object_annotations(sent) == NULL || object_labels(sent) == NULL ||
           object_has_template(sent);
}

/* What is observed of a kind, once somebody asks. */
struct there {
    bool asked;
    struct objects objects;
};

static const json_t *observed_child(const struct hook *hook, const struct request *request,
    struct there *there, const json_t *sent)
{
    const struct child_kind *kind = hook_child_kind(hook, sent);
    struct there *group;

    if (kind == NULL)
        return NULL;
    group = &there[kind - hook->children];
    if (!group->asked)
        *group = (struct there){true, observed(request, object_group(request->arena, sent))};
    return objects_find(&group->objects, object_name(sent));
}

void answer_keep_others(const struct hook *hook, const struct request *request,
    struct answer *answer)
{
    struct arena *a = request->arena;
    struct there *there = arena_array(a, hook_child_kinds(hook) + 1, sizeof(*there));
    json_t *children = json_new_list();
    const json_t *sent;

    json_each_item (answer->children, i, sent) {
        const json_t *observed =
            may_lose_texts(sent) ? observed_child(hook, request, there, sent) : NULL;

        json_add(children, observed == NULL ? sent : object_keeping_others(a, observed, sent));
    }
    answer->children = children;
}
