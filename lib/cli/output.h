#ifndef VITESS_OPERATOR_CLI_OUTPUT_H
#define VITESS_OPERATOR_CLI_OUTPUT_H

#include "cli.h"
#include "json.h"

/* Which of the formats (NULL-terminated, the first is the default) `wanted` names, or -1 with a
 * message on stderr. */
int output_format(const struct command *command, const char *wanted, const char *const *formats);

/* One YAML document on stdout, "---" in front of all but the first (`*count` counts them). */
void output_yaml(const json_t *value, size_t *count);

#endif
