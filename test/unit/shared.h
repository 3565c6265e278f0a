#ifndef VITESS_OPERATOR_SHARED_H
#define VITESS_OPERATOR_SHARED_H

#include <stdio.h>

#include "testing.h"

/* Reference material that lies beside a developer's checkout and is no part of it. A test that
 * wants some says loudly that it was skipped where there is none. */
#define SHARED_FOLDER "../shared/"

static inline char *shared_text(const char *path)
{
    const char *full = fmt(arena, SHARED_FOLDER "%s", path);
    FILE *file = fopen(full, "r");
    struct text text = {.arena = arena};
    char block[4096];
    size_t length;

    if (file == NULL) {
        fprintf(stderr, "SKIPPED, for want of %s: part of %s\n", full, __FILE__);
        return NULL;
    }
    while ((length = fread(block, 1, sizeof(block), file)) > 0)
        text_add_bytes(&text, block, length);
    fclose(file);
    return text.bytes;
}

static inline const json_t *shared_json(const char *path)
{
    struct json_fault fault = {0};
    const char *text = shared_text(path);
    const json_t *value = text == NULL ? NULL : json_read(arena, text, strlen(text), 0, &fault);

    if (text != NULL && value == NULL)
        ck_abort_msg("%s:%d: %s", path, fault.line, fault.text);
    return value;
}

#endif
