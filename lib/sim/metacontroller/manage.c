#include <stdlib.h>
#include <string.h>

#include "apply.h"
#include "metadata.h"
#include "sim/core/edit.h"
#include "sim/core/world.h"
#include "sync.h"

/* ManageChildren of metacontroller pkg/controller/common/manage_children.go: kind by kind, in a
 * first pass all deletions, in a second one creations and updates. */

static void check_frozen(struct sync *sync, const char *verb, const char *kind, const char *name)
{
    if (sync->frozen)
        world_violation(sync->sim,
            "frozen",
            "%s %s is InvalidSpec, but %s %s was %s",
            sync->parent->kind->name,
            sync->parent->key,
            kind,
            name,
            verb);
}

/* Errors of one child do not stop the others; a refusal is a bug of the hook. */
static void note_write(struct sync *sync, const struct write *write)
{
    if (write->code == WRITE_REFUSED)
        world_violation(sync->sim, "refused", "%s", write->message);
    if (sync->error == NULL)
        sync->error = write->message;
}

static void delete_child(struct sync *sync, const struct version *child)
{
    struct write write;

    check_frozen(sync, "deleted", child->kind->name, child->name);
    sync->sim->metacontroller->watch->deletes(sync->sim, child);
    sync->sim->metacontroller->writes++;
    write = store_delete(sync->sim, "metacontroller", child->kind, child->key, child->uid);
    if (write.code == WRITE_CONFLICT)
        note_write(sync, &write);
}

static void create_child(struct sync *sync, const json_t *desired)
{
    const char *text = apply_text(sync->arena, desired);
    struct write write;

    check_frozen(sync, "created", object_kind(desired), sync_child_name(desired));
    write = store_create(sync->sim, "metacontroller", sync_owned(sync, apply_stamp(desired, text)));
    /* AlreadyExists is swallowed: a cache that lags behind does not know the child yet. So is that
     * of an object that belongs to somebody else, for ever. */
    if (write.code != WRITE_EXISTS)
        sync->sim->metacontroller->writes++;
    if (write.code == WRITE_REFUSED || write.code == WRITE_FORBIDDEN)
        note_write(sync, &write);
    else if (write.code == WRITTEN)
        sync->sim->metacontroller->watch->created(sync->sim, write.version);
}

static void put_child(struct sync *sync, struct version *observed, const json_t *merged)
{
    struct write write;

    sync->sim->metacontroller->writes++;
    write = store_update(sync->sim, "metacontroller", merged);
    if (write.code == WRITE_SAME)
        sync->sim->metacontroller->watch->unchanged(sync->sim, observed, "child");
    if (write.code == WRITE_REFUSED)
        note_write(sync, &write);
}

static const char *update_method(const struct sync *sync, const struct kind *kind)
{
    for (const struct child_kind *child = sync->controller->hook->children; child->kind != NULL;
         child++) {
        if (text_equal(child->kind, kind->name))
            return child->update;
    }
    return NULL;
}

/* Metacontroller only notes that it has applied what is there, as with what a restore has brought
 * from another namespace. */
static bool only_notes(const json_t *merged, const json_t *observed)
{
    return json_same(edited(merged, NULL, "metadata", "annotations", LAST_APPLIED),
        edited(observed, NULL, "metadata", "annotations", LAST_APPLIED));
}

/* Where what is desired is what was applied, a write puts back what somebody else has changed. */
static void update_child(struct sync *sync, struct version *observed, const json_t *desired)
{
    const char *text = apply_text(sync->arena, desired);
    const char *method = update_method(sync, observed->kind);
    bool unchanged = text_equal(text, object_annotation(observed->json, LAST_APPLIED));
    const json_t *merged;

    if (unchanged && observed->matched)
        return;
    merged = apply_update(sync->arena, observed->json, desired, text);
    if (merged == NULL) {
        sync->error = "the last-applied annotation is no JSON";
        return;
    }
    if (json_same(merged, observed->json)) {
        observed->matched = unchanged;
        return;
    }
    if (observed->terminating)
        return;
    if (!unchanged && !only_notes(merged, observed->json))
        check_frozen(sync, "changed", observed->kind->name, observed->name);
    if (text_equal(method, "InPlace"))
        put_child(sync, observed, merged);
    else if (text_equal(method, "Recreate"))
        delete_child(sync, observed);
}

