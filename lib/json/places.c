#include "spec_reader.h"

#include <string.h>

/* Where a key that a mapping does not take is a field: whoever writes it knows what it is called,
 * and not where it goes. */

enum { MOST = 3 };

struct places {
    struct arena *arena;
    const char *key;
    const struct spec_field *here; /* the mapping that has the key */
    bool met;                      /* it is on the way */
    size_t count;
    const char *at[MOST];
};

static bool has_key(const struct spec_field *fields, const char *key)
{
    for (; fields->key != NULL; fields++)
        if (!fields->internal && strcmp(fields->key, key) == 0)
            return true;
    return false;
}

/* A key may have several rows, so a place may come twice. */
static void add(struct places *places, const char *place)
{
    for (size_t i = 0; i < places->count && i < MOST; i++)
        if (strcmp(places->at[i], place) == 0)
            return;
    if (places->count < MOST)
        places->at[places->count] = place;
    places->count++;
}

/* Not into types of Kubernetes (.type_name), where the same word means something else. */
static void look(struct places *places, const struct spec_field *fields, const char *path)
{
    places->met |= fields == places->here;
    if (fields != places->here && has_key(fields, places->key))
        add(places, path);
    for (; fields->key != NULL; fields++)
        if (fields->fields != NULL && !fields->internal && fields->type_name == NULL)
            look(places,
                fields->fields,
                fmt(places->arena,
                    "%s%s%s%s",
                    path,
                    path[0] == '\0' ? "" : ".",
                    fields->key,
                    fields->reader == &spec_read_items || fields->shape == SPEC_OBJECT_LIST ? "[]"
                                                                                            : ""));
}

/* "a", "a or b", "a, b or c" */
static const char *listed(const struct places *places, const char *last)
{
    struct text list = {.arena = places->arena};

    for (size_t i = 0; i < places->count; i++)
        text_addf(&list, "%s%s", i == 0 ? "" : i + 1 == places->count ? last : ", ", places->at[i]);
    return text_string(&list);
}

const char *spec_place_of_key(struct arena *arena, const struct spec_field *root, const char *path,
    const struct spec_field *here, const char *key)
{
    struct places below = {.arena = arena, .key = key, .here = here};
    struct places all = below;

    look(&below, here, "");
    if (below.count >= 1 && below.count <= MOST)
        return fmt(arena, "belongs in %s here", listed(&below, " or "));
    look(&all, root, path);
    if (all.met && all.count >= 1 && all.count <= MOST)
        return fmt(arena, "is not a known field here, only in %s", listed(&all, " and "));
    return NULL;
}
