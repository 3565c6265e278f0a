#include "metadata.h"
#include "sim/core/world.h"
#include "store.h"

/* The end of a namespace. Nothing more can be made in it (the admission plugin NamespaceLifecycle),
 * or a hook that has not heard of the end yet would make things that go at once. */

static bool is_empty(const struct sim *sim, const char *namespace)
{
    const struct shelf *all = &sim->store->live.all;

    for (size_t i = 0; i < all->count; i++) {
        if (text_equal(all->at[i]->namespace, namespace))
            return false;
    }
    return true;
}

/* Once it is empty it is gone, and whoever is no controller makes it again with what is made in it.
 */
const char *store_namespace_ends(struct sim *sim, const char *actor, const json_t *object)
{
    const char *namespace = object_namespace(object);

    if (namespace == NULL || table_get(&sim->store->ending, namespace) == NULL)
        return NULL;
    if (text_equal(actor, "user") && is_empty(sim, namespace)) {
        table_remove(&sim->store->ending, namespace);
        return NULL;
    }
    return fmt(sim->objects,
        "%s is forbidden: unable to create new content in namespace %s because it is being "
        "terminated",
        object_name(object) == NULL ? "" : object_name(object),
        namespace);
}
