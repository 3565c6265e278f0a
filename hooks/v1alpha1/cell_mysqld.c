#include "cell_parts.h"

#include "pools.h"
#include "template.h"

/* The Services and the NetworkPolicy of the MySQL of shards, past vtgate. */

#define MYSQLD "-mysqld"

bool v1_has_policies(const struct cell *cell)
{
    return cell->spec.network_policy != NULL && cell->spec.network_policy->enabled;
}

static const char *policy_name(const struct cell *cell, const struct keyspace_item *keyspace)
{
    return fmt(cell->arena, "%s" MYSQLD, v1_keyspace_object(cell, keyspace->name));
}

static void stage_mysqld_services(struct cell *cell, const struct keyspace_item *keyspace)
{
    struct arena *a = cell->arena;
    const char *object = v1_keyspace_object(cell, keyspace->name);

    for (size_t i = 0; i < v1_keyspace_shards(keyspace); i++) {
        const char *shard = v1_keyspace_shard(keyspace, i);

        for (int primary = 0; primary <= 1; primary++)
            v1_stage_at_once(cell,
                vttablet_mysqld_service(a,
                    &cell->place,
                    v1_mysqld_service_name(a, v1_shard_name(a, object, shard), primary == 1),
                    keyspace->name,
                    shard_suffix(a, shard),
                    primary == 1));
    }
    if (v1_has_policies(cell))
        v1_stage_at_once(cell,
            mysqld_network_policy(a, &cell->place, policy_name(cell, keyspace), keyspace->name));
}

void v1_stage_mysqld(struct cell *cell)
{
    for (size_t i = 0; !cell->retiring && i < cell->spec.keyspaces.count; i++) {
        if (v1_wants_mysqld_services(&cell->spec.keyspaces.at[i]))
            stage_mysqld_services(cell, &cell->spec.keyspaces.at[i]);
    }
}

/* The names of what is wanted, each looked up for each Service that is there. */
static json_t *mysqld_names(const struct cell *cell)
{
    struct arena *a = cell->arena;
    json_t *names = json_new_map();

    for (size_t i = 0; i < cell->spec.keyspaces.count; i++) {
        const struct keyspace_item *keyspace = &cell->spec.keyspaces.at[i];
        const char *object = v1_keyspace_object(cell, keyspace->name);

        json_put(names, policy_name(cell, keyspace), json_true());
        for (size_t j = 0; j < v1_keyspace_shards(keyspace); j++) {
            const char *shard = v1_shard_name(a, object, v1_keyspace_shard(keyspace, j));

            json_put(names, v1_mysqld_service_name(a, shard, true), json_true());
            json_put(names, v1_mysqld_service_name(a, shard, false), json_true());
        }
    }
    return names;
}

/* Of a shard that has left the spec it is ours if we have made it: its name alone says little. */
bool v1_is_of_mysqld(struct cell *cell, const json_t *object)
{
    const char *name = object_name(object);

    if (!text_ends_with(name, MYSQLD_RW) && !text_ends_with(name, MYSQLD_RO) &&
        !text_ends_with(name, MYSQLD))
        return false;
    if (cell->mysqld == NULL)
        cell->mysqld = mysqld_names(cell);
    return json_at(cell->mysqld, name) != NULL ||
           (text_starts_with(name, fmt(cell->arena, "%s-", cell->prefix)) &&
               object_last_applied(cell->arena, &v1_keys, object) != NULL);
}
