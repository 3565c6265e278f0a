#ifndef VITESS_OPERATOR_HOOK_H
#define VITESS_OPERATOR_HOOK_H

#include "api_keys.h"
#include "request.h"
#include "spec.h"

/* A pure function of the request. Runs inside the JSON scope of request->arena. */
typedef void hook_function(const struct request *request, struct answer *answer);

struct child_kind {
    const char *api_version; /* "apps/v1" */
    const char *kind;        /* "Deployment" */
    const char *resource;    /* "deployments" */
    const char *update;      /* Metacontroller update method: "InPlace", "OnDelete" */
    bool later; /* CompositeControllers of an older build do not declare it: then the hook sees none
                   of it, and makes none */
};

struct printer_column {
    const char *name;
    const char *type; /* "string", "integer", "date" */
    const char *path; /* ".status.readyTablets" */
    int priority;     /* 1: only with -o wide */
};

/* What each level shows of its conditions. `at` is where it has them: a list, or a map by type. */
/* clang-format off */
#define CONDITION_IN_LIST(type) ".status.conditions[?(@.type==\"" type "\")]"
#define CONDITION_IN_MAP(type) ".status.conditions." type
#define READY_COLUMN(at) {"Ready", "string", at("Ready") ".status", 0}
#define LEVEL_COLUMNS(at)                                                                          \
    {"Updated", "string", at("Updated") ".status", 0},                                             \
    {"Reason", "string", at("Progressing") ".reason", 0},                                          \
    {"Age", "date", ".metadata.creationTimestamp", 0},                                             \
    {"Doing", "string", at("Updated") ".message", 1},                                              \
    {"Problem", "string", at("Ready") ".message", 1}
/* clang-format on */

/* Where `kubectl scale` and an autoscaler find the numbers of an object. */
struct scale_paths {
    const char *spec, *status, *selector; /* ".spec.gateway.replicas" */
};

/* Where an object of the kind tells of its shard of Vitess: keys, one below the other. */
struct shard_paths {
    const char *primary[3];           /* {"status", "primary"}: an alias */
    const char *address[4], *root[4]; /* of the global topology */
};

/* Everything there is to know of one hook: routes, CLI, CRDs, CompositeControllers and docs are
 * derived from these. */
struct hook {
    const struct api *api;  /* that it is of */
    const char *kind;       /* "VitessShard" */
    const char *plural;     /* "vitessshards" */
    const char *singular;   /* "vitessshard" */
    const char *short_name; /* "vts", or NULL */
    const char *name;       /* "shard": the path is /v1alpha1/shard/sync */
    const char *old_path;   /* "/sync-shard", the route of 2018; or NULL */
    const char *doc;
    bool generate_selector;            /* its spec has no selector: it has no parent of ours */
    bool derived;                      /* written by the hook above, not by users */
    bool plain_status;                 /* the status is written with the rest of the object */
    const struct scale_paths *scale;   /* or NULL */
    const struct shard_paths *shard;   /* of the kind that has tablets; or NULL */
    const struct spec_field *metadata; /* what the schema asks of it, or NULL */
    const struct spec_field *spec;
    const struct spec_field *status; /* every field that the hook writes */
    hook_function *sync;
    hook_function *customize;             /* or NULL */
    const struct child_kind *children;    /* ends with a NULL kind */
    const struct printer_column *columns; /* ends with a NULL name */
};

/* One API: a folder under hooks/, of which this is all that others know. */
struct api {
    const char *name; /* "vitess.io/v1alpha1" */
    const struct api_keys *keys;
    bool claims_go; /* claims go with the object that they are of, whatever its spec says */
    const char *priority_class; /* that its Pods ask for, and the installation makes; or NULL */
    const struct hook *hooks;   /* in the order of its tree, one at least; a NULL kind ends them */
};

/* All of them (lib/sync/hooks.c); ends with NULL. */
extern const struct api *const apis[];

/* The hook of `list` behind `hook`, of its API or of the next one; NULL behind the last. The first
 * of all behind NULL. */
const struct hook *hook_next(const struct api *const *list, const struct hook *hook);
#define each_hook_of(list, hook)                                                                   \
    for (const struct hook *hook = hook_next((list), NULL); (hook) != NULL;                        \
         (hook) = hook_next((list), hook))
