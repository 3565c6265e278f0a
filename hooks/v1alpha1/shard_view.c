#include "shard.h"

#include <stdlib.h>
#include <string.h>

#include "template.h"

/* What Vitess says of the tablets of this cell. vttablet's /healthz answers 200 also while a tablet
 * restores, takes a backup or is drained, so a Ready Pod is not yet one that serves. The question
 * is asked again whenever a Pod of ours or the primary's place changes, and never at rest. */

/* A termination message holds 4,096 bytes. With the longest names that validate_names.c allows a
 * line of GetTablets (below) has 497: alias 63, keyspace 61, shard 63, type 12, twice a host of 127
 * (alias.Service; an IPv6 address is shorter) with a port of 5, tags "[]", a time of 20, and what
 * is between them. With ordinary names half of the message is left for tags of the user's. */
enum { TABLETS_A_QUESTION = 8 };

/* Fields of a line of `vtctldclient GetTablets` (vitessio/vitess go/cmd/vtctldclient/cli/awk.go):
 * alias keyspace shard type host:port mysqlhost:port [tags] primary-term-start */
enum { LINE_ALIAS = 0, LINE_TYPE = 3 };

/* Matches such a line up to its type. A keyspace may be called "primary", too. */
#define LISTED_AS "^[^ ]+ [^ ]+ [^ ]+ "

static bool next_word(const char **text, const char **word, size_t *length)
{
    while (**text == ' ')
        (*text)++;
    *word = *text;
    while (**text != ' ' && **text != '\0')
        (*text)++;
    *length = (size_t)(*text - *word);
    return *length > 0;
}

/* "zone1-0214747900 main -80 primary ... 2026-11-21T08:00:00Z" -> "zone1-0214747900 primary
 * 2026-11-21T08:00:00Z"; other lines (warnings) give nothing. */
static void digest_line(struct text *out, const char *line)
{
    const char *words[3] = {"", "", ""};
    size_t lengths[3] = {0, 0, 0};
    const char *word;
    size_t length;

    for (int i = 0; next_word(&line, &word, &length); i++) {
        int slot = i == LINE_ALIAS ? 0 : i == LINE_TYPE ? 1 : 2;

        words[slot] = word;
        lengths[slot] = length;
        if (i > LINE_TYPE)
            words[2] = word, lengths[2] = length;
    }
    if (lengths[1] == 0)
        return;
    if (out->length > 0)
        text_add(out, "\n");
    text_add_bytes(out, words[0], lengths[0]);
    text_add(out, " ");
    text_add_bytes(out, words[1], lengths[1]);
    text_add(out, " ");
    text_add_bytes(out, words[2], lengths[2]);
}

static const char *digest_tablets(struct arena *a, const char *raw)
{
    struct text out = {.arena = a};

    while (*raw != '\0') {
        const char *end = strchrnul(raw, '\n');

        digest_line(&out, text_copy(a, raw, (size_t)(end - raw)));
        raw = *end == '\0' ? end : end + 1;
    }
    return text_string(&out);
}

/* The alias of the primary in an answer of GetTablets. */
static const char *digest_primary(struct arena *a, const char *raw)
{
    const char *lines = digest_tablets(a, raw);

    while (*lines != '\0') {
        const char *end = strchrnul(lines, '\n');
        const char *line = text_copy(a, lines, (size_t)(end - lines));
        const char *type = strchr(line, ' ') + 1;

        if (text_starts_with(type, "primary "))
            return text_copy(a, line, (size_t)(type - line) - 1);
        lines = *end == '\0' ? end : end + 1;
    }
    return "";
}

/* --- the question --- */

static const json_t *status_of(const struct shard *shard)
{
    return json_at(shard->request->parent, "status");
}

static void add_reparent(struct text *text, const json_t *status)
{
    const char *question = json_text_at(status, "reparent", "question");

    if (question != NULL)
        text_addf(text, "reparent %s\n", question);
}

/* What the answer depends on, as far as it can be observed: another text is another question. A
 * reparent that another cell asked for may have made a tablet of ours primary. */
