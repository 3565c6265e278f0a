#include "cell.h"

#include "conditions.h"
#include "pools.h"
#include "template.h"

/* What is seen of a cell. */

static bool exists(const struct cell *cell, const struct objects *objects, const char *suffix)
{
    return objects_find(objects, v1_cell_object(cell, suffix)) != NULL;
}

/* While an autoscaler adds some, a Deployment is not available, and all the same there are as many
 * as are wanted at least. */
static bool has_least(const struct cell *cell, const char *suffix, const json_t *deployment)
{
    const struct vtgate_spec *vtgate = cell->spec.item.vtgate;

    return text_equal(suffix, "vtgate") && vtgate != NULL && vtgate->autoscaler != NULL &&
           json_int_at(deployment, 0, "status", "availableReplicas") >=
               vtgate->autoscaler->min_replicas;
}

static bool deployment_available(const struct cell *cell, const char *suffix)
{
    const json_t *deployment = objects_find(&cell->deployments, v1_cell_object(cell, suffix));

    return condition_true(deployment, "Available") || has_least(cell, suffix, deployment);
}

bool v1_etcd_available(const struct cell *cell)
{
    const json_t *etcd = objects_find(&cell->statefulsets, v1_cell_object(cell, "etcd"));
    json_int_t size = json_int_at(etcd, 1, "spec", "replicas");

    return json_int_at(etcd, 0, "status", "readyReplicas") >= size / 2 + 1;
}

static const json_t *vttablet_service_of(const struct cell *cell)
{
    return objects_find(&cell->services, v1_vttablet_service_name(cell));
}

/* --- Ready --- */

struct reason {
    const char *reason, *message;
};

static struct reason etcd_reason(const struct cell *cell)
{
    if (cell->spec.item.etcd == NULL || v1_etcd_available(cell))
        return (struct reason){NULL, NULL};
    if (!exists(cell, &cell->statefulsets, "etcd"))
        return (struct reason){"EtcdNotReady",
            being_created(cell->request->arena,
                owner_of(cell->request->parent),
                "StatefulSet",
                v1_cell_object(cell, "etcd"))};
    return (struct reason){"EtcdNotReady", "etcd has no quorum"};
}

/* It has a quorum, and what was applied has been taken up, but not all members are there: the next
 * one may be one too many. */
static const char *member_down(const struct cell *cell)
{
    const char *name = v1_cell_object(cell, "etcd");
    const json_t *etcd = objects_find(&cell->statefulsets, name);
    const json_t *status = json_at(etcd, "status");
    const json_int_t size = json_int_at(etcd, 1, "spec", "replicas");
    const json_int_t ready = json_int_at(status, 0, "readyReplicas");

    if (etcd == NULL || ready >= size || !v1_etcd_available(cell) || !generation_observed(etcd) ||
        json_int_at(status, 0, "updatedReplicas") < size)
        return NULL;
    return fmt(cell->arena,
        "StatefulSet %s: %lld of %lld members of etcd are Ready; %s, since "
        "without a quorum no primary can be replaced",
        name,
        (long long)ready,
        (long long)size,
        cell->members.lost ? cell->members.step : "look at the other");
}

static struct reason deployment_reason(const struct cell *cell, bool wanted, const char *suffix,
    const char *reason)
{
    const char *name = v1_cell_object(cell, suffix);
    const json_t *deployment = objects_find(&cell->deployments, name);
    const char *trouble = deployment == NULL ? NULL : deployment_trouble(deployment);

    if (!wanted || deployment_available(cell, suffix))
        return (struct reason){NULL, NULL};
    if (deployment == NULL)
        return (struct reason){reason,
            being_created(cell->request->arena,
                owner_of(cell->request->parent),
                "Deployment",
                name)};
    return (struct reason){reason,
        fmt(cell->arena,
            "Deployment %s is not available%s%s",
            name,
            trouble == NULL ? "" : ": ",
            trouble == NULL ? "" : trouble)};
}

static struct reason service_reason(const struct cell *cell, bool wanted, const char *suffix)
{
    const char *name = v1_cell_object(cell, suffix);

