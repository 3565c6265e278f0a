#include "queue.h"

#include <string.h>

void queue_start(struct queue *queue, struct arena *arena)
{
    *queue = (struct queue){.arena = arena, .items = {.arena = arena}};
}

static void append(struct queue *queue, struct queue_item *item)
{
    if (queue->count == queue->capacity) {
        size_t capacity = queue->capacity == 0 ? 16 : queue->capacity * 2;
        struct queue_item **bigger = arena_array(queue->arena, capacity, sizeof(*bigger));

        if (queue->count > 0)
            memcpy(bigger, queue->waiting, queue->count * sizeof(*bigger));
        queue->waiting = bigger;
        queue->capacity = capacity;
    }
    queue->waiting[queue->count++] = item;
}

/* The item of `key`, which is among the waiting ones from now on. */
static struct queue_item *item_of(struct queue *queue, const char *key)
{
    struct queue_item *item = table_get(&queue->items, key);

    if (item == NULL) {
        item = arena_make(queue->arena, struct queue_item);
        *item = (struct queue_item){.key = key, .due = NEVER};
        table_put(&queue->items, key, item);
    }
    if (!item->ready && item->due == NEVER)
        append(queue, item);
    return item;
}

void queue_add(struct queue *queue, const char *key)
{
    item_of(queue, key)->ready = true;
}

void queue_add_at(struct queue *queue, const char *key, long second)
{
    struct queue_item *item = item_of(queue, key);

    if (item->due == NEVER || item->idle || second < item->due)
        item->due = second;
    item->idle = false;
}

void queue_add_idle(struct queue *queue, const char *key, long second)
{
    struct queue_item *item = item_of(queue, key);

    if (item->due == NEVER) {
        item->due = second;
        item->idle = true;
    }
}

void queue_wake(struct queue *queue)
{
    for (size_t i = 0; i < queue->count; i++)
        queue->waiting[i]->idle = false;
}

void queue_cancel(struct queue *queue, const char *key)
{
    struct queue_item *item = table_get(&queue->items, key);
    size_t left = 0;

    if (item == NULL || item->due == NEVER)
        return;
    item->due = NEVER;
    for (size_t i = 0; i < queue->count; i++) {
        if (queue->waiting[i] != item || item->ready)
            queue->waiting[left++] = queue->waiting[i];
    }
    queue->count = left;
}

struct queue_keys queue_take(struct queue *queue, struct arena *arena, long now)
{
    struct queue_keys keys = {arena_array(arena, queue->count + 1, sizeof(*keys.at)), 0};
    size_t left = 0;

    for (size_t i = 0; i < queue->count; i++) {
        struct queue_item *item = queue->waiting[i];

        if (!item->ready && item->due > now) {
            queue->waiting[left++] = item;
            continue;
        }
        keys.at[keys.count++] = item->key;
        item->ready = false;
        if (item->due <= now)
            item->due = NEVER;
        else if (item->due != NEVER)
            queue->waiting[left++] = item;
    }
    queue->count = left;
    return keys;
}

static long earliest(const struct queue *queue, long now, bool idle)
{
    long due = NEVER;

    for (size_t i = 0; i < queue->count; i++) {
        const struct queue_item *item = queue->waiting[i];

        if (item->ready)
            return now + 1;
        if ((idle || !item->idle) && item->due < due)
            due = item->due;
    }
    return due <= now ? now + 1 : due;
}

long queue_due(const struct queue *queue, long now)
{
    return earliest(queue, now, false);
}

long queue_next(const struct queue *queue, long now)
{
    return earliest(queue, now, true);
}
