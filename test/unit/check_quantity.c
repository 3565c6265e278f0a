#include "testing.h"

#include <limits.h>

#include "metadata.h"

/* What apimachinery 0.34 makes of each: ParseQuantity, and then what it marshals to as it is and
 * after RoundUp(-3), which SetDefaults_ResourceList does in the API server. */
static const struct {
    const char *text, *canonical, *stored;
} rows[] = {
    {"0", "0", "0"},
    {"00", "0", "0"},
    {"0.0", "0", "0"},
    {"0Ki", "0", "0"},
    {"0e5", "0", "0"},
    {"-0", "0", "0"},
    {"1", "1", "1"},
    {"+1", "+1", "+1"},
    {"-1", "-1", "-1"},
    {"007", "007", "007"},
    {"1000", "1k", "1k"},
    {"1024", "1024", "1024"},
    {"1500", "1500", "1500"},
    {"2048", "2048", "2048"},
    {"999999999999999999", "999999999999999999", "999999999999999999"},
    {"9223372036854775807", "9223372036854775807", "9223372036854775807"},
    {"9223372036854775808", "9223372036854775808", "9223372036854775808"},
    {"12345678901234567890", "12345678901234567890", "12345678901234567890"},
    {"100000000000000000000", "100E", "100E"},
    {"1000m", "1", "1"},
    {"500m", "500m", "500m"},
    {"1500m", "1500m", "1500m"},
    {"999m", "999m", "999m"},
    {"1m", "1m", "1m"},
    {"1u", "1u", "1m"},
    {"1n", "1n", "1m"},
    {"0.1n", "1n", "1m"},
    {"0.5n", "1n", "1m"},
    {"1.1n", "2n", "1m"},
    {"100u", "100u", "1m"},
    {"1001u", "1001u", "2m"},
    {"1000000n", "1m", "1m"},
    {"1000000000n", "1", "1"},
    {"0.5", "500m", "500m"},
    {".5", "500m", "500m"},
    {"5.", "5.", "5."},
    {"0.25", "250m", "250m"},
    {"1.5", "1500m", "1500m"},
    {"1.50", "1500m", "1500m"},
    {"1.500", "1.500", "1.500"},
    {"1.5000", "1500m", "1500m"},
    {"0.001", "1m", "1m"},
    {"0.0001", "100u", "1m"},
    {"0.000000001", "1n", "1m"},
    {"0.0000000001", "1n", "1m"},
    {"-0.5n", "-1n", "-1m"},
    {"-1.5", "-1500m", "-1500m"},
    {"1k", "1k", "1k"},
    {"1000k", "1M", "1M"},
    {"1M", "1M", "1M"},
    {"1G", "1G", "1G"},
    {"1T", "1T", "1T"},
    {"1P", "1P", "1P"},
    {"1E", "1E", "1E"},
    {"5E", "5E", "5E"},
    {"0.5k", "500", "500"},
    {"1.5G", "1500M", "1500M"},
    {"1024k", "1024k", "1024k"},
    {"1Ki", "1Ki", "1Ki"},
    {"1Mi", "1Mi", "1Mi"},
    {"1Gi", "1Gi", "1Gi"},
    {"1Ti", "1Ti", "1Ti"},
    {"1Pi", "1Pi", "1Pi"},
    {"1Ei", "1Ei", "1Ei"},
    {"7Ei", "7Ei", "7Ei"},
    {"8Ei", "9223372036854775807", "9223372036854775807"},
    {"9Ei", "9223372036854775807", "9223372036854775807"},
    {"-9Ei", "-9223372036854775807", "-9223372036854775807"},
    {"100Pi", "100Pi", "100Pi"},
    {"1024Ki", "1Mi", "1Mi"},
    {"1024Mi", "1Gi", "1Gi"},
    {"1023Ki", "1023Ki", "1023Ki"},
    {"1000Ki", "1000Ki", "1000Ki"},
    {"8Ki", "8Ki", "8Ki"},
    {"16Gi", "16Gi", "16Gi"},
    {"1536Mi", "1536Mi", "1536Mi"},
    {"0.5Ki", "512", "512"},
    {"0.5Gi", "512Mi", "512Mi"},
    {"1.5Gi", "1536Mi", "1536Mi"},
    {"1.Gi", "1.Gi", "1.Gi"},
    {"1.25Gi", "1280Mi", "1280Mi"},
    {"0.3Mi", "314572800m", "314572800m"},
    {"0.0001Ki", "102400u", "103m"},
    {"1.0001Gi", "1073849198182400u", "1073849198183m"},
    {"-1Gi", "-1Gi", "-1Gi"},
    {"-0.5Ki", "-512", "-512"},
    {"512Ki", "512Ki", "512Ki"},
    {"2097152Ki", "2Gi", "2Gi"},
    {"+1Gi", "+1Gi", "+1Gi"},
    {"12e6", "12e6", "12e6"},
    {"12E6", "12E6", "12E6"},
    {"1e3", "1e3", "1e3"},
    {"1E3", "1E3", "1E3"},
    {"1e+3", "1e+3", "1e+3"},
    {"1e-3", "1e-3", "1e-3"},
    {"1e0", "1e0", "1e0"},
    {"1.5e3", "1500", "1500"},
    {"1e9", "1e9", "1e9"},
    {"1e10", "10e9", "10e9"},
    {"1e-9", "1e-9", "1e-3"},
    {"1e-10", "1e-9", "1e-3"},
    {"1e-12", "1e-9", "1e-3"},
    {"12345e-7", "1234500e-9", "2e-3"},
    {"1e18", "1e18", "1e18"},
    {"1e21", "1e21", "1e21"},
    {"1e30", "1e30", "1e30"},
    {"0.1e1", "1", "1"},
    {"100e1", "1e3", "1e3"},
    {"1e2", "100", "100"},
    {"+1e2", "100", "100"},
    {"0.5E", "500P", "500P"},
    {"1.2M", "1200k", "1200k"},
    {"1001.1m", "1001100u", "1002m"},
};

