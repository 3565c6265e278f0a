#ifndef VITESS_OPERATOR_GET_TABLETS_H
#define VITESS_OPERATOR_GET_TABLETS_H

#include "task.h"

/* The output of `vtctldclient GetTablets`, read strictly: what is not to the letter what Vitess
 * prints (vitessio/vitess go/cmd/vtctldclient/cli/awk.go MarshalTabletAWK), or is about something
 * else than was asked, is no answer. It is remembered in a short form, one line for each tablet:
 * "zone1-0214747900 primary 2026-11-21T08:00:00Z". */

/* What was asked. */
struct tablets_asked {
    const char *keyspace, *shard;
    const struct texts *aliases; /* which tablets; NULL: any of the shard */
    /* Of task_await(): the types of which one must be listed, NULL-terminated. Its output has
     * standard error in it, so lines that are no tablet's are passed over. NULL: of task_ask(). */
    const char *const *types;
};

/* All tablets that are listed; "" where none is. */
struct task_reading tablets_reading(const struct tablets_asked *asked);
/* The alias of the primary; "" where none is listed. */
struct task_reading primary_reading(const struct tablets_asked *asked);

/* One line of what is remembered. */
struct tablet_line {
    const char *alias;
    const char *type;  /* "primary", "rdonly", "restore" ... */
    const char *since; /* start of a primary's term, or "<null>" */
};

/* Takes the next line from `text`; false at its end, and where it is none. */
bool tablet_line_next(struct arena *arena, const char **text, struct tablet_line *line);

/* "zone1-0214747900": cell and uid, padded to ten digits. */
bool tablet_alias_is(const char *text);
/* A tablet type of Vitess, in lower case. */
bool tablet_type_is(const char *text);
/* A timestamp or "<null>". */
bool tablet_since_is(const char *text);

#endif
