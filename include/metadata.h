#ifndef VITESS_OPERATOR_METADATA_H
#define VITESS_OPERATOR_METADATA_H

#include "api_keys.h"
#include "json.h"

/* Reading Kubernetes objects. None of these writes; a missing field gives NULL, 0 or false. */

const char *object_api_version(const json_t *object);
const char *object_kind(const json_t *object);
const char *object_name(const json_t *object);
const char *object_namespace(const json_t *object);
const char *object_uid(const json_t *object);
const json_t *object_labels(const json_t *object);
const json_t *object_annotations(const json_t *object);
const char *object_label(const json_t *object, const char *key);
const char *object_annotation(const json_t *object, const char *key);
/* The same object with more labels. */
const json_t *object_labelled(struct arena *arena, const json_t *object, const json_t *labels);
/* The ownerReference of the one that has it, or NULL. */
const json_t *object_controller_ref(const json_t *object);
json_int_t object_generation(const json_t *object);
/* metadata.deletionTimestamp is set. */
bool object_terminating(const json_t *object);
/* A Deployment or StatefulSet: it makes Pods like spec.template. */
bool object_has_template(const json_t *object);

/* What keys->spec_hash says of an object that is made from `value`. */
const char *spec_hash_of(struct arena *arena, const json_t *value);
/* The same of many values that differ in one text: `common` with `text` at `key`. */
struct spec_hashes {
    const char *before, *after; /* the text in JSON */
};
struct spec_hashes spec_hashes_of(struct arena *arena, const json_t *common, const char *key);
const char *spec_hash_with(struct arena *arena, const struct spec_hashes *hashes, const char *text);

/* What Metacontroller applied last to this very object: the parsed
 * metacontroller.k8s.io/last-applied-configuration annotation. NULL where there is none, where it
 * is not JSON, or where its apiVersion, kind, namespace or name is not the object's own: then
 * nothing is known to have been applied. So it is of a Pod that was not made here, even after
 * Metacontroller has noted that it is there (keys->not_made_here). */
const json_t *object_last_applied(struct arena *arena, const struct api_keys *keys,
    const json_t *object);
/* The annotation whomever it is about, as Metacontroller itself reads it when it merges. */
const json_t *object_applied_annotation(struct arena *arena, const json_t *object);
/* object_last_applied() of what that has given. */
const json_t *applied_to(const struct api_keys *keys, const json_t *applied, const json_t *object);
/* What to send for `observed` so that it stays as it is: what was applied last to it, or, where
 * that is not known, just enough of it that Metacontroller's merge puts nothing back and takes
 * nothing away. Of a Pod, where what was applied is not what is there, it is what is there. */
const json_t *as_applied(struct arena *arena, const struct api_keys *keys, const json_t *observed);
/* The same for a Pod of which `applied` (not NULL) is known to have been applied last. */
const json_t *pod_as_applied(struct arena *arena, const struct api_keys *keys,
    const json_t *observed, const json_t *applied);
/* The same for one of our own kinds, always with its whole spec: the API server adds nothing to it,
 * and the hook of that kind believes only what is applied here. */
const json_t *resource_as_applied(struct arena *arena, const struct api_keys *keys,
    const json_t *observed);
/* Nobody has made it through Metacontroller: what is noted there, if anything, is that. */
bool object_never_applied(struct arena *arena, const struct api_keys *keys, const json_t *object);
/* The namespace of what an object was made as, by us or as another one; or NULL. */
const char *object_made_for(struct arena *arena, const struct api_keys *keys, const json_t *object);
/* That is another one than its own: a restore has brought the object here. */
bool object_made_elsewhere(struct arena *arena, const struct api_keys *keys, const json_t *object);

/* What Metacontroller makes of `observed` when it is sent `desired` and `last` was applied before
 * (pkg/dynamic/apply): of whole objects or of parts. Any of them may be NULL (absent). */
const json_t *merge_applied(struct arena *arena, const json_t *observed, const json_t *last,
    const json_t *desired);
/* The same, for comparing: what nothing changes is the very value that is observed. Much less
 * work where little of a Pod changes. */
const json_t *merge_outcome(struct arena *arena, const json_t *observed, const json_t *last,
    const json_t *desired);
/* `observed` has all of `applied`, so the merge leaves it as it is when that is desired again, and
 * so merge_neutral() is `applied`. Makes nothing, and is false wherever it would have to look
 * closer. */
bool merge_surely_stands(const json_t *observed, const json_t *applied);
/* What to desire so that the merge leaves `observed` as it is: `applied` itself, or, where somebody
 * has changed some of it since, with that as it is now. */
const json_t *merge_neutral(struct arena *arena, const json_t *observed, const json_t *applied);

/* `sent` so that the labels and annotations that others have written on `observed` stay: with an
 * empty mapping in place of one that was applied and is not sent any more. */
const json_t *object_keeping_others(struct arena *arena, const json_t *observed,
    const json_t *sent);
/* What was applied without those empty mappings: what is wanted has none. */
const json_t *object_without_empty_texts(const json_t *applied);

/* "Kind.group/version" as the request names a group of children: "Pod.v1",
 * "Deployment.apps/v1". */
const char *object_group(struct arena *arena, const json_t *object);
/* "apps" of the API version "apps/v1", "" of "v1". */
const char *api_group(struct arena *arena, const char *api_version);

/* A LabelSelector (matchLabels and matchExpressions) against labels. An empty selector matches
 * everything. */
bool selector_matches(const json_t *selector, const json_t *labels);

/* Kubernetes resource quantities: NULL when `text` is none, else the canonical form the API
 * server stores ("1000m" -> "1", "1024Mi" -> "1Gi"). */
const char *quantity_canonical(struct arena *arena, const char *text);
bool quantity_is(const char *text);
/* The whole part of a quantity that is not negative, INT64_MAX at most: "1Gi" is 1073741824. 0
 * where `text` is none. */
long long quantity_whole(const char *text);
/* -1, 0, 1; both must be quantities. */
int quantity_compare(const char *a, const char *b);
/* Both must be quantities, none of them negative. By how much `a` is more than `b`: "0" where it is
 * not. */
const char *quantity_sum(struct arena *arena, const char *a, const char *b);
const char *quantity_excess(struct arena *arena, const char *a, const char *b);
/* A copy of `value` with each quantity under "limits", "requests", "capacity", "hard" made
 * canonical (numbers too), so that what we send equals what the API server stores. */
const json_t *quantities_canonical(struct arena *arena, const json_t *value);

/* A copy of `value`, a part of a Pod or claim that the user wrote, as the API server stores it:
 * quantities canonical, without fields that are empty and that it would drop, and with what it
 * would add where Metacontroller does not see that as an addition. NULL stays NULL. */
const json_t *as_stored(struct arena *arena, const json_t *value);

/* The newest RFC 3339 timestamp of the known time fields in `value` (creationTimestamp,
 * lastTransitionTime, startedAt, finishedAt, startTime, managedFields[].time), or NULL. It stands
 * in for a clock: a re-sync brings the same text. */
const char *newest_timestamp(const json_t *value);
/* RFC 3339: "2026-11-21T08:00:00Z". NULL is none. */
bool timestamp_is(const char *text);

#endif
