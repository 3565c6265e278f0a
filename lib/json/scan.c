#include "scan.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "fault.h"
#include "models.h"
#include "plain.h"

/* RFC 8259, in one pass that makes no values. jansson's own parser asks for its input byte by byte,
 * which is most of the time that a hook takes, and cannot leave alone what nobody reads. */

enum { DEFAULT_DEPTH = 256, DEEPEST = 2048 };

struct scanner {
    struct arena *arena;
    const char *text, *end;
    struct json_node *nodes;
    uint32_t count, capacity;
    int depth, deepest;
    bool pass;         /* over what hardly anybody reads */
    uint32_t oddities; /* what json_write() would write otherwise, so far */
    const char *why;   /* what is wrong */
    const char *wrong_at;
    /* Objects of one kind are alike, and each is compared with one before it. */
    struct json_models *models;
    struct json_model like; /* the model of the object that is being scanned, or none */
    uint32_t alike;         /* the text goes on like the model's up to this offset of the model's */
    uint32_t shift;         /* and is that far behind it */
    bool becomes_model;     /* the object that is being scanned is the first of its kind */
    bool better_model;      /* it has nodes of what was passed over in the model */
    bool passes;            /* over the value that is being scanned: its nodes are dropped */
};

/* Not a node: there is nothing alike in the model. */
enum { NO_TWIN = JSON_MOST_NODES };

/* Those that scan something take the place of its first byte, and return the one behind the last,
 * or NULL where it is not right. `twin` is the node of the model that the value may be like. */
static const char *scan_value(struct scanner *scanner, const char *at, uint32_t twin);

static const char *wrong(struct scanner *scanner, const char *at, const char *why)
{
    if (scanner->why == NULL) {
        scanner->wrong_at = at;
        scanner->why = at < scanner->end ? why : "ends too early";
    }
    return NULL;
}

static const char *skip_spaces(struct scanner *scanner, const char *at)
{
    const char *first = at, *end = scanner->end;

    while (at < end && (*at == ' ' || *at == '\n' || *at == '\r' || *at == '\t'))
        at++;
    scanner->oddities += at > first;
    return at;
}

/* The next byte that is no space, or the end. */
static inline const char *skip_space(struct scanner *scanner, const char *at)
{
    return at < scanner->end && *at <= ' ' ? skip_spaces(scanner, at) : at;
}

static inline bool is_at(const struct scanner *scanner, const char *at, char byte)
{
    return at < scanner->end && *at == byte;
}

/* Room for that many nodes. 64 MiB of "[],[],..." would become gigabytes. */
static __attribute__((noinline)) bool grow(struct scanner *scanner, uint32_t capacity)
{
    struct json_node *nodes = arena_try(scanner->arena, capacity * sizeof(*nodes));

    if (nodes == NULL)
        return wrong(scanner, scanner->text, "needs more memory than one request may use") != NULL;
    if (scanner->count > 0)
        memcpy(nodes, scanner->nodes, scanner->count * sizeof(*nodes));
    if (scanner->models != NULL)
        models_move(scanner->models, scanner->nodes, nodes);
    if (scanner->like.nodes != NULL && scanner->like.nodes == scanner->nodes)
        scanner->like.nodes = nodes;
    scanner->nodes = nodes;
    scanner->capacity = capacity;
    return true;
}

/* Makes room for a node, whose index is then scanner->count - 1. */
static inline bool add_node(struct scanner *scanner)
{
    if (scanner->count == scanner->capacity && !grow(scanner, 2 * scanner->capacity))
        return false;
    scanner->count++;
    return true;
}

/* Fills the node at `index`, which ends here with all that is inside. */
static inline const char *end_node(struct scanner *scanner, uint32_t index, const char *start,
    const char *end, uint32_t marks)
{
    scanner->nodes[index] = (struct json_node){.start = (uint32_t)(start - scanner->text),
        .end = (uint32_t)(end - scanner->text),
        .next = scanner->count & JSON_MOST_NODES,
        .marks = marks & 3};
    return end;
}

/* --- strings --- */

/* Length of the UTF-8 sequence at `at`, 0 where it is none (RFC 3629: no overlong forms, no
 * surrogates, nothing above U+10FFFF). */
