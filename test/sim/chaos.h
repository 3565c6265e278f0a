#ifndef VITESS_OPERATOR_TEST_CHAOS_H
#define VITESS_OPERATOR_TEST_CHAOS_H

#include "history.h"
#include "hook.h"

/* What happens to a cluster in a random history, whatever its API. Each thing writes commands of
 * history.h, so that the script of a failure can be replayed from check_histories.c. */

struct chaos;

struct happening {
    unsigned weight;
    bool edit; /* what it writes has to be applied */
    void (*happen)(struct chaos *chaos);
};

/* How an API's clusters are made, edited and put right. Lists of texts end with NULL; what stands
 * in one twice happens twice as often. */
struct chaos_api {
    const struct shape *shape;
    int seeds; /* so many are played where nobody says otherwise */
    /* What a new cluster has beside what its shape says. */
    void (*make)(struct chaos *chaos);
    const struct happening *happenings;
    size_t happening_count;
    void (*edit_replicas)(struct chaos *chaos); /* of some pool */
    /* Takes back all edits that break something. */
    void (*mend)(struct chaos *chaos);
    /* What an administrator still has to do once that has settled; NULL: nothing. */
    void (*finish)(struct chaos *chaos);
    /* FAILs unless all tablets that the spec wants serve. */
    void (*expect_serving)(struct chaos *chaos);
    const char *const *deleted, *const *annotated, *const *relabelled, *const *copied; /* kinds */
    const char *const *hooked;                          /* kinds that have a hook */
    const char *const *tasks;                           /* verbs */
    const char *const *drifting;                        /* kinds */
    const char *const *drifts, *const *cell_drifts;     /* edits below spec; those of VitessCells */
    const char *const *statuses, *const *cell_statuses; /* and below status */
    const char *keyspace_label;                         /* that a VitessKeyspace is selected by */
};

/* Steps: of a cluster that is away, and until what follows from one step has happened. */
enum { LONGEST_ABSENCE = 60, SETTLING = 150 };

/* Of one history: what happens, and the time that passes after it. */
enum { MOST_EVENTS = 64 };

/* How far behind caches are. */
enum { LONGEST_LAG = 5 };

struct chaos {
    const struct chaos_api *api;
    struct run run;
    unsigned long long state; /* of the random numbers */
    const char *mend;         /* the command that takes a bad edit back, or NULL */
    const char *etcd_cell;    /* that must stay, or NULL */
    int nodes_lost;
    const char *dead;   /* the node that died last and has not come back, or NULL */
    struct texts lines; /* what has been said so far */
    struct texts undo;  /* what takes back what was done by hand */
    struct texts left; /* Pods of tablets whose VitessShard somebody deleted, or what is above it */
    size_t head;       /* so many of the lines made the cluster */
    size_t events[MOST_EVENTS], event_count; /* where the lines of each thing that happened begin */
    size_t body; /* and so many are before all that is broken is mended; SIZE_MAX: not yet */
    int images, labels, zones; /* numbers that have been given away */
};

/* xorshift64*: the same history everywhere. */
static unsigned chance(struct chaos *chaos, unsigned below)
{
    chaos->state ^= chaos->state >> 12;
    chaos->state ^= chaos->state << 25;
    chaos->state ^= chaos->state >> 27;
    return (unsigned)((chaos->state * 2685821657736338717ULL) >> 33) % below;
}

__attribute__((format(printf, 2, 3))) static void say(struct chaos *chaos, const char *format, ...)
{
    va_list arguments;
    const char *line;

    va_start(arguments, format);
    line = vfmt(arena, format, arguments);
    va_end(arguments);
    texts_add(&chaos->lines, line);
    history_command(&chaos->run, line);
    expect_no_violation(&chaos->run);
}

static const json_t *keyspaces(const struct chaos *chaos)
{
    return json_at(chaos->run.cluster, "spec", "keyspaces");
}

static const json_t *cells(const struct chaos *chaos)
{
    return json_at(chaos->run.cluster, "spec", "cells");
}

static size_t some_keyspace(struct chaos *chaos)
{
    return chance(chaos, (unsigned)json_array_size(keyspaces(chaos)));
}

static const char *cell_name(const struct chaos *chaos, size_t index)
{
    return json_text_at(json_array_get(cells(chaos), index), "name");
}

