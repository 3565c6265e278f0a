#include <regex.h>
#include <stdlib.h>
#include <string.h>

#include "etcd.h"
#include "sim/core/faults.h"
#include "sim/core/world.h"
#include "vtctl.h"

/* The scripts that ask Vitess: sh -c SCRIPT NAME [PATTERN or TRIES [CELLS]] vtctldclient ARGUMENTS.
 * With a pattern the script loops until the output matches it, for minutes at most while the
 * command fails, or takes an error that matches for success. With a number it loops until the
 * command succeeds, that often at most, for each cell. */

/* Kubernetes keeps this much of a termination message. */
enum { MESSAGE_LIMIT = 4096, CLIENT_FAILED = 1, ETCD_PATIENCE = 60, WAITING_PATIENCE = 300 };

static const char *const global_flags[] = {"server=",
    "action-timeout=",
    "compact",
    "topo-implementation=",
    "topo-global-server-address=",
    "topo-global-root=",
    "tablet-manager-grpc-ca=",
    "tablet-manager-grpc-cert=",
    "tablet-manager-grpc-key=",
    "tablet-manager-grpc-server-name=",
    "vtctld-grpc-ca=",
    "vtctld-grpc-cert=",
    "vtctld-grpc-crl=",
    "vtctld-grpc-key=",
    "vtctld-grpc-server-name=",
    NULL};

struct script {
    const char *pattern;  /* of a task that waits, or NULL */
    const char *excused;  /* pattern of an error that is success, or NULL */
    long patience;        /* seconds for which it goes on after errors */
    const char *cells;    /* that it waits for, "zone1,zone2", or NULL */
    bool etcd;            /* it asks etcd, by curl */
    const char *expected; /* pattern of a good answer of it */
    const char *listing;  /* "listed:-80": how a shard shall be in the answer, or NULL */
    const char **words;   /* behind the client, NULL-terminated; with room for one more */
};

static bool is_client(const char *word)
{
    return text_ends_with(word, "vtctldclient") || text_equal(word, "curl");
}

static struct script parse(struct arena *arena, const struct texts *arguments)
{
    const char **words = arena_array(arena, arguments->count + 2, sizeof(*words));
    struct script script = {.words = words};
    size_t client = 0;

    while (client < arguments->count && !is_client(arguments->at[client]))
        client++;
    script.etcd = client < arguments->count && text_equal(arguments->at[client], "curl");
    if (client == 6) {
        script.patience = 3 * strtol(arguments->at[4], NULL, 10);
        script.cells = arguments->at[5];
    } else if (script.etcd) {
        script.expected = arguments->at[4];
        script.patience = ETCD_PATIENCE;
    } else if (client == 5 && strstr(arguments->at[2], "tries=$1") != NULL)
        script.patience = strtol(arguments->at[4], NULL, 10);
    else if (client == 5 && strstr(arguments->at[2], "shard_references") != NULL) {
        script.listing = arguments->at[4];
        script.patience = WAITING_PATIENCE;
    } else if (client == 5 && strstr(arguments->at[2], "until") != NULL) {
        script.pattern = arguments->at[4];
        script.patience = WAITING_PATIENCE;
    } else if (client == 5 && strstr(arguments->at[2], "|| grep") != NULL)
        script.excused = arguments->at[4];
    for (size_t i = client + 1; i < arguments->count; i++)
        words[i - client - 1] = arguments->at[i];
    return script;
}

static struct vtctl_result no_connection(struct sim *sim, const char *why)
{
    return (struct vtctl_result){false,
        fmt(sim->objects,
            "rpc error: code = Unavailable desc = connection error: desc = \"%s\"",
            why)};
}

static struct vtctl_result unavailable(struct sim *sim, const char *server)
{
    return no_connection(sim,
        fmt(sim->objects,
            "transport: Error while dialing: dial tcp: lookup %s: connection refused",
            server));
}

static struct vtctl_result run_in(struct sim *sim, struct global_topology *topology,
    struct tls_client dials, const char *const *words)
{
    if (!vitess_reachable(sim, topology))
        return (struct vtctl_result){false,
            "rpc error: code = DeadlineExceeded desc = deadline exceeded: the topology does not "
            "answer"};
    return vtctl_run(sim, topology, &dials, words);
}

