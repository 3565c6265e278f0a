#ifndef VITESS_OPERATOR_CLI_MANIFEST_H
#define VITESS_OPERATOR_CLI_MANIFEST_H

#include "cli/base/cli.h"
#include "yaml.h"

/* One object of a manifest file. */
struct manifest {
    const char *path; /* of the file, as messages name it */
    struct yaml_document document;
    const json_t *object;
    bool listed; /* an item of a `kind: List` */
};

struct manifests {
    struct manifest *at;
    size_t count;
    size_t capacity;
    size_t lists; /* how many `kind: List` were read, empty ones too */
};

struct findings;

/* How messages name the file of an argument: "standard input" for "-". */
const char *manifest_file(const char *path);

/* Adds the objects of a file ("-": standard input), those of a `kind: List` one by one, empty
 * documents left out. Objects without a namespace get `namespace` (NULL: they stay as they are).
 * EXIT_TROUBLE, with a message on stderr, where the file cannot be read; EXIT_NO, with problems
 * added to `findings`, where it is not YAML or a document is no object as kubectl wants it; else 0.
 * An object with problems is added where it can be told what it is. */
int manifests_read(struct manifests *manifests, const char *path, const char *namespace,
    struct findings *findings);

void manifests_add(struct manifests *manifests, const struct manifest *manifest);

/* The object is a VitessCluster of one of the APIs served. */
bool manifest_is_cluster(const struct manifest *manifest);

#endif
