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
    PROGRAM_VTBACKUP,
    PROGRAM_TASK,    /* the script of a task around vtctldclient or curl */
    PROGRAM_VERSION, /* one of Vitess that reads its flags and tells its version */
    PROGRAM_NOTHING  /* "true", and what only asks whether a text is right */
};

enum program program_of(const json_t *container);

/* The value of "--name=value" or "--name value", the last one where there are several, or NULL. */
const char *program_flag(const struct texts *arguments, const char *name);

#endif
