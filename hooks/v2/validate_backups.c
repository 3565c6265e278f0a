#include "validate.h"

#include "fragments.h"
#include "parts.h"
#include "template.h"

/* Backup locations. */

static void check_name(const struct validation *v, const struct backup_location *location,
    json_t *seen)
{
    const char *name = v2_given(location->name),
               *before = json_text_at(seen, name == NULL ? "" : name);

    if (before == NULL)
        json_put_text(seen, name == NULL ? "" : name, location->path);
    else if (name == NULL)
        problem_add(v->problems,
            fmt(v->arena, "%s.name", location->path),
            "is required, since %s has none: only one location may be without",
            before);
    else
        problem_add(v->problems,
            fmt(v->arena, "%s.name", location->path),
            "must differ between items, \"%s\" is also at %s",
            name,
            before);
}

/* A volume of a Pod less its name, which the operator gives it. */
static void check_volume(const struct validation *v, const struct backup_location *location)
{
    if (!json_is_object(location->volume))
        return;
    spec_read(v->arena,
        fragment_volume,
        object(v->arena, F("name", "vitess-backups"), SPREAD(location->volume)),
        fmt(v->arena, "%s.volume", location->path),
        SPEC_STRICT,
        NULL,
        v->problems);
}

void v2_validate_backups(const struct validation *v)
{
    const struct cluster_backup *backup = v->spec->backup;
    json_t *seen = json_new_map();

    for (size_t i = 0; backup != NULL && i < backup->locations.count; i++) {
        const struct backup_location *location = &backup->locations.at[i];

        if (location->json == NULL)
            continue;
        check_name(v, location, seen);
        check_volume(v, location);
    }
}
