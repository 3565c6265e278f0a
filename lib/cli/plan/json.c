#include "cli/view/watch.h"
#include "hook.h"
#include "metadata.h"
#include "plan.h"
#include "template.h"

const char *action_name(enum action action)
{
    static const char *const names[] = {[ACTION_RESTART] = "restart",
        [ACTION_REMOVE] = "remove",
        [ACTION_ROLL] = "roll",
        [ACTION_REPARENT] = "reparent"};

    return names[action];
}

bool change_carries(const struct change *change)
{
    const char *api_version = json_text_at(change->object, "apiVersion");
    const char *kind = object_kind(change->object);

    return hook_by_kind(api_version, kind) != NULL && !text_equal(kind, "VitessCluster");
}

static const json_t *fields_json(struct arena *arena, const struct differences *fields)
{
    json_t *list = json_new_list();

    for (size_t i = 0; i < fields->count; i++)
        json_add(list,
            object(arena,
                F("path", fields->at[i].path),
                OPT("before", fields->at[i].before),
                OPT("after", fields->at[i].after)));
    return list;
}

static const json_t *changes_json(struct arena *arena, const struct changes *changes,
    enum change_kind kind)
{
    json_t *list = json_new_list();

    for (size_t i = 0; i < changes->count; i++) {
        const struct change *change = &changes->at[i];

        if (change->kind != kind)
            continue;
        json_add(list,
            object(arena,
                F("kind", object_kind(change->object)),
                OPT("namespace", object_namespace(change->object)),
                F("name", object_name(change->object)),
                OPT("fields", fields_json(arena, &change->fields))));
    }
    return list;
}

static const json_t *happening_json(struct arena *arena, const struct happening *happening)
{
    const bool reparent = happening->action == ACTION_REPARENT;

    return object(arena,
        F("step", INT(happening->step)),
        F("action", action_name(happening->action)),
        OPT("shard", happening->shard),
        OPT("object", reparent ? NULL : happening->subject),
        OPT("tabletType", reparent ? NULL : happening->detail),
        OPT("from", reparent ? happening->detail : NULL),
        OPT("to", reparent ? happening->subject : NULL));
}

static const json_t *shards_json(struct arena *arena, const struct shards *shards)
{
    json_t *list = json_new_list();

    for (size_t i = 0; i < shards->count; i++) {
        const struct shard_watch *shard = &shards->at[i];

        json_add(list,
            object(arena,
                F("cluster", shard->cluster),
                F("keyspace", shard->keyspace),
                F("shard", shard->name),
                OPT("durabilityBefore", *shard->had == '\0' ? (const char *)NULL : shard->had),
                OPT("durabilityAfter",
                    *shard->durability == '\0' ? (const char *)NULL : shard->durability),
                F("servingBefore", INT(shard->marked)),
                F("servingLowest", INT(shard->lowest)),
                F("servingAfter", INT(shard->serving))));
    }
    return list;
}

static const json_t *remarks_json(struct arena *arena, const struct remarks *remarks)
{
    json_t *list = json_new_list();

    for (size_t i = 0; i < remarks->count; i++)
        json_add(list,
            object(arena,
                F("cluster", remarks->at[i].cluster),
                F("reason", remarks->at[i].reason),
                F("message", remarks->at[i].message)));
    return list;
}

static const json_t *troubles_json(struct arena *arena, const struct troubles *troubles)
{
    json_t *list = json_new_list();

    for (size_t i = 0; i < troubles->count; i++)
        json_add(list,
            object(arena, F("object", troubles->at[i].identity), F("state", troubles->at[i].text)));
    return list;
}

const json_t *plan_json(struct arena *arena, const struct plan *plan)
{
    json_t *order = json_new_list();

    for (size_t i = 0; i < plan->happening_count; i++)
        json_add(order, happening_json(arena, &plan->happenings[i]));
    return object(arena,
        F("format_version", INT(1)),
        F("ready", plan->summary->ready),
        OPT("notWellNow", troubles_json(arena, plan->troubles)),
        F("added", changes_json(arena, plan->changes, CHANGE_ADDED)),
        F("changed", changes_json(arena, plan->changes, CHANGE_CHANGED)),
        F("removed", changes_json(arena, plan->changes, CHANGE_REMOVED)),
        F("order", order),
        F("shards", shards_json(arena, plan->shards)),
        MAP("claims", F("kept", INT(plan->claims_kept)), F("lost", json_texts(plan->claims_lost))),
        F("remarks", remarks_json(arena, plan->remarks)),
        F("violations", violations_json(arena, plan->summary)));
}
