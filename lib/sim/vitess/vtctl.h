#ifndef VITESS_OPERATOR_SIM_VTCTL_H
#define VITESS_OPERATOR_SIM_VTCTL_H

#include "model.h"

/* vtctldclient, as far as an operator uses it: syntax and output as the real one has them, so that
 * an invented command or flag fails here as it would there. */

struct vtctl_result {
    bool well;
    const char *text; /* what it prints: stdout, or the error */
};

/* Runs one command ("GetShard", "main/-80", NULL-terminated) against a topology. Who runs it dials
 * tablets in this way; NULL: in the one that they want. */
struct vtctl_result vtctl_run(struct sim *sim, struct global_topology *topology,
    const struct tls_client *dials, const char *const *words);

/* Splits flags that may stand anywhere from the words around them. */
struct vtctl_flags {
    struct arena *arena;
    struct texts names, values; /* "tablet-alias" and its value; "" for a switch */
    struct texts words;         /* all others */
    const char *fault;          /* "unknown flag: --foo", or NULL */
};
/* `known` lists flags: "server=" takes a value, "force" is a switch, "k|keyspace=" has a letter. */
struct vtctl_flags vtctl_split(struct arena *arena, const char *const *words,
    const char *const *known, bool strict);
/* The value of a flag, or NULL. */
const char *vtctl_flag(const struct vtctl_flags *flags, const char *name);

/* The Pod of a task: its script, the client in it, the server it talks to. */
struct task_result {
    bool again; /* the script waits and asks again */
    bool soon;  /* and may give up */
    int code;
    const char *text;
};
/* `age`: seconds since the script began. */
struct task_result task_run(struct sim *sim, const struct version *pod,
    const struct texts *arguments, long age);

/* The vtctld behind an address; NULL where none answers. */
const struct process *vtctld_behind(struct sim *sim, const char *namespace, const char *server);

#endif
