#include "derived.h"

#include "keys.h"
#include "names.h"
#include "parts.h"
#include "template.h"
#include "text.h"

/* Where the topology is (their lockserver/params.go), and the etcd that it is in. */

#define ETCD "quay.io/coreos/etcd:v3.5.17"

/* --- addresses --- */

static struct lockserver_params as_given(const struct external_lockserver *external)
{
    return (
        struct lockserver_params){external->implementation, external->address, external->root_path};
}

/* `cell` NULL: that of the whole cluster. Whoever has given an address for other Kubernetes
 * clusters means it for this one, too: all have to agree. */
static struct lockserver_params etcd_params(struct arena *a, const char *namespace,
    const char *cluster, const char *cell, const struct lockserver *lockserver, const char *root)
{
    const char *name = v2_etcd_name(a, cluster, cell);
    const char *address = lockserver->cell_info_address;

    if (address == NULL || *address == '\0')
        address = fmt(a, "%s.%s.svc:2379", v2_etcd_client_service(a, name), namespace);
    return (struct lockserver_params){"etcd2", address, root};
}

struct lockserver_params v2_global_lockserver(struct arena *a, const struct v2_cluster *cluster)
{
    const struct lockserver *lockserver = cluster->spec->global_lockserver;

    if (lockserver->external != NULL)
        return as_given(lockserver->external);
    return etcd_params(a,
        cluster->namespace,
        cluster->name,
        NULL,
        lockserver,
        fmt(a, "/vitess/%s/global", cluster->name));
}

struct lockserver_params v2_local_lockserver(struct arena *a, const struct v2_cell *cell)
{
    const struct lockserver *lockserver = cell->cell->lockserver;
    const char *root = fmt(a, "/vitess/%s/local/%s", cell->cluster, cell->cell->name);

    if (lockserver != NULL && lockserver->external != NULL)
        return as_given(lockserver->external);
    if (lockserver != NULL && lockserver->etcd != NULL)
        return etcd_params(a, cell->namespace, cell->cluster, cell->cell->name, lockserver, root);
    return (struct lockserver_params){cell->global->implementation, cell->global->address, root};
}

/* --- etcd --- */

/* What is given of the claim stays; without a size it could not be made. */
static const json_t *claim_template(struct arena *a, const json_t *given)
{
    const json_t *resources = json_at(given, "resources");
    const json_t *requests = json_at(resources, "requests");
    const json_t *modes = json_at(given, "accessModes");
    json_t *once = json_new_list();

    json_add_text(once, "ReadWriteOnce");
    return object(a,
        SPREAD(given),
        F("accessModes", json_array_size(modes) > 0 ? modes : once),
        MAP("resources",
            SPREAD(resources),
            F("requests", json_overlay(object(a, F("storage", "1Gi")), requests))));
}

static const json_t *etcd_spec(struct arena *a, const struct etcd_template *etcd, const char *zone)
{
    const json_t *given = etcd->json;

    return object(a,
        F("createClientService", BOOL(true)),
        F("createPDB", BOOL(true)),
        F("createPeerService", BOOL(true)),
        F("image", ETCD),
        SPREAD(given),
        F("dataVolumeClaimTemplate", claim_template(a, json_at(given, "dataVolumeClaimTemplate"))),
        F("resources", v2_completed_resources(a, json_at(given, "resources"), "100m", "256Mi")),
        OPT("zone", zone));
}

static const char *zone_of(const struct cell *cell)
{
    return cell->zone == NULL || *cell->zone == '\0' ? NULL : cell->zone;
}

/* All children of an EtcdLockserver, and nothing else, carry its name. */
static const json_t *etcd_object(struct arena *a, const char *namespace, const char *cluster,
    const struct cell *cell, const struct etcd_template *etcd)
{
    const char *name = v2_etcd_name(a, cluster, cell == NULL ? NULL : cell->name);

    return object(a,
        F("apiVersion", API_VERSION),
        F("kind", "EtcdLockserver"),
        MAP("metadata",
            F("name", name),
            F("namespace", namespace),
            MAP("labels",
                F(CLUSTER_LABEL, cluster),
                F(COMPONENT_LABEL, "etcd"),
                OPT(CELL_LABEL, cell == NULL ? NULL : cell->name))),
        MAP("spec",
            SPREAD(etcd_spec(a, etcd, cell == NULL ? NULL : zone_of(cell))),
            MAP("selector", MAP("matchLabels", F(LOCKSERVER_LABEL, name)))));
}

const json_t *v2_global_etcd(struct arena *a, const struct v2_cluster *cluster)
{
    const struct lockserver *lockserver = cluster->spec->global_lockserver;

    return lockserver->external != NULL
               ? NULL
               : etcd_object(a, cluster->namespace, cluster->name, NULL, lockserver->etcd);
}

const json_t *v2_local_etcd(struct arena *a, const struct v2_cell *cell)
{
    const struct lockserver *lockserver = cell->cell->lockserver;

    return lockserver == NULL || lockserver->external != NULL || lockserver->etcd == NULL
               ? NULL
               : etcd_object(a, cell->namespace, cell->cluster, cell->cell, lockserver->etcd);
}
