#include "testing.h"

#include "children.h"
#include "tally.h"

/* Children of whatever parent: a Garden has Beds, knows them by the labels "garden" and "plot", and
 * its hook makes those whose names begin with "bed-". */

static const struct api_keys garden_keys = {.reserved = "garden.example.org/",
    .spec_size = "garden.example.org/size",
    .not_made_here = "garden.example.org/weed"};

static const json_t *garden(void)
{
    return json_of("{'apiVersion':'garden.example.org/v1','kind':'Garden','metadata':{'name':'g',"
                   "'namespace':'shop'}}");
}

static struct objects objects_of(const char *list)
{
    const json_t *items = json_of(list);
    struct objects objects = {arena_array(arena, json_array_size(items) + 1, sizeof(*objects.at)),
        0};
    const json_t *item;

    json_each_item (items, i, item)
        objects.at[objects.count++] = item;
    return objects;
}

/* --- those that are wanted --- */

START_TEST(what_is_not_ready_says_why)
{
    static const struct {
        const char *child, *why;
    } rows[] = {
        {"[{'status':{'conditions':[{'type':'Ready','status':'True','message':'x'}]}}]", NULL},
        {"[{'status':{'conditions':[{'type':'Ready','status':'False','message':'too dry'}]}}]",
            "Bed a: too dry"},
        {"[{'status':{'conditions':[{'type':'Ready','status':'False'}]}}]", "Bed a is not Ready"},
        {"[{}]", "Bed a is not Ready"},
        {"[]",
            "Bed a is being created; if that lasts, see who refuses it (event SyncError), or whose "
            "it is if there is one already: kubectl describe --namespace shop garden/g bed/a"},
    };

    for (size_t i = 0; i < sizeof(rows) / sizeof(*rows); i++) {
        const json_t *child = json_array_get(json_of(rows[i].child), 0);
        const char *why = why_child_is_not_ready(arena, owner_of(garden()), "Bed", "a", child);

        if (rows[i].why == NULL)
            ck_assert_ptr_null(why);
        else
            ck_assert_str_eq(why, rows[i].why);
    }
}
END_TEST

START_TEST(counts_of_children_are_added)
{
    struct objects beds = objects_of("[{'status':{'peas':2}},{'status':{'peas':'x'}},{},"
                                     "{'status':{'peas':3}}]");

    ck_assert_int_eq(status_sum(&beds, "peas"), 5);
    beds = objects_of("[{'status':{'peas':9223372036854775807}},{'status':{'peas':1}}]");
    ck_assert_int_eq(status_sum(&beds, "peas"), INT64_MAX);
}
END_TEST

START_TEST(a_tally_is_read_as_it_is_written)
{
    ck_assert_str_eq(tally_text(arena, 2, 3), "2/3");
    ck_assert_int_eq(tally_count(tally_text(arena, 2, 3)), 2);
    ck_assert_int_eq(tally_count(NULL), 0);
    ck_assert_int_eq(tally_count("many"), 0);
    ck_assert_int_eq(tally_count("99999999999999999999/3"), INT64_MAX);
}
END_TEST

/* --- those that nobody has made --- */

static bool is_bed(void *prefix, const json_t *child)
{
    return text_starts_with(object_name(child), prefix);
}

static struct unknown_children unknown_among(const char *list)
{
    struct objects all = objects_of(list);
    struct unknown_children unknown = {NULL};
    struct objects ours = known_children(arena, &unknown, &all, is_bed, (void *)"bed-");

    ck_assert_uint_eq(ours.count + json_array_size(unknown.list), all.count);
    for (size_t i = 0; i < ours.count; i++)
        ck_assert(is_bed((void *)"bed-", ours.at[i]));
    return unknown;
}

START_TEST(what_nobody_has_made_stays_as_it_is)
{
    struct unknown_children unknown = unknown_among(
        "[{'kind':'Bed','metadata':{'name':'bed-a'}},"
        "{'apiVersion':'v1','kind':'ConfigMap','metadata':{'name':'copy','labels':{'plot':'1'}},"
        "'data':{'a':'b'}},"
        "{'apiVersion':'v1','kind':'PersistentVolumeClaim','metadata':{'name':'data','uid':'u'},"
        "'spec':{'a':1}}]");
    struct answer answer = {.children = json_new_list(), .released = json_new_map()};

    want_unknown(&(struct request){.arena = arena, .keys = &garden_keys}, &answer, &unknown);
    ck_assert_uint_eq(json_array_size(answer.children), 2);
    ck_assert_str_eq(object_name(json_array_get(answer.children, 0)), "copy");
    ck_json(json_at(json_array_get(answer.children, 1), "metadata", "ownerReferences"),
        "[{'apiVersion':'v1','kind':'PersistentVolumeClaim','name':'data','uid':'u','controller':"
        "false,'blockOwnerDeletion':false}]");
}
END_TEST

static const char *const labels[] = {"plot", "garden", NULL};

static const char *advice_about(const char *list)
{
    struct unknown_children unknown = unknown_among(list);
    struct advice advice = advice_begin(arena);

    advise_unknown(&advice, garden(), labels, &unknown);
    return texts_join(&advice.messages, "; ");
}

#define KEPT                                                                                       \
    " labelled as part of Garden g, which did not make it: it is left as it is; delete it, "
#define MAP_OF(name, labels)                                                                       \
    "{'kind':'ConfigMap','metadata':{'name':'" name "','labels':{" labels "}}}"

START_TEST(people_are_told_what_to_do_with_it)
{
    ck_assert_str_eq(advice_about("[" MAP_OF("bed-a", "") "]"), "");
    ck_assert_str_eq(advice_about("[" MAP_OF("a", "'garden':'g','plot':'1'") "]"),
        "ConfigMap a:" KEPT "or take the label off: kubectl label --namespace shop configmap a "
        "plot-");
    ck_assert_str_eq(advice_about("[" MAP_OF("a", "'garden':'g'") "]"),
        "ConfigMap a:" KEPT "or take the label off: kubectl label --namespace shop configmap a "
        "garden-");
    /* What is of the parent's own API may have adopted others. */
    ck_assert_str_eq(advice_about("[{'apiVersion':'garden.example.org/v1','kind':'Bed','metadata':{"
                                  "'name':'copy'}}]"),
        "Bed copy:" KEPT "and nothing that it may have adopted: kubectl delete --cascade=orphan "
        "--namespace shop bed copy");
}
END_TEST

START_TEST(many_are_counted)
{
    const char *said = advice_about("[" MAP_OF("a", "") "," MAP_OF("b", "") "," MAP_OF("c",
        "") "," MAP_OF("d", "") "," MAP_OF("e", "") "]");

    ck_assert(text_starts_with(said, "ConfigMap a, ConfigMap b, ConfigMap c and 2 more:"));
}
END_TEST

static void tests(TCase *tcase)
{
    tcase_add_test(tcase, what_is_not_ready_says_why);
    tcase_add_test(tcase, counts_of_children_are_added);
    tcase_add_test(tcase, a_tally_is_read_as_it_is_written);
    tcase_add_test(tcase, what_nobody_has_made_stays_as_it_is);
    tcase_add_test(tcase, people_are_told_what_to_do_with_it);
    tcase_add_test(tcase, many_are_counted);
}

TEST_MAIN(tests)
