#include "parts.h"

#include <string.h>

#include "keys.h"
#include "metadata.h"
#include "mysql.h"
#include "pod.h"
#include "template.h"

const json_t *v2_cluster_labels(struct arena *a, const char *cluster, const char *component)
{
    return object(a, F(COMPONENT_LABEL, component), F(CLUSTER_LABEL, cluster));
}

const json_t *v2_labels(struct arena *a, const struct v2_place *place, const char *component)
{
    return object(a,
        SPREAD(v2_cluster_labels(a, place->cluster, component)),
        OPT(CELL_LABEL, place->cell));
}

/* --- arguments --- */

static const char *flag_text_of(struct arena *a, const json_t *value)
{
    return json_is_string(value) ? json_string_value(value) : json_write(a, value, NULL);
}

static void lay_over(struct arena *a, json_t *merged, const json_t *map)
{
    const json_t *value;
    const char *name;

    json_each_field (map, name, value) {
        if (!json_is_null(value))
            json_put_text(merged, name + strspn(name, "-"), flag_text_of(a, value));
    }
}

const json_t *v2_flags_over(struct arena *a, const json_t *const *maps, size_t count)
{
    struct texts names = {.arena = a};
    json_t *merged = json_new_map();
    json_t *sorted = json_new_map();
    const json_t *value;
    const char *name;

    for (size_t i = 0; i < count; i++)
        lay_over(a, merged, maps[i]);
    json_each_field (merged, name, value)
        texts_add(&names, name);
    texts_sort(&names);
    for (size_t i = 0; i < names.count; i++)
        json_put(sorted, names.at[i], json_at(merged, names.at[i]));
    return sorted;
}

const json_t *v2_argument_list(struct arena *a, const json_t *flags)
{
    json_t *list = json_new_list();
    const json_t *value;
    const char *name;

    json_each_field (flags, name, value)
        json_add_text(list, fmt(a, "--%s=%s", name, flag_text_of(a, value)));
    return list;
}

const json_t *v2_topology_flags(struct arena *a, const struct lockserver_params *topology)
{
    return object(a,
        F("topo_implementation", topology->implementation),
        F("topo_global_server_address", topology->address),
        F("topo_global_root", topology->root_path));
}

const json_t *v2_mysql_version_flag(struct arena *a, const char *image)
{
    const char *version = v2_mysql_server_version(a, image);

    return version == NULL ? NULL : object(a, F("mysql_server_version", version));
}

const char *v2_mysqld_image(const struct mysqld_images *images)
{
    const char *const all[] = {images == NULL ? NULL : images->mysql56,
        images == NULL ? NULL : images->mysql80,
        images == NULL ? NULL : images->mariadb,
        images == NULL ? NULL : images->mariadb103};

    for (size_t i = 0; i < sizeof(all) / sizeof(*all); i++) {
        if (v2_given(all[i]) != NULL)
            return all[i];
    }
    return NULL;
}

/* --- Secrets --- */

static const char *secret_volume_name(struct arena *a, const struct secret_source *secret,
    const char *folder)
{
    return v2_given(secret->volume_name) != NULL ? secret->volume_name
                                                 : fmt(a, "%s-secret", folder);
}

static const char *secret_folder(struct arena *a, const char *folder)
{
    return fmt(a, "/vt/secrets/%s", folder);
}

const char *v2_secret_file(struct arena *a, const struct secret_source *secret, const char *folder)
{
    return secret == NULL ? NULL : fmt(a, "%s/%s", secret_folder(a, folder), secret->key);
}

const json_t *v2_secret_volume(struct arena *a, const struct secret_source *secret,
    const char *folder)
{
    if (secret == NULL || v2_given(secret->name) == NULL)
        return NULL;
    return object(a,
        F("name", secret_volume_name(a, secret, folder)),
        MAP("secret",
            F("secretName", secret->name),
            F("defaultMode", INT(0444)),
            LIST("items", ITEM(F("key", secret->key), F("path", secret->key)))));
}

const json_t *v2_secret_mount_at(struct arena *a, const struct secret_source *secret,
    const char *folder, const char *path)
{
    return secret == NULL ? NULL : read_only_mount(a, secret_volume_name(a, secret, folder), path);
}

const json_t *v2_secret_mount(struct arena *a, const struct secret_source *secret,
    const char *folder)
{
    return v2_secret_mount_at(a, secret, folder, secret_folder(a, folder));
}

/* --- lists --- */