static size_t utf8_length(const char *text, const char *end)
{
    const unsigned char *at = (const unsigned char *)text;
    size_t left = (size_t)(end - text), length;

    if (at[0] < 0xc2 || at[0] > 0xf4)
        return 0;
    length = at[0] < 0xe0 ? 2 : at[0] < 0xf0 ? 3 : 4;
    if (left < length)
        return 0;
    for (size_t i = 1; i < length; i++)
        if ((at[i] & 0xc0) != 0x80)
            return 0;
    if ((at[0] == 0xe0 && at[1] < 0xa0) || (at[0] == 0xed && at[1] > 0x9f) ||
        (at[0] == 0xf0 && at[1] < 0x90) || (at[0] == 0xf4 && at[1] > 0x8f))
        return 0;
    return length;
}

/* Four hex digits, or -1. */
static int32_t hex4(const char *at, const char *end)
{
    int32_t value = 0;

    if (end - at < 4)
        return -1;
    for (int i = 0; i < 4; i++) {
        const char *digits = "0123456789abcdef0123456789ABCDEF";
        const char *digit = at[i] == '\0' ? NULL : strchr(digits, at[i]);

        if (digit == NULL)
            return -1;
        value = value * 16 + (int32_t)((digit - digits) % 16);
    }
    return value;
}

/* Those that json_write() writes: what HTML gives a meaning to, in lower case. */
static bool is_canonical_unicode(const char *digits)
{
    return memcmp(digits, "003c", 4) == 0 || memcmp(digits, "003e", 4) == 0 ||
           memcmp(digits, "0026", 4) == 0;
}

/* The string ends somewhere. */
static bool has_quote(const char *at, const char *end)
{
    return memchr(at, '"', (size_t)(end - at)) != NULL;
}

/* \uXXXX, or a pair of them for what is above U+FFFF; `at` is at the backslash. The byte behind it,
 * or NULL. */
static const char *scan_unicode(struct scanner *scanner, const char *at)
{
    const char *end = scanner->end;
    int32_t code = hex4(at + 2, end), low;

    if (code < 0)
        return wrong(scanner, has_quote(at, end) ? at : end, "invalid escape");
    if (code == 0)
        return wrong(scanner, at, "a string must not have a NUL character");
    scanner->oddities += !is_canonical_unicode(at + 2);
    if (code < 0xd800 || code > 0xdfff)
        return at + 6;
    low = end - at >= 12 && at[6] == '\\' && at[7] == 'u' ? hex4(at + 8, end) : -1;
    if (code > 0xdbff || low < 0xdc00 || low > 0xdfff)
        return wrong(scanner, at, "half of a surrogate pair");
    return at + 12;
}

/* The byte behind the escape at `at`, or NULL. */
static inline const char *scan_escape(struct scanner *scanner, const char *at)
{
    if (scanner->end - at < 2)
        return wrong(scanner, scanner->end, NULL);
    switch (at[1]) {
    case '"':
    case '\\':
    case 'b':
    case 'f':
    case 'n':
    case 'r':
    case 't':
        return at + 2;
    case '/':
        scanner->oddities++;
        return at + 2;
    case 'u':
        return scan_unicode(scanner, at);
    default:
        return wrong(scanner, at, "invalid escape");
    }
}

/* The byte behind what is neither plain, an escape nor a quote, or NULL. */
static const char *scan_special(struct scanner *scanner, const char *at)
{
    size_t length = 1;

    if ((unsigned char)*at < 0x20)
        return wrong(scanner, at, "a control character in a string must be escaped");
    if ((unsigned char)*at >= 0x80)
        length = utf8_length(at, scanner->end);
    if (length == 0)
        return wrong(scanner, at, "is not UTF-8");
    /* U+2028 and U+2029, which would be escaped, begin with 0xe2. */
    scanner->oddities += length == 1 || *at == '\xe2';
    return at + length;
}

static __attribute__((noinline)) const char *scan_any_string(struct scanner *scanner,
    const char *start)
{
    const char *at = start + 1, *end = scanner->end;
    const uint32_t before = scanner->oddities;
    bool escapes = false;
    uint32_t marks;

    if (!add_node(scanner))
        return NULL;
    while ((at = skip_quoted(at, end, &escapes)) < end && *at != '"') {
        if (*at == '\\') {
            escapes = true;
            at = scan_escape(scanner, at);
        } else {
            at = scan_special(scanner, at);
        }
        if (at == NULL)
            return NULL;
    }
    if (at == end)
        return wrong(scanner, end, NULL);
    marks = (escapes ? JSON_ESCAPES : 0) | (scanner->oddities != before ? JSON_ODD : 0);
    return end_node(scanner, scanner->count - 1, start, at + 1, marks);
}

