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
        SPREAD(hook_needs_spec(hook) ? object(a, LIST("required", V("spec"))) : NULL),
        F("properties", properties));
}

/* Where the status is not a subresource, whoever writes the object writes both. */
static const json_t *subresources(struct arena *a, const struct hook *hook)
{
    const struct scale_paths *scale = hook->scale;
    json_t *all = json_new_map();

    if (!hook->plain_status)
        json_put(all, "status", json_new_map());
    if (scale != NULL)
        json_put(all,
            "scale",
            object(a,
                F("specReplicasPath", scale->spec),
                F("statusReplicasPath", scale->status),
                F("labelSelectorPath", scale->selector)));
    return json_object_size(all) == 0 ? NULL : all;
}

static const json_t *names_of(struct arena *a, const struct hook *hook)
{
    const json_t *short_names =
        hook->short_name == NULL ? NULL : object(a, LIST("shortNames", V(hook->short_name)));

    return object(a,
        F("kind", hook->kind),
        F("listKind", fmt(a, "%sList", hook->kind)),
        F("plural", hook->plural),
        F("singular", hook->singular),
        SPREAD(short_names),
        LIST("categories", V("vitess")));
}

static const json_t *version_of(struct arena *a, const struct hook *hook)
{
    return object(a,
        F("name", version_of_api(hook->api)),
        F("served", BOOL(true)),
        F("storage", BOOL(true)),
        MAP("schema", F("openAPIV3Schema", schema_of(a, hook))),
        OPT("subresources", subresources(a, hook)),
        F("additionalPrinterColumns", columns(a, hook)));
}

const json_t *install_crd(struct arena *a, const struct hook *hook)
{
    const char *group = api_group(a, hook->api->name);

    return object(a,
        F("apiVersion", "apiextensions.k8s.io/v1"),
        F("kind", "CustomResourceDefinition"),
        MAP("metadata", F("name", hook_full_name(a, hook)), F("labels", install_labels(a))),
        MAP("spec",
            F("group", group),
            F("names", names_of(a, hook)),
            F("scope", "Namespaced"),
            LIST("versions", V(version_of(a, hook)))));
}
