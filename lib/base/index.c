#include "text.h"

#include <string.h>

/* Numbers by text: open addressing, at most half full. */

static uint64_t hash_of(const char *text)
{
    uint64_t hash = 14695981039346656037u; /* FNV-1a */

    for (; *text != '\0'; text++)
        hash = (hash ^ (unsigned char)*text) * 1099511628211u;
    return hash;
}

/* Where the text is, or belongs. */
static struct text_entry *find(const struct text_index *index, const char *text, uint64_t hash)
{
    const size_t mask = index->capacity - 1;

    for (size_t at = (size_t)hash & mask;; at = (at + 1) & mask) {
        struct text_entry *entry = &index->at[at];

        if (entry->text == NULL || (entry->hash == hash && strcmp(entry->text, text) == 0))
            return entry;
    }
}

static void grow(struct text_index *index)
{
    const struct text_index old = *index;

    index->capacity = old.capacity == 0 ? 16 : old.capacity * 2;
    index->at = arena_array(index->arena, index->capacity, sizeof(*index->at));
    for (size_t i = 0; i < old.capacity; i++) {
        if (old.at[i].text != NULL)
            *find(index, old.at[i].text, old.at[i].hash) = old.at[i];
    }
}

size_t *text_number(struct text_index *index, const char *text)
{
    const uint64_t hash = hash_of(text);
    struct text_entry *entry;

    if (index->count * 2 >= index->capacity)
        grow(index);
    entry = find(index, text, hash);
    if (entry->text == NULL) {
        *entry = (struct text_entry){text, hash, 0};
        index->count++;
    }
    return &entry->number;
}
