#include "cell.h"

#include <string.h>

#include "template.h"

/* The members of a cell's etcd: their number changes one by one, and one that has lost its volume
 * is made a new one. What is being changed stands in the ConfigMap of the members before etcd is
 * asked for it, who has been there with which volume in status.etcd.members. */

#define JOINING "joining"
#define REPLACING "replacing"
#define LEAVING "leaving"

struct change {
    struct cell *cell;
    const struct etcd *etcd; /* at its size of now */
    struct members *members;
    const json_t *statefulset; /* observed, or NULL */
    const json_t *applied;     /* what the ConfigMap was told last, or NULL */
    uint32_t wanted;
    bool joined; /* `member` has, in this sync */
    uint32_t member;
};

/* --- what there is --- */

static const char *member_name(const struct change *change, uint32_t ordinal)
{
    return fmt(change->cell->arena, "%s-%u", change->etcd->name, ordinal);
}

static json_int_t ready_members(const struct change *change)
{
    return json_int_at(change->statefulset, 0, "status", "readyReplicas");
}

static bool is_settled(const struct change *change)
{
    return change->statefulset != NULL && statefulset_settled(change->statefulset) &&
           json_int_at(change->statefulset, 1, "spec", "replicas") == change->etcd->size;
}

/* A member can be removed, and a new one be added. Not that all have been updated: a StatefulSet
 * whose template has changed waits for the member that lost its volume. */
static bool has_quorum(const struct change *change)
{
    return change->statefulset != NULL && generation_observed(change->statefulset) &&
           ready_members(change) >= change->etcd->size / 2 + 1;
}

/* The member that the ConfigMap has under `key`; false where there is none. */
static bool noted(const struct change *change, const char *key, uint32_t *ordinal)
{
    const char *text = json_text_at(change->applied, key);

    return text != NULL && etcd_ordinal(text, ordinal) && *ordinal < ETCD_MOST_MEMBERS;
}

/* Who asks must know that what for has been noted. */
static bool is_noted(const struct change *change)
{
    const struct etcd_gate *gate = &change->members->gate;
    uint32_t member;

    return noted(change, gate->change, &member) && member == gate->member;
}

/* --- who has been there --- */

static const json_t *known_member(const struct change *change, uint32_t ordinal)
{
    const json_t *member;

    json_each_item (json_at(change->cell->request->parent, "status", "etcd", "members"),
        i,
        member) {
        if (text_equal(json_text_at(member, "member"), member_name(change, ordinal)))
            return member;
    }
    return NULL;
}

/* The claim that it has been there with; NULL: none that is known. */
static const char *known_claim(const struct change *change, uint32_t ordinal)
{
    return json_text_at(known_member(change, ordinal), "claim");
}

/* One that has been sent to Metacontroller at least once: then what it says of the member is newer
 * than the claim. */
static const char *claim_now(const struct change *change, uint32_t ordinal)
{
    const json_t *claim = v1_etcd_claim(change->cell, ordinal);

    return claim == NULL || object_last_applied(change->cell->arena, &v1_keys, claim) == NULL
               ? NULL
               : object_uid(claim);
}

/* The status that is observed says that it has been there with the volume that it has. */
static bool is_known_as_it_is(const struct change *change, uint32_t ordinal)
{
    const char *claim = claim_now(change, ordinal);

    return claim != NULL && text_equal(claim, known_claim(change, ordinal));
}

static void know(struct change *change, uint32_t ordinal, const char *claim)
{
    json_add(change->members->known,
        object(change->cell->arena,
            F("member", member_name(change, ordinal)),
            OPT("claim", claim)));
}

static void remember_as_it_was(struct change *change, uint32_t ordinal)
{
    if (known_member(change, ordinal) != NULL)
        know(change, ordinal, known_claim(change, ordinal));
}

/* One that joins is known with the first claim that it gets: if that is another one later, it has
 * lost it on the way. One that is replaced is known with the old one until the new one is there. */
static void remember_changing(struct change *change, uint32_t ordinal)
{
    const char *how = change->members->gate.change;

    if (text_equal(how, JOINING) && known_member(change, ordinal) == NULL &&
        claim_now(change, ordinal) != NULL)
        know(change, ordinal, claim_now(change, ordinal));
    else if (!text_equal(how, LEAVING))
        remember_as_it_was(change, ordinal);
}

