#include "cluster.h"

/* What works but should be changed: said in a condition, never a reason to refuse. */

#include <string.h>

#include "fragments.h"
#include "pools.h"

/* --- images --- */

static void check_floating(struct advice *advice, const char *path, const char *image,
    const char *example)
{
    if (image != NULL && image_floats(image))
        advice_add(advice,
            "ImageWithoutVersion",
            fmt(advice->arena,
                "%s: %s names no version, so what runs differs from node to node and changes "
                "without a rollout; say one, such as %s",
                path,
                image,
                example));
}

static void check_image(struct advice *advice, const char *path, const char *image)
{
    bool replaced = false;
    const char *running = image_or_newer(image, VITESS_IMAGE, &replaced);

    if (replaced)
        advice_add(advice,
            "ImageReplaced",
            fmt(advice->arena,
                "%s.image: %s is older than Vitess 23, %s runs instead",
                path,
                image,
                running));
    check_floating(advice, fmt(advice->arena, "%s.image", path), image, VITESS_IMAGE);
}

static void check_etcd_image(struct advice *advice, const struct etcd_spec *etcd, const char *path)
{
    struct arena *a = advice->arena;
    bool replaced = false;
    const char *running = etcd_image_or_newer(a, etcd->image, etcd->version, &replaced);

    if (replaced)
        advice_add(advice,
            "ImageReplaced",
            fmt(a,
                "%s: %s is older than etcd 3.5, %s runs instead",
                path,
                etcd->image == NULL ? etcd->version : etcd->image,
                running));
    check_floating(advice, fmt(a, "%s.image", path), etcd->image, ETCD_IMAGE);
}

/* --- sizes --- */

/* "128m" is an eighth of a byte: milli is for CPUs. The spec refuses it of everything but memory.
 */
static void check_size(struct advice *advice, const char *path, const json_t *value)
{
    const char *text = json_string_value(value);
    size_t length = text == NULL ? 0 : strlen(text);

    if (length > 1 && text[length - 1] == 'm' && quantity_is(text))
        advice_add(advice,
            "FractionOfBytes",
            fmt(advice->arena,
                "%s: %s is a thousandth of %s bytes, say %sMi",
                path,
                text,
                text_copy(advice->arena, text, length - 1),
                text_copy(advice->arena, text, length - 1)));
}

static void check_resources(struct advice *advice, const char *path, const json_t *resources)
{
    static const char *const lists[] = {"requests", "limits"};

    for (size_t i = 0; i < 2; i++)
        check_size(advice,
            fmt(advice->arena, "%s.%s.memory", path, lists[i]),
            json_at(resources, lists[i], "memory"));
}

/* --- what is open to the world --- */

/* Whoever reaches the gRPC port of vtctld may do everything, unless it asks who they are. */
static void check_open_vtctld(struct advice *advice, const struct cell_item *cell)
{
    const struct vtctld_spec *vtctld = cell->vtctld;

    if (vtctld == NULL || service_is_inside(vtctld->service) ||
        flag_value(advice->arena, vtctld->flags, "grpc-auth-mode") != NULL ||
        flag_value(advice->arena, vtctld->flags, "grpc-ca") != NULL)
        return;
    advice_add(advice,
        "VtctldOpen",
        fmt(advice->arena,
            "%s.vtctld.service: whoever reaches the %s may do everything to the cluster; say "
            "grpc-auth-mode or grpc-ca in vtctld.flags, or use kubectl port-forward instead",
            cell->path,
            json_text_at(vtctld->service, "type")));
}

static void check_open_vtadmin(struct advice *advice, const struct cell_item *cell)
{
    const struct vtadmin_spec *vtadmin = cell->vtadmin;

    if (vtadmin == NULL || service_is_inside(vtadmin->service) || vtadmin->rbac != NULL)
        return;
    advice_add(advice,
        "VTAdminOpen",
        fmt(advice->arena,
            "%s.vtadmin.service: whoever reaches the %s may do everything to the cluster; give "
            "vtadmin.rbac, or use kubectl port-forward instead",
            cell->path,
            json_text_at(vtadmin->service, "type")));
}

/* --- autoscalers --- */

/* Of what the container requests, or is limited to, as Kubernetes takes that for a request. */
static bool is_requested(const json_t *resources, const char *name)
{
    return json_at(resources, "requests", name) != NULL ||
           json_at(resources, "limits", name) != NULL;
}

