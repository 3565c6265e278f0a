/* The arena as it runs in production: blocks that are shared, not one malloc for each piece. The
 * tests of everything else run with the other kind. */
#undef ARENA_DEBUG
#include "base/arena.c"

#include <signal.h>

#include "testing.h"

/* Each test starts as a new process would. */
static void forget_kept_blocks(void)
{
    struct block *block;

    while ((block = kept_block()) != NULL)
        free(block);
}

START_TEST(pieces_are_zeroed_aligned_and_apart)
{
    unsigned char *pieces[2000];

    for (size_t i = 0; i < 2000; i++) {
        size_t size = i % 97 + 1;

        pieces[i] = arena_alloc(arena, size);
        ck_assert_uint_eq((uintptr_t)pieces[i] % alignof(max_align_t), 0);
        for (size_t j = 0; j < size; j++)
            ck_assert_uint_eq(pieces[i][j], 0);
        memset(pieces[i], (int)(i % 251), size);
    }
    for (size_t i = 0; i < 2000; i++)
        for (size_t j = 0; j < i % 97 + 1; j++)
            ck_assert_uint_eq(pieces[i][j], i % 251);
}
END_TEST

START_TEST(memory_of_an_earlier_arena_is_zeroed_again)
{
    for (int round = 0; round < 3; round++) {
        struct arena *own = arena_new(0);
        unsigned char *piece = arena_alloc(own, 10000);

        for (size_t i = 0; i < 10000; i++)
            ck_assert_uint_eq(piece[i], 0);
        memset(piece, 0xff, 10000);
        arena_free(own);
    }
}
END_TEST

/* Whether it is new, or was used before and given back. */
START_TEST(many_pages_at_once_are_zeroed)
{
    static const size_t sizes[] = {128 * 1024, 200 * 1024, 1024 * 1024, 3 * 1024 * 1024};

    for (int round = 0; round < 3; round++) {
        struct arena *own = arena_new(0);

        for (size_t i = 0; i < sizeof(sizes) / sizeof(sizes[0]); i++) {
            unsigned char *bytes = arena_alloc(own, sizes[i]), *small = arena_raw(own, 100);

            for (size_t at = 0; at < sizes[i]; at++)
                ck_assert_uint_eq(bytes[at], 0);
            memset(bytes, 0xff, sizes[i]);
            memset(small, 0xff, 100);
            ck_assert_uint_eq((uintptr_t)bytes % alignof(max_align_t), 0);
        }
        ck_assert_uint_eq(arena_used(own), 400 + sizes[0] + sizes[1] + sizes[2] + sizes[3]);
        arena_free(own);
    }
}
END_TEST

START_TEST(first_block_is_small_and_others_are_large)
{
    size_t largest = 0, smallest = SIZE_MAX, blocks = 0;

    forget_kept_blocks();
    for (size_t i = 0; i < 40 * 1024; i++)
        arena_alloc(arena, 200);
    for (const struct block *block = arena->blocks; block != NULL; block = block->next, blocks++) {
        largest = block->size > largest ? block->size : largest;
        smallest = block->size < smallest ? block->size : smallest;
    }
    ck_assert_uint_eq(largest, LARGEST_BLOCK);
    ck_assert_uint_eq(smallest, FIRST_BLOCK);
    ck_assert_uint_lt(blocks, 20);
}
END_TEST

START_TEST(large_piece_leaves_the_rest_of_the_block_in_use)
{
    struct arena *own = arena_new(0);
    char *first, *next;

    forget_kept_blocks();
    first = arena_alloc(own, 16);
    memset(arena_alloc(own, 300000), 1, 300000);
    next = arena_alloc(own, 16);
    ck_assert_ptr_eq(next, first + 16);
    arena_free(own);
}
END_TEST

START_TEST(large_piece_may_come_first)
{
    struct arena *own = arena_new(0);

    forget_kept_blocks();
    memset(arena_alloc(own, 100000), 1, 100000);
    memset(arena_alloc(own, 16), 1, 16);
    arena_free(own);
}
END_TEST

START_TEST(largest_blocks_are_used_again)
{
    struct arena *own = arena_new(0);
    const void *first;

    forget_kept_blocks();
    for (size_t i = 0; i < 200 * 1024; i++)
        arena_alloc(own, 200);
    arena_free(own);
    ck_assert_uint_eq(kept.count, KEPT_BLOCKS);

    first = kept.first;
    own = arena_new(0);
    arena_alloc(own, 16);
    ck_assert_ptr_eq(own->blocks, first);
    ck_assert_uint_eq(kept.count, KEPT_BLOCKS - 1);
    for (size_t i = 0; i < LARGEST_BLOCK / 16 - 1; i++)
        arena_alloc(own, 16);
    ck_assert_uint_eq(kept.count, KEPT_BLOCKS - 1);
    arena_alloc(own, 16);
    ck_assert_uint_eq(kept.count, KEPT_BLOCKS - 2);
    arena_free(own);
    ck_assert_uint_eq(kept.count, KEPT_BLOCKS);
}
END_TEST

static void *use_arenas(void *unused)
{
    (void)unused;
    for (int round = 0; round < 50; round++) {
        struct arena *own = arena_new(0);
        unsigned char *pieces[64];

        for (size_t i = 0; i < 64; i++)
            memset(pieces[i] = arena_alloc(own, 50000), (int)i, 50000);
        for (size_t i = 0; i < 64; i++)
            if (pieces[i][0] != i || pieces[i][49999] != i)
                return (void *)1;
        arena_free(own);
    }
    return NULL;
}

