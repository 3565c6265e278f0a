#include "fragment.h"

#include <string.h>

#include "metadata.h"

/* How much a container or a volume gets, and the labels that select something. */

/* --- amounts --- */

/* No node has this many; somebody meant memory. */
#define MOST_CPU "100000"
/* Nobody means a number of bytes; somebody forgot the unit. */
#define LEAST_BYTES "1Mi"

static const char *text_of(struct arena *arena, const json_t *quantity)
{
    return json_is_integer(quantity) ? fmt(arena, "%lld", (long long)json_integer_value(quantity))
                                     : json_string_value(quantity);
}

static bool ends_with_milli(const char *text)
{
    return text[0] != '\0' && text[strlen(text) - 1] == 'm';
}

static const char *bytes_rule(const char *text)
{
    if (quantity_compare(text, LEAST_BYTES) >= 0 || quantity_compare(text, "0") == 0)
        return NULL;
    return ends_with_milli(text) ? "is in thousandths of a byte; write \"Mi\" or \"Gi\" behind it"
                                 : "is in bytes; write \"Mi\" or \"Gi\" behind it";
}

static bool is_named(const char *name)
{
    return text_equal(name, "cpu") || text_equal(name, "memory") ||
           text_equal(name, "ephemeral-storage") || text_starts_with(name, "hugepages-");
}

/* Those of Kubernetes, or one with a domain, such as "nvidia.com/gpu". */
static const char *name_rule(struct arena *arena, const char *name)
{
    const char *meant = NULL;

    if (is_named(name) || (strchr(name, '/') != NULL && fragment_label_key.accepts(name)))
        return NULL;
    if (text_starts_with(name, "cpu") || text_equal(name, "cores"))
        meant = "cpu";
    else if (text_starts_with(name, "mem") || text_equal(name, "ram"))
        meant = "memory";
    else if (strstr(name, "storage") != NULL || text_equal(name, "disk"))
        meant = "ephemeral-storage";
    return fmt(arena,
        "is not a resource of a container (%s%s%s)",
        meant == NULL ? "cpu, memory, ephemeral-storage, hugepages-..., or one with a domain"
                      : "did you mean \"",
        meant == NULL ? "" : meant,
        meant == NULL ? "" : "\"?");
}

static bool is_amount(const json_t *value)
{
    return json_is_integer(value) || quantity_is(json_string_value(value));
}

/* ValidateResourceRequirements() of Kubernetes. */
static const char *limit_rule(struct arena *arena, const char *name, const json_t *value,
    const json_t *resources)
{
    const json_t *limit = json_at(resources, "limits", name);

    if (!is_amount(limit) || quantity_compare(text_of(arena, value), text_of(arena, limit)) <= 0)
        return NULL;
    return fmt(arena, "must not be above its limit %s", text_of(arena, limit));
}

/* Thousandths of a byte of memory are only advised against: kubelet rounds them up. */
static const char *check_amount(struct arena *arena, const char *name, const json_t *value,
    const json_t *around)
{
    const char *text = text_of(arena, value), *broken = name_rule(arena, name);

    (void)around;
    if (broken != NULL)
        return broken;
    if (quantity_compare(text, "0") < 0)
        return "must not be negative";
    if (text_equal(name, "cpu") && quantity_compare(text, MOST_CPU) > 0)
        return "must be a number of CPUs such as \"500m\" or \"2\"; Mi and Gi are of memory";
    if ((text_equal(name, "memory") && !ends_with_milli(text)) ||
        text_equal(name, "ephemeral-storage"))
        return bytes_rule(text);
    return NULL;
}

static const char *check_request(struct arena *arena, const char *name, const json_t *value,
    const json_t *around)
{
    const char *broken = check_amount(arena, name, value, around);

    return broken != NULL ? broken : limit_rule(arena, name, value, around);
}

static const char *check_size(struct arena *arena, const char *name, const json_t *value,
    const json_t *around)
{
    const char *text = text_of(arena, value);

    (void)around;
    if (!text_equal(name, "storage"))
        return "is not a resource of a volume (did you mean \"storage\"?)";
    return quantity_compare(text, "0") <= 0 ? "must be more than 0" : bytes_rule(text);
}

static const char *check_least_size(struct arena *arena, const char *name, const json_t *value,
    const json_t *around)
{
    const char *broken = check_size(arena, name, value, around);

    return broken != NULL ? broken : limit_rule(arena, name, value, around);
}

static const struct spec_field resource_claim_fields[] = {
    SPEC_PART("name", SPEC_TEXT, .required = true), SPEC_PART("request", SPEC_TEXT), SPEC_END};

#define BELOW "belongs in limits or requests here"

static const struct spec_name resources_other_names[] = {{"cpu", NULL, BELOW},
    {"memory", NULL, BELOW},
    {"ephemeral-storage", NULL, BELOW},
    {"storage", NULL, "is of a volume: write it into resources.requests of volumeClaim"},
    {NULL, NULL, NULL}};

