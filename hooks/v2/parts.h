#ifndef VITESS_OPERATOR_HOOKS_V2_PARTS_H
#define VITESS_OPERATOR_HOOKS_V2_PARTS_H

#include "specs.h"

/* What the objects of planetscale.com/v2 have in common, field by field as the operator of
 * PlanetScale makes it. What its users give goes through as_stored(); arguments and variables of
 * theirs stay as they are, so that Kubernetes replaces "$(POD_IP)" in them, too. */

/* Where a component is, and what all components of the cluster share. */
struct v2_place {
    const char *namespace, *cluster;
    const char *cell; /* NULL: it is of no cell, but of all */
    const char *zone; /* of the cell's nodes; NULL or "": any */
    struct lockserver_params topology;
    const json_t *vitess_flags; /* extraVitessFlags */
    const json_t *pull_secrets; /* imagePullSecrets */
};

/* {component, cluster}: the labels of what there is once in a cluster. */
const json_t *v2_cluster_labels(struct arena *arena, const char *cluster, const char *component);
/* {component, cluster, cell}: of what there is once in a cell. */
const json_t *v2_labels(struct arena *arena, const struct v2_place *place, const char *component);

/* --- arguments --- */

/* Maps of flags laid over each other, the lowest first (NULL adds nothing), in byte order of the
 * names. A name loses the dashes in front of it and is else as it is given: in two spellings a flag
 * is there twice. */
const json_t *v2_flags_over(struct arena *arena, const json_t *const *maps, size_t count);
#define v2_flags(arena, ...)                                                                       \
    v2_flags_over((arena),                                                                         \
        (const json_t *const[]){__VA_ARGS__},                                                      \
        sizeof((const void *[]){__VA_ARGS__}) / sizeof(const void *))
/* The same as a list of "--name=value"; a boolean is "true" or "false". */
const json_t *v2_argument_list(struct arena *arena, const json_t *flags);
#define v2_arguments(arena, ...) v2_argument_list((arena), v2_flags((arena), __VA_ARGS__))

/* topo_implementation, topo_global_server_address, topo_global_root. */
const json_t *v2_topology_flags(struct arena *arena, const struct lockserver_params *topology);
/* {mysql_server_version: "8.0.40-Vitess"}, or NULL: v2_mysql_server_version(). */
const json_t *v2_mysql_version_flag(struct arena *arena, const char *image);
/* A text, or NULL for "", which theirs takes for absent. */
static inline const char *v2_given(const char *text)
{
    return text == NULL || *text == '\0' ? NULL : text;
}
/* The first image that is set, or NULL. */
const char *v2_mysqld_image(const struct mysqld_images *images);

/* --- a key of a Secret as a file: /vt/secrets/FOLDER/KEY --- */

/* All give NULL for a `secret` of NULL. The volume is NULL as well where the Secret has no name:
 * then somebody else has made it. */
const char *v2_secret_file(struct arena *arena, const struct secret_source *secret,
    const char *folder);
const json_t *v2_secret_volume(struct arena *arena, const struct secret_source *secret,
    const char *folder);
const json_t *v2_secret_mount(struct arena *arena, const struct secret_source *secret,
    const char *folder);
/* Mounted at `path`, not below /vt/secrets. */
const json_t *v2_secret_mount_at(struct arena *arena, const struct secret_source *secret,
    const char *folder, const char *path);

/* --- lists --- */

/* `theirs` (a user's, or NULL) laid over `ours`: what has the same name (or mountPath) takes its
 * place, others are appended. So it is among `theirs` themselves: of two the last counts. */
const json_t *v2_by_name(struct arena *arena, const json_t *ours, const json_t *theirs);
const json_t *v2_by_path(struct arena *arena, const json_t *ours, const json_t *theirs);
/* A list of one. */
const json_t *v2_list(const json_t *item);
/* Of two that differ in their seconds alone the last counts. */
const json_t *v2_tolerations(struct arena *arena, const json_t *theirs);
/* Both lists. A container of `second` with the name of one of `first` is in its place, and keeps
 * the rest of its resources and of its securityContext; in a Pod (and not in a template of Pods)
 * its mounts and its pull policy as well. */