static const char *observed_state(struct shard *shard)
{
    struct text text = {.arena = shard->arena};

    for (size_t i = 0; i < shard->count; i++) {
        if (shard->tablets[i].pod != NULL)
            text_addf(&text, "%s=%s\n", shard->tablets[i].id.uid_text, shard->tablets[i].state);
    }
    for (size_t i = 0; i < shard->siblings.count; i++) {
        const char *primary = json_text_at(shard->siblings.at[i], "status", "primary");

        if (primary != NULL)
            text_addf(&text, "primary %s\n", primary);
        add_reparent(&text, json_at(shard->siblings.at[i], "status"));
    }
    add_reparent(&text, status_of(shard));
    return digest(shard->arena, text_string(&text), text.length);
}

static struct tablet *tablet_of_alias(const struct shard *shard, const char *alias, size_t length)
{
    for (size_t i = 0; i < shard->count; i++) {
        const char *own = shard->tablets[i].id.alias;

        if (strlen(own) == length && strncmp(own, alias, length) == 0)
            return &shard->tablets[i];
    }
    return NULL;
}

/* "alias type since" */
static void take_line(struct shard *shard, const char *line)
{
    const char *words[3];
    size_t lengths[3];
    struct tablet *tablet;

    for (int i = 0; i < 3; i++) {
        if (!next_word(&line, &words[i], &lengths[i]))
            return;
    }
    tablet = tablet_of_alias(shard, words[0], lengths[0]);
    if (tablet == NULL)
        return;
    tablet->recorded = true;
    tablet->type = text_copy(shard->arena, words[1], lengths[1]);
    tablet->since = text_copy(shard->arena, words[2], lengths[2]);
}

/* It may come out of the status, which anybody could have edited. */
static void take_answer(struct shard *shard, const char *lines)
{
    while (*lines != '\0') {
        const char *end = strchrnul(lines, '\n');

        take_line(shard, text_copy(shard->arena, lines, (size_t)(end - lines)));
        lines = *end == '\0' ? end : end + 1;
    }
}

/* Asks for up to TABLETS_A_QUESTION tablets from `first` on. */
static bool ask_some(struct shard *shard, size_t first, const char *voids)
{
    struct texts aliases = {.arena = shard->arena};
    struct task_reply reply;

    for (size_t i = first; i < shard->count && i < first + TABLETS_A_QUESTION; i++)
        texts_add(&aliases, shard->tablets[i].id.alias);
    reply = task_ask(&shard->tasks,
        "serving",
        (const char *const[]){"GetTablets", "--tablet-alias", texts_join(&aliases, ","), NULL},
        voids,
        digest_tablets);
    if (shard->question == NULL)
        shard->question = reply.question;
    if (reply.state != TASK_ANSWERED)
        return false;
    take_answer(shard, reply.text);
    return true;
}

static bool serving_type(const char *type)
{
    return text_equal(type, "primary") || text_equal(type, "replica") || text_equal(type, "rdonly");
}

/* No event tells that a tablet has restored its backup, or is drained no more: its Pod is Ready all
 * the while. So a task waits for it. */
static void await_serving(struct shard *shard, const struct tablet *tablet)
{
    struct task_reply reply;

    if (tablet->pod == NULL || !pod_ready(tablet->pod) || object_terminating(tablet->pod) ||
        serving_type(tablet->type))
        return;
    reply = task_await(&shard->tasks,
        "await-serving",
        LISTED_AS "(primary|replica|rdonly) ",
        (const char *const[]){"GetTablets", "--tablet-alias", tablet->id.alias, NULL},
        shard->question,
        digest_tablets);
    if (reply.state == TASK_ANSWERED)
        take_answer(shard, reply.text);
}

static bool was_there(const struct shard *shard, const struct tablet *tablet)
{
    return json_list_has(json_at(status_of(shard), "tablets"), tablet->id.uid_text);
}

/* A Pod that has just gone is made again by this very answer, and one that is being deleted while
 * it is Ready is in the hands of its kubelet (on a dead node it is not Ready): another event
 * follows and would void the answer. A Pod that could not be made is not in the status the next
 * time. */
static bool passes(const struct shard *shard)
{
    for (size_t i = 0; i < shard->count; i++) {
        const struct tablet *tablet = &shard->tablets[i];

        if (tablet->pod == NULL ? tablet->pool != NULL && was_there(shard, tablet)
                                : object_terminating(tablet->pod) && pod_ready(tablet->pod))
            return true;
    }
    return false;
}

static bool runs(const json_t *pod, const char *container)
{
    const json_t *status;

    json_each_item (json_at(pod, "status", "containerStatuses"), i, status) {
        if (text_equal(json_text_at(status, "name"), container))
            return json_true_at(status, "started") && json_at(status, "state", "running") != NULL;
    }
    return false;
}

