#ifndef VITESS_OPERATOR_CLI_SNAPSHOT_H
#define VITESS_OPERATOR_CLI_SNAPSHOT_H

#include "difference.h"
#include "sim.h"

/* What is wanted and what holds data in a simulated cluster at one moment. */

struct kept_object {
    const char *identity; /* "Pod default/vitess-vttablet-zone1-0214747900" */
    const json_t *wanted; /* object_wanted(), a copy */
};

struct snapshot {
    struct kept_object *at; /* sorted by identity */
    size_t count;
};

/* Of what users applied, what the hooks want but tasks, and every volume claim. Lives in `arena`,
 * whose JSON scope is the current one. */
struct snapshot snapshot_take(struct arena *arena, const struct sim *sim);
const struct kept_object *snapshot_find(const struct snapshot *snapshot, const char *identity);

enum change_kind { CHANGE_ADDED, CHANGE_CHANGED, CHANGE_REMOVED };

struct change {
    enum change_kind kind;
    const char *identity;
    const json_t *object;      /* as it is after, or was before it went */
    struct differences fields; /* of a changed one */
};

struct changes {
    struct change *at; /* sorted by identity */
    size_t count;
};

struct changes snapshot_compare(struct arena *arena, const struct snapshot *before,
    const struct snapshot *after);

#endif
