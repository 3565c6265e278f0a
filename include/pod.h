#ifndef VITESS_OPERATOR_POD_H
#define VITESS_OPERATOR_POD_H

#include "vitess.h"

/* What the Pods of all components have in common. The parts are mappings for SPREAD and lists for
 * EACH or OPT, so that each component still reads like the YAML it becomes. */

/* User and group of the Vitess images. */
#define VITESS_USER 999

/* metadata of an object: name, namespace, and the labels of `place` with the component's. `hash`
 * (may be NULL) becomes the annotation spec_hash. */
const json_t *component_metadata(struct arena *arena, const struct place *place,
    const char *component, const char *name, const char *hash);
/* Labels that select the Pods of a component. */
const json_t *component_selector(struct arena *arena, const struct place *place,
    const char *component);

/* PodSpec fields of every Pod: Pod Security "restricted", no service account token, image pull
 * secrets, and a spread over nodes and zones among the Pods that `peers` (labels) selects. */
const json_t *pod_defaults(struct arena *arena, const struct place *place, const json_t *peers);
/* The Pod's part of "restricted": `ours`, and over it what the user says, first of all Pods
 * (place.security), then of these (`theirs`, or NULL). */
const json_t *pod_security(struct arena *arena, const json_t *ours, const struct place *place,
    const json_t *theirs);
/* The container's part of "restricted", and the pull policy. */
const json_t *container_defaults(struct arena *arena, const struct place *place);

/* Of the small containers that only prepare something. A quota on limits wants one of each. */
const json_t *helper_resources(struct arena *arena);
const json_t *helper_limits(struct arena *arena);
/* A vtctldclient in a Pod of Vitess has somebody to ask: over TLS that takes a vtctld. */
bool topology_can_be_asked(const struct topology *topology);
/* The words of a vtctldclient in a Pod of Vitess, up to its command. */
const json_t *vtctldclient(struct arena *arena, const struct topology *topology);
/* An init container that ends when Vitess knows each of `cells` ("zone1,zone2"): without them
 * vttablet and vtgate end at once, and are then started again later and later. NULL where
 * nobody can be asked. */
const json_t *wait_for_cells(struct arena *arena, const struct place *place, const char *image,
    const char *cells);

/* Beside what is counted. */
enum { GRACE_MARGIN = 10, KUBERNETES_GRACE = 30 };
/* For so long a program of Vitess may wait after SIGTERM, by its arguments. `on_term` is its own
 * default of --onterm-timeout; 0: that of most of them. */
unsigned seconds_to_end(const json_t *arguments, unsigned on_term);
/* A flag of a user that says for how long the program waits when it ends, `asked`, is cut short by
 * its `timeout` unless that is longer: so it is, in a map of flags of the operator's, where the
 * user says nothing of it. */
const json_t *timeout_for(struct arena *arena, const json_t *flags, const char *asked,
    const char *timeout);
/* terminationGracePeriodSeconds: as usual, or what is needed. NULL: that of Kubernetes. */
const json_t *grace_period(unsigned usual, unsigned needed);

/* {httpGet: {path, port}}; `port` is the name of a container port. */
const json_t *http_get(struct arena *arena, const char *path, const char *port);
/* A liveness probe that only fails on a process that hangs for minutes. */
const json_t *lenient_liveness_probe(struct arena *arena, const char *path, const char *port);

/* A container of the PodSpec is told to use a lock server at other addresses. */
bool pod_has_another_lock_server(const json_t *pod_spec, const char *addresses);

/* A Secret as a volume; one key of it only where `key` is given. NULL without a Secret. */
const json_t *secret_volume(struct arena *arena, const char *name, const char *secret,
    const char *key);
const json_t *config_volume(struct arena *arena, const char *name, const char *config_map,
    const char *key);
const json_t *empty_volume(struct arena *arena, const char *name);
const json_t *read_only_mount(struct arena *arena, const char *name, const char *path);

/* Where the topology is: flags, and with TLS the volume of the certificates and its mount (else
 * NULL). */
const json_t *topology_flags(struct arena *arena, const struct topology *topology);
const json_t *topology_volume(struct arena *arena, const struct topology *topology);
const json_t *topology_mount(struct arena *arena, const struct topology *topology);

/* TLS between the components (lib/vitess/tls.c): the flags that `binary` of this image has for it,
 * the volume and its mount; NULL where there is none. */
