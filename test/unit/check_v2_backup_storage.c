#include "../../hooks/v2/backup_storage.h"

#include "testing.h"

/* Each kind of storage, with and without what a user may leave out. The flags, names and paths are
 * those of the operator of PlanetScale (pkg/operator/vitessbackup/storage_*.go). */

static struct secret_source named = {.name = "secret", .key = "key.json"};
static struct secret_source mounted = {.key = "key.json", .volume_name = "theirs"};

#define FILE_OF(folder)                                                                            \
    "[{'name':'" folder "-secret','secret':{'secretName':'secret','defaultMode':292,"              \
    "'items':[{'key':'key.json','path':'key.json'}]}}]"
#define MOUNT_OF(folder)                                                                           \
    "[{'name':'" folder "-secret','mountPath':'/vt/secrets/" folder "','readOnly':true}]"
#define VARIABLE(name, folder) "[{'name':'" name "','value':'/vt/secrets/" folder "/key.json'}]"

static void ck_storage(const struct backup_location *location, const char *flags,
    const char *volumes, const char *mounts, const char *env)
{
    struct backup_storage storage = v2_backup_storage(arena, location, "example");

    ck_json(storage.flags, flags);
    ck_json(storage.volumes, volumes);
    ck_json(storage.mounts, mounts);
    ck_json(storage.env, env);
}

START_TEST(google)
{
    struct gcs_location gcs = {"bucket", "a/b//", &named};

    ck_storage(&(struct backup_location){.gcs = &gcs},
        "{'backup_storage_implementation':'gcs','gcs_backup_storage_bucket':'bucket',"
        "'gcs_backup_storage_root':'a/b/example'}",
        FILE_OF("gcs-backup-auth"),
        MOUNT_OF("gcs-backup-auth"),
        VARIABLE("GOOGLE_APPLICATION_CREDENTIALS", "gcs-backup-auth"));
    gcs = (struct gcs_location){"bucket", "/", NULL};
    ck_storage(&(struct backup_location){.gcs = &gcs},
        "{'backup_storage_implementation':'gcs','gcs_backup_storage_bucket':'bucket',"
        "'gcs_backup_storage_root':'example'}",
        "[]",
        "[]",
        "[]");
}
END_TEST

START_TEST(amazon)
{
    struct s3_location s3 = {.region = "us-east-1", .bucket = "bucket"};

    ck_storage(&(struct backup_location){.s3 = &s3},
        "{'backup_storage_implementation':'s3','s3_backup_aws_region':'us-east-1',"
        "'s3_backup_storage_bucket':'bucket','s3_backup_storage_root':'example',"
        "'s3_backup_force_path_style':'false'}",
        "[]",
        "[]",
        "[]");
    s3 = (struct s3_location){.region = "minio",
        .bucket = "bucket",
        .endpoint = "http://minio:9000",
        .key_prefix = "vitess",
        .force_path_style = true,
        .min_part_size = json_integer(5368709120),
        .auth_secret = &named};
    ck_storage(&(struct backup_location){.s3 = &s3},
        "{'backup_storage_implementation':'s3','s3_backup_aws_region':'minio',"
        "'s3_backup_storage_bucket':'bucket','s3_backup_storage_root':'vitess/example',"
        "'s3_backup_force_path_style':'true','s3_backup_aws_min_partsize':'5368709120',"
        "'s3_backup_aws_endpoint':'http://minio:9000'}",
        FILE_OF("s3-backup-auth"),
        MOUNT_OF("s3-backup-auth"),
        VARIABLE("AWS_SHARED_CREDENTIALS_FILE", "s3-backup-auth"));
}
END_TEST

START_TEST(azure)
{
    struct azblob_location azblob = {"account", "container", "prefix", &named};

    ck_storage(&(struct backup_location){.azblob = &azblob},
        "{'backup_storage_implementation':'azblob','azblob_backup_account_name':'account',"
        "'azblob_backup_account_key_file':'/vt/secrets/azblob-backup-auth/key.json',"
        "'azblob_backup_container_name':'container','azblob_backup_storage_root':'prefix/example'}",
        FILE_OF("azblob-backup-auth"),
        MOUNT_OF("azblob-backup-auth"),
        "[]");
}
END_TEST

START_TEST(object_store)
{
    struct ceph_location ceph = {&named};

    ck_storage(&(struct backup_location){.ceph = &ceph},
        "{'backup_storage_implementation':'ceph',"
        "'ceph_backup_storage_config':'/vt/secrets/ceph-backup-auth/key.json'}",
        FILE_OF("ceph-backup-auth"),
        MOUNT_OF("ceph-backup-auth"),
        VARIABLE("CEPH_CREDENTIALS_FILE", "ceph-backup-auth"));
}
END_TEST

