#include <string.h>

#include "sim/core/world.h"
#include "vtctl.h"

/* VTOrc: elects the first primary (ClusterHasNoPrimary) and runs an EmergencyReparentShard for a
 * dead one (DeadPrimary, PrimaryTabletDeleted), some polls after it has seen it. */

enum { POLLS = 2 };

/* VTOrc knows only of tablets that it can talk to. */
static bool is_candidate(const struct tablet *tablet)
{
    return tablet_is_candidate(tablet) &&
           tls_refusal(tablet->listens, tablet->shard->topology->vtorc) == NULL;
}

static size_t candidates(const struct shard_record *shard)
{
    size_t count = 0;

    for (const struct tablet *tablet = shard->tablets; tablet != NULL; tablet = tablet->next)
        count += is_candidate(tablet);
    return count;
}

/* The lowest alias, of `cell` where it has one. */
static struct tablet *choose(const struct shard_record *shard, const char *cell)
{
    struct tablet *best = NULL;

    for (struct tablet *tablet = shard->tablets; tablet != NULL; tablet = tablet->next) {
        bool nearer, lower;

        if (!is_candidate(tablet))
            continue;
        nearer = cell != NULL && tablet->cell == cell;
        lower = best == NULL || strcmp(tablet->alias, best->alias) < 0;
        if (best == NULL || (nearer && best->cell != cell) ||
            (nearer == (best->cell == cell) && lower))
            best = tablet;
    }
    return best;
}

static bool restoring(const struct shard_record *shard)
{
    for (const struct tablet *tablet = shard->tablets; tablet != NULL; tablet = tablet->next) {
        if (tablet->alive && tablet->type == TABLET_RESTORE)
            return true;
    }
    return false;
}

/* A policy is needed, and enough replicas for it; a restore must have ended first. */
static bool can_elect(struct sim *sim, const struct shard_record *shard)
{
    const char *policy = vitess_keyspace(sim, shard->topology, shard->keyspace)->durability;

    return *policy != '\0' && candidates(shard) >= durability_needs(policy) && !restoring(shard);
}

static void elect(struct sim *sim, struct shard_record *shard)
{
    struct tablet *chosen = choose(shard, NULL);

    world_note(sim,
        "VTOrc elects %s as first primary of %s/%s",
        chosen->alias,
        shard->keyspace,
        shard->name);
    vitess_promote(sim, chosen);
}

static void replace(struct sim *sim, struct shard_record *shard)
{
    struct tablet *lost = shard->primary;
    struct tablet *chosen = choose(shard, lost->cell);

    world_note(sim,
        "VTOrc replaces the dead primary %s of %s/%s by %s",
        lost->alias,
        shard->keyspace,
        shard->name,
        chosen->alias);
    sim->vitess->emergency++;
    vitess_promote(sim, chosen);
}

/* Sets `since` when `holds` begins to be true; true once it has held long enough. */
static bool held(struct sim *sim, struct shard_record *shard, bool holds, long *since)
{
    if (!holds) {
        *since = 0;
        return false;
    }
    if (*since == 0)
        *since = sim->now;
    if (sim->now - *since >= POLLS)
        return true;
    queue_add_at(&sim->vitess->shards, shard->key, *since + POLLS);
    return false;
}

/* "main/-80" is one shard, "main" all of a keyspace. */
static bool watches(const struct process *vtorc, const struct shard_record *shard)
{
    return vtorc->watches == NULL || text_lists(vtorc->watches, shard->keyspace) ||
           text_lists(vtorc->watches, strrchr(shard->key, ' ') + 1);
}

static bool is_watched(const struct shard_record *shard)
{
    const struct process *vtorc = shard->topology->vtorcs;

    while (vtorc != NULL && !watches(vtorc, shard))
        vtorc = vtorc->next;
    return vtorc != NULL;
}

void vtorc_look(struct sim *sim, struct shard_record *shard)
{
    const struct tablet *primary = shard->primary;
    bool dead = primary != NULL && (!primary->alive || !primary->listed);

    if (!is_watched(shard) || !vitess_reachable(sim, shard->topology))
        return;
    if (held(sim,
            shard,
            primary == NULL && shard->listed && can_elect(sim, shard),
            &shard->electable))
        elect(sim, shard);
    else if (held(sim, shard, dead && can_elect(sim, shard), &shard->lost))
        replace(sim, shard);
}
