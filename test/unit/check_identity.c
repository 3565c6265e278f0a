#include "shared.h"

#include "../../hooks/v1alpha1/names.h"

/* DO NOT CHANGE WHAT IS EXPECTED IN HERE: every Pod, every disk and every topology record of every
 * tablet is named after these numbers. Changing them recreates every tablet. */

struct pinned {
    const char *cell, *keyspace, *shard, *type;
    uint32_t index, uid;
    const char *alias;
};

static const struct pinned pinned[] = {
    {"zone1", "main", "-80", "replica", 0, 214747900, "zone1-0214747900"},
    {"zone1", "main", "-80", "replica", 15, 214747915, "zone1-0214747915"},
    {"zone1", "main", "-80", "rdonly", 0, 1327744200, "zone1-1327744200"},
    {"zone1", "main", "80-", "replica", 1, 1213596501, "zone1-1213596501"},
    {"zone2", "main", "40-80", "rdonly", 0, 15963200, "zone2-0015963200"},
    {"zone1", "main", "-", "replica", 0, 1421667800, "zone1-1421667800"},
    {"zone1", "lookup", "0", "replica", 2, 1617183002, "zone1-1617183002"},
    {"zone1", "customer", "80-", "replica", 99, 778252199, "zone1-0778252199"},
    {"us-east-1a", "commerce", "0", "rdonly", 2, 359815502, "us-east-1a-0359815502"},
};

START_TEST(uids_and_aliases_are_pinned)
{
    for (size_t i = 0; i < sizeof(pinned) / sizeof(*pinned); i++) {
        const struct pinned *row = &pinned[i];
        struct tablet_identity id = v1_tablet_identity(arena,
            "vitess",
            row->cell,
            row->keyspace,
            row->shard,
            row->type,
            row->index);

        ck_assert_uint_eq(id.uid, row->uid);
        ck_assert_str_eq(id.alias, row->alias);
    }
}
END_TEST

START_TEST(names_are_pinned)
{
    struct tablet_identity id =
        v1_tablet_identity(arena, "vitess", "zone1", "main", "-80", "replica", 0);

    ck_assert_str_eq(id.uid_text, "0214747900");
    ck_assert_str_eq(id.name, "vitess-vttablet-zone1-0214747900");
    ck_assert_str_eq(id.subdomain, "vitess-vttablet-zone1");
}
END_TEST

START_TEST(shard_suffixes_are_pinned)
{
    static const char *const pairs[][2] = {{"-80", "x-80"},
        {"80-", "80-x"},
        {"-", "x-x"},
        {"40-c0", "40-c0"},
        {"-4000", "x-4000"},
        {"0", "0"},
        {"a-name-", "a-name-"}};

    for (size_t i = 0; i < sizeof(pairs) / sizeof(*pairs); i++)
        ck_assert_str_eq(shard_suffix(arena, pairs[i][0]), pairs[i][1]);
}
END_TEST

static void check_vector(const json_t *vector)
{
    const char *shard = json_text_at(vector, "shard");
    struct tablet_identity id = v1_tablet_identity(arena,
        json_text_at(vector, "cluster"),
        json_text_at(vector, "cell"),
        json_text_at(vector, "keyspace"),
        shard,
        json_text_at(vector, "type"),
        (uint32_t)json_int_at(vector, -1, "index"));

    ck_assert_int_eq((json_int_t)id.uid, json_int_at(vector, -1, "uid"));
    ck_assert_str_eq(id.uid_text, json_text_at(vector, "uid_string"));
    ck_assert_str_eq(id.alias, json_text_at(vector, "alias"));
    ck_assert_str_eq(id.name, json_text_at(vector, "pod_and_pvc"));
    ck_assert_str_eq(id.alias, json_text_at(vector, "pod_hostname"));
    ck_assert_str_eq(id.subdomain, json_text_at(vector, "pod_subdomain"));
    ck_assert_str_eq(shard_suffix(arena, shard), json_text_at(vector, "shard_object_suffix"));
}

START_TEST(the_vectors_of_2018_hold)
{
    const json_t *vectors = shared_json("vectors/vitess.io-v1alpha1.json");
    const json_t *vector;

    json_each_item (json_at(vectors, "uid"), i, vector)
        check_vector(vector);
    json_each_item (json_at(vectors, "shards"), i, vector)
        ck_assert_str_eq(shard_suffix(arena, json_text_at(vector, "name")),
            json_text_at(vector, "object_suffix"));
}
END_TEST

static void tests(TCase *tcase)
{
    tcase_add_test(tcase, uids_and_aliases_are_pinned);
    tcase_add_test(tcase, names_are_pinned);
    tcase_add_test(tcase, shard_suffixes_are_pinned);
    tcase_add_test(tcase, the_vectors_of_2018_hold);
}

TEST_MAIN(tests)
