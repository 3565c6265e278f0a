#include "program.h"

#include <string.h>

#include "sim/core/flag.h"

static const char *base_name(const char *path)
{
    const char *slash = path == NULL ? NULL : strrchr(path, '/');

    return slash == NULL ? path : slash + 1;
}

static bool is_task(const json_t *command)
{
    static const char *const clients[] = {"vtctldclient", "curl", NULL};
    const json_t *word;
    bool client = false;

    json_each_item (command, i, word)
        client = client || text_is_one_of(base_name(json_string_value(word)), clients);
    return client && text_equal(json_string_value(json_array_get(command, 0)), "sh");
}

static const char *last_word(const json_t *words)
{
    return json_array_size(words) == 0
               ? NULL
               : json_string_value(json_array_get(words, json_array_size(words) - 1));
}

/* sh -c SCRIPT my-cnf FILE: asks mysqld about a text, which nobody here knows anything about. */
static bool asks_mysqld(const json_t *command)
{
    return text_equal(json_string_value(json_array_get(command, 0)), "sh") &&
           text_equal(json_string_value(json_array_get(command, 3)), "my-cnf");
}

enum program program_of(const json_t *container)
{
    static const struct {
        const char *name;
        enum program program;
    } binaries[] = {{"etcd", PROGRAM_ETCD},
        {"vtctld", PROGRAM_VTCTLD},
        {"vtgate", PROGRAM_VTGATE},
        {"vtorc", PROGRAM_VTORC},
        {"vttablet", PROGRAM_VTTABLET},
        {"mysqlctld", PROGRAM_MYSQLCTLD},
        {"vtbackup", PROGRAM_VTBACKUP},
        {"true", PROGRAM_NOTHING}};
    const json_t *command = json_at(container, "command");
    const char *name;

    if (is_task(command))
        return PROGRAM_TASK;
    if (text_equal(last_word(json_at(container, "args")), "--version"))
        return PROGRAM_VERSION;
    if (asks_mysqld(command))
        return PROGRAM_NOTHING;
    if (command == NULL)
        command = json_at(container, "args");
    name = base_name(json_string_value(json_array_get(command, 0)));
    for (size_t i = 0; i < sizeof(binaries) / sizeof(*binaries); i++) {
        if (text_equal(binaries[i].name, name))
            return binaries[i].program;
    }
    return PROGRAM_OTHER;
}

const char *program_flag(const struct texts *arguments, const char *name)
{
    const size_t length = strlen(name);
    const char *value = NULL;

    for (size_t i = 0; i < arguments->count; i++) {
        const char *word = arguments->at[i];

        if (strncmp(word, "--", 2) != 0 || !flag_same(word + 2, name, length))
            continue;
        if (word[2 + length] == '=')
            value = word + 3 + length;
        else if (word[2 + length] == '\0' && i + 1 < arguments->count)
            value = arguments->at[i + 1];
    }
    return value;
}
