#include "names.h"

#include <string.h>

/* Who a tablet is. Pods, disks and topology records are named after it: a change in here makes
 * every tablet of every cluster anew. test/unit/check_identity.c pins it. */

static uint32_t hex_value(char digit)
{
    return (uint32_t)(digit <= '9' ? digit - '0' : digit - 'a' + 10);
}

/* 24 bits of the hash times 100, so that the indexes of a pool have two digits of their own and the
 * uid still fits the signed 32 bits of older Vitess tools. */
static uint32_t uid_of(struct arena *arena, const char *hashed, uint32_t index)
{
    const char *digits = digest(arena, hashed, strlen(hashed));
    uint32_t hash = 0;

    for (int i = 0; i < 6; i++)
        hash = hash * 16 + hex_value(digits[i]);
    return hash * 100 + index;
}

struct tablet_uid v1_tablet_uid(struct arena *arena, const char *cell, const char *keyspace,
    const char *shard, const char *type, uint32_t index)
{
    struct tablet_uid uid;

    uid.number = uid_of(arena, fmt(arena, "%s/%s/%s/%s", cell, keyspace, shard, type), index);
    uid.text = fmt(arena, "%010u", uid.number);
    return uid;
}

struct tablet_identity v1_tablet_identity(struct arena *arena, const char *cluster,
    const char *cell, const char *keyspace, const char *shard, const char *type, uint32_t index)
{
    const struct tablet_uid uid = v1_tablet_uid(arena, cell, keyspace, shard, type, index);
    struct tablet_identity id = {.cell = cell,
        .keyspace = keyspace,
        .shard = shard,
        .type = type,
        .index = index,
        .uid = uid.number,
        .uid_text = uid.text};

    id.alias = fmt(arena, "%s-%s", cell, id.uid_text);
    id.subdomain = v1_tablets_service_name(arena, cluster, cell);
    id.name = fmt(arena, "%s-%s", id.subdomain, id.uid_text);
    id.shard_label = shard_suffix(arena, shard);
    return id;
}
