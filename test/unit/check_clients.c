#include "testing.h"

#include <poll.h>
#include <sys/socket.h>
#include <unistd.h>

#include "server/clients.h"
#include "server/clock.h"

/* A connection: our end and the client's. */
struct pair {
    int ours, theirs;
};

static struct pair connect_pair(void)
{
    int fds[2];

    ck_assert_int_eq(socketpair(AF_UNIX, SOCK_STREAM, 0, fds), 0);
    return (struct pair){fds[0], fds[1]};
}

static bool is_ended(const struct pair *pair)
{
    struct pollfd fd = {.fd = pair->theirs, .events = POLLIN};

    return poll(&fd, 1, 0) == 1;
}

static void close_pair(const struct pair *pair)
{
    close(pair->ours);
    close(pair->theirs);
}

/* A connection that its worker has taken, with that deadline. */
static struct client *take(struct clients *clients, int fd, int64_t deadline)
{
    struct client *client = clients_add(clients, fd, 0);

    ck_assert(client_take(client, 0, 0));
    client_expect(client, CLIENT_NEW, deadline);
    ck_assert_int_eq(client->since, 0);
    return client;
}

START_TEST(a_late_connection_is_ended_once)
{
    struct clients clients = clients_make(arena, 2);
    const struct pair pair = connect_pair();
    struct client *client = take(&clients, pair.ours, 1000);
    struct late late = clients_end_late(&clients, 999);

    ck_assert_uint_eq(late.idle + late.busy, 0);
    ck_assert(!is_ended(&pair));
    late = clients_end_late(&clients, 1000);
    ck_assert_uint_eq(late.idle, 1);
    ck_assert(is_ended(&pair));
    ck_assert(client_ended(client) && !client_made_room(client));
    late = clients_end_late(&clients, 2000);
    ck_assert_uint_eq(late.idle + late.busy, 0);
    clients_remove(&clients, client);
    close_pair(&pair);
}
END_TEST

/* Bytes now and then do not help: only the end of a phase moves the deadline. */
START_TEST(each_phase_has_its_deadline)
{
    struct clients clients = clients_make(arena, 1);
    const struct pair pair = connect_pair();
    struct client *client = take(&clients, pair.ours, 1000);

    client_expect(client, CLIENT_BUSY, 0);
    ck_assert_uint_eq(clients_end_late(&clients, 1000000).busy, 0);
    client_expect(client, CLIENT_BUSY, 1000100);
    ck_assert_uint_eq(clients_end_late(&clients, 1000099).busy, 0);
    ck_assert_uint_eq(clients_end_late(&clients, 1000100).busy, 1);
    /* It was ended: no later phase brings it back. */
    client_expect(client, CLIENT_IDLE, 2000000);
    ck_assert(client_ended(client));
    clients_remove(&clients, client);
    close_pair(&pair);
}
END_TEST

static size_t count_of_second_worker(const struct clients *clients)
{
    size_t counts[2] = {0, 0};

    clients_count(clients, counts);
    return counts[1];
}

/* A place that is used again knows nothing of the client before. */
START_TEST(a_handshake_has_its_own_deadline)
{
    struct clients clients = clients_make(arena, 1);
    const struct pair pair = connect_pair();
    struct client *client = take(&clients, pair.ours, 1000);
    struct late late;

    client_handshake_started(client, 2000, INT64_C(3600000000));
    late = clients_end_late(&clients, 1999);
    ck_assert_uint_eq(late.busy + late.idle, 0);
    client_greeted(client);
    ck_assert(!client->greeting);
    late = clients_end_late(&clients, clock_now());
    ck_assert_uint_eq(late.busy + late.idle, 0);
    client_handshake_started(client, 2000, 0);
    late = clients_end_late(&clients, 2000);
    ck_assert_uint_eq(late.busy, 1);
    client->verified = 7;
    clients_remove(&clients, client);
    client = take(&clients, pair.ours, 1000);
    ck_assert(!client->greeting);
    ck_assert_uint_eq(client->verified, 0);
    close_pair(&pair);
}
END_TEST

START_TEST(places_are_limited_and_used_again)
{
    struct clients clients = clients_make(arena, 2);
    struct client *first = clients_add(&clients, 10, 0);

    ck_assert_ptr_nonnull(clients_add(&clients, 11, 1));
    ck_assert_ptr_null(clients_add(&clients, 12, 0));
    ck_assert_uint_eq(count_of_second_worker(&clients), 1);
    clients_remove(&clients, first);
    ck_assert_uint_eq(clients.open, 1);
    ck_assert_ptr_eq(clients_add(&clients, 12, 1), first);
    ck_assert_uint_eq(count_of_second_worker(&clients), 2);
}
END_TEST