/* Nobody can be asked before the first tablet runs (whatever its sidecars do), and nobody need be
 * when there is none left. */
static bool worth_asking(const struct shard *shard)
{
    if (passes(shard))
        return false;
    for (size_t i = 0; i < shard->count; i++) {
        const json_t *pod = shard->tablets[i].pod;

        if (pod != NULL && (pod_started(pod) || runs(pod, "vttablet")))
            return true;
    }
    return shard->wanted == 0 && shard->count > 0;
}

/* --- what is known until the answer is there --- */

/* What was said of a tablet stays true for the Pod it was said of. */
static void take_remembered(struct shard *shard)
{
    const json_t *entry;

    json_each_item (json_at(status_of(shard), "serving"), i, entry) {
        const char *alias = json_text_at(entry, "tablet");
        struct tablet *tablet = alias == NULL ? NULL : tablet_of_alias(shard, alias, strlen(alias));

        if (tablet == NULL || tablet->type != NULL ||
            !text_equal(tablet->state, json_text_at(entry, "pod")))
            continue;
        tablet->type = json_text_at(entry, "type");
        tablet->since = json_text_at(entry, "since");
    }
}

static bool serves(const struct tablet *tablet)
{
    if (tablet->pod == NULL || object_terminating(tablet->pod) || !pod_ready(tablet->pod))
        return false;
    return serving_type(tablet->type);
}

/* vtgate does not look at Pods. A sidecar that crashes, or a probe that fails for a moment, makes a
 * Pod not Ready whose tablet may well be the primary. */
static bool works(const struct tablet *tablet)
{
    if (tablet->pod == NULL || object_terminating(tablet->pod) || pod_dead(tablet->pod))
        return false;
    return runs(tablet->pod, "vttablet") && runs(tablet->pod, "mysql") &&
           (tablet->type == NULL || serving_type(tablet->type));
}

static void judge(struct shard *shard)
{
    for (size_t i = 0; i < shard->count; i++) {
        struct tablet *tablet = &shard->tablets[i];

        tablet->serving = serves(tablet);
        tablet->works = works(tablet);
        if (tablet->pod != NULL && text_equal(tablet->type, "primary"))
            shard->primary = tablet;
    }
}

/* --- where the primary is --- */

/* An alias is "cell-uid", and a cell may be called "zone1-a" beside one called "zone1". */
static bool is_here(const struct shard *shard, const char *alias)
{
    const char *dash = strrchr(alias, '-');

    return dash != NULL && strlen(shard->spec.cell) == (size_t)(dash - alias) &&
           text_starts_with(alias, shard->spec.cell);
}

static const char *sibling_primary(const struct shard *shard)
{
    for (size_t i = 0; i < shard->siblings.count; i++) {
        const char *primary = json_text_at(shard->siblings.at[i], "status", "primary");

        if (primary != NULL)
            return primary;
    }
    return NULL;
}

/* What another cell has heard from Vitess, until the cell that has the primary says so itself. That
 * it should be here is believed until Vitess has answered to us. */
static const char *hearsay(const struct shard *shard)
{
    for (size_t i = 0; i < shard->siblings.count; i++) {
        const char *primary = json_text_at(shard->siblings.at[i], "status", "awaited", "primary");

        if (primary != NULL && (!shard->fresh || !is_here(shard, primary)))
            return primary;
    }
    return NULL;
}

static const char *find_primary_elsewhere(const struct shard *shard)
{
    const char *primary = sibling_primary(shard);
    const char *awaited = json_text_at(shard->awaited, "primary");

    if (primary == NULL && awaited != NULL && !is_here(shard, awaited))
        primary = awaited;
    return primary == NULL ? hearsay(shard) : primary;
}

static void take_awaited(struct shard *shard, const char *state, const struct task_reply *reply)
{
    shard->awaited = object(shard->arena,
        F("state", state),
        F("question", reply->question),
        F("primary", reply->text));
    shard->elsewhere = find_primary_elsewhere(shard);
}

/* With no primary in sight a task waits for one (VTOrc elects it). Where it is ours, its answer
 * makes the serving question a new one. */
static void await_primary(struct shard *shard, const char *state)
{
    struct task_reply reply = task_await(&shard->tasks,
        "await-primary",
        LISTED_AS "primary ",
        (const char *const[]){"GetTablets",
            "--keyspace",
            shard->spec.keyspace,
            "--shard",
            shard->spec.name,
            NULL},
        shard->question,
        digest_primary);

    if (reply.state == TASK_ANSWERED)
        take_awaited(shard, state, &reply);
}

