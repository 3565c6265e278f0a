#include "clients.h"

#include <sched.h>
#include <sys/socket.h>

#include "clock.h"

/* Deadlines that are none: it waits for us; it is being ended; it was late; it made room. */
enum { NO_DEADLINE = 0, CLOSING = -1, CLOSED_LATE = -2, CLOSED_FOR_ROOM = -3 };

struct clients clients_make(struct arena *arena, size_t count)
{
    struct clients clients = {.at = arena_array(arena, count, sizeof(*clients.at)), .count = count};

    for (size_t i = 0; i < count; i++)
        clients.at[i] = (struct client){.fd = -1, .waits_for = -1};
    return clients;
}

static struct client *free_place(const struct clients *clients)
{
    for (size_t i = 0; i < clients->count; i++)
        if (atomic_load(&clients->at[i].fd) < 0)
            return &clients->at[i];
    return NULL;
}

struct client *clients_add(struct clients *clients, int fd, size_t worker)
{
    struct client *client = free_place(clients);

    if (client == NULL)
        return NULL;
    client->worker = worker;
    client->credentials = NULL;
    client->greeting = false;
    client->verified = 0;
    atomic_store(&client->phase, CLIENT_NEW);
    atomic_store(&client->deadline, NO_DEADLINE);
    atomic_store(&client->fd, fd);
    atomic_fetch_add(&clients->open, 1);
    /* Last: the worker may look at any time. */
    atomic_store(&client->waits_for, (int)worker);
    return client;
}

bool client_take(struct client *client, size_t worker, int64_t now)
{
    int waits_for = (int)worker;

    if (!atomic_compare_exchange_strong(&client->waits_for, &waits_for, -1))
        return false;
    atomic_store(&client->since, now);
    return true;
}

void clients_count(const struct clients *clients, size_t *counts)
{
    for (size_t i = 0; i < clients->count; i++)
        if (atomic_load(&clients->at[i].fd) >= 0)
            counts[clients->at[i].worker]++;
}

void client_expect(struct client *client, enum client_phase phase, int64_t deadline)
{
    int64_t before = atomic_load(&client->deadline);

    if (atomic_exchange(&client->phase, (int)phase) != (int)phase)
        atomic_store(&client->since, clock_now());
    /* One that is being closed stays so. */
    while (before >= NO_DEADLINE &&
           !atomic_compare_exchange_weak(&client->deadline, &before, deadline))
        continue;
}

void client_hold(struct client *client, bool held)
{
    atomic_store(&client->phase, held ? CLIENT_HELD : CLIENT_BUSY);
}

void client_handshake_started(struct client *client, int64_t deadline, int64_t patience)
{
    client->greeting = true;
    client->patience = patience;
    client_expect(client, CLIENT_BUSY, deadline);
}

void client_greeted(struct client *client)
{
    client->greeting = false;
    client_expect(client, CLIENT_NEW, clock_now() + client->patience);
}

bool client_ended(const struct client *client)
{
    return atomic_load(&client->deadline) < NO_DEADLINE;
}

bool client_made_room(const struct client *client)
{
    return atomic_load(&client->deadline) == CLOSED_FOR_ROOM;
}

void clients_remove(struct clients *clients, struct client *client)
{
    int64_t before = atomic_load(&client->deadline);

    /* The descriptor must not be closed, and given to another connection, while the other thread
     * is about to shut it down: that takes one system call. */
    while (before == CLOSING ||
           !atomic_compare_exchange_weak(&client->deadline, &before, CLOSED_LATE)) {
        if (before == CLOSING)
            sched_yield();
        before = atomic_load(&client->deadline);
    }
    atomic_store(&client->fd, -1);
    atomic_fetch_sub(&clients->open, 1);
}

/* Only shuts the connection down: its owner sees the end of it and closes it. */
static bool end(struct client *client, int64_t now, int64_t deadline, int64_t reason)
{
    const int fd = atomic_load(&client->fd);

    if (fd < 0 || !atomic_compare_exchange_strong(&client->deadline, &deadline, CLOSING))
        return false;
    shutdown(fd, SHUT_RDWR);
    atomic_store(&client->since, now);
    atomic_store(&client->deadline, reason);
    return true;
}

static bool end_if_late(struct client *client, int64_t now)
{
    const int64_t deadline = atomic_load(&client->deadline);

    return deadline > NO_DEADLINE && deadline <= now && end(client, now, deadline, CLOSED_LATE);
}

struct late clients_end_late(struct clients *clients, int64_t now)
{
    struct late late = {0, 0};

    for (size_t i = 0; i < clients->count; i++) {
        struct client *client = &clients->at[i];
        const int phase = atomic_load(&client->phase);
        const bool idle = phase == CLIENT_IDLE || phase == CLIENT_NEW;

        if (end_if_late(client, now)) {
            late.idle += idle;
            late.busy += !idle;
        }
    }
    return late;
}

/* --- room for another --- */

static bool is_young(const struct client *client, int64_t now)
{
    return now - atomic_load(&client->since) < ROOM_MICROSECONDS;
}

/* Its place is free as soon as its worker has seen the end of it, which takes longer only where
 * that works on a request. */
static bool is_leaving(const struct client *client, int64_t now)
{
    return atomic_load(&client->fd) >= 0 && client_ended(client) && is_young(client, now);
}

/* One without a deadline waits for us, not we for it. */
static bool may_make_room(const struct client *client, int64_t now)
{
    return atomic_load(&client->fd) >= 0 && atomic_load(&client->deadline) > NO_DEADLINE &&
           atomic_load(&client->phase) != CLIENT_HELD && !is_young(client, now);
}

/* It is asked to go before `other`, which may be NULL. */
static bool goes_before(const struct client *client, const struct client *other)
{
    bool rests, other_rests;

    if (other == NULL)
        return true;
    rests = atomic_load(&client->phase) == CLIENT_IDLE;
    other_rests = atomic_load(&other->phase) == CLIENT_IDLE;
    if (rests != other_rests)
        return other_rests;
    return atomic_load(&client->since) < atomic_load(&other->since);
}

bool clients_make_room(struct clients *clients, int64_t now)
{
    struct client *first = NULL;
    int64_t deadline;

    for (size_t i = 0; i < clients->count; i++) {
        if (is_leaving(&clients->at[i], now))
            return false;
        if (may_make_room(&clients->at[i], now) && goes_before(&clients->at[i], first))
            first = &clients->at[i];
    }
    if (first == NULL)
        return false;
    /* It may have got on in the meantime. */
    deadline = atomic_load(&first->deadline);
    return deadline > NO_DEADLINE && end(first, now, deadline, CLOSED_FOR_ROOM);
}
