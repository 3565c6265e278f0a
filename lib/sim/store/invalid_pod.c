#include "admit.h"
#include "metadata.h"

/* What kube-apiserver refuses in a Pod (pkg/apis/core/validation), as far as a Vitess cluster can
 * run into it. */

enum { PORT_NAME_LIMIT = 15, LABEL_LIMIT = 63 };

static const char *invalid_resources(struct arena *arena, const json_t *resources, const char *path)
{
    static const char *const groups[] = {"limits", "requests"};
    const json_t *value;
    const char *key;

    for (size_t group = 0; group < 2; group++) {
        json_each_field (json_at(resources, groups[group]), key, value) {
            if (!json_is_string(value) ||
                quantity_canonical(arena, json_string_value(value)) == NULL)
                return fmt(arena,
                    "%s.%s[%s]: Invalid value: %s",
                    path,
                    groups[group],
                    key,
                    json_brief(arena, value));
        }
    }
    json_each_field (json_at(resources, "requests"), key, value) {
        const char *limit = json_text_at(resources, "limits", key);

        if (limit != NULL && quantity_compare(json_string_value(value), limit) > 0)
            return fmt(arena,
                "%s.requests: Invalid value: \"%s\": must be less than or equal to %s limit of %s",
                path,
                json_string_value(value),
                key,
                limit);
    }
    return NULL;
}

static bool has_named(const json_t *list, const char *name, size_t before)
{
    const json_t *item;

    json_each_item (list, i, item) {
        if (i < before && text_equal(json_text_at(item, "name"), name))
            return true;
    }
    return false;
}

static const char *invalid_mounts(struct arena *arena, const json_t *spec, const json_t *container,
    const char *path)
{
    const json_t *mount;

    json_each_item (json_at(container, "volumeMounts"), i, mount) {
        const char *name = json_text_at(mount, "name");

        if (name == NULL || !has_named(json_at(spec, "volumes"), name, SIZE_MAX))
            return fmt(arena,
                "%s.volumeMounts[%zu].name: Not found: \"%s\"",
                path,
                i,
                name == NULL ? "" : name);
        if (json_text_at(mount, "mountPath") == NULL)
            return fmt(arena, "%s.volumeMounts[%zu].mountPath: Required value", path, i);
        for (size_t j = 0; j < i; j++) {
            const json_t *other = json_array_get(json_at(container, "volumeMounts"), j);

            if (text_equal(json_text_at(other, "mountPath"), json_text_at(mount, "mountPath")))
                return fmt(arena,
                    "%s.volumeMounts[%zu].mountPath: Invalid value: must be unique",
                    path,
                    i);
        }
    }
    return NULL;
}

static const char *invalid_ports(struct arena *arena, const json_t *container, const char *path)
{
    const json_t *port;

    json_each_item (json_at(container, "ports"), i, port) {
        const char *name = json_text_at(port, "name");
        json_int_t number = json_int_at(port, 0, "containerPort");

        if (number < 1 || number > 65535)
            return fmt(arena, "%s.ports[%zu].containerPort: Invalid value", path, i);
        if (name != NULL && !dns_label(name, PORT_NAME_LIMIT))
            return fmt(arena, "%s.ports[%zu].name: Invalid value: \"%s\"", path, i, name);
        if (name != NULL && has_named(json_at(container, "ports"), name, i))
            return fmt(arena, "%s.ports[%zu].name: Duplicate value: \"%s\"", path, i, name);
    }
    return NULL;
}

static const char *invalid_probes(struct arena *arena, const json_t *container, const char *path)
{
    static const char *const single[] = {"livenessProbe", "startupProbe"};

    for (size_t i = 0; i < 2; i++) {
        if (json_int_at(container, 1, single[i], "successThreshold") != 1)
            return fmt(arena, "%s.%s.successThreshold: Invalid value: must be 1", path, single[i]);
    }
    return NULL;
}

static const char *invalid_container(struct arena *arena, const json_t *spec,
    const json_t *container, const char *path)
{
    const char *message;
    const json_t *variable;

    if (!dns_label(json_text_at(container, "name"), LABEL_LIMIT))
        return fmt(arena, "%s.name: Invalid value", path);
    if (json_text_at(container, "image") == NULL)
        return fmt(arena, "%s.image: Required value", path);
    json_each_item (json_at(container, "env"), i, variable) {
        if (json_text_at(variable, "name") == NULL)
            return fmt(arena, "%s.env[%zu].name: Required value", path, i);
    }
    message =
        invalid_resources(arena, json_at(container, "resources"), fmt(arena, "%s.resources", path));
    if (message == NULL)
        message = invalid_mounts(arena, spec, container, path);
    if (message == NULL)
        message = invalid_ports(arena, container, path);
    if (message == NULL)
        message = invalid_probes(arena, container, path);
    return message;
}

static const char *invalid_containers(struct arena *arena, const json_t *spec, const char *list,
    const char *path)
{
    const json_t *containers = json_at(spec, list);
    const json_t *container;
    const char *message = NULL;

    json_each_item (containers, i, container) {
        const char *at = fmt(arena, "%s.%s[%zu]", path, list, i);

        if (has_named(containers, json_text_at(container, "name"), i))
            return fmt(arena, "%s.name: Duplicate value", at);
        message = invalid_container(arena, spec, container, at);
        if (message != NULL)
            return message;
    }
    return NULL;
}

static const char *invalid_volumes(struct arena *arena, const json_t *spec, const char *path)
{
    const json_t *volume;

    json_each_item (json_at(spec, "volumes"), i, volume) {
        const char *name = json_text_at(volume, "name");

        if (!dns_label(name, LABEL_LIMIT))
            return fmt(arena, "%s.volumes[%zu].name: Invalid value", path, i);
        if (has_named(json_at(spec, "volumes"), name, i))
            return fmt(arena, "%s.volumes[%zu].name: Duplicate value: \"%s\"", path, i, name);
        /* A name and exactly one source. */
        if (json_object_size(volume) > 2)
            return fmt(arena, "%s.volumes[%zu]: Forbidden: more than one volume type", path, i);
    }
    return NULL;
}

const char *invalid_pod_spec(struct arena *arena, const json_t *spec, const char *path)
{
    static const char *const names[] = {"hostname", "subdomain"};
    const char *message;

    if (json_array_size(json_at(spec, "containers")) == 0)
        return fmt(arena, "%s.containers: Required value", path);
    for (size_t i = 0; i < 2; i++) {
        const char *name = json_text_at(spec, names[i]);

        if (name != NULL && !dns_label(name, LABEL_LIMIT))
            return fmt(arena, "%s.%s: Invalid value: \"%s\"", path, names[i], name);
    }
    message = invalid_volumes(arena, spec, path);
    if (message == NULL)
        message = invalid_containers(arena, spec, "containers", path);
    if (message == NULL)
        message = invalid_containers(arena, spec, "initContainers", path);
    return message;
}
