#include "shard.h"

#include "pools.h"
#include "template.h"

/* Sync hook for VitessShard: the tablets of one shard in one cell. What becomes of them is decided
 * by include/shard_engine.h; this is how it is asked, and how its report is written down. */

/* --- the status --- */

static const json_t *conditions_of(const struct request *request, struct shard_report *report)
{
    struct level_conditions level = shard_level(report);

    advise_edit(&report->advice, request, "VitessCluster");
    advise_unknown(&report->advice, request->parent, v1_known_by, &report->unknown);
    advice_give(&report->advice, &level);
    return level_conditions(request, &level);
}

/* "2/3": so many of the wanted tablets serve. */
static const char *tablets_ready(struct arena *arena, const struct shard_report *report)
{
    json_int_t wanted = 0;
    json_int_t serving = 0;

    for (size_t i = 0; i < report->tablet_count; i++) {
        wanted += report->tablets[i].wanted;
        serving += report->tablets[i].wanted && report->tablets[i].serving;
    }
    return tally_text(arena, serving, wanted);
}

static const json_t *status_of(const struct request *request, const struct tasks *tasks,
    struct shard_report *report)
{
    return object(request->arena,
        SPREAD(shard_memory_written(request->arena, &report->memory)),
        F("tabletsReady", tablets_ready(request->arena, report)),
        OPT("tasks", tasks->remembered),
        F("conditions", conditions_of(request, report)));
}

/* --- the hook --- */

/* Without them each of several cells would think that it is the only one. */
static bool has_peers_or_refuse(const struct request *request, const struct shard_spec *spec,
    struct answer *answer)
{
    if (json_array_size(spec->cells) < 2 || json_is_object(json_at(request->related, SHARDS_GROUP)))
        return true;
    refuse(request,
        answer,
        422,
        "related: must have the group " SHARDS_GROUP ", which the customize hook asks for");
    return false;
}

static bool fits_name_or_refuse(const struct request *request, const struct shard_spec *spec,
    struct answer *answer)
{
    const char *keyspace =
        v1_keyspace_name(request->arena, spec->derived.cluster, spec->cell, spec->keyspace);

    return v1_named_after(request, answer, v1_shard_name(request->arena, keyspace, spec->name));
}

static bool has_claim_or_refuse(const struct request *request, const struct shard_spec *spec,
    struct answer *answer, const struct pool_spec *pool)
{
    const struct pool_spec *merged = v1_merged_pool(request->arena, spec->tablets, pool);

    if (merged == NULL || merged->replicas == 0 || merged->claim != NULL)
        return true;
    refuse(request, answer, 422, "%s.volumeClaim: is required", pool->path);
    return false;
}

static bool has_claims_or_refuse(const struct request *request, const struct shard_spec *spec,
    struct answer *answer)
{
    return has_claim_or_refuse(request, spec, answer, spec->tablets->batch) &&
           has_claim_or_refuse(request, spec, answer, spec->tablets->master_eligible);
}

void v1_sync_shard(const struct request *request, struct answer *answer)
{
    struct shard_spec spec = {0};
    struct shard_input input;
    struct shard_report report;
    struct tasks tasks;

    if (!read_derived(request, answer, v1_shard_fields, &spec))
        return;
    if (v1_newer_revision(request, answer, &spec.derived) ||
        v1_waits_to_be_told(request, answer, &spec.derived))
        return;
    if (!has_peers_or_refuse(request, &spec, answer) ||
        !fits_name_or_refuse(request, &spec, answer) ||
        !has_claims_or_refuse(request, &spec, answer))
        return;
    input = v1_shard_input(request, &spec, &tasks);
    shard_decide(&input, answer, &report);
    answer->status = status_of(request, &tasks, &report);
}

/* Those of other cells only: its own status would come back to it as a related object's, and cause
 * a second sync each time. */
static const json_t *other_cells(const struct request *request, const json_t *spec)
{
    struct arena *a = request->arena;
    const json_t *matches = json_at(spec, "selector", "matchLabels");

    return object(a,
        F("matchLabels", json_without(matches, "vitess.io/cell")),
        LIST("matchExpressions",
            ITEM(F("key", "vitess.io/cell"),
                F("operator", "NotIn"),
                LIST("values", V(json_text_at(spec, "cell"))))));
}

/* Customize hook: which objects a sync of this shard sees beside its own children. It is cached per
 * generation, so it depends on the spec alone. */
void v1_customize_shard(const struct request *request, struct answer *answer)
{
    struct arena *a = request->arena;
    json_t *rules = json_new_list();

    json_add(rules,
        object(a,
            F("apiVersion", API_VERSION),
            F("resource", "vitessshards"),
            F("namespace", object_namespace(request->parent)),
            F("labelSelector", other_cells(request, json_at(request->parent, "spec")))));
    answer->related_resources = rules;
}
