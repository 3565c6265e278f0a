#include "cli/manifest/findings.h"
#include "cli/manifest/judge.h"
#include "cli/plan/plan.h"

#include "cli/base/output.h"
#include "cli/base/room.h"
#include "cli/cluster/state.h"
#include "cli/plan/old.h"
#include "cli/simulation/simulation.h"
#include "metadata.h"

static const char *format, *namespace;

static const struct option_row options[] = {
    {"output", 'o', OPTION_CHOICE, "text|json", "text is the default.", &format},
    {"namespace", 'n', OPTION_TEXT, "NAME", NAMESPACE_HELP, &namespace},
    COLOUR_OPTION,
    {.name = NULL},
};

/* What is noted while the edit is under way. */
static struct {
    bool watching;
    struct snapshot before;
    const json_t *said; /* remarks_take() */
    struct shards shards;
    struct happening *at;
    size_t count, capacity;
    struct texts gone; /* uids of Pods whose deletion has been noted */
} notes;

/* Of the real cluster, where OLD is one. */
static struct troubles troubles;

static void add_troubles(const struct manifests *list, const json_t *cluster)
{
    const struct troubles more = troubles_of(cli_arena(), list, cluster);

    for (size_t i = 0; i < more.count; i++) {
        troubles.at = with_room(cli_arena(),
            troubles.at,
            troubles.count,
            &troubles.capacity,
            sizeof(*troubles.at));
        troubles.at[troubles.count++] = more.at[i];
    }
}

static void note(struct happening happening)
{
    notes.at = with_room(cli_arena(), notes.at, notes.count, &notes.capacity, sizeof(*notes.at));
    notes.at[notes.count++] = happening;
}

/* A tablet's Pod goes; whether it comes back is known at the end. */
static void note_tablet(const struct sim_event *event)
{
    const json_t *pod = event->before != NULL ? event->before : event->after;
    const char *uid = object_uid(pod);
    struct tablet tablet;

    if (!object_tablet(cli_arena(), pod, &tablet) || texts_contain(&notes.gone, uid))
        return;
    texts_add(&notes.gone, fmt(cli_arena(), "%s", uid));
    note((struct happening){.action = ACTION_RESTART,
        .step = event->step,
        .subject = object_identity(cli_arena(), pod),
        .shard = shard_shown(&notes.shards, tablet.cluster, tablet.keyspace, tablet.shard),
        .detail = fmt(cli_arena(), "%s", tablet.type)});
}

/* Replaces its Pods one by one, by Kubernetes' own means. */
static void note_roll(const struct sim_event *event)
{
    const char *kind = object_kind(event->after);

    if ((!text_equal(kind, "Deployment") && !text_equal(kind, "StatefulSet")) ||
        json_same(json_at(event->before, "spec", "template"),
            json_at(event->after, "spec", "template")))
        return;
    note((struct happening){.action = ACTION_ROLL,
        .step = event->step,
        .subject = object_identity(cli_arena(), event->after)});
}

static void on_event(void *context, const struct sim *sim, const struct sim_event *event)
{
    (void)context;
    (void)sim;
    if (!notes.watching)
        return;
    if (event->verb == SIM_DELETE || event->verb == SIM_REMOVED)
        note_tablet(event);
    else if (event->verb == SIM_UPDATE)
        note_roll(event);
}

static void on_step(void *context, const struct sim *sim)
{
    (void)context;
    if (!notes.watching)
        return;
    shards_look(&notes.shards, sim);
    for (size_t i = 0; i < notes.shards.count; i++) {
        const struct shard_watch *shard = &notes.shards.at[i];

        if (shard->primary == NULL || shard->last == NULL ||
            text_equal(shard->primary, shard->before) || text_equal(shard->primary, shard->last))
            continue;
        note((struct happening){.action = ACTION_REPARENT,
            .step = sim_steps(sim),
            .subject = shard->primary,
            .shard = shard_shown(&notes.shards, shard->cluster, shard->keyspace, shard->name),
            .detail = shard->last});
    }
}

