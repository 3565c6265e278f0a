#include "listen.h"

#include <errno.h>
#include <netdb.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

#include "text.h"

struct endpoint {
    const char *host, *port; /* no host: every address */
};

/* The settings have checked the form. */
static struct endpoint split(struct arena *arena, const char *address)
{
    const char *colon = strrchr(address, ':');
    struct endpoint endpoint = {NULL, colon + 1};
    const bool bracket = address[0] == '[';
    const char *host = address + (bracket ? 1 : 0);
    const size_t length = (size_t)(colon - host) - (bracket ? 1 : 0);

    if (length > 0)
        endpoint.host = text_copy(arena, host, length);
    return endpoint;
}

static int listen_on(const struct addrinfo *address)
{
    const int on = 1, off = 0;
    const int fd =
        socket(address->ai_family, address->ai_socktype | SOCK_CLOEXEC | SOCK_NONBLOCK, 0);
    int problem;

    if (fd < 0)
        return -1;
    /* A restart must not wait for the connections of the process before it. */
    setsockopt(fd, SOL_SOCKET, SO_REUSEADDR, &on, sizeof(on));
    if (address->ai_family == AF_INET6)
        setsockopt(fd, IPPROTO_IPV6, IPV6_V6ONLY, &off, sizeof(off));
    if (bind(fd, address->ai_addr, address->ai_addrlen) == 0 && listen(fd, SOMAXCONN) == 0)
        return fd;
    problem = errno;
    close(fd);
    errno = problem;
    return -1;
}

/* The first address of the host that can be had. */
static int listen_at_host(const char *host, const char *port, const char **problem)
{
    const struct addrinfo hints = {.ai_flags = AI_PASSIVE | AI_NUMERICSERV,
        .ai_socktype = SOCK_STREAM};
    struct addrinfo *list = NULL;
    const int code = getaddrinfo(host, port, &hints, &list);
    int fd = -1;

    if (code != 0) {
        *problem = code == EAI_SYSTEM ? strerror(errno) : gai_strerror(code);
        errno = EADDRNOTAVAIL;
        return -1;
    }
    for (const struct addrinfo *at = list; at != NULL && fd < 0; at = at->ai_next)
        fd = listen_on(at);
    if (fd < 0)
        *problem = strerror(errno);
    freeaddrinfo(list);
    return fd;
}

static const char *name_of(struct arena *arena, int fd)
{
    struct sockaddr_storage address = {0};
    socklen_t length = sizeof(address);
    char host[NI_MAXHOST], port[NI_MAXSERV];

    if (getsockname(fd, (struct sockaddr *)&address, &length) != 0 ||
        getnameinfo((struct sockaddr *)&address,
            length,
            host,
            sizeof(host),
            port,
            sizeof(port),
            NI_NUMERICHOST | NI_NUMERICSERV) != 0)
        return "?";
    return fmt(arena, address.ss_family == AF_INET6 ? "[%s]:%s" : "%s:%s", host, port);
}

int listen_at(struct arena *arena, const char *address, const char **bound, const char **problem)
{
    const struct endpoint endpoint = split(arena, address);
    const bool any = endpoint.host == NULL || strcmp(endpoint.host, "::") == 0;
    int fd = listen_at_host(any ? "::" : endpoint.host, endpoint.port, problem);

    /* A node may have IPv6 compiled out or switched off. */
    if (fd < 0 && any && (errno == EAFNOSUPPORT || errno == EADDRNOTAVAIL))
        fd = listen_at_host("0.0.0.0", endpoint.port, problem);
    if (fd >= 0)
        *bound = name_of(arena, fd);
    return fd;
}

const char *listen_next(struct arena *arena, const char *address)
{
    const char *port = strrchr(address, ':') + 1;
    const int number = atoi(port);

    if (number == 0)
        return address;
    if (number == 65535)
        return NULL;
    return fmt(arena, "%.*s%d", (int)(port - address), address, number + 1);
}
