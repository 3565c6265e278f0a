#ifndef VITESS_OPERATOR_CLI_OLD_H
#define VITESS_OPERATOR_CLI_OLD_H

#include "cli/manifest/manifest.h"

/* The OLD of a plan where it is a List that kubectl printed. */

/* Namespace of objects of NEW that name none: where the VitessClusters of OLD are that
 * kubectl printed, or NULL. */
const char *old_namespace(const struct manifests *list);

/* The VitessClusters of the List that NEW has too, and nothing else of it: what they become is
 * simulated. False, with a message on stderr, where there is not exactly one of each. */
bool old_choose(struct manifests *chosen, const struct manifests *list,
    const struct manifests *edited, const char *path);

#endif
