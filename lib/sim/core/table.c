#include "table.h"

#include <string.h>

enum { FIRST_ROWS = 16 };

/* FNV-1a. */
static uint32_t hash_of(const char *key)
{
    uint32_t hash = 2166136261u;

    for (; *key != '\0'; key++)
        hash = (hash ^ (unsigned char)*key) * 16777619u;
    return hash;
}

/* The slot that leads to `key`, or the free one where its search ends. */
static size_t slot_of(const struct table *table, const char *key)
{
    size_t mask = table->slot_count - 1;
    size_t slot = hash_of(key) & mask;

    for (; table->slots[slot] != 0; slot = (slot + 1) & mask) {
        const char *other = table->rows[table->slots[slot] - 1].key;

        if (other != NULL && (other == key || strcmp(other, key) == 0))
            break;
    }
    return slot;
}

void *table_get(const struct table *table, const char *key)
{
    size_t slot;

    if (table->count == 0 || key == NULL)
        return NULL;
    slot = slot_of(table, key);
    return table->slots[slot] == 0 ? NULL : table->rows[table->slots[slot] - 1].value;
}

/* Closes the holes, in bigger arrays unless many rows were holes. */
static void make_room(struct table *table)
{
    struct table_row *old = table->rows;
    size_t used = table->used;

    if (table->capacity == 0 || table->count >= table->capacity / 2) {
        table->capacity = table->capacity == 0 ? FIRST_ROWS : table->capacity * 2;
        table->slot_count = table->capacity * 2;
        table->rows = arena_array(table->arena, table->capacity, sizeof(*table->rows));
        table->slots = arena_array(table->arena, table->slot_count, sizeof(*table->slots));
    } else {
        memset(table->slots, 0, table->slot_count * sizeof(*table->slots));
    }
    table->used = 0;
    for (size_t i = 0; i < used; i++) {
        if (old[i].key == NULL)
            continue;
        table->rows[table->used] = old[i];
        table->slots[slot_of(table, old[i].key)] = (uint32_t)++table->used;
    }
}

void table_put(struct table *table, const char *key, const void *value)
{
    /* Whoever puts something in may change it; the table never does. */
    union {
        const void *given;
        void *kept;
    } cast = {value};
    size_t slot;

    if (table->used == table->capacity)
        make_room(table);
    slot = slot_of(table, key);
    if (table->slots[slot] != 0) {
        table->rows[table->slots[slot] - 1].value = cast.kept;
        return;
    }
    table->rows[table->used] = (struct table_row){key, cast.kept};
    table->slots[slot] = (uint32_t)++table->used;
    table->count++;
}

void table_remove(struct table *table, const char *key)
{
    size_t slot;

    if (table->count == 0 || key == NULL)
        return;
    slot = slot_of(table, key);
    if (table->slots[slot] == 0)
        return;
    table->rows[table->slots[slot] - 1] = (struct table_row){NULL, NULL};
    table->count--;
}

struct table_row *table_next(const struct table *table, const struct table_row *row)
{
    size_t index = row == NULL ? 0 : (size_t)(row - table->rows) + 1;

    while (index < table->used && table->rows[index].key == NULL)
        index++;
    return index < table->used ? &table->rows[index] : NULL;
}

const char *table_name(struct table *names, const char *text)
{
    const char *known;

    if (text == NULL)
        return NULL;
    known = table_get(names, text);
    if (known == NULL) {
        known = text_copy(names->arena, text, strlen(text));
        table_put(names, known, known);
    }
    return known;
}
