#ifndef VITESS_OPERATOR_SIM_CLOCK_H
#define VITESS_OPERATOR_SIM_CLOCK_H

#include "text.h"

/* The clock of the embedded cluster: one second a step, from the start of 2026 on. */
const char *clock_text(struct arena *arena, long second); /* RFC 3339 */

#endif
