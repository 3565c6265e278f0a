#ifndef VITESS_OPERATOR_KNOWN_FLAGS_H
#define VITESS_OPERATOR_KNOWN_FLAGS_H

#include "vitess.h"

/* What the flags of Vitess' programs and of etcd take. */
enum flag_type {
    FLAG_TEXT, /* whatever the program makes of it */
    FLAG_BOOL,
    FLAG_DURATION,
    FLAG_SECONDS, /* a duration, or a number of seconds */
    FLAG_INT,
    FLAG_UINT,
    FLAG_FLOAT
};

/* Sets of major versions of Vitess, of 25 only some flags are known; and of versions of etcd. */
enum { V23 = 1, V24 = 2, BOTH = V23 | V24, V25 = 4 };
enum { E35 = 1, E36 = 2, E37 = 4 };

struct known_flag {
    const char *name; /* NULL ends the table */
    enum flag_type type;
    unsigned char vtgate, vttablet, vtctld, vtorc, mysqlctld, vtadmin, etcd; /* who has it when */
};

extern const struct known_flag known_flags[];

/* A problem where the program has no such flag, or where `value` is none of its type. `name` is
 * normalised. `version` is that of the image: 24 of Vitess, 36 of etcd 3.6; 0: it says none, and
 * what no version knows is refused only. Nothing is said of a version of which not all flags are
 * known, nor of programs that are not in the table. */
void flag_check_known(const char *binary, unsigned version, const char *name, const json_t *value,
    const char *path, struct problems *problems);

/* A problem where the flag is the operator's to set (owned_flags.c). `own` is the list of arguments
 * that the operator gives by itself: a flag that says the same is none. */
void flag_check_owned(const char *binary, const json_t *own, const char *name, const json_t *value,
    const char *path, struct problems *problems);

#endif
