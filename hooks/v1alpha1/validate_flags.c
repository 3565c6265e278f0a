#include "validate.h"
#include "pools.h"

#include <string.h>

/* Flags of users: what Vitess does not have, and what is the operator's to set. What the operator
 * gives by itself is asked of the builders, as for overrides, so that a flag that repeats it is no
 * problem. */

#define ANY "x"

static struct place place_in(const struct validation *v, const char *cell)
{
    const struct topology_spec *topology = v1_cluster_topology(v->request, v->spec);
    const char *name = object_name(v->request->parent);
    struct place place = {
        .keys = &v1_keys,
        .namespace = object_namespace(v->request->parent),
        .cluster = name == NULL ? ANY : name,
        .cell = cell == NULL ? ANY : cell,
        .labels = json_new_map(),
        .selector = json_new_map(),
        .topology = {"etcd2", ANY, "/", NULL, NULL, NULL},
    };

    if (place.namespace == NULL)
        place.namespace = ANY;
    if (topology != NULL)
        place.topology = (struct topology){.implementation = topology->implementation,
            .addresses = topology->addresses,
            .global_root = topology->global_root};
    return place;
}

/* The arguments of a container of a Deployment, StatefulSet or Pod. */
static const json_t *arguments_of(const json_t *workload, const char *container)
{
    const json_t *spec = json_at(workload, "spec", "template", "spec");
    const json_t *pod = spec == NULL ? json_at(workload, "spec") : spec;
    const char *const lists[] = {"containers", "initContainers"};
    const json_t *item;

    for (size_t list = 0; list < 2; list++) {
        json_each_item (json_at(pod, lists[list]), i, item) {
            if (text_equal(json_text_at(item, "name"), container))
                return json_at(item, "args");
        }
    }
    return NULL;
}

/* As the user spells it. */
static const char *path_of(const struct validation *v, const char *path, const json_t *flags,
    const char *flag)
{
    const json_t *value;
    const char *key;

    json_each_field (flags, key, value) {
        if (text_equal(flag_name(v->arena, key), flag))
            flag = key;
    }
    return fmt(v->arena, "%s.%s", path, flag);
}

/* The port that a user says; 0: none. What is no port has a problem already. */
static unsigned said_port(const struct validation *v, const json_t *flags, const char *flag)
{
    const json_t *said = flag_value(v->arena, flags, flag);
    json_t *list = json_new_list();
    unsigned port;

    if (said == NULL)
        return 0;
    json_add_text(list, fmt(v->arena, "--%s=%s", flag, json_string_value(said)));
    port = flag_port(list, flag);
    return port == 1 ? 0 : port;
}

/* Network policies know ports by number: a name in an init container, such as MySQL's, is not known
 * to every network plugin. */
static void check_let_in(const struct validation *v, const json_t *own, const json_t *flags,
    const char *path)
{
    static const char *const ports[] = {"port",
        "grpc-port",
        "mysql-server-port",
        "mysql-port",
        "addr"};

    if (v->spec->network_policy == NULL || !v->spec->network_policy->enabled)
        return;
    for (size_t i = 0; i < sizeof(ports) / sizeof(*ports); i++) {
        const unsigned port = flag_port(own, ports[i]);
        const unsigned said = said_port(v, flags, ports[i]);

        if (said != 0 && said != port)
            problem_add(v->problems,
                path_of(v, path, flags, ports[i]),
                "must stay %u, which spec.networkPolicy lets in, got %s",
                port,
                json_brief(v->arena, flag_value(v->arena, flags, ports[i])));
    }
}

static void check(const struct validation *v, const char *binary, unsigned version,
    const json_t *own, const json_t *flags, const char *block)
{
    const char *path = fmt(v->arena, "%s.flags", block);

    flags_check(binary, version, own, flags, path, v->problems);
    check_let_in(v, own, flags, path);
}

/* --- ports of one Pod --- */

/* Its containers have one network: who comes second to a port does not start. */
struct port {
    unsigned number;
    const char *flag, *program;
    const char *path; /* where the user says it; NULL: it is the operator's */
};

struct ports {
    const struct validation *v;
    struct port at[4];
    size_t count;
};

static void check_port(const struct ports *ports, const struct port *one, const struct port *other)
{
    if (one->number != other->number || (one->path == NULL && other->path == NULL))
        return;
    if (one->path == NULL)
        check_port(ports, other, one);
    else
        problem_add(ports->v->problems,
            one->path,
            "must differ from %s of %s in the same Pod, got %u",
            other->flag,
            other->program,
            one->number);
}

