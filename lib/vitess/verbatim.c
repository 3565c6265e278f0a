#include "vitess.h"

#include <string.h>

/* Texts that must reach a process as they are.
 *
 * In the command and args of a container (and in the values of its environment, and in exec probes)
 * the kubelet replaces "$(NAME)" by the variable of that name, if there is one, and "$$" by "$":
 * kubernetes/third_party/forked/golang/expansion/expand.go. It leaves every other "$" alone. In the
 * exec hooks of a lifecycle it replaces nothing (pkg/kubelet/lifecycle/handlers.go, Run), so what
 * is doubled there stays doubled. */

/* Before any other byte a "$" stays as it is, and so do the Pods that exist. (Kubelets once took
 * the first byte of a longer character for the whole of it.) */
static bool is_taken(const char *dollar)
{
    unsigned char next = (unsigned char)dollar[1];

    return next == '(' || next == '$' || next >= 0x80;
}

const char *verbatim(struct arena *arena, const char *text)
{
    struct text result = {.arena = arena};

    for (const char *dollar; (dollar = strchr(text, '$')) != NULL; text = dollar + 1) {
        text_add_bytes(&result, text, (size_t)(dollar - text) + 1);
        text_add(&result, is_taken(dollar) ? "$" : "");
    }
    text_add(&result, text);
    return text_string(&result);
}

const json_t *verbatim_list(struct arena *arena, const json_t *list)
{
    json_t *result = json_new_list();
    const json_t *item;

    json_each_item (list, i, item)
        json_add_text(result, verbatim(arena, json_string_value(item)));
    return result;
}
