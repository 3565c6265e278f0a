#include "objects.h"

#include "hashes.h"
#include "keys.h"
#include "metadata.h"
#include "names.h"
#include "template.h"

/* The etcd of an EtcdLockserver: three Pods of their own, each with a claim of its name. */

#define IMAGE "quay.io/coreos/etcd:v3.5.17"

enum { CLIENT_PORT = 2379, PEER_PORT = 2380 };

bool v2_etcd_is_here(const struct v2_etcd *etcd, uint32_t index)
{
    uint32_t only = etcd->spec->local_member_index;

    return index >= 1 && index <= ETCD_MEMBERS && (only == 0 || only == index);
}

static const json_t *selector(struct arena *a, const struct v2_etcd *etcd)
{
    return object(a, F(LOCKSERVER_LABEL, etcd->name));
}

static const json_t *labels(struct arena *a, const struct v2_etcd *etcd)
{
    return object(a,
        SPREAD(selector(a, etcd)),
        F(COMPONENT_LABEL, ETCD_COMPONENT),
        OPT(CLUSTER_LABEL, etcd->cluster));
}

static const json_t *member_metadata(struct arena *a, const struct v2_etcd *etcd, uint32_t index)
{
    const json_t *all = object(a,
        SPREAD(etcd->spec->pods.labels),
        SPREAD(labels(a, etcd)),
        F(ETCD_INDEX_LABEL, fmt(a, "%u", index)));

    return v2_metadata(a, etcd->namespace, v2_etcd_member_name(a, etcd->name, index), all);
}

/* --- arguments --- */

/* In the short form, which is known in the namespace of the Pods. */
static const char *url(struct arena *a, const struct v2_etcd *etcd, uint32_t index, int port)
{
    return fmt(a,
        "http://%s.%s:%d",
        v2_etcd_member_name(a, etcd->name, index),
        v2_etcd_peer_service(a, etcd->name),
        port);
}

/* The user's own count when there is one for each member. */
static const char *peer_url(struct arena *a, const struct v2_etcd *etcd, uint32_t index)
{
    const json_t *given = etcd->spec->advertise_peer_urls;

    if (json_array_size(given) == ETCD_MEMBERS)
        return json_string_value(json_array_get(given, index - 1));
    return url(a, etcd, index, PEER_PORT);
}

static const char *members(struct arena *a, const struct v2_etcd *etcd)
{
    struct texts all = {.arena = a};

    for (uint32_t i = 1; i <= ETCD_MEMBERS; i++)
        texts_add(&all,
            fmt(a, "%s=%s", v2_etcd_member_name(a, etcd->name, i), peer_url(a, etcd, i)));
    return texts_join(&all, ",");
}

static const json_t *arguments(struct arena *a, const struct v2_etcd *etcd, uint32_t index)
{
    return v2_arguments(a,
        object(a,
            F("name", v2_etcd_member_name(a, etcd->name, index)),
            F("data-dir", "/var/etcd"),
            F("listen-peer-urls", "http://0.0.0.0:2380"),
            F("listen-client-urls", "http://0.0.0.0:2379"),
            F("advertise-client-urls", url(a, etcd, index, CLIENT_PORT)),
            /* These count only as a member starts for the first time. */
            F("initial-cluster-state", "new"),
            F("initial-cluster-token", etcd->name),
            F("initial-advertise-peer-urls", peer_url(a, etcd, index)),
            F("initial-cluster", members(a, etcd))),
        etcd->spec->pods.flags);
}

/* --- the Pod --- */

static const json_t *env(struct arena *a, const struct etcd_template *spec)
{
    const json_t *parts = object(a,
        LIST("env",
            ITEM(F("name", "ETCD_AUTO_COMPACTION_MODE"), F("value", "revision")),
            ITEM(F("name", "ETCD_AUTO_COMPACTION_RETENTION"), F("value", "1000")),
            ITEM(F("name", "ETCD_QUOTA_BACKEND_BYTES"), F("value", "8589934592")),
            ITEM(F("name", "ETCD_MAX_REQUEST_BYTES"), F("value", "8388608")),
            ITEM(F("name", "ETCDCTL_API"), F("value", "3"))));

    return v2_by_name(a, json_at(parts, "env"), spec->pods.env);
}

