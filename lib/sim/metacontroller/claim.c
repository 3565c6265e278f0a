#include "cache.h"
#include "metadata.h"
#include "sim/core/edit.h"
#include "sim/core/world.h"
#include "sync.h"
#include "template.h"

/* Which children are the parent's: ControllerRefManager as Metacontroller uses it. */

static const json_t *owner_reference(struct sync *sync)
{
    return object(sync->arena,
        F("apiVersion", sync->parent->kind->api_version),
        F("kind", sync->parent->kind->name),
        F("name", sync->parent->name),
        F("uid", sync->parent->uid),
        F("controller", BOOL(true)),
        F("blockOwnerDeletion", BOOL(true)));
}

static json_t *references_without(const json_t *object, const char *uid)
{
    json_t *list = json_new_list();
    const json_t *reference;

    json_each_item (json_at(object, "metadata", "ownerReferences"), i, reference) {
        if (!text_equal(json_text_at(reference, "uid"), uid))
            json_add(list, reference);
    }
    return list;
}

const json_t *sync_owned(struct sync *sync, const json_t *object)
{
    json_t *references = references_without(object, sync->parent->uid);

    json_add(references, owner_reference(sync));
    return edited(object, references, "metadata", "ownerReferences");
}

static void write_references(struct sync *sync, const struct version *child,
    const json_t *references)
{
    struct version *live = store_get(sync->sim, child->kind, child->key);
    struct write write;

    if (live == NULL || live->uid != child->uid)
        return;
    sync->sim->metacontroller->writes++;
    write = store_update(sync->sim,
        "metacontroller",
        edited(live->json,
            json_array_size(references) == 0 ? NULL : references,
            "metadata",
            "ownerReferences"));
    if (write.code == WRITE_REFUSED)
        world_violation(sync->sim, "refused", "%s", write.message);
    if (write.code == WRITE_REFUSED || write.code == WRITE_CONFLICT)
        sync->error = write.message;
}

static void release(struct sync *sync, const struct version *child)
{
    write_references(sync, child, references_without(child->json, sync->parent->uid));
}

/* A parent that was deleted meanwhile must not adopt. */
static bool may_adopt(struct sync *sync)
{
    struct version *live = store_get(sync->sim, sync->parent->kind, sync->parent->key);

    if (live != NULL && live->uid == sync->parent->uid && !live->terminating)
        return true;
    sync->error = "cannot adopt: the parent is gone or going";
    return false;
}

static void adopt(struct sync *sync, struct version *child)
{
    if (!may_adopt(sync))
        return;
    write_references(sync,
        child,
        json_at(sync_owned(sync, child->json), "metadata", "ownerReferences"));
    /* The hook sees it as it was before. */
    shelf_put(&sync->observed, child);
}

static void claim(struct sync *sync, struct version *child)
{
    bool matches = selector_matches(sync->selector, json_at(child->json, "metadata", "labels"));

    if (child->owner != NULL && matches)
        shelf_put(&sync->observed, child);
    else if (child->owner != NULL && !sync->parent->terminating)
        release(sync, child);
    else if (child->owner == NULL && matches && !sync->parent->terminating && !child->terminating)
        adopt(sync, child);
}

static void claim_of(struct sync *sync, const struct shelf *candidates, const struct kind *kind)
{
    struct shelf some = shelf_of_kind(candidates, kind);

    for (size_t i = 0; i < some.count; i++) {
        if (some.at[i]->namespace == sync->parent->namespace)
            claim(sync, some.at[i]);
    }
}

/* A copy: claiming changes the view itself. */
static struct shelf copy_of(struct sync *sync, const struct shelf *shelf)
{
    struct shelf copy = {.arena = sync->arena,
        .at = arena_array(sync->arena, shelf->count + 1, sizeof(*copy.at)),
        .count = shelf->count};

    for (size_t i = 0; i < shelf->count; i++)
        copy.at[i] = shelf->at[i];
    return copy;
}

void sync_claim(struct sync *sync)
{
    struct view *seen = &sync->sim->cache->seen;
    struct shelf owned = copy_of(sync, view_owned(seen, sync->parent->uid));
    struct shelf orphans = copy_of(sync, &seen->orphans);

    sync->observed.arena = sync->arena;
    for (const struct kind **kind = sync->controller->children; *kind != NULL; kind++) {
        claim_of(sync, &owned, *kind);
        claim_of(sync, &orphans, *kind);
    }
}