/* A share of nothing: the resource that a metric is about, or NULL. */
static const char *unrequested(const json_t *metric, const json_t *resources)
{
    const bool of_pod = text_equal(json_text_at(metric, "type"), "Resource");
    const json_t *source = json_at(metric, of_pod ? "resource" : "containerResource");
    const char *name = json_text_at(source, "name");

    if (name == NULL || json_at(source, "target", "averageUtilization") == NULL ||
        (!of_pod && !text_equal(json_text_at(source, "container"), "vtgate")))
        return NULL;
    return is_requested(resources, name) ? NULL : name;
}

static const char *unrequested_by(const struct vtgate_spec *vtgate)
{
    const struct autoscaler_spec *autoscaler = vtgate->autoscaler;
    const json_t *metric;

    if ((autoscaler->cpu > 0 || json_array_size(autoscaler->metrics) == 0) &&
        !is_requested(vtgate->resources, "cpu"))
        return "cpu";
    json_each_item (autoscaler->metrics, i, metric) {
        if (unrequested(metric, vtgate->resources) != NULL)
            return unrequested(metric, vtgate->resources);
    }
    return NULL;
}

static void check_autoscaler(struct advice *advice, const struct cell_item *cell)
{
    const struct vtgate_spec *vtgate = cell->vtgate;
    const char *name = vtgate == NULL || vtgate->autoscaler == NULL ? NULL : unrequested_by(vtgate);

    if (name != NULL)
        advice_add(advice,
            "ShareOfNothing",
            fmt(advice->arena,
                "%s.vtgate.autoscaler: goes by a share of the %s that vtgate requests, which is "
                "none; say vtgate.resources.requests.%s, or it never scales",
                cell->path,
                name,
                name));
}

/* --- cells --- */

