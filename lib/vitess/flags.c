#include "vitess.h"

#include <string.h>

/* Flags of Vitess processes: one spelling, one order, so that equal flags are equal texts. */

/* These belong to glog and have no spelling with dashes
 * (vitess go/vt/utils/flags.go, NormalizeUnderscoresToDashes). */
static bool is_glog_name(const char *name)
{
    return text_equal(name, "log_dir") || text_equal(name, "log_link") ||
           text_equal(name, "log_backtrace_at");
}

const char *flag_name(struct arena *arena, const char *name)
{
    struct text result = {.arena = arena};

    name += strspn(name, "-");
    if (is_glog_name(name))
        return name;
    for (; *name != '\0'; name++)
        text_add_bytes(&result, *name == '_' ? "-" : name, 1);
    return text_string(&result);
}

static const char *value_text(struct arena *arena, const json_t *value)
{
    if (json_is_string(value))
        return json_string_value(value);
    return json_write(arena, value, NULL);
}

static struct texts sorted_keys(struct arena *arena, const json_t *map)
{
    struct texts keys = {.arena = arena};
    const json_t *value;
    const char *key;

    json_each_field (map, key, value)
        texts_add(&keys, key);
    texts_sort(&keys);
    return keys;
}

/* Where one map has a flag in both spellings the one with underscores wins, as it does in Vitess,
 * which takes the last of a sorted command line. */
static void lay_over(struct arena *arena, json_t *merged, const json_t *map, bool references)
{
    struct texts keys = sorted_keys(arena, map);

    for (size_t i = 0; i < keys.count; i++) {
        const json_t *value = json_at(map, keys.at[i]);

        const char *text = value_text(arena, value);

        if (!json_is_null(value))
            json_put_text(merged,
                flag_name(arena, keys.at[i]),
                references ? text : verbatim(arena, text));
    }
}

const json_t *flag_arguments(struct arena *arena, const json_t *references,
    const json_t *const *maps, size_t count)
{
    json_t *merged = json_new_map();
    json_t *arguments = json_new_list();
    struct texts names;

    lay_over(arena, merged, references, true);
    for (size_t i = 0; i < count; i++)
        lay_over(arena, merged, maps[i], false);
    names = sorted_keys(arena, merged);
    for (size_t i = 0; i < names.count; i++)
        json_add_text(arguments,
            fmt(arena, "--%s=%s", verbatim(arena, names.at[i]), json_text_at(merged, names.at[i])));
    return arguments;
}

const json_t *flag_value(struct arena *arena, const json_t *flags, const char *name)
{
    json_t *merged = json_new_map();

    lay_over(arena, merged, flags, true);
    return json_at(merged, name);
}

const char *flag_text(struct arena *arena, const json_t *flags, const char *name)
{
    const char *value = json_string_value(flag_value(arena, flags, name));

    return value == NULL || *value == '\0' ? NULL : value;
}

bool flag_is_true(struct arena *arena, const json_t *flags, const char *name)
{
    const json_t *value = flag_value(arena, flags, name);

    return json_is_true(value) || text_equal(json_string_value(value), "true");
}
