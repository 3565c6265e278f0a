#include "testing.h"

#include "metadata.h"
#include "staging.h"

static const struct api_keys keys = {.reserved = "ours/",
    .tablet_type = "tablet-type",
    .spec_hash = "hash",
    .not_made_here = "ours/note"};

/* Each transition as one row. A child is written as letters:
 *
 *   kind of change   c current   p pending   r has left the spec   m missing
 *   its health       u unready   s unready but started   b broken   d terminal   t terminating
 *                    (none: settled)   w but running   n but serving   f forced
 *   of own kinds     o one   h well before, and the newest spec not observed   l blocks nobody
 *                    g retires   x needs the newest
 *
 * and what becomes of it as one: E emitted as desired, K kept as applied last, O omitted. */

struct row {
    const char *shows;
    enum stage_method method;
    bool paused;
    const char *children;
    const char *verdicts;
    const char *reason;
    const char *message;
};

#define PODS STAGE_REPLACE
#define OWN STAGE_IN_PLACE
#define ONCE STAGE_AT_ONCE

/* clang-format off */
static const struct row rows[] = {
    {"nothing to do", PODS, false,
        "c c c", "E E E", "RolloutComplete", "all 3 are up to date"},
    {"new ones are made at once", PODS, false,
        "m m m", "E E E", "RolloutProgressing", "creating Pod a"},
    {"the first settled one moves, the others are held", PODS, false,
        "p p p", "O K K", "RolloutProgressing", "updating Pod a"},
    {"the next one waits while one is gone", PODS, false,
        "m p p", "E K K", "RolloutProgressing", "creating Pod a"},
    {"or on its way out", PODS, false,
        "ct p p", "E K K", "RolloutProgressing", "waiting for the old Pod a to go"},
    {"or starting", PODS, false,
        "cu p p", "E K K", "RolloutWaiting", "Pod b waits until Pod a is settled: is starting"},
    {"then it is its turn", PODS, false,
        "c p p", "E O K", "RolloutProgressing", "updating Pod b"},
    {"the last one", PODS, false,
        "c c p", "E E O", "RolloutProgressing", "updating Pod c"},
    {"a broken new one stops the rollout", PODS, false,
        "cb p p", "E K K", "RolloutStalled", "Pod a: ImagePullBackOff"},
    {"a broken one is mended at once", PODS, false,
        "pb p p", "O K K", "RolloutProgressing", "updating Pod a"},
    {"without waiting for its siblings", PODS, false,
        "p cu pb", "K E O", "RolloutProgressing", "updating Pod c"},
    {"all that never came up move one after the other", PODS, false,
        "pu pu pu", "O K K", "RolloutProgressing", "updating Pod a"},
    {"the next one when the first one runs", PODS, false,
        "cs pu pu", "E O K", "RolloutProgressing", "updating Pod b"},
    {"but not before", PODS, false,
        "cu pu pu", "E K K", "RolloutWaiting", "Pod b waits until Pod a is settled: is starting"},
    {"nor when the first one is broken", PODS, false,
        "cb pu pu", "E K K", "RolloutStalled", "Pod a: ImagePullBackOff"},
    {"a broken one that is needed takes its turn", PODS, false,
        "pbn pbn pbn", "O K K", "RolloutProgressing", "updating Pod a"},
    {"the next one when the first one is settled", PODS, false,
        "c pbn pbn", "E O K", "RolloutProgressing", "updating Pod b"},
    {"but not before", PODS, false,
        "cs pbn pbn", "E K K", "RolloutWaiting", "Pod b waits until Pod a is settled: is starting"},
    {"nor when the first one is broken again", PODS, false,
        "cbn pbn pbn", "E K K", "RolloutStalled", "Pod a: ImagePullBackOff"},
    {"one whose probe fails for a moment waits for one that boots", PODS, false,
        "cs pun c", "E K E", "RolloutWaiting", "Pod b waits until Pod a is settled: is starting"},
    {"but not for what is still to move", PODS, false,
        "pun pu p", "O K K", "RolloutProgressing", "updating Pod a"},
    {"one that nobody needs moves when the one before runs", PODS, false,
        "cs pbw pbw", "E O K", "RolloutProgressing", "updating Pod b"},
    {"but not at once", PODS, false,
        "cu pbw pbw", "E K K", "RolloutWaiting", "Pod b waits until Pod a is settled: is starting"},
    {"one that has left and is needed takes its turn, too", PODS, false,
        "cs rbn c", "E K E", "RolloutWaiting", "Pod b waits until Pod a is settled: is starting"},
    {"a settled one waits for an unsettled one elsewhere", PODS, false,
        "p c cu", "K E E", "RolloutWaiting", "Pod a waits until Pod c is settled: is starting"},
    {"what is unwell moves before what is well", PODS, false,
        "p pu", "K O", "RolloutProgressing", "updating Pod b"},
    {"a node that dies is not a rollout", PODS, false,
        "c cs c", "E E E", "RolloutComplete", "all 3 are up to date"},
    {"a dead one is healed", PODS, false,
        "c cd c", "E O E", "RolloutProgressing", "replacing Pod b"},
    {"even while paused", PODS, true,
        "c cd c", "E O E", "RolloutProgressing", "replacing Pod b"},
    {"one that has left goes", PODS, false,
        "r c c", "O E E", "RolloutProgressing", "removing Pod a"},
    {"one at a time", PODS, false,
        "r r c", "O K E", "RolloutProgressing", "removing Pod a"},
    {"before others move", PODS, false,
        "r p c", "O K E", "RolloutProgressing", "removing Pod a"},
    {"until it is gone", PODS, false,
        "rt p c", "O K E", "RolloutProgressing", "removing Pod a"},
    {"a pause holds it", PODS, true,
        "r c c", "K E E", "RolloutPaused", "spec.rollout.paused holds Pod a"},
    {"a pause holds a rollout", PODS, true,
        "c p p", "E K K", "RolloutPaused", "spec.rollout.paused holds Pod b"},
    {"a pause holds even a broken one", PODS, true,
        "c pb p", "E K K", "RolloutPaused", "spec.rollout.paused holds Pod b"},
    {"but not what is missing", PODS, true,
        "m c c", "E E E", "RolloutProgressing", "creating Pod a"},
    {"force moves one through a pause", PODS, true,
        "c p pf", "E K O", "RolloutPaused", "spec.rollout.paused holds Pod b"},
    {"no other one moves beside it", PODS, false,
        "p c pf", "K E O", "RolloutProgressing", "updating Pod c"},
    {"force does not restart what is current", PODS, false,
        "c cf c", "E E E", "RolloutComplete", "all 3 are up to date"},
    {"own: new ones at once", OWN, false,
        "m m", "E E", "RolloutProgressing", "creating VitessCell a"},
    {"own: one at a time", OWN, false,
        "p p", "E K", "RolloutProgressing", "updating VitessCell a"},
    {"own: the next waits", OWN, false,
        "cu p", "E K", "RolloutProgressing", "updating VitessCell a"},
    {"own: an edit reaches the one in flight", OWN, false,
        "pu p", "E K", "RolloutProgressing", "updating VitessCell a"},
    {"own: and each other that is unwell", OWN, false,
        "pu p pu", "E K E", "RolloutProgressing", "updating VitessCell a"},
    {"own: a stalled one stops the others", OWN, false,
        "cb p", "E K", "RolloutStalled", "VitessCell a: ImagePullBackOff"},
    {"own: and takes a mended spec", OWN, false,
        "pb p", "E K", "RolloutProgressing", "updating VitessCell a"},
    {"own: paused", OWN, true,
        "p p", "K K", "RolloutPaused", "spec.rollout.paused holds VitessCell a"},
    {"own: a pause holds even a mended spec", OWN, true,
        "pb pu", "K K", "RolloutPaused", "spec.rollout.paused holds VitessCell a"},
    {"own: which force lets through", OWN, true,
        "pbf p", "E K", "RolloutPaused", "spec.rollout.paused holds VitessCell b"},
    {"own: forced", OWN, false,
        "cu pf", "E E", "RolloutProgressing", "updating VitessCell a"},
    {"own: no other one beside it", OWN, false,
        "p pf", "K E", "RolloutProgressing", "updating VitessCell b"},
    {"own: gone when it may go", OWN, false,
        "c r", "E O", "RolloutProgressing", "removing VitessCell b"},
    {"at once: never waits", ONCE, false,
        "p p r", "E E O", "RolloutComplete", "all 0 are up to date"},
};
/* clang-format on */

