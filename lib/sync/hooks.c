#include "hook.h"

#include <string.h>

#include "metadata.h"

/* The list of APIs. A new one is a new line here and a folder under hooks/, which exports this one
 * symbol. */
extern const struct api v1alpha1_api, v2_api;
const struct api *const apis[] = {&v1alpha1_api, &v2_api, NULL};

const struct hook *hook_next(const struct api *const *list, const struct hook *hook)
{
    if (hook == NULL)
        return list[0]->hooks;
    if (hook[1].kind != NULL)
        return hook + 1;
    for (const struct api *const *api = list; *api != NULL; api++) {
        if (*api == hook->api)
            return api[1] == NULL ? NULL : api[1]->hooks;
    }
    return NULL;
}

const char *version_of_api(const struct api *api)
{
    return strchr(api->name, '/') + 1;
}

/* What is left of `text` behind `prefix`, or NULL. */
static const char *behind(const char *text, const char *prefix)
{
    return text != NULL && text_starts_with(text, prefix) ? text + strlen(prefix) : NULL;
}

const struct hook *hook_by_path(const char *path, bool *customize)
{
    *customize = false;
    each_hook (hook) {
        const char *rest = behind(
            behind(behind(behind(behind(path, "/"), version_of_api(hook->api)), "/"), hook->name),
            "/");

        if (text_equal(path, hook->old_path) || text_equal(rest, "sync"))
            return hook;
        if (text_equal(rest, "customize") && hook->customize != NULL) {
            *customize = true;
            return hook;
        }
    }
    return NULL;
}

const struct hook *hook_by_kind(const char *api, const char *kind)
{
    each_hook (hook) {
        if (text_equal(hook->api->name, api) && text_equal(hook->kind, kind))
            return hook;
    }
    return NULL;
}

const struct hook *hook_of(const json_t *object)
{
    return hook_by_kind(object_api_version(object), object_kind(object));
}

size_t hook_child_kinds(const struct hook *hook)
{
    size_t count = 0;

    while (hook->children[count].kind != NULL)
        count++;
    return count;
}

const struct child_kind *hook_child_kind(const struct hook *hook, const json_t *object)
{
    const char *api_version = object_api_version(object);

    for (const struct child_kind *child = hook->children; child->kind != NULL; child++) {
        if (text_equal(child->kind, object_kind(object)) &&
            text_equal(child->api_version, api_version))
            return child;
    }
    return NULL;
}

const struct hook *hook_by_name(const char *name)
{
    each_hook (hook) {
        const char *rest = behind(behind(name, version_of_api(hook->api)), "/");

        if (text_equal(hook->name, rest == NULL ? name : rest))
            return hook;
    }
    return NULL;
}

const char *hook_url(struct arena *arena, const char *base, const struct hook *hook, bool customize)
{
    size_t length = strlen(base);

    while (length > 0 && base[length - 1] == '/')
        length--;
    return fmt(arena,
        "%.*s/%s/%s/%s",
        (int)length,
        base,
        version_of_api(hook->api),
        hook->name,
        customize ? "customize" : "sync");
}

const char *hook_shortest_name(struct arena *arena, const struct hook *hook)
{
    return hook_by_name(hook->name) == hook
               ? hook->name
               : fmt(arena, "%s/%s", version_of_api(hook->api), hook->name);
}

const char *hook_full_name(struct arena *arena, const struct hook *hook)
{
    return fmt(arena, "%s.%s", hook->plural, api_group(arena, hook->api->name));
}

const char *api_kinds(struct arena *arena, const struct api *api)
{
    struct texts names = {.arena = arena};

    for (const struct hook *hook = api->hooks; hook->kind != NULL; hook++)
        texts_add(&names, api == apis[0] ? hook->short_name : hook_full_name(arena, hook));
    return texts_join(&names, ",");
}

const char *name_for_api(struct arena *arena, const char *name, const struct api *api)
{
    return api == apis[0] ? name : fmt(arena, "%s-%s", name, version_of_api(api));
}

const char *hook_controller_name(struct arena *arena, const struct hook *hook)
{
    return name_for_api(arena, fmt(arena, "%s-controller", hook->singular), hook->api);
}

const struct api_keys *object_keys(const json_t *object)
{
    const struct api_keys *first = apis[0]->keys;

    for (const struct api *const *api = apis; *api != NULL; api++) {
        if (object_label(object, (*api)->keys->cluster) != NULL)
            return (*api)->keys;
    }
    return first;
}