static bool has_keyspace(const struct chaos *chaos, const char *name)
{
    const json_t *keyspace;

    json_each_item (keyspaces(chaos), i, keyspace) {
        if (text_equal(json_text_at(keyspace, "name"), name))
            return true;
    }
    return false;
}

static const char *pick(struct chaos *chaos, const char *const *list)
{
    unsigned count = 0;

    while (list[count] != NULL)
        count++;
    return list[chance(chaos, count)];
}

static const char *some_image(struct chaos *chaos)
{
    return fmt(arena, "vitess/lite:v24.0.%d", 10 + chaos->images++);
}

static const json_t *live_cluster(const struct chaos *chaos)
{
    return sim_object(chaos->run.sim, "VitessCluster", chaos->run.namespace, chaos->run.name);
}

static void mend_edit(struct chaos *chaos)
{
    if (chaos->mend != NULL)
        say(chaos, "%s", chaos->mend);
    chaos->mend = NULL;
}

static void remove_keyspace(struct chaos *chaos)
{
    if (json_array_size(keyspaces(chaos)) > 1 && chaos->mend == NULL)
        say(chaos, "unset spec.keyspaces[%zu]", some_keyspace(chaos));
}

static void edit_turndown(struct chaos *chaos)
{
    say(chaos,
        "set spec.keyspaces[%zu].turndownPolicy \"%s\"",
        some_keyspace(chaos),
        chance(chaos, 2) == 0 ? "Immediate" : "RequireIdle");
}

static void edit_durability(struct chaos *chaos)
{
    static const char *const policies[] = {"none", "semi_sync", "cross_cell", NULL};

    say(chaos,
        "set spec.keyspaces[%zu].durabilityPolicy \"%s\"",
        some_keyspace(chaos),
        pick(chaos, policies));
}

/* --- faults --- */

/* The name of some object of this kind, or NULL. */
static const char *some_object(struct chaos *chaos, const char *kind)
{
    struct objects all = sim_objects(chaos->run.sim, arena, kind);

    return all.count == 0 ? NULL : object_name(all.at[chance(chaos, (unsigned)all.count)]);
}

/* Nobody deletes their records where the shard does not come back. */
static void remember_tablets(struct chaos *chaos)
{
    struct objects pods = sim_objects(chaos->run.sim, arena, "Pod");

    for (size_t i = 0; i < pods.count; i++) {
        const struct api_keys *keys = object_keys(pods.at[i]);

        if (object_label(pods.at[i], keys->tablet_uid) != NULL)
            texts_add(&chaos->left,
                fmt(arena,
                    "%s %s-%s",
                    object_name(pods.at[i]),
                    object_label(pods.at[i], keys->cell),
                    object_label(pods.at[i], keys->tablet_uid)));
    }
}

/* Whoever did that finds them in GetTablets. */
static void forget_dead_tablets(struct chaos *chaos)
{
    for (size_t i = 0; i < chaos->left.count; i++) {
        const char *space = strchr(chaos->left.at[i], ' ');
        const char *pod = text_copy(arena, chaos->left.at[i], (size_t)(space - chaos->left.at[i]));

        if (sim_object(chaos->run.sim, "Pod", "default", pod) == NULL)
            say(chaos, "try vtctl DeleteTablets --allow-primary %s", space + 1);
    }
}

static void delete_some(struct chaos *chaos)
{
    const char *kind = pick(chaos, chaos->api->deleted);
    const char *name = some_object(chaos, kind);

    if (name == NULL)
        return;
    if (text_starts_with(kind, "Vitess"))
        remember_tablets(chaos);
    say(chaos, "try delete %s %s", kind, name);
}

static void crash_pod(struct chaos *chaos)
{
    const char *name = some_object(chaos, "Pod");

    if (name != NULL)
        say(chaos, "fail pod=%s", name);
}

static void lose_node(struct chaos *chaos)
{
    if (chaos->nodes_lost >= 2)
        return;
    chaos->dead = fmt(arena, "node-%d", 1 + 3 * chaos->nodes_lost++);
    say(chaos, "fail node=%s", chaos->dead);
    say(chaos, "steps %u", 1 + chance(chaos, 20));
}

static void return_node(struct chaos *chaos)
{
    if (chaos->dead != NULL)
        say(chaos, "node-back %s", chaos->dead);
    chaos->dead = NULL;
}

