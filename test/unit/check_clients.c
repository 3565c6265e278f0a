#include "testing.h"

#include <poll.h>
#include <sys/socket.h>
#include <unistd.h>

#include "../../lib/server/clients.h"
#include "../../lib/server/clock.h"

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

START_TEST(a_late_connection_is_ended_once)
{
    struct clients clients = clients_make(arena, 2);
    const struct pair pair = connect_pair();
    struct client *client = clients_add(&clients, pair.ours, 0, 1000);
    struct late late = clients_end_late(&clients, 999);

    ck_assert_uint_eq(late.idle + late.busy, 0);
    ck_assert(!is_ended(&pair));
    late = clients_end_late(&clients, 1000);
    ck_assert_uint_eq(late.idle, 1);
    ck_assert(is_ended(&pair));
    ck_assert(client_ended(client));
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
    struct client *client = clients_add(&clients, pair.ours, 0, 1000);

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
    struct client *client = clients_add(&clients, pair.ours, 0, 1000);
    struct late late;

    client_greets(client, 2000, INT64_C(3600000000));
    late = clients_end_late(&clients, 1999);
    ck_assert_uint_eq(late.busy + late.idle, 0);
    client_greeted(client);
    ck_assert(!client->greeting);
    late = clients_end_late(&clients, clock_now());
    ck_assert_uint_eq(late.busy + late.idle, 0);
    client_greets(client, 2000, 0);
    late = clients_end_late(&clients, 2000);
    ck_assert_uint_eq(late.busy, 1);
    client->verified = 7;
    clients_remove(&clients, client);
    client = clients_add(&clients, pair.ours, 0, 1000);
    ck_assert(!client->greeting);
    ck_assert_uint_eq(client->verified, 0);
    close_pair(&pair);
}
END_TEST

START_TEST(places_are_limited_and_used_again)
{
    struct clients clients = clients_make(arena, 2);
    struct client *first = clients_add(&clients, 10, 0, 0);
    struct client *second = clients_add(&clients, 11, 1, 0);

    ck_assert_ptr_null(clients_add(&clients, 12, 0, 0));
    ck_assert_ptr_eq(clients_find(&clients, 11), second);
    ck_assert_uint_eq(count_of_second_worker(&clients), 1);
    clients_remove(&clients, first);
    ck_assert_ptr_null(clients_find(&clients, 10));
    ck_assert_uint_eq(clients.open, 1);
    ck_assert_ptr_nonnull(clients_add(&clients, 12, 1, 0));
    ck_assert_uint_eq(count_of_second_worker(&clients), 2);
}
END_TEST

static void tests(TCase *tcase)
{
    tcase_add_test(tcase, a_late_connection_is_ended_once);
    tcase_add_test(tcase, each_phase_has_its_deadline);
    tcase_add_test(tcase, a_handshake_has_its_own_deadline);
    tcase_add_test(tcase, places_are_limited_and_used_again);
}

TEST_MAIN(tests)
