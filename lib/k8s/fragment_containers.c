#include "fragment.h"

/* Containers: sidecars and init containers, and what the operator's own take from a user.
 *
 * Metacontroller puts lists together by a key of their items (containerPort, mountPath, name, path;
 * pkg/dynamic/apply). Of two items with the same one it makes twice the second, which the API
 * server refuses of a Pod that runs, so that no label of it could change again. Hence such keys are
 * unique here, also where Kubernetes takes them twice: variables, headers, a port for TCP and for
 * UDP. */

enum { HIGHEST_PORT = 65535, HIGHEST_ID = 2147483647, HIGHEST_EXIT_CODE = 255 };

static const char *const protocols[] = {"TCP", "UDP", "SCTP", NULL};
static const char *const schemes[] = {"HTTP", "HTTPS", NULL};
static const char *const message_policies[] = {"File", "FallbackToLogsOnError", NULL};
static const char *const restart_policies[] = {"Always", "OnFailure", "Never", NULL};
static const char *const resize_policies[] = {"NotRequired", "RestartContainer", NULL};
static const char *const profile_types[] = {"RuntimeDefault", "Unconfined", "Localhost", NULL};
static const char *const proc_mounts[] = {"Default", "Unmasked", NULL};
static const char *const propagations[] = {"None", "HostToContainer", "Bidirectional", NULL};
static const char *const recursive_modes[] = {"Disabled", "IfPossible", "Enabled", NULL};
static const char *const restart_actions[] = {"Restart", "RestartAllContainers", NULL};
static const char *const exit_operators[] = {"In", "NotIn", NULL};
const char *const fragment_pull_policies[] = {"Always", "IfNotPresent", "Never", NULL};

const struct spec_field fragment_reference[] = {
    SPEC_PART("name", SPEC_TEXT, .required = true, .format = &spec_object_name), SPEC_END};

/* --- environment --- */

const struct spec_field fragment_field_ref[] = {SPEC_PART("apiVersion", SPEC_TEXT),
    SPEC_PART("fieldPath", SPEC_TEXT, .required = true, .min = 1),
    SPEC_END};

const struct spec_field fragment_resource_ref[] = {SPEC_PART("containerName", SPEC_TEXT),
    SPEC_PART("resource", SPEC_TEXT, .required = true, .min = 1),
    SPEC_PART("divisor", SPEC_QUANTITY),
    SPEC_END};

static const struct spec_field key_ref_fields[] = {
    SPEC_PART("name", SPEC_TEXT, .required = true, .format = &spec_object_name),
    SPEC_PART("key", SPEC_TEXT, .required = true, .format = &spec_key),
    SPEC_PART("optional", SPEC_SWITCH),
    SPEC_END};

static const struct spec_field file_ref_fields[] = {
    SPEC_PART("volumeName", SPEC_TEXT, .required = true, .format = &spec_dns_label),
    SPEC_PART("path", SPEC_TEXT, .required = true, .format = &fragment_inside),
    SPEC_PART("key", SPEC_TEXT, .required = true, .min = 1),
    SPEC_PART("optional", SPEC_SWITCH),
    SPEC_END};

static const char *const value_sources[] = {
    "fieldRef", "resourceFieldRef", "configMapKeyRef", "secretKeyRef", "fileKeyRef", NULL};

static const struct spec_field value_source_fields[] = {
    SPEC_PART("fieldRef", SPEC_OBJECT, .fields = fragment_field_ref),
    SPEC_PART("resourceFieldRef", SPEC_OBJECT, .fields = fragment_resource_ref, .outline = true),
    SPEC_PART("configMapKeyRef", SPEC_OBJECT, .fields = key_ref_fields),
    SPEC_PART("secretKeyRef", SPEC_OBJECT, .fields = key_ref_fields),
    SPEC_PART("fileKeyRef", SPEC_OBJECT, .fields = file_ref_fields, .outline = true),
    SPEC_ONE_OF(value_sources),
    SPEC_END};

