#include "testing.h"

#include <regex.h>

#include "spec.h"

struct row {
    const char *text;
    bool good;
};

static const char *letters(char letter, int count)
{
    char *text = arena_alloc(arena, (size_t)count + 1);

    memset(text, letter, (size_t)count);
    return text;
}

/* What the reader accepts is what the CRD lets through. */
static void check_one(const struct spec_format *format, const regex_t *pattern, const char *text,
    bool good)
{
    bool fits = regexec(pattern, text, 0, NULL, 0) == 0 &&
                (format->longest == 0 || (long long)strlen(text) <= format->longest);

    ck_assert_msg(format->accepts(text) == good, "\"%s\" is %s", text, good ? "good" : "bad");
    ck_assert_msg(fits == good, "pattern: \"%s\" is %s", text, good ? "good" : "bad");
}

static void check_rows(const struct spec_format *format, const struct row *rows, size_t count)
{
    regex_t pattern;

    ck_assert_int_eq(regcomp(&pattern, format->pattern, REG_EXTENDED | REG_NOSUB), 0);
    for (size_t i = 0; i < count; i++)
        check_one(format, &pattern, rows[i].text, rows[i].good);
    regfree(&pattern);
}

#define CHECK_ROWS(format, rows) check_rows((format), (rows), sizeof(rows) / sizeof((rows)[0]))

START_TEST(dns_labels)
{
    const struct row rows[] = {{"a", true},
        {"zone1", true},
        {"1", true},
        {"us-east-1", true},
        {"a--b", true},
        {"", false},
        {"-a", false},
        {"a-", false},
        {"A", false},
        {"a.b", false},
        {"a_b", false},
        {"a b", false},
        {"a\n", false},
        {"\xc3\xa4", false},
        {letters('a', 63), true},
        {letters('a', 64), false}};

    CHECK_ROWS(&spec_dns_label, rows);
}
END_TEST

START_TEST(keyspaces)
{
    const struct row rows[] = {{"commerce", true},
        {"nova_api", true},
        {"Nova-API2", true},
        {"0", true},
        {"", false},
        {"_vt", false},
        {"a_", false},
        {"-a", false},
        {"a.b", false},
        {"a/b", false},
        {"a b", false},
        {"caf\xc3\xa9", false},
        {letters('a', 63), true},
        {letters('a', 64), false}};

    CHECK_ROWS(&spec_keyspace, rows);
}
END_TEST

START_TEST(object_names)
{
    const struct row rows[] = {{"a", true},
        {"my-secret.v2", true},
        {"a.b.c", true},
        {"", false},
        {".", false},
        {"a.", false},
        {".a", false},
        {"a..b", false},
        {"a.-b", false},
        {"a-.b", false},
        {"a/b", false},
        {letters('a', 253), true},
        {letters('a', 254), false}};

    CHECK_ROWS(&spec_object_name, rows);
}
END_TEST

START_TEST(images)
{
    const struct row rows[] = {{"vitess/lite:v24.0.4-mysql84", true},
        {"mysql", true},
        {"mysql:8.0", true},
        {"quay.io/coreos/etcd:v3.5.17", true},
        {"registry.example.com:5000/a/b/c:tag_1.x-y", true},
        {"Registry.Example.com/a", true},
        {"localhost:5000/a", true},
        {"[::1]:5000/a:b", true},
        {"[fe80::1]/a", true},
        {"a__b/c--d", true},
        {"a@sha256:0123456789abcdef0123456789abcdef", true},
        {"a:b@sha256:0123456789abcdef0123456789ABCDEF", true},
        {"", false},
        {" a", false},
        {"a ", false},
        {"a b", false},
        {"a:", false},
        {"a:b:c", false},
        {"a:-b", false},
        {"A", false},
        {"a/B", false},
        {"/a", false},
        {"a/", false},
        {"-a", false},
        {"a-", false},
        {"http://a/b", false},
        {"a@", false},
        {"a@sha256", false},
        {"a@sha256:", false},
        {"a@sha256:0123", false},
        {"a@1sha:0123456789abcdef0123456789abcdef", false},
        {"a@sha256:0123456789abcdef0123456789abcdeg", false},
        {"a@sha256:0123456789abcdef0123456789abcdef:x", false},
        {"[::1/a", false},
        {"[]/a", false},
        {"a:5000", true},
        {"a:x/b", false},
        {"a:/b", false},
        {"\xc3\xa4", false},
        {fmt(arena, "a:%s", letters('t', 128)), true},
        {fmt(arena, "a:%s", letters('t', 129)), false}};

    CHECK_ROWS(&spec_image, rows);
}
END_TEST