START_TEST(volume)
{
    const json_t *source = json_of("{'persistentVolumeClaim':{'claimName':'backups'}}");

    ck_storage(&(struct backup_location){.volume = source, .volume_sub_path = "deep"},
        "{'backup_storage_implementation':'file','file_backup_storage_root':'/vt/backups/example'}",
        "[{'name':'vitess-backups','persistentVolumeClaim':{'claimName':'backups'}}]",
        "[{'name':'vitess-backups','mountPath':'/vt/backups','subPath':'deep'}]",
        "[]");
    ck_storage(&(struct backup_location){.volume = json_of("{'hostPath':{'path':'/tmp'}}")},
        "{'backup_storage_implementation':'file','file_backup_storage_root':'/vt/backups/example'}",
        "[{'name':'vitess-backups','hostPath':{'path':'/tmp'}}]",
        "[{'name':'vitess-backups','mountPath':'/vt/backups'}]",
        "[]");
}
END_TEST

/* A Secret that somebody else mounts has no volume of ours. */
START_TEST(volume_of_somebody_else)
{
    struct gcs_location gcs = {"bucket", NULL, &mounted};

    ck_storage(&(struct backup_location){.gcs = &gcs},
        "{'backup_storage_implementation':'gcs','gcs_backup_storage_bucket':'bucket',"
        "'gcs_backup_storage_root':'example'}",
        "[]",
        "[{'name':'theirs','mountPath':'/vt/secrets/gcs-backup-auth','readOnly':true}]",
        VARIABLE("GOOGLE_APPLICATION_CREDENTIALS", "gcs-backup-auth"));
}
END_TEST

/* Of several kinds the first counts, and a location of none is nowhere. */
START_TEST(one_kind_counts)
{
    struct gcs_location gcs = {"g", NULL, NULL};
    struct s3_location s3 = {.region = "r", .bucket = "s"};
    struct azblob_location azblob = {"a", "c", NULL, &named};
    struct ceph_location ceph = {&named};
    struct backup_location all = {.gcs = &gcs,
        .s3 = &s3,
        .azblob = &azblob,
        .ceph = &ceph,
        .volume = json_of("{'hostPath':{'path':'/tmp'}}")};
    static const char *const order[] = {"gcs", "s3", "azblob", "ceph", "file"};

    for (size_t i = 0; i < 5; i++) {
        ck_assert_str_eq(json_text_at(v2_backup_storage(arena, &all, "example").flags,
                             "backup_storage_implementation"),
            order[i]);
        all.gcs = NULL;
        all.s3 = i < 1 ? all.s3 : NULL;
        all.azblob = i < 2 ? all.azblob : NULL;
        all.ceph = i < 3 ? all.ceph : NULL;
        all.volume = i < 4 ? all.volume : NULL;
    }
    ck_storage(&all, "{}", "[]", "[]", "[]");
}
END_TEST

START_TEST(location_by_name)
{
    const struct backup_location locations[] = {{.name = "a"},
        {.name = ""},
        {.name = NULL},
        {.name = "a", .volume_sub_path = "second"}};

    ck_assert_ptr_eq(v2_backup_location(locations, 4, "a"), &locations[0]);
    ck_assert_ptr_eq(v2_backup_location(locations, 4, ""), &locations[1]);
    ck_assert_ptr_eq(v2_backup_location(locations, 4, NULL), &locations[1]);
    ck_assert_ptr_null(v2_backup_location(locations, 4, "b"));
    ck_assert_ptr_null(v2_backup_location(NULL, 0, NULL));
}
END_TEST

START_TEST(engines)
{
    ck_json(v2_backup_engine_flags(arena, "builtin"), "{'backup_engine_implementation':'builtin'}");
    ck_json(v2_backup_engine_flags(arena, "mysqlshell"),
        "{'backup_engine_implementation':'mysqlshell'}");
    ck_json(v2_backup_engine_flags(arena, "xtrabackup"),
        "{'backup_engine_implementation':'xtrabackup','backup_storage_compress':'true'}");
}
END_TEST

static void tests(TCase *tcase)
{
    tcase_add_test(tcase, google);
    tcase_add_test(tcase, amazon);
    tcase_add_test(tcase, azure);
    tcase_add_test(tcase, object_store);
    tcase_add_test(tcase, volume);
    tcase_add_test(tcase, volume_of_somebody_else);
    tcase_add_test(tcase, one_kind_counts);
    tcase_add_test(tcase, location_by_name);
    tcase_add_test(tcase, engines);
}

TEST_MAIN(tests)
