#include "validate.h"

#include "template.h"

/* Other VitessClusters of the namespace, by the VitessCells that they have. Names are put together
 * ("a-b-c" is cell b-c of cluster a and cell c of cluster a-b), and of an object that somebody else
 * has Metacontroller only says nothing: it takes AlreadyExists for success. */

#define CELLS "VitessCell." API_VERSION

/* Its own are its children, which it sees anyway: of a cluster that is alone in its namespace this
 * shows nothing and wakes nobody. */
const json_t *v1_cells_of_others_rule(const struct request *request)
{
    return object(request->arena,
        F("apiVersion", API_VERSION),
        F("resource", "vitesscells"),
        F("namespace", object_namespace(request->parent)),
        MAP("labelSelector",
            LIST("matchExpressions",
                ITEM(F("key", "vitess.io/cluster"),
                    F("operator", "NotIn"),
                    LIST("values", V(object_name(request->parent)))))));
}

const char *v1_cell_of_another(const struct request *request, const char *name)
{
    struct objects others = related(request, CELLS);
    const json_t *owner = object_controller_ref(objects_find(&others, name));
    const char *owner_name = json_text_at(owner, "name");

    if (owner_name == NULL)
        return NULL;
    return fmt(request->arena,
        "VitessCell %s belongs to %s %s: both make that name of their own and that of a cell; "
        "rename the cell here, or make this cluster in another namespace",
        name,
        json_text_at(owner, "kind"),
        owner_name);
}

/* --- what else they make --- */

/* A copy under another name makes nothing. */
static bool has_own_name(struct arena *arena, const json_t *cell)
{
    const char *cluster = json_text_at(cell, "spec", "cluster");
    const char *name = json_text_at(cell, "spec", "name");

    return cluster != NULL && name != NULL &&
           text_equal(object_name(cell), v1_cell_name(arena, cluster, name));
}

static void add_all(json_t *list, const json_t *items)
{
    const json_t *item;

    json_each_item (items, i, item)
        json_add(list, item);
}

/* The VitessCluster that has these cells, as far as names go. */
static const json_t *cluster_of_cells(const struct request *request, const struct objects *all,
    const char *name)
{
    json_t *cells = json_new_list();
    json_t *keyspaces = json_new_list();

    for (size_t i = 0; i < all->count; i++) {
        const json_t *spec = json_at(all->at[i], "spec");

        if (!text_equal(json_text_at(spec, "cluster"), name) ||
            !has_own_name(request->arena, all->at[i]))
            continue;
        json_add(cells, spec);
        add_all(keyspaces, json_at(spec, "keyspaces"));
    }
    return object(request->arena,
        MAP("metadata", F("name", name), F("namespace", object_namespace(request->parent))),
        MAP("spec", F("cells", cells), F("keyspaces", keyspaces)));
}

static const json_t *names_of_others(const struct request *request, const struct objects *all)
{
    json_t *names = json_new_list();

    for (size_t i = 0; i < all->count; i++) {
        const char *name = json_text_at(all->at[i], "spec", "cluster");

        if (has_own_name(request->arena, all->at[i]) &&
            !text_equal(name, object_name(request->parent)) && !json_list_has(names, name))
            json_add_text(names, name);
    }
    return names;
}

void v1_advise_others(struct advice *advice, const struct cluster *cluster)
{
    const struct request *request = cluster->request;
    struct objects all = related(request, CELLS);
    struct problems problems = {.arena = cluster->arena};
    const struct validation v = {request, cluster->arena, &cluster->spec, NULL, &problems};
    const json_t *name;

    json_each_item (names_of_others(request, &all), i, name)
        v1_validate_names_against(&v, cluster_of_cells(request, &all, json_string_value(name)));
    if (problems.count > 0)
        advice_add(advice, "SharedName", problems_text(&problems));
}
