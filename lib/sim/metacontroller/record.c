#include "record.h"

#include <errno.h>
#include <stdio.h>
#include <string.h>

#include "sim/core/world.h"

void record_start(struct sim *sim)
{
    sim->record = arena_make(sim->arena, struct record);
    sim->record->folder = sim->options.record;
}

static void write_file(struct sim *sim, const char *name, const char *text, size_t length)
{
    const char *path = fmt(sim->objects, "%s/%s", sim->record->folder, name);
    FILE *file = fopen(path, "wb");
    bool well = file != NULL && fwrite(text, 1, length, file) == length;

    if (file != NULL && fclose(file) != 0)
        well = false;
    if (!well && sim->record->trouble == NULL) {
        sim->record->trouble =
            table_name(&sim->names, fmt(sim->objects, "%s: %s", path, strerror(errno)));
        world_note(sim, "record: %s", sim->record->trouble);
    }
}

void record_call(struct sim *sim, const struct hook *hook, bool customize, const char *body,
    size_t length, int code, const char *answer, size_t answer_length)
{
    const char *name;

    if (sim->record->folder == NULL)
        return;
    name = fmt(sim->objects,
        "%05zu-%s-%s",
        ++sim->record->count,
        hook->name,
        customize ? "customize" : "sync");
    write_file(sim, fmt(sim->objects, "%s.request.json", name), body, length);
    write_file(sim,
        fmt(sim->objects, "%s.answer.%s", name, code == 200 ? "json" : "txt"),
        answer,
        answer_length);
}