static const char *check_env(struct arena *arena, const char *key, const json_t *variable,
    const json_t *around)
{
    const char *value = json_text_at(variable, "value");

    (void)arena, (void)key, (void)around;
    return value != NULL && *value != '\0' && json_at(variable, "valueFrom") != NULL
               ? "must be left out where there is a value"
               : NULL;
}

const struct spec_field fragment_env[] = {
    SPEC_PART("name", SPEC_TEXT, .required = true, .format = &fragment_env_name),
    SPEC_PART("value", SPEC_TEXT),
    SPEC_PART("valueFrom", SPEC_OBJECT, .fields = value_source_fields),
    SPEC_CHECK("valueFrom", check_env),
    SPEC_END};

static const struct spec_field optional_reference_fields[] = {
    SPEC_PART("name", SPEC_TEXT, .required = true, .format = &spec_object_name),
    SPEC_PART("optional", SPEC_SWITCH),
    SPEC_END};

static const char *const env_sources[] = {"configMapRef", "secretRef", NULL};

static const struct spec_field env_source_fields[] = {SPEC_PART("prefix", SPEC_TEXT),
    SPEC_PART("configMapRef", SPEC_OBJECT, .fields = optional_reference_fields),
    SPEC_PART("secretRef", SPEC_OBJECT, .fields = optional_reference_fields),
    SPEC_ONE_OF(env_sources),
    SPEC_END};

/* --- mounts --- */

static bool accepts_mount_path(const char *text)
{
    for (; *text != '\0' && *text != ':'; text++)
        ;
    return *text == '\0';
}

/* The runtime takes the text behind a colon for options. */
static const struct spec_format mount_path = {
    .rule = "must be the path of a folder or file, without \":\"",
    .pattern = "^[^:]+$",
    .accepts = accepts_mount_path,
};

static const char *check_sub_path(struct arena *arena, const char *key, const json_t *mount,
    const json_t *around)
{
    (void)arena, (void)key, (void)around;
    return json_at(mount, "subPath") != NULL && json_at(mount, "subPathExpr") != NULL
               ? "must be left out where there is a subPath"
               : NULL;
}

const struct spec_field fragment_mount[] = {
    SPEC_PART("name", SPEC_TEXT, .required = true, .format = &spec_dns_label),
    SPEC_PART("mountPath", SPEC_TEXT, .required = true, .min = 1, .format = &mount_path),
    SPEC_PART("readOnly", SPEC_SWITCH),
    SPEC_PART("recursiveReadOnly", SPEC_TEXT, .values = recursive_modes),
    SPEC_PART("mountPropagation", SPEC_TEXT, .values = propagations),
    SPEC_PART("subPath", SPEC_TEXT, .format = &fragment_inside),
    SPEC_PART("subPathExpr", SPEC_TEXT, .format = &fragment_inside),
    SPEC_CHECK("subPathExpr", check_sub_path),
    SPEC_END};

static const struct spec_field device_fields[] = {
    SPEC_PART("name", SPEC_TEXT, .required = true, .format = &spec_dns_label),
    SPEC_PART("devicePath", SPEC_TEXT, .required = true, .min = 1),
    SPEC_END};

/* --- probes and hooks --- */

static const struct spec_field exec_fields[] = {
    SPEC_PART("command", SPEC_TEXT_LIST, .required = true, .min = 1), SPEC_END};

static const struct spec_field header_fields[] = {
    SPEC_PART("name", SPEC_TEXT, .required = true, .min = 1),
    SPEC_PART("value", SPEC_TEXT, .required = true),
    SPEC_END};

static const struct spec_field http_fields[] = {SPEC_PART("path", SPEC_TEXT),
    SPEC_PART("port", SPEC_PORT, .required = true),
    SPEC_PART("host", SPEC_TEXT),
    SPEC_PART("scheme", SPEC_TEXT, .values = schemes),
    SPEC_PART("httpHeaders", SPEC_OBJECT_LIST, .fields = header_fields, .unique = "name"),
    SPEC_END};

static const struct spec_field tcp_fields[] = {
    SPEC_PART("port", SPEC_PORT, .required = true), SPEC_PART("host", SPEC_TEXT), SPEC_END};

