#include "etcd_members.h"
#include "metadata.h"
#include "pod.h"
#include "template.h"

/* etcd, the lock server: a StatefulSet. Who its members are is in etcd_members.c. */

#define COMPONENT "etcd"
#define DATA "/var/etcd"
#define TLS_SECRETS "/etc/etcd/tls"

static const char *scheme(const struct etcd *etcd)
{
    return etcd->tls_secret == NULL ? "http" : "https";
}

static const char *peer_service_name(struct arena *a, const struct etcd *etcd)
{
    return fmt(a, "%s-peer", etcd->name);
}

/* "vitess-global-etcd-peer.default.svc", below which each member has a name. */
static const char *domain(struct arena *a, const struct etcd *etcd)
{
    return fmt(a, "%s.%s.svc", peer_service_name(a, etcd), etcd->place.namespace);
}

const char *etcd_peer_url(struct arena *a, const struct etcd *etcd, uint32_t ordinal)
{
    return fmt(a, "%s://%s-%u.%s:2380", scheme(etcd), etcd->name, ordinal, domain(a, etcd));
}

/* Kubernetes itself puts environment variables into the arguments; no shell is involved. */
static const json_t *named_after_pod(struct arena *a, const struct etcd *etcd)
{
    const char *here = fmt(a, "%s://$(POD_NAME).%s", scheme(etcd), verbatim(a, domain(a, etcd)));

    return object(a,
        F("name", "$(POD_NAME)"),
        F("advertise-client-urls", fmt(a, "%s:2379", here)),
        F("initial-advertise-peer-urls", fmt(a, "%s:2380", here)),
        F("initial-cluster", "$(INITIAL_CLUSTER)"),
        F("initial-cluster-state", "$(INITIAL_CLUSTER_STATE)"));
}

static const json_t *resources(struct arena *a, const struct etcd *etcd)
{
    if (etcd->resources != NULL)
        return as_stored(a, etcd->resources);
    return object(a,
        MAP("requests", F("cpu", "100m"), F("memory", "256Mi")),
        MAP("limits", F("memory", "512Mi")));
}

static const json_t *default_claim(struct arena *a)
{
    return object(a,
        LIST("accessModes", V("ReadWriteOnce")),
        MAP("resources", MAP("requests", F("storage", "1Gi"))));
}

const json_t *etcd_claim_spec(struct arena *a, const struct etcd *etcd)
{
    return as_stored(a, etcd->claim == NULL ? default_claim(a) : etcd->claim);
}

/* etcd recommends no more. */
#define LARGEST_DATABASE (8LL << 30)

static long long least(long long a, long long b)
{
    return a < b ? a : b;
}

/* Beyond it etcd takes no more writes, but reads and deletions: better than a full disk, on which
 * it ends, and than being killed for its memory. Two fifths of the volume leave room for the copy
 * that defragmentation writes, for a snapshot to a slow member, and for the log; four fifths of the
 * memory leave some for what is under way, since the whole file is mapped. */
static const char *quota(struct arena *a, const struct etcd *etcd)
{
    const char *size = json_text_at(etcd_claim_spec(a, etcd), "resources", "requests", "storage");
    const char *memory = json_text_at(resources(a, etcd), "limits", "memory");
    long long bytes = LARGEST_DATABASE;

    if (etcd->quota != NULL)
        return etcd->quota;
    if (quantity_whole(size) > 0)
        bytes = least(bytes, quantity_whole(size) / 5 * 2 + quantity_whole(size) % 5 * 2 / 5);
    if (quantity_whole(memory) > 0)
        bytes = least(bytes, quantity_whole(memory) / 5 * 4 + quantity_whole(memory) % 5 * 4 / 5);
    return fmt(a, "%lld", bytes);
}

