#include "fields.h"

/* VitessCluster, whose spec users write. */

static const char *const topology_implementations[] = {"etcd2", NULL};

static const struct spec_field tasks_fields[] = {
    SPEC_STRUCT(struct tasks_spec, template, "template",
        "Labels, annotations and placement of the Pods. Default: the nodes of the vtctld (without "
        "one, of the etcd) that they ask, by its nodeSelector, tolerations, nodeAffinity, "
        "priorityClassName and serviceAccountName, and kept out of service meshes.",
        v1_task_template_fields),
    SPEC(struct tasks_spec, resources, "resources",
        "CPU and memory of the container. What is left out of it is as by default: nothing is "
        "asked for, and half a CPU and 256Mi are the limits.",
        RESOURCES),
    SPEC_NAMES(v1_tasks_other_names),
    SPEC_END};

static const struct spec_field lockserver_fields[] = {
    SPEC(struct lockserver_spec, implementation, "implementation",
        "Kind of topology server; etcd2 is the v3 API of etcd.", .values = topology_implementations,
        .fallback = QUOTED("etcd2"), .immutable = PUT_BACK_OR NEW_CLUSTER),
    SPEC(struct lockserver_spec, addresses, "addresses",
        "Addresses of the etcd members, each host:port without a scheme.", .required = true,
        .min = 1, .max = MOST_ADDRESSES, .format = &spec_address, .shape = SPEC_TEXT_LIST,
        .immutable = PUT_BACK_OR NEW_CLUSTER),
    SPEC(struct lockserver_spec, root, "root",
        "Path under which everything of this cluster is kept. Clusters that share an etcd need "
        "different ones.",
        .format = &spec_root, .fallback = QUOTED("/vitess"), .immutable = PUT_BACK_OR NEW_CLUSTER),
    SPEC(struct lockserver_spec, tls_secret, "tlsSecret",
        "Secret with ca.crt, tls.crt and tls.key: the authority of etcd and the client "
        "certificate. It needs a vtctld in some cell, since tasks then cannot reach etcd "
        "themselves.",
        .format = &spec_object_name),
    SPEC_NAMES(v1_lockserver_other_names),
    SPEC_END};

struct metadata {
    const char *name;
};

const struct spec_field v1_cluster_metadata_fields[] = {
    SPEC(struct metadata, name, "name", "Name of the cluster; every object of it begins with it.",
        .format = &spec_service_name),
    SPEC_END};

const struct spec_field v1_cluster_fields[] = {
    SHARED_ROWS(struct cluster_spec, , v1_user_rollout_fields),
    IMAGE_ROW(struct cluster_spec),
    SPEC_EACH(struct cluster_spec, cells, "cells",
        "Cells of the cluster: one for each zone in which it runs, and \"global\" for what serves "
        "all of them. Rollouts go through them in this order.",
        v1_cell_item_fields, .required = true, .max = MOST_CELLS, .unique = "name"),
    SPEC_EACH(struct cluster_spec, keyspaces, "keyspaces",
        "Keyspaces of the cluster: the databases that applications see, each sharded or not.",
        v1_keyspace_item_fields, .max = MOST_KEYSPACES, .unique = "name"),
    SPEC_STRUCT(struct cluster_spec, lockserver, "lockserver",
        "An etcd that exists already and is to be the lock server of the cluster.",
        lockserver_fields),
    SPEC_STRUCT(struct cluster_spec, tasks, "tasks",
        "The Pods by which the operator talks to Vitess. A change restarts nothing.", tasks_fields),
    SPEC_STRUCT(struct cluster_spec, tls, "tls",
        "TLS between the components: vttablet, vtgate, vtctld, VTOrc, VTAdmin and the operator's "
        "own tasks. Default: plain text. Not the MySQL port (vtgate.tls), nor etcd (etcd.tls).",
        v1_user_tls_fields),
    SPEC(struct cluster_spec, watch_secrets, "watchSecrets",
        "Restart what reads a certificate only as it starts when its Secret changes. "
        "Metacontroller "
        "must be allowed to read Secrets.",
        .fallback = "true"),
    NETWORK_POLICY_ROW(struct cluster_spec),
    SPEC_SELF(struct cluster_spec, json),
    SPEC_RULE(".cells", "has(self.lockserver) || self.cells.exists(c, has(c.etcd))",
        "one cell must have etcd, or spec.lockserver must name an etcd that exists"),
    SPEC_RULE(".lockserver",
        "!has(self.lockserver) || !has(self.lockserver.tlsSecret) || "
        "self.cells.exists(c, has(c.vtctld))",
        "tlsSecret needs a vtctld in some cell, since tasks reach a topology with TLS only through "
        "one"),
    SPEC_RULE(".cells",
        "self.cells.all(c, !has(c.etcd) || !has(c.etcd.tls)) || "
        "self.cells.exists(c, has(c.vtctld))",
        "tls of etcd needs a vtctld in some cell, since tasks reach a topology with TLS only "
        "through one"),
    SPEC_RULE(".keyspaces",
        "!has(self.keyspaces) || self.keyspaces.all(k, k.cells.all(n, "
        "n == '" CONTROL_CELL "' || self.cells.exists(c, c.name == n)))",
        "cells of a keyspace must be cells of spec.cells"),
    SPEC_NAMES(v1_cluster_other_names),
    SPEC_END};
