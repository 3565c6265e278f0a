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
    const json_t *parent;
    const json_t *children; /* group -> key -> object */
    const json_t *related;  /* the same shape */
    bool finalizing;
};

struct objects {
    const json_t **at; /* sorted bytewise by name */
    size_t count;
};

/* All observed children of a group such as "Pod.v1" whose namespace is the parent's. */
struct objects observed(const struct request *request, const char *group);
/* The one of that name in `objects`, or NULL. */
const json_t *objects_find(const struct objects *objects, const char *name);
/* Those that carry the label. */
struct objects objects_labelled(struct arena *arena, const struct objects *objects, const char *key,
    const char *value);
struct objects related(const struct request *request, const char *group);

/* What a hook answers. Filled by the hook, encoded by answer_write(). */
struct answer {
    int code;             /* 200; 422 bad input; 500 our bug; 503 older build; see below */
    const char *message;  /* plain text of any code but 200 */
    const json_t *status; /* a mapping */
    json_t *children;     /* list: the whole desired set */
    const json_t *related_resources; /* customize hooks only: list of rules */
    /* For logs and metrics; never sent. */
    const char *outcome; /* "ok", "frozen", "invalid", ... */
    size_t problems;
};

/* Adds one desired child. */
void want(struct answer *answer, const json_t *child);

/* Ends with `code` and a text: nothing is applied and the text becomes an Event on the parent. */
__attribute__((format(printf, 4, 5))) void refuse(const struct request *request,
    struct answer *answer, int code, const char *format, ...);

/* Re-emits every observed child from its last-applied configuration, so that nothing changes and
 * nothing is deleted. False, with the answer a 422 of `problems`, where a child that is not
 * terminating carries no last-applied configuration. */
bool freeze(const struct request *request, struct answer *answer, const struct problems *problems);

#endif
