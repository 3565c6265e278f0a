#ifndef VITESS_OPERATOR_SIM_TESTING_H
#define VITESS_OPERATOR_SIM_TESTING_H

#include "testing.h"

#include "conditions.h"
#include "sim.h"
#include "sim/core/queue.h"
#include "sim/core/world.h"
#include "sim/steps.h"
#include "spec.h"

/* An embedded cluster for tests, with hooks that say what their parent's spec tells them to say:
 * spec.children and spec.status are the answer, spec.related the rules of the customize hook. */

/* Whatever is left out is left out on purpose. */
static inline void release_all(const struct request *request, struct answer *answer)
{
    const json_t *members;
    const json_t *child;
    const char *group;
    const char *key;

    json_each_field (request->children, group, members) {
        json_each_field (members, key, child)
            release_child(request->arena, answer, child, "the test says so");
    }
}

static inline void echo(const struct request *request, struct answer *answer)
{
    const json_t *spec = json_at(request->parent, "spec");
    const json_t *child;

    release_all(request, answer);
    answer->status = json_at(spec, "status") == NULL ? json_new_map() : json_at(spec, "status");
    json_each_item (json_at(spec, "children"), i, child)
        want(answer, child);
}

static inline void echo_related(const struct request *request, struct answer *answer)
{
    answer->related_resources = json_at(request->parent, "spec", "related");
}

static const struct child_kind box_children[] = {
    {"v1", "ConfigMap", "configmaps", "InPlace", false},
    {"v1", "PersistentVolumeClaim", "persistentvolumeclaims", "InPlace", false},
    {"v1", "Pod", "pods", "OnDelete", false},
    {"v1", "Secret", "secrets", "Recreate", false},
    {"v1", "Service", "services", "InPlace", false},
    {"apps/v1", "Deployment", "deployments", "InPlace", false},
    {"apps/v1", "StatefulSet", "statefulsets", "InPlace", false},
    {"test.io/v1", "Lid", "lids", "InPlace", false},
    {NULL, NULL, NULL, NULL, false},
};

static const struct child_kind lid_children[] = {
    {"v1", "ConfigMap", "configmaps", "InPlace", false},
    {NULL, NULL, NULL, NULL, false},
};

struct bin_status {
    uint32_t generation, known;
};

static const struct spec_field bin_status_fields[] = {
    SPEC(struct bin_status, generation, "observedGeneration", ""),
    SPEC(struct bin_status, known, "known", ""),
    SPEC_END,
};

/* Box: selector from its spec. Bin: generated selector, and a schema that prunes its status. Lid:
 * customize hook. */
static const struct api test_api;

static const struct hook test_hooks[] = {
    {.api = &test_api,
        .kind = "Box",
        .plural = "boxes",
        .singular = "box",
        .name = "box",
        .sync = echo,
        .children = box_children},
    {.api = &test_api,
        .kind = "Bin",
        .plural = "bins",
        .singular = "bin",
        .name = "bin",
        .generate_selector = true,
        .status = bin_status_fields,
        .sync = echo,
        .children = lid_children},
    {.api = &test_api,
        .kind = "Lid",
        .plural = "lids",
        .singular = "lid",
        .name = "lid",
        .sync = echo,
        .customize = echo_related,
        .children = lid_children},
    {.kind = NULL},
};

static const struct api_keys test_keys = {
    .reserved = "test.io/", .cluster = "test.io/cluster", .not_made_here = "test.io/not-made-here"};
static const struct api test_api = {.name = "test.io/v1", .keys = &test_keys, .hooks = test_hooks};
static const struct api *const test_apis[] = {&test_api, NULL};

static struct sim *sim;

/* The answer that spec.raw gives word for word, where there is one. */
static inline int raw_call(void *context, const struct hook *hook, bool customize, const char *body,
    size_t length, struct arena *a, const char **answer, size_t *answer_length)
{
    struct json_scope scope = json_enter(a);
    struct json_fault fault;
    const json_t *request = json_read(a, body, length, 0, &fault);
    const char *raw = json_text_at(request, "parent", "spec", "raw");
    int code = (int)json_int_at(request, 200, "parent", "spec", "code");
    struct sync_result result;

    (void)context;
    json_leave(scope);
    if (raw != NULL) {
        *answer = raw;
        *answer_length = strlen(raw);
        return code;
    }
    result = sync_run(a, hook, customize, body, length, (struct sync_limits){0});
    *answer = result.body;
    *answer_length = result.length;
    return result.code;
}

static inline void sim_begin(struct sim_options options)
{
    if (options.apis == NULL)
        options.apis = test_apis;
    if (options.call == NULL)
        options.call = raw_call;
    sim = sim_new(&options);
}

static inline void sim_end(void)
{
    sim_free(sim);
    sim = NULL;
}

/* As `kubectl apply` does; the test fails where it is refused. */
static inline void apply_text_of(const char *text)
{
    const char *message = NULL;

    if (!sim_apply(sim, json_of(text), &message))
        ck_abort_msg("refused: %s", message);
}

static inline const char *refusal_of(const char *text)
{
    const char *message = NULL;

    ck_assert(!sim_apply(sim, json_of(text), &message));
    return message;
}

static inline void break_by(const char *fault)
{
    const char *message = NULL;

    ck_assert_msg(sim_fail(sim, fault, &message), "%s", message);
}

/* Until nothing is due any more. */
static inline void settle(void)
{
    for (int i = 0; i < 5000 && sim_step(sim); i++)
        ;
    ck_assert_msg(steps_due(sim) == NEVER, "still busy at %d", sim_steps(sim));
}

static inline void steps(int count)
{
    for (int i = 0; i < count; i++)
        sim_step(sim);
}

static inline const json_t *get(const char *kind, const char *name)
{
    return sim_object(sim, kind, "default", name);
}

static inline size_t violations_of(const char *rule)
{
    struct sim_summary summary = sim_summary(sim);
    size_t count = 0;

    for (size_t i = 0; i < summary.violation_count; i++)
        count += text_equal(summary.violations[i].rule, rule);
    return count;
}

static inline void assert_no_violation(void)
{
    struct sim_summary summary = sim_summary(sim);

    if (summary.violation_count > 0)
        ck_abort_msg("%d %s: %s",
            summary.violations[0].step,
            summary.violations[0].rule,
            summary.violations[0].text);
}

/* A Box named b that selects app=b and wants `children` (JSON list text). */
static inline const char *box(const char *children)
{
    return fmt(arena,
        "{'apiVersion':'test.io/v1','kind':'Box','metadata':{'name':'b'},'spec':{'selector':"
        "{'matchLabels':{'app':'b'}},'children':%s}}",
        children);
}

/* A ConfigMap with the labels of that Box. */
static inline const char *config(const char *name, const char *value)
{
    return fmt(arena,
        "{'apiVersion':'v1','kind':'ConfigMap','metadata':{'name':'%s','namespace':'default',"
        "'labels':{'app':'b'}},'data':{'k':'%s'}}",
        name,
        value);
}

static inline const char *list_of_two(const char *a, const char *b)
{
    return fmt(arena, "[%s,%s]", a, b);
}

#endif