START_TEST(threads_share_the_kept_blocks)
{
    pthread_t threads[4];
    void *result;

    for (int i = 0; i < 4; i++)
        ck_assert_int_eq(pthread_create(&threads[i], NULL, use_arenas, NULL), 0);
    for (int i = 0; i < 4; i++) {
        pthread_join(threads[i], &result);
        ck_assert_ptr_null(result);
    }
    ck_assert_uint_le(kept.count, KEPT_BLOCKS);
}
END_TEST

START_TEST(raw_memory_counts_too)
{
    struct arena *own = arena_new(100);

    memset(arena_raw(own, 100), 1, 100);
    ck_assert(!arena_exhausted(own));
    memset(arena_raw(own, 1), 1, 1);
    ck_assert(arena_exhausted(own));
    ck_assert_uint_eq(arena_used(own), 101);
    arena_free(own);
}
END_TEST

START_TEST(what_is_large_at_once_is_not_given_beyond_the_limit)
{
    struct arena *own = arena_new(100), *boundless = arena_new(0);

    ck_assert_ptr_nonnull(arena_try(own, 60));
    ck_assert_ptr_nonnull(arena_try(own, 40));
    ck_assert(!arena_exhausted(own));
    ck_assert_ptr_null(arena_try(own, 1));
    ck_assert(arena_exhausted(own));
    ck_assert_uint_eq(arena_used(own), 100);
    arena_alloc(own, 1);
    ck_assert_ptr_null(arena_try(own, SIZE_MAX));
    ck_assert_ptr_nonnull(arena_try(boundless, 1 << 20));
    arena_free(own);
    arena_free(boundless);
}
END_TEST

START_TEST(limit_is_soft_and_stays_passed)
{
    struct arena *own = arena_new(100);

    ck_assert(!arena_exhausted(own));
    arena_alloc(own, 100);
    ck_assert(!arena_exhausted(own));
    ck_assert_ptr_nonnull(arena_alloc(own, 1));
    ck_assert(arena_exhausted(own));
    ck_assert_uint_eq(arena_used(own), 101);
    arena_free(own);
}
END_TEST

START_TEST(nothing_is_something)
{
    ck_assert_ptr_nonnull(arena_alloc(arena, 0));
    ck_assert_ptr_nonnull(arena_array(arena, 0, 8));
    ck_assert_ptr_nonnull(arena_array(arena, 8, 0));
    arena_free(NULL);
}
END_TEST

START_TEST(array_is_zeroed)
{
    const int *numbers = arena_array(arena, 100, sizeof(*numbers));

    for (size_t i = 0; i < 100; i++)
        ck_assert_int_eq(numbers[i], 0);
}
END_TEST

/* Each of them would otherwise give less than was asked for. (volatile: a compiler that sees the
 * size refuses to compile this.) */
START_TEST(sizes_that_overflow_end_the_process)
{
    volatile size_t most = SIZE_MAX;

    switch (_i) {
    case 0:
        arena_array(arena, most / 2, 4);
        break;
    case 1:
        arena_alloc(arena, most);
        break;
    case 2:
        arena_alloc(arena, most - 20);
        break;
    default:
        arena_array(arena, most / 8 + 1, 8);
    }
}
END_TEST

static void tests(TCase *tcase)
{
    tcase_add_test(tcase, pieces_are_zeroed_aligned_and_apart);
    tcase_add_test(tcase, memory_of_an_earlier_arena_is_zeroed_again);
    tcase_add_test(tcase, many_pages_at_once_are_zeroed);
    tcase_add_test(tcase, first_block_is_small_and_others_are_large);
    tcase_add_test(tcase, large_piece_leaves_the_rest_of_the_block_in_use);
    tcase_add_test(tcase, large_piece_may_come_first);
    tcase_add_test(tcase, largest_blocks_are_used_again);
    tcase_add_test(tcase, threads_share_the_kept_blocks);
    tcase_add_test(tcase, raw_memory_counts_too);
    tcase_add_test(tcase, what_is_large_at_once_is_not_given_beyond_the_limit);
    tcase_add_test(tcase, limit_is_soft_and_stays_passed);
    tcase_add_test(tcase, nothing_is_something);
    tcase_add_test(tcase, array_is_zeroed);
}

/* A program that aborts needs a process of its own. */
static int run_overflows(void)
{
    Suite *suite = suite_create("arena sizes");
    TCase *tcase = tcase_create("overflow");
    SRunner *runner;
    int failed;

    tcase_add_checked_fixture(tcase, testing_setup, testing_teardown);
    tcase_add_loop_test_raise_signal(tcase, sizes_that_overflow_end_the_process, SIGABRT, 0, 4);
    suite_add_tcase(suite, tcase);
    runner = srunner_create(suite);
    srunner_set_fork_status(runner, CK_FORK);
    srunner_run_all(runner, CK_NORMAL);
    failed = srunner_ntests_failed(runner);
    srunner_free(runner);
    return failed;
}

int main(void)
{
    TCase *tcase = tcase_create(__FILE__);
    int overflows = run_overflows();

    tests(tcase);
    return testing_run(tcase, __FILE__) != 0 || overflows != 0;
}