START_TEST(versions)
{
    static const struct row rows[] = {
        {"3.6.16", true},
        {"v3.6.16", true},
        {"3.6", true},
        {"3.10.0", true},
        {"3.6.0-rc.3", true},
        {"v3.6.16-arm64", true},
        {"3", false},
        {"v3", false},
        {"3.", false},
        {"3.6.", false},
        {"3.6.x", false},
        {"3.6.1.2", false},
        {"3.06.1", false},
        {"3.6.01", false},
        {"3.6-rc", false},
        {"3.6.0-", false},
        {"3.6.0-a_b", false},
        {"vv3.6.1", false},
        {"V3.6.1", false},
        {" 3.6.1", false},
        {"3.6.1\n", false},
        {"latest", false},
        {"", false},
    };

    CHECK_ROWS(&spec_version, rows);
}
END_TEST

START_TEST(key_ranges)
{
    static const struct row rows[] = {{"", true},
        {"80", true},
        {"c0Ff", true},
        {"8", false},
        {"808", false},
        {"8g", false},
        {"-80", false},
        {"0x80", false},
        {"80 ", false}};

    CHECK_ROWS(&spec_key_range, rows);
}
END_TEST

START_TEST(service_names)
{
    static const struct row rows[] =
        {{"a", true}, {"a-1", true}, {"1a", false}, {"a.b", false}, {"a-", false}, {"", false}};

    CHECK_ROWS(&spec_service_name, rows);
}
END_TEST

START_TEST(addresses_and_roots)
{
    static const struct row addresses[] = {{"etcd:2379", true},
        {"10.0.0.1:1", true},
        {"[::1]:2379", true},
        {"etcd", false},
        {"etcd:", false},
        {":2379", false},
        {"http://etcd:2379", false},
        {"a:1,b:2", false},
        {"a b:1", false},
        {"a\nb:1", false},
        {"\x7f:1", false}};
    static const struct row roots[] = {{"/vitess", true},
        {"/a/b", true},
        {"/", false},
        {"", false},
        {"vitess", false},
        {"/vitess/", false},
        {"/a\n", false},
        {"/a\tb", false}};

    CHECK_ROWS(&spec_address, addresses);
    CHECK_ROWS(&spec_root, roots);
}
END_TEST

START_TEST(keys)
{
    static const struct row rows[] = {{"users.json", true},
        {".dockerconfigjson", true},
        {"A_b-1", true},
        {"a..b", true},
        {"", false},
        {".", false},
        {"..", false},
        {"..a", false},
        {"a/b", false},
        {"a b", false},
        {"a\n", false}};

    CHECK_ROWS(&spec_key, rows);
}
END_TEST

/* Texts of the letters that the rules are about, all short ones and many longer ones. */
START_TEST(rule_and_pattern_agree)
{
    static const struct spec_format *const formats[] = {&spec_dns_label,
        &spec_keyspace,
        &spec_object_name,
        &spec_image,
        &spec_version,
        &spec_key_range,
        &spec_service_name,
        &spec_address,
        &spec_root,
        &spec_key};
    static const char alphabet[] = "a0A-._:/@[], \n\x7f";
    size_t size = sizeof(alphabet) - 1;
    uint32_t state = 1;

    for (size_t f = 0; f < sizeof(formats) / sizeof(formats[0]); f++) {
        regex_t pattern;

        ck_assert_int_eq(regcomp(&pattern, formats[f]->pattern, REG_EXTENDED | REG_NOSUB), 0);
        for (size_t n = 0; n < 20000; n++) {
            char text[16] = "";
            size_t rest = n, length = 0;

            for (; n < size * size * size && rest > 0; rest /= size)
                text[length++] = alphabet[rest % size];
            for (; n >= size * size * size && length < 4 + n % 10; length++) {
                state = state * 1664525 + 1013904223;
                text[length] = alphabet[(state >> 16) % size];
            }
            check_one(formats[f], &pattern, text, formats[f]->accepts(text));
        }
        regfree(&pattern);
    }
}
END_TEST

static void tests(TCase *tcase)
{
    tcase_add_test(tcase, keyspaces);
    tcase_add_test(tcase, dns_labels);
    tcase_add_test(tcase, object_names);
    tcase_add_test(tcase, images);
    tcase_add_test(tcase, versions);
    tcase_add_test(tcase, key_ranges);
    tcase_add_test(tcase, service_names);
    tcase_add_test(tcase, addresses_and_roots);
    tcase_add_test(tcase, keys);
    tcase_add_test(tcase, rule_and_pattern_agree);
}

TEST_MAIN(tests)
