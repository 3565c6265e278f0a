#include <signal.h>
#include <stdlib.h>
#include <time.h>
#include <unistd.h>

#include "cli/base/cli.h"
#include "frame.h"
#include "watch.h"

#define HIDE_CURSOR "\033[?25l"
#define SHOW_CURSOR "\033[?25h"

static const char *title = "vitess-operator simulate";
static long pace = 40;
static size_t drawn; /* lines of the last frame */

void watch_live_set(const char *new_title, long milliseconds)
{
    title = new_title;
    pace = milliseconds;
}

static void restore(int signal_number)
{
    const ssize_t ignored = write(STDOUT_FILENO, SHOW_CURSOR "\n", sizeof(SHOW_CURSOR));

    (void)ignored;
    _exit(128 + signal_number);
}

static void draw(const struct sim *sim, struct arena *arena)
{
    struct frame frame = {.title = title, .unicode = terminal_unicode()};
    struct screen screen = {.arena = arena};
    size_t columns;

    terminal_size(stdout, &columns, &frame.rows);
    /* The cursor rests on the line below. */
    frame.rows--;
    frame_draw(&screen, sim, &frame);
    if (drawn > 0)
        printf("\033[%zuA", drawn);
    else
        fputs(HIDE_CURSOR, stdout);
    for (size_t i = 0; i < screen.count; i++) {
        line_print(stdout, &screen.lines[i], columns, true);
        fputs("\033[K\n", stdout);
    }
    fputs("\033[J", stdout);
    fflush(stdout);
    drawn = screen.count;
}

static void show_step(const struct sim *sim)
{
    const struct timespec rest = {.tv_sec = pace / 1000, .tv_nsec = pace % 1000 * 1000000};
    struct arena *scratch = arena_new(0);
    const struct json_scope scope = json_enter(scratch);

    if (drawn == 0) {
        signal(SIGINT, restore);
        signal(SIGTERM, restore);
    }
    draw(sim, scratch);
    json_leave(scope);
    arena_free(scratch);
    nanosleep(&rest, NULL);
}

static void show_end(const struct sim *sim, const struct sim_summary *summary)
{
    show_step(sim);
    fputs(SHOW_CURSOR, stdout);
    summary_print(sim, summary);
}

const struct watch watch_live = {.step = show_step, .end = show_end};