#define each_hook(hook) each_hook_of (apis, hook)

/* The kind has nothing to say in its spec, which may then be absent. */
static inline bool hook_needs_spec(const struct hook *hook)
{
    return hook->spec == NULL || hook->spec[0].key != NULL;
}

/* Who writes objects of the kind, as readers and schemas want to know it. */
static inline enum spec_mode hook_mode(const struct hook *hook)
{
    return hook->derived ? SPEC_DERIVED : SPEC_STRICT;
}

/* By path ("/v1alpha1/shard/sync", "/sync-shard"), or NULL. `customize` is set for a customize
 * path. */
const struct hook *hook_by_path(const char *path, bool *customize);
/* Where a server at `base` ("http://localhost:8080", with or without a slash behind; "" for the
 * path alone) has a hook: base + "/v1alpha1/shard/sync". */
const char *hook_url(struct arena *arena, const char *base, const struct hook *hook,
    bool customize);
/* By kind and API version of an object, or NULL. */
const struct hook *hook_by_kind(const char *api, const char *kind);
const struct hook *hook_of(const json_t *object);
/* Which of the hook's child kinds an object is of; NULL: the hook makes none such. */
const struct child_kind *hook_child_kind(const struct hook *hook, const json_t *object);
size_t hook_child_kinds(const struct hook *hook);
/* "v1alpha1" of "vitess.io/v1alpha1". */
const char *version_of_api(const struct api *api);
/* Name that hook_by_name() knows it by: "shard" where no earlier API has one of that name, else
 * "v2/shard". */
const char *hook_shortest_name(struct arena *arena, const struct hook *hook);
/* "vitessclusters.planetscale.com": as kubectl knows its objects whatever else is installed. */
const char *hook_full_name(struct arena *arena, const struct hook *hook);
/* "vt,vtc,vtk,vts": as kubectl knows all objects of an API. The short names are the first API's;
 * those of another are full. */
const char *api_kinds(struct arena *arena, const struct api *api);
/* By "v1alpha1/shard"; or by "shard", which is that of the first API that has one. */
const struct hook *hook_by_name(const char *name);
/* `name` for an object of which each API has one: it ends with "-v2" but for the first API. */
const char *name_for_api(struct arena *arena, const char *name, const struct api *api);
/* What the CompositeController of the hook is called: "vitesscluster-controller". */
const char *hook_controller_name(struct arena *arena, const struct hook *hook);
/* The keys of the API whose label `cluster` the object has; where it has none, those of the first
 * API. */
const struct api_keys *object_keys(const json_t *object);

/* The one path that every caller takes: server, sync, simulate, fuzzers, benchmarks.
 *
 * Body in, answer text out, inside `arena` (which the caller makes with its limit and frees).
 * Always gives a code and a text: 200 with the JSON answer, or plain text with 400 (not JSON, or
 * no request), 422, 500, 503. */
struct sync_limits {
    int depth; /* of the body's JSON; 0: 256 */
};
struct sync_result {
    int code;
    const char *body;
    size_t length;
    bool json; /* the body is JSON, not plain text */
    /* For logs and metrics, all may be NULL or 0: */
    const char *namespace, *name, *uid;
    long long generation;
    size_t children, observed, problems;
    const char *outcome;
    const char *outline; /* of the problems, see struct answer */
    const char *cluster; /* the VitessCluster that the object belongs to, or is */
    const char *rollout; /* reason of the answer's Updated condition: "RolloutProgressing" */
    const char *ready;   /* reason of its Ready condition, which is "Ready" where that is True */
};
struct sync_result sync_run(struct arena *arena, const struct hook *hook, bool customize,
    const char *body, size_t length, struct sync_limits limits);

/* The revision that this build renders: a constant, raised whenever the same spec would give other
 * Pods or workloads (design: "an upgrade of ours is a rollout too"). A test of upgrades builds the
 * one after it. */
#ifndef OPERATOR_REVISION
#define OPERATOR_REVISION 1
#endif
#define OPERATOR_VERSION "0.1.0"

#endif
