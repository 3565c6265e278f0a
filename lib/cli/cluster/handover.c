#include "handover.h"

#include <string.h>

#include "cli/base/room.h"
#include "conditions.h"
#include "difference.h"
#include "forest.h"
#include "metadata.h"
#include "rollout.h"
#include "template.h"

struct walk {
    struct arena *arena;
    const struct manifests *list;
    struct handover handover;
};

static void visit(struct walk *walk, const struct hook *hook, const json_t *parent);

static void note(struct walk *walk, struct handed handed)
{
    struct handover *handover = &walk->handover;

    handover->at = with_room(walk->arena,
        handover->at,
        handover->count,
        &handover->capacity,
        sizeof(*handover->at));
    handover->at[handover->count++] = handed;
}

/* --- requests --- */

static bool is_same(const json_t *a, const json_t *b)
{
    return text_equal(object_kind(a), object_kind(b)) &&
           text_equal(json_text_at(a, "apiVersion"), json_text_at(b, "apiVersion")) &&
           text_equal(object_name(a), object_name(b));
}

static const json_t *find(const json_t *objects, const json_t *like)
{
    const json_t *each;

    json_each_item (objects, i, each) {
        if (is_same(each, like))
            return each;
    }
    return NULL;
}

/* Those that the parent controls; and of those that nobody controls what is in `wanted` (NULL:
 * none). kubectl prints an object again for each time that it was asked. */
static json_t *children_of(const struct walk *walk, const struct hook *hook, const json_t *parent,
    const json_t *wanted)
{
    json_t *children = json_new_list();

    for (size_t i = 0; i < walk->list->count; i++) {
        const json_t *each = walk->list->at[i].object;
        const char *owner = object_controller(each);
        const bool ours =
            text_equal(owner, object_uid(parent)) || (owner == NULL && find(wanted, each) != NULL);

        if (ours && hook_child_kind(hook, each) != NULL &&
            text_equal(object_namespace(each), object_namespace(parent)) &&
            find(children, each) == NULL)
            json_add(children, each);
    }
    return children;
}

/* As Metacontroller groups objects; `hook` NULL: without the groups that are empty. */
static json_t *grouped(struct arena *a, const struct hook *hook, const json_t *objects)
{
    json_t *groups = json_new_map();
    const struct child_kind *child = hook == NULL ? NULL : hook->children;
    const json_t *each;

    for (; child != NULL && child->kind != NULL; child++)
        json_put(groups, fmt(a, "%s.%s", child->kind, child->api_version), json_new_map());
    json_each_item (objects, i, each) {
        const char *group = object_group(a, each);
        json_t *members = json_overlay(json_at(groups, group), NULL);

        json_put(members, object_name(each), each);
        json_put(groups, group, members);
    }
    return groups;
}

static const char *first_line(struct arena *a, const char *text)
{
    return text_copy(a, text, strcspn(text, "\n"));
}

/* The answer of a hook, or NULL with its refusal in `refused`. */
static const json_t *asked(struct walk *walk, const struct hook *hook, bool customize,
    const json_t *request, const char **refused)
{
    struct json_fault fault;
    size_t length;
    const char *body = json_write(walk->arena, request, &length);
    const struct sync_result result =
        sync_run(walk->arena, hook, customize, body, length, (struct sync_limits){.depth = 0});

    if (result.json)
        return json_read(walk->arena, result.body, result.length, 0, &fault);
    *refused = first_line(walk->arena, result.body);
    return NULL;
}

static const char *resource_of_kind(const json_t *object)
{
    const char *kind = object_kind(object);

    each_hook (hook) {
        if (text_equal(hook->kind, kind))
            return hook->plural;
        for (const struct child_kind *child = hook->children; child->kind != NULL; child++) {
            if (text_equal(child->kind, kind))
                return child->resource;
        }
    }
    return NULL;
}

