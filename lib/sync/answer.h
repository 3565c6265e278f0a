#ifndef VITESS_OPERATOR_SYNC_ANSWER_H
#define VITESS_OPERATOR_SYNC_ANSWER_H

#include "hook.h"

/* Sends an empty mapping in place of labels or annotations that were applied to a child and are not
 * any more: were they left out, those of others would go with them. */
void answer_keep_others(const struct hook *hook, const struct request *request,
    struct answer *answer);

/* What is wrong with an answer that a hook of ours gave, or NULL: a template bug, a child without
 * kind or name, in another namespace, named twice, of a kind the hook does not declare, or with
 * labels that the parent's selector does not match; or an observed child that is left out and that
 * nothing has released. Any of these makes Metacontroller refuse the whole answer or delete
 * children, so it is never sent. `misses` becomes whether something is wanted that is not there. */
const char *answer_bug(const struct hook *hook, const struct request *request,
    const struct answer *answer, bool *misses);

/* The response body of a sync or a customize hook; `misses` is that of answer_bug(). */
const json_t *answer_body(const struct request *request, bool customize,
    const struct answer *answer, bool misses);

#endif
