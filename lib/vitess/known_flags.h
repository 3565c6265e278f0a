#ifndef VITESS_OPERATOR_KNOWN_FLAGS_H
#define VITESS_OPERATOR_KNOWN_FLAGS_H

#include "vitess.h"

/* What the flags of Vitess' programs take. */
enum flag_type {
    FLAG_TEXT, /* whatever the program makes of it */
    FLAG_BOOL,
    FLAG_DURATION,
    FLAG_SECONDS, /* a duration, or a number of seconds */
    FLAG_INT,
    FLAG_UINT,
    FLAG_FLOAT
};

/* Sets of major versions of Vitess. */
enum { V23 = 1, V24 = 2, BOTH = V23 | V24, V25 = 4 };
/* The newest of which all flags are known; of 25 only some are. */
enum { OLDEST_KNOWN = 23, NEWEST_KNOWN = 24 };

struct known_flag {
    const char *name; /* NULL ends the table */
    enum flag_type type;
    unsigned char vtgate, vttablet, vtctld, vtorc, mysqlctld, vtadmin; /* who has it since when */
};

extern const struct known_flag known_flags[];

/* A problem where the program has no such flag, or where `value` is none of its type. `name` is
 * normalised. `major` is that of the image; 0: it says none, and what no version knows is refused
 * only. Nothing is said of a version newer than NEWEST_KNOWN, nor of programs that are not in the
 * table. */
void flag_check_known(const char *binary, unsigned major, const char *name, const json_t *value,
    const char *path, struct problems *problems);

/* A problem where the flag is the operator's to set (owned_flags.c). `own` is the list of arguments
 * that the operator gives by itself: a flag that says the same is none. */
void flag_check_owned(const char *binary, const json_t *own, const char *name, const json_t *value,
    const char *path, struct problems *problems);

#endif
