#include "v1alpha1.h"

#include <string.h>

#include "conditions.h"
#include "pod.h"
#include "pools.h"
#include "secrets.h"
#include "template.h"

/* What the levels share: reading derived specs, what goes down unchanged, pools and conditions. */

void v1_read_unjudged(struct arena *arena, const struct spec_field *fields, const json_t *json,
    const char *path, void *out)
{
    spec_read(arena, fields, json, path, SPEC_DERIVED, out, NULL);
}

/* --- pools --- */

const struct pool_spec *v1_merged_pool(struct arena *arena, const struct tablets_spec *tablets,
    const struct pool_spec *pool)
{
    struct pool_spec *merged = arena_make(arena, struct pool_spec);
    const json_t *defaults;

    if (pool == NULL || pool->json == NULL)
        return NULL;
    defaults = tablets->defaults == NULL ? NULL : tablets->defaults->json;
    v1_read_unjudged(arena, v1_pool_fields, json_overlay(defaults, pool->json), pool->path, merged);
    return merged;
}

uint32_t v1_replica_tablets(struct arena *arena, const struct tablets_spec *tablets)
{
    const struct pool_spec *merged =
        tablets == NULL ? NULL : v1_merged_pool(arena, tablets, tablets->master_eligible);

    return merged == NULL ? 0 : merged->replicas;
}

/* --- labels and selectors --- */

const json_t *v1_selector_with(struct arena *arena, const json_t *selector, const char *key,
    const char *value)
{
    json_t *labels = json_overlay(json_at(selector, "matchLabels"), NULL);
    json_t *result = json_overlay(selector, NULL);

    (void)arena;
    json_put_text(labels, key, value);
    json_put(result, "matchLabels", labels);
    return result;
}

const char *const v1_excluded_labels[] = {TABLET_UID_LABEL, SHARD_LABEL, WORKLOAD_LABELS, NULL};

const char *const v1_known_by[] = {CLUSTER_LABEL, NULL};

static bool is_our_exclusion(const json_t *expression)
{
    return text_equal(json_text_at(expression, "operator"), "DoesNotExist") &&
           text_is_one_of(json_text_at(expression, "key"), v1_excluded_labels);
}

const json_t *v1_selector_excluding(struct arena *arena, const json_t *selector,
    const char *const *labels)
{
    json_t *expressions = json_new_list();
    json_t *result = json_without(selector, "matchExpressions");
    const json_t *expression;

    json_each_item (json_at(selector, "matchExpressions"), i, expression) {
        if (!is_our_exclusion(expression))
            json_add(expressions, expression);
    }
    for (; labels != NULL && *labels != NULL; labels++)
        json_add(expressions, object(arena, F("key", *labels), F("operator", "DoesNotExist")));
    if (json_array_size(expressions) > 0)
        json_put(result, "matchExpressions", expressions);
    return result;
}

const json_t *v1_template_with(struct arena *arena, const json_t *template, const char *key,
    const char *value)
{
    const json_t *metadata = json_at(template, "metadata");
    json_t *labels = json_overlay(json_at(metadata, "labels"), NULL);
    json_t *with = json_overlay(metadata, NULL);

    json_put_text(labels, key, value);
    json_put(with, "labels", labels);
    return object(arena, F("metadata", with));
}

const json_t *v1_child_labels(struct arena *arena, const struct derived_spec *derived)
{
    return object(arena,
        SPREAD(json_at(derived->template, "metadata", "labels")),
        SPREAD(json_at(derived->selector, "matchLabels")),
        F("vitess.io/cluster", derived->cluster));
}

/* --- places and what goes down --- */

/* vtctldclient speaks to a topology by itself, but not over TLS. */
static const char *asked_vtctld(const struct derived_spec *derived)
{
    bool internal = text_equal(derived->client->server, "internal");

    return derived->topology->tls_secret == NULL || internal ? NULL : derived->client->server;
}

/* --- TLS between the components --- */

const struct component_tls *v1_component_tls_of(struct arena *arena, const struct tls_spec *spec)
{
    struct component_tls *tls;

    if (spec == NULL)
        return NULL;
    tls = arena_make(arena, struct component_tls);
    *tls = (struct component_tls){.secret = spec->secret,
        .server_name = spec->server_name,
        .optional = !text_equal(spec->mode, "Require"),
        .dials = !text_equal(spec->mode, "Accept")};
    return tls;
}

const json_t *v1_tls_made_from(struct arena *arena, const struct derived_spec *derived)
{
    const struct tls_spec *tls = derived->tls;

    return tls == NULL ? NULL
                       : object(arena,
                             F("secret", tls->secret),
                             F("serverName", tls->server_name),
                             F("mode", tls->mode));
}

