#include "testing.h"

#include "retire.h"

/* Beds that have left the spec of their Garden. */

static const struct api_keys garden_keys = {.reserved = "garden.example.org/",
    .spec_hash = "garden.example.org/recipe",
    .not_made_here = "garden.example.org/weed"};

static const char *const below[] = {"rows", "peas", NULL};

static const json_t *bed(const char *rollout, const char *status)
{
    return json_of(fmt(arena,
        "{'kind':'Bed','metadata':{'name':'s','generation':2},'spec':{'rollout':%s},'status':%s}",
        rollout,
        status));
}

#define RETIRE "{'retire':true}"
#define SAYS(updated, reason)                                                                      \
    "{'observedGeneration':2,'conditions':[{'type':'Updated','status':'" updated                   \
    "','reason':'" reason "','message':'m'},{'type':'Ready','status':'True'}]}"

START_TEST(it_is_in_progress_while_something_is_taken_down)
{
    ck_assert(!retire_in_progress(bed("{}", SAYS("False", "RolloutProgressing"))));
    ck_assert(retire_in_progress(bed(RETIRE, SAYS("False", "RolloutProgressing"))));
    ck_assert(!retire_in_progress(bed(RETIRE, SAYS("True", "KeptUntilIdle"))));
    ck_assert(!retire_in_progress(bed(RETIRE, SAYS("False", "RolloutStalled"))));
    ck_assert(!retire_in_progress(bed(RETIRE, SAYS("False", "RolloutPaused"))));
    /* It has not observed it yet. */
    ck_assert(retire_in_progress(bed(RETIRE, "{'observedGeneration':1}")));
}
END_TEST

START_TEST(a_status_alone_retires_nobody)
{
    ck_assert(has_retired(bed(RETIRE, "{'observedGeneration':2,'retired':true,'rows':[]}"), below));
    ck_assert(!has_retired(bed("{}", "{'observedGeneration':2,'retired':true}"), below));
    ck_assert(!has_retired(bed(RETIRE, "{'observedGeneration':1,'retired':true}"), below));
    ck_assert(!has_retired(bed(RETIRE, "{'observedGeneration':2,'retired':'true'}"), below));
    ck_assert(
        !has_retired(bed(RETIRE, "{'observedGeneration':2,'retired':true,'rows':['a']}"), below));
    ck_assert(!has_retired(bed(RETIRE, "{'observedGeneration':2,'retired':true,'peas':{'a':{}}}"),
        below));
}
END_TEST

/* --- staging --- */

static void refresh(const void *context, const json_t *child, json_t *spec)
{
    ck_assert_str_eq(object_kind(child), "Bed");
    json_put_text(spec, "well", context);
}

