#ifndef VITESS_OPERATOR_LIB_K8S_MERGE_TEXT_H
#define VITESS_OPERATOR_LIB_K8S_MERGE_TEXT_H

#include "json.h"

/* Keys that make a list a map, in order of priority; NULL ends them. */
extern const char *const merge_keys[];

/* What merge_surely_stands() says, where the texts tell it; false where they do not. */
bool merge_text_stands(const json_t *observed, const json_t *applied);

#endif
