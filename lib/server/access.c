#include "access.h"

#include <errno.h>
#include <string.h>
#include <time.h>

#include "clock.h"
#include "exit_codes.h"
#include "file.h"
#include "log.h"

/* How often the files are looked at. Kubelet itself takes a minute to bring a changed Secret. */
enum { LOOK_SECONDS = 1 };

/* --- reading --- */

static struct reading *read_files(const struct access *access)
{
    struct arena *arena = arena_new(0);
    struct reading *reading = arena_make(arena, struct reading);

    reading->arena = arena;
    for (size_t i = 0; i < ACCESS_FILES; i++) {
        struct pem *file = &reading->at[i];

        if (access->paths[i][0] == '\0')
            continue;
        file->path = access->paths[i];
        file->text = file_read_regular(arena, file->path, &file->length);
        if (file->text == NULL && reading->problem == NULL)
            reading->problem = fmt(arena,
                "cannot read %s: %s",
                file->path,
                errno == EINVAL ? "it is no regular file" : strerror(errno));
    }
    return reading;
}

static bool same_file(const struct pem *a, const struct pem *b)
{
    if (a->text == NULL || b->text == NULL)
        return a->text == b->text;
    return a->length == b->length && memcmp(a->text, b->text, a->length) == 0;
}

static bool same_reading(const struct reading *a, const struct reading *b)
{
    bool same = text_equal(a->problem, b->problem);

    for (size_t i = 0; i < ACCESS_FILES; i++)
        same = same && same_file(&a->at[i], &b->at[i]);
    return same;
}

/* Puts `reading` in a place; what was there goes unless it is in the other one as well. */
static void put_reading(const struct access *access, struct reading **place,
    struct reading *reading)
{
    struct reading *before = *place;

    *place = reading;
    if (before != NULL && before != access->seen && before != access->tried)
        arena_free(before->arena);
}

/* --- making a state of it --- */

static const char *read_tokens(struct arena *arena, const struct pem *file, struct texts *tokens)
{
    static const char blanks[] = " \t\r\n";
    const char *at = file->text;

    if (strlen(at) != file->length)
        return fmt(arena, "%s: must be text, got a NUL", file->path);
    for (at += strspn(at, blanks); *at != '\0'; at += strspn(at, blanks)) {
        const char *line = text_copy(arena, at, strcspn(at, "\n"));
        const size_t length = strcspn(line, blanks);

        for (size_t i = 0; i < length; i++)
            if ((unsigned char)line[i] < ' ' || (unsigned char)line[i] > '~')
                return fmt(arena, "%s: a token must be of visible ASCII characters", file->path);
        if (line[length + strspn(line + length, blanks)] != '\0')
            return fmt(arena, "%s: must have one token a line, without spaces", file->path);
        texts_add(tokens, text_copy(arena, line, length));
        at += strlen(line);
    }
    return tokens->count > 0 ? NULL : fmt(arena, "%s: has no token", file->path);
}

static const char *fill(struct credentials *credentials, const struct reading *reading)
{
    const struct pem *files = reading->at;
    const char *problem = reading->problem;

    if (problem == NULL && files[ACCESS_CERT].path != NULL)
        credentials->tls = tls_make(credentials->arena,
            &files[ACCESS_CERT],
            &files[ACCESS_KEY],
            files[ACCESS_CLIENT_CA].path == NULL ? NULL : &files[ACCESS_CLIENT_CA],
            &problem);
    if (problem == NULL && files[ACCESS_TOKENS].path != NULL)
        problem = read_tokens(credentials->arena, &files[ACCESS_TOKENS], &credentials->tokens);
    return problem;
}

static void free_credentials(struct credentials *credentials)
{
    if (credentials->tls != NULL)
        tls_free(credentials->tls);
    arena_free(credentials->arena);
}

static void become(struct access *access, struct credentials *credentials)
{
    struct credentials *before;

    credentials->generation = ++access->generation;
    credentials->holders = 1; /* this struct */
    atomic_store(&access->expiry, credentials->tls == NULL ? 0 : tls_expiry(credentials->tls));
    pthread_mutex_lock(&access->lock);
    before = access->now;
    access->now = credentials;
    pthread_mutex_unlock(&access->lock);
    if (before != NULL)
        access_release(access, before);
}

/* NULL, or why the state stays as it is, in `arena`. */
static const char *take_over(struct access *access, struct arena *arena)
{
    struct arena *own = arena_new(0);
    struct credentials *credentials = arena_make(own, struct credentials);
    const char *problem;

    credentials->arena = own;
    credentials->tokens.arena = own;
    problem = fill(credentials, access->tried);
    if (problem == NULL) {
        become(access, credentials);
        return NULL;
    }
    problem = fmt(arena, "%s", problem);
    free_credentials(credentials);
    return problem;
}

