#include "sim_testing.h"

#include "metadata.h"

/* The disruption controller: what a PodDisruptionBudget's status says. */

static void begin(void)
{
    sim_begin((struct sim_options){0});
}

static void want_healthy(const char *selector, const char *rule)
{
    apply_text_of(fmt(arena,
        "{'apiVersion':'policy/v1','kind':'PodDisruptionBudget','metadata':{'name':'b'},'spec':{"
        "'selector':%s,%s}}",
        selector,
        rule));
}

static void make_pod(const char *name, const char *label)
{
    apply_text_of(fmt(arena,
        "{'apiVersion':'v1','kind':'Pod','metadata':{'name':'%s','labels':{'app':'%s'}},'spec':{"
        "'containers':[{'name':'c','image':'i:1'}]}}",
        name,
        label));
}

static void make_pods(int count)
{
    for (int i = 0; i < count; i++)
        make_pod(fmt(arena, "p%d", i), "x");
}

#define BY_LABEL "{'matchLabels':{'app':'x'}}"

static const json_t *status(void)
{
    return json_at(get("PodDisruptionBudget", "b"), "status");
}

/* "expected/healthy/wanted/allowed reason" */
static const char *counts(void)
{
    return fmt(arena,
        "%lld/%lld/%lld/%lld %s",
        (long long)json_int_at(status(), -1, "expectedPods"),
        (long long)json_int_at(status(), -1, "currentHealthy"),
        (long long)json_int_at(status(), -1, "desiredHealthy"),
        (long long)json_int_at(status(), -1, "disruptionsAllowed"),
        condition_reason(get("PodDisruptionBudget", "b"), "DisruptionAllowed"));
}

static size_t budget_writes;

static void count_writes(void *context, const struct sim *from, const struct sim_event *event)
{
    (void)context;
    (void)from;
    budget_writes += text_equal(event->actor, "disruption");
}

START_TEST(a_new_budget_has_zeros)
{
    want_healthy(BY_LABEL, "'minAvailable':2");
    ck_json(status(),
        "{'disruptionsAllowed':0,'currentHealthy':0,'desiredHealthy':0,'expectedPods':0}");
}
END_TEST

START_TEST(without_a_pod_nothing_is_allowed)
{
    want_healthy(BY_LABEL, "'minAvailable':0");
    settle();
    ck_assert_str_eq(counts(), "0/0/0/0 InsufficientPods");
    want_healthy(BY_LABEL, "'minAvailable':2");
    settle();
    ck_assert_str_eq(counts(), "0/0/2/0 InsufficientPods");
}
END_TEST

START_TEST(what_is_healthy_beyond_the_wanted_may_go)
{
    want_healthy(BY_LABEL, "'minAvailable':2");
    make_pods(3);
    make_pod("stranger", "y");
    settle();
    ck_json(json_without(status(), "conditions"),
        "{'disruptionsAllowed':1,'currentHealthy':3,'desiredHealthy':2,'expectedPods':3,"
        "'observedGeneration':1}");
    ck_json(json_without(json_array_get(json_at(status(), "conditions"), 0), "lastTransitionTime"),
        "{'type':'DisruptionAllowed','status':'True','observedGeneration':1,'reason':"
        "'SufficientPods','message':''}");
}
END_TEST

START_TEST(a_pod_that_is_not_ready_or_going_is_not_healthy)
{
    want_healthy(BY_LABEL, "'minAvailable':2");
    make_pods(3);
    settle();
    break_by("pod=p0");
    settle();
    ck_assert_str_eq(counts(), "3/2/2/0 InsufficientPods");
    make_pod("p3", "x");
    settle();
    ck_assert_str_eq(counts(), "4/3/2/1 SufficientPods");
    sim_delete(sim, "Pod", "default", "p1");
    steps(1);
    ck_assert_str_eq(counts(), "4/2/2/0 InsufficientPods");
    settle();
    ck_assert_str_eq(counts(), "3/2/2/0 InsufficientPods");
}
END_TEST

START_TEST(an_edit_is_observed_and_a_condition_keeps_its_time)
{
    const char *since;

    want_healthy(BY_LABEL, "'minAvailable':1");
    make_pods(3);
    settle();
    since = text_copy(arena,
        json_text_at(json_array_get(json_at(status(), "conditions"), 0), "lastTransitionTime"),
        20);
    want_healthy(BY_LABEL, "'minAvailable':2");
    settle();
    ck_assert_str_eq(counts(), "3/3/2/1 SufficientPods");
    ck_assert_int_eq(json_int_at(status(), 0, "observedGeneration"), 2);
    ck_assert_str_eq(
        json_text_at(json_array_get(json_at(status(), "conditions"), 0), "lastTransitionTime"),
        since);
    want_healthy(BY_LABEL, "'minAvailable':3");
    settle();
    ck_assert_str_eq(counts(), "3/3/3/0 InsufficientPods");
    ck_assert_str_ne(
        json_text_at(json_array_get(json_at(status(), "conditions"), 0), "lastTransitionTime"),
        since);
}
END_TEST

START_TEST(only_what_it_counts_makes_it_write)
{
    sim_end();
    budget_writes = 0;
    sim_begin((struct sim_options){.on_event = count_writes});
    want_healthy(BY_LABEL, "'minAvailable':1");
    make_pod("p", "x");
    settle();
    /* One for each: seen and counted, ready. */
    ck_assert_uint_le(budget_writes, 2);
    budget_writes = 0;
    make_pod("stranger", "y");
    settle();
    ck_assert_uint_eq(budget_writes, 0);
}
END_TEST

/* Over Pods of a custom resource kube-controller-manager cannot compute these either. */
START_TEST(shares_and_unavailable_ones_are_left_alone)
{
    make_pods(1);
    want_healthy(BY_LABEL, "'maxUnavailable':1");
    settle();
    ck_assert_ptr_null(json_at(status(), "observedGeneration"));
}
END_TEST

static void tests(TCase *tcase)
{
    tcase_add_checked_fixture(tcase, begin, sim_end);
    tcase_add_test(tcase, a_new_budget_has_zeros);
    tcase_add_test(tcase, without_a_pod_nothing_is_allowed);
    tcase_add_test(tcase, what_is_healthy_beyond_the_wanted_may_go);
    tcase_add_test(tcase, a_pod_that_is_not_ready_or_going_is_not_healthy);
    tcase_add_test(tcase, an_edit_is_observed_and_a_condition_keeps_its_time);
    tcase_add_test(tcase, only_what_it_counts_makes_it_write);
    tcase_add_test(tcase, shares_and_unavailable_ones_are_left_alone);
}

TEST_MAIN(tests)
