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
 * deadline and removes it. Nobody waits for a lock.
 *
 * Where every place is taken, a new connection still gets one: see clients_make_room(). */

enum client_phase {
    CLIENT_NEW,  /* it has not begun a request yet */
    CLIENT_IDLE, /* between two requests */
    CLIENT_BUSY, /* it sends a request or takes an answer; its TLS handshake is that as well */
    CLIENT_HELD  /* the same of a hook request that counts against --max-requests */
};

struct client {
    atomic_int fd;            /* -1: this place is free */
    _Atomic int64_t deadline; /* microseconds; 0: none; less: see clients.c */
    atomic_int phase;
    _Atomic int64_t since; /* microseconds: when its phase began, or it was ended */
    atomic_int waits_for;  /* the worker that has to take it; -1: it has been taken */
    size_t worker;
    /* The rest is for TLS, and of the thread that owns the connection. */
    struct credentials *credentials; /* that it began with; NULL: none is held */
    bool greeting;                   /* its handshake is not done yet */
    int64_t patience;                /* microseconds that its first request may take after that */
    uint64_t verified;               /* its certificate, by the credentials of this generation */
    int64_t verified_until;
};

struct clients {
    struct client *at;
    size_t count;
    atomic_size_t open;
};

struct clients clients_make(struct arena *arena, size_t count);

/* A place for the connection `fd`, which waits to be taken by `worker`, or NULL where all are
 * taken. It has no deadline yet: a worker that is slow to take it is no fault of the client. */
struct client *clients_add(struct clients *clients, int fd, size_t worker);
/* True where it waited for `worker`, whose own it is from then on. */
bool client_take(struct client *client, size_t worker, int64_t now);
/* Adds to counts[worker] for each connection. */
void clients_count(const struct clients *clients, size_t *counts);

void client_expect(struct client *client, enum client_phase phase, int64_t deadline);
/* A hook request that counts as in flight has begun, or is none any more. */
void client_hold(struct client *client, bool held);
/* The handshake of a new connection, until `deadline`; after it the first request has to begin
 * within `patience` microseconds. */
void client_handshake_started(struct client *client, int64_t deadline, int64_t patience);
void client_greeted(struct client *client);
/* clients_end_late() or clients_make_room() has ended it. */
bool client_ended(const struct client *client);
/* It was the latter. */
bool client_made_room(const struct client *client);
/* Before its descriptor is closed; it is nobody's any more afterwards. */
void clients_remove(struct clients *clients, struct client *client);

/* Ends the connections that are late, and says how many of them were idle (or new) or busy. */
struct late {
    size_t idle, busy;
};
struct late clients_end_late(struct clients *clients, int64_t now);

/* Ends one connection for another that waits: of those without a hook request in flight the one
 * whose phase has lasted longest; one that rests between two requests only where there is no other.
 * None whose phase is younger than ROOM_MICROSECONDS, so that whoever sends its request at once
 * gets its answer, however many others come in. False where there is none to end, or where one that
 * was ended is just leaving. */
enum { ROOM_MICROSECONDS = 100 * 1000 };
bool clients_make_room(struct clients *clients, int64_t now);

#endif
