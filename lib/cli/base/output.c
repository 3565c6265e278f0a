#include "output.h"

#include "yaml.h"

void output_begin(struct object_output *output)
{
    if (output->json)
        fputs("{\"apiVersion\": \"v1\", \"kind\": \"List\", \"items\": [\n", stdout);
}

void output_object(struct object_output *output, const json_t *object)
{
    const bool first = output->count++ == 0;

    if (output->json) {
        fputs(first ? "" : ",\n", stdout);
        fputs(json_write_pretty(cli_arena(), object), stdout);
    } else {
        fputs(first ? "" : "---\n", stdout);
        fputs(yaml_write(cli_arena(), object), stdout);
    }
}

void output_end(struct object_output *output)
{
    if (output->json)
        fputs("]}\n", stdout);
}
