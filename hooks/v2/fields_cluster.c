#include "fields.h"

/* VitessCluster. */

/* --- images --- */

#define IMAGE(member, name, sentence)                                                              \
    SPEC(struct component_images, member, name, sentence, .format = &v2_format_image)
#define VITESS_IMAGE(name)                                                                         \
    "Image of " name ". Default: vitess/lite:latest, which may become another version at any "     \
    "time."

static const struct spec_field image_fields[] = {IMAGE(vtctld, "vtctld", VITESS_IMAGE("vtctld")),
    IMAGE(vtadmin, "vtadmin", "Image of VTAdmin. Without one there is no VTAdmin."),
    IMAGE(vtorc, "vtorc", VITESS_IMAGE("VTOrc")),
    IMAGE(vtgate, "vtgate", VITESS_IMAGE("vtgate")),
    IMAGE(vttablet, "vttablet", VITESS_IMAGE("vttablet")),
    IMAGE(vtbackup, "vtbackup", VITESS_IMAGE("vtbackup")),
    SPEC_STRUCT(struct component_images, mysqld, "mysqld",
        "Image of MySQL, by its flavor. Default: {mysql80Compatible: mysql:8.0.40}.",
        v2_mysqld_image_fields),
    IMAGE(mysqld_exporter, "mysqldExporter",
        "Image of mysqld_exporter. Default: prom/mysqld-exporter:v0.18.0."),
    SPEC_END};

/* --- backups --- */

static const char *const engines[] = {"builtin", "xtrabackup", "mysqlshell", NULL};

static const struct spec_field backup_fields[] = {
    SPEC_EACH(struct cluster_backup, locations, "locations",
        "Where backups are. vtctld uses the first one.", v2_backup_location_fields,
        .required = true, .min = 1),
    SPEC(struct cluster_backup, engine, "engine",
        "What makes backups. After a change every shard needs a new backup, once all its tablets "
        "know of it.",
        .values = engines, .fallback = "\"builtin\""),
    SPEC(struct cluster_backup, subcontroller_json, "subcontroller", "How backups are listed.",
        .shape = SPEC_OBJECT),
    SPEC_STRUCT(struct cluster_backup, subcontroller, "subcontroller", "How backups are listed.",
        v2_subcontroller_fields),
    SPEC_EACH(struct cluster_backup, schedules, "schedules", "When backups are made.",
        v2_schedule_item_fields, .unique = "name"),
    SPEC_END};

/* --- vtctld and VTAdmin --- */

static const struct spec_field dashboard_fields[] = {SPEC(struct dashboard, cells, "cells",
                                                         "Cells with a vtctld. Default: all.",
                                                         .shape = SPEC_TEXT_LIST, .unique = ""),
    SPEC(struct dashboard, replicas, "replicas", "Number of vtctlds in each of them.",
        .max = MOST_INT32, .fallback = "1"),
    SPEC(struct dashboard, resources, "resources",
        "CPU and memory of each vtctld. Default: requests {cpu: 100m, memory: 128Mi}, and limits "
        "{memory: 128Mi}.",
        RESOURCES),
    EXTRA_FLAGS(struct dashboard, "vtctld"),
    POD_EXTRAS(struct dashboard),
    SERVICE(struct dashboard, service, "service", "The Service of all vtctlds."),
    SPEC_END};

#define VTADMIN_RESOURCES                                                                          \
    "Default: requests {cpu: 100m, memory: 128Mi}, and limits {memory: 128Mi}."

