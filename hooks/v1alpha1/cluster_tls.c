#include "cluster.h"

#include <string.h>

#include "pod.h"
#include "secrets.h"
#include "template.h"
#include "tls_steps.h"

/* TLS between the components: what the cells are told of it, what is in the Secrets that all of
 * them need, and how the operator's tasks dial. */

/* --- Secrets --- */

/* What the cells were told last. The first one is the first to hear of something new. */
static const char *told(const struct cluster *cluster, const char *block, const char *name_key,
    const char *name, const char *hash_key)
{
    for (size_t i = 0; i < cluster->spec.cells.count; i++) {
        const char *cell =
            v1_cell_name(cluster->arena, cluster->derived.cluster, cluster->spec.cells.at[i].name);
        const json_t *spec = json_at(objects_find(&cluster->cells, cell), "spec", block);

        if (text_equal(json_text_at(spec, name_key), name) && json_text_at(spec, hash_key) != NULL)
            return json_text_at(spec, hash_key);
    }
    return NULL;
}

static void miss(struct cluster *cluster, const struct secret_seen *seen, const char *path)
{
    if (seen->missing != NULL && cluster->missing_secret == NULL)
        cluster->missing_secret = fmt(cluster->arena, "%s (%s)", seen->missing, path);
}

/* A Secret that has gone, or lost a key, restarts nobody: who runs has read it. */
static const char *hash_in_cells(struct cluster *cluster, const char *block, const char *name_key,
    const char *name, const char *hash_key, const char *path)
{
    struct secret_seen seen = v1_look_at_secret(cluster->request, name, v1_authority_keys);

    miss(cluster, &seen, path);
    return name == NULL || seen.hash != NULL ? seen.hash
                                             : told(cluster, block, name_key, name, hash_key);
}

static void look_at_etcds(struct cluster *cluster)
{
    for (size_t i = 0; i < cluster->spec.cells.count; i++) {
        const struct cell_item *cell = &cluster->spec.cells.at[i];
        struct secret_seen seen;

        if (cell->etcd == NULL || cell->etcd->tls == NULL)
            continue;
        seen = v1_look_at_secret(cluster->request, cell->etcd->tls->secret, v1_authority_keys);
        miss(cluster, &seen, fmt(cluster->arena, "%s.etcd.tls.secret", cell->path));
    }
}

/* --- tasks --- */

static json_t *list_of(const json_t *item)
{
    json_t *list = json_new_list();

    json_add(list, item);
    return list;
}

static struct client_tls_spec *client_of_spec(const struct cluster *cluster)
{
    struct arena *a = cluster->arena;
    const struct component_tls *tls = v1_component_tls_of(a, cluster->derived.tls);
    const struct dial_tls *dial = tls_dial(a, tls);
    struct client_tls_spec *client;

    if (dial == NULL)
        return NULL;
    client = arena_make(a, struct client_tls_spec);
    *client = (struct client_tls_spec){dial->ca,
        dial->cert,
        dial->key,
        dial->server_name,
        list_of(tls_volume(a, tls)),
        list_of(tls_mount(a, tls))};
    return client;
}

static bool lies_in(const char *file, const char *folder)
{
    size_t length = folder == NULL ? 0 : strlen(folder);

    while (length > 0 && folder[length - 1] == '/')
        length--;
    return length > 0 && file != NULL && strncmp(file, folder, length) == 0 && file[length] == '/';
}

/* The mounts of vtctld in which the files lie, and their volumes. */
static void find_files(struct client_tls_spec *client, const struct pod_overrides *template)
{
    json_t *volumes = json_new_list();
    json_t *mounts = json_new_list();
    const json_t *mount;

    json_each_item (template->volume_mounts, i, mount) {
        const char *folder = json_text_at(mount, "mountPath");
        const char *name = json_text_at(mount, "name");
        const json_t *volume = name == NULL ? NULL : json_named(template->volumes, name);

        if (volume == NULL || (!lies_in(client->ca, folder) && !lies_in(client->cert, folder) &&
                                  !lies_in(client->key, folder)))
            continue;
        json_add(mounts, mount);
        if (json_named(volumes, name) == NULL)
            json_add(volumes, volume);
    }
    client->volumes = volumes;
    client->volume_mounts = mounts;
}

/* Flags given by hand: tasks dial vtctld with what vtctld itself dials tablets with, or else with
 * its own certificate. */
static struct client_tls_spec *client_of_flags(const struct cluster *cluster)
{
    struct arena *a = cluster->arena;
    const struct cell_item *cell = v1_vtctld_cell(&cluster->spec);
    const struct dial_tls *server, *tablets;
    struct client_tls_spec *client;

    server = cell == NULL ? NULL : dial_of_flags(a, cell->vtctld->flags, "grpc");
    if (server == NULL || server->cert == NULL || server->key == NULL)
        return NULL;
    tablets = dial_of_flags(a, cell->vtctld->flags, "tablet-manager-grpc");
    client = arena_make(a, struct client_tls_spec);
    client->ca = tablets != NULL && tablets->ca != NULL ? tablets->ca : server->ca;
    client->cert = tablets != NULL && tablets->cert != NULL ? tablets->cert : server->cert;
    client->key = tablets != NULL && tablets->cert != NULL ? tablets->key : server->key;
    if (cell->vtctld->template != NULL)
        find_files(client, cell->vtctld->template);
    return client;
}

/* --- what goes down --- */

static struct tls_spec *tls_down(struct cluster *cluster)
{
    const struct tls_spec *spec = cluster->spec.tls;
    struct tls_spec *tls;

    if (spec == NULL)
        return NULL;
    tls = arena_make(cluster->arena, struct tls_spec);
    *tls = *spec;
    if (tls->server_name == NULL)
        tls->server_name = cluster->derived.cluster;
    tls->hash = hash_in_cells(cluster, "tls", "secret", spec->secret, "hash", "spec.tls.secret");
    return tls;
}

void v1_derive_tls(struct cluster *cluster)
{
    struct topology_spec *topology = cluster->derived.topology;

    cluster->derived.tls = tls_down(cluster);
    cluster->derived.client->tls =
        cluster->derived.tls != NULL ? client_of_spec(cluster) : client_of_flags(cluster);
    look_at_etcds(cluster);
    topology->tls_hash = hash_in_cells(cluster,
        "topology",
        "tlsSecret",
        topology->tls_secret,
        "tlsHash",
        cluster->spec.lockserver == NULL ? "etcd.tls.secret" : "spec.lockserver.tlsSecret");
}

/* Another step than the one that the cell was told: Pods of it may still be at that one. */
const char *v1_tls_from(const struct cluster *cluster, const char *cell)
{
    const struct cell_spec *before =
        v1_told_spec(&cluster->told, v1_cell_name(cluster->arena, cluster->derived.cluster, cell));
    int was;

    if (before == NULL)
        return NULL;
    was = v1_tls_step_before(cluster->arena, before, &cluster->spec, cluster->tls_step);
    return was == cluster->tls_step ? before->tls_from : v1_tls_step_name(was);
}
