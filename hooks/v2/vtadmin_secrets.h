#ifndef VITESS_OPERATOR_HOOKS_V2_VTADMIN_SECRETS_H
#define VITESS_OPERATOR_HOOKS_V2_VTADMIN_SECRETS_H

#include "parts.h"

/* The files that VTAdmin of a cell reads. Folders below /vt/secrets, and names of volumes: */
#define RBAC "rbac-config"
#define DISCOVERY "discovery-config"
#define CONFIG "cluster-config"
#define WEB "config-js"

struct v2_vtadmin_files {
    struct secret_source discovery, config, web;
};
struct v2_vtadmin_files v2_vtadmin_files(struct arena *arena, const struct v2_place *place);

#endif
