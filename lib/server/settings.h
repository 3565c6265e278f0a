#ifndef VITESS_OPERATOR_SETTINGS_H
#define VITESS_OPERATOR_SETTINGS_H

#include <stdatomic.h>

#include "json.h"
#include "server.h"
#include "text.h"

/* One effective value and where it comes from. */
struct setting_value {
    long long number;   /* bytes, count, seconds, or index of the choice */
    const char *text;   /* canonical: what --print-config shows */
    const char *origin; /* "default", "--max-body", "serve.yaml:3" */
};

struct settings {
    struct setting_value at[SETTING_COUNT];
};

/* Flags over file over defaults. 0, or the exit code with every problem in `problems`, each a line
 * for people: "serve.yaml:3:1: max-bodies: is no setting". Everything comes from `arena`. */
int settings_load(struct arena *arena, const struct server_arguments *arguments,
    struct settings *settings, struct texts *problems);

/* NULL where `text` is a value of that setting, else the rule it breaks. */
const char *setting_parse(struct arena *arena, const struct setting *setting, const char *text,
    struct setting_value *value);

/* The settings as a configuration file. */
const char *settings_text(struct arena *arena, const struct settings *settings);

/* The numbers that threads read while SIGHUP may change them. */
struct live_settings {
    _Atomic long long at[SETTING_COUNT];
};

static inline long long setting_now(const struct live_settings *live, enum setting_id id)
{
    return atomic_load_explicit(&live->at[id], memory_order_relaxed);
}

/* Takes over each setting that may change at run time; `unchanged` names those that differ but
 * need a restart. */
void settings_apply(struct live_settings *live, const struct settings *running,
    const struct settings *wanted, struct texts *unchanged);

#endif