static const struct spec_field grpc_fields[] = {
    SPEC_PART("port", SPEC_NUMBER, .required = true, .min = 1, .max = HIGHEST_PORT),
    SPEC_PART("service", SPEC_TEXT),
    SPEC_END};

static const char *const probe_handlers[] = {"exec", "httpGet", "tcpSocket", "grpc", NULL};

#define PROBE_ROWS                                                                                 \
    SPEC_PART("exec", SPEC_OBJECT, .fields = exec_fields),                                         \
        SPEC_PART("httpGet", SPEC_OBJECT, .fields = http_fields),                                  \
        SPEC_PART("tcpSocket", SPEC_OBJECT, .fields = tcp_fields),                                 \
        SPEC_PART("grpc", SPEC_OBJECT, .fields = grpc_fields),                                     \
        SPEC_PART("initialDelaySeconds", SPEC_NUMBER), SPEC_PART("timeoutSeconds", SPEC_NUMBER),   \
        SPEC_PART("periodSeconds", SPEC_NUMBER), SPEC_PART("failureThreshold", SPEC_NUMBER),       \
        SPEC_PART("terminationGracePeriodSeconds", SPEC_NUMBER, .min = 1),                         \
        SPEC_ONE_OF(probe_handlers)

static const struct spec_field probe_fields[] = {
    PROBE_ROWS, SPEC_PART("successThreshold", SPEC_NUMBER), SPEC_END};

/* One success is enough for liveness and start-up, says Kubernetes. */
static const struct spec_field liveness_fields[] = {
    PROBE_ROWS, SPEC_PART("successThreshold", SPEC_NUMBER, .min = 0, .max = 1), SPEC_END};

static const struct spec_field sleep_fields[] = {
    SPEC_PART("seconds", SPEC_NUMBER, .required = true), SPEC_END};

static const char *const lifecycle_handlers[] = {"exec", "httpGet", "tcpSocket", "sleep", NULL};

static const struct spec_field handler_fields[] = {
    SPEC_PART("exec", SPEC_OBJECT, .fields = exec_fields),
    SPEC_PART("httpGet", SPEC_OBJECT, .fields = http_fields),
    SPEC_PART("tcpSocket", SPEC_OBJECT, .fields = tcp_fields),
    SPEC_PART("sleep", SPEC_OBJECT, .fields = sleep_fields),
    SPEC_ONE_OF(lifecycle_handlers),
    SPEC_END};

const struct spec_field fragment_lifecycle[] = {
    SPEC_PART("postStart", SPEC_OBJECT, .fields = handler_fields),
    SPEC_PART("preStop", SPEC_OBJECT, .fields = handler_fields),
    SPEC_PART("stopSignal", SPEC_TEXT),
    SPEC_END};

/* --- security --- */

static const struct spec_field capabilities_fields[] = {
    SPEC_PART("add", SPEC_TEXT_LIST), SPEC_PART("drop", SPEC_TEXT_LIST), SPEC_END};

static const struct spec_field selinux_fields[] = {SPEC_PART("user", SPEC_TEXT),
    SPEC_PART("role", SPEC_TEXT),
    SPEC_PART("type", SPEC_TEXT),
    SPEC_PART("level", SPEC_TEXT),
    SPEC_END};

static const char *check_profile(struct arena *arena, const char *key, const json_t *profile,
    const json_t *around)
{
    bool local = text_equal(json_text_at(profile, "type"), "Localhost");

    (void)arena, (void)key, (void)around;
    if (local == (json_at(profile, "localhostProfile") != NULL))
        return NULL;
    return local ? "is required for type Localhost" : "must be left out unless type is Localhost";
}

static const struct spec_field profile_fields[] = {
    SPEC_PART("type", SPEC_TEXT, .required = true, .values = profile_types),
    SPEC_PART("localhostProfile", SPEC_TEXT, .min = 1),
    SPEC_CHECK("localhostProfile", check_profile),
    SPEC_END};

/* ValidateSecurityContext() of Kubernetes. */
static const char *check_escalation(struct arena *arena, const char *key, const json_t *context,
    const json_t *around)
{
    (void)arena, (void)key, (void)around;
    return json_is_false(json_at(context, "allowPrivilegeEscalation")) &&
                   json_is_true(json_at(context, "privileged"))
               ? "must not be false in a privileged container"
               : NULL;
}

