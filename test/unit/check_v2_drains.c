#include "planetscale.h"

#include "../../hooks/v2/drains.h"
#include "../../hooks/v2/keys.h"

static const char *const state_names[] = {
    [V2_NOT_DRAINING] = "NotDraining",
    [V2_DRAINING] = "Draining",
    [V2_DRAIN_ACKNOWLEDGED] = "DrainingAcknowledged",
    [V2_DRAIN_FINISHED] = "DrainingFinished",
};

static enum v2_drain_state state_named(const char *name)
{
    for (size_t i = 0; i < sizeof(state_names) / sizeof(*state_names); i++) {
        if (text_equal(state_names[i], name))
            return (enum v2_drain_state)i;
    }
    ck_abort_msg("no state %s", name);
    return V2_NOT_DRAINING;
}

enum { TABLETS = 3 };
struct tablets {
    struct v2_drain at[TABLETS];
};

static struct tablets tablets_of(const json_t *states)
{
    struct tablets tablets = {0};

    ck_assert_uint_eq(json_array_size(states), TABLETS);
    for (unsigned i = 0; i < TABLETS; i++)
        tablets.at[i] = (struct v2_drain){.alias = fmt(arena, "zone1-%010u", i + 1),
            .state = state_named(json_string_value(json_array_get(states, i)))};
    return tablets;
}

/* Those that change and what they become, as in the tables. */
static const json_t *changes(const struct tablets *tablets)
{
    json_t *map = json_new_map();

    for (size_t i = 0; i < TABLETS; i++) {
        if (tablets->at[i].next != tablets->at[i].state)
            json_put_text(map, tablets->at[i].alias, state_names[tablets->at[i].next]);
    }
    return map;
}

/* From last to first: their order is that of the aliases. */
static void reverse(struct tablets *tablets)
{
    struct v2_drain first = tablets->at[0];

    tablets->at[0] = tablets->at[TABLETS - 1];
    tablets->at[TABLETS - 1] = first;
}

START_TEST(transitions_are_theirs)
{
    const json_t *rows = json_at(vector_json("tables.json"), "drainTransitions");
    const json_t *row;

    ck_assert_uint_gt(json_array_size(rows), 0);
    json_each_item (rows, i, row) {
        struct tablets tablets = tablets_of(json_at(row, "in"));
        struct tablets reversed = tablets;

        v2_drain_transitions(tablets.at, TABLETS);
        reverse(&reversed);
        v2_drain_transitions(reversed.at, TABLETS);
        ck_assert_msg(json_same(changes(&tablets), json_at(row, "out")),
            "%s",
            json_write(arena, row, NULL));
        ck_assert(json_same(changes(&reversed), json_at(row, "out")));
    }
}
END_TEST

/* What the rows are examples of, of all 64 there are. */
START_TEST(one_at_a_time)
{
    for (unsigned row = 0; row < 64; row++) {
        struct tablets tablets = {0};
        unsigned before = 0, after = 0, unseen = 0;

        for (unsigned i = 0; i < TABLETS; i++)
            tablets.at[i] = (struct v2_drain){.alias = fmt(arena, "%u", i),
                .state = (enum v2_drain_state)(row >> (2 * i) & 3)};
        v2_drain_transitions(tablets.at, TABLETS);
        for (unsigned i = 0; i < TABLETS; i++) {
            const struct v2_drain *drain = &tablets.at[i];

            before += drain->state == V2_DRAIN_FINISHED;
            after += drain->next == V2_DRAIN_FINISHED;
            unseen += drain->state == V2_DRAINING;
            ck_assert(drain->next == drain->state || drain->next == drain->state + 1);
            ck_assert(drain->state != V2_DRAINING || drain->next == V2_DRAIN_ACKNOWLEDGED);
        }
        ck_assert_uint_le(after, before == 0 ? 1 : before);
        ck_assert(unseen == 0 || after == before);
    }
}
END_TEST

/* --- a pass --- */

#define FIRST "zone1-0000000001"
#define SECOND "zone1-0000000002"

static bool pass(const char *states, const char *primary, const char *expected)
{
    struct tablets tablets = tablets_of(json_of(states));
    bool moves = v2_drain_pass(tablets.at, TABLETS, primary);

    ck_json(changes(&tablets), expected);
    return moves;
}