static void add_port(struct ports *ports, const char *program, const json_t *own,
    const json_t *flags, const char *flag, const char *block)
{
    const unsigned said = said_port(ports->v, flags, flag);
    const struct port port = {said == 0 ? flag_port(own, flag) : said,
        flag,
        program,
        said == 0 ? NULL : path_of(ports->v, fmt(ports->v->arena, "%s.flags", block), flags, flag)};

    for (size_t i = 0; i < ports->count; i++)
        check_port(ports, &port, &ports->at[i]);
    ports->at[ports->count++] = port;
}

/* --- what a cell has --- */

static void check_etcd(const struct validation *v, const struct cell_item *cell)
{
    struct etcd etcd = {.place = place_in(v, cell->name),
        .name = fmt(v->arena, "%s-%s-etcd", object_name(v->request->parent), cell->name),
        .image = ANY};

    if (cell->etcd == NULL || json_object_size(cell->etcd->flags) == 0)
        return;
    etcd.size = cell->etcd->size;
    etcd.tls_secret = cell->etcd->tls == NULL ? NULL : ANY;
    check(v,
        "etcd",
        etcd_release(etcd_image_or_newer(v->arena, cell->etcd->image, cell->etcd->version, NULL)),
        arguments_of(etcd_statefulset(v->arena, &etcd), "etcd"),
        cell->etcd->flags,
        fmt(v->arena, "%s.etcd", cell->path));
}

static void check_vtctld(const struct validation *v, const struct cell_item *cell)
{
    const char *path = fmt(v->arena, "%s.vtctld", cell->path);
    struct vtctld vtctld = {.place = place_in(v, cell->name), .name = ANY};
    struct ports ports = {.v = v};
    const json_t *own;

    if (cell->vtctld == NULL || json_object_size(cell->vtctld->flags) == 0)
        return;
    vtctld.image = v1_running_image(v->spec, cell->vtctld->image);
    own = arguments_of(vtctld_deployment(v->arena, &vtctld), "vtctld");
    check(v, "vtctld", image_major(vtctld.image), own, cell->vtctld->flags, path);
    add_port(&ports, "vtctld", own, cell->vtctld->flags, "port", path);
    add_port(&ports, "vtctld", own, cell->vtctld->flags, "grpc-port", path);
}

/* vtgate ends where it is to watch a cell that the topology does not have
 * (vitess go/cmd/vtgate/cli/cli.go, CheckCellFlags). Others may be in a lock server that exists. */
static void check_watched(const struct validation *v, const json_t *flags, const char *path)
{
    const struct texts watched =
        texts_listed(v->arena, json_string_value(flag_value(v->arena, flags, "cells-to-watch")));

    if (v->spec->lockserver != NULL || !json_is_array(json_at(v->spec->json, "cells")))
        return;
    for (size_t i = 0; i < watched.count; i++) {
        if (*watched.at[i] != '\0' && v1_find_cell(v->spec, watched.at[i]) == NULL)
            problem_add(v->problems,
                fmt(v->arena, "%s.flags.cells-to-watch", path),
                "must name cells of spec.cells, got \"%s\"",
                watched.at[i]);
    }
}

static void check_vtgate(const struct validation *v, const struct cell_item *cell)
{
    const char *path = fmt(v->arena, "%s.vtgate", cell->path);
    struct vtgate vtgate = {.place = place_in(v, cell->name), .name = ANY, .cells_to_watch = ANY};
    struct ports ports = {.v = v};
    const json_t *own;

    if (cell->vtgate == NULL || json_object_size(cell->vtgate->flags) == 0)
        return;
    vtgate.image = v1_running_image(v->spec, cell->vtgate->image);
    own = arguments_of(vtgate_deployment(v->arena, &vtgate), "vtgate");
    check(v, "vtgate", image_major(vtgate.image), own, cell->vtgate->flags, path);
    add_port(&ports, "vtgate", own, cell->vtgate->flags, "port", path);
    add_port(&ports, "vtgate", own, cell->vtgate->flags, "grpc-port", path);
    add_port(&ports, "vtgate", own, cell->vtgate->flags, "mysql-server-port", path);
    check_watched(v, cell->vtgate->flags, path);
}

static void check_vtorc(const struct validation *v, const struct cell_item *cell,
    const struct vtorc_spec *spec, const char *block)
{
    struct vtorc vtorc = {.place = place_in(v, cell->name), .name = ANY};

    if (spec == NULL || json_object_size(spec->flags) == 0)
        return;
    /* The image of an orchestrator block is not used. */
    vtorc.image = v1_running_image(v->spec, spec == cell->vtorc ? spec->image : NULL);
    check(v,
        "vtorc",
        image_major(vtorc.image),
        arguments_of(vtorc_deployment(v->arena, &vtorc), "vtorc"),
        spec->flags,
        fmt(v->arena, "%s.%s", cell->path, block));
}

