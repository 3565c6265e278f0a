#include "pod.h"

#include <string.h>

#include "fragments.h"
#include "json_view.h"
#include "metadata.h"
#include "template.h"

#define TOPOLOGY_SECRETS "/vt/secrets/topology"

const json_t *component_selector(struct arena *a, const struct place *place, const char *component)
{
    return object(a, SPREAD(place->selector), KEY(place->keys->component, component));
}

const json_t *component_metadata(struct arena *a, const struct place *place, const char *component,
    const char *name, const char *hash)
{
    return object(a,
        F("name", name),
        F("namespace", place->namespace),
        MAP("labels", SPREAD(place->labels), KEY(place->keys->component, component)),
        OPT("annotations", object(a, OPT_KEY(place->keys->spec_hash, hash))));
}

/* Soft, so that a small cluster still runs everything. */
static const json_t *spread_over(struct arena *a, const char *topology_key, const json_t *peers)
{
    return object(a,
        F("maxSkew", INT(1)),
        F("topologyKey", topology_key),
        F("whenUnsatisfiable", "ScheduleAnyway"),
        MAP("labelSelector", F("matchLabels", peers)));
}

/* What is left out, whoever admits the Pod may choose. */
static const json_t *without_ids(const json_t *context)
{
    static const char *const ids[] = {"runAsUser", "runAsGroup", "fsGroup"};

    for (size_t i = 0; i < sizeof(ids) / sizeof(*ids); i++) {
        if (json_int_at(context, 0, ids[i]) == FRAGMENT_NO_ID)
            context = json_without(context, ids[i]);
    }
    return context;
}

const json_t *pod_security(struct arena *a, const json_t *ours, const struct place *place,
    const json_t *theirs)
{
    return without_ids(object(a,
        SPREAD(ours),
        SPREAD(as_stored(a, place->security)),
        SPREAD(as_stored(a, theirs))));
}

const json_t *pod_defaults(struct arena *a, const struct place *place, const json_t *peers)
{
    return object(a,
        F("automountServiceAccountToken", BOOL(false)),
        /* Each Service of the namespace would become several variables in each container. */
        F("enableServiceLinks", BOOL(false)),
        OPT("imagePullSecrets", place->pull_secrets),
        MAP("securityContext",
            F("runAsNonRoot", BOOL(true)),
            F("runAsUser", INT(VITESS_USER)),
            F("runAsGroup", INT(VITESS_USER)),
            F("fsGroup", INT(VITESS_USER)),
            /* Else kubelet changes the owner of each file at each start: minutes on a big disk. */
            F("fsGroupChangePolicy", "OnRootMismatch"),
            MAP("seccompProfile", F("type", "RuntimeDefault"))),
        LIST("topologySpreadConstraints",
            V(spread_over(a, "kubernetes.io/hostname", peers)),
            V(spread_over(a, "topology.kubernetes.io/zone", peers))));
}

/* `argument` ends at `end`, with or without a terminator. */
static bool is_another(const char *argument, const char *end, const char *addresses)
{
    const char *value = flag_value_in(argument, "topo-global-server-address");

    return value != NULL && !(addresses != NULL && (size_t)(end - value) == strlen(addresses) &&
                                memcmp(value, addresses, (size_t)(end - value)) == 0);
}

/* Told by the texts, so that no values are made of all arguments. -1: one of them is no plain
 * text. */
static int view_names_another(struct json_view list, const char *addresses)
{
    for (const struct json_node *item = list.node + 1; item < json_view_end(list);
         item = list.nodes + item->next) {
        if (item->marks != 0 || list.text[item->start] != '"')
            return -1;
        /* The quote behind it is no part of any name. */
        if (is_another(list.text + item->start + 1, list.text + item->end - 1, addresses))
            return 1;
    }
    return 0;
}

static bool names_another(const json_t *arguments, const char *addresses)
{
    struct json_view list;
    const json_t *argument;
    int told = -1;

    if (json_view_of(arguments, &list) && json_view_type(list) == '[' && !json_view_passed(list))
        told = view_names_another(list, addresses);
    if (told >= 0)
        return told == 1;
    json_each_item (arguments, i, argument) {
        const char *text = json_is_string(argument) ? json_string_value(argument) : "";

        if (is_another(text, text + strlen(text), addresses))
            return true;
    }
    return false;
}

bool pod_has_another_lock_server(const json_t *pod_spec, const char *addresses)
{
    const json_t *container;

    json_each_item (json_at(pod_spec, "containers"), i, container) {
        if (names_another(json_at(container, "command"), addresses) ||
            names_another(json_at(container, "args"), addresses))
            return true;
    }
    return false;
}

const json_t *container_defaults(struct arena *a, const struct place *place)
{
    return object(a,
        OPT("imagePullPolicy", place->pull_policy),
        MAP("securityContext",
            F("allowPrivilegeEscalation", BOOL(false)),
            MAP("capabilities", LIST("drop", V("ALL")))));
}

const json_t *container_port(struct arena *a, const char *name, const json_t *arguments,
    const char *flag)
{
    return object(a, F("name", name), F("containerPort", INT(flag_port(arguments, flag))));
}

const json_t *http_get(struct arena *a, const char *path, const char *port)
{
    return object(a, MAP("httpGet", F("path", path), F("port", port)));
}

const json_t *lenient_liveness_probe(struct arena *a, const char *path, const char *port)
{
    return object(a,
        SPREAD(http_get(a, path, port)),
        F("initialDelaySeconds", INT(300)),
        F("timeoutSeconds", INT(5)),
        F("failureThreshold", INT(30)));
}

