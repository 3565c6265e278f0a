#include "fuzz.h"

#include "metadata.h"
#include "yaml.h"

/* Any bytes as YAML, as a path into it, and as a quantity. What is read is written and read back
 * the same. */

static void write_and_read(struct arena *arena, const json_t *value)
{
    const char *text = json_write(arena, value, NULL), *yaml = yaml_write(arena, value);
    struct yaml_documents documents;
    struct json_fault fault;

    /* YAML has no integer that is minus zero, and so no way back to the real one. */
    if (strstr(text, "-0") != NULL)
        return;
    insist(yaml_read(arena, yaml, strlen(yaml), &documents, &fault));
    insist(documents.count == 1);
    insist(strcmp(text, json_write(arena, documents.at[0].value, NULL)) == 0);
}

static void read_quantity(struct arena *arena, const char *text)
{
    const char *canonical = quantity_canonical(arena, text);

    insist((canonical != NULL) == quantity_is(text));
    if (canonical == NULL)
        return;
    insist(quantity_compare(text, canonical) == 0);
    insist(strcmp(quantity_canonical(arena, canonical), canonical) == 0);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    struct arena *arena = arena_new((size_t)64 << 20);
    struct json_scope scope = json_enter(arena);
    struct json_fault fault = {0, 0, NULL};
    struct yaml_documents documents;
    const char *text = text_copy(arena, (const char *)data, size);
    int line, column;

    if (yaml_read(arena, text, size, &documents, &fault)) {
        for (size_t i = 0; i < documents.count; i++) {
            write_and_read(arena, documents.at[i].value);
            yaml_place(&documents.at[i], text, &line, &column);
            yaml_place(&documents.at[i], "spec.cells[0][\"a\"]", &line, &column);
            insist(line > 0 && column > 0);
            insist(yaml_typed(&documents.at[i], text) == NULL ||
                   !json_is_string(yaml_value(&documents.at[i], text)));
        }
    } else {
        insist(fault.line > 0 && fault.column > 0 && fault.text != NULL);
    }
    read_quantity(arena, text);
    json_leave(scope);
    arena_free(arena);
    return 0;
}