    if (!wanted || exists(cell, &cell->services, suffix))
        return (struct reason){NULL, NULL};
    return (struct reason){"ServiceMissing",
        being_created(cell->request->arena, owner_of(cell->request->parent), "Service", name)};
}

static struct reason registration_reason(const struct cell *cell)
{
    const char *doing = cell->registered ? "the vschema is being copied to the cell"
                                         : "the cell is being registered in the global topology";

    if ((cell->registered && cell->has_vschema) || cell->retiring)
        return (struct reason){NULL, NULL};
    return (struct reason){"CellNotRegistered",
        cell->tasks.trouble == NULL ? doing : cell->tasks.trouble};
}

static struct reason vttablet_reason(const struct cell *cell)
{
    if (cell->control || vttablet_service_of(cell) != NULL)
        return (struct reason){NULL, NULL};
    return (struct reason){"ServiceMissing",
        being_created(cell->request->arena,
            owner_of(cell->request->parent),
            "Service",
            v1_vttablet_service_name(cell))};
}

static struct reason keyspace_reason(const struct cell *cell)
{
    for (size_t i = 0; !cell->retiring && i < cell->spec.keyspaces.count; i++) {
        const char *name = v1_keyspace_object(cell, cell->spec.keyspaces.at[i].name);
        const char *why = why_child_is_not_ready(cell->arena,
            owner_of(cell->request->parent),
            "VitessKeyspace",
            name,
            objects_find(&cell->keyspaces, name));

        if (why != NULL)
            return (struct reason){"KeyspacesNotReady", why};
    }
    return (struct reason){NULL, NULL};
}

/* The first thing that keeps the cell from serving, from the ground up. Keyspaces that leave do
 * not count. */
static struct reason why_not_ready(const struct cell *cell)
{
    const struct cell_item *item = &cell->spec.item;
    bool vtgate = item->vtgate != NULL && !cell->control;
    const struct reason reasons[] = {
        etcd_reason(cell),
        service_reason(cell, item->vtctld != NULL, "vtctld"),
        deployment_reason(cell, item->vtctld != NULL, "vtctld", "VtctldNotReady"),
        registration_reason(cell),
        vttablet_reason(cell),
        deployment_reason(cell, v1_wants_vtorc(cell), "vtorc", "VTOrcNotReady"),
        keyspace_reason(cell),
        service_reason(cell, vtgate, "vtgate"),
        deployment_reason(cell, vtgate, "vtgate", "VtgateNotReady"),
    };

    for (size_t i = 0; i < sizeof(reasons) / sizeof(*reasons); i++) {
        if (reasons[i].reason != NULL)
            return reasons[i];
    }
    return (struct reason){NULL, NULL};
}

/* What is still to be done besides the rollout. */
static const char *pending(const struct cell *cell)
{
    if (cell->leaving != NULL)
        return fmt(cell->arena, "removing VitessKeyspace %s", cell->leaving);
    if (cell->stepping != NULL)
        return cell->stepping;
    if (cell->members.step != NULL && !cell->members.lost)
        return cell->members.step;
    return registration_reason(cell).message;
}

static const json_t *conditions_of(const struct cell *cell)
{
    struct reason reason = why_not_ready(cell);
    struct level_conditions level = {
        .ready = reason.reason == NULL,
        .ready_reason = reason.reason,
        .ready_message = reason.message,
        .stage = &cell->stage,
        .pending = pending(cell),
        .stuck = cell->tasks.stuck,
    };
    struct advice advice = advice_begin(cell->arena);
    const char *down = member_down(cell);

    if (cell->refused != NULL)
        advice_add(&advice, "Immutable", cell->refused);
    if (down != NULL)
        advice_add(&advice, "EtcdMemberDown", down);
    if (cell->members.blocked)
        advice_add(&advice, "EtcdClaimKept", cell->members.step);
    v1_advise_etcd_claims(cell, &advice);
    if (cell->outdated != NULL)
        advice_add(&advice, "ControllersOutdated", cell->outdated);
    if (cell->missing_secret != NULL)
        advice_add(&advice,
            "SecretMissing",
            fmt(cell->arena,
                "%s: what runs goes on, and what starts anew cannot",
                cell->missing_secret));
    advise_edit(&advice, cell->request, "VitessCluster");
    v1_advise_ownerless(&advice, cell->request, &cell->spec.derived);
    advise_unknown(&advice, cell->request->parent, v1_known_by, &cell->unknown);
    advice_of(&advice, &cell->keyspaces);
    advice_give(&advice, &level);
    return level_conditions(cell->request, &level);
}

