#include <ctype.h>
#include <string.h>

#include "admit.h"
#include "metadata.h"

/* Names, labels and annotations, by the rules of apimachinery (pkg/api/validation and
 * pkg/util/validation). */

enum { LABEL_LIMIT = 63, SUBDOMAIN_LIMIT = 253, ANNOTATIONS_LIMIT = 256 * 1024 };

static bool is_alphanumeric(char c)
{
    return isalnum((unsigned char)c) != 0;
}

/* Letters, digits and `inner`, beginning and ending with a letter or digit. */
static bool word(const char *text, size_t length, const char *inner, bool lower_only)
{
    if (length == 0 || !is_alphanumeric(text[0]) || !is_alphanumeric(text[length - 1]))
        return false;
    for (size_t i = 0; i < length; i++) {
        if (!is_alphanumeric(text[i]) && strchr(inner, text[i]) == NULL)
            return false;
        if (lower_only && isupper((unsigned char)text[i]))
            return false;
    }
    return true;
}

bool dns_label(const char *text, size_t limit)
{
    return text != NULL && strlen(text) <= limit && word(text, strlen(text), "-", true);
}

bool dns_subdomain(const char *text)
{
    if (text == NULL || strlen(text) > SUBDOMAIN_LIMIT)
        return false;
    for (;;) {
        size_t length = strcspn(text, ".");

        if (!word(text, length, "-", true))
            return false;
        if (text[length] == '\0')
            return true;
        text += length + 1;
    }
}

/* "prefix/name" or "name". */
static bool qualified_name(struct arena *arena, const char *key)
{
    const char *slash = strchr(key, '/');
    const char *name = slash == NULL ? key : slash + 1;

    if (slash != NULL && !dns_subdomain(text_copy(arena, key, (size_t)(slash - key))))
        return false;
    return strlen(name) <= LABEL_LIMIT && word(name, strlen(name), "-_.", false);
}

const char *invalid_labels(struct arena *arena, const json_t *labels, const char *path)
{
    const json_t *value;
    const char *key;

    json_each_field (labels, key, value) {
        const char *text = json_string_value(value);

        if (text == NULL)
            return fmt(arena, "%s: Invalid value: %s is not a string", path, key);
        if (!qualified_name(arena, key))
            return fmt(arena, "%s: Invalid value: \"%s\": is not a label key", path, key);
        if (strlen(text) > LABEL_LIMIT ||
            (*text != '\0' && !word(text, strlen(text), "-_.", false)))
            return fmt(arena, "%s: Invalid value: \"%s\": is not a label value", path, text);
    }
    return NULL;
}

static const char *invalid_annotations(struct arena *arena, const json_t *annotations)
{
    const json_t *value;
    const char *key;
    size_t total = 0;

    json_each_field (annotations, key, value) {
        if (!json_is_string(value))
            return fmt(arena, "metadata.annotations: Invalid value: %s is not a string", key);
        if (!qualified_name(arena, key))
            return fmt(arena, "metadata.annotations: Invalid value: \"%s\"", key);
        total += strlen(key) + json_string_length(value);
    }
    return total > ANNOTATIONS_LIMIT ? "metadata.annotations: Too long: may not be more than "
                                       "262144 bytes"
                                     : NULL;
}

static const char *invalid_references(struct arena *arena, const json_t *references)
{
    static const char *const wanted[] = {"apiVersion", "kind", "name", "uid"};
    const json_t *reference;
    int controllers = 0;

    json_each_item (references, i, reference) {
        for (size_t field = 0; field < sizeof(wanted) / sizeof(*wanted); field++) {
            if (json_text_at(reference, wanted[field]) == NULL)
                return fmt(arena,
                    "metadata.ownerReferences[%zu].%s: Required value",
                    i,
                    wanted[field]);
        }
        controllers += json_true_at(reference, "controller");
    }
    return controllers > 1 ? "metadata.ownerReferences: only one reference can have controller set"
                           : NULL;
}

/* Names that become a DNS name are labels, the others subdomains. */
static bool valid_name(const struct kind *kind, const char *name)
{
    if (kind_is(kind, "Service"))
        return dns_label(name, LABEL_LIMIT) && !isdigit((unsigned char)*name);
    return dns_subdomain(name);
}

const char *invalid_metadata(struct arena *arena, const struct kind *kind, const json_t *object)
{
    const char *name = object_name(object);
    const char *message;

    if (name == NULL)
        return "metadata.name: Required value: name or generateName is required";
    if (!valid_name(kind, name))
        return fmt(arena, "metadata.name: Invalid value: \"%s\"", name);
    if (kind->namespaced && !dns_label(object_namespace(object), LABEL_LIMIT))
        return "metadata.namespace: Invalid value";
    message = invalid_labels(arena, json_at(object, "metadata", "labels"), "metadata.labels");
    if (message == NULL)
        message = invalid_annotations(arena, json_at(object, "metadata", "annotations"));
    if (message == NULL)
        message = invalid_references(arena, json_at(object, "metadata", "ownerReferences"));
    return message;
}
