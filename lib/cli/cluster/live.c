#include "live.h"

#include "conditions.h"
#include "hook.h"
#include "metadata.h"

bool live_is(const struct manifests *manifests)
{
    for (size_t i = 0; i < manifests->count; i++)
        if (manifests->at[i].listed && object_uid(manifests->at[i].object) != NULL)
            return true;
    return false;
}

static struct state with_more(struct arena *arena, struct state state, enum mark mark,
    const char *more)
{
    state.mark = mark;
    state.text = state.text[0] == '\0' ? more : fmt(arena, "%s, %s", state.text, more);
    return state;
}

static struct state claim_state(struct arena *arena, const json_t *claim, struct state state)
{
    const char *phase = json_text_at(claim, "status", "phase");

    if (text_equal(phase, "Lost"))
        return with_more(arena, state, MARK_BAD, phase);
    if (text_equal(phase, "Pending"))
        return with_more(arena, state, MARK_BUSY, phase);
    return state;
}

bool live_is_behind(const json_t *object)
{
    return condition_status(object, "Ready") != NULL &&
           json_int_at(object, 0, "status", "observedGeneration") < object_generation(object);
}

struct state live_state(struct arena *arena, const json_t *object, bool primary)
{
    struct state state = object_state_where(arena, object, primary);

    if (text_equal(object_kind(object), "PersistentVolumeClaim"))
        state = claim_state(arena, object, state);
    if (hook_of(object) != NULL && live_is_behind(object))
        state = with_more(arena, state, MARK_BUSY, "last edit not seen yet");
    /* A Pod has nothing else to say then. */
    if (object_terminating(object) && !text_equal(state.text, "Terminating"))
        state = with_more(arena, state, MARK_BUSY, "Terminating");
    return state;
}

/* --- what is missing --- */

static bool has_kind(const struct manifests *manifests, const char *kind)
{
    for (size_t i = 0; i < manifests->count; i++)
        if (text_equal(object_kind(manifests->at[i].object), kind))
            return true;
    return false;
}

static bool has_root(const struct forest *forest, const char *namespace, const char *name)
{
    for (size_t i = 0; i < forest->count; i++)
        if (text_equal(object_namespace(forest->roots[i]->object), namespace) &&
            text_equal(object_name(forest->roots[i]->object), name))
            return true;
    return false;
}

/* What prints all that a tree shows, of the API that the List is of. */
static const char *command_of(const struct manifests *manifests)
{
    const struct api *api = apis[0];

    for (size_t i = manifests->count; i > 0; i--) {
        const struct hook *hook = hook_of(manifests->at[i - 1].object);

        if (hook != NULL)
            api = hook->api;
    }
    return fmt(cli_arena(), "kubectl get %s,pods,pvc -o json", api_kinds(cli_arena(), api));
}

static void explain_kinds(const struct manifests *manifests)
{
    static const char *const kinds[] = {"VitessCell", "VitessKeyspace", "VitessShard", "Pod", NULL};
    struct texts missing = {.arena = cli_arena()};

    for (const char *const *kind = kinds; *kind != NULL; kind++)
        if (!has_kind(manifests, *kind))
            texts_add(&missing, *kind);
    if (missing.count > 0)
        complain("the List has no %s; %s prints all",
            texts_join(&missing, ", no "),
            command_of(manifests));
}

/* Claims that a cluster has left behind, or another namespace's cluster that was not asked for. */
static void explain_strays(const struct manifests *manifests, const struct forest *forest)
{
    struct texts clusters = {.arena = cli_arena()};

    for (size_t i = 0; i < manifests->count; i++) {
        const json_t *object = manifests->at[i].object;
        const char *cluster = object_label(object, object_keys(object)->cluster);
        const char *namespace = object_namespace(object);

        if (cluster == NULL || manifest_is_cluster(&manifests->at[i]) ||
            has_root(forest, namespace, cluster))
            continue;
        const char *name = fmt(clusters.arena, "%s/%s", namespace, cluster);
        if (!texts_contain(&clusters, name))
            texts_add(&clusters, name);
    }
    if (clusters.count > 0)
        complain("left out are objects of VitessClusters that are not in the List: %s",
            texts_join(&clusters, ", "));
}

bool live_explain(const struct manifests *manifests, const struct forest *forest)
{
    if (forest->count > 0)
        explain_kinds(manifests);
    else
        complain("%s: the List has no VitessCluster; %s prints all that belongs to one",
            manifests->at[0].path,
            command_of(manifests));
    explain_strays(manifests, forest);
    return forest->count > 0;
}
