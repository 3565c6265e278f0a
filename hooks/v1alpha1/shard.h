#ifndef VITESS_OPERATOR_HOOKS_V1ALPHA1_SHARD_H
#define VITESS_OPERATOR_HOOKS_V1ALPHA1_SHARD_H

#include "shard_engine.h"
#include "v1alpha1.h"

/* The inside of the VitessShard hook, which is to the engine what it takes (include/shard_engine.h)
 * and writes down what it says. */

#define SHARDS_GROUP "VitessShard." API_VERSION

/* shard_wanted.c */
/* Fills input->wanted; place is known. */
void v1_read_wanted(struct shard_input *input, const struct shard_spec *spec);
/* input->identify, where input->api is the struct shard_spec. */
bool v1_identify_tablet(const struct shard_input *input, const json_t *object,
    struct tablet_identity *id);

/* shard_input.c */
/* All of it, with `tasks` begun in it. */
struct shard_input v1_shard_input(const struct request *request, const struct shard_spec *spec,
    struct tasks *tasks);

#endif
