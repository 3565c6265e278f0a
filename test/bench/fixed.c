/* The limit of HTTP: reads the whole body, looks at none of it, and sends the answer in the file
 * that is its argument, on as many threads as `serve` has. Prints its port. */

#include <microhttpd.h>

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

enum { THREADS = 2, CONNECTION_MEMORY = 256 * 1024 };

static char *answer;
static size_t answer_length;

struct body {
    char *bytes;
    size_t length, room;
};

static void keep(struct body *body, const char *bytes, size_t length)
{
    if (body->length + length > body->room) {
        body->room = (body->length + length) * 2;
        body->bytes = realloc(body->bytes, body->room);
        if (body->bytes == NULL)
            abort();
    }
    memcpy(body->bytes + body->length, bytes, length);
    body->length += length;
}

static enum MHD_Result handle(void *context, struct MHD_Connection *connection, const char *url,
    const char *method, const char *version, const char *bytes, size_t *length, void **state)
{
    struct body *body = *state;
    struct MHD_Response *response;
    enum MHD_Result queued;

    (void)context, (void)url, (void)method, (void)version;
    if (body == NULL) {
        *state = calloc(1, sizeof(*body));
        return *state == NULL ? MHD_NO : MHD_YES;
    }
    if (*length > 0) {
        keep(body, bytes, *length);
        *length = 0;
        return MHD_YES;
    }
    response = MHD_create_response_from_buffer(answer_length, answer, MHD_RESPMEM_PERSISTENT);
    queued = MHD_queue_response(connection, MHD_HTTP_OK, response);
    MHD_destroy_response(response);
    return queued;
}

static void forget(void *context, struct MHD_Connection *connection, void **state,
    enum MHD_RequestTerminationCode code)
{
    struct body *body = *state;

    (void)context, (void)connection, (void)code;
    if (body != NULL)
        free(body->bytes);
    free(body);
    *state = NULL;
}

static int read_answer(const char *path)
{
    FILE *file = fopen(path, "rb");
    long length;

    if (file == NULL || fseek(file, 0, SEEK_END) != 0 || (length = ftell(file)) < 0)
        return 0;
    rewind(file);
    answer_length = (size_t)length;
    answer = malloc(answer_length + 1);
    return answer != NULL && fread(answer, 1, answer_length, file) == answer_length &&
           fclose(file) == 0;
}

int main(int count, char **arguments)
{
    struct MHD_Daemon *daemon;
    const union MHD_DaemonInfo *info;

    if (count != 2 || !read_answer(arguments[1])) {
        fputs("usage: fixed ANSWER\n", stderr);
        return 2;
    }
    daemon = MHD_start_daemon(MHD_USE_EPOLL_INTERNAL_THREAD,
        0,
        NULL,
        NULL,
        handle,
        NULL,
        MHD_OPTION_NOTIFY_COMPLETED,
        forget,
        NULL,
        MHD_OPTION_THREAD_POOL_SIZE,
        (unsigned int)THREADS,
        MHD_OPTION_CONNECTION_MEMORY_LIMIT,
        (size_t)CONNECTION_MEMORY,
        MHD_OPTION_END);
    info = daemon == NULL ? NULL : MHD_get_daemon_info(daemon, MHD_DAEMON_INFO_BIND_PORT);
    if (info == NULL)
        return 1;
    printf("%d\n", info->port);
    fflush(stdout);
    pause();
    return 0;
}
