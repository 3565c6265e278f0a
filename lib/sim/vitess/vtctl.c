#include "vtctl.h"

#include <stdlib.h>
#include <string.h>
#include <strings.h>

#include "sim/core/clock.h"
#include "sim/core/world.h"
#include "template.h"

struct call {
    struct sim *sim;
    struct arena *arena;
    struct global_topology *topology;
    const struct tls_client *dials;
    struct vtctl_flags flags;
    const struct texts *words; /* the arguments behind the command */
};

struct command_row {
    const char *name;
    size_t least, most; /* arguments */
    const char *const *flags;
    struct vtctl_result (*run)(struct call *call);
};

static struct vtctl_result prints(const char *text)
{
    return (struct vtctl_result){true, text};
}

static struct vtctl_result nothing(struct call *call)
{
    (void)call;
    return prints("");
}

static struct vtctl_result fails(struct call *call, const char *code, const char *text)
{
    return (
        struct vtctl_result){false, fmt(call->arena, "rpc error: code = %s desc = %s", code, text)};
}

static struct vtctl_result no_node(struct call *call, const char *path)
{
    return fails(call, "NotFound", fmt(call->arena, "node doesn't exist: %s", path));
}

static const char *argument(const struct call *call, size_t index)
{
    return index < call->words->count ? call->words->at[index] : NULL;
}

static bool given(const struct call *call, const char *name)
{
    return text_equal(vtctl_flag(&call->flags, name), "true");
}

/* --- cells --- */

static struct vtctl_result update_cell(struct call *call)
{
    const char *name = table_name(&call->sim->names, argument(call, 0));
    const char *address = vtctl_flag(&call->flags, "server-address");

    table_put(&call->topology->cells,
        name,
        table_name(&call->sim->names, address == NULL ? "" : address));
    kubelet_wake(call->sim);
    return nothing(call);
}

static struct vtctl_result delete_cell(struct call *call)
{
    const char *name = argument(call, 0);

    if (table_get(&call->topology->cells, name) == NULL)
        return no_node(call, fmt(call->arena, "cells/%s/CellInfo", name));
    table_remove(&call->topology->cells, name);
    return nothing(call);
}

static struct vtctl_result get_cell(struct call *call)
{
    const char *address = table_get(&call->topology->cells, argument(call, 0));

    if (address == NULL)
        return no_node(call, fmt(call->arena, "cells/%s/CellInfo", argument(call, 0)));
    return prints(fmt(call->arena, "{\n  \"server_address\": \"%s\"\n}\n", address));
}

static struct vtctl_result get_cells(struct call *call)
{
    struct text out = {.arena = call->arena};
    struct table_row *row;

    table_each (&call->topology->cells, row)
        text_addf(&out, "%s\n", row->key);
    return prints(text_string(&out));
}

/* The alias other than `name` that has a cell of `cells`, or NULL. */
static const char *overlapping_alias(struct call *call, const char *name, const char *cells)
{
    struct table_row *row;

    table_each (&call->topology->aliases, row) {
        const struct texts others = texts_listed(call->arena, row->value);

        for (size_t i = 0; row->key != name && i < others.count; i++) {
            if (text_lists(cells, others.at[i]))
                return row->key;
        }
    }
    return NULL;
}

static struct vtctl_result put_alias(struct call *call, const char *name)
{
    const char *cells = vtctl_flag(&call->flags, "cells");
    const char *other;

    cells = cells == NULL ? "" : cells;
    other = overlapping_alias(call, name, cells);
    if (other != NULL)
        return fails(call,
            "Unknown",
            fmt(call->arena,
                "cells alias %s is not valid: cell set overlaps with existing alias %s",
                name,
                other));
    table_put(&call->topology->aliases, name, table_name(&call->sim->names, cells));
    kubelet_wake(call->sim);
    return nothing(call);
}

static struct vtctl_result add_alias(struct call *call)
{
    const char *name = table_name(&call->sim->names, argument(call, 0));

    if (table_get(&call->topology->aliases, name) != NULL)
        return fails(call,
            "AlreadyExists",
            fmt(call->arena, "node already exists: cells_aliases/%s/CellsAlias", name));
    return put_alias(call, name);
}

/* Makes the alias where there is none. */
static struct vtctl_result update_alias(struct call *call)
{
    return put_alias(call, table_name(&call->sim->names, argument(call, 0)));
}

