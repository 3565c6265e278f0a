#include "vitess.h"

#include <string.h>

/* What a user's my.cnf cannot say. It is read after Vitess' own (config/mycnf of Vitess) and wins:
 * what tells one MySQL from another, where its files are, and what replication stands on. */

struct setting {
    const char *name;   /* with dashes; "replicate-*": all that begin so */
    const char *values; /* that change nothing, blanks between; NULL: none */
    const char *advice;
};

#define OMIT "; leave it out"
#define ON "ON on 1 true TRUE"
#define EACH_TABLET "it differs between tablets" OMIT
#define FILES "Vitess, its backups among it, looks for the files of MySQL elsewhere" OMIT
#define REPLICATION "replication in Vitess stands on it" OMIT
#define LISTENS "other tablets replicate from this one over the network" OMIT
#define PART "replicas would miss a part of the data" OMIT
#define STARTS "vttablet and VTOrc say when a tablet replicates, and who takes writes" OMIT
#define DURABILITY "it follows from durabilityPolicy of the keyspace" OMIT

static const struct setting owned[] = {
    {"server-id", NULL, EACH_TABLET},
    {"report-host", NULL, EACH_TABLET},
    {"report-port", NULL, EACH_TABLET},
    {"port", "3306", "say mysql-port in mysql.flags instead"},
    {"socket", NULL, "vttablet and mysqlctld of a Pod meet there" OMIT},
    {"pid-file", NULL, FILES},
    {"datadir", NULL, FILES},
    {"innodb-data-home-dir", NULL, FILES},
    {"innodb-log-group-home-dir", NULL, FILES},
    {"innodb-undo-directory", NULL, FILES},
    {"log-bin-index", NULL, FILES},
    {"relay-log", NULL, FILES},
    {"relay-log-index", NULL, FILES},
    {"log-bin", NULL, FILES},
    {"gtid-mode", ON, REPLICATION},
    {"enforce-gtid-consistency", ON, REPLICATION},
    {"log-replica-updates", ON, REPLICATION},
    {"log-slave-updates", ON, REPLICATION},
    {"binlog-format", "ROW row", REPLICATION},
    {"skip-networking", "OFF off 0 false FALSE", LISTENS},
    {"skip-grant-tables", "OFF off 0 false FALSE", LISTENS},
    {"binlog-do-db", NULL, PART},
    {"binlog-ignore-db", NULL, PART},
    {"replicate-*", NULL, PART},
    {"skip-replica-start", ON, STARTS},
    {"skip-slave-start", ON, STARTS},
    {"read-only", ON, STARTS},
    {"super-read-only", ON, STARTS},
    {"rpl-semi-sync-source-timeout", "1000000000000000000", DURABILITY},
    {"rpl-semi-sync-master-timeout", "1000000000000000000", DURABILITY},
    {"rpl-semi-sync-source-wait-no-replica", ON, DURABILITY},
    {"rpl-semi-sync-master-wait-no-slave", ON, DURABILITY},
    {"rpl-semi-sync-*", NULL, DURABILITY},
    {"plugin-load", NULL, "those that Vitess loads would be missing; say plugin-load-add instead"},
};

/* --- lines --- */

struct line {
    const char *text; /* without blanks around it and without a comment */
    size_t number;
};

static bool is_blank(char c)
{
    return c == ' ' || c == '\t' || c == '\r';
}

static const char *trimmed(struct arena *arena, const char *text, size_t length)
{
    while (length > 0 && is_blank(*text)) {
        text++;
        length--;
    }
    while (length > 0 && is_blank(text[length - 1]))
        length--;
    return text_copy(arena, text, length);
}

/* Of the text at `*at`, which moves on; false at its end. */
static bool next_line(struct arena *arena, const char **at, struct line *line)
{
    size_t length = strcspn(*at, "\n");

    if (**at == '\0')
        return false;
    line->number++;
    line->text = trimmed(arena, *at, length);
    if (*line->text == '#' || *line->text == ';')
        line->text = "";
    *at += length + ((*at)[length] == '\n');
    return true;
}

/* Groups of the server; "[mysqld-8.4]" counts for that version only. */
static bool is_of_server(const char *group)
{
    return text_starts_with(group, "[mysqld]") || text_starts_with(group, "[mysqld-") ||
           text_starts_with(group, "[server]");
}

/* --- settings --- */

