#include "cluster.h"

#include "at_once.h"
#include "keys.h"
#include "metadata.h"
#include "names.h"
#include "release.h"
#include "template.h"

/* What serves all cells: Services, vtctld and VTAdmin. */

struct v2_place v2_cluster_place(const struct cluster_hook *hook, const struct cell *cell)
{
    return (struct v2_place){.namespace = hook->cluster.namespace,
        .cluster = hook->cluster.name,
        .cell = cell == NULL ? NULL : cell->name,
        .zone = cell == NULL ? NULL : cell->zone,
        .topology = hook->topology,
        .vitess_flags = hook->spec.vitess_flags,
        .pull_secrets = hook->spec.pull_secrets};
}

/* --- which cells --- */

/* `names` NULL or empty: all of them. One that is no cell was refused. */
static bool is_in(const json_t *names, const struct cell *cell)
{
    return json_array_size(names) == 0 || json_list_has(names, cell->name);
}

static bool has_vtadmin(const struct cluster_hook *hook)
{
    return hook->spec.vtadmin != NULL && v2_given(hook->spec.images->vtadmin) != NULL;
}

static bool is_deployed_in(const struct cluster_hook *hook, const char *component,
    const struct cell *cell)
{
    if (text_equal(component, VTCTLD_COMPONENT))
        return is_in(hook->spec.dashboard->cells, cell);
    return has_vtadmin(hook) && is_in(hook->spec.vtadmin->cells, cell);
}

static const char *deployment_name(const struct cluster_hook *hook, const char *component,
    const struct cell *cell)
{
    return text_equal(component, VTCTLD_COMPONENT)
               ? v2_vtctld_deployment(hook->arena, hook->cluster.name, cell->name)
               : v2_vtadmin_deployment(hook->arena, hook->cluster.name, cell->name);
}

struct objects v2_deployments_of(const struct cluster_hook *hook, const char *component)
{
    struct objects found = {arena_array(hook->arena, hook->spec.cells.count + 1, sizeof(*found.at)),
        0};

    for (size_t i = 0; i < hook->spec.cells.count; i++) {
        const struct cell *cell = &hook->spec.cells.at[i];
        const json_t *there =
            objects_find(&hook->deployments, deployment_name(hook, component, cell));

        if (there != NULL && is_deployed_in(hook, component, cell))
            found.at[found.count++] = there;
    }
    return found;
}

/* --- Services --- */

static void want_service(struct cluster_hook *hook, struct answer *answer, const json_t *service)
{
    const json_t *own = v2_own_child(hook, service);

    want(answer,
        v2_service_over(hook->arena, own, objects_find(&hook->services, object_name(own))));
}

/* --- vtctld --- */

static const json_t *desired_vtctld(const struct cluster_hook *hook, const struct cell *cell)
{
    const struct cluster_spec *spec = &hook->spec;
    const struct cluster_backup *backup = spec->backup;
    const struct v2_vtctld vtctld = {
        .place = v2_cluster_place(hook, cell),
        .image = spec->images->vtctld,
        .pull_policy = spec->pull_policies->vtctld,
        .mysqld_image = v2_mysqld_image(spec->images->mysqld),
        .spec = spec->dashboard,
        /* Of several locations it can know one. */
        .backup_location =
            backup == NULL || backup->locations.count == 0 ? NULL : &backup->locations.at[0],
        .backup_engine = backup == NULL ? NULL : backup->engine,
    };

    return v2_make_vtctld_deployment(hook->arena, &vtctld);
}

/* --- VTAdmin --- */

/* Of a cell among those that are named for VTAdmin, in the order there, or else of the cluster. */
static size_t place_of(const struct cluster_hook *hook, const struct cell *cell)
{
    size_t place = (size_t)(cell - hook->spec.cells.at);
    const json_t *name;

    json_each_item (hook->spec.vtadmin->cells, i, name) {
        if (text_equal(json_string_value(name), cell->name))
            place = i;
    }
    return place;
}

/* Where browsers find its API: one address for all cells, or one for each. */
static const char *api_address(const struct cluster_hook *hook, const struct cell *cell)
{
    const json_t *addresses = hook->spec.vtadmin->api_addresses;
    size_t place = json_array_size(addresses) > 1 ? place_of(hook, cell) : 0;

    return json_string_value(json_array_get(addresses, place));
}

static const char *cluster_ip(const json_t *service)
{
    return json_text_at(service, "spec", "clusterIP");
}

