#include "fields.h"

/* Status: written by the hooks, read by people. The structs only give the rows their types. */

struct condition_status {
    const char *type, *status, *reason, *message, *last_transition_time;
};

static const char *const condition_values[] = {"True", "False", "Unknown", NULL};

static const struct spec_field condition_fields[] = {
    SPEC(struct condition_status, type, "type",
        "What is judged: Ready, Updated, Progressing or Advice.", .required = true),
    SPEC(struct condition_status, status, "status", "True, False or Unknown.", .required = true,
        .values = condition_values),
    SPEC(struct condition_status, reason, "reason", "Why, in one word."),
    SPEC(struct condition_status, message, "message", "Why, for people."),
    SPEC(struct condition_status, last_transition_time, "lastTransitionTime",
        "When the status last changed."),
    SPEC_END};

struct task_status {
    const char *question, *answer;
};

static const struct spec_field task_fields[] = {
    SPEC(struct task_status, question, "question", "Hash of what was asked of Vitess."),
    SPEC(struct task_status, answer, "answer", "What Vitess answered."),
    SPEC_END};

struct level_status {
    uint32_t observed_generation;
    uint32_t tablets, ready_tablets, updated_tablets;
    const char *tablets_ready;
    bool retired;
    SPEC_ITEMS(struct condition_status) conditions;
    SPEC_ITEMS(struct task_status) tasks;
};

/* clang-format off */
#define LEVEL_ROWS(type, in)                                                                       \
    SPEC(type, in observed_generation, "observedGeneration",                                       \
        "Generation of the spec that this status is about."),                                      \
    SPEC(type, in tablets_ready, "tabletsReady", "Serving and wanted tablets, such as \"5/6\"."),  \
    SPEC_EACH(type, in conditions, "conditions",                                                   \
        "Ready: it serves. Updated: everything is as the spec says. Progressing: a rollout or "    \
        "bring-up runs. Advice: something works but should be changed.", condition_fields,         \
        .unique = "type"),                                                                         \
    SPEC_EACH(type, in tasks, "tasks",                                                             \
        "Answers of Vitess that are kept, so that nobody asks again.", task_fields)
#define RETIRED_ROW(type, in)                                                                      \
    SPEC(type, in retired, "retired", "It has left the spec and has taken itself down.")
#define COUNT_ROWS(type, in)                                                                       \
    SPEC(type, in tablets, "tablets", "Number of tablets that exist."),                            \
    SPEC(type, in ready_tablets, "readyTablets", "Number of tablets that serve."),                 \
    SPEC(type, in updated_tablets, "updatedTablets",                                               \
        "Number of tablets that are as the spec says.")
/* clang-format on */

struct addresses_status {
    const json_t *mysql;
    const char *vtctld, *vtadmin;
};

static const struct spec_field addresses_fields[] = {
    SPEC(struct addresses_status, mysql, "mysql",
        "Where applications connect with the MySQL protocol, one address for each cell.",
        .shape = SPEC_TEXT_LIST),
    SPEC(struct addresses_status, vtctld, "vtctld", "For vtctldclient --server."),
    SPEC(struct addresses_status, vtadmin, "vtadmin", "Web pages of VTAdmin."),
    SPEC_END};

struct keyspace_summary {
    const char *name, *durability_policy;
};

static const struct spec_field keyspace_summary_fields[] = {
    SPEC(struct keyspace_summary, name, "name", "Name of the keyspace.", .required = true),
    SPEC(struct keyspace_summary, durability_policy, "durabilityPolicy",
        "The durability policy that Vitess was last told."),
    SPEC_END};

struct cluster_status {
    struct level_status level;
    const json_t *cells, *ready_cells, *left_cells;
    SPEC_ITEMS(struct keyspace_summary) keyspaces;
    struct addresses_status *addresses;
    uint32_t revision;
};

const struct spec_field v1_cluster_status_fields[] = {LEVEL_ROWS(struct cluster_status, level.),
    COUNT_ROWS(struct cluster_status, level.),
    SPEC(struct cluster_status, cells, "cells", "Cells that exist, sorted.",
        .shape = SPEC_TEXT_LIST),
    SPEC(struct cluster_status, ready_cells, "readyCells", "Cells that are Ready, sorted.",
        .shape = SPEC_TEXT_LIST),
    SPEC(struct cluster_status, left_cells, "leftCells",
        "Cells that have left and whose topology records are still to be deleted.",
        .shape = SPEC_TEXT_LIST),
    SPEC_EACH(struct cluster_status, keyspaces, "keyspaces", "Keyspaces of the cluster.",
        keyspace_summary_fields, .unique = "name"),
    SPEC_STRUCT(struct cluster_status, addresses, "addresses",
        "Where to connect, from inside Kubernetes.", addresses_fields),
    SPEC(struct cluster_status, revision, "revision",
        "Revision of the operator's rendering that the cluster is rolled out to."),
    SPEC_END};

