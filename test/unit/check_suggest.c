#include "testing.h"

#include "json/spec_reader.h"

struct thing {
    const char *text;
    const json_t *json;
};

static const struct spec_field fields[] = {SPEC(struct thing, text, "replicas", "R."),
    SPEC(struct thing, text, "replica", "R."),
    SPEC(struct thing, text, "volumeClaim", "V."),
    SPEC(struct thing, text, "cells", "C."),
    SPEC(struct thing, text, "size", "S."),
    SPEC(struct thing, text, "on", "O."),
    SPEC(struct thing, text, "retire", "R.", .internal = true),
    SPEC(struct thing, text, "aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa",
        "63 of them."),
    SPEC(struct thing, text, "bbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbb",
        "64 of them."),
    SPEC_SELF(struct thing, json),
    SPEC_END};

START_TEST(suggestions)
{
    static const struct {
        const char *key, *suggestion;
    } rows[] = {
        /* A letter more, less or other, and two of them. */
        {"replicass", "replicas"},
        {"rreplicas", "replicas"},
        {"eplicas", "replicas"},
        {"repXicas", "replicas"},
        {"Replicas", "replicas"},
        {"relpicas", "replicas"},
        {"repXiXas", "replicas"},
        {"repXXXas", NULL},
        {"replicasss", "replicas"},
        {"replicassss", NULL},
        {"volumeclaim", "volumeClaim"},
        {"volumeClaims", "volumeClaim"},
        {"volumClam", "volumeClaim"},
        {"volum", NULL},
        /* The nearest one, the first of equally near ones. */
        {"replicaz", "replicas"},
        {"replic", "replica"},
        /* Two letters are most of a short word. */
        {"celXX", "cells"},
        {"cels", "cells"},
        {"cel", NULL},
        {"siXX", NULL},
        {"sizes", "size"},
        {"sizess", NULL},
        {"siz", "size"},
        {"szie", "size"},
        {"o", "on"},
        {"no", "on"},
        {"x", NULL},
        {"", NULL},
        {"retir", NULL},
        {"aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaab",
            "aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa"},
        {"aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa", NULL},
        {"bbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbb", NULL},
    };

    for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++)
        ck_assert_msg(text_equal(spec_suggestion(fields, rows[i].key), rows[i].suggestion),
            "%s: %s",
            rows[i].key,
            spec_suggestion(fields, rows[i].key));
}
END_TEST

START_TEST(capitals_and_separators_are_no_letters)
{
    ck_assert_str_eq(spec_suggestion(fields, "VOLUME_CLAIM"), "volumeClaim");
    ck_assert_str_eq(spec_suggestion(fields, "volume-clam"), "volumeClaim");
    ck_assert_ptr_null(spec_suggestion(fields, "_-"));
}
END_TEST

START_TEST(values_of_an_enum)
{
    static const char *const values[] = {"none", "semi_sync", "cross_cell", "NodePort", NULL};

    ck_assert_str_eq(spec_nearest(values, "semisync"), "semi_sync");
    ck_assert_str_eq(spec_nearest(values, "Semi-Sink"), "semi_sync");
    ck_assert_str_eq(spec_nearest(values, "nodeport"), "NodePort");
    ck_assert_str_eq(spec_nearest(values, "None"), "none");
    ck_assert_ptr_null(spec_nearest(values, "semi"));
    ck_assert_ptr_null(spec_nearest(values, ""));
}
END_TEST

static void tests(TCase *tcase)
{
    tcase_add_test(tcase, suggestions);
    tcase_add_test(tcase, capitals_and_separators_are_no_letters);
    tcase_add_test(tcase, values_of_an_enum);
}

TEST_MAIN(tests)
