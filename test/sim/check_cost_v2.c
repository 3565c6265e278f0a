#include "v2.h"

#include "cost.h"

/* What a shard of planetscale.com/v2 costs the control plane. Its status tells more than that of
 * vitess.io/v1alpha1, as that API has it: each field that changes is a write. */

static const struct part writes_of_coming_up[] = {{"", 22},
    {"create VitessShard", 1},
    {"create PersistentVolumeClaim", 3},
    {"create Pod of a tablet", 3},
    {"create Deployment", 1},   /* VTOrc */
    {"create Pod of task ", 2}, /* which tablets serve; is it written to */
    {"delete Pod of task ", 2},
    {"update Pod of a tablet", 1}, /* the primary's label */
    {"status VitessShard", 8},
    {"status VitessKeyspace", 0},
    {"status VitessCell", 0},
    {"status VitessCluster", 0},
    {NULL, 0}};

static const struct part calls_of_coming_up[] = {
    {"", 24}, {"VitessKeyspace", 0}, {"VitessCell", 0}, {"VitessCluster", 0}, {NULL, 0}};

static const struct part calls_of_an_update[] = {{"", 80}, {NULL, 0}};
static const struct part writes_of_an_update[] = {
    {"", 68}, {"create Pod of task ", 12}, {"update Pod of task ", 0}, {NULL, 0}};

START_TEST(a_shard_that_comes_up_costs_little)
{
    const struct cost *cost = cost_of_coming_up(&v2_shape, sizes[_i]);

    parts_at_most(&cost->calls, calls_of_coming_up, sizes[_i]);
    parts_at_most(&cost->writes, writes_of_coming_up, sizes[_i]);
}
END_TEST

START_TEST(an_image_update_costs_no_more_than_it_must)
{
    const struct cost *cost =
        cost_of_an_update(&v2_shape, "set spec.images.vttablet \"vitess/lite:v24.0.5\"");

    parts_at_most(&cost->calls, calls_of_an_update, UPDATED);
    parts_at_most(&cost->writes, writes_of_an_update, UPDATED);
}
END_TEST

static void tests(TCase *tcase)
{
    /* 30 and 100 shards. */
    tcase_add_loop_test(tcase, a_shard_that_comes_up_costs_little, 0, 2);
    tcase_add_test(tcase, an_image_update_costs_no_more_than_it_must);
}

TEST_MAIN(tests)
