#include "planetscale.h"

#include "../../hooks/v2/partitions.h"

static struct partitioning equal(uint32_t parts, uint32_t hex_width)
{
    struct equal_partitioning *made = arena_make(arena, struct equal_partitioning);

    made->parts = parts;
    made->hex_width = hex_width;
    made->template = arena_make(arena, struct shard_template);
    return (struct partitioning){.equal = made};
}

/* Of "40-80"; an open end is NULL, as a field that is not there is read. */
static struct custom_shard custom_shard(const char *name)
{
    struct custom_shard shard = {.key_range = arena_make(arena, struct key_range)};
    const char *dash = strchr(name, '-');

    if (dash > name)
        shard.key_range->start = text_copy(arena, name, (size_t)(dash - name));
    if (dash[1] != '\0')
        shard.key_range->end = dash + 1;
    return shard;
}

/* `names` is a list of texts. */
static struct partitioning custom(const json_t *names)
{
    size_t count = json_array_size(names);
    struct custom_partitioning *made = arena_make(arena, struct custom_partitioning);
    const json_t *name;

    made->shards.at = arena_array(arena, count, sizeof(*made->shards.at));
    made->shards.count = count;
    json_each_item (names, i, name)
        made->shards.at[i] = custom_shard(json_string_value(name));
    return (struct partitioning){.custom = made};
}

static const json_t *names_of(const struct v2_shards *shards)
{
    struct texts names = {.arena = arena};

    for (size_t i = 0; i < shards->count; i++)
        texts_add(&names, shards->at[i].name);
    return json_texts(&names);
}

static void check_same(const json_t *names, const json_t *expected)
{
    ck_assert_str_eq(json_write(arena, names, NULL), json_write(arena, expected, NULL));
}

/* --- equal parts --- */

static const json_t *equal_names(const json_t *row)
{
    struct partitioning partitioning =
        equal((uint32_t)json_int_at(row, 0, "parts"), (uint32_t)json_int_at(row, 0, "hexWidth"));
    struct v2_shards shards = v2_partitioning_shards(arena, &partitioning);

    return names_of(&shards);
}

/* `some` are the names from `at` on. */
static void check_some(const json_t *names, size_t at, const json_t *some)
{
    const json_t *name;

    json_each_item (some, i, name)
        ck_assert_str_eq(json_string_value(json_array_get(names, at + i)), json_string_value(name));
}

/* Long lists are there by their beginning and end; where theirs panics there are none. */
static void check_row(const json_t *row)
{
    const json_t *names = equal_names(row);
    const json_t *ranges = json_at(row, "ranges");
    size_t count = json_array_size(names);

    if (json_is_array(ranges)) {
        check_same(names, ranges);
        return;
    }
    ck_assert_uint_eq(count, (size_t)json_int_at(ranges, 0, "count"));
    check_some(names, 0, json_at(ranges, "first"));
    check_some(names, count - json_array_size(json_at(ranges, "last")), json_at(ranges, "last"));
}

START_TEST(equal_parts_are_theirs)
{
    const json_t *rows = json_at(vector_json("tables.json"), "equalPartitionings");
    const json_t *row;

    ck_assert_uint_gt(json_array_size(rows), 0);
    json_each_item (rows, i, row)
        check_row(row);
}
END_TEST

/* Pairs of ends as names. */
static const json_t *joined(const json_t *pairs)
{
    struct texts names = {.arena = arena};
    const json_t *pair;

    json_each_item (pairs, i, pair)
        texts_add(&names,
            fmt(arena,
                "%s-%s",
                json_string_value(json_array_get(pair, 0)),
                json_string_value(json_array_get(pair, 1))));
    return json_texts(&names);
}

