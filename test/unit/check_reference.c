#include "testing.h"

#include "spec.h"

struct thing {
    const char *text;
    uint32_t count;
    bool flag;
    const json_t *json;
    struct thing *part;
    SPEC_ITEMS(struct thing) items;
};

static const char *const policies[] = {"Retain", "Delete", NULL};

static const struct spec_field part_fields[] = {
    SPEC(struct thing, flag, "on", "On.", .fallback = "true"),
    SPEC_PATH(struct thing, text),
    SPEC_RULE(NULL, "has(self.on)", "it must be on"),
    SPEC_END};

static const struct spec_field thing_fields[] = {
    SPEC(struct thing, text, "policy", "A|B.", .values = policies, .fallback = "\"Retain\""),
    SPEC(struct thing, text, "name", "Name.", .required = true, .format = &spec_dns_label),
    SPEC(struct thing, count, "size", "Size.", .min = 1, .max = 5),
    SPEC(struct thing, count, "least", "Least.", .min = 2, .immutable = "do not"),
    SPEC(struct thing, count, "any", "Any."),
    SPEC(struct thing, json, "labels", "Labels.", .shape = SPEC_TEXT_MAP),
    SPEC(struct thing, text, "hidden", "Hidden.", .internal = true),
    SPEC_EACH(struct thing, items, "items", "Items.", part_fields),
    SPEC_STRUCT(struct thing, part, "part", "Part.", part_fields),
    SPEC_END};

START_TEST(each_table_once)
{
    struct text out = {.arena = arena};

    spec_reference(&out, thing_fields, "spec");
    ck_assert_str_eq(text_string(&out),
        "#### `spec`\n"
        "\n"
        "| field | type | default | meaning |\n"
        "| --- | --- | --- | --- |\n"
        "| `policy` | text | `\"Retain\"` | A\\|B. One of `Retain`, `Delete`. |\n"
        "| `name` | text | required | Name. It must be a DNS label such as \"zone1\". |\n"
        "| `size` | whole number |  | Size. From 1 to 5. |\n"
        "| `least` | whole number |  | Least. At least 2. Cannot be changed. |\n"
        "| `any` | whole number |  | Any. |\n"
        "| `labels` | map of text |  | Labels. |\n"
        "| `items` | list of mappings |  | Items. See `spec.items[]`. |\n"
        "| `part` | mapping |  | Part. See `spec.items[]`. |\n"
        "\n"
        "#### `spec.items[]`\n"
        "\n"
        "| field | type | default | meaning |\n"
        "| --- | --- | --- | --- |\n"
        "| `on` | true or false | `true` | On. |\n"
        "\n"
        "Rules:\n"
        "\n"
        "- it must be on\n");
}
END_TEST

START_TEST(every_shape_has_a_name)
{
    static const struct {
        enum spec_shape shape;
        const char *name;
    } rows[] = {
        {SPEC_ANY, "anything"},
        {SPEC_TEXT_MAP, "map of text"},
        {SPEC_FLAG_MAP, "map of flags"},
        {SPEC_TEXT, "text"},
        {SPEC_NUMBER, "whole number"},
        {SPEC_SWITCH, "true or false"},
        {SPEC_PORT, "port"},
        {SPEC_QUANTITY, "quantity"},
        {SPEC_OBJECT_MAP, "map of mappings"},
        {SPEC_NUMBER_LIST, "list of whole numbers"},
        {SPEC_OBJECT, "mapping"},
        {SPEC_OBJECT_LIST, "list of mappings"},
        {SPEC_TEXT_LIST, "list of text"},
        {SPEC_QUANTITY_MAP, "map of quantities"},
    };

    for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
        const struct spec_field fields[] = {
            SPEC(struct thing, json, "x", "X.", .shape = rows[i].shape),
            SPEC_END};
        struct text out = {.arena = arena};

        spec_reference(&out, fields, "spec");
        ck_assert_ptr_nonnull(strstr(text_string(&out), fmt(arena, "| `x` | %s |", rows[i].name)));
    }
}
END_TEST

static void tests(TCase *tcase)
{
    tcase_add_test(tcase, each_table_once);
    tcase_add_test(tcase, every_shape_has_a_name);
}

TEST_MAIN(tests)
