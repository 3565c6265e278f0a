#include "door.h"

#include <errno.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

#include "clock.h"
#include "http.h"
#include "log.h"

enum {
    ACCEPTED_AT_ONCE = 64,
    /* How long the listener is left alone. Where every place is taken: until one is free, or until
     * the next one may be asked to make room. After an error: until it may be over. */
    ROOM_MILLISECONDS = 10,
    ERROR_MILLISECONDS = 500
};

static void rest(struct door *door, int64_t milliseconds)
{
    door->rests_until = clock_now() + milliseconds * 1000;
}

/* The one with the fewest connections. */
static size_t choose_worker(struct door *door)
{
    size_t best = 0;

    memset(door->loads, 0, door->workers_count * sizeof(*door->loads));
    clients_count(&door->clients, door->loads);
    for (size_t i = 1; i < door->workers_count; i++)
        if (door->loads[i] < door->loads[best])
            best = i;
    return best;
}

static bool has_room(struct door *door)
{
    if (atomic_load(&door->clients.open) < door->clients.count)
        return true;
    /* Asked again after `full` is set, since a connection may have ended in between. */
    atomic_store(&door->full, true);
    return atomic_load(&door->clients.open) < door->clients.count;
}

static void make_room(struct door *door)
{
    if (clients_make_room(&door->clients, clock_now()))
        count_up(&door->http->made_room, 1);
    rest(door, ROOM_MILLISECONDS);
}

static bool accept_one(struct door *door)
{
    const int fd = accept4(door->listener, NULL, NULL, SOCK_NONBLOCK | SOCK_CLOEXEC);
    size_t worker;

    atomic_store(&door->full, false);
    if (fd >= 0) {
        worker = choose_worker(door);
        clients_add(&door->clients, fd, worker);
        worker_wake(&door->workers[worker]);
        return true;
    }
    if (errno == EINTR || errno == ECONNABORTED)
        return true;
    if (errno != EAGAIN && errno != EWOULDBLOCK) {
        log_event(LOG_ERROR,
            "accept-failed",
            log_fields(LOG_TEXT_FIELD("message", strerror(errno))));
        rest(door, ERROR_MILLISECONDS);
    }
    return false;
}

void door_accept(struct door *door)
{
    for (int i = 0; i < ACCEPTED_AT_ONCE; i++) {
        if (!has_room(door)) {
            /* Only of the first one it is known that it waits. */
            if (i == 0)
                make_room(door);
            return;
        }
        if (!accept_one(door))
            return;
    }
}