static const char *with_applied(const char *applied)
{
    json_t *text = json_string(json_write(arena, json_of(applied), NULL));

    return json_write(arena, text, NULL);
}

/* What is observed of a child whose last-applied configuration has the image `image`. */
static const json_t *observed_child(const char *kind, char name, const char *image,
    bool terminating, bool settled)
{
    const char *applied = fmt(arena,
        "{'apiVersion':'v1','kind':'%s','metadata':{'name':'%c'},"
        "'spec':{'containers':[{'name':'x','image':'%s'}]}}",
        kind,
        name,
        image);

    return json_of(fmt(arena,
        "{'apiVersion':'v1','kind':'%s','metadata':{'name':'%c','generation':1,%s"
        "'annotations':{'metacontroller.k8s.io/last-applied-configuration':%s}},"
        "'spec':{'containers':[{'name':'x','image':'%s'}],'nodeName':'n'},"
        "'status':{'observedGeneration':1,'conditions':[{'type':'Updated','status':'%s'}]}}",
        kind,
        name,
        terminating ? "'deletionTimestamp':'2026-01-01T00:00:00Z'," : "",
        with_applied(applied),
        image,
        settled ? "True" : "False"));
}

/* The same as it is before its hook has seen the newest spec. */
static const json_t *unaware(const json_t *child)
{
    json_t *copy = json_clone(child);

    json_object_set(json_object_get(copy, "metadata"), "generation", json_integer(2));
    json_object_set(copy,
        "status",
        json_clone(json_of("{'observedGeneration':1,'conditions':[{'type':'Ready','status':'True'},"
                           "{'type':'Updated','status':'True'}]}")));
    return copy;
}

