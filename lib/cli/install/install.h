#ifndef VITESS_OPERATOR_CLI_INSTALL_H
#define VITESS_OPERATOR_CLI_INSTALL_H

#include "hook.h"
#include "json.h"

/* What a Kubernetes needs to run the operator, object by object. */

#define OPERATOR_NAME "vitess-operator"
#define CONFIG_NAME OPERATOR_NAME "-config"
#define CONFIG_FILE "serve.yaml"
#define CONFIG_FOLDER "/etc/vitess-operator"

/* The newest one that our tests against a real API server run with. */
#define METACONTROLLER_VERSION "4.17.2"
/* More than any answer takes, so that a slow node is no error; Metacontroller's default is 10s. */
#define CONTROLLER_TIMEOUT "30s"

enum { OPERATOR_PORT = 8080, PROBE_PORT = 8081 };

struct install {
    struct arena *arena;
    const struct api *const *apis; /* NULL-terminated: those that are installed */
    const char *namespace;         /* of the operator */
    const char *metacontroller;    /* namespace of Metacontroller */
    const char *image;
    const char *priority_class; /* or NULL */
    bool monitoring;            /* with what Prometheus and Grafana take */
    const char *prometheus;     /* namespace of Prometheus */
};

/* A list of the words of a text. */
const json_t *install_words(struct arena *a, const char *text);

/* One per hook. */
const json_t *install_crd(struct arena *a, const struct hook *hook);
/* `base` is where the server is ("http://localhost:8080"); NULL: the Service in `namespace`.
 * `patience` is how long Metacontroller waits (NULL: CONTROLLER_TIMEOUT). */
const json_t *install_controller(struct arena *a, const struct hook *hook, const char *base,
    const char *namespace, const char *patience);

const json_t *install_namespace(const struct install *install);
/* The settings of `serve`, as the text of its configuration file. */
const char *install_settings(struct arena *a);
const json_t *install_config(const struct install *install);
const json_t *install_deployment(const struct install *install);
const json_t *install_service(const struct install *install);
const json_t *install_disruption_budget(const struct install *install);
const json_t *install_network_policy(const struct install *install);
/* One that lets Prometheus in; policies add up. */
const json_t *install_metrics_policy(const struct install *install);
/* A rule of them: whoever is in that namespace may come in at that port ("http", "probes"). */
const json_t *install_ingress_from(struct arena *a, const char *namespace, const char *port);

/* What Prometheus and Grafana take, a list; the rules of its PrometheusRule; the dashboard. */
const json_t *install_monitoring(const struct install *install);
const json_t *install_alerts(struct arena *a, const struct api *const *installed);
const json_t *install_dashboard(struct arena *a);

/* What Metacontroller must be allowed to run these controllers, and nothing else. */
const json_t *install_metacontroller_role(struct arena *a, const struct api *const *served,
    bool secrets);

/* The APIs that --api names: "v1alpha1", "v2" or "both"; NULL is the first one alone. NULL where
 * there is none of that name. */
#define INSTALL_API_CHOICES "v1alpha1|v2|both"
extern const char install_api_help[];
const struct api *const *install_apis(const char *name);

/* What follows is of each API by itself: to install two is to install one and then the other. */

/* A list of ClusterRoles that let view, edit and admin of Kubernetes see and write our kinds. */
const json_t *install_user_roles(const struct install *install);

/* The PriorityClasses that Pods ask for, a list. */
const json_t *install_priority_classes(const struct install *install);

/* Admission policies, each a list. Nobody deletes by accident what takes Pods or data with it; who
 * runs in the namespace install->metacontroller may delete what is derived. */
const json_t *install_deletion_policies(const struct install *install);
/* VitessClusters are made in `namespace` only. */
const json_t *install_namespace_policies(const struct install *install, const char *namespace);
/* These policies and what puts them into force. */
const json_t *install_bound(struct arena *a, const json_t *policies);

/* Labels of every object of the operator. */
const json_t *install_labels(struct arena *a);
/* Of a namespaced one: name, namespace and these. */
const json_t *install_metadata(const struct install *install, const char *name);
/* The CompositeController of each hook. */
const json_t *install_controllers(const struct install *install);
const json_t *install_selector(struct arena *a);

/* Every object of the operator in a list, in the order in which they are applied. */
const json_t *install_objects(const struct install *install);

/* Writes all of it into the folder as kustomizations; false, with a message on stderr, where a
 * file cannot be written. */
bool install_kustomize(const struct install *install, const char *folder);
/* The same as a chart of Helm. */
bool install_helm(const struct install *install, const char *folder);

#endif
