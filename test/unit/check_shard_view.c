#include "clusters.h"
#include "shared.h"

#include <string.h>

/* How many tablets one GetTablets is asked for: its answer must fit into a termination message. */

enum { TERMINATION_MESSAGE = 4096, TABLETS = 30 };

/* 63 characters; the names below are pieces of it. */
#define LONGEST "abcdefghijabcdefghijabcdefghijabcdefghijabcdefghijabcdefghijabc"

/* The longest names that the rules allow together: a host name (the alias), the name of a Service
 * ("c-vttablet-CELL", the subdomain), the name of a database ("vt_KEYSPACE") and a label (the
 * shard) end where it says so in validate_names.c. */
struct longest {
    const char *cell, *keyspace, *shard;
};

static struct longest longest(void)
{
    return (struct longest){text_copy(arena, LONGEST, 63 - strlen("-0123456789")),
        text_copy(arena, LONGEST, 64 - strlen("vt_")),
        LONGEST};
}

static const json_t *cluster_of(const struct longest *names)
{
    return json_of(fmt(arena,
        "{'apiVersion':'vitess.io/v1alpha1','kind':'VitessCluster','metadata':{'name':'c',"
        "'namespace':'n','uid':'u'},'spec':{'cells':[{'name':'global','etcd':{},'vtctld':{}},"
        "{'name':'%s'}],'keyspaces':[{'name':'%s','cells':['%s'],'shards':[{'name':'%s'}],"
        "'tablets':{'masterEligible':{'replicas':1,'volumeClaim':" CLAIM("1Gi") "}}}]}}",
        names->cell,
        names->keyspace,
        names->cell,
        names->shard));
}

static struct world shard_of(const struct longest *names)
{
    const json_t *shard = json_of(fmt(arena,
        "{'apiVersion':'vitess.io/v1alpha1','kind':'VitessShard',"
        "'metadata':{'name':'c-%s-%s-%s','namespace':'n','uid':'u-3','generation':1},"
        "'spec':{'cluster':'c','cell':'%s','keyspace':'%s','name':'%s','cells':['%s'],"
        "'cellOrder':['global','%s'],'rolloutId':'r1','revision':1,"
        "'image':'vitess/lite:v24.0.4','rollout':{'paused':false},"
        "'selector':{'matchLabels':{'vitess.io/cluster':'c'}},"
        "'template':{'metadata':{'labels':{}}},"
        "'topology':{'implementation':'etcd2','addresses':'e:2379','globalRoot':'/vitess/global',"
        "'cellRootPrefix':'/vitess'},"
        "'client':{'image':'vitess/lite:v24.0.4','server':'d:15999'},'turndownPolicy':'Immediate',"
        "'allTablets':%d,'replicaTablets':%d,"
        "'tablets':{'masterEligible':{'replicas':%d,'volumeClaim':" CLAIM("1Gi") "}}}}",
        names->cell,
        names->keyspace,
        names->shard,
        names->cell,
        names->keyspace,
        names->shard,
        names->cell,
        names->cell,
        TABLETS,
        TABLETS,
        TABLETS));

    return (struct world){.sync = v1_sync_shard,
        .parent = json_clone(shard),
        .children = json_new_list()};
}

static void run_pods(struct world *world)
{
    world_report_pods(world,
        "{'phase':'Running','conditions':[{'type':'Ready','status':'True'}],"
        "'containerStatuses':[{'name':'vttablet','ready':true,'restartCount':0,"
        "'state':{'running':{}}}]}");
}

/* HOST of the first "--tablet-hostname=HOST". */
static const char *host_of(const json_t *children)
{
    static const char *const flag = "--tablet-hostname=";
    const char *text = strstr(json_write(arena, children, NULL), flag);

    ck_assert_ptr_nonnull(text);
    return text_copy(arena, text + strlen(flag), strcspn(text + strlen(flag), "\""));
}

/* Vitess go/cmd/vtctldclient/cli/awk.go MarshalTabletAWK, with the longest of each. */
static size_t line_of(const struct longest *names, const char *host)
{
    return strlen(fmt(arena,
        "%s-0123456789 %s %s experimental %s:15000 %s:65535 [] 2026-11-21T08:00:00Z\n",
        names->cell,
        names->keyspace,
        names->shard,
        host,
        host));
}

START_TEST(the_longest_legal_names_fit_into_an_answer)
{
    struct longest names = longest();
    struct world world = shard_of(&names);
    const char *asked;
    size_t total = 0;
    size_t line;

    ck_assert_str_eq(problems_of(cluster_of(&names), NULL), "");
    /* The claims, their marks, the Pods. */
    for (int i = 0; i < 3; i++)
        ck_assert_int_eq(world_sync(&world), 200);
    line = line_of(&names, host_of(world.children));
    run_pods(&world);
    ck_assert_int_eq(world_sync(&world), 200);
    asked = world_tasks(&world);
    while ((asked = strstr(asked, "--tablet-alias")) != NULL) {
        size_t count = 1;

        for (; *asked != '\0' && *asked != '\n'; asked++)
            count += *asked == ',';
        ck_assert_uint_le(count * line, TERMINATION_MESSAGE);
        total += count;
    }
    ck_assert_uint_eq(total, TABLETS);
}
END_TEST

START_TEST(missing_claims_are_named_and_the_rest_is_counted)
{
    struct longest names = longest();
    struct world world = shard_of(&names);
    const char *said;

    ck_assert_int_eq(world_sync(&world), 200);
    said = world_condition(&world, "Ready");
    ck_assert_ptr_nonnull(
        strstr(said, fmt(arena, " and %d more are being created; ", TABLETS - 5)));
    ck_assert_ptr_nonnull(
        strstr(said, "kubectl describe persistentvolumeclaim,pod --namespace n c-"));
}
END_TEST

/* One character more and it is refused, so there are no longer names. */
START_TEST(longer_names_are_refused)
{
    struct longest names = longest();
    struct longest longer = names;

    longer.cell = fmt(arena, "%sx", names.cell);
    ck_assert_str_ne(problems_of(cluster_of(&longer), NULL), "");
    longer = names;
    longer.keyspace = fmt(arena, "%sx", names.keyspace);
    ck_assert_str_ne(problems_of(cluster_of(&longer), NULL), "");
    longer = names;
    longer.shard = fmt(arena, "%sx", names.shard);
    ck_assert_str_ne(problems_of(cluster_of(&longer), NULL), "");
}
END_TEST

static void tests(TCase *tcase)
{
    tcase_add_test(tcase, the_longest_legal_names_fit_into_an_answer);
    tcase_add_test(tcase, missing_claims_are_named_and_the_rest_is_counted);
    tcase_add_test(tcase, longer_names_are_refused);
}

TEST_MAIN(tests)
