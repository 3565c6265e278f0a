/* The simulator, driven from outside: what the tests of equivalence hold against a real
 * Metacontroller. Commands are JSON objects, one a line, on standard input:
 *
 *     {"create": OBJECT}
 *     {"patch": {"kind", "namespace", "name", "patch": MERGE PATCH, "status": BOOL}}
 *     {"delete": {"kind", "namespace", "name", "foreground": BOOL}}
 *     {"vtctl": [WORD..]}
 *     {"settle": STEPS}     until nothing is due any more, or so many steps
 *     {"resync": ROUNDS}    every parent again, as after Metacontroller's own interval
 *     {"objects": true}     prints {"objects": [..]}, all that are there
 *
 * On standard output are the writes ({"verb", "actor", "kind", "name", "step"}), what the simulator
 * notes ({"note"}), what was refused ({"refused"}) and {"done": LINE,
 * "writes": HOW MANY BY METACONTROLLER SO FAR} after each command.
 *
 *     simulated real|test RECORD-FOLDER */

#include "../../unit/sim_testing.h"

#include "metadata.h"
#include "sim/metacontroller/metacontroller.h"
#include "template.h"

static const json_t *list_at(const json_t *spec, const char *key)
{
    return json_at(spec, key) == NULL ? json_new_list() : json_at(spec, key);
}

/* The hooks of equivalence_hooks_test.go: what their parent's spec says, to the letter. */
static int test_call(void *context, const struct hook *hook, bool customize, const char *body,
    size_t length, struct arena *a, const char **answer, size_t *answer_length)
{
    struct json_scope scope = json_enter(a);
    struct json_fault fault = {0, 0, NULL};
    const json_t *spec = json_at(json_read(a, body, length, 0, &fault), "parent", "spec");
    const json_t *result;

    (void)context;
    (void)hook;
    *answer = json_text_at(spec, "raw");
    if (customize)
        result = object(a, F("relatedResources", list_at(spec, "related")));
    else
        result = object(a,
            F("status", json_at(spec, "status") == NULL ? json_new_map() : json_at(spec, "status")),
            F("children", list_at(spec, "children")));
    if (*answer == NULL)
        *answer = json_write(a, result, NULL);
    *answer_length = strlen(*answer);
    json_leave(scope);
    return (int)json_int_at(spec, 200, "code");
}

static void say(const json_t *line)
{
    puts(json_write(arena, line, NULL));
}

static void say_event(void *context, const struct sim *from, const struct sim_event *event)
{
    static const char *const verbs[] = {[SIM_CREATE] = "create",
        [SIM_UPDATE] = "update",
        [SIM_STATUS] = "status",
        [SIM_DELETE] = "delete",
        [SIM_REMOVED] = "removed"};
    const json_t *subject = event->after != NULL ? event->after : event->before;

    (void)context;
    (void)from;
    say(object(arena,
        F("verb", verbs[event->verb]),
        F("actor", event->actor),
        F("kind", object_kind(subject)),
        F("name", object_name(subject)),
        F("step", INT(event->step))));
}

static void say_note(void *context, const struct sim *from, const char *text)
{
    (void)context;
    (void)from;
    say(object(arena, F("note", text)));
}

static void refused(const char *why)
{
    say(object(arena, F("refused", why == NULL ? "not found" : why)));
}

/* JSON merge patch, RFC 7386. */
static const json_t *merged(const json_t *target, const json_t *patch)
{
    json_t *result = json_overlay(json_is_object(target) ? target : NULL, NULL);
    const json_t *value;
    const char *key;

    if (!json_is_object(patch))
        return patch;
    json_each_field (patch, key, value) {
        if (json_is_null(value))
            json_object_del(result, key);
        else
            json_put(result, key, merged(json_at(target, key), value));
    }
    return result;
}

