#include <string.h>

#include "sim/core/flag.h"
#include "vtctl.h"

/* pflag's syntax: --name=value, --name value, -n value, --switch. */

struct known {
    char letter;
    const char *name;
    size_t length;
    bool value;
};

static struct known parse(const char *row)
{
    struct known known = {0};

    if (row[0] != '\0' && row[1] == '|') {
        known.letter = row[0];
        row += 2;
    }
    known.name = row;
    known.length = strcspn(row, "=");
    known.value = row[known.length] == '=';
    return known;
}

/* By its letter where `length` is 0. */
static bool find(const char *const *rows, const char *name, size_t length, char letter,
    struct known *found)
{
    for (; *rows != NULL; rows++) {
        *found = parse(*rows);
        if (length == 0 ? found->letter == letter
                        : found->length == length && flag_same(found->name, name, length))
            return true;
    }
    return false;
}

/* Takes the flag at `words[0]`; gives how many words it took. */
static size_t take(struct vtctl_flags *flags, const char *const *words, const char *const *known,
    bool strict)
{
    bool is_long = words[0][1] == '-';
    const char *name = words[0] + (is_long ? 2 : 1);
    size_t length = strcspn(name, "=");
    const char *value = name[length] == '=' ? name + length + 1 : NULL;
    struct known row;

    if (!find(known, name, is_long ? length : 0, *name, &row)) {
        if (strict && flags->fault == NULL)
            flags->fault = fmt(flags->arena,
                "unknown flag: %.*s",
                (int)(length + (is_long ? 2 : 1)),
                words[0]);
        texts_add(&flags->words, words[0]);
        return 1;
    }
    texts_add(&flags->names, text_copy(flags->arena, row.name, row.length));
    if (value != NULL || !row.value) {
        texts_add(&flags->values, value == NULL ? "true" : value);
        return 1;
    }
    if (words[1] == NULL && flags->fault == NULL)
        flags->fault = fmt(flags->arena, "flag needs an argument: %s", words[0]);
    texts_add(&flags->values, words[1] == NULL ? "" : words[1]);
    return words[1] == NULL ? 1 : 2;
}

struct vtctl_flags vtctl_split(struct arena *arena, const char *const *words,
    const char *const *known, bool strict)
{
    struct vtctl_flags flags = {.arena = arena,
        .names.arena = arena,
        .values.arena = arena,
        .words.arena = arena};

    while (*words != NULL) {
        /* A lone "-" is a shard, and so is "-80". */
        bool is_flag =
            text_starts_with(*words, "--") ||
            ((*words)[0] == '-' && (*words)[1] >= 'a' && (*words)[1] <= 'z' && (*words)[2] == '\0');

        if (is_flag) {
            words += take(&flags, words, known, strict);
        } else {
            texts_add(&flags.words, *words);
            words++;
        }
    }
    return flags;
}

const char *vtctl_flag(const struct vtctl_flags *flags, const char *name)
{
    for (size_t i = 0; i < flags->names.count; i++) {
        if (text_equal(flags->names.at[i], name))
            return flags->values.at[i];
    }
    return NULL;
}
