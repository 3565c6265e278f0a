#ifndef VITESS_OPERATOR_CLI_HOOK_URL_H
#define VITESS_OPERATOR_CLI_HOOK_URL_H

#include "hook.h"

/* Where a server at `base` ("http://localhost:8080", with or without a slash behind) has a hook:
 * base + "/v1alpha1/shard/sync". */
const char *hook_url(struct arena *arena, const char *base, const struct hook *hook,
    bool customize);

#endif
