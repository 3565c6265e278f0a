#ifndef VITESS_OPERATOR_HOOKS_V2_MYSQL_H
#define VITESS_OPERATOR_HOOKS_V2_MYSQL_H

#include <stdbool.h>

#include "arena.h"

/* What the image of a mysqld says of its version by its tag: "mysql:8.0.40". Both functions take
 * the tag of "registry:5000/mysql:8.0.40" for "8.0.40" and a digest for none. Theirs cut at the
 * first colon: there vttablet gets the version "5000/mysql:8.0.40-Vitess". */

/* Value of --mysql_server_version, "8.0.40-Vitess"; NULL where the tag does not begin as a version
 * does, or `image` is NULL: then the flag is left out. */
const char *v2_mysql_server_version(struct arena *arena, const char *image);

/* From one image to another. */
struct v2_mysql_upgrade {
    bool slow_shutdown;  /* mysqld is to leave nothing to recover: innodb_fast_shutdown = 0 */
    const char *refused; /* "cannot downgrade ...", or NULL */
};
struct v2_mysql_upgrade v2_mysql_upgrade(struct arena *arena, const char *from, const char *to);

#endif
