#include "cluster.h"

#include <string.h>

#include "pod.h"
#include "pools.h"
#include "secrets.h"
#include "template.h"
#include "tls_steps.h"

/* What each VitessCell is told: everything below VitessCluster follows from it. */

/* --- who serves all cells --- */

bool v1_is_control_cell(const struct cell_item *cell)
{
    return text_equal(cell->name, CONTROL_CELL);
}

const struct cell_item *v1_find_cell(const struct cluster_spec *spec, const char *name)
{
    for (size_t i = 0; i < spec->cells.count; i++) {
        if (text_equal(spec->cells.at[i].name, name))
            return &spec->cells.at[i];
    }
    return NULL;
}

static bool has_etcd(const struct cell_item *cell)
{
    return cell->etcd != NULL;
}

static bool has_vtctld(const struct cell_item *cell)
{
    /* One that is scaled to nothing answers nobody: then tasks ask the topology themselves. */
    return cell->vtctld != NULL && cell->vtctld->replicas > 0;
}

/* The control cell if it has one, else the first cell that has. */
static const struct cell_item *server_cell(const struct cluster_spec *spec,
    bool (*has)(const struct cell_item *cell))
{
    const struct cell_item *found = NULL;

    for (size_t i = 0; i < spec->cells.count; i++) {
        const struct cell_item *cell = &spec->cells.at[i];

        if (has(cell) && (found == NULL || v1_is_control_cell(cell)))
            found = cell;
    }
    return found;
}

const struct cell_item *v1_lock_server_cell(const struct cluster_spec *spec)
{
    return spec->lockserver != NULL ? NULL : server_cell(spec, has_etcd);
}

const struct cell_item *v1_vtctld_cell(const struct cluster_spec *spec)
{
    return server_cell(spec, has_vtctld);
}

static const char *joined(struct arena *arena, const json_t *list)
{
    struct texts texts = {.arena = arena};
    const json_t *item;

    json_each_item (list, i, item) {
        if (json_is_string(item))
            texts_add(&texts, json_string_value(item));
    }
    return texts_join(&texts, ",");
}

const struct topology_spec *v1_cluster_topology(const struct request *request,
    const struct cluster_spec *spec)
{
    struct arena *a = request->arena;
    const struct lockserver_spec *external = spec->lockserver;
    const struct cell_item *cell = v1_lock_server_cell(spec);
    const char *root = external == NULL ? "/vitess" : external->root;
    struct topology_spec *topology = arena_make(a, struct topology_spec);

    if (external == NULL && cell == NULL)
        return NULL;
    *topology = (struct topology_spec){
        .implementation = external == NULL ? "etcd2" : external->implementation,
        .addresses = external != NULL ? joined(a, external->addresses)
                                      : fmt(a,
                                            "%s-%s-etcd-client.%s.svc:2379",
                                            object_name(request->parent),
                                            cell->name,
                                            object_namespace(request->parent)),
        .global_root = fmt(a, "%s/global", root),
        .cell_root_prefix = root,
        .tls_secret = external != NULL          ? external->tls_secret
                      : cell->etcd->tls != NULL ? cell->etcd->tls->secret
                                                : NULL,
    };
    return topology;
}

const char *v1_running_image(const struct cluster_spec *spec, const char *image)
{
    return image_or_newer(image == NULL ? spec->image : image, VITESS_IMAGE, NULL);
}

/* Whoever keeps this component on nodes of its own has no others for the tasks that ask it. What it
 * says of other Pods is about itself. */
static const json_t *nodes_of(struct arena *a, const json_t *template)
{
    const json_t *nodes = json_at(template, "affinity", "nodeAffinity");

    return object(a,
        OPT("nodeSelector", json_at(template, "nodeSelector")),
        OPT("tolerations", json_at(template, "tolerations")),
        OPT("affinity", object(a, OPT("nodeAffinity", nodes))),
        OPT("priorityClassName", json_at(template, "priorityClassName")),
        OPT("serviceAccountName", json_at(template, "serviceAccountName")));
}