const json_t *v2_pod_containers(struct arena *arena, const json_t *first, const json_t *second);
const json_t *v2_template_containers(struct arena *arena, const json_t *first,
    const json_t *second);

/* --- of a container --- */

/* The user's requests and limits; where there are none of one of the two, `cpu` and `memory` are
 * requested, and `memory` is the limit. With a `memory` of NULL there is no default. */
const json_t *v2_resources(struct arena *arena, const json_t *theirs, const char *cpu,
    const char *memory);
/* The same as it is told to an object further down: with all else that is given. */
const json_t *v2_completed_resources(struct arena *arena, const json_t *given, const char *cpu,
    const char *memory);
/* [{name: GOMAXPROCS, value: "2"}]: the limit of CPUs, rounded up; NULL without one. */
const json_t *v2_max_procs(struct arena *arena, const json_t *resources);
/* The CPUs of `list`, which is requests or limits as stored, rounded up; 0 without any. */
long long v2_cpus(struct arena *arena, const json_t *list);
/* {runAsUser: 999} */
const json_t *v2_security(struct arena *arena);
/* For readinessProbe there is http_get() of pod.h. This one is only for what hangs for minutes. */
const json_t *v2_liveness(struct arena *arena, const char *path, const char *port);
/* {name, containerPort, protocol} */
const json_t *v2_port(struct arena *arena, const char *name, int port);

enum { WEB_PORT = 15000, API_PORT = 15001, GRPC_PORT = 15999, MYSQL_PORT = 3306 };
enum { EXPORTER_PORT = 9104 };
#define WEB_PORT_TEXT "15000"
#define GRPC_PORT_TEXT "15999"

/* --- of a Pod --- */

#define V2_PRIORITY_CLASS "vitess"
#define V2_ZONE_LABEL "failure-domain.beta.kubernetes.io/zone"

/* {nodeAffinity: only nodes of the zone}; NULL where any will do. */
const json_t *v2_zone_affinity(struct arena *arena, const char *zone);
/* {affinity}, for SPREAD: the user's, which replaces `ours` even where it is empty. NULL: none. */
const json_t *v2_affinity(struct arena *arena, const json_t *theirs, const json_t *ours);

/* --- objects --- */

/* {name, namespace, labels} */
const json_t *v2_metadata(struct arena *arena, const char *namespace, const char *name,
    const json_t *labels);

struct v2_deployment {
    const struct v2_place *place;
    const char *name;
    const json_t *labels;   /* of it and of its Pods, which it selects by them */
    const json_t *replicas; /* NULL: what Kubernetes takes, 1 */
    const struct pod_extras *pods;
    const json_t *annotations; /* of the Pods, below those of the user; or NULL */
    const json_t *containers;  /* ours, with what the user adds to each of them */
    const json_t *volumes;     /* all of them, or NULL */
    const json_t *strategy;    /* or NULL */
    uint32_t grace;            /* terminationGracePeriodSeconds; 0: not set */
};
const json_t *v2_make_deployment(struct arena *arena, const struct v2_deployment *deployment);

struct v2_service_port {
    const char *name; /* NULL ends a list; it is that of the container's port as well */
    int port;
};
struct v2_service {
    const char *namespace, *name;
    const json_t *labels; /* also what it selects by */
    const struct v2_service_port *ports;
    bool headless;                             /* a name for each Pod, and no address */
    bool also_unready;                         /* publishNotReadyAddresses */
    const struct service_overrides *overrides; /* or NULL */
};
const json_t *v2_make_service(struct arena *arena, const struct v2_service *service);
/* The same as it can be applied over what is there: `clusterIP` is of a Service that is made, and
 * cannot change afterwards; and annotations that were applied stay. `observed` may be NULL. */
const json_t *v2_service_over(struct arena *arena, const json_t *service, const json_t *observed);

#endif
