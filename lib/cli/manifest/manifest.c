#include "manifest.h"

#include <string.h>

#include "cli/base/room.h"
#include "findings.h"
#include "hook.h"
#include "metadata.h"
#include "object_shape.h"

const char *manifest_file(const char *path)
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

/* --- what it is --- */

/* In the group of `api_version`, whatever its version: another one is a problem of its own. */
static bool is_in_group(const struct hook *hook, const char *api_version)
{
    return strncmp(api_version, hook->api->name, strcspn(hook->api->name, "/") + 1) == 0;
}

static bool is_our_group(const char *api_version)
{
    each_hook (hook)
        if (api_version != NULL && is_in_group(hook, api_version))
            return true;
    return false;
}

static bool is_our_kind(const char *api_version, const char *kind)
{
    each_hook (hook)
        if (is_in_group(hook, api_version) && text_equal(hook->kind, kind))
            return true;
    return false;
}

static const char *kind_rule(const char *api_version, const char *kind)
{
    struct texts kinds = {.arena = cli_arena()};
    const char *near;

    each_hook (hook)
        if (is_in_group(hook, api_version))
            texts_add(&kinds, hook->kind);
    near = nearest(&kinds, kind);
    return fmt(cli_arena(),
        "is no kind of %s, got \"%s\" (did you mean \"%s\"?)",
        api_version,
        kind,
        near == NULL ? "VitessCluster" : near);
}

/* --- what is wrong with it --- */

static void check_mapping(const json_t *value, struct problems *problems)
{
    const char *api_version = json_text_at(value, "apiVersion");
    const char *kind = object_kind(value);

    object_shape_check(value,
        is_our_group(api_version) || text_equal(kind, "VitessCluster"),
        problems);
    if (is_our_group(api_version) && kind != NULL && !is_our_kind(api_version, kind))
        problem_add(problems, "kind", "%s", kind_rule(api_version, kind));
}

static bool check_object(const struct manifest *manifest, struct findings *findings)
{
    struct problems problems = {.arena = cli_arena()};
    const json_t *value = manifest->document.value;

    if (json_is_object(value))
        check_mapping(value, &problems);
    else
        problem_add(&problems,
            "",
            "must be a mapping with apiVersion, kind, metadata and spec, got %s",
            json_brief(cli_arena(), value));
    for (size_t i = 0; i < problems.count; i++)
        findings_add_at(findings,
            FINDING_PROBLEM,
            manifest,
            problems.at[i].path,
            problems.at[i].rule);
    return problems.count == 0;
}

/* --- objects --- */

void manifests_add(struct manifests *manifests, const struct manifest *manifest)
{
    manifests->at = with_room(cli_arena(),
        manifests->at,
        manifests->count,
        &manifests->capacity,
        sizeof(*manifests->at));
    manifests->at[manifests->count++] = *manifest;
}

static bool add_object(struct manifests *manifests, struct manifest *manifest,
    const char *namespace, struct findings *findings)
{
    const json_t *value = manifest->document.value;
    const bool right = check_object(manifest, findings);

    if (json_text_at(value, "apiVersion") == NULL || object_kind(value) == NULL ||
        object_name(value) == NULL)
        return false;
    manifest->object = with_namespace(value, namespace);
    manifests_add(manifests, manifest);
    return right;
}

/* An object, or a list of them as `kubectl get -o yaml` prints it. */
static bool add_document(struct manifests *manifests, struct manifest *manifest,
    const char *namespace, struct findings *findings)
{
    const struct yaml_document document = manifest->document;
    const json_t *items = json_at(document.value, "items");
    bool right = true;

    if (!text_equal(object_kind(document.value), "List") || !json_is_array(items))
        return add_object(manifests, manifest, namespace, findings);
    manifest->listed = true;
    manifests->lists++;
    for (size_t i = 0; i < json_array_size(items); i++) {
        manifest->document = yaml_item(&document, i);
        right = add_object(manifests, manifest, namespace, findings) && right;
    }
    return right;
}

int manifests_read(struct manifests *manifests, const char *path, const char *namespace,
    struct findings *findings)
{
    struct yaml_documents documents;
    struct json_fault fault;
    size_t length;
    const char *text = cli_read(path, &length);
    int code = EXIT_YES;

    if (text == NULL)
        return EXIT_TROUBLE;
    if (!yaml_read(cli_arena(), text, length, &documents, &fault)) {
        findings_add(findings,
            &(struct finding){.sort = FINDING_PROBLEM,
                .file = manifest_file(path),
                .line = fault.line,
                .column = fault.column,
                .path = "",
                .message = fault.text});
        return EXIT_NO;
    }
    for (size_t i = 0; i < documents.count; i++) {
        struct manifest manifest = {.path = manifest_file(path), .document = documents.at[i]};

        if (!add_document(manifests, &manifest, namespace, findings))
            code = EXIT_NO;
    }
    return code;
}

bool manifest_is_cluster(const struct manifest *manifest)
{
    const struct hook *hook = hook_of(manifest->object);

    return hook != NULL && text_equal(hook->kind, "VitessCluster");
}