static const char *stored(const json_t *quantity)
{
    json_t *list = json_new_map(), *resources = json_new_map();

    json_put(list, "cpu", quantity);
    json_put(resources, "limits", list);
    return json_text_at(quantities_canonical(arena, resources), "limits", "cpu");
}

START_TEST(canonical_form)
{
    for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
        ck_assert_msg(quantity_is(rows[i].text), "%s", rows[i].text);
        ck_assert_msg(text_equal(quantity_canonical(arena, rows[i].text), rows[i].canonical),
            "%s is %s, not %s",
            rows[i].text,
            rows[i].canonical,
            quantity_canonical(arena, rows[i].text));
        ck_assert_msg(text_equal(stored(json_string(rows[i].text)), rows[i].stored),
            "%s is stored as %s, not %s",
            rows[i].text,
            rows[i].stored,
            stored(json_string(rows[i].text)));
    }
}
END_TEST

START_TEST(canonical_form_stays)
{
    for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++)
        ck_assert_str_eq(stored(json_string(rows[i].stored)), rows[i].stored);
}
END_TEST

START_TEST(what_is_no_quantity)
{
    static const char *const bad[] = {"",
        "+",
        "-",
        ".",
        "-.",
        "x",
        "1x",
        "1K",
        "1ki",
        "1mi",
        "1KI",
        "1Kib",
        "1i",
        "1e",
        "1e+",
        "1E-",
        "1e1.5",
        "1e5k",
        "1 ",
        " 1",
        "1 k",
        "1,5",
        "1_000",
        "0x1",
        "--1",
        "+-1",
        "1.2.3",
        "1kk",
        "1mKi",
        "Ki",
        "m",
        "1\xc2\xb5",
        "e5",
        "inf",
        "nan",
        /* Beyond what anybody has; apimachinery takes hours or writes "1". */
        "1e101",
        "1e-101",
        "1e999999999999",
        "1000E",
        "1000000P",
        "1000000000000000000000",
        "00000000000000000000000000000000000000000000000000000000000000000"};

    for (size_t i = 0; i < sizeof(bad) / sizeof(bad[0]); i++) {
        ck_assert_msg(!quantity_is(bad[i]), "\"%s\"", bad[i]);
        ck_assert_ptr_null(quantity_canonical(arena, bad[i]));
    }
    ck_assert(!quantity_is(NULL));
    ck_assert_ptr_null(quantity_canonical(arena, NULL));
}
END_TEST

