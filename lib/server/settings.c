#include "settings.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

const struct setting server_settings[SETTING_COUNT] = {
#define SETTING_ROW(id, title, type, metavar, preset, low, high, time, sentence)                   \
    [SETTING_##id] = {.name = (title),                                                             \
        .kind = SETTING_KIND_##type,                                                               \
        .argument = (metavar),                                                                     \
        .fallback = (preset),                                                                      \
        .least = (low),                                                                            \
        .most = (high),                                                                            \
        .when = SETTING_WHEN_##time,                                                               \
        .help = (sentence)},
    SERVER_SETTINGS(SETTING_ROW)
#undef SETTING_ROW
};

/* Sizes as Kubernetes writes them. */
static const struct {
    const char *suffix;
    long long factor;
} units[] = {
    {"Gi", 1LL << 30},
    {"Mi", 1LL << 20},
    {"Ki", 1LL << 10},
    {"G", 1000000000},
    {"M", 1000000},
    {"k", 1000},
    {"", 1},
};

enum { BINARY_UNITS = 3, UNITS = sizeof(units) / sizeof(units[0]) };

static const char *size_text(struct arena *arena, long long bytes)
{
    for (size_t i = 0; i < BINARY_UNITS; i++)
        if (bytes > 0 && bytes % units[i].factor == 0)
            return fmt(arena, "%lld%s", bytes / units[i].factor, units[i].suffix);
    return fmt(arena, "%lld", bytes);
}

/* `text` is digits and a unit whose factor goes to `factor`; -1 where it is not. */
static long long digits(const char *text, bool with_unit, long long *factor)
{
    char *end;
    long long number;

    if (text[0] < '0' || text[0] > '9')
        return -1;
    errno = 0;
    number = strtoll(text, &end, 10);
    if (errno != 0)
        return -1;
    for (size_t i = with_unit ? 0 : UNITS - 1; i < UNITS; i++) {
        if (strcmp(end, units[i].suffix) != 0)
            continue;
        *factor = units[i].factor;
        return number;
    }
    return -1;
}

static const char *parse_number(struct arena *arena, const struct setting *setting,
    const char *text, struct setting_value *value)
{
    const bool size = setting->kind == SETTING_KIND_SIZE;
    long long factor = 1;
    const long long number = digits(text, size, &factor);

    if (number < 0 || number < (setting->least + factor - 1) / factor ||
        number > setting->most / factor) {
        if (size)
            return fmt(arena,
                "must be a size from %s to %s such as %s",
                size_text(arena, setting->least),
                size_text(arena, setting->most),
                setting->fallback);
        return fmt(arena,
            "must be a whole number%s from %lld to %lld",
            setting->kind == SETTING_KIND_SECONDS ? " of seconds" : "",
            setting->least,
            setting->most);
    }
    value->number = number * factor;
    value->text = size ? size_text(arena, value->number) : fmt(arena, "%lld", value->number);
    return NULL;
}

/* One of the words between the bars of `choices`; its index becomes the number. */
static bool read_choice(struct arena *arena, const char *choices, const char *text,
    struct setting_value *value)
{
    for (long long index = 0; *choices != '\0'; index++) {
        const size_t length = strcspn(choices, "|");

        if (strlen(text) == length && memcmp(choices, text, length) == 0) {
            value->number = index;
            value->text = text_copy(arena, text, length);
            return true;
        }
        choices += length;
        choices += *choices == '|';
    }
    return false;
}

static const char *parse_choice(struct arena *arena, const struct setting *setting,
    const char *text, struct setting_value *value)
{
    if (!read_choice(arena, setting->argument, text, value))
        return fmt(arena, "must be one of %s", setting->argument);
    return NULL;
}

/* "127.0.0.1:8080", "[::1]:8080", "localhost:0", ":8080": the resolver judges the host part. */
static bool is_address(const char *text)
{
    const char *colon = strrchr(text, ':');
    long long factor, port;

    if (colon == NULL || strspn(text,
                             "0123456789abcdefghijklmnopqrstuvwxyz"
                             "ABCDEFGHIJKLMNOPQRSTUVWXYZ.:%-[]") != strlen(text))
        return false;
    if ((text[0] == '[') != (colon > text && colon[-1] == ']'))
        return false;
    if (text[0] != '[' && memchr(text, ':', (size_t)(colon - text)) != NULL)
        return false;
    port = digits(colon + 1, false, &factor);
    return port >= 0 && port <= 65535;
}

/* The argument may name words that stand for one: "ADDRESS:PORT|next|none". */
static const char *parse_address(struct arena *arena, const struct setting *setting,
    const char *text, struct setting_value *value)
{
    const char *words = strchr(setting->argument, '|');

    if (words != NULL && read_choice(arena, words + 1, text, value))
        return NULL;
    if (!is_address(text))
        return fmt(arena, "must be %s such as 127.0.0.1:8080 or [::]:8080", setting->argument);
    value->text = text_copy(arena, text, strlen(text));
    return NULL;
}

static const char *parse_path(struct arena *arena, const char *text, struct setting_value *value)
{
    for (const char *at = text; *at != '\0'; at++)
        if ((unsigned char)*at < ' ' || *at == 0x7f)
            return "must be the path of a file, without control characters";
    value->text = text_copy(arena, text, strlen(text));
    return NULL;
}

const char *setting_parse(struct arena *arena, const struct setting *setting, const char *text,
    struct setting_value *value)
{
    switch (setting->kind) {
    case SETTING_KIND_ADDRESS:
        return parse_address(arena, setting, text, value);
    case SETTING_KIND_PATH:
        return parse_path(arena, text, value);
    case SETTING_KIND_CHOICE:
        return parse_choice(arena, setting, text, value);
    case SETTING_KIND_NUMBER:
    case SETTING_KIND_SIZE:
    case SETTING_KIND_SECONDS:
        break;
    }
    return parse_number(arena, setting, text, value);
}

/* A text of digits would be read back as a number, "[::]:8080" as a list, and a path as anything.
 */
static bool needs_quotes(const struct setting *setting)
{
    return setting->kind == SETTING_KIND_ADDRESS || setting->kind == SETTING_KIND_PATH;
}

const char *settings_text(struct arena *arena, const struct settings *settings)
{
    struct text out = {.arena = arena};

    for (size_t i = 0; i < SETTING_COUNT; i++) {
        const char *text = settings->at[i].text;

        text_addf(&out,
            "%s: %s # %s\n",
            server_settings[i].name,
            needs_quotes(&server_settings[i]) ? text_quoted(arena, text) : text,
            settings->at[i].origin);
    }
    return text_string(&out);
}

void settings_apply(struct live_settings *live, const struct settings *running,
    const struct settings *wanted, struct texts *unchanged)
{
    for (size_t i = 0; i < SETTING_COUNT; i++) {
        if (server_settings[i].when == SETTING_WHEN_RELOAD)
            atomic_store(&live->at[i], wanted->at[i].number);
        else if (!text_equal(running->at[i].text, wanted->at[i].text))
            texts_add(unchanged, server_settings[i].name);
    }
}