static struct vtctl_result get_aliases(struct call *call)
{
    json_t *aliases = json_new_map();
    struct table_row *row;

    table_each (&call->topology->aliases, row) {
        const struct texts listed = texts_listed(call->arena, row->value);
        json_t *cells = json_new_list();

        for (size_t i = 0; i < listed.count; i++)
            json_add_text(cells, listed.at[i]);
        json_put(aliases, row->key, object(call->arena, F("cells", cells)));
    }
    return prints(fmt(call->arena, "%s\n", json_write(call->arena, aliases, NULL)));
}

static struct vtctl_result delete_alias(struct call *call)
{
    table_remove(&call->topology->aliases, argument(call, 0));
    return nothing(call);
}

/* --- keyspaces --- */

static bool known_policy(const char *policy)
{
    static const char *const policies[] = {"none",
        "semi_sync",
        "semi_sync_with_rdonly_ack",
        "cross_cell",
        "cross_cell_with_rdonly_ack",
        NULL};

    for (const char *const *row = policies; *row != NULL; row++) {
        if (text_equal(*row, policy))
            return true;
    }
    return false;
}

static void touch_keyspace(struct call *call, const char *keyspace)
{
    struct table_row *row;

    kubelet_wake(call->sim);
    table_each (&call->topology->shards, row) {
        struct shard_record *shard = row->value;

        if (text_equal(shard->keyspace, keyspace))
            vitess_touch(call->sim, shard);
    }
}

static struct vtctl_result set_policy(struct call *call, const char *name, const char *policy)
{
    if (!known_policy(policy))
        return fails(call,
            "InvalidArgument",
            fmt(call->arena, "durability policy <%s> is not a valid policy", policy));
    vitess_keyspace(call->sim, call->topology, name)->durability =
        table_name(&call->sim->names, policy);
    touch_keyspace(call, name);
    return nothing(call);
}

/* --force makes an existing keyspace no error, but changes nothing of it. */
static struct vtctl_result create_keyspace(struct call *call)
{
    const char *name = argument(call, 0);
    const char *policy = vtctl_flag(&call->flags, "durability-policy");
    struct table_row *row;

    /* An empty vschema for it, in each cell. */
    table_each (&call->topology->cells, row)
        table_put(&call->topology->vschemas, row->key, call->topology);
    if (table_get(&call->topology->keyspaces, name) != NULL)
        return given(call, "force")
                   ? nothing(call)
                   : fails(call,
                         "AlreadyExists",
                         fmt(call->arena, "node already exists: keyspaces/%s/Keyspace", name));
    return set_policy(call, name, policy == NULL ? "none" : policy);
}

static struct vtctl_result set_durability(struct call *call)
{
    const char *name = argument(call, 0);
    const char *policy = vtctl_flag(&call->flags, "durability-policy");

    if (table_get(&call->topology->keyspaces, name) == NULL)
        return no_node(call, fmt(call->arena, "keyspaces/%s/Keyspace", name));
    return set_policy(call, name, policy == NULL ? "none" : policy);
}

static struct vtctl_result get_keyspace(struct call *call)
{
    const struct keyspace_record *keyspace =
        table_get(&call->topology->keyspaces, argument(call, 0));

    if (keyspace == NULL)
        return no_node(call, fmt(call->arena, "keyspaces/%s/Keyspace", argument(call, 0)));
    return prints(fmt(call->arena,
        "{\n  \"name\": \"%s\",\n  \"keyspace\": {\n    \"durability_policy\": \"%s\"\n  }\n}\n",
        keyspace->name,
        keyspace->durability));
}

/* --- shards --- */

static struct shard_record *shard_of(struct call *call)
{
    struct shard_record *shard = table_get(&call->topology->shards, argument(call, 0));

    return shard != NULL && shard->listed ? shard : NULL;
}

static struct vtctl_result no_shard(struct call *call)
{
    const char *path = argument(call, 0);
    const char *slash = strchr(path, '/');

    return no_node(call,
        fmt(call->arena,
            "keyspaces/%.*s/shards/%s/Shard",
            slash == NULL ? 0 : (int)(slash - path),
            path,
            slash == NULL ? path : slash + 1));
}

static const char *alias_json(struct arena *arena, const struct tablet *tablet)
{
    if (tablet == NULL)
        return "null";
    return fmt(arena,
        "{\n      \"cell\": \"%s\",\n      \"uid\": %lu\n    }",
        tablet->cell,
        strtoul(strrchr(tablet->alias, '-') + 1, NULL, 10));
}

