#include "file.h"

#include <errno.h>
#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

enum { FILE_LIMIT = 1024 * 1024 };

static const char *read_all(struct arena *arena, int fd, size_t *length)
{
    struct text text = {.arena = arena};
    char bytes[8192];
    ssize_t count;

    while ((count = read(fd, bytes, sizeof(bytes))) != 0) {
        if (count < 0 && errno == EINTR)
            continue;
        if (count < 0)
            return NULL;
        text_add_bytes(&text, bytes, (size_t)count);
        if (text.length > FILE_LIMIT) {
            errno = EFBIG;
            return NULL;
        }
    }
    *length = text.length;
    return text_string(&text);
}

static const char *read_and_close(struct arena *arena, int fd, size_t *length)
{
    const char *text = read_all(arena, fd, length);
    const int problem = errno;

    close(fd);
    errno = problem;
    return text;
}

const char *file_read(struct arena *arena, const char *path, size_t *length)
{
    const int fd = open(path, O_RDONLY | O_CLOEXEC);

    return fd < 0 ? NULL : read_and_close(arena, fd, length);
}

const char *file_read_regular(struct arena *arena, const char *path, size_t *length)
{
    /* Opening a pipe waits for its writer, unless told not to. */
    const int fd = open(path, O_RDONLY | O_CLOEXEC | O_NONBLOCK);
    struct stat status;

    if (fd < 0)
        return NULL;
    if (fstat(fd, &status) == 0 && (S_ISREG(status.st_mode) || S_ISDIR(status.st_mode)))
        return read_and_close(arena, fd, length);
    close(fd);
    errno = EINVAL;
    return NULL;
}