/* What of a list counts as one: it is where the first one is, and says what the last one does. */
struct collapsing {
    bool (*same)(const json_t *a, const json_t *b);
    const json_t *(*over)(struct arena *a, const json_t *first, const json_t *second);
};

static bool is_again(const struct collapsing *how, const json_t *list, size_t index)
{
    for (size_t i = 0; i < index; i++) {
        if (how->same(json_array_get(list, i), json_array_get(list, index)))
            return true;
    }
    return false;
}

static const json_t *with_later(struct arena *a, const struct collapsing *how, const json_t *list,
    size_t index)
{
    const json_t *item = json_array_get(list, index);

    for (size_t i = index + 1; i < json_array_size(list); i++) {
        if (how->same(item, json_array_get(list, i)))
            item = how->over(a, item, json_array_get(list, i));
    }
    return item;
}

static const json_t *collapsed(struct arena *a, const struct collapsing *how, const json_t *list)
{
    json_t *result = json_new_list();

    for (size_t i = 0; i < json_array_size(list); i++) {
        if (!is_again(how, list, i))
            json_add(result, with_later(a, how, list, i));
    }
    return result;
}

static const json_t *joined(const json_t *first, const json_t *second)
{
    json_t *list = json_new_list();
    const json_t *item;

    json_each_item (first, i, item)
        json_add(list, item);
    json_each_item (second, i, item)
        json_add(list, item);
    return list;
}

static bool same_text(const char *key, const json_t *a, const json_t *b)
{
    return json_text_at(a, key) != NULL && text_equal(json_text_at(a, key), json_text_at(b, key));
}

static bool same_name(const json_t *a, const json_t *b)
{
    return same_text("name", a, b);
}

static bool same_path(const json_t *a, const json_t *b)
{
    return same_text("mountPath", a, b);
}

static const json_t *the_second(struct arena *a, const json_t *first, const json_t *second)
{
    (void)a;
    (void)first;
    return second;
}

static const struct collapsing by_name = {same_name, the_second}, by_path = {same_path, the_second};

const json_t *v2_by_name(struct arena *a, const json_t *ours, const json_t *theirs)
{
    return collapsed(a, &by_name, joined(ours, as_stored(a, theirs)));
}

const json_t *v2_by_path(struct arena *a, const json_t *ours, const json_t *theirs)
{
    return collapsed(a, &by_path, joined(ours, as_stored(a, theirs)));
}

const json_t *v2_list(const json_t *item)
{
    json_t *list = json_new_list();

    json_add(list, item);
    return list;
}

/* Toleration.MatchToleration() of Kubernetes: the seconds are not looked at. */
static bool same_toleration(const json_t *a, const json_t *b)
{
    static const char *const fields[] = {"key", "effect", "operator", "value"};

    for (size_t i = 0; i < sizeof(fields) / sizeof(*fields); i++) {
        if (!json_same(json_at(a, fields[i]), json_at(b, fields[i])))
            return false;
    }
    return true;
}

const json_t *v2_tolerations(struct arena *a, const json_t *theirs)
{
    static const struct collapsing how = {same_toleration, the_second};

    return collapsed(a, &how, as_stored(a, theirs));
}

/* --- containers --- */

/* What an admission webhook may have set, which theirs leaves alone. */
static const json_t *security_over(const json_t *first, const json_t *second)
{
    static const char *const kept[] = {"procMount",
        "allowPrivilegeEscalation",
        "capabilities",
        "readOnlyRootFilesystem",
        "runAsGroup"};
    json_t *merged = json_overlay(second, NULL);

    if (first == NULL || second == NULL)
        return second;
    for (size_t i = 0; i < sizeof(kept) / sizeof(*kept); i++) {
        if (json_at(second, kept[i]) == NULL)
            json_put(merged, kept[i], json_at(first, kept[i]));
    }
    return merged;
}

static const json_t *resources_over(struct arena *a, const json_t *first, const json_t *second)
{
    return object(a,
        SPREAD(first),
        OPT("requests", json_overlay(json_at(first, "requests"), json_at(second, "requests"))),
        OPT("limits", json_overlay(json_at(first, "limits"), json_at(second, "limits"))));
}

static const json_t *template_over(struct arena *a, const json_t *first, const json_t *second)
{
    return object(a,
        SPREAD(second),
        OPT("resources",
            resources_over(a, json_at(first, "resources"), json_at(second, "resources"))),
        OPT("securityContext",
            security_over(json_at(first, "securityContext"), json_at(second, "securityContext"))));
}

