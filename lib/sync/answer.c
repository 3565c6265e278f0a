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

/* What is observed of a kind that the hook declares, and what the answer has of it. */
struct group {
    const struct child_kind *kind;
    const char *name; /* "Pod.v1" */
    struct objects there;
    const json_t **sent; /* for each of those; NULL: it is left out */
};

struct judge {
    const struct hook *hook;
    const struct request *request;
    const json_t *selector;
    struct group *groups;
    size_t count;
    json_t *made; /* child_identity() of what is sent and is not there */
};

static struct judge judge_of(const struct hook *hook, const struct request *request)
{
    struct arena *a = request->arena;
    struct judge judge = {.hook = hook,
        .request = request,
        .selector = selector_of(hook, request),
        .made = json_new_map()};
    const size_t kinds = hook_child_kinds(hook);

    judge.groups = arena_array(a, kinds + 1, sizeof(*judge.groups));
    for (size_t i = 0; i < kinds; i++) {
        struct group *group = &judge.groups[judge.count++];

        group->kind = &hook->children[i];
        group->name = fmt(a, "%s.%s", group->kind->kind, group->kind->api_version);
        group->there = observed(request, group->name);
        group->sent = arena_array(a, group->there.count + 1, sizeof(const json_t *));
    }
    return judge;
}

/* The groups are those of hook->children, one for each. */
static struct group *group_of(const struct judge *judge, const json_t *child)
{
    const struct child_kind *kind = hook_child_kind(judge->hook, child);

    return kind == NULL ? NULL : &judge->groups[kind - judge->hook->children];
}

static const char *child_bug(const struct judge *judge, const json_t *child)
{
    struct arena *a = judge->request->arena;
    const char *kind = object_kind(child);
    const char *name = object_name(child);

    if (template_bug(child) != NULL)
        return template_bug(child);
    if (kind == NULL || name == NULL)
        return "a child has no kind or no name";
    if (group_of(judge, child) == NULL)
        return fmt(a, "%s %s is of a kind that %s does not declare", kind, name, judge->hook->kind);
    if (!text_equal(object_namespace(child), object_namespace(judge->request->parent)))
        return fmt(a, "%s %s is not in the namespace of its parent", kind, name);
    if (!selector_matches(judge->selector, object_labels(child)))
        return fmt(a, "%s %s has labels that the parent's selector does not match", kind, name);
    return NULL;
}

/* False where the answer has it already. */
static bool note_sent(struct judge *judge, const json_t *child)
{
    struct group *group = group_of(judge, child);
    size_t place = objects_place(&group->there, object_name(child));
    const char *identity;

    if (place < group->there.count) {
        bool first = group->sent[place] == NULL;

        group->sent[place] = child;
        return first;
    }
    identity = child_identity(judge->request->arena, child);
    if (json_at(judge->made, identity) != NULL)
        return false;
    json_put(judge->made, identity, child);
    return true;
}

static const char *sent_bug(struct judge *judge, const struct answer *answer)
{
    const json_t *child;

    json_each_item (answer->children, i, child) {
        const char *bug = child_bug(judge, child);

        if (bug != NULL)
            return bug;
        if (!note_sent(judge, child))
            return fmt(judge->request->arena,
                "%s is there twice",
                child_identity(judge->request->arena, child));
    }
    return NULL;
}

/* What is being deleted already goes whatever is answered. */
static const char *child_left_out(const struct request *request, const struct answer *answer,
    const json_t *child)
{
    const char *identity = child_identity(request->arena, child);

    return object_terminating(child) || json_at(answer->released, identity) != NULL
               ? NULL
               : fmt(request->arena,
                     "%s is left out, which would delete it, though nothing has released it",
                     identity);
}

static const char *left_out_of_group(const struct judge *judge, const struct answer *answer,
    const struct group *group)
{
    const char *bug = NULL;

    for (size_t i = 0; i < group->there.count && bug == NULL; i++) {
        if (group->sent[i] == NULL)
            bug = child_left_out(judge->request, answer, group->there.at[i]);
    }
    return bug;
}

static bool is_declared(const struct judge *judge, const char *group)
{
    for (size_t i = 0; i < judge->count; i++) {
        if (text_equal(judge->groups[i].name, group))
            return true;
    }
    return false;
}

/* The last line of defence: Metacontroller deletes what an answer leaves out, so that takes a
 * decision that names the child. What a controller of another build declares counts as well. */
static const char *left_out_bug(const struct judge *judge, const struct answer *answer)
{
    const char *bug = NULL;
    const json_t *members;
    const json_t *child;
    const char *group;
    const char *key;

    for (size_t i = 0; i < judge->count && bug == NULL; i++)
        bug = left_out_of_group(judge, answer, &judge->groups[i]);
    json_each_field (judge->request->children, group, members) {
        if (is_declared(judge, group))
            continue;
        json_each_field (members, key, child) {
            if (bug == NULL)
                bug = child_left_out(judge->request, answer, child);
        }
    }
    return bug;
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
static const char *moved_bug(const struct judge *judge, const struct group *group)
{
    if (!text_equal(group->kind->kind, "Pod"))
        return NULL;
    for (size_t i = 0; i < group->there.count; i++) {
        const json_t *sent = group->sent[i];

        if (sent != NULL && gets_another_spec(judge->request, group->there.at[i], sent))
            return fmt(judge->request->arena,
                "%s is there and would get another spec, though a Pod is only ever replaced",
                child_identity(judge->request->arena, sent));
    }
    return NULL;
}

const char *answer_bug(const struct hook *hook, const struct request *request,
    const struct answer *answer, bool *misses)
{
    struct judge judge;
    const char *bug;

    if (!json_is_object(answer->status))
        return "the status is no mapping";
    if (template_bug(answer->status) != NULL)
        return template_bug(answer->status);
    judge = judge_of(hook, request);
    bug = sent_bug(&judge, answer);
    *misses = json_object_size(judge.made) > 0;
    if (bug == NULL)
        bug = left_out_bug(&judge, answer);
    for (size_t i = 0; i < judge.count && bug == NULL; i++)
        bug = moved_bug(&judge, &judge.groups[i]);
    return bug;
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