static const json_t *desired_child(const char *kind, char name)
{
    return json_of(fmt(arena,
        "{'apiVersion':'v1','kind':'%s','metadata':{'name':'%c'},"
        "'spec':{'containers':[{'name':'x','image':'new'}]}}",
        kind,
        name));
}

static enum child_health health_of(const char *letters)
{
    const bool serving = strchr(letters, 'n') != NULL;

    if (strchr(letters, 'd') != NULL)
        return HEALTH_TERMINAL;
    if (strchr(letters, 'b') != NULL)
        return serving                        ? HEALTH_BROKEN_SERVING
               : strchr(letters, 'w') != NULL ? HEALTH_BROKEN_RUNNING
                                              : HEALTH_BROKEN;
    if (strpbrk(letters, "ust") != NULL)
        return serving ? HEALTH_UNREADY_SERVING : HEALTH_UNREADY;
    return HEALTH_SETTLED;
}

static struct stage_child child_of(const char *letters, char name, enum stage_method method,
    json_t *force)
{
    const char *kind = method == OWN ? "VitessCell" : "Pod";
    bool well = strpbrk(letters, "usbdt") == NULL;
    struct stage_child child = {
        .name = fmt(arena, "%c", name),
        .desired = *letters == 'r' ? NULL : desired_child(kind, name),
        .method = method,
        .health = health_of(letters),
        .started = strchr(letters, 's') != NULL,
        .trouble = strchr(letters, 'b') != NULL ? "ImagePullBackOff"
                   : well                       ? NULL
                                                : "is starting",
        .own = strchr(letters, 'o') != NULL,
        .blocks_nobody = strchr(letters, 'l') != NULL,
        .retires = strchr(letters, 'g') != NULL,
        .needs_newest = strchr(letters, 'x') != NULL,
    };

    if (*letters != 'm')
        child.observed = observed_child(kind,
            name,
            *letters == 'c' ? "new" : "old",
            strchr(letters, 't') != NULL,
            well);
    if (strchr(letters, 'h') != NULL)
        child.observed = unaware(child.observed);
    if (strchr(letters, 'f') != NULL)
        json_add_text(force, child.name);
    return child;
}

static const char *pod_image(const json_t *pod)
{
    return json_text_at(json_array_get(json_at(pod, "spec", "containers"), 0), "image");
}

static const char *verdicts_of(const struct stage *stage)
{
    struct text text = {.arena = arena};

    for (size_t i = 0; i < stage->count; i++)
        text_addf(&text, "%s%c", i == 0 ? "" : " ", "EKO"[stage->at[i].verdict]);
    return text_string(&text);
}

static struct stage stage_with_children(const struct row *row)
{
    json_t *force = json_new_list();
    struct stage stage = {.arena = arena, .keys = &keys, .paused = row->paused, .force = force};
    char name = 'a';

    for (const char *at = row->children; *at != '\0'; name++) {
        size_t length = strcspn(at, " ");

        stage_add(&stage, child_of(text_copy(arena, at, length), name, row->method, force));
        at += length + (at[length] == ' ');
    }
    return stage;
}

static struct stage stage_of(const struct row *row)
{
    struct stage stage = stage_with_children(row);

    stage_plan(&stage);
    return stage;
}

static void check_transition(const struct row *row, const struct stage *made)
{
    const struct stage stage = *made;

    ck_assert_msg(text_equal(verdicts_of(&stage), row->verdicts),
        "%s: %s gives %s, not %s",
        row->shows,
        row->children,
        verdicts_of(&stage),
        row->verdicts);
    ck_assert_msg(text_equal(rollout_reason_text(stage.reason), row->reason) &&
                      text_equal(stage.message, row->message),
        "%s: says %s: %s",
        row->shows,
        rollout_reason_text(stage.reason),
        stage.message);
    ck_assert_int_eq(stage_complete(&stage), strcmp(row->reason, "RolloutComplete") == 0);
}

START_TEST(each_transition)
{
    const struct stage stage = stage_of(&rows[_i]);

    check_transition(&rows[_i], &stage);
}
END_TEST

/* A Pod that is not as it is wanted, and is not made as long as nobody needs it. */
static struct stage stage_of_unmade(const struct row *row)
{
    struct stage stage = stage_with_children(row);

    for (size_t i = 0; i < stage.count; i++) {
        struct stage_child *child = &stage.at[i];

        if (child->method != PODS || child->current)
            continue;
        child->unmade = child->desired;
        child->desired = NULL;
    }
    stage_plan(&stage);
    return stage;
}

START_TEST(what_is_unmade_takes_its_turn_all_the_same)
{
    const struct stage stage = stage_of_unmade(&rows[_i]);

    check_transition(&rows[_i], &stage);
}
END_TEST

static const json_t *make(void *context, const void *unmade)
{
    json_add_text(context, object_name(unmade));
    return unmade;
}

START_TEST(only_what_goes_out_is_made)
{
    const struct row row = {"", PODS, false, "m p p rt", "", "", ""};
    struct stage stage = stage_of_unmade(&row);
    json_t *children = json_new_list();
    json_t *made = json_new_list();

    stage.make = make;
    stage.context = made;
    stage_emit(&stage, &(struct answer){.children = children, .released = json_new_map()});
    ck_json(made, "['a']");
    ck_assert_uint_eq(json_array_size(children), 3);
    ck_assert_str_eq(pod_image(json_array_get(children, 0)), "new");
    ck_assert_str_eq(pod_image(json_array_get(children, 1)), "old");
    ck_assert(child_is_wanted(&stage.at[0]) && child_is_wanted(&stage.at[1]));
    ck_assert(!child_is_wanted(&stage.at[3]));
}
END_TEST

