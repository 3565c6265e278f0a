#include "log.h"

#include <errno.h>
#include <poll.h>
#include <pthread.h>
#include <stdatomic.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

static const char *const levels[] = {"debug", "info", "warning", "error"};

static atomic_int chosen_format = LOG_JSON;
static atomic_int chosen_level = LOG_INFO;

/* Who holds it writes, one line at a time, and never waits for a reader. */
static pthread_mutex_t writing = PTHREAD_MUTEX_INITIALIZER;
static atomic_ullong dropped;       /* lines that nobody took, since the start */
static unsigned long long reported; /* of these, under the lock: those that a line told of */

/* A line that is being written. What does not fit is left out whole, so that the line stays JSON:
 * `end` is where the bytes that close it begin. */
struct line {
    char *bytes;
    size_t length, end;
    bool full;
};

static void add_bytes(struct line *line, const char *bytes, size_t length)
{
    if (line->full || length > line->end - line->length) {
        line->full = true;
        return;
    }
    memcpy(line->bytes + line->length, bytes, length);
    line->length += length;
}

static void add(struct line *line, const char *text)
{
    add_bytes(line, text, strlen(text));
}

/* Length of a sequence by its first byte, or 0. */
static size_t utf8_expected(unsigned char first)
{
    if (first < 0x80)
        return 1;
    if (first < 0xc2 || first > 0xf4)
        return 0;
    return first < 0xe0 ? 2 : first < 0xf0 ? 3 : 4;
}

/* Length of the UTF-8 sequence at `text`, or 0 where it is none (RFC 3629). */
static size_t utf8_length(const unsigned char *text)
{
    const unsigned char first = text[0];
    const size_t length = utf8_expected(first);

    for (size_t i = 1; i < length; i++)
        if ((text[i] & 0xc0) != 0x80)
            return 0;
    if ((first == 0xe0 && text[1] < 0xa0) || (first == 0xed && text[1] > 0x9f) ||
        (first == 0xf0 && text[1] < 0x90) || (first == 0xf4 && text[1] > 0x8f))
        return 0;
    return length;
}

static void add_escaped(struct line *line, unsigned char byte)
{
    static const char *const names[] =
        {['\b'] = "\\b", ['\t'] = "\\t", ['\n'] = "\\n", ['\f'] = "\\f", ['\r'] = "\\r"};
    char code[8];

    if (byte == '"' || byte == '\\') {
        add_bytes(line, (const char[]){'\\', (char)byte}, 2);
    } else if (byte < sizeof(names) / sizeof(names[0]) && names[byte] != NULL) {
        add(line, names[byte]);
    } else {
        snprintf(code, sizeof(code), "\\u%04x", byte);
        add(line, code);
    }
}

/* The room for a value that add_field() makes sure of. */
enum { VALUE_ROOM = 24 };

/* Cut where there is no room for all of it. */
static void add_quoted(struct line *line, const char *text)
{
    line->end--;
    add(line, "\"");
    for (size_t length; *text != '\0' && !line->full; text += length) {
        const unsigned char byte = (unsigned char)*text;

        length = utf8_length((const unsigned char *)text);
        if (length == 0) {
            add(line, "\\ufffd");
            length = 1;
        } else if (byte < 0x20 || byte == 0x7f || byte == '"' || byte == '\\') {
            add_escaped(line, byte);
        } else {
            add_bytes(line, text, length);
        }
    }
    line->end++;
    line->bytes[line->length++] = '"';
}

static bool is_word(const char *text)
{
    for (const char *at = text; *at != '\0'; at++)
        if (*at <= ' ' || *at == 0x7f || *at == '"' || *at == '=' || *at == '\\')
            return false;
    return *text != '\0';
}

static void add_value(struct line *line, const struct log_field *field, bool quote_always)
{
    char number[VALUE_ROOM];

    if (field->text == NULL) {
        snprintf(number, sizeof(number), "%lld", field->number);
        add(line, number);
    } else if (quote_always || !is_word(field->text)) {
        add_quoted(line, field->text);
    } else {
        add(line, field->text);
    }
}