static const json_t *mounts(struct arena *a, const struct etcd_template *spec)
{
    const json_t *data =
        object(a, F("name", "data"), F("mountPath", "/var/etcd"), F("subPath", "etcd"));

    return v2_by_path(a, v2_list(data), spec->pods.volume_mounts);
}

static const json_t *probe(struct arena *a, const char *command, int delay, int failures)
{
    return object(a,
        MAP("exec", LIST("command", V("etcdctl"), V("endpoint"), V(command))),
        F("initialDelaySeconds", INT(delay)),
        F("periodSeconds", INT(5)),
        F("timeoutSeconds", INT(5)),
        F("successThreshold", INT(1)),
        F("failureThreshold", INT(failures)));
}

static const json_t *container(struct arena *a, const struct v2_etcd *etcd, uint32_t index)
{
    const struct etcd_template *spec = etcd->spec;
    const char *image = v2_given(spec->image);

    return object(a,
        F("name", "etcd"),
        F("image", image == NULL ? IMAGE : image),
        OPT("imagePullPolicy", v2_given(spec->pull_policy)),
        LIST("command", V("/usr/local/bin/etcd")),
        F("args", arguments(a, etcd, index)),
        LIST("ports", V(v2_port(a, "client", CLIENT_PORT)), V(v2_port(a, "peer", PEER_PORT))),
        F("resources", v2_resources(a, spec->resources, "100m", "256Mi")),
        F("readinessProbe", probe(a, "health", 1, 3)),
        F("livenessProbe", probe(a, "status", 300, 30)),
        F("env", env(a, spec)),
        F("volumeMounts", mounts(a, spec)));
}

/* Members apart from each other, the more the higher the weight is. */
static const json_t *apart(struct arena *a, const struct v2_etcd *etcd, const char *over,
    int weight)
{
    return object(a,
        F("weight", INT(weight)),
        MAP("podAffinityTerm",
            MAP("labelSelector", F("matchLabels", selector(a, etcd))),
            F("topologyKey", over)));
}

static const json_t *usual_affinity(struct arena *a, const struct v2_etcd *etcd)
{
    const json_t *zone = v2_zone_affinity(a, etcd->spec->zone);
    json_t *terms = json_new_list();

    json_add(terms, apart(a, etcd, "kubernetes.io/hostname", 2));
    if (zone == NULL)
        json_add(terms, apart(a, etcd, V2_ZONE_LABEL, 1));
    return object(a,
        SPREAD(zone),
        MAP("podAntiAffinity", F("preferredDuringSchedulingIgnoredDuringExecution", terms)));
}

static const json_t *volumes(struct arena *a, const struct etcd_template *spec, const char *claim)
{
    const json_t *data =
        object(a, F("name", "data"), MAP("persistentVolumeClaim", F("claimName", claim)));

    return v2_by_name(a, v2_list(data), spec->pods.volumes);
}

static const json_t *pod_spec(struct arena *a, const struct v2_etcd *etcd, uint32_t index,
    const json_t *ours)
{
    const struct etcd_template *spec = etcd->spec;
    const char *name = v2_etcd_member_name(a, etcd->name, index);

    return object(a,
        F("hostname", name),
        F("subdomain", v2_etcd_peer_service(a, etcd->name)),
        OPT("initContainers", v2_pod_containers(a, as_stored(a, spec->pods.init_containers), NULL)),
        F("containers", v2_pod_containers(a, as_stored(a, spec->pods.sidecars), v2_list(ours))),
        F("volumes", volumes(a, spec, name)),
        OPT("imagePullSecrets", spec->pull_secrets),
        F("priorityClassName", V2_PRIORITY_CLASS),
        OPT("tolerations", v2_tolerations(a, spec->pods.tolerations)),
        SPREAD(v2_affinity(a, spec->pods.affinity, usual_affinity(a, etcd))));
}