static struct version *named(const json_t *words)
{
    const char *key =
        fmt(arena, "%s/%s", json_text_at(words, "namespace"), json_text_at(words, "name"));

    return store_named(sim, json_text_at(words, "kind"), key);
}

static void patch(const json_t *words)
{
    struct version *live = named(words);
    struct write write;
    const json_t *after;

    if (live == NULL) {
        refused(NULL);
        return;
    }
    after = merged(live->json, json_at(words, "patch"));
    write = json_true_at(words, "status")
                ? store_status(sim, "user", live, json_at(after, "status"))
                : store_update(sim, "user", after);
    if (write.code != WRITTEN && write.code != WRITE_SAME)
        refused(write.message);
    world_disturbed(sim);
}

static void create(const json_t *given)
{
    const char *message = NULL;

    if (!sim_apply(sim, given, &message))
        refused(message);
}

static void delete (const json_t *words)
{
    struct version *live = named(words);

    if (live != NULL && json_true_at(words, "foreground")) {
        store_delete_foreground(sim, "user", live->kind, live->key, live->uid);
        world_disturbed(sim);
    } else if (!sim_delete(sim,
                   json_text_at(words, "kind"),
                   json_text_at(words, "namespace"),
                   json_text_at(words, "name"))) {
        refused(NULL);
    }
}

static void vtctl(const json_t *list)
{
    const char *words[16] = {NULL};
    const char *answer = NULL;

    for (size_t i = 0; i < json_array_size(list) && i < 15; i++)
        words[i] = json_string_value(json_array_get(list, i));
    if (!sim_vtctl(sim, words, &answer))
        refused(answer);
}

static void settle_within(long limit)
{
    for (long i = 0; i < limit && sim_step(sim); i++)
        ;
}

static void resync(long rounds)
{
    for (long i = 0; i < rounds; i++) {
        metacontroller_enqueue_all(sim);
        settle_within(100);
    }
}

static void say_objects(void)
{
    struct objects all = sim_objects(sim, arena, NULL);
    json_t *list = json_new_list();

    for (size_t i = 0; i < all.count; i++)
        json_add(list, all.at[i]);
    say(object(arena, F("objects", list)));
}

static void obey(const json_t *command)
{
    if (json_at(command, "create") != NULL)
        create(json_at(command, "create"));
    if (json_at(command, "patch") != NULL)
        patch(json_at(command, "patch"));
    if (json_at(command, "delete") != NULL)
        delete (json_at(command, "delete"));
    if (json_at(command, "vtctl") != NULL)
        vtctl(json_at(command, "vtctl"));
    settle_within(json_int_at(command, 0, "settle"));
    resync(json_int_at(command, 0, "resync"));
    if (json_at(command, "objects") != NULL)
        say_objects();
}

static void obey_line(const char *line, size_t length, int number)
{
    struct json_fault fault = {0, 0, NULL};
    const json_t *command;

    testing_setup();
    command = json_read(arena, line, length, 0, &fault);
    if (command == NULL) {
        fprintf(stderr, "line %d: %s\n", number, fault.text);
        exit(2);
    }
    obey(command);
    say(object(arena, F("done", INT(number)), F("writes", INT(sim_summary(sim).writes))));
    fflush(stdout);
    testing_teardown();
}

int main(int count, char **words)
{
    struct sim_options options = {.on_event = say_event, .on_note = say_note};
    size_t size = 0;
    ssize_t length;
    char *line = NULL;
    int number = 0;

    if (count != 3) {
        fputs("usage: simulated real|test RECORD-FOLDER\n", stderr);
        return 2;
    }
    options.record = words[2];
    options.seed = 1;
    if (text_equal(words[1], "test")) {
        options.apis = test_apis;
        options.call = test_call;
    }
    sim = sim_new(&options);
    while ((length = getline(&line, &size, stdin)) > 0)
        obey_line(line, (size_t)length, ++number);
    free(line);
    sim_end();
    return 0;
}