/* A string becomes a node. Most are short and plain. */
static inline const char *scan_string(struct scanner *scanner, const char *start)
{
    const char *at = skip_plain_start(start + 1, scanner->end);

    if (at == scanner->end || *at != '"')
        return scan_any_string(scanner, start);
    return add_node(scanner) ? end_node(scanner, scanner->count - 1, start, at + 1, 0) : NULL;
}

/* --- numbers and words --- */

static const char *skip_digits(const char *at, const char *end)
{
    while (at < end && *at >= '0' && *at <= '9')
        at++;
    return at;
}

/* The end of a number, or NULL where it is none. */
static const char *number_end(struct scanner *scanner, const char *at, bool *real)
{
    const char *end = scanner->end, *digits;

    *real = false;
    digits = at += *at == '-';
    at = skip_digits(at, end);
    if (at == digits || (*digits == '0' && at > digits + 1))
        return wrong(scanner, digits, "is not a number");
    if (at < end && *at == '.') {
        *real = true;
        digits = ++at;
        at = skip_digits(at, end);
        if (at == digits)
            return wrong(scanner, at, "is not a number");
    }
    if (at < end && (*at == 'e' || *at == 'E')) {
        *real = true;
        at++;
        if (at < end && (*at == '+' || *at == '-'))
            at++;
        digits = at;
        at = skip_digits(at, end);
        if (at == digits)
            return wrong(scanner, at, "is not a number");
    }
    return at;
}

/* Integers of so many digits fit into 64 bits. */
enum { SURELY_INTEGER = 18 };

static const char *scan_number(struct scanner *scanner, const char *start)
{
    bool real, odd;
    const char *end = number_end(scanner, start, &real);

    /* Something that is no part of it must follow, where strtod() stops. */
    if (end == NULL || end == scanner->end || !add_node(scanner))
        return wrong(scanner, scanner->end, NULL);
    odd = real || end - start > SURELY_INTEGER;
    if (odd && !isfinite(strtod(start, NULL)))
        return wrong(scanner, start, "is a number that is too large");
    odd = odd || (*start == '-' && start[1] == '0');
    scanner->oddities += odd;
    return end_node(scanner, scanner->count - 1, start, end, odd ? JSON_ODD : 0);
}

static const char *scan_word(struct scanner *scanner, const char *at, const char *word)
{
    size_t length = strlen(word);

    if ((size_t)(scanner->end - at) < length || memcmp(at, word, length) != 0)
        return wrong(scanner, at, "expected a value");
    return add_node(scanner) ? end_node(scanner, scanner->count - 1, at, at + length, 0) : NULL;
}

/* --- keys --- */

static const char *key_text(const struct scanner *scanner, const struct json_node *key)
{
    size_t length;
    const char *text = json_node_text(scanner->arena, scanner->text, key, &length);

    return text_copy(scanner->arena, text, length);
}

/* Both are strings, with their quotes. Go sorts the keys of what it writes. */
static inline bool comes_after(const char *key, const char *end, const char *before,
    const char *before_end)
{
    do {
        key++;
        before++;
    } while (key < end - 1 && before < before_end - 1 && *key == *before);
    return key < end - 1 &&
           (before == before_end - 1 || (unsigned char)*before < (unsigned char)*key);
}

struct key_place {
    const char *key;
    uint32_t start;
};

static int by_key(const void *a, const void *b)
{
    const struct key_place *left = a, *right = b;
    int order = strcmp(left->key, right->key);

    return order != 0 ? order : left->start < right->start ? -1 : left->start > right->start;
}

static size_t count_keys(const struct scanner *scanner, uint32_t mapping)
{
    size_t keys = 0;

    for (uint32_t at = mapping + 1; at < scanner->count; at = scanner->nodes[at + 1].next)
        keys++;
    return keys;
}