struct vtctl_client v1_client_of(struct arena *arena, const struct derived_spec *derived)
{
    const struct client_spec *spec = derived->client;
    const struct client_tls_spec *tls = spec->tls;
    struct vtctl_client client = {.image = spec->image,
        .server = spec->server,
        .template = spec->template,
        .resources = spec->resources};
    struct dial_tls *dial;

    if (tls == NULL)
        return client;
    dial = arena_make(arena, struct dial_tls);
    *dial = (struct dial_tls){tls->ca, tls->cert, tls->key, tls->server_name};
    client.dial = dial;
    client.volumes = tls->volumes;
    client.mounts = tls->volume_mounts;
    return client;
}

/* All that Pods read of Secrets once, as they start, and that is the same everywhere. */
static const char *secrets_hash(struct arena *arena, const struct derived_spec *derived)
{
    const char *topology = derived->topology->tls_hash;
    const char *tls = derived->tls == NULL ? NULL : derived->tls->hash;

    return v1_secrets_together(arena, topology, tls);
}

struct place v1_place_of(const struct request *request, struct arena *arena,
    const struct derived_spec *derived, const char *cell)
{
    const struct topology_spec *topology = derived->topology;
    const struct component_tls *tls = v1_component_tls_of(arena, derived->tls);

    return (struct place){
        .keys = &v1_keys,
        .namespace = object_namespace(request->parent),
        .cluster = derived->cluster,
        .cell = cell,
        .labels = v1_child_labels(arena, derived),
        .selector = json_at(derived->selector, "matchLabels"),
        .topology = {.implementation = topology->implementation,
            .addresses = topology->addresses,
            .global_root = topology->global_root,
            .tls_secret = topology->tls_secret,
            .vtctld = asked_vtctld(derived),
            .dial = tls_dial(arena, tls)},
        .pull_secrets = derived->pull_secrets,
        .pull_policy = derived->pull_policy,
        .security = derived->security,
        .tls = tls,
        .secrets = secrets_hash(arena, derived),
    };
}

static const json_t *retention_down(struct arena *a, const struct retention_spec *retention)
{
    if (retention == NULL)
        return NULL;
    return object(a,
        F("whenScaled", retention->when_scaled),
        F("whenDeleted", retention->when_deleted));
}

static const json_t *client_tls_down(struct arena *arena, const struct client_tls_spec *tls)
{
    if (tls == NULL)
        return NULL;
    return object(arena,
        OPT("ca", tls->ca),
        OPT("cert", tls->cert),
        OPT("key", tls->key),
        OPT("serverName", tls->server_name),
        OPT("volumes", tls->volumes),
        OPT("volumeMounts", tls->volume_mounts));
}

static const json_t *client_spec_json(struct arena *arena, const struct derived_spec *derived)
{
    const struct client_spec *client = derived->client;

    return object(arena,
        F("image", client->image),
        F("server", client->server),
        OPT("template", client->template_json),
        OPT("resources", client->resources),
        OPT("tls", client_tls_down(arena, client->tls)));
}

static const json_t *tls_down(struct arena *arena, const struct tls_spec *tls)
{
    if (tls == NULL)
        return NULL;
    return object(arena,
        F("secret", tls->secret),
        F("serverName", tls->server_name),
        F("mode", tls->mode),
        OPT("hash", tls->hash));
}

const json_t *v1_derived_down(struct arena *arena, const struct derived_spec *derived)
{
    const struct topology_spec *topology = derived->topology;

    return object(arena,
        F("cluster", derived->cluster),
        OPT("namespace", derived->namespace),
        OPT("backupFlags", derived->backup_flags),
        MAP("topology",
            F("implementation", topology->implementation),
            F("addresses", topology->addresses),
            F("globalRoot", topology->global_root),
            F("cellRootPrefix", topology->cell_root_prefix),
            OPT("tlsSecret", topology->tls_secret),
            OPT("tlsHash", topology->tls_hash)),
        F("client", client_spec_json(arena, derived)),
        OPT("tls", tls_down(arena, derived->tls)),
        OPT("volumeClaimRetention", retention_down(arena, derived->retention)),
        OPT("imagePullSecrets", derived->pull_secrets),
        OPT("imagePullPolicy", derived->pull_policy),
        OPT("securityContext", derived->security),
        OPT("cellOrder", derived->cell_order),
        OPT("rolloutId", derived->rollout_id),
        F("revision", derived->revision));
}

/* Said where it is not the default, so that what was applied before it existed stays the same. */
static const json_t *side_by_side(struct arena *arena, const struct rollout_spec *rollout)
{
    if (rollout == NULL || rollout->max_shards <= 1)
        return NULL;
    return object(arena, F("maxUnavailableShards", rollout->max_shards));
}

