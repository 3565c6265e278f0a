#include "answer.h"

#include <string.h>

#include "template.h"

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
    if (!hook_makes(hook, child))
        return fmt(a, "%s %s is of a kind that %s does not declare", kind, name, hook->kind);
    if (!text_equal(object_namespace(child), object_namespace(request->parent)))
        return fmt(a, "%s %s is not in the namespace of its parent", kind, name);
    if (!selector_matches(selector, object_labels(child)))
        return fmt(a, "%s %s has labels that the parent's selector does not match", kind, name);
    return NULL;
}

/* Fills `seen` with what the answer has: child_identity() -> child. */
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
        json_put(seen, identity, child);
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
    const json_t *there, const json_t *seen)
{
    const json_t *child;
    const char *identity;

    json_each_field (there, identity, child) {
        if (json_at(seen, identity) == NULL && json_at(answer->released, identity) == NULL &&
            !object_terminating(child))
            return fmt(request->arena,
                "%s is left out, which would delete it, though nothing has released it",
                identity);
    }
    return NULL;
}

/* Metacontroller would leave the spec that is `now` there as it is. Where it takes a list for a map
 * in which a key is there twice, nothing that could be sent does that (the API server refuses the
 * write): then it is enough that nothing is better. */
static bool leaves_as_it_is(struct arena *a, const json_t *now, const json_t *last,
    const json_t *sent)
{
    const json_t *made = merge_applied(a, now, last, sent);

    return json_same(made, now) || json_same(made, merge_applied(a, now, last, now));
}

/* Would Metacontroller give a Pod that is there another spec? Containers would be started again
 * behind Vitess' back, or the API server would refuse it at each sync. What was applied last is
 * sent again, or, where the cluster has made something else of it, what is there. */
static bool gets_another_spec(const struct request *request, const json_t *observed,
    const json_t *child)
{
    struct arena *a = request->arena;
    const json_t *now = json_at(observed, "spec");
    const json_t *last = json_at(object_applied_annotation(a, observed), "spec");
    const json_t *sent = json_at(child, "spec");

    if (sent == NULL)
        return last != NULL;
    if (json_same(sent, last) && merge_surely_stands(now, sent))
        return false;
    if (!leaves_as_it_is(a, now, last, sent))
        return true;
    return object_last_applied(a, request->keys, observed) != NULL && !json_same(sent, last) &&
           leaves_as_it_is(a, now, last, last);
}

/* Only leaving a Pod out may move it, whatever the hook says. */
static const char *moved_bug(const struct request *request, const json_t *there, const json_t *seen)
{
    const json_t *child;
    const char *identity;

    json_each_field (seen, identity, child) {
        const json_t *observed =
            text_equal(object_kind(child), "Pod") ? json_at(there, identity) : NULL;

        if (observed != NULL && gets_another_spec(request, observed, child))
            return fmt(request->arena,
                "%s is there and would get another spec, though a Pod is only ever replaced",
                identity);
    }
    return NULL;
}

static bool misses_something(const json_t *there, const json_t *seen)
{
    const json_t *child;
    const char *identity;

    json_each_field (seen, identity, child) {
        if (json_at(there, identity) == NULL)
            return true;
    }
    return false;
}

const char *answer_bug(const struct hook *hook, const struct request *request,
    const struct answer *answer, bool *misses)
{
    json_t *seen = json_new_map();
    const json_t *there = observed_identities(request);
    const char *bug;

    if (!json_is_object(answer->status))
        return "the status is no mapping";
    if (template_bug(answer->status) != NULL)
        return template_bug(answer->status);
    bug = wanted_bug(hook, request, answer, seen);
    if (bug == NULL)
        bug = left_out_bug(request, answer, there, seen);
    *misses = misses_something(there, seen);
    return bug != NULL ? bug : moved_bug(request, there, seen);
}

/* The end of an object that another owner has left behind wakes nobody, and Metacontroller takes
 * AlreadyExists for success: so while something is wanted that is not there it has to ask again. At
 * rest nothing is asked for. */
enum { ASK_AGAIN_SECONDS = 30 };

const json_t *answer_body(const struct request *request, bool customize,
    const struct answer *answer, bool misses)
{
    struct arena *a = request->arena;

    if (customize)
        return object(a, F("relatedResources", answer->related_resources));
    return object(a,
        F("status", answer->status),
        F("children", answer->children),
        OPT("resyncAfterSeconds", misses ? json_integer(ASK_AGAIN_SECONDS) : NULL));
}
