#include "pod.h"

#include <string.h>

#include "template.h"

/* How long a Pod may take to end: kubelet kills what is not through by then, so never less than
 * what the flags of its programs ask for.
 *
 * On SIGTERM a program of Vitess waits for its handlers, --onterm-timeout at most and
 * --lameduck-period at least, and then --onclose-timeout at most for the rest
 * (vitess go/vt/servenv/run.go). */

/* In milliseconds. */
static const struct {
    const char *unit;
    double length;
} units[] = {{"ns", 1e-6},
    {"us", 1e-3},
    {"\xc2\xb5s", 1e-3},
    {"\xce\xbcs", 1e-3},
    {"ms", 1},
    {"s", 1000},
    {"m", 60 * 1000},
    {"h", 60 * 60 * 1000}};

/* More is no time that anybody waits; so it stays within a number. */
enum { LONGEST = 1000000000 };

static double number(const char **text)
{
    double value = 0, place = 1;

    for (; **text >= '0' && **text <= '9'; (*text)++)
        value = value * 10 + (**text - '0');
    if (**text == '.')
        for ((*text)++; **text >= '0' && **text <= '9'; (*text)++)
            value += (**text - '0') * (place /= 10);
    return value;
}

static double unit(const char **text)
{
    for (size_t i = 0; i < sizeof(units) / sizeof(*units); i++) {
        if (text_starts_with(*text, units[i].unit)) {
            *text += strlen(units[i].unit);
            return units[i].length;
        }
    }
    return 0;
}

static unsigned rounded_up(double milliseconds)
{
    double seconds = milliseconds / 1000;
    unsigned whole;

    if (!(seconds < LONGEST))
        return LONGEST;
    whole = (unsigned)seconds;
    return whole < seconds ? whole + 1 : whole;
}

unsigned duration_seconds(const char *text)
{
    double sum = 0;

    if (*text == '-')
        return 0;
    text += *text == '+';
    while (*text != '\0') {
        double value = number(&text), length = unit(&text);

        if (length == 0)
            break;
        sum += value * length;
    }
    return rounded_up(sum);
}

static unsigned flag_seconds(const json_t *arguments, const char *name, unsigned otherwise)
{
    const char *text = flag_argument(arguments, name);

    return text == NULL ? otherwise : duration_seconds(text);
}

enum { ON_TERM = 10, ON_CLOSE = 10, LAME_DUCK = 1 };

unsigned seconds_to_end(const json_t *arguments, unsigned on_term)
{
    unsigned handlers = flag_seconds(arguments, "onterm-timeout", on_term == 0 ? ON_TERM : on_term);
    unsigned lame_duck = flag_seconds(arguments, "lameduck-period", LAME_DUCK);

    return (handlers > lame_duck ? handlers : lame_duck) +
           flag_seconds(arguments, "onclose-timeout", ON_CLOSE);
}

const json_t *timeout_for(struct arena *a, const json_t *flags, const char *asked,
    const char *timeout)
{
    const char *text = json_string_value(flag_value(a, flags, asked));
    json_t *more = json_new_map();

    if (text != NULL && flag_value(a, flags, timeout) == NULL)
        json_put_text(more, timeout, fmt(a, "%us", duration_seconds(text) + ON_TERM));
    return more;
}

const json_t *grace_period(unsigned usual, unsigned needed)
{
    return needed > usual              ? json_integer(needed)
           : usual == KUBERNETES_GRACE ? NULL
                                       : json_integer(usual);
}
