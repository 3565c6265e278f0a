#ifndef VITESS_OPERATOR_CLI_OUTPUT_H
#define VITESS_OPERATOR_CLI_OUTPUT_H

#include "cli.h"
#include "json.h"

/* Objects on stdout, one after the other: as YAML documents, or as the items of one JSON List. */
struct object_output {
    bool json;
    size_t count;
};

#define OUTPUT_HELP "yaml is the default; json is one List."

void output_begin(struct object_output *output);
void output_object(struct object_output *output, const json_t *object);
void output_end(struct object_output *output);

#endif
