#include "install.h"

#include <string.h>

const json_t *install_words(struct arena *a, const char *text)
{
    json_t *list = json_new_list();

    while (*text != '\0') {
        const size_t length = strcspn(text, " ");

        json_add_text(list, text_copy(a, text, length));
        text += length + strspn(text + length, " ");
    }
    return list;
}

const json_t *install_objects(const struct install *install)
{
    struct arena *a = install->arena;
    const json_t *policies = install_deletion_policies(install), *each;
    json_t *list = json_new_list();

    json_add(list, install_namespace(install));
    each_hook_of (install->apis, hook)
        json_add(list, install_crd(a, hook));
    json_each_item (install_bound(a, policies), i, each)
        json_add(list, each);
    json_each_item (install_user_roles(install), i, each)
        json_add(list, each);
    json_each_item (install_priority_classes(install), i, each)
        json_add(list, each);
    json_add(list, install_config(install));
    json_add(list, install_service(install));
    json_add(list, install_deployment(install));
    json_add(list, install_disruption_budget(install));
    json_add(list, install_network_policy(install));
    each_hook_of (install->apis, hook)
        json_add(list, install_controller(a, hook, NULL, install->namespace, NULL));
    if (install->monitoring)
        json_each_item (install_monitoring(install), i, each)
            json_add(list, each);
    return list;
}