static struct vtctl_result get_shard(struct call *call)
{
    const struct shard_record *shard = shard_of(call);

    if (shard == NULL)
        return no_shard(call);
    return prints(fmt(call->arena,
        "{\n  \"keyspace\": \"%s\",\n  \"name\": \"%s\",\n  \"shard\": {\n"
        "    \"primary_alias\": %s,\n    \"is_primary_serving\": %s\n  }\n}\n",
        shard->keyspace,
        shard->name,
        alias_json(call->arena, shard->primary),
        shard->serving ? "true" : "false"));
}

static struct vtctl_result set_serving(struct call *call)
{
    struct shard_record *shard = shard_of(call);

    if (shard == NULL)
        return no_shard(call);
    shard->serving = text_equal(argument(call, 1), "true");
    vitess_touch(call->sim, shard);
    return nothing(call);
}

static void forget_tablet(struct call *call, struct tablet *tablet)
{
    tablet->listed = false;
    vitess_touch(call->sim, tablet->shard);
}

static void forget_shard(struct call *call, struct shard_record *shard)
{
    for (struct tablet *tablet = shard->tablets; tablet != NULL; tablet = tablet->next)
        forget_tablet(call, tablet);
    shard->listed = shard->serving = false;
    shard->primary = NULL;
    vitess_touch(call->sim, shard);
}

static struct vtctl_result delete_shards(struct call *call)
{
    struct shard_record *shard = shard_of(call);

    if (shard == NULL)
        return given(call, "force") ? nothing(call) : no_shard(call);
    for (struct tablet *tablet = shard->tablets; tablet != NULL; tablet = tablet->next) {
        if (tablet->listed && !given(call, "recursive"))
            return fails(call, "FailedPrecondition", "shard still has tablets");
    }
    forget_shard(call, shard);
    return nothing(call);
}

static struct vtctl_result delete_keyspace(struct call *call)
{
    const char *keyspace = argument(call, 0);
    struct table_row *row;

    if (table_get(&call->topology->keyspaces, keyspace) == NULL)
        return no_node(call, fmt(call->arena, "keyspaces/%s/Keyspace", keyspace));
    table_each (&call->topology->shards, row) {
        struct shard_record *shard = row->value;

        if (!shard->listed || !text_equal(shard->keyspace, keyspace))
            continue;
        if (!given(call, "recursive"))
            return fails(call, "FailedPrecondition", "keyspace still has shards");
        forget_shard(call, shard);
    }
    table_each (&call->topology->cells, row)
        table_remove(&call->topology->served, fmt(call->arena, "%s/%s", keyspace, row->key));
    table_remove(&call->topology->keyspaces, keyspace);
    return nothing(call);
}

static void serve_in(struct call *call, const char *keyspace, const char *cell)
{
    table_put(&call->topology->served,
        table_name(&call->sim->names, fmt(call->arena, "%s/%s", keyspace, cell)),
        call->topology);
}

/* The record of a keyspace as vtgates of these cells (or of all) see it, made from its shards. */
static struct vtctl_result rebuild_keyspaces(struct call *call)
{
    const char *cells = vtctl_flag(&call->flags, "cells");
    struct table_row *row;

    for (size_t i = 0; i < call->words->count; i++) {
        const char *keyspace = argument(call, i);

        if (table_get(&call->topology->keyspaces, keyspace) == NULL)
            return no_node(call, fmt(call->arena, "keyspaces/%s/Keyspace", keyspace));
        table_each (&call->topology->cells, row) {
            if (cells == NULL || text_lists(cells, row->key))
                serve_in(call, keyspace, row->key);
        }
    }
    return nothing(call);
}

static struct vtctl_result rebuild_vschemas(struct call *call)
{
    const char *cells = vtctl_flag(&call->flags, "cells");
    struct table_row *row;

    table_each (&call->topology->cells, row) {
        if (cells == NULL || text_lists(cells, row->key))
            table_put(&call->topology->vschemas, row->key, call->topology);
    }
    return nothing(call);
}

/* Why one of the shards cannot be taken out of the cell, or NULL
 * (go/vt/vtctl/grpcvtctldserver/topo.go, removeShardCell). */