/* --- children that a hook of ours has --- */

/* clang-format off */
static const struct own_row {
    const char *shows, *children;
    size_t at_once;
    const char *verdicts, *message;
} own_rows[] = {
    {"workloads get it at once", "pu pu", 1, "E E", "updating VitessCell a"},
    {"own ones in order", "puo puo", 1, "E K", "updating VitessCell a"},
    {"so many at a time", "puo puo puo", 2, "E E K", "updating VitessCell a"},
    {"one that has it takes it up first", "cuo puo", 1, "E K", "updating VitessCell a"},
    {"unless it comes later and has observed it", "puo cuo", 1, "E E", "updating VitessCell a"},
    {"not if it has not", "puo cuoh", 1, "K E", "updating VitessCell a"},
    {"one that was well before a pause", "puoh", 1, "K", "updating VitessCell a"},
    {"nobody waits for one that blocks nobody", "cuol puo", 1, "E E", "updating VitessCell a"},
    {"nor does it wait", "cuo puol", 1, "E E", "updating VitessCell a"},
    {"all wait for one that retires", "cog puo", 1, "E K", "updating VitessCell b"},
    {"what needs it waits for nobody", "cuo puox", 1, "E E", "updating VitessCell a"},
    {"nor what is broken", "cuo pbo", 1, "E E", "updating VitessCell a"},
    {"nor what is forced", "cuo puof", 1, "E E", "updating VitessCell a"},
    {"what has gone is in nobody's way", "ruo puo", 1, "O E", "removing VitessCell a"},
};
/* clang-format on */

START_TEST(own_kinds_take_the_newest_spec_in_order)
{
    const struct own_row *own = &own_rows[_i];
    struct row row = {"", OWN, false, own->children, "", "", ""};
    struct stage stage = stage_with_children(&row);

    stage.at_once = own->at_once;
    stage_plan(&stage);
    ck_assert_msg(text_equal(verdicts_of(&stage), own->verdicts),
        "%s: %s gives %s",
        own->shows,
        own->children,
        verdicts_of(&stage));
    ck_assert_str_eq(stage.message, own->message);
}
END_TEST

/* --- what a hook decides beside the plan --- */

static void hold(struct stage *stage)
{
    stage_hold(stage, "its records first");
}

static void put_first(struct stage *stage)
{
    stage_put_first(stage, "removing x");
}

static void begin_nothing(struct stage *stage)
{
    stage_begin_nothing(stage, "no Secret");
}

static void move_first(struct stage *stage)
{
    stage_move(stage, 0);
}

static void move_and_hold(struct stage *stage)
{
    stage_move(stage, 0);
    stage_hold(stage, "its records first");
}

static void freeze_all(struct stage *stage)
{
    for (size_t i = 0; i < stage->count; i++)
        stage_freeze(stage, i);
}

/* clang-format off */
static const struct turn_row {
    void (*decide)(struct stage *stage);
    const char *children;
    bool paused;
    const char *verdicts, *reason, *message;
} turn_rows[] = {
    {hold, "p p", false, "K K", "RolloutWaiting", "VitessCell a: its records first"},
    {hold, "c c", false, "E E", "RolloutComplete", "all 2 are up to date"},
    {put_first, "p p", false, "K K", "RolloutProgressing", "removing x"},
    {put_first, "cb p", false, "E K", "RolloutStalled", "VitessCell a: ImagePullBackOff"},
    {put_first, "p p", true, "K K", "RolloutPaused", "spec.rollout.paused holds VitessCell a"},
    {begin_nothing, "m p", false, "O K", "RolloutWaiting", "VitessCell a is made once it can start: no Secret"},
    {begin_nothing, "p p", false, "K K", "RolloutWaiting", "VitessCell a: no Secret"},
    {move_first, "p cu", false, "E E", "RolloutProgressing", "updating VitessCell a"},
    {move_and_hold, "p cu", false, "K E", "RolloutWaiting", "VitessCell a: its records first"},
    {freeze_all, "pu c", false, "K K", "RolloutProgressing", "updating VitessCell a"},
};
/* clang-format on */

START_TEST(a_hook_may_put_something_first)
{
    const struct turn_row *turn = &turn_rows[_i];
    struct row row = {"", OWN, turn->paused, turn->children, "", "", ""};
    struct stage stage = stage_of(&row);

    turn->decide(&stage);
    ck_assert_str_eq(verdicts_of(&stage), turn->verdicts);
    ck_assert_str_eq(rollout_reason_text(stage.reason), turn->reason);
    ck_assert_str_eq(stage.message, turn->message);
}
END_TEST

