#ifndef VITESS_OPERATOR_LIB_JSON_FAULT_H
#define VITESS_OPERATOR_LIB_JSON_FAULT_H

#include "json.h"

/* Says `why` of the last one of the first `position` bytes of `text`. */
void fault_at(struct json_fault *fault, const char *text, size_t position, const char *why);

#endif