static const json_t *container_over(struct arena *a, const json_t *first, const json_t *second)
{
    const json_t *policy = json_at(second, "imagePullPolicy");

    return object(a,
        SPREAD(template_over(a, first, second)),
        OPT("imagePullPolicy", policy == NULL ? json_at(first, "imagePullPolicy") : policy),
        OPT("volumeMounts",
            collapsed(a,
                &by_path,
                joined(json_at(first, "volumeMounts"), json_at(second, "volumeMounts")))));
}

const json_t *v2_pod_containers(struct arena *a, const json_t *first, const json_t *second)
{
    static const struct collapsing how = {same_name, container_over};

    return collapsed(a, &how, joined(first, second));
}

const json_t *v2_template_containers(struct arena *a, const json_t *first, const json_t *second)
{
    static const struct collapsing how = {same_name, template_over};

    return collapsed(a, &how, joined(first, second));
}

/* Where there are none, what `fallback` is. */
static const json_t *or_else(const json_t *map, const json_t *fallback)
{
    return json_object_size(map) == 0 ? fallback : map;
}

const json_t *v2_completed_resources(struct arena *a, const json_t *given, const char *cpu,
    const char *memory)
{
    const json_t *limits = object(a, OPT("memory", memory));
    const json_t *requests = object(a, OPT("cpu", cpu), SPREAD(limits));

    return object(a,
        SPREAD(given),
        F("requests", or_else(json_at(given, "requests"), requests)),
        F("limits", or_else(json_at(given, "limits"), limits)));
}

const json_t *v2_resources(struct arena *a, const json_t *theirs, const char *cpu,
    const char *memory)
{
    const json_t *completed = v2_completed_resources(a, as_stored(a, theirs), cpu, memory);

    return object(a,
        OPT("requests", json_at(completed, "requests")),
        OPT("limits", json_at(completed, "limits")));
}

static long long rounded_up(struct arena *a, const char *quantity)
{
    long long whole = quantity_whole(quantity);

    return whole + (quantity_compare(quantity, fmt(a, "%lld", whole)) > 0);
}

static bool has_cpus(const json_t *list)
{
    return json_text_at(list, "cpu") != NULL && quantity_is(json_text_at(list, "cpu"));
}

long long v2_cpus(struct arena *a, const json_t *list)
{
    return has_cpus(list) ? rounded_up(a, json_text_at(list, "cpu")) : 0;
}

const json_t *v2_max_procs(struct arena *a, const json_t *resources)
{
    const json_t *limits = json_at(resources, "limits");

    if (!has_cpus(limits))
        return NULL;
    return v2_list(
        object(a, F("name", "GOMAXPROCS"), F("value", fmt(a, "%lld", v2_cpus(a, limits)))));
}

const json_t *v2_security(struct arena *a)
{
    return object(a, F("runAsUser", INT(VITESS_USER)));
}

const json_t *v2_liveness(struct arena *a, const char *path, const char *port)
{
    return object(a,
        SPREAD(http_get(a, path, port)),
        F("initialDelaySeconds", INT(300)),
        F("failureThreshold", INT(30)));
}

const json_t *v2_port(struct arena *a, const char *name, int port)
{
    return object(a, F("name", name), F("containerPort", INT(port)), F("protocol", "TCP"));
}

/* --- Pods --- */

static const json_t *in_zone(struct arena *a, const char *zone)
{
    return object(a, F("key", V2_ZONE_LABEL), F("operator", "In"), LIST("values", V(zone)));
}

const json_t *v2_zone_affinity(struct arena *a, const char *zone)
{
    if (v2_given(zone) == NULL)
        return NULL;
    return object(a,
        MAP("nodeAffinity",
            MAP("requiredDuringSchedulingIgnoredDuringExecution",
                LIST("nodeSelectorTerms", ITEM(LIST("matchExpressions", V(in_zone(a, zone))))))));
}

const json_t *v2_affinity(struct arena *a, const json_t *theirs, const json_t *ours)
{
    const json_t *affinity = theirs == NULL ? ours : as_stored(a, theirs);

    return affinity == NULL ? NULL : object(a, F("affinity", affinity));
}

/* --- objects --- */

const json_t *v2_metadata(struct arena *a, const char *namespace, const char *name,
    const json_t *labels)
{
    return object(a, F("name", name), F("namespace", namespace), F("labels", labels));
}

