#include "fragment.h"

/* Volumes of Pods. Drivers that live in the node or have left Kubernetes are only told apart. */

enum { MOST_MODE = 0777, SHORTEST_TOKEN = 600 };

static const char *const host_types[] = {"",
    "DirectoryOrCreate",
    "Directory",
    "FileOrCreate",
    "File",
    "Socket",
    "CharDevice",
    "BlockDevice",
    NULL};

#define MODE(name) SPEC_PART(name, SPEC_NUMBER, .max = MOST_MODE)
#define READ_ONLY SPEC_PART("readOnly", SPEC_SWITCH)

static const struct spec_field host_path_fields[] = {
    SPEC_PART("path", SPEC_TEXT, .required = true, .min = 1),
    SPEC_PART("type", SPEC_TEXT, .values = host_types),
    SPEC_END};

static const char *check_medium(struct arena *arena, const char *key, const json_t *volume,
    const json_t *around)
{
    const char *medium = json_text_at(volume, "medium");

    (void)arena, (void)key, (void)around;
    return medium == NULL || *medium == '\0' || text_equal(medium, "Memory") ||
                   text_starts_with(medium, "HugePages")
               ? NULL
               : "must be \"\", \"Memory\" or \"HugePages\"";
}

static const struct spec_field empty_dir_fields[] = {SPEC_PART("medium", SPEC_TEXT),
    SPEC_PART("sizeLimit", SPEC_QUANTITY),
    SPEC_CHECK("medium", check_medium),
    SPEC_END};

static const struct spec_field item_fields[] = {
    SPEC_PART("key", SPEC_TEXT, .required = true, .format = &spec_key),
    SPEC_PART("path", SPEC_TEXT, .required = true, .min = 1, .format = &fragment_inside),
    MODE("mode"),
    SPEC_END};

#define ITEMS SPEC_PART("items", SPEC_OBJECT_LIST, .fields = item_fields, .unique = "path")
#define OPTIONAL SPEC_PART("optional", SPEC_SWITCH)

static const struct spec_field secret_fields[] = {
    SPEC_PART("secretName", SPEC_TEXT, .required = true, .format = &spec_object_name),
    ITEMS,
    MODE("defaultMode"),
    OPTIONAL,
    SPEC_END};

static const struct spec_field config_map_fields[] = {
    SPEC_PART("name", SPEC_TEXT, .required = true, .format = &spec_object_name),
    ITEMS,
    MODE("defaultMode"),
    OPTIONAL,
    SPEC_END};

static const struct spec_field nfs_fields[] = {
    SPEC_PART("server", SPEC_TEXT, .required = true, .min = 1),
    SPEC_PART("path", SPEC_TEXT, .required = true, .min = 1),
    READ_ONLY,
    SPEC_END};

static const struct spec_field claim_volume_fields[] = {
    SPEC_PART("claimName", SPEC_TEXT, .required = true, .format = &spec_object_name),
    READ_ONLY,
    SPEC_END};

static const struct spec_field csi_fields[] = {
    SPEC_PART("driver", SPEC_TEXT, .required = true, .min = 1),
    READ_ONLY,
    SPEC_PART("fsType", SPEC_TEXT),
    SPEC_PART("volumeAttributes", SPEC_TEXT_MAP),
    SPEC_PART("nodePublishSecretRef", SPEC_OBJECT, .fields = fragment_reference),
    SPEC_END};

static const struct spec_field image_fields[] = {
    SPEC_PART("reference", SPEC_TEXT, .required = true, .format = &spec_image),
    SPEC_PART("pullPolicy", SPEC_TEXT, .values = fragment_pull_policies),
    SPEC_END};

static const struct spec_field ephemeral_metadata_fields[] = {SPEC_PART("labels", SPEC_TEXT_MAP,
                                                                  .keys = &fragment_label_key,
                                                                  .format = &fragment_label_value),
    SPEC_PART("annotations", SPEC_TEXT_MAP, .keys = &fragment_label_key),
    SPEC_END};

static const struct spec_field ephemeral_claim_fields[] = {
    SPEC_PART("metadata", SPEC_OBJECT, .fields = ephemeral_metadata_fields),
    SPEC_PART("spec", SPEC_OBJECT, .required = true, .fields = fragment_claim,
        .type_name = "PersistentVolumeClaimSpec"),
    SPEC_END};

static const struct spec_field ephemeral_fields[] = {SPEC_PART("volumeClaimTemplate", SPEC_OBJECT,
                                                         .required = true,
                                                         .fields = ephemeral_claim_fields),
    SPEC_END};

/* --- downward API and projected volumes --- */

static const char *const downward_sources[] = {"fieldRef", "resourceFieldRef", NULL};

static const struct spec_field downward_item_fields[] = {
    SPEC_PART("path", SPEC_TEXT, .required = true, .min = 1, .format = &fragment_inside),
    SPEC_PART("fieldRef", SPEC_OBJECT, .fields = fragment_field_ref),
    SPEC_PART("resourceFieldRef", SPEC_OBJECT, .fields = fragment_resource_ref),
    MODE("mode"),
    SPEC_ONE_OF(downward_sources),
    SPEC_END};

static const struct spec_field downward_fields[] = {SPEC_PART("items", SPEC_OBJECT_LIST,
                                                        .fields = downward_item_fields,
                                                        .unique = "path", .outline = true),
    MODE("defaultMode"),
    SPEC_END};

