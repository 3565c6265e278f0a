#include <string.h>

#include "install.h"
#include "metadata.h"
#include "template.h"

static const json_t *columns(struct arena *a, const struct hook *hook)
{
    json_t *list = json_new_list();

    for (const struct printer_column *column = hook->columns; column->name != NULL; column++) {
        const json_t *priority = column->priority == 0 ? NULL : json_integer(column->priority);

        json_add(list,
            object(a,
                F("name", column->name),
                F("type", column->type),
                F("jsonPath", column->path),
                OPT("priority", priority)));
    }
    return list;
}

/* Beyond the name the API server knows what belongs there. */
static const json_t *metadata_of(struct arena *a, const struct hook *hook)
{
    if (hook->metadata == NULL)
        return object(a, F("type", "object"));
    return spec_schema(a, hook->metadata, NULL, SPEC_STRICT);
}

static const json_t *schema_of(struct arena *a, const struct hook *hook)
{
    const json_t *properties = object(a,
        MAP("apiVersion", F("type", "string")),
        MAP("kind", F("type", "string")),
        F("metadata", metadata_of(a, hook)),
        F("spec",
            spec_schema(a,
                hook->spec,
                "The cluster, or the part of it, that is wanted.",
                hook_mode(hook))),
        F("status",
            spec_schema(a,
                hook->status,
                "What the operator saw last, and what it is doing about it.",
                SPEC_DERIVED)));

    return object(a,
        F("type", "object"),
        F("description", hook->doc),
        LIST("required", V("spec")),
        F("properties", properties));
}

static const json_t *version_of(struct arena *a, const struct hook *hook)
{
    return object(a,
        F("name", strchr(hook->api->name, '/') + 1),
        F("served", BOOL(true)),
        F("storage", BOOL(true)),
        MAP("schema", F("openAPIV3Schema", schema_of(a, hook))),
        MAP("subresources", F("status", json_new_map())),
        F("additionalPrinterColumns", columns(a, hook)));
}

const json_t *install_crd(struct arena *a, const struct hook *hook)
{
    const char *group = api_group(a, hook->api->name);

    return object(a,
        F("apiVersion", "apiextensions.k8s.io/v1"),
        F("kind", "CustomResourceDefinition"),
        MAP("metadata",
            F("name", fmt(a, "%s.%s", hook->plural, group)),
            F("labels", install_labels(a))),
        MAP("spec",
            F("group", group),
            MAP("names",
                F("kind", hook->kind),
                F("listKind", fmt(a, "%sList", hook->kind)),
                F("plural", hook->plural),
                F("singular", hook->singular),
                LIST("shortNames", V(hook->short_name)),
                LIST("categories", V("vitess"))),
            F("scope", "Namespaced"),
            LIST("versions", V(version_of(a, hook)))));
}