static const char *shard_stays_in(struct call *call, const char *keyspace, const char *cell)
{
    struct table_row *row;

    table_each (&call->topology->shards, row) {
        const struct shard_record *shard = row->value;

        if (!shard->listed || !text_equal(shard->keyspace, keyspace))
            continue;
        if (!shard->serving)
            return fmt(call->arena,
                "cannot remove cell %s from shard %s: shard %s does not have serving cell %s",
                cell,
                row->key,
                row->key,
                cell);
        if (shard->primary != NULL && text_equal(shard->primary->cell, cell))
            return fmt(call->arena,
                "cannot remove cell %s from shard %s: cannot remove cell %s; shard primary %s is "
                "in cell",
                cell,
                row->key,
                cell,
                shard->primary->alias);
    }
    return NULL;
}

static struct vtctl_result remove_cell(struct call *call)
{
    const char *keyspace = argument(call, 0), *cell = argument(call, 1);
    const char *served = fmt(call->arena, "%s/%s", keyspace, cell);
    const char *refused;
    struct table_row *row;

    if (table_get(&call->topology->keyspaces, keyspace) == NULL)
        return no_node(call, fmt(call->arena, "keyspaces/%s/shards/", keyspace));
    table_each (&call->topology->tablets, row) {
        struct tablet *tablet = row->value;

        if (!tablet->listed || !text_equal(tablet->cell, cell) ||
            !text_equal(tablet->shard->keyspace, keyspace))
            continue;
        if (!given(call, "recursive"))
            return fails(call,
                "FailedPrecondition",
                fmt(call->arena,
                    "cannot remove cell %s from shard %s/%s: cell %s has 1 possible tablets in "
                    "replication graph",
                    cell,
                    keyspace,
                    tablet->shard->name,
                    cell));
        forget_tablet(call, tablet);
    }
    refused = shard_stays_in(call, keyspace, cell);
    if (refused != NULL)
        return fails(call, "FailedPrecondition", refused);
    if (table_get(&call->topology->served, served) == NULL)
        return fails(call,
            "NotFound",
            fmt(call->arena,
                "cannot delete SrvKeyspace from cell %s for keyspace %s: node doesn't exist: "
                "keyspaces/%s/SrvKeyspace",
                cell,
                keyspace,
                keyspace));
    table_remove(&call->topology->served, served);
    return nothing(call);
}

/* --- what is served in cells --- */

static bool asks_cell(const struct call *call, size_t first, const char *cell)
{
    for (size_t i = first; i < call->words->count; i++) {
        if (text_equal(argument(call, i), cell))
            return true;
    }
    return call->words->count <= first;
}

/* Of all shards of a keyspace those that serve: what a switch of the traffic changes. */
static const json_t *serving_shards(struct call *call, const char *keyspace)
{
    json_t *list = json_new_list();
    struct table_row *row;

    table_each (&call->topology->shards, row) {
        const struct shard_record *shard = row->value;

        if (shard->listed && shard->serving && text_equal(shard->keyspace, keyspace))
            json_add(list, object(call->arena, F("name", shard->name)));
    }
    return list;
}

static const json_t *srv_keyspace(struct call *call, const char *keyspace)
{
    static const char *const types[] = {"PRIMARY", "REPLICA", "RDONLY"};
    json_t *partitions = json_new_list();

    for (size_t i = 0; i < sizeof(types) / sizeof(*types); i++)
        json_add(partitions,
            object(call->arena,
                F("served_type", types[i]),
                F("shard_references", serving_shards(call, keyspace))));
    return object(call->arena, F("partitions", partitions));
}

static bool is_served(const struct call *call, const char *keyspace, const char *cell)
{
    return table_get(&call->topology->served, fmt(call->arena, "%s/%s", keyspace, cell)) != NULL;
}

/* As encoding/json indents it, which lines of scripts rely on. */
static struct vtctl_result prints_json(struct call *call, const json_t *value)
{
    return prints(json_write_pretty(call->arena, value));
}

static struct vtctl_result get_srv_keyspaces(struct call *call)
{
    const char *keyspace = argument(call, 0);
    json_t *cells = json_new_map();
    struct table_row *row;

    table_each (&call->topology->cells, row) {
        /* Where there is none the real one has null. */
        if (asks_cell(call, 1, row->key) && is_served(call, keyspace, row->key))
            json_put(cells, row->key, srv_keyspace(call, keyspace));
    }
    return prints_json(call, cells);
}