const struct spec_field fragment_resources[] = {
    SPEC_PART("limits", SPEC_QUANTITY_MAP, .check = check_amount,
        .doc = "The most that the container may use, such as {memory: 2Gi}."),
    SPEC_PART("requests", SPEC_QUANTITY_MAP, .check = check_request,
        .doc = "What the container is sure to have; it decides on which node the Pod fits."),
    SPEC_PART("claims", SPEC_OBJECT_LIST, .fields = resource_claim_fields, .unique = "name",
        .doc = "Names of ResourceClaims of the Pod."),
    SPEC_NAMES(resources_other_names),
    SPEC_END};

/* --- labels --- */

static const char *const operators[] = {"In", "NotIn", "Exists", "DoesNotExist", NULL};

/* Lt and Gt are for nodes only. An unknown operator is reported already. */
const char *fragment_check_values(struct arena *arena, const char *key, const json_t *expression,
    const json_t *around)
{
    const char *relation = json_text_at(expression, "operator");
    size_t count = json_array_size(json_at(expression, "values"));
    bool none = text_equal(relation, "Exists") || text_equal(relation, "DoesNotExist");
    bool some = text_equal(relation, "In") || text_equal(relation, "NotIn");
    bool one = text_equal(relation, "Gt") || text_equal(relation, "Lt");

    (void)key, (void)around;
    if (none && count > 0)
        return fmt(arena, "must be left out, for %s", relation);
    if (one && count != 1)
        return fmt(arena, "must have one value, for %s", relation);
    return some && count == 0 ? fmt(arena, "must have a value at least, for %s", relation) : NULL;
}

static const struct spec_field expression_fields[] = {SPEC_PART("key", SPEC_TEXT, .required = true,
                                                          .format = &fragment_label_key,
                                                          .doc = "Key of the label."),
    SPEC_PART("operator", SPEC_TEXT, .required = true, .values = operators,
        .doc = "How the label relates to the values."),
    SPEC_PART("values", SPEC_TEXT_LIST, .format = &fragment_label_value,
        .doc = "Values, for In and NotIn."),
    SPEC_CHECK("values", fragment_check_values),
    SPEC_END};

const struct spec_field fragment_selector[] = {
    SPEC_PART("matchLabels", SPEC_TEXT_MAP, .keys = &fragment_label_key,
        .format = &fragment_label_value, .doc = "Labels that must have exactly these values."),
    SPEC_PART("matchExpressions", SPEC_OBJECT_LIST, .fields = expression_fields,
        .doc = "More rules that labels must follow."),
    SPEC_END};

/* --- claims --- */

/* A database writes to its volume, and kubelet mounts no volume of mode Block. */
static const char *const volume_modes[] = {"Filesystem", NULL};
static const char *const access_modes[] = {
    "ReadWriteOnce", "ReadWriteOncePod", "ReadWriteMany", "ReadOnlyMany", NULL};

static const char *check_writable(struct arena *arena, const char *key, const json_t *claim,
    const json_t *around)
{
    const json_t *modes = json_at(claim, "accessModes"), *mode;

    (void)arena, (void)key, (void)around;
    json_each_item (modes, i, mode) {
        if (!text_equal(json_string_value(mode), "ReadOnlyMany"))
            return NULL;
    }
    return json_array_size(modes) > 0
               ? "must have a mode that writes, such as \"ReadWriteOnce\": a database does"
               : NULL;
}

/* "" is a volume without a class. */
static bool accepts_class(const char *text)
{
    return *text == '\0' || spec_object_name.accepts(text);
}

static const struct spec_format class_name = {
    .rule = "must be the name of a StorageClass: small letters, digits, '-' and '.'",
    .pattern = "^([a-z0-9]([-a-z0-9.]*[a-z0-9])?)?$",
    .longest = 253,
    .accepts = accepts_class,
};

static const struct spec_name size_other_names[] = {
    {"storage", "requests", "belongs in requests here"}, {NULL, NULL, NULL}};

#define SIZE "is resources.requests.storage here"

static const struct spec_name claim_other_names[] = {{"storage", NULL, SIZE},
    {"size", NULL, SIZE},
    {"requests", NULL, "belongs in resources here"},
    {"storageClass", "storageClassName", NULL},
    {"spec", NULL, "is nothing of its own here: write its fields straight below volumeClaim"},
    {NULL, NULL, NULL}};

static const struct spec_field size_fields[] = {SPEC_PART("limits", SPEC_QUANTITY_MAP,
                                                    .check = check_size,
                                                    .doc = "Largest size of the volume."),
    SPEC_PART("requests", SPEC_QUANTITY_MAP, .check = check_least_size,
        .doc = "Size of the volume: {storage: 100Gi}."),
    SPEC_NAMES(size_other_names),
    SPEC_END};

