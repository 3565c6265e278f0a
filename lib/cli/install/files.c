#include "files.h"

#include <errno.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>

#include "cli/base/cli.h"
#include "template.h"
#include "yaml.h"

static bool failed(const char *what, const char *path)
{
    complain("cannot %s %s: %s", what, path, strerror(errno));
    return false;
}

bool make_folder(const char *path)
{
    return mkdir(path, 0777) == 0 || errno == EEXIST || failed("make the folder", path);
}

bool write_file(const struct install *install, const char *folder, const char *name,
    const char *text)
{
    const char *path = fmt(install->arena, "%s/%s", folder, name);
    FILE *file = fopen(path, "we");
    bool well;

    if (file == NULL)
        return failed("write", path);
    well = fputs(text, file) >= 0;
    return (fclose(file) == 0 && well) || failed("write", path);
}

bool write_list(const struct install *install, const char *folder, const char *name,
    const char *about, const json_t *objects)
{
    struct text out = {.arena = install->arena};
    const json_t *object;

    text_addf(&out, MADE "%s", about);
    json_each_item (objects, i, object)
        text_addf(&out, "%s%s", i == 0 ? "" : "---\n", yaml_write(install->arena, object));
    return write_file(install, folder, name, text_string(&out));
}

bool write_object(const struct install *install, const char *folder, const char *name,
    const char *about, const json_t *object)
{
    json_t *list = json_new_list();

    json_add(list, object);
    return write_list(install, folder, name, about, list);
}

bool write_kustomization(const struct install *install, const char *folder, const char *about,
    const json_t *rest)
{
    return write_object(install,
        folder,
        "kustomization.yaml",
        about,
        object(install->arena,
            F("apiVersion", "kustomize.config.k8s.io/v1beta1"),
            F("kind", "Kustomization"),
            SPREAD(rest)));
}

/* The name of the ConfigMap gets a hash of its text, so that a new text restarts the Pod. */
const json_t *generated_config(const struct install *install, const char *behavior)
{
    return object(install->arena,
        F("name", CONFIG_NAME),
        F("namespace", install->namespace),
        OPT("behavior", behavior),
        LIST("files", V(CONFIG_FILE)));
}

void add_operation(struct arena *a, json_t *operations, const char *op, const char *path,
    const json_t *value)
{
    json_add(operations, object(a, F("op", op), F("path", path), F("value", value)));
}

const json_t *patch_of(struct arena *a, const char *kind, const char *name,
    const json_t *operations)
{
    return object(a,
        MAP("target", F("kind", kind), F("name", name)),
        F("patch", yaml_write(a, operations)));
}