/* "loose_gtid_mode" -> "gtid-mode" */
static const char *name_of(struct arena *arena, const char *text)
{
    struct text name = {.arena = arena};
    const char *plain = trimmed(arena, text, strcspn(text, "=#"));

    for (; *plain != '\0'; plain++)
        text_add_bytes(&name, *plain == '_' ? "-" : plain, 1);
    plain = text_string(&name);
    return text_starts_with(plain, "loose-") ? plain + strlen("loose-") : plain;
}

/* A setting without a value is on. */
static const char *value_of(struct arena *arena, const char *text)
{
    const char *equals = strchr(text, '=');
    const char *value;
    size_t length;

    if (equals == NULL)
        return "ON";
    value = trimmed(arena, equals + 1, strcspn(equals + 1, "#"));
    length = strlen(value);
    if (length >= 2 && (*value == '"' || *value == '\'') && value[length - 1] == *value)
        return text_copy(arena, value + 1, length - 2);
    return value;
}

static const struct setting *find(const char *name)
{
    for (size_t i = 0; i < sizeof(owned) / sizeof(*owned); i++) {
        size_t length = strlen(owned[i].name);

        if (owned[i].name[length - 1] == '*' ? strncmp(owned[i].name, name, length - 1) == 0
                                             : text_equal(owned[i].name, name))
            return &owned[i];
    }
    return NULL;
}

static bool is_word_of(const char *words, const char *word)
{
    size_t length = strlen(word);

    for (const char *at = words; at != NULL; at = strchr(at, ' ')) {
        at += *at == ' ';
        if (length > 0 && strncmp(at, word, length) == 0 &&
            (at[length] == ' ' || at[length] == '\0'))
            return true;
    }
    return false;
}

/* "skip-log-bin" is log-bin=0. */
static const char *denied(const char *name)
{
    static const char *const words[] = {"skip-", "disable-"};

    for (size_t i = 0; i < sizeof(words) / sizeof(*words); i++) {
        if (text_starts_with(name, words[i]))
            return name + strlen(words[i]);
    }
    return NULL;
}

static void check_setting(const struct line *line, const char *path, struct problems *problems)
{
    struct arena *arena = problems->arena;
    const char *name = name_of(arena, line->text);
    const char *value = value_of(arena, line->text);
    const struct setting *row = find(name);

    if (row == NULL && denied(name) != NULL) {
        row = find(denied(name));
        value = "OFF";
    }
    if (row != NULL && !is_word_of(row->values, value))
        problem_add(problems,
            path,
            "must not set %s (line %zu): %s",
            name,
            line->number,
            row->advice);
    else if (text_equal(name, "bind-address") &&
             (text_starts_with(value, "127.") || text_equal(value, "localhost") ||
                 text_equal(value, "::1")))
        problem_add(problems, path, "must not set %s (line %zu): " LISTENS, name, line->number);
}

/* --- all --- */

void my_cnf_check(const char *text, const char *path, struct problems *problems)
{
    struct line line = {NULL, 0};
    bool of_server = true; /* the operator's own [mysqld] is before it */

    while (next_line(problems->arena, &text, &line)) {
        if (*line.text == '[') {
            of_server = is_of_server(line.text);
            /* mysqld ends: "Wrong group definition". */
            if (strchr(line.text, ']') == NULL)
                problem_add(problems,
                    path,
                    "must have a \"]\" after the name of a section, got \"%s\" in line %zu",
                    line.text,
                    line.number);
        } else if (of_server && *line.text != '\0' && *line.text != '!') {
            check_setting(&line, path, problems);
        }
    }
}

size_t my_cnf_without_section(struct arena *arena, const char *text)
{
    struct line line = {NULL, 0};

    while (next_line(arena, &text, &line)) {
        if (*line.text != '\0' && *line.text != '!')
            return *line.text == '[' ? 0 : line.number;
    }
    return 0;
}

static bool is_off(const char *value)
{
    static const char *const words[] = {"OFF", "off", "Off", "0", "FALSE", "false", NULL};

    return text_is_one_of(value, words);
}

bool my_cnf_switches_off(struct arena *arena, const char *text, const char *name)
{
    struct line line = {NULL, 0};
    bool of_server = true;
    bool off = false;

    while (next_line(arena, &text, &line)) {
        const char *setting = name_of(arena, line.text);

        if (*line.text == '[')
            of_server = is_of_server(line.text);
        else if (of_server && text_equal(setting, name))
            off = is_off(value_of(arena, line.text));
        else if (of_server && denied(setting) != NULL && text_equal(denied(setting), name))
            off = true;
    }
    return off;
}