/* --- counts --- */

static long long one_if(bool condition)
{
    return condition ? 1 : 0;
}

static const json_t *deployment_counts(const struct cell *cell, const char *suffix, bool available)
{
    return object(cell->arena,
        F("deployments", one_if(exists(cell, &cell->deployments, suffix))),
        F("availableDeployments", one_if(available)));
}

static const json_t *deployment_status(const struct cell *cell, const char *suffix)
{
    return deployment_counts(cell, suffix, deployment_available(cell, suffix));
}

static json_int_t wanted_tablets(const struct cell *cell)
{
    json_int_t sum = 0;

    for (size_t i = 0; !cell->retiring && i < cell->spec.keyspaces.count; i++)
        sum = json_int_sum(sum,
            v1_tablets_in_cell(&cell->spec.keyspaces.at[i], cell->spec.item.name));
    return sum;
}

/* Of a lock server that is kept although the spec has none, they stay known, until nothing is left
 * of it: one that comes later is another one. */
static const json_t *known_members(const struct cell *cell)
{
    if (cell->spec.item.etcd == NULL && !exists(cell, &cell->statefulsets, "etcd") &&
        v1_etcd_volumes(cell) == 0)
        return NULL;
    return cell->members.known != NULL
               ? cell->members.known
               : json_at(cell->request->parent, "status", "etcd", "members");
}

const json_t *v1_cell_status(const struct cell *cell)
{
    struct arena *a = cell->arena;
    const struct objects *keyspaces = &cell->keyspaces;
    bool etcd = exists(cell, &cell->statefulsets, "etcd");
    bool vtadmin = exists(cell, &cell->deployments, "vtadmin");

    return object(a,
        F("keyspaces", v1_names_of(a, keyspaces, false)),
        F("readyKeyspaces", v1_names_of(a, keyspaces, true)),
        MAP("etcd",
            F("clusters", one_if(etcd)),
            F("availableClusters", one_if(etcd && v1_etcd_available(cell))),
            OPT("members", known_members(cell))),
        MAP("vtctld",
            F("services", one_if(exists(cell, &cell->services, "vtctld"))),
            /* Its web pages went with Vitess 16, so we make none; 2018's may still be there. */
            F("configMaps", one_if(exists(cell, &cell->config_maps, "vtctld"))),
            SPREAD(deployment_counts(cell, "vtctld", v1_vtctld_can_be_asked(cell)))),
        MAP("vtgate",
            F("services", one_if(exists(cell, &cell->services, "vtgate"))),
            SPREAD(deployment_status(cell, "vtgate"))),
        MAP("vttablet", F("services", one_if(vttablet_service_of(cell) != NULL))),
        F("vtorc", deployment_status(cell, "vtorc")),
        OPT("vtadmin", vtadmin ? deployment_status(cell, "vtadmin") : NULL),
        F("cellInfoRegistered", BOOL(cell->registered && (cell->has_vschema || cell->retiring))),
        F("tablets", INT(status_sum(keyspaces, "tablets"))),
        F("readyTablets", INT(status_sum(keyspaces, "readyTablets"))),
        F("updatedTablets", INT(status_sum(keyspaces, "updatedTablets"))),
        F("tabletsReady", tally_text(a, v1_serving_sum(keyspaces), wanted_tablets(cell))),
        OPT("retired", cell->retired ? json_true() : NULL),
        OPT("tasks", cell->tasks.remembered),
        F("conditions", conditions_of(cell)));
}