/* When all are Ready, they are with what they have; else who they were stays known. */
static void remember_members(struct change *change)
{
    const struct members *members = change->members;
    const bool complete = is_settled(change);

    for (uint32_t i = 0; members->formed && i < change->etcd->size; i++) {
        const char *claim = claim_now(change, i);
        const bool joined = change->joined && change->member == i;

        if (!joined && members->gate.change != NULL && members->gate.member == i)
            remember_changing(change, i);
        else if (joined || complete)
            know(change, i, claim == NULL ? known_claim(change, i) : claim);
        else
            remember_as_it_was(change, i);
    }
}

/* --- a change under way --- */

static void step(struct change *change, const char *text, const struct task_reply *reply)
{
    struct arena *a = change->cell->arena;
    const bool fails = reply != NULL && reply->state == TASK_FAILING;

    change->members->step =
        fmt(a, "%s%s%s", text, fails ? "; etcd says: " : "", fails ? reply->text : "");
}

/* Those that have no place in the StatefulSet: left behind by a change that was given up. One that
 * is known has one, whatever StatefulSet is seen. */
static bool is_stray(const struct change *change, const struct etcd_listed *listed)
{
    return listed->ordinal >= change->etcd->size &&
           listed->ordinal != change->members->gate.member &&
           known_member(change, listed->ordinal) == NULL;
}

/* What it has begun under its identity cannot go on with an empty volume. One that has never been
 * there has begun nothing. */
static bool must_go(const struct change *change, const struct etcd_listed *listed)
{
    const uint32_t member = change->members->gate.member;

    if (listed->ordinal != member)
        return is_stray(change, listed);
    return listed->role != ETCD_ADDED && (change->members->lost || change->etcd->size <= member);
}

/* True once etcd lists none of `listed` any more for which `goes` is true. */
static bool remove_members(struct change *change, const struct task_reply *list,
    bool (*goes)(const struct change *change, const struct etcd_listed *listed), const char *doing)
{
    struct arena *a = change->cell->arena;
    const char *rest = list->text;
    struct etcd_listed listed;

    while (etcd_listed_next(a, &rest, &listed)) {
        struct task_reply reply;

        if (!goes(change, &listed))
            continue;
        reply = etcd_remove(&change->cell->tasks, change->etcd, listed.id, list->question);
        if (reply.state != TASK_ANSWERED) {
            step(change, doing, &reply);
            return false;
        }
    }
    return true;
}

/* The list of members with the new one among them; false while there is none. */
static bool list_with_member(struct change *change, const char *invalidation_key, const char *doing,
    struct task_reply *list)
{
    const struct members *members = change->members;
    struct tasks *tasks = &change->cell->tasks;
    struct etcd_listed listed;
    struct task_reply added;

    *list = etcd_list(tasks, change->etcd, invalidation_key);
    if (list->state == TASK_ANSWERED) {
        if (!remove_members(change, list, must_go, doing))
            return false;
        if (etcd_listed_find(tasks->request->arena, list->text, members->gate.member, &listed) &&
            !must_go(change, &listed))
            return true;
        added = etcd_add(tasks, change->etcd, members->gate.member, list->question);
        if (added.state != TASK_ANSWERED) {
            step(change, doing, &added);
            return false;
        }
        *list = etcd_list(tasks, change->etcd, added.question);
    }
    if (list->state != TASK_ANSWERED)
        step(change, doing, list);
    return list->state == TASK_ANSWERED;
}

/* The container that starts now reads it. */
static bool gate_is_open(const struct change *change)
{
    const json_t *wanted =
        etcd_members_config(change->cell->arena, change->etcd, &change->members->gate);

    return json_same(json_at(wanted, "data"), change->applied);
}

static bool is_promoted(struct change *change, const struct task_reply *list, const char *doing)
{
    struct tasks *tasks = &change->cell->tasks;
    struct etcd_listed listed;
    struct task_reply reply;

    if (!etcd_listed_find(tasks->request->arena, list->text, change->members->gate.member, &listed))
        return false;
    reply = etcd_promote(tasks, change->etcd, listed.id, list->question);
    if (reply.state != TASK_ANSWERED)
        step(change, doing, &reply);
    return reply.state == TASK_ANSWERED;
}

static void rest(struct change *change)
{
    struct members *members = change->members;

    members->gate = (struct etcd_gate){.state = ETCD_CLOSED};
    members->step = NULL;
    members->lost = members->gone = false;
}

