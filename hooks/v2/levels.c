#include "levels.h"

#include "conditions.h"
#include "keys.h"
#include "metadata.h"
#include "names.h"
#include "staging.h"
#include "statuses.h"
#include "template.h"

static const char *label_or_refuse(const struct request *request, struct answer *answer,
    const char *key, const char *says)
{
    const char *value = object_label(request->parent, key);

    if (value == NULL)
        refuse(request, answer, 422, "metadata.labels[%s]: is required; it is %s", key, says);
    return value;
}

const char *v2_cluster_of(const struct request *request, struct answer *answer)
{
    return label_or_refuse(request, answer, CLUSTER_LABEL, "the name of the VitessCluster");
}

const char *v2_keyspace_of(const struct request *request, struct answer *answer)
{
    return label_or_refuse(request, answer, KEYSPACE_LABEL, "the keyspace of the shard");
}

bool v2_has_part(const struct request *request, struct answer *answer, const char *path,
    const void *part)
{
    if (part == NULL)
        refuse(request, answer, 422, "%s: is required", path);
    return part != NULL;
}

bool v2_made_elsewhere(struct arena *a, const json_t *object)
{
    return object_made_elsewhere(a, &v2_keys, object);
}

bool v2_is_at_home(const struct request *request, struct answer *answer)
{
    const json_t *parent = request->parent;

    if (!v2_made_elsewhere(request->arena, parent))
        return true;
    refuse(request,
        answer,
        422,
        "made for namespace %s and restored here: leaves all as it is until it gets its spec again "
        "from its VitessCluster; apply that, if it is not there, and give it each VitessCell, "
        "VitessKeyspace and EtcdLockserver: kubectl label --overwrite --namespace %s KIND NAME "
        "controller-uid=UID, with the UID of the VitessCluster",
        object_made_for(request->arena, &v2_keys, parent),
        object_namespace(parent));
    return false;
}

bool v2_named(const struct request *request, struct answer *answer, const char *name)
{
    const json_t *parent = request->parent;

    if (text_equal(object_name(parent), name))
        return true;
    refuse(request,
        answer,
        422,
        "metadata.name: must be \"%s\", got \"%s\"; a copy does nothing: delete it with kubectl "
        "delete --cascade=orphan",
        name,
        object_name(parent));
    return false;
}

const json_t *v2_labels_of(const struct request *request)
{
    return object_labels(request->parent);
}

struct tasks v2_tasks(const struct request *request, const struct v2_place *place,
    const json_t *labels, const char *image)
{
    struct arena *a = request->arena;
    const struct place where = {
        .keys = &v2_keys,
        .namespace = place->namespace,
        .cluster = place->cluster,
        .cell = place->cell,
        .labels = labels,
        .selector = labels,
        .topology = {.implementation = place->topology.implementation,
            .addresses = place->topology.address,
            .global_root = place->topology.root_path},
        .pull_secrets = place->pull_secrets,
    };
    const struct vtctl_client client = {
        .image = image,
        .server = fmt(a,
            "%s.%s.svc:" GRPC_PORT_TEXT,
            v2_vtctld_service(a, place->cluster),
            place->namespace),
    };

    return tasks_begin(request, &where, client);
}

const json_t *v2_told(struct arena *a, const json_t *object, const char *key, const json_t *value)
{
    return object(a, SPREAD(object), MAP("spec", SPREAD(json_at(object, "spec")), KEY(key, value)));
}

bool v2_is_idle(const json_t *object)
{
    return text_equal(json_text_at(object, "status", "idle"), V2_TRUE) &&
           generation_observed(object);
}

const char *v2_why_it_rolls(struct arena *a, const json_t *object)
{
    if (object_annotation(object, ROLLOUT_SCHEDULED_ANNOTATION) != NULL)
        return fmt(a,
            "%s %s waits to be released (annotation " ROLLOUT_RELEASED_ANNOTATION ")",
            object_kind(object),
            object_name(object));
    if (!condition_true(object, "Updated"))
        return fmt(a, "updating %s %s", object_kind(object), object_name(object));
    return NULL;
}