static const json_t *own_flags(struct arena *a, const struct etcd *etcd)
{
    return object(a,
        F("data-dir", DATA "/data"),
        F("listen-client-urls", fmt(a, "%s://0.0.0.0:2379", scheme(etcd))),
        F("listen-peer-urls", fmt(a, "%s://0.0.0.0:2380", scheme(etcd))),
        /* For probes, and Prometheus: nothing of the topology is in there. */
        F("listen-metrics-urls", "http://0.0.0.0:2381"),
        F("initial-cluster-token", etcd->name),
        /* Vitess keeps whole routing tables in one key, and needs no history of them. */
        F("max-request-bytes", "8388608"),
        F("quota-backend-bytes", quota(a, etcd)),
        F("auto-compaction-mode", "revision"),
        F("auto-compaction-retention", "1000"));
}

/* Members show the same certificate to each other, as servers and as clients. */
static const json_t *tls_files(struct arena *a, const struct etcd *etcd)
{
    if (etcd->tls_secret == NULL)
        return NULL;
    return object(a,
        F("cert-file", TLS_SECRETS "/tls.crt"),
        F("key-file", TLS_SECRETS "/tls.key"),
        F("trusted-ca-file", TLS_SECRETS "/ca.crt"),
        F("client-cert-auth", "true"),
        F("peer-cert-file", TLS_SECRETS "/tls.crt"),
        F("peer-key-file", TLS_SECRETS "/tls.key"),
        F("peer-trusted-ca-file", TLS_SECRETS "/ca.crt"),
        F("peer-client-cert-auth", "true"));
}

static const json_t *arguments(struct arena *a, const struct etcd *etcd)
{
    return flag_list_over(a,
        named_after_pod(a, etcd),
        own_flags(a, etcd),
        tls_files(a, etcd),
        etcd->flags);
}

/* Read at each start of the container, so that nothing is rolled when they change. */
static const json_t *of_members(struct arena *a, const struct etcd *etcd, const char *variable,
    const char *key)
{
    return object(a,
        F("name", variable),
        MAP("valueFrom",
            MAP("configMapKeyRef", F("name", etcd_members_name(a, etcd)), F("key", key))));
}

static const json_t *container(struct arena *a, const struct etcd *etcd)
{
    json_t *tls = json_new_list();

    if (etcd->tls_secret != NULL)
        json_add(tls, read_only_mount(a, "etcd-tls", TLS_SECRETS));
    return object(a,
        F("name", "etcd"),
        F("image", etcd->image),
        SPREAD(container_defaults(a, &etcd->place)),
        LIST("command", V("/usr/local/bin/etcd")),
        F("args", arguments(a, etcd)),
        LIST("env",
            ITEM(F("name", "POD_NAME"),
                MAP("valueFrom",
                    MAP("fieldRef", F("apiVersion", "v1"), F("fieldPath", "metadata.name")))),
            V(of_members(a, etcd, "INITIAL_CLUSTER", ETCD_INITIAL_CLUSTER)),
            V(of_members(a, etcd, "INITIAL_CLUSTER_STATE", ETCD_INITIAL_STATE))),
        LIST("ports",
            ITEM(F("name", "client"), F("containerPort", INT(2379))),
            ITEM(F("name", "peer"), F("containerPort", INT(2380))),
            ITEM(F("name", "metrics"), F("containerPort", INT(2381)))),
        /* Ready is who has a quorum; alive is who can read its own disk, for a member that waits
         * for the others is not helped by a restart. */
        MAP("readinessProbe",
            SPREAD(http_get(a, "/health", "metrics")),
            F("periodSeconds", INT(5)),
            F("timeoutSeconds", INT(5))),
        F("livenessProbe",
            lenient_liveness_probe(a, "/health?exclude=NOSPACE&serializable=true", "metrics")),
        F("resources", resources(a, etcd)),
        LIST("volumeMounts", ITEM(F("name", "data"), F("mountPath", DATA)), EACH(tls)));
}

/* Metacontroller compares this list as a whole, since its items have no name at their top: so it
 * must be what the API server stores, with all that it defaults. */
static const json_t *claim_template(struct arena *a, const struct etcd *etcd)
{
    if (etcd->claim_template != NULL)
        return etcd->claim_template;
    return object(a,
        F("apiVersion", "v1"),
        F("kind", "PersistentVolumeClaim"),
        MAP("metadata",
            F("name", "data"),
            OPT("labels", json_at(etcd->claim_metadata, "labels")),
            OPT("annotations", json_at(etcd->claim_metadata, "annotations"))),
        MAP("spec", F("volumeMode", "Filesystem"), SPREAD(etcd_claim_spec(a, etcd))),
        MAP("status", F("phase", "Pending")));
}

