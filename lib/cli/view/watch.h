#ifndef VITESS_OPERATOR_CLI_WATCH_H
#define VITESS_OPERATOR_CLI_WATCH_H

#include "screen.h"
#include "sim.h"

/* One way to show a simulation while it runs. */
struct watch {
    void (*event)(const struct sim *sim, const struct sim_event *event); /* may be NULL */
    void (*step)(const struct sim *sim);
    void (*end)(const struct sim *sim, const struct sim_summary *summary);
};

/* One line a change. */
extern const struct watch watch_lines;
/* One JSON object a step, and last the summary. */
extern const struct watch watch_json;
/* A tree that is redrawn in place. */
extern const struct watch watch_live;
/* Its first line, and how long it rests after each step. */
void watch_live_set(const char *title, long milliseconds);

/* [{"step": 12, "rule": "serving", "text": ".."}] */
const json_t *violations_json(struct arena *arena, const struct sim_summary *summary);
/* {"summary": {"ready": ..}} */
const json_t *summary_json(struct arena *arena, const struct sim_summary *summary);
/* Prints the counts, and then what kubectl would say of the clusters. */
void summary_print(const struct sim *sim, const struct sim_summary *summary);
/* Adds what kubectl would say of the clusters. */
void summary_draw(struct screen *screen, const struct sim *sim);

#endif
