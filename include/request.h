#ifndef VITESS_OPERATOR_REQUEST_H
#define VITESS_OPERATOR_REQUEST_H

#include "json.h"
#include "metadata.h"
#include "problem.h"

/* One hook call of Metacontroller, decoded (its contract: sync, finalize and customize hooks of
 * versions v1 and v2). Names are read from metadata, since the keys of the children maps differ
 * between the versions. */
struct request {
    struct arena *arena;
    const struct api_keys *keys; /* of the API of the parent */
    const json_t *parent;        /* of a derived kind: with the spec that its own parent wrote */
    const json_t *spec;          /* of the parent as it is, edits by hand included */
    const json_t *children;      /* group -> key -> object */
    const json_t *related;       /* the same shape */
    bool finalizing;
};

struct objects {
    const json_t **at; /* sorted bytewise by name */
    size_t count;
};

/* All observed children of a group such as "Pod.v1" whose namespace is the parent's. */
struct objects observed(const struct request *request, const char *group);
/* The controller declares the group. */
bool observes(const struct request *request, const char *group);
/* `object` of a derived kind with the spec that our own hook wrote: what was applied last.
 * Metacontroller keeps fields that somebody adds by hand (kubectl edit), and a flag or a
 * `rollout.retire` that nobody wrote into the VitessCluster must not be obeyed. Itself where
 * nothing is known to have been applied. */
const json_t *as_written(struct arena *arena, const struct api_keys *keys, const json_t *object);
/* observed() and related() for groups of derived kinds: each as it was written. */
struct objects observed_resources(const struct request *request, const char *group);
struct objects related_resources(const struct request *request, const char *group);
/* The path of the first field of the parent's spec that was added by hand, or NULL. */
const char *added_by_hand(const struct request *request);
/* Where the one of that name is in `objects`; their count where none is. */
size_t objects_place(const struct objects *objects, const char *name);
/* The one of that name in `objects`, or NULL. */
const json_t *objects_find(const struct objects *objects, const char *name);
/* Those that carry the label. */
struct objects objects_labelled(struct arena *arena, const struct objects *objects, const char *key,
    const char *value);
struct objects related(const struct request *request, const char *group);

/* The newest time in `of`, a struct request, or NULL: a condition_time, which stands in for a
 * clock.
 */
const char *request_time(const void *of);

/* What a hook answers. Filled by the hook, encoded by answer_write(). */
struct answer {
    int code;             /* 200; 422 bad input; 500 our bug; 503 older build; see below */
    const char *message;  /* plain text of any code but 200 */
    const json_t *status; /* a mapping */
    json_t *children;     /* list: the whole desired set */
    json_t *released;     /* child_identity() -> why: observed children that may be left out */
    const json_t *related_resources; /* customize hooks only: list of rules */
    /* For logs and metrics; never sent. */
    const char *outcome; /* "ok", "frozen", "invalid", ... */
    size_t problems;
    const char *outline; /* of the problems, without values; NULL: there are none */
};

/* Adds one desired child. */
void want(struct answer *answer, const json_t *child);
/* Lets an observed child go: left out of the answer it is deleted. `why` says so in a few words
 * ("scaled down"). An answer that leaves out a child that was not released is refused. */
void release_child(struct arena *arena, struct answer *answer, const json_t *child,
    const char *why);
/* "Pod.v1 name", which is unique among the children of one parent. */
const char *child_identity(struct arena *arena, const json_t *child);

/* Ends with `code` and a text: nothing is applied and the text becomes an Event on the parent. */
__attribute__((format(printf, 4, 5))) void refuse(const struct request *request,
    struct answer *answer, int code, const char *format, ...);

/* Wants every observed child as it is, so that nothing changes and nothing is deleted. */
void freeze(const struct request *request, struct answer *answer, const struct problems *problems);

#endif
