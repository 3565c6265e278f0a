#include "testing.h"

#include "level.h"

/* A level says of itself where it is, whatever API its kinds are of: here they are Gardens with
 * Beds. */

static const char *conditions_of(struct stage *stage, struct level_conditions level)
{
    struct request request = {.arena = arena, .parent = json_of("{}")};
    struct text said = {.arena = arena};
    const json_t *condition;

    level.stage = stage;
    json_each_item (level_conditions(&request, &level), i, condition) {
        const char *message = json_text_at(condition, "message");

        text_addf(&said,
            "%s %s %s%s%s\n",
            json_text_at(condition, "type"),
            json_text_at(condition, "status"),
            json_text_at(condition, "reason"),
            message == NULL ? "" : ": ",
            message == NULL ? "" : message);
    }
    return text_string(&said);
}

START_TEST(a_level_without_a_stage_counts_what_rolls_by_itself)
{
    ck_assert_str_eq(conditions_of(NULL, (struct level_conditions){.ready = true, .rolling = 3}),
        "Ready True Ready\nUpdated True RolloutComplete: all 3 are up to date\n"
        "Progressing False RolloutComplete: all 3 are up to date\n");
    ck_assert_str_eq(
        conditions_of(NULL,
            (struct level_conditions){.ready = true, .rolling = 3, .pending = "a bed"}),
        "Ready True Ready\nUpdated False RolloutProgressing: a bed\n"
        "Progressing True RolloutProgressing: a bed\n");
    ck_assert_str_eq(conditions_of(NULL,
                         (struct level_conditions){.ready = true,
                             .ready_reason = "Why",
                             .ready_message = "because",
                             .well_reason = "InFlower",
                             .well_message = "all beds are",
                             .rolling = 1}),
        "Ready True InFlower: all beds are\nUpdated True RolloutComplete: all 1 are up to date\n"
        "Progressing False RolloutComplete: all 1 are up to date\n");
}
END_TEST

START_TEST(conditions_say_where_a_level_is)
{
    struct stage done = {.arena = arena, .reason = ROLLOUT_COMPLETE, .message = "all"};
    struct stage_child child = {.name = "x", .desired = json_of("{}"), .method = STAGE_IN_PLACE};
    struct stage busy = done;

    ck_assert_str_eq(conditions_of(&done, (struct level_conditions){.ready = true}),
        "Ready True Ready\nUpdated True RolloutComplete: all\n"
        "Progressing False RolloutComplete: all\n");
    ck_assert_str_eq(
        conditions_of(&done,
            (struct level_conditions){.ready_reason = "Why", .ready_message = "starting"}),
        "Ready False Why: starting\nUpdated True RolloutComplete: all\n"
        "Progressing True Why: starting\n");
    ck_assert_str_eq(conditions_of(&done,
                         (struct level_conditions){.ready_reason = "Why",
                             .ready_message = "because",
                             .pending = "a task",
                             .advice_reason = "Old",
                             .advice_message = "image"}),
        "Ready False Why: because\nUpdated False RolloutProgressing: a task\n"
        "Progressing True Why: because\nAdvice True Old: image\n");
    done.paused = true;
    ck_assert_str_eq(
        conditions_of(&done, (struct level_conditions){.ready = true, .pending = "a removal"}),
        "Ready True Ready\nUpdated False RolloutPaused: a removal\n"
        "Progressing False RolloutPaused: a removal\n");
    stage_add(&busy, child);
    busy.reason = ROLLOUT_WAITING;
    busy.message = "x waits";
    ck_assert_str_eq(conditions_of(&busy, (struct level_conditions){.pending = "a task"}),
        "Ready False NotReady\nUpdated False RolloutWaiting: x waits\n"
        "Progressing True RolloutWaiting: x waits\n");
    busy.reason = ROLLOUT_STALLED;
    ck_assert_str_eq(conditions_of(&busy, (struct level_conditions){.ready = true}),
        "Ready True Ready\nUpdated False RolloutStalled: x waits\n"
        "Progressing False RolloutStalled: x waits\n");
}
END_TEST

/* --- a task without which nothing goes on --- */

#define STUCK "task reparent: no primary"
static const struct task_failure stuck = {STUCK, "no primary"};

static const struct {
    const char *label;
    enum rollout_reason reason;
    const char *message, *pending;
    bool ready;
    const char *updated; /* what is expected */
} tasks[] = {
    {"all is done", ROLLOUT_COMPLETE, "all", NULL, true, "Updated True RolloutComplete: all\n"},
    {"not ready", ROLLOUT_COMPLETE, "all", NULL, false, "Updated False TaskFailing: " STUCK "\n"},
    {"to do", ROLLOUT_COMPLETE, "all", "a", true, "Updated False TaskFailing: " STUCK "\n"},
    {"what waits says so itself",
        ROLLOUT_COMPLETE,
        "all",
        "cannot move: no primary",
        true,
        "Updated False TaskFailing: cannot move: no primary\n"},
    {"kept", ROLLOUT_KEPT_UNTIL_IDLE, "idle", NULL, false, "Updated True KeptUntilIdle: idle\n"},
};

static const char *line_of(const char *text, const char *type)
{
    const char *line = strstr(text, type);

    return text_copy(arena, line, (size_t)(strchr(line, '\n') - line) + 1);
}

