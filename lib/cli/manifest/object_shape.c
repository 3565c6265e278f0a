#include "object_shape.h"

#include "fragments.h"
#include "metadata.h"
#include "spec.h"

/* Fields of Kubernetes' own around a spec, which a schema cannot hold against an object: those that
 * it does not know are dropped by the API server, with a warning at best. */

struct shape {
    const char *text;
    const json_t *json;
    struct shape *metadata;
};

#define ANY(name) SPEC(struct shape, json, (name), "Kubernetes' own.")

static const struct spec_field metadata_fields[] = {
    SPEC(struct shape, text, "name", "Name.", .required = true),
    SPEC_PART("namespace", SPEC_TEXT, .format = &spec_dns_label, .doc = "Namespace."),
    SPEC_PART("labels", SPEC_TEXT_MAP, .keys = &fragment_label_key, .format = &fragment_label_value,
        .doc = "Labels."),
    SPEC_PART("annotations", SPEC_TEXT_MAP, .keys = &fragment_label_key, .doc = "Annotations."),
    ANY("finalizers"),
    ANY("ownerReferences"),
    ANY("generateName"),
    ANY("uid"),
    ANY("resourceVersion"),
    ANY("generation"),
    ANY("creationTimestamp"),
    ANY("deletionTimestamp"),
    ANY("deletionGracePeriodSeconds"),
    ANY("managedFields"),
    ANY("selfLink"),
    SPEC_END};

static const struct spec_name cluster_other_names[] = {{"name", NULL, "belongs to metadata"},
    {"labels", NULL, "belongs to metadata"},
    {"annotations", NULL, "belongs to metadata"},
    {"namespace", NULL, "belongs to metadata"},
    {"cells", NULL, "belongs to spec"},
    {"keyspaces", NULL, "belongs to spec"},
    {"image", NULL, "belongs to spec"},
    {"images", NULL, "belongs to spec"},
    {"lockserver", NULL, "belongs to spec"},
    {NULL, NULL, NULL}};

static const struct spec_field cluster_fields[] = {
    SPEC(struct shape, text, "apiVersion", "Version.", .required = true),
    SPEC(struct shape, text, "kind", "Kind.", .required = true),
    SPEC_STRUCT(struct shape, metadata, "metadata", "Metadata.", metadata_fields),
    SPEC(struct shape, json, "spec", "What is wanted.", .required = true, .shape = SPEC_OBJECT),
    ANY("status"),
    SPEC_NAMES(cluster_other_names),
    SPEC_END};

static const struct spec_field object_fields[] = {
    SPEC(struct shape, text, "apiVersion", "Version.", .required = true),
    SPEC(struct shape, text, "kind", "Kind.", .required = true),
    SPEC_STRUCT(struct shape, metadata, "metadata", "Metadata.", metadata_fields),
    SPEC_END};

void object_shape_check(const json_t *object, bool cluster, struct problems *problems)
{
    struct shape shape = {0};

    if (cluster)
        spec_read(problems->arena, cluster_fields, object, "", SPEC_STRICT, &shape, problems);
    else
        spec_read(problems->arena, object_fields, object, "", SPEC_DERIVED, &shape, problems);
    if (shape.metadata == NULL && !problem_is_explained(problems, "metadata"))
        problem_add(problems, "metadata.name", "is required");
}
