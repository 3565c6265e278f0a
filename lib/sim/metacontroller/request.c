#include <stdlib.h>
#include <string.h>

#include "sim/core/world.h"
#include "sync.h"

/* The body of a hook call, put together from the objects' texts, as Go's encoding/json writes it:
 * keys sorted, hook version v2 ("namespace/name"). */

static void add_version(struct sync *sync, struct text *body, struct version *version)
{
    size_t length;
    const char *text = version_text(sync->sim, version, &length);

    text_add_bytes(body, text, length);
}

static void add_group(struct sync *sync, struct text *body, const struct shelf *shelf,
    const struct kind *kind)
{
    struct shelf some = shelf_of_kind(shelf, kind);

    text_addf(body, "\"%s.%s\":{", kind->name, kind->api_version);
    for (size_t i = 0; i < some.count; i++) {
        text_addf(body, "%s\"%s\":", i == 0 ? "" : ",", some.at[i]->key);
        add_version(sync, body, some.at[i]);
    }
    text_add(body, "}");
}

static int by_group(const void *a, const void *b)
{
    const struct kind *const *left = a;
    const struct kind *const *right = b;
    int order = strcmp((*left)->name, (*right)->name);

    return order != 0 ? order : strcmp((*left)->api_version, (*right)->api_version);
}

/* A group for each kind, also an empty one. */
static void add_groups(struct sync *sync, struct text *body, const struct shelf *shelf,
    const struct kind **kinds, size_t count)
{
    qsort(kinds, count, sizeof(*kinds), by_group);
    text_add(body, "{");
    for (size_t i = 0; i < count; i++) {
        if (i > 0)
            text_add(body, ",");
        add_group(sync, body, shelf, kinds[i]);
    }
    text_add(body, "}");
}

static void add_children(struct sync *sync, struct text *body)
{
    const struct kind **kinds;
    size_t count = 0;

    while (sync->controller->children[count] != NULL)
        count++;
    kinds = arena_array(sync->arena, count + 1, sizeof(*kinds));
    memcpy(kinds, sync->controller->children, count * sizeof(*kinds));
    add_groups(sync, body, &sync->observed, kinds, count);
}

static void add_related(struct sync *sync, struct text *body)
{
    const json_t *rules = sync->controller->hook->customize == NULL ? NULL : sync->memory->rules;
    const struct kind **kinds =
        arena_array(sync->arena, json_array_size(rules) + 1, sizeof(*kinds));
    size_t count = 0;
    const json_t *rule;

    json_each_item (rules, i, rule) {
        const struct kind *kind = kind_by_plural(sync->sim->kinds,
            json_text_at(rule, "apiVersion"),
            json_text_at(rule, "resource"));
        bool known = false;

        for (size_t j = 0; j < count; j++)
            known = known || kinds[j] == kind;
        if (!known)
            kinds[count++] = kind;
    }
    add_groups(sync, body, &sync->related, kinds, count);
}

const char *sync_body(struct sync *sync, bool customize, size_t *length)
{
    struct text body = {.arena = sync->arena};

    text_add(&body, "{");
    if (!customize) {
        text_add(&body, "\"children\":");
        add_children(sync, &body);
        text_add(&body, ",");
    }
    text_add(&body, "\"controller\":");
    text_add(&body, sync->controller->text);
    if (!customize)
        text_add(&body, ",\"finalizing\":false");
    text_add(&body, ",\"parent\":");
    add_version(sync, &body, sync->parent);
    if (!customize) {
        text_add(&body, ",\"related\":");
        add_related(sync, &body);
    }
    text_add(&body, "}");
    *length = body.length;
    return text_string(&body);
}
