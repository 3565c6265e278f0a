#include <string.h>

#include "cli/base/cli.h"

/* In the order in which one meets them. */
const struct command *const commands[] = {
    &command_simulate,
    &command_plan,
    &command_validate,
    &command_tree,
    &command_adopt,
    &command_render,
    &command_serve,
    &command_sync,
    &command_install,
    &command_crds,
    &command_controllers,
    &command_docs,
    &command_completion,
    &command_man,
    &command_version,
    &command_help,
    NULL,
};

const struct command *command_by_name(const char *name)
{
    for (const struct command *const *command = commands; *command != NULL; command++)
        if (strcmp((*command)->name, name) == 0)
            return *command;
    return NULL;
}