START_TEST(equal_parts_that_were_computed_by_hand)
{
    const json_t *rows = json_at(vector_json("names.json"), "equal_partitioning");
    const json_t *row;

    ck_assert_uint_gt(json_array_size(rows), 0);
    json_each_item (rows, i, row) {
        const json_t *names = equal_names(row);

        ck_assert_int_eq((json_int_t)json_array_size(names), json_int_at(row, 0, "parts"));
        if (json_at(row, "ranges") != NULL)
            check_same(names, joined(json_at(row, "ranges")));
        check_some(names, 0, joined(json_at(row, "first3")));
        check_some(names, json_array_size(names) - 2, joined(json_at(row, "last2")));
    }
}
END_TEST

/* Every number of parts is whole: each begins where the one before it ends, and above it. */
START_TEST(equal_parts_cover_everything)
{
    static const uint32_t parts[] = {2, 49, 97, 256, 257, 1000, 65536};

    for (size_t i = 0; i < sizeof(parts) / sizeof(*parts); i++) {
        struct partitioning partitioning = equal(parts[i], 0);
        struct v2_shards shards = v2_partitioning_shards(arena, &partitioning);

        ck_assert_uint_eq(shards.count, parts[i]);
        ck_assert_str_eq(shards.at[0].start, "");
        ck_assert_str_eq(shards.at[shards.count - 1].end, "");
        for (size_t j = 1; j < shards.count; j++) {
            ck_assert_str_eq(shards.at[j].start, shards.at[j - 1].end);
            ck_assert_int_gt(strcmp(shards.at[j].start, shards.at[j - 1].start), 0);
        }
    }
}
END_TEST

/* Vitess computes in floating point, so a third of 2^60 is not all fives. */
START_TEST(equal_parts_of_many_digits)
{
    struct partitioning partitioning = equal(3, 15);
    struct v2_shards shards = v2_partitioning_shards(arena, &partitioning);

    ck_json(names_of(&shards),
        "['-555555555555540', '555555555555540-aaaaaaaaaaaaa80', 'aaaaaaaaaaaaa80-']");
}
END_TEST

START_TEST(what_fits)
{
    static const struct {
        uint32_t parts, hex_width;
        bool fits;
    } rows[] = {
        {0, 0, false},
        {1, 0, true},
        {1, 1, true},
        {1, 64, true},
        {2, 1, false},
        {16, 1, false},
        {256, 2, true},
        {257, 2, false},
        {257, 0, true},
        {300, 3, false},
        {65536, 0, true},
        {65536, 4, true},
        {65537, 0, false},
        {65537, 6, false},
        {2, 14, true},
        {2, 15, false},
        {2, 16, false},
        {4, 64, false},
        {UINT32_MAX, UINT32_MAX, false},
    };

    for (size_t i = 0; i < sizeof(rows) / sizeof(*rows); i++)
        ck_assert_msg(v2_equal_fits(rows[i].parts, rows[i].hex_width) == rows[i].fits,
            "%u parts, %u digits",
            rows[i].parts,
            rows[i].hex_width);
}
END_TEST

/* --- keyspaces --- */

static struct keyspace keyspace_of(struct partitioning *partitionings, size_t count)
{
    return (struct keyspace){.partitionings = {.at = partitionings, .count = count}};
}

static const json_t *sorted_names(const json_t *names)
{
    struct partitioning partitioning = custom(names);
    struct keyspace keyspace = keyspace_of(&partitioning, 1);
    struct v2_shards shards = v2_keyspace_shards(arena, &keyspace);

    return names_of(&shards);
}

START_TEST(shards_are_in_the_order_of_their_ranges)
{
    const json_t *both = json_at(vector_json("names.json"), "keyrange_sort");
    const json_t *sorted = json_at(vector_json("tables.json"), "sortedKeyRanges");
    json_t *reversed = json_new_list();

    check_same(sorted_names(joined(json_at(both, "in"))), joined(json_at(both, "out")));
    ck_assert_uint_gt(json_array_size(sorted), 0);
    for (size_t i = json_array_size(sorted); i > 0; i--)
        json_add(reversed, json_array_get(sorted, i - 1));
    check_same(sorted_names(reversed), sorted);
}
END_TEST

