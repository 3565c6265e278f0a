#include "fuzz.h"

#include "metadata.h"

/* Any list as what is observed, what was applied and what is desired: what the texts tell, what the
 * values tell and what the merge does agree. */

static void stands(struct arena *arena, const json_t *observed, const json_t *applied)
{
    if (observed == NULL || !merge_surely_stands(observed, applied))
        return;
    insist(json_same(merge_applied(arena, observed, json_clone(applied), applied), observed));
    insist(merge_neutral(arena, observed, applied) == applied);
}

static void compare(struct arena *arena, const json_t *folded, const json_t *read)
{
    const json_t *from_text[3], *from_values[3];

    for (size_t i = 0; i < 3; i++) {
        from_text[i] = json_array_get(folded, i);
        from_values[i] = json_array_get(read, i);
    }
    insist(merge_surely_stands(from_text[0], from_text[1]) ==
           merge_surely_stands(from_values[0], from_values[1]));
    stands(arena, from_text[0], from_text[1]);
    stands(arena, from_values[0], from_values[1]);
    for (size_t i = 1; i < 3; i++)
        insist(json_same(merge_outcome(arena, from_text[0], from_text[1], from_text[i]),
            merge_applied(arena, from_values[0], from_values[1], from_values[i])));
}

static void look(struct arena *arena, const char *text, size_t size)
{
    struct json_fault fault = {0, 0, NULL};
    const json_t *folded = json_read_folded(arena, text, size, 0, &fault);

    if (json_is_array(folded))
        compare(arena, folded, json_read(arena, text, size, 0, &fault));
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    return fuzz_text(data, size, look);
}
