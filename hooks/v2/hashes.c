#include "hashes.h"

#include <string.h>

#include "metadata.h"

/* --- hashes of hashes --- */

static unsigned char from_hex(char digit)
{
    return (unsigned char)(digit <= '9' ? digit - '0' : digit - 'a' + 10);
}

/* The 16 bytes of the MD5 of `bytes`. */
static void add_bytes(struct text *hashed, const char *bytes, size_t length)
{
    const char *hex = digest(hashed->arena, bytes, length);

    for (; *hex != '\0'; hex += 2) {
        char byte = (char)(from_hex(hex[0]) << 4 | from_hex(hex[1]));

        text_add_bytes(hashed, &byte, 1);
    }
}

/* What is left out is "". */
static const char *text_of(const json_t *mapping, const char *key)
{
    const char *text = json_text_at(mapping, key);

    return text == NULL ? "" : text;
}

static void add(struct text *hashed, const char *text)
{
    add_bytes(hashed, text, strlen(text));
}

static const char *hash_of(const struct text *hashed)
{
    return digest(hashed->arena, text_string(hashed), hashed->length);
}

const char *v2_hash_list(struct arena *arena, const struct texts *list)
{
    struct text hashed = {.arena = arena};

    for (size_t i = 0; i < list->count; i++)
        add(&hashed, list->at[i]);
    return hash_of(&hashed);
}

static struct texts sorted_keys(struct arena *arena, const json_t *map)
{
    struct texts keys = {.arena = arena};
    const char *key;
    const json_t *value;

    json_each_field (map, key, value)
        texts_add(&keys, key);
    texts_sort(&keys);
    return keys;
}

const char *v2_hash_keys(struct arena *arena, const json_t *map)
{
    struct texts keys = sorted_keys(arena, map);

    return v2_hash_list(arena, &keys);
}

const char *v2_hash_map(struct arena *arena, const json_t *map)
{
    struct texts keys = sorted_keys(arena, map);
    struct text hashed = {.arena = arena};

    for (size_t i = 0; i < keys.count; i++) {
        add(&hashed, keys.at[i]);
        add(&hashed, text_of(map, keys.at[i]));
    }
    return hash_of(&hashed);
}

/* --- bytes as Kubernetes writes them --- */

static const char base64[] = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";

/* Up to the padding: the API server has seen to it that all of it is Base64. */
static struct text decoded(struct arena *arena, const char *encoded)
{
    struct text bytes = {.arena = arena};
    unsigned held = 0, bits = 0;

    for (; *encoded != '\0' && *encoded != '='; encoded++) {
        const char *digit = strchr(base64, *encoded);

        if (digit == NULL)
            continue;
        held = held << 6 | (unsigned)(digit - base64);
        bits += 6;
        if (bits >= 8) {
            char byte = (char)(held >> (bits - 8) & 0xff);

            text_add_bytes(&bytes, &byte, 1);
            bits -= 8;
        }
    }
    return bytes;
}

const char *v2_hash_data(struct arena *arena, const json_t *data)
{
    struct texts keys = sorted_keys(arena, data);
    struct text hashed = {.arena = arena};

    for (size_t i = 0; i < keys.count; i++) {
        struct text bytes = decoded(arena, text_of(data, keys.at[i]));

        add(&hashed, keys.at[i]);
        add_bytes(&hashed, text_string(&bytes), bytes.length);
    }
    return hash_of(&hashed);
}

const char *v2_hash_secrets(struct arena *arena, const json_t *secrets)
{
    json_t *hashes = json_new_map();
    const json_t *secret;

    json_each_item (secrets, i, secret)
        json_put_text(hashes,
            text_of(json_at(secret, "metadata"), "name"),
            v2_hash_data(arena, json_at(secret, "data")));
    return v2_hash_map(arena, hashes);
}

/* --- parts of Pods --- */

static const char *mounts_hash(struct arena *arena, const json_t *mounts)
{
    struct texts paths = {.arena = arena};
    const json_t *mount;

    json_each_item (mounts, i, mount)
        texts_add(&paths, text_of(mount, "mountPath"));
    texts_sort(&paths);
    return v2_hash_list(arena, &paths);
}

static const char *container_hash(struct arena *arena, const json_t *container)
{
    json_t *parts = json_new_map();
    const json_t *limits = json_at(container, "resources", "limits");
    const json_t *requests = json_at(container, "resources", "requests");

    json_put_text(parts, "VolumeMounts", mounts_hash(arena, json_at(container, "volumeMounts")));
    if (json_object_size(limits) > 0)
        json_put_text(parts, "ResourceLimits", v2_hash_keys(arena, limits));
    if (json_object_size(requests) > 0)
        json_put_text(parts, "ResourceRequests", v2_hash_keys(arena, requests));
    return v2_hash_map(arena, parts);
}

