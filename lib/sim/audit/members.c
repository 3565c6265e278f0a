#include "auditor.h"
#include "metadata.h"
#include "staging.h"
#include "sim/core/world.h"

/* Members of a lock server that is an object of its own: of three two have to run at any time, so
 * nobody takes one down while another one is not Ready. */

struct member {
    const char *set; /* key of its lock server */
    bool ready;
    long since;
    bool down; /* taken down on purpose, and not back yet */
};

static const struct version *set_of(struct sim *sim, const struct version *pod)
{
    const struct version *set = audit_controller(sim, pod);

    return set != NULL && kind_is(set->kind, "EtcdLockserver") ? set : NULL;
}

static struct member *member_of(struct sim *sim, const struct version *pod)
{
    struct member *member = table_get(&sim->auditor->members, pod->key);
    const struct version *set = set_of(sim, pod);

    if (member == NULL && set != NULL) {
        member = arena_make(sim->arena, struct member);
        member->set = set->key;
        table_put(&sim->auditor->members, pod->key, member);
    }
    return member;
}

static bool is_ready(const struct version *pod)
{
    return pod != NULL && !pod->terminating && pod_ready(pod->json);
}

void members_see(struct sim *sim, const struct change *change)
{
    const struct version *pod = change->after == NULL ? change->before : change->after;
    struct member *member = kind_is(pod->kind, "Pod") ? member_of(sim, pod) : NULL;

    if (member == NULL || member->ready == is_ready(change->after))
        return;
    member->ready = !member->ready;
    member->since = sim->now;
    if (member->ready)
        member->down = false;
}

/* Of what happens by itself nobody hears at once. */
static bool is_known_down(const struct sim *sim, const struct member *member)
{
    return !member->ready && (member->down || audit_knows(sim, member->since));
}

void members_delete(struct sim *sim, const struct version *pod)
{
    struct member *leaving = table_get(&sim->auditor->members, pod->key);
    struct table_row *row;

    if (leaving == NULL || !leaving->ready)
        return;
    table_each (&sim->auditor->members, row) {
        const struct member *other = row->value;

        if (other != leaving && text_equal(other->set, leaving->set) && is_known_down(sim, other))
            world_violation(sim,
                "etcd",
                "Pod %s is taken down while member %s of the same etcd is not Ready",
                pod->key,
                row->key);
    }
    leaving->down = true;
}