static struct vtctl_result get_srv_keyspace_names(struct call *call)
{
    json_t *cells = json_new_map();
    struct table_row *cell, *keyspace;

    table_each (&call->topology->cells, cell) {
        json_t *names = json_new_list();

        table_each (&call->topology->keyspaces, keyspace) {
            if (is_served(call, keyspace->key, cell->key))
                json_add_text(names, keyspace->key);
        }
        if (asks_cell(call, 0, cell->key))
            json_put(cells,
                cell->key,
                object(call->arena, OPT("names", json_array_size(names) == 0 ? NULL : names)));
    }
    return prints_json(call, cells);
}

/* --- tablets --- */

/* vitessio/vitess go/cmd/vtctldclient/cli/awk.go MarshalTabletAWK. */
static const char *awk_line(struct arena *arena, const struct tablet *tablet)
{
    const char *host = tablet->alive && tablet->hostname != NULL ? tablet->hostname : "";

    return fmt(arena,
        "%s %s %s %s %s:%d %s:%d [] %s\n",
        tablet->alias,
        tablet->shard->keyspace,
        tablet->shard->name,
        tablet_type_name(tablet->type),
        host,
        tablet->alive ? 15000 : 0,
        host,
        tablet->alive ? 3306 : 0,
        tablet->term == 0 ? "<null>" : clock_text(arena, tablet->term));
}

/* "zone1-100" and "zone1-0000000100" are the same. */
static bool same_alias(const char *alias, const char *full)
{
    const char *dash = strrchr(alias, '-'), *other = strrchr(full, '-');

    return dash != NULL && dash - alias == other - full &&
           strncmp(alias, full, (size_t)(dash - alias)) == 0 &&
           strtoul(dash + 1, NULL, 10) == strtoul(other + 1, NULL, 10);
}

static bool alias_listed(struct arena *arena, const char *list, const char *full)
{
    const struct texts aliases = texts_listed(arena, list);

    for (size_t i = 0; i < aliases.count; i++) {
        if (same_alias(aliases.at[i], full))
            return true;
    }
    return false;
}

static bool asked_for(struct call *call, const struct tablet *tablet)
{
    const char *aliases = vtctl_flag(&call->flags, "tablet-alias");
    const char *cells = vtctl_flag(&call->flags, "cell");
    const char *keyspace = vtctl_flag(&call->flags, "keyspace");
    const char *shard = vtctl_flag(&call->flags, "shard");
    const char *type = vtctl_flag(&call->flags, "tablet-type");

    if (!tablet->listed)
        return false;
    if (aliases != NULL)
        return alias_listed(call->arena, aliases, tablet->alias);
    return (cells == NULL || text_lists(cells, tablet->cell)) &&
           (keyspace == NULL || text_equal(keyspace, tablet->shard->keyspace)) &&
           (shard == NULL || text_equal(shard, tablet->shard->name)) &&
           (type == NULL || strcasecmp(type, tablet_type_name(tablet->type)) == 0);
}

static struct vtctl_result get_tablets(struct call *call)
{
    struct texts lines = {.arena = call->arena};
    struct table_row *row;

    if (vtctl_flag(&call->flags, "shard") != NULL && vtctl_flag(&call->flags, "keyspace") == NULL)
        return fails(call, "InvalidArgument", "--shard requires --keyspace");
    table_each (&call->topology->tablets, row) {
        if (asked_for(call, row->value))
            texts_add(&lines, awk_line(call->arena, row->value));
    }
    texts_sort(&lines);
    return prints(texts_join(&lines, ""));
}

/* Line by line as GetTablets, with position and lag. A tablet that cannot be reached at once fails
 * all of it (vitessio/vitess go/vt/vtctl/grpcvtctldserver/server.go ShardReplicationPositions). */
static struct vtctl_result replication_positions(struct call *call)
{
    const struct shard_record *shard = shard_of(call);
    struct texts lines = {.arena = call->arena};

    if (shard == NULL)
        return no_shard(call);
    for (const struct tablet *tablet = shard->tablets; tablet != NULL; tablet = tablet->next) {
        const char *line = awk_line(call->arena, tablet);
        bool known = tablet->type == TABLET_PRIMARY || tablet->replicating;

        if (!tablet->listed)
            continue;
        if (!tablet->alive)
            return fails(call,
                "Unknown",
                fmt(call->arena,
                    "ReplicationStatus(%s) failed: connection refused",
                    tablet->alias));
        texts_add(&lines,
            fmt(call->arena,
                "%.*s%s\n",
                (int)strlen(line) - 1,
                line,
                known ? " MySQL56/16b1039f-22b6-11ed-b765-0a43f95f28a3:1-100 0"
                      : "<err> <err> <err>"));
    }
    texts_sort(&lines);
    return prints(texts_join(&lines, ""));
}

