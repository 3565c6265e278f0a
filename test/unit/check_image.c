#include "testing.h"

#include "vitess.h"

START_TEST(tags_tell_versions)
{
    ck_assert_uint_eq(image_major("vitess/lite:v24.0.4-mysql84"), 24);
    ck_assert_uint_eq(image_major("vitess/lite:v22"), 22);
    ck_assert_uint_eq(image_major("vitess/lite:23.0.1"), 23);
    ck_assert_uint_eq(image_major("registry:5000/vitess/lite:v25.0.0"), 25);
    ck_assert_uint_eq(image_major("vitess/lite:v24.0.0@sha256:abcd"), 24);
}
END_TEST

START_TEST(other_tags_tell_nothing)
{
    static const char *const images[] = {"vitess/lite",
        "vitess/lite:latest",
        "vitess/lite:mysql80",
        "registry:5000/vitess/lite",
        "vitess/lite@sha256:2401",
        "vitess/lite:24abcdef",
        "vitess/lite:v24rc1"};

    for (size_t i = 0; i < sizeof(images) / sizeof(*images); i++)
        ck_assert_msg(image_major(images[i]) == 0, "%s", images[i]);
    ck_assert_uint_eq(image_major(NULL), 0);
}
END_TEST

START_TEST(old_vitess_is_replaced)
{
    bool replaced = false;

    ck_assert_str_eq(image_or_newer("vitess/lite:v2.1.1", VITESS_IMAGE, &replaced), VITESS_IMAGE);
    ck_assert(replaced);
    ck_assert_str_eq(image_or_newer("vitess/lite:v22.0.3", VITESS_IMAGE, NULL), VITESS_IMAGE);
}
END_TEST

START_TEST(new_and_unknown_vitess_is_kept)
{
    bool replaced = false;

    ck_assert_str_eq(image_or_newer("vitess/lite:v23.0.0", VITESS_IMAGE, &replaced),
        "vitess/lite:v23.0.0");
    ck_assert_str_eq(image_or_newer("vitess/lite:latest", VITESS_IMAGE, &replaced),
        "vitess/lite:latest");
    ck_assert_str_eq(image_or_newer(NULL, VITESS_IMAGE, &replaced), VITESS_IMAGE);
    ck_assert(!replaced);
}
END_TEST

START_TEST(etcd_of_2018_is_replaced)
{
    bool replaced = false;

    ck_assert_str_eq(etcd_image_or_newer(arena, NULL, "3.2.11", &replaced), ETCD_IMAGE);
    ck_assert(replaced);
    ck_assert_str_eq(etcd_image_or_newer(arena, "quay.io/coreos/etcd:v3.4.30", NULL, NULL),
        ETCD_IMAGE);
    ck_assert_str_eq(etcd_image_or_newer(arena, "e:v2", NULL, NULL), ETCD_IMAGE);
}
END_TEST

static const char *etcd_goes(const char *from, const char *to)
{
    static const char *const steps[] = {"at once", "by way of ", "down"};
    const enum etcd_step step = etcd_step(from, to);

    return step == ETCD_BY_WAY
               ? fmt(arena, "%s%s", steps[step], strrchr(etcd_way(arena, from, to), ':') + 1)
               : steps[step];
}

START_TEST(etcd_takes_one_minor_version_after_the_other)
{
    static const struct {
        const char *from, *to, *goes;
    } rows[] = {
        {"e:v3.5.17", "e:v3.5.35", "at once"},
        {"e:v3.5.35", "e:v3.5.17", "at once"},
        {"e:v3.5.17", "e:v3.6.16", "by way of v3.5.35"},
        {"e:v3.5.31", "e:v3.6.16", "by way of v3.5.35"},
        {"e:v3.5.32", "e:v3.6.0", "at once"},
        {"e:v3.5.17", "e:v3.7.3", "by way of v3.5.35"},
        {"e:v3.5.35", "e:v3.7.3", "by way of v3.6.16"},
        {"e:v3.6.10", "e:v3.7.3", "by way of v3.6.16"},
        {"e:v3.6.11", "e:v3.7.3", "at once"},
        {"e:v3.7.0", "e:v3.8.0", "at once"},
        {"e:v3.6.0", "e:v3.5.35", "down"},
        {"mirror/etcd", "e:v3.7.3", "at once"},
        {"e:v3.5.17", "mirror/etcd:main", "at once"},
    };

    for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++)
        ck_assert_str_eq(etcd_goes(rows[i].from, rows[i].to), rows[i].goes);
    ck_assert_str_eq(etcd_fix_needed("e:v3.5.17"), "3.5.32");
    ck_assert_ptr_null(etcd_fix_needed("e:v3.9.1"));
}
END_TEST

