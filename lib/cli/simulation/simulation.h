#ifndef VITESS_OPERATOR_CLI_SIMULATION_H
#define VITESS_OPERATOR_CLI_SIMULATION_H

#include "cli/manifest/manifest.h"
#include "sim.h"

/* What every command that simulates has in common. */

/* More than any cluster of the tests needs by far: reaching it means that nothing ever settles. */
#define SIMULATION_STEPS 20000

/* Adds the objects of a file, in `namespace` (NULL: "default") where they name none. False, with a
 * message on stderr, where it cannot be read or is wrong. */
bool simulation_read(struct manifests *manifests, const char *path, const char *namespace);

/* Applies the objects as `kubectl apply -f` does. False, with file and line of the first one that
 * the API server refuses. */
bool simulation_apply(struct sim *sim, const struct manifests *manifests);

/* Goes on until nothing is due any more, or for at most `steps` steps. */
void simulation_settle(struct sim *sim, long steps);

/* Says on stderr why the clusters are not Ready, or that they never come to rest. */
void simulation_explain(const struct sim *sim);

/* Applies the objects, and settles: a cluster as it is at rest. NULL, with a message on stderr and
 * `*code` the exit code, where that fails. */
struct sim *simulation_of(const struct sim_options *options, const struct manifests *manifests,
    int *code);

/* The same of one file. */
struct sim *simulation_at_rest(const struct sim_options *options, const char *path,
    const char *namespace, int *code);

/* Of the option --namespace, which all of them have. */
#define NAMESPACE_HELP "Namespace of objects that name none; \"default\" is the default."

#endif