/* An RPC to it fails, with this text. */
static const char *refusal(const struct call *call, const struct tablet *tablet)
{
    return call->dials == NULL ? NULL : tls_refusal(tablet->listens, *call->dials);
}

static struct vtctl_result unreachable(struct call *call, const struct tablet *tablet)
{
    return fails(call,
        "Unavailable",
        fmt(call->arena,
            "tablet %s: connection error: desc = \"%s\"",
            tablet->alias,
            refusal(call, tablet)));
}

static struct tablet *tablet_of(struct call *call, const char *alias)
{
    struct table_row *row;

    table_each (&call->topology->tablets, row) {
        struct tablet *tablet = row->value;

        if (tablet->listed && alias != NULL && same_alias(alias, tablet->alias))
            return tablet;
    }
    return NULL;
}

static struct vtctl_result delete_tablets(struct call *call)
{
    for (size_t i = 0; i < call->words->count; i++) {
        struct tablet *tablet = tablet_of(call, argument(call, i));

        if (tablet == NULL)
            return no_node(call, fmt(call->arena, "tablets/%s/Tablet", argument(call, i)));
        if (tablet->type == TABLET_PRIMARY && tablet->shard->primary == tablet &&
            !given(call, "allow-primary"))
            return fails(call,
                "FailedPrecondition",
                fmt(call->arena,
                    "cannot delete tablet %s as it is a primary, pass AllowPrimary = true",
                    tablet->alias));
        forget_tablet(call, tablet);
    }
    return prints(fmt(call->arena, "Successfully deleted %zu tablets\n", call->words->count));
}

static struct vtctl_result change_type(struct call *call)
{
    struct tablet *tablet = tablet_of(call, argument(call, 0));

    if (tablet == NULL)
        return no_node(call, fmt(call->arena, "tablets/%s/Tablet", argument(call, 0)));
    for (enum tablet_type type = TABLET_REPLICA; type <= TABLET_DRAINED; type++) {
        if (strcasecmp(tablet_type_name(type), argument(call, 1)) == 0)
            tablet->type = type;
    }
    vitess_touch(call->sim, tablet->shard);
    return nothing(call);
}

/* What its mysqld makes of a statement is not modelled. */
static struct vtctl_result execute(struct call *call)
{
    const struct tablet *tablet = tablet_of(call, argument(call, 0));

    if (tablet == NULL)
        return no_node(call, fmt(call->arena, "tablets/%s/Tablet", argument(call, 0)));
    if (!tablet->alive)
        return fails(call,
            "Unavailable",
            fmt(call->arena, "tablet %s cannot be reached", tablet->alias));
    if (refusal(call, tablet) != NULL)
        return unreachable(call, tablet);
    world_note(call->sim, "%s executes %s", tablet->alias, argument(call, 1));
    return nothing(call);
}

/* --- PlannedReparentShard --- */

/* Without --allow-cross-cell-promotion only tablets of the primary's cell are candidates. */
static struct tablet *reparent_target(struct call *call, const struct shard_record *shard,
    const char *avoid)
{
    bool cross = given(call, "allow-cross-cell-promotion");
    struct tablet *best = NULL;

    for (struct tablet *tablet = shard->tablets; tablet != NULL; tablet = tablet->next) {
        bool near = shard->primary == NULL || tablet->cell == shard->primary->cell;
        bool nearer;

        if (!tablet_is_candidate(tablet) || (!near && !cross) ||
            (avoid != NULL && same_alias(avoid, tablet->alias)))
            continue;
        if (shard->primary != NULL && (tablet == shard->primary || !tablet->replicating))
            continue;
        nearer =
            best != NULL && near && shard->primary != NULL && best->cell != shard->primary->cell;
        if (best == NULL || nearer ||
            (strcmp(tablet->alias, best->alias) < 0 &&
                near == (shard->primary == NULL || best->cell == shard->primary->cell)))
            best = tablet;
    }
    return best;
}