/* Of the keys of the mapping at `mapping`, which are not sorted. Its nodes are the last ones. */
static bool check_keys(struct scanner *scanner, uint32_t mapping)
{
    const size_t keys = count_keys(scanner, mapping);
    struct key_place *places = arena_array(scanner->arena, keys + 1, sizeof(*places));
    const struct key_place *first = NULL;
    uint32_t at = mapping + 1;

    for (size_t i = 0; i < keys; i++) {
        places[i] =
            (struct key_place){key_text(scanner, &scanner->nodes[at]), scanner->nodes[at].start};
        at = scanner->nodes[at + 1].next;
    }
    qsort(places, keys, sizeof(*places), by_key);
    for (size_t i = 1; i < keys; i++) {
        if (strcmp(places[i - 1].key, places[i].key) == 0 &&
            (first == NULL || places[i].start < first->start))
            first = &places[i];
    }
    if (first == NULL)
        return true;
    wrong(scanner,
        scanner->text + first->start,
        fmt(scanner->arena,
            "duplicate key %s",
            json_brief(scanner->arena, json_string(first->key))));
    return false;
}

/* --- the beginning and end of mappings and lists --- */

static bool goes_deeper(struct scanner *scanner, const char *at)
{
    if (scanner->depth == scanner->deepest) {
        wrong(scanner, at, fmt(scanner->arena, "nests deeper than %d", scanner->deepest));
        return false;
    }
    scanner->depth++;
    return add_node(scanner);
}

/* `end` is at the closing bracket. */
static const char *end_collection(struct scanner *scanner, uint32_t index, const char *start,
    const char *end, uint32_t oddities)
{
    scanner->depth--;
    return end_node(scanner, index, start, end + 1, scanner->oddities == oddities ? 0 : JSON_ODD);
}

/* --- what is like the model --- */

/* The text at `at` is that of the model's node, or has no more than other texts in it. Texts are
 * compared once, as far as they are alike; what is inside of them then need not be. */
static bool is_same(struct scanner *scanner, const char *at, const struct json_node *node)
{
    const struct json_model *like = &scanner->like;
    const uint32_t shift = (uint32_t)(at - scanner->text) - node->start;

    if (shift != scanner->shift || node->start >= scanner->alike) {
        size_t left = (size_t)(scanner->end - at), most = like->end - node->start;

        scanner->shift = shift;
        scanner->alike =
            node->start + (uint32_t)models_alike(like, node->start, at, left < most ? left : most);
    }
    return node->end <= scanner->alike;
}

/* Nodes of the model, for a text that is `shift` behind its text. */
static bool copy_nodes(struct scanner *scanner, uint32_t from, uint32_t to)
{
    const uint32_t first = scanner->count, count = to - from;

    while (scanner->capacity - first < count) {
        if (!grow(scanner, 2 * scanner->capacity))
            return false;
    }
    models_copy_nodes(scanner->nodes + first,
        scanner->like.nodes + from,
        count,
        scanner->shift,
        (int64_t)first - from);
    scanner->count += count;
    return true;
}

/* A value that is that of the model, and as right. */
static const char *copy_value(struct scanner *scanner, const char *at, uint32_t twin)
{
    const struct json_node node = scanner->like.nodes[twin];

    scanner->oddities += (node.marks & JSON_ODD) != 0;
    return copy_nodes(scanner, twin, node.next) ? at + (node.end - node.start) : NULL;
}

/* What ends with its own last byte may be taken from the model; a number may go on. */
static inline bool is_copy(struct scanner *scanner, const char *at, uint32_t twin)
{
    const struct json_node *node = &scanner->like.nodes[twin];
    const char first = scanner->like.text[node->start];

    return (first == '{' || first == '[' || first == '"') && is_same(scanner, at, node);
}

/* Where in a mapping or list of the model the next key or item may be. */
struct twins {
    uint32_t next, end;
    bool odd;        /* the mapping or list is */
    bool same_key;   /* the key is that of the next one, and only the value is another one */
    uint32_t keys;   /* 1 in a mapping, where a value comes behind its key */
    uint32_t copied; /* the node of the last key or item that is one of the model's */
};

static struct twins twins_inside(const struct scanner *scanner, uint32_t twin, char bracket)
{
    struct twins twins = {.next = NO_TWIN, .end = NO_TWIN};
    const struct json_node *node;

    if (twin == NO_TWIN)
        return twins;
    node = &scanner->like.nodes[twin];
    if (scanner->like.text[node->start] != bracket)
        return twins;
    twins.next = twin + 1;
    twins.end = node->next;
    twins.odd = (node->marks & JSON_ODD) != 0;
    twins.keys = bracket == '{';
    return twins;
}