struct member_status {
    const char *member, *claim;
};

static const struct spec_field member_fields[] = {
    SPEC(struct member_status, member, "member", "Name of the member, which is that of its Pod."),
    SPEC(struct member_status, claim, "claim",
        "Uid of the PersistentVolumeClaim that it has been there with."),
    SPEC_END};

struct component_status {
    SPEC_ITEMS(struct member_status) members;
    uint32_t clusters, available_clusters, services, config_maps, deployments,
        available_deployments;
};

/* clang-format off */
#define DEPLOYMENT_ROWS                                                                            \
    SPEC(struct component_status, deployments, "deployments", "Deployments that exist."),          \
    SPEC(struct component_status, available_deployments, "availableDeployments",                   \
        "Deployments that are available.")
#define SERVICE_ROW SPEC(struct component_status, services, "services", "Services that exist.")
/* clang-format on */

static const struct spec_field etcd_status_fields[] = {
    SPEC(struct component_status, clusters, "clusters", "etcd clusters that exist."),
    SPEC(struct component_status, available_clusters, "availableClusters",
        "etcd clusters that have a quorum."),
    SPEC_EACH(struct component_status, members, "members",
        "Members that have been there. One whose claim is another one by now is made anew.",
        member_fields),
    SPEC_END};
static const struct spec_field vtctld_status_fields[] = {SERVICE_ROW,
    SPEC(struct component_status, config_maps, "configMaps",
        "ConfigMaps that exist: none since vtctld has no web pages any more."),
    DEPLOYMENT_ROWS,
    SPEC_END};
static const struct spec_field vtgate_status_fields[] = {SERVICE_ROW, DEPLOYMENT_ROWS, SPEC_END};
static const struct spec_field vttablet_status_fields[] = {SERVICE_ROW, SPEC_END};
static const struct spec_field vtorc_status_fields[] = {DEPLOYMENT_ROWS, SPEC_END};

struct cell_status {
    struct level_status level;
    const json_t *keyspaces, *ready_keyspaces;
    struct component_status *etcd, *vtctld, *vtgate, *vttablet, *vtorc, *vtadmin;
    bool cell_info_registered;
};

const struct spec_field v1_cell_status_fields[] = {LEVEL_ROWS(struct cell_status, level.),
    RETIRED_ROW(struct cell_status, level.),
    COUNT_ROWS(struct cell_status, level.),
    SPEC(struct cell_status, keyspaces, "keyspaces", "Keyspaces that exist in this cell, sorted.",
        .shape = SPEC_TEXT_LIST),
    SPEC(struct cell_status, ready_keyspaces, "readyKeyspaces", "Keyspaces that are Ready, sorted.",
        .shape = SPEC_TEXT_LIST),
    SPEC_STRUCT(struct cell_status, etcd, "etcd", "etcd of this cell.", etcd_status_fields),
    SPEC_STRUCT(struct cell_status, vtctld, "vtctld", "vtctld of this cell.", vtctld_status_fields),
    SPEC_STRUCT(struct cell_status, vtgate, "vtgate", "vtgate of this cell.", vtgate_status_fields),
    SPEC_STRUCT(struct cell_status, vttablet, "vttablet",
        "The Service that gives the tablets of this cell their names.", vttablet_status_fields),
    SPEC_STRUCT(struct cell_status, vtorc, "vtorc", "VTOrc of this cell.", vtorc_status_fields),
    SPEC_STRUCT(struct cell_status, vtadmin, "vtadmin", "VTAdmin of this cell.",
        vtorc_status_fields),
    SPEC(struct cell_status, cell_info_registered, "cellInfoRegistered",
        "The cell is registered in the global topology."),
    SPEC_END};

struct keyspace_status {
    struct level_status level;
    const json_t *shards, *ready_shards;
};

const struct spec_field v1_keyspace_status_fields[] = {LEVEL_ROWS(struct keyspace_status, level.),
    RETIRED_ROW(struct keyspace_status, level.),
    COUNT_ROWS(struct keyspace_status, level.),
    SPEC(struct keyspace_status, shards, "shards", "Shards that exist in this cell, sorted.",
        .shape = SPEC_TEXT_LIST),
    SPEC(struct keyspace_status, ready_shards, "readyShards", "Shards that are Ready, sorted.",
        .shape = SPEC_TEXT_LIST),
    SPEC_END};

