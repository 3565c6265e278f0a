#ifndef VITESS_OPERATOR_CLI_LIVE_H
#define VITESS_OPERATOR_CLI_LIVE_H

#include "cli/manifest/manifest.h"
#include "forest.h"

/* A real cluster, as kubectl prints its objects: `kubectl get vt,vtc,vtk,vts,pods,pvc -o json`. */

/* The file holds a List whose objects carry uids, so it says what is and not what is wanted. */
bool live_is(const struct manifests *manifests);

/* The trees of the VitessClusters in it. What hangs on none of them is left out: other people's
 * objects. */
struct forest live_forest(struct arena *arena, const struct manifests *manifests);

/* How one of its objects is; `primary`: it is a tablet's Pod that its VitessShard names. */
struct state live_state(struct arena *arena, const json_t *object, bool primary);

/* An object of ours whose conditions are those of the spec before. */
bool live_is_behind(const json_t *object);

/* Says on stderr what the trees lack: kinds that kubectl was not asked for, and objects whose
 * VitessCluster is not in the List. False, with a message, where there is no tree at all. */
bool live_explain(const struct manifests *manifests, const struct forest *forest);

#endif
