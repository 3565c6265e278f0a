#include "get_tablets.h"

#include <string.h>
#include <strings.h>

#include "metadata.h"

/* Uids are unsigned 32-bit numbers, printed as "%010d" (go/vt/topo/topoproto/tablet.go). */
enum { UID_DIGITS = 10, LONGEST_PORT = 5 };

#define DIGITS "0123456789"
#define LETTERS "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ"

/* --- the parts of a line --- */

bool tablet_alias_is(const char *text)
{
    const char *dash = text == NULL ? NULL : strrchr(text, '-');

    return dash != NULL && dash > text && strspn(text, LETTERS DIGITS "-_.") == strlen(text) &&
           strlen(dash + 1) == UID_DIGITS && strspn(dash + 1, DIGITS) == UID_DIGITS;
}

/* enum TabletType of proto/topodata.proto. A primary that another one has replaced, and that has
 * not noticed yet, is listed as "unknown" (go/vt/vtctl/grpcvtctldserver/server.go). */
bool tablet_type_is(const char *text)
{
    static const char *const types[] = {"unknown",
        "primary",
        "replica",
        "rdonly",
        "spare",
        "experimental",
        "backup",
        "restore",
        "drained",
        NULL};

    return text_is_one_of(text, types);
}

bool tablet_since_is(const char *text)
{
    return text_equal(text, "<null>") || timestamp_is(text);
}

/* "host:15000", "[::1]:15000"; ":0" while the tablet has not said where it is. */
static bool is_address(const char *text)
{
    const char *colon = strrchr(text, ':');
    size_t digits = colon == NULL ? 0 : strlen(colon + 1);

    return digits > 0 && digits <= LONGEST_PORT && strspn(colon + 1, DIGITS) == digits;
}

static bool is_list_of_tags(const char *text)
{
    return text[0] == '[' && text_ends_with(text + 1, "]");
}

/* --- what GetTablets prints --- */

enum { ALIAS, KEYSPACE, SHARD, TYPE, ADDRESS, MYSQL_ADDRESS, TAGS, SINCE, FIELDS };

/* Tags may have spaces in them; nothing before or behind them has. */
static bool split(struct arena *a, const char *line, const char *fields[FIELDS])
{
    const char *last = strrchr(line, ' ');

    for (int i = ALIAS; i < TAGS; i++) {
        size_t length = strcspn(line, " ");

        if (length == 0 || line[length] == '\0')
            return false;
        fields[i] = text_copy(a, line, length);
        line += length + 1;
    }
    if (last < line)
        return false;
    fields[TAGS] = text_copy(a, line, (size_t)(last - line));
    fields[SINCE] = last + 1;
    return true;
}

static bool is_shaped(const char *const fields[FIELDS])
{
    return tablet_alias_is(fields[ALIAS]) && tablet_type_is(fields[TYPE]) &&
           is_address(fields[ADDRESS]) && is_address(fields[MYSQL_ADDRESS]) &&
           is_list_of_tags(fields[TAGS]) && tablet_since_is(fields[SINCE]);
}

/* What is wrong with the line, or NULL. Vitess writes key ranges in lower case. */
static const char *read_printed(struct arena *a, const struct tablets_asked *asked,
    const char *line, struct tablet_line *out)
{
    const char *fields[FIELDS];

    *out = (struct tablet_line){0};
    if (!split(a, line, fields) || !is_shaped(fields))
        return "is no line of GetTablets";
    if (!text_equal(fields[KEYSPACE], asked->keyspace) ||
        strcasecmp(fields[SHARD], asked->shard) != 0)
        return fmt(a, "is no tablet of %s/%s", asked->keyspace, asked->shard);
    if (asked->aliases != NULL && !texts_contain(asked->aliases, fields[ALIAS]))
        return "is a tablet that was not asked for";
    *out = (struct tablet_line){fields[ALIAS], fields[TYPE], fields[SINCE]};
    return NULL;
}

static const char *take_line(struct arena *a, const char **text)
{
    size_t length = strcspn(*text, "\n");
    const char *line = text_copy(a, *text, length);

    *text += length + ((*text)[length] == '\n');
    return line;
}

static void add_remembered(struct text *out, const struct tablet_line *line)
{
    text_addf(out,
        "%s%s %s %s",
        out->length == 0 ? "" : "\n",
        line->alias,
        line->type,
        line->since);
}

static const char *digest_tablets(struct arena *a, const void *context, const char *raw,
    const char **unexpected)
{
    const struct tablets_asked *asked = context;
    struct text out = {.arena = a};
    bool found = asked->types == NULL;
    struct tablet_line line;

    while (*raw != '\0') {
        const char *printed = take_line(a, &raw);
        const char *wrong = read_printed(a, asked, printed, &line);

        if (wrong == NULL) {
            found = found || text_is_one_of(line.type, asked->types);
            add_remembered(&out, &line);
        } else if (asked->types == NULL) {
            *unexpected = fmt(a, "%s %s", json_brief(a, json_string(printed)), wrong);
            return NULL;
        }
    }
    *unexpected = "no tablet of the kind that was waited for is listed";
    return found ? text_string(&out) : NULL;
}

/* --- what is remembered of it --- */

bool tablet_line_next(struct arena *a, const char **text, struct tablet_line *line)
{
    const char *first, *second, *whole;

    if (**text == '\0')
        return false;
    whole = take_line(a, text);
    first = strchr(whole, ' ');
    second = first == NULL ? NULL : strchr(first + 1, ' ');
    if (second == NULL)
        return false;
    *line = (struct tablet_line){text_copy(a, whole, (size_t)(first - whole)),
        text_copy(a, first + 1, (size_t)(second - first) - 1),
        second + 1};
    return tablet_alias_is(line->alias) && tablet_type_is(line->type) &&
           tablet_since_is(line->since);
}

static bool tablets_valid(struct arena *a, const void *context, const char *text)
{
    const struct tablets_asked *asked = context;
    bool found = asked->types == NULL;
    struct tablet_line line;

    while (*text != '\0') {
        if (!tablet_line_next(a, &text, &line))
            return false;
        if (asked->aliases != NULL && !texts_contain(asked->aliases, line.alias))
            return false;
        found = found || text_is_one_of(line.type, asked->types);
    }
    return found;
}

static const char *digest_primary(struct arena *a, const void *context, const char *raw,
    const char **unexpected)
{
    const char *lines = digest_tablets(a, context, raw, unexpected);
    struct tablet_line line;

    while (lines != NULL && tablet_line_next(a, &lines, &line)) {
        if (text_equal(line.type, "primary"))
            return line.alias;
    }
    return lines == NULL ? NULL : "";
}

static bool primary_valid(struct arena *a, const void *context, const char *text)
{
    const struct tablets_asked *asked = context;

    (void)a;
    return tablet_alias_is(text) || (asked->types == NULL && *text == '\0');
}

struct task_reading tablets_reading(const struct tablets_asked *asked)
{
    return (struct task_reading){digest_tablets, tablets_valid, asked};
}

struct task_reading primary_reading(const struct tablets_asked *asked)
{
    return (struct task_reading){digest_primary, primary_valid, asked};
}
