#include "metadata.h"

/* What others have put on our children: people, GitOps tools, other controllers. Metacontroller
 * takes a mapping away that it has applied and is not sent any more, with all that they have put
 * into it (pkg/dynamic/apply: mergeObject); an empty one takes away only what was applied. So the
 * last label or annotation of ours leaves an empty mapping behind, which object_last_applied() does
 * not show. */

static const char *const texts[] = {"annotations", "labels", NULL};

/* Where an object has them. */
static const char *const own[] = {"metadata", NULL};
static const char *const of_template[] = {"spec", "template", "metadata", NULL};

/* A copy of `object` with `part` where `path` leads to. */
static const json_t *with_part(const json_t *object, const char *const *path, const json_t *part)
{
    json_t *copy;

    if (*path == NULL)
        return part;
    copy = json_overlay(object, NULL);
    json_put(copy, *path, with_part(json_at(object, *path), path + 1, part));
    return copy;
}

/* --- what is sent --- */

static const json_t *kept_texts(const json_t *now, const json_t *last, const json_t *sent)
{
    json_t *kept = NULL;

    for (const char *const *key = texts; *key != NULL && json_is_object(sent); key++) {
        if (json_at(sent, *key) != NULL || !json_is_object(json_at(last, *key)) ||
            !json_is_object(json_at(now, *key)))
            continue;
        if (kept == NULL)
            kept = json_overlay(sent, NULL);
        json_put(kept, *key, json_new_map());
    }
    return kept == NULL ? sent : kept;
}

static const json_t *kept_at(const json_t *now, const json_t *last, const json_t *sent,
    const char *const *path)
{
    const json_t *metadata = json_at_path(sent, path);
    const json_t *kept = kept_texts(json_at_path(now, path), json_at_path(last, path), metadata);

    return kept == metadata ? sent : with_part(sent, path, kept);
}

const json_t *object_keeping_others(struct arena *a, const json_t *observed, const json_t *sent)
{
    const json_t *last = object_applied_annotation(a, observed);

    if (last == sent)
        return sent;
    sent = kept_at(observed, last, sent, own);
    return object_has_template(sent) ? kept_at(observed, last, sent, of_template) : sent;
}

/* --- what was applied --- */

static bool is_empty(const json_t *map)
{
    return json_is_object(map) && json_object_size(map) == 0;
}

static const json_t *without_empty_at(const json_t *applied, const char *const *path)
{
    const json_t *metadata = json_at_path(applied, path);
    const json_t *without = metadata;

    for (const char *const *key = texts; *key != NULL; key++) {
        if (is_empty(json_at(without, *key)))
            without = json_without(without, *key);
    }
    return without == metadata ? applied : with_part(applied, path, without);
}

const json_t *object_without_empty_texts(const json_t *applied)
{
    if (is_empty(object_labels(applied)) || is_empty(object_annotations(applied)))
        applied = without_empty_at(applied, own);
    return object_has_template(applied) ? without_empty_at(applied, of_template) : applied;
}
