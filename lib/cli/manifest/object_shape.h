#ifndef VITESS_OPERATOR_CLI_OBJECT_SHAPE_H
#define VITESS_OPERATOR_CLI_OBJECT_SHAPE_H

#include "json.h"
#include "problem.h"

/* What kubectl and the API server ask of an object (a mapping) before its spec matters: apiVersion,
 * kind, a name, and of a VitessCluster also a spec and no field beside the known ones. */
void object_shape_check(const json_t *object, bool cluster, struct problems *problems);

#endif
