#include "recording.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

#include "log.h"
#include "text.h"

/* A cluster at rest makes none; a hundred rollouts make as many. */
enum { MOST_CALLS = 100000 };

const char *recording_begin(struct recording *recording, struct arena *arena, const char *folder)
{
    char start[sizeof("20261128T004510")];
    time_t now = time(NULL);
    struct tm parts;

    recording->folder = -1;
    if (*folder == '\0')
        return NULL;
    recording->folder = open(folder, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
    if (recording->folder < 0 || faccessat(recording->folder, ".", W_OK | X_OK, 0) != 0)
        return fmt(arena, "cannot write into %s (--record): %s", folder, strerror(errno));
    strftime(start, sizeof(start), "%Y%m%dT%H%M%S", gmtime_r(&now, &parts));
    recording->start = text_copy(arena, start, strlen(start));
    log_event(LOG_WARNING,
        "recording",
        log_fields(LOG_TEXT_FIELD("folder", folder),
            LOG_TEXT_FIELD("message",
                "every request and answer is written there: specs may hold secrets, and Secrets "
                "with certificates that a cluster names come as they are")));
    return NULL;
}

static bool write_all(int file, const char *text, size_t length)
{
    while (length > 0) {
        ssize_t written = write(file, text, length);

        if (written < 0 && errno == EINTR)
            continue;
        if (written <= 0)
            return false;
        text += written;
        length -= (size_t)written;
    }
    return true;
}

static bool write_file(const struct recording *recording, const char *name, const char *text,
    size_t length)
{
    int file =
        openat(recording->folder, name, O_WRONLY | O_CREAT | O_EXCL | O_NOFOLLOW | O_CLOEXEC, 0600);
    bool well = file >= 0 && write_all(file, text, length);
    int trouble = errno;

    if (file >= 0)
        close(file);
    errno = trouble;
    return well;
}

/* Answers go on. */
static void end(struct recording *recording, const char *why)
{
    if (!atomic_exchange(&recording->ended, true))
        log_event(LOG_ERROR, "recording-ended", log_fields(LOG_TEXT_FIELD("message", why)));
}

void recording_add(struct recording *recording, const char *hook, bool customize, int code,
    const char *request, size_t request_length, const char *answer, size_t answer_length)
{
    char name[128];
    size_t number, length;

    if (recording->folder < 0 || atomic_load(&recording->ended))
        return;
    number = atomic_fetch_add(&recording->count, 1) + 1;
    if (number > MOST_CALLS) {
        end(recording, "100,000 calls have been recorded: empty the folder and start again");
        return;
    }
    length = (size_t)snprintf(name,
        sizeof(name),
        "%s-%05zu-%s-%s.",
        recording->start,
        number,
        hook,
        customize ? "customize" : "sync");
    snprintf(name + length, sizeof(name) - length, "request.json");
    if (!write_file(recording, name, request, request_length)) {
        end(recording, strerror(errno));
        return;
    }
    snprintf(name + length, sizeof(name) - length, "answer.%s", code == 200 ? "json" : "txt");
    if (!write_file(recording, name, answer, answer_length))
        end(recording, strerror(errno));
}
