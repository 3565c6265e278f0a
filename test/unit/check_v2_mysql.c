#include "planetscale.h"

#include "../../hooks/v2/mysql.h"

static void check_version(const char *image, const json_t *expected)
{
    const char *version = v2_mysql_server_version(arena, image);

    if (json_is_null(expected))
        ck_assert_msg(version == NULL, "%s has a version, %s", image, version);
    else
        ck_assert_str_eq(version, json_string_value(expected));
}

START_TEST(versions_are_theirs)
{
    const json_t *rows = json_at(vector_json("tables.json"), "mysqlServerVersionFlag");
    const char *image;
    const json_t *version;

    ck_assert_uint_gt(json_object_size(rows), 0);
    json_each_field (rows, image, version)
        check_version(image, version);
}
END_TEST

/* All but the port of a registry, which is none. */
START_TEST(versions_that_were_read_by_hand)
{
    const json_t *rows = json_at(vector_json("names.json"), "mysql_server_version_flag");
    const json_t *row;

    ck_assert_uint_gt(json_array_size(rows), 0);
    json_each_item (rows, i, row) {
        const char *image = json_text_at(row, "image");

        if (!text_starts_with(image, "registry:5000/"))
            check_version(image, json_at(row, "flag"));
    }
}
END_TEST

START_TEST(ports_and_digests_are_no_versions)
{
    const json_t *none = json_null();

    check_version("registry:5000/mysql:8.0.40", json_string("8.0.40-Vitess"));
    check_version("registry:5000/mysql", none);
    check_version("registry:5000/mysql@sha256:8a1b", none);
    check_version("mysql@sha256:8a1b", none);
    check_version("localhost:5000/a/b:8.4", json_string("8.4-Vitess"));
    check_version(NULL, none);
    check_version("", none);
}
END_TEST

START_TEST(versions_are_numbers_and_dots)
{
    const json_t *none = json_null();

    check_version("mysql:8..1", none);
    check_version("mysql:8.0.40.7.x", json_string("8.0.40.7.x-Vitess"));
    check_version("mysql:9223372036854775806", json_string("9223372036854775806-Vitess"));
    check_version("mysql:92233720368547758080", none);
    check_version("mysql:8.92233720368547758080.1", none);
}
END_TEST

/* --- upgrades --- */

START_TEST(upgrades_are_theirs)
{
    const json_t *rows = json_at(vector_json("tables.json"), "safeUpgrade");
    const json_t *row;

    ck_assert_uint_gt(json_array_size(rows), 0);
    json_each_item (rows, i, row) {
        const char *from = json_text_at(row, "from");
        const char *to = json_text_at(row, "to");
        struct v2_mysql_upgrade upgrade = v2_mysql_upgrade(arena, from, to);

        ck_assert_msg(upgrade.slow_shutdown == json_true_at(row, "needsSafe"),
            "from %s to %s",
            from,
            to);
        ck_assert_str_eq(upgrade.refused == NULL ? "" : upgrade.refused,
            json_text_at(row, "error"));
    }
}
END_TEST

static const char *verdict(const char *from, const char *to)
{
    struct v2_mysql_upgrade upgrade = v2_mysql_upgrade(arena, from, to);

    if (upgrade.refused != NULL)
        return upgrade.refused;
    return upgrade.slow_shutdown ? "slow" : "fast";
}

/* What the rules say beside the rows that there are. */
START_TEST(upgrades_by_rule)
{
    ck_assert_str_eq(verdict("mysql:8.0.40", "mysql:5.7.44"),
        "cannot downgrade major version from 8.0.40 to 5.7.44");
    ck_assert_str_eq(verdict("mysql:8.0.33", "mysql:8.0.33-debian"), "fast");
    ck_assert_str_eq(verdict("mysql:8.0.33", "mysql:8.0.34"), "slow");
    ck_assert_str_eq(verdict("mysql:8.0.34", "mysql:8.0.33"),
        "cannot downgrade patch version from 8.0.34 to 8.0.33");
    ck_assert_str_eq(verdict("mysql:8.0.40", "mysql:8.4.0"), "slow");
    ck_assert_str_eq(verdict("mysql:8.4.4", "mysql:8.4.3"), "fast");
    ck_assert_str_eq(verdict("mysql:5.7.8", "mysql:5.7.44"), "fast");
    ck_assert_str_eq(verdict("mysql:8.0", "mysql:8.4"), "slow");
    ck_assert_str_eq(verdict("mysql:8.0", "mysql:8.0"), "fast");
    ck_assert_str_eq(verdict(NULL, "mysql:8.0.40"), "fast");
    ck_assert_str_eq(verdict("mysql:8.0.40", NULL), "fast");
    ck_assert_str_eq(verdict("r:5000/mysql:8.0.33", "r:5000/mysql:8.0.34"), "slow");
    ck_assert_str_eq(verdict("r:5000/mysql:8.0.35", "r:5000/mysql:8.0.36"), "fast");
}
END_TEST

static void tests(TCase *tcase)
{
    tcase_add_test(tcase, versions_are_theirs);
    tcase_add_test(tcase, versions_that_were_read_by_hand);
    tcase_add_test(tcase, ports_and_digests_are_no_versions);
    tcase_add_test(tcase, versions_are_numbers_and_dots);
    tcase_add_test(tcase, upgrades_are_theirs);
    tcase_add_test(tcase, upgrades_by_rule);
}

TEST_MAIN(tests)