static const char *day_of(struct arena *arena, long long seconds)
{
    const time_t time = (time_t)seconds;
    struct tm parts;
    char text[32];

    if (seconds == 0 || gmtime_r(&time, &parts) == NULL ||
        strftime(text, sizeof(text), "%Y-%m-%dT%H:%M:%SZ", &parts) == 0)
        return NULL;
    return text_copy(arena, text, strlen(text));
}

static void warn_of_expiry(const struct access *access)
{
    const long long expiry = atomic_load(&access->expiry);
    struct arena *arena = arena_new(0);

    if (expiry != 0 && expiry <= (long long)time(NULL))
        log_event(LOG_WARNING,
            "certificate-expired",
            log_fields(LOG_TEXT_FIELD("file", access->paths[ACCESS_CERT]),
                LOG_TEXT_FIELD("expired", day_of(arena, expiry))));
    arena_free(arena);
}

/* --- the start --- */

static const enum setting_id setting_of[ACCESS_FILES] = {[ACCESS_CERT] = SETTING_TLS_CERT,
    [ACCESS_KEY] = SETTING_TLS_KEY,
    [ACCESS_CLIENT_CA] = SETTING_TLS_CLIENT_CA,
    [ACCESS_TOKENS] = SETTING_BEARER_TOKEN_FILE};

int access_open(struct access *access, const struct settings *settings, struct texts *problems)
{
    const char *problem;

    *access = (struct access){.next_look = clock_now() + (int64_t)LOOK_SECONDS * 1000000};
    pthread_mutex_init(&access->lock, NULL);
    for (size_t i = 0; i < ACCESS_FILES; i++)
        access->paths[i] = settings->at[setting_of[i]].text;
    access->seen = access->tried = read_files(access);
    problem = take_over(access, problems->arena);
    if (problem == NULL) {
        warn_of_expiry(access);
        return EXIT_YES;
    }
    texts_add(problems, problem);
    return access->tried->problem != NULL ? EXIT_TROUBLE : EXIT_USAGE;
}

void access_close(struct access *access)
{
    if (access->now != NULL)
        access_release(access, access->now);
    put_reading(access, &access->tried, access->seen);
    arena_free(access->seen->arena);
    pthread_mutex_destroy(&access->lock);
}

/* --- later --- */

static const char *changed_files(struct arena *arena, const struct reading *before,
    const struct reading *after)
{
    struct texts changed = {.arena = arena};

    for (size_t i = 0; i < ACCESS_FILES; i++)
        if (after->at[i].path != NULL && !same_file(&before->at[i], &after->at[i]))
            texts_add(&changed, after->at[i].path);
    return changed.count == 0 ? NULL : texts_join(&changed, ", ");
}

static void try_again(struct access *access)
{
    struct arena *arena = arena_new(0);
    const char *changed = changed_files(arena, access->tried, access->seen);
    const char *problem;

    put_reading(access, &access->tried, access->seen);
    problem = take_over(access, arena);
    atomic_store(&access->last_bad, problem != NULL);
    atomic_fetch_add(problem != NULL ? &access->reloads_bad : &access->reloads_good, 1);
    if (problem != NULL)
        log_event(LOG_ERROR,
            "credentials-rejected",
            log_fields(LOG_TEXT_FIELD("message", problem),
                LOG_TEXT_FIELD("effect", "the ones before stay in use")));
    else
        log_event(LOG_INFO,
            "credentials-reloaded",
            log_fields(LOG_TEXT_FIELD("changed", changed),
                LOG_TEXT_FIELD("certificateExpires", day_of(arena, atomic_load(&access->expiry)))));
    if (problem == NULL)
        warn_of_expiry(access);
    arena_free(arena);
}

void access_look(struct access *access, bool at_once)
{
    struct reading *reading;
    bool settled, fresh;

    if (!at_once && clock_now() < access->next_look)
        return;
    access->next_look = clock_now() + (int64_t)LOOK_SECONDS * 1000000;
    reading = read_files(access);
    /* Files that are written one after the other fit together only when the last one is there: a
     * change counts once two looks have found the same. */
    settled = at_once || same_reading(reading, access->seen);
    fresh = !same_reading(reading, access->tried);
    put_reading(access, &access->seen, reading);
    if (fresh ? settled : at_once && atomic_load(&access->last_bad))
        try_again(access);
}

struct credentials *access_hold(struct access *access)
{
    struct credentials *credentials;

    pthread_mutex_lock(&access->lock);
    credentials = access->now;
    credentials->holders++;
    pthread_mutex_unlock(&access->lock);
    return credentials;
}

void access_release(struct access *access, struct credentials *credentials)
{
    bool last;

    pthread_mutex_lock(&access->lock);
    last = --credentials->holders == 0;
    pthread_mutex_unlock(&access->lock);
    if (last)
        free_credentials(credentials);
}

bool access_is_tls(const struct access *access)
{
    return access->paths[ACCESS_CERT][0] != '\0';
}