static struct vtctl_result run_client(struct sim *sim, const struct version *pod,
    const struct texts *arguments, const struct script *script)
{
    struct vtctl_flags flags = vtctl_split(sim->objects, script->words, global_flags, false);
    const char *server = vtctl_flag(&flags, "server");
    const struct process *vtctld;
    const char *refusal;

    texts_add(&flags.words, NULL);
    if (server == NULL)
        return (
            struct vtctl_result){false, "Error: please specify --server <vtctld_host:vtctld_port>"};
    if (faults_task_fails(sim, pod->name, flags.words.at[0]))
        return (struct vtctl_result){false, "this fault was asked for"};
    if (text_equal(server, "internal"))
        return run_in(sim,
            vitess_topology(sim, pod->namespace, arguments),
            tls_client_of(sim->objects, arguments, "tablet-manager-grpc"),
            flags.words.at);
    vtctld = vtctld_behind(sim, pod->namespace, server);
    if (vtctld == NULL)
        return unavailable(sim, server);
    refusal = tls_refusal(vtctld->listens, tls_client_of(sim->objects, arguments, "vtctld-grpc"));
    if (refusal != NULL)
        return no_connection(sim, refusal);
    return run_in(sim, vtctld->topology, vtctld->dials, flags.words.at);
}

static bool matches(const char *pattern, const char *text)
{
    regex_t expression;
    bool found;

    if (regcomp(&expression, pattern, REG_EXTENDED | REG_NOSUB | REG_NEWLINE) != 0)
        return false;
    found = regexec(&expression, text, 0, NULL, 0) == 0;
    regfree(&expression);
    return found;
}

/* "listed" or "unlisted", and how the answer of GetSrvKeyspaces has the shard; one that names none
 * says nothing. */
static bool is_listed_so(struct arena *arena, const char *listing, const char *text)
{
    const bool listed = text_starts_with(listing, "listed:");
    const char *name = fmt(arena, "\"name\": \"%s\"", strchr(listing, ':') + 1);

    return strstr(text, "\"name\"") != NULL && (strstr(text, name) != NULL) == listed;
}

/* The first cell that is not known answers for all. */
static struct vtctl_result run_for_cells(struct sim *sim, const struct version *pod,
    const struct texts *arguments, const struct script *script)
{
    struct vtctl_result result = {.well = true, .text = ""};
    const struct texts cells = texts_listed(sim->objects, script->cells);
    const char **last = script->words;

    while (*last != NULL)
        last++;
    for (size_t i = 0; i < cells.count && result.well; i++) {
        *last = cells.at[i];
        result = run_client(sim, pod, arguments, script);
    }
    *last = NULL;
    return result;
}

/* curl ... --data BODY URL */
static struct vtctl_result run_curl(struct sim *sim, const struct version *pod,
    const struct script *script)
{
    size_t count = 0;
    const char *url;
    const struct version *etcd;
    struct vtctl_result result;

    while (script->words[count] != NULL)
        count++;
    url = script->words[count - 1];
    if (faults_task_fails(sim, pod->name, strrchr(url, '/') + 1))
        return (struct vtctl_result){false, "this fault was asked for"};
    etcd = strstr(url, "://") == NULL
               ? NULL
               : vitess_etcd_behind(sim, pod->namespace, strstr(url, "://") + 3);
    if (etcd == NULL)
        return (struct vtctl_result){false,
            fmt(sim->objects, "curl: (7) Failed to connect to %s", url)};
    result = etcd_call(sim, etcd, url, script->words[count - 2]);
    result.well = result.well && matches(script->expected, result.text);
    return result;
}

struct task_result task_run(struct sim *sim, const struct version *pod,
    const struct texts *arguments, long age)
{
    struct script script = parse(sim->objects, arguments);
    struct vtctl_result result = script.etcd ? run_curl(sim, pod, &script)
                                 : script.cells == NULL
                                     ? run_client(sim, pod, arguments, &script)
                                     : run_for_cells(sim, pod, arguments, &script);
    size_t length = strlen(result.text);

    /* What it waits for comes with some change. */
    if (script.pattern != NULL) {
        bool found = matches(script.pattern, result.text);

        if (!found && result.well)
            return (struct task_result){.again = true};
        result.well = found;
    }
    if (script.listing != NULL && result.well) {
        if (!is_listed_so(sim->objects, script.listing, result.text))
            return (struct task_result){.again = true};
        result.text = text_copy(sim->objects, script.listing, strcspn(script.listing, ":"));
        length = strlen(result.text);
    }
    if (!result.well && age < script.patience)
        return (struct task_result){.again = true, .soon = true};
    result.well = result.well || script.cells != NULL;
    if (script.excused != NULL && matches(script.excused, result.text))
        result.well = true;
    return (struct task_result){.code = result.well ? 0 : CLIENT_FAILED,
        .text =
            text_copy(sim->objects, result.text, length > MESSAGE_LIMIT ? MESSAGE_LIMIT : length)};
}