const json_t *v1_control_block(struct arena *arena, const struct rollout_spec *rollout, bool retire,
    const json_t *remaining)
{
    /* `paused` is always said: where the block is absent nothing would be laid over the last one,
     * and a pause could not be taken back. */
    return object(arena,
        F("paused", BOOL(rollout != NULL && rollout->paused)),
        OPT("force", rollout == NULL ? NULL : rollout->force),
        SPREAD(side_by_side(arena, rollout)),
        OPT("retire", retire ? json_true() : NULL),
        OPT("remaining", retire ? remaining : NULL));
}

const json_t *v1_retire_block(struct arena *arena, const struct rollout_spec *rollout,
    const json_t *remaining, const json_t *remaining_shards, bool served)
{
    bool lives_on = json_array_size(remaining) > 0;

    return object(arena,
        SPREAD(v1_control_block(arena, rollout, true, remaining)),
        OPT("remainingShards", lives_on ? remaining_shards : NULL),
        OPT("served", lives_on && served ? json_true() : NULL));
}

bool v1_keyspace_left_cell(struct tasks *tasks, const char *keyspace, const char *cell)
{
    const char *const arguments[] =
        {"RemoveKeyspaceCell", "--force", "--recursive", keyspace, cell, NULL};

    return task_delete(tasks, "remove-cell", NULL, arguments, NULL).state == TASK_ANSWERED;
}

const char *v1_keyspace_made_once(const struct tasks *tasks, const char *keyspace, const char *cell)
{
    const char *const arguments[] =
        {"RemoveKeyspaceCell", "--force", "--recursive", keyspace, cell, NULL};
    const char *pod = task_running(tasks, arguments);

    return pod == NULL
               ? NULL
               : fmt(tasks->request->arena,
                     "Pod %s, which deletes what Vitess knew of keyspace %s in cell %s, has "
                     "ended",
                     pod,
                     keyspace,
                     cell);
}

bool v1_wants_mysqld_services(const struct keyspace_item *keyspace)
{
    return keyspace->mysqld_services != NULL && keyspace->mysqld_services->enabled;
}

bool v1_named_after(const struct request *request, struct answer *answer, const char *name)
{
    if (text_equal(object_name(request->parent), name))
        return true;
    refuse(request,
        answer,
        422,
        "spec: is that of %s %s, not of %s",
        object_kind(request->parent),
        name,
        object_name(request->parent));
    return false;
}

bool v1_newer_revision(const struct request *request, struct answer *answer,
    const struct derived_spec *derived)
{
    if (derived->revision <= OPERATOR_REVISION)
        return false;
    refuse(request,
        answer,
        503,
        "this build renders revision %d, but %s %s is at revision %u; to go back on purpose set "
        "spec.revision: %d on the VitessCluster",
        OPERATOR_REVISION,
        object_kind(request->parent),
        object_name(request->parent),
        derived->revision,
        OPERATOR_REVISION);
    return true;
}

static bool has_null(const json_t *value)
{
    const json_t *item;
    const char *key;

    if (json_is_null(value))
        return true;
    json_each_field (value, key, item) {
        if (has_null(item))
            return true;
    }
    json_each_item (value, i, item) {
        if (has_null(item))
            return true;
    }
    return false;
}

static const json_t *stripped(const json_t *value)
{
    json_t *copy = json_is_object(value) ? json_new_map() : json_new_list();
    const json_t *item;
    const char *key;

    if (!json_is_object(value) && !json_is_array(value))
        return value;
    json_each_field (value, key, item) {
        if (!json_is_null(item))
            json_put(copy, key, stripped(item));
    }
    json_each_item (value, i, item) {
        if (!json_is_null(item))
            json_add(copy, stripped(item));
    }
    return copy;
}

const json_t *v1_without_nulls(const json_t *value)
{
    return has_null(value) ? stripped(value) : value;
}

/* --- status --- */

const json_t *v1_names_of(struct arena *arena, const struct objects *objects, bool ready)
{
    struct texts names = {.arena = arena};

    for (size_t i = 0; i < objects->count; i++) {
        const char *name = json_text_at(objects->at[i], "spec", "name");

        if (name != NULL && (!ready || condition_true(objects->at[i], "Ready")))
            texts_add(&names, name);
    }
    texts_sort(&names);
    return json_texts(&names);
}

json_int_t v1_serving_sum(const struct objects *objects)
{
    json_int_t sum = 0;

    for (size_t i = 0; i < objects->count; i++) {
        const char *ready = json_text_at(objects->at[i], "status", "tabletsReady");

        if (!retire_requested(objects->at[i]))
            sum = json_int_sum(sum, tally_count(ready));
    }
    return sum;
}
