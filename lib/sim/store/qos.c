#include "admit.h"
#include "metadata.h"

/* ComputePodQOS of pkg/apis/core/v1/helper/qos of Kubernetes 1.36. It adds up what the containers
 * ask for and compares the sums; as no request is above its limit (invalid_pod.c), the sums are
 * equal where each pair is. Resources of a whole Pod (spec.resources) are not simulated. */

static const char *const counted[] = {"cpu", "memory"};

enum { COUNTED = sizeof(counted) / sizeof(*counted) };

/* What is more than nothing. */
static const char *amount(const json_t *container, const char *group, const char *name)
{
    const char *text = json_text_at(container, "resources", group, name);

    return text != NULL && quantity_compare(text, "0") > 0 ? text : NULL;
}

struct asked {
    bool something; /* by any container */
    bool all;       /* each container has a limit for each resource, and requests just that */
};

static void look(struct asked *asked, const json_t *containers)
{
    const json_t *container;

    json_each_item (containers, i, container) {
        for (size_t j = 0; j < COUNTED; j++) {
            const char *request = amount(container, "requests", counted[j]);
            const char *limit = amount(container, "limits", counted[j]);

            asked->something = asked->something || request != NULL || limit != NULL;
            asked->all = asked->all && request != NULL && limit != NULL &&
                         quantity_compare(request, limit) == 0;
        }
    }
}

const char *pod_qos(const json_t *spec)
{
    struct asked asked = {.all = true};

    look(&asked, json_at(spec, "containers"));
    look(&asked, json_at(spec, "initContainers"));
    if (!asked.something)
        return "BestEffort";
    return asked.all ? "Guaranteed" : "Burstable";
}
