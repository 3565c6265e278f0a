#ifndef VITESS_OPERATOR_CLI_HELP_H
#define VITESS_OPERATOR_CLI_HELP_H

#include "cli/base/cli.h"

/* The list of commands. */
void help_list(FILE *out);

/* One command as a man page: NAME, SYNOPSIS, DESCRIPTION, OPTIONS and the sections of its text. */
void help_page(FILE *out, const struct command *command);

/* What a command's text is made of: a paragraph without its line breaks, a line that stays as it
 * is ("" for an empty one), a heading. */
enum help_piece { HELP_END, HELP_HEADING, HELP_PARAGRAPH, HELP_LINE };

/* Gives the next piece of `*text` and moves `*text` behind it. */
enum help_piece help_next(const char **text, const char **piece);

#endif