START_TEST(a_primary_hands_over_before_it_is_finished)
{
    ck_assert(pass("['DrainingAcknowledged', 'NotDraining', 'NotDraining']", FIRST, "{}"));
    ck_assert(!pass("['DrainingAcknowledged', 'NotDraining', 'NotDraining']",
        SECOND,
        "{'zone1-0000000001': 'DrainingFinished'}"));
    ck_assert(!pass("['DrainingAcknowledged', 'NotDraining', 'NotDraining']",
        "zone2-0000000001",
        "{'zone1-0000000001': 'DrainingFinished'}"));
}
END_TEST

/* What has just been seen may change who is next. */
START_TEST(a_primary_waits_for_starts_to_be_seen)
{
    ck_assert(!pass("['DrainingAcknowledged', 'Draining', 'NotDraining']",
        FIRST,
        "{'zone1-0000000002': 'DrainingAcknowledged'}"));
    ck_assert(!pass("['Draining', 'NotDraining', 'NotDraining']",
        FIRST,
        "{'zone1-0000000001': 'DrainingAcknowledged'}"));
    ck_assert(!pass("['NotDraining', 'DrainingAcknowledged', 'DrainingAcknowledged']",
        "zone1-0000000003",
        "{'zone1-0000000002': 'DrainingFinished'}"));
    ck_assert(!pass("['NotDraining', 'NotDraining', 'NotDraining']", FIRST, "{}"));
}
END_TEST

/* Somebody else has made it the primary. It stays finished, as it may be going already. */
START_TEST(a_finished_primary_hands_over)
{
    ck_assert(pass("['DrainingFinished', 'NotDraining', 'NotDraining']", FIRST, "{}"));
    ck_assert(pass("['DrainingFinished', 'Draining', 'DrainingAcknowledged']",
        FIRST,
        "{'zone1-0000000002': 'DrainingAcknowledged'}"));
}
END_TEST

START_TEST(whoever_gives_up_stops_all)
{
    struct tablets tablets =
        tablets_of(json_of("['NotDraining', 'Draining', 'DrainingAcknowledged']"));

    tablets.at[0].given_up = true;
    ck_assert(!v2_drain_pass(tablets.at, TABLETS, SECOND));
    ck_json(changes(&tablets), "{}");
    tablets.at[2].state = V2_DRAIN_FINISHED;
    ck_assert(!v2_drain_pass(tablets.at, TABLETS, tablets.at[2].alias));
}
END_TEST

/* --- annotations --- */

static struct v2_drain drain_with(const char *keys)
{
    const json_t *list = json_of(keys);
    json_t *annotations = json_new_map();
    json_t *metadata = json_new_map();
    json_t *pod = json_new_map();
    const json_t *key;

    json_each_item (list, i, key)
        json_put_text(annotations,
            fmt(arena, "drain.planetscale.com/%s", json_string_value(key)),
            "");
    json_put(metadata, "annotations", annotations);
    json_put(pod, "metadata", metadata);
    return v2_drain_of(FIRST, pod);
}

START_TEST(annotations_count_by_being_there)
{
    static const struct {
        const char *keys;
        enum v2_drain_state state;
        bool given_up;
    } rows[] = {
        {"[]", V2_NOT_DRAINING, false},
        {"['supported']", V2_NOT_DRAINING, false},
        {"['supported', 'started']", V2_DRAINING, false},
        {"['started']", V2_DRAINING, false},
        {"['started', 'acknowledged']", V2_DRAIN_ACKNOWLEDGED, false},
        {"['started', 'acknowledged', 'finished']", V2_DRAIN_FINISHED, false},
        {"['started', 'finished']", V2_DRAIN_FINISHED, false},
        {"['acknowledged']", V2_NOT_DRAINING, true},
        {"['finished']", V2_NOT_DRAINING, true},
    };

    for (size_t i = 0; i < sizeof(rows) / sizeof(*rows); i++) {
        struct v2_drain drain = drain_with(rows[i].keys);

        ck_assert_str_eq(drain.alias, FIRST);
        ck_assert_int_eq(drain.state, rows[i].state);
        ck_assert_int_eq(drain.next, rows[i].state);
        ck_assert_int_eq(drain.given_up, rows[i].given_up);
    }
}
END_TEST

static void tests(TCase *tcase)
{
    tcase_add_test(tcase, transitions_are_theirs);
    tcase_add_test(tcase, one_at_a_time);
    tcase_add_test(tcase, a_primary_hands_over_before_it_is_finished);
    tcase_add_test(tcase, a_primary_waits_for_starts_to_be_seen);
    tcase_add_test(tcase, a_finished_primary_hands_over);
    tcase_add_test(tcase, whoever_gives_up_stops_all);
    tcase_add_test(tcase, annotations_count_by_being_there);
}

TEST_MAIN(tests)
