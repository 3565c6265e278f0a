#include "flag.h"

static bool is_dash(char character)
{
    return character == '-' || character == '_';
}

bool flag_same(const char *a, const char *b, size_t length)
{
    for (size_t i = 0; i < length; i++) {
        if (a[i] != b[i] && !(is_dash(a[i]) && is_dash(b[i])))
            return false;
        if (a[i] == '\0')
            return true;
    }
    return true;
}
