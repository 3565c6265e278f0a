#include "shard.h"

#include <string.h>

#include "conditions.h"
#include "template.h"

/* When a tablet may be taken down on purpose. Healing needs no permission; this is for what an edit
 * wants to replace or remove. */

/* --- the other cells --- */

static bool leaves_its_cell(const json_t *sibling)
{
    return json_array_size(json_at(sibling, "spec", "rollout", "remaining")) > 0;
}

/* Place in the rollout order. What leaves its cell goes before all others: a cell that left the
 * spec is in no order any more. */
static int place_in_order(const json_t *order, const json_t *sibling)
{
    const json_t *cell;

    if (leaves_its_cell(sibling))
        return -1;
    json_each_item (order, i, cell) {
        if (text_equal(json_string_value(cell), json_text_at(sibling, "spec", "cell")))
            return (int)i;
    }
    return -1;
}

/* Of two that leave their cells the name decides: were both to go at the same time, each would hand
 * the primary to the other. */
static bool goes_before(const struct shard *shard, const json_t *sibling)
{
    const json_t *order = shard->spec.derived.cell_order;
    const json_t *own = shard->request->parent;

    if (leaves_its_cell(own) && leaves_its_cell(sibling))
        return strcmp(object_name(sibling), object_name(own)) < 0;
    return place_in_order(order, sibling) < place_in_order(order, own);
}

static bool observed_newest(const json_t *sibling)
{
    return json_int_at(sibling, -1, "status", "observedGeneration") == object_generation(sibling);
}

static bool sibling_settled(const json_t *sibling)
{
    return observed_newest(sibling) && condition_true(sibling, "Ready") &&
           json_text_at(sibling, "status", "moving") == NULL;
}

/* What has moved in that cell is serving. What is still to move there may be unwell: were two
 * unwell cells to wait for each other, both would do so for ever. What has moved is told by a cell
 * that has this edit; of one that waits for it `updatedTablets` says nothing. */
static bool sibling_proven(const struct shard *shard, const json_t *sibling)
{
    const json_t *own = shard->request->parent;
    const json_t *status = json_at(sibling, "status");
    const json_t *uid;

    if (!observed_newest(sibling) || json_text_at(status, "moving") != NULL)
        return false;
    if (!leaves_its_cell(own) &&
        !json_same(json_at(own, "spec", "rolloutId"), json_at(sibling, "spec", "rolloutId")))
        return true;
    json_each_item (json_at(status, "updatedTablets"), i, uid) {
        if (!json_list_has(json_at(status, "readyTablets"), json_string_value(uid)))
            return false;
    }
    return true;
}

/* At the spec that this shard is at, all of it. What is kept although it has left the spec hears of
 * no edit, but for who its tasks talk to. */
static bool sibling_done(const struct shard *shard, const json_t *sibling)
{
    const json_t *own = json_at(shard->request->parent, "spec");
    const json_t *other = json_at(sibling, "spec");
    const char *field = shard->kept ? "client" : "rolloutId";

    return observed_newest(sibling) && condition_true(sibling, "Updated") &&
           json_same(json_at(own, field), json_at(other, field));
}

static bool has_sibling_in(const struct shard *shard, const char *cell)
{
    for (size_t i = 0; i < shard->siblings.count; i++) {
        const json_t *sibling = shard->siblings.at[i];

        if (text_equal(json_text_at(sibling, "spec", "cell"), cell))
            return true;
    }
    return false;
}

/* In each other cell the shard must be there: a cell that is just being added, or whose VitessShard
 * somebody has deleted, has no say otherwise. For one that leaves this cell these are the cells
 * that it stays in. (One that is kept hears of no edit, so it knows only the cells of then.) */
const char *missing_sibling(const struct shard *shard)
{
    const json_t *cells = shard->retire ? shard->spec.derived.rollout->remaining
                          : shard->kept ? NULL
                                        : shard->spec.cells;
    const json_t *cell;

    json_each_item (cells, i, cell) {
        if (!text_equal(json_string_value(cell), shard->spec.cell) &&
            !has_sibling_in(shard, json_string_value(cell)))
            return json_string_value(cell);
    }
    return NULL;
}

