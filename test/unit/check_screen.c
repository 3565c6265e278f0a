#include "testing.h"

#include "cli/view/screen.h"

/* What a line looks like at a width, as text. */
static const char *shown(const struct screen *screen, size_t width, bool colour)
{
    char *bytes = NULL;
    size_t length = 0;
    FILE *out = open_memstream(&bytes, &length);

    line_print(out, &screen->lines[screen->count - 1], width, colour);
    fclose(out);
    const char *copy = text_copy(arena, bytes, length);
    free(bytes);
    return copy;
}

START_TEST(a_line_is_cut_between_characters)
{
    struct screen screen = {.arena = arena};

    screen_line(&screen);
    screen_add(&screen, STYLE_DIM, "├─ ");
    screen_add(&screen, STYLE_GOOD, "★ %s", "Pod");
    ck_assert_uint_eq(columns_of("├─ "), 3);
    ck_assert_str_eq(shown(&screen, 0, false), "├─ ★ Pod");
    ck_assert_str_eq(shown(&screen, 8, false), "├─ ★ Pod");
    ck_assert_str_eq(shown(&screen, 4, false), "├─ ★");
    ck_assert_str_eq(shown(&screen, 2, false), "├─");
    ck_assert_str_eq(shown(&screen, 4, true), "\033[2m├─ \033[0m\033[32m★\033[0m");
}
END_TEST

START_TEST(a_screen_grows)
{
    struct screen screen = {.arena = arena};

    for (int i = 0; i < 100; i++) {
        screen_line(&screen);
        for (int j = 0; j < 20; j++)
            screen_add(&screen, STYLE_PLAIN, "%d", j % 10);
    }
    ck_assert_uint_eq(screen.count, 100);
    ck_assert_str_eq(shown(&screen, 0, true), "01234567890123456789");
}
END_TEST

START_TEST(unicode_is_asked_of_the_environment)
{
    static const struct {
        const char *all, *ctype, *lang;
        bool unicode;
    } rows[] = {{"", "", "", false},
        {"", "", "en_GB.UTF-8", true},
        {"", "", "de_DE.utf8", true},
        {"", "", "C.UTF-8", true},
        {"", "", "de_DE.ISO-8859-1", false},
        {"C", "", "en_GB.UTF-8", false},
        {"", "C.UTF-8", "C", true}};

    for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
        setenv("LC_ALL", rows[i].all, 1);
        setenv("LC_CTYPE", rows[i].ctype, 1);
        setenv("LANG", rows[i].lang, 1);
        ck_assert_int_eq(terminal_unicode(), rows[i].unicode);
    }
}
END_TEST

static void tests(TCase *tcase)
{
    tcase_add_test(tcase, a_line_is_cut_between_characters);
    tcase_add_test(tcase, a_screen_grows);
    tcase_add_test(tcase, unicode_is_asked_of_the_environment);
}

TEST_MAIN(tests)
