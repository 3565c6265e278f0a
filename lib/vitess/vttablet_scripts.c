#include "vttablet.h"

#include "metadata.h"
#include "template.h"

/* The few places of a tablet Pod where a shell cannot be avoided. Each script is fixed text, and
 * all values are its positional arguments: none ever becomes part of shell text. Kubernetes
 * replaces "$(NAME)" in a container's command, but nothing in a hook's (see verbatim.c). */

/* mysqlctld makes $1 on an empty volume, and takes it for whole whenever it is there: also where
 * mysqld ended before it had its users. $1.new is there from before $1 is until mysqld has
 * answered, and vttablet is started after that: so there is nothing of anybody in it. A build that
 * knows no $1.new may have run in between and left it there: so nothing is discarded beside any
 * database but MySQL's own. */
static const char discard_text[] =
    "discard() {\n"
    "  for folder in \"$1\"/data/*/; do\n"
    "    case $folder in\n"
    "    */mysql/ | */performance_schema/ | */sys/ | */'#'*/ | */'*'/) ;;\n"
    "    *) return 0 ;;\n"
    "    esac\n"
    "  done\n"
    "  rm -rf \"$1\"\n"
    "}\n";

/* $1: host that MySQL reports, $2: the user's my.cnf, $3: "copy" where MySQL's image has no Vitess,
 * $4: the tablet's data. The section header lets the user's text begin with plain settings. The
 * error log goes to the container's log; mysqld and mysqld_safe add ".err" to a name that has no
 * ending. After a reboot of the node the sockets of the processes before are still there. */
static const char init_text[] =
    "set -eu\n"
    "if [ ! -e \"$4\" ]; then\n"
    "  : >\"$4.new\"\n"
    "elif [ -e \"$4.new\" ]; then\n"
    "  discard \"$4\"\n"
    "fi\n"
    "rm -f " SHARED "/*.sock " SHARED "/*.lock\n"
    "ln -sf /dev/stderr " SHARED "/stderr.err\n"
    "printf '[mysqld]\\nreport-host=%s\\nsocket=" MYSQL_SOCKET "\\nlog-error=" SHARED
    "/stderr.err\\n' \"$1\" >" OPERATOR_CNF "\n"
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

/* $1: the port of mysqlctld, as the kernel lists it, $2: the tablet's data.
 *
 * mysqlctld opens its port once mysqld answers to the users that it has made (mysqld may open its
 * own long before). But a mysqld that ends before that, for its memory limit or a broken file, it
 * waits for until --wait-time, which has to be long, for a recovery may be. So once there has been
 * no mysqld for 30 looks, mysqlctld is ended: the container starts again, and says so. */
static const char started_text[] =
    "port=$1 data=$2 gone=" SHARED "/mysqld-gone\n"
    "if grep -qs \":$port [0-9A-F:]* 0A \" /proc/net/tcp /proc/net/tcp6; then\n"
    "  rm -f \"$data.new\" \"$gone\"\n"
    "  exit\n"
    "fi\n"
    "for process in /proc/[0-9]*/comm; do\n"
    "  { read -r name <\"$process\"; } 2>/dev/null || continue\n"
    "  case $name in\n"
    "  mysqld | mysqld_safe)\n"
    "    rm -f \"$gone\"\n"
    "    exit 1\n"
    "    ;;\n"
    "  esac\n"
    "done\n"
    "echo >>\"$gone\"\n"
    "[ \"$(wc -l <\"$gone\")\" -ge 30 ] || exit 1\n"
    "rm -f \"$gone\"\n"
    "[ ! -e \"$data.new\" ] || discard \"$data\"\n"
    "echo 'mysqld ended before it answered: what it said is above; where it said nothing, it needs "
    "a "
    "larger memory limit' >/proc/1/fd/2\n"
    "kill 1\n"
    "exit 1\n";

/* As Vitess names it. */
static const char *data_folder(struct arena *a, const struct vttablet *tablet)
{
    return fmt(a, DATA_ROOT "/vt_%010u", tablet->id.uid);
}

const json_t *mysqld_started(struct arena *a, const struct vttablet *tablet, unsigned port)
{
    return object(a,
        LIST("command",
            V("sh"),
            V("-c"),
            V(fmt(a, "%s%s", discard_text, started_text)),
            V("started"),
            V(fmt(a, "%04X", port)),
            V(data_folder(a, tablet))));
}

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
            V(fmt(a, "%s%s", discard_text, init_text)),
            V("init"),
            V(verbatim(a, vttablet_hostname(a, tablet))),
            V(verbatim(a, config)),
            V(vttablet_foreign_mysql(tablet) ? "copy" : ""),
            V(data_folder(a, tablet))),
        F("resources", helper_resources(a)),
        LIST("volumeMounts", EACH(vttablet_volume_mounts(a))));
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
