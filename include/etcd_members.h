#ifndef VITESS_OPERATOR_ETCD_MEMBERS_H
#define VITESS_OPERATOR_ETCD_MEMBERS_H

#include "task.h"

/* Who is a member of an etcd: what one reads of it as it starts, and how members are added and
 * removed.
 *
 * A member whose volume has a write-ahead log knows the others from there, and reads neither
 * --initial-cluster nor --initial-cluster-state (etcd server/embed: isMemberInitialized). One that
 * has none believes these flags. With "new" it would make a cluster of its own under the identity
 * that the others remember, with "existing" and that same identity it would break its promises to
 * them: both spoil it. So they are not in the template of the Pods but in a ConfigMap, which every
 * start of a container reads anew, and in which nobody's name is but for the time that the others
 * have been told of a new member. */

/* What the ConfigMap says. */
enum etcd_gate_state {
    ETCD_FORMING, /* they have never all been there: all of them form the cluster */
    ETCD_CLOSED,  /* they have: no member without a log gets in */
    ETCD_OPEN     /* `member` alone does */
};

/* One that etcd lists. */
/* Far more than any etcd has; each of them becomes part of the command line. */
enum { ETCD_MOST_MEMBERS = 100 };

/* A decimal number as we write the ordinal of a member, of three digits at most; false where `text`
 * is none. */
bool etcd_ordinal(const char *text, uint32_t *ordinal);

enum etcd_role {
    ETCD_ADDED,   /* and it has not been there yet */
    ETCD_LEARNER, /* it gets all data, and counts for no quorum */
    ETCD_VOTER
};
struct etcd_listed {
    const char *id; /* decimal, of 64 bits */
    uint32_t ordinal;
    enum etcd_role role;
};

struct etcd_gate {
    enum etcd_gate_state state;
    uint32_t member;
    const char *listed; /* of ETCD_OPEN: the answer of etcd_list() */
    /* Why it is not at rest: written before etcd is asked for the change, so that one that has been
     * begun is ended whatever becomes of tasks and status: "joining", "replacing" or "leaving";
     * NULL: it is. */
    const char *change;
};

const char *etcd_members_name(struct arena *arena, const struct etcd *etcd);
const json_t *etcd_members_config(struct arena *arena, const struct etcd *etcd,
    const struct etcd_gate *gate);
/* Its keys. */
#define ETCD_INITIAL_CLUSTER "initial-cluster"
#define ETCD_INITIAL_STATE "initial-cluster-state"

/* The StatefulSet's Pods read the ConfigMap (those of older builds have all in their arguments). */
bool etcd_reads_members(const json_t *statefulset);

/* Tasks, over the JSON gateway. etcd refuses what would cost it its quorum
 * (--strict-reconfig-check). A new member is a learner until it has all data: one whose Pod finds
 * no node, say, never counts for a quorum, which of one member and a new one are both. */
struct task_reply etcd_list(struct tasks *tasks, const struct etcd *etcd,
    const char *invalidation_key);
struct task_reply etcd_remove(struct tasks *tasks, const struct etcd *etcd, const char *id,
    const char *invalidation_key);
struct task_reply etcd_add(struct tasks *tasks, const struct etcd *etcd, uint32_t ordinal,
    const char *invalidation_key);
struct task_reply etcd_promote(struct tasks *tasks, const struct etcd *etcd, const char *id,
    const char *invalidation_key);

/* Takes the next member from the answer of etcd_list(); false at its end. */
bool etcd_listed_next(struct arena *arena, const char **text, struct etcd_listed *listed);
/* The one of that ordinal; false where it is not listed. */
bool etcd_listed_find(struct arena *arena, const char *text, uint32_t ordinal,
    struct etcd_listed *listed);

#endif
