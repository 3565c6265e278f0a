#include "picture.h"

#include <errno.h>
#include <string.h>

#include "cli/base/cli.h"
#include "cli/base/room.h"
#include "tree_view.h"

/* Pixels, and milliseconds. */
enum { LETTER = 8, ROW = 18, MARGIN = 18, BAR = 34, EACH = 180, LAST = 4000, MOST = 160 };

struct picture_screen {
    size_t *lines; /* indexes */
    size_t count;
};

static const char *class_of(enum style style)
{
    static const char *const classes[] = {[STYLE_PLAIN] = NULL,
        [STYLE_BOLD] = "b",
        [STYLE_DIM] = "d",
        [STYLE_GOOD] = "g",
        [STYLE_BUSY] = "y",
        [STYLE_BAD] = "r",
        [STYLE_ACCENT] = "c"};

    return classes[style];
}

/* Viewers disagree on how to keep blanks; none of them drops one inside that does not break. */
static const char *kept_blanks(struct arena *arena, const char *text, size_t length)
{
    struct text out = {.arena = arena};

    for (size_t i = 0; i < length; i++)
        if (text[i] == ' ')
            text_add(&out, "\u00a0");
        else
            text_add_bytes(&out, &text[i], 1);
    return text_string(&out);
}

/* Each span has its own place, so that columns stand under each other in any font. */
static void span_svg(struct text *out, const struct span *span, size_t column)
{
    const size_t blanks = strspn(span->text, " ");
    const char *class = class_of(span->style), *text = span->text + blanks;
    size_t length = strlen(text);

    while (length > 0 && text[length - 1] == ' ')
        length--;
    if (length == 0)
        return;
    text_addf(out, "<tspan x=\"%zu\"", (column + blanks) * LETTER);
    if (class != NULL)
        text_addf(out, " class=\"%s\"", class);
    text_addf(out, ">%s</tspan>", xml_text(out->arena, kept_blanks(out->arena, text, length)));
}

static const char *line_svg(struct arena *arena, const struct line *line)
{
    struct text out = {.arena = arena};
    size_t column = 0;

    for (size_t i = 0; i < line->count; i++) {
        span_svg(&out, &line->spans[i], column);
        column += columns_of(line->spans[i].text);
    }
    return text_string(&out);
}

/* Index of the line, which is added where it is new. */
static size_t line_index(struct picture *picture, const char *svg)
{
    for (size_t i = picture->line_count; i-- > 0;)
        if (strcmp(picture->lines[i], svg) == 0)
            return i;
    picture->lines = with_room(picture->arena,
        picture->lines,
        picture->line_count,
        &picture->line_capacity,
        sizeof(*picture->lines));
    picture->lines[picture->line_count] = fmt(picture->arena, "%s", svg);
    return picture->line_count++;
}

static bool same_screen(const struct picture_screen *a, const struct picture_screen *b)
{
    return a->count == b->count && memcmp(a->lines, b->lines, a->count * sizeof(*a->lines)) == 0;
}

static void keep(struct picture *picture, const struct picture_screen *screen)
{
    if (picture->count > 0 && same_screen(&picture->screens[picture->count - 1], screen))
        return;
    picture->screens = with_room(picture->arena,
        picture->screens,
        picture->count,
        &picture->capacity,
        sizeof(*picture->screens));
    picture->screens[picture->count++] = *screen;
}

void picture_add(struct picture *picture, const struct screen *screen)
{
    struct picture_screen kept = {
        .lines = arena_array(picture->arena, screen->count + 1, sizeof(*kept.lines)),
        .count = screen->count};

    for (size_t i = 0; i < screen->count; i++) {
        const size_t columns = line_columns(&screen->lines[i]);

        kept.lines[i] = line_index(picture, line_svg(screen->arena, &screen->lines[i]));
        picture->columns = columns > picture->columns ? columns : picture->columns;
    }
    picture->rows = screen->count > picture->rows ? screen->count : picture->rows;
    keep(picture, &kept);
}

/* --- the file --- */

struct size {
    int width, height;
};

static struct size size_of(const struct picture *picture)
{
    return (struct size){(int)picture->columns * LETTER + 2 * MARGIN,
        (int)picture->rows * ROW + BAR + MARGIN};
}

/* Every n-th screen only, where there are more than a file should hold. */
static size_t stride_of(const struct picture *picture)
{
    return (picture->count + MOST - 1) / MOST;
}

static bool chosen(const struct picture *picture, size_t index)
{
    return index % stride_of(picture) == 0 || index + 1 == picture->count;
}

static size_t chosen_count(const struct picture *picture)
{
    size_t count = 0;

    for (size_t i = 0; i < picture->count; i++)
        count += chosen(picture, i);
    return count;
}

