#include "pools.h"
#include "template.h"
#include "validate.h"

#include <string.h>

/* The shards of one keyspace: ranges, or plain names. */
struct shards {
    struct keyrange *ranges;
    size_t count;
    const char *plain, *range; /* the first of each sort */
    json_t *seen;              /* plain names */
    bool unreadable;           /* some range has a bound that is none */
};

static bool is_readable(const struct key_range *range)
{
    return range->start != NULL && range->end != NULL && spec_key_range.accepts(range->start) &&
           spec_key_range.accepts(range->end);
}

static void add_range(struct shards *shards, const char *name, const char *start, const char *end,
    const char *path)
{
    shards->ranges[shards->count++] = (struct keyrange){start, end, path};
    if (shards->range == NULL)
        shards->range = name;
}

static void add_plain(const struct validation *v, struct shards *shards,
    const struct shard_item *shard)
{
    const char *path = v1_path(v, shard->path, "name");

    if (!spec_dns_label.accepts(shard->name))
        problem_add(v->problems,
            path,
            "must be \"0\", a key range such as \"-80\", or another DNS label, got \"%s\"",
            shard->name);
    if (json_at(shards->seen, shard->name) != NULL)
        problem_add(v->problems, path, "must differ between items, got \"%s\"", shard->name);
    json_put(shards->seen, shard->name, json_true());
    if (shards->plain == NULL)
        shards->plain = shard->name;
}

static void add_shard(const struct validation *v, struct shards *shards,
    const struct shard_item *shard)
{
    const struct key_range *range = shard->key_range;

    if (shard->json == NULL)
        return;
    if (range != NULL ? !is_readable(range)
                      : problem_is_explained(v->problems, v1_path(v, shard->path, "keyRange"))) {
        shards->unreadable = true;
    } else if (range != NULL) {
        add_range(shards, shard->vitess_name, range->start, range->end, range->path);
    } else if (shard->name == NULL) {
        problem_add(v->problems, shard->path, "must have a keyRange, or the name \"0\"");
    } else if (keyrange_is(shard->name)) {
        size_t start = strcspn(shard->name, "-");

        add_range(shards,
            shard->name,
            text_copy(v->arena, shard->name, start),
            shard->name + start + 1,
            shard->path);
    } else {
        add_plain(v, shards, shard);
    }
}

/* Where it is possible it has been written as shards before. */
static void check_equal(const struct validation *v, const struct keyspace_item *keyspace)
{
    const struct equal_spec *equal = keyspace->equal;
    const uint32_t width = equal == NULL ? 0 : v1_equal_width(equal);

    if (equal == NULL || equal->path == NULL || equal->parts == 0)
        return;
    if (json_at(keyspace->json, "equal") != NULL && keyspace->shards_json != NULL)
        problem_add(v->problems,
            equal->path,
            "is another way to write shards: leave one of them out");
    else if (width % 2 != 0)
        problem_add(v->problems,
            v1_path(v, equal->path, "hexWidth"),
            "must be 2, 4, 6 or 8, since a bound of a key range has an even number of hex digits, "
            "got %u",
            width);
    else if (!v1_equal_is_possible(equal) && equal->parts <= MOST_SHARDS && width <= 8)
        problem_add(v->problems,
            v1_path(v, equal->path, "hexWidth"),
            "must be 4 or more for %u parts: there are only 256 bounds of 2 hex digits, got %u",
            equal->parts,
            width);
}

static void check_shards(const struct validation *v, const struct keyspace_item *keyspace)
{
    struct shards shards = {
        .ranges = arena_array(v->arena, keyspace->shards.count + 1, sizeof(*shards.ranges)),
        .seen = json_new_map()};

    for (size_t i = 0; i < keyspace->shards.count; i++)
        add_shard(v, &shards, &keyspace->shards.at[i]);
    if (shards.plain != NULL && shards.range != NULL)
        problem_add(v->problems,
            v1_path(v, keyspace->path, "shards"),
            "must be all key ranges or all plain names, got \"%s\" beside \"%s\"; to reshard list "
            "the new shards only, the old ones stay until nothing is served from them",
            shards.plain,
            shards.range);
    /* With a range missing everything around it would look like a gap. */
    if (!shards.unreadable)
        keyranges_check(shards.ranges, shards.count, v->problems);
}

void v1_validate_shards(const struct validation *v, const struct keyspace_item *keyspace)
{
    check_equal(v, keyspace);
    check_shards(v, keyspace);
}
