#include "secrets.h"

#include "controller.h"
#include "metadata.h"
#include "sim/core/world.h"
#include "template.h"

/* No event for people: nobody has done anything. */
#define NOBODY "nobody"

static const json_t *content(struct arena *a, const char *text)
{
    return object(a,
        F("ca.crt", text),
        F("tls.crt", text),
        F("tls.key", text),
        F("rbac.yaml", text));
}

static void assume(struct sim *sim, const char *namespace, const char *name)
{
    const char *key = table_name(&sim->names, fmt(sim->objects, "%s/%s", namespace, name));
    struct json_scope scope;

    if (table_get(&sim->metacontroller->secrets, key) != NULL)
        return;
    table_put(&sim->metacontroller->secrets, key, sim);
    if (store_named(sim, "Secret", key) != NULL)
        return;
    scope = json_enter(sim->objects);
    store_create(sim,
        NOBODY,
        object(sim->objects,
            F("apiVersion", "v1"),
            F("kind", "Secret"),
            MAP("metadata",
                F("name", name),
                F("namespace", namespace),
                MAP("annotations", F(SIM_ASSUMED, "true"))),
            F("data", content(sim->objects, "YXNzdW1lZA=="))));
    json_leave(scope);
}

void secrets_assume(struct sim *sim, const char *namespace, const json_t *rules)
{
    const json_t *rule;
    const json_t *name;

    json_each_item (rules, i, rule) {
        json_each_item (json_at(rule, "names"), j, name) {
            if (text_equal(json_text_at(rule, "resource"), "secrets") && json_is_string(name))
                assume(sim, namespace, json_string_value(name));
        }
    }
}

static void renew(struct sim *sim, const struct version *secret)
{
    json_t *renewed = json_overlay(secret->json, NULL);
    /* Each time another one. */
    const char *text = fmt(sim->objects, "cmVuZXdlZC%08ld", sim->now);

    json_put(renewed,
        "data",
        json_overlay(json_at(secret->json, "data"), content(sim->objects, text)));
    store_update(sim, "user", renewed);
}

bool secrets_renew(struct sim *sim, const char *name)
{
    struct shelf all = shelf_of_kind(&sim->store->live.all, kind_by_name(sim->kinds, "Secret"));
    struct texts keys = {.arena = sim->objects};

    for (size_t i = 0; i < all.count; i++) {
        if (text_equal(object_name(all.at[i]->json), name))
            texts_add(&keys, all.at[i]->key);
    }
    for (size_t i = 0; i < keys.count; i++)
        renew(sim, store_named(sim, "Secret", keys.at[i]));
    return keys.count > 0;
}

bool secrets_are_assumed(const struct change *change)
{
    return text_equal(change->actor, NOBODY);
}
