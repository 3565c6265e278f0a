#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

#include "cli/base/output.h"
#include "cli/simulation/remote.h"
#include "cli/simulation/simulation.h"
#include "cli/view/frame.h"
#include "cli/view/picture.h"
#include "cli/view/watch.h"

/* Rounds in which everything is synced again once nothing is due: any write is one too many. */
enum { ROUNDS_AT_REST = 3 };
enum { PICTURE_ROWS = 40 };

static struct texts then, faults;
static const char *format, *record, *url, *namespace, *picture_path;
static long seed = 1, steps = SIMULATION_STEPS, lag, pace = 40;

static const struct option_row options[] = {
    {"then",
        't',
        OPTION_LIST,
        "FILE[@N]",
        "Apply FILE, an edit, once nothing is due any more, or N steps after what was applied "
        "before it. May be given several times.",
        &then},
    {"fail",
        0,
        OPTION_LIST,
        "FAULT",
        "Let something go wrong: pod=NAME[@STEP] (its containers crash), node=NAME@STEP (it dies), "
        "image=IMAGE@STEP (it cannot be pulled), task=VERB@STEP (it fails, then works), "
        "hook=KIND@STEP (it answers 500 once; KIND/429: not now; KIND/timeout: nothing), "
        "admit=label:KEY=VALUE@STEP or admit=annotation:KEY=VALUE@STEP (a policy writes it into "
        "new Pods), sidecar=first[@STEP] or sidecar=last (a webhook puts a container into new "
        "Pods), refuse=TEXT@STEP (a policy refuses new Pods with that text in them), "
        "secret=NAME@STEP (what is in it is renewed), "
        "flag=NAME@STEP (programs do not know that flag), stop=SECONDS@STEP (Pods end slowly). May "
        "be given several times.",
        &faults},
    {"seed",
        0,
        OPTION_NUMBER,
        "N",
        "Order in which things happen that may happen in any order; 1 is the default. The same "
        "seed gives the same run.",
        &seed},
    {"steps", 0, OPTION_NUMBER, "N", "Give up after N steps; 20000 is the default.", &steps},
    {"lag",
        0,
        OPTION_NUMBER,
        "N",
        "Let the caches of Metacontroller be up to N events behind; 0 is the default.",
        &lag},
    {"record",
        0,
        OPTION_TEXT,
        "DIR",
        "Write every request and answer into DIR; `sync` replays them.",
        &record},
    {"url",
        0,
        OPTION_TEXT,
        "BASE",
        "Call the hooks of a running server, such as http://localhost:8080, instead of those in "
        "this program. Plain HTTP only: the server must run without --tls-cert.",
        &url},
    {"output",
        'o',
        OPTION_CHOICE,
        "text|lines|json",
        "text, the default, is a live tree on a terminal and lines elsewhere; lines is one line a "
        "change; json is one object a step and last the summary.",
        &format},
    {"pace",
        0,
        OPTION_NUMBER,
        "MS",
        "How long the live tree rests after each step, in milliseconds; 40 is the default.",
        &pace},
    {"picture",
        0,
        OPTION_TEXT,
        "FILE",
        "Also save the run as a moving picture, in one SVG file without scripts.",
        &picture_path},
    {"namespace", 'n', OPTION_TEXT, "NAME", NAMESPACE_HELP, &namespace},
    COLOUR_OPTION,
    {.name = NULL},
};

/* What is applied together. */
struct stage {
    struct manifests manifests;
    long after; /* steps after the stage before it; -1: once nothing is due */
};

static const struct watch *view;
static struct picture picture;
static struct remote remote;

/* "edited.yaml" or "edited.yaml@25" */
static bool read_edit(struct stage *stage, const char *argument)
{
    const char *at = strrchr(argument, '@');
    char *end = NULL;

    stage->after = -1;
    if (at != NULL && at[1] != '\0')
        stage->after = strtol(at + 1, &end, 10);
    if (end == NULL || *end != '\0' || stage->after < 0) {
        stage->after = -1;
        return simulation_read(&stage->manifests, argument, namespace);
    }

    const char *path = text_copy(cli_arena(), argument, (size_t)(at - argument));
    return simulation_read(&stage->manifests, path, namespace);
}

