#ifndef VITESS_OPERATOR_TALLY_H
#define VITESS_OPERATOR_TALLY_H

#include "json.h"

/* "2/3": so many of so many, as a column that people read. Each level makes its own of those of the
 * level below, so what is written is read here, too. */

const char *tally_text(struct arena *arena, json_int_t count, json_int_t of);
/* The 2; 0 of NULL and of what is no number, the largest one where there is a larger one. */
json_int_t tally_count(const char *text);

#endif