/* Takes from the model as many fields or items as are the same here. The byte behind the last one;
 * `at` where there are none, NULL without memory. */
static const char *copy_same(struct scanner *scanner, const char *at, struct twins *twins)
{
    const struct json_node *nodes = scanner->like.nodes;
    const uint32_t from = twins->next, start = nodes[from].start;
    uint32_t to = from, end = start;

    twins->same_key = false;
    if (!is_same(scanner, at, &nodes[from]))
        return at;
    /* Not only up to the end of a value: a number may go on. */
    while (to != twins->end && nodes[to + twins->keys].end < scanner->alike) {
        twins->copied = scanner->count + (to - from);
        end = nodes[to + twins->keys].end;
        to = nodes[to + twins->keys].next;
    }
    twins->same_key = to == from;
    if (to == from)
        return at;
    scanner->oddities += twins->odd;
    twins->next = to;
    return copy_nodes(scanner, from, to) ? at + (end - start) : NULL;
}

static uint32_t twin_of_item(const struct scanner *scanner, struct twins *twins)
{
    const uint32_t item = twins->next;

    if (item == twins->end)
        return NO_TWIN;
    twins->next = scanner->like.nodes[item].next;
    return item;
}

static bool is_same_key(const struct scanner *scanner, const char *key, size_t length,
    const struct json_node *twin)
{
    return twin->end - twin->start == length &&
           memcmp(key, scanner->like.text + twin->start, length) == 0;
}

/* Keys of the model that may be missing at once. Were all of them looked at for each key, a large
 * model would be looked at as often as there are objects. */
enum { MOST_MISSING = 8 };

/* The model's value of the key that has just been scanned, and ends here. */
static uint32_t twin_of_key(const struct scanner *scanner, struct twins *twins, const char *key,
    const char *end)
{
    const struct json_node *nodes = scanner->like.nodes;
    uint32_t at = twins->next;

    for (int i = 0; i < MOST_MISSING && at != twins->end; i++) {
        const uint32_t value = at + 1;

        at = nodes[value].next;
        if (is_same_key(scanner, key, (size_t)(end - key), &nodes[value - 1])) {
            twins->copied = scanner->count - 1;
            twins->next = at;
            return value;
        }
    }
    return NO_TWIN;
}

/* The byte behind a key that is the model's. */
static const char *copy_key(struct scanner *scanner, const char *at, struct twins *twins)
{
    const uint32_t key = twins->next;

    twins->same_key = false;
    twins->copied = scanner->count;
    twins->next = scanner->like.nodes[key + 1].next;
    return copy_value(scanner, at, key);
}

/* --- keys with their values --- */

/* A value with the space around it. */
static inline const char *scan_item(struct scanner *scanner, const char *at, uint32_t twin)
{
    at = scan_value(scanner, skip_space(scanner, at), twin);
    return at == NULL ? NULL : skip_space(scanner, at);
}

/* Who owns which field, of server-side apply: a third of what the API server says of a Pod, and no
 * hook reads it. */
#define MANAGED_FIELDS "\"managedFields\""

static inline bool is_managed_fields(const char *key, const char *end)
{
    return end - key == sizeof(MANAGED_FIELDS) - 1 &&
           memcmp(key, MANAGED_FIELDS, sizeof(MANAGED_FIELDS) - 1) == 0;
}

/* Scans a mapping or list, and leaves no nodes behind. */
static const char *scan_and_drop(struct scanner *scanner, const char *at, uint32_t twin)
{
    const uint32_t count = scanner->count;

    scanner->passes = true;
    at = scan_value(scanner, at, twin);
    scanner->passes = false;
    scanner->count = count;
    return at;
}

static bool is_passed(const struct scanner *scanner, uint32_t twin)
{
    const struct json_node *node = &scanner->like.nodes[twin];

    return (node->marks & JSON_PASSED) != 0 && scanner->like.text[node->start] != '"';
}

/* The byte behind a mapping or list that has no nodes then, or `at` where it has to be scanned as
 * any other value is: of the second object of a kind, for the third one to be like it. */
