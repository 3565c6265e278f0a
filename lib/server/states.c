#include "states.h"

#include <stdatomic.h>

#include "text.h"

const char *const state_outcomes[STATE_OUTCOMES] = {
    "ok", "frozen", "invalid", "later", "refused", "exhausted", "bug", "other"};

const char *const state_reasons[STATE_REASONS] = {"",
    "RolloutComplete",
    "RolloutProgressing",
    "RolloutWaiting",
    "RolloutPaused",
    "RolloutStalled",
    "TaskFailing",
    "PreflightFailed",
    "Immutable",
    "Other"};

/* A cluster of thousands of shards fits; an object is looked for in at most PROBES slots. */
enum { SLOTS = 16384, PROBES = 64 };

/* `value` holds the whole state, so that a reader never sees half of a new one: seconds (32 bits),
 * problems (16), route (8), outcome (4), reason (4). A slot is claimed by its key, the hash of a
 * uid; 0 is free. */
struct slot {
    _Atomic uint64_t key, value;
};

struct states {
    struct slot at[SLOTS];
};

struct states *states_make(struct arena *arena)
{
    return arena_make(arena, struct states);
}

/* FNV-1a, 64 bits. */
static uint64_t hash(const char *text)
{
    uint64_t value = 14695981039346656037u;

    for (; *text != '\0'; text++)
        value = (value ^ (unsigned char)*text) * 1099511628211u;
    return value == 0 ? 1 : value;
}

static uint64_t index_in(const char *const *names, size_t count, const char *name)
{
    size_t i = 0;

    while (i < count - 1 && !text_equal(names[i], name))
        i++;
    return i;
}

static bool is_over(uint64_t value, uint64_t seconds)
{
    return (value >> 32) + STATE_SECONDS < seconds;
}

/* The slot of `key`, or one that is free or over, now claimed for it; NULL where all are taken. */
static struct slot *find(struct states *states, uint64_t key, uint64_t seconds)
{
    for (size_t i = 0; i < PROBES; i++) {
        struct slot *slot = &states->at[(key + i) % SLOTS];

        if (atomic_load(&slot->key) == key)
            return slot;
    }
    for (size_t i = 0; i < PROBES; i++) {
        struct slot *slot = &states->at[(key + i) % SLOTS];
        uint64_t other = atomic_load(&slot->key);

        if (other != 0 && !is_over(atomic_load(&slot->value), seconds))
            continue;
        if (atomic_compare_exchange_strong(&slot->key, &other, key) || other == key)
            return slot;
    }
    return NULL;
}

void states_note(struct states *states, const char *uid, uint64_t seconds, size_t route,
    const char *outcome, const char *reason, size_t problems)
{
    struct slot *slot = find(states, hash(uid), seconds);

    if (slot == NULL)
        return;
    atomic_store(&slot->value,
        seconds << 32 | (uint64_t)(problems > 0xffff ? 0xffff : problems) << 16 |
            (uint64_t)(route & 0xff) << 8 | index_in(state_outcomes, STATE_OUTCOMES, outcome) << 4 |
            index_in(state_reasons, STATE_REASONS, reason == NULL ? "" : reason));
}

void states_count(const struct states *states, uint64_t seconds, struct state_counts *counts,
    size_t routes)
{
    for (size_t i = 0; i < SLOTS; i++) {
        const uint64_t key = atomic_load(&states->at[i].key);
        const uint64_t value = atomic_load(&states->at[i].value);
        const size_t route = value >> 8 & 0xff;

        if (key == 0 || value == 0 || is_over(value, seconds) || route >= routes)
            continue;
        counts[route].outcomes[value >> 4 & 0xf]++;
        counts[route].reasons[value & 0xf]++;
        counts[route].problems += value >> 16 & 0xffff;
    }
}
