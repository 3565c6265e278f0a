#include "planetscale.h"

#include <stdlib.h>

#include "../../hooks/v2/names.h"

/* DO NOT CHANGE WHAT IS EXPECTED IN HERE OR IN THE VECTORS: every object, every disk and every
 * topology record of a cluster is named so. Changing a name makes the thing anew. */

/* A list of the vectors as an array that NULL ends; NULL where there is no list. */
static const char *const *parts_of(const json_t *list)
{
    size_t count = json_array_size(list);
    const char **parts = arena_array(arena, count + 1, sizeof(*parts));
    const json_t *part;

    if (list == NULL)
        return NULL;
    json_each_item (list, i, part)
        parts[i] = json_string_value(part);
    return parts;
}

static struct v2_name_rules rules_of(const json_t *row)
{
    const char *name = json_text_at(row, "constraints");

    if (name == NULL)
        return (struct v2_name_rules){
            .most = (size_t)json_integer_value(json_at(row, "maxLength")),
            .letter_first = text_equal(json_text_at(row, "firstChar"), "lowercase letter"),
        };
    if (text_equal(name, "Default"))
        return v2_object_rules;
    if (text_equal(name, "Service"))
        return v2_service_rules;
    ck_assert_str_eq(name, "EtcdLockserver");
    return v2_lockserver_rules;
}

static void check_joins(const json_t *rows)
{
    const json_t *row;

    ck_assert_uint_gt(json_array_size(rows), 0);
    json_each_item (rows, i, row) {
        struct v2_name_rules rules = rules_of(row);
        const char *name =
            v2_join(arena, &rules, parts_of(json_at(row, "salt")), parts_of(json_at(row, "parts")));

        ck_assert_str_eq(name, json_text_at(row, "out"));
        ck_assert_uint_le(strlen(name), rules.most);
    }
}

START_TEST(parts_are_joined_as_theirs)
{
    check_joins(json_at(vector_json("names.json"), "names"));
}
END_TEST

START_TEST(joins_keep_to_the_rules)
{
    check_joins(json_at(vector_json("names.json"), "name_constraint_cases"));
}
END_TEST

START_TEST(names_end_in_the_hash_of_the_parts)
{
    const json_t *row;

    json_each_item (json_at(vector_json("names.json"), "hash_only"), i, row) {
        const char *const *parts = parts_of(json_at(row, "parts"));
        const char *name = v2_join(arena, &v2_object_rules, NULL, parts);

        if (*parts == NULL)
            ck_assert_str_eq(name, "");
        else
            ck_assert_str_eq(name + strlen(name) - 8, json_text_at(row, "hash"));
    }
}
END_TEST

/* A character is one dash, however many bytes it has; one that is cut off leaves the length. */
START_TEST(names_of_no_latin_letters)
{
    static const char *const parts[] = {"\xe6\x97\xa5-\xf0\x9f\x90\xac", "A\xc3\x84", NULL};
    static const char *const none[] = {NULL};
    const char *name = v2_join(arena, &v2_object_rules, NULL, parts);

    ck_assert_uint_eq(strlen(name), strlen("x----a--01234567"));
    ck_assert(text_starts_with(name, "x----a--"));
    ck_assert_str_eq(v2_join(arena, &v2_service_rules, NULL, none), "");
}
END_TEST

/* --- objects --- */

static void same(const char *name, const json_t *row, const char *key)
{
    ck_assert_str_eq(name, json_text_at(row, key));
}

static void check_cell(const char *cluster, const char *cell, const json_t *row)
{
    same(v2_cell_name(arena, cluster, cell), row, "vitessCell");
    same(v2_vtgate_autoscaler(arena, cluster, cell), row, "vitessCell");
    same(v2_etcd_name(arena, cluster, cell), row, "localEtcd");
    same(v2_vtctld_deployment(arena, cluster, cell), row, "vtctldDeployment");
    same(v2_vtgate_deployment(arena, cluster, cell), row, "vtgateDeployment");
    same(v2_vtgate_service(arena, cluster, cell), row, "vtgateCellService");
    same(v2_vtadmin_deployment(arena, cluster, cell), row, "vtadminDeployment");
    same(v2_vtadmin_secret(arena, cluster, cell, "discovery"), row, "discoverySecret");
    same(v2_vtadmin_secret(arena, cluster, cell, "clusterConfig"), row, "clusterConfigSecret");
    same(v2_vtadmin_secret(arena, cluster, cell, "webConfig"), row, "webSecret");
}

/* `key` is "zone1 externalreplica 1", or that and " pool second". */
static void check_tablet(const char *cluster, const char *keyspace, const char *shard,
    const char *key, const json_t *row)
{
    char cell[64], type[64], pool[64];
    unsigned index;
    bool named = sscanf(key, "%63s %63s %u pool %63s", cell, type, &index, pool) == 4;
    uint32_t uid = v2_tablet_uid(arena, cell, keyspace, shard, type, index, named ? pool : NULL);

    ck_assert_int_eq(uid, json_integer_value(json_at(row, "uid")));
    same(v2_uid_text(arena, uid), row, "label");
    if (json_at(row, "pod") != NULL)
        same(v2_tablet_name(arena, cluster, v2_tablet_alias(arena, cell, uid)), row, "pod");
}

/* The moment of all backups of the vectors. */
#define BACKUP_TIME "20260708-091011"
#define JOB_TIME 1783501811 /* the same */