static struct leaving leaving(const char *control)
{
    return (struct leaving){.group = 3,
        .control = control == NULL ? NULL : json_of(control),
        .below = below,
        .refresh = refresh,
        .context = "deep"};
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

static const json_t *emitted(struct stage *stage)
{
    json_t *children = json_new_list();

    stage_emit(stage, &(struct answer){.children = children, .released = json_new_map()});
    return children;
}

START_TEST(what_leaves_is_kept_even_without_its_last_applied)
{
    struct stage stage = {.arena = arena, .keys = &garden_keys};
    struct objects observed =
        objects_of("[{'apiVersion':'garden.example.org/v1','kind':'Bed','metadata':{'name':'x',"
                   "'namespace':'n','labels':{'a':'b'}},'spec':{'y':1}}]");
    const struct leaving how = leaving(RETIRE);

    stage_leaving(&stage, &observed, &how);
    stage_plan(&stage);
    ck_json(emitted(&stage),
        "[{'apiVersion':'garden.example.org/v1','kind':'Bed','metadata':{'name':'x','namespace':"
        "'n','labels':{'a':'b'}},'spec':{'y':1,'well':'deep','rollout':{'retire':true}}}]");
}
END_TEST

START_TEST(what_leaves_is_as_it_was_applied_but_for_what_is_of_today)
{
    struct stage stage = {.arena = arena, .keys = &garden_keys, .paused = true};
    struct objects observed =
        objects_of("[{'apiVersion':'v1','kind':'Bed','metadata':{'name':'x','annotations':{"
                   "'metacontroller.k8s.io/last-applied-configuration':"
                   "'{\\'apiVersion\\':\\'v1\\',\\'kind\\':\\'Bed\\',\\'metadata\\':{"
                   "\\'name\\':\\'x\\'},\\'spec\\':{\\'a\\':1,\\'well\\':1}}'}},'spec':{'a':2}}]");
    const struct leaving how = leaving(RETIRE);

    stage_leaving(&stage, &observed, &how);
    stage_plan(&stage);
    ck_json(emitted(&stage),
        "[{'apiVersion':'v1','kind':'Bed','metadata':{'name':'x'},'spec':{'a':1,'well':'deep',"
        "'rollout':{'retire':true}}}]");
}
END_TEST

START_TEST(what_is_staged_already_does_not_leave)
{
    struct stage stage = {.arena = arena, .keys = &garden_keys};
    struct objects observed = objects_of(
        "[{'kind':'Bed','metadata':{'name':'a'}},"
        "{'kind':'Bed','metadata':{'name':'b','generation':2},'spec':{'rollout':{'retire':true}},"
        "'status':{'observedGeneration':2,'peas':[],'retired':true}},"
        "{'apiVersion':'v1','kind':'Bed','metadata':{'name':'c'}}]");
    const struct leaving how = leaving(RETIRE);

    stage_add(&stage, (struct stage_child){.name = "a"});
    stage_leaving(&stage, &observed, &how);
    ck_assert_uint_eq(stage.count, 3);
    ck_assert_str_eq(stage.at[1].name, "b");
    ck_assert_ptr_null(stage.at[1].desired);
    ck_assert_str_eq(stage.at[2].name, "c");
    ck_json(stage.at[2].desired, "{'apiVersion':'v1','kind':'Bed','metadata':{'name':'c'}}");
    ck_json(stage.at[2].control, RETIRE);
    ck_assert_int_eq(stage.at[2].group, 3);
}
END_TEST

/* --- whose turn it is to retire --- */

/* A Bed as one letter: w well, u not Ready, b it only waits (Ready, not Updated); then l where it
 * has left, t where it has left and is told to retire, p where it is wanted in another way. */
static void add(struct stage *stage, const char *letters, const char *name)
{
    const bool left = strpbrk(letters, "lt") != NULL;
    const char *spec =
        strchr(letters, 't') != NULL ? "{'rollout':{'retire':true},'a':1}" : "{'a':1}";
    json_t *applied = json_clone(json_of(fmt(arena,
        "{'apiVersion':'v1','kind':'Bed','metadata':{'name':'%s'},'spec':%s}",
        name,
        spec)));
    json_t *observed = json_clone(applied);
    json_t *metadata = json_object_get(observed, "metadata");

    json_object_set(metadata, "generation", json_integer(1));
    json_object_set(metadata, "annotations", json_object());
    json_object_set(json_object_get(metadata, "annotations"),
        "metacontroller.k8s.io/last-applied-configuration",
        json_string(json_write(arena, applied, NULL)));
    json_object_set(observed,
        "status",
        json_clone(json_of(fmt(arena,
            "{'observedGeneration':1,'conditions':[{'type':'Ready','status':'%s'},{'type':"
            "'Updated','status':'%s','reason':'RolloutProgressing'}]}",
            *letters == 'u' ? "False" : "True",
            *letters == 'w' ? "True" : "False"))));
    if (strchr(letters, 'p') != NULL)
        json_object_set(json_object_get(applied, "spec"), "a", json_integer(2));
    stage_add(stage,
        (struct stage_child){.name = name,
            .desired = applied,
            .observed = observed,
            .method = STAGE_IN_PLACE,
            .own = true,
            .retires = retire_in_progress(observed),
            .held_spec = left ? applied : NULL,
            .health =
                *letters == 'w' && strchr(letters, 't') == NULL ? HEALTH_SETTLED : HEALTH_UNREADY});
}

static const json_t *told(const void *context, const json_t *object)
{
    (void)context;
    return object;
}

static const struct {
    const char *children; /* "w w wl": those with an l or t are the last ones */
    bool paused;
    const char *told; /* names */
    const char *said; /* or NULL */
} turns[] = {
    {"w w", false, "", NULL},
    {"w wl", false, "b", "removing Bed b"},
    {"w wl wl", false, "b", "removing Bed b"},
    {"w bt wl", false, "b", "removing Bed b"},
    {"w wt wl", false, "b", "Bed c is removed once all others are settled"},
    {"w wl", true, "", "spec.rollout.paused keeps Bed b"},
    {"u wl", false, "", "Bed b is removed once all others are settled"},
    {"b wl", false, "b", "removing Bed b"},
    {"u ul", false, "b", "removing Bed b"},
};

START_TEST(they_retire_one_at_a_time)
{
    struct stage stage = {.arena = arena, .keys = &garden_keys, .paused = turns[_i].paused};
    const struct retirement retirement = {.control = json_of(RETIRE), .object = told};
    struct texts names = {.arena = arena};
    size_t wanted = 0;
    const char *said;
    char name = 'a';

    for (const char *at = turns[_i].children; *at != '\0'; name++) {
        size_t length = strcspn(at, " ");
        const char *letters = text_copy(arena, at, length);

        wanted += strpbrk(letters, "lt") == NULL;
        add(&stage, letters, fmt(arena, "%c", name));
        at += length + (at[length] == ' ');
    }
    stage_plan(&stage);
    said = retire_in_turn(&stage, wanted, &retirement);
    for (size_t i = 0; i < stage.count; i++) {
        if (stage.at[i].control != NULL)
            texts_add(&names, stage.at[i].name);
    }
    ck_assert_str_eq(texts_join(&names, " "), turns[_i].told);
    if (turns[_i].said == NULL)
        ck_assert_ptr_null(said);
    else
        ck_assert_str_eq(said, turns[_i].said);
}
END_TEST

START_TEST(an_earlier_one_goes_on_where_later_ones_wait_for_it)
{
    static const struct {
        const char *first, *second;
        bool paused;
        size_t next;
    } rows[] = {
        {"wp", "b", false, 0},        /* it serves, and waits */
        {"wp", "u", false, SIZE_MAX}, /* it does not serve */
        {"wp", "b", true, SIZE_MAX},
        {"w", "b", false, SIZE_MAX}, /* nothing is new */
    };

    for (size_t i = 0; i < sizeof(rows) / sizeof(*rows); i++) {
        struct stage stage = {.arena = arena, .keys = &garden_keys, .paused = rows[i].paused};

        add(&stage, rows[i].first, "a");
        add(&stage, rows[i].second, "b");
        stage_plan(&stage);
        ck_assert_uint_eq(stage.next, SIZE_MAX);
        let_earlier_go(&stage, 2);
        ck_assert_uint_eq(stage.next, rows[i].next);
    }
}
END_TEST

static void tests(TCase *tcase)
{
    tcase_add_test(tcase, it_is_in_progress_while_something_is_taken_down);
    tcase_add_test(tcase, a_status_alone_retires_nobody);
    tcase_add_test(tcase, what_leaves_is_kept_even_without_its_last_applied);
    tcase_add_test(tcase, what_leaves_is_as_it_was_applied_but_for_what_is_of_today);
    tcase_add_test(tcase, what_is_staged_already_does_not_leave);
    tcase_add_loop_test(tcase, they_retire_one_at_a_time, 0, sizeof(turns) / sizeof(turns[0]));
    tcase_add_test(tcase, an_earlier_one_goes_on_where_later_ones_wait_for_it);
}

TEST_MAIN(tests)
