#include "sync.h"

#include "sim/core/world.h"
#include "template.h"

/* syncParentObject of metacontroller pkg/controller/composite/controller.go. */

/* observedGeneration is Metacontroller's own, whatever the hook says. */
static const json_t *status_to_write(struct sync *sync)
{
    json_t *status = json_overlay(sync->status, NULL);

    json_put(status, "observedGeneration", json_integer(object_generation(sync->parent->json)));
    return status;
}

static void write_status(struct sync *sync)
{
    struct sim *sim = sync->sim;
    struct version *live = store_get(sim, sync->parent->kind, sync->parent->key);
    const json_t *status = status_to_write(sync);
    struct write write;

    if (live == NULL || live->uid != sync->parent->uid ||
        json_same(json_at(live->json, "status"), status))
        return;
    sim->metacontroller->writes++;
    write = store_status(sim, "metacontroller", live, status);
    if (write.code == WRITE_SAME)
        sim->metacontroller->watch->unchanged(sim, live, "status");
    if (write.code == WRITE_REFUSED) {
        world_violation(sim, "refused", "%s", write.message);
        sync->error = write.message;
    }
}

void sync_parent(struct sync *sync)
{
    const json_t *answer;
    const char *error;

    sync->selector = controller_selector(sync->arena, sync->controller, sync->parent);
    if (sync->selector == NULL) {
        sync->error = "spec.selector is missing or empty";
        return;
    }
    sync_claim(sync);
    if (sync->error == NULL)
        sync_relate(sync);
    answer = sync->error == NULL && sync->retry_after == 0 ? sync_call(sync, false) : NULL;
    if (answer == NULL)
        return;
    sync_read(sync, answer);
    if (sync->error != NULL)
        return;
    if (!sync->parent->terminating)
        sync_manage(sync);
    /* The status is written even where children failed. */
    error = sync->error;
    write_status(sync);
    if (error != NULL)
        sync->error = error;
}
