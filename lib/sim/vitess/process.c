#include "process.h"

#include <string.h>

#include "backups.h"
#include "etcd.h"
#include "sim/core/faults.h"
#include "sim/core/world.h"
#include "vtctl.h"

static struct outcome steady(bool ready)
{
    return (struct outcome){.ready = ready, .next = NEVER};
}

static struct outcome failed(const char *message)
{
    return (struct outcome){.ends = true, .code = 1, .message = message};
}

/* Vitess ends where one of these cells is not known (go/vt/vtgate: CheckCellFlags). */
static const char *unknown_cell(struct sim *sim, const struct global_topology *topology,
    const char *list)
{
    const struct texts cells = texts_listed(sim->objects, list);

    for (size_t i = 0; i < cells.count; i++) {
        if (table_get(&topology->cells, cells.at[i]) == NULL)
            return cells.at[i];
    }
    return NULL;
}

/* Before anything else a program reads its flags. */
static const char *cannot_read(struct sim *sim, const struct version *pod,
    const struct pod_run *run, const json_t *spec)
{
    struct texts arguments = {.arena = sim->objects};
    const char *flag;

    if (sim->faults->first == NULL)
        return NULL;
    arguments = pod_arguments(sim, pod, run, spec);
    flag = faults_flag(sim, &arguments);
    return flag == NULL ? NULL : fmt(sim->objects, "unknown flag: --%s", flag);
}

/* A vtgate that reaches no tablet is not Ready. */
static const char *tablet_refuses(const struct process *vtgate)
{
    struct table_row *row;

    table_each (&vtgate->topology->tablets, row) {
        const struct tablet *tablet = row->value;
        const char *refusal = tablet->alive ? tls_refusal(tablet->listens, vtgate->dials) : NULL;

        if (refusal != NULL)
            return refusal;
    }
    return NULL;
}

/* The cell that it opens as it starts. vtctld takes a --cell and reads it no more. */
static const char *cell_of(struct sim *sim, enum program program, const struct texts *arguments)
{
    const char *alias = program_flag(arguments, "tablet-path");
    const char *dash = alias == NULL ? NULL : strrchr(alias, '-');

    if (program == PROGRAM_VTCTLD)
        return NULL;
    if (program != PROGRAM_VTTABLET)
        return program_flag(arguments, "cell");
    return dash == NULL ? NULL : text_copy(sim->objects, alias, (size_t)(dash - alias));
}

/* What a Vitess server needs when it starts; without it, it exits and is restarted. */
static const char *cannot_start(struct sim *sim, struct process *process, enum program program,
    const struct texts *arguments, const char *namespace)
{
    const char *cell = cell_of(sim, program, arguments);
    const char *refusal;
    const char *unknown;

    process->listens = tls_server_of(arguments);
    process->dials = tls_client_of(sim->objects,
        arguments,
        program == PROGRAM_VTGATE ? "tablet-grpc" : "tablet-manager-grpc");
    process->watches = table_name(&sim->names, program_flag(arguments, "clusters-to-watch"));
    process->topology = vitess_topology(sim, namespace, arguments);
    if (!vitess_reachable(sim, process->topology))
        return fmt(sim->objects,
            "cannot open the topology at %s: context deadline exceeded",
            process->topology->addresses);
    refusal = program == PROGRAM_VTGATE ? tablet_refuses(process) : NULL;
    if (refusal != NULL)
        return refusal;
    unknown = unknown_cell(sim, process->topology, cell);
    if (unknown == NULL && program == PROGRAM_VTGATE)
        unknown = unknown_cell(sim, process->topology, program_flag(arguments, "cells-to-watch"));
    return unknown == NULL ? NULL
                           : fmt(sim->objects, "node doesn't exist: /cells/%s/CellInfo", unknown);
}

static bool runs_beside(const struct pod_run *run, enum program program)
{
    bool there = false;

    for (size_t i = 0; i < run->count; i++) {
        if (run->containers[i].program != program)
            continue;
        there = true;
        if (run->containers[i].state == CONTAINER_RUNNING)
            return true;
    }
    return !there;
}

/* A member of etcd is Ready while it is part of a quorum. */
static struct outcome look_at_etcd(struct sim *sim, struct pod_run *run,
    struct container_run *container, const struct version *pod, const json_t *spec)
{
    struct texts arguments = {.arena = sim->objects};
    const char *why;

    if (!container->well) {
        arguments = pod_arguments(sim, pod, run, spec);
        why = etcd_start(sim, pod, &arguments);
        if (why != NULL)
            return failed(why);
        container->well = true;
        vitess_etcd_changed(sim, pod);
    }
    why = etcd_trouble(sim, pod);
    return why != NULL ? failed(why) : steady(etcd_quorum(sim, pod));
}