const json_t *etcd_statefulset(struct arena *a, const struct etcd *etcd)
{
    const struct place *place = &etcd->place;
    const json_t *metadata = component_metadata(a, place, COMPONENT, etcd->name, place->hash);
    const json_t *selector = component_selector(a, place, COMPONENT);
    json_t *volumes = json_new_list();
    const json_t *pod;

    json_add(volumes, secret_volume(a, "etcd-tls", etcd->tls_secret, NULL));
    pod = object(a,
        SPREAD(pod_defaults(a, place, selector)),
        LIST("containers", V(container(a, etcd))),
        OPT("volumes", volumes));

    return object(a,
        F("apiVersion", "apps/v1"),
        F("kind", "StatefulSet"),
        F("metadata", metadata),
        MAP("spec",
            F("replicas", etcd->size),
            F("serviceName", peer_service_name(a, etcd)),
            MAP("selector", F("matchLabels", selector)),
            /* One after the other would wait for ever: the first is not Ready without a quorum. */
            F("podManagementPolicy", "Parallel"),
            MAP("updateStrategy", F("type", "RollingUpdate")),
            MAP("persistentVolumeClaimRetentionPolicy",
                F("whenScaled", etcd->keep_claims_scaled ? "Retain" : "Delete"),
                F("whenDeleted", etcd->keep_claims_deleted ? "Retain" : "Delete")),
            MAP("template",
                MAP("metadata",
                    F("labels", pod_labels(a, json_at(metadata, "labels"), &etcd->overrides)),
                    OPT("annotations",
                        object(a,
                            SPREAD(etcd->overrides.annotations),
                            OPT_KEY(place->keys->secrets_hash, place->secrets)))),
                F("spec", pod_overridden(a, place, pod, &etcd->overrides))),
            LIST("volumeClaimTemplates", V(claim_template(a, etcd)))));
}

const json_t *etcd_client_service(struct arena *a, const struct etcd *etcd)
{
    const struct place *place = &etcd->place;
    const char *name = fmt(a, "%s-client", etcd->name);

    return object(a,
        F("apiVersion", "v1"),
        F("kind", "Service"),
        F("metadata", component_metadata(a, place, COMPONENT, name, NULL)),
        MAP("spec",
            F("selector", component_selector(a, place, COMPONENT)),
            LIST("ports",
                ITEM(F("name", "client"), F("port", INT(2379)), F("targetPort", "client")))));
}

const json_t *etcd_peer_service(struct arena *a, const struct etcd *etcd)
{
    const struct place *place = &etcd->place;

    return object(a,
        F("apiVersion", "v1"),
        F("kind", "Service"),
        F("metadata", component_metadata(a, place, COMPONENT, peer_service_name(a, etcd), NULL)),
        MAP("spec",
            F("clusterIP", "None"),
            /* Members must find each other to form the quorum that makes them Ready. */
            F("publishNotReadyAddresses", BOOL(true)),
            F("selector", component_selector(a, place, COMPONENT)),
            LIST("ports",
                ITEM(F("name", "peer"), F("port", INT(2380)), F("targetPort", "peer")),
                ITEM(F("name", "client"), F("port", INT(2379)), F("targetPort", "client")))));
}

/* A member that is not Ready may be one that catches up: while the others are no quorum without it,
 * it is the quorum that comes next, and its volume may be tied to the node. */
const json_t *etcd_disruption_budget(struct arena *a, const struct etcd *etcd)
{
    const struct budget budget = {
        .place = &etcd->place,
        .component = COMPONENT,
        .name = etcd->name,
        .selector = component_selector(a, &etcd->place, COMPONENT),
        .min_available = etcd->size < 2 ? 0 : etcd->size / 2 + 1,
    };

    return disruption_budget(a, &budget);
}
