#include "manifest.h"

#include <string.h>

#include "hook.h"
#include "metadata.h"
#include "room.h"

static const char *shown(const char *path)
{
    return strcmp(path, "-") == 0 ? "standard input" : path;
}

static const json_t *with_namespace(const json_t *object, const char *namespace)
{
    if (namespace == NULL || object_namespace(object) != NULL)
        return object;

    json_t *metadata = json_overlay(json_at(object, "metadata"), NULL);
    json_t *copy = json_overlay(object, NULL);
    json_put_text(metadata, "namespace", namespace);
    json_put(copy, "metadata", metadata);
    return copy;
}

static bool fault_at(const struct manifest *manifest, FILE *faults, const char *path,
    const char *rule)
{
    int line = 1, column = 1;

    yaml_place(&manifest->document, path, &line, &column);
    fprintf(faults,
        "%s:%d:%d: %s%s%s\n",
        manifest->path,
        line,
        column,
        path,
        path[0] == '\0' ? "" : ": ",
        rule);
    return false;
}

/* What kubectl asks of a document before it sends it. */
static bool is_object(const struct manifest *manifest, FILE *faults)
{
    const json_t *value = manifest->document.value;

    if (!json_is_object(value))
        return fault_at(manifest, faults, "", "must be a mapping");
    if (json_text_at(value, "apiVersion") == NULL)
        return fault_at(manifest, faults, "apiVersion", "is required");
    if (object_kind(value) == NULL)
        return fault_at(manifest, faults, "kind", "is required");
    if (object_name(value) == NULL)
        return fault_at(manifest, faults, "metadata.name", "is required");
    return true;
}

static void add(struct manifests *manifests, const struct manifest *manifest)
{
    manifests->at = with_room(cli_arena(),
        manifests->at,
        manifests->count,
        &manifests->capacity,
        sizeof(*manifests->at));
    manifests->at[manifests->count++] = *manifest;
}

static bool add_object(struct manifests *manifests, struct manifest *manifest,
    const char *namespace, FILE *faults)
{
    if (!is_object(manifest, faults))
        return false;
    manifest->object = with_namespace(manifest->document.value, namespace);
    add(manifests, manifest);
    return true;
}

/* An object, or a list of them as `kubectl get -o yaml` prints it. */
static bool add_document(struct manifests *manifests, struct manifest *manifest,
    const char *namespace, FILE *faults)
{
    const struct yaml_document document = manifest->document;
    const json_t *items = json_at(document.value, "items");
    bool right = true;

    if (!text_equal(object_kind(document.value), "List") || !json_is_array(items))
        return add_object(manifests, manifest, namespace, faults);
    for (size_t i = 0; i < json_array_size(items); i++) {
        manifest->document = yaml_item(&document, i);
        right = add_object(manifests, manifest, namespace, faults) && right;
    }
    return right;
}

int manifests_read(struct manifests *manifests, const char *path, const char *namespace,
    FILE *faults)
{
    struct yaml_documents documents;
    struct json_fault fault;
    size_t length;
    const char *text = cli_read(path, &length);
    int code = EXIT_YES;

    if (text == NULL)
        return EXIT_TROUBLE;
    if (!yaml_read(cli_arena(), text, length, &documents, &fault)) {
        fprintf(faults, "%s:%d:%d: %s\n", shown(path), fault.line, fault.column, fault.text);
        return EXIT_NO;
    }
    for (size_t i = 0; i < documents.count; i++) {
        struct manifest manifest = {.path = shown(path), .document = documents.at[i]};

        if (!json_is_null(manifest.document.value) &&
            !add_document(manifests, &manifest, namespace, faults))
            code = EXIT_NO;
    }
    return code;
}

bool manifest_is_cluster(const struct manifest *manifest)
{
    const char *api_version = json_text_at(manifest->object, "apiVersion");
    const struct hook *hook = hook_by_kind(api_version, object_kind(manifest->object));

    return hook != NULL && text_equal(hook->kind, "VitessCluster");
}
