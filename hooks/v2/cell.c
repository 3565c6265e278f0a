#include "cell.h"

#include "hashes.h"
#include "hook.h"
#include "keys.h"
#include "metadata.h"
#include "names.h"
#include "objects.h"
#include "parts.h"
#include "statuses.h"
#include "task.h"
#include "template.h"

/* Sync hook for VitessCell: the vtgates of one cell, and an etcd of its own where it wants one.
 *
 * The record of the cell, without which no process of Vitess in it can work, is made by a task here
 * and not by VitessCluster as with theirs: so it is there before the first vtgate is. */

#define LOCKSERVERS "EtcdLockserver." API_VERSION
#define AUTOSCALERS "HorizontalPodAutoscaler.autoscaling/v2"

/* --- what is ours --- */

static const char *lockserver_name(const struct cell_hook *hook)
{
    return v2_etcd_name(hook->arena, hook->cluster, hook->spec.cell.name);
}

static bool is_ours(void *context, const json_t *child)
{
    const struct cell_hook *hook = context;
    const char *name = object_name(child), *cell = hook->spec.cell.name;

    return text_equal(name, lockserver_name(hook)) ||
           text_equal(name, v2_vtgate_service(hook->arena, hook->cluster, cell)) ||
           text_equal(name, v2_vtgate_deployment(hook->arena, hook->cluster, cell)) ||
           text_equal(name, v2_vtgate_autoscaler(hook->arena, hook->cluster, cell));
}

static struct objects ours(struct cell_hook *hook, const char *group)
{
    const struct objects all = observed(hook->request, group);

    return known_children(hook->arena, &hook->unknown, &all, is_ours, hook);
}

static bool begin(struct cell_hook *hook, struct answer *answer)
{
    const struct request *request = hook->request;
    const json_t *parent = request->parent;

    if (!v2_is_at_home(request, answer) ||
        !read_derived(request, answer, v2_cell_fields, &hook->spec) ||
        !v2_has_part(request, answer, "spec.images", hook->spec.images) ||
        !v2_has_part(request, answer, "spec.images.vtgate", hook->spec.images->vtgate) ||
        !v2_has_part(request,
            answer,
            "spec.topologyReconciliation",
            hook->spec.topology_reconciliation))
        return false;
    hook->cluster = v2_cluster_of(request, answer);
    if (hook->cluster == NULL ||
        !v2_named(request, answer, v2_cell_name(hook->arena, hook->cluster, hook->spec.cell.name)))
        return false;
    hook->cell = (struct v2_cell){object_namespace(parent),
        hook->cluster,
        &hook->spec.cell,
        hook->spec.global_lockserver};
    hook->place = (struct v2_place){.namespace = object_namespace(parent),
        .cluster = hook->cluster,
        .cell = hook->spec.cell.name,
        .zone = hook->spec.cell.zone,
        .topology = *hook->spec.global_lockserver,
        .vitess_flags = hook->spec.vitess_flags,
        .pull_secrets = hook->spec.pull_secrets};
    hook->etcd = v2_local_etcd(hook->arena, &hook->cell);
    hook->lockservers = ours(hook, LOCKSERVERS);
    hook->services = ours(hook, "Service.v1");
    hook->deployments = ours(hook, "Deployment.apps/v1");
    hook->autoscalers = ours(hook, AUTOSCALERS);
    hook->keyspaces = related(request, "VitessKeyspace." API_VERSION);
    hook->shards = related(request, "VitessShard." API_VERSION);
    hook->secrets = related(request, "Secret.v1");
    hook->tasks = v2_tasks(request, &hook->place, v2_labels_of(request), hook->spec.images->vtgate);
    return true;
}

/* --- registration --- */

static bool register_cell(struct cell_hook *hook)
{
    const struct lockserver_params local = v2_local_lockserver(hook->arena, &hook->cell);
    const char *const arguments[] = {"UpdateCellInfo",
        "--root",
        local.root_path,
        "--server-address",
        local.address,
        hook->spec.cell.name,
        NULL};

    /* Its record goes; one that comes back is registered anew, once nobody takes it away any more.
     */
    hook->unregistered_by = v2_cell_taken_away_by(hook);
    if (hook->empty || hook->unregistered_by != NULL)
        return false;
    if (!hook->spec.topology_reconciliation->register_cells)
        return true;
    /* Theirs leaves such a cell alone, too: its record has no room for another implementation. */
    if (!text_equal(local.implementation, hook->spec.global_lockserver->implementation))
        return true;
    return task_ask_early(&hook->tasks, "cell-info", arguments, NULL).state == TASK_ANSWERED;
}

/* --- the Secrets that vtgate reads as it starts --- */

/* Their hash; NULL where one is not there, whose name is `missing` then. A vtgate that is made
 * without it would be made anew as soon as it comes. */
static const char *secret_hash(const struct cell_hook *hook, const char **missing)
{
    const struct texts names = v2_vtgate_secrets(hook->arena, hook->spec.cell.gateway);
    json_t *found = json_new_list();

    for (size_t i = 0; i < names.count; i++) {
        const json_t *secret = objects_find(&hook->secrets, names.at[i]);

        if (secret == NULL) {
            *missing = names.at[i];
            return NULL;
        }
        json_add(found, secret);
    }
    return v2_hash_secrets(hook->arena, found);
}

