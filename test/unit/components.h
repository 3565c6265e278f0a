#ifndef VITESS_OPERATOR_COMPONENTS_H
#define VITESS_OPERATOR_COMPONENTS_H

#include <stdio.h>

#include "../../hooks/v1alpha1/v1alpha1.h"
#include "pod.h"
#include "shared.h"
#include "template.h"
#include "yaml.h"

/* Where the components under test run. */
static inline struct place zone1(void)
{
    const json_t *labels =
        json_of("{'app':'shop','vitess.io/cluster':'demo','vitess.io/cell':'zone1'}");

    return (struct place){
        .keys = &v1_keys,
        .namespace = "shop",
        .cluster = "demo",
        .cell = "zone1",
        .labels = labels,
        .selector = labels,
        .topology = {"etcd2", "demo-global-etcd-client.shop.svc:2379", "/vitess/global", NULL},
        .hash = "0123456789abcdef",
    };
}

/* The same behind TLS, with a registry of its own. */
static inline struct place zone1_secured(void)
{
    struct place place = zone1();

    place.topology.tls_secret = "topology-certificates";
    place.pull_secrets = json_of("[{'name':'registry'}]");
    place.pull_policy = "Always";
    return place;
}

/* --- objects that read like the YAML they become --- */

#define OBJECTS "test/unit/objects/"

static inline struct yaml_documents objects_of_file(const char *path)
{
    struct yaml_documents documents = {0};
    struct json_fault fault = {0};
    struct text text = {.arena = arena};
    char block[4096];
    size_t length;
    FILE *file = fopen(path, "r");

    ck_assert_msg(file != NULL, "%s cannot be opened", path);
    while ((length = fread(block, 1, sizeof(block), file)) > 0)
        text_add_bytes(&text, block, length);
    fclose(file);
    if (!yaml_read(arena, text_string(&text), text.length, &documents, &fault))
        ck_abort_msg("%s:%d:%d: %s", path, fault.line, fault.column, fault.text);
    return documents;
}

/* What is made now, as a file: UPDATE_OBJECTS=1 takes it over, to be read before it is committed.
 */
static inline void take_objects_over(const char *path, const json_t *const *objects, size_t count)
{
    FILE *file = fopen(path, "w");

    ck_assert_msg(file != NULL, "%s cannot be written", path);
    for (size_t i = 0; i < count; i++)
        fprintf(file, "%s%s", i == 0 ? "" : "---\n", yaml_write(arena, objects[i]));
    fclose(file);
}

static inline void check_objects(const char *name, const json_t *const *objects, size_t count)
{
    const char *path = fmt(arena, OBJECTS "%s.yaml", name);
    struct yaml_documents expected;

    if (getenv("UPDATE_OBJECTS") != NULL)
        take_objects_over(path, objects, count);
    expected = objects_of_file(path);
    ck_assert_uint_eq(expected.count, count);
    for (size_t i = 0; i < count; i++) {
        ck_assert_ptr_null(template_bug(objects[i]));
        if (!json_same(objects[i], expected.at[i].value))
            ck_abort_msg("%s, document %zu is now\n%s", path, i + 1, yaml_write(arena, objects[i]));
    }
}

/* The documents of test/unit/objects/<name>.yaml. */
#define ck_objects(name, ...)                                                                      \
    check_objects(name,                                                                            \
        (const json_t *[]){__VA_ARGS__},                                                           \
        sizeof((const json_t *[]){__VA_ARGS__}) / sizeof(const json_t *))

/* --- looking into objects --- */

/* PodSpec of a Pod, or of a workload's template. */
static inline const json_t *pod_spec_of(const json_t *object)
{
    const json_t *template = json_at(object, "spec", "template", "spec");

    return template == NULL ? json_at(object, "spec") : template;
}

static inline const json_t *container_of(const json_t *object, const char *name)
{
    const json_t *container = json_named(json_at(pod_spec_of(object), "containers"), name);

    return container != NULL ? container
                             : json_named(json_at(pod_spec_of(object), "initContainers"), name);
}

/* The value of a flag of a container, or NULL. */
static inline const char *argument(const json_t *object, const char *container, const char *flag)
{
    const char *start = fmt(arena, "--%s=", flag);
    const json_t *item;

    json_each_item (json_at(container_of(object, container), "args"), i, item) {
        if (text_starts_with(json_string_value(item), start))
            return json_string_value(item) + strlen(start);
    }
    return NULL;
}

/* --- rules that hold for every component --- */

/* Every flag of the container is one that the binary has. The glog flags are not in the lists. */
static inline void check_flags_exist(const json_t *object, const char *container,
    const char *binary)
{
    const char *list = shared_text(fmt(arena, "flags/%s.txt", binary));
    const json_t *item;

    json_each_item (json_at(container_of(object, container), "args"), i, item) {
        const char *flag = json_string_value(item) + strlen("--");
        const char *line = fmt(arena, "\n%.*s\t", (int)strcspn(flag, "="), flag);

        if (list != NULL && !text_starts_with(flag, "logtostderr="))
            ck_assert_msg(strstr(list, line) != NULL, "%s has no --%s", binary, flag);
    }
}

static inline void check_restricted_containers(const json_t *containers)
{
    const json_t *container;

    json_each_item (containers, i, container) {
        const json_t *context = json_at(container, "securityContext");

        ck_assert(json_is_false(json_at(context, "allowPrivilegeEscalation")));
        ck_json(json_at(context, "capabilities"), "{'drop':['ALL']}");
        ck_assert(json_int_at(context, 999, "runAsUser") > 0);
    }
}

/* Kubernetes' Pod Security Standards, level "restricted", and no token to talk to Kubernetes. */
static inline void check_restricted(const json_t *object)
{
    const json_t *spec = pod_spec_of(object);
    const json_t *volume;

    ck_assert(json_true_at(spec, "securityContext", "runAsNonRoot"));
    ck_assert_str_eq(json_text_at(spec, "securityContext", "seccompProfile", "type"),
        "RuntimeDefault");
    check_restricted_containers(json_at(spec, "containers"));
    check_restricted_containers(json_at(spec, "initContainers"));
    ck_assert(json_is_false(json_at(spec, "automountServiceAccountToken")));
    json_each_item (json_at(spec, "volumes"), i, volume)
        ck_assert_ptr_null(json_at(volume, "hostPath"));
}

#endif
