#include "fault.h"

void fault_at(struct json_fault *fault, const char *text, size_t position, const char *why)
{
    size_t start = 0;

    fault->line = 1;
    for (size_t i = 0; i + 1 < position; i++) {
        if (text[i] == '\n') {
            fault->line++;
            start = i + 1;
        }
    }
    fault->column = position > start ? (int)(position - start) : 1;
    fault->text = why;
}