static bool is_asked_for(const json_t *rule, const json_t *object)
{
    const json_t *names = json_at(rule, "names"), *selector = json_at(rule, "labelSelector");

    if (!text_equal(json_text_at(rule, "apiVersion"), json_text_at(object, "apiVersion")) ||
        !text_equal(json_text_at(rule, "resource"), resource_of_kind(object)) ||
        !text_equal(json_text_at(rule, "namespace"), object_namespace(object)))
        return false;
    if (names != NULL)
        return json_list_has(names, object_name(object));
    return selector == NULL || selector_matches(selector, json_at(object, "metadata", "labels"));
}

static const json_t *related_to(struct walk *walk, const struct hook *hook, const json_t *parent)
{
    const char *refused;
    const json_t *answer, *rule;
    json_t *found = json_new_list();

    if (hook->customize == NULL)
        return json_new_map();
    answer = asked(walk, hook, true, object(walk->arena, F("parent", parent)), &refused);
    json_each_item (json_at(answer, "relatedResources"), i, rule) {
        for (size_t j = 0; j < walk->list->count; j++) {
            const json_t *each = walk->list->at[j].object;

            if (is_asked_for(rule, each) && find(found, each) == NULL)
                json_add(found, each);
        }
    }
    return grouped(walk->arena, NULL, found);
}

/* As they are once the commands have run. */
static const json_t *labelled(struct arena *a, const struct hook *hook, const json_t *parent,
    const json_t *children)
{
    json_t *list = json_new_list();
    const json_t *each;

    if (!hook->generate_selector)
        return children;
    json_each_item (children, i, each)
        json_add(list,
            object_labelled(a, each, object(a, F("controller-uid", object_uid(parent)))));
    return list;
}

static const json_t *answer_of(struct walk *walk, const struct hook *hook, const json_t *parent,
    const json_t *children, const char **refused)
{
    return asked(walk,
        hook,
        false,
        object(walk->arena,
            F("controller", json_new_map()),
            F("parent", parent),
            F("children",
                grouped(walk->arena, hook, labelled(walk->arena, hook, parent, children))),
            F("related", related_to(walk, hook, parent)),
            F("finalizing", BOOL(false))),
        refused);
}

/* --- what becomes of each --- */

/* What is sent is merged into what is there, as Metacontroller does. */
static const json_t *outcome(struct walk *walk, const json_t *there, const json_t *sent)
{
    const json_t *last = object_last_applied(walk->arena, object_keys(there), there);

    return merge_applied(walk->arena, there, last, sent);
}

/* The first field of its spec or data that changes. Of our own kinds those that are new are notes
 * of one hook for the next. */
static const char *first_change(struct walk *walk, const json_t *there, const json_t *after)
{
    struct arena *a = walk->arena;
    struct differences differences = {.arena = a};

    differences_add(&differences,
        object(a, OPT("spec", json_at(there, "spec")), OPT("data", json_at(there, "data"))),
        object(a, OPT("spec", json_at(after, "spec")), OPT("data", json_at(after, "data"))));
    for (size_t i = 0; i < differences.count; i++) {
        const struct difference *each = &differences.at[i];

        if (each->before != NULL || hook_of(there) == NULL)
            return fmt(a,
                "%s: %s -> %s",
                each->path,
                each->before == NULL ? "nothing" : json_brief(a, each->before),
                each->after == NULL ? "nothing" : json_brief(a, each->after));
    }
    return NULL;
}

/* Says that an edit waits: "rollout.planetscale.com/scheduled" of planetscale.com/v2. */
static bool waits(const json_t *there, const json_t *sent)
{
    const char *key = object_keys(there)->scheduled;

    return key != NULL && object_annotation(sent, key) != NULL;
}

static const char *label_of(const struct hook *hook, const json_t *parent, const json_t *child)
{
    return hook->generate_selector &&
                   !text_equal(object_label(child, "controller-uid"), object_uid(parent))
               ? object_uid(parent)
               : NULL;
}

