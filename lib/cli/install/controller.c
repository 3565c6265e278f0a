#include "install.h"
#include "template.h"

static const json_t *children(struct arena *a, const struct hook *hook)
{
    json_t *list = json_new_list();

    for (const struct child_kind *child = hook->children; child->kind != NULL; child++)
        json_add(list,
            object(a,
                F("apiVersion", child->api_version),
                F("resource", child->resource),
                MAP("updateStrategy", F("method", child->update))));
    return list;
}

/* Where the hooks of one controller are. */
struct target {
    struct arena *arena;
    const struct hook *hook;
    const char *url, *namespace, *timeout;
};

static const json_t *address(const struct target *target, bool customize)
{
    struct arena *a = target->arena;

    if (target->url != NULL)
        return object(a, F("url", hook_url(a, target->url, target->hook, customize)));
    return object(a,
        F("path", hook_url(a, "", target->hook, customize)),
        MAP("service",
            F("name", OPERATOR_NAME),
            F("namespace", target->namespace),
            F("port", INT(OPERATOR_PORT)),
            F("protocol", "http")));
}

/* An answer with a key that Metacontroller does not know is a bug of ours, of which it must apply
 * nothing; v2 hooks are strict by default, and we say so in case the default moves. No ETag: at
 * rest nobody asks, and a 304 for what has run out of the cache is an error. */
static const json_t *webhook(const struct target *target, bool customize)
{
    return object(target->arena,
        F("version", "v2"),
        MAP("webhook",
            SPREAD(address(target, customize)),
            F("timeout", target->timeout == NULL ? CONTROLLER_TIMEOUT : target->timeout),
            F("responseUnMarshallMode", "strict")));
}

/* No resyncPeriodSeconds: hooks ask for nothing that an event would not tell. */
const json_t *install_controller(struct arena *a, const struct hook *hook, const char *base,
    const char *namespace, const char *patience)
{
    const struct target target = {a, hook, base, namespace, patience};
    const json_t *generate_selector = hook->generate_selector ? json_true() : NULL;

    return object(a,
        F("apiVersion", "metacontroller.k8s.io/v1alpha1"),
        F("kind", "CompositeController"),
        MAP("metadata", F("name", hook_controller_name(a, hook)), F("labels", install_labels(a))),
        MAP("spec",
            MAP("parentResource", F("apiVersion", hook->api->name), F("resource", hook->plural)),
            F("childResources", children(a, hook)),
            OPT("generateSelector", generate_selector),
            MAP("hooks",
                F("sync", webhook(&target, false)),
                OPT("customize", hook->customize == NULL ? NULL : webhook(&target, true)))));
}