START_TEST(ranges_have_their_names)
{
    const json_t *row;

    json_each_item (json_at(vector_json("names.json"), "keyrange"), i, row) {
        struct texts name = {.arena = arena};
        struct partitioning partitioning;
        struct v2_shards shards;

        texts_add(&name, json_text_at(row, "string"));
        partitioning = custom(json_texts(&name));
        shards = v2_partitioning_shards(arena, &partitioning);
        ck_assert_uint_eq(shards.count, 1);
        ck_assert_str_eq(shards.at[0].name, json_text_at(row, "string"));
        ck_assert_str_eq(shards.at[0].start, json_text_at(row, "start"));
        ck_assert_str_eq(shards.at[0].end, json_text_at(row, "end"));
    }
}
END_TEST

/* In the midst of a reshard "-" is there beside "-80" and "80-"; of what is in both the later one
 * says what it is like. */
START_TEST(later_partitionings_go_first)
{
    struct partitioning both[] = {equal(2, 0), custom(json_of("['-', '80-']"))};
    struct keyspace keyspace = keyspace_of(both, 2);
    struct v2_shards shards = v2_keyspace_shards(arena, &keyspace);

    ck_json(names_of(&shards), "['-80', '-', '80-']");
    ck_assert_ptr_eq(shards.at[0].partitioning, &both[0]);
    ck_assert_ptr_eq(shards.at[0].template, both[0].equal->template);
    ck_assert_ptr_eq(shards.at[1].template, &both[1].custom->shards.at[0].template);
    ck_assert_ptr_eq(shards.at[2].partitioning, &both[1]);
    ck_assert_ptr_eq(shards.at[2].template, &both[1].custom->shards.at[1].template);
}
END_TEST

START_TEST(ranges_are_as_they_are_written)
{
    check_same(sorted_names(json_of("['-8000', '-80', '8000-', '80-']")),
        json_of("['-80', '-8000', '80-', '8000-']"));
}
END_TEST

START_TEST(a_partitioning_of_neither_kind_has_no_shards)
{
    struct partitioning none = {0};
    struct keyspace keyspace = keyspace_of(&none, 1);

    ck_assert_uint_eq(v2_keyspace_shards(arena, &keyspace).count, 0);
    ck_assert_str_eq(v2_partitioning_key(arena, &none), "");
}
END_TEST

START_TEST(a_custom_shard_without_a_range_is_all)
{
    struct custom_shard all = {0};
    struct custom_partitioning made = {.shards = {.at = &all, .count = 1}};
    struct partitioning partitioning = {.custom = &made};
    struct v2_shards shards = v2_partitioning_shards(arena, &partitioning);

    ck_assert_str_eq(shards.at[0].name, "-");
}
END_TEST

START_TEST(partitionings_are_sets_of_shards)
{
    struct partitioning halves = equal(2, 0);
    struct partitioning written = custom(json_of("['80-', '-80', '80-']"));
    struct texts names = v2_partitioning_names(arena, &written);

    ck_assert_str_eq(v2_partitioning_key(arena, &halves), "-80,80-");
    ck_assert_str_eq(v2_partitioning_key(arena, &written), "-80,80-");
    ck_json(json_texts(&names), "['-80', '80-']");
}
END_TEST

static void tests(TCase *tcase)
{
    tcase_add_test(tcase, equal_parts_are_theirs);
    tcase_add_test(tcase, equal_parts_that_were_computed_by_hand);
    tcase_add_test(tcase, equal_parts_cover_everything);
    tcase_add_test(tcase, equal_parts_of_many_digits);
    tcase_add_test(tcase, what_fits);
    tcase_add_test(tcase, shards_are_in_the_order_of_their_ranges);
    tcase_add_test(tcase, ranges_have_their_names);
    tcase_add_test(tcase, later_partitionings_go_first);
    tcase_add_test(tcase, ranges_are_as_they_are_written);
    tcase_add_test(tcase, a_partitioning_of_neither_kind_has_no_shards);
    tcase_add_test(tcase, a_custom_shard_without_a_range_is_all);
    tcase_add_test(tcase, partitionings_are_sets_of_shards);
}

TEST_MAIN(tests)
