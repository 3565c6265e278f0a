#include "components.h"

static struct etcd three_members(void)
{
    return (struct etcd){
        .place = zone1(),
        .name = "demo-zone1-etcd",
        .image = ETCD_IMAGE,
        .size = 3,
        .keep_claims_scaled = true,
        .keep_claims_deleted = true,
    };
}

START_TEST(reads_like_yaml)
{
    struct etcd etcd = three_members();

    ck_objects("etcd",
        etcd_statefulset(arena, &etcd),
        etcd_client_service(arena, &etcd),
        etcd_peer_service(arena, &etcd),
        etcd_disruption_budget(arena, &etcd));
}
END_TEST

START_TEST(is_restricted)
{
    struct etcd etcd = three_members();

    check_restricted(etcd_statefulset(arena, &etcd));
}
END_TEST

START_TEST(a_single_member_is_not_protected_from_drains)
{
    struct etcd etcd = three_members();

    etcd.size = 1;
    ck_assert_ptr_null(etcd_disruption_budget(arena, &etcd));
    ck_assert_str_eq(argument(etcd_statefulset(arena, &etcd), "etcd", "initial-cluster"),
        "$(INITIAL_CLUSTER)");
}
END_TEST

START_TEST(five_members_keep_three)
{
    struct etcd etcd = three_members();

    etcd.size = 5;
    ck_assert_int_eq(json_int_at(etcd_disruption_budget(arena, &etcd), 0, "spec", "minAvailable"),
        3);
}
END_TEST

/* Metacontroller compares the list as a whole with what the API server stores. */
START_TEST(a_claim_is_written_as_it_is_stored)
{
    struct etcd etcd = three_members();

    etcd.claim = json_of("{'accessModes':['ReadWriteOnce'],'storageClassName':'fast',"
                         "'resources':{'requests':{'storage':'2048Mi'}}}");
    ck_json(json_at(etcd_statefulset(arena, &etcd), "spec", "volumeClaimTemplates"),
        "[{'apiVersion':'v1','kind':'PersistentVolumeClaim','metadata':{'name':'data'},"
        "'spec':{'accessModes':['ReadWriteOnce'],'storageClassName':'fast',"
        "'volumeMode':'Filesystem','resources':{'requests':{'storage':'2Gi'}}},"
        "'status':{'phase':'Pending'}}]");
}
END_TEST

static const char *quota_of(const char *storage, const char *memory, const char *flags)
{
    struct etcd etcd = three_members();

    if (storage != NULL)
        etcd.claim = json_of(fmt(arena, "{'resources':{'requests':{'storage':%s}}}", storage));
    if (memory != NULL)
        etcd.resources = json_of(memory);
    etcd.flags = flags == NULL ? NULL : json_of(flags);
    return argument(etcd_statefulset(arena, &etcd), "etcd", "quota-backend-bytes");
}

#define NO_LIMIT "{'requests':{'memory':'1Gi'}}"

/* Before its disk is full or its memory used up. */
START_TEST(it_stops_writing_in_time)
{
    ck_assert_str_eq(quota_of(NULL, NULL, NULL), "429496729");
    ck_assert_str_eq(quota_of("'10Gi'", NULL, NULL), "429496729");
    ck_assert_str_eq(quota_of("'10Gi'", NO_LIMIT, NULL), "4294967296");
    ck_assert_str_eq(quota_of("'10Gi'", "{'limits':{'memory':'2Gi'}}", NULL), "1717986918");
    ck_assert_str_eq(quota_of("'100Gi'", NO_LIMIT, NULL), "8589934592");
    ck_assert_str_eq(quota_of("'500Mi'", "{'limits':{'memory':1000000000}}", NULL), "209715200");
    ck_assert_str_eq(quota_of("1000000003", "{'limits':{'cpu':1}}", NULL), "400000001");
    ck_assert_str_eq(quota_of("'1Gi'", NULL, "{'quota-backend-bytes':1000}"), "1000");
}
END_TEST

START_TEST(retention_is_the_users)
{
    struct etcd etcd = three_members();

    etcd.keep_claims_deleted = false;
    ck_json(json_at(etcd_statefulset(arena, &etcd), "spec", "persistentVolumeClaimRetentionPolicy"),
        "{'whenDeleted':'Delete','whenScaled':'Retain'}");
}
END_TEST

START_TEST(flags_and_resources_are_the_users)
{
    struct etcd etcd = three_members();
    const json_t *set;

    etcd.flags = json_of("{'quota-backend-bytes':4294967296,'max-request-bytes':1}");
    etcd.resources = json_of("{'requests':{'cpu':'1000m'}}");
    set = etcd_statefulset(arena, &etcd);
    ck_assert_str_eq(argument(set, "etcd", "quota-backend-bytes"), "4294967296");
    ck_assert_str_eq(argument(set, "etcd", "max-request-bytes"), "1");
    ck_json(json_at(container_of(set, "etcd"), "resources"), "{'requests':{'cpu':'1'}}");
}
END_TEST

START_TEST(its_claims_have_labels_and_annotations_of_the_users)
{
    struct etcd etcd = {.place = zone1(),
        .name = "n",
        .image = ETCD_IMAGE,
        .size = 3,
        .claim_metadata = json_of("{'labels':{'team':'a'},'annotations':{'limit':'100Gi'}}")};
    const json_t *claims = json_at(etcd_statefulset(arena, &etcd), "spec", "volumeClaimTemplates");

    ck_json(json_at(json_array_get(claims, 0), "metadata"),
        "{'name':'data','labels':{'team':'a'},'annotations':{'limit':'100Gi'}}");
}
END_TEST

static void tests(TCase *tcase)
{
    tcase_add_test(tcase, its_claims_have_labels_and_annotations_of_the_users);
    tcase_add_test(tcase, reads_like_yaml);
    tcase_add_test(tcase, is_restricted);
    tcase_add_test(tcase, a_single_member_is_not_protected_from_drains);
    tcase_add_test(tcase, five_members_keep_three);
    tcase_add_test(tcase, a_claim_is_written_as_it_is_stored);
    tcase_add_test(tcase, it_stops_writing_in_time);
    tcase_add_test(tcase, retention_is_the_users);
    tcase_add_test(tcase, flags_and_resources_are_the_users);
}

TEST_MAIN(tests)
