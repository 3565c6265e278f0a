#include "metadata.h"
#include "tablet_parts.h"
#include "template.h"

/* What is done before a tablet or vtbackup starts. Each script is fixed text, theirs to the letter:
 * in another one every tablet of an adopted cluster would differ. Files of the Vitess image go into
 * a folder that all containers see, since MySQL's image may have none of them. */

#define COPY(binary)                                                                               \
    "set -ex\n"                                                                                    \
    "mkdir -p /mnt/vt/bin\n"                                                                       \
    "cp --no-clobber /vt/bin/" binary " /mnt/vt/bin/\n"                                            \
    "mkdir -p /mnt/vt/config\n"                                                                    \
    "if [[ -d /vt/config/mycnf ]]; then\n"                                                         \
    "  cp --no-clobber -R /vt/config/mycnf /mnt/vt/config/\n"                                      \
    "else\n"                                                                                       \
    "  mkdir -p /mnt/vt/config/mycnf\n"                                                            \
    "fi\n"
#define LOG_TO_STDERR                                                                              \
    "ln -sf /dev/stderr /mnt/vt/config/stderr.symlink\n"                                           \
    "echo \"log-error = /vt/config/stderr.symlink\" > /mnt/vt/config/mycnf/log-error.cnf\n"        \
    "echo \"binlog_format=row\" > /mnt/vt/config/mycnf/rbr.cnf\n"
#define SOCKET "echo \"socket = " MYSQL_SOCKET "\" > /mnt/vt/config/mycnf/socket.cnf\n"

static const char tablet_text[] =
    COPY("mysqlctld") "mkdir -p /mnt/vt/vtdataroot\n" LOG_TO_STDERR SOCKET
                      "echo -e \"[client]\\nuser=vt_dba\\nsocket=" MYSQL_SOCKET "\\n\""
                      " > /mnt/vt/config/mycnf/client.cnf\n";

static const char vtbackup_text[] = COPY("vtbackup") LOG_TO_STDERR
    "echo -e \"sync_binlog=0\\ninnodb_flush_log_at_trx_commit=0\""
    " > /mnt/vt/config/mycnf/vtbackup.cnf\n"
    "mkdir -p /mnt/vt/certs\n"
    "cp --no-clobber /etc/ssl/certs/ca-certificates.crt /mnt/vt/certs/\n" SOCKET;

/* Data of before the socket had a place of its own says another one. */
static const char socket_text[] =
    "set -ex\n"
    "cd " DATA_FOLDER "\n"
    "for mycnf in $(find . -mindepth 2 -maxdepth 2 -path './vt_*/my.cnf'); do\n"
    "  sed -i -e 's,^socket[ \\t]*=.*$,socket = " MYSQL_SOCKET ",' \"${mycnf}\"\n"
    "done\n";

static const json_t *script(struct arena *a, const char *name, const char *text,
    const json_t *mount)
{
    return object(a,
        F("name", name),
        F("securityContext", v2_security(a)),
        LIST("command", V("bash"), V("-c")),
        LIST("args", V(text)),
        LIST("volumeMounts", V(mount)));
}

/* As much as vttablet has, whatever it says. */
static const json_t *resources(struct arena *a, const struct v2_pool *pool)
{
    const json_t *theirs = as_stored(a, pool->spec->vttablet->resources);

    return object(a,
        OPT("limits", json_at(theirs, "limits")),
        MAP("requests",
            F("cpu", "100m"),
            F("memory", "32Mi"),
            SPREAD(json_at(theirs, "requests"))));
}

static const json_t *of_vttablet(struct arena *a, const struct v2_pool *pool, const json_t *made)
{
    const struct pull_policies *policies = pool->shard->spec->pull_policies;

    return object(a,
        SPREAD(made),
        F("image", pool->shard->spec->images->vttablet),
        OPT("imagePullPolicy", v2_given(policies == NULL ? NULL : policies->vttablet)),
        F("resources", resources(a, pool)));
}

const json_t *v2_tablet_init_containers(struct arena *a, const struct v2_pool *pool)
{
    const json_t *root =
        script(a, "init-vt-root", tablet_text, v2_root_mount(a, "/mnt/vt", NULL, false));
    const json_t *socket = script(a, "init-mysql-socket", socket_text, v2_data_mount(a, pool));
    json_t *list = json_new_list();

    json_add(list, of_vttablet(a, pool, root));
    if (pool->claim != NULL)
        json_add(list, of_vttablet(a, pool, socket));
    return list;
}

/* Theirs has neither resources nor a pull policy. */
const json_t *v2_vtbackup_init_container(struct arena *a, const struct v2_pool *pool)
{
    return object(a,
        SPREAD(script(a, "init-vt-root", vtbackup_text, v2_root_mount(a, "/mnt/vt", NULL, false))),
        F("image", pool->shard->spec->images->vtbackup));
}