/* --- vtgate --- */

/* Of any shard of the cluster: vtgate tells its clients one version of MySQL. */
static const char *mysqld_image(const struct cell_hook *hook)
{
    struct problems problems = {.arena = hook->arena};
    struct shard_spec spec = {0};

    if (hook->shards.count == 0)
        return NULL;
    spec_read(hook->arena,
        v2_shard_fields,
        json_at(hook->shards.at[0], "spec"),
        "spec",
        SPEC_DERIVED,
        &spec,
        &problems);
    return spec.images == NULL ? NULL : v2_mysqld_image(spec.images->mysqld);
}

static const struct gateway no_gateway;

static const struct gateway *gateway_of(const struct cell_hook *hook)
{
    return hook->spec.cell.gateway == NULL ? &no_gateway : hook->spec.cell.gateway;
}

static const char *vtgate_name(const struct cell_hook *hook)
{
    return v2_vtgate_deployment(hook->arena, hook->cluster, hook->spec.cell.name);
}

static const json_t *desired_vtgate(const struct cell_hook *hook, const char *hash)
{
    const struct v2_vtgate vtgate = {.place = hook->place,
        .image = hook->spec.images->vtgate,
        .pull_policy = hook->spec.pull_policies == NULL ? NULL : hook->spec.pull_policies->vtgate,
        .mysqld_image = mysqld_image(hook),
        .all_cells = hook->spec.all_cells,
        .spec = hook->spec.cell.gateway,
        .secret_hash = hash};

    return v2_make_vtgate_deployment(hook->arena, &vtgate);
}

/* It ends at once where its cell is not in the topology, and would be started again later and
 * later. */
static void want_vtgate(struct cell_hook *hook, struct answer *answer)
{
    const json_t *there = objects_find(&hook->deployments, vtgate_name(hook));
    const char *hash = secret_hash(hook, &hook->missing_secret);

    if (hook->unserved) {
        if (there != NULL)
            release_child(hook->arena,
                answer,
                there,
                "its cell has left the spec, and nothing is served in it");
        return;
    }
    if (hash == NULL && there != NULL)
        want(answer, as_applied(hook->arena, &v2_keys, there));
    else if (hash != NULL && (there != NULL || hook->registered))
        want(answer, desired_vtgate(hook, hash));
}

static void want_service(struct cell_hook *hook, struct answer *answer)
{
    const char *name = v2_vtgate_service(hook->arena, hook->cluster, hook->spec.cell.name);
    const json_t *service =
        v2_make_vtgate_service(hook->arena, &hook->place, gateway_of(hook)->service);

    want(answer, v2_service_over(hook->arena, service, objects_find(&hook->services, name)));
}

/* One that is wanted no more goes at once: from then on the spec says how many there are. */
static void want_autoscaler(struct cell_hook *hook, struct answer *answer)
{
    const struct gateway_autoscaler *autoscaler =
        hook->unserved ? NULL : gateway_of(hook)->autoscaler;

    if (autoscaler != NULL)
        want(answer, v2_make_vtgate_autoscaler(hook->arena, &hook->place, autoscaler));
    for (size_t i = 0; autoscaler == NULL && i < hook->autoscalers.count; i++)
        release_child(hook->arena, answer, hook->autoscalers.at[i], "it has left the spec");
}

/* --- etcd --- */

/* It holds what Vitess knows of the cell: one that has left the spec is kept, as theirs keeps it.
 */
static void want_lockserver(struct cell_hook *hook, struct answer *answer)
{
    if (hook->etcd != NULL)
        want(answer, hook->etcd);
    for (size_t i = 0; hook->etcd == NULL && i < hook->lockservers.count; i++)
        want(answer, resource_as_applied(hook->arena, &v2_keys, hook->lockservers.at[i]));
}

/* --- status --- */

static const char *lockserver_is_not_ready(const struct cell_hook *hook, const json_t *there)
{
    if (hook->etcd == NULL)
        return NULL;
    return why_child_is_not_ready(hook->arena,
        owner_of(hook->request->parent),
        "EtcdLockserver",
        object_name(hook->etcd),
        there);
}

/* One that has left the spec is kept, and rolls no more. */
static const char *lockserver_rolls(const struct cell_hook *hook, const json_t *there)
{
    if (hook->etcd == NULL)
        return NULL;
    if (there == NULL)
        return being_created(hook->arena,
            owner_of(hook->request->parent),
            "EtcdLockserver",
            object_name(hook->etcd));
    return v2_why_it_rolls(hook->arena, there);
}

