#include "program.h"

#include <string.h>

#include "kubelet.h"
#include "metadata.h"
#include "sim/core/world.h"
#include "sim/core/faults.h"
#include "sim/vitess/etcd.h"
#include "sim/vitess/vtctl.h"

/* --- commands --- */

static const char *base_name(const char *path)
{
    const char *slash = path == NULL ? NULL : strrchr(path, '/');

    return slash == NULL ? path : slash + 1;
}

static bool is_task(const json_t *command)
{
    static const char *const clients[] = {"vtctldclient", "curl", NULL};
    const json_t *word;
    bool client = false;

    json_each_item (command, i, word)
        client = client || text_is_one_of(base_name(json_string_value(word)), clients);
    return client && text_equal(json_string_value(json_array_get(command, 0)), "sh");
}

static const char *last_word(const json_t *words)
{
    return json_array_size(words) == 0
               ? NULL
               : json_string_value(json_array_get(words, json_array_size(words) - 1));
}

/* sh -c SCRIPT my-cnf FILE: asks mysqld about a text, which nobody here knows anything about. */
static bool asks_mysqld(const json_t *command)
{
    return text_equal(json_string_value(json_array_get(command, 0)), "sh") &&
           text_equal(json_string_value(json_array_get(command, 3)), "my-cnf");
}

enum program program_of(const json_t *container)
{
    static const struct {
        const char *name;
        enum program program;
    } binaries[] = {{"etcd", PROGRAM_ETCD},
        {"vtctld", PROGRAM_VTCTLD},
        {"vtgate", PROGRAM_VTGATE},
        {"vtorc", PROGRAM_VTORC},
        {"vttablet", PROGRAM_VTTABLET},
        {"mysqlctld", PROGRAM_MYSQLCTLD},
        {"true", PROGRAM_NOTHING}};
    const json_t *command = json_at(container, "command");
    const char *name;

    if (is_task(command))
        return PROGRAM_TASK;
    if (text_equal(last_word(json_at(container, "args")), "--version"))
        return PROGRAM_VERSION;
    if (asks_mysqld(command))
        return PROGRAM_NOTHING;
    if (command == NULL)
        command = json_at(container, "args");
    name = base_name(json_string_value(json_array_get(command, 0)));
    for (size_t i = 0; i < sizeof(binaries) / sizeof(*binaries); i++) {
        if (text_equal(binaries[i].name, name))
            return binaries[i].program;
    }
    return PROGRAM_OTHER;
}

/* --- arguments --- */

static const char *field_value(const struct version *pod, const struct pod_run *run,
    const char *path)
{
    if (text_equal(path, "metadata.name"))
        return pod->name;
    if (text_equal(path, "metadata.namespace"))
        return pod->namespace;
    if (text_equal(path, "metadata.uid"))
        return pod->uid;
    if (text_equal(path, "status.podIP"))
        return run->address;
    if (text_equal(path, "spec.nodeName"))
        return run->node;
    return NULL;
}

/* As it is at this moment: each start of a container reads it anew. */
static const char *configured(struct sim *sim, const struct version *pod, const json_t *reference)
{
    const struct version *config = store_named(sim,
        "ConfigMap",
        fmt(sim->objects, "%s/%s", pod->namespace, json_text_at(reference, "name")));

    return config == NULL ? NULL
                          : json_text_at(config->json, "data", json_text_at(reference, "key"));
}

static const char *variable(struct sim *sim, const struct version *pod, const struct pod_run *run,
    const json_t *container, const char *name, size_t length)
{
    const json_t *item;

    json_each_item (json_at(container, "env"), i, item) {
        const char *known = json_text_at(item, "name");
        const char *path = json_text_at(item, "valueFrom", "fieldRef", "fieldPath");
        const json_t *reference = json_at(item, "valueFrom", "configMapKeyRef");

        if (known == NULL || strlen(known) != length || strncmp(known, name, length) != 0)
            continue;
        if (path != NULL)
            return field_value(pod, run, path);
        if (reference != NULL)
            return configured(sim, pod, reference);
        return json_text_at(item, "value") == NULL ? "" : json_text_at(item, "value");
    }
    return NULL;
}

/* $(NAME) and $$ as Kubernetes expands them; an unknown one stays as it is. */
static const char *expand(struct sim *sim, const struct version *pod, const struct pod_run *run,
    const json_t *container, const char *text)
{
    struct text out = {.arena = sim->objects};

    while (*text != '\0') {
        const char *end = strncmp(text, "$(", 2) == 0 ? strchr(text, ')') : NULL;
        const char *value =
            end == NULL ? NULL
                        : variable(sim, pod, run, container, text + 2, (size_t)(end - text) - 2);

        if (value == NULL) {
            text_add_bytes(&out, text, 1);
            text += strncmp(text, "$$", 2) == 0 ? 2 : 1;
            continue;
        }
        text_add(&out, value);
        text = end + 1;
    }
    return text_string(&out);
}

struct texts program_arguments(struct sim *sim, const struct version *pod,
    const struct pod_run *run, const json_t *spec)
{
    static const char *const lists[] = {"command", "args"};
    struct texts arguments = {.arena = sim->objects};
    const json_t *word;

    for (size_t list = 0; list < 2; list++) {
        json_each_item (json_at(spec, lists[list]), i, word)
            texts_add(&arguments, expand(sim, pod, run, spec, json_string_value(word)));
    }
    return arguments;
}