static const struct spec_field downward_projection_fields[] = {
    SPEC_PART("items", SPEC_OBJECT_LIST, .fields = downward_item_fields, .unique = "path",
        .outline = true),
    SPEC_END};

static const struct spec_field named_projection_fields[] = {
    SPEC_PART("name", SPEC_TEXT, .required = true, .format = &spec_object_name),
    ITEMS,
    OPTIONAL,
    SPEC_END};

static const struct spec_field token_fields[] = {SPEC_PART("audience", SPEC_TEXT),
    SPEC_PART("expirationSeconds", SPEC_NUMBER, .min = SHORTEST_TOKEN),
    SPEC_PART("path", SPEC_TEXT, .required = true, .min = 1, .format = &fragment_inside),
    SPEC_END};

static const struct spec_field trust_fields[] = {SPEC_PART("name", SPEC_TEXT),
    SPEC_PART("signerName", SPEC_TEXT),
    SPEC_PART("labelSelector", SPEC_OBJECT, .fields = fragment_selector,
        .type_name = "LabelSelector"),
    OPTIONAL,
    SPEC_PART("path", SPEC_TEXT, .required = true, .min = 1, .format = &fragment_inside),
    SPEC_END};

static const char *const projections[] = {"secret",
    "configMap",
    "downwardAPI",
    "serviceAccountToken",
    "clusterTrustBundle",
    "podCertificate",
    NULL};

static const struct spec_field projection_fields[] = {
    SPEC_PART("secret", SPEC_OBJECT, .fields = named_projection_fields),
    SPEC_PART("configMap", SPEC_OBJECT, .fields = named_projection_fields),
    SPEC_PART("downwardAPI", SPEC_OBJECT, .fields = downward_projection_fields, .outline = true),
    SPEC_PART("serviceAccountToken", SPEC_OBJECT, .fields = token_fields),
    SPEC_PART("clusterTrustBundle", SPEC_OBJECT, .fields = trust_fields),
    SPEC_PART("podCertificate", SPEC_OBJECT),
    SPEC_ONE_OF(projections),
    SPEC_END};

static const struct spec_field projected_fields[] = {
    SPEC_PART("sources", SPEC_OBJECT_LIST, .required = true, .fields = projection_fields,
        .outline = true),
    MODE("defaultMode"),
    SPEC_END};

/* --- the volume --- */

/* An unknown source is said where it is; the API server takes a volume without one for an
 * emptyDir. */
static const char *check_source(struct arena *arena, const char *key, const json_t *volume,
    const json_t *around)
{
    size_t sources = 0;

    (void)arena, (void)key, (void)around;
    for (const struct spec_field *row = fragment_volume; row->key != NULL; row++) {
        const json_t *value = json_at(volume, row->key);

        sources += value != NULL && !json_is_null(value) && !text_equal(row->key, "name");
    }
    return sources > 1 ? "must have one source, such as configMap or secret, and no second one"
                       : NULL;
}

const struct spec_field fragment_volume[] = {
    SPEC_PART("name", SPEC_TEXT, .required = true, .format = &spec_dns_label),
    SPEC_PART("hostPath", SPEC_OBJECT, .fields = host_path_fields),
    SPEC_PART("emptyDir", SPEC_OBJECT, .fields = empty_dir_fields),
    SPEC_PART("secret", SPEC_OBJECT, .fields = secret_fields),
    SPEC_PART("configMap", SPEC_OBJECT, .fields = config_map_fields),
    SPEC_PART("downwardAPI", SPEC_OBJECT, .fields = downward_fields, .outline = true),
    SPEC_PART("projected", SPEC_OBJECT, .fields = projected_fields, .outline = true),
    SPEC_PART("persistentVolumeClaim", SPEC_OBJECT, .fields = claim_volume_fields),
    SPEC_PART("ephemeral", SPEC_OBJECT, .fields = ephemeral_fields, .outline = true),
    SPEC_PART("csi", SPEC_OBJECT, .fields = csi_fields, .outline = true),
    SPEC_PART("nfs", SPEC_OBJECT, .fields = nfs_fields),
    SPEC_PART("image", SPEC_OBJECT, .fields = image_fields, .outline = true),
    SPEC_PART("iscsi", SPEC_OBJECT),
    SPEC_PART("fc", SPEC_OBJECT),
    SPEC_PART("cephfs", SPEC_OBJECT),
    SPEC_PART("rbd", SPEC_OBJECT),
    SPEC_PART("glusterfs", SPEC_OBJECT),
    SPEC_PART("cinder", SPEC_OBJECT),
    SPEC_PART("flexVolume", SPEC_OBJECT),
    SPEC_PART("flocker", SPEC_OBJECT),
    SPEC_PART("quobyte", SPEC_OBJECT),
    SPEC_PART("scaleIO", SPEC_OBJECT),
    SPEC_PART("storageos", SPEC_OBJECT),
    SPEC_PART("portworxVolume", SPEC_OBJECT),
    SPEC_PART("vsphereVolume", SPEC_OBJECT),
    SPEC_PART("azureFile", SPEC_OBJECT),
    SPEC_PART("azureDisk", SPEC_OBJECT),
    SPEC_PART("awsElasticBlockStore", SPEC_OBJECT),
    SPEC_PART("gcePersistentDisk", SPEC_OBJECT),
    SPEC_PART("photonPersistentDisk", SPEC_OBJECT),
    SPEC_PART("gitRepo", SPEC_OBJECT),
    SPEC_CHECK(NULL, check_source),
    SPEC_END};
