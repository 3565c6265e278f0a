#include "world.h"

#include <stdarg.h>
#include <string.h>

void world_note(struct sim *sim, const char *format, ...)
{
    va_list arguments;

    if (sim->options.on_note == NULL)
        return;
    va_start(arguments, format);
    sim->options.on_note(sim->options.observer, sim, vfmt(sim->objects, format, arguments));
    va_end(arguments);
}

/* False where it is known already. */
static bool is_news(struct sim *sim, const char *text)
{
    if (table_get(&sim->violations.known, text) != NULL)
        return false;
    table_put(&sim->violations.known, text, sim);
    return true;
}

static void add(struct sim *sim, struct sim_violation violation)
{
    struct violations *all = &sim->violations;

    if (all->count == all->capacity) {
        size_t capacity = all->capacity == 0 ? 16 : all->capacity * 2;
        struct sim_violation *bigger = arena_array(sim->arena, capacity, sizeof(*bigger));

        if (all->count > 0)
            memcpy(bigger, all->at, all->count * sizeof(*bigger));
        all->at = bigger;
        all->capacity = capacity;
    }
    all->at[all->count++] = violation;
}

void world_violation(struct sim *sim, const char *rule, const char *format, ...)
{
    const char *text, *whole;
    va_list arguments;

    va_start(arguments, format);
    text = table_name(&sim->names, vfmt(sim->objects, format, arguments));
    va_end(arguments);
    whole = table_name(&sim->names, fmt(sim->objects, "%s: %s", rule, text));
    if (!is_news(sim, whole))
        return;
    add(sim, (struct sim_violation){(int)sim->now, rule, text});
    world_note(sim, "VIOLATION %s", whole);
}

void world_disturbed(struct sim *sim)
{
    sim->era++;
}
