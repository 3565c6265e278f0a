#include "testing.h"

#include <sys/socket.h>
#include <unistd.h>

#include "cli/simulation/http_client.h"

/* A client whose connection is kept: what `server` has written is the answer. */
static struct http_client connected(int *server)
{
    struct http_client client;
    int ends[2];

    ck_assert_ptr_null(http_client_open(&client, arena, "http://127.0.0.1:1/hooks/"));
    ck_assert_int_eq(socketpair(AF_UNIX, SOCK_STREAM, 0, ends), 0);
    client.socket = ends[0];
    *server = ends[1];
    return client;
}

static void server_says(int server, const char *bytes)
{
    ck_assert_int_eq(write(server, bytes, strlen(bytes)), (ssize_t)strlen(bytes));
}

START_TEST(addresses)
{
    static const struct {
        const char *base, *host, *port, *prefix;
    } rows[] = {{"http://localhost:8080", "localhost", "8080", ""},
        {"http://localhost", "localhost", "80", ""},
        {"http://localhost:8080//", "localhost", "8080", ""},
        {"http://a.b.svc/hooks/", "a.b.svc", "80", "/hooks"},
        {"http://[::1]:8080/x", "::1", "8080", "/x"},
        {"http://[::1]", "::1", "80", ""}};
    static const char *const wrong[] = {"",
        "localhost:8080",
        "https://localhost",
        "http://",
        "http:///x",
        "http://:80",
        "http://localhost:"};
    struct http_client client;

    for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
        ck_assert_ptr_null(http_client_open(&client, arena, rows[i].base));
        ck_assert_str_eq(client.host, rows[i].host);
        ck_assert_str_eq(client.port, rows[i].port);
        ck_assert_str_eq(client.prefix, rows[i].prefix);
    }
    for (size_t i = 0; i < sizeof(wrong) / sizeof(wrong[0]); i++)
        ck_assert_ptr_nonnull(http_client_open(&client, arena, wrong[i]));
    ck_assert_str_eq(http_client_open(&client, arena, "https://localhost:8443"),
        "must be http://HOST[:PORT], of a server without --tls-cert: there is no TLS here");
}
END_TEST

START_TEST(one_connection_for_several_requests)
{
    int server;
    struct http_client client = connected(&server);
    const int kept = client.socket;
    char request[512] = "";

    server_says(server, "HTTP/1.1 200 OK\r\ncontent-length: 2\r\n\r\nhi");
    struct http_answer answer = http_post(&client, arena, "/v1alpha1/shard/sync", "{}", 2);
    ck_assert_int_eq(answer.code, 200);
    ck_assert_str_eq(answer.body, "hi");
    ck_assert_int_gt(read(server, request, sizeof(request) - 1), 0);
    ck_assert_ptr_nonnull(strstr(request, "POST /hooks/v1alpha1/shard/sync HTTP/1.1\r\n"));
    ck_assert_ptr_nonnull(strstr(request, "Host: 127.0.0.1:1\r\n"));
    ck_assert_ptr_nonnull(strstr(request, "Content-Length: 2\r\n"));

    server_says(server,
        "HTTP/1.1 100 Continue\r\n\r\n"
        "HTTP/1.1 422 Unprocessable\r\nTransfer-Encoding: chunked\r\n\r\n"
        "5\r\nspec.\r\nA;x=y\r\ncells: bad\r\n0\r\nTrailer: x\r\n\r\n");
    answer = http_post(&client, arena, "/x", "{}", 2);
    ck_assert_int_eq(answer.code, 422);
    ck_assert_str_eq(answer.body, "spec.cells: bad");
    ck_assert_int_eq(client.socket, kept);
    http_client_close(&client);
    close(server);
}
END_TEST

START_TEST(the_end_of_the_connection_ends_a_body_without_a_length)
{
    int server;
    struct http_client client = connected(&server);

    server_says(server, "HTTP/1.0 200 OK\r\n\r\nall of it");
    shutdown(server, SHUT_WR);
    const struct http_answer answer = http_post(&client, arena, "/x", "{}", 2);
    ck_assert_int_eq(answer.code, 200);
    ck_assert_str_eq(answer.body, "all of it");
    ck_assert_int_eq(client.socket, -1);
    close(server);
}
END_TEST

/* Nobody listens on port 1, so the second attempt fails too and says where. */
START_TEST(what_is_no_answer)
{
    static const char *const broken[] = {"",
        "HTTP/1.1 200 OK\r\nContent-Length: 10\r\n\r\nshort",
        "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n5\r\nab",
        "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n2\r\nab\r\n",
        "SSH-2.0-OpenSSH\r\n\r\n",
        "HTTP/1.1 200 OK\r\n"};

    for (size_t i = 0; i < sizeof(broken) / sizeof(broken[0]); i++) {
        int server;
        struct http_client client = connected(&server);

        server_says(server, broken[i]);
        shutdown(server, SHUT_RDWR);
        const struct http_answer answer = http_post(&client, arena, "/x", "{}", 2);
        ck_assert_int_eq(answer.code, 0);
        ck_assert_ptr_nonnull(strstr(answer.body, "127.0.0.1:1: "));
        ck_assert_int_eq(client.socket, -1);
        close(server);
    }
}
END_TEST

static void tests(TCase *tcase)
{
    tcase_add_test(tcase, addresses);
    tcase_add_test(tcase, one_connection_for_several_requests);
    tcase_add_test(tcase, the_end_of_the_connection_ends_a_body_without_a_length);
    tcase_add_test(tcase, what_is_no_answer);
}

TEST_MAIN(tests)
