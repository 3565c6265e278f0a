#include "cell.h"

#include "pod.h"
#include "template.h"

/* What each keyspace of the cell is told, and how one that has left the spec goes. */

static const json_t *desired_keyspace(const struct cell *cell, const struct keyspace_item *item)
{
    struct arena *a = cell->arena;
    const struct derived_spec *derived = &cell->spec.derived;
    static const char *const tablets[] = {TABLET_UID_LABEL, NULL};

    return object(a,
        F("apiVersion", API_VERSION),
        F("kind", "VitessKeyspace"),
        MAP("metadata",
            F("name", v1_keyspace_object(cell, item->name)),
            F("namespace", cell->place.namespace),
            MAP("labels", SPREAD(cell->place.labels), F(KEYSPACE_LABEL, item->name))),
        MAP("spec",
            SPREAD(item->json),
            SPREAD(v1_derived_down(a, derived)),
            F("selector",
                v1_selector_excluding(a,
                    v1_selector_with(a, derived->selector, KEYSPACE_LABEL, item->name),
                    tablets)),
            F("template", v1_template_with(a, derived->template, KEYSPACE_LABEL, item->name)),
            F("cell", cell->spec.item.name),
            OPT("zone", cell->spec.item.zone),
            OPT("region", cell->spec.item.region),
            OPT("image", cell->spec.image)));
}

static void stage_keyspace(struct cell *cell, const struct keyspace_item *item)
{
    const json_t *keyspace = objects_find(&cell->keyspaces, v1_keyspace_object(cell, item->name));

    v1_stage_own(&cell->stage,
        KEYSPACES,
        desired_keyspace(cell, item),
        keyspace,
        v1_control_block(cell->arena, cell->spec.derived.rollout, false, NULL));
}

/* --- leaving --- */

/* Where the keyspace lives on without this cell. */
static const json_t *retire_keyspace(const struct cell *cell, const char *keyspace)
{
    json_t *cells = json_new_list();
    const json_t *shards = NULL;
    const json_t *name;

    for (size_t i = 0; i < cell->spec.placement.count; i++) {
        const struct placement *placement = &cell->spec.placement.at[i];

        if (!text_equal(placement->keyspace, keyspace))
            continue;
        shards = placement->shards;
        json_each_item (placement->cells, j, name) {
            if (!text_equal(json_string_value(name), cell->spec.item.name))
                json_add(cells, name);
        }
    }
    return v1_retire_block(cell->arena,
        cell->spec.derived.rollout,
        cells,
        shards,
        cell->spec.item.vtgate != NULL);
}

/* Does nothing where the keyspace is staged already, that is, wanted. */
static void stage_unless_wanted(struct cell *cell, const json_t *keyspace)
{
    const struct objects one = {.at = &keyspace, .count = 1};

    v1_stage_left(&cell->stage,
        &one,
        KEYSPACES,
        retire_keyspace(cell, json_text_at(keyspace, "spec", "name")),
        v1_derived_down(cell->arena, &cell->spec.derived));
}

void v1_stage_keyspaces(struct cell *cell)
{
    size_t before;

    for (size_t i = 0; !cell->retiring && i < cell->spec.keyspaces.count; i++)
        stage_keyspace(cell, &cell->spec.keyspaces.at[i]);
    before = cell->stage.count;
    for (size_t i = 0; i < cell->keyspaces.count; i++)
        stage_unless_wanted(cell, cell->keyspaces.at[i]);
    /* One that does not know yet that it has left still looks settled. */
    for (size_t i = before; i < cell->stage.count; i++) {
        if (!retire_requested(cell->stage.at[i].observed))
            cell->leaving = cell->stage.at[i].name;
    }
}