static void note_avoided(struct call *call, const struct shard_record *shard, const char *avoid)
{
    for (struct tablet *tablet = shard->tablets; tablet != NULL; tablet = tablet->next) {
        if (avoid != NULL && same_alias(avoid, tablet->alias))
            tablet->avoided = tablet->pod_uid;
    }
    (void)call;
}

static struct vtctl_result reparent_to(struct call *call, struct shard_record *shard,
    struct tablet *target)
{
    struct tablet *old = shard->primary;

    if (target == NULL)
        return fails(call,
            "Internal",
            "cannot find a tablet to reparent to: the others are not replicating, or not in the "
            "same "
            "cell as the previous primary");
    if (refusal(call, target) != NULL)
        return unreachable(call, target);
    if (old != NULL && refusal(call, old) != NULL)
        return unreachable(call, old);
    if (old != NULL && !old->alive)
        return fails(call,
            "Unavailable",
            fmt(call->arena, "primary %s cannot be reached", old->alias));
    world_note(call->sim,
        "PlannedReparentShard moves the primary of %s/%s from %s to %s",
        shard->keyspace,
        shard->name,
        old == NULL ? "nowhere" : old->alias,
        target->alias);
    call->sim->vitess->planned++;
    vitess_promote(call->sim, target);
    /* Its replication is set up before the command ends. */
    if (old != NULL)
        old->replicating = true;
    return nothing(call);
}

static struct vtctl_result planned_reparent(struct call *call)
{
    struct shard_record *shard = shard_of(call);
    const char *avoid = vtctl_flag(&call->flags, "avoid-primary");
    const char *wanted = vtctl_flag(&call->flags, "new-primary");
    struct vtctl_result result = {true, ""};

    if (shard == NULL)
        return no_shard(call);
    if (wanted != NULL) {
        struct tablet *target = tablet_of(call, wanted);

        if (target != shard->primary)
            result = reparent_to(call, shard, target);
    } else if (avoid == NULL ||
               (shard->primary != NULL && same_alias(avoid, shard->primary->alias))) {
        result = reparent_to(call, shard, reparent_target(call, shard, avoid));
    }
    /* Where the tablet to avoid is not primary there is nothing to do. */
    if (result.well)
        note_avoided(call, shard, avoid);
    return result;
}

/* The one before becomes what it was started as, once it has seen the record of the shard
 * (vitessio/vitess go/vt/vttablet/tabletmanager/shard_sync.go). */
static void appoint(struct call *call, struct tablet *tablet)
{
    struct tablet *old = tablet->shard->primary;

    world_note(call->sim,
        "TabletExternallyReparented makes %s the primary of %s/%s, which was %s",
        tablet->alias,
        tablet->shard->keyspace,
        tablet->shard->name,
        old == NULL ? "nobody" : old->alias);
    call->sim->vitess->planned += old != NULL;
    if (old != NULL)
        old->avoided = old->pod_uid;
    vitess_promote(call->sim, tablet);
}

static struct vtctl_result externally_reparented(struct call *call)
{
    struct tablet *tablet = tablet_of(call, argument(call, 0));
    const char *old;

    if (tablet == NULL)
        return no_node(call, fmt(call->arena, "tablets/%s/Tablet", argument(call, 0)));
    if (!tablet->alive)
        return fails(call,
            "Unavailable",
            fmt(call->arena, "tablet %s cannot be reached", tablet->alias));
    if (refusal(call, tablet) != NULL)
        return unreachable(call, tablet);
    old = alias_json(call->arena, tablet->shard->primary);
    if (tablet->type != TABLET_PRIMARY)
        appoint(call, tablet);
    return prints(fmt(call->arena,
        "{\n  \"keyspace\": \"%s\",\n  \"shard\": \"%s\",\n  \"old_primary\": %s\n}\n",
        tablet->shard->keyspace,
        tablet->shard->name,
        old));
}

/* --- the commands --- */

#define FLAGS(...) ((const char *const[]){__VA_ARGS__, NULL})
#define NO_FLAGS ((const char *const[]){NULL})

static struct vtctl_result dispatch(struct call *call, const struct command_row *rows,
    const char *const *words)
{
    for (; rows->name != NULL; rows++) {
        if (strcasecmp(rows->name, words[0]) != 0)
            continue;
        call->flags = vtctl_split(call->arena, words + 1, rows->flags, true);
        call->words = &call->flags.words;
        if (call->flags.fault != NULL)
            return (struct vtctl_result){false, fmt(call->arena, "Error: %s", call->flags.fault)};
        if (call->words->count < rows->least || call->words->count > rows->most)
            return (struct vtctl_result){false,
                fmt(call->arena,
                    "Error: accepts between %zu and %zu arg(s), received %zu",
                    rows->least,
                    rows->most,
                    call->words->count)};
        return rows->run(call);
    }
    return (struct vtctl_result){false,
        fmt(call->arena, "Error: unknown command \"%s\" for \"vtctldclient\"", words[0])};
}

