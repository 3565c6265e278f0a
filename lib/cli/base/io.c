#include <errno.h>
#include <stdarg.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "cli.h"

struct arena *cli_arena(void)
{
    static struct arena *arena;

    if (arena == NULL)
        arena = arena_new(0);
    return arena;
}

void complain(const char *format, ...)
{
    va_list arguments;

    /* What was said before comes before, also where both go to one file. */
    fflush(stdout);
    va_start(arguments, format);
    fprintf(stderr, "vitess-operator: %s\n", vfmt(cli_arena(), format, arguments));
    va_end(arguments);
}

int wrong_usage(const struct command *command, const char *format, ...)
{
    va_list arguments;

    va_start(arguments, format);
    complain("%s: %s", command->name, vfmt(cli_arena(), format, arguments));
    va_end(arguments);
    fprintf(stderr, "See 'vitess-operator help %s'.\n", command->name);
    return command->wrong_usage != 0 ? command->wrong_usage : EXIT_USAGE;
}

static const char *read_stream(FILE *stream, const char *path, size_t *length)
{
    struct text text = {.arena = cli_arena()};
    char bytes[16384];
    size_t count;

    while ((count = fread(bytes, 1, sizeof(bytes), stream)) > 0)
        text_add_bytes(&text, bytes, count);
    if (ferror(stream)) {
        complain("cannot read %s: %s", path, strerror(errno));
        return NULL;
    }
    *length = text.length;
    return text_string(&text);
}

const char *cli_read(const char *path, size_t *length)
{
    if (strcmp(path, "-") == 0)
        return read_stream(stdin, "standard input", length);

    FILE *file = fopen(path, "r");
    if (file == NULL) {
        complain("cannot read %s: %s", path, strerror(errno));
        return NULL;
    }
    const char *text = read_stream(file, path, length);
    fclose(file);
    return text;
}

const char *cli_colour_mode = "auto";

static bool is_set(const char *variable)
{
    const char *value = getenv(variable);

    return value != NULL && value[0] != '\0';
}

bool cli_terminal(FILE *stream)
{
    const char *terminal = getenv("TERM");

    return isatty(fileno(stream)) && terminal != NULL && strcmp(terminal, "dumb") != 0;
}

bool cli_colour(FILE *stream)
{
    if (strcmp(cli_colour_mode, "auto") != 0)
        return strcmp(cli_colour_mode, "always") == 0;
    /* https://force-color.org and https://no-color.org: set and not empty. */
    if (is_set("FORCE_COLOR"))
        return true;
    return !is_set("NO_COLOR") && cli_terminal(stream);
}
