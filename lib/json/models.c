#include "models.h"

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
