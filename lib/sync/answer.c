#include "answer.h"

#include <string.h>

#include "template.h"

static bool declared(const struct hook *hook, const json_t *child)
{
    const char *api_version = json_text_at(child, "apiVersion");

    for (const struct child_kind *kind = hook->children; kind->kind != NULL; kind++) {
        if (text_equal(kind->kind, object_kind(child)) &&
            text_equal(kind->api_version, api_version))
            return true;
    }
    return false;
}

/* With generateSelector Metacontroller selects by the parent's uid alone. */
static const json_t *selector_of(const struct hook *hook, const struct request *request)
{
    if (!hook->generate_selector)
        return json_at(request->spec, "selector");
    return object(request->arena,
        MAP("matchLabels", OPT("controller-uid", object_uid(request->parent))));
}

static const char *child_bug(const struct hook *hook, const struct request *request,
    const json_t *selector, const json_t *child)
{
    struct arena *a = request->arena;
    const char *kind = object_kind(child);
    const char *name = object_name(child);

    if (template_bug(child) != NULL)
        return template_bug(child);
    if (kind == NULL || name == NULL)
        return "a child has no kind or no name";
    if (!declared(hook, child))
        return fmt(a, "%s %s is of a kind that %s does not declare", kind, name, hook->kind);
    if (!text_equal(object_namespace(child), object_namespace(request->parent)))
        return fmt(a, "%s %s is not in the namespace of its parent", kind, name);
    if (!selector_matches(selector, json_at(child, "metadata", "labels")))
        return fmt(a, "%s %s has labels that the parent's selector does not match", kind, name);
    return NULL;
}

/* Fills `seen` with what the answer has. */
static const char *wanted_bug(const struct hook *hook, const struct request *request,
    const struct answer *answer, json_t *seen)
{
    struct arena *a = request->arena;
    const json_t *selector = selector_of(hook, request);
    const json_t *child;

    json_each_item (answer->children, i, child) {
        const char *bug = child_bug(hook, request, selector, child);
        const char *identity;

        if (bug != NULL)
            return bug;
        identity = child_identity(a, child);
        if (json_at(seen, identity) != NULL)
            return fmt(a, "%s is there twice", identity);
        json_put(seen, identity, json_true());
    }
    return NULL;
}

/* child_identity() -> child, of all that is observed. */
static json_t *observed_identities(const struct request *request)
{
    json_t *there = json_new_map();
    const json_t *members;
    const json_t *child;
    const char *group;
    const char *key;

    json_each_field (request->children, group, members) {
        json_each_field (members, key, child)
            json_put(there, child_identity(request->arena, child), child);
    }
    return there;
}

/* The last line of defence: Metacontroller deletes what an answer leaves out, so that takes a
 * decision that names the child. What is being deleted already goes whatever is answered. */
static const char *left_out_bug(const struct request *request, const struct answer *answer,
    const json_t *seen)
{
    const json_t *child;
    const char *identity;

    json_each_field (observed_identities(request), identity, child) {
        if (json_at(seen, identity) == NULL && json_at(answer->released, identity) == NULL &&
            !object_terminating(child))
            return fmt(request->arena,
                "%s is left out, which would delete it, though nothing has released it",
                identity);
    }
    return NULL;
}

const char *answer_bug(const struct hook *hook, const struct request *request,
    const struct answer *answer)
{
    json_t *seen = json_new_map();
    const char *bug;

    if (!json_is_object(answer->status))
        return "the status is no mapping";
    if (template_bug(answer->status) != NULL)
        return template_bug(answer->status);
    bug = wanted_bug(hook, request, answer, seen);
    return bug != NULL ? bug : left_out_bug(request, answer, seen);
}

/* The end of an object that another owner has left behind wakes nobody, and Metacontroller takes
 * AlreadyExists for success: so while something is wanted that is not there it has to ask again. At
 * rest nothing is asked for. */
enum { ASK_AGAIN_SECONDS = 30 };

static bool misses_something(const struct request *request, const struct answer *answer)
{
    json_t *there = observed_identities(request);
    const json_t *child;

    json_each_item (answer->children, i, child) {
        if (json_at(there, child_identity(request->arena, child)) == NULL)
            return true;
    }
    return false;
}

const json_t *answer_body(const struct request *request, bool customize,
    const struct answer *answer)
{
    struct arena *a = request->arena;

    if (customize)
        return object(a, F("relatedResources", answer->related_resources));
    return object(a,
        F("status", answer->status),
        F("children", answer->children),
        OPT("resyncAfterSeconds",
            misses_something(request, answer) ? json_integer(ASK_AGAIN_SECONDS) : NULL));
}
