#ifndef VITESS_OPERATOR_SIM_STORE_H
#define VITESS_OPERATOR_SIM_STORE_H

#include "shelf.h"
#include "sim.h"

/* The API server of the simulator: objects with uid, resourceVersion, generation, finalizers and
 * deletion as Kubernetes has them. Each write makes a new version and tells everybody. */

/* What the actors see of a write. */
struct change {
    enum sim_verb verb;
    const char *actor;
    struct version *before, *after;
    long second;
};

struct sim;

struct store {
    struct view live;
    void (*tell)(struct sim *sim, const struct change *change);
    struct table ending; /* namespaces that are being deleted, or gone: a set */
    long long revision;
    size_t made;      /* objects ever: part of their uids */
    size_t compacted; /* bytes after the last compaction */
};

enum write_code {
    WRITTEN,
    WRITE_SAME,
    WRITE_NOT_FOUND,
    WRITE_EXISTS,
    WRITE_CONFLICT,
    WRITE_ENDING,    /* the namespace is being deleted */
    WRITE_FORBIDDEN, /* by a policy of somebody else's */
    WRITE_REFUSED
};
struct write {
    enum write_code code;
    const char *message; /* of what failed, as the API server says it */
    struct version *version;
};

/* `tell` is called for every write. */
void store_start(struct sim *sim, void (*tell)(struct sim *sim, const struct change *change));

/* POST. The namespace of a namespaced kind defaults to "default". */
struct write store_create(struct sim *sim, const char *actor, const json_t *object);
/* Why nothing can be made where `object` is to be, or NULL. */
const char *store_namespace_ends(struct sim *sim, const char *actor, const json_t *object);
/* PUT: with metadata.resourceVersion it must be that of the live object. */
struct write store_update(struct sim *sim, const char *actor, const json_t *object);
/* PUT of the status subresource: only .status is taken. */
struct write store_status(struct sim *sim, const char *actor, const struct version *version,
    const json_t *status);
/* A write of a part of Kubernetes itself (binding, allocation, finalizers): not validated. */
struct write store_patch(struct sim *sim, const char *actor, const struct version *version,
    const json_t *object);
/* DELETE with propagationPolicy Background; `uid` is a precondition (NULL: none). */
struct write store_delete(struct sim *sim, const char *actor, const struct kind *kind,
    const char *key, const char *uid);
/* The same with propagationPolicy Foreground: it stays, going, until the garbage collector has
 * taken the dependents that block its deletion. Not for Pods, whose end is the kubelet's business.
 */
struct write store_delete_foreground(struct sim *sim, const char *actor, const struct kind *kind,
    const char *key, const char *uid);
/* And with Orphan: it stays until the garbage collector has taken its name off its dependents. */
struct write store_delete_orphaning(struct sim *sim, const char *actor, const struct kind *kind,
    const char *key, const char *uid);
/* The finalizers of those. */
#define FOREGROUND "foregroundDeletion"
#define ORPHAN "orphan"
/* Takes the object out whatever its finalizers are: the end of a Pod's grace period. */
struct write store_remove(struct sim *sim, const char *actor, const struct version *version);

struct version *store_get(const struct sim *sim, const struct kind *kind, const char *key);
/* By kind name and key. */
struct version *store_named(const struct sim *sim, const char *kind, const char *key);
struct version *store_by_uid(const struct sim *sim, const struct kind *kind, const char *key,
    const char *uid);
/* Go JSON of a version. */
const char *version_text(struct sim *sim, struct version *version, size_t *length);

#endif
