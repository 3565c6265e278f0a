#include "cell_parts.h"

#include "fragments.h"
#include "pod.h"
#include "secrets.h"
#include "template.h"

/* What the components of a cell have in common: images, places with hashes, how they are staged. */

static const struct pod_overrides no_overrides;

struct pod_overrides v1_cell_overrides(const struct pod_overrides *template)
{
    return template == NULL ? no_overrides : *template;
}

/* The image that the spec asks for, which may be one that is too old to run. */
const char *v1_cell_asked_image(const struct cell *cell, const char *image)
{
    if (image != NULL)
        return image;
    return cell->spec.image == NULL ? VITESS_IMAGE : cell->spec.image;
}

const char *v1_cell_running_image(const struct cell *cell, const char *image)
{
    return image_or_newer(v1_cell_asked_image(cell, image), VITESS_IMAGE, NULL);
}

/* --- staging --- */

static const struct objects *observed_of(const struct cell *cell, const char *kind)
{
    if (text_equal(kind, "StatefulSet"))
        return &cell->statefulsets;
    if (text_equal(kind, "Deployment"))
        return &cell->deployments;
    if (text_equal(kind, "Service"))
        return &cell->services;
    if (text_equal(kind, "ConfigMap"))
        return &cell->config_maps;
    if (text_equal(kind, "NetworkPolicy"))
        return &cell->policies;
    if (text_equal(kind, "HorizontalPodAutoscaler"))
        return &cell->autoscalers;
    return &cell->budgets;
}

/* What the API server takes of `desired`; the rest is reported. */
static const json_t *changeable(struct cell *cell, const json_t *desired, const json_t *observed)
{
    const char *field = NULL;
    const json_t *kept = keep_immutable(cell->arena, &v1_keys, desired, observed, &field);

    if (field != NULL && cell->refused == NULL)
        cell->refused = fmt(cell->arena,
            "%s %s: %s cannot be changed; what was applied is kept",
            object_kind(desired),
            object_name(desired),
            field);
    return kept;
}

/* Applied at once; NULL is not wanted. */
void v1_stage_at_once(struct cell *cell, const json_t *desired)
{
    const json_t *observed;

    if (desired == NULL)
        return;
    observed = objects_find(observed_of(cell, object_kind(desired)), object_name(desired));
    stage_add(&cell->stage,
        (struct stage_child){
            .name = object_name(desired),
            .desired = changeable(cell, desired, observed),
            .observed = observed,
            .method = STAGE_AT_ONCE,
        });
}

static const char *missing_replicas(const struct cell *cell, const json_t *workload)
{
    return fmt(cell->arena,
        "%lld of %lld Pods are Ready",
        (long long)json_int_at(workload, 0, "status", "readyReplicas"),
        (long long)json_int_at(workload, 1, "spec", "replicas"));
}

void v1_stage_workload(struct cell *cell, const json_t *desired)
{
    bool stateful = text_equal(object_kind(desired), "StatefulSet");
    const char *name = object_name(desired);
    const json_t *workload = objects_find(observed_of(cell, object_kind(desired)), name);
    struct stage_child child = {
        .name = name,
        .desired = changeable(cell, desired, workload),
        .observed = workload,
        .method = STAGE_IN_PLACE,
        .group = WORKLOADS,
        .health = stateful ? statefulset_health(workload) : deployment_health(workload),
        .trouble = stateful ? NULL : deployment_trouble(workload),
    };

    if (workload != NULL && child.health == HEALTH_UNREADY)
        child.trouble = missing_replicas(cell, workload);
    stage_add(&cell->stage, child);
}

/* --- hashes --- */

const json_t *v1_cell_block(const struct cell *cell, const char *name)
{
    return json_at(cell->request->parent, "spec", name);
}

/* What the Pods of a workload have read as they started: what all in the cell read, and a Secret of
 * its own (NULL: none). While that one cannot be read it stays as it was applied. */
const char *v1_cell_secrets(struct cell *cell, const char *kind, const char *suffix,
    const char *secret, const char *const *keys)
{
    struct arena *a = cell->arena;
    struct secret_seen seen = v1_look_at_secret(cell->request, secret, keys);
    const json_t *workload = objects_find(observed_of(cell, kind), v1_cell_object(cell, suffix));
    const char *applied = workload == NULL
                              ? NULL
                              : json_text_at(object_last_applied(a, &v1_keys, workload),
                                    "spec",
                                    "template",
                                    "metadata",
                                    "annotations",
                                    v1_keys.secrets_hash);

    if (seen.missing != NULL && cell->missing_secret == NULL)
        cell->missing_secret = fmt(a, "%s, which %s needs", seen.missing, suffix);
    if (secret != NULL && seen.hash == NULL && applied != NULL)
        return applied;
    return v1_secrets_together(a,
        text_equal(suffix, "etcd") ? NULL : cell->place.secrets,
        seen.hash);
}

/* The place of one workload, with the hash of all that shapes it: the same hash is the same
 * workload, whatever build renders it. What it is made from is compared as the spec has it, before
 * a build puts a default of its own into it. */
struct place v1_cell_place_with(const struct cell *cell, const char *component, const char *image,
    const json_t *block, const json_t *more, const char *secrets)
{
    struct arena *a = cell->arena;
    const struct derived_spec *derived = &cell->spec.derived;
    struct place place = cell->place;
    const json_t *made_of = object(a,
        F("revision", derived->revision),
        F("component", component),
        F("image", image),
        OPT("block", block),
        OPT("more", more),
        F("topology", json_without(v1_cell_block(cell, "topology"), "tlsHash")),
        OPT("vtctld", place.topology.vtctld),
        OPT("tls", v1_tls_made_from(a, derived)),
        OPT("secrets", secrets),
        OPT("labels", place.labels),
        OPT("imagePullSecrets", place.pull_secrets),
        OPT("imagePullPolicy", place.pull_policy),
        OPT("securityContext", place.security),
        OPT("zone", place.zone),
        OPT("region", place.region));

    place.hash = spec_hash_of(a, made_of);
    place.secrets = secrets;
    return place;
}

struct place v1_cell_place(const struct cell *cell, const char *component, const char *image,
    const json_t *block, const json_t *more)
{
    return v1_cell_place_with(cell, component, image, block, more, cell->place.secrets);
}
