#include "names.h"

#include <string.h>

#include "spec.h"

const char *v1_cell_name(struct arena *arena, const char *cluster, const char *cell)
{
    return fmt(arena, "%s-%s", cluster, cell);
}

/* "my_app" -> "my-app-1c5d7a02": Kubernetes has no capitals and no '_' in names. The hash tells it
 * from "my-app", whose own name stays what it is. */
static const char *name_part(struct arena *arena, const char *keyspace)
{
    struct text part = {.arena = arena};

    if (keyspace == NULL || spec_dns_label.accepts(keyspace))
        return keyspace;
    for (const char *at = keyspace; *at != '\0'; at++) {
        const char lower = (char)(*at >= 'A' && *at <= 'Z' ? *at - 'A' + 'a' : *at);

        text_add_bytes(&part, lower == '_' ? "-" : &lower, 1);
    }
    return fmt(arena, "%s-%.8s", text_string(&part), digest(arena, keyspace, strlen(keyspace)));
}

const char *v1_keyspace_name(struct arena *arena, const char *cluster, const char *cell,
    const char *keyspace)
{
    return fmt(arena, "%s-%s", v1_cell_name(arena, cluster, cell), name_part(arena, keyspace));
}

const char *v1_shard_name(struct arena *arena, const char *keyspace, const char *shard)
{
    return fmt(arena, "%s-%s", keyspace, shard_suffix(arena, shard));
}

const char *v1_mysqld_service_name(struct arena *arena, const char *shard, bool primary)
{
    return fmt(arena, "%s%s", shard, primary ? MYSQLD_RW : MYSQLD_RO);
}

const char *v1_vtctld_service_name(struct arena *arena, const char *cluster, const char *cell)
{
    return fmt(arena, "%s-vtctld", v1_cell_name(arena, cluster, cell));
}

const char *v1_vtctld_address(struct arena *arena, const char *cluster, const char *cell)
{
    return fmt(arena, "%s:15999", v1_vtctld_service_name(arena, cluster, cell));
}

const char *v1_tablets_service_name(struct arena *arena, const char *cluster, const char *cell)
{
    return fmt(arena, "%s-vttablet-%s", cluster, cell);
}
