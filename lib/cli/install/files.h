#ifndef VITESS_OPERATOR_CLI_INSTALL_FILES_H
#define VITESS_OPERATOR_CLI_INSTALL_FILES_H

#include "install.h"

/* Files of a kustomization. Each function is false, with a message on stderr, where a file cannot
 * be written. `about` is a comment at the top, each line with "# " and a newline, or "". */

#define MADE "# Made by `make manifests`; do not edit.\n"

bool make_folder(const char *path);
bool write_file(const struct install *install, const char *folder, const char *name,
    const char *text);
/* One document for each object of the list. */
bool write_list(const struct install *install, const char *folder, const char *name,
    const char *about, const json_t *objects);
bool write_object(const struct install *install, const char *folder, const char *name,
    const char *about, const json_t *object);
bool write_kustomization(const struct install *install, const char *folder, const char *about,
    const json_t *rest);

/* The ConfigMap of the settings, from the file beside the kustomization; `behavior` is "replace"
 * in an overlay, NULL in the base. */
const json_t *generated_config(const struct install *install, const char *behavior);
/* A patch (a list of JSON patch operations) of the objects of that kind and name. */
const json_t *patch_of(struct arena *a, const char *kind, const char *name,
    const json_t *operations);
void add_operation(struct arena *a, json_t *operations, const char *op, const char *path,
    const json_t *value);

/* One folder each. */
bool write_tls_overlay(const struct install *install, const char *folder);
bool write_monitoring_overlay(const struct install *install, const char *folder);

#endif
