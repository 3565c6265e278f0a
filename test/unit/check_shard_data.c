#include "world.h"

#include "../../hooks/v1alpha1/shard.h"
#include "control/shard/shard.h"

/* When a tablet is taken to have the data of its shard as it is, and when Vitess is asked. */

#define RUNS "{'metadata':{'uid':'p'},'status':{'phase':'Running'}}"
#define WAITS "{'metadata':{'uid':'p'},'status':{'phase':'Pending'}}"
#define GOES                                                                                       \
    "{'metadata':{'uid':'p','deletionTimestamp':'2026-01-01T00:00:00Z'},"                          \
    "'status':{'phase':'Running'}}"
#define HOLDS "{'holdsData':[{'tablet':'t','claim':'c'}]}"
#define HOLDS_NONE "{}"
#define ODD "{'holdsData':'all of it'}"

/* zone1 has one tablet, zone2 is the other cell. */
struct row {
    const char *shows;
    const char *status; /* of the VitessShard in zone1 */
    const char *peer;   /* of the one in zone2, or NULL */
    const char *pod;    /* of the tablet, or NULL: none is wanted */
    bool serving;
    bool asked, proven, unproven, beginning;
};

/* zone1 and maybe another one. */
static struct texts cells_of(const char *other)
{
    struct texts cells = {.arena = arena};

    texts_add(&cells, "zone1");
    if (other != NULL)
        texts_add(&cells, other);
    return cells;
}

static struct tablet the_tablet(const struct row *row)
{
    return (
        struct tablet){.id = {.alias = "zone1-0000000100", .name = "c-vttablet-zone1-0000000100"},
        .pod = row->pod == NULL ? NULL : json_of(row->pod),
        .claim = row->pod == NULL ? NULL : json_of("{'metadata':{'uid':'u-claim'}}"),
        .disk = row->pod == NULL ? NULL : "u-claim",
        .serving = row->serving};
}

static void check_row(const struct row *row, struct texts cells)
{
    struct request request = {.arena = arena,
        .keys = &v1_keys,
        .parent = json_of(fmt(arena,
            "{'apiVersion':'vitess.io/v1alpha1','kind':'VitessShard','metadata':{'name':'s',"
            "'namespace':'n','uid':'u','generation':1},'status':%s}",
            row->status)),
        .children = json_new_map()};
    struct tablet tablet = the_tablet(row);
    const char *remembered = row->peer == NULL ? "{}" : row->peer;
    struct shard_peer peer = {.cell = "zone2",
        .memory = shard_memory_read(arena, json_of(remembered))};
    struct place place = {.keys = &v1_keys, .namespace = "n", .cluster = "c", .cell = "zone1"};
    struct tasks tasks =
        tasks_begin(&request, &place, (struct vtctl_client){.image = "i", .server = "d:15999"});
    const struct shard_input input = {.arena = arena,
        .keyspace = "main",
        .name = "0",
        .place = place,
        .tasks = &tasks,
        .cells = cells,
        .peers = &peer,
        .peer_count = row->peer == NULL ? 0 : 1,
        .memory = shard_memory_read(arena, json_at(request.parent, "status"))};
    struct shard shard = {.in = &input,
        .arena = arena,
        .tasks = &tasks,
        .tablets = &tablet,
        .count = 1,
        .wanted = row->pod == NULL ? 0 : 1,
        .fresh = true,
        .remote_primary = "zone2-0000000200"};
    const char *got;

    prove_data(&shard);
    got = fmt(arena,
        "%s: asked %d proven %d unproven %d beginning %d",
        row->shows,
        json_array_size(tasks.emitted) > 0,
        tablet.proven,
        tablet.unproven,
        shard.next.beginning);
    ck_assert_str_eq(got,
        fmt(arena,
            "%s: asked %d proven %d unproven %d beginning %d",
            row->shows,
            row->asked,
            row->proven,
            row->unproven,
            row->beginning));
}

START_TEST(who_is_asked)
{
    static const struct row rows[] = {
        {"all start together", "{}", HOLDS_NONE, RUNS, false, false, false, false, true},
        {"its Pod does not run yet", "{}", HOLDS_NONE, WAITS, false, false, false, false, false},
        {"its Pod is being deleted", "{}", HOLDS_NONE, GOES, false, false, false, false, false},
        {"it is the first to be complete", "{}", HOLDS_NONE, RUNS, true, false, true, false, false},
        {"the other one was", "{'beginning':true}", HOLDS, RUNS, true, false, true, false, false},
        {"and this one is not yet",
            "{'beginning':true}",
            HOLDS,
            RUNS,
            false,
            false,
            false,
            false,
            true},
        {"and its Pod went since",
            "{'beginning':true}",
            HOLDS,
            WAITS,
            false,
            false,
            false,
            false,
            false},
        {"the cell came later", "{}", HOLDS, RUNS, true, true, false, true, false},
        {"and does not serve yet", "{}", HOLDS, RUNS, false, false, false, false, false},
        {"it had no tablets",
            "{'beginning':true}",
            HOLDS_NONE,
            NULL,
            false,
            false,
            false,
            false,
            false},
        {"the other cell is not seen", "{}", NULL, RUNS, true, true, false, true, false},
        {"nor was it before", "{}", NULL, RUNS, false, false, false, false, false},
        {"it was seen before", "{'beginning':true}", NULL, RUNS, true, false, true, false, false},
        {"status of another shape",
            "{'beginning':'yes'}",
            HOLDS,
            RUNS,
            true,
            true,
            false,
            true,
            false},
        {"peer of another shape", "{}", ODD, RUNS, true, false, true, false, false},
        {"a claim that was made since",
            "{'holdsData':[{'tablet':'zone1-0000000100','claim':'old'}]}",
            HOLDS,
            RUNS,
            true,
            true,
            false,
            true,
            false},
        {"one that is known",
            "{'holdsData':[{'tablet':'zone1-0000000100','claim':'u-claim'}]}",
            HOLDS,
            RUNS,
            true,
            false,
            true,
            false,
            false},
    };

    for (size_t i = 0; i < sizeof(rows) / sizeof(*rows); i++)
        check_row(&rows[i], cells_of("zone2"));
}
END_TEST

START_TEST(a_shard_of_one_cell_remembers_nothing)
{
    static const struct row runs =
        {"one cell", "{}", NULL, RUNS, false, false, false, false, false};
    static const struct row serves =
        {"one cell that serves", "{}", NULL, RUNS, true, false, true, false, false};

    check_row(&runs, cells_of(NULL));
    check_row(&serves, cells_of(NULL));
}
END_TEST

static void tests(TCase *tcase)
{
    tcase_add_test(tcase, who_is_asked);
    tcase_add_test(tcase, a_shard_of_one_cell_remembers_nothing);
}

TEST_MAIN(tests)
