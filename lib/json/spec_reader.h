#ifndef VITESS_OPERATOR_LIB_JSON_SPEC_READER_H
#define VITESS_OPERATOR_LIB_JSON_SPEC_READER_H

#include "spec.h"

/* What the files behind spec.h share. */

/* The way down to the value that is being read; a text only where one is asked for. */
struct spec_path {
    const struct spec_path *above; /* NULL: key is the path of the root */
    const char *key;               /* NULL: an item of a list */
    size_t index;
    const json_t *around; /* the mapping that has the key */
    const char **text;    /* kept here for what is below once it was made; NULL: not kept */
};

struct spec_reading {
    struct arena *arena;
    enum spec_mode mode;
    struct problems *problems;
    const struct spec_field *root;
};

/* One C type of a struct member. */
struct spec_reader {
    void (*read)(struct spec_reading *reading, const struct spec_field *field, const json_t *value,
        const struct spec_path *path, void *member);
    /* What it is in OpenAPI; NULL: nothing (SPEC_SELF, SPEC_PATH, SPEC_RULE). */
    const json_t *(
        *schema)(struct arena *arena, const struct spec_field *field, enum spec_mode mode);
};

/* The largest number that the row takes in this mode. */
long long spec_most(const struct spec_field *field, enum spec_mode mode);

/* Texts of the paths and of problems there. */
const char *spec_path_text(struct arena *arena, const struct spec_path *path);
__attribute__((format(printf, 3, 4))) void spec_problem(struct spec_reading *reading,
    const struct spec_path *path, const char *format, ...);

/* Reads a mapping with a table; members go to the struct `out`. */
void spec_read_fields(struct spec_reading *reading, const struct spec_field *fields,
    const json_t *value, const struct spec_path *path, void *out);

/* Whether `value` is a list of as many items as the row wants; a problem where it is not. */
bool spec_check_list(struct spec_reading *reading, const struct spec_field *field,
    const json_t *value, const struct spec_path *path);

/* Checks a fragment that passes through as JSON (shape.c). */
void spec_check_shape(struct spec_reading *reading, const struct spec_field *field,
    const json_t *value, const struct spec_path *path);

/* Adds the problem that `rule` is broken by `value`, where it is: NULL is no problem. */
void spec_broken(struct spec_reading *reading, const struct spec_path *path, const char *rule,
    const json_t *value);
/* What is no text, where text belongs. */
void spec_no_text(struct spec_reading *reading, const struct spec_field *field, const json_t *value,
    const struct spec_path *path);
/* A text against what its row says: values, format, length. */
void spec_check_text(struct spec_reading *reading, const struct spec_field *field,
    const json_t *value, const struct spec_path *path);
/* `seen` maps each key to the index that had it first. */
void spec_check_unique(struct spec_reading *reading, const struct spec_field *field,
    const json_t *item, const struct spec_path *path, json_t *seen);
/* 3 and 3.0, which is 3 by the time that kubectl sends it; and the number. */
bool spec_is_whole(const json_t *value);
long long spec_whole(const json_t *value);
const char *spec_range_rule(struct arena *arena, const struct spec_field *field, long long number);

/* The same with ", got VALUE" and what the value shows of how it came to be wrong. `wanted` is
 * JSON_STRING, JSON_OBJECT, JSON_ARRAY, JSON_INTEGER or JSON_TRUE (a switch) where that is the
 * rule, else JSON_NULL. */
void spec_wrong_value(struct spec_reading *reading, const struct spec_path *path, const char *rule,
    const json_t *value, json_type wanted);

/* The known key, or the value of an enum, nearest to one that is not, or NULL where none is near
 * (suggest.c). */
const char *spec_suggestion(const struct spec_field *fields, const char *key);
const char *spec_nearest(const char *const *values, const char *text);

/* The rule for a key that is not known in the mapping of table `here`, but in few places below it
 * or below `root`, whose path is `path`; else NULL (places.c). */
const char *spec_place_of_key(struct arena *arena, const struct spec_field *root, const char *path,
    const struct spec_field *here, const char *key);

/* What goes behind a problem about a value, from ": " on, or "" (slip.c). */
const char *spec_slip(const json_t *value, json_type wanted);
/* "replicas" of "replicas:3", where a space is missing; else NULL. */
const char *spec_key_before_colon(struct arena *arena, const char *key);

/* Schemas of the C types (schema.c). */
const json_t *spec_schema_text(struct arena *arena, const struct spec_field *field,
    enum spec_mode mode);
const json_t *spec_schema_count(struct arena *arena, const struct spec_field *field,
    enum spec_mode mode);
const json_t *spec_schema_flag(struct arena *arena, const struct spec_field *field,
    enum spec_mode mode);
const json_t *spec_schema_json(struct arena *arena, const struct spec_field *field,
    enum spec_mode mode);
const json_t *spec_schema_part(struct arena *arena, const struct spec_field *field,
    enum spec_mode mode);
const json_t *spec_schema_struct(struct arena *arena, const struct spec_field *field,
    enum spec_mode mode);
const json_t *spec_schema_items(struct arena *arena, const struct spec_field *field,
    enum spec_mode mode);

#endif
