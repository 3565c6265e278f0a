#include "sim_testing.h"

#include "metadata.h"

/* The contract of include/sim.h, as the commands use it. */

static struct texts seen;
static int steps_seen;

static void see_event(void *context, const struct sim *of, const struct sim_event *event)
{
    static const char *const verbs[] = {"create", "update", "status", "delete", "removed"};
    const json_t *object = event->after == NULL ? event->before : event->after;

    (void)of;
    ck_assert_ptr_eq(context, &seen);
    ck_assert((event->before == NULL) == (event->verb == SIM_CREATE));
    ck_assert((event->after == NULL) == (event->verb == SIM_REMOVED));
    texts_add(&seen, fmt(arena, "%s %s %s", event->actor, verbs[event->verb], object_name(object)));
}

static void see_step(void *context, const struct sim *of)
{
    (void)context;
    ck_assert_int_gt(sim_steps(of), steps_seen);
    steps_seen = sim_steps(of);
}

static void see_note(void *context, const struct sim *of, const char *text)
{
    (void)context;
    (void)of;
    texts_add(&seen, text_copy(arena, text, strlen(text)));
}

static void begin(void)
{
    steps_seen = 0;
    sim_begin((struct sim_options){.on_event = see_event,
        .on_step = see_step,
        .on_note = see_note,
        .observer = &seen});
}

static void forget(void)
{
    seen = (struct texts){.arena = arena};
}

#define READY_BOX(ready)                                                                           \
    "{'apiVersion':'test.io/v1','kind':'Box','metadata':{'name':'b'},'spec':{'selector':{"         \
    "'matchLabels':{'app':'b'}},'children':[],'status':{'conditions':[{'type':'Ready','status':"   \
    "'" ready "'},{'type':'Updated','status':'True'}]}}}"

START_TEST(ready_is_settled_and_at_rest)
{
    forget();
    ck_assert(!sim_ready(sim));
    ck_assert(!sim_step(sim));
    apply_text_of(READY_BOX("True"));
    ck_assert(!sim_ready(sim));
    settle();
    ck_assert(sim_ready(sim));
    apply_text_of(READY_BOX("False"));
    /* Not observed yet. */
    ck_assert(!sim_ready(sim));
    settle();
    ck_assert(!sim_ready(sim));
    apply_text_of(READY_BOX("True"));
    settle();
    apply_text_of("{'apiVersion':'v1','kind':'Pod','metadata':{'name':'p'},'spec':{'containers':[{"
                  "'name':'c','image':'i:1'}]}}");
    ck_assert(!sim_ready(sim));
    settle();
    ck_assert(sim_ready(sim));
    ck_assert(!sim_step(sim));
}
END_TEST

START_TEST(a_fault_to_come_is_waited_for)
{
    forget();
    apply_text_of(READY_BOX("True"));
    break_by("node=node-1@50");
    ck_assert(!sim_ready(sim));
    settle();
    ck_assert(sim_ready(sim));
    ck_assert_int_ge(sim_steps(sim), 50);
    ck_assert(texts_contain(&seen, "fault: node=node-1"));
}
END_TEST

START_TEST(observers_see_every_write)
{
    forget();
    apply_text_of(box(fmt(arena, "[%s]", config("m", "1"))));
    settle();
    sim_delete(sim, "Box", "default", "b");
    settle();
    ck_assert_str_eq(texts_join(&seen, ", "),
        "user create b, metacontroller create m, metacontroller status b, user removed b, gc "
        "removed m");
    ck_assert_int_eq(steps_seen, sim_steps(sim));
}
END_TEST

START_TEST(trouble_is_told_once)
{
    size_t notes;

    forget();
    apply_text_of("{'apiVersion':'test.io/v1','kind':'Box','metadata':{'name':'b'},'spec':{"
                  "'selector':{'matchLabels':{'app':'b'}},'code':422,'raw':'spec.x: is wrong'}}");
    settle();
    notes = seen.count;
    ck_assert_str_eq(seen.at[notes - 1],
        "Box default/b: sync error: the hook answered 422: spec.x: is wrong");
    ck_assert_uint_eq(notes, 2);
}
END_TEST