/* kubelet starts no such container. */
static const char *check_root(struct arena *arena, const char *key, const json_t *context,
    const json_t *around)
{
    (void)arena, (void)key, (void)around;
    return json_is_true(json_at(context, "runAsNonRoot")) &&
                   json_is_integer(json_at(context, "runAsUser")) &&
                   json_int_at(context, 0, "runAsUser") == 0
               ? "must not be 0 where runAsNonRoot is true"
               : NULL;
}

static const struct spec_field security_fields[] = {
    SPEC_PART("capabilities", SPEC_OBJECT, .fields = capabilities_fields),
    SPEC_PART("privileged", SPEC_SWITCH),
    SPEC_PART("seLinuxOptions", SPEC_OBJECT, .fields = selinux_fields, .outline = true),
    SPEC_PART("runAsUser", SPEC_NUMBER, .max = HIGHEST_ID),
    SPEC_PART("runAsGroup", SPEC_NUMBER, .max = HIGHEST_ID),
    SPEC_PART("runAsNonRoot", SPEC_SWITCH),
    SPEC_PART("readOnlyRootFilesystem", SPEC_SWITCH),
    SPEC_PART("allowPrivilegeEscalation", SPEC_SWITCH),
    SPEC_PART("procMount", SPEC_TEXT, .values = proc_mounts),
    SPEC_PART("seccompProfile", SPEC_OBJECT, .fields = profile_fields, .outline = true),
    SPEC_PART("appArmorProfile", SPEC_OBJECT, .fields = profile_fields, .outline = true),
    SPEC_CHECK("allowPrivilegeEscalation", check_escalation),
    SPEC_CHECK("runAsUser", check_root),
    SPEC_END};

/* --- of a Pod --- */

static const char *const group_policies[] = {"OnRootMismatch", "Always", NULL};
static const char *const supplemental_policies[] = {"Merge", "Strict", NULL};
static const char *const selinux_policies[] = {"MountOption", "Recursive", NULL};

static const struct spec_field sysctl_fields[] = {
    SPEC_PART("name", SPEC_TEXT, .required = true, .min = 1),
    SPEC_PART("value", SPEC_TEXT, .required = true),
    SPEC_END};

/* What runs here needs no root, and every namespace that is "restricted" refuses it. */
static const char *check_no_root(struct arena *arena, const char *key, const json_t *context,
    const json_t *around)
{
    const json_t *user = json_at(context, "runAsUser");

    (void)arena, (void)key, (void)around;
    return json_is_integer(user) && json_integer_value(user) == 0
               ? "must not be 0, which is root; -1 leaves it out"
               : NULL;
}

static const char *check_non_root(struct arena *arena, const char *key, const json_t *context,
    const json_t *around)
{
    (void)arena, (void)key, (void)around;
    return json_is_false(json_at(context, "runAsNonRoot")) ? "must stay true; leave it out" : NULL;
}

static const char *check_groups(struct arena *arena, const char *key, const json_t *context,
    const json_t *around)
{
    const json_t *group;

    (void)arena, (void)key, (void)around;
    json_each_item (json_at(context, "supplementalGroups"), i, group) {
        if (json_is_integer(group) && json_integer_value(group) < 0)
            return "must be numbers of groups, from 0 on";
    }
    return NULL;
}

/* clang-format off */
#define ID(name) SPEC_PART(name, SPEC_NUMBER, .min = FRAGMENT_NO_ID, .max = HIGHEST_ID)
/* clang-format on */

#define OF_CONTAINERS                                                                              \
    "is of containers, whose own context the operator writes (no capability, no privilege): take " \
    "it out"

static const struct spec_name pod_security_other_names[] = {
    {"allowPrivilegeEscalation", NULL, OF_CONTAINERS},
    {"capabilities", NULL, OF_CONTAINERS},
    {"privileged", NULL, OF_CONTAINERS},
    {"procMount", NULL, OF_CONTAINERS},
    {"readOnlyRootFilesystem", NULL, OF_CONTAINERS},
    {NULL, NULL, NULL}};