/* --- the two runs --- */

/* Pods that did not come back were not restarted. */
static void tell_removals(const struct snapshot *after)
{
    for (size_t i = 0; i < notes.count; i++)
        if (notes.at[i].action == ACTION_RESTART &&
            snapshot_find(after, notes.at[i].subject) == NULL)
            notes.at[i].action = ACTION_REMOVE;
}

static size_t count_claims(const struct snapshot *snapshot, const struct snapshot *in)
{
    size_t count = 0;

    for (size_t i = 0; i < snapshot->count; i++)
        count += text_equal(object_kind(snapshot->at[i].wanted), "PersistentVolumeClaim") &&
                 snapshot_find(in, snapshot->at[i].identity) != NULL;
    return count;
}

static struct texts lost_claims(const struct changes *changes)
{
    struct texts lost = {.arena = cli_arena()};

    for (size_t i = 0; i < changes->count; i++)
        if (changes->at[i].kind == CHANGE_REMOVED &&
            text_equal(object_kind(changes->at[i].object), "PersistentVolumeClaim"))
            texts_add(&lost, changes->at[i].identity);
    return lost;
}

static int judge(const struct sim *sim, const struct plan *plan)
{
    if (!plan->summary->ready)
        simulation_explain(sim);
    if (!plan->summary->ready || plan->summary->violation_count > 0)
        return EXIT_NO;
    /* As terraform says "there are changes". */
    return plan->changes->count > 0 ? 2 : EXIT_YES;
}

static int report(const struct sim *sim)
{
    const struct snapshot after = snapshot_take(cli_arena(), sim);
    const struct changes changes = snapshot_compare(cli_arena(), &notes.before, &after);
    const struct texts lost = lost_claims(&changes);
    const struct remarks remarks = remarks_since(cli_arena(), notes.said, sim);
    const struct sim_summary summary = sim_summary(sim);

    tell_removals(&after);
    const struct plan plan = {.troubles = &troubles,
        .changes = &changes,
        .happenings = notes.at,
        .happening_count = notes.count,
        .shards = &notes.shards,
        .remarks = &remarks,
        .claims_kept = count_claims(&notes.before, &after),
        .claims_lost = &lost,
        .summary = &summary};

    if (text_equal(format, "json")) {
        fputs(json_write_pretty(cli_arena(), plan_json(cli_arena(), &plan)), stdout);
    } else {
        struct screen screen = {.arena = cli_arena()};

        plan_text(&screen, &plan);
        screen_print(stdout, &screen, cli_colour(stdout));
    }
    return judge(sim, &plan);
}

static int edit(struct sim *sim, const struct manifests *manifests)
{
    notes.before = snapshot_take(cli_arena(), sim);
    notes.said = remarks_take(cli_arena(), sim);
    notes.shards.arena = notes.gone.arena = cli_arena();
    shards_look(&notes.shards, sim);
    shards_mark(&notes.shards);
    notes.watching = true;
    if (!simulation_apply(sim, manifests))
        return EXIT_NO;
    simulation_settle(sim, SIMULATION_STEPS);
    return report(sim);
}

/* All of them at once, as validate says them: the API server refuses the first one only. */
static bool is_well(const struct manifests *manifests)
{
    struct findings findings = {.count = 0};

    for (size_t i = 0; i < manifests->count; i++)
        if (manifest_is_cluster(&manifests->at[i]))
            judge_cluster(&manifests->at[i], json_new_list(), &findings);
    findings_sort(&findings);
    findings_print(&findings, FINDING_PROBLEM, stderr);
    return findings_count(&findings, FINDING_PROBLEM) == 0;
}

/* What the edit begins with: nothing without OLD. Of a List of a real cluster only the specs of the
 * VitessClusters count; what stands beside them in NEW (Secrets) is there already. */
