#include "states.h"

#include <stdatomic.h>
#include <stdlib.h>
#include <string.h>

#include "cluster_names.h"
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

const char *const state_readies[STATE_READIES] = {"Ready",
    "InvalidSpec",
    "NoPrimary",
    "TabletsNotServing",
    "KeyspaceMissing",
    "VtgatesNotTold",
    "Unknown",
    "Other"};

/* A cluster of thousands of shards fits; an object is looked for in at most PROBES slots. */
enum { SLOTS = 16384, PROBES = 64 };

/* `value` holds the whole state, so that a reader never sees half of a new one: seconds (32 bits),
 * problems (16), route (6), outcome (3), ready (3), reason (4). A slot is claimed by its key, the
 * hash of a uid; 0 is free. */
struct slot {
    _Atomic uint64_t key, value;
    _Atomic uint32_t cluster; /* see cluster_names.h; IS_CLUSTER where it is that one */
    _Atomic uint32_t told;    /* hash of the outline; 0: there is none */
};

#define IS_CLUSTER 0x80000000u

struct states {
    struct slot at[SLOTS];
    struct cluster_names clusters;
};

size_t states_size(void)
{
    return sizeof(struct states);
}

struct states *states_make(struct arena *arena)
{
    struct states *states = arena_make(arena, struct states);

    cluster_names_begin(&states->clusters);
    return states;
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
        if (atomic_compare_exchange_strong(&slot->key, &other, key)) {
            atomic_store(&slot->told, 0);
            return slot;
        }
        if (other == key)
            return slot;
    }
    return NULL;
}

/* Words of conditions that are not in the list are its last one. */
static uint64_t pack(const struct object_state *state, uint64_t seconds)
{
    const uint64_t problems = state->problems > 0xffff ? 0xffff : state->problems;
    const char *ready = state->ready == NULL ? "Unknown" : state->ready;
    const char *rollout = state->rollout == NULL ? "" : state->rollout;

    return seconds << 32 | problems << 16 | (uint64_t)(state->route & 0x3f) << 10 |
           index_in(state_outcomes, STATE_OUTCOMES, state->outcome) << 7 |
           index_in(state_readies, STATE_READIES, ready) << 4 |
           index_in(state_reasons, STATE_REASONS, rollout);
}

/* A state, unpacked. */
struct counted {
    size_t problems, route, outcome, ready, reason;
};

static struct counted unpack(uint64_t value)
{
    return (struct counted){value >> 16 & 0xffff,
        value >> 10 & 0x3f,
        value >> 7 & 0x7,
        value >> 4 & 0x7,
        value & 0xf};
}

bool states_note(struct states *states, uint64_t seconds, const struct object_state *state)
{
    struct slot *slot = find(states, hash(state->uid), seconds);
    const uint32_t told = state->outline == NULL ? 0 : (uint32_t)hash(state->outline) | 1;
    const uint32_t cluster =
        cluster_names_note(&states->clusters, state->namespace, state->cluster, seconds);

    if (slot == NULL)
        return told != 0;
    atomic_store(&slot->cluster,
        cluster == 0 || !state->is_cluster ? cluster : cluster | IS_CLUSTER);
    atomic_store(&slot->value, pack(state, seconds));
    return atomic_exchange(&slot->told, told) != told && told != 0;
}

/* False where nothing is known of the object, or not any more. */
static bool read_slot(const struct slot *slot, uint64_t seconds, struct counted *counted)
{
    const uint64_t key = atomic_load(&slot->key), value = atomic_load(&slot->value);

    *counted = unpack(value);
    return key != 0 && value != 0 && !is_over(value, seconds);
}

void states_count(const struct states *states, uint64_t seconds, struct state_counts *counts,
    size_t routes)
{
    for (size_t i = 0; i < SLOTS; i++) {
        struct counted object;

        if (!read_slot(&states->at[i], seconds, &object) || object.route >= routes)
            continue;
        counts[object.route].outcomes[object.outcome]++;
        counts[object.route].reasons[object.reason]++;
        counts[object.route].problems += object.problems;
    }
}

/* --- by cluster --- */

static void add(struct cluster_counts *counts, const struct counted *object, bool is_cluster)
{
    counts->objects++;
    counts->reasons[object->reason]++;
    counts->readies[object->ready]++;
    counts->problems += object->problems;
    if (is_cluster) {
        counts->known = true;
        counts->ready = object->ready == 0;
    }
}

static int by_name(const void *one, const void *other)
{
    const struct cluster_counts *a = one, *b = other;
    const int order = strcmp(a->namespace, b->namespace);

    return order != 0 ? order : strcmp(a->name, b->name);
}

struct cluster_states states_clusters(struct states *states, struct arena *arena, uint64_t seconds)
{
    struct cluster_counts *all = arena_array(arena, STATE_CLUSTERS, sizeof(*all));
    struct cluster_states out = {.at = all};

    for (size_t i = 0; i < SLOTS; i++) {
        const uint32_t mark = atomic_load(&states->at[i].cluster), cluster = mark & ~IS_CLUSTER;
        struct counted object;

        if (cluster > 0 && read_slot(&states->at[i], seconds, &object))
            add(&all[cluster - 1], &object, mark != cluster);
    }
    out.full = cluster_names_read(&states->clusters, arena, all);
    for (size_t i = 0; i < STATE_CLUSTERS; i++)
        if (all[i].objects > 0 && all[i].name != NULL)
            all[out.count++] = all[i];
    qsort(all, out.count, sizeof(*all), by_name);
    return out;
}
