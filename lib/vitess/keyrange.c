#include "vitess.h"

#include <string.h>

/* Ranges of keyspace ids. A keyspace id is a text of bytes, compared bytewise, and a bound is the
 * beginning of one; trailing zero bytes do not move it: "80" and "8000" are the same place. */

static bool is_upper(char digit)
{
    return digit >= 'A' && digit <= 'F';
}

/* Nearly all are that already, and stay the text that they are. */
static const char *lower_text(struct arena *arena, const char *text)
{
    const size_t length = strlen(text);
    char *lower;

    if (text[strcspn(text, "ABCDEF")] == '\0')
        return text;
    lower = arena_raw(arena, length + 1);
    for (size_t i = 0; i <= length; i++)
        lower[i] = (char)(is_upper(text[i]) ? text[i] - 'A' + 'a' : text[i]);
    return lower;
}

const char *keyrange_name(struct arena *arena, const char *start, const char *end)
{
    return fmt(arena, "%s-%s", lower_text(arena, start), lower_text(arena, end));
}

/* Length of the leading bound of `text`: lower-case hex digits. */
static size_t hex_length(const char *text)
{
    return strspn(text, "0123456789abcdef");
}

bool keyrange_is(const char *shard)
{
    size_t start = hex_length(shard);
    size_t end;

    if (start % 2 != 0 || shard[start] != '-')
        return false;
    end = hex_length(shard + start + 1);
    return end % 2 == 0 && shard[start + 1 + end] == '\0';
}

static bool is_bound(const char *text)
{
    size_t length = hex_length(text);

    return length % 2 == 0 && text[length] == '\0';
}

/* A range with its bounds brought to one spelling. */
struct bounds {
    const struct keyrange *range;
    const char *name;
    const char *start, *end;
    bool open_end; /* "" as an end; an end of zeros is not open, it leaves nothing */
};

static const char *trim_zero_bytes(struct arena *arena, const char *bound)
{
    const size_t whole = strlen(bound);
    size_t length = whole;

    while (length >= 2 && bound[length - 1] == '0' && bound[length - 2] == '0')
        length -= 2;
    return length == whole ? bound : text_copy(arena, bound, length);
}

const char *keyrange_bound(struct arena *arena, const char *bound)
{
    return trim_zero_bytes(arena, lower_text(arena, bound));
}

static struct bounds bounds_of(struct arena *arena, const struct keyrange *range)
{
    return (struct bounds){
        .range = range,
        .name = keyrange_name(arena, range->start, range->end),
        .start = keyrange_bound(arena, range->start),
        .end = keyrange_bound(arena, range->end),
        .open_end = *range->end == '\0',
    };
}

static bool check_bound(const char *bound, const char *key, const struct keyrange *range,
    struct problems *problems)
{
    if (is_bound(lower_text(problems->arena, bound)))
        return true;
    problem_add(problems,
        fmt(problems->arena, "%s.%s", range->path, key),
        "must be hex of even length such as \"80\", got \"%s\"",
        bound);
    return false;
}

/* Whether the range can be compared with others. */
static bool check_alone(const struct bounds *bounds, struct problems *problems)
{
    const struct keyrange *range = bounds->range;
    bool start = check_bound(range->start, "start", range, problems);
    bool end = check_bound(range->end, "end", range, problems);

    if (!start || !end)
        return false;
    if (bounds->open_end || strcmp(bounds->start, bounds->end) < 0)
        return true;
    problem_add(problems, range->path, "start must be below end, got %s", bounds->name);
    return false;
}

/* All ranges of a keyspace. The mappings are sets, so that work stays linear in the shards. */
struct cover {
    const struct bounds *all;
    size_t count;
    json_t *starts, *ends; /* bound -> name of a shard that starts or ends there */
    json_t *seen;          /* name in one spelling -> path */
    struct problems *problems;
};

/* `at` lies inside of the range, not at one of its ends. */
static bool holds(const struct bounds *bounds, const char *at)
{
    return strcmp(bounds->start, at) < 0 && (bounds->open_end || strcmp(at, bounds->end) < 0);
}

