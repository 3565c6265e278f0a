#include "models.h"

#include "plain.h"

#ifdef __SSE2__
#include <emmintrin.h>
#endif

/* The nodes of an object: itself, "apiVersion", its value, "kind", its value. */
enum { KIND_KEY = 3, KIND = 4 };

/* Longer ones are no kinds; each object is compared with each model that far. */
enum { LONGEST_HEAD = 256 };

/* Bytes from the opening bracket to the end of the kind. */
static size_t head_length(const struct json_node *object)
{
    return object[KIND].end - object->start;
}

struct json_model *models_find(struct json_models *models, const char *at, const char *end,
    int depth)
{
    for (size_t i = 0; i < models->count; i++) {
        struct json_model *model = &models->at[i];
        const struct json_node *object = model->nodes + model->node;
        size_t length = head_length(object);

        if (depth <= model->depth && (size_t)(end - at) > length &&
            memcmp(at, model->text + object->start, length) == 0)
            return model;
    }
    return NULL;
}

static bool is_kind(const char *text, const struct json_node *key)
{
    static const char kind[] = "\"kind\"";

    return key->end - key->start == sizeof(kind) - 1 &&
           memcmp(text + key->start, kind, sizeof(kind) - 1) == 0;
}

void models_add(struct json_models *models, struct json_model model)
{
    const struct json_node *object = model.nodes + model.node;

    if (models->count < MOST_MODELS && object->next - model.node > KIND &&
        is_kind(model.text, object + KIND_KEY) && head_length(object) <= LONGEST_HEAD)
        models->at[models->count++] = model;
}

void models_move(struct json_models *models, const struct json_node *from,
    const struct json_node *to)
{
    for (size_t i = 0; i < models->count; i++) {
        if (models->at[i].nodes == from)
            models->at[i].nodes = to;
    }
}

/* --- what is like the model --- */

/* The last node that begins at `offset` or before it, as the one at `first` does. */
static uint32_t node_before(const struct json_node *nodes, uint32_t first, uint32_t end,
    uint32_t offset)
{
    while (end - first > 1) {
        const uint32_t middle = first + (end - first) / 2;

        if (nodes[middle].start <= offset)
            first = middle;
        else
            end = middle;
    }
    return first;
}

static bool is_key(const char *text, const struct json_node *string)
{
    const char *at = text + string->end;

    while (*at == ' ' || *at == '\n' || *at == '\r' || *at == '\t')
        at++;
    return *at == ':';
}

/* An escape has six bytes at most: \u003c. */
enum { LONGEST_ESCAPE = 6 };

/* The byte at `at` of the string that begins at `start` is part of an escape. */
static bool is_escaped(const char *start, const char *at)
{
    const char *last = at - 1, *first;

    while (last > start && at - last < LONGEST_ESCAPE - 1 && *last != '\\')
        last--;
    for (first = last; *first == '\\'; first--)
        ;
    /* Of a run of backslashes each second one means but itself. */
    return (last - first) % 2 == 1 && (at - last == 1 || last[1] == 'u');
}

/* The byte of the model at `offset` is in a string that is no key, and means itself. */
static bool may_differ(const struct json_model *model, const struct json_node *node,
    uint32_t offset)
{
    const char *text = model->text;

    return text[node->start] == '"' && offset < node->end && !is_key(text, node) &&
           !is_escaped(text + node->start, text + offset);
}

size_t models_alike(const struct json_model *model, uint32_t from, const char *at, size_t most)
{
    const struct json_node *nodes = model->nodes;
    const char *like = model->text + from;
    uint32_t node = model->node;
    size_t length = 0;

    for (;;) {
        const char *plain, *own_plain;

        length += common_length(like + length, at + length, most - length);
        plain = skip_plain(like + length, like + most);
        own_plain = skip_plain(at + length, at + most);
        if (plain == like + length || own_plain == at + length)
            return length;
        node = node_before(nodes, node, nodes[model->node].next, from + (uint32_t)length);
        if (!may_differ(model, &nodes[node], from + (uint32_t)length))
            return length;
        length = plain - like < own_plain - at ? (size_t)(plain - like) : (size_t)(own_plain - at);
    }
}

/* --- nodes of what is there again --- */

#ifdef __SSE2__
/* Four nodes are three vectors. On x86 the marks are the high bits of what is added to, so nodes
 * must not move towards the beginning. Returns how many are copied. */
static uint32_t copy_by_four(struct json_node *to, const struct json_node *from, uint32_t count,
    uint32_t shift, uint32_t move)
{
    const int s = (int)shift, m = (int)move;
    const __m128i add[] = {_mm_set_epi32(s, m, s, s),
        _mm_set_epi32(s, s, m, s),
        _mm_set_epi32(m, s, s, m)};
    uint32_t i;

    for (i = 0; count - i >= 4; i += 4) {
        const __m128i *in = (const __m128i *)(const void *)(from + i);
        __m128i *out = (__m128i *)(void *)(to + i);

        _mm_storeu_si128(out, _mm_add_epi32(_mm_loadu_si128(in), add[0]));
        _mm_storeu_si128(out + 1, _mm_add_epi32(_mm_loadu_si128(in + 1), add[1]));
        _mm_storeu_si128(out + 2, _mm_add_epi32(_mm_loadu_si128(in + 2), add[2]));
    }
    return i;
}
#endif

void models_copy_nodes(struct json_node *to, const struct json_node *from, uint32_t count,
    uint32_t shift, int64_t move)
{
    uint32_t i = 0;

#ifdef __SSE2__
    if (move >= 0)
        i = copy_by_four(to, from, count, shift, (uint32_t)move);
#endif
    for (; i < count; i++)
        to[i] = (struct json_node){.start = from[i].start + shift,
            .end = from[i].end + shift,
            .next = (uint32_t)(from[i].next + move) & ((1U << 30) - 1),
            .marks = from[i].marks};
}
