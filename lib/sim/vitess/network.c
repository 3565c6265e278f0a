#include <string.h>

#include "etcd.h"
#include "metadata.h"
#include "model.h"
#include "sim/core/world.h"
#include "sim/store/status.h"
#include "vtctl.h"

/* Who can be reached: lock servers and vtctld behind their Services. */

void vitess_etcd_changed(struct sim *sim, const struct version *pod)
{
    const struct shelf *members;
    struct table_row *row;

    sim->vitess->network++;
    kubelet_wake(sim);
    /* VTOrc may have waited for the lock server. */
    table_each (&sim->vitess->by_key, row)
        queue_add(&sim->vitess->shards, row->key);
    if (pod == NULL || pod->owner == NULL)
        return;
    members = view_owned(&sim->store->live, pod->owner);
    for (size_t i = 0; i < members->count; i++)
        kubelet_poke(sim, members->at[i]->uid);
}

void vitess_see(struct sim *sim, const struct change *change)
{
    const struct version *version = change->after == NULL ? change->before : change->after;

    /* A member that a StatefulSet has adopted counts for the others from now on. */
    if (kind_is(version->kind, "Pod") && change->before != NULL && change->after != NULL &&
        change->before->owner != change->after->owner)
        vitess_etcd_changed(sim, version);
    if (!kind_is(version->kind, "Service"))
        return;
    sim->vitess->network++;
    kubelet_wake(sim);
}

static bool runs(const struct pod_run *run, enum program program)
{
    for (size_t i = 0; run != NULL && !run->stopped && i < run->count; i++) {
        if (run->containers[i].program == program && run->containers[i].well)
            return true;
    }
    return false;
}

/* The process behind a Service, or NULL. For etcd its own quorum counts, as seen by now. */
static struct pod_run *behind_service(struct sim *sim, const struct version *service,
    enum program program)
{
    struct shelf pods = shelf_of_kind(&sim->store->live.all, kind_by_name(sim->kinds, "Pod"));
    json_t *selector = json_new_map();

    json_put(selector, "matchLabels", json_at(service->json, "spec", "selector"));
    for (size_t i = 0; i < pods.count; i++) {
        struct pod_run *run = kubelet_run(sim, pods.at[i]->uid);

        if (pods.at[i]->namespace != service->namespace || !runs(run, program) ||
            !selector_matches(selector, json_at(pods.at[i]->json, "metadata", "labels")))
            continue;
        if (program == PROGRAM_ETCD ? etcd_quorum(sim, pods.at[i]) : status_pod_ready(pods.at[i]))
            return run;
    }
    return NULL;
}

/* "name", "name.namespace" or "name.namespace.svc..." before the port. `inside` says whether the
 * name must be a Service of the asker's own namespace; what is elsewhere is not simulated. */
static struct version *service_of(struct sim *sim, const char *asker, const char *address,
    bool *inside)
{
    const char *host = text_copy(sim->objects, address, strcspn(address, ":"));
    size_t name = strcspn(host, ".");
    const char *rest = host[name] == '\0' ? "" : host + name + 1;
    const char *place = *rest == '\0' ? asker : text_copy(sim->objects, rest, strcspn(rest, "."));

    *inside = text_equal(place, asker);
    return store_named(sim, "Service", fmt(sim->objects, "%s/%.*s", place, (int)name, host));
}

static bool address_answers(struct sim *sim, const struct global_topology *topology,
    const char *address)
{
    bool inside;
    struct version *service = service_of(sim, topology->namespace, address, &inside);

    if (service != NULL)
        return behind_service(sim, service, PROGRAM_ETCD) != NULL;
    /* An external lock server is always up. */
    return !inside;
}

bool vitess_reachable(struct sim *sim, struct global_topology *topology)
{
    struct texts addresses;

    if (topology->checked == sim->vitess->network)
        return topology->reachable;
    topology->checked = sim->vitess->network;
    topology->reachable = false;
    addresses = texts_listed(sim->objects, topology->addresses);
    for (size_t i = 0; i < addresses.count && !topology->reachable; i++)
        topology->reachable = address_answers(sim, topology, addresses.at[i]);
    return topology->reachable;
}

const struct version *vitess_etcd_behind(struct sim *sim, const char *namespace,
    const char *address)
{
    bool inside;
    struct version *service = service_of(sim, namespace, address, &inside);
    struct pod_run *run = service == NULL ? NULL : behind_service(sim, service, PROGRAM_ETCD);

    return run == NULL ? NULL : store_named(sim, "Pod", run->key);
}

const struct process *vtctld_behind(struct sim *sim, const char *namespace, const char *server)
{
    bool inside;
    struct version *service = service_of(sim, namespace, server, &inside);
    const struct pod_run *run =
        service == NULL ? NULL : behind_service(sim, service, PROGRAM_VTCTLD);

    return run == NULL ? NULL : run->process;
}