static const char *state_hash(struct arena *a, const struct pod_extras *pods, const json_t *ours)
{
    const struct v2_state state = {.labels = pods->labels,
        .annotations = pods->annotations,
        .init_containers = as_stored(a, pods->init_containers),
        .containers = v2_list(ours),
        .tolerations = as_stored(a, pods->tolerations)};

    return v2_state_hash(a, &state);
}

const json_t *v2_make_etcd_pod(struct arena *a, const struct v2_etcd *etcd, uint32_t index)
{
    const struct pod_extras *pods = &etcd->spec->pods;
    const json_t *ours = container(a, etcd, index);

    return object(a,
        F("apiVersion", "v1"),
        F("kind", "Pod"),
        MAP("metadata",
            SPREAD(member_metadata(a, etcd, index)),
            MAP("annotations",
                SPREAD(pods->annotations),
                F(STATE_HASH_ANNOTATION, state_hash(a, pods, ours)))),
        F("spec", pod_spec(a, etcd, index, ours)));
}

/* --- the others --- */

static const json_t *claim_spec(struct arena *a, const json_t *given)
{
    const json_t *stored = as_stored(a, given);
    const json_t *modes = json_at(stored, "accessModes");

    return object(a,
        SPREAD(stored),
        LIST("accessModes",
            EACH(json_array_size(modes) > 0 ? modes : v2_list(json_string("ReadWriteOnce")))),
        MAP("resources",
            SPREAD(json_at(stored, "resources")),
            MAP("requests",
                F("storage", "1Gi"),
                SPREAD(json_at(stored, "resources", "requests")))));
}

const json_t *v2_make_etcd_claim(struct arena *a, const struct v2_etcd *etcd, uint32_t index)
{
    return object(a,
        F("apiVersion", "v1"),
        F("kind", "PersistentVolumeClaim"),
        F("metadata", member_metadata(a, etcd, index)),
        F("spec", claim_spec(a, etcd->spec->claim)));
}

const json_t *v2_make_etcd_client_service(struct arena *a, const struct v2_etcd *etcd)
{
    static const struct v2_service_port ports[] = {{"client", CLIENT_PORT}, {NULL, 0}};
    const struct v2_service service = {.namespace = etcd->namespace,
        .name = v2_etcd_client_service(a, etcd->name),
        .labels = labels(a, etcd),
        .ports = ports,
        .overrides = etcd->spec->client_service};

    return etcd->spec->create_client_service ? v2_make_service(a, &service) : NULL;
}

/* Members look for each other before any of them is ready. */
const json_t *v2_make_etcd_peer_service(struct arena *a, const struct v2_etcd *etcd)
{
    static const struct v2_service_port ports[] = {{"peer", PEER_PORT}, {NULL, 0}};
    const struct v2_service service = {.namespace = etcd->namespace,
        .name = v2_etcd_peer_service(a, etcd->name),
        .labels = labels(a, etcd),
        .ports = ports,
        .headless = true,
        .also_unready = true,
        .overrides = etcd->spec->peer_service};

    return etcd->spec->create_peer_service ? v2_make_service(a, &service) : NULL;
}

const json_t *v2_make_etcd_budget(struct arena *a, const struct v2_etcd *etcd)
{
    if (!etcd->spec->create_pdb)
        return NULL;
    return object(a,
        F("apiVersion", "policy/v1"),
        F("kind", "PodDisruptionBudget"),
        F("metadata",
            v2_metadata(a, etcd->namespace, v2_etcd_budget(a, etcd->name), selector(a, etcd))),
        MAP("spec",
            F("minAvailable", INT(ETCD_QUORUM)),
            MAP("selector", F("matchLabels", selector(a, etcd)))));
}
