#include "metadata.h"

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

const json_t *object_keeping_others(struct arena *a, const json_t *observed, const json_t *sent)
{
    static const char *const own[] = {"metadata", NULL};
    static const char *const of_template[] = {"spec", "template", "metadata", NULL};
    const json_t *last = object_applied_annotation(a, observed);

    if (last == sent)
        return sent;
    sent = kept_at(observed, last, sent, own);
    return object_has_template(sent) ? kept_at(observed, last, sent, of_template) : sent;
}