const char *program_flag(const struct texts *arguments, const char *name)
{
    size_t length = strlen(name);

    for (size_t i = 0; i < arguments->count; i++) {
        const char *word = arguments->at[i];

        if (strncmp(word, "--", 2) != 0 || strncmp(word + 2, name, length) != 0)
            continue;
        if (word[2 + length] == '=')
            return word + 3 + length;
        if (word[2 + length] == '\0' && i + 1 < arguments->count)
            return arguments->at[i + 1];
    }
    return NULL;
}

/* --- looks --- */

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
    const char *cells)
{
    while (cells != NULL && *cells != '\0') {
        size_t length = strcspn(cells, ",");
        const char *cell = text_copy(sim->objects, cells, length);

        if (table_get(&topology->cells, cell) == NULL)
            return cell;
        cells += length + (cells[length] == ',');
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
    arguments = program_arguments(sim, pod, run, spec);
    flag = faults_flag(sim, &arguments);
    return flag == NULL ? NULL : fmt(sim->objects, "unknown flag: --%s", flag);
}

/* A vtgate that reaches no tablet is not Ready. */
static const char *tablet_refuses(const struct pod_run *run)
{
    struct table_row *row;

    table_each (&run->topology->tablets, row) {
        const struct tablet *tablet = row->value;
        const char *refusal = tablet->alive ? tls_refusal(tablet->listens, run->dials) : NULL;

        if (refusal != NULL)
            return refusal;
    }
    return NULL;
}

/* What a Vitess server needs when it starts; without it, it exits and is restarted. */
static const char *cannot_start(struct sim *sim, struct pod_run *run,
    const struct container_run *container, const struct texts *arguments, const char *namespace)
{
    const char *cell = program_flag(arguments, "cell");
    const char *alias = program_flag(arguments, "tablet-path");
    const char *refusal;
    const char *unknown;

    run->listens = tls_server_of(arguments);
    run->dials = tls_client_of(sim->objects,
        arguments,
        container->program == PROGRAM_VTGATE ? "tablet-grpc" : "tablet-manager-grpc");
    run->topology = vitess_topology(sim, namespace, arguments);
    if (!vitess_reachable(sim, run->topology))
        return fmt(sim->objects,
            "cannot open the topology at %s: context deadline exceeded",
            run->topology->addresses);
    if (container->program == PROGRAM_VTTABLET)
        cell = alias == NULL || strrchr(alias, '-') == NULL
                   ? NULL
                   : text_copy(sim->objects, alias, (size_t)(strrchr(alias, '-') - alias));
    refusal = container->program == PROGRAM_VTGATE ? tablet_refuses(run) : NULL;
    if (refusal != NULL)
        return refusal;
    unknown = unknown_cell(sim, run->topology, cell);
    if (unknown == NULL && container->program == PROGRAM_VTGATE)
        unknown = unknown_cell(sim, run->topology, program_flag(arguments, "cells-to-watch"));
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
        arguments = program_arguments(sim, pod, run, spec);
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
        return steady(!tablet || vitess_tablet_healthy(run->tablet));
    if (tablet && !runs_beside(run, PROGRAM_MYSQLCTLD))
        return (struct outcome){.next = sim->now + 1};
    arguments = program_arguments(sim, pod, run, spec);
    why = cannot_start(sim, run, container, &arguments, pod->namespace);
    if (why != NULL)
        return failed(why);
    container->well = true;
    if (!tablet) {
        vitess_server_up(sim, run, container->program);
        return steady(true);
    }
    run->tablet = vitess_tablet_up(sim, run, pod, &arguments);
    return steady(vitess_tablet_healthy(run->tablet));
}

static struct outcome look_at_task(struct sim *sim, struct pod_run *run,
    const struct container_run *container, const struct version *pod, const json_t *spec)
{
    struct texts arguments = program_arguments(sim, pod, run, spec);
    struct task_result result = task_run(sim, pod, &arguments, sim->now - container->since);

    if (result.again && result.soon)
        return (struct outcome){.next = sim->now + 1};
    if (result.again)
        return (struct outcome){.ready = true, .next = sim->now + 5, .idle = true};
    return (struct outcome){.ends = true, .code = result.code, .message = result.text};
}

struct outcome program_look(struct sim *sim, struct pod_run *run, struct container_run *container,
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
    case PROGRAM_TASK:
        return look_at_task(sim, run, container, pod, spec);
    case PROGRAM_VERSION:
    case PROGRAM_NOTHING:
        return (struct outcome){.ends = true};
    case PROGRAM_MYSQLCTLD:
    case PROGRAM_OTHER:
        break;
    }
    return steady(true);
}

void program_ended(struct sim *sim, struct pod_run *run, struct container_run *container)
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
            vitess_server_down(sim, run, container->program);
        break;
    case PROGRAM_VTTABLET:
    case PROGRAM_MYSQLCTLD:
        /* Without mysqld the tablet serves nothing. */
        if (run->tablet != NULL)
            vitess_tablet_down(sim, run->tablet, run->uid);
        break;
    case PROGRAM_TASK:
    case PROGRAM_VERSION:
    case PROGRAM_NOTHING:
    case PROGRAM_OTHER:
        break;
    }
}
