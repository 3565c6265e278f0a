#include <string.h>

#include "cli/base/cli.h"
#include "conditions.h"
#include "metadata.h"
#include "template.h"
#include "watch.h"

const json_t *violations_json(struct arena *arena, const struct sim_summary *summary)
{
    json_t *list = json_new_list();

    for (size_t i = 0; i < summary->violation_count; i++) {
        const struct sim_violation *violation = &summary->violations[i];

        json_add(list,
            object(arena,
                F("step", INT(violation->step)),
                F("rule", violation->rule),
                F("text", violation->text)));
    }
    return list;
}

const json_t *summary_json(struct arena *arena, const struct sim_summary *summary)
{
    return object(arena,
        MAP("summary",
            F("ready", summary->ready),
            F("steps", INT(summary->steps)),
            F("podsRestarted", INT(summary->pods_restarted)),
            F("reparents", INT(summary->reparents)),
            F("minServing", INT(summary->min_serving)),
            F("writesAtRest", INT(summary->writes_at_rest)),
            F("hookCalls", INT(summary->hook_calls)),
            F("writes", INT(summary->writes)),
            F("violations", violations_json(arena, summary))));
}

static const char *plural(size_t count)
{
    return count == 1 ? "" : "s";
}

static void print_counts(const struct sim_summary *summary)
{
    const bool colour = cli_colour(stdout);
    const bool clean = summary->violation_count == 0;

    printf("\n%d steps, %zu hook calls, %zu writes, %zu at rest\n",
        summary->steps,
        summary->hook_calls,
        summary->writes,
        summary->writes_at_rest);
    printf(
        "%zu tablet%s restarted, %zu planned reparent%s, never fewer than %zu serving in a shard\n",
        summary->pods_restarted,
        plural(summary->pods_restarted),
        summary->reparents,
        plural(summary->reparents),
        summary->min_serving);
    printf("%s%zu violation%s%s\n",
        !colour ? ""
        : clean ? "\033[32m"
                : "\033[31m",
        summary->violation_count,
        plural(summary->violation_count),
        colour ? "\033[0m" : "");
    for (size_t i = 0; i < summary->violation_count; i++)
        printf("  step %d, %s: %s\n",
            summary->violations[i].step,
            summary->violations[i].rule,
            summary->violations[i].text);
}

static int longest_name(const struct objects *objects)
{
    size_t longest = 4; /* of "NAME" */

    for (size_t i = 0; i < objects->count; i++) {
        const size_t length = strlen(object_name(objects->at[i]));

        longest = length > longest ? length : longest;
    }
    return (int)longest;
}

void summary_draw(struct screen *screen, const struct sim *sim)
{
    const struct objects clusters = sim_objects(sim, screen->arena, "VitessCluster");
    const int width = longest_name(&clusters);

    screen_line(screen);
    screen_line(screen);
    screen_add(screen, STYLE_PLAIN, "%-*s   READY", width, "NAME");
    for (size_t i = 0; i < clusters.count; i++) {
        const char *ready = condition_status(clusters.at[i], "Ready");

        screen_line(screen);
        screen_add(screen,
            STYLE_PLAIN,
            "%-*s   %s",
            width,
            object_name(clusters.at[i]),
            ready == NULL ? "" : ready);
    }
}

void summary_print(const struct sim *sim, const struct sim_summary *summary)
{
    struct screen screen = {.arena = cli_arena()};

    print_counts(summary);
    summary_draw(&screen, sim);
    screen_print(stdout, &screen, false);
}