static const struct bounds *holder(const struct cover *cover, const char *at)
{
    for (size_t i = 0; i < cover->count; i++) {
        if (holds(&cover->all[i], at))
            return &cover->all[i];
    }
    return NULL;
}

static void check_end(const struct cover *cover, const struct bounds *here)
{
    const struct bounds *other;

    if (here->open_end || json_at(cover->starts, here->end) != NULL)
        return;
    other = holder(cover, here->end);
    if (other != NULL)
        problem_add(cover->problems,
            here->range->path,
            "%s overlaps %s: no shard starts at %s",
            here->name,
            other->name,
            here->end);
    else
        problem_add(cover->problems,
            here->range->path,
            "there is a gap after %s: no shard starts at %s",
            here->name,
            here->end);
}

static void check_start(const struct cover *cover, const struct bounds *here)
{
    const struct bounds *other;

    if (*here->start == '\0' || json_at(cover->ends, here->start) != NULL)
        return;
    other = holder(cover, here->start);
    if (other != NULL)
        problem_add(cover->problems,
            here->range->path,
            "%s overlaps %s: no shard ends at %s",
            here->name,
            other->name,
            here->start);
    else
        problem_add(cover->problems,
            here->range->path,
            "there is a gap before %s: no shard ends at %s",
            here->name,
            here->start);
}

/* False for a range that was there before. */
static bool enter(struct cover *cover, const struct bounds *here)
{
    const char *name =
        fmt(cover->problems->arena, "%s-%s", here->start, here->open_end ? "" : here->end);
    const char *before = json_text_at(cover->seen, name);

    if (before != NULL) {
        problem_add(cover->problems,
            here->range->path,
            "%s is the same range as %s",
            here->name,
            before);
        return false;
    }
    json_put_text(cover->seen, name, here->range->path);
    json_put_text(cover->starts, here->start, here->name);
    if (!here->open_end)
        json_put_text(cover->ends, here->end, here->name);
    return true;
}

/* One range after the other from end to end, as nearly everybody writes them: nothing to say. */
static bool is_chain(const struct bounds *all, size_t count)
{
    const char *from = "";

    for (size_t i = 0; i < count; i++) {
        if (!is_bound(all[i].start) || !is_bound(all[i].end) || strcmp(all[i].start, from) != 0)
            return false;
        if (all[i].open_end)
            return i + 1 == count;
        if (strcmp(from, all[i].end) >= 0)
            return false;
        from = all[i].end;
    }
    return count == 0;
}

/* Bounds ascend along a chain of neighbours, so where every range has a neighbour at each side that
 * is not open, every range is part of a chain from end to end: a full cover. */
void keyranges_check(const struct keyrange *ranges, size_t count, struct problems *problems)
{
    struct bounds *all = arena_array(problems->arena, count, sizeof(*all));
    struct cover cover = {.all = all, .problems = problems};
    bool whole = true;

    for (size_t i = 0; i < count; i++)
        all[i] = bounds_of(problems->arena, &ranges[i]);
    if (is_chain(all, count))
        return;
    cover.starts = json_new_map();
    cover.ends = json_new_map();
    cover.seen = json_new_map();
    for (size_t i = 0; i < count; i++) {
        if (!check_alone(&all[i], problems))
            whole = false;
        else if (enter(&cover, &all[i]))
            all[cover.count++] = all[i];
    }
    /* With a range missing everything around it would look like a gap. */
    for (size_t i = 0; whole && i < cover.count; i++) {
        check_start(&cover, &all[i]);
        check_end(&cover, &all[i]);
    }
}

/* --- in names of Kubernetes --- */

const char *shard_suffix(struct arena *arena, const char *shard)
{
    bool open_start = text_starts_with(shard, "-");
    bool open_end = text_ends_with(shard, "-");

    if (!keyrange_is(shard))
        return shard;
    if (text_equal(shard, "-"))
        return "x-x";
    return fmt(arena, "%s%s%s", open_start ? "x" : "", shard, open_end ? "x" : "");
}
