#include "shard.h"

#include "conditions.h"
#include "pools.h"

/* What the shard's hook is sent, as the engine takes it. */

/* --- what is there --- */

/* A copy under another name says the same of itself; its hook refuses it. */
static bool has_own_name(struct arena *arena, const json_t *shard)
{
    const json_t *spec = json_at(shard, "spec");
    const char *cell = json_text_at(spec, "cell");
    const char *keyspace;

    if (cell == NULL)
        return false;
    keyspace = v1_keyspace_name(arena,
        json_text_at(spec, "cluster"),
        cell,
        json_text_at(spec, "keyspace"));
    return text_equal(object_name(shard),
        v1_shard_name(arena, keyspace, json_text_at(spec, "name")));
}

/* The same Vitess shard in another cell. */
static bool is_peer(struct arena *arena, const struct shard_spec *own, const json_t *other)
{
    const json_t *spec = json_at(other, "spec");

    return text_equal(json_text_at(spec, "cluster"), own->derived.cluster) &&
           text_equal(json_text_at(spec, "keyspace"), own->keyspace) &&
           text_equal(json_text_at(spec, "name"), own->name) &&
           !text_equal(json_text_at(spec, "cell"), own->cell) && has_own_name(arena, other);
}

static bool leaves_its_cell(const json_t *shard)
{
    return json_array_size(json_at(shard, "spec", "rollout", "remaining")) > 0;
}

static bool same_in_spec(const json_t *a, const json_t *b, const char *field)
{
    return json_same(json_at(a, "spec", field), json_at(b, "spec", field));
}

static struct shard_peer read_peer(const struct request *request, const json_t *peer)
{
    return (struct shard_peer){
        .name = object_name(peer),
        .cell = json_text_at(peer, "spec", "cell"),
        .memory = shard_memory_read(request->arena, json_at(peer, "status")),
        .generation_observed = generation_observed(peer),
        .ready = condition_true(peer, "Ready"),
        .updated = condition_true(peer, "Updated"),
        .same_rollout = same_in_spec(request->parent, peer, "rolloutId"),
        .same_client = same_in_spec(request->parent, peer, "client"),
        .leaves_cell = leaves_its_cell(peer),
        .retired = has_retired(peer, v1_listed_below),
        .terminating = object_terminating(peer),
    };
}

/* They are asked for by the customize hook. */
static void read_peers(struct shard_input *input, const struct request *request,
    const struct shard_spec *spec)
{
    struct objects all = related_resources(request, SHARDS_GROUP);
    struct shard_peer *peers = arena_array(request->arena, all.count + 1, sizeof(*peers));

    input->peers = peers;
    for (size_t i = 0; i < all.count; i++) {
        if (is_peer(request->arena, spec, all.at[i]))
            peers[input->peer_count++] = read_peer(request, all.at[i]);
    }
}

static void read_pods(struct shard_input *input, const struct request *request)
{
    struct objects all = observed(request, "Pod.v1");
    struct shard_pod *pods = arena_array(request->arena, all.count + 1, sizeof(*pods));

    for (size_t i = 0; i < all.count; i++)
        pods[i] = (struct shard_pod){all.at[i],
            object_last_applied(request->arena, request->keys, all.at[i])};
    input->pods = pods;
    input->pod_count = all.count;
}

static struct texts texts_of(struct arena *arena, const json_t *list)
{
    struct texts texts = {.arena = arena};
    const json_t *item;

    json_each_item (list, i, item)
        texts_add(&texts, json_string_value(item));
    return texts;
}

/* One budget for the shard over all cells, since two on one Pod make every eviction an error. The
 * keyspace's first cell has it. NULL: none is wanted here. */
static const json_t *desired_budget(const struct shard_input *input, const struct shard_spec *spec)
{
    const char *first = json_string_value(json_array_get(spec->cells, 0));
    const json_t *selector =
        json_without(json_at(spec->derived.selector, "matchLabels"), "vitess.io/cell");

    if (!text_equal(first, spec->cell))
        return NULL;
    return vttablet_disruption_budget(input->arena,
        &input->place,
        input->budget_name,
        selector,
        spec->all_tablets == 0 ? 0 : spec->all_tablets - 1);
}

/* --- what is to be done with them --- */

static void read_policy(struct shard_input *input, const struct shard_spec *spec)
{
    const struct rollout_spec *rollout = spec->derived.rollout;
    const struct retention_spec *retention = spec->derived.retention;

    if (rollout != NULL) {
        input->paused = rollout->paused;
        input->force = rollout->force;
        input->retire = rollout->retire;
        input->remaining = texts_of(input->arena, rollout->remaining);
    }
    if (retention != NULL) {
        input->delete_scaled = text_equal(retention->when_scaled, "Delete");
        input->delete_with_owner = text_equal(retention->when_deleted, "Delete");
    }
    input->turndown_at_once = text_equal(spec->turndown_policy, "Immediate");
    input->wording = (struct shard_wording){.force = "spec.rollout.force",
        .annotations = "template.annotations of the pool",
        .until_idle = "turndownPolicy RequireIdle",
        .at_once = "turndownPolicy: Immediate",
        .delete_scaled = "volumeClaimRetention.whenScaled: Delete",
        .paused = "spec.rollout.paused"};
}

struct shard_input v1_shard_input(const struct request *request, const struct shard_spec *spec,
    struct tasks *tasks)
{
    struct shard_input input = {
        .arena = request->arena,
        .owner = owner_of(request->parent),
        .keyspace = spec->keyspace,
        .name = spec->name,
        .place = v1_place_of(request, request->arena, &spec->derived, spec->cell),
        .tasks = tasks,
        .replica_tablets = spec->replica_tablets,
        .cells = texts_of(request->arena, spec->cells),
        .cell_order = texts_of(request->arena, spec->derived.cell_order),
        .budget_name = object_name(request->parent),
        .claims = observed(request, "PersistentVolumeClaim.v1"),
        .budgets = observed(request, "PodDisruptionBudget.policy/v1"),
        .memory = shard_memory_read(request->arena, json_at(request->parent, "status")),
        .identify = v1_identify_tablet,
        .api = spec,
    };

    input.place.zone = spec->zone;
    input.place.region = spec->region;
    input.budget = desired_budget(&input, spec);
    *tasks = tasks_begin(request, &input.place, v1_client_of(request->arena, &spec->derived));
    v1_read_wanted(&input, spec);
    read_pods(&input, request);
    read_peers(&input, request, spec);
    read_policy(&input, spec);
    return input;
}