static const char *pass(struct scanner *scanner, const char *at, uint32_t twin)
{
    const char *end;

    if (!is_at(scanner, at, '[') && !is_at(scanner, at, '{'))
        return at;
    if (twin != NO_TWIN && is_passed(scanner, twin)) {
        scanner->better_model = true;
        return at;
    }
    if (twin != NO_TWIN)
        return scan_and_drop(scanner, at, twin);
    end = json_pass(at, scanner->end, scanner->deepest - scanner->depth);
    return end == NULL ? at : end;
}

/* A value that is passed over becomes one node. */
static const char *pass_or_scan(struct scanner *scanner, const char *at, uint32_t twin)
{
    const char *end = pass(scanner, at, twin);

    if (end == NULL)
        return NULL;
    if (end == at)
        return scan_item(scanner, at, twin);
    /* A key with escapes may be in another place among its neighbours. */
    scanner->oddities++;
    if (!add_node(scanner))
        return NULL;
    end_node(scanner, scanner->count - 1, at, end, JSON_PASSED | JSON_ODD);
    return skip_space(scanner, end);
}

/* A key; `twin` becomes the model's value. */
static inline const char *scan_key(struct scanner *scanner, const char *key, struct twins *twins,
    uint32_t *twin)
{
    const char *end;

    if (!is_at(scanner, key, '"'))
        return wrong(scanner, key, "expected a key in double quotes");
    if (twins->same_key) {
        *twin = twins->next + 1;
        return copy_key(scanner, key, twins);
    }
    end = scan_string(scanner, key);
    *twin =
        end == NULL || twins->next == twins->end ? NO_TWIN : twin_of_key(scanner, twins, key, end);
    return end;
}

/* The value of a key that ends at `end`. */
static inline const char *scan_behind_key(struct scanner *scanner, const char *key, const char *end,
    uint32_t twin)
{
    const char *at = skip_space(scanner, end);

    if (!is_at(scanner, at, ':'))
        return wrong(scanner, at, "expected ':'");
    if (scanner->pass && !scanner->passes && is_managed_fields(key, end))
        return pass_or_scan(scanner, at + 1, twin);
    return scan_item(scanner, at + 1, twin);
}

/* A key and its value. */
static inline const char *scan_field(struct scanner *scanner, const char *at, struct twins *twins)
{
    uint32_t twin;
    const char *end = scan_key(scanner, at, twins, &twin);

    return end == NULL ? NULL : scan_behind_key(scanner, at, end, twin);
}

/* --- mappings and lists --- */

/* The keys of a mapping so far. */
struct keys {
    uint32_t last; /* index of the last one; 0: there is none, for none is the first of all nodes */
    bool ascend;  /* as texts, each of which is the only one of what it says: so none is there twice
                   */
    bool escapes; /* some have any, so in what is written they may be in another order */
    bool copied;  /* the last one is one of the model's */
};

static bool next_ascends(const struct scanner *scanner, uint32_t last, uint32_t next)
{
    const struct json_node *before = &scanner->nodes[last], *key = &scanner->nodes[next];
    const char *text = scanner->text;

    return (key->marks & JSON_ODD) == 0 && (last == 0 || comes_after(text + key->start,
                                                             text + key->end,
                                                             text + before->start,
                                                             text + before->end));
}

/* Those from the node `index` on are new. Where nothing of a mapping of the model is odd its keys
 * ascend, and those here do that are among them, which are those up to `copied`. */
static inline void look_at_keys(const struct scanner *scanner, struct keys *keys, uint32_t index,
    uint32_t copied)
{
    if (!(keys->copied && copied >= index))
        keys->ascend = keys->ascend && next_ascends(scanner, keys->last, index);
    if (copied > index)
        index = copied;
    for (;;) {
        keys->escapes = keys->escapes || (scanner->nodes[index].marks & JSON_ESCAPES) != 0;
        keys->last = index;
        index = scanner->nodes[index + 1].next;
        if (index == scanner->count)
            break;
        keys->ascend = keys->ascend && next_ascends(scanner, keys->last, index);
    }
    keys->copied = copied >= keys->last;
}

/* One field, or as many as are the same in the model. */
static inline const char *scan_fields(struct scanner *scanner, const char *at, struct twins *twins)
{
    const char *end = at;

    if (twins->next != twins->end)
        end = copy_same(scanner, at, twins);
    if (end == NULL)
        return NULL;
    return end > at ? skip_space(scanner, end) : scan_field(scanner, at, twins);
}

