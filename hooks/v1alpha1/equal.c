#include "pools.h"

#include "template.h"
#include "vitess.h"

/* keyspaces[].equal: shards of the same size, by their number. Bounds and names are those of
 * planetscale.com/v2 and of `vtctldclient GenerateShardRanges`: boundary i of `parts` is the whole
 * part of i times the size of one, in floating point, in `hexWidth` hex digits. */

enum { DIGITS_FOR_FEW = 2, DIGITS_FOR_MANY = 4, FEW_PARTS = 256, MOST_DIGITS = 8 };

uint32_t v1_equal_width(const struct equal_spec *equal)
{
    if (equal->hex_width > 0)
        return equal->hex_width;
    return equal->parts <= FEW_PARTS ? DIGITS_FOR_FEW : DIGITS_FOR_MANY;
}

bool v1_equal_is_possible(const struct equal_spec *equal)
{
    const uint32_t width = v1_equal_width(equal);

    return equal->parts > 0 && equal->parts <= MOST_SHARDS && width % 2 == 0 &&
           width <= MOST_DIGITS && equal->parts <= 1ULL << (4 * width);
}

static const char *boundary(struct arena *arena, const struct equal_spec *equal, uint32_t index)
{
    const uint32_t width = v1_equal_width(equal);
    const double total = (double)(1ULL << (4 * width));

    if (index == 0 || index == equal->parts)
        return "";
    return fmt(arena,
        "%0*llx",
        (int)width,
        (unsigned long long)((double)index * (total / (double)equal->parts)));
}

static const json_t *part(struct arena *arena, const struct equal_spec *equal, uint32_t index)
{
    return object(arena,
        MAP("keyRange",
            F("start", boundary(arena, equal, index)),
            F("end", boundary(arena, equal, index + 1))));
}

static void spread(struct arena *arena, struct keyspace_item *keyspace)
{
    const struct equal_spec *equal = keyspace->equal;
    json_t *json = json_without(keyspace->json, "equal");
    json_t *shards = json_new_list();

    keyspace->shards.at = arena_array(arena, equal->parts, sizeof(*keyspace->shards.at));
    keyspace->shards.count = equal->parts;
    for (uint32_t i = 0; i < equal->parts; i++) {
        struct shard_item *shard = &keyspace->shards.at[i];
        struct key_range *range = arena_make(arena, struct key_range);

        *range = (struct key_range){.path = equal->path,
            .start = boundary(arena, equal, i),
            .end = boundary(arena, equal, i + 1)};
        *shard = (struct shard_item){.json = part(arena, equal, i),
            .path = equal->path,
            .key_range = range,
            .vitess_name = keyrange_name(arena, range->start, range->end)};
        json_add(shards, shard->json);
    }
    json_put(json, "shards", shards);
    keyspace->shards_json = shards;
    keyspace->json = json;
}

void v1_spread_equal_shards(struct arena *arena, struct cluster_spec *spec)
{
    for (size_t i = 0; i < spec->keyspaces.count; i++) {
        struct keyspace_item *keyspace = &spec->keyspaces.at[i];

        if (keyspace->equal != NULL && keyspace->shards_json == NULL &&
            v1_equal_is_possible(keyspace->equal))
            spread(arena, keyspace);
    }
}
