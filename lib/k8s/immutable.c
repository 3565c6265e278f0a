#include "staging.h"

#include "metadata.h"

/* Fields that the API server refuses to change (its validation of updates: apps/v1 StatefulSet and
 * Deployment, v1 PersistentVolumeClaim and Service). Sending one would fail at every sync, for
 * ever. */

struct immutable_field {
    const char *kind;
    const char *field; /* of spec */
    /* Whether the API server takes what is wanted; NULL: only where nothing changes. */
    bool (*takes)(const json_t *wanted, const json_t *observed);
};

/* --- Services, of which it takes some changes --- */

static bool is_balanced(const json_t *service)
{
    return text_equal(json_text_at(service, "spec", "type"), "LoadBalancer");
}

/* One that an admission webhook has put there stays, as nobody else sends the field. */
static bool takes_class(const json_t *wanted, const json_t *observed)
{
    return !is_balanced(wanted) || !is_balanced(observed);
}

/* Left out, it stays as it is. */
static bool takes_address(const json_t *wanted, const json_t *observed)
{
    const char *address = json_text_at(wanted, "spec", "clusterIP");
    const char *now = json_text_at(observed, "spec", "clusterIP");

    return address == NULL || now == NULL || text_equal(address, now);
}

/* The first one stays, and the second goes with an ipFamilyPolicy that says so. */
static bool takes_families(const json_t *wanted, const json_t *observed)
{
    const json_t *families = json_at(wanted, "spec", "ipFamilies");
    const json_t *now = json_at(observed, "spec", "ipFamilies");

    return families == NULL || now == NULL ||
           (json_same(json_array_get(families, 0), json_array_get(now, 0)) &&
               (json_array_size(families) >= json_array_size(now) ||
                   text_equal(json_text_at(wanted, "spec", "ipFamilyPolicy"), "SingleStack")));
}

static const struct immutable_field fields[] = {
    {"StatefulSet", "selector", NULL},
    {"StatefulSet", "serviceName", NULL},
    {"StatefulSet", "podManagementPolicy", NULL},
    {"StatefulSet", "volumeClaimTemplates", NULL},
    {"Deployment", "selector", NULL},
    {"PersistentVolumeClaim", "accessModes", NULL},
    {"PersistentVolumeClaim", "storageClassName", NULL},
    {"PersistentVolumeClaim", "volumeMode", NULL},
    {"PersistentVolumeClaim", "volumeName", NULL},
    {"PersistentVolumeClaim", "selector", NULL},
    {"PersistentVolumeClaim", "dataSource", NULL},
    {"PersistentVolumeClaim", "dataSourceRef", NULL},
    {"Service", "loadBalancerClass", takes_class},
    {"Service", "clusterIP", takes_address},
    {"Service", "ipFamilies", takes_families},
    {NULL, NULL, NULL},
};

/* Everything that `part` says is in `whole`, which may say more: API defaults. */
static bool is_part_of(const json_t *part, const json_t *whole)
{
    const json_t *item;
    const char *key;

    if (json_is_array(part)) {
        if (json_array_size(part) != json_array_size(whole))
            return false;
        json_each_item (part, i, item) {
            if (!is_part_of(item, json_array_get(whole, i)))
                return false;
        }
        return true;
    }
    if (!json_is_object(part) || !json_is_object(whole))
        return json_same(part, whole);
    json_each_field (part, key, item) {
        if (!is_part_of(item, json_at(whole, key)))
            return false;
    }
    return true;
}

/* An object of which nobody knows what was applied: restored, or its annotation taken away. */
struct unknown_past {
    const json_t *observed;
    const json_t *annotation; /* of whomever: what it has and we do not send, is taken away */
};

static bool may_be_sent(const struct unknown_past *past, const char *field, const json_t *wanted)
{
    const json_t *now = json_at(past->observed, "spec", field);

    return wanted == NULL ? now == NULL || json_at(past->annotation, "spec", field) == NULL
                          : is_part_of(wanted, now);
}

struct immutable {
    struct arena *arena;
    const json_t *applied; /* NULL: the past is unknown */
    struct unknown_past past;
    json_t *spec; /* NULL: nothing had to be put back */
    const char **refused;
};

static const json_t *value_before(const struct immutable *to, const char *field)
{
    return json_at(to->applied != NULL ? to->applied : to->past.observed, "spec", field);
}

static void put_back(struct immutable *to, const json_t *wanted, const struct immutable_field *row)
{
    const char *field = row->field;
    const json_t *before = value_before(to, field);
    const json_t *now = json_at(wanted, "spec", field);

    if (row->takes != NULL && row->takes(wanted, to->past.observed))
        return;
    if (to->applied != NULL ? json_same(before, now) : may_be_sent(&to->past, field, now))
        return;
    if (to->spec == NULL)
        to->spec = json_overlay(json_at(wanted, "spec"), NULL);
    if (before == NULL)
        to->spec = json_without(to->spec, field);
    else
        json_put(to->spec, field, before);
    if (to->refused != NULL && *to->refused == NULL)
        *to->refused = fmt(to->arena, "spec.%s", field);
}