START_TEST(newer_etcd_is_kept)
{
    bool replaced = false;

    ck_assert_str_eq(etcd_image_or_newer(arena, NULL, "3.5.21", &replaced),
        "quay.io/coreos/etcd:v3.5.21");
    ck_assert_str_eq(etcd_image_or_newer(arena, NULL, "v3.6.1", &replaced),
        "quay.io/coreos/etcd:v3.6.1");
    ck_assert_str_eq(etcd_image_or_newer(arena, "e:v3.6.0", "3.2.11", &replaced), "e:v3.6.0");
    ck_assert_str_eq(etcd_image_or_newer(arena, "mirror/etcd", NULL, &replaced), "mirror/etcd");
    ck_assert_str_eq(etcd_image_or_newer(arena, NULL, NULL, &replaced), ETCD_IMAGE);
    ck_assert(!replaced);
}
END_TEST

/* quay.io has no tag "v3.6". */
START_TEST(a_minor_version_is_its_newest_fix)
{
    ck_assert_str_eq(etcd_image_or_newer(arena, NULL, "3.6", NULL), ETCD_IMAGE);
    ck_assert_str_eq(etcd_image_or_newer(arena, NULL, "v3.6", NULL), ETCD_IMAGE);
    ck_assert_str_eq(etcd_image_or_newer(arena, NULL, "3.5", NULL), "quay.io/coreos/etcd:v3.5.35");
    ck_assert_str_eq(etcd_image_or_newer(arena, NULL, "3.6.0-rc.3", NULL),
        "quay.io/coreos/etcd:v3.6.0-rc.3");
    ck_assert_str_eq(etcd_image_or_newer(arena, "e:v3.6", "3.5", NULL), "e:v3.6");
    ck_assert_str_eq(etcd_whole_version(arena, "3.6.1"), "3.6.1");
    ck_assert_str_eq(etcd_whole_version(arena, "3.4"), "3.4");
    ck_assert_ptr_null(etcd_whole_version(arena, "3.7"));
    ck_assert_ptr_null(etcd_whole_version(arena, "v4.0"));
}
END_TEST

START_TEST(stock_mysql_tells_its_version)
{
    ck_assert_str_eq(image_mysql_version(arena, "mysql:8.0.40"), "8.0.40-Vitess");
    ck_assert_str_eq(image_mysql_version(arena, "r:5000/mysql:8.4.6-debian"), "8.4.6-Vitess");
    ck_assert_ptr_null(image_mysql_version(arena, "mysql:8"));
    ck_assert_ptr_null(image_mysql_version(arena, "mysql:lts"));
    ck_assert_ptr_null(image_mysql_version(arena, "vitess/lite:v24.0.4"));
    ck_assert_ptr_null(image_mysql_version(arena, NULL));
}
END_TEST

static void tests(TCase *tcase)
{
    tcase_add_test(tcase, tags_tell_versions);
    tcase_add_test(tcase, other_tags_tell_nothing);
    tcase_add_test(tcase, old_vitess_is_replaced);
    tcase_add_test(tcase, new_and_unknown_vitess_is_kept);
    tcase_add_test(tcase, etcd_of_2018_is_replaced);
    tcase_add_test(tcase, etcd_takes_one_minor_version_after_the_other);
    tcase_add_test(tcase, newer_etcd_is_kept);
    tcase_add_test(tcase, a_minor_version_is_its_newest_fix);
    tcase_add_test(tcase, stock_mysql_tells_its_version);
}

TEST_MAIN(tests)
