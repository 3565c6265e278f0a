#include <string.h>

#include "hook.h"
#include "metadata.h"
#include "plan.h"

/* The hash moves with whatever else moves in a Pod, and says nothing to people. */
static bool is_hash(const json_t *object, const char *path)
{
    static const char annotations[] = "metadata.annotations[";
    const char *key = object_keys(object)->spec_hash;
    size_t length = strlen(key);

    if (!text_starts_with(path, annotations))
        return false;
    path += sizeof(annotations) - 1;
    return text_starts_with(path, key) && strcmp(path + length, "]") == 0;
}

static bool told(const struct change *change, const struct difference *field)
{
    return change->fields.count == 1 || !is_hash(change->object, field->path);
}

static const char *value(struct arena *arena, const json_t *json)
{
    return json == NULL ? "none" : json_brief(arena, json);
}

/* All fields of a change as one text, to find changes that are alike. */
static const char *fields_text(struct arena *arena, const struct change *change)
{
    struct text text = {.arena = arena};

    for (size_t i = 0; i < change->fields.count; i++) {
        const struct difference *field = &change->fields.at[i];

        if (told(change, field))
            text_addf(&text,
                "      %s: %s -> %s\n",
                field->path,
                value(arena, field->before),
                value(arena, field->after));
    }
    return text_string(&text);
}

static void draw_fields(struct screen *screen, const struct change *change)
{
    for (size_t i = 0; i < change->fields.count; i++) {
        const struct difference *field = &change->fields.at[i];

        if (!told(change, field))
            continue;
        screen_line(screen);
        screen_add(screen, STYLE_PLAIN, "      %s: ", field->path);
        screen_add(screen, STYLE_BAD, "%s", value(screen->arena, field->before));
        screen_add(screen, STYLE_DIM, " -> ");
        screen_add(screen, STYLE_GOOD, "%s", value(screen->arena, field->after));
    }
}

static void draw_change(struct screen *screen, const struct change *change)
{
    static const char signs[] =
        {[CHANGE_ADDED] = '+', [CHANGE_CHANGED] = '~', [CHANGE_REMOVED] = '-'};
    static const enum style styles[] =
        {[CHANGE_ADDED] = STYLE_GOOD, [CHANGE_CHANGED] = STYLE_BUSY, [CHANGE_REMOVED] = STYLE_BAD};

    screen_line(screen);
    screen_add(screen, styles[change->kind], "  %c %s", signs[change->kind], change->identity);
}

/* A title with an empty line in front of it. */
static void title(struct screen *screen, const char *text)
{
    if (screen->count > 0)
        screen_line(screen);
    screen_line(screen);
    screen_add(screen, STYLE_BOLD, "%s", text);
}

/* Objects with the same changes (the Pods of an image update) stand together over them. */
static void draw_alike(struct screen *screen, const struct changes *changes, size_t first,
    bool *drawn)
{
    const char *text = fields_text(screen->arena, &changes->at[first]);

    for (size_t i = first; i < changes->count; i++) {
        const struct change *change = &changes->at[i];

        if (drawn[i] || change->kind != CHANGE_CHANGED || change_carries(change) ||
            strcmp(fields_text(screen->arena, change), text) != 0)
            continue;
        draw_change(screen, change);
        drawn[i] = true;
    }
    draw_fields(screen, &changes->at[first]);
}

/* What the user wrote, before what follows from it. */
static bool is_cluster(const struct change *change)
{
    return text_equal(object_kind(change->object), "VitessCluster");
}

static void draw_changes(struct screen *screen, const struct changes *changes, bool clusters,
    bool *drawn)
{
    for (size_t i = 0; i < changes->count; i++) {
        const struct change *change = &changes->at[i];

        if (is_cluster(change) != clusters || drawn[i])
            continue;
        if (change->kind != CHANGE_CHANGED)
            draw_change(screen, change);
        else if (!change_carries(change))
            draw_alike(screen, changes, i, drawn);
    }
}

static void draw_objects(struct screen *screen, const struct changes *changes)
{
    bool *drawn = arena_array(screen->arena, changes->count + 1, sizeof(*drawn));
    size_t carriers = 0;

    title(screen, "What changes");
    draw_changes(screen, changes, true, drawn);
    draw_changes(screen, changes, false, drawn);
    for (size_t i = 0; i < changes->count; i++)
        carriers += changes->at[i].kind == CHANGE_CHANGED && change_carries(&changes->at[i]);
    if (carriers == 0)
        return;
    screen_line(screen);
    screen_add(screen,
        STYLE_DIM,
        "    and %zu object%s that carr%s it down to where it is wanted",
        carriers,
        carriers == 1 ? "" : "s",
        carriers == 1 ? "ies" : "y");
}

static void draw_happening(struct screen *screen, size_t number, const struct happening *happening)
{
    screen_line(screen);
    screen_add(screen, STYLE_DIM, "%4zu. ", number);
    screen_add(screen,
        happening->action == ACTION_REMOVE ? STYLE_BAD : STYLE_BUSY,
        "%-8s ",
        action_name(happening->action));
    if (happening->action == ACTION_REPARENT)
        screen_add(screen,
            STYLE_PLAIN,
            "%s from %s to %s",
            happening->shard,
            happening->detail,
            happening->subject);
    else if (happening->shard != NULL)
        screen_add(screen,
            STYLE_PLAIN,
            "%s  %s of %s",
            happening->subject,
            happening->detail,
            happening->shard);
    else
        screen_add(screen, STYLE_PLAIN, "%s", happening->subject);
}

