#ifndef VITESS_OPERATOR_TESTING_H
#define VITESS_OPERATOR_TESTING_H

#include <check.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "json.h"

/* What each test runs in: an arena of its own, with the JSON scope entered. */
static struct arena *arena;
static struct json_scope testing_scope;

static inline void testing_setup(void)
{
    arena = arena_new(0);
    testing_scope = json_enter(arena);
}

static inline void testing_teardown(void)
{
    json_leave(testing_scope);
    arena_free(arena);
}

/* JSON as it is written in a test: single quotes stand for double ones. The test fails where it is
 * no JSON. */
static inline const json_t *json_of(const char *text)
{
    struct json_fault fault = {0};
    char *copy = arena_alloc(arena, strlen(text) + 1);
    const json_t *value;

    strcpy(copy, text);
    for (char *at = copy; *at != '\0'; at++)
        if (*at == '\'')
            *at = '"';
    value = json_read(arena, copy, strlen(copy), 0, &fault);
    if (value == NULL)
        ck_abort_msg("%d:%d: %s in %s", fault.line, fault.column, fault.text, copy);
    return value;
}

/* The canonical texts of two documents are equal; the second one is written as for json_of(). */
#define ck_json(value, expected) testing_same(__FILE__, __LINE__, (value), json_of(expected))

/* Check refuses long messages, so the two texts go to stderr. */
static inline void testing_same(const char *file, int line, const json_t *value,
    const json_t *expected)
{
    const char *got = json_write(arena, value, NULL);
    const char *wanted = json_write(arena, expected, NULL);

    if (strcmp(got, wanted) == 0)
        return;
    fprintf(stderr, "%s:%d:\n  got    %s\n  wanted %s\n", file, line, got, wanted);
    ck_abort_msg("%s:%d: the documents differ, see above", file, line);
}

static inline int testing_run(TCase *tests, const char *file)
{
    Suite *suite = suite_create(file);
    SRunner *runner;
    int failed;

    tcase_add_checked_fixture(tests, testing_setup, testing_teardown);
    tcase_set_timeout(tests, 0);
    suite_add_tcase(suite, tests);
    runner = srunner_create(suite);
    /* In one process, so that a sanitizer's report and a debugger see the test itself. */
    srunner_set_fork_status(runner, CK_NOFORK);
    srunner_run_all(runner, CK_NORMAL);
    failed = srunner_ntests_failed(runner);
    srunner_free(runner);
    return failed == 0 ? EXIT_SUCCESS : EXIT_FAILURE;
}

/* After the tests: TEST_MAIN(tests) where `static void tests(TCase *tcase)` adds each one. */
#define TEST_MAIN(add)                                                                             \
    int main(void)                                                                                 \
    {                                                                                              \
        TCase *testing_case = tcase_create(__FILE__);                                              \
                                                                                                   \
        add(testing_case);                                                                         \
        return testing_run(testing_case, __FILE__);                                                \
    }

#endif
