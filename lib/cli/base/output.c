#include "output.h"

#include "yaml.h"

int output_format(const struct command *command, const char *wanted, const char *const *formats)
{
    struct texts known = {.arena = cli_arena()};

    if (wanted == NULL)
        return 0;
    for (int i = 0; formats[i] != NULL; i++) {
        if (text_equal(wanted, formats[i]))
            return i;
        texts_add(&known, formats[i]);
    }
    wrong_usage(command, "--output must be one of %s, got '%s'", texts_join(&known, ", "), wanted);
    return -1;
}

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