static const struct spec_field vtadmin_fields[] = {
    SPEC_STRUCT(struct vtadmin_spec, rbac, "rbac",
        "File with VTAdmin's rules of who may do what. Default: everybody may do everything.",
        v2_secret_fields),
    SPEC(struct vtadmin_spec, cells, "cells", "Cells with a VTAdmin. Default: all.",
        .shape = SPEC_TEXT_LIST, .unique = ""),
    SPEC(struct vtadmin_spec, api_addresses, "apiAddresses",
        "Addresses that browsers reach the API at: one for all cells, or one for each.",
        .required = true, .shape = SPEC_TEXT_LIST),
    SPEC(struct vtadmin_spec, replicas, "replicas", "Number of VTAdmins in each of them.",
        .max = MOST_INT32, .fallback = "1"),
    SPEC(struct vtadmin_spec, web_resources, "webResources",
        "CPU and memory of the web pages. " VTADMIN_RESOURCES, RESOURCES),
    SPEC(struct vtadmin_spec, api_resources, "apiResources",
        "CPU and memory of the API. " VTADMIN_RESOURCES, RESOURCES),
    SPEC(struct vtadmin_spec, fetch_credentials, "fetchCredentials",
        "Whether browsers send cookies to the API: omit, same-origin or include.",
        .fallback = "\"omit\""),
    SPEC(struct vtadmin_spec, read_only, "readOnly",
        "Hide everything in the web pages that changes the cluster.", .fallback = "false"),
    EXTRA_FLAGS(struct vtadmin_spec, "the API"),
    POD_EXTRAS(struct vtadmin_spec),
    SERVICE(struct vtadmin_spec, service, "service", "The Service of all VTAdmins."),
    SPEC_END};

/* --- the cluster --- */

const struct spec_field v2_cluster_fields[] = {
    SPEC_STRUCT(struct cluster_spec, images, "images", "Container images.", image_fields),
    SPEC(struct cluster_spec, pull_policies_json, "imagePullPolicies", "When images are pulled.",
        .shape = SPEC_OBJECT),
    SPEC_STRUCT(struct cluster_spec, pull_policies, "imagePullPolicies", "When images are pulled.",
        v2_pull_policy_fields),
    PULL_SECRETS(struct cluster_spec, ),
    SPEC_STRUCT(struct cluster_spec, backup, "backup",
        "Backups. Without them there is no restore, and no new tablet in a shard with data.",
        backup_fields),
    SPEC_STRUCT(struct cluster_spec, global_lockserver, "globalLockserver",
        "Where the global topology is. Default: an etcd that the operator makes.",
        v2_lockserver_fields),
    SPEC_STRUCT(struct cluster_spec, dashboard, "vitessDashboard",
        "vtctld, the server for administration. It runs with or without this block.",
        dashboard_fields),
    SPEC_STRUCT(struct cluster_spec, vtadmin, "vtadmin",
        "VTAdmin, web pages for administration. It needs images.vtadmin, too.", vtadmin_fields),
    SPEC_EACH(struct cluster_spec, cells, "cells",
        "Failure domains that keyspaces can be in. Take a cell out only after nothing is in it any "
        "more.",
        v2_cell_item_fields, .required = true, .unique = "name"),
    SPEC_EACH(struct cluster_spec, keyspaces, "keyspaces",
        "Databases, as applications see them. See turndownPolicy of a keyspace before it is taken "
        "out.",
        v2_keyspace_item_fields, .unique = "name"),
    SPEC(struct cluster_spec, vitess_flags, "extraVitessFlags",
        "Flags of vtgate, vtctld, VTOrc and vttablet alike; all four must know them.", FLAGS),
    SPEC_STRUCT(struct cluster_spec, topology_reconciliation, "topologyReconciliation",
        "What the operator writes into the topology, and deletes there.",
        v2_topology_reconciliation_fields),
    SPEC_STRUCT(struct cluster_spec, update_strategy, "updateStrategy",
        "When changes are rolled out.", v2_update_strategy_fields),
    SERVICE(struct cluster_spec, gateway_service, "gatewayService",
        "The Service of the vtgates of all cells."),
    SERVICE(struct cluster_spec, tablet_service, "tabletService",
        "The Service, without an address, of all tablets."),
    SPEC_SELF(struct cluster_spec, json),
    SPEC_END};