/* `at` is behind its last value. */
static const char *end_mapping(struct scanner *scanner, uint32_t mapping, const char *start,
    const char *at, uint32_t oddities, bool ascend, bool escapes)
{
    if (!is_at(scanner, at, '}'))
        return wrong(scanner, at, "expected ',' or '}'");
    scanner->oddities += !ascend || escapes;
    if (!ascend && !check_keys(scanner, mapping))
        return NULL;
    return end_collection(scanner, mapping, start, at, oddities);
}

/* One that is like none of a model, as all are in the first object of each kind: nothing is copied,
 * and the keys are compared as they come. Without it a request of three tablets took 5 % more. */
static const char *scan_new_mapping(struct scanner *scanner, const char *start)
{
    const uint32_t mapping = scanner->count, oddities = scanner->oddities;
    const char *at = start + 1, *before = NULL, *before_end = NULL;
    bool ascend = true, escapes = false;

    if (!goes_deeper(scanner, start))
        return NULL;
    at = skip_space(scanner, at);
    if (is_at(scanner, at, '}'))
        return end_collection(scanner, mapping, start, at, oddities);
    for (;;) {
        const char *key = at, *end;
        uint32_t marks;

        if (!is_at(scanner, key, '"'))
            return wrong(scanner, key, "expected a key in double quotes");
        end = scan_string(scanner, key);
        if (end == NULL)
            return NULL;
        marks = scanner->nodes[scanner->count - 1].marks;
        escapes = escapes || (marks & JSON_ESCAPES) != 0;
        ascend = ascend && (marks & JSON_ODD) == 0 &&
                 (before == NULL || comes_after(key, end, before, before_end));
        before = key;
        before_end = end;
        at = scan_behind_key(scanner, key, end, NO_TWIN);
        if (at == NULL)
            return NULL;
        if (!is_at(scanner, at, ','))
            break;
        at = skip_space(scanner, at + 1);
    }
    return end_mapping(scanner, mapping, start, at, oddities, ascend, escapes);
}

static const char *scan_mapping(struct scanner *scanner, const char *start, uint32_t twin)
{
    const uint32_t mapping = scanner->count, oddities = scanner->oddities;
    struct twins twins = twins_inside(scanner, twin, '{');
    struct keys keys = {0, true, false, false};
    const char *at;

    if (!goes_deeper(scanner, start))
        return NULL;
    at = skip_space(scanner, start + 1);
    if (is_at(scanner, at, '}'))
        return end_collection(scanner, mapping, start, at, oddities);
    for (;;) {
        const uint32_t index = scanner->count;

        at = scan_fields(scanner, at, &twins);
        if (at == NULL)
            return NULL;
        look_at_keys(scanner, &keys, index, twins.odd ? 0 : twins.copied);
        if (!is_at(scanner, at, ','))
            break;
        at = skip_space(scanner, at + 1);
    }
    return end_mapping(scanner, mapping, start, at, oddities, keys.ascend, keys.escapes);
}

/* One item, or as many as are the same in the model. */
static inline const char *scan_items(struct scanner *scanner, const char *at, struct twins *twins)
{
    const char *end;

    if (twins->next == twins->end)
        return scan_item(scanner, at, NO_TWIN);
    at = skip_space(scanner, at);
    end = copy_same(scanner, at, twins);
    if (end == NULL)
        return NULL;
    return end > at ? skip_space(scanner, end)
                    : scan_item(scanner, at, twin_of_item(scanner, twins));
}

static const char *scan_list(struct scanner *scanner, const char *start, uint32_t twin)
{
    const uint32_t list = scanner->count, oddities = scanner->oddities;
    struct twins twins = twins_inside(scanner, twin, '[');
    const char *at;

    if (!goes_deeper(scanner, start))
        return NULL;
    at = skip_space(scanner, start + 1);
    if (is_at(scanner, at, ']'))
        return end_collection(scanner, list, start, at, oddities);
    for (;;) {
        at = scan_items(scanner, at, &twins);
        if (at == NULL)
            return NULL;
        if (!is_at(scanner, at, ','))
            break;
        at++;
    }
    if (!is_at(scanner, at, ']'))
        return wrong(scanner, at, "expected ',' or ']'");
    return end_collection(scanner, list, start, at, oddities);
}

