#include "vtadmin_secrets.h"

#include <string.h>

#include "names.h"
#include "objects.h"
#include "template.h"

/* What VTAdmin reads. Their Secrets belong to nobody and have no label, so they stay when the
 * cluster goes; here they are children as all others are. */

struct v2_vtadmin_files v2_vtadmin_files(struct arena *a, const struct v2_place *place)
{
    const char *cluster = place->cluster, *cell = place->cell;

    return (struct v2_vtadmin_files){
        .discovery = {.name = v2_vtadmin_secret(a, cluster, cell, "discovery"),
            .key = "discovery.json"},
        .config = {.name = v2_vtadmin_secret(a, cluster, cell, "clusterConfig"),
            .key = "cluster-config.yaml"},
        .web = {.name = v2_vtadmin_secret(a, cluster, cell, "webConfig"), .key = "config.js"},
    };
}

/* --- Secrets --- */

/* Three bytes are four letters; `count` of them are there, and as many letters and one say so. */
static void add_letters(struct text *encoded, const unsigned char *bytes, size_t count)
{
    static const char alphabet[] =
        "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
    unsigned bits = 0;

    for (size_t i = 0; i < 3; i++)
        bits = bits << 8 | (i < count ? bytes[i] : 0U);
    for (size_t i = 0; i < 4; i++)
        text_add_bytes(encoded, i <= count ? &alphabet[bits >> (18 - 6 * i) & 63] : "=", 1);
}

static const char *base64(struct arena *a, const char *content)
{
    const unsigned char *bytes = (const unsigned char *)content;
    size_t left = strlen(content);
    struct text encoded = {.arena = a};

    for (; left > 3; left -= 3, bytes += 3)
        add_letters(&encoded, bytes, 3);
    if (left > 0)
        add_letters(&encoded, bytes, left);
    return text_string(&encoded);
}

/* `data` and not stringData, as theirs: of that nobody ever sees anything again, so it would be a
 * change at every sync. */
static const json_t *secret(struct arena *a, const struct v2_place *place,
    const struct secret_source *file, const char *content)
{
    json_t *data = json_new_map();

    json_put_text(data, file->key, base64(a, content));
    return object(a,
        F("apiVersion", "v1"),
        F("kind", "Secret"),
        MAP("metadata", F("name", file->name), F("namespace", place->namespace)),
        F("type", "Opaque"),
        F("data", data));
}

/* --- their contents, to the byte as theirs --- */

#define DISCOVERY_TEXT                                                                             \
    "{\n"                                                                                          \
    "    \"vtctlds\": [\n"                                                                         \
    "        {\n"                                                                                  \
    "            \"host\": {\n"                                                                    \
    "                \"fqdn\": \"%s:%d\",\n"                                                       \
    "                \"hostname\": \"%s:%d\"\n"                                                    \
    "            }\n"                                                                              \
    "        }\n"                                                                                  \
    "    ],\n"                                                                                     \
    "    \"vtgates\": [\n"                                                                         \
    "        {\n"                                                                                  \
    "            \"host\": {\n"                                                                    \
    "                \"hostname\": \"%s:%d\"\n"                                                    \
    "            }\n"                                                                              \
    "        }\n"                                                                                  \
    "    ]\n"                                                                                      \
    "}"

const json_t *v2_make_vtadmin_discovery(struct arena *a, const struct v2_vtadmin *vtadmin)
{
    const struct v2_vtadmin_files files = v2_vtadmin_files(a, &vtadmin->place);
    const char *vtctld = vtadmin->vtctld_address, *vtgate = vtadmin->vtgate_address;

    return secret(a,
        &vtadmin->place,
        &files.discovery,
        fmt(a, DISCOVERY_TEXT, vtctld, WEB_PORT, vtctld, GRPC_PORT, vtgate, GRPC_PORT));
}

#define CONFIG_TEXT                                                                                \
    "clusters:\n"                                                                                  \
    "  %s:\n"                                                                                      \
    "    name: %s\n"                                                                               \
    "    discovery: staticfile\n"                                                                  \
    "    discovery-staticfile-path: %s\n"

const json_t *v2_make_vtadmin_config(struct arena *a, const struct v2_vtadmin *vtadmin)
{
    const char *cluster = vtadmin->place.cluster;
    const struct v2_vtadmin_files files = v2_vtadmin_files(a, &vtadmin->place);
    const char *path = v2_secret_file(a, &files.discovery, DISCOVERY);

    return secret(a, &vtadmin->place, &files.config, fmt(a, CONFIG_TEXT, cluster, cluster, path));
}

/* A name and a value in JavaScript. */
struct setting {
    const char *name, *value;
};

static void add_settings(struct text *text, const char *prefix, const struct setting *settings,
    size_t count)
{
    for (size_t i = 0; i < count; i++)
        text_addf(text, "     '%s_%s': %s,\n", prefix, settings[i].name, settings[i].value);
}

const json_t *v2_make_vtadmin_web_config(struct arena *a, const struct v2_vtadmin *vtadmin)
{
    const struct v2_vtadmin_files files = v2_vtadmin_files(a, &vtadmin->place);
    const char *credentials = v2_given(vtadmin->spec->fetch_credentials);
    const struct setting settings[] = {
        {"VTADMIN_API_ADDRESS", text_quoted(a, vtadmin->api_address)},
        {"FETCH_CREDENTIALS", text_quoted(a, credentials == NULL ? "omit" : credentials)},
        {"ENABLE_EXPERIMENTAL_TABLET_DEBUG_VARS", "false"},
        {"BUGSNAG_API_KEY", "\"\""},
        {"DOCUMENT_TITLE", "\"\""},
        {"READONLY_MODE", vtadmin->spec->read_only ? "true" : "false"},
    };
    size_t count = sizeof(settings) / sizeof(*settings);
    struct text text = {.arena = a};

    text_add(&text, "window.env = {\n");
    add_settings(&text, "VITE", settings, count);
    add_settings(&text, "REACT_APP", settings, count); /* for older web pages */
    text_add(&text, " };");
    return secret(a, &vtadmin->place, &files.web, text_string(&text));
}