/* A worker that is slow to take it is no fault of the client. */
START_TEST(a_connection_is_taken_once_by_its_worker)
{
    struct clients clients = clients_make(arena, 1);
    const struct pair pair = connect_pair();
    struct client *client = clients_add(&clients, pair.ours, 1);

    ck_assert(!client_take(client, 0, 5));
    ck_assert_uint_eq(clients_end_late(&clients, INT64_MAX).idle, 0);
    ck_assert(!clients_make_room(&clients, INT64_MAX));
    ck_assert(client_take(client, 1, 5));
    ck_assert(!client_take(client, 1, 6));
    ck_assert_int_eq(client->since, 5);
    ck_assert(!is_ended(&pair));
    close_pair(&pair);
}
END_TEST

/* --- room for another --- */

enum { LATER = 1000 * 1000 }; /* microseconds: each of them is old enough */

/* Three connections in these phases, of which the second began first; the one that is ended for
 * another, or -1. */
static int ended_of(enum client_phase first, enum client_phase second, enum client_phase third)
{
    static const int64_t since[] = {300, 100, 200};
    const enum client_phase phases[] = {first, second, third};
    struct clients clients = clients_make(arena, 3);
    struct pair pairs[3];
    int ended = -1;

    for (int i = 0; i < 3; i++) {
        pairs[i] = connect_pair();
        client_expect(take(&clients, pairs[i].ours, 0), phases[i], INT64_MAX);
        atomic_store(&clients.at[i].since, since[i]);
    }
    ck_assert(!clients_make_room(&clients, ROOM_MICROSECONDS - 1));
    clients_make_room(&clients, LATER);
    for (int i = 0; i < 3; i++) {
        ck_assert(client_made_room(&clients.at[i]) == is_ended(&pairs[i]));
        if (is_ended(&pairs[i])) {
            ck_assert_int_eq(ended, -1);
            ck_assert(client_ended(&clients.at[i]));
            ended = i;
        }
        close_pair(&pairs[i]);
    }
    return ended;
}

START_TEST(whoever_sends_no_whole_request_makes_room_first)
{
    ck_assert_int_eq(ended_of(CLIENT_NEW, CLIENT_NEW, CLIENT_NEW), 1);
    ck_assert_int_eq(ended_of(CLIENT_NEW, CLIENT_BUSY, CLIENT_NEW), 1);
    ck_assert_int_eq(ended_of(CLIENT_NEW, CLIENT_IDLE, CLIENT_BUSY), 2);
    ck_assert_int_eq(ended_of(CLIENT_NEW, CLIENT_IDLE, CLIENT_IDLE), 0);
    ck_assert_int_eq(ended_of(CLIENT_IDLE, CLIENT_IDLE, CLIENT_IDLE), 1);
    ck_assert_int_eq(ended_of(CLIENT_BUSY, CLIENT_HELD, CLIENT_IDLE), 0);
    ck_assert_int_eq(ended_of(CLIENT_HELD, CLIENT_HELD, CLIENT_IDLE), 2);
    ck_assert_int_eq(ended_of(CLIENT_HELD, CLIENT_HELD, CLIENT_HELD), -1);
}
END_TEST

START_TEST(a_request_that_is_worked_on_never_makes_room)
{
    struct clients clients = clients_make(arena, 1);
    const struct pair pair = connect_pair();
    struct client *client = take(&clients, pair.ours, INT64_MAX);

    client_expect(client, CLIENT_BUSY, 0);
    ck_assert(!clients_make_room(&clients, INT64_MAX));
    client_expect(client, CLIENT_BUSY, INT64_MAX);
    client_hold(client, true);
    ck_assert(!clients_make_room(&clients, INT64_MAX));
    client_hold(client, false);
    ck_assert(clients_make_room(&clients, INT64_MAX));
    ck_assert(!clients_make_room(&clients, INT64_MAX));
    clients_remove(&clients, client);
    close_pair(&pair);
}
END_TEST

START_TEST(one_at_a_time_makes_room)
{
    struct clients clients = clients_make(arena, 2);
    const struct pair first = connect_pair(), second = connect_pair();

    take(&clients, first.ours, INT64_MAX);
    take(&clients, second.ours, INT64_MAX);
    ck_assert(clients_make_room(&clients, LATER));
    ck_assert(is_ended(&first) && !is_ended(&second));
    ck_assert(!clients_make_room(&clients, LATER + ROOM_MICROSECONDS - 1));
    /* Its worker has no time for it: the next one. */
    ck_assert(clients_make_room(&clients, LATER + ROOM_MICROSECONDS));
    ck_assert(is_ended(&second));
    close_pair(&first);
    close_pair(&second);
}
END_TEST

static void tests(TCase *tcase)
{
    tcase_add_test(tcase, a_late_connection_is_ended_once);
    tcase_add_test(tcase, each_phase_has_its_deadline);
    tcase_add_test(tcase, a_handshake_has_its_own_deadline);
    tcase_add_test(tcase, places_are_limited_and_used_again);
    tcase_add_test(tcase, a_connection_is_taken_once_by_its_worker);
    tcase_add_test(tcase, whoever_sends_no_whole_request_makes_room_first);
    tcase_add_test(tcase, a_request_that_is_worked_on_never_makes_room);
    tcase_add_test(tcase, one_at_a_time_makes_room);
}

TEST_MAIN(tests)