static const json_t *gateway_in(const struct cluster_hook *hook, const struct cell *cell)
{
    return objects_find(&hook->gateways,
        v2_vtgate_service(hook->arena, hook->cluster.name, cell->name));
}

static struct v2_vtadmin vtadmin_of(const struct cluster_hook *hook, const struct cell *cell)
{
    const json_t *vtctld =
        objects_find(&hook->services, v2_vtctld_service(hook->arena, hook->cluster.name));

    return (struct v2_vtadmin){.place = v2_cluster_place(hook, cell),
        .image = hook->spec.images->vtadmin,
        .pull_policy = hook->spec.pull_policies->vtadmin,
        .spec = hook->spec.vtadmin,
        .api_address = api_address(hook, cell),
        .vtctld_address = cluster_ip(vtctld),
        .vtgate_address = cluster_ip(gateway_in(hook, cell))};
}

/* --- Deployments --- */

/* An etcd of the same name in another namespace: that of the cluster that was restored here. */
static bool is_etcd_elsewhere(const struct cluster_hook *hook, const char *address)
{
    struct arena *a = hook->arena;
    const char *service = v2_etcd_client_service(a, v2_etcd_name(a, hook->cluster.name, NULL));

    return text_starts_with(address, fmt(a, "%s.", service)) &&
           !text_starts_with(address, fmt(a, "%s.%s.svc", service, hook->cluster.namespace));
}

static bool came_along(const struct cluster_hook *hook, const json_t *deployment)
{
    const json_t *container =
        json_array_get(json_at(deployment, "spec", "template", "spec", "containers"), 0);
    const char *etcd = flag_argument(json_at(container, "args"), "topo-global-server-address");

    return (etcd != NULL && is_etcd_elsewhere(hook, etcd)) ||
           v2_made_elsewhere(hook->arena, deployment);
}

bool v2_vtctld_came_along(const struct cluster_hook *hook)
{
    const struct objects vtctlds = v2_deployments_of(hook, VTCTLD_COMPONENT);

    for (size_t i = 0; i < vtctlds.count; i++) {
        if (came_along(hook, vtctlds.at[i]))
            return true;
    }
    return false;
}

/* One that came along waits for nobody's release: it speaks for another cluster until it goes. */
static void want_deployment(struct cluster_hook *hook, struct answer *answer, const json_t *wanted)
{
    struct arena *a = hook->arena;
    const json_t *desired = v2_own_child(hook, wanted);
    const json_t *there = objects_find(&hook->deployments, object_name(desired));
    const struct v2_edit edit = {
        .desired = desired,
        .observed = there,
        .at_once = there == NULL
                       ? NULL
                       : v2_deployment_at_once(a, as_applied(a, &v2_keys, there), desired),
        .immediate = hook->immediate || (there != NULL && came_along(hook, there)),
    };

    want(answer, v2_let_go(a, &edit));
}

/* What VTAdmin is told comes before it. It is told addresses, which are not known at first. */
static void want_vtadmin(struct cluster_hook *hook, struct answer *answer, const struct cell *cell)
{
    struct arena *a = hook->arena;
    const struct v2_vtadmin vtadmin = vtadmin_of(hook, cell);

    if (vtadmin.vtctld_address == NULL || vtadmin.vtgate_address == NULL)
        return;
    want(answer, v2_own_child(hook, v2_make_vtadmin_discovery(a, &vtadmin)));
    want(answer, v2_own_child(hook, v2_make_vtadmin_config(a, &vtadmin)));
    want(answer, v2_own_child(hook, v2_make_vtadmin_web_config(a, &vtadmin)));
    want_deployment(hook, answer, v2_make_vtadmin_deployment(a, &vtadmin));
}

static void want_in_cells(struct cluster_hook *hook, struct answer *answer)
{
    for (size_t i = 0; i < hook->spec.cells.count; i++) {
        const struct cell *cell = &hook->spec.cells.at[i];

        if (is_deployed_in(hook, VTCTLD_COMPONENT, cell))
            want_deployment(hook, answer, desired_vtctld(hook, cell));
        if (is_deployed_in(hook, VTADMIN_COMPONENT, cell))
            want_vtadmin(hook, answer, cell);
    }
}

/* --- what is ours, and what goes --- */