static const char *why_not_ready(const struct cell_hook *hook, const json_t *vtgate)
{
    struct arena *a = hook->arena;

    if (hook->missing_secret != NULL)
        return fmt(a, "vtgate waits for Secret %s, which is not there", hook->missing_secret);
    if (hook->unregistered_by != NULL)
        return fmt(a,
            "the cell is registered once Pod %s, which takes away what Vitess knew of it, has "
            "ended",
            hook->unregistered_by);
    if (vtgate == NULL && !hook->registered)
        return hook->tasks.trouble != NULL ? hook->tasks.trouble
                                           : "vtgate waits until the cell is registered";
    if (!hook->registered && !hook->empty)
        return "the cell is being registered, and its vtgate may know no keyspace yet";
    if (vtgate == NULL)
        return being_created(a, owner_of(hook->request->parent), "Deployment", vtgate_name(hook));
    if (!text_equal(v2_availability(vtgate), V2_TRUE))
        return fmt(a, "Deployment %s is not Available", object_name(vtgate));
    return hook->untold;
}

static const json_t *conditions_of(struct cell_hook *hook, const json_t *vtgate,
    const json_t *lockserver)
{
    static const char *const labels[] = {CELL_LABEL, CLUSTER_LABEL, NULL};
    const char *why = why_not_ready(hook, vtgate);
    const char *below = why == NULL ? lockserver_is_not_ready(hook, lockserver) : NULL;
    struct advice advice = advice_begin(hook->arena);
    struct level_conditions level = {.ready = why == NULL && below == NULL,
        .ready_reason = why != NULL ? "GatewayNotReady" : "LevelsNotReady",
        .ready_message = why != NULL ? why : below,
        .rolling = hook->etcd == NULL ? 1 : 2, /* vtgate, and etcd */
        .stuck = hook->tasks.stuck};

    if (hook->resharded != NULL)
        level.pending = fmt(hook->arena,
            "leaves once keyspace %s is not being resharded: RemoveKeyspaceCell takes all shards "
            "to serve",
            hook->resharded);
    else if (hook->refused != NULL)
        level.pending = hook->refused;
    else if (vtgate != NULL && !deployment_settled(vtgate))
        level.pending = fmt(hook->arena, "updating Deployment %s", object_name(vtgate));
    else if (vtgate == NULL)
        level.pending = why;
    else
        level.pending = lockserver_rolls(hook, lockserver);
    advise_unknown(&advice, hook->request->parent, labels, &hook->unknown);
    advice_give(&advice, &level);
    return level_conditions(hook->request, &level);
}

static const json_t *status_of(struct cell_hook *hook, const char *idle)
{
    struct arena *a = hook->arena;
    const json_t *vtgate = objects_find(&hook->deployments, vtgate_name(hook));
    const json_t *lockserver = objects_find(&hook->lockservers, lockserver_name(hook));
    const struct v2_cell_children children = {lockserver,
        hook->services.count == 0 ? NULL : hook->services.at[0],
        vtgate};

    return object(a,
        SPREAD(v2_cell_status(a, &hook->spec, &children, &hook->keyspaces, idle)),
        OPT("tasks", hook->tasks.remembered),
        F("conditions", conditions_of(hook, vtgate, lockserver)));
}

/* --- the hook --- */

void v2_sync_cell(const struct request *request, struct answer *answer)
{
    struct cell_hook hook = {.request = request, .arena = request->arena};
    const char *idle;

    if (!begin(&hook, answer))
        return;
    find_unknown_pods(request, &hook.unknown, &hook.tasks);
    hook.empty = v2_cell_is_empty(&hook);
    idle = v2_cell_idle(&hook);
    hook.registered = register_cell(&hook);
    hook.untold = v2_untold(&hook);
    want_lockserver(&hook, answer);
    want_service(&hook, answer);
    want_vtgate(&hook, answer);
    want_autoscaler(&hook, answer);
    tasks_emit(&hook.tasks, answer);
    want_unknown(request, answer, &hook.unknown);
    answer->status = status_of(&hook, idle == NULL ? V2_UNKNOWN : idle);
}

/* What a sync sees beside its own children: who is in the cell, which MySQL, and the Secrets. It is
 * cached per generation, so it depends on the spec alone. */
void v2_customize_cell(const struct request *request, struct answer *answer)
{
    static const char *const kinds[] = {"vitesskeyspaces", "vitessshards"};
    struct arena *a = request->arena;
    const char *cluster = object_label(request->parent, CLUSTER_LABEL);
    json_t *rules = json_new_list();
    struct cell_spec spec = {0};
    struct problems problems = {.arena = a};
    struct texts names;

    spec_read(a,
        v2_cell_fields,
        json_at(request->parent, "spec"),
        "spec",
        SPEC_DERIVED,
        &spec,
        &problems);
    for (size_t i = 0; cluster != NULL && i < sizeof(kinds) / sizeof(*kinds); i++)
        json_add(rules,
            object(a,
                F("apiVersion", API_VERSION),
                F("resource", kinds[i]),
                F("namespace", object_namespace(request->parent)),
                MAP("labelSelector", MAP("matchLabels", F(CLUSTER_LABEL, cluster)))));
    names = v2_vtgate_secrets(a, spec.cell.gateway);
    if (names.count > 0)
        json_add(rules,
            object(a,
                F("apiVersion", "v1"),
                F("resource", "secrets"),
                F("namespace", object_namespace(request->parent)),
                F("names", json_texts(&names))));
    answer->related_resources = rules;
}
