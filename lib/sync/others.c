#include "answer.h"

#include "template.h"

/* What others have put on our children: people, GitOps tools, other controllers. Metacontroller
 * takes a mapping away that it has applied and is not sent any more, with all that they have put
 * into it (pkg/dynamic/apply: mergeObject); an empty one takes away only what was applied. So the
 * last label or annotation of ours leaves an empty mapping behind, which object_last_applied() does
 * not show. */

static const json_t *kept_texts(const json_t *now, const json_t *last, const json_t *sent)
{
    static const char *const texts[] = {"annotations", "labels", NULL};
    json_t *kept = NULL;

    for (const char *const *key = texts; *key != NULL; key++) {
        if (json_at(sent, *key) != NULL || !json_is_object(json_at(last, *key)) ||
            !json_is_object(json_at(now, *key)))
            continue;
        if (kept == NULL)
            kept = json_overlay(sent, NULL);
        json_put(kept, *key, json_new_map());
    }
    return kept == NULL ? sent : kept;
}

/* `sent` with what `path` leads to, its metadata, made to keep what others have put there. */
static const json_t *kept_at(const json_t *now, const json_t *last, const json_t *sent,
    const char *const *path)
{
    const json_t *below = json_at(sent, *path);
    const json_t *kept;
    json_t *copy;

    if (!json_is_object(below))
        return sent;
    now = json_at(now, *path);
    last = json_at(last, *path);
    kept = path[1] == NULL ? kept_texts(now, last, below) : kept_at(now, last, below, path + 1);
    if (kept == below)
        return sent;
    copy = json_overlay(sent, NULL);
    json_put(copy, *path, kept);
    return copy;
}

/* Nearly all of ours have both. */
static bool may_lose_texts(const json_t *sent)
{
    return object_annotations(sent) == NULL || object_labels(sent) == NULL ||
           object_has_template(sent);
}

static const json_t *kept_child(struct arena *a, const json_t *observed, const json_t *sent)
{
    static const char *const own[] = {"metadata", NULL};
    static const char *const of_template[] = {"spec", "template", "metadata", NULL};
    const json_t *last = object_applied_annotation(a, observed);

    if (last == sent)
        return sent;
    sent = kept_at(observed, last, sent, own);
    return object_has_template(sent) ? kept_at(observed, last, sent, of_template) : sent;
}

/* --- all of an answer --- */

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
    struct there *there;
    json_t *children = json_new_list();
    const json_t *sent;
    size_t kinds = 0;

    while (hook->children[kinds].kind != NULL)
        kinds++;
    there = arena_array(a, kinds + 1, sizeof(*there));
    json_each_item (answer->children, i, sent) {
        const json_t *observed =
            may_lose_texts(sent) ? observed_child(hook, request, there, sent) : NULL;

        json_add(children, observed == NULL ? sent : kept_child(a, observed, sent));
    }
    answer->children = children;
}