/* What was said of the tablet that was primary by the answer before, where it is our own reparent
 * that has moved the primary away from it since. */
static const json_t *handed_over(const struct shard *shard)
{
    const json_t *entry;

    json_each_item (json_at(status_of(shard), "serving"), i, entry) {
        const char *alias = json_text_at(entry, "tablet");
        const struct tablet *tablet =
            alias == NULL ? NULL : tablet_of_alias(shard, alias, strlen(alias));

        if (tablet != NULL && tablet->pod != NULL &&
            text_equal(json_text_at(entry, "type"), "primary") &&
            text_equal(json_text_at(entry, "pod"), tablet->state) &&
            text_equal(tablet->incarnation, shard->reparented))
            return entry;
    }
    return NULL;
}

/* As if Vitess had not answered yet. */
static void hold_on(struct shard *shard, const json_t *before)
{
    const char *alias = json_text_at(before, "tablet");

    shard->primary = tablet_of_alias(shard, alias, strlen(alias));
    shard->primary->type = "primary";
    shard->primary->since = json_text_at(before, "since");
    shard->fresh = false;
}

/* A reparent that has succeeded leaves a primary behind. Until Vitess has said where, the answer is
 * not whole and what was known before it holds: were this cell to give the primary up first, those
 * of the others that have not heard yet would all have none, and look as if they had lost it.
 * Vitess is asked once, so that one that is lost is not taken for one on its way. */
static void follow_primary(struct shard *shard, const char *state)
{
    const json_t *before = handed_over(shard);
    struct task_reply reply;

    if (before == NULL)
        return;
    reply = task_ask(&shard->tasks,
        "primary",
        (const char *const[]){"GetTablets",
            "--keyspace",
            shard->spec.keyspace,
            "--shard",
            shard->spec.name,
            "--tablet-type",
            "primary",
            NULL},
        shard->question,
        digest_primary);
    if (reply.state == TASK_ANSWERED && *reply.text != '\0')
        take_awaited(shard, state, &reply);
    if (reply.state == TASK_ASKED)
        hold_on(shard, before);
}

/* A shard that leaves this cell alone has one to the end; one without tablets need not know. */
static bool needs_primary(const struct shard *shard)
{
    bool any = shard->wanted > 0;

    for (size_t i = 0; i < shard->count; i++)
        any = any || shard->tablets[i].pod != NULL;
    return any && !shard->whole;
}

static void find_primary(struct shard *shard, const char *state)
{
    shard->elsewhere = find_primary_elsewhere(shard);
    if (shard->fresh && !has_primary(shard) && needs_primary(shard))
        follow_primary(shard, state);
    if (shard->fresh && !has_primary(shard) && needs_primary(shard))
        await_primary(shard, state);
}

bool has_primary(const struct shard *shard)
{
    return shard->primary != NULL || shard->elsewhere != NULL;
}

void look_at_vitess(struct shard *shard)
{
    const char *state = observed_state(shard);
    const char *voids = state;
    const char *primary;
    bool current;

    shard->reparent = json_at(status_of(shard), "reparent");
    shard->reparented = json_text_at(shard->reparent, "pod");
    shard->awaited = json_at(status_of(shard), "awaited");
    current = text_equal(json_text_at(shard->awaited, "state"), state);
    primary = json_text_at(shard->awaited, "primary");
    if (current && primary != NULL && tablet_of_alias(shard, primary, strlen(primary)) != NULL)
        voids = fmt(shard->arena, "%s\n%s", state, json_text_at(shard->awaited, "question"));
    shard->fresh = shard->count == 0;
    if (worth_asking(shard)) {
        shard->fresh = true;
        for (size_t first = 0; first < shard->count; first += TABLETS_A_QUESTION)
            shard->fresh = ask_some(shard, first, voids) && shard->fresh;
    }
    for (size_t i = 0; i < shard->wanted && shard->fresh; i++)
        await_serving(shard, &shard->tablets[i]);
    if (!shard->fresh)
        take_remembered(shard);
    /* What was awaited in another state is known until there is an answer for this one. */
    if (shard->fresh && !current)
        shard->awaited = NULL;
    judge(shard);
    find_primary(shard, state);
}
