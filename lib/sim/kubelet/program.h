#ifndef VITESS_OPERATOR_SIM_PROGRAM_H
#define VITESS_OPERATOR_SIM_PROGRAM_H

#include "json.h"

/* What runs in a container, told by its command. */
enum program {
    PROGRAM_OTHER,
    PROGRAM_ETCD,
    PROGRAM_VTCTLD,
    PROGRAM_VTGATE,
    PROGRAM_VTORC,
    PROGRAM_VTTABLET,
    PROGRAM_MYSQLCTLD,
    PROGRAM_TASK,    /* the script of a task around vtctldclient or curl */
    PROGRAM_VERSION, /* one of Vitess that reads its flags and tells its version */
    PROGRAM_NOTHING  /* "true", and what only asks whether a text is right */
};

struct sim;
struct pod_run;
struct container_run;
struct version;

enum program program_of(const json_t *container);

/* How a running process is at this moment. */
struct outcome {
    bool ends;
    int code;
    const char *message; /* of its end, as termination message */
    bool ready;
    long next; /* second at which to look again; NEVER: when it is poked */
    bool idle; /* that look is not expected to find anything new */
};
struct outcome program_look(struct sim *sim, struct pod_run *run, struct container_run *container,
    const struct version *pod, const json_t *spec);
/* Its process has ended, whatever the reason. */
void program_ended(struct sim *sim, struct pod_run *run, struct container_run *container);

/* Command and arguments of a container with $(VARIABLES) expanded. */
struct texts program_arguments(struct sim *sim, const struct version *pod,
    const struct pod_run *run, const json_t *spec);
/* The value of "--name=value" or "--name value", or NULL. */
const char *program_flag(const struct texts *arguments, const char *name);

#endif
