#ifndef VITESS_OPERATOR_YAML_H
#define VITESS_OPERATOR_YAML_H

#include "json.h"

/* One YAML (or JSON) document of a file as JSON, with the place of each node. */
struct yaml_document {
    const json_t *value;
    const struct yaml_marks *marks;
};

struct yaml_documents {
    struct yaml_document *at;
    size_t count;
};

/* Reads every document of `text` in the current JSON scope (YAML 1.2 core scalars as Kubernetes
 * reads them: 0644 and "yes" are what sigs.k8s.io/yaml makes of them). Aliases are resolved with a
 * bound on expansion, and << is merged; duplicate keys, tags other than the core ones, depth over
 * 256, and a comma before the closing bracket of what is JSON otherwise are faults. False with
 * `fault` filled where it is not YAML: what its writer did, where that is known, at its place. */
bool yaml_read(struct arena *arena, const char *text, size_t length,
    struct yaml_documents *documents, struct json_fault *fault);

/* Line and column of the node at `path` ("spec.cells[1].name"), or of its nearest parent that
 * exists. */
void yaml_place(const struct yaml_document *document, const char *path, int *line, int *column);

/* The value of the node at `path`, below the document itself; NULL where there is none. */
const json_t *yaml_value(const struct yaml_document *document, const char *path);

/* How a number, true, false or null at `path` stands in the file: "no", "0x10", "". NULL where
 * there is none, or text. */
const char *yaml_typed(const struct yaml_document *document, const char *path);

/* The items of a `kind: List` as documents of their own, as kubectl takes them: `index` counts from
 * 0 and is below the number of items. */
struct yaml_document yaml_item(const struct yaml_document *list, size_t index);

/* Block-style YAML as kubectl prints it, keys in the order apiVersion, kind, metadata, spec, then
 * the rest as in the document; strings quoted only where YAML needs it. Ends with a newline. */
const char *yaml_write(struct arena *arena, const json_t *value);

#endif