/* A field goes in whole or, where not even its start has room, not at all. */
static void add_field(struct line *line, enum log_format format, const struct log_field *field)
{
    const size_t start = line->length;

    if (field->absent || line->full)
        return;
    if (format == LOG_JSON) {
        add(line, ",\"");
        add(line, field->key);
        add(line, "\":");
    } else {
        add(line, " ");
        add(line, field->key);
        add(line, "=");
    }
    if (line->full || line->end - line->length < VALUE_ROOM)
        line->length = start;
    else
        add_value(line, field, format == LOG_JSON);
}

static void add_start(struct line *line, enum log_format format, struct timespec time,
    enum log_level level, const char *event)
{
    char text[96], seconds[32];
    struct tm parts;

    gmtime_r(&time.tv_sec, &parts);
    strftime(seconds, sizeof(seconds), "%Y-%m-%dT%H:%M:%S", &parts);
    snprintf(text,
        sizeof(text),
        format == LOG_JSON ? "{\"time\":\"%s.%06ldZ\",\"level\":\"%s\",\"event\":\""
                           : "%s.%06ldZ %-7s ",
        seconds,
        time.tv_nsec / 1000,
        levels[level]);
    add(line, text);
    add(line, event);
    if (format == LOG_JSON)
        add(line, "\"");
}

size_t log_line(char line[LOG_LINE], enum log_format format, struct timespec time,
    enum log_level level, const char *event, const struct log_field *fields)
{
    struct line out = {.bytes = line, .end = LOG_LINE - 2};

    add_start(&out, format, time, level, event);
    for (; fields->key != NULL; fields++)
        add_field(&out, format, fields);
    if (format == LOG_JSON)
        out.bytes[out.length++] = '}';
    out.bytes[out.length++] = '\n';
    return out.length;
}

void log_setup(enum log_format format, enum log_level level)
{
    atomic_store(&chosen_format, (int)format);
    atomic_store(&chosen_level, (int)level);
}

unsigned long long log_dropped(void)
{
    return atomic_load(&dropped);
}

/* A pipe that polls as writable takes PIPE_BUF bytes without waiting, and a line is no longer. To
 * ask and write is one step because of the lock: a second writer could fill it in between. */
static bool has_room(void)
{
    struct pollfd out = {.fd = STDERR_FILENO, .events = POLLOUT};

    return poll(&out, 1, 0) == 1 && (out.revents & POLLOUT) != 0;
}

static bool write_line(const char *line, size_t length)
{
    size_t written = 0;

    while (written < length && has_room()) {
        const ssize_t count = write(STDERR_FILENO, line + written, length - written);

        if (count < 0 && errno != EINTR)
            break;
        written += count < 0 ? 0 : (size_t)count;
    }
    return written == length;
}

static size_t make_line(char line[LOG_LINE], enum log_level level, const char *event,
    const struct log_field *fields)
{
    struct timespec now;

    clock_gettime(CLOCK_REALTIME, &now);
    return log_line(line,
        (enum log_format)atomic_load_explicit(&chosen_format, memory_order_relaxed),
        now,
        level,
        event,
        fields);
}

/* Under the lock. What was lost is said before the next line that gets through. */
static bool report_dropped(void)
{
    const unsigned long long lost = atomic_load(&dropped);
    char line[LOG_LINE];

    if (lost == reported)
        return true;
    if (!write_line(line,
            make_line(line,
                LOG_WARNING,
                "log-lines-dropped",
                log_fields(LOG_NUMBER("lines", lost - reported)))))
        return false;
    reported = lost;
    return true;
}

void log_event(enum log_level level, const char *event, const struct log_field *fields)
{
    char line[LOG_LINE];
    size_t length;

    if ((int)level < atomic_load_explicit(&chosen_level, memory_order_relaxed))
        return;
    length = make_line(line, level, event, fields);
    pthread_mutex_lock(&writing);
    if (!report_dropped() || !write_line(line, length))
        atomic_fetch_add(&dropped, 1);
    pthread_mutex_unlock(&writing);
}
