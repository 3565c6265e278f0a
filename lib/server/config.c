#include <errno.h>
#include <string.h>

#include "exit_codes.h"
#include "file.h"
#include "listen.h"
#include "settings.h"
#include "yaml.h"

/* One configuration file that is being read. */
struct config {
    struct arena *arena;
    const char *path;
    struct yaml_document document;
    struct settings *settings;
    struct texts *problems;
};

static size_t setting_by_name(const char *name)
{
    size_t i = 0;

    while (i < SETTING_COUNT && strcmp(server_settings[i].name, name) != 0)
        i++;
    return i;
}

static void read_key(const struct config *config, const char *key, const json_t *item)
{
    struct arena *arena = config->arena;
    const size_t id = setting_by_name(key);
    const char *rule = NULL;
    int line = 0, column = 0;

    yaml_place(&config->document, key, &line, &column);
    if (id == SETTING_COUNT) {
        rule = "is no setting";
    } else if (!json_is_string(item) && !json_is_integer(item)) {
        rule = fmt(arena, "must be a text or a number, got %s", json_brief(arena, item));
    } else {
        const char *text = json_is_string(item) ? json_string_value(item)
                                                : fmt(arena, "%lld", json_integer_value(item));

        rule = setting_parse(arena, &server_settings[id], text, &config->settings->at[id]);
        if (rule == NULL)
            config->settings->at[id].origin = fmt(arena, "%s:%d", config->path, line);
        else
            rule = fmt(arena, "%s, got %s", rule, json_brief(arena, item));
    }
    if (rule != NULL)
        texts_add(config->problems,
            fmt(arena, "%s:%d:%d: %s: %s", config->path, line, column, key, rule));
}

static void read_document(const struct config *config)
{
    const json_t *item;
    const char *key;

    if (json_is_null(config->document.value))
        return;
    if (!json_is_object(config->document.value)) {
        texts_add(config->problems,
            fmt(config->arena, "%s:1:1: must be a mapping of settings", config->path));
        return;
    }
    json_each_field (config->document.value, key, item)
        read_key(config, key, item);
}

static int read_config(struct config *config)
{
    struct yaml_documents documents = {NULL, 0};
    struct json_fault fault = {0, 0, NULL};
    size_t length = 0;
    const char *text = file_read(config->arena, config->path, &length);

    if (text == NULL) {
        texts_add(config->problems,
            fmt(config->arena, "cannot read %s: %s", config->path, strerror(errno)));
        return EXIT_TROUBLE;
    }
    if (!yaml_read(config->arena, text, length, &documents, &fault)) {
        texts_add(config->problems,
            fmt(config->arena, "%s:%d:%d: %s", config->path, fault.line, fault.column, fault.text));
        return EXIT_USAGE;
    }
    if (documents.count > 1)
        texts_add(config->problems,
            fmt(config->arena, "%s: must be one document, got %zu", config->path, documents.count));
    if (documents.count == 1) {
        config->document = documents.at[0];
        read_document(config);
    }
    return EXIT_USAGE;
}

static void read_flags(struct arena *arena, const struct server_arguments *arguments,
    struct settings *settings, struct texts *problems)
{
    for (size_t i = 0; i < SETTING_COUNT; i++) {
        const char *rule;

        if (arguments->flags[i] == NULL)
            continue;
        rule = setting_parse(arena, &server_settings[i], arguments->flags[i], &settings->at[i]);
        settings->at[i].origin = fmt(arena, "--%s", server_settings[i].name);
        if (rule != NULL)
            texts_add(problems,
                fmt(arena,
                    "--%s: %s, got '%s'",
                    server_settings[i].name,
                    rule,
                    arguments->flags[i]));
    }
}

/* Settings that mean nothing, or less than they seem to, without others. */
static void check_together(struct arena *arena, const struct settings *settings,
    struct texts *problems)
{
    static const struct {
        enum setting_id given, wanted;
    } rows[] = {{SETTING_TLS_CERT, SETTING_TLS_KEY},
        {SETTING_TLS_KEY, SETTING_TLS_CERT},
        {SETTING_TLS_CLIENT_CA, SETTING_TLS_CERT}};

    for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
        const struct setting_value *given = &settings->at[rows[i].given];

        if (given->text[0] != '\0' && settings->at[rows[i].wanted].text[0] == '\0')
            texts_add(problems,
                fmt(arena,
                    "%s (%s): needs %s as well",
                    server_settings[rows[i].given].name,
                    given->origin,
                    server_settings[rows[i].wanted].name));
    }
}

static void check_probe_port(struct arena *arena, const struct settings *settings,
    struct texts *problems)
{
    const struct setting_value *listen = &settings->at[SETTING_LISTEN];
    const struct setting_value *probes = &settings->at[SETTING_PROBE_LISTEN];

    if (text_equal(probes->text, "next") && listen_next(arena, listen->text) == NULL)
        texts_add(problems,
            fmt(arena,
                "probe-listen (%s): no port comes after that of listen, got %s: name one, or none",
                probes->origin,
                listen->text));
}

int settings_load(struct arena *arena, const struct server_arguments *arguments,
    struct settings *settings, struct texts *problems)
{
    struct config config = {.arena = arena,
        .path = arguments->config,
        .settings = settings,
        .problems = problems};
    int code = EXIT_USAGE;

    for (size_t i = 0; i < SETTING_COUNT; i++) {
        setting_parse(arena, &server_settings[i], server_settings[i].fallback, &settings->at[i]);
        settings->at[i].origin = "default";
    }
    if (config.path != NULL) {
        struct json_scope scope = json_enter(arena);

        code = read_config(&config);
        json_leave(scope);
    }
    read_flags(arena, arguments, settings, problems);
    if (problems->count == 0) {
        check_together(arena, settings, problems);
        check_probe_port(arena, settings, problems);
    }
    return problems->count == 0 ? 0 : code;
}
