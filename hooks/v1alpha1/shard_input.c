#include "shard.h"

#include "conditions.h"

/* What the shard's hook is sent, as the engine takes it. */

/* A copy under another name says the same of itself; its hook refuses it. */
static bool has_own_name(struct arena *arena, const json_t *shard)
{
    const json_t *spec = json_at(shard, "spec");
    const char *cell = json_text_at(spec, "cell");
    const char *keyspace;

    if (cell == NULL)
        return false;
    keyspace =
        keyspace_name(arena, json_text_at(spec, "cluster"), cell, json_text_at(spec, "keyspace"));
    return text_equal(object_name(shard), shard_name(arena, keyspace, json_text_at(spec, "name")));
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

bool leaves_its_cell(const json_t *shard)
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
        .memory = read_memory(request->arena, json_at(peer, "status")),
        .generation_observed = has_heard(peer),
        .ready = condition_true(peer, "Ready"),
        .updated = condition_true(peer, "Updated"),
        .same_rollout = same_in_spec(request->parent, peer, "rolloutId"),
        .same_client = same_in_spec(request->parent, peer, "client"),
        .leaves_cell = leaves_its_cell(peer),
        .retired = has_retired(peer),
        .terminating = object_terminating(peer),
    };
}

/* They are asked for by the customize hook. */
void read_peers(struct shard *shard)
{
    struct objects all = related_resources(shard->request, SHARDS_GROUP);
    struct shard_peer *peers = arena_array(shard->arena, all.count + 1, sizeof(*peers));

    shard->peers = peers;
    for (size_t i = 0; i < all.count; i++) {
        if (is_peer(shard->arena, &shard->spec, all.at[i]))
            peers[shard->peer_count++] = read_peer(shard->request, all.at[i]);
    }
}