/* Without a vtctld it is the lock server that is asked. */
static const json_t *task_template(const struct cluster *cluster)
{
    const struct cluster_spec *spec = &cluster->spec;
    const struct cell_item *vtctld = v1_vtctld_cell(spec);
    const struct cell_item *etcd = v1_lock_server_cell(spec);
    const json_t *asked = vtctld != NULL ? json_at(vtctld->json, "vtctld", "template")
                          : etcd != NULL ? json_at(etcd->json, "etcd", "template")
                                         : NULL;
    const json_t *template =
        json_overlay(nodes_of(cluster->arena, asked), json_at(spec->json, "tasks", "template"));

    return json_object_size(template) == 0 ? NULL : template;
}

static void add_template(const struct cluster *cluster, struct client_spec *client)
{
    client->resources = json_at(cluster->spec.json, "tasks", "resources");
    client->template_json = task_template(cluster);
    if (client->template_json == NULL)
        return;
    client->template = arena_make(cluster->arena, struct pod_overrides);
    v1_read_unjudged(cluster->arena,
        v1_task_template_fields,
        client->template_json,
        "client.template",
        client->template);
}

static struct client_spec *task_client(const struct cluster *cluster)
{
    const struct cell_item *cell = v1_vtctld_cell(&cluster->spec);
    struct client_spec *client = arena_make(cluster->arena, struct client_spec);

    client->image = v1_running_image(&cluster->spec, cell == NULL ? NULL : cell->vtctld->image);
    client->server =
        cell == NULL
            ? "internal"
            : v1_vtctld_address(cluster->arena, object_name(cluster->request->parent), cell->name);
    add_template(cluster, client);
    return client;
}

/* --- what all cells are told alike --- */

static const json_t *cell_order(const struct cluster_spec *spec)
{
    json_t *order = json_new_list();

    for (size_t i = 0; i < spec->cells.count; i++)
        json_add_text(order, spec->cells.at[i].name);
    return order;
}

/* Cells that agree on it are at the same edit. A pause is an edit too, but must not make every cell
 * pending, so the control block is left out. */
static const char *rollout_id(const struct cluster *cluster, uint32_t revision)
{
    struct arena *a = cluster->arena;
    const json_t *wanted = json_without(cluster->spec.json, "rollout");
    const struct derived_spec *derived = &cluster->derived;
    const char *secrets = v1_secrets_together(a,
        derived->topology->tls_hash,
        derived->tls == NULL ? NULL : derived->tls->hash);
    struct text text = {.arena = a};

    text_add(&text, json_write(a, wanted, NULL));
    text_addf(&text, "\n%u\n%s\n%s", revision, cluster->spec.image, derived->client->image);
    if (secrets != NULL)
        text_addf(&text, "\n%s", secrets);
    return text_copy(a, digest(a, text.bytes, text.length), 16);
}

/* --- keyspaces --- */

bool v1_keyspace_in_cell(const struct keyspace_item *keyspace, const char *cell)
{
    return json_list_has(keyspace->cells, cell);
}

/* The user's cells in rollout order, in which the spec lists them. */
static const json_t *cells_in_order(const struct cluster_spec *spec,
    const struct keyspace_item *keyspace)
{
    json_t *cells = json_new_list();

    for (size_t i = 0; i < spec->cells.count; i++) {
        if (v1_keyspace_in_cell(keyspace, spec->cells.at[i].name))
            json_add_text(cells, spec->cells.at[i].name);
    }
    return cells;
}

/* Names of its shards in Vitess. */
static const json_t *shards_of(const struct keyspace_item *keyspace)
{
    json_t *names = json_new_list();

    for (size_t i = 0; i < v1_keyspace_shards(keyspace); i++)
        json_add_text(names, v1_keyspace_shard(keyspace, i));
    return names;
}

static const json_t *placement_of(const struct cluster *cluster)
{
    const struct cluster_spec *spec = &cluster->spec;
    json_t *list = json_new_list();

    for (size_t i = 0; i < spec->keyspaces.count; i++) {
        const struct keyspace_item *keyspace = &spec->keyspaces.at[i];

        json_add(list,
            object(cluster->arena,
                F("keyspace", keyspace->name),
                F("cells", cells_in_order(spec, keyspace)),
                OPT("shards", shards_of(keyspace))));
    }
    return list;
}