START_TEST(a_stuck_task_is_the_reason_where_it_holds_something_up)
{
    struct stage stage = {.arena = arena, .reason = tasks[_i].reason, .message = tasks[_i].message};
    const char *said = conditions_of(&stage,
        (struct level_conditions){.ready = tasks[_i].ready,
            .pending = tasks[_i].pending,
            .stuck = stuck});

    if (!text_equal(line_of(said, "Updated"), tasks[_i].updated))
        ck_abort_msg("%s: %s", tasks[_i].label, said);
}
END_TEST

START_TEST(what_is_blocked_is_not_waiting_for_a_task)
{
    struct stage stage = {.arena = arena, .reason = ROLLOUT_STALLED, .message = "Bed x: Drought"};

    stage_add(&stage,
        (struct stage_child){.name = "x", .desired = json_of("{}"), .method = STAGE_IN_PLACE});
    ck_assert_str_eq(conditions_of(&stage, (struct level_conditions){.stuck = stuck}),
        "Ready False NotReady\nUpdated False RolloutStalled: Bed x: Drought\n"
        "Progressing False RolloutStalled: Bed x: Drought\n");
}
END_TEST

/* --- advice --- */

START_TEST(advice_of_several_kinds_says_so)
{
    struct level_conditions level = {0};
    struct advice advice = advice_begin(arena);

    advice_give(&advice, &level);
    ck_assert_ptr_eq(level.advice_message, NULL);
    advice_add(&advice, "A", "one");
    advice_add(&advice, "A", "two");
    advice_give(&advice, &level);
    ck_assert_str_eq(level.advice_reason, "A");
    ck_assert_str_eq(level.advice_message, "one; two");
    advice_add(&advice, "B", "three");
    advice_give(&advice, &level);
    ck_assert_str_eq(level.advice_reason, "MultipleReasons");
}
END_TEST

START_TEST(advice_of_children_names_them)
{
    const json_t *beds[] = {
        json_of("{'kind':'Bed','metadata':{'name':'a'},'status':{'conditions':[{'type':'Advice',"
                "'status':'True','reason':'Dry','message':'water it'}]}}"),
        json_of("{'kind':'Bed','metadata':{'name':'b'},'status':{'conditions':[{'type':'Advice',"
                "'status':'False','reason':'Wet','message':'drain it'}]}}")};
    struct advice advice = advice_begin(arena);

    advice_of(&advice, &(struct objects){beds, 2});
    ck_assert_str_eq(advice.reason, "Dry");
    ck_assert_str_eq(texts_join(&advice.messages, "; "), "Bed a: water it");
}
END_TEST

START_TEST(an_edit_by_hand_is_told_where_it_belongs)
{
    struct request request = {.arena = arena,
        .parent = json_of("{'spec':{'a':{'b':1}}}"),
        .spec = json_of("{'a':{'b':2,'c':3}}")};
    struct advice advice = advice_begin(arena);

    advise_edit(&advice, &request, "Garden");
    ck_assert_str_eq(advice.reason, "EditIgnored");
    ck_assert_str_eq(advice.messages.at[0],
        "spec.a.c was added by hand and is ignored: this object is written by the operator; edit "
        "the Garden instead");
    request.spec = json_of("{'a':{'b':2}}");
    advice = advice_begin(arena);
    advise_edit(&advice, &request, "Garden");
    ck_assert_uint_eq(advice.messages.count, 0);
}
END_TEST

/* --- where nothing moves --- */

START_TEST(a_standstill_keeps_what_was_known)
{
    struct request request = {.arena = arena,
        .parent = json_of("{'status':{'observedGeneration':3,'beds':['a'],'conditions':["
                          "{'type':'Ready','status':'False','lastTransitionTime':'then'},"
                          "{'type':'Advice','status':'True','reason':'Dry'}]}}")};

    ck_json(standstill(&request, "Frozen", "it snows", "until spring"),
        "{'beds':['a'],'conditions':["
        "{'type':'Ready','status':'False','lastTransitionTime':'then','reason':'Frozen','message':"
        "'it snows'},"
        "{'type':'Updated','status':'False','lastTransitionTime':'1970-01-01T00:00:00Z','reason':"
        "'Frozen','message':'until spring'},"
        "{'type':'Progressing','status':'False','lastTransitionTime':'1970-01-01T00:00:00Z',"
        "'reason':'Frozen','message':'until spring'},"
        "{'type':'Advice','status':'True','reason':'Dry'}]}");
}
END_TEST

static void tests(TCase *tcase)
{
    tcase_add_test(tcase, conditions_say_where_a_level_is);
    tcase_add_test(tcase, a_level_without_a_stage_counts_what_rolls_by_itself);
    tcase_add_loop_test(tcase,
        a_stuck_task_is_the_reason_where_it_holds_something_up,
        0,
        sizeof(tasks) / sizeof(tasks[0]));
    tcase_add_test(tcase, what_is_blocked_is_not_waiting_for_a_task);
    tcase_add_test(tcase, advice_of_several_kinds_says_so);
    tcase_add_test(tcase, advice_of_children_names_them);
    tcase_add_test(tcase, an_edit_by_hand_is_told_where_it_belongs);
    tcase_add_test(tcase, a_standstill_keeps_what_was_known);
}

TEST_MAIN(tests)
