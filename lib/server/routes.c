#include "routes.h"

#include <string.h>

static const struct {
    const char *path;
    enum page page;
} pages[] = {
    {"/healthz", PAGE_HEALTH},
    {"/readyz", PAGE_READY},
    {"/metrics", PAGE_METRICS},
    {"/version", PAGE_VERSION},
};

enum { PAGES = sizeof(pages) / sizeof(pages[0]) };

static void add_hook(struct arena *arena, struct routes *routes, const struct hook *hook,
    bool customize)
{
    const char *version = version_of_api(hook->api);

    routes->at[routes->count++] = (struct route){.page = PAGE_HOOK,
        .label = fmt(arena, "%s/%s/%s", version, hook->name, customize ? "customize" : "sync"),
        .hook = hook,
        .customize = customize};
}

static const char *list_known(struct arena *arena, const struct routes *routes, size_t from)
{
    struct text known = {.arena = arena};

    for (size_t i = from; i < routes->count; i++) {
        const struct route *route = &routes->at[i];

        if (route->page == PAGE_HOOK && !route->customize && route->hook->old_path != NULL)
            text_addf(&known, "POST /%s (also %s)\n", route->label, route->hook->old_path);
        else if (route->page != PAGE_NONE)
            text_addf(&known, "%s /%s\n", route->hook == NULL ? "GET" : "POST", route->label);
    }
    return text_string(&known);
}

/* The hooks come first, then the pages, then what is at no path. */
static size_t first_page(const struct routes *routes)
{
    return routes->count - 1 - PAGES;
}

struct routes routes_make(struct arena *arena)
{
    struct routes routes = {NULL, 0, NULL, NULL};
    size_t count = PAGES + 1;

    each_hook (hook)
        count += 2;
    routes.at = arena_array(arena, count, sizeof(*routes.at));
    each_hook (hook) {
        add_hook(arena, &routes, hook, false);
        if (hook->customize != NULL)
            add_hook(arena, &routes, hook, true);
    }
    for (size_t i = 0; i < PAGES; i++)
        routes.at[routes.count++] =
            (struct route){.page = pages[i].page, .label = pages[i].path + 1};
    routes.at[routes.count++] = (struct route){.page = PAGE_NONE, .label = "none"};
    routes.known = list_known(arena, &routes, 0);
    routes.known_pages = list_known(arena, &routes, first_page(&routes));
    return routes;
}

size_t routes_find_page(const struct routes *routes, const char *path)
{
    size_t i = 0;

    /* Without a match this is the last route, which is that of no path. */
    while (i < PAGES && strcmp(pages[i].path, path) != 0)
        i++;
    return first_page(routes) + i;
}

size_t routes_find(const struct routes *routes, const char *path)
{
    bool customize = false;
    const struct hook *hook = hook_by_path(path, &customize);

    for (size_t i = 0; hook != NULL && i < first_page(routes); i++)
        if (routes->at[i].hook == hook && routes->at[i].customize == customize)
            return i;
    return routes_find_page(routes, path);
}

const char *route_methods(const struct route *route)
{
    return route->page == PAGE_HOOK ? "POST" : "GET, HEAD";
}

bool route_takes(const struct route *route, const char *method)
{
    if (route->page == PAGE_HOOK)
        return strcmp(method, "POST") == 0;
    return strcmp(method, "GET") == 0 || strcmp(method, "HEAD") == 0;
}