START_TEST(longest_and_largest)
{
    ck_assert_str_eq(quantity_canonical(arena, "1e100"), "10e99");
    ck_assert(quantity_is("123456789012345678901234567890123456789012345678e1"));
    ck_assert(!quantity_is("1234567890123456789012345678901234567890123456789e1"));
    ck_assert(!quantity_is("665555555555555555555555555555555555555555555555555555555555.33"));
    ck_assert_str_eq(quantity_canonical(arena, "-1e-100"), "-1e-9");
    ck_assert_str_eq(quantity_canonical(arena,
                         "99999999999999999999999999999999999999999999999999999999999999Ei"),
        "9223372036854775807");
    ck_assert_str_eq(quantity_canonical(arena, "-99999999999999999999.99999999999n"), "-100G");
}
END_TEST

/* Each one is more than all before it. */
START_TEST(order)
{
    static const char *const ascending[] = {"-1Ei",
        "-1E",
        "-1Gi",
        "-1k",
        "-1",
        "-1m",
        "0",
        "1n",
        "1u",
        "1m",
        "1001u",
        "0.5",
        "999m",
        "1",
        "1.0001",
        "999",
        "1k",
        "1023",
        "1Ki",
        "1025",
        "1M",
        "1Mi",
        "1G",
        "1Gi",
        "1.5Gi",
        "2e9",
        "1T",
        "1Ti",
        "1P",
        "1Pi",
        "1E",
        "1Ei",
        "1e30"};

    for (size_t i = 0; i < sizeof(ascending) / sizeof(ascending[0]); i++) {
        ck_assert_int_eq(quantity_compare(ascending[i], ascending[i]), 0);
        for (size_t j = 0; j < i; j++) {
            ck_assert_int_eq(quantity_compare(ascending[j], ascending[i]), -1);
            ck_assert_int_eq(quantity_compare(ascending[i], ascending[j]), 1);
        }
    }
}
END_TEST

START_TEST(equal_amounts)
{
    static const char *const pairs[][2] = {{"1", "1000m"},
        {"1Gi", "1024Mi"},
        {"1k", "1e3"},
        {"0.5", "500m"},
        {"0", "-0"},
        {"0", "0Gi"},
        {"1.500", "1500m"},
        {"-1Ki", "-1024"}};

    for (size_t i = 0; i < sizeof(pairs) / sizeof(pairs[0]); i++) {
        ck_assert_int_eq(quantity_compare(pairs[i][0], pairs[i][1]), 0);
        ck_assert_int_eq(quantity_compare(pairs[i][1], pairs[i][0]), 0);
    }
}
END_TEST

START_TEST(numbers_are_quantities_too)
{
    ck_assert_str_eq(stored(json_integer(2)), "2");
    ck_assert_str_eq(stored(json_integer(1000)), "1k");
    ck_assert_str_eq(stored(json_real(0.5)), "500m");
    ck_assert_str_eq(stored(json_real(1e21)), "1e+21");
}
END_TEST

START_TEST(resource_lists_anywhere)
{
    const json_t *pod = json_of(
        "{'spec':{'containers':[{'name':'1000m','resources':{'limits':{'cpu':'1000m'},'requests':"
        "{'memory':'1024Mi','cpu':0.1}}},{'name':'x'}]},'status':{'capacity':{'storage':"
        "'1024Gi'},'hard':{'pods':'1000'}},'other':{'cpu':'1000m'}}");

    ck_json(quantities_canonical(arena, pod),
        "{'spec':{'containers':[{'name':'1000m','resources':{'limits':{'cpu':'1'},'requests':"
        "{'memory':'1Gi','cpu':'100m'}}},{'name':'x'}]},'status':{'capacity':{'storage':'1Ti'},"
        "'hard':{'pods':'1k'}},'other':{'cpu':'1000m'}}");
    /* The source is shared and stays as it is. */
    ck_assert_str_eq(json_text_at(pod, "status", "capacity", "storage"), "1024Gi");
}
END_TEST