/* What every program of Vitess in a cell has. */
#define CHECK_COMPONENT(advice, cell, name)                                                        \
    do {                                                                                           \
        if ((cell)->name != NULL) {                                                                \
            const char *path_ = fmt((advice)->arena, "%s." #name, (cell)->path);                   \
                                                                                                   \
            check_image((advice), path_, (cell)->name->image);                                     \
            check_resources((advice),                                                              \
                fmt((advice)->arena, "%s.resources", path_),                                       \
                (cell)->name->resources);                                                          \
        }                                                                                          \
    } while (0)

static void check_cell(struct advice *advice, const struct cell_item *cell)
{
    struct arena *a = advice->arena;

    if (cell->etcd != NULL) {
        const char *path = fmt(a, "%s.etcd", cell->path);

        check_etcd_image(advice, cell->etcd, path);
        check_resources(advice, fmt(a, "%s.resources", path), cell->etcd->resources);
    }
    CHECK_COMPONENT(advice, cell, vtctld);
    CHECK_COMPONENT(advice, cell, vtgate);
    CHECK_COMPONENT(advice, cell, vtorc);
    CHECK_COMPONENT(advice, cell, vtadmin);
    check_autoscaler(advice, cell);
    check_open_vtctld(advice, cell);
    check_open_vtadmin(advice, cell);
    if (cell->vtadmin != NULL) {
        check_floating(advice,
            fmt(a, "%s.vtadmin.webImage", cell->path),
            cell->vtadmin->web_image,
            VTADMIN_IMAGE);
        check_resources(advice,
            fmt(a, "%s.vtadmin.webResources", cell->path),
            cell->vtadmin->web_resources);
    }
}

static void check_vtgates(struct advice *advice, const struct cluster_spec *spec)
{
    for (size_t i = 0; i < spec->cells.count; i++) {
        const struct vtgate_spec *vtgate = spec->cells.at[i].vtgate;

        if (vtgate != NULL && (vtgate->replicas > 0 || vtgate->autoscaler != NULL))
            return;
    }
    advice_add(advice,
        "NoVTGate",
        "spec.cells: no cell runs a vtgate, so no application can connect");
}

/* --- tablets --- */

/* What mysqld 9.7 took with the my.cnf of Vitess before it held a row, in MiB, with
 * performance_schema (542) and without (295), and some for what it then does. Under a lower limit
 * it is killed while it starts, again and again. */
enum { MYSQL_MEMORY = 640, MYSQL_MEMORY_UNWATCHED = 384 };

static void check_mysql_memory(struct advice *advice, const struct mysql_spec *mysql,
    const char *path)
{
    const char *limit = json_text_at(mysql->resources, "limits", "memory");
    const bool unwatched = mysql->config != NULL &&
                           my_cnf_switches_off(advice->arena, mysql->config, "performance-schema");
    const int needed = unwatched ? MYSQL_MEMORY_UNWATCHED : MYSQL_MEMORY;
    const long long bytes = quantity_whole(limit);

    /* FractionOfBytes is reported already. */
    if (bytes < 1 << 20 || bytes >= (long long)needed << 20)
        return;
    advice_add(advice,
        "LittleMemory",
        fmt(advice->arena,
            "%s.resources.limits.memory: %s is less than MySQL 8.4 or 9 may take before it holds a "
            "row (about %dMi%s), so it may be killed while it starts; say 1Gi%s",
            path,
            limit,
            needed,
            unwatched ? "" : " with performance_schema",
            unwatched ? "" : ", or performance_schema=OFF in config"));
}

static void check_mysql(struct advice *advice, const struct mysql_spec *mysql, const char *path)
{
    struct arena *a = advice->arena;
    const size_t line = mysql->config == NULL ? 0 : my_cnf_without_section(a, mysql->config);

    check_floating(advice, fmt(a, "%s.image", path), mysql->image, "mysql:8.4.6");
    check_resources(advice, fmt(a, "%s.resources", path), mysql->resources);
    check_mysql_memory(advice, mysql, path);
    if (line > 0)
        advice_add(advice,
            "MyCnfWithoutSection",
            fmt(a,
                "%s.config: line %zu is in no section and counts as [mysqld], write that above it",
                path,
                line));
}

static void check_pool(struct advice *advice, const struct pool_spec *pool)
{
    struct arena *a = advice->arena;

    if (pool == NULL)
        return;
    check_image(advice, pool->path, pool->image);
    if (pool->vttablet != NULL)
        check_resources(advice,
            fmt(a, "%s.vttablet.resources", pool->path),
            pool->vttablet->resources);
    if (pool->mysql != NULL)
        check_mysql(advice, pool->mysql, fmt(a, "%s.mysql", pool->path));
}

/* --- keyspaces --- */

/* The orchestrator block of the first cell that has one is for all. */
static const struct vtorc_spec *vtorc_of(const struct cluster_spec *spec,
    const struct cell_item *cell)
{
    if (cell->vtorc != NULL || cell->orchestrator != NULL)
        return cell->vtorc != NULL ? cell->vtorc : cell->orchestrator;
    for (size_t i = 0; i < spec->cells.count; i++) {
        if (spec->cells.at[i].orchestrator != NULL)
            return spec->cells.at[i].orchestrator;
    }
    return NULL;
}

static bool has_vtorc(const struct cluster *cluster, const struct keyspace_item *keyspace)
{
    for (size_t i = 0; i < cluster->spec.cells.count; i++) {
        const struct cell_item *cell = &cluster->spec.cells.at[i];
        const struct vtorc_spec *vtorc = vtorc_of(&cluster->spec, cell);

        if (v1_keyspace_in_cell(keyspace, cell->name) &&
            (vtorc == NULL || (vtorc->enabled && vtorc->replicas > 0)))
            return true;
    }
    return false;
}

/* Of a keyspace whose policy follows from the number of its tablets. */
static const char *few_replicas(struct arena *a, const struct keyspace_policy *policy)
{
    const struct keyspace_item *keyspace = policy->keyspace;
    const uint32_t replicas = v1_fewest_replicas(keyspace);
    const bool lost = text_equal(policy->wanted, "none") && policy->told != NULL &&
                      !text_equal(policy->told, "none");

    if (text_equal(policy->wanted, "semi_sync") && replicas == 2)
        return fmt(a,
            "%s: with semi_sync and two replica-type tablets a shard, writes stop when either is "
            "down; three keep them going",
            keyspace->path);
    if (keyspace->durability_policy == NULL && lost)
        return fmt(a,
            "%s: with fewer than three replica-type tablets a shard durabilityPolicy goes from %s "
            "to none, so a lost primary takes its last writes along; say durabilityPolicy to keep "
            "it",
            keyspace->path,
            policy->told);
    if (replicas == 1)
        return fmt(a,
            "%s: one replica-type tablet a shard: writes stop while it restarts, and nobody else "
            "has its data; three survive the loss of one",
            keyspace->path);
    if (keyspace->durability_policy == NULL && replicas == 2)
        return fmt(a,
            "%s: with two replica-type tablets a shard durabilityPolicy is none, so a lost primary "
            "takes its last writes along; three make it semi_sync",
            keyspace->path);
    return NULL;
}

static void check_policy(struct advice *advice, const struct cluster *cluster,
    const struct keyspace_policy *policy)
{
    struct arena *a = advice->arena;
    const struct keyspace_item *keyspace = policy->keyspace;

    if (policy->kept)
        advice_add(advice,
            "DurabilityPolicyKept",
            fmt(a,
                "%s.durabilityPolicy: stays %s, since switching to %s in a running keyspace needs "
                "VTOrc 24 or newer",
                keyspace->path,
                policy->told,
                policy->wanted));
    else if (few_replicas(a, policy) != NULL)
        advice_add(advice, "FewReplicas", few_replicas(a, policy));
    if (!has_vtorc(cluster, keyspace))
        advice_add(advice,
            "NoVTOrc",
            fmt(a,
                "%s: no cell of it runs VTOrc, so nobody elects a primary or replaces a lost one",
                keyspace->path));
}

/* They go together when their zone does. */
static bool share_a_zone(const struct cell_item *one, const struct cell_item *other)
{
    return one->zone != NULL && text_equal(one->zone, other->zone) &&
           (one->region == NULL || other->region == NULL || text_equal(one->region, other->region));
}

static void check_zones(struct advice *advice, const struct cluster *cluster,
    const struct keyspace_item *keyspace, size_t first)
{
    const struct cluster_spec *spec = &cluster->spec;
    const struct cell_item *one = &spec->cells.at[first];

    for (size_t i = first + 1; i < spec->cells.count; i++) {
        const struct cell_item *other = &spec->cells.at[i];

        if (v1_keyspace_in_cell(keyspace, one->name) &&
            v1_keyspace_in_cell(keyspace, other->name) && share_a_zone(one, other))
            advice_add(advice,
                "SameZone",
                fmt(advice->arena,
                    "%s: cells \"%s\" and \"%s\" are both in zone %s, so a write that one has "
                    "acknowledged to the other is lost with that zone; give each cell a zone of "
                    "its own",
                    keyspace->path,
                    one->name,
                    other->name,
                    one->zone));
    }
}

static void check_keyspace(struct advice *advice, const struct cluster *cluster,
    const struct keyspace_policy *policy)
{
    const struct tablets_spec *tablets = policy->keyspace->tablets;

    check_pool(advice, tablets->defaults);
    check_pool(advice, tablets->master_eligible);
    check_pool(advice, tablets->batch);
    for (size_t i = 0; i < policy->keyspace->overrides.count; i++) {
        check_pool(advice, policy->keyspace->overrides.at[i].master_eligible);
        check_pool(advice, policy->keyspace->overrides.at[i].batch);
    }
    check_policy(advice, cluster, policy);
    for (size_t i = 0;
         text_starts_with(policy->wanted, "cross_cell") && i < cluster->spec.cells.count;
         i++)
        check_zones(advice, cluster, policy->keyspace, i);
    if (policy->keyspace->shards_json != NULL && policy->keyspace->shards.count == 0)
        advice_add(advice,
            "NoShard",
            fmt(advice->arena,
                "%s.shards: lists none, so the keyspace has no tablet; leave it out for one shard "
                "\"" UNSHARDED "\"",
                policy->keyspace->path));
}

/* --- all --- */

/* The controller-uid of a VitessCell is in the selector that Metacontroller generates. */
static const char *const selected_by[] = {"controller-uid", CLUSTER_LABEL, NULL};

void v1_advise(const struct cluster *cluster, struct level_conditions *conditions)
{
    struct advice advice = advice_begin(cluster->arena);

    check_image(&advice, "spec", cluster->spec.image);
    for (size_t i = 0; i < cluster->spec.cells.count; i++)
        check_cell(&advice, &cluster->spec.cells.at[i]);
    check_vtgates(&advice, &cluster->spec);
    if (cluster->spec.keyspaces.count == 0)
        advice_add(&advice, "NoKeyspace", "spec.keyspaces: there is none, so no tablet runs");
    for (size_t i = 0; i < cluster->spec.keyspaces.count; i++)
        check_keyspace(&advice, cluster, &cluster->policies[i]);
    v1_advise_mysql(&advice, &cluster->spec);
    if (cluster->missing_secret != NULL)
        advice_add(&advice,
            "SecretMissing",
            fmt(cluster->arena,
                "%s: what runs goes on, what starts anew cannot, and nothing is rolled out until "
                "it is there",
                cluster->missing_secret));
    v1_advise_others(&advice, cluster);
    advise_unknown(&advice, cluster->request->parent, selected_by, &cluster->unknown);
    advice_of(&advice, &cluster->cells);
    advice_give(&advice, conditions);
}
