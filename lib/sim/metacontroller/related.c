#include "cache.h"
#include "metadata.h"
#include "secrets.h"
#include "sim/core/world.h"
#include "sync.h"

/* The customize hook and what it relates (metacontroller pkg/controller/common/customize). */

bool rule_matches(const json_t *rule, const struct version *version)
{
    const char *namespace = json_text_at(rule, "namespace");
    const json_t *names = json_at(rule, "names");

    if (!text_equal(json_text_at(rule, "resource"), version->kind->plural) ||
        !text_equal(json_text_at(rule, "apiVersion"), version->kind->api_version))
        return false;
    if (namespace != NULL && !text_equal(namespace, version->namespace))
        return false;
    if (json_array_size(names) > 0)
        return json_list_has(names, version->name);
    return selector_matches(json_at(rule, "labelSelector"),
        json_at(version->json, "metadata", "labels"));
}

/* Rules that Metacontroller refuses: names exclude selectors, a namespace a namespaceSelector. */
static const char *rule_fault(struct sync *sync, const json_t *rule)
{
    if (kind_by_plural(sync->sim->kinds,
            json_text_at(rule, "apiVersion"),
            json_text_at(rule, "resource")) == NULL)
        return "customize: a rule names an unknown resource";
    if (json_array_size(json_at(rule, "names")) > 0 &&
        (json_at(rule, "labelSelector") != NULL || json_at(rule, "namespaceSelector") != NULL))
        return "customize: a rule has names and a selector";
    if (json_at(rule, "namespaceSelector") != NULL)
        return "customize: namespaceSelector needs Namespace objects, which are not simulated";
    return NULL;
}

/* One answer holds for one uid and generation of the parent. */
static bool remembered(const struct sync *sync)
{
    const struct parent *memory = sync->memory;

    return memory->rules != NULL && memory->customized_uid == sync->parent->uid &&
           memory->customized_generation == object_generation(sync->parent->json);
}

static void remember(struct sync *sync, const json_t *rules)
{
    struct json_scope scope = json_enter(sync->sim->arena);

    sync->memory->rules = json_clone(rules);
    sync->memory->customized_uid = sync->parent->uid;
    sync->memory->customized_generation = object_generation(sync->parent->json);
    json_leave(scope);
}

static void ask(struct sync *sync)
{
    const json_t *answer = sync_call(sync, true);
    const json_t *rules = json_at(answer, "relatedResources");
    const json_t *rule;

    if (answer == NULL)
        return;
    if (!json_is_array(rules)) {
        sync->error = "customize: relatedResources is not a list";
        world_violation(sync->sim,
            "answer",
            "%s %s: %s",
            sync->parent->kind->name,
            sync->parent->key,
            sync->error);
        return;
    }
    json_each_item (rules, i, rule) {
        if (sync->error == NULL)
            sync->error = rule_fault(sync, rule);
    }
    if (sync->error != NULL)
        return;
    secrets_assume(sync->sim, sync->parent->namespace, rules);
    remember(sync, rules);
}

void sync_relate(struct sync *sync)
{
    const struct shelf *all = &sync->sim->cache->seen.all;
    const json_t *rule;

    sync->related.arena = sync->arena;
    if (sync->controller->hook->customize == NULL)
        return;
    if (!remembered(sync))
        ask(sync);
    if (sync->error != NULL || sync->retry_after > 0)
        return;
    json_each_item (sync->memory->rules, i, rule) {
        struct shelf some = shelf_of_kind(all,
            kind_by_plural(sync->sim->kinds,
                json_text_at(rule, "apiVersion"),
                json_text_at(rule, "resource")));

        for (size_t j = 0; j < some.count; j++) {
            if (rule_matches(rule, some.at[j]))
                shelf_put(&sync->related, some.at[j]);
        }
    }
}
