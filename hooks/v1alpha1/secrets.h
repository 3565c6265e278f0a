#ifndef VITESS_OPERATOR_HOOKS_V1ALPHA1_SECRETS_H
#define VITESS_OPERATOR_HOOKS_V1ALPHA1_SECRETS_H

#include "request.h"

/* What is in Secrets that Pods need (secrets.c). */

/* Of a Secret that Pods need. `hash` and `missing` are both NULL where nobody looks. */
struct secret_seen {
    const char *hash;    /* of what is in it */
    const char *missing; /* "Secret x is not there", "Secret x has no tls.key" */
};
/* `keys` is NULL-terminated. */
struct secret_seen v1_look_at_secret(const struct request *request, const char *name,
    const char *const *keys);
/* Of a Secret with an authority, a certificate and its key; of one with these two. */
extern const char *const v1_authority_keys[], *const v1_certificate_keys[];
/* One hash of two, each of which may be NULL. */
const char *v1_secrets_together(struct arena *a, const char *first, const char *second);

#endif
