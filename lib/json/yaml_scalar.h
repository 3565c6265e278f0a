#ifndef VITESS_OPERATOR_LIB_JSON_YAML_SCALAR_H
#define VITESS_OPERATOR_LIB_JSON_YAML_SCALAR_H

#include "json.h"

/* What a plain scalar means to Kubernetes, which reads YAML with sigs.k8s.io/yaml and so with the
 * rules of go-yaml 2: YAML 1.1 booleans (y, yes, on), octal 0644, 0x, 0b and 1_000. */

enum yaml_kind { YAML_TEXT, YAML_NULL, YAML_FLAG, YAML_INTEGER, YAML_REAL };

struct yaml_scalar {
    enum yaml_kind kind;
    bool flag;
    json_int_t integer;
    double real; /* may be infinite or no number, which JSON cannot say */
};

struct yaml_scalar yaml_resolve(const char *text);

#endif
