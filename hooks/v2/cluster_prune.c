#include "cluster.h"

/* What Vitess still knows of keyspaces that have gone (topologyReconciliation.pruneKeyspaces).
 * Theirs deletes every keyspace that no spec has; here it is one that a VitessKeyspace of this
 * cluster was for. That is noted before that goes, since nothing tells of it afterwards. */

static const json_t *noted(const struct cluster_hook *hook)
{
    return json_at(hook->request->parent, "status", "pruning");
}

static bool is_there(const struct cluster_hook *hook, const char *keyspace)
{
    for (size_t i = 0; i < hook->keyspaces.count; i++) {
        if (text_equal(json_text_at(hook->keyspaces.at[i], "spec", "name"), keyspace))
            return true;
    }
    return false;
}

static bool delete_record(struct cluster_hook *hook, const char *keyspace)
{
    const char *const arguments[] = {"DeleteKeyspace", "--recursive", keyspace, NULL};

    return task_delete(&hook->tasks, "delete-keyspace", arguments, NULL).state == TASK_ANSWERED;
}

void v2_prune_keyspaces(struct cluster_hook *hook)
{
    const json_t *name;

    hook->pruning = json_new_list();
    if (!hook->spec.topology_reconciliation->prune_keyspaces)
        return;
    json_each_item (noted(hook), i, name) {
        const char *keyspace = json_string_value(name);

        if (keyspace == NULL || is_there(hook, keyspace))
            continue;
        if (v2_vtctld_came_along(hook) || !delete_record(hook, keyspace))
            json_add_text(hook->pruning, keyspace);
    }
}

bool v2_keyspace_may_be_pruned(struct cluster_hook *hook, const char *keyspace)
{
    if (!hook->spec.topology_reconciliation->prune_keyspaces)
        return true;
    json_add_text(hook->pruning, keyspace);
    return json_list_has(noted(hook), keyspace);
}
