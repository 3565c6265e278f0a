#include "testing.h"

#include "sim/core/chance.h"
#include "sim/core/queue.h"

static struct queue queue;

static const char *take(long now)
{
    struct queue_keys keys = queue_take(&queue, arena, now);
    struct text text = {.arena = arena};

    for (size_t i = 0; i < keys.count; i++)
        text_addf(&text, "%s%s", i == 0 ? "" : " ", keys.at[i]);
    return text_string(&text);
}

START_TEST(a_key_is_in_it_once)
{
    queue_start(&queue, arena);
    queue_add(&queue, "a");
    queue_add(&queue, "b");
    queue_add(&queue, "a");
    ck_assert_int_eq(queue_due(&queue, 5), 6);
    ck_assert_str_eq(take(5), "a b");
    ck_assert_str_eq(take(5), "");
    ck_assert_int_eq(queue_due(&queue, 5), NEVER);
}
END_TEST

START_TEST(the_earliest_delay_wins_and_outlives_other_turns)
{
    queue_start(&queue, arena);
    queue_add_at(&queue, "a", 10);
    queue_add_at(&queue, "a", 20);
    queue_add_at(&queue, "b", 30);
    ck_assert_int_eq(queue_due(&queue, 0), 10);
    queue_add(&queue, "b");
    ck_assert_str_eq(take(1), "b");
    ck_assert_str_eq(take(10), "a");
    ck_assert_str_eq(take(29), "");
    ck_assert_str_eq(take(30), "b");
}
END_TEST

START_TEST(a_delay_can_be_cancelled)
{
    queue_start(&queue, arena);
    queue_add_at(&queue, "a", 10);
    queue_add_at(&queue, "b", 10);
    queue_cancel(&queue, "a");
    ck_assert_str_eq(take(10), "b");
    queue_add_at(&queue, "a", 20);
    ck_assert_str_eq(take(20), "a");
}
END_TEST

START_TEST(an_idle_retry_keeps_nobody_waiting)
{
    queue_start(&queue, arena);
    queue_add_idle(&queue, "a", 10);
    ck_assert_int_eq(queue_due(&queue, 0), NEVER);
    ck_assert_int_eq(queue_next(&queue, 0), 10);
    ck_assert_str_eq(take(12), "a");
    queue_add_idle(&queue, "a", 20);
    queue_add_at(&queue, "a", 30);
    ck_assert_int_eq(queue_due(&queue, 0), 30);
}
END_TEST

START_TEST(only_a_seed_shuffles_and_always_the_same_way)
{
    struct chance none = chance_of(0), one = chance_of(1), again = chance_of(1);
    int a[8] = {0, 1, 2, 3, 4, 5, 6, 7}, b[8], c[8];

    memcpy(b, a, sizeof(a));
    memcpy(c, a, sizeof(a));
    chance_shuffle(&none, a, 8, sizeof(int));
    for (int i = 0; i < 8; i++)
        ck_assert_int_eq(a[i], i);
    chance_shuffle(&one, b, 8, sizeof(int));
    chance_shuffle(&again, c, 8, sizeof(int));
    ck_assert_mem_eq(b, c, sizeof(b));
    ck_assert_mem_ne(a, b, sizeof(b));
}
END_TEST

static void tests(TCase *tcase)
{
    tcase_add_test(tcase, a_key_is_in_it_once);
    tcase_add_test(tcase, the_earliest_delay_wins_and_outlives_other_turns);
    tcase_add_test(tcase, a_delay_can_be_cancelled);
    tcase_add_test(tcase, an_idle_retry_keeps_nobody_waiting);
    tcase_add_test(tcase, only_a_seed_shuffles_and_always_the_same_way);
}

TEST_MAIN(tests)