static const json_t *keyspaces_of(const struct cluster *cluster, const char *cell)
{
    json_t *list = json_new_list();

    for (size_t i = 0; i < cluster->spec.keyspaces.count; i++) {
        const struct keyspace_policy *policy = &cluster->policies[i];
        const struct keyspace_item *keyspace = policy->keyspace;

        if (!v1_keyspace_in_cell(keyspace, cell))
            continue;
        json_add(list,
            object(cluster->arena,
                SPREAD(keyspace->json),
                F("durabilityPolicy", policy->kept ? policy->told : policy->wanted),
                F("turndownPolicy", keyspace->turndown_policy)));
    }
    return list;
}

void v1_derive(struct cluster *cluster)
{
    const struct cluster_spec *spec = &cluster->spec;
    struct topology_spec *topology = arena_make(cluster->arena, struct topology_spec);

    *topology = *v1_cluster_topology(cluster->request, spec);
    cluster->derived = (struct derived_spec){
        .cluster = object_name(cluster->request->parent),
        .namespace = object_namespace(cluster->request->parent),
        .selector = spec->selector,
        .template = spec->template,
        .backup_flags = spec->backup_flags,
        .topology = topology,
        .client = task_client(cluster),
        .rollout = spec->rollout,
        .retention = spec->retention,
        .pull_secrets = spec->pull_secrets,
        .pull_policy = spec->pull_policy,
        .security = spec->security,
        .cell_order = cell_order(spec),
        .revision = spec->revision == 0 ? OPERATOR_REVISION : spec->revision,
    };
    cluster->placement = placement_of(cluster);
    cluster->mysql_version = v1_mysql_server_version(cluster->arena, spec);
    cluster->tls_step = v1_tls_step(cluster->arena, spec);
    v1_derive_tls(cluster);
    cluster->derived.rollout_id = rollout_id(cluster, cluster->derived.revision);
}

/* VTOrc is not the orchestrator of 2018, so of its block everything but the image is taken. */
static const json_t *vtorc_defaults(const struct cluster_spec *spec)
{
    for (size_t i = 0; i < spec->cells.count; i++) {
        const json_t *block = json_at(spec->cells.at[i].json, "orchestrator");

        if (block != NULL)
            return json_without(block, "image");
    }
    return NULL;
}

/* --- a cell --- */

const json_t *v1_cell_selector(struct arena *arena, const char *cluster, const json_t *selector,
    const char *cell)
{
    static const char *const others[] = {SHARD_LABEL, WORKLOAD_LABELS, NULL};

    return v1_selector_excluding(arena,
        v1_selector_with(arena,
            v1_selector_with(arena, selector, "vitess.io/cluster", cluster),
            "vitess.io/cell",
            cell),
        others);
}

const json_t *v1_desired_cell(const struct cluster *cluster, const struct cell_item *cell)
{
    struct arena *a = cluster->arena;
    const struct derived_spec *derived = &cluster->derived;
    const json_t *parent = cluster->request->parent;

    return object(a,
        F("apiVersion", API_VERSION),
        F("kind", "VitessCell"),
        MAP("metadata",
            F("name", v1_cell_name(a, derived->cluster, cell->name)),
            F("namespace", object_namespace(parent)),
            MAP("labels",
                SPREAD(v1_child_labels(a, derived)),
                F("vitess.io/cell", cell->name),
                OPT("controller-uid", object_uid(parent)))),
        MAP("spec",
            SPREAD(cell->json),
            SPREAD(v1_derived_down(a, derived)),
            F("selector", v1_cell_selector(a, derived->cluster, derived->selector, cell->name)),
            F("template", v1_template_with(a, derived->template, "vitess.io/cell", cell->name)),
            F("image", cluster->spec.image),
            OPT("keyspaces", keyspaces_of(cluster, cell->name)),
            OPT("placement", cluster->placement),
            OPT("vtorcDefaults", vtorc_defaults(&cluster->spec)),
            OPT("mysqlServerVersion", cluster->mysql_version),
            OPT("tlsFrom", v1_tls_from(cluster, cell->name)),
            OPT("watchSecrets", cluster->spec.watch_secrets ? (json_t *)NULL : json_false()),
            OPT("networkPolicy", json_at(cluster->spec.json, "networkPolicy"))));
}
