#include "install.h"

#include <string.h>

#include "metadata.h"

const char *install_name_for(struct arena *a, const char *name, const struct api *api)
{
    const char *group = api_group(a, api->name);

    return api == apis[0] ? name : fmt(a, "%s-%s", name, api->name + strlen(group) + 1);
}

const json_t *install_objects(const struct install *install)
{
    struct arena *a = install->arena;
    const json_t *policies = install_deletion_policies(a, install->metacontroller), *each;
    json_t *list = json_new_list();

    json_add(list, install_namespace(install));
    each_hook (hook)
        json_add(list, install_crd(a, hook));
    json_each_item (install_bound(a, policies), i, each)
        json_add(list, each);
    json_each_item (install_user_roles(a), i, each)
        json_add(list, each);
    json_add(list, install_config(install));
    json_add(list, install_service(install));
    json_add(list, install_deployment(install));
    json_add(list, install_disruption_budget(install));
    json_add(list, install_network_policy(install));
    each_hook (hook)
        json_add(list, install_controller(a, hook, NULL, install->namespace, NULL));
    if (install->monitoring)
        json_each_item (install_monitoring(install), i, each)
            json_add(list, each);
    return list;
}