const char *v2_hash_containers(struct arena *arena, const json_t *containers)
{
    json_t *hashes = json_new_map();
    const json_t *container;

    json_each_item (containers, i, container)
        json_put_text(hashes, text_of(container, "name"), container_hash(arena, container));
    return v2_hash_map(arena, hashes);
}

static void add_seconds(struct text *hashed, const json_t *seconds)
{
    if (json_is_integer(seconds))
        add(hashed, fmt(hashed->arena, "%lld", (long long)json_integer_value(seconds)));
    else
        add(hashed, "nil");
}

const char *v2_hash_tolerations(struct arena *arena, const json_t *tolerations)
{
    struct text hashed = {.arena = arena};
    const json_t *toleration;

    json_each_item (tolerations, i, toleration) {
        add(&hashed, text_of(toleration, "key"));
        add(&hashed, text_of(toleration, "operator"));
        add(&hashed, text_of(toleration, "value"));
        add(&hashed, text_of(toleration, "effect"));
        add_seconds(&hashed, json_at(toleration, "tolerationSeconds"));
    }
    return hash_of(&hashed);
}

/* --- topologySpreadConstraints --- */

enum { REPLACEMENT = 0xfffd, LAST_CHARACTER = 0x10ffff };

/* The number as a character: theirs makes a text of it as one does of a character. */
static void add_skew(struct text *hashed, long long skew)
{
    static const unsigned char first[] = {0, 0, 0xc0, 0xe0, 0xf0}; /* by the length */
    bool is_character = skew >= 0 && skew <= LAST_CHARACTER && (skew < 0xd800 || skew > 0xdfff);
    uint32_t point = is_character ? (uint32_t)skew : REPLACEMENT;
    size_t length = point < 0x80 ? 1 : point < 0x800 ? 2 : point < 0x10000 ? 3 : 4;
    char bytes[4];

    for (size_t i = length; i > 1; i--, point >>= 6)
        bytes[i - 1] = (char)(0x80 | (point & 0x3f));
    bytes[0] = (char)(first[length] | point);
    add_bytes(hashed, bytes, length);
}

/* An expression of one value is a label, and one of any other kind makes all of it none. */
static const json_t *flat_selector(const json_t *selector)
{
    json_t *labels = json_overlay(json_at(selector, "matchLabels"), NULL);
    const json_t *expression;

    json_each_item (json_at(selector, "matchExpressions"), i, expression) {
        const json_t *values = json_at(expression, "values");

        if (!text_equal(json_text_at(expression, "operator"), "In") || json_array_size(values) != 1)
            return NULL;
        json_put(labels, text_of(expression, "key"), json_array_get(values, 0));
    }
    return labels;
}

const char *v2_hash_spread(struct arena *arena, const json_t *constraints)
{
    struct text hashed = {.arena = arena};
    const json_t *constraint;

    json_each_item (constraints, i, constraint) {
        add_skew(&hashed, json_int_at(constraint, 0, "maxSkew"));
        add(&hashed, text_of(constraint, "topologyKey"));
        add(&hashed, text_of(constraint, "whenUnsatisfiable"));
        add(&hashed, v2_hash_map(arena, flat_selector(json_at(constraint, "labelSelector"))));
    }
    return hash_of(&hashed);
}

/* --- a whole Pod --- */

static const char *size_of_claim(struct arena *arena, const json_t *claim)
{
    const json_t *size = json_at(claim, "resources", "requests", "storage");

    if (size == NULL)
        return NULL;
    return quantity_canonical(arena,
        json_is_string(size) ? json_string_value(size) : json_write(arena, size, NULL));
}

static const char *names_hash(struct arena *arena, const json_t *list)
{
    struct texts names = {.arena = arena};
    const json_t *item;

    json_each_item (list, i, item)
        texts_add(&names, text_of(item, "name"));
    return v2_hash_list(arena, &names);
}

typedef const char *hash_function(struct arena *arena, const json_t *value);

/* Empty ones are left out, so that a new kind of part makes no Pod anew that has none. */
static void put_hash(struct arena *arena, json_t *items, const char *name, hash_function *hash,
    const json_t *value)
{
    if (json_object_size(value) > 0 || json_array_size(value) > 0)
        json_put_text(items, name, hash(arena, value));
}

const char *v2_state_hash(struct arena *arena, const struct v2_state *state)
{
    json_t *items = json_new_map();

    put_hash(arena, items, "labels-keys", v2_hash_keys, state->labels);
    put_hash(arena, items, "annotations-keys", v2_hash_keys, state->annotations);
    json_put_text(items, "data-volume-size", size_of_claim(arena, state->claim));
    put_hash(arena, items, "init-containers", v2_hash_containers, state->init_containers);
    put_hash(arena, items, "containers", v2_hash_containers, state->containers);
    put_hash(arena, items, "tolerations", v2_hash_tolerations, state->tolerations);
    put_hash(arena, items, "topologySpreadConstraints", v2_hash_spread, state->topology_spread);
    put_hash(arena, items, "volumes", names_hash, state->volumes);
    return v2_hash_map(arena, items);
}
