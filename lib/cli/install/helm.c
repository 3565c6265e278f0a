#include <string.h>

#include "files.h"
#include "template.h"
#include "yaml.h"

/* The installation as a chart of Helm: the same objects, with a value here and there.
 *
 * CRDs are templates and not in crds/, which Helm never upgrades. helm uninstall leaves them, by
 * the annotation keep: to delete one is to delete every cluster. */

/* A place that Helm fills, inside a text; VALUE() is any JSON and all of the field. */
#define MARK "@@"
#define PLACE(pipeline) MARK pipeline MARK
#define JSON " | toJson"
#define VALUE(name) PLACE(".Values." name JSON)

#define CHART_MADE "Made by `vitess-operator install --helm`"

/* --- from objects to templates --- */

/* One place: `"@@.Values.x | toJson@@"` loses its quotes, all others keep what is around them.
 * Gives what comes behind. */
static const char *fill(struct text *out, const char *place, bool quoted)
{
    const char *begin = place + quoted + strlen(MARK), *end = strstr(begin, MARK);
    const size_t length = (size_t)(end - begin), json = strlen(JSON);
    const bool whole = quoted && length > json && strncmp(end - json, JSON, json) == 0;

    if (quoted && !whole)
        text_add_bytes(out, place, 1);
    text_add(out, "{{ ");
    text_add_bytes(out, begin, length);
    text_add(out, " }}");
    return end + strlen(MARK) + whole;
}

/* Braces of ours (in alerts and legends) are not Helm's. */
static const char *as_template(struct arena *a, const char *yaml)
{
    struct text out = {.arena = a};

    while (*yaml != '\0') {
        const bool quoted =
            (*yaml == '"' || *yaml == '\'') && strncmp(yaml + 1, MARK, strlen(MARK)) == 0;

        if (quoted || strncmp(yaml, MARK, strlen(MARK)) == 0) {
            yaml = fill(&out, yaml, quoted);
        } else if (strncmp(yaml, "{{", 2) == 0) {
            text_add(&out, "{{`{{`}}");
            yaml += 2;
        } else {
            text_add_bytes(&out, yaml++, 1);
        }
    }
    return text_string(&out);
}

/* `condition` is when there are these objects ("crds.install"), or NULL: always. */
static bool write_template(const struct install *install, const char *folder, const char *name,
    const char *condition, const json_t *objects)
{
    struct arena *a = install->arena;
    struct text out = {.arena = a};
    const json_t *each;

    text_add(&out, "# " CHART_MADE "; do not edit.\n");
    if (condition != NULL)
        text_addf(&out, "{{- if %s }}\n", condition);
    json_each_item (objects, i, each)
        text_addf(&out, "---\n%s", as_template(a, yaml_write(a, each)));
    if (condition != NULL)
        text_add(&out, "{{- end }}\n");
    return write_file(install, fmt(a, "%s/templates", folder), name, text_string(&out));
}

/* --- the objects --- */

static const json_t *kept_crds(const struct install *install)
{
    struct arena *a = install->arena;
    const json_t *keep = object(a, F("helm.sh/resource-policy", "keep"));
    json_t *list = json_new_list();

    each_hook_of (install->apis, hook) {
        const json_t *crd = install_crd(a, hook);

        json_add(list,
            object(a,
                SPREAD(crd),
                MAP("metadata", SPREAD(json_at(crd, "metadata")), F("annotations", keep))));
    }
    return list;
}

/* New settings restart the Pod. */
static const json_t *chart_pod(struct arena *a, const json_t *template)
{
    const json_t *container = json_array_get(json_at(template, "spec", "containers"), 0);
    const json_t *spec = json_at(template, "spec");
    const json_t *checksum = object(a, F("checksum/config", PLACE(".Values.settings | sha256sum")));

    return object(a,
        MAP("metadata", SPREAD(json_at(template, "metadata")), F("annotations", checksum)),
        MAP("spec",
            SPREAD(spec),
            F("priorityClassName", VALUE("priorityClassName")),
            F("imagePullSecrets", VALUE("imagePullSecrets")),
            F("nodeSelector", VALUE("nodeSelector")),
            F("tolerations", VALUE("tolerations")),
            F("affinity", VALUE("affinity")),
            LIST("containers",
                ITEM(SPREAD(container),
                    F("image", PLACE("include `vitess-operator.image` ." JSON)),
                    F("imagePullPolicy", VALUE("image.pullPolicy")),
                    F("resources", VALUE("resources"))))));
}