static struct outcome look_at_server(struct sim *sim, struct pod_run *run,
    struct container_run *container, const struct version *pod, const json_t *spec)
{
    bool tablet = container->program == PROGRAM_VTTABLET;
    struct texts arguments = {.arena = sim->objects};
    const char *why;

    if (container->well)
        return steady(!tablet || vitess_tablet_healthy(run->process->tablet));
    if (tablet && lock_is_held(sim, run, container))
        return (struct outcome){.next = sim->now + 5, .idle = true};
    if (tablet && !runs_beside(run, PROGRAM_MYSQLCTLD))
        return (struct outcome){.next = sim->now + 1};
    if (run->process == NULL)
        run->process = arena_make(sim->arena, struct process);
    arguments = pod_arguments(sim, pod, run, spec);
    why = cannot_start(sim, run->process, container->program, &arguments, pod->namespace);
    if (why != NULL)
        return failed(why);
    container->well = true;
    if (!tablet) {
        vitess_server_up(sim, run->process, container->program);
        return steady(true);
    }
    run->process->tablet = vitess_tablet_up(sim, run, pod, &arguments);
    return steady(vitess_tablet_healthy(run->process->tablet));
}

static struct outcome look_at_task(struct sim *sim, struct pod_run *run,
    const struct container_run *container, const struct version *pod, const json_t *spec)
{
    struct texts arguments = pod_arguments(sim, pod, run, spec);
    struct task_result result = task_run(sim, pod, &arguments, sim->now - container->since);

    if (result.again && result.soon)
        return (struct outcome){.next = sim->now + 1};
    if (result.again)
        return (struct outcome){.ready = true, .next = sim->now + 5, .idle = true};
    return (struct outcome){.ends = true, .code = result.code, .message = result.text};
}

static struct outcome look_at_vtbackup(struct sim *sim, const struct pod_run *run,
    const struct container_run *container, const struct version *pod, const json_t *spec)
{
    struct texts arguments = pod_arguments(sim, pod, run, spec);

    return vtbackup_look(sim,
        vitess_topology(sim, pod->namespace, &arguments),
        &arguments,
        sim->now - container->since);
}

static struct outcome look(struct sim *sim, struct pod_run *run, struct container_run *container,
    const struct version *pod, const json_t *spec)
{
    const char *unread;

    if (sim->now <= container->since)
        return (struct outcome){.next = container->since + 1};
    unread = sim->now > container->since + 1 ? NULL : cannot_read(sim, pod, run, spec);
    if (unread != NULL)
        return failed(unread);
    switch (container->program) {
    case PROGRAM_ETCD:
        return look_at_etcd(sim, run, container, pod, spec);
    case PROGRAM_VTCTLD:
    case PROGRAM_VTGATE:
    case PROGRAM_VTORC:
    case PROGRAM_VTTABLET:
        return look_at_server(sim, run, container, pod, spec);
    case PROGRAM_VTBACKUP:
        return look_at_vtbackup(sim, run, container, pod, spec);
    case PROGRAM_TASK:
        return look_at_task(sim, run, container, pod, spec);
    case PROGRAM_VERSION:
    case PROGRAM_NOTHING:
        return (struct outcome){.ends = true};
    case PROGRAM_MYSQLCTLD:
        if (!container->well && lock_is_held(sim, run, container))
            return failed("InnoDB: Unable to lock ./ibdata1, error: 11");
        container->well = true;
        break;
    case PROGRAM_OTHER:
        break;
    }
    return steady(true);
}

static void ended(struct sim *sim, struct pod_run *run, struct container_run *container)
{
    bool well = container->well;

    container->well = false;
    switch (container->program) {
    case PROGRAM_ETCD:
        vitess_etcd_changed(sim, store_named(sim, "Pod", run->key));
        break;
    case PROGRAM_VTCTLD:
    case PROGRAM_VTGATE:
    case PROGRAM_VTORC:
        if (well)
            vitess_server_down(sim, run->process, container->program);
        break;
    case PROGRAM_VTTABLET:
    case PROGRAM_MYSQLCTLD:
        /* Without mysqld the tablet serves nothing. */
        if (run->process != NULL && run->process->tablet != NULL)
            vitess_tablet_down(sim, run->process->tablet, run->uid);
        break;
    case PROGRAM_VTBACKUP:
    case PROGRAM_TASK:
    case PROGRAM_VERSION:
    case PROGRAM_NOTHING:
    case PROGRAM_OTHER:
        break;
    }
}

const struct processes vitess_processes = {look, ended};
