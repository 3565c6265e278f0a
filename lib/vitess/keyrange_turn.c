#include "vitess.h"

#include <string.h>

/* Which shards of a new keyspace come first.
 *
 * The record of a shard says for ever whether the shard serves from the start, and Vitess writes it
 * with the first tablet: it serves if it overlaps no shard that is known by then (CreateShard() in
 * go/vt/topo/shard.go; one without a key range overlaps all). Where "-80", "-" and "80-" come in
 * that order, only "-80" serves, and vtgate finds no keyspace until somebody mends the records. So
 * one full cover of the key range comes first. */

struct turn {
    const struct planned_shard *shards;
    size_t count;
    struct keyrange *ranges;
    bool *first;     /* it is of the cover that comes first */
    size_t *unknown; /* indexes of those of them that Vitess does not know */
    size_t unknown_count;
};

/* In one spelling. A shard without a key range has all keys, as Vitess takes it. */
static struct keyrange range_of(struct arena *arena, const char *shard)
{
    size_t start = strcspn(shard, "-");

    if (!keyrange_is(shard))
        return (struct keyrange){.start = "", .end = ""};
    return (struct keyrange){.start = keyrange_bound(arena, text_copy(arena, shard, start)),
        .end = keyrange_bound(arena, shard + start + 1)};
}

static bool starts_before_end(const struct keyrange *a, const struct keyrange *b)
{
    return *b->end == '\0' || strcmp(a->start, b->end) < 0;
}

static bool overlap(const struct keyrange *a, const struct keyrange *b)
{
    return starts_before_end(a, b) && starts_before_end(b, a);
}

/* From the lowest key on: of the shards that start where the last one ends, the first one of the
 * spec. Where every shard is part of some cover, as in a spec that passes, that is a whole one. */
static void choose_cover(struct turn *turn)
{
    json_t *at = json_new_map(); /* where a shard starts -> index of the first one that does */
    const char *from = "";

    for (size_t i = turn->count; i-- > 0;)
        json_put(at, turn->ranges[i].start, json_integer((json_int_t)i));
    for (size_t left = turn->count; left > 0; left--) {
        const json_t *index = json_at(at, from);
        const struct keyrange *range;

        if (index == NULL)
            return;
        range = &turn->ranges[json_integer_value(index)];
        turn->first[json_integer_value(index)] = true;
        if (*range->end == '\0')
            return;
        from = range->end;
    }
}

static void find_unknown(struct turn *turn)
{
    for (size_t i = 0; i < turn->count; i++) {
        if (turn->first[i] && !turn->shards[i].known)
            turn->unknown[turn->unknown_count++] = i;
    }
}

static const char *once_known(struct arena *arena, const char *shard)
{
    return fmt(arena, "shard %s, which overlaps it and serves first, has a Ready tablet", shard);
}

static const char *waits_for(struct arena *arena, const struct turn *turn, size_t index)
{
    for (size_t i = 0; !turn->first[index] && i < turn->unknown_count; i++) {
        const size_t other = turn->unknown[i];

        /* The same one twice in a list is one. */
        if (overlap(&turn->ranges[other], &turn->ranges[index]) &&
            !text_equal(turn->shards[other].name, turn->shards[index].name))
            return once_known(arena, turn->shards[other].name);
    }
    return NULL;
}

const char **shards_wait_for(struct arena *arena, const struct planned_shard *shards, size_t count)
{
    const char **first = arena_array(arena, count, sizeof(*first));
    struct turn turn = {.shards = shards,
        .count = count,
        .ranges = arena_array(arena, count, sizeof(*turn.ranges)),
        .first = arena_array(arena, count, sizeof(*turn.first)),
        .unknown = arena_array(arena, count, sizeof(*turn.unknown))};

    for (size_t i = 0; i < count; i++)
        turn.ranges[i] = range_of(arena, shards[i].name);
    choose_cover(&turn);
    find_unknown(&turn);
    for (size_t i = 0; i < count; i++)
        first[i] = waits_for(arena, &turn, i);
    return first;
}
