#include "clients.h"

#include <sched.h>
#include <sys/socket.h>

#include "clock.h"

enum { NO_DEADLINE = 0, CLOSING = -1, CLOSED = -2 };

struct clients clients_make(struct arena *arena, size_t count)
{
    struct clients clients = {.at = arena_array(arena, count, sizeof(*clients.at)), .count = count};

    for (size_t i = 0; i < count; i++)
        atomic_init(&clients.at[i].fd, -1);
    return clients;
}

struct client *clients_find(const struct clients *clients, int fd)
{
    for (size_t i = 0; i < clients->count; i++)
        if (atomic_load(&clients->at[i].fd) == fd)
            return &clients->at[i];
    return NULL;
}

struct client *clients_add(struct clients *clients, int fd, size_t worker, int64_t deadline)
{
    struct client *client = clients_find(clients, -1);

    if (client == NULL)
        return NULL;
    client->worker = worker;
    client->credentials = NULL;
    client->greeting = false;
    client->verified = 0;
    atomic_store(&client->phase, CLIENT_IDLE);
    atomic_store(&client->deadline, deadline);
    atomic_store(&client->fd, fd);
    atomic_fetch_add(&clients->open, 1);
    return client;
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

    atomic_store(&client->phase, (int)phase);
    /* One that is being closed stays so. */
    while (before >= NO_DEADLINE &&
           !atomic_compare_exchange_weak(&client->deadline, &before, deadline))
        continue;
}

void client_greets(struct client *client, int64_t deadline, int64_t idle)
{
    client->greeting = true;
    client->idle = idle;
    client_expect(client, CLIENT_BUSY, deadline);
}

void client_greeted(struct client *client)
{
    client->greeting = false;
    client_expect(client, CLIENT_IDLE, clock_now() + client->idle);
}

bool client_ended(const struct client *client)
{
    return atomic_load(&client->deadline) < NO_DEADLINE;
}

void clients_remove(struct clients *clients, struct client *client)
{
    int64_t before = atomic_load(&client->deadline);

    /* The descriptor must not be closed, and given to another connection, while the other thread
     * is about to shut it down: that takes one system call. */
    while (before == CLOSING || !atomic_compare_exchange_weak(&client->deadline, &before, CLOSED)) {
        if (before == CLOSING)
            sched_yield();
        before = atomic_load(&client->deadline);
    }
    atomic_store(&client->fd, -1);
    atomic_fetch_sub(&clients->open, 1);
}

/* Only shuts the connection down: its owner sees the end of it and closes it. */
static bool end_if_late(struct client *client, int64_t now)
{
    int64_t deadline = atomic_load(&client->deadline);
    const int fd = atomic_load(&client->fd);

    if (fd < 0 || deadline <= NO_DEADLINE || deadline > now ||
        !atomic_compare_exchange_strong(&client->deadline, &deadline, CLOSING))
        return false;
    shutdown(fd, SHUT_RDWR);
    atomic_store(&client->deadline, CLOSED);
    return true;
}

struct late clients_end_late(struct clients *clients, int64_t now)
{
    struct late late = {0, 0};

    for (size_t i = 0; i < clients->count; i++) {
        struct client *client = &clients->at[i];
        const bool idle = atomic_load(&client->phase) == CLIENT_IDLE;

        if (end_if_late(client, now)) {
            late.idle += idle;
            late.busy += !idle;
        }
    }
    return late;
}
