#include "files.h"

#include "template.h"

/* The overlay for TLS between Metacontroller and the operator, with certificates on both sides. */

#define TLS_SECRET OPERATOR_NAME "-tls"
#define CLIENT_SECRET OPERATOR_NAME "-client"
#define TLS_FOLDER "/etc/vitess-operator-tls"

static const char tls_about[] =
    "#\n"
    "# TLS between Metacontroller and the operator, with certificates on both sides. Two Secrets\n"
    "# have to be there first. An authority of your own makes them (OpenSSL 3):\n"
    "#\n"
    "#     openssl req -x509 -newkey ec -pkeyopt ec_paramgen_curve:P-256 -noenc -days 3650 \\\n"
    "#         -subj /CN=vitess-operator-ca -keyout ca.key -out ca.crt\n"
    "#     openssl req -x509 -CA ca.crt -CAkey ca.key -newkey ec -pkeyopt ec_paramgen_curve:P-256 "
    "\\\n"
    "#         -noenc -days 365 -subj /CN=vitess-operator -addext basicConstraints=CA:FALSE \\\n"
    "#         -addext subjectAltName=DNS:vitess-operator.%s \\\n"
    "#         -addext extendedKeyUsage=serverAuth -keyout server.key -out server.crt\n"
    "#     openssl req -x509 -CA ca.crt -CAkey ca.key -newkey ec -pkeyopt ec_paramgen_curve:P-256 "
    "\\\n"
    "#         -noenc -days 365 -subj /CN=metacontroller -addext basicConstraints=CA:FALSE \\\n"
    "#         -addext extendedKeyUsage=clientAuth -keyout client.key -out client.crt\n"
    "#     kubectl --namespace %s create secret generic " TLS_SECRET " \\\n"
    "#         --from-file=ca.crt --from-file=tls.crt=server.crt --from-file=tls.key=server.key\n"
    "#     kubectl --namespace %s create secret generic " CLIENT_SECRET " \\\n"
    "#         --from-file=ca.crt --from-file=tls.crt=client.crt --from-file=tls.key=client.key\n"
    "#\n"
    "# The namespace may not be there yet: kubectl create namespace %s.\n"
    "#\n"
    "# Metacontroller reads its Secret when a CompositeController changes or it starts itself, so\n"
    "# after new certificates: kubectl --namespace %s rollout restart statefulset metacontroller\n";

static const json_t *secret_reference(const struct install *install, const char *name,
    const char *key)
{
    return object(install->arena,
        MAP("secretRef", F("name", name), F("namespace", install->namespace), OPT("key", key)));
}

static void change_webhook(const struct install *install, const char *hook, json_t *patch)
{
    struct arena *a = install->arena;
    const char *at = fmt(a, "/spec/hooks/%s/webhook", hook);

    add_operation(a, patch, "replace", fmt(a, "%s/service/protocol", at), json_string("https"));
    add_operation(a,
        patch,
        "add",
        fmt(a, "%s/caBundle", at),
        secret_reference(install, CLIENT_SECRET, "ca.crt"));
    add_operation(a,
        patch,
        "add",
        fmt(a, "%s/clientTLS", at),
        secret_reference(install, CLIENT_SECRET, NULL));
}

static const json_t *controller_patch(const struct install *install, const struct hook *hook)
{
    json_t *patch = json_new_list();

    change_webhook(install, "sync", patch);
    if (hook->customize != NULL)
        change_webhook(install, "customize", patch);
    return patch_of(install->arena,
        "CompositeController",
        hook_controller_name(install->arena, hook),
        patch);
}

/* Probes stay as they are: they have a port of their own, without TLS. */
static const json_t *container_patch(struct arena *a)
{
    return object(a,
        F("name", OPERATOR_NAME),
        LIST("volumeMounts",
            ITEM(F("name", "tls"), F("mountPath", TLS_FOLDER), F("readOnly", BOOL(true)))));
}

static const json_t *pod_patch(struct arena *a)
{
    const json_t *secret = object(a, F("secretName", TLS_SECRET), F("defaultMode", INT(0440)));

    return object(a,
        LIST("containers", V(container_patch(a))),
        LIST("volumes", ITEM(F("name", "tls"), F("secret", secret))));
}

static const json_t *deployment_patch(const struct install *install)
{
    struct arena *a = install->arena;

    return object(a,
        F("apiVersion", "apps/v1"),
        F("kind", "Deployment"),
        MAP("metadata", F("name", OPERATOR_NAME), F("namespace", install->namespace)),
        MAP("spec", MAP("template", F("spec", pod_patch(a)))));
}

bool write_tls_overlay(const struct install *install, const char *folder)
{
    struct arena *a = install->arena;
    const char *in = install->namespace;
    json_t *patches = json_new_list();

    json_add(patches, object(a, F("path", "deployment.yaml")));
    each_hook_of (install->apis, hook)
        json_add(patches, controller_patch(install, hook));
    return write_kustomization(install,
               folder,
               fmt(a, tls_about, in, in, in, in, install->metacontroller),
               object(a,
                   LIST("resources", V("../../base")),
                   LIST("configMapGenerator", V(generated_config(install, "replace"))),
                   F("patches", patches))) &&
           write_object(install, folder, "deployment.yaml", "", deployment_patch(install)) &&
           write_file(install,
               folder,
               CONFIG_FILE,
               fmt(a,
                   MADE "%stls-cert: " TLS_FOLDER "/tls.crt\ntls-key: " TLS_FOLDER
                        "/tls.key\n# Whoever calls a hook must have a certificate of this "
                        "authority.\ntls-client-ca: " TLS_FOLDER "/ca.crt\n",
                   install_settings(a)));
}
