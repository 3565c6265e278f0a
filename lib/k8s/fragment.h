#ifndef VITESS_OPERATOR_LIB_K8S_FRAGMENT_H
#define VITESS_OPERATOR_LIB_K8S_FRAGMENT_H

#include "fragments.h"

/* What the files of fragments share. */

extern const struct spec_format fragment_env_name;  /* name of an environment variable */
extern const struct spec_format fragment_port_name; /* IANA_SVC_NAME, at most 15 bytes */
extern const struct spec_format fragment_inside;    /* path inside of a volume */
extern const struct spec_format fragment_ip;        /* "10.0.0.1", "fd00::1" */

extern const struct spec_field fragment_field_ref[];    /* ObjectFieldSelector */
extern const struct spec_field fragment_resource_ref[]; /* ResourceFieldSelector */

extern const char *const fragment_pull_policies[];

/* What the operator of an expression over labels says of its values; for SPEC_CHECK("values"). */
spec_check fragment_check_values;

#endif
