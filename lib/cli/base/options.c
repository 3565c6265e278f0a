#include <errno.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "cli.h"

static const char *assign_flag(bool *flag, const char *value)
{
    if (strcmp(value, "true") != 0 && strcmp(value, "false") != 0)
        return "must be true or false";
    *flag = strcmp(value, "true") == 0;
    return NULL;
}

static const char *assign_number(long *number, const char *value)
{
    char *end;

    errno = 0;
    const long parsed = strtol(value, &end, 10);
    if (end == value || *end != '\0' || errno != 0)
        return "must be a whole number";
    if (parsed < 0)
        return "must not be negative";
    *number = parsed;
    return NULL;
}

/* As Kubernetes writes sizes: plain bytes, k M G (1000) or Ki Mi Gi (1024). */
static const char *assign_size(size_t *size, const char *value)
{
    static const struct {
        const char *suffix;
        size_t factor;
    } units[] = {{"", 1},
        {"k", 1000},
        {"M", 1000000},
        {"G", 1000000000},
        {"Ki", 1ul << 10},
        {"Mi", 1ul << 20},
        {"Gi", 1ul << 30}};
    char *end;

    errno = 0;
    const unsigned long long number = strtoull(value, &end, 10);
    if (value[0] < '0' || value[0] > '9' || errno != 0)
        return "must be a size such as 64Mi";
    for (size_t i = 0; i < sizeof(units) / sizeof(units[0]); i++) {
        if (strcmp(end, units[i].suffix) != 0)
            continue;
        if (number > SIZE_MAX / units[i].factor)
            return "is too large";
        *size = (size_t)number * units[i].factor;
        return NULL;
    }
    return "must be a size such as 64Mi";
}

static bool is_one_of(const char *alternatives, const char *value)
{
    const size_t length = strlen(value);

    while (alternatives != NULL) {
        if (strncmp(alternatives, value, length) == 0 &&
            (alternatives[length] == '|' || alternatives[length] == '\0'))
            return true;
        alternatives = strchr(alternatives, '|');
        alternatives += alternatives != NULL;
    }
    return false;
}

static const char *assign_choice(const struct option_row *row, const char *value)
{
    struct text rule = {.arena = cli_arena()};

    if (is_one_of(row->argument, value)) {
        *(const char **)row->value = value;
        return NULL;
    }
    text_add(&rule, "must be one of ");
    for (const char *at = row->argument; *at != '\0'; at++)
        text_add_bytes(&rule, *at == '|' ? ", " : at, *at == '|' ? 2 : 1);
    return text_string(&rule);
}

const char *option_assign(const struct option_row *row, const char *value)
{
    switch (row->kind) {
    case OPTION_FLAG:
        return assign_flag(row->value, value);
    case OPTION_NUMBER:
        return assign_number(row->value, value);
    case OPTION_SIZE:
        return assign_size(row->value, value);
    case OPTION_LIST:
        ((struct texts *)row->value)->arena = cli_arena();
        texts_add(row->value, value);
        return NULL;
    case OPTION_TEXT:
        *(const char **)row->value = value;
        return NULL;
    case OPTION_CHOICE:
        return assign_choice(row, value);
    }
    return "is of no known kind";
}

const struct option_row *option_by_name(const struct option_row *rows, const char *name)
{
    for (const struct option_row *row = rows; row != NULL && row->name != NULL; row++)
        if (strcmp(row->name, name) == 0)
            return row;
    return NULL;
}

static const struct option_row *option_by_letter(const struct option_row *rows, char letter)
{
    for (const struct option_row *row = rows; row != NULL && row->name != NULL; row++)
        if (row->letter != 0 && row->letter == letter)
            return row;
    return NULL;
}

/* The words that are still to be read. */
struct words {
    const struct command *command;
    char *const *at;
    int count, next;
};

static bool unknown_option(const struct words *words, const char *name)
{
    struct texts names = {.arena = cli_arena()};

    texts_add(&names, "help");
    for (const struct option_row *row = words->command->options; row != NULL && row->name != NULL;
         row++)
        texts_add(&names, row->name);

    const char *near = nearest(&names, name);
    if (near == NULL)
        wrong_usage(words->command, "there is no option --%s", name);
    else
        wrong_usage(words->command, "there is no option --%s; did you mean --%s?", name, near);
    return false;
}

/* `value` is what stands with the option in one word, or NULL. */
static bool assign(struct words *words, const struct option_row *row, const char *value)
{
    if (value == NULL && row->kind == OPTION_FLAG)
        value = "true";
    if (value == NULL && words->next < words->count)
        value = words->at[words->next++];
    if (value == NULL) {
        wrong_usage(words->command, "--%s needs %s", row->name, row->argument);
        return false;
    }

    const char *rule = option_assign(row, value);
    if (rule != NULL)
        wrong_usage(words->command, "--%s %s, got '%s'", row->name, rule, value);
    return rule == NULL;
}

static bool read_long(struct words *words, const char *word)
{
    const char *equals = strchr(word, '=');
    const size_t length = equals == NULL ? strlen(word) : (size_t)(equals - word);
    const char *name = text_copy(cli_arena(), word, length);
    const struct option_row *row = option_by_name(words->command->options, name);

    if (row == NULL)
        return unknown_option(words, name);
    return assign(words, row, equals == NULL ? NULL : equals + 1);
}

/* "-o json", "-ojson", "-o=json" as kubectl takes it; flags may stand together: "-ab". */
static bool read_short(struct words *words, const char *letters)
{
    for (; *letters != '\0'; letters++) {
        const struct option_row *row = option_by_letter(words->command->options, *letters);

        if (row == NULL) {
            wrong_usage(words->command, "there is no option -%c", *letters);
            return false;
        }
        if (row->kind != OPTION_FLAG)
            return assign(words,
                row,
                letters[1] == '\0' ? NULL : letters + 1 + (letters[1] == '='));
        if (!assign(words, row, NULL))
            return false;
    }
    return true;
}

bool options_read(const struct command *command, int count, char *const *words,
    struct texts *arguments)
{
    struct words rest = {.command = command, .at = words, .count = count};
    bool options_end = false;

    while (rest.next < rest.count) {
        const char *word = rest.at[rest.next++];

        if (options_end || word[0] != '-' || word[1] == '\0')
            texts_add(arguments, word);
        else if (strcmp(word, "--") == 0)
            options_end = true;
        else if (!(word[1] == '-' ? read_long(&rest, word + 2) : read_short(&rest, word + 1)))
            return false;
    }
    return true;
}
