#include "shard.h"

#include "get_tablets.h"
#include "template.h"

/* What the status of a VitessShard remembers of Vitess' answers, its own and that of the same shard
 * in other cells. A status may have been edited by anybody and tablets move by what it says, so an
 * entry that is not of the shape that we write is as if it were absent. */

const json_t *shard_status(const struct shard *shard)
{
    return json_at(shard->request->parent, "status");
}

const json_t *remembered_reparent(const json_t *status)
{
    const json_t *reparent = json_at(status, "reparent");

    if (!task_question_is(json_text_at(reparent, "question")) ||
        json_text_at(reparent, "pod") == NULL)
        return NULL;
    return reparent;
}

const json_t *remembered_awaited(const json_t *status)
{
    const json_t *awaited = json_at(status, "awaited");

    if (!task_question_is(json_text_at(awaited, "question")) ||
        json_text_at(awaited, "state") == NULL ||
        !tablet_alias_is(json_text_at(awaited, "primary")))
        return NULL;
    return awaited;
}

const char *remembered_primary(const json_t *status)
{
    const char *primary = json_text_at(status, "primary");

    return tablet_alias_is(primary) ? primary : NULL;
}

struct tablet *tablet_of_alias(const struct shard *shard, const char *alias)
{
    for (size_t i = 0; i < shard->count; i++) {
        if (text_equal(shard->tablets[i].id.alias, alias))
            return &shard->tablets[i];
    }
    return NULL;
}

struct tablet *tablet_of_serving(const struct shard *shard, const json_t *entry)
{
    if (!tablet_type_is(json_text_at(entry, "type")) ||
        !tablet_since_is(json_text_at(entry, "since")) || json_text_at(entry, "pod") == NULL)
        return NULL;
    return tablet_of_alias(shard, json_text_at(entry, "tablet"));
}

bool was_listed(const struct shard *shard, const struct tablet *tablet)
{
    const char *incarnation = fmt(shard->arena, "%s/", tablet->incarnation);
    const json_t *entry;

    json_each_item (json_at(shard_status(shard), "serving"), i, entry) {
        if (tablet_of_serving(shard, entry) == tablet &&
            text_starts_with(json_text_at(entry, "pod"), incarnation))
            return true;
    }
    return false;
}

const json_t *serving_entries(const struct shard *shard)
{
    json_t *entries = json_new_list();

    for (size_t i = 0; i < shard->count; i++) {
        const struct tablet *tablet = &shard->tablets[i];

        if (tablet->pod != NULL && tablet->type != NULL)
            json_add(entries,
                object(shard->arena,
                    F("tablet", tablet->id.alias),
                    F("type", tablet->type),
                    F("pod", tablet->state),
                    OPT("since", tablet->since)));
    }
    return entries;
}

bool is_written_down(const struct shard *shard)
{
    const json_t *written = json_at(shard_status(shard), "serving");
    const json_t *entries = serving_entries(shard);

    return json_array_size(entries) == 0 ? json_array_size(written) == 0
                                         : json_same(entries, written);
}

bool was_untried(const struct shard *shard, const char *pod)
{
    return json_list_has(json_at(shard_status(shard), "untried"), pod);
}
