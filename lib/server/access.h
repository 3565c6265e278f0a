#ifndef VITESS_OPERATOR_ACCESS_H
#define VITESS_OPERATOR_ACCESS_H

#include <pthread.h>
#include <stdint.h>

#include "settings.h"
#include "tls.h"

/* What the server shows of itself and what it wants of who asks a hook.
 *
 * Both come from files that are replaced while it runs: kubelet swaps a folder when a Secret
 * changes. The main thread reads them again and again; whatever is good becomes the state for the
 * connections and requests that begin from then on, and the ones before it keep theirs. */

enum access_file { ACCESS_CERT, ACCESS_KEY, ACCESS_CLIENT_CA, ACCESS_TOKENS, ACCESS_FILES };

/* One state. It never changes, and lives as long as anybody holds it. */
struct credentials {
    struct arena *arena;
    struct tls *tls;     /* NULL: plain HTTP */
    struct texts tokens; /* none: no token is wanted */
    uint64_t generation; /* of two states the later one has the higher number */
    size_t holders;      /* under the lock of struct access */
};

/* The content of the files at one time. */
struct reading {
    struct arena *arena;
    struct pem at[ACCESS_FILES]; /* a NULL path: there is no such file */
    const char *problem;         /* why one of them cannot be read */
};

struct access {
    const char *paths[ACCESS_FILES]; /* "": not given */
    pthread_mutex_t lock;            /* of `now`, for as long as it takes to count */
    struct credentials *now;
    /* The rest is the main thread's. */
    struct reading *seen, *tried; /* of the last look; what was last made a state, or could not */
    int64_t next_look;            /* microseconds */
    uint64_t generation;
    /* For metrics. */
    _Atomic long long expiry; /* seconds since the epoch; 0: no certificate */
    _Atomic uint64_t reloads_good, reloads_bad;
    atomic_bool last_bad;
};

/* Reads the files. 0, or the exit code with one problem added to `problems`. */
int access_open(struct access *access, const struct settings *settings, struct texts *problems);
void access_close(struct access *access);

/* Looks at the files where it is time, or at once. */
void access_look(struct access *access, bool at_once);

/* The state of now; give it back with access_release(). */
struct credentials *access_hold(struct access *access);
void access_release(struct access *access, struct credentials *credentials);

bool access_is_tls(const struct access *access);

#endif