struct vtctl_result vtctl_run(struct sim *sim, struct global_topology *topology,
    const struct tls_client *dials, const char *const *words)
{
    struct call call = {.sim = sim, .arena = sim->objects, .topology = topology, .dials = dials};
    const struct command_row rows[] = {
        {"AddCellInfo", 1, 1, FLAGS("r|root=", "a|server-address="), update_cell},
        {"AddCellsAlias", 1, 1, FLAGS("c|cells="), add_alias},
        {"ChangeTabletType", 2, 2, FLAGS("d|dry-run"), change_type},
        {"CreateKeyspace",
            1,
            1,
            FLAGS("f|force",
                "e|allow-empty-vschema",
                "durability-policy=",
                "sidecar-db-name=",
                "type=",
                "base-keyspace=",
                "snapshot-timestamp="),
            create_keyspace},
        {"DeleteCellInfo", 1, 1, FLAGS("force"), delete_cell},
        {"DeleteCellsAlias", 1, 1, NO_FLAGS, delete_alias},
        {"DeleteKeyspace", 1, 1, FLAGS("r|recursive", "f|force"), delete_keyspace},
        {"DeleteShards", 1, 1, FLAGS("r|recursive", "f|force", "even-if-serving"), delete_shards},
        {"DeleteTablets", 1, SIZE_MAX, FLAGS("p|allow-primary"), delete_tablets},
        {"ExecuteFetchAsDBA",
            2,
            2,
            FLAGS("max-rows=", "j|json", "disable-binlogs", "reload-schema"),
            execute},
        {"GetCellInfo", 1, 1, NO_FLAGS, get_cell},
        {"GetCellInfoNames", 0, 0, NO_FLAGS, get_cells},
        {"GetCellsAliases", 0, 0, NO_FLAGS, get_aliases},
        {"GetKeyspace", 1, 1, NO_FLAGS, get_keyspace},
        {"GetShard", 1, 1, NO_FLAGS, get_shard},
        {"GetSrvKeyspaceNames", 0, SIZE_MAX, NO_FLAGS, get_srv_keyspace_names},
        {"GetSrvKeyspaces", 1, SIZE_MAX, NO_FLAGS, get_srv_keyspaces},
        {"GetTablets",
            0,
            0,
            FLAGS("t|tablet-alias=",
                "c|cell=",
                "k|keyspace=",
                "s|shard=",
                "tablet-type=",
                "strict",
                "format="),
            get_tablets},
        {"PlannedReparentShard",
            1,
            1,
            FLAGS("new-primary=",
                "avoid-primary=",
                "expected-primary=",
                "wait-replicas-timeout=",
                "tolerable-replication-lag=",
                "allow-cross-cell-promotion"),
            planned_reparent},
        {"RebuildKeyspaceGraph",
            1,
            SIZE_MAX,
            FLAGS("c|cells=", "allow-partial"),
            rebuild_keyspaces},
        {"RebuildVSchemaGraph", 0, 0, FLAGS("c|cells="), rebuild_vschemas},
        {"RemoveKeyspaceCell", 2, 2, FLAGS("f|force", "r|recursive"), remove_cell},
        {"SetKeyspaceDurabilityPolicy", 1, 1, FLAGS("durability-policy="), set_durability},
        {"SetShardIsPrimaryServing", 2, 2, NO_FLAGS, set_serving},
        {"ShardReplicationPositions", 1, 1, NO_FLAGS, replication_positions},
        {"TabletExternallyReparented", 1, 1, NO_FLAGS, externally_reparented},
        {"UpdateCellInfo", 1, 1, FLAGS("r|root=", "a|server-address="), update_cell},
        {"UpdateCellsAlias", 1, 1, FLAGS("c|cells="), update_alias},
        {NULL, 0, 0, NULL, NULL},
    };

    if (words[0] == NULL)
        return (struct vtctl_result){false, "Error: no command"};
    return dispatch(&call, rows, words);
}
