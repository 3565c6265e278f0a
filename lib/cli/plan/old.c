#include "old.h"

#include "metadata.h"

const char *old_namespace(const struct manifests *list)
{
    const char *namespace = NULL;

    for (size_t i = 0; i < list->count; i++) {
        const char *its = object_namespace(list->at[i].object);

        if (!manifest_is_cluster(&list->at[i]) || object_uid(list->at[i].object) == NULL)
            continue;
        if (namespace != NULL && !text_equal(namespace, its))
            return NULL;
        namespace = its;
    }
    return namespace;
}

static const char *name_of(const struct manifest *manifest)
{
    return fmt(cli_arena(),
        "%s/%s",
        object_namespace(manifest->object),
        object_name(manifest->object));
}

/* Names of all of them, each once. */
static struct texts clusters_of(const struct manifests *manifests)
{
    struct texts names = {.arena = cli_arena()};

    for (size_t i = 0; i < manifests->count; i++)
        if (manifest_is_cluster(&manifests->at[i]) &&
            !texts_contain(&names, name_of(&manifests->at[i])))
            texts_add(&names, name_of(&manifests->at[i]));
    return names;
}

static const struct manifest *find(const struct manifests *list, const char *name)
{
    const struct manifest *found = NULL;

    for (size_t i = 0; i < list->count; i++) {
        const struct manifest *manifest = &list->at[i];

        if (!manifest_is_cluster(manifest) || !text_equal(name_of(manifest), name))
            continue;
        /* kubectl prints an object again for each time that it was asked. */
        if (found != NULL && !text_equal(object_uid(found->object), object_uid(manifest->object))) {
            complain("%s: VitessCluster %s is there twice, with two uids", manifest->path, name);
            return NULL;
        }
        found = found == NULL ? manifest : found;
    }
    return found;
}

static void explain(const struct manifests *list, const char *name)
{
    const struct texts there = clusters_of(list);

    complain("%s: the List has no VitessCluster %s; it has %s",
        list->at[0].path,
        name,
        there.count == 0 ? "none" : texts_join(&there, ", "));
    if (there.count > 0)
        complain("--namespace says where NEW belongs; what makes a new one is told by plan NEW");
}

bool old_choose(struct manifests *chosen, const struct manifests *list,
    const struct manifests *edited, const char *path)
{
    const struct texts wanted = clusters_of(edited);

    if (wanted.count == 0) {
        complain("%s: holds no VitessCluster, so nothing says which one of the List is meant",
            manifest_file(path));
        return false;
    }
    for (size_t i = 0; i < wanted.count; i++) {
        const struct manifest *found = find(list, wanted.at[i]);

        if (found == NULL) {
            explain(list, wanted.at[i]);
            return false;
        }
        manifests_add(chosen, found);
    }
    return true;
}
