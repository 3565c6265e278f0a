#ifndef VITESS_OPERATOR_CLI_REMOTE_H
#define VITESS_OPERATOR_CLI_REMOTE_H

#include "http_client.h"
#include "sim.h"

/* The hooks of a running server, called over HTTP as Metacontroller calls them. */
struct remote {
    struct http_client client;
    const char *fault; /* why the server could not be reached, once that happened */
};

/* sim_options.call; the context is a struct remote. */
sim_call remote_call;

#endif