/* All files are read before anything runs: a wrong name is told at once. NULL, with a message on
 * stderr, where one cannot be read. */
static struct stage *read_stages(const struct texts *files, size_t *count)
{
    struct stage *stages = arena_array(cli_arena(), 1 + then.count, sizeof(*stages));

    for (size_t i = 0; i < files->count; i++)
        if (!simulation_read(&stages[0].manifests, files->at[i], namespace))
            return NULL;
    for (size_t i = 0; i < then.count; i++)
        if (!read_edit(&stages[1 + i], then.at[i]))
            return NULL;
    *count = 1 + then.count;
    return stages;
}

/* --- what is seen --- */

static void take_picture(const struct sim *sim, const struct sim_summary *end)
{
    const struct frame frame = {.title = picture.title,
        .rows = PICTURE_ROWS,
        .unicode = true,
        .still = true};
    struct arena *scratch = arena_new(0);
    const struct json_scope scope = json_enter(scratch);
    struct screen screen = {.arena = scratch};

    frame_draw(&screen, sim, &frame);
    if (end != NULL)
        summary_draw(&screen, sim);
    picture_add(&picture, &screen);
    json_leave(scope);
    arena_free(scratch);
}

static void on_event(void *context, const struct sim *sim, const struct sim_event *event)
{
    (void)context;
    if (view->event != NULL)
        view->event(sim, event);
}

static void on_step(void *context, const struct sim *sim)
{
    (void)context;
    view->step(sim);
    if (picture_path != NULL)
        take_picture(sim, NULL);
}

static const char *title(const struct texts *files)
{
    struct text text = {.arena = cli_arena()};

    text_addf(&text, "vitess-operator simulate %s", texts_join(files, " "));
    for (size_t i = 0; i < then.count; i++)
        text_addf(&text, " --then %s", then.at[i]);
    return text_string(&text);
}

static bool choose_view(const struct texts *files)
{

    const bool lines = text_equal(format, "lines") || !cli_terminal(stdout) || !cli_colour(stdout);

    view = text_equal(format, "json") ? &watch_json : lines ? &watch_lines : &watch_live;
    watch_live_set(title(files), pace);
    picture = (struct picture){.arena = cli_arena(), .title = title(files)};
    return true;
}

/* --- the run --- */

static bool make_options(struct sim_options *made)
{
    *made = (struct sim_options){.seed = (unsigned)seed,
        .lag = (int)lag,
        .record = record,
        .on_event = on_event,
        .on_step = on_step};
    if (record != NULL && mkdir(record, 0777) != 0 && errno != EEXIST) {
        complain("cannot make the folder %s: %s", record, strerror(errno));
        return false;
    }
    if (url != NULL) {
        made->call = remote_call;
        made->call_context = &remote;
    }
    return true;
}

static void step_until(struct sim *sim, long limit)
{
    while (sim_steps(sim) < limit && remote.fault == NULL && sim_step(sim))
        continue;
}

/* Until the next stage is to be applied. */
static void run_stage(struct sim *sim, const struct stage *next)
{
    const bool at_once = next != NULL && next->after >= 0;
    const long wanted = at_once ? sim_steps(sim) + next->after : steps;

    step_until(sim, wanted < steps ? wanted : steps);
}

static int judge(const struct sim *sim, const struct sim_summary *summary, bool applied)
{
    if (picture_path != NULL) {
        take_picture(sim, summary);
        if (!picture_save(&picture, picture_path))
            return EXIT_TROUBLE;
    }
    if (applied && !summary->ready)
        simulation_explain(sim);
    return applied && summary->ready && summary->violation_count == 0 ? EXIT_YES : EXIT_NO;
}