/* Added, let in, and made a voter when it has all data. */
static void join(struct change *change, uint32_t member, bool lost)
{
    struct arena *a = change->cell->arena;
    struct members *members = change->members;
    const char *claim = claim_now(change, member);
    const char *doing = lost ? fmt(a,
                                   "%s has an empty volume in the place of its own, and is made a "
                                   "new member",
                                   member_name(change, member))
                             : fmt(a,
                                   "etcd grows to %u members: %s joins",
                                   change->wanted,
                                   member_name(change, member));
    struct task_reply list;

    members->gate = (struct etcd_gate){ETCD_CLOSED, member, NULL, lost ? REPLACING : JOINING};
    members->lost = lost;
    step(change, doing, NULL);
    if (!is_noted(change) || (lost && claim == NULL) ||
        !list_with_member(change, lost ? claim : fmt(a, JOINING " %u", member), doing, &list))
        return;
    members->gate.state = ETCD_OPEN;
    members->gate.listed = list.text;
    if (!gate_is_open(change))
        return;
    if (change->etcd->size <= member) {
        members->size = member + 1;
        return;
    }
    /* Only one that is up and has all data is promoted. The others need not be there for that. */
    if (is_promoted(change, &list, doing) && (claim != NULL || !change->cell->sees_claims)) {
        change->joined = true;
        change->member = member;
        /* The note goes once the status says so: a sync that sees neither of them would take the
         * member for one that has lost its volume, and remove it with its data. */
        if (claim == NULL || is_known_as_it_is(change, member))
            rest(change);
    }
}

static bool leaves(const struct change *change, const struct etcd_listed *listed)
{
    return listed->ordinal == change->members->gate.member || is_stray(change, listed);
}

/* Its claim has gone, or is to stay. */
static bool claim_is_done(const struct change *change, uint32_t member)
{
    const json_t *claim = v1_etcd_claim(change->cell, member);

    return claim == NULL || change->etcd->keep_claims_scaled;
}

/* Removed, and its Pod after it: the others must not wait for one that has gone. */
static void leave(struct change *change, uint32_t member)
{
    struct arena *a = change->cell->arena;
    struct members *members = change->members;
    const char *doing = fmt(a,
        "etcd shrinks to %u members: %s leaves",
        change->wanted < member ? change->wanted : member,
        member_name(change, member));
    struct task_reply list;

    members->gate = (struct etcd_gate){ETCD_CLOSED, member, NULL, LEAVING};
    step(change, doing, NULL);
    if (!is_noted(change))
        return;
    list = etcd_list(&change->cell->tasks, change->etcd, fmt(a, LEAVING " %u", member));
    if (list.state != TASK_ANSWERED)
        step(change, doing, &list);
    else if (remove_members(change, &list, leaves, doing)) {
        members->size = member < change->etcd->size ? member : change->etcd->size;
        members->gone = change->etcd->size <= member && is_settled(change) &&
                        json_int_at(change->statefulset, 0, "status", "replicas") <= member;
        if (members->gone && claim_is_done(change, member))
            rest(change);
    }
}

/* --- what to change --- */

static bool is_lost(const struct change *change, uint32_t ordinal)
{
    const json_t *claim = v1_etcd_claim(change->cell, ordinal);
    const char *known = known_claim(change, ordinal);

    return known != NULL && claim_now(change, ordinal) != NULL && !object_terminating(claim) &&
           !text_equal(known, claim_now(change, ordinal)) &&
           !text_equal(json_text_at(claim, "status", "phase"), "Lost");
}

/* One at a time, and while the others have a quorum. */
static bool find_lost(const struct change *change, uint32_t *ordinal)
{
    if (!has_quorum(change) || ready_members(change) >= change->etcd->size ||
        !etcd_reads_members(change->statefulset))
        return false;
    for (*ordinal = 0; *ordinal < change->etcd->size; (*ordinal)++) {
        if (is_lost(change, *ordinal))
            return true;
    }
    return false;
}

/* Of a member that was removed: a new one would end with "the member has been permanently removed
 * from the cluster". */
static const char *why_not_grown(const struct change *change)
{
    const json_t *claim = v1_etcd_claim(change->cell, change->etcd->size);

    if (claim == NULL)
        return NULL;
    if (object_terminating(claim))
        return fmt(change->cell->arena,
            "PersistentVolumeClaim %s of a former member has gone",
            object_name(claim));
    return fmt(change->cell->arena,
        "PersistentVolumeClaim %s has gone, which holds what a former member has left, and no new "
        "one can start with: kubectl delete pvc --namespace %s %s",
        object_name(claim),
        change->cell->place.namespace,
        object_name(claim));
}

