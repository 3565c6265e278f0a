#include "hook.h"

#include <string.h>

#include "answer.h"
#include "conditions.h"
#include "template.h"

/* A refusal before or after the hook: plain text, one line or more, with a final newline. */
static void fail(struct sync_result *result, struct arena *arena, int code, const char *text)
{
    result->code = code;
    result->body = fmt(arena, "%s\n", text);
    result->length = strlen(result->body);
    result->json = false;
}

/* A child that is not what its group says would read as one that does not exist, and be deleted. */
static const char *child_fault(struct arena *a, const json_t *parent, const char *group,
    const char *key, const json_t *child)
{
    const char *path = fmt(a, "children[%s][%s]", group, key);

    if (!json_is_object(child))
        return fmt(a, "%s: must be a mapping, got %s", path, json_brief(a, child));
    if (!text_equal(object_group(a, child), group))
        return fmt(a, "%s: must be of the kind and apiVersion of its group", path);
    if (object_name(child) == NULL)
        return fmt(a, "%s.metadata.name: is required", path);
    if (!text_equal(object_namespace(child), object_namespace(parent)))
        return fmt(a, "%s: must be in the namespace of its parent", path);
    return NULL;
}

static const char *children_fault(struct arena *a, const struct hook *hook, const json_t *parent,
    const json_t *children)
{
    const json_t *group;
    const json_t *child;
    const char *key;
    const char *name;

    /* A request without its children would read as "nothing exists yet". */
    if (!json_is_object(children))
        return fmt(a, "children: must be a mapping, got %s", json_brief(a, children));
    json_each_field (children, key, group) {
        if (!json_is_object(group))
            return fmt(a, "children[%s]: must be a mapping, got %s", key, json_brief(a, group));
        json_each_field (group, name, child) {
            const char *fault = child_fault(a, parent, key, name, child);

            if (fault != NULL)
                return fault;
        }
    }
    for (const struct child_kind *kind = hook->children; kind->kind != NULL; kind++) {
        const char *wanted = fmt(a, "%s.%s", kind->kind, kind->api_version);

        if (json_at(children, wanted) == NULL && !kind->later)
            return fmt(a,
                "children: must have the group %s, which the controller declares",
                wanted);
    }
    return NULL;
}

/* NULL where the body is a request to this hook, else what is wrong with its shape. */
static const char *shape_fault(struct arena *a, const struct hook *hook, bool customize,
    const json_t *body)
{
    const json_t *parent = json_at(body, "parent");
    const char *api_version = object_api_version(parent);
    const char *kind = json_text_at(parent, "kind");

    if (!json_is_object(parent))
        return fmt(a, "parent: must be a mapping, got %s", json_brief(a, parent));
    if (!text_equal(api_version, hook->api->name) || !text_equal(kind, hook->kind))
        return fmt(a,
            "parent: must be a %s of %s, got %s of %s",
            hook->kind,
            hook->api->name,
            kind == NULL ? "no kind" : kind,
            api_version == NULL ? "no apiVersion" : api_version);
    if (object_name(parent) == NULL)
        return "parent.metadata.name: is required";
    if (!json_is_object(json_at(parent, "spec")) && hook_needs_spec(hook))
        return "parent.spec: is required";
    /* Every kind is namespaced, and children are read by their parent's namespace. */
    if (object_namespace(parent) == NULL)
        return "parent.metadata.namespace: is required";
    return customize ? NULL : children_fault(a, hook, parent, json_at(body, "children"));
}

/* Why the answer's status is so or not, for gauges. */
static const char *reason_of(struct arena *arena, const json_t *status, const char *type)
{
    return condition_reason(object(arena, OPT("status", status)), type);
}

/* For whatever reason that is said. */
static bool is_ready(struct arena *arena, const json_t *status)
{
    return condition_true(object(arena, OPT("status", status)), "Ready");
}

static void run_hook(struct arena *arena, const struct hook *hook, bool customize,
    const json_t *body, struct sync_result *result)
{
    const json_t *parent = json_at(body, "parent");
    struct request request = {.arena = arena,
        .keys = hook->api->keys,
        .parent = hook->derived ? as_written(arena, hook->api->keys, parent) : parent,
        .spec = json_at(parent, "spec"),
        .children = json_at(body, "children"),
        .related = json_at(body, "related"),
        .finalizing = json_true_at(body, "finalizing")};
    struct answer answer = {.code = 200, .children = json_new_list(), .released = json_new_map()};
    const char *bug = NULL;
    bool misses = false;

    (customize ? hook->customize : hook->sync)(&request, &answer);
    result->problems = answer.problems;
    result->outcome = answer.outcome == NULL ? "ok" : answer.outcome;
    result->outline = answer.outline;
    result->rollout = reason_of(arena, answer.status, "Updated");
    result->ready =
        is_ready(arena, answer.status) ? "Ready" : reason_of(arena, answer.status, "Ready");
    if (answer.code != 200) {
        fail(result, arena, answer.code, answer.message);
        return;
    }
    if (!customize) {
        answer_keep_others(hook, &request, &answer);
        bug = answer_bug(hook, &request, &answer, &misses);
    }
    if (bug != NULL) {
        result->outcome = "bug";
        fail(result, arena, 500, fmt(arena, "internal: %s", bug));
        return;
    }
    result->children = json_array_size(answer.children);
    result->code = 200;
    result->body =
        json_write(arena, answer_body(&request, customize, &answer, misses), &result->length);
    result->json = true;
}

static size_t count_observed(const json_t *children)
{
    const json_t *group;
    const char *key;
    size_t count = 0;

    json_each_field (children, key, group)
        count += json_object_size(group);
    return count;
}

static void run_body(struct arena *arena, const struct hook *hook, bool customize, const char *text,
    size_t length, struct sync_limits limits, struct sync_result *result)
{
    struct json_fault fault = {0, 0, NULL};
    const json_t *body = json_read_folded(arena, text, length, limits.depth, &fault);
    const char *wrong;

    if (body == NULL) {
        fail(result,
            arena,
            400,
            fmt(arena, "line %d, column %d: %s", fault.line, fault.column, fault.text));
        return;
    }
    result->namespace = object_namespace(json_at(body, "parent"));
    result->name = object_name(json_at(body, "parent"));
    result->uid = object_uid(json_at(body, "parent"));
    result->generation = object_generation(json_at(body, "parent"));
    result->cluster = hook->derived
                          ? object_label(json_at(body, "parent"), hook->api->keys->cluster)
                          : result->name;
    result->observed = count_observed(json_at(body, "children"));
    wrong = shape_fault(arena, hook, customize, body);
    if (wrong != NULL)
        fail(result, arena, 400, wrong);
    else
        run_hook(arena, hook, customize, body, result);
}

struct sync_result sync_run(struct arena *arena, const struct hook *hook, bool customize,
    const char *body, size_t length, struct sync_limits limits)
{
    struct sync_result result = {.code = 500, .outcome = "refused"};
    struct json_scope scope = json_enter(arena);

    run_body(arena, hook, customize, body, length, limits, &result);
    /* Whatever was made beyond the limit may be incomplete, so it is not sent. */
    if (arena_exhausted(arena)) {
        result.outcome = "exhausted";
        fail(&result,
            arena,
            503,
            fmt(arena,
                "this request needs more memory than one request may have (%zu bytes)",
                arena_used(arena)));
    }
    json_leave(scope);
    return result;
}