static bool choose_old(struct manifests *chosen, const struct manifests *old,
    const struct manifests *edited, const char *path)
{
    *chosen = live_is(old) ? (struct manifests){.count = 0} : *old;
    if (live_is(old) && !old_choose(chosen, old, edited, path))
        return false;
    for (size_t i = 0; i < chosen->count; i++)
        if (manifest_is_cluster(&chosen->at[i]))
            add_troubles(old, chosen->at[i].object);
    if (!live_is(old))
        return true;
    for (size_t i = 0; i < edited->count; i++)
        if (!manifest_is_cluster(&edited->at[i]))
            manifests_add(chosen, &edited->at[i]);
    return true;
}

static int plan_edit(const struct manifests *old, const struct manifests *edited)
{
    const struct sim_options watched = {.seed = 1, .on_event = on_event, .on_step = on_step};
    int code = EXIT_TROUBLE;
    struct sim *sim = old->count == 0 ? sim_new(&watched) : simulation_of(&watched, old, &code);

    if (sim == NULL)
        return code;
    code = edit(sim, edited);
    sim_free(sim);
    return code;
}

static int run(const struct texts *arguments)
{
    const size_t count = arguments->count;
    struct manifests old = {.count = 0}, edited = {.count = 0}, begin = {.count = 0};

    if (count != 1 && count != 2)
        return wrong_usage(&command_plan, "needs two files, OLD and NEW, or NEW alone");
    if (count == 2 && !simulation_read(&old, arguments->at[0], namespace))
        return EXIT_TROUBLE;
    const char *place = namespace != NULL ? namespace : old_namespace(&old);
    if (!simulation_read(&edited, arguments->at[count - 1], place))
        return EXIT_TROUBLE;
    if (!is_well(&edited))
        return EXIT_NO;
    if (!choose_old(&begin, &old, &edited, arguments->at[count - 1]))
        return EXIT_TROUBLE;
    return plan_edit(&begin, &edited);
}

const struct command command_plan = {
    .name = "plan",
    .usage = "[OLD] NEW [-o text|json]",
    .summary = "tell what an edit will do, before it is applied",
    .text = "Simulates the VitessCluster of file OLD until it is Ready, applies file NEW\n"
            "and tells what that does: objects added, changed (field by field) and\n"
            "removed, what restarts in which order, reparents, whether data is kept or\n"
            "lost, the lowest number of tablets that serve in each shard meanwhile, and what\n"
            "the conditions say in the end that they did not say before.\n"
            "One of the two may be - for standard input. Without OLD it tells what NEW makes\n"
            "where nothing is yet. Problems of NEW are told as validate tells them.\n"
            "\n"
            "OLD may be what kubectl prints of a real cluster: the VitessCluster, or a List of\n"
            "more, of which the VitessCluster that NEW names is taken. What is not well in it\n"
            "now is told first; the plan supposes that it is well.\n"
            "\n"
            "--output json prints one object with format_version (1; it is raised when\n"
            "something in here is removed or means something else).\n"
            "\n"
            "EXIT STATUS\n"
            "0 where the edit changes nothing, 2 where it changes something, 1 where a\n"
            "cluster does not become Ready or the edit would do harm, 3 on wrong usage or\n"
            "where a file cannot be read.\n"
            "\n"
            "EXAMPLES\n"
            "    vitess-operator plan vitess.yaml edited.yaml\n"
            "    vitess-operator plan vitess.yaml\n"
            "    git show HEAD:vitess.yaml | vitess-operator plan - vitess.yaml\n"
            "    kubectl get vt vitess -o yaml | vitess-operator plan - new.yaml\n"
            "    kubectl get vt,vts,pods -o json | vitess-operator plan - new.yaml\n",
    .options = options,
    .run = run,
    .wrong_usage = EXIT_TROUBLE,
};
