#ifndef VITESS_OPERATOR_CLI_COMPLETION_H
#define VITESS_OPERATOR_CLI_COMPLETION_H

#include "cli/base/cli.h"

/* What may stand at a place of the command line. */
enum words { WORDS_NONE, WORDS_FILES, WORDS_CHOICES };

struct place {
    enum words words;
    const char *choices; /* with a blank between */
};

/* The usage and the option tables are the only source: "bash|zsh" is a choice, FILE a file, HOOK
 * and COMMAND are ours to list. */
struct place completion_place(const char *word);
struct place completion_value(const struct option_row *row);

/* Prints the script of that shell. */
void completion_fish(void);

#endif