static int run_stages(struct sim *sim, const struct stage *stages, size_t count)
{
    bool applied = true;

    for (size_t i = 0; i < count && applied; i++) {
        applied = simulation_apply(sim, &stages[i].manifests);
        if (applied)
            run_stage(sim, i + 1 < count ? &stages[i + 1] : NULL);
    }
    if (sim_ready(sim) && remote.fault == NULL)
        sim_rest(sim, ROUNDS_AT_REST);

    const struct sim_summary summary = sim_summary(sim);
    view->end(sim, &summary);
    if (remote.fault != NULL) {
        complain("the server cannot be reached: %s", remote.fault);
        return EXIT_TROUBLE;
    }
    return judge(sim, &summary, applied);
}

/* Who rehearses a fault must not take a misspelt name for a cluster that bears it. */
static int judge_faults(const struct sim *sim, int code)
{
    const char *unmet = sim_unmet_fault(sim);

    if (code != EXIT_YES || unmet == NULL)
        return code;
    return wrong_usage(&command_simulate,
        "--fail %s: nothing of that name was there, or the run was over before",
        unmet);
}

static int run(const struct texts *arguments)
{
    struct sim_options made;
    size_t count = 0;
    const char *message = NULL;

    if (arguments->count == 0)
        return wrong_usage(&command_simulate, "needs a FILE");
    if (!choose_view(arguments))
        return EXIT_USAGE;
    message = url == NULL ? NULL : http_client_open(&remote.client, cli_arena(), url);
    if (message != NULL)
        return wrong_usage(&command_simulate, "--url %s, got '%s'", message, url);

    const struct stage *stages = read_stages(arguments, &count);
    if (stages == NULL || !make_options(&made))
        return EXIT_TROUBLE;

    struct sim *sim = sim_new(&made);
    int code = EXIT_YES;
    for (size_t i = 0; i < faults.count && code == EXIT_YES; i++)
        if (!sim_fail(sim, faults.at[i], &message))
            code = wrong_usage(&command_simulate, "--fail %s: %s", faults.at[i], message);
    if (code == EXIT_YES)
        code = judge_faults(sim, run_stages(sim, stages, count));
    if (url != NULL)
        http_client_close(&remote.client);
    sim_free(sim);
    return code;
}

const struct command command_simulate = {
    .name = "simulate",
    .usage = "FILE.. [--then FILE[@N]].. [--fail FAULT].. [OPTION]..",
    .summary = "run a cluster in an embedded Kubernetes and watch it",
    .text = "Applies each FILE to an embedded cluster and runs it until nothing is due\n"
            "any more. The hooks are the real ones. Around them are an object store, the\n"
            "loop of Metacontroller, workload controllers, a kubelet, a scheduler and a\n"
            "small model of Vitess. Nothing outside of the program is touched.\n"
            "\n"
            "With --then it shows what an edit will do before it is applied to\n"
            "production: which Pods restart, in which order, how many reparents that\n"
            "takes and how many tablets serve at the least.\n"
            "\n"
            "Every step is audited. A violation is: fewer serving tablets than a rollout\n"
            "allows, a primary deleted without a reparent, a cell that gets an edit before\n"
            "the one before it is done, a volume claim deleted while it is wanted, an\n"
            "object deleted and made again in a loop, a write at rest, two different\n"
            "answers to one request, an answer that leaves out what it must not, the last\n"
            "copy of a shard's data lost.\n"
            "\n"
            "Lines begin with the step and a sign: + made, ~ changed, . new state,\n"
            "- deleted, * new primary, ! violation.\n"
            "\n"
            "EXIT STATUS\n"
            "0 where every VitessCluster is Ready at the end and nothing was violated, 1\n"
            "where not, 2 on wrong usage, 3 where a file cannot be read or the server\n"
            "cannot be reached.\n"
            "\n"
            "EXAMPLES\n"
            "    vitess-operator simulate examples/my-vitess.yaml\n"
            "    vitess-operator simulate vitess.yaml --then edited.yaml -o json\n"
            "    vitess-operator simulate a.yaml --then b.yaml@40 --fail task=idle@50\n"
            "    vitess-operator simulate vitess.yaml --url http://localhost:8080\n",
    .options = options,
    .run = run,
};
