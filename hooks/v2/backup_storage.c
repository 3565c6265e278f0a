#include "backup_storage.h"

#include <string.h>

#include "template.h"

/* One kind of storage a function, in the order in which they count. Credentials are a file of a
 * Secret, whose path Vitess is told by a flag or by the environment. */

#define FOLDER "/vt/backups"

/* `prefix`/cluster; slashes at its end count as none. */
static const char *root_of(struct arena *a, const char *prefix, const char *cluster)
{
    size_t length = prefix == NULL ? 0 : strlen(prefix);

    while (length > 0 && prefix[length - 1] == '/')
        length--;
    return length == 0 ? cluster : fmt(a, "%.*s/%s", (int)length, prefix, cluster);
}

static const char *file_of(struct arena *a, const struct secret_source *secret, const char *folder)
{
    return fmt(a, "/vt/secrets/%s/%s", folder, secret->key);
}

static const char *volume_of(struct arena *a, const struct secret_source *secret,
    const char *folder)
{
    bool given = secret->volume_name != NULL && *secret->volume_name != '\0';

    return given ? secret->volume_name : fmt(a, "%s-secret", folder);
}

static const json_t *secret_volumes(struct arena *a, const struct secret_source *secret,
    const char *folder)
{
    json_t *volumes = json_new_list();

    if (secret->name == NULL || *secret->name == '\0')
        return volumes;
    json_add(volumes,
        object(a,
            F("name", volume_of(a, secret, folder)),
            MAP("secret",
                F("secretName", secret->name),
                F("defaultMode", INT(0444)),
                LIST("items", ITEM(F("key", secret->key), F("path", secret->key))))));
    return volumes;
}

static const json_t *list_of(const json_t *item)
{
    json_t *list = json_new_list();

    json_add(list, item);
    return list;
}

/* `variable` (may be NULL) is the environment variable that says where the credentials are. */
static struct backup_storage with_credentials(struct arena *a, const json_t *flags,
    const struct secret_source *secret, const char *folder, const char *variable)
{
    struct backup_storage none = {flags, json_new_list(), json_new_list(), json_new_list()};

    if (secret == NULL)
        return none;
    return (struct backup_storage){
        .flags = flags,
        .volumes = secret_volumes(a, secret, folder),
        .mounts = list_of(object(a,
            F("name", volume_of(a, secret, folder)),
            F("mountPath", fmt(a, "/vt/secrets/%s", folder)),
            F("readOnly", BOOL(true)))),
        .env =
            variable == NULL
                ? json_new_list()
                : list_of(object(a, F("name", variable), F("value", file_of(a, secret, folder)))),
    };
}

static struct backup_storage gcs(struct arena *a, const struct gcs_location *to,
    const char *cluster)
{
    const json_t *flags = object(a,
        F("backup_storage_implementation", "gcs"),
        F("gcs_backup_storage_bucket", to->bucket),
        F("gcs_backup_storage_root", root_of(a, to->key_prefix, cluster)));

    return with_credentials(a,
        flags,
        to->auth_secret,
        "gcs-backup-auth",
        "GOOGLE_APPLICATION_CREDENTIALS");
}

/* In bytes; NULL where nobody says. */
static const char *part_size(struct arena *a, const struct s3_location *to)
{
    json_int_t size = json_int_or(to->min_part_size, 0);

    return size > 0 ? fmt(a, "%" JSON_INTEGER_FORMAT, size) : NULL;
}

static struct backup_storage s3(struct arena *a, const struct s3_location *to, const char *cluster)
{
    bool elsewhere = to->endpoint != NULL && *to->endpoint != '\0';
    const json_t *flags = object(a,
        F("backup_storage_implementation", "s3"),
        F("s3_backup_aws_region", to->region),
        F("s3_backup_storage_bucket", to->bucket),
        F("s3_backup_storage_root", root_of(a, to->key_prefix, cluster)),
        F("s3_backup_force_path_style", to->force_path_style ? "true" : "false"),
        OPT("s3_backup_aws_min_partsize", part_size(a, to)),
        OPT("s3_backup_aws_endpoint", elsewhere ? to->endpoint : NULL));

    return with_credentials(a,
        flags,
        to->auth_secret,
        "s3-backup-auth",
        "AWS_SHARED_CREDENTIALS_FILE");
}

static struct backup_storage azblob(struct arena *a, const struct azblob_location *to,
    const char *cluster)
{
    const json_t *flags = object(a,
        F("backup_storage_implementation", "azblob"),
        F("azblob_backup_account_name", to->account),
        F("azblob_backup_account_key_file", file_of(a, to->auth_secret, "azblob-backup-auth")),
        F("azblob_backup_container_name", to->container),
        F("azblob_backup_storage_root", root_of(a, to->key_prefix, cluster)));

    return with_credentials(a, flags, to->auth_secret, "azblob-backup-auth", NULL);
}

static struct backup_storage ceph(struct arena *a, const struct ceph_location *to)
{
    const json_t *flags = object(a,
        F("backup_storage_implementation", "ceph"),
        F("ceph_backup_storage_config", file_of(a, to->auth_secret, "ceph-backup-auth")));

    return with_credentials(a, flags, to->auth_secret, "ceph-backup-auth", "CEPH_CREDENTIALS_FILE");
}

static struct backup_storage volume(struct arena *a, const struct backup_location *to,
    const char *cluster)
{
    bool part = to->volume_sub_path != NULL && *to->volume_sub_path != '\0';

    return (struct backup_storage){
        .flags = object(a,
            F("backup_storage_implementation", "file"),
            F("file_backup_storage_root", root_of(a, FOLDER, cluster))),
        .volumes = list_of(object(a, SPREAD(to->volume), F("name", "vitess-backups"))),
        .mounts = list_of(object(a,
            F("name", "vitess-backups"),
            F("mountPath", FOLDER),
            OPT("subPath", part ? to->volume_sub_path : NULL))),
        .env = json_new_list(),
    };
}

struct backup_storage v2_backup_storage(struct arena *arena, const struct backup_location *location,
    const char *cluster)
{
    if (location->gcs != NULL)
        return gcs(arena, location->gcs, cluster);
    if (location->s3 != NULL)
        return s3(arena, location->s3, cluster);
    if (location->azblob != NULL)
        return azblob(arena, location->azblob, cluster);
    if (location->ceph != NULL)
        return ceph(arena, location->ceph);
    if (location->volume != NULL)
        return volume(arena, location, cluster);
    return with_credentials(arena, json_new_map(), NULL, NULL, NULL);
}

const struct backup_location *v2_backup_location(const struct backup_location *locations,
    size_t count, const char *name)
{
    for (size_t i = 0; i < count; i++) {
        const char *called = locations[i].name == NULL ? "" : locations[i].name;

        if (text_equal(called, name == NULL ? "" : name))
            return &locations[i];
    }
    return NULL;
}

const json_t *v2_backup_engine_flags(struct arena *arena, const char *engine)
{
    /* builtin and mysqlshell compress by themselves. */
    const char *compress = text_equal(engine, "xtrabackup") ? "true" : NULL;

    return object(arena,
        F("backup_engine_implementation", engine),
        OPT("backup_storage_compress", compress));
}