/* A rollout of tablets goes on as soon as it may; nothing else does without being released. */
static bool goes_on(const struct hook *hook, const json_t *answer)
{
    return hook->shard != NULL && !condition_true(answer, "Updated") &&
           rollout_reason_of(answer) != ROLLOUT_PAUSED;
}

static enum fate fate_of_waiting(const struct hook *hook, const json_t *answer)
{
    return goes_on(hook, answer) ? FATE_GOES : FATE_WAITS;
}

static void hand_over(struct walk *walk, const struct hook *hook, const json_t *parent,
    const json_t *answer, const json_t *there)
{
    const json_t *sent = find(json_at(answer, "children"), there);
    struct handed handed = {.object = there, .fate = FATE_DELETED};
    const json_t *after;

    if (sent != NULL) {
        after = outcome(walk, there, sent);
        handed.detail = first_change(walk, there, after);
        handed.fate = handed.detail != NULL ? FATE_CHANGED
                      : waits(there, sent)  ? fate_of_waiting(hook, answer)
                                            : FATE_KEPT;
        handed.label = label_of(hook, parent, there);
    }
    note(walk, handed);
    if (sent != NULL) {
        if (hook_of(there) != NULL)
            visit(walk, hook_of(there), after);
    }
}

static bool has_kind(const struct walk *walk, const char *kind, const char *namespace)
{
    for (size_t i = 0; i < walk->list->count; i++) {
        const json_t *each = walk->list->at[i].object;

        if (text_equal(object_kind(each), kind) && text_equal(object_namespace(each), namespace))
            return true;
    }
    return false;
}

static void note_missing(struct walk *walk, const json_t *wanted)
{
    const json_t *each;

    json_each_item (wanted, i, each) {
        const char *kind = object_kind(each);

        if (!object_is_task(each) && !has_kind(walk, kind, object_namespace(each)) &&
            !texts_contain(&walk->handover.missing, kind))
            texts_add(&walk->handover.missing, kind);
    }
}

/* What its tablets are in for first, and what is left as it is although nobody wants it. */
static void note_conditions(struct walk *walk, const struct hook *hook, const json_t *parent,
    const json_t *answer)
{
    struct handed handed = {.object = parent, .fate = FATE_TOLD};

    if (hook->shard != NULL && !condition_true(answer, "Updated")) {
        handed.detail =
            fmt(walk->arena, "what happens next: %s", condition_message(answer, "Updated"));
        note(walk, handed);
    }
    if (condition_true(answer, "Advice")) {
        handed.detail = fmt(walk->arena, "take note: %s", condition_message(answer, "Advice"));
        note(walk, handed);
    }
}

/* What the parent's hook would make, and nobody controls, becomes its own by the label. */
static void visit(struct walk *walk, const struct hook *hook, const json_t *parent)
{
    const char *refused = NULL;
    const json_t *children = children_of(walk, hook, parent, NULL), *each;
    const json_t *answer = answer_of(walk, hook, parent, children, &refused);

    if (answer != NULL) {
        children = children_of(walk, hook, parent, json_at(answer, "children"));
        answer = answer_of(walk, hook, parent, children, &refused);
    }
    if (answer != NULL && text_equal(condition_reason(answer, "Ready"), "InvalidSpec"))
        refused = first_line(walk->arena, condition_message(answer, "Ready"));
    if (refused != NULL) {
        note(walk, (struct handed){.object = parent, .fate = FATE_REFUSED, .detail = refused});
        return;
    }
    note_missing(walk, json_at(answer, "children"));
    note_conditions(walk, hook, parent, answer);
    json_each_item (children, i, each)
        hand_over(walk, hook, parent, answer, each);
}

struct handover handover_of(const struct manifests *list, const json_t *cluster)
{
    struct walk walk = {.arena = cli_arena(), .list = list};

    walk.handover.missing.arena = walk.arena;
    visit(&walk, hook_of(cluster), cluster);
    return walk.handover;
}