static void check_vtadmin(const struct validation *v, const struct cell_item *cell)
{
    struct vtadmin vtadmin = {.place = place_in(v, cell->name),
        .name = ANY,
        .web_image = ANY,
        .vtgates = json_new_list()};

    const char *path = fmt(v->arena, "%s.vtadmin", cell->path);
    struct ports ports = {v, {{VTADMIN_WEB_PORT, "the port", "the web pages", NULL}}, 1};
    const json_t *own;

    if (cell->vtadmin == NULL || json_object_size(cell->vtadmin->flags) == 0)
        return;
    vtadmin.api_image = v1_running_image(v->spec, cell->vtadmin->image);
    own = arguments_of(vtadmin_deployment(v->arena, &vtadmin), "vtadmin-api");
    check(v, "vtadmin", image_major(vtadmin.api_image), own, cell->vtadmin->flags, path);
    add_port(&ports, "vtadmin", own, cell->vtadmin->flags, "addr", path);
}

static void check_cell(const struct validation *v, const struct cell_item *cell)
{
    check_etcd(v, cell);
    check_vtctld(v, cell);
    check_vtgate(v, cell);
    check_vtorc(v, cell, cell->vtorc, "vtorc");
    check_vtorc(v, cell, cell->orchestrator, "orchestrator");
    check_vtadmin(v, cell);
}

/* --- tablets --- */

/* The pools of one keyspace. */
struct pools {
    const struct validation *v;
    const struct keyspace_item *keyspace;
    /* The last one that was made of each type: nearly always that of all its pools. */
    struct any_tablet {
        const char *image;
        const json_t *pod;
    } replica, rdonly;
};

static const json_t *flags_of_vttablet(const struct pool_spec *pool)
{
    return pool->vttablet == NULL ? NULL : pool->vttablet->flags;
}

static const json_t *flags_of_mysql(const struct pool_spec *pool)
{
    return pool->mysql == NULL ? NULL : pool->mysql->flags;
}

/* Where nothing is given there is nothing to judge, and no tablet has to be made for it. */
static bool gives_flags(const struct pool_spec *pool)
{
    return json_object_size(flags_of_vttablet(pool)) + json_object_size(flags_of_mysql(pool)) > 0;
}

/* A tablet of the pool; what differs between its tablets is as in none of them. */
static const json_t *make_tablet(const struct pools *pools, const char *type, const char *image)
{
    const struct validation *v = pools->v;
    const struct keyspace_item *keyspace = pools->keyspace;
    const char *name = keyspace->name == NULL ? ANY : keyspace->name;
    struct vttablet tablet = {.place = place_in(v, NULL), .image = image};

    tablet.id = v1_tablet_identity(v->arena, tablet.place.cluster, ANY, name, UNSHARDED, type, 0);
    tablet.id.shard = tablet.id.alias = "";
    return vttablet_pod(v->arena, &tablet);
}

static const json_t *any_tablet(struct pools *pools, const char *type, const char *image)
{
    struct any_tablet *any = text_equal(type, "rdonly") ? &pools->rdonly : &pools->replica;

    if (any->pod == NULL || !text_equal(any->image, image))
        *any = (struct any_tablet){image, make_tablet(pools, type, image)};
    return any->pod;
}

/* What is written in one block, whether it is merged into another or not. */
static void check_block(struct pools *pools, const struct pool_spec *pool, const char *type,
    const char *asked)
{
    const struct validation *v = pools->v;
    const char *image;
    const json_t *pod;

    if (pool == NULL || pool->json == NULL || !gives_flags(pool))
        return;
    image = v1_running_image(v->spec, asked);
    pod = any_tablet(pools, type, image);
    if (pool->vttablet != NULL)
        check(v,
            "vttablet",
            image_major(image),
            arguments_of(pod, "vttablet"),
            pool->vttablet->flags,
            fmt(v->arena, "%s.vttablet", pool->path));
    if (pool->mysql != NULL)
        check(v,
            "mysqlctld",
            image_major(image),
            arguments_of(pod, "mysql"),
            pool->mysql->flags,
            fmt(v->arena, "%s.mysql", pool->path));
}

