#ifndef VITESS_OPERATOR_LOG_H
#define VITESS_OPERATOR_LOG_H

#include <stdbool.h>
#include <stddef.h>
#include <time.h>

/* The log: one line an event on standard error, as JSON or for people. Never the body of a request
 * or of an answer: specs may hold what is nobody else's business. */

/* In the order of the choices of --log-level and --log-format. */
enum log_level { LOG_DEBUG, LOG_INFO, LOG_WARNING, LOG_ERROR };
enum log_format { LOG_JSON, LOG_TEXT };

struct log_field {
    const char *key;
    const char *text; /* NULL: `number` is the value */
    long long number;
    bool absent; /* the field is left out */
};

/* May change at any time, from any thread. */
void log_setup(enum log_format format, enum log_level level);

/* Writes one line with a single write(2), so that lines of threads do not mix. Never waits for
 * whoever reads the log: where standard error is full the line is dropped and counted, and the next
 * one that gets through follows a line that tells how many. `fields` ends with a NULL key. */
void log_event(enum log_level level, const char *event, const struct log_field *fields);

/* Lines that were dropped since the start. */
unsigned long long log_dropped(void);

/* A text field is left out where its text is NULL. */
#define LOG_TEXT_FIELD(name, value) ((struct log_field){(name), (value), 0, (value) == NULL})
#define LOG_NUMBER(name, value) LOG_NUMBER_IF(true, name, value)
#define LOG_NUMBER_IF(present, name, value)                                                        \
    ((struct log_field){(name), NULL, (long long)(value), !(present)})
#define log_fields(...) ((const struct log_field[]){__VA_ARGS__, {NULL, NULL, 0, false}})

/* Lines are at most this long: what a pipe takes in one piece (PIPE_BUF). Longer texts are cut. */
enum { LOG_LINE = 4096 };

/* The line itself, with its newline, in `line`; its length. */
size_t log_line(char line[LOG_LINE], enum log_format format, struct timespec time,
    enum log_level level, const char *event, const struct log_field *fields);

#endif
