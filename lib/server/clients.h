#ifndef VITESS_OPERATOR_CLIENTS_H
#define VITESS_OPERATOR_CLIENTS_H

#include <stdatomic.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "arena.h"

struct credentials;

/* The open connections and when each must have got on.
 *
 * libmicrohttpd's own time-out only counts silence, so a client that sends one byte now and then
 * would hold its connection for ever. Here each connection has one deadline: for its next request
 * to begin, for the whole request to arrive, for the whole answer to be taken. The accepting
 * thread adds clients and closes the late ones; the thread that owns a connection sets its
 * deadline and removes it. Nobody waits for a lock. */

enum client_phase { CLIENT_IDLE, CLIENT_BUSY };

struct client {
    atomic_int fd;            /* -1: this place is free */
    _Atomic int64_t deadline; /* microseconds; 0: none; -1: being closed; -2: closed by us */
    atomic_int phase;
    size_t worker;
    /* The rest is for TLS, and of the thread that owns the connection. */
    struct credentials *credentials; /* that it began with; NULL: none is held */
    bool greeting;                   /* its handshake is not done yet */
    int64_t idle;                    /* microseconds that it may be idle after that */
    uint64_t verified;               /* its certificate, by the credentials of this generation */
    int64_t verified_until;
};

struct clients {
    struct client *at;
    size_t count;
    atomic_size_t open;
};

struct clients clients_make(struct arena *arena, size_t count);

/* A place for the connection `fd`, idle until `deadline`, or NULL where all are taken. */
struct client *clients_add(struct clients *clients, int fd, size_t worker, int64_t deadline);
/* By its descriptor, or NULL. */
struct client *clients_find(const struct clients *clients, int fd);
/* Adds to counts[worker] for each connection. */
void clients_count(const struct clients *clients, size_t *counts);

void client_expect(struct client *client, enum client_phase phase, int64_t deadline);
/* The handshake of a new connection, until `deadline`; after it the client may be idle for `idle`
 * microseconds. */
void client_greets(struct client *client, int64_t deadline, int64_t idle);
void client_greeted(struct client *client);
/* clients_end_late() has ended it. */
bool client_ended(const struct client *client);
/* Before its descriptor is closed; it is nobody's any more afterwards. */
void clients_remove(struct clients *clients, struct client *client);

/* Ends the connections that are late, and adds how many of them were idle or busy. */
struct late {
    size_t idle, busy;
};
struct late clients_end_late(struct clients *clients, int64_t now);

#endif
