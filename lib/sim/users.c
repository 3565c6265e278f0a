#include "metadata.h"
#include "sim/core/faults.h"
#include "sim/core/world.h"
#include "sim/kubelet/scheduler.h"
#include "sim/metacontroller/metacontroller.h"
#include "sim/vitess/vtctl.h"

/* What users and administrators do. */

/* kubectl apply, as if it had been this user's alone: labels, annotations and everything outside
 * metadata and status are what the file says. */
static const json_t *applied(const struct version *live, const json_t *object)
{
    static const char *const fields[] = {"labels", "annotations"};
    json_t *metadata = json_overlay(json_at(live->json, "metadata"), NULL);
    json_t *result = json_overlay(object, NULL);

    for (size_t i = 0; i < sizeof(fields) / sizeof(*fields); i++) {
        json_object_del(metadata, fields[i]);
        json_put(metadata, fields[i], json_at(object, "metadata", fields[i]));
    }
    json_object_del(result, "status");
    json_put(result, "status", json_at(live->json, "status"));
    json_put(result, "metadata", metadata);
    return result;
}

/* The stored object of that kind, namespace and name, or NULL. */
static struct version *live_of(struct sim *sim, const struct kind *kind, const json_t *object)
{
    const char *namespace = object_namespace(object);

    if (object_name(object) == NULL)
        return NULL;
    return store_get(sim,
        kind,
        kind->namespaced ? fmt(sim->objects,
                               "%s/%s",
                               namespace == NULL ? "default" : namespace,
                               object_name(object))
                         : object_name(object));
}

static struct write apply(struct sim *sim, const json_t *object)
{
    const struct kind *kind = kind_of(sim->kinds, object);
    struct version *live = kind == NULL ? NULL : live_of(sim, kind, object);

    if (live == NULL)
        return store_create(sim, "user", object);
    return store_update(sim, "user", applied(live, object));
}

bool sim_apply(struct sim *sim, const json_t *object, const char **message)
{
    struct json_scope scope = json_enter(sim->objects);
    struct write write = apply(sim, object);

    if (write.code == WRITTEN)
        world_disturbed(sim);
    if (message != NULL)
        *message = table_name(&sim->names, write.message);
    json_leave(scope);
    return write.code == WRITTEN || write.code == WRITE_SAME;
}

bool sim_delete_by(struct sim *sim, const char *kind, const char *namespace, const char *name,
    enum sim_propagation propagation)
{
    static struct write (*const ways[])(struct sim * sim,
        const char *actor,
        const struct kind *kind,
        const char *key,
        const char *uid) = {store_delete, store_delete_foreground, store_delete_orphaning};
    const struct kind *any = kind_by_name(sim->kinds, kind);
    struct json_scope scope = json_enter(sim->objects);
    const char *key =
        any != NULL && any->namespaced ? fmt(sim->objects, "%s/%s", namespace, name) : name;
    const struct version *found = store_named(sim, kind, key);
    struct write write = {.code = WRITE_NOT_FOUND};

    if (found != NULL)
        write = ways[propagation](sim, "user", found->kind, found->key, NULL);
    world_disturbed(sim);
    json_leave(scope);
    return write.code == WRITTEN || write.code == WRITE_SAME;
}

bool sim_delete(struct sim *sim, const char *kind, const char *namespace, const char *name)
{
    return sim_delete_by(sim, kind, namespace, name, SIM_BACKGROUND);
}

bool sim_edit_status(struct sim *sim, const json_t *object, const char **message)
{
    const struct kind *kind = kind_of(sim->kinds, object);
    struct json_scope scope = json_enter(sim->objects);
    struct version *live = kind == NULL ? NULL : live_of(sim, kind, object);
    struct write write = {.code = WRITE_NOT_FOUND, .message = "it is not there"};

    if (live != NULL)
        write = store_status(sim, "user", live, json_clone(json_at(object, "status")));
    world_disturbed(sim);
    if (message != NULL)
        *message = table_name(&sim->names, write.message);
    json_leave(scope);
    return write.code == WRITTEN || write.code == WRITE_SAME;
}

void sim_restart_metacontroller(struct sim *sim)
{
    struct json_scope scope = json_enter(sim->objects);

    metacontroller_restart(sim);
    world_disturbed(sim);
    json_leave(scope);
}

bool sim_return_node(struct sim *sim, const char *node)
{
    struct json_scope scope = json_enter(sim->objects);
    bool there = nodes_return(sim, table_name(&sim->names, node));

    world_disturbed(sim);
    json_leave(scope);
    return there;
}

bool sim_fail(struct sim *sim, const char *fault, const char **message)
{
    return faults_add(sim, fault, message);
}

const char *sim_unmet_fault(const struct sim *sim)
{
    return faults_unmet(sim);
}

bool sim_vtctl(struct sim *sim, const char *const *words, const char **answer)
{
    struct json_scope scope = json_enter(sim->objects);
    struct table_row *row = table_next(&sim->vitess->topologies, NULL);
    struct vtctl_result result = {false, "there is no topology yet"};

    if (row != NULL)
        result = vtctl_run(sim, row->value, NULL, words);
    world_disturbed(sim);
    if (answer != NULL)
        *answer = table_name(&sim->names, result.text);
    json_leave(scope);
    return result.well;
}

void sim_delete_namespace(struct sim *sim, const char *namespace)
{
    struct json_scope scope = json_enter(sim->objects);
    struct objects all = sim_objects(sim, sim->objects, NULL);

    table_put(&sim->store->ending, table_name(&sim->names, namespace), sim);
    for (size_t i = 0; i < all.count; i++) {
        const char *key = fmt(sim->objects, "%s/%s", namespace, object_name(all.at[i]));

        if (text_equal(object_namespace(all.at[i]), namespace))
            store_delete(sim,
                "user",
                kind_of(sim->kinds, all.at[i]),
                table_name(&sim->names, key),
                NULL);
    }
    world_disturbed(sim);
    json_leave(scope);
}