START_TEST(what_is_no_quantity_stays)
{
    static const char odd[] = "{'limits':{'a':'x','b':null,'c':[1],'d':{}},'requests':['1000m'],"
                              "'capacity':'1000m','hard':{}}";

    ck_json(quantities_canonical(arena, json_of(odd)), odd);
    ck_assert_ptr_null(quantities_canonical(arena, NULL));
    ck_assert(json_is_null(quantities_canonical(arena, json_null())));
}
END_TEST

START_TEST(sums_and_excesses)
{
    static const struct {
        const char *a, *b, *sum, *excess;
    } computed[] = {
        {"0", "0", "0", "0"},
        {"1", "0", "1", "1"},
        {"0", "512Mi", "512Mi", "0"},
        {"512Mi", "512Mi", "1Gi", "0"},
        {"2Gi", "512Mi", "2560Mi", "1536Mi"},
        {"512Mi", "2Gi", "2560Mi", "0"},
        {"1", "900m", "1900m", "100m"},
        {"500m", "1500m", "2", "0"},
        {"999m", "1m", "1", "998m"},
        {"1Gi", "1G", "2073741824", "73741824"},
        {"10Ti", "1", "10995116277761", "10995116277759"},
        {"1e3", "1", "1001", "999"},
        {"100n", "1u", "1100n", "0"},
    };

    for (size_t i = 0; i < sizeof(computed) / sizeof(computed[0]); i++) {
        ck_assert_str_eq(quantity_sum(arena, computed[i].a, computed[i].b), computed[i].sum);
        ck_assert_str_eq(quantity_excess(arena, computed[i].a, computed[i].b), computed[i].excess);
    }
}
END_TEST

/* The largest that can be read, added up until nobody could read it again. */
START_TEST(sums_have_an_end)
{
    const char *sum = "999999999999999999999999999999999999999999999999e100";

    for (int i = 0; i < 200; i++)
        sum = quantity_sum(arena, sum, "999999999999999999999999999999999999999999999999e100");
    ck_assert_ptr_nonnull(sum);
    ck_assert_ptr_nonnull(quantity_excess(arena, sum, "1n"));
}
END_TEST

START_TEST(whole_parts)
{
    static const struct {
        const char *text;
        long long whole;
    } wholes[] = {
        {"1Gi", 1073741824},
        {"1.5", 1},
        {"1500m", 1},
        {"100m", 0},
        {"0", 0},
        {"10k", 10000},
        {"1e3", 1000},
        {"100E", LLONG_MAX},
        {"9223372036854775807", LLONG_MAX},
        {"-1", 0},
        {"many", 0},
    };

    for (size_t i = 0; i < sizeof(wholes) / sizeof(wholes[0]); i++)
        ck_assert_int_eq(quantity_whole(wholes[i].text), wholes[i].whole);
    ck_assert_int_eq(quantity_whole(NULL), 0);
}
END_TEST

static void tests(TCase *tcase)
{
    tcase_add_test(tcase, whole_parts);
    tcase_add_test(tcase, canonical_form);
    tcase_add_test(tcase, canonical_form_stays);
    tcase_add_test(tcase, what_is_no_quantity);
    tcase_add_test(tcase, longest_and_largest);
    tcase_add_test(tcase, order);
    tcase_add_test(tcase, equal_amounts);
    tcase_add_test(tcase, sums_and_excesses);
    tcase_add_test(tcase, sums_have_an_end);
    tcase_add_test(tcase, numbers_are_quantities_too);
    tcase_add_test(tcase, resource_lists_anywhere);
    tcase_add_test(tcase, what_is_no_quantity_stays);
}

TEST_MAIN(tests)