/* All screens stand side by side; the strip moves by whole screens. Without animation it rests on
 * the last one. */
static void write_style(FILE *file, const struct picture *picture, size_t count)
{
    const int width = size_of(picture).width;
    const size_t whole = (count - 1) * EACH + LAST;

    fputs("<style>"
          "text{font:13px ui-monospace,SFMono-Regular,Menlo,Consolas,'DejaVu Sans Mono',monospace;"
          "fill:#e6edf3}"
          ".b{font-weight:700}.d{fill:#8d96a0}.g{fill:#3fb950}.y{fill:#d29922}.r{fill:#f85149}"
          ".c{fill:#39c5cf}.t{fill:#8d96a0;text-anchor:middle}",
        file);
    fprintf(file,
        "#s{transform:translateX(-%zupx);animation:s %zums step-end infinite}"
        "@media (prefers-reduced-motion:reduce){#s{animation:none}}@keyframes s{",
        (count - 1) * (size_t)width,
        whole);
    for (size_t i = 0; i < count; i++)
        fprintf(file,
            "%.3f%%{transform:translateX(-%zupx)}",
            (double)(i * EACH) * 100 / (double)whole,
            i * (size_t)width);
    fputs("}</style>\n", file);
}

static void write_window(FILE *file, const struct picture *picture)
{
    const struct size size = size_of(picture);

    fprintf(file,
        "<rect width=\"%d\" height=\"%d\" rx=\"10\" fill=\"#0d1117\"/>\n"
        "<circle cx=\"22\" cy=\"17\" r=\"6\" fill=\"#ff5f57\"/>"
        "<circle cx=\"42\" cy=\"17\" r=\"6\" fill=\"#febc2e\"/>"
        "<circle cx=\"62\" cy=\"17\" r=\"6\" fill=\"#28c840\"/>"
        "<text class=\"t\" x=\"%d\" y=\"21\">%s</text>\n",
        size.width,
        size.height,
        size.width / 2,
        xml_text(picture->arena, picture->title));
}

/* Lines that are used, each once. */
static void write_lines(FILE *file, const struct picture *picture)
{
    bool *used = arena_array(picture->arena, picture->line_count + 1, sizeof(*used));

    for (size_t i = 0; i < picture->count; i++)
        for (size_t row = 0; chosen(picture, i) && row < picture->screens[i].count; row++)
            used[picture->screens[i].lines[row]] = true;
    fputs("<defs>\n", file);
    for (size_t i = 0; i < picture->line_count; i++)
        if (used[i] && picture->lines[i][0] != '\0')
            fprintf(file, "<text id=\"l%zu\">%s</text>\n", i, picture->lines[i]);
    fputs("</defs>\n", file);
}

static void write_screen(FILE *file, const struct picture *picture, size_t index, size_t place)
{
    const struct picture_screen *screen = &picture->screens[index];

    fprintf(file, "<g transform=\"translate(%zu)\">", place * (size_t)size_of(picture).width);
    for (size_t row = 0; row < screen->count; row++)
        if (picture->lines[screen->lines[row]][0] != '\0')
            fprintf(file, "<use href=\"#l%zu\" y=\"%zu\"/>", screen->lines[row], row * ROW);
    fputs("</g>\n", file);
}

static void write_file(FILE *file, const struct picture *picture)
{
    const struct size size = size_of(picture);
    const size_t count = chosen_count(picture);
    size_t place = 0;

    fprintf(file,
        "<svg xmlns=\"http://www.w3.org/2000/svg\" width=\"%d\" height=\"%d\" "
        "viewBox=\"0 0 %d %d\" role=\"img\" aria-label=\"%s\">\n",
        size.width,
        size.height,
        size.width,
        size.height,
        xml_text(picture->arena, picture->title));
    write_style(file, picture, count);
    write_window(file, picture);
    write_lines(file, picture);
    fprintf(file,
        "<svg x=\"%d\" y=\"%d\" width=\"%d\" height=\"%zu\"><g id=\"s\"><g "
        "transform=\"translate(0 %d)\">\n",
        MARGIN,
        BAR,
        size.width - MARGIN,
        picture->rows * ROW + 6,
        ROW - 4);
    for (size_t i = 0; i < picture->count; i++)
        if (chosen(picture, i))
            write_screen(file, picture, i, place++);
    fputs("</g></g></svg>\n</svg>\n", file);
}

bool picture_save(const struct picture *picture, const char *path)
{
    FILE *file = picture->count == 0 ? NULL : fopen(path, "w");

    if (picture->count == 0) {
        complain("there is nothing to make a picture of");
        return false;
    }
    if (file != NULL) {
        write_file(file, picture);
        if (fclose(file) == 0)
            return true;
    }
    complain("cannot write %s: %s", path, strerror(errno));
    return false;
}