START_TEST(what_is_told_goes_out_at_once)
{
    struct row row = {"", OWN, true, "p", "", "", ""};
    struct stage stage = stage_of(&row);
    json_t *children = json_new_list();

    stage_tell(&stage, 0, json_of("{'kind':'K','spec':{'a':1}}"), json_of("{'retire':true}"));
    stage_emit(&stage, &(struct answer){.children = children, .released = json_new_map()});
    ck_json(children, "[{'kind':'K','spec':{'a':1,'rollout':{'retire':true}}}]");
}
END_TEST

START_TEST(what_is_frozen_gets_nothing_early)
{
    struct row row = {"", OWN, false, "pu", "", "", ""};
    struct stage stage = stage_with_children(&row);
    json_t *children = json_new_list();

    stage.at[0].held_spec = json_of("{'kind':'early'}");
    stage_plan(&stage);
    stage_freeze(&stage, 0);
    stage_emit(&stage, &(struct answer){.children = children, .released = json_new_map()});
    ck_json(children,
        "[{'apiVersion':'v1','kind':'VitessCell','metadata':{'name':'a'},"
        "'spec':{'containers':[{'image':'old','name':'x'}]}}]");
}
END_TEST

/* A child that has left the spec and is kept is the reason only when all else is done. */
START_TEST(a_child_that_is_kept_is_the_reason_at_the_end)
{
    static const char *const said[][3] = {
        {"c c", "KeptUntilIdle", "VitessCell a: it is read"},
        {"c p", "RolloutProgressing", "updating VitessCell b"},
    };

    for (size_t i = 0; i < sizeof(said) / sizeof(said[0]); i++) {
        struct row row = {"", OWN, false, said[i][0], "", "", ""};
        struct stage stage = stage_with_children(&row);
        json_t *kept = json_clone(stage.at[0].observed);

        json_object_set(kept,
            "status",
            json_clone(json_of("{'conditions':[{'type':'Updated','status':'True','reason':"
                               "'KeptUntilIdle','message':'it is read'}]}")));
        stage.at[0].observed = kept;
        stage_plan(&stage);
        ck_assert_str_eq(rollout_reason_text(stage.reason), said[i][1]);
        ck_assert_str_eq(stage.message, said[i][2]);
    }
}
END_TEST

START_TEST(the_first_ones_are_settled)
{
    struct row row = {"", OWN, false, "c c p cu", "", "", ""};
    struct stage stage = stage_of(&row);

    ck_assert(stage_settled(&stage, 0));
    ck_assert(stage_settled(&stage, 2));
    ck_assert(!stage_settled(&stage, 3));
    row.children = "c cu";
    stage = stage_of(&row);
    ck_assert(!stage_settled(&stage, 2));
}
END_TEST

START_TEST(held_children_are_what_was_applied_last)
{
    struct row row = {"", PODS, false, "c p", "", "", ""};
    struct stage stage = stage_of(&row);
    json_t *children = json_new_list();

    stage_hold(&stage, "moves the primary away first");
    ck_assert_int_eq(stage.reason, ROLLOUT_WAITING);
    ck_assert_str_eq(stage.message, "Pod b: moves the primary away first");
    ck_assert_uint_eq(stage.next, SIZE_MAX);
    stage_emit(&stage, &(struct answer){.children = children, .released = json_new_map()});
    ck_json(children,
        "[{'apiVersion':'v1','kind':'Pod','metadata':{'name':'a'},"
        "'spec':{'containers':[{'image':'new','name':'x'}]}},"
        "{'apiVersion':'v1','kind':'Pod','metadata':{'name':'b'},"
        "'spec':{'containers':[{'image':'old','name':'x'}]}}]");
}
END_TEST

/* --- who must agree --- */

/* Denies what "denied" names, and notes who is asked and whether it is forced: "b c!". */
struct permission {
    const char *denied;
    struct text asked;
};

static const char *permission(void *context, const struct stage_child *child, bool forced)
{
    struct permission *permission = context;

    text_addf(&permission->asked, "%s%s ", child->name, forced ? "!" : "");
    return strstr(permission->denied, child->name) == NULL ? NULL : "it may not";
}

struct asked_row {
    const char *children, *denied, *untried, *failed;
    const char *asked, *verdicts;
    enum rollout_reason reason;
    const char *message;
};

/* clang-format off */
static const struct asked_row asked_rows[] = {
    {"c p p", "", NULL, NULL, "b ", "E O K", ROLLOUT_PROGRESSING, "updating Pod b"},
    {"c p p", "b", NULL, NULL, "b ", "E K K", ROLLOUT_WAITING, "Pod b: it may not"},
    {"c p pf", "", NULL, NULL, "c! ", "E K O", ROLLOUT_PROGRESSING, "updating Pod c"},
    {"pf p pf", "c", NULL, NULL, "a! c! ", "O K K", ROLLOUT_WAITING, "Pod c: it may not"},
    {"c pb cd", "abc", NULL, NULL, "", "E O O", ROLLOUT_PROGRESSING, "updating Pod b"},
    {"cb p pf", "c", NULL, NULL, "c! ", "E K K", ROLLOUT_STALLED, "Pod a: ImagePullBackOff"},
    {"c p p", "", "not tried", NULL, "", "E K K", ROLLOUT_WAITING, "Pod b: not tried"},
    {"c p p", "", "cannot run", "bad image", "", "E K K", ROLLOUT_PREFLIGHT_FAILED, "bad image"},
    {"r p p", "a", "cannot run", "bad image", "a ", "K K K", ROLLOUT_WAITING, "Pod a: it may not"},
    {"c p pf", "c", "cannot run", "bad image", "c! ", "E K K", ROLLOUT_WAITING, "Pod c: it may not"},
    {"cb p p", "", "cannot run", "bad image", "", "E K K", ROLLOUT_STALLED, "Pod a: ImagePullBackOff"},
};
/* clang-format on */

