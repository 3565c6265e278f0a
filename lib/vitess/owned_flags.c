#include "known_flags.h"

#include <stdlib.h>
#include <string.h>

/* Flags that the operator sets itself, and that a user cannot set to something else: they say who a
 * process is, or how the others find it. One value for a pool would give all its tablets one
 * identity. What is said differently in the spec is named with its field. */

enum rule {
    NEVER,       /* must be as the operator has it */
    ALL_OF,      /* a list that must hold what the operator's does */
    PORT,        /* a port that the Pod and its Service follow */
    ANY_ADDRESS, /* other Pods must reach it */
    LISTENS      /* both of it, ":14001" */
};

struct owned_flag {
    const char *binaries; /* "vtgate vtorc"; NULL: all of Vitess */
    const char *name;     /* "mycnf-*": all that begin so */
    enum rule rule;
    const char *advice;
};

#define OMIT "; leave it out"
#define EACH_TABLET "it differs between tablets" OMIT
#define ONE_POD "vttablet and mysqlctld of a Pod meet there" OMIT
#define LOCK_SERVER "the lock server is that of spec.lockserver, or of the cell with etcd" OMIT
#define CELL "it is the name of the cell in spec.cells" OMIT
#define OWN_MYSQL "the MySQL of a tablet is the one in its own Pod" OMIT
#define ENDS "the process would print it and end" OMIT
#define MEMBER "it differs between the members of etcd" OMIT
#define CLIENTS "clients, probes and the other members look for etcd there" OMIT
#define RBAC "say rbac of vtadmin instead"

static const struct owned_flag owned[] = {
    {NULL, "help", NEVER, ENDS},
    {NULL, "version", NEVER, ENDS},
    {"vtgate vttablet vtctld vtorc", "topo-implementation", NEVER, LOCK_SERVER},
    {"vtgate vttablet vtctld vtorc", "topo-global-server-address", NEVER, LOCK_SERVER},
    {"vtgate vttablet vtctld vtorc", "topo-global-root", NEVER, LOCK_SERVER},
    {"vtgate vttablet vtctld vtorc mysqlctld", "port", PORT, NULL},
    {"vtgate vttablet vtctld", "grpc-port", PORT, NULL},
    {"vtgate vttablet vtctld", "service-map", ALL_OF, NULL},
    {NULL, "bind-address", ANY_ADDRESS, NULL},
    {NULL, "grpc-bind-address", ANY_ADDRESS, NULL},

    {"vtgate", "mysql-server-port", PORT, NULL},
    {"vtgate", "mysql-server-bind-address", ANY_ADDRESS, NULL},
    {"vtgate vtorc", "cell", NEVER, CELL},

    {"vttablet", "tablet-path", NEVER, EACH_TABLET},
    {"vttablet", "tablet-hostname", NEVER, EACH_TABLET},
    {"vttablet", "init-keyspace", NEVER, "it is the name of the keyspace in spec.keyspaces" OMIT},
    {"vttablet", "init-shard", NEVER, "it is the name of each shard in spec.keyspaces" OMIT},
    {"vttablet",
        "init-tablet-type",
        NEVER,
        "tablets of type replica are those of tablets.masterEligible, those of type rdonly are in "
        "tablets.batch" OMIT},
    {"vttablet mysqlctld", "mysqlctl-socket", NEVER, ONE_POD},
    {"vttablet mysqlctld",
        "tablet-dir",
        NEVER,
        "the data of a tablet is in the folder that is named after its uid" OMIT},
    {"vttablet mysqlctld", "db-host", NEVER, OWN_MYSQL},
    {"vttablet mysqlctld", "db-port", NEVER, OWN_MYSQL},
    {"vttablet mysqlctld", "db-socket", NEVER, OWN_MYSQL},
    {"vttablet", "unmanaged", NEVER, OWN_MYSQL},
    {"vttablet",
        "mycnf-*",
        NEVER,
        "my.cnf is made for each tablet; say what is to be different in mysql.config"},

    {"mysqlctld", "tablet-uid", NEVER, EACH_TABLET},
    {"mysqlctld", "socket-file", NEVER, ONE_POD},
    {"mysqlctld", "mysql-socket", NEVER, ONE_POD},
    {"mysqlctld", "mysql-port", PORT, NULL},
    {"mysqlctld", "init-db-sql-file", NEVER, "say mysql.initScript instead"},

    {"vtadmin", "addr", LISTENS, NULL},
    {"vtadmin", "cluster-config", NEVER, "it is the file that the operator writes" OMIT},
    {"vtadmin", "rbac", NEVER, RBAC},
    {"vtadmin", "no-rbac", NEVER, RBAC},
    {"vtadmin", "rbac-config", NEVER, RBAC},

    {"etcd", "name", NEVER, MEMBER},
    {"etcd", "initial-advertise-peer-urls", NEVER, MEMBER},
    {"etcd", "advertise-client-urls", NEVER, MEMBER},
    {"etcd", "initial-cluster", NEVER, "its members follow from etcd.size" OMIT},
    {"etcd", "initial-cluster-state", NEVER, "the operator lets new members in" OMIT},
    {"etcd", "initial-cluster-token", NEVER, "it tells this etcd from others" OMIT},
    {"etcd", "data-dir", NEVER, "the volume is mounted there" OMIT},
    {"etcd", "listen-client-urls", NEVER, CLIENTS},
    {"etcd", "listen-peer-urls", NEVER, CLIENTS},
    {"etcd", "listen-metrics-urls", NEVER, CLIENTS},
    {"etcd", "config-file", NEVER, "etcd would read none of the operator's flags" OMIT},
    {"etcd", "help", NEVER, ENDS},
    {"etcd", "version", NEVER, ENDS},
};