static void fail_task(struct chaos *chaos)
{
    say(chaos, "fail task=%s", pick(chaos, chaos->api->tasks));
}

static void fail_hook(struct chaos *chaos)
{
    switch (chance(chaos, 4)) {
    case 0:
        say(chaos, "hook 429 %s", pick(chaos, chaos->api->hooked));
        break;
    case 1:
        say(chaos, "hook timeout %s", pick(chaos, chaos->api->hooked));
        break;
    default:
        say(chaos, "fail hook=%s", pick(chaos, chaos->api->hooked));
    }
}

static void restart_metacontroller(struct chaos *chaos)
{
    say(chaos, "restart-metacontroller");
}

/* --- by hand, on what is not the user's --- */

static void annotate_some(struct chaos *chaos)
{
    const char *kind = pick(chaos, chaos->api->annotated);
    const char *name = some_object(chaos, kind);

    if (name == NULL)
        return;
    if (chance(chaos, 2) == 0)
        say(chaos, "try label %s %s example.com/mine l%d", kind, name, ++chaos->labels);
    else
        say(chaos, "try annotate %s %s example.com/note n%d", kind, name, ++chaos->labels);
}

/* What selectors look at: it is given up, until somebody puts it right. */
static void relabel_some(struct chaos *chaos)
{
    const char *kind = pick(chaos, chaos->api->relabelled);
    const char *name = some_object(chaos, kind);
    const json_t *object = name == NULL ? NULL : sim_object(chaos->run.sim, kind, "default", name);
    const char *key = text_equal(kind, "VitessKeyspace") ? chaos->api->keyspace_label
                      : object == NULL                   ? NULL
                                                         : object_keys(object)->keyspace;
    const char *before = object == NULL ? NULL : object_label(object, key);

    if (before == NULL)
        return;
    /* By then the VitessCluster may be another one. */
    texts_add(&chaos->undo,
        text_equal(key, "controller-uid")
            ? "adopt"
            : fmt(arena, "try label %s %s %s %s", kind, name, key, before));
    say(chaos, "try label %s %s %s elsewhere", kind, name, key);
}

static void drift(struct chaos *chaos)
{
    const char *kind = pick(chaos, chaos->api->drifting);
    const char *name = some_object(chaos, kind);
    const bool cell = text_equal(kind, "VitessCell");
    const char *edit = pick(chaos, cell ? chaos->api->cell_drifts : chaos->api->drifts);

    if (name != NULL)
        say(chaos, "try edit %s %s spec.%s", kind, name, edit);
}

static void edit_status_of_some(struct chaos *chaos)
{
    const char *kind = pick(chaos, chaos->api->drifting);
    const char *name = some_object(chaos, kind);
    const bool cell = text_equal(kind, "VitessCell");
    const char *edit = pick(chaos, cell ? chaos->api->cell_statuses : chaos->api->statuses);

    if (name != NULL)
        say(chaos, "try status %s %s %s", kind, name, edit);
}

/* What it may have adopted by the time it is deleted, as the condition says, is not its own. */
static void copy_some(struct chaos *chaos)
{
    const char *kind = pick(chaos, chaos->api->copied);
    const char *name = some_object(chaos, kind);

    if (name == NULL)
        return;
    say(chaos, "try copy %s %s copy%d", kind, name, ++chaos->labels);
    if (text_starts_with(kind, "Vitess"))
        texts_add(&chaos->undo, fmt(arena, "try orphan %s copy%d", kind, chaos->labels));
}

/* It stays as long as its Pod does. */
static void delete_claim(struct chaos *chaos)
{
    const char *name = some_object(chaos, "PersistentVolumeClaim");

    if (name != NULL)
        say(chaos, "try delete PersistentVolumeClaim %s", name);
}

/* Not while it has a bad edit: what must not change could not be taken back in a new one. */
static void delete_cluster_and_apply(struct chaos *chaos)
{
    if (chaos->mend != NULL)
        return;
    remember_tablets(chaos);
    say(chaos, "delete-cluster %s", chance(chaos, 2) == 0 ? "background" : "foreground");
    if (chance(chaos, 3) > 0)
        say(chaos, "steps %u", 1 + chance(chaos, LONGEST_ABSENCE));
    if (chance(chaos, 2) == 0)
        chaos->api->edit_replicas(chaos);
    say(chaos, "apply");
}

