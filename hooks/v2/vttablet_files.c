#include "keys.h"
#include "tablet_parts.h"
#include "template.h"

/* What the processes of a tablet see: a folder that the init containers fill, the data, Secrets,
 * where backups are, and the environment. The order is theirs. */

/* --- volumes --- */

static const json_t *overrides_volume(struct arena *a, const struct v2_pool *pool)
{
    if (pool->overrides == NULL)
        return NULL;
    return object(a,
        F("name", "pod-config"),
        MAP("downwardAPI",
            LIST("items",
                ITEM(F("path", "mysqld-config-overrides"),
                    MAP("fieldRef",
                        F("fieldPath",
                            "metadata.annotations['" CONFIG_OVERRIDES_ANNOTATION "']"))))));
}

const json_t *v2_claim_volume(struct arena *a, const char *name)
{
    return object(a, F("name", CLAIM_VOLUME), MAP("persistentVolumeClaim", F("claimName", name)));
}

static void add_all(json_t *list, const json_t *more)
{
    const json_t *item;

    json_each_item (more, i, item)
        json_add(list, item);
}

const json_t *v2_tablet_volumes(struct arena *a, const struct v2_pool *pool, const json_t *claim)
{
    const struct external_datastore *datastore = pool->spec->external_datastore;
    json_t *list = json_new_list();

    add_all(list, pool->storage.volumes);
    if (datastore != NULL) {
        json_add(list, v2_secret_volume(a, datastore->credentials, CREDENTIALS_FOLDER));
        json_add(list, v2_secret_volume(a, datastore->server_ca, SERVER_CA_FOLDER));
    }
    json_add(list, object(a, F("name", ROOT_VOLUME), F("emptyDir", json_new_map())));
    json_add(list, overrides_volume(a, pool));
    json_add(list, claim);
    json_add(list,
        v2_secret_volume(a, pool->shard->spec->template.init_script, INIT_SCRIPT_FOLDER));
    return v2_by_name(a, list, pool->spec->pods.volumes);
}

/* --- mounts --- */

const json_t *v2_root_mount(struct arena *a, const char *path, const char *part, bool read_only)
{
    return object(a,
        F("name", ROOT_VOLUME),
        F("mountPath", path),
        OPT("subPath", part),
        OPT("readOnly", read_only ? json_true() : NULL));
}

/* Without a claim the data is beside the rest. */
const json_t *v2_data_mount(struct arena *a, const struct v2_pool *pool)
{
    return object(a,
        F("name", pool->claim == NULL ? ROOT_VOLUME : CLAIM_VOLUME),
        F("mountPath", DATA_FOLDER),
        F("subPath", "vtdataroot"));
}

static const json_t *overrides_mount(struct arena *a, const struct v2_pool *pool)
{
    if (pool->overrides == NULL)
        return NULL;
    return object(a,
        F("name", "pod-config"),
        F("mountPath", "/pod-config"),
        F("readOnly", BOOL(true)));
}

const json_t *v2_tablet_mounts(struct arena *a, const struct v2_pool *pool)
{
    const struct external_datastore *datastore = pool->spec->external_datastore;
    json_t *list = json_new_list();

    if (datastore != NULL) {
        json_add(list, v2_secret_mount(a, datastore->credentials, CREDENTIALS_FOLDER));
        json_add(list, v2_secret_mount(a, datastore->server_ca, SERVER_CA_FOLDER));
    }
    json_add(list, v2_root_mount(a, "/vt/config", "config", true));
    json_add(list, v2_root_mount(a, "/vt/socket", "socket", false));
    json_add(list, overrides_mount(a, pool));
    json_add(list, v2_data_mount(a, pool));
    json_add(list, v2_secret_mount(a, pool->shard->spec->template.init_script, INIT_SCRIPT_FOLDER));
    return list;
}

const json_t *v2_mysql_mounts(struct arena *a)
{
    json_t *list = json_new_list();

    json_add(list, v2_root_mount(a, "/vt/bin", "bin", true));
    return list;
}

/* --- environment --- */

const json_t *v2_variable(struct arena *a, const char *name, const char *value)
{
    return object(a, F("name", name), OPT("value", value));
}

/* As the image is named by: of several the first counts. */
static const char *flavor(const struct mysqld_images *images)
{
    const char *image = v2_mysqld_image(images);

    if (image == NULL)
        return NULL;
    if (image == images->mysql56)
        return "MySQL56";
    if (image == images->mysql80)
        return "MySQL80";
    return image == images->mariadb ? "MariaDB" : "MariaDB103";
}

#define MY_CNF "/vt/config/mycnf/rbr.cnf:/vt/config/mycnf/log-error.cnf:/vt/config/mycnf/socket.cnf"

/* vtbackup's own come after the user's: it need not survive a crash. Elsewhere there are none. */
static const char *my_cnf(const struct v2_pool *pool)
{
    return pool->overrides == NULL ? MY_CNF
                                   : MY_CNF
               ":/pod-config/mysqld-config-overrides:/vt/config/mycnf/vtbackup.cnf";
}

const json_t *v2_tablet_env(struct arena *a, const struct v2_pool *pool)
{
    json_t *list = json_new_list();

    json_add(list, v2_variable(a, "VTROOT", "/vt"));
    json_add(list, v2_variable(a, "VTDATAROOT", DATA_FOLDER));
    json_add(list, v2_variable(a, "VT_MYSQL_ROOT", "/usr"));
    json_add(list, v2_variable(a, "MYSQL_FLAVOR", flavor(pool->shard->spec->images->mysqld)));
    json_add(list, v2_variable(a, "EXTRA_MY_CNF", my_cnf(pool)));
    json_add(list,
        object(a,
            F("name", "POD_IP"),
            MAP("valueFrom", MAP("fieldRef", F("fieldPath", "status.podIP")))));
    return list;
}