static const json_t *chart_deployment(const struct install *install)
{
    struct arena *a = install->arena;
    const json_t *deployment = install_deployment(install);

    return object(a,
        SPREAD(deployment),
        MAP("spec",
            SPREAD(json_at(deployment, "spec")),
            F("replicas", VALUE("replicas")),
            F("template", chart_pod(a, json_at(deployment, "spec", "template")))));
}

static const json_t *chart_config(const struct install *install)
{
    const json_t *config = install_config(install);

    return object(install->arena, SPREAD(config), MAP("data", F(CONFIG_FILE, VALUE("settings"))));
}

static const json_t *operator_objects(const struct install *install)
{
    json_t *list = json_new_list();
    const json_t *each;

    json_each_item (install_priority_classes(install), i, each)
        json_add(list, each);
    json_add(list, chart_config(install));
    json_add(list, install_service(install));
    json_add(list, chart_deployment(install));
    json_add(list, install_disruption_budget(install));
    return list;
}

static const json_t *one(const json_t *object_)
{
    json_t *list = json_new_list();

    json_add(list, object_);
    return list;
}

/* --- the values --- */

static const char values_about[] =
    "# " CHART_MADE ".\n"
    "#\n"
    "# Metacontroller " METACONTROLLER_VERSION " (4.15 or newer) has to be there first.\n"
    "# The namespace is that of the release: helm install --namespace vitess-operator "
    "--create-namespace.\n"
    "#\n"
    "# crds.install: helm upgrade upgrades them, helm uninstall leaves them. Where something else\n"
    "# owns them, false.\n"
    "# roles.install: view, edit and admin may read, and the latter two write, our kinds.\n"
    "# settings: of `vitess-operator serve`; resources.limits.memory has to fit them.\n"
    "# monitoring: for the Prometheus operator and Grafana.\n"
    "# replicas: one Pod is enough; 0 pauses the operator, and clusters run on.\n";

/* repository:tag, repository@digest. The tag of this version is the chart's own. */
static const json_t *image(const struct install *install)
{
    struct arena *a = install->arena;
    const char *name = install->image, *digest = strchr(name, '@'), *slash = strrchr(name, '/');
    const char *tag = digest == NULL ? strchr(slash == NULL ? name : slash, ':') : NULL;
    const char *end = digest != NULL ? digest : tag != NULL ? tag : name + strlen(name);
    const bool own = tag == NULL || text_equal(tag + 1, OPERATOR_VERSION);

    return object(a,
        F("repository", text_copy(a, name, (size_t)(end - name))),
        F("tag", own ? "" : tag + 1),
        F("digest", digest == NULL ? "" : digest + 1),
        F("pullPolicy", "IfNotPresent"));
}

static const json_t *values(const struct install *install)
{
    struct arena *a = install->arena;
    const json_t *pod = json_at(install_deployment(install), "spec", "template", "spec");
    const json_t *container = json_array_get(json_at(pod, "containers"), 0);

    return object(a,
        F("image", image(install)),
        F("imagePullSecrets", json_new_list()),
        F("replicas", INT(1)),
        F("resources", json_at(container, "resources")),
        F("priorityClassName", install->priority_class == NULL ? "" : install->priority_class),
        F("nodeSelector", json_new_map()),
        F("tolerations", json_at(pod, "tolerations")),
        F("affinity", json_new_map()),
        F("settings", install_settings(a)),
        MAP("metacontroller", F("namespace", install->metacontroller)),
        MAP("crds", F("install", BOOL(true))),
        MAP("roles", F("install", BOOL(true))),
        MAP("networkPolicy", F("enabled", BOOL(true))),
        MAP("monitoring",
            F("enabled", BOOL(install->monitoring)),
            F("namespace", install->prometheus)));
}

/* A value of a name that there is not is a slip, and these become part of expressions. */
static const json_t *strict(struct arena *a, const json_t *value, const char *key)
{
    const json_t *each;
    const char *name;
    json_t *properties = json_new_map();

    if (text_equal(key, "namespace"))
        return object(a,
            F("type", "string"),
            F("pattern", "^[a-z0-9]([-a-z0-9]*[a-z0-9])?$"),
            F("maxLength", INT(63)));
    if (!json_is_object(value))
        return object(a,
            F("type",
                json_is_string(value)    ? "string"
                : json_is_boolean(value) ? "boolean"
                : json_is_array(value)   ? "array"
                                         : "integer"));
    if (json_object_size(value) == 0 || text_equal(key, "resources"))
        return object(a, F("type", "object"));
    json_each_field (value, name, each)
        json_put(properties, name, strict(a, each, name));
    if (text_equal(key, ""))
        json_put(properties, "global", object(a, F("type", "object")));
    return object(a,
        F("type", "object"),
        F("additionalProperties", BOOL(false)),
        F("properties", properties));
}

