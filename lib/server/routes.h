#ifndef VITESS_OPERATOR_ROUTES_H
#define VITESS_OPERATOR_ROUTES_H

#include "hook.h"

/* What there is at which path: the hooks of all APIs, and four pages. */

enum page { PAGE_NONE, PAGE_HOOK, PAGE_HEALTH, PAGE_READY, PAGE_METRICS, PAGE_VERSION };

struct route {
    enum page page;
    const char *label;       /* in logs and metrics: "v1alpha1/shard/sync", "healthz" */
    const struct hook *hook; /* PAGE_HOOK only */
    bool customize;
};

struct routes {
    struct route *at;
    size_t count;      /* the last one is PAGE_NONE: whatever is at no path of ours */
    const char *known; /* the list of paths for people */
    const char *known_pages;
};

struct routes routes_make(struct arena *arena);

/* Index of the route of `path`; that of PAGE_NONE where there is none. */
size_t routes_find(const struct routes *routes, const char *path);
/* The same where there are no hooks. */
size_t routes_find_page(const struct routes *routes, const char *path);

/* The methods that a route takes, as the Allow header lists them. */
const char *route_methods(const struct route *route);
bool route_takes(const struct route *route, const char *method);

#endif
