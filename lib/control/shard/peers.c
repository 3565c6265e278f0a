#include "shard.h"

#include <string.h>

/* The same Vitess shard in the other cells: when it holds up a tablet of this one. */

/* --- whose turn it is --- */

static bool leaves_its_cell(const struct shard *shard)
{
    return shard->in->remaining.count > 0;
}

/* Place in the rollout order. What leaves its cell goes before all others: a cell that left the
 * spec is in no order any more. */
static int place_in_order(const struct texts *order, const char *cell, bool leaves_cell)
{
    for (size_t i = 0; i < order->count && !leaves_cell; i++) {
        if (text_equal(order->at[i], cell))
            return (int)i;
    }
    return -1;
}

/* Of two that leave their cells the name decides: were both to go at the same time, each would hand
 * the primary to the other. */
static bool goes_before(const struct shard *shard, const struct shard_peer *peer)
{
    const struct texts *order = &shard->in->cell_order;
    bool leaves_cell = leaves_its_cell(shard);

    if (leaves_cell && peer->leaves_cell)
        return strcmp(peer->name, shard->in->owner.name) < 0;
    return place_in_order(order, peer->cell, peer->leaves_cell) <
           place_in_order(order, shard->in->place.cell, leaves_cell);
}

/* --- how it is --- */

static bool peer_settled(const struct shard_peer *peer)
{
    return peer->generation_observed && peer->ready && peer->memory.moving == NULL;
}

/* All that has moved in that cell serves. What is still to move there may be unwell: were two
 * unwell cells to wait for each other, both would do so for ever. What has moved is told by a cell
 * that has this edit; of one that waits for it the updated tablets say nothing. */
static bool updated_tablets_ready(const struct shard *shard, const struct shard_peer *peer)
{
    const struct texts *updated = &peer->memory.updated;

    if (!peer->generation_observed || peer->memory.moving != NULL)
        return false;
    if (!leaves_its_cell(shard) && !peer->same_rollout)
        return true;
    for (size_t i = 0; i < updated->count; i++) {
        if (!texts_contain(&peer->memory.ready, updated->at[i]))
            return false;
    }
    return true;
}

/* All of it is as the spec that this shard has says. What is kept although it has left the spec is
 * given no edit, but for who its tasks talk to. */
static bool rolled_out(const struct shard *shard, const struct shard_peer *peer)
{
    return peer->generation_observed && peer->updated &&
           (shard->awaiting_idle ? peer->same_client : peer->same_rollout);
}

/* --- whether it is there --- */

static bool has_peer_in(const struct shard *shard, const char *cell)
{
    for (size_t i = 0; i < shard->in->peer_count; i++) {
        if (text_equal(shard->in->peers[i].cell, cell))
            return true;
    }
    return false;
}

/* In each other cell the shard must be there: a cell that is just being added, or whose shard
 * somebody has deleted, has no say otherwise. For one that leaves this cell these are the cells
 * that it stays in. (One that is kept is given no edit, so it knows only the cells at the time it
 * was removed from the spec.) */
const char *cell_without_peer(const struct shard *shard)
{
    const struct texts *cells = shard->retire ? &shard->in->remaining : &shard->in->cells;

    for (size_t i = 0; i < cells->count && !shard->awaiting_idle; i++) {
        if (!text_equal(cells->at[i], shard->in->place.cell) && !has_peer_in(shard, cells->at[i]))
            return cells->at[i];
    }
    return NULL;
}

/* --- what it holds up --- */

static const char *waits_for(const struct shard *shard, const struct shard_peer *peer,
    const char *what)
{
    return fmt(shard->arena, "waits until %s %s is %s", shard->in->owner.kind, peer->name, what);
}

static const char *peer_blocks_settled(const struct shard *shard, const struct shard_peer *peer)
{
    if (!peer_settled(peer))
        return waits_for(shard, peer, "settled");
    if (goes_before(shard, peer) && !rolled_out(shard, peer))
        return waits_for(shard, peer, "up to date");
    return NULL;
}

/* A peer that is well takes nothing down before this shard is well again, and waits for that with
 * its own edit: so it need not be up to date. */
static const char *peer_blocks_unwell(const struct shard *shard, const struct shard_peer *peer)
{
    if (!updated_tablets_ready(shard, peer))
        return waits_for(shard, peer, "settled");
    if (!peer->ready && goes_before(shard, peer) && !rolled_out(shard, peer))
        return waits_for(shard, peer, "up to date");
    return NULL;
}

const char *peers_block(const struct shard *shard, bool settled)
{
    const char *cell = cell_without_peer(shard);
    const char *blocked = NULL;

    if (cell != NULL)
        return fmt(shard->arena, "waits until the shard is in cell %s", cell);
    for (size_t i = 0; i < shard->in->peer_count && blocked == NULL; i++) {
        const struct shard_peer *peer = &shard->in->peers[i];

        if (peer->retired)
            continue;
        if (peer->terminating)
            return waits_for(shard, peer, "settled");
        blocked = settled ? peer_blocks_settled(shard, peer) : peer_blocks_unwell(shard, peer);
    }
    return blocked;
}