START_TEST(others_must_agree_to_what_is_taken_down)
{
    const struct asked_row *asked = &asked_rows[_i];
    struct row row = {"", PODS, false, asked->children, "", "", ""};
    struct permission context = {asked->denied, {.arena = arena}};
    struct stage stage = stage_with_children(&row);

    stage.blocked_by = permission;
    stage.context = &context;
    stage.untried = asked->untried;
    stage.preflight_failed = asked->failed;
    stage_plan(&stage);
    ck_assert_str_eq(verdicts_of(&stage), asked->verdicts);
    ck_assert_str_eq(text_string(&context.asked), asked->asked);
    ck_assert_int_eq(stage.reason, asked->reason);
    ck_assert_str_eq(stage.message, asked->message);
}
END_TEST

START_TEST(what_is_kept_until_idle_says_so_once_nothing_moves)
{
    static const char *const said[][3] = {
        {"c c", "KeptUntilIdle", "kept; a task fails"},
        {"cb p", "KeptUntilIdle", "kept; Pod a: ImagePullBackOff"},
        {"c p", "RolloutProgressing", "updating Pod b"},
    };

    for (size_t i = 0; i < sizeof(said) / sizeof(said[0]); i++) {
        struct row row = {"", PODS, false, said[i][0], "", "", ""};
        struct stage stage = stage_with_children(&row);

        stage.kept_until_idle = "kept";
        stage.kept_trouble = "a task fails";
        stage_plan(&stage);
        ck_assert_str_eq(rollout_reason_text(stage.reason), said[i][1]);
        ck_assert_str_eq(stage.message, said[i][2]);
    }
}
END_TEST

START_TEST(what_is_deferred_is_not_made_yet)
{
    struct row row = {"", PODS, false, "m c p", "", "", ""};
    struct stage stage = stage_with_children(&row);

    for (size_t i = 0; i < stage.count; i++)
        stage.at[i].deferred = true;
    stage_plan(&stage);
    ck_assert_str_eq(verdicts_of(&stage), "O E K");
    ck_assert_str_eq(stage.message, "creating Pod a");
}
END_TEST

START_TEST(what_may_not_go_and_was_never_applied_keeps_its_identity)
{
    struct stage stage = {.arena = arena, .keys = &keys, .paused = true};
    json_t *children = json_new_list();

    stage_add(&stage,
        (struct stage_child){.name = "a",
            .observed = json_of("{'apiVersion':'v1','kind':'Pod','metadata':{'name':'a',"
                                "'namespace':'n','labels':{'x':'y'},'uid':'1'},'spec':{}}"),
            .method = PODS,
            .health = HEALTH_SETTLED});
    stage_plan(&stage);
    stage_emit(&stage, &(struct answer){.children = children, .released = json_new_map()});
    ck_json(children,
        "[{'apiVersion':'v1','kind':'Pod','metadata':{'name':'a','namespace':'n',"
        "'labels':{'x':'y'},'annotations':{'ours/note':''}}}]");
}
END_TEST

/* --- the control block --- */

static struct stage stage_with_control(const char *applied_spec, const char *desired_spec)
{
    struct stage stage = {.arena = arena, .keys = &keys, .control = json_of("{'paused':true}")};
    const char *applied = fmt(arena,
        "{'apiVersion':'v','kind':'VitessCell','metadata':{'name':'a'},'spec':%s}",
        applied_spec);

    stage_add(&stage,
        (struct stage_child){.name = "a",
            .desired = json_of(fmt(arena,
                "{'apiVersion':'v','kind':'VitessCell','metadata':{'name':'a'},'spec':%s}",
                desired_spec)),
            .observed = json_of(fmt(arena,
                "{'apiVersion':'v','kind':'VitessCell','metadata':{'name':'a','annotations':{"
                "'metacontroller.k8s.io/last-applied-configuration':%s}}}",
                with_applied(applied))),
            .method = OWN,
            .health = HEALTH_SETTLED});
    stage.paused = true;
    stage_plan(&stage);
    return stage;
}

START_TEST(control_goes_out_at_once_and_is_no_change)
{
    struct stage stage = stage_with_control("{'x':1}", "{'x':1}");
    json_t *children = json_new_list();

    ck_assert(stage.at[0].current);
    stage_emit(&stage, &(struct answer){.children = children, .released = json_new_map()});
    ck_json(json_at(json_array_get(children, 0), "spec"), "{'rollout':{'paused':true},'x':1}");
}
END_TEST