/* --- the passes --- */

struct desired {
    const struct kind *kind;
    const char *key;
    const json_t *object;
    size_t position;
};

struct desired_list {
    struct desired *at;
    size_t count;
};

static int in_order(const void *a, const void *b)
{
    const struct desired *left = a, *right = b;
    int order;

    if (left->kind != right->kind)
        return left->kind->index - right->kind->index;
    order = strcmp(left->key, right->key);
    return order != 0 ? order : (left->position < right->position ? -1 : 1);
}

/* All desired children that are watched, by kind and name; of those with one name the last. */
static struct desired_list sort_desired(struct sync *sync)
{
    struct desired_list list = {
        arena_array(sync->arena, json_array_size(sync->desired) + 1, sizeof(*list.at)),
        0};
    const json_t *child;
    size_t kept = 0;

    json_each_item (sync->desired, i, child) {
        const struct kind *kind = kind_of(sync->sim->kinds, child);
        const char *key =
            fmt(sync->arena, "%s/%s", object_namespace(child), sync_child_name(child));

        if (controller_has_child(sync->controller, kind))
            list.at[list.count++] = (struct desired){kind, key, child, i};
    }
    qsort(list.at, list.count, sizeof(*list.at), in_order);
    for (size_t i = 0; i < list.count; i++) {
        if (kept > 0 && list.at[kept - 1].kind == list.at[i].kind &&
            strcmp(list.at[kept - 1].key, list.at[i].key) == 0)
            kept--;
        list.at[kept++] = list.at[i];
    }
    list.count = kept;
    return list;
}

static struct desired_list of_kind(const struct desired_list *all, const struct kind *kind)
{
    struct desired_list some = {NULL, 0};

    for (size_t i = 0; i < all->count; i++) {
        if (all->at[i].kind != kind)
            continue;
        if (some.at == NULL)
            some.at = &all->at[i];
        some.count++;
    }
    return some;
}

static bool is_desired(const struct desired_list *list, const char *key)
{
    size_t low = 0, high = list->count;

    while (low < high) {
        size_t middle = low + (high - low) / 2;
        int order = strcmp(list->at[middle].key, key);

        if (order == 0)
            return true;
        if (order < 0)
            low = middle + 1;
        else
            high = middle;
    }
    return false;
}

static void delete_pass(struct sync *sync, const struct kind *kind, const struct desired_list *list)
{
    struct shelf observed = shelf_of_kind(&sync->observed, kind);
    struct version **order = arena_array(sync->arena, observed.count + 1, sizeof(*order));

    if (observed.count > 0)
        memcpy(order, observed.at, observed.count * sizeof(*order));
    chance_shuffle(&sync->sim->chance, order, observed.count, sizeof(*order));
    for (size_t i = 0; i < observed.count; i++) {
        if (!order[i]->terminating && !is_desired(list, order[i]->key))
            delete_child(sync, order[i]);
    }
}

static void write_pass(struct sync *sync, struct desired_list *list)
{
    chance_shuffle(&sync->sim->chance, list->at, list->count, sizeof(*list->at));
    for (size_t i = 0; i < list->count; i++) {
        const struct desired *desired = &list->at[i];
        struct version *observed = shelf_find(&sync->observed, desired->kind, desired->key);

        if (observed == NULL)
            create_child(sync, desired->object);
        else
            update_child(sync, observed, desired->object);
    }
}

void sync_manage(struct sync *sync)
{
    struct desired_list all = sort_desired(sync);

    for (const struct kind **kind = sync->controller->children; *kind != NULL; kind++) {
        struct desired_list some = of_kind(&all, *kind);

        delete_pass(sync, *kind, &some);
    }
    for (const struct kind **kind = sync->controller->children; *kind != NULL; kind++) {
        struct desired_list some = of_kind(&all, *kind);

        write_pass(sync, &some);
    }
}