const struct spec_field fragment_pod_security[] = {ID("runAsUser"),
    ID("runAsGroup"),
    ID("fsGroup"),
    SPEC_PART("fsGroupChangePolicy", SPEC_TEXT, .values = group_policies),
    SPEC_PART("supplementalGroups", SPEC_NUMBER_LIST, .max = HIGHEST_ID),
    SPEC_PART("supplementalGroupsPolicy", SPEC_TEXT, .values = supplemental_policies),
    SPEC_PART("runAsNonRoot", SPEC_SWITCH),
    SPEC_PART("seccompProfile", SPEC_OBJECT, .fields = profile_fields, .outline = true),
    SPEC_PART("appArmorProfile", SPEC_OBJECT, .fields = profile_fields, .outline = true),
    SPEC_PART("seLinuxOptions", SPEC_OBJECT, .fields = selinux_fields, .outline = true),
    SPEC_PART("seLinuxChangePolicy", SPEC_TEXT, .values = selinux_policies),
    SPEC_PART("sysctls", SPEC_OBJECT_LIST, .fields = sysctl_fields, .unique = "name",
        .outline = true),
    SPEC_CHECK("runAsUser", check_no_root),
    SPEC_CHECK("runAsNonRoot", check_non_root),
    SPEC_CHECK("supplementalGroups", check_groups),
    SPEC_NAMES(pod_security_other_names),
    SPEC_END};

/* --- the container --- */

static const struct spec_field port_fields[] = {
    SPEC_PART("name", SPEC_TEXT, .format = &fragment_port_name),
    SPEC_PART("containerPort", SPEC_NUMBER, .required = true, .min = 1, .max = HIGHEST_PORT),
    SPEC_PART("hostPort", SPEC_NUMBER, .max = HIGHEST_PORT),
    SPEC_PART("hostIP", SPEC_TEXT),
    SPEC_PART("protocol", SPEC_TEXT, .values = protocols),
    SPEC_END};

static const struct spec_field resize_fields[] = {
    SPEC_PART("resourceName", SPEC_TEXT, .required = true, .min = 1),
    SPEC_PART("restartPolicy", SPEC_TEXT, .required = true, .values = resize_policies),
    SPEC_END};

static const struct spec_field exit_code_fields[] = {
    SPEC_PART("operator", SPEC_TEXT, .required = true, .values = exit_operators),
    SPEC_PART("values", SPEC_NUMBER_LIST, .required = true, .max = HIGHEST_EXIT_CODE),
    SPEC_END};

static const struct spec_field restart_rule_fields[] = {
    SPEC_PART("action", SPEC_TEXT, .required = true, .values = restart_actions),
    SPEC_PART("exitCodes", SPEC_OBJECT, .fields = exit_code_fields),
    SPEC_END};

/* Of the names that probes call ports by. */
static bool has_port(const json_t *container, const char *name)
{
    const json_t *port;

    json_each_item (json_at(container, "ports"), i, port) {
        if (text_equal(json_text_at(port, "name"), name))
            return true;
    }
    return false;
}

/* Of the probe `key`: kubelet asks, finds no such port, and takes the container for ill. */
static const char *check_named_port(struct arena *arena, const char *key, const json_t *container,
    const json_t *around)
{
    const json_t *probe = json_at(container, key);
    const char *web = json_text_at(probe, "httpGet", "port");
    const char *tcp = json_text_at(probe, "tcpSocket", "port");
    const char *name = web != NULL ? web : tcp;

    (void)around;
    return name != NULL && spec_is_port_name(name) && !has_port(container, name)
               ? fmt(arena, "must ask a port of this container, which has none named \"%s\"", name)
               : NULL;
}

static const char *check_port_names(struct arena *arena, const char *key, const json_t *container,
    const json_t *around)
{
    json_t *seen = json_new_map();
    const json_t *port;

    (void)around;
    json_each_item (json_at(container, key), i, port) {
        const char *name = json_text_at(port, "name");

        if (name == NULL)
            continue;
        if (json_at(seen, name) != NULL)
            return fmt(arena,
                "must differ in name, \"%s\" is that of [%lld] and [%zu]",
                name,
                (long long)json_int_at(seen, 0, name),
                i);
        json_put(seen, name, json_integer((json_int_t)i));
    }
    return NULL;
}