static const char *missing_siblings_deny(const struct shard *shard)
{
    const char *cell = missing_sibling(shard);

    return cell == NULL ? NULL : fmt(shard->arena, "waits until the shard is in cell %s", cell);
}

static const char *waits_for(const struct shard *shard, const json_t *sibling, const char *what)
{
    return fmt(shard->arena, "waits until VitessShard %s is %s", object_name(sibling), what);
}

/* Of a tablet that is settled. */
static const char *sibling_denies_settled(const struct shard *shard, const json_t *sibling)
{
    if (!sibling_settled(sibling))
        return waits_for(shard, sibling, "settled");
    if (goes_before(shard, sibling) && !sibling_done(shard, sibling))
        return waits_for(shard, sibling, "up to date");
    return NULL;
}

/* Of one that is unwell but needed. A sibling that is well takes nothing down before this shard is
 * well again, and waits for that with its own edit: so it need not be up to date. */
static const char *sibling_denies_unwell(const struct shard *shard, const json_t *sibling)
{
    if (!sibling_proven(shard, sibling))
        return waits_for(shard, sibling, "settled");
    if (!condition_true(sibling, "Ready") && goes_before(shard, sibling) &&
        !sibling_done(shard, sibling))
        return waits_for(shard, sibling, "up to date");
    return NULL;
}

static const char *siblings_deny(struct shard *shard,
    const char *(*denies)(const struct shard *shard, const json_t *sibling))
{
    const char *denied = missing_siblings_deny(shard);

    for (size_t i = 0; i < shard->siblings.count && denied == NULL; i++) {
        const json_t *sibling = shard->siblings.at[i];

        if (has_retired(sibling))
            continue;
        denied = object_terminating(sibling) ? waits_for(shard, sibling, "settled")
                                             : denies(shard, sibling);
    }
    return denied;
}

/* --- the primary --- */

/* Another tablet of this cell could take over. */
static bool other_candidate(const struct shard *shard, const struct tablet *tablet)
{
    for (size_t i = 0; i < shard->wanted; i++) {
        const struct tablet *other = &shard->tablets[i];

        if (other != tablet && other->replica_type && other->serving)
            return true;
    }
    return false;
}

static size_t wanted_replicas(const struct shard *shard)
{
    size_t count = 0;

    for (size_t i = 0; i < shard->wanted; i++)
        count += shard->tablets[i].replica_type;
    return count;
}

/* Exempt are: the only replica-type tablet that the whole shard wants, and a shard that goes
 * altogether. (A broken tablet never asks.) And where Vitess knows no primary, there is nothing to
 * move away from a tablet that does not work: a reparent could only fail. An rdonly tablet is not
 * exempt, since an administrator may have made it primary, which no event tells. */
static bool reparent_exempt(const struct shard *shard, const struct tablet *tablet)
{
    if (shard->whole)
        return true;
    if (tablet->replica_type && tablet->pool != NULL && shard->spec.replica_tablets == 1 &&
        wanted_replicas(shard) == 1)
        return true;
    return shard->fresh && !pod_ready(tablet->pod) && !has_primary(shard);
}

/* PlannedReparentShard --avoid-primary is a no-op where `tablet` is not primary, and the answer
 * holds for this incarnation of its Pod only, so a second rollout asks again. So does one whose new
 * primary is lost before the tablet has gone: it may be needed. */
static const char *reparent_denies(struct shard *shard, struct tablet *tablet)
{
    const char *target = fmt(shard->arena, "%s/%s", shard->spec.keyspace, shard->spec.name);
    const char *cross = other_candidate(shard, tablet) ? NULL : "--allow-cross-cell-promotion";
    const char *arguments[] =
        {"PlannedReparentShard", "--avoid-primary", tablet->id.alias, target, cross, NULL};
    struct task_reply reply;

    if (text_equal(shard->memory.reparent.pod, tablet->incarnation) && shard->primary != tablet &&
        has_primary(shard))
        return label_to_take_off(shard, tablet);
    reply = task_ask(&shard->tasks,
        "reparent",
        arguments,
        fmt(shard->arena,
            "%s %s",
            tablet->incarnation,
            shard->primary == tablet && tablet->since != NULL ? tablet->since : ""),
        NULL);
    if (reply.state == TASK_FAILING)
        return fmt(shard->arena, "cannot move the primary away: %s", reply.text);
    if (reply.state == TASK_ANSWERED)
        shard->next.reparent = (struct shard_reparent){tablet->incarnation, reply.question};
    return "moves the primary away first";
}