START_TEST(objects_come_sorted)
{
    struct text names = {.arena = arena};
    struct objects objects;

    forget();
    apply_text_of("{'apiVersion':'v1','kind':'Secret','metadata':{'name':'a'}}");
    apply_text_of("{'apiVersion':'v1','kind':'ConfigMap','metadata':{'name':'z'}}");
    apply_text_of("{'apiVersion':'v1','kind':'ConfigMap','metadata':{'name':'b','namespace':'x'}}");
    apply_text_of("{'apiVersion':'v1','kind':'ConfigMap','metadata':{'name':'c'}}");
    objects = sim_objects(sim, arena, NULL);
    for (size_t i = 0; i < objects.count; i++)
        text_addf(&names,
            "%s/%s/%s ",
            object_kind(objects.at[i]),
            object_namespace(objects.at[i]),
            object_name(objects.at[i]));
    ck_assert_str_eq(text_string(&names),
        "ConfigMap/default/c ConfigMap/default/z ConfigMap/x/b Secret/default/a ");
    ck_assert_uint_eq(sim_objects(sim, arena, "ConfigMap").count, 3);
    ck_assert_uint_eq(sim_objects(sim, arena, "Nothing").count, 0);
    ck_assert_ptr_null(sim_object(sim, "ConfigMap", "x", "c"));
    ck_assert_ptr_null(sim_object(sim, "Nothing", "x", "c"));
}
END_TEST

START_TEST(apply_replaces_what_users_write_and_nothing_else)
{
    const json_t *object;
    const char *uid;

    forget();
    apply_text_of("{'apiVersion':'test.io/v1','kind':'Box','metadata':{'name':'b','labels':{'a':'1'"
                  "}},'spec':{'selector':{'matchLabels':{'app':'b'}},'children':[],'old':1}}");
    settle();
    uid = text_copy(arena, object_uid(get("Box", "b")), 36);
    apply_text_of("{'apiVersion':'test.io/v1','kind':'Box','metadata':{'name':'b','annotations':{"
                  "'n':'1'}},'spec':{'selector':{'matchLabels':{'app':'b'}},'children':[]},"
                  "'status':{'mine':1}}");
    object = get("Box", "b");
    ck_assert_str_eq(object_uid(object), uid);
    ck_assert_ptr_null(json_at(object, "metadata", "labels"));
    ck_assert_ptr_null(json_at(object, "spec", "old"));
    ck_json(json_at(object, "metadata", "annotations"), "{'n':'1'}");
    ck_json(json_at(object, "status"), "{'observedGeneration':1}");
    ck_assert(!sim_delete(sim, "Box", "default", "c"));
    ck_assert(!sim_delete(sim, "Nothing", "default", "c"));
}
END_TEST

START_TEST(a_summary_of_nothing)
{
    struct sim_summary summary = sim_summary(sim);

    forget();
    ck_assert(!summary.ready);
    ck_assert_int_eq(summary.steps, 0);
    ck_assert_uint_eq(summary.min_serving, 0);
    ck_assert_uint_eq(summary.violation_count, 0);
    ck_assert_uint_eq(sim_serving(sim, NULL, "main", "0"), 0);
    ck_assert_ptr_null(sim_primary(sim, NULL, "main", "0"));
    ck_assert(!sim_vtctl(sim, (const char *const[]){"GetCellInfoNames", NULL}, NULL));
}
END_TEST

static void tests(TCase *tcase)
{
    tcase_add_checked_fixture(tcase, begin, sim_end);
    tcase_add_test(tcase, ready_is_settled_and_at_rest);
    tcase_add_test(tcase, a_fault_to_come_is_waited_for);
    tcase_add_test(tcase, observers_see_every_write);
    tcase_add_test(tcase, trouble_is_told_once);
    tcase_add_test(tcase, objects_come_sorted);
    tcase_add_test(tcase, apply_replaces_what_users_write_and_nothing_else);
    tcase_add_test(tcase, a_summary_of_nothing);
}

TEST_MAIN(tests)