static void change_size(struct change *change, bool current)
{
    struct arena *a = change->cell->arena;
    const bool grows = change->wanted > change->etcd->size;
    const char *why = grows ? why_not_grown(change) : NULL;

    if (change->wanted == change->etcd->size || change->cell->retiring ||
        change->cell->stage.paused || !current || !etcd_reads_members(change->statefulset))
        return;
    if (!is_settled(change))
        why = "all members are Ready";
    change->members->blocked = why != NULL && is_settled(change);
    if (why != NULL)
        change->members->step = fmt(a,
            "etcd waits to %s to %u members until %s",
            grows ? "grow" : "shrink",
            change->wanted,
            why);
    else if (grows)
        join(change, change->etcd->size, false);
    else
        leave(change, change->etcd->size - 1);
}

/* The last one of the StatefulSet, or the one after it. */
static bool is_at_the_end(const struct change *change, uint32_t member)
{
    return member <= change->etcd->size && member + 1 >= change->etcd->size;
}

/* Whether one leaves: since that has been begun, or since it joins although fewer are wanted by
 * now. A note about another one is an old one that somebody has put back. */
static bool one_leaves(const struct change *change, uint32_t *member)
{
    if (!noted(change, LEAVING, member) &&
        (!noted(change, JOINING, member) || *member < change->wanted))
        return false;
    return *member > 0 && is_at_the_end(change, *member);
}

/* Whether one is replaced: a note is an old one where the member is known with the volume that it
 * has, or cannot be told to have lost one, and all are Ready. (That all are Ready does not do
 * alone: it may be news of before.) */
static bool one_is_replaced(const struct change *change, uint32_t *member)
{
    if (noted(change, REPLACING, member) && *member < change->etcd->size)
        return is_lost(change, *member) ||
               (!is_known_as_it_is(change, *member) && !is_settled(change));
    return find_lost(change, member);
}

/* What has been begun is ended first; it is one thing at a time. */
static void go_on(struct change *change, bool current)
{
    uint32_t member;

    if (one_leaves(change, &member))
        leave(change, member);
    else if (noted(change, JOINING, &member) && is_at_the_end(change, member))
        join(change, member, is_lost(change, member));
    else if (one_is_replaced(change, &member))
        join(change, member, true);
    else
        change_size(change, current);
}

/* --- whether there is an etcd --- */

static const json_t *members_applied(const struct cell *cell)
{
    const json_t *config = objects_find(&cell->config_maps, v1_cell_object(cell, "etcd-members"));

    return config == NULL ? NULL
                          : json_at(object_last_applied(cell->arena, &v1_keys, config), "data");
}

static const json_t *members_known(const struct cell *cell)
{
    return json_at(cell->request->parent, "status", "etcd", "members");
}

bool v1_etcd_has_formed(const struct cell *cell)
{
    return json_array_size(members_known(cell)) > 0 ||
           text_equal(json_text_at(members_applied(cell), ETCD_INITIAL_STATE), "existing");
}

uint32_t v1_etcd_members_known(const struct cell *cell)
{
    const char *stem = fmt(cell->arena, "%s-", v1_cell_object(cell, "etcd"));
    const json_t *member;
    uint32_t count = 0;

    json_each_item (members_known(cell), i, member) {
        const char *name = json_text_at(member, "member");
        uint32_t ordinal;

        if (name != NULL && text_starts_with(name, stem) &&
            etcd_ordinal(name + strlen(stem), &ordinal) && ordinal < ETCD_MOST_MEMBERS &&
            ordinal >= count)
            count = ordinal + 1;
    }
    return count;
}

/* Each has another volume than it had: there is nothing that a new etcd could be in the way of. */
static bool all_are_lost(const struct change *change)
{
    for (uint32_t i = 0; i < change->etcd->size; i++) {
        if (!is_lost(change, i))
            return false;
    }
    return true;
}

void v1_plan_members(struct cell *cell, const struct etcd *etcd, uint32_t wanted, bool current)
{
    struct change change = {
        .cell = cell,
        .etcd = etcd,
        .members = &cell->members,
        .statefulset = objects_find(&cell->statefulsets, etcd->name),
        .applied = members_applied(cell),
        .wanted = wanted,
    };

    cell->members = (struct members){.size = etcd->size, .known = json_new_list()};
    cell->members.formed =
        (v1_etcd_has_formed(cell) && !all_are_lost(&change)) || is_settled(&change);
    cell->members.gate.state = cell->members.formed ? ETCD_CLOSED : ETCD_FORMING;
    if (cell->members.formed)
        go_on(&change, current);
    remember_members(&change);
}
