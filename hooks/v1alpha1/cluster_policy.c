#include "cluster.h"

#include "pools.h"
#include "template.h"

/* Keyspaces as Vitess knows them: that they exist, and their durability policy. */

/* VTOrc switches semi-synchronous replication on in a running shard from this version on: replicas
 * first, then the primary (Vitess 24 release notes). */
enum { SWITCHING_VTORC = 24, REPLICAS_FOR_SEMI_SYNC = 3 };

/* Where a keyspace says none: semi_sync from three replica-type tablets a shard. */
static const char *wanted_policy(const struct keyspace_item *keyspace)
{
    if (keyspace->durability_policy != NULL)
        return keyspace->durability_policy;
    return v1_fewest_replicas(keyspace) >= REPLICAS_FOR_SEMI_SYNC ? "semi_sync" : "none";
}

/* The oldest VTOrc that watches the keyspace; 0 where no image tells its version. */
static unsigned oldest_vtorc(const struct cluster *cluster, const struct keyspace_item *keyspace)
{
    const struct cluster_spec *spec = &cluster->spec;
    unsigned oldest = 0;

    for (size_t i = 0; i < spec->cells.count; i++) {
        const struct cell_item *cell = &spec->cells.at[i];
        const char *image = cell->vtorc == NULL ? NULL : cell->vtorc->image;
        unsigned major = image_major(v1_running_image(spec, image));

        if (v1_keyspace_in_cell(keyspace, cell->name) && major != 0 &&
            (oldest == 0 || major < oldest))
            oldest = major;
    }
    return oldest;
}

static const char *told_policy(const struct cluster *cluster, const char *keyspace)
{
    const json_t *item;

    json_each_item (json_at(cluster->request->parent, "status", "keyspaces"), i, item) {
        if (text_equal(json_text_at(item, "name"), keyspace))
            return json_text_at(item, "durabilityPolicy");
    }
    return NULL;
}

static bool is_none(const char *policy)
{
    return text_equal(policy, "none");
}

void v1_find_policies(struct cluster *cluster)
{
    size_t count = cluster->spec.keyspaces.count;

    cluster->policies = arena_array(cluster->arena, count, sizeof(*cluster->policies));
    for (size_t i = 0; i < count; i++) {
        const struct keyspace_item *keyspace = &cluster->spec.keyspaces.at[i];
        struct keyspace_policy *policy = &cluster->policies[i];
        unsigned vtorc = oldest_vtorc(cluster, keyspace);

        policy->keyspace = keyspace;
        policy->wanted = wanted_policy(keyspace);
        policy->told = told_policy(cluster, keyspace->name);
        policy->kept = is_none(policy->told) && !is_none(policy->wanted) && vtorc != 0 &&
                       vtorc < SWITCHING_VTORC;
    }
}

/* --- what Vitess is told --- */

static bool answered(struct cluster *cluster, const char *verb, const char *const *arguments)
{
    return task_ask(&cluster->tasks, verb, arguments, NULL, NULL).state == TASK_ANSWERED;
}

/* Primaries that run do what the policy wants of them at once. A primary knows by its own type
 * whether it waits for acknowledgements; under the policies of several cells it cannot, as it is in
 * its own cell. */
static bool set_policy(struct cluster *cluster, const struct keyspace_policy *policy)
{
    const char *const arguments[] = {"SetKeyspaceDurabilityPolicy",
        fmt(cluster->arena, "--durability-policy=%s", policy->wanted),
        policy->keyspace->name,
        NULL};
    bool off = policy->told != NULL && is_none(policy->wanted);
    bool on = is_none(policy->told) && text_starts_with(policy->wanted, "semi_sync");

    if (!off && !on)
        return answered(cluster, "durability", arguments);
    return task_switch_semi_sync(&cluster->tasks, "durability", on, arguments, NULL).state ==
           TASK_ANSWERED;
}

/* --force takes a keyspace that exists for granted but does not change its policy. Before the first
 * cell is registered, which another task is about to do, it fails. */
static bool create(struct cluster *cluster, const struct keyspace_policy *policy)
{
    const char *const arguments[] = {"CreateKeyspace",
        "--force",
        fmt(cluster->arena, "--durability-policy=%s", policy->wanted),
        policy->keyspace->name,
        NULL};

    return task_ask_early(&cluster->tasks, "keyspace", arguments, NULL).state == TASK_ANSWERED &&
           set_policy(cluster, policy);
}

void v1_tell_policies(struct cluster *cluster, bool settled)
{
    for (size_t i = 0; i < cluster->spec.keyspaces.count; i++) {
        struct keyspace_policy *policy = &cluster->policies[i];

        if (policy->kept || text_equal(policy->told, policy->wanted))
            continue;
        if (policy->told == NULL
                ? create(cluster, policy)
                : (settled || is_none(policy->wanted)) && set_policy(cluster, policy))
            policy->told = policy->wanted;
    }
}

const char *v1_policy_to_loosen(const struct cluster *cluster)
{
    for (size_t i = 0; i < cluster->spec.keyspaces.count; i++) {
        const struct keyspace_policy *policy = &cluster->policies[i];

        if (policy->told != NULL && is_none(policy->wanted) && !is_none(policy->told))
            return policy->keyspace->name;
    }
    return NULL;
}

const char *v1_keyspace_to_create(const struct cluster *cluster)
{
    for (size_t i = 0; i < cluster->spec.keyspaces.count; i++) {
        if (cluster->policies[i].told == NULL)
            return cluster->policies[i].keyspace->name;
    }
    return NULL;
}

const char *v1_policies_pending(const struct cluster *cluster)
{
    for (size_t i = 0; i < cluster->spec.keyspaces.count; i++) {
        const struct keyspace_policy *policy = &cluster->policies[i];

        if (policy->kept || text_equal(policy->told, policy->wanted))
            continue;
        return fmt(cluster->arena,
            "%s keyspace %s with durability policy %s",
            policy->told == NULL ? "creating" : "setting",
            policy->keyspace->name,
            policy->wanted);
    }
    return NULL;
}

const json_t *v1_keyspaces_status(const struct cluster *cluster)
{
    json_t *list = json_new_list();

    for (size_t i = 0; i < cluster->spec.keyspaces.count; i++) {
        const struct keyspace_policy *policy = &cluster->policies[i];

        json_add(list,
            object(cluster->arena,
                F("name", policy->keyspace->name),
                OPT("durabilityPolicy", policy->told)));
    }
    return list;
}
