#ifndef VITESS_OPERATOR_CLI_HELP_H
#define VITESS_OPERATOR_CLI_HELP_H

#include "cli.h"

/* The list of commands. */
void help_list(FILE *out);

/* One command as a man page: NAME, SYNOPSIS, DESCRIPTION, OPTIONS and the sections of its text. */
void help_page(FILE *out, const struct command *command);

#endif
