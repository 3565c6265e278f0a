#include "install.h"

#include "template.h"

/* The API server refuses a Pod whose PriorityClass is not there. */

/* As the operator of PlanetScale has it (deploy/priority.yaml): the value of a class cannot change,
 * so this one is also that of a cluster which is taken over. */
enum { VALUE = 1000 };

const json_t *install_priority_classes(const struct install *install)
{
    struct arena *a = install->arena;
    json_t *list = json_new_list();

    for (const struct api *const *api = install->apis; *api != NULL; api++) {
        if ((*api)->priority_class != NULL)
            json_add(list,
                object(a,
                    F("apiVersion", "scheduling.k8s.io/v1"),
                    F("kind", "PriorityClass"),
                    MAP("metadata",
                        F("name", (*api)->priority_class),
                        F("labels", install_labels(a))),
                    F("value", INT(VALUE)),
                    F("globalDefault", json_false()),
                    F("description", "Vitess components (vttablet, vtgate, vtctld, etcd)")));
    }
    return list;
}