START_TEST(control_is_laid_over_a_held_child)
{
    struct stage stage = stage_with_control("{'x':1,'rollout':{'paused':false}}", "{'x':2}");
    json_t *children = json_new_list();

    ck_assert(!stage.at[0].current);
    stage_emit(&stage, &(struct answer){.children = children, .released = json_new_map()});
    ck_json(json_at(json_array_get(children, 0), "spec"), "{'rollout':{'paused':true},'x':1}");
}
END_TEST

START_TEST(what_cannot_wait_goes_to_a_held_child)
{
    struct stage stage = stage_with_control("{'x':1}", "{'x':2,'y':2}");
    json_t *children = json_new_list();

    ck_assert_int_eq(stage.at[0].verdict, STAGE_KEEP);
    stage.at[0].held_spec = json_of("{'spec':{'x':1,'y':2}}");
    stage_emit(&stage, &(struct answer){.children = children, .released = json_new_map()});
    ck_json(json_at(json_array_get(children, 0), "spec"),
        "{'rollout':{'paused':true},'x':1,'y':2}");
}
END_TEST

/* --- hashes and hands --- */

static struct stage stage_with_hashes(const char *applied_hash, const char *desired_hash)
{
    struct stage stage = {.arena = arena, .keys = &keys};
    const char *applied = fmt(arena,
        "{'kind':'Pod','metadata':{'name':'a','annotations':{'hash':'%s'}},'spec':{'old':1}}",
        applied_hash);

    stage_add(&stage,
        (struct stage_child){.name = "a",
            .desired = json_of(fmt(arena,
                "{'kind':'Pod','metadata':{'name':'a','annotations':{'hash':'%s'}},"
                "'spec':{'new':1}}",
                desired_hash)),
            .observed = json_of(fmt(arena,
                "{'kind':'Pod','metadata':{'name':'a','annotations':{'hash':'%s',"
                "'metacontroller.k8s.io/last-applied-configuration':%s}},'spec':{'old':1}}",
                applied_hash,
                with_applied(applied))),
            .method = PODS,
            .health = HEALTH_SETTLED});
    stage_plan(&stage);
    return stage;
}

START_TEST(same_hash_is_current_whatever_this_build_renders)
{
    struct stage stage = stage_with_hashes("1", "1");
    json_t *children = json_new_list();

    ck_assert(stage.at[0].current);
    stage_emit(&stage, &(struct answer){.children = children, .released = json_new_map()});
    ck_json(json_at(json_array_get(children, 0), "spec"), "{'old':1}");
    ck_assert_int_eq(stage_with_hashes("1", "2").at[0].verdict, STAGE_OMIT);
}
END_TEST

START_TEST(pod_edited_by_hand_is_pending)
{
    static const char *const applied = "{'kind':'Pod','metadata':{'name':'a','labels':{'l':'1'}},"
                                       "'spec':{'containers':[{'name':'x','image':'i'}]}}";
    static const char *const live[] = {
        "'labels':{'l':'1','more':'2'}}, 'spec':{'containers':[{'name':'x','image':'i'}]}",
        /* As an admission webhook made it, and as a Kubernetes before 1.33 says. */
        "'labels':{'l':'1'},'generation':1}, 'spec':{'containers':[{'name':'x','image':'m/i'}]}",
        "'labels':{'l':'1'}}, 'spec':{'containers':[{'name':'x','image':'m/i'}]}",
        /* An admission policy would write this into each new Pod, too. */
        "'labels':{'l':'2'}}, 'spec':{'containers':[{'name':'x','image':'i'}]}",
        "'labels':{}}, 'spec':{'containers':[{'name':'x','image':'i'}]}",
        "'labels':{'l':'1'},'generation':2}, 'spec':{'containers':[{'name':'x','image':'j'}]}",
    };

    for (size_t i = 0; i < sizeof(live) / sizeof(live[0]); i++) {
        struct stage stage = {.arena = arena, .keys = &keys};

        stage_add(&stage,
            (struct stage_child){.name = "a",
                .desired = json_of(applied),
                .observed = json_of(fmt(arena,
                    "{'kind':'Pod','metadata':{'name':'a','annotations':{"
                    "'metacontroller.k8s.io/last-applied-configuration':%s},%s}",
                    with_applied(applied),
                    live[i])),
                .method = PODS,
                .health = HEALTH_SETTLED});
        stage_plan(&stage);
        ck_assert_msg(stage.at[0].current == (i <= 4), "%s", live[i]);
    }
}
END_TEST

static const json_t *pod_with(const char *metadata)
{
    static const char *const applied =
        "{'apiVersion':'v1','kind':'Pod','metadata':{'name':'a','labels':{'l':'1','tablet-type':'"
        "replica'},'annotations':{'n':'1'}}}";

    return json_of(fmt(arena,
        "{'apiVersion':'v1','kind':'Pod','metadata':{'name':'a',%s,'metacontroller.k8s.io/"
        "last-applied-configuration':%s}}}",
        metadata,
        with_applied(applied)));
}

static const char *changed(const json_t *pod)
{
    static const char *const wanted =
        "{'metadata':{'labels':{'l':'1','later':'1','tablet-type':'replica'},'annotations':{'n':'1'"
        "}}}";

    return changed_text(arena, object_last_applied(arena, &keys, pod), json_of(wanted), pod, &keys);
}