const char *handover_denied(struct shard *shard, struct tablet *tablet)
{
    shard->moving = tablet->id.name;
    return reparent_exempt(shard, tablet) ? NULL : reparent_denies(shard, tablet);
}

bool is_needed(const struct shard *shard, const struct tablet *tablet)
{
    return tablet->works && !(shard->fresh && !has_primary(shard));
}

const char *turn_denied(struct shard *shard, struct tablet *tablet)
{
    const char *denied = NULL;

    if (!shard->fresh)
        return shard->tasks.trouble == NULL ? "waits to hear from Vitess which tablets serve"
                                            : shard->tasks.trouble;
    /* One that serves nobody costs nothing, and its mended spec may be all that it needs. */
    if (!shard->whole && pod_ready(tablet->pod))
        denied = siblings_deny(shard, sibling_denies_settled);
    else if (!shard->whole && is_needed(shard, tablet))
        denied = siblings_deny(shard, sibling_denies_unwell);
    if (denied == NULL)
        denied = handover_denied(shard, tablet);
    /* The next sync may see the Pod gone and the status as it is: it would know no primary. */
    if (denied == NULL && !serving_is_remembered(shard))
        denied = "waits until its status says which tablets serve";
    return denied;
}

/* --- after the last tablet --- */

/* First the Pod, then the record: VTOrc would take a running primary without a record for a dead
 * one. And Vitess deletes the record of a primary only when told to; only a shard that goes
 * altogether has one here. */
static bool delete_record(struct shard *shard, const struct tablet *tablet)
{
    const char *arguments[] = {"DeleteTablets",
        tablet->id.alias,
        shard->whole ? "--allow-primary" : NULL,
        NULL};
    struct task_reply reply;

    if (tablet->pod != NULL)
        return false;
    reply = task_delete(&shard->tasks, "delete-tablet", arguments, shard->question);
    if (reply.state == TASK_FAILING)
        shard->undeleted = fmt(shard->arena,
            "cannot delete the record of tablet %s: %s",
            tablet->id.alias,
            reply.text);
    else if (reply.state != TASK_ANSWERED && shard->undeleted == NULL)
        shard->undeleted = fmt(shard->arena, "deleting the record of tablet %s", tablet->id.alias);
    return reply.state == TASK_ANSWERED;
}

bool delete_records(struct shard *shard)
{
    bool gone = shard->fresh;

    for (size_t i = 0; i < shard->count && shard->fresh; i++) {
        const struct tablet *tablet = &shard->tablets[i];

        if (tablet->pool == NULL && tablet->recorded && !delete_record(shard, tablet))
            gone = false;
    }
    return gone;
}

/* Traffic may be switched back at any time, so the answer must be of now: it is void with each
 * event of a Pod, and nothing is asked while a pause holds the tablets anyway. The first tablet
 * goes once it was remembered beside the answer that the shard leaves; from then on what Vitess
 * says changes nothing, and a sync that sees the Pod go has seen that too. */
bool turndown_allowed(struct shard *shard)
{
    const char *target = fmt(shard->arena, "%s/%s", shard->spec.keyspace, shard->spec.name);
    const bool marked = shard->memory.leaving;

    if (text_equal(shard->spec.turndown_policy, "Immediate"))
        return true;
    shard->next.leaving = marked && !has_every_tablet(shard);
    if (shard->next.leaving || shard->spec.derived.rollout->paused)
        return shard->next.leaving;
    /* A shard record that is gone (Reshard complete deletes it) serves nothing either. */
    shard->next.leaving = task_await(&shard->tasks,
                              "idle",
                              "\"is_primary_serving\": *false|node doesn't exist",
                              (const char *const[]){"GetShard", target, NULL},
                              states_of_pods(shard),
                              NULL)
                              .state == TASK_ANSWERED;
    return marked && shard->next.leaving;
}
