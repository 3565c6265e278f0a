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

void output_yaml(const json_t *value, size_t *count)
{
    if ((*count)++ > 0)
        fputs("---\n", stdout);
    fputs(yaml_write(cli_arena(), value), stdout);
}