const json_t *tls_flags(struct arena *arena, const struct place *place, const char *binary,
    const char *image);
const json_t *tls_volume(struct arena *arena, const struct component_tls *tls);
const json_t *tls_mount(struct arena *arena, const struct component_tls *tls);
/* What the clients in a Pod of the operator dial with; NULL: plain text. */
const struct dial_tls *tls_dial(struct arena *arena, const struct component_tls *tls);
/* {"PREFIX-ca": ..., "PREFIX-cert": ...}; NULL where `dial` is. */
const json_t *dial_flags(struct arena *arena, const char *prefix, const struct dial_tls *dial);
/* What flags of a user make a client dial with; NULL: plain text. */
const struct dial_tls *dial_of_flags(struct arena *arena, const json_t *flags, const char *prefix);

/* --logtostderr, up to the Vitess that logs there by itself; else NULL. */
const json_t *log_flags(struct arena *arena, const char *image);

/* `pod` (a PodSpec) with the user's overrides on top: lists are merged by name (mounts by path),
 * everything else replaces ours. Whatever they say, it runs in the zone and region of `place`. */
const json_t *pod_overridden(struct arena *arena, const struct place *place, const json_t *pod,
    const struct pod_overrides *overrides);
/* Labels of a Pod: the user's, and ours on top, since Services and budgets select by them. */
const json_t *pod_labels(struct arena *arena, const json_t *ours,
    const struct pod_overrides *overrides);

/* A Deployment. Pods come up before others go, so that its capacity never sinks. */
struct deployment {
    const struct place *place;
    const char *component;
    const char *name;
    uint32_t replicas;
    bool scaled;               /* by somebody else: it has no number of its own */
    const json_t *pod;         /* PodSpec, before overrides */
    const json_t *annotations; /* of the Pods; NULL: only the user's */
    const struct pod_overrides *overrides;
};
const json_t *component_deployment(struct arena *arena, const struct deployment *deployment);
/* The tolerations of a user (a list, or NULL), and those with which a Pod leaves a node that does
 * not answer after seconds, as far as the user says nothing of that. */
const json_t *lost_node_tolerations(struct arena *arena, const json_t *users);

/* {name, containerPort}: the port that the flag in the container's arguments says, so that probes
 * and Services, which know it by `name`, follow it. */
const json_t *container_port(struct arena *arena, const char *name, const json_t *arguments,
    const char *flag);

/* Scales the Deployment of its own name. */
struct autoscaler {
    const struct place *place;
    const char *component, *name; /* the component's container has its name, too */
    uint32_t min_replicas, max_replicas;
    uint32_t cpu_percent;   /* of what the container requests; 0: not by that */
    const json_t *metrics;  /* list of MetricSpec, or NULL */
    const json_t *behavior; /* or NULL */
};
const json_t *horizontal_autoscaler(struct arena *arena, const struct autoscaler *autoscaler);
/* A list of MetricSpec (or NULL) in the form that the API server keeps. */
const json_t *metrics_as_stored(struct arena *arena, const json_t *metrics);

/* A port of a Service and of its Pods, by the same name. `node_port` is the key in the user's
 * settings that fixes it on each node, and is there for what may leave Kubernetes only. */
struct service_port {
    const char *name;
    int port;
    const char *node_port; /* NULL: it stays inside */
};
struct service {
    const struct place *place;
    const char *component, *name;
    const struct service_port *ports; /* NULL-terminated by name */
    const json_t *user;               /* of fragment_service, or NULL */
};
const json_t *component_service(struct arena *arena, const struct service *service);
/* The same ports, all of them, at a Service `name` that is a ClusterIP whatever the user says. */
const json_t *internal_service(struct arena *arena, const struct service *service,
    const char *name);

/* A disruption budget; `min_available` is a number, since the API server cannot judge a share of
 * Pods that no Deployment or StatefulSet owns. NULL: none. */
struct budget {
    const struct place *place;
    const char *component, *name;
    const json_t *selector;
    uint32_t min_available;
    /* What is in the Pods is on a volume or with others of them. Otherwise one that is not Ready
     * goes only while enough others are. */
    bool stateless;
};
const json_t *disruption_budget(struct arena *arena, const struct budget *budget);
/* Of a Deployment of so many Pods at least: all but one stay, and none that is of no use. */
const json_t *deployment_budget(struct arena *arena, const struct place *place,
    const char *component, const char *name, uint32_t replicas);

#endif
