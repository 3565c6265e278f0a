#ifndef VITESS_OPERATOR_OBJECTS_OF_TESTS_H
#define VITESS_OPERATOR_OBJECTS_OF_TESTS_H

#include "testing.h"

#include <stdio.h>

#include "template.h"
#include "yaml.h"

/* Objects that read like the YAML they are: in files. */

#define OBJECTS "test/unit/objects/"

static inline struct yaml_documents objects_of_file(const char *path)
{
    struct yaml_documents documents = {0};
    struct json_fault fault = {0};
    struct text text = {.arena = arena};
    char block[4096];
    size_t length;
    FILE *file = fopen(path, "r");

    ck_assert_msg(file != NULL, "%s cannot be opened", path);
    while ((length = fread(block, 1, sizeof(block), file)) > 0)
        text_add_bytes(&text, block, length);
    fclose(file);
    if (!yaml_read(arena, text_string(&text), text.length, &documents, &fault))
        ck_abort_msg("%s:%d:%d: %s", path, fault.line, fault.column, fault.text);
    return documents;
}

/* What is made now, as a file: UPDATE_OBJECTS=1 takes it over, to be read before it is committed.
 */
static inline void take_objects_over(const char *path, const json_t *const *objects, size_t count)
{
    FILE *file = fopen(path, "w");

    ck_assert_msg(file != NULL, "%s cannot be written", path);
    for (size_t i = 0; i < count; i++)
        fprintf(file, "%s%s", i == 0 ? "" : "---\n", yaml_write(arena, objects[i]));
    fclose(file);
}

static inline void check_objects(const char *name, const json_t *const *objects, size_t count)
{
    const char *path = fmt(arena, OBJECTS "%s.yaml", name);
    struct yaml_documents expected;

    if (getenv("UPDATE_OBJECTS") != NULL)
        take_objects_over(path, objects, count);
    expected = objects_of_file(path);
    ck_assert_uint_eq(expected.count, count);
    for (size_t i = 0; i < count; i++) {
        ck_assert_ptr_null(template_bug(objects[i]));
        if (!json_same(objects[i], expected.at[i].value))
            ck_abort_msg("%s, document %zu is now\n%s", path, i + 1, yaml_write(arena, objects[i]));
    }
}

/* The documents of test/unit/objects/<name>.yaml. */
#define ck_objects(name, ...)                                                                      \
    check_objects(name,                                                                            \
        (const json_t *[]){__VA_ARGS__},                                                           \
        sizeof((const json_t *[]){__VA_ARGS__}) / sizeof(const json_t *))

/* The only document of test/unit/objects/<name>.yaml. */
static inline const json_t *object_of_file(const char *name)
{
    const struct yaml_documents documents = objects_of_file(fmt(arena, OBJECTS "%s.yaml", name));

    ck_assert_uint_eq(documents.count, 1);
    return documents.at[0].value;
}

#endif