static const struct spec_field source_fields[] = {SPEC_PART("apiGroup", SPEC_TEXT),
    SPEC_PART("kind", SPEC_TEXT, .required = true, .min = 1),
    SPEC_PART("name", SPEC_TEXT, .required = true, .min = 1),
    SPEC_PART("namespace", SPEC_TEXT, .format = &spec_dns_label),
    SPEC_END};

/* clang-format off */
#define CLAIM_ROWS                                                                                 \
    SPEC_PART("accessModes", SPEC_TEXT_LIST, .values = access_modes,                               \
        .doc = "How nodes may mount the volume, such as ReadWriteOnce."),                          \
    SPEC_PART("resources", SPEC_OBJECT, .fields = size_fields, .doc = "Size of the volume."),      \
    /* With a bound, since CEL compares it. */                                                     \
    SPEC_PART("storageClassName", SPEC_TEXT, .format = &class_name, .max = 253,                    \
        .doc = "StorageClass of the volume."),                                                     \
    SPEC_PART("volumeAttributesClassName", SPEC_TEXT, .format = &spec_object_name,                 \
        .doc = "VolumeAttributesClass of the volume."),                                            \
    SPEC_PART("volumeMode", SPEC_TEXT, .values = volume_modes,                                     \
        .doc = "Databases here need Filesystem."),                                                 \
    SPEC_PART("volumeName", SPEC_TEXT, .format = &spec_object_name,                                \
        .doc = "Name of the PersistentVolume to bind."),                                           \
    SPEC_PART("selector", SPEC_OBJECT, .fields = fragment_selector, .type_name = "LabelSelector",  \
        .doc = "Labels of the PersistentVolumes to choose from."),                                 \
    SPEC_PART("dataSource", SPEC_OBJECT, .fields = source_fields,                                  \
        .doc = "Snapshot or claim that the volume starts from."),                                  \
    SPEC_PART("dataSourceRef", SPEC_OBJECT, .fields = source_fields,                               \
        .doc = "Object of any kind that the volume starts from."),                                 \
    SPEC_CHECK("accessModes", check_writable)
#define CLAIM_SIZE                                                                                 \
    SPEC_RULE(NULL,                                                                                \
        "has(self.resources) && has(self.resources.requests) && 'storage' in "                     \
        "self.resources.requests",                                                                 \
        "resources.requests.storage must say how large the volume is, such as \"10Gi\"")
/* clang-format on */

const struct spec_field fragment_claim[] = {CLAIM_ROWS, CLAIM_SIZE, SPEC_END};
const struct spec_field fragment_any_claim[] = {CLAIM_ROWS, SPEC_END};

/* --- and of whom they are --- */

/* They tell the controllers of others what has become of a claim: nobody else writes them. (So it
 * is with those of our own, which each API knows: keys->reserved.) */
static bool is_of_others(const char *key)
{
    static const char *const others[] = {"metacontroller.k8s.io/",
        "kubectl.kubernetes.io/last-applied-configuration",
        "pv.kubernetes.io/",
        "volume.kubernetes.io/",
        "volume.beta.kubernetes.io/",
        NULL};

    for (const char *const *other = others; *other != NULL; other++) {
        if (text_starts_with(key, *other))
            return true;
    }
    return false;
}

static const char *check_annotations(struct arena *arena, const char *key, const json_t *metadata,
    const json_t *around)
{
    const json_t *value;
    const char *name;

    (void)key, (void)around;
    json_each_field (json_at(metadata, "annotations"), name, value) {
        if (is_of_others(name))
            return fmt(arena,
                "must not have %s, which those write who look after the claim; take it out",
                name);
    }
    return NULL;
}

static const struct spec_name claim_metadata_other_names[] = {
    {"name", NULL, "is the operator's own here: take it out"},
    {"namespace", NULL, "is that of the VitessCluster here: take it out"},
    {NULL, NULL, NULL}};

static const struct spec_field claim_metadata_fields[] = {
    SPEC_PART("labels", SPEC_TEXT_MAP, .keys = &fragment_label_key, .format = &fragment_label_value,
        .doc = "More labels. Those of the operator cannot be replaced."),
    SPEC_PART("annotations", SPEC_TEXT_MAP, .keys = &fragment_label_key,
        .doc = "More annotations, such as those of an autoscaler of volumes or of a backup."),
    SPEC_CHECK("annotations", check_annotations),
    SPEC_NAMES(claim_metadata_other_names),
    SPEC_END};

const struct spec_field fragment_claim_template[] = {CLAIM_ROWS,
    CLAIM_SIZE,
    SPEC_PART("metadata", SPEC_OBJECT, .fields = claim_metadata_fields,
        .doc = "Labels and annotations of the claim. Those of tablets get changed ones at once."),
    SPEC_NAMES(claim_other_names),
    SPEC_END};
