#include "cli/base/output.h"
#include "cli/install/install.h"

static const char *image = OPERATOR_NAME ":" OPERATOR_VERSION, *namespace = OPERATOR_NAME;
static const char *metacontroller = "metacontroller", *priority_class, *folder, *chart, *format;
static const char *prometheus = "monitoring", *api;
static bool monitoring;

static const struct option_row options[] = {
    {"namespace",
        'n',
        OPTION_TEXT,
        "NAME",
        "Namespace of the operator; " OPERATOR_NAME " is the default.",
        &namespace},
    {"image",
        0,
        OPTION_TEXT,
        "IMAGE",
        "Image of the operator; " OPERATOR_NAME ":" OPERATOR_VERSION " is the default.",
        &image},
    {"priority-class",
        0,
        OPTION_TEXT,
        "NAME",
        "PriorityClass of the operator's Pod, such as system-cluster-critical.",
        &priority_class},
    {"metacontroller",
        0,
        OPTION_TEXT,
        "NAME",
        "Namespace of Metacontroller, the only one that may call the operator, and whose accounts "
        "may delete what is derived from a VitessCluster; metacontroller is the default.",
        &metacontroller},
    {"monitoring",
        0,
        OPTION_FLAG,
        NULL,
        "Also print what the Prometheus operator and Grafana take: monitors of the operator, "
        "Vitess "
        "and etcd, alerts, a dashboard.",
        &monitoring},
    {"prometheus",
        0,
        OPTION_TEXT,
        "NAME",
        "Namespace of Prometheus, which --monitoring lets in to metrics; monitoring is the "
        "default.",
        &prometheus},
    {"api", 0, OPTION_CHOICE, INSTALL_API_CHOICES, install_api_help, &api},
    {"kustomize",
        0,
        OPTION_TEXT,
        "DIR",
        "Write kustomizations into this folder instead: base/ and overlays/.",
        &folder},
    {"helm",
        0,
        OPTION_TEXT,
        "DIR",
        "Write a chart of Helm into this folder instead. Other options are what its values.yaml "
        "begins with.",
        &chart},
    {"output", 'o', OPTION_CHOICE, "yaml|json", OUTPUT_HELP, &format},
    {.name = NULL},
};

/* What the API server would refuse only after half of it is there. */
static bool checked(const char *option, const struct spec_format *rule, const char *value)
{
    if (value == NULL || rule->accepts(value))
        return true;
    wrong_usage(&command_install, "--%s %s, got '%s'", option, rule->rule, value);
    return false;
}

/* The chart has the namespace of its release. */
static int run_helm(const struct install *install)
{
    if (folder != NULL || format != NULL)
        return wrong_usage(&command_install,
            "--helm writes a chart, without --kustomize or --output");
    if (!text_equal(namespace, OPERATOR_NAME))
        return wrong_usage(&command_install,
            "--helm takes no --namespace: it is that of helm install");
    return install_helm(install, chart) ? EXIT_YES : EXIT_TROUBLE;
}

static int run(const struct texts *arguments)
{
    const struct install install = {cli_arena(),
        install_apis(api),
        namespace,
        metacontroller,
        image,
        priority_class,
        monitoring,
        prometheus};
    struct object_output output = {.json = text_equal(format, "json")};
    const json_t *object;

    if (!checked("namespace", &spec_dns_label, namespace) ||
        !checked("image", &spec_image, image) ||
        !checked("priority-class", &spec_object_name, priority_class) ||
        !checked("metacontroller", &spec_dns_label, metacontroller) ||
        !checked("prometheus", &spec_dns_label, prometheus))
        return EXIT_USAGE;
    if (arguments->count > 0)
        return wrong_usage(&command_install, "takes no argument");
    if (chart != NULL)
        return run_helm(&install);
    if (folder != NULL && monitoring)
        return wrong_usage(&command_install, "--kustomize writes overlays/monitoring anyway");
    if (folder != NULL && format != NULL)
        return wrong_usage(&command_install, "--kustomize writes YAML, without --output");
    if (folder != NULL)
        return install_kustomize(&install, folder) ? EXIT_YES : EXIT_TROUBLE;
    output_begin(&output);
    json_each_item (install_objects(&install), i, object)
        output_object(&output, object);
    output_end(&output);
    return EXIT_YES;
}

const struct command command_install = {
    .name = "install",
    .usage =
        "[--api v1alpha1|v2|both] [--namespace NAME] [--image IMAGE] [--kustomize DIR] [OPTION..]",
    .summary = "print all that a Kubernetes needs to run the operator",
    .text =
        "Prints the whole installation as YAML for kubectl: Namespace, CRDs, "
        "CompositeControllers,\n"
        "Deployment, Service, ConfigMap, PodDisruptionBudget, NetworkPolicy, ClusterRoles that "
        "let\n"
        "view, edit and admin see and write VitessClusters, and policies that refuse to delete a\n"
        "VitessCluster, what is derived from it, or one of the CRDs without the annotation\n"
        "vitess.io/allow-deletion=true (with --api v2 it begins with planetscale.com). There "
        "is no ServiceAccount and no right of the "
        "operator's\n"
        "own: it makes no calls. Metacontroller 4.15 and Kubernetes 1.30, or newer, have to be\n"
        "there; tested with Metacontroller " METACONTROLLER_VERSION ".\n"
        "\n"
        "With --kustomize the same is written as files: base/, and overlays/ for TLS, for\n"
        "monitoring, and for an operator and its clusters in a single namespace. With --helm as a\n"
        "chart, which leaves the CRDs, and with them every cluster, when it is uninstalled.\n"
        "\n"
        "EXIT STATUS\n"
        "0 on success, 2 on wrong usage, 3 where a file cannot be written.\n"
        "\n"
        "EXAMPLES\n"
        "    vitess-operator install | kubectl apply --server-side -f -\n"
        "    vitess-operator install --api v2 | kubectl apply --server-side -f -\n"
        "    vitess-operator install --image registry.example.com/vitess-operator\n"
        "    vitess-operator install --kustomize vitess\n"
        "    vitess-operator install --helm chart && helm template chart\n",
    .options = options,
    .run = run,
};