/* Side cars come first: they are added before the component is. */
static const json_t *pod_of(struct arena *a, const struct v2_deployment *deployment)
{
    const struct v2_place *place = deployment->place;
    const struct pod_extras *pods = deployment->pods;

    return object(a,
        OPT("initContainers", v2_template_containers(a, as_stored(a, pods->init_containers), NULL)),
        F("containers",
            v2_template_containers(a, as_stored(a, pods->sidecars), deployment->containers)),
        OPT("volumes", deployment->volumes),
        OPT("imagePullSecrets", place->pull_secrets),
        F("priorityClassName", V2_PRIORITY_CLASS),
        OPT("tolerations", as_stored(a, pods->tolerations)),
        OPT("topologySpreadConstraints", as_stored(a, pods->topology_spread)),
        OPT("terminationGracePeriodSeconds",
            deployment->grace == 0 ? NULL : json_integer(deployment->grace)),
        SPREAD(v2_affinity(a, pods->affinity, v2_zone_affinity(a, place->zone))));
}

const json_t *v2_make_deployment(struct arena *a, const struct v2_deployment *deployment)
{
    const struct pod_extras *pods = deployment->pods;

    return object(a,
        F("apiVersion", "apps/v1"),
        F("kind", "Deployment"),
        F("metadata",
            v2_metadata(a, deployment->place->namespace, deployment->name, deployment->labels)),
        MAP("spec",
            OPT("replicas", deployment->replicas),
            F("revisionHistoryLimit", INT(0)),
            MAP("selector", F("matchLabels", deployment->labels)),
            OPT("strategy", as_stored(a, deployment->strategy)),
            MAP("template",
                MAP("metadata",
                    MAP("labels", SPREAD(pods->labels), SPREAD(deployment->labels)),
                    OPT("annotations",
                        object(a, SPREAD(deployment->annotations), SPREAD(pods->annotations)))),
                F("spec", pod_of(a, deployment)))));
}

static const json_t *ports_of(struct arena *a, const struct v2_service_port *ports)
{
    json_t *list = json_new_list();

    for (const struct v2_service_port *port = ports; port->name != NULL; port++)
        json_add(list,
            object(a,
                F("name", port->name),
                F("port", INT(port->port)),
                F("protocol", "TCP"),
                F("targetPort", port->name)));
    return list;
}

const json_t *v2_make_service(struct arena *a, const struct v2_service *service)
{
    const struct service_overrides *overrides = service->overrides;
    const char *address = overrides == NULL ? NULL : overrides->cluster_ip;

    if (v2_given(address) == NULL)
        address = service->headless ? "None" : NULL;
    return object(a,
        F("apiVersion", "v1"),
        F("kind", "Service"),
        MAP("metadata",
            SPREAD(v2_metadata(a, service->namespace, service->name, service->labels)),
            OPT("annotations", overrides == NULL ? NULL : overrides->annotations)),
        MAP("spec",
            F("selector", service->labels),
            F("ports", ports_of(a, service->ports)),
            OPT("type", service->headless ? "ClusterIP" : NULL),
            OPT("clusterIP", address),
            OPT("publishNotReadyAddresses", service->also_unready ? json_true() : NULL)));
}

/* As theirs, annotations are only ever added to a Service: a cloud may go by what was taken out of
 * the spec. */
static const json_t *annotated_over(struct arena *a, const json_t *service, const json_t *observed)
{
    const json_t *metadata = json_at(service, "metadata");
    const json_t *wanted = json_at(metadata, "annotations");
    const json_t *applied = object_annotations(object_last_applied(a, &v2_keys, observed));
    json_t *kept = json_new_map();
    const json_t *value;
    const char *key;

    json_each_field (applied, key, value) {
        if (json_at(wanted, key) == NULL)
            json_put(kept, key, json_at(object_annotations(observed), key));
    }
    if (json_object_size(kept) == 0)
        return service;
    return object(a,
        SPREAD(service),
        MAP("metadata", SPREAD(metadata), MAP("annotations", SPREAD(kept), SPREAD(wanted))));
}

const json_t *v2_service_over(struct arena *a, const json_t *service, const json_t *observed)
{
    const char *address = json_text_at(service, "spec", "clusterIP");
    const char *now = json_text_at(observed, "spec", "clusterIP");
    json_t *same;

    if (observed != NULL)
        service = annotated_over(a, service, observed);
    if (address == NULL || now == NULL || text_equal(address, now))
        return service;
    same = json_overlay(service, NULL);
    json_put(same, "spec", json_without(json_at(service, "spec"), "clusterIP"));
    return same;
}
