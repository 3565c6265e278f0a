#ifndef VITESS_OPERATOR_CLI_JUDGE_H
#define VITESS_OPERATOR_CLI_JUDGE_H

#include "findings.h"

/* Judges a VitessCluster as its hook does, which is asked as Metacontroller would for a cluster
 * that was created a moment ago. Adds every problem, and advice where there is none; values are
 * told as they stand in the file. `earlier` is a list of the VitessClusters that come before it:
 * those of its namespace have their names already. */
void judge_cluster(const struct manifest *manifest, const json_t *earlier,
    struct findings *findings);

#endif