struct serving_status {
    const char *tablet, *type, *pod, *since;
};

static const struct spec_field serving_fields[] = {
    SPEC(struct serving_status, tablet, "tablet", "Alias of the tablet."),
    SPEC(struct serving_status, type, "type",
        "What Vitess lists it as: primary, replica, rdonly, restore, backup, drained ..."),
    SPEC(struct serving_status, pod, "pod",
        "State of the Pod that this was said of: uid, restarts, readiness."),
    SPEC(struct serving_status, since, "since", "Start of a primary's term."),
    SPEC_END};

struct reparent_status {
    const char *pod, *question;
};

static const struct spec_field reparent_fields[] = {
    SPEC(struct reparent_status, pod, "pod", "Uid and restarts of the Pod that was avoided."),
    SPEC(struct reparent_status, question, "question", "Hash of what was asked of Vitess."),
    SPEC_END};

struct awaited_status {
    const char *state, *question, *primary;
};

static const struct spec_field awaited_fields[] = {
    SPEC(struct awaited_status, state, "state", "Hash of the state in which it was awaited."),
    SPEC(struct awaited_status, question, "question", "Hash of what was asked of Vitess."),
    SPEC(struct awaited_status, primary, "primary", "Alias of the primary that came."),
    SPEC_END};

struct holds_data_status {
    const char *tablet, *claim;
};

static const struct spec_field holds_data_fields[] = {
    SPEC(struct holds_data_status, tablet, "tablet", "Alias of the tablet."),
    SPEC(struct holds_data_status, claim, "claim", "Uid of its PersistentVolumeClaim."),
    SPEC_END};

struct shard_status {
    struct level_status level;
    const json_t *tablets, *ready_tablets, *updated_tablets, *scaled_down, *untried;
    SPEC_ITEMS(struct holds_data_status) holds_data;
    const char *primary, *follows, *moving;
    SPEC_ITEMS(struct serving_status) serving;
    struct reparent_status *reparent;
    struct awaited_status *awaited;
    bool leaving, beginning;
};

const struct spec_field v1_shard_status_fields[] = {LEVEL_ROWS(struct shard_status, level.),
    RETIRED_ROW(struct shard_status, level.),
    SPEC(struct shard_status, tablets, "tablets",
        "Uids of the tablets that exist in this cell, sorted.", .shape = SPEC_TEXT_LIST),
    SPEC(struct shard_status, ready_tablets, "readyTablets",
        "Uids of the tablets that serve, sorted.", .shape = SPEC_TEXT_LIST),
    SPEC(struct shard_status, updated_tablets, "updatedTablets",
        "Uids of the tablets that are as the spec says, sorted.", .shape = SPEC_TEXT_LIST),
    SPEC(struct shard_status, primary, "primary", "Alias of the primary, where this cell has it."),
    SPEC(struct shard_status, follows, "follows",
        "Alias of the primary in another cell, where no Pod of this cell is labelled as one."),
    SPEC(struct shard_status, moving, "moving",
        "Name of the tablet that is being taken down or reparented away from."),
    SPEC(struct shard_status, leaving, "leaving",
        "Nothing is served from it: its tablets are taken down, all of them."),
    SPEC_EACH(struct shard_status, serving, "serving", "What Vitess said last of each tablet.",
        serving_fields),
    SPEC_EACH(struct shard_status, holds_data, "holdsData",
        "Claims that are known to hold the data of the shard.", holds_data_fields),
    SPEC(struct shard_status, beginning, "beginning",
        "The tablets of this cell run, and did so before the shard held data in any cell."),
    SPEC(struct shard_status, scaled_down, "scaledDown",
        "Uids of tablets that were taken down since fewer are wanted, and whose claims are there.",
        .shape = SPEC_TEXT_LIST),
    SPEC_STRUCT(struct shard_status, reparent, "reparent",
        "The last planned reparent away from a tablet.", reparent_fields),
    SPEC_STRUCT(struct shard_status, awaited, "awaited",
        "The last time that a primary was awaited.", awaited_fields),
    SPEC(struct shard_status, untried, "untried",
        "Names of Pods that were asked for, to try a new template, and are not there.",
        .shape = SPEC_TEXT_LIST),
    SPEC_END};