static bool is_of_vtadmin(const struct cluster_hook *hook, const struct cell *cell,
    const char *name)
{
    static const char *const secrets[] = {"discovery", "clusterConfig", "webConfig"};

    for (size_t i = 0; i < sizeof(secrets) / sizeof(*secrets); i++) {
        if (text_equal(name,
                v2_vtadmin_secret(hook->arena, hook->cluster.name, cell->name, secrets[i])))
            return true;
    }
    return text_equal(name, deployment_name(hook, VTADMIN_COMPONENT, cell));
}

static bool is_service(const struct cluster_hook *hook, const char *name)
{
    const char *cluster = hook->cluster.name;

    return text_equal(name, v2_vtgate_service(hook->arena, cluster, NULL)) ||
           text_equal(name, v2_vttablet_service(hook->arena, cluster)) ||
           text_equal(name, v2_vtctld_service(hook->arena, cluster)) ||
           text_equal(name, v2_vtadmin_service(hook->arena, cluster));
}

/* Of a cell that has left the spec it is ours if we have made it, by what it says of itself. */
static bool is_of_former_cell(const struct cluster_hook *hook, const json_t *child)
{
    const struct cell cell = {.name = object_label(child, CELL_LABEL)};
    const char *name = object_name(child);

    return cell.name != NULL && (text_equal(name, deployment_name(hook, VTCTLD_COMPONENT, &cell)) ||
                                    is_of_vtadmin(hook, &cell, name));
}

bool v2_is_component(const struct cluster_hook *hook, const json_t *child)
{
    const char *name = object_name(child);

    if (is_service(hook, name) || is_of_former_cell(hook, child))
        return true;
    for (size_t i = 0; i < hook->spec.cells.count; i++) {
        const struct cell *cell = &hook->spec.cells.at[i];

        if (text_equal(name, deployment_name(hook, VTCTLD_COMPONENT, cell)) ||
            is_of_vtadmin(hook, cell, name))
            return true;
    }
    return false;
}

/* The spec of today asks for it. */
static bool is_wanted(const struct cluster_hook *hook, const json_t *child)
{
    const char *name = object_name(child);

    if (is_service(hook, name))
        return has_vtadmin(hook) ||
               !text_equal(name, v2_vtadmin_service(hook->arena, hook->cluster.name));
    for (size_t i = 0; i < hook->spec.cells.count; i++) {
        const struct cell *cell = &hook->spec.cells.at[i];

        if ((is_deployed_in(hook, VTCTLD_COMPONENT, cell) &&
                text_equal(name, deployment_name(hook, VTCTLD_COMPONENT, cell))) ||
            (is_deployed_in(hook, VTADMIN_COMPONENT, cell) && is_of_vtadmin(hook, cell, name)))
            return true;
    }
    return false;
}

static const char *kind_and_name(struct arena *a, const json_t *child)
{
    return fmt(a, "%s %s", object_kind(child), object_name(child));
}

static const json_t *names_in(struct arena *a, const struct answer *answer)
{
    json_t *names = json_new_map();
    const json_t *child;

    json_each_item (answer->children, i, child)
        json_put(names, kind_and_name(a, child), json_true());
    return names;
}

/* Nothing is stored in what has left the spec. What is wanted, and waits for an address, stays as
 * it is. */
static void leave(struct cluster_hook *hook, struct answer *answer, const json_t *answered,
    const struct objects *there)
{
    for (size_t i = 0; i < there->count; i++) {
        const json_t *child = there->at[i];

        if (json_at(answered, kind_and_name(hook->arena, child)) != NULL)
            continue;
        if (is_wanted(hook, child))
            want(answer, as_applied(hook->arena, &v2_keys, child));
        else
            release_child(hook->arena, answer, child, "its component has left the spec");
    }
}

void v2_want_components(struct cluster_hook *hook, struct answer *answer)
{
    struct arena *a = hook->arena;
    const struct cluster_spec *spec = &hook->spec;
    const struct v2_place place = v2_cluster_place(hook, NULL);
    const json_t *answered;

    want_service(hook, answer, v2_make_vtgate_service(a, &place, spec->gateway_service));
    want_service(hook, answer, v2_make_vttablet_service(a, &place, spec->tablet_service));
    want_service(hook, answer, v2_make_vtctld_service(a, &place, spec->dashboard->service));
    if (has_vtadmin(hook))
        want_service(hook, answer, v2_make_vtadmin_service(a, &place, spec->vtadmin->service));
    want_in_cells(hook, answer);
    answered = names_in(a, answer);
    leave(hook, answer, answered, &hook->services);
    leave(hook, answer, answered, &hook->deployments);
    leave(hook, answer, answered, &hook->secrets);
}