static void draw_order(struct screen *screen, const struct plan *plan)
{
    if (plan->happening_count == 0)
        return;
    title(screen, "In this order");
    for (size_t i = 0; i < plan->happening_count; i++)
        draw_happening(screen, i + 1, &plan->happenings[i]);
}

static void draw_durability(struct screen *screen, const struct shard_watch *shard)
{
    if (shard->marked > 0 && !text_equal(shard->had, shard->durability))
        screen_add(screen,
            STYLE_BUSY,
            "; durability %s -> %s",
            *shard->had == '\0' ? "none" : shard->had,
            shard->durability);
}

static void draw_shard(struct screen *screen, const struct shards *shards,
    const struct shard_watch *shard)
{
    const bool gone = shard->marked > 0 && shard->serving == 0;

    screen_line(screen);
    screen_add(screen,
        STYLE_PLAIN,
        "  %s  ",
        shard_shown(shards, shard->cluster, shard->keyspace, shard->name));
    if (shard->marked == 0)
        screen_add(screen, STYLE_GOOD, "new, %zu serving", shard->serving);
    else if (gone)
        screen_add(screen, STYLE_BAD, "%zu serving before, none after", shard->marked);
    else
        screen_add(screen,
            shard->lowest + 1 < shard->marked ? STYLE_BUSY : STYLE_PLAIN,
            "%zu serving before, %zu at the least, %zu after",
            shard->marked,
            shard->lowest,
            shard->serving);
    draw_durability(screen, shard);
}

static void draw_data(struct screen *screen, const struct plan *plan)
{
    title(screen, "Data");
    screen_line(screen);
    screen_add(screen, STYLE_PLAIN, "  %zu volume claims kept, ", plan->claims_kept);
    screen_add(screen,
        plan->claims_lost->count == 0 ? STYLE_PLAIN : STYLE_BAD,
        "%zu lost",
        plan->claims_lost->count);
    for (size_t i = 0; i < plan->claims_lost->count; i++) {
        screen_line(screen);
        screen_add(screen, STYLE_BAD, "  - %s", plan->claims_lost->at[i]);
    }
}

/* Once it has been done. */
static void draw_remarks(struct screen *screen, const struct remarks *remarks)
{
    if (remarks->count > 0)
        title(screen, "What is said then");
    for (size_t i = 0; i < remarks->count; i++) {
        const struct remark *remark = &remarks->at[i];

        screen_line(screen);
        screen_add(screen, STYLE_PLAIN, "  %s  ", remark->cluster);
        screen_add(screen, STYLE_BUSY, "%s", remark->reason);
        screen_add(screen, STYLE_PLAIN, ": %s", remark->message);
    }
}

static void draw_violations(struct screen *screen, const struct sim_summary *summary)
{
    if (summary->violation_count > 0)
        title(screen, "It would do harm");
    for (size_t i = 0; i < summary->violation_count; i++) {
        screen_line(screen);
        screen_add(screen,
            STYLE_BAD,
            "  %s: %s",
            summary->violations[i].rule,
            summary->violations[i].text);
    }
}

static size_t count_changes(const struct changes *changes, enum change_kind kind)
{
    size_t count = 0;

    for (size_t i = 0; i < changes->count; i++)
        count += changes->at[i].kind == kind;
    return count;
}

static size_t count_happenings(const struct plan *plan, enum action action)
{
    size_t count = 0;

    for (size_t i = 0; i < plan->happening_count; i++)
        count += plan->happenings[i].action == action;
    return count;
}

static void draw_sum(struct screen *screen, const struct plan *plan)
{
    title(screen, "Plan: ");
    screen_add(screen,
        STYLE_PLAIN,
        "%zu to add, %zu to change, %zu to remove; %zu tablets restart, %zu reparents",
        count_changes(plan->changes, CHANGE_ADDED),
        count_changes(plan->changes, CHANGE_CHANGED),
        count_changes(plan->changes, CHANGE_REMOVED),
        count_happenings(plan, ACTION_RESTART),
        count_happenings(plan, ACTION_REPARENT));
    if (!plan->summary->ready)
        screen_add(screen, STYLE_BAD, "; it does NOT become Ready");
}

static void draw_troubles(struct screen *screen, const struct troubles *troubles)
{
    if (troubles->count > 0)
        title(screen, "Not well now, and the plan supposes that it is");
    for (size_t i = 0; i < troubles->count; i++) {
        screen_line(screen);
        screen_add(screen,
            STYLE_BUSY,
            "  ! %s: %s",
            troubles->at[i].identity,
            troubles->at[i].text);
    }
}

void plan_text(struct screen *screen, const struct plan *plan)
{
    draw_troubles(screen, plan->troubles);
    if (plan->changes->count == 0 && plan->happening_count == 0) {
        if (plan->troubles->count > 0)
            screen_line(screen);
        screen_line(screen);
        screen_add(screen, STYLE_PLAIN, "No changes.");
        return;
    }
    draw_objects(screen, plan->changes);
    draw_order(screen, plan);
    if (plan->shards->count > 0)
        title(screen, "Tablets");
    for (size_t i = 0; i < plan->shards->count; i++)
        draw_shard(screen, plan->shards, &plan->shards->at[i]);
    draw_data(screen, plan);
    draw_remarks(screen, plan->remarks);
    draw_violations(screen, plan->summary);
    draw_sum(screen, plan);
}
