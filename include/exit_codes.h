#ifndef VITESS_OPERATOR_EXIT_CODES_H
#define VITESS_OPERATOR_EXIT_CODES_H

/* Exit codes of every command: 0 well, 1 the answer is no (a problem found, not Ready), 2 wrong
 * usage, 3 trouble (a file that cannot be read). `plan` says 2 for "changes" as terraform does. */
enum { EXIT_YES = 0, EXIT_NO = 1, EXIT_USAGE = 2, EXIT_TROUBLE = 3 };

#endif
