#include "v2_shard.h"

/* Tablets and first backups of VitessShards of all kinds, as their code makes them: what the stages
 * do not show, from storages to side cars. */

static const struct v2_tablet *tablet_called(const struct v2_tablets *tablets, const char *name)
{
    for (size_t i = 0; i < tablets->count; i++) {
        if (text_equal(tablets->at[i].name, name))
            return &tablets->at[i];
    }
    return NULL;
}

static const json_t *ours_for(const struct v2_vitess_shard *shard, const struct v2_tablets *tablets,
    const json_t *theirs)
{
    const struct v2_tablet *tablet = tablet_called(tablets, object_name(theirs));
    bool is_pod = text_equal(object_kind(theirs), "Pod");

    if (tablet == NULL)
        return is_pod ? v2_vtbackup_pod(arena, shard) : v2_vtbackup_claim(arena, shard);
    return is_pod ? v2_tablet_pod(arena, tablet, NULL) : v2_tablet_claim(arena, tablet);
}

/* How many objects there have to be. */
static size_t count_of(const struct v2_vitess_shard *shard, const struct v2_tablets *tablets)
{
    size_t count = tablets->count;

    for (size_t i = 0; i < tablets->count; i++)
        count += tablets->at[i].spec->claim != NULL;
    if (!v2_vtbackup_wanted(shard, false, false))
        return count;
    return count + 1 + (shard->spec->template.pools.at[0].claim != NULL);
}

/* The one difference: theirs takes what is behind a registry's port for the version. */
#define THEIR_VERSION "--mysql_server_version=5000/mysql:8.4-Vitess"
#define OUR_VERSION "--mysql_server_version=8.4-Vitess"

static const json_t *with_the_version(const json_t *theirs)
{
    const char *rest = json_write(arena, theirs, NULL), *found;
    struct text text = {.arena = arena};
    struct json_fault fault = {0};

    for (; (found = strstr(rest, THEIR_VERSION)) != NULL; rest = found + strlen(THEIR_VERSION)) {
        text_add_bytes(&text, rest, (size_t)(found - rest));
        text_add(&text, OUR_VERSION);
    }
    text_add(&text, rest);
    return json_read(arena, text_string(&text), text.length, 0, &fault);
}

static void ck_case(const json_t *test)
{
    const struct v2_vitess_shard shard = shard_of(json_at(test, "shard"));
    const struct v2_tablets tablets = v2_tablets_of(arena, &shard);
    const json_t *theirs;

    ck_assert_uint_eq(json_array_size(json_at(test, "objects")), count_of(&shard, &tablets));
    json_each_item (json_at(test, "objects"), i, theirs)
        ck_as_theirs(ours_for(&shard, &tablets, theirs), with_the_version(theirs));
}

START_TEST(shards_of_all_kinds)
{
    const json_t *cases = vector_json("made/tablets.json"), *test;

    ck_assert_uint_gt(json_array_size(cases), 20);
    json_each_item (cases, i, test)
        ck_case(test);
}
END_TEST

static void tests(TCase *tcase)
{
    tcase_add_test(tcase, shards_of_all_kinds);
}

TEST_MAIN(tests)