static const json_t *values_schema(const struct install *install)
{
    struct arena *a = install->arena;

    return object(a,
        F("$schema", "http://json-schema.org/draft-07/schema#"),
        F("$comment", CHART_MADE "."),
        SPREAD(strict(a, values(install), "")));
}

static const json_t *chart(struct arena *a)
{
    return object(a,
        F("apiVersion", "v2"),
        F("name", OPERATOR_NAME),
        F("description", "Vitess on Kubernetes, as hooks of Metacontroller"),
        F("type", "application"),
        F("version", OPERATOR_VERSION),
        F("appVersion", OPERATOR_VERSION),
        F("kubeVersion", ">=1.30.0-0"));
}

static const char helpers[] =
    "{{- /* " CHART_MADE "; do not edit. */ -}}\n"
    "{{- define \"vitess-operator.image\" -}}\n"
    "{{- if .Values.image.digest -}}\n"
    "{{ .Values.image.repository }}@{{ .Values.image.digest }}\n"
    "{{- else -}}\n"
    "{{ .Values.image.repository }}:{{ .Values.image.tag | default .Chart.AppVersion }}\n"
    "{{- end -}}\n"
    "{{- end -}}\n";

static const char notes[] =
    "vitess-operator {{ .Chart.AppVersion }} answers Metacontroller in namespace "
    "{{ .Values.metacontroller.namespace }}.\n"
    "\n"
    "    kubectl -n {{ .Release.Namespace }} rollout status deployment/vitess-operator\n"
    "\n"
    "helm uninstall leaves the CRDs and every VitessCluster; they run on, with nobody to look "
    "after\n"
    "them.\n";

/* --- all --- */

static bool write_values(const struct install *install, const char *folder)
{
    struct arena *a = install->arena;
    const char *templates = fmt(a, "%s/templates", folder);

    return write_file(install,
               folder,
               "Chart.yaml",
               fmt(a, "# " CHART_MADE ".\n%s", yaml_write(a, chart(a)))) &&
           write_file(install,
               folder,
               "values.yaml",
               fmt(a, "%s%s", values_about, yaml_write(a, values(install)))) &&
           write_file(install,
               folder,
               "values.schema.json",
               json_write_pretty(a, values_schema(install))) &&
           write_file(install, templates, "_helpers.tpl", helpers) &&
           write_file(install, templates, "NOTES.txt", notes);
}

static bool write_templates(const struct install *install, const char *folder)
{
    struct arena *a = install->arena;
    const json_t *policies = install_deletion_policies(install);

    return write_template(install,
               folder,
               "crds.yaml",
               ".Values.crds.install",
               kept_crds(install)) &&
           write_template(install, folder, "admission.yaml", NULL, install_bound(a, policies)) &&
           write_template(install,
               folder,
               "roles.yaml",
               ".Values.roles.install",
               install_user_roles(install)) &&
           write_template(install, folder, "operator.yaml", NULL, operator_objects(install)) &&
           write_template(install,
               folder,
               "networkpolicy.yaml",
               ".Values.networkPolicy.enabled",
               one(install_network_policy(install))) &&
           write_template(install,
               folder,
               "monitoring.yaml",
               ".Values.monitoring.enabled",
               install_monitoring(install)) &&
           write_template(install,
               folder,
               "monitoring-networkpolicy.yaml",
               "and .Values.monitoring.enabled .Values.networkPolicy.enabled",
               one(install_metrics_policy(install))) &&
           write_template(install, folder, "controllers.yaml", NULL, install_controllers(install));
}

bool install_helm(const struct install *install, const char *folder)
{
    struct arena *a = install->arena;
    const struct install places = {.arena = a,
        .apis = install->apis,
        .namespace = PLACE(".Release.Namespace"),
        .metacontroller = PLACE(".Values.metacontroller.namespace"),
        .image = OPERATOR_NAME,
        .prometheus = PLACE(".Values.monitoring.namespace")};

    return make_folder(folder) && make_folder(fmt(a, "%s/templates", folder)) &&
           write_values(install, folder) && write_templates(&places, folder);
}