/* Most of the spec of a claim cannot be changed, so it is compared at once. */
static bool is_claim_as_applied(const json_t *wanted, const json_t *applied)
{
    return text_equal(object_kind(wanted), "PersistentVolumeClaim") && applied != NULL &&
           json_same(json_at(wanted, "spec"), json_at(applied, "spec"));
}

const json_t *keep_immutable(struct arena *arena, const struct api_keys *keys, const json_t *wanted,
    const json_t *observed, const char **refused)
{
    struct immutable to = {.arena = arena, .refused = refused};
    json_t *copy;

    if (observed == NULL)
        return wanted;
    to.applied = object_last_applied(arena, keys, observed);
    to.past.observed = observed;
    if (is_claim_as_applied(wanted, to.applied))
        return wanted;
    if (to.applied == NULL)
        to.past.annotation = object_applied_annotation(arena, observed);
    for (const struct immutable_field *row = fields; row->kind != NULL; row++) {
        if (text_equal(row->kind, object_kind(wanted)))
            put_back(&to, wanted, row);
    }
    if (to.spec == NULL)
        return wanted;
    copy = json_overlay(wanted, NULL);
    json_put(copy, "spec", to.spec);
    return copy;
}

/* --- the size of a claim --- */

static const char *size_text(const json_t *claim)
{
    return json_text_at(claim, "spec", "resources", "requests", "storage");
}

static const char *size_of(const json_t *claim)
{
    const char *size = size_text(claim);

    return size != NULL && quantity_is(size) ? size : NULL;
}

static bool is_less(const char *size, const char *than)
{
    return size != NULL && than != NULL && quantity_compare(size, than) < 0;
}

/* The size that the spec asked for: where more was sent, the annotation tells. */
static const char *size_asked(const json_t *claim, const char *annotation)
{
    const char *asked = object_annotation(claim, annotation);

    return asked != NULL && quantity_is(asked) ? asked : size_of(claim);
}

/* The API server resizes only claims that are bound; others it leaves as they were made. */
static bool unbound(const json_t *observed)
{
    const char *phase = json_text_at(observed, "status", "phase");

    return phase != NULL && !text_equal(phase, "Bound");
}

static const json_t *with_size(const json_t *claim, const char *size)
{
    json_t *copy = json_overlay(claim, NULL);
    json_t *spec = json_overlay(json_at(claim, "spec"), NULL);
    json_t *resources = json_overlay(json_at(spec, "resources"), NULL);
    json_t *requests = json_overlay(json_at(resources, "requests"), NULL);

    json_put_text(requests, "storage", size);
    json_put(resources, "requests", requests);
    json_put(spec, "resources", resources);
    json_put(copy, "spec", spec);
    return copy;
}

static const json_t *with_annotation(const json_t *claim, const char *key, const char *value)
{
    json_t *copy = json_overlay(claim, NULL);
    json_t *metadata = json_overlay(json_at(claim, "metadata"), NULL);
    json_t *annotations = json_overlay(json_at(metadata, "annotations"), NULL);

    json_put_text(annotations, key, value);
    json_put(metadata, "annotations", annotations);
    json_put(copy, "metadata", metadata);
    return copy;
}

/* To the letter, and no other one was asked for. */
static bool has_size_that_is_there(const json_t *wanted, const json_t *observed,
    const char *annotation)
{
    const char *size = size_text(wanted);

    return size != NULL && text_equal(size, size_text(observed)) &&
           object_annotation(wanted, annotation) == NULL;
}

const json_t *keep_claim_size(struct arena *arena, const struct api_keys *keys,
    const json_t *wanted, const json_t *observed, const char **refused)
{
    const json_t *applied;
    const char *has, *now, *before;

    if (observed == NULL || has_size_that_is_there(wanted, observed, keys->spec_size))
        return wanted;
    applied = object_last_applied(arena, keys, observed);
    has = size_of(observed);
    now = size_asked(wanted, keys->spec_size);
    before = size_asked(applied, keys->spec_size);
    if (has == NULL || now == NULL)
        return wanted;
    if (!is_less(now, has))
        return unbound(observed) ? with_size(wanted, has) : wanted;
    /* Less than was asked for before: somebody wants the claim to shrink. Otherwise somebody else
     * has grown it, and the spec has all that it asks for. */
    if (is_less(now, before)) {
        now = before;
        if (refused != NULL && *refused == NULL)
            *refused = "spec.resources.requests.storage";
    }
    wanted = with_size(wanted, has);
    return is_less(now, has) ? with_annotation(wanted, keys->spec_size, now) : wanted;
}
