#include "partitions.h"

#include <stdlib.h>
#include <string.h>

/* --- equal parts --- */

enum {
    MOST_PARTS = 65536,
    /* 64 bits end before the next one. */
    MOST_DIGITS = 15,
    BITS_OF_DIGIT = 4
};

static uint32_t digits_for(uint32_t parts, uint32_t hex_width)
{
    if (hex_width != 0)
        return hex_width;
    return parts <= 256 ? 2 : 4;
}

/* A single part is "-", whatever the digits. */
static bool are_told_apart(uint32_t parts, uint32_t digits)
{
    if (parts <= 1 || parts > MOST_PARTS)
        return parts == 1;
    return digits <= MOST_DIGITS && parts <= UINT64_C(1) << (BITS_OF_DIGIT * digits);
}

bool v2_equal_fits(uint32_t parts, uint32_t hex_width)
{
    uint32_t digits = digits_for(parts, hex_width);

    return are_told_apart(parts, digits) && (parts == 1 || digits % 2 == 0);
}

/* Where part `i` begins. Vitess computes in floating point, which shows from 14 digits on. */
static const char *boundary(struct arena *arena, uint32_t i, uint32_t parts, uint32_t digits)
{
    double all = (double)(UINT64_C(1) << (BITS_OF_DIGIT * digits));

    if (i == 0 || i == parts)
        return "";
    return fmt(arena, "%0*llx", (int)digits, (unsigned long long)((double)i * all / parts));
}

static struct v2_shards equal_shards(struct arena *arena, const struct partitioning *partitioning)
{
    const struct equal_partitioning *equal = partitioning->equal;
    uint32_t digits = digits_for(equal->parts, equal->hex_width);
    const char *start = "";
    struct v2_shards shards = {0};

    if (!are_told_apart(equal->parts, digits))
        return shards;
    shards.at = arena_array(arena, equal->parts, sizeof(*shards.at));
    for (; shards.count < equal->parts; shards.count++) {
        const char *end = boundary(arena, (uint32_t)shards.count + 1, equal->parts, digits);

        shards.at[shards.count] = (struct v2_shard){.start = start,
            .end = end,
            .partitioning = partitioning,
            .template = equal->template};
        start = end;
    }
    return shards;
}

/* --- as they are written --- */

static const char *or_open(const char *bound)
{
    return bound == NULL ? "" : bound;
}

static struct v2_shards custom_shards(struct arena *arena, const struct partitioning *partitioning)
{
    const struct custom_partitioning *custom = partitioning->custom;
    struct v2_shards shards = {
        .at = arena_array(arena, custom->shards.count, sizeof(*shards.at)),
        .count = custom->shards.count,
    };

    for (size_t i = 0; i < shards.count; i++) {
        const struct custom_shard *shard = &custom->shards.at[i];
        const struct key_range *range = shard->key_range;

        shards.at[i] = (struct v2_shard){.start = range == NULL ? "" : or_open(range->start),
            .end = range == NULL ? "" : or_open(range->end),
            .partitioning = partitioning,
            .template = &shard->template};
    }
    return shards;
}

struct v2_shards v2_partitioning_shards(struct arena *arena,
    const struct partitioning *partitioning)
{
    struct v2_shards shards = {0};

    if (partitioning->equal != NULL)
        shards = equal_shards(arena, partitioning);
    else if (partitioning->custom != NULL)
        shards = custom_shards(arena, partitioning);
    for (size_t i = 0; i < shards.count; i++)
        shards.at[i].name = fmt(arena, "%s-%s", shards.at[i].start, shards.at[i].end);
    return shards;
}

/* --- all of a keyspace --- */

/* An open end is after all others. */
static int compare_ends(const char *a, const char *b)
{
    if (*a == '\0' || *b == '\0')
        return (*a == '\0') - (*b == '\0');
    return strcmp(a, b);
}

static int compare_ranges(const struct v2_shard *a, const struct v2_shard *b)
{
    int order = strcmp(a->start, b->start);

    return order != 0 ? order : compare_ends(a->end, b->end);
}

/* Of the same range in the order of the spec: pointers into one array tell it. */
static int compare(const void *left, const void *right)
{
    const struct v2_shard *const *a = left, *const *b = right;
    int order = compare_ranges(*a, *b);

    return order != 0 ? order : (*a > *b) - (*a < *b);
}

struct v2_shards v2_shards_as_written(struct arena *arena, const struct keyspace *keyspace)
{
    const size_t lists = keyspace->partitionings.count;
    struct v2_shards *list = arena_array(arena, lists, sizeof(*list));
    struct v2_shards all = {0};
    size_t count = 0;

    for (size_t i = 0; i < lists; i++) {
        list[i] = v2_partitioning_shards(arena, &keyspace->partitionings.at[i]);
        count += list[i].count;
    }
    all.at = arena_array(arena, count, sizeof(*all.at));
    for (size_t i = 0; i < lists; i++) {
        for (size_t j = 0; j < list[i].count; j++)
            all.at[all.count++] = list[i].at[j];
    }
    return all;
}

struct v2_shards v2_keyspace_shards(struct arena *arena, const struct keyspace *keyspace)
{
    struct v2_shards all = v2_shards_as_written(arena, keyspace);
    struct v2_shards shards = {.at = arena_array(arena, all.count, sizeof(*shards.at))};
    const struct v2_shard **sorted = arena_array(arena, all.count, sizeof(*sorted));

    for (size_t i = 0; i < all.count; i++)
        sorted[i] = &all.at[i];
    if (all.count > 0)
        qsort(sorted, all.count, sizeof(*sorted), compare);
    for (size_t i = 0; i < all.count; i++) {
        if (i + 1 == all.count || compare_ranges(sorted[i], sorted[i + 1]) != 0)
            shards.at[shards.count++] = *sorted[i];
    }
    return shards;
}

/* --- which partitioning it is --- */

struct texts v2_partitioning_names(struct arena *arena, const struct partitioning *partitioning)
{
    struct v2_shards shards = v2_partitioning_shards(arena, partitioning);
    struct texts sorted = {.arena = arena};
    struct texts names = {.arena = arena};

    for (size_t i = 0; i < shards.count; i++)
        texts_add(&sorted, shards.at[i].name);
    texts_sort(&sorted);
    for (size_t i = 0; i < sorted.count; i++) {
        if (i == 0 || !text_equal(sorted.at[i - 1], sorted.at[i]))
            texts_add(&names, sorted.at[i]);
    }
    return names;
}

const char *v2_partitioning_key(struct arena *arena, const struct partitioning *partitioning)
{
    struct texts names = v2_partitioning_names(arena, partitioning);

    return texts_join(&names, ",");
}
