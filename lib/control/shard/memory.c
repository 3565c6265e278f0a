#include "shard.h"

#include "get_tablets.h"
#include "template.h"

/* The memory of the engine as JSON, and back. */

/* --- reading --- */

/* What is no text is in it as "", which is nobody's uid. */
static struct texts texts_at(struct arena *arena, const json_t *status, const char *field)
{
    struct texts texts = {.arena = arena};
    const json_t *item;

    json_each_item (json_at(status, field), i, item)
        texts_add(&texts, json_is_string(item) ? json_string_value(item) : "");
    return texts;
}

static struct shard_reparent read_reparent(const json_t *reparent)
{
    struct shard_reparent read = {json_text_at(reparent, "pod"),
        json_text_at(reparent, "question")};

    return read.pod != NULL && task_question_is(read.question) ? read : (struct shard_reparent){0};
}

static struct shard_awaited read_awaited(const json_t *awaited)
{
    struct shard_awaited read = {json_text_at(awaited, "state"),
        json_text_at(awaited, "question"),
        json_text_at(awaited, "primary")};

    return read.state != NULL && task_question_is(read.question) && tablet_alias_is(read.primary)
               ? read
               : (struct shard_awaited){0};
}

static struct shard_served read_served(const json_t *entry)
{
    return (struct shard_served){json_text_at(entry, "tablet"),
        json_text_at(entry, "type"),
        json_text_at(entry, "pod"),
        json_text_at(entry, "since")};
}

static bool served_is_valid(const struct shard_served *served)
{
    return served->alias != NULL && served->state != NULL && tablet_type_is(served->type) &&
           tablet_since_is(served->since);
}

static const json_t *served_entry(struct arena *arena, const struct shard_served *served)
{
    return object(arena,
        F("tablet", served->alias),
        F("type", served->type),
        F("pod", served->state),
        OPT("since", served->since));
}

static void read_serving(struct arena *arena, const json_t *list, struct shard_memory *memory)
{
    struct shard_served *serving = arena_array(arena, json_array_size(list) + 1, sizeof(*serving));
    const json_t *entry;

    json_each_item (list, i, entry) {
        struct shard_served served = read_served(entry);
        bool valid = served_is_valid(&served);

        if (valid)
            serving[memory->serving_count++] = served;
        if (!valid || !json_same(entry, served_entry(arena, &served)))
            memory->serving_edited = true;
    }
    memory->serving = serving;
}

static void read_data(struct arena *arena, const json_t *list, struct shard_memory *memory)
{
    struct shard_data *data = arena_array(arena, json_array_size(list) + 1, sizeof(*data));
    const json_t *entry;

    json_each_item (list, i, entry)
        data[memory->data_count++] =
            (struct shard_data){json_text_at(entry, "tablet"), json_text_at(entry, "claim")};
    memory->data = data;
}

struct shard_memory shard_memory_read(struct arena *arena, const json_t *status)
{
    const char *primary = json_text_at(status, "primary");
    struct shard_memory memory = {
        .tablets = texts_at(arena, status, "tablets"),
        .ready = texts_at(arena, status, "readyTablets"),
        .updated = texts_at(arena, status, "updatedTablets"),
        .scaled_down = texts_at(arena, status, "scaledDown"),
        .untried = texts_at(arena, status, "untried"),
        .reparent = read_reparent(json_at(status, "reparent")),
        .awaited = read_awaited(json_at(status, "awaited")),
        .primary = tablet_alias_is(primary) ? primary : NULL,
        .follows = json_text_at(status, "follows"),
        .moving = json_text_at(status, "moving"),
        .beginning = json_true_at(status, "beginning"),
        .leaving = json_true_at(status, "leaving"),
        .retired = json_true_at(status, "retired"),
    };

    read_serving(arena, json_at(status, "serving"), &memory);
    read_data(arena, json_at(status, "holdsData"), &memory);
    return memory;
}

/* --- writing --- */

static const json_t *serving_entries(struct arena *arena, const struct shard_memory *memory)
{
    json_t *entries = json_new_list();

    for (size_t i = 0; i < memory->serving_count; i++)
        json_add(entries, served_entry(arena, &memory->serving[i]));
    return entries;
}

static const json_t *data_entries(struct arena *arena, const struct shard_memory *memory)
{
    json_t *entries = json_new_list();

    for (size_t i = 0; i < memory->data_count; i++)
        json_add(entries,
            object(arena, F("tablet", memory->data[i].alias), F("claim", memory->data[i].claim)));
    return entries;
}

static const json_t *reparent_entry(struct arena *arena, const struct shard_reparent *reparent)
{
    if (reparent->pod == NULL)
        return NULL;
    return object(arena, F("pod", reparent->pod), F("question", reparent->question));
}

static const json_t *awaited_entry(struct arena *arena, const struct shard_awaited *awaited)
{
    if (awaited->state == NULL)
        return NULL;
    return object(arena,
        F("state", awaited->state),
        F("question", awaited->question),
        F("primary", awaited->primary));
}

static const json_t *only_true(bool value)
{
    return value ? json_true() : NULL;
}

const json_t *shard_memory_written(struct arena *arena, const struct shard_memory *memory)
{
    return object(arena,
        F("tablets", json_texts(&memory->tablets)),
        F("readyTablets", json_texts(&memory->ready)),
        F("updatedTablets", json_texts(&memory->updated)),
        OPT("scaledDown", json_texts(&memory->scaled_down)),
        OPT("untried", json_texts(&memory->untried)),
        OPT("serving", serving_entries(arena, memory)),
        OPT("holdsData", data_entries(arena, memory)),
        OPT("reparent", reparent_entry(arena, &memory->reparent)),
        OPT("awaited", awaited_entry(arena, &memory->awaited)),
        OPT("primary", memory->primary),
        OPT("follows", memory->follows),
        OPT("moving", memory->moving),
        OPT("beginning", only_true(memory->beginning)),
        OPT("leaving", only_true(memory->leaving)),
        OPT("retired", only_true(memory->retired)));
}
