#include "vttablet.h"

#include "metadata.h"
#include "template.h"

/* The few places of a tablet Pod where a shell cannot be avoided. Each script is fixed text, and
 * all values are its positional arguments: none ever becomes part of shell text. Kubernetes
 * replaces "$(NAME)" in a container's command, but nothing in a hook's (see verbatim.c). */

/* $1: host that MySQL reports, $2: the user's my.cnf, $3: "copy" where MySQL's image has no Vitess.
 * The section header lets the user's text begin with plain settings. The error log goes to the
 * container's log. After a reboot of the node the sockets of the processes before are still there.
 */
static const char init_text[] =
    "set -eu\n"
    "rm -f " SHARED "/*.sock " SHARED "/*.lock\n"
    "ln -sf /dev/stderr " SHARED "/stderr\n"
    "printf '[mysqld]\\nreport-host=%s\\nsocket=" MYSQL_SOCKET "\\nlog-error=" SHARED
    "/stderr\\n' \"$1\" >" OPERATOR_CNF "\n"
    "printf '%s\\n' \"$2\" >" USER_CNF "\n"
    "printf '[client]\\nuser=vt_dba\\nsocket=" MYSQL_SOCKET "\\n' >" CLIENT_CNF "\n"
    "if [ \"$3\" = copy ]; then\n"
    "  cp /vt/bin/mysqlctld /vt/config/init_db.sql " SHARED "/\n"
    "fi\n";

/* $1: alias, $2: shard, then the client. Only for a primary, as far as anybody knows; to a
 * candidate of the own cell if there is one, else of another.
 *
 * A Pod that is deleted by force has a second until all of it is killed. A reparent that is killed
 * halfway leaves a primary that takes no writes, and its lock on the shard for 30 seconds, in which
 * VTOrc can elect nobody. So it does not begin before it is sure that there is more time. */
static const char handover_text[] =
    "alias=$1 shard=$2; shift 2\n"
    "case $(\"$@\" --action-timeout=10s GetTablets --tablet-alias \"$alias\") in\n"
    "'' | *' primary '*) ;;\n"
    "*) exit 0 ;;\n"
    "esac\n"
    "sleep 3\n"
    "set -- \"$@\" --action-timeout=30s PlannedReparentShard "
    "--avoid-primary \"$alias\" \"$shard\"\n"
    "\"$@\" || \"$@\" --allow-cross-cell-promotion\n";

const json_t *vttablet_init_container(struct arena *a, const struct vttablet *tablet)
{
    const char *config = tablet->mysql_config == NULL ? "" : tablet->mysql_config;

    return object(a,
        F("name", VTTABLET_INIT),
        F("image", tablet->image),
        SPREAD(container_defaults(a, &tablet->place)),
        LIST("command",
            V("sh"),
            V("-c"),
            V(init_text),
            V("init"),
            V(verbatim(a, vttablet_hostname(a, tablet))),
            V(verbatim(a, config)),
            V(vttablet_foreign_mysql(tablet) ? "copy" : "")),
        F("resources", helper_resources(a)),
        LIST("volumeMounts", ITEM(F("name", "shared"), F("mountPath", SHARED))));
}

static const json_t *handover_command(struct arena *a, const struct vttablet *tablet)
{
    return object(a,
        LIST("command",
            V("sh"),
            V("-c"),
            V(handover_text),
            V("handover"),
            V(tablet->id.alias),
            V(fmt(a, "%s/%s", tablet->id.keyspace, tablet->id.shard)),
            EACH(vtctldclient(a, &tablet->place.topology))));
}

/* A rollout has moved the primary away long before; this is for a drained node or an eviction,
 * where nobody asks the operator. */
const json_t *vttablet_handover(struct arena *a, const struct vttablet *tablet)
{
    if (!text_equal(tablet->id.type, "replica") || !topology_can_be_asked(&tablet->place.topology))
        return NULL;
    return object(a, MAP("preStop", F("exec", handover_command(a, tablet))));
}