/* clang-format off */
#define CONTAINER_ROWS \
    SPEC_PART("name", SPEC_TEXT, .required = true, .format = &spec_dns_label), \
    SPEC_PART("image", SPEC_TEXT, .required = true, .format = &spec_image), \
    SPEC_PART("imagePullPolicy", SPEC_TEXT, .values = fragment_pull_policies), \
    SPEC_PART("command", SPEC_TEXT_LIST), \
    SPEC_PART("args", SPEC_TEXT_LIST), \
    SPEC_PART("workingDir", SPEC_TEXT), \
    SPEC_PART("ports", SPEC_OBJECT_LIST, .fields = port_fields, .unique = "containerPort"), \
    SPEC_PART("envFrom", SPEC_OBJECT_LIST, .fields = env_source_fields), \
    SPEC_PART("env", SPEC_OBJECT_LIST, .fields = fragment_env, .unique = "name"), \
    SPEC_PART("resources", SPEC_OBJECT, .fields = fragment_resources, \
        .type_name = "ResourceRequirements"), \
    SPEC_PART("resizePolicy", SPEC_OBJECT_LIST, .fields = resize_fields, .unique = "resourceName", \
        .outline = true), \
    SPEC_PART("restartPolicy", SPEC_TEXT, .values = restart_policies), \
    SPEC_PART("restartPolicyRules", SPEC_OBJECT_LIST, .fields = restart_rule_fields, \
        .outline = true), \
    SPEC_PART("volumeMounts", SPEC_OBJECT_LIST, .fields = fragment_mount, .unique = "mountPath"), \
    SPEC_PART("volumeDevices", SPEC_OBJECT_LIST, .fields = device_fields, .unique = "devicePath", \
        .outline = true), \
    SPEC_PART("livenessProbe", SPEC_OBJECT, .fields = liveness_fields, .outline = true), \
    SPEC_PART("readinessProbe", SPEC_OBJECT, .fields = probe_fields, .outline = true), \
    SPEC_PART("startupProbe", SPEC_OBJECT, .fields = liveness_fields, .outline = true), \
    SPEC_PART("lifecycle", SPEC_OBJECT, .fields = fragment_lifecycle, .outline = true), \
    SPEC_PART("terminationMessagePath", SPEC_TEXT), \
    SPEC_PART("terminationMessagePolicy", SPEC_TEXT, .values = message_policies), \
    SPEC_PART("securityContext", SPEC_OBJECT, .fields = security_fields), \
    SPEC_PART("stdin", SPEC_SWITCH), \
    SPEC_PART("stdinOnce", SPEC_SWITCH), \
    SPEC_PART("tty", SPEC_SWITCH), \
    SPEC_CHECK("ports", check_port_names)
/* clang-format on */

const struct spec_field fragment_container[] = {CONTAINER_ROWS,
    SPEC_CHECK("livenessProbe", check_named_port),
    SPEC_CHECK("readinessProbe", check_named_port),
    SPEC_CHECK("startupProbe", check_named_port),
    SPEC_END};

/* --- and those that run before --- */

static const char *const of_what_stays[] = {
    "livenessProbe", "readinessProbe", "startupProbe", "lifecycle", NULL};

/* validateInitContainers() of Kubernetes. */
static const char *check_init(struct arena *arena, const char *key, const json_t *container,
    const json_t *around)
{
    (void)key, (void)around;
    if (text_equal(json_text_at(container, "restartPolicy"), "Always"))
        return NULL;
    for (const char *const *part = of_what_stays; *part != NULL; part++)
        if (json_at(container, *part) != NULL)
            return fmt(arena, "must have no %s unless its restartPolicy is Always", *part);
    return NULL;
}

const struct spec_field fragment_init_container[] = {
    CONTAINER_ROWS, SPEC_CHECK(NULL, check_init), SPEC_END};
