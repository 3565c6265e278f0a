#ifndef VITESS_OPERATOR_SIM_FLAG_H
#define VITESS_OPERATOR_SIM_FLAG_H

#include <stdbool.h>
#include <stddef.h>

/* The first `length` characters of both name one flag: Vitess takes `_` for `-` in names of flags
 * (vitessio/vitess go/vt/utils/flags.go). */
bool flag_same(const char *a, const char *b, size_t length);

#endif