/* Whoever deletes the VitessCluster before it has taken them leaves them to nobody, so it is told
 * once more in the end. */
static void adopt(struct chaos *chaos)
{
    say(chaos, "adopt");
    texts_add(&chaos->undo, "adopt");
}

/* The namespace is lost, and restored as Velero does: without owners. */
static void lose_and_restore(struct chaos *chaos)
{
    if (chaos->mend != NULL)
        return;
    say(chaos, "backup");
    say(chaos, "wipe");
    say(chaos, "steps %d", SETTLING);
    say(chaos, "restore default");
    if (chance(chaos, 2) == 0)
        say(chaos, "steps %u", 1 + chance(chaos, LONGEST_ABSENCE));
    adopt(chaos);
}

/* The VitessCluster goes and leaves all that it had. */
static void orphan_and_apply(struct chaos *chaos)
{
    if (chaos->mend != NULL)
        return;
    say(chaos, "delete-cluster orphan");
    say(chaos, "steps %u", 1 + chance(chaos, LONGEST_ABSENCE));
    say(chaos, "apply");
    say(chaos, "steps 1");
    adopt(chaos);
}

static const struct happening *some_happening(struct chaos *chaos)
{
    const struct happening *happenings = chaos->api->happenings;
    const size_t count = chaos->api->happening_count;
    unsigned sum = 0;
    unsigned at;

    for (size_t i = 0; i < count; i++)
        sum += happenings[i].weight;
    at = chance(chaos, sum);
    for (size_t i = 0; i < count; i++) {
        if (at < happenings[i].weight)
            return &happenings[i];
        at -= happenings[i].weight;
    }
    return &happenings[0];
}

/* That of a tablet has the name of its Pod, that of a member of etcd "data-" before it. */
static const char *pod_of_claim(const char *claim)
{
    return text_starts_with(claim, "data-") ? claim + strlen("data-") : claim;
}

/* Claims that somebody has deleted: whoever did lets them go, one Pod after the other. */
static void let_claims_go(struct chaos *chaos)
{
    struct objects claims = sim_objects(chaos->run.sim, arena, "PersistentVolumeClaim");
    struct texts going = {.arena = arena};

    for (size_t i = 0; i < claims.count; i++) {
        if (object_terminating(claims.at[i]))
            texts_add(&going, fmt(arena, "%s", object_name(claims.at[i])));
    }
    for (size_t i = 0; i < going.count; i++) {
        if (i == 0)
            say(chaos, "steps %u", SETTLING);
        say(chaos, "try delete Pod %s", pod_of_claim(going.at[i]));
        say(chaos, "steps %u", SETTLING);
    }
}

/* Not only the conditions say so. */
static void expect_serving(struct chaos *chaos, const char *keyspace, const char *shard,
    size_t wanted)
{
    size_t serving = sim_serving(chaos->run.sim, NULL, keyspace, shard);

    if (serving < wanted || sim_primary(chaos->run.sim, NULL, keyspace, shard) == NULL)
        FAIL(&chaos->run, "%zu of %zu tablets of %s/%s serve", serving, wanted, keyspace, shard);
}

/* Everything that is broken is put right: an image or flag, a pause, a bad edit, what was done by
 * hand. */
static void mend_all(struct chaos *chaos)
{
    chaos->body = chaos->lines.count;
    /* What is applied to a cluster on its way out goes with it. */
    if (live_cluster(chaos) != NULL && object_terminating(live_cluster(chaos)))
        say(chaos, "steps %d", SETTLING);
    mend_edit(chaos);
    chaos->api->mend(chaos);
    say(chaos, "apply");
    /* Whoever takes back at once what caches that lag have not even seen meets what was known
     * before. */
    if (chaos->undo.count > 0)
        say(chaos, "steps %d", LONGEST_LAG);
    /* The last first: what it was before a second edit is what the first one made of it. */
    for (size_t i = chaos->undo.count; i > 0; i--)
        say(chaos, "%s", chaos->undo.at[i - 1]);
    let_claims_go(chaos);
    if (chaos->left.count > 0)
        say(chaos, "steps %u", SETTLING);
    forget_dead_tablets(chaos);
    if (chaos->api->finish != NULL)
        chaos->api->finish(chaos);
    say(chaos, "ready");
}

#endif