/* --- objects --- */

/* Of so many bytes more or less it is of another pool, as those that follow most likely are. */
enum { OTHER_SIZE = 64 };

static bool has_other_size(const struct json_node *object, const struct json_model *model)
{
    const uint32_t size = object->end - object->start;
    const uint32_t like = model->end - model->nodes[model->node].start;

    return size > like + OTHER_SIZE || size + OTHER_SIZE < like;
}

static const char *scan_like(struct scanner *scanner, const char *at, struct json_model *model)
{
    const uint32_t node = scanner->count;

    scanner->like = *model;
    scanner->alike = 0;
    scanner->better_model = false;
    at = scan_mapping(scanner, at, model->node);
    scanner->like = (struct json_model){NULL, NULL, 0, 0, 0};
    if (at != NULL && (scanner->better_model || has_other_size(&scanner->nodes[node], model)))
        *model = model_of(scanner->text, scanner->nodes, node, scanner->depth);
    return at;
}

/* The first object of a kind, which the others will be compared with. */
static const char *scan_model(struct scanner *scanner, const char *at)
{
    const uint32_t node = scanner->count;

    scanner->becomes_model = true;
    at = scan_new_mapping(scanner, at);
    scanner->becomes_model = false;
    if (at != NULL)
        models_add(scanner->models, model_of(scanner->text, scanner->nodes, node, scanner->depth));
    return at;
}

static const char *scan_object(struct scanner *scanner, const char *at)
{
    struct json_model *model;

    if (scanner->models == NULL || scanner->becomes_model || scanner->like.nodes != NULL ||
        !models_may_have(at, scanner->end))
        return scan_new_mapping(scanner, at);
    model = models_find(scanner->models, at, scanner->end, scanner->depth);
    if (model != NULL)
        return scan_like(scanner, at, model);
    return scanner->models->count < MOST_MODELS ? scan_model(scanner, at)
                                                : scan_new_mapping(scanner, at);
}

static const char *scan_value(struct scanner *scanner, const char *at, uint32_t twin)
{
    if (twin != NO_TWIN && is_copy(scanner, at, twin))
        return copy_value(scanner, at, twin);
    switch (at < scanner->end ? *at : '\0') {
    case '{':
        return twin == NO_TWIN ? scan_object(scanner, at) : scan_mapping(scanner, at, twin);
    case '[':
        return scan_list(scanner, at, twin);
    case '"':
        return scan_string(scanner, at);
    case 't':
        return scan_word(scanner, at, "true");
    case 'f':
        return scan_word(scanner, at, "false");
    case 'n':
        return scan_word(scanner, at, "null");
    case '-':
    case '0':
    case '1':
    case '2':
    case '3':
    case '4':
    case '5':
    case '6':
    case '7':
    case '8':
    case '9':
        return scan_number(scanner, at);
    default:
        return wrong(scanner, at, "expected a value");
    }
}

static bool scan_document(struct scanner *scanner)
{
    const char *at = skip_space(scanner, scanner->text);

    if (!is_at(scanner, at, '{') && !is_at(scanner, at, '['))
        return wrong(scanner, at, "expected '{' or '['") != NULL;
    at = scan_value(scanner, at, NO_TWIN);
    if (at == NULL)
        return false;
    at = skip_space(scanner, at);
    return at == scanner->end || wrong(scanner, at, "expected nothing more") != NULL;
}

/* Bytes that a value or key of a request takes on the average, less a little. */
enum { BYTES_A_NODE = 16 };

const struct json_node *json_scan(struct arena *arena, const char *text, size_t length, int depth,
    struct json_models *models, struct json_fault *fault)
{
    struct scanner scanner = {
        .arena = arena,
        .text = text,
        .end = text + length,
        .pass = models != NULL,
        .models = models,
        .deepest = depth > DEEPEST ? DEEPEST
                   : depth > 0     ? depth
                                   : DEFAULT_DEPTH,
    };

    if (length > JSON_LONGEST_TEXT) {
        fault_at(fault, text, 1, "is longer than 512 MiB");
        return NULL;
    }
    if (grow(&scanner, (uint32_t)(length / BYTES_A_NODE) + 8) && scan_document(&scanner))
        return scanner.nodes;
    fault_at(fault, text, (size_t)(scanner.wrong_at - text) + 1, scanner.why);
    return NULL;
}
