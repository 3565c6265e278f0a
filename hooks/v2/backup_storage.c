#include "backup_storage.h"

#include <string.h>

#include "parts.h"
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

static const json_t *list_of(const json_t *item)
{
    json_t *list = json_new_list();

    json_add(list, item);
    return list;
}

static const json_t *variable_of(struct arena *a, const char *name, const char *value)
{
    return name == NULL ? NULL : object(a, F("name", name), F("value", value));
}

/* `variable` (may be NULL) is the environment variable that says where the credentials are. */
static struct backup_storage with_credentials(struct arena *a, const json_t *flags,
    const struct secret_source *secret, const char *folder, const char *variable)
{
    const char *file = v2_secret_file(a, secret, folder);

    return (struct backup_storage){
        .flags = flags,
        .volumes = list_of(v2_secret_volume(a, secret, folder)),
        .mounts = list_of(v2_secret_mount(a, secret, folder)),
        .env = list_of(variable_of(a, file == NULL ? NULL : variable, file)),
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
    const json_t *flags = object(a,
        F("backup_storage_implementation", "s3"),
        F("s3_backup_aws_region", to->region),
        F("s3_backup_storage_bucket", to->bucket),
        F("s3_backup_storage_root", root_of(a, to->key_prefix, cluster)),
        F("s3_backup_force_path_style", to->force_path_style ? "true" : "false"),
        OPT("s3_backup_aws_min_partsize", part_size(a, to)),
        OPT("s3_backup_aws_endpoint", v2_given(to->endpoint)));

    return with_credentials(a,
        flags,
        to->auth_secret,
        "s3-backup-auth",
        "AWS_SHARED_CREDENTIALS_FILE");
}

/* Theirs has the variable of Ceph here where the location is of both kinds: its file is nowhere. */
static struct backup_storage azblob(struct arena *a, const struct azblob_location *to,
    const char *cluster)
{
    const json_t *flags = object(a,
        F("backup_storage_implementation", "azblob"),
        F("azblob_backup_account_name", to->account),
        F("azblob_backup_account_key_file",
            v2_secret_file(a, to->auth_secret, "azblob-backup-auth")),
        F("azblob_backup_container_name", to->container),
        F("azblob_backup_storage_root", root_of(a, to->key_prefix, cluster)));

    return with_credentials(a, flags, to->auth_secret, "azblob-backup-auth", NULL);
}

static struct backup_storage ceph(struct arena *a, const struct ceph_location *to)
{
    const json_t *flags = object(a,
        F("backup_storage_implementation", "ceph"),
        F("ceph_backup_storage_config", v2_secret_file(a, to->auth_secret, "ceph-backup-auth")));

    return with_credentials(a, flags, to->auth_secret, "ceph-backup-auth", "CEPH_CREDENTIALS_FILE");
}

static struct backup_storage volume(struct arena *a, const struct backup_location *to,
    const char *cluster)
{
    return (struct backup_storage){
        .flags = object(a,
            F("backup_storage_implementation", "file"),
            F("file_backup_storage_root", root_of(a, FOLDER, cluster))),
        .volumes = list_of(object(a, SPREAD(to->volume), F("name", "vitess-backups"))),
        .mounts = list_of(object(a,
            F("name", "vitess-backups"),
            F("mountPath", FOLDER),
            OPT("subPath", v2_given(to->volume_sub_path)))),
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