/* --- rows --- */

/* `word` is one of `words`, which blanks separate. */
static bool is_among(const char *words, const char *word)
{
    size_t length = strlen(word);

    for (const char *at = words; at != NULL; at = strchr(at, ' ')) {
        at += *at == ' ';
        if (strncmp(at, word, length) == 0 && (at[length] == ' ' || at[length] == '\0'))
            return true;
    }
    return false;
}

static bool is_named(const struct owned_flag *row, const char *name)
{
    size_t length = strlen(row->name);

    if (row->name[length - 1] == '*')
        return strncmp(row->name, name, length - 1) == 0;
    return text_equal(row->name, name);
}

static const struct owned_flag *find(const char *binary, const char *name)
{
    for (size_t i = 0; i < sizeof(owned) / sizeof(*owned); i++) {
        const struct owned_flag *row = &owned[i];

        if (is_named(row, name) &&
            (row->binaries == NULL ? !text_equal(binary, "etcd") : is_among(row->binaries, binary)))
            return row;
    }
    return NULL;
}

/* --- values --- */

const char *flag_value_in(const char *argument, const char *name)
{
    while (*argument == '-')
        argument++;
    while (*name != '\0' && (*argument == *name || (*argument == '_' && *name == '-'))) {
        argument++;
        name++;
    }
    return *name == '\0' && *argument == '=' ? argument + 1 : NULL;
}

const char *flag_argument(const json_t *arguments, const char *name)
{
    const json_t *item;

    json_each_item (arguments, i, item) {
        const char *text = json_string_value(item);
        const char *value = text == NULL || *text != '-' ? NULL : flag_value_in(text, name);

        if (value != NULL)
            return value;
    }
    return NULL;
}

/* 0 where the text is no port. */
static unsigned port_in(const char *text)
{
    unsigned long port = strspn(text, "0123456789") == strlen(text) ? strtoul(text, NULL, 10) : 0;

    return port <= 65535 ? (unsigned)port : 0;
}

unsigned flag_port(const json_t *arguments, const char *name)
{
    const char *argument = flag_argument(arguments, name);
    const char *colon = argument == NULL ? NULL : strrchr(argument, ':');
    const unsigned port = argument == NULL ? 0 : port_in(colon == NULL ? argument : colon + 1);

    return port == 0 ? 1 : port;
}

static bool is_loopback(const char *text)
{
    return text_starts_with(text, "127.") || text_equal(text, "localhost") ||
           text_equal(text, "::1") || text_equal(text, "[::1]");
}

/* Each item of the list `own`, which commas separate, is in `text`. */
static bool holds_all(struct arena *arena, const char *text, const char *own)
{
    const struct texts items = texts_listed(arena, own);

    for (size_t i = 0; i < items.count; i++) {
        if (!text_lists(text, items.at[i]))
            return false;
    }
    return true;
}

static void check(const struct owned_flag *row, const char *own, const char *text, const char *path,
    struct problems *problems)
{
    struct arena *arena = problems->arena;

    switch (row->rule) {
    case NEVER:
        problem_add(problems, path, "must not be set: %s", row->advice);
        break;
    case ALL_OF:
        if (own != NULL && !holds_all(arena, text, own))
            problem_add(problems, path, "must hold %s, got \"%s\"", own, text);
        break;
    case PORT:
        if (port_in(text) == 0)
            problem_add(problems, path, "must be a port from 1 to 65535, got \"%s\"", text);
        break;
    case LISTENS:
        if (strrchr(text, ':') == NULL || port_in(strrchr(text, ':') + 1) == 0 ||
            is_loopback(text) || text_starts_with(text, "localhost:"))
            problem_add(problems,
                path,
                "must be a port that other Pods and probes reach, such as \":14001\", got \"%s\"",
                text);
        break;
    case ANY_ADDRESS:
        if (is_loopback(text))
            problem_add(problems,
                path,
                "must be an address that other Pods and probes reach, got \"%s\"; leave it out",
                text);
        break;
    }
}

void flag_check_owned(const char *binary, const json_t *own, const char *name, const json_t *value,
    const char *path, struct problems *problems)
{
    const struct owned_flag *row = find(binary, name);
    const char *text =
        json_is_string(value) ? json_string_value(value) : json_write(problems->arena, value, NULL);
    const char *ours = flag_argument(own, name);

    if (row == NULL || json_is_null(value) || text_equal(ours, verbatim(problems->arena, text)))
        return;
    /* "unmanaged: false" asks for nothing. */
    if (ours != NULL || !text_equal(text, "false"))
        check(row, ours, text, path, problems);
}