START_TEST(changed_labels_and_annotations_are_named)
{
    ck_assert_ptr_null(changed(pod_with("'labels':{'l':'1','x':'2'},'annotations':{'n':'1'")));
    ck_assert_str_eq(changed(pod_with("'labels':{'l':'2'},'annotations':{'n':'1'")),
        "metadata.labels[l]");
    ck_assert_str_eq(changed(pod_with("'labels':{'l':'1'},'annotations':{'n':'2'")),
        "metadata.annotations[n]");
    /* What has been taken off is put on again. */
    ck_assert_ptr_null(changed(pod_with("'labels':{'l':'1'},'annotations':{'m':'1'")));
    /* Its own label is not what the spec says, and put right with this very answer. */
    ck_assert_ptr_null(
        changed(pod_with("'labels':{'l':'1','tablet-type':'primary'},'annotations':{'n':'1'")));
    ck_assert_ptr_null(changed(json_of("{'kind':'Pod'}")));
}
END_TEST

/* A Pod whose claim would go with it. */
START_TEST(what_is_pinned_stays_whatever_else_is_true)
{
    static const char *const kinds[] = {"p", "pf", "pb", "pd", "r", "rf", "rd"};

    for (size_t i = 0; i < sizeof(kinds) / sizeof(kinds[0]); i++) {
        struct stage stage = {.arena = arena, .keys = &keys};
        json_t *force = json_new_list();
        struct stage_child child = child_of(kinds[i], 'a', PODS, force);

        child.pinned = "its claim would go";
        stage.force = force;
        stage_add(&stage, child);
        stage_plan(&stage);
        ck_assert_msg(stage.at[0].verdict == STAGE_KEEP, "%s", kinds[i]);
        ck_assert_int_eq(stage.reason, ROLLOUT_STALLED);
        ck_assert_msg(strstr(stage.message, ": its claim would go") != NULL, "%s", stage.message);
    }
}
END_TEST

START_TEST(a_pinned_pod_holds_no_other_up)
{
    struct stage stage = {.arena = arena, .keys = &keys};
    json_t *force = json_new_list();
    struct stage_child child = child_of("p", 'a', PODS, force);

    child.pinned = "its claim would go";
    stage_add(&stage, child);
    stage_add(&stage, child_of("p", 'b', PODS, force));
    stage_plan(&stage);
    ck_assert_str_eq(verdicts_of(&stage), "K O");
}
END_TEST

START_TEST(groups_do_not_wait_for_each_other)
{
    struct stage stage = {.arena = arena, .keys = &keys};

    for (char name = 'a'; name <= 'd'; name++) {
        json_t *force = json_new_list();
        struct stage_child child = child_of(name == 'a' ? "cu" : "p", name, OWN, force);

        child.group = name <= 'b' ? 0 : 1;
        stage_add(&stage, child);
    }
    stage_plan(&stage);
    ck_assert_str_eq(verdicts_of(&stage), "E K E K");
}
END_TEST

static void tests(TCase *tcase)
{
    tcase_add_loop_test(tcase, each_transition, 0, sizeof(rows) / sizeof(rows[0]));
    tcase_add_loop_test(tcase,
        what_is_unmade_takes_its_turn_all_the_same,
        0,
        sizeof(rows) / sizeof(rows[0]));
    tcase_add_test(tcase, only_what_goes_out_is_made);
    tcase_add_loop_test(tcase,
        own_kinds_take_the_newest_spec_in_order,
        0,
        sizeof(own_rows) / sizeof(own_rows[0]));
    tcase_add_loop_test(tcase,
        a_hook_may_put_something_first,
        0,
        sizeof(turn_rows) / sizeof(turn_rows[0]));
    tcase_add_test(tcase, what_is_told_goes_out_at_once);
    tcase_add_test(tcase, what_is_frozen_gets_nothing_early);
    tcase_add_test(tcase, a_child_that_is_kept_is_the_reason_at_the_end);
    tcase_add_test(tcase, the_first_ones_are_settled);
    tcase_add_test(tcase, held_children_are_what_was_applied_last);
    tcase_add_loop_test(tcase,
        others_must_agree_to_what_is_taken_down,
        0,
        sizeof(asked_rows) / sizeof(asked_rows[0]));
    tcase_add_test(tcase, what_is_kept_until_idle_says_so_once_nothing_moves);
    tcase_add_test(tcase, what_is_deferred_is_not_made_yet);
    tcase_add_test(tcase, what_may_not_go_and_was_never_applied_keeps_its_identity);
    tcase_add_test(tcase, control_goes_out_at_once_and_is_no_change);
    tcase_add_test(tcase, control_is_laid_over_a_held_child);
    tcase_add_test(tcase, what_cannot_wait_goes_to_a_held_child);
    tcase_add_test(tcase, same_hash_is_current_whatever_this_build_renders);
    tcase_add_test(tcase, pod_edited_by_hand_is_pending);
    tcase_add_test(tcase, changed_labels_and_annotations_are_named);
    tcase_add_test(tcase, what_is_pinned_stays_whatever_else_is_true);
    tcase_add_test(tcase, a_pinned_pod_holds_no_other_up);
    tcase_add_test(tcase, groups_do_not_wait_for_each_other);
}

TEST_MAIN(tests)
