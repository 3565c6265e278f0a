#include "v1alpha1.h"

#include "cost.h"

/* What a shard of vitess.io/v1alpha1 costs the control plane; manifests/README.md has the table. */

/* What each write is for. */
static const struct part writes_of_coming_up[] = {{"", 18},
    {"create VitessShard", 1},
    {"create PersistentVolumeClaim", 3},
    {"update PersistentVolumeClaim", 3}, /* each owns itself, by its uid */
    {"create Pod of a tablet", 3},
    {"create PodDisruptionBudget", 1},
    {"create Pod of task ", 1},
    {"delete Pod of task ", 1},
    {"update Pod of a tablet", 1}, /* the primary's label */
    {"status VitessShard", 3},     /* begun, its Pods are there, Ready */
    {"status VitessKeyspace", 0},
    {"status VitessCell", 0},
    {"status VitessCluster", 0},
    {NULL, 0}};

static const struct part calls_of_coming_up[] = {{"", 20},
    {"VitessShard: what else to show it", 1},
    {"VitessShard: its spec was written", 1},
    {"VitessShard: another child", 3},
    {"VitessShard: Pod of a tablet", 10},
    {"VitessShard: Pod of a task", 5},
    {"VitessShard: its own status alone", 1},
    {"VitessShard: a related object or a re-sync", 1},
    {"VitessKeyspace", 0},
    {"VitessCell", 0},
    {"VitessCluster", 0},
    {NULL, 0}};

static const struct part calls_of_an_update[] = {{"", 138}, {NULL, 0}};
static const struct part writes_of_an_update[] = {{"", 80},
    {"create Pod of task ",
        11}, /* a trial a pool; a reparent a tablet, and what came of it; Ready */
    {"status VitessShard", 25},
    {NULL, 0}};

START_TEST(a_shard_that_comes_up_costs_little)
{
    const struct cost *cost = cost_of_coming_up(&v1alpha1_shape, sizes[_i]);

    parts_at_most(&cost->calls, calls_of_coming_up, sizes[_i]);
    parts_at_most(&cost->writes, writes_of_coming_up, sizes[_i]);
}
END_TEST

START_TEST(an_image_update_costs_no_more_than_it_must)
{
    const struct cost *cost =
        cost_of_an_update(&v1alpha1_shape, "set spec.image \"vitess/lite:v24.0.5\"");

    parts_at_most(&cost->calls, calls_of_an_update, UPDATED);
    parts_at_most(&cost->writes, writes_of_an_update, UPDATED);
}
END_TEST

static void tests(TCase *tcase)
{
    tcase_add_loop_test(tcase, a_shard_that_comes_up_costs_little, 0, 3);
    tcase_add_test(tcase, an_image_update_costs_no_more_than_it_must);
}

TEST_MAIN(tests)