static void check_shard(const char *cluster, const char *keyspace, const char *shard,
    const json_t *row)
{
    const char *schedule = v2_backup_schedule_name(arena, cluster, "every-day");
    const char *tablet;
    const json_t *tablet_row;

    same(v2_shard_name(arena, cluster, keyspace, shard), row, "vitessShard");
    same(v2_vtbackup_init_name(arena, cluster, keyspace, shard), row, "vtbackupInit");
    same(v2_vtorc_deployment(arena, cluster, keyspace, shard, "zone1"), row, "vtorc");
    same(v2_backup_name(arena, cluster, "", keyspace, shard, BACKUP_TIME, 42), row, "vitessBackup");
    same(v2_backup_name(arena, cluster, "loc.1", keyspace, shard, BACKUP_TIME, UINT32_MAX),
        row,
        "vitessBackup_loc");
    same(v2_backup_job_name(arena, schedule, keyspace, shard, JOB_TIME), row, "job");
    json_each_field (json_at(row, "tablets"), tablet, tablet_row)
        check_tablet(cluster, keyspace, shard, tablet, tablet_row);
}

static void check_keyspace(const char *cluster, const char *keyspace, const json_t *row)
{
    const char *shard;
    const json_t *shard_row;

    same(v2_keyspace_name(arena, cluster, keyspace), row, "vitessKeyspace");
    json_each_field (json_at(row, "shards"), shard, shard_row)
        check_shard(cluster, keyspace, shard, shard_row);
}

static void check_cluster(const char *cluster, const json_t *row)
{
    const char *etcd = v2_etcd_name(arena, cluster, NULL);
    const char *key;
    const json_t *value;

    same(etcd, row, "globalEtcd");
    same(v2_etcd_client_service(arena, etcd), row, "etcdClient");
    same(v2_etcd_peer_service(arena, etcd), row, "etcdPeer");
    same(v2_etcd_budget(arena, etcd), row, "etcdPDB");
    same(v2_vtctld_service(arena, cluster), row, "vtctldService");
    same(v2_vtgate_service(arena, cluster, NULL), row, "vtgateService");
    same(v2_vtadmin_service(arena, cluster), row, "vtadminService");
    same(v2_vttablet_service(arena, cluster), row, "vttabletService");
    same(v2_backup_storage_name(arena, cluster, ""), row, "backupStorage");
    same(v2_backup_storage_name(arena, cluster, "s3-loc_1"), row, "backupStorage_loc");
    same(v2_backup_schedule_name(arena, cluster, "every-day"), row, "schedule_every-day");
    json_each_field (json_at(row, "cells"), key, value)
        check_cell(cluster, key, value);
    json_each_field (json_at(row, "keyspaces"), key, value)
        check_keyspace(cluster, key, value);
}

START_TEST(objects_have_the_names_of_theirs)
{
    const json_t *rows = json_at(vector_json("tables.json"), "names");
    const json_t *row;

    ck_assert_uint_gt(json_array_size(rows), 0);
    json_each_item (rows, i, row)
        check_cluster(json_text_at(row, "cluster"), row);
}
END_TEST

START_TEST(members_are_counted_from_one)
{
    const char *etcd = v2_etcd_name(arena, "example", NULL);

    ck_assert_str_eq(v2_etcd_member_name(arena, etcd, 1), "example-etcd-faf13de3-1");
}
END_TEST

START_TEST(tablets_are_who_they_are_there)
{
    const json_t *rows = json_at(vector_json("names.json"), "tablet_uid");
    const json_t *row;

    ck_assert_uint_gt(json_array_size(rows), 0);
    json_each_item (rows, i, row) {
        const char *cell = json_text_at(row, "cell");
        uint32_t uid = v2_tablet_uid(arena,
            cell,
            json_text_at(row, "keyspace"),
            fmt(arena, "%s-%s", json_text_at(row, "start"), json_text_at(row, "end")),
            json_text_at(row, "type"),
            (uint32_t)json_integer_value(json_at(row, "index")),
            json_text_at(row, "poolName"));
        const char *alias = v2_tablet_alias(arena, cell, uid);

        ck_assert_int_eq(uid, json_integer_value(json_at(row, "uid")));
        same(v2_uid_text(arena, uid), row, "uidStr");
        same(alias, row, "alias");
        same(v2_tablet_name(arena, "example", alias), row, "podName(cluster=example)");
    }
}
END_TEST

/* Theirs gives a pool its uids by another function where it has a name, and "" is none. */
START_TEST(pools_without_a_name_are_pools_without_a_name)
{
    ck_assert_uint_eq(v2_tablet_uid(arena, "zone1", "commerce", "-", "externalmaster", 1, ""),
        v2_tablet_uid(arena, "zone1", "commerce", "-", "externalmaster", 1, NULL));
}
END_TEST

static void tests(TCase *tcase)
{
    tcase_add_test(tcase, parts_are_joined_as_theirs);
    tcase_add_test(tcase, joins_keep_to_the_rules);
    tcase_add_test(tcase, names_end_in_the_hash_of_the_parts);
    tcase_add_test(tcase, names_of_no_latin_letters);
    tcase_add_test(tcase, objects_have_the_names_of_theirs);
    tcase_add_test(tcase, members_are_counted_from_one);
    tcase_add_test(tcase, tablets_are_who_they_are_there);
    tcase_add_test(tcase, pools_without_a_name_are_pools_without_a_name);
}

TEST_MAIN(tests)
