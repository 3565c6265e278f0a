#include "pod.h"

#include "template.h"

/* Kubernetes leaves a Pod for five minutes on a node that does not answer (its admission plugin
 * DefaultTolerationSeconds). What has no data of its own is wanted elsewhere sooner: nobody
 * replaces a primary whose node is lost together with the only VTOrc. */
enum { SECONDS_ON_A_LOST_NODE = 10 };

/* The user's own list says it of this taint. */
static bool tolerates(const json_t *tolerations, const char *taint)
{
    const json_t *toleration;

    json_each_item (tolerations, i, toleration) {
        const char *key = json_text_at(toleration, "key");
        const char *effect = json_text_at(toleration, "effect");

        if ((key == NULL || text_equal(key, taint)) &&
            (effect == NULL || text_equal(effect, "NoExecute")))
            return true;
    }
    return false;
}

const json_t *lost_node_tolerations(struct arena *a, const json_t *users)
{
    static const char *const taints[] = {"node.kubernetes.io/not-ready",
        "node.kubernetes.io/unreachable"};
    json_t *list = json_new_list();
    const json_t *toleration;

    json_each_item (users, i, toleration)
        json_add(list, toleration);
    for (size_t i = 0; i < sizeof(taints) / sizeof(*taints); i++) {
        if (!tolerates(users, taints[i]))
            json_add(list,
                object(a,
                    F("effect", "NoExecute"),
                    F("key", taints[i]),
                    F("operator", "Exists"),
                    F("tolerationSeconds", INT(SECONDS_ON_A_LOST_NODE))));
    }
    return list;
}

static const json_t *leaves_lost_nodes(struct arena *a, const json_t *pod)
{
    return object(a,
        SPREAD(pod),
        OPT("tolerations", lost_node_tolerations(a, json_at(pod, "tolerations"))));
}

const json_t *component_deployment(struct arena *a, const struct deployment *deployment)
{
    const struct place *place = deployment->place;
    const char *component = deployment->component;
    const json_t *metadata = component_metadata(a, place, component, deployment->name, place->hash);
    const json_t *pod = pod_overridden(a, place, deployment->pod, deployment->overrides);

    return object(a,
        F("apiVersion", "apps/v1"),
        F("kind", "Deployment"),
        F("metadata", metadata),
        MAP("spec",
            OPT("replicas", deployment->scaled ? NULL : json_integer(deployment->replicas)),
            MAP("selector", F("matchLabels", component_selector(a, place, component))),
            MAP("strategy",
                F("type", "RollingUpdate"),
                MAP("rollingUpdate", F("maxUnavailable", INT(0)), F("maxSurge", INT(1)))),
            MAP("template",
                MAP("metadata",
                    F("labels", pod_labels(a, json_at(metadata, "labels"), deployment->overrides)),
                    OPT("annotations",
                        object(a,
                            SPREAD(deployment->overrides->annotations),
                            SPREAD(deployment->annotations),
                            OPT_KEY(place->keys->secrets_hash, place->secrets)))),
                F("spec", leaves_lost_nodes(a, pod)))));
}
