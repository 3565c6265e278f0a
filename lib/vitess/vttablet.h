#ifndef VITESS_OPERATOR_VTTABLET_H
#define VITESS_OPERATOR_VTTABLET_H

#include "pod.h"

/* What the files about tablet Pods share: where things are inside of the Pod. */

#define VTTABLET "vttablet"

#define DATA_ROOT "/vt/vtdataroot"
/* For so long mysqlctld waits until mysqld answers. */
enum { MYSQL_WAIT_HOURS = 2 };

/* Sockets and configuration that both containers see; gone with the Pod. */
#define SHARED "/vt/shared"
#define MYSQLCTL_SOCKET SHARED "/mysqlctl.sock"
#define MYSQL_SOCKET SHARED "/mysql.sock"
#define OPERATOR_CNF SHARED "/operator.cnf"
#define USER_CNF SHARED "/user.cnf"
/* Who finds MySQL by it: a sidecar of the user's, such as an exporter, or a shell. */
#define CLIENT_CNF SHARED "/client.cnf"
#define VTTABLET_INIT "init-vtdataroot"
#define INIT_SECRETS "/vt/secrets/init-db"

/* The name under which the other tablets, vtgate and VTOrc reach this one. */
const char *vttablet_hostname(struct arena *arena, const struct vttablet *tablet);
/* MySQL runs in an image without Vitess. */
bool vttablet_foreign_mysql(const struct vttablet *tablet);

const json_t *vttablet_arguments(struct arena *arena, const struct vttablet *tablet);
const json_t *mysqlctld_arguments(struct arena *arena, const struct vttablet *tablet);

/* The claim and what the containers share, of the Pod's volumes. */
const json_t *vttablet_volume_mounts(struct arena *arena);
const json_t *vttablet_init_container(struct arena *arena, const struct vttablet *tablet);
/* An exec action that tells whether mysqld answers yet. `port`: mysqlctld's. */
const json_t *mysqld_started(struct arena *arena, const struct vttablet *tablet, unsigned port);
/* What vttablet does before it is stopped: hands its primary over. NULL: nothing. It takes so many
 * seconds at most. */
enum { HANDOVER_SECONDS = 10 + 3 + 30 + 30 };
const json_t *vttablet_handover(struct arena *arena, const struct vttablet *tablet);

#endif
