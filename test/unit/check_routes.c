#include "testing.h"

#include "server/routes.h"

static const struct route *find(const struct routes *routes, const char *path)
{
    return &routes->at[routes_find(routes, path)];
}

START_TEST(every_hook_has_its_paths)
{
    const struct routes routes = routes_make(arena);

    each_hook (hook) {
        const char *version = strchr(hook->api->name, '/') + 1;
        const char *path = fmt(arena, "/%s/%s/sync", version, hook->name);

        ck_assert_ptr_eq(find(&routes, path)->hook, hook);
        ck_assert_str_eq(find(&routes, path)->label, path + 1);
        if (hook->old_path != NULL)
            ck_assert_ptr_eq(find(&routes, hook->old_path), find(&routes, path));
        path = fmt(arena, "/%s/%s/customize", version, hook->name);
        ck_assert_int_eq(find(&routes, path)->page,
            hook->customize == NULL ? PAGE_NONE : PAGE_HOOK);
    }
    ck_assert(find(&routes, "/v1alpha1/shard/customize")->customize);
    ck_assert(!find(&routes, "/v1alpha1/shard/sync")->customize);
}
END_TEST

START_TEST(what_is_no_path)
{
    static const char *const paths[] = {"",
        "/",
        "/healthz/",
        "//healthz",
        "/HEALTHZ",
        "healthz",
        "/v1alpha1/shard",
        "/v1alpha1/shard/",
        "/v1alpha1/shard/sync/",
        "/v1alpha1/shard/finalize",
        "/v3/shard/sync",
        "/v2/backup/customize",
        "/sync-",
        "/v1alpha1//sync"};
    const struct routes routes = routes_make(arena);

    for (size_t i = 0; i < sizeof(paths) / sizeof(paths[0]); i++)
        ck_assert_msg(find(&routes, paths[i])->page == PAGE_NONE, "%s", paths[i]);
}
END_TEST

/* The port of --probe-listen. */
START_TEST(pages_alone)
{
    const struct routes routes = routes_make(arena);

    ck_assert_uint_eq(routes_find_page(&routes, "/metrics"), routes_find(&routes, "/metrics"));
    ck_assert_uint_eq(routes_find_page(&routes, "/sync-cell"), routes_find(&routes, "/nowhere"));
    ck_assert_uint_eq(routes_find_page(&routes, "/nowhere"), routes_find(&routes, "/nowhere"));
    ck_assert_str_eq(routes.known_pages, "GET /healthz\nGET /readyz\nGET /metrics\nGET /version\n");
}
END_TEST

START_TEST(methods)
{
    const struct routes routes = routes_make(arena);
    const struct route *hook = find(&routes, "/sync-cell"), *page = find(&routes, "/metrics");

    ck_assert(route_takes(hook, "POST") && !route_takes(hook, "GET") && !route_takes(hook, "post"));
    ck_assert(route_takes(page, "GET") && route_takes(page, "HEAD") && !route_takes(page, "POST"));
    ck_assert_str_eq(route_methods(hook), "POST");
    ck_assert_str_eq(route_methods(page), "GET, HEAD");
}
END_TEST

START_TEST(the_list_of_paths_names_them_all)
{
    const struct routes routes = routes_make(arena);

    ck_assert_ptr_nonnull(strstr(routes.known, "POST /v1alpha1/shard/sync (also /sync-shard)\n"));
    ck_assert_ptr_nonnull(strstr(routes.known, "POST /v1alpha1/shard/customize\n"));
    ck_assert_ptr_nonnull(strstr(routes.known, "GET /version\n"));
    ck_assert_ptr_null(strstr(routes.known, "none"));
}
END_TEST

static void tests(TCase *tcase)
{
    tcase_add_test(tcase, every_hook_has_its_paths);
    tcase_add_test(tcase, what_is_no_path);
    tcase_add_test(tcase, pages_alone);
    tcase_add_test(tcase, methods);
    tcase_add_test(tcase, the_list_of_paths_names_them_all);
}

TEST_MAIN(tests)