/* One key only, or everything. */
static const json_t *items(struct arena *a, const char *key)
{
    json_t *list = json_new_list();

    if (key != NULL)
        json_add(list, object(a, F("key", key), F("path", key)));
    return list;
}

const json_t *secret_volume(struct arena *a, const char *name, const char *secret, const char *key)
{
    if (secret == NULL)
        return NULL;
    return object(a,
        F("name", name),
        MAP("secret", F("secretName", secret), OPT("items", items(a, key))));
}

const json_t *config_volume(struct arena *a, const char *name, const char *config_map,
    const char *key)
{
    return object(a,
        F("name", name),
        MAP("configMap", F("name", config_map), OPT("items", items(a, key))));
}

const json_t *empty_volume(struct arena *a, const char *name)
{
    return object(a, F("name", name), F("emptyDir", json_new_map()));
}

const json_t *read_only_mount(struct arena *a, const char *name, const char *path)
{
    return object(a, F("name", name), F("mountPath", path), F("readOnly", BOOL(true)));
}

const json_t *topology_flags(struct arena *a, const struct topology *topology)
{
    bool tls = topology->tls_secret != NULL;

    return object(a,
        F("topo-implementation", topology->implementation),
        F("topo-global-server-address", topology->addresses),
        F("topo-global-root", topology->global_root),
        OPT("topo-etcd-tls-ca", tls ? TOPOLOGY_SECRETS "/ca.crt" : NULL),
        OPT("topo-etcd-tls-cert", tls ? TOPOLOGY_SECRETS "/tls.crt" : NULL),
        OPT("topo-etcd-tls-key", tls ? TOPOLOGY_SECRETS "/tls.key" : NULL));
}

const json_t *topology_volume(struct arena *a, const struct topology *topology)
{
    return secret_volume(a, "topology-tls", topology->tls_secret, NULL);
}

const json_t *topology_mount(struct arena *a, const struct topology *topology)
{
    if (topology->tls_secret == NULL)
        return NULL;
    return read_only_mount(a, "topology-tls", TOPOLOGY_SECRETS);
}

const json_t *log_flags(struct arena *a, const char *image)
{
    unsigned major = image_major(image);

    return major >= 1 && major <= 23 ? object(a, F("logtostderr", "true")) : NULL;
}

const json_t *helper_limits(struct arena *a)
{
    return object(a, F("cpu", "500m"), F("memory", "256Mi"));
}

const json_t *helper_resources(struct arena *a)
{
    return object(a,
        MAP("requests", F("cpu", "10m"), F("memory", "32Mi")),
        F("limits", helper_limits(a)));
}

bool topology_can_be_asked(const struct topology *topology)
{
    return topology->tls_secret == NULL || topology->vtctld != NULL;
}

/* Whoever asks the topology itself talks to the tablets itself, too. */
static void add_dial(struct arena *a, json_t *words, const struct topology *topology)
{
    const char *prefix = topology->vtctld == NULL ? "tablet-manager-grpc" : "vtctld-grpc";
    const char *name;
    const json_t *value;

    json_each_field (dial_flags(a, prefix, topology->dial), name, value)
        json_add_text(words, fmt(a, "--%s=%s", name, json_string_value(value)));
}

const json_t *vtctldclient(struct arena *a, const struct topology *topology)
{
    json_t *words = json_new_list();

    json_add_text(words, "/vt/bin/vtctldclient");
    json_add_text(words, "--server");
    if (topology->vtctld != NULL) {
        json_add_text(words, topology->vtctld);
        add_dial(a, words, topology);
        return words;
    }
    json_add_text(words, "internal");
    json_add_text(words, fmt(a, "--topo-implementation=%s", topology->implementation));
    json_add_text(words, fmt(a, "--topo-global-server-address=%s", topology->addresses));
    json_add_text(words, fmt(a, "--topo-global-root=%s", topology->global_root));
    add_dial(a, words, topology);
    return words;
}

/* $1: how often to try; after that the server itself says what is wrong. $2: the cells, with commas
 * between them. Process 1 of a container hears of SIGTERM only where it says so: a tablet that is
 * deleted meanwhile would stay for all of its grace period, half an hour. */
static const char wait_text[] = "trap 'exit 143' TERM\n"
                                "tries=$1 cells=$2; shift 2\n"
                                "IFS=,\n"
                                "for cell in $cells; do\n"
                                "  until \"$@\" \"$cell\" >/dev/null; do\n"
                                "    [ $((tries -= 1)) -gt 0 ] || exit 0\n"
                                "    sleep 3\n"
                                "  done\n"
                                "done\n";

/* Five minutes, as long as a first bring-up may take. Where it is a vtctld that is asked, one
 * minute: while that one is down, what it does not need would start so much later. */
const json_t *wait_for_cells(struct arena *a, const struct place *place, const char *image,
    const char *cells)
{
    json_t *mounts = json_new_list();

    if (place->topology.dial != NULL)
        json_add(mounts, tls_mount(a, place->tls));
    if (!topology_can_be_asked(&place->topology))
        return NULL;
    return object(a,
        F("name", "wait-for-cells"),
        F("image", image),
        SPREAD(container_defaults(a, place)),
        LIST("command",
            V("sh"),
            V("-c"),
            V(verbatim(a, wait_text)),
            V("wait"),
            V(place->topology.vtctld == NULL ? "100" : "20"),
            V(verbatim(a, cells)),
            EACH(verbatim_list(a, vtctldclient(a, &place->topology))),
            V("GetCellInfo")),
        F("resources", helper_resources(a)),
        OPT("volumeMounts", mounts));
}
