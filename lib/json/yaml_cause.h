#ifndef VITESS_OPERATOR_LIB_JSON_YAML_CAUSE_H
#define VITESS_OPERATOR_LIB_JSON_YAML_CAUSE_H

#include "json.h"

/* libyaml says where it can go no further, which is often lines below the slip of whoever wrote the
 * file, and says it in words of a grammar. The causes look at the lines around that place for what
 * people do: a tab, a quote that is not closed, a missing space. They are asked only once libyaml
 * has refused the text, so none of them can refuse a right one. */

/* Offsets are bytes of the text, and at most its length. */
struct yaml_trouble {
    struct arena *arena;
    const char *text;
    size_t length;
    const char *context, *problem; /* libyaml's words; context may be "" */
    size_t from, at;               /* where the context begins, where the problem is */
    struct json_fault *fault;      /* filled with libyaml's own already */
};

/* Puts a cause in the place of libyaml's words, where one is found. */
void yaml_blame_cause(const struct yaml_trouble *trouble);

/* Of bytes that are no text: the rule that tells what they are, at `offset`. */
const char *yaml_bytes_rule(struct arena *arena, const char *text, size_t length, size_t offset,
    const char *problem);

/* The place of the comma of {"a": 1,} in a text that is JSON but for that; else NULL. kubectl takes
 * what begins with a brace for JSON, which has no such comma. */
const char *yaml_trailing_comma(const char *text, size_t length);

/* One kind of slip: true where it is that, and the fault tells it. */
typedef bool yaml_cause(const struct yaml_trouble *trouble);

/* yaml_cause_text.c: characters */
extern yaml_cause yaml_cause_conflict, yaml_cause_template, yaml_cause_tab, yaml_cause_first_letter,
    yaml_cause_escape, yaml_cause_anchor, yaml_cause_directive;
/* yaml_cause_block.c: keys, items and how far they are indented */
extern yaml_cause yaml_cause_second_colon, yaml_cause_line_above, yaml_cause_key,
    yaml_cause_after_value, yaml_cause_missing_dash, yaml_cause_list_on_line, yaml_cause_block_text,
    yaml_cause_indentation, yaml_cause_outside, yaml_cause_separator;
/* yaml_cause_flow.c: quotes and brackets */
extern yaml_cause yaml_cause_quote, yaml_cause_json_comment, yaml_cause_bracket, yaml_cause_nothing;

/* --- what they share (yaml_lines.c) --- */

enum { YAML_NOWHERE = -1 };

struct yaml_line {
    size_t start, end; /* without its line break */
    int number;        /* from 1 */
};

/* The byte at a place as libyaml counts it: from 0, columns in characters. */
size_t yaml_offset(const struct yaml_trouble *trouble, size_t line, size_t column);
struct yaml_line yaml_line_of(const struct yaml_trouble *trouble, size_t offset);
/* Moves to the line above that has something in it, comments apart. */
bool yaml_line_above(const struct yaml_trouble *trouble, struct yaml_line *line);
/* Where the content of a line begins and ends; both are its end where there is none. */
size_t yaml_content(const struct yaml_trouble *trouble, struct yaml_line line);
size_t yaml_content_end(const struct yaml_trouble *trouble, struct yaml_line line);
/* Where the key of a line begins: behind the dashes of a list. */
size_t yaml_key_start(const struct yaml_trouble *trouble, struct yaml_line line);
/* The offset behind the byte, the quoted text or the comment at `offset`. */
size_t yaml_step(const struct yaml_trouble *trouble, size_t offset);
/* The first `part` between two offsets that is neither in quotes nor in a comment. */
long yaml_find(const struct yaml_trouble *trouble, size_t start, size_t end, const char *part);
/* The byte there, or '\0' at the end of the text. */
char yaml_letter(const struct yaml_trouble *trouble, size_t offset);
bool yaml_has(const struct yaml_trouble *trouble, size_t offset, const char *part);
/* The text between two offsets for a message: at most 40 bytes, cut with "...". */
const char *yaml_shown(const struct yaml_trouble *trouble, size_t start, size_t end);
/* The key at `offset`, for a message. */
const char *yaml_key_shown(const struct yaml_trouble *trouble, size_t offset);
/* How many characters are in front of `offset` in its line. */
int yaml_column(const struct yaml_trouble *trouble, size_t offset);
/* Makes `rule` the fault, at `offset`. Always true. */
bool yaml_blame(const struct yaml_trouble *trouble, size_t offset, const char *rule);

#endif
