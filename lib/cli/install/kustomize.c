#include "files.h"

#include "template.h"

/* The installation as kustomizations: base/ is what `vitess-operator install` prints, each overlay
 * adds one thing to it. */

#define SINGLE "vitess"

/* --- base --- */

const json_t *install_controllers(const struct install *install)
{
    json_t *list = json_new_list();

    each_hook_of (install->apis, hook)
        json_add(list, install_controller(install->arena, hook, NULL, install->namespace, NULL));
    return list;
}

static const json_t *crds(const struct install *install)
{
    json_t *list = json_new_list();

    each_hook_of (install->apis, hook)
        json_add(list, install_crd(install->arena, hook));
    return list;
}

static const json_t *operator_objects(const struct install *install)
{
    json_t *list = json_new_list();
    const json_t *each;

    json_each_item (install_priority_classes(install), i, each)
        json_add(list, each);
    json_add(list, install_service(install));
    json_add(list, install_deployment(install));
    json_add(list, install_disruption_budget(install));
    json_add(list, install_network_policy(install));
    return list;
}

static bool write_base(const struct install *install, const char *folder)
{
    struct arena *a = install->arena;
    const json_t *all = object(a,
        LIST("resources",
            V("namespace.yaml"),
            V("crds.yaml"),
            V("admission.yaml"),
            V("roles.yaml"),
            V("operator.yaml"),
            V("controllers.yaml")),
        LIST("configMapGenerator", V(generated_config(install, NULL))));

    return write_kustomization(install,
               folder,
               "#\n"
               "# Say where your image is in an overlay of your own:\n"
               "#\n"
               "#     resources: [../base]\n"
               "#     images:\n"
               "#     - name: vitess-operator\n"
               "#       newName: registry.example.com/vitess-operator\n"
               "#       newTag: \"" OPERATOR_VERSION "\"\n",
               all) &&
           write_object(install, folder, "namespace.yaml", "", install_namespace(install)) &&
           write_list(install, folder, "crds.yaml", "", crds(install)) &&
           write_list(install,
               folder,
               "admission.yaml",
               "",
               install_bound(a, install_deletion_policies(install))) &&
           write_list(install, folder, "roles.yaml", "", install_user_roles(install)) &&
           write_list(install, folder, "operator.yaml", "", operator_objects(install)) &&
           write_list(install, folder, "controllers.yaml", "", install_controllers(install)) &&
           write_file(install, folder, CONFIG_FILE, fmt(a, MADE "%s", install_settings(a)));
}

/* --- overlays/single-namespace --- */

static const char single_about[] =
    "#\n"
    "# The operator and its clusters in one namespace, \"" SINGLE "\".\n"
    "#\n"
    "# A CompositeController always watches all namespaces, so here the API server refuses\n"
    "# VitessClusters in any other one. Cluster-wide objects stay: the CRDs, the\n"
    "# CompositeControllers and the policies. For another name replace \"" SINGLE "\" in this "
    "folder.\n";

/* kustomize takes every kind whose scope it does not know for a namespaced one. */
static const json_t *cluster_wide_again(struct arena *a)
{
    return object(a,
        F("apiVersion", "builtin"),
        F("kind", "PatchTransformer"),
        MAP("metadata", F("name", "cluster-wide")),
        MAP("target",
            F("kind",
                "CompositeController|ValidatingAdmissionPolicy|ValidatingAdmissionPolicyBinding")),
        F("patch", "[{\"op\": \"remove\", \"path\": \"/metadata/namespace\"}]"));
}

static const json_t *moved_controller(struct arena *a, const struct hook *hook)
{
    const json_t *namespace = json_string(SINGLE);
    json_t *patch = json_new_list();

    add_operation(a, patch, "replace", "/spec/hooks/sync/webhook/service/namespace", namespace);
    if (hook->customize != NULL)
        add_operation(a,
            patch,
            "replace",
            "/spec/hooks/customize/webhook/service/namespace",
            namespace);
    return patch_of(a, "CompositeController", hook_controller_name(a, hook), patch);
}

static bool write_single(const struct install *install, const char *folder)
{
    struct arena *a = install->arena;
    json_t *patches = json_new_list();

    each_hook_of (install->apis, hook)
        json_add(patches, moved_controller(a, hook));
    return write_kustomization(install,
               folder,
               single_about,
               object(a,
                   LIST("resources", V("../../base"), V("admission.yaml")),
                   F("namespace", SINGLE),
                   F("patches", patches),
                   LIST("transformers", V("cluster-wide.yaml")))) &&
           write_object(install, folder, "cluster-wide.yaml", "", cluster_wide_again(a)) &&
           write_list(install,
               folder,
               "admission.yaml",
               "",
               install_bound(a, install_namespace_policies(install, SINGLE)));
}

/* --- all --- */

bool install_kustomize(const struct install *install, const char *folder)
{
    static const struct {
        const char *name;
        bool (*write)(const struct install *install, const char *folder);
    } parts[] = {
        {"base", write_base},
        {"overlays/tls", write_tls_overlay},
        {"overlays/monitoring", write_monitoring_overlay},
        {"overlays/single-namespace", write_single},
    };
    struct arena *a = install->arena;

    if (!make_folder(folder) || !make_folder(fmt(a, "%s/overlays", folder)))
        return false;
    for (size_t i = 0; i < sizeof(parts) / sizeof(parts[0]); i++) {
        const char *path = fmt(a, "%s/%s", folder, parts[i].name);

        if (!make_folder(path) || !parts[i].write(install, path))
            return false;
    }
    return true;
}