/* vttablet and mysqlctld share a Pod. */
static void check_ports(void *context, const struct pool_there *there)
{
    struct pools *pools = context;
    const struct validation *v = pools->v;
    const struct pool_spec *merged = there->merged;
    const char *type = there->pool == POOL_BATCH ? "rdonly" : "replica";
    const json_t *flags = flags_of_vttablet(merged), *pod, *tablet, *mysql;
    const char *path = fmt(v->arena, "%s.vttablet", v1_pool_there_written_in(there, "vttablet"));
    struct ports ports = {.v = v};

    if (!gives_flags(merged))
        return;
    pod = any_tablet(pools, type, v1_running_image(v->spec, merged->image));
    tablet = arguments_of(pod, "vttablet");
    mysql = arguments_of(pod, "mysql");
    add_port(&ports, "vttablet", tablet, flags, "port", path);
    add_port(&ports, "vttablet", tablet, flags, "grpc-port", path);
    flags = flags_of_mysql(merged);
    path = fmt(v->arena, "%s.mysql", v1_pool_there_written_in(there, "mysql"));
    add_port(&ports, "mysqlctld", mysql, flags, "port", path);
    add_port(&ports, "mysqlctld", mysql, flags, "mysql-port", path);
}

static void check_pool(struct pools *pools, const struct pool_spec *pool, const char *type)
{
    const struct pool_spec *merged =
        v1_merged_pool(pools->v->arena, pools->keyspace->tablets, pool);

    if (merged == NULL)
        return;
    check_block(pools, pool, type, merged->image);
}

/* With overrides laid over it: flags and image may come from different blocks. */
static void check_pool_at(struct pools *pools, struct pool_place place, enum pool pool)
{
    struct arena *a = pools->v->arena;
    const struct keyspace_item *keyspace = pools->keyspace;
    const char *type = pool == POOL_BATCH ? "rdonly" : "replica";
    const struct tablets_spec *tablets = v1_tablets_in(a, keyspace, place.cell, place.shard);
    const struct pool_spec *own = pool == POOL_BATCH ? tablets->batch : tablets->master_eligible;
    const struct pool_spec *merged = v1_merged_pool(a, tablets, own);
    static const char *const blocks[] = {"vttablet", "mysql"};

    for (size_t i = 0; merged != NULL && i < 2; i++) {
        struct pool_spec one = {.json = merged->json,
            .path = v1_pool_written_in(keyspace, place.cell, place.shard, pool, blocks[i]),
            .vttablet = i == 0 ? merged->vttablet : NULL,
            .mysql = i == 1 ? merged->mysql : NULL};

        check_block(pools, &one, type, merged->image);
    }
}

static void check_overrides(struct pools *pools)
{
    struct arena *a = pools->v->arena;
    struct pool_places places = {0};
    struct pool_place place = v1_next_pool_place(a, pools->keyspace, &places);

    for (; place.cell != NULL; place = v1_next_pool_place(a, pools->keyspace, &places)) {
        check_pool_at(pools, place, POOL_ELIGIBLE);
        check_pool_at(pools, place, POOL_BATCH);
    }
}

static void check_keyspace(const struct validation *v, const struct keyspace_item *keyspace)
{
    const struct tablets_spec *tablets = keyspace->tablets;
    const struct pool_spec *defaults = tablets == NULL ? NULL : tablets->defaults;
    struct pools pools = {.v = v, .keyspace = keyspace};

    if (keyspace->json == NULL || tablets == NULL || tablets->json == NULL)
        return;
    check_block(&pools, defaults, "replica", defaults == NULL ? NULL : defaults->image);
    check_pool(&pools, tablets->master_eligible, "replica");
    check_pool(&pools, tablets->batch, "rdonly");
    check_overrides(&pools);
    v1_visit_pools(v->arena, keyspace, check_ports, &pools);
}

/* --- backups --- */

/* vtctld and tablets take of them what they have, so one of the two must have each. */
static void check_backup_flags(const struct validation *v)
{
    const char *image = v1_running_image(v->spec, NULL);
    const json_t *of_vtctld = flags_known_to(v->arena, "vtctld", image, v->spec->backup_flags);
    const json_t *of_tablets = flags_known_to(v->arena, "vttablet", image, v->spec->backup_flags);
    const json_t *value;
    const char *key;

    json_t *only_vtctld = json_new_map(), *others = json_new_map();

    json_each_field (v->spec->backup_flags, key, value) {
        const bool vtctld = json_at(of_vtctld, key) != NULL;

        json_put(vtctld && json_at(of_tablets, key) == NULL ? only_vtctld : others, key, value);
    }
    flags_check("vtctld", image_major(image), NULL, only_vtctld, "spec.backupFlags", v->problems);
    flags_check("vttablet", image_major(image), NULL, others, "spec.backupFlags", v->problems);
}

/* --- all --- */

void v1_validate_flags(const struct validation *v)
{
    for (size_t i = 0; i < v->spec->cells.count; i++) {
        if (v->spec->cells.at[i].json != NULL)
            check_cell(v, &v->spec->cells.at[i]);
    }
    for (size_t i = 0; i < v->spec->keyspaces.count; i++)
        check_keyspace(v, &v->spec->keyspaces.at[i]);
    check_backup_flags(v);
}
