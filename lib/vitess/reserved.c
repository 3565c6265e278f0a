#include "pod.h"

#include <string.h>

#include "metadata.h"

/* What a user may not give the name of to something else: an override of the same name would
 * replace what the operator makes, such as the disk of a tablet. The names are taken from the Pod
 * itself, so that they cannot differ from what is in it. */

/* These are settings: a time zone, and where a MySQL image has its programs. */
static const char *const changeable[] = {"TZ", "VT_MYSQL_ROOT", NULL};

/* Names of one kind. */
struct names {
    struct problems *problems;
    const char *path;   /* of the template block */
    const char *key;    /* that holds the name: "name", "mountPath" */
    const char *what;   /* a name in `own` is: "the name of a volume ..." */
    const char *advice; /* "give yours another name" */
    json_t *own;        /* the operator's */
    json_t *given;      /* name -> path of the user's first item of that name */
};

/* "/vt//data/./x/" -> "/vt/data/x": one place has many spellings. */
static const char *clean_path(struct arena *a, const char *path)
{
    struct texts parts = {.arena = a};

    while (*path != '\0') {
        size_t length = strcspn(path, "/");
        const char *part = text_copy(a, path, length);

        if (text_equal(part, ".."))
            parts.count -= parts.count > 0;
        else if (length > 0 && !text_equal(part, "."))
            texts_add(&parts, part);
        path += length + (path[length] == '/');
    }
    return fmt(a, "/%s", texts_join(&parts, "/"));
}

static const char *name_of(const struct names *names, const json_t *item)
{
    const char *name = json_text_at(item, names->key);

    return name == NULL || !text_equal(names->key, "mountPath")
               ? name
               : clean_path(names->problems->arena, name);
}

static void reserve(struct names *names, const json_t *list)
{
    const json_t *item;

    json_each_item (list, i, item) {
        const char *name = name_of(names, item);

        if (name != NULL && !text_is_one_of(name, changeable))
            json_put(names->own, name, json_true());
    }
}

/* The same list of each container of the operator. */
static void reserve_in_containers(struct names *names, const json_t *pod, const char *list)
{
    const json_t *container;

    json_each_item (json_at(pod, "initContainers"), i, container)
        reserve(names, json_at(container, list));
    json_each_item (json_at(pod, "containers"), i, container)
        reserve(names, json_at(container, list));
}

static void check_item(struct names *names, const json_t *item, const char *place)
{
    const char *path = fmt(names->problems->arena, "%s.%s", place, names->key);
    const char *name = json_text_at(item, names->key);
    const char *shown = json_brief(names->problems->arena, json_at(item, names->key));

    if (name == NULL)
        return;
    if (json_at(names->own, name_of(names, item)) != NULL)
        problem_add(names->problems,
            path,
            "must not be %s, got %s; %s",
            names->what,
            shown,
            names->advice);
    else if (json_at(names->given, name) != NULL)
        problem_add(names->problems,
            path,
            "must differ between items, %s is also at %s",
            shown,
            json_text_at(names->given, name));
    else
        json_put_text(names->given, name, place);
}

static void check_list(struct names *names, const char *key, const json_t *list)
{
    const json_t *item;

    json_each_item (list, i, item)
        check_item(names, item, fmt(names->problems->arena, "%s.%s[%zu]", names->path, key, i));
}

static struct names names_of(struct problems *problems, const char *path, const char *key,
    const char *what, const char *advice)
{
    return (struct names){problems, path, key, what, advice, json_new_map(), json_new_map()};
}

#define ANOTHER_NAME "give yours another name"

/* Init containers and containers share their names. */
static void check_containers(const json_t *pod, const struct pod_overrides *overrides,
    const char *path, struct problems *problems)
{
    struct names names = names_of(problems,
        path,
        "name",
        "the name of a container that the operator makes in this Pod",
        ANOTHER_NAME);

    reserve(&names, json_at(pod, "initContainers"));
    reserve(&names, json_at(pod, "containers"));
    check_list(&names, "sidecars", overrides->sidecars);
    check_list(&names, "initContainers", overrides->init_containers);
}

static void check_environment(const json_t *pod, const struct pod_overrides *overrides,
    const char *path, struct problems *problems)
{
    struct names names = names_of(problems,
        path,
        "name",
        "a variable that the operator sets in this Pod",
        "leave it out");

    reserve_in_containers(&names, pod, "env");
    check_list(&names, "env", overrides->env);
}

/* The volumes of a StatefulSet's claims are only named where they are mounted. */
static void check_volumes(const json_t *pod, const struct pod_overrides *overrides,
    const char *path, struct problems *problems)
{
    struct names names = names_of(problems,
        path,
        "name",
        "the name of a volume that the operator makes in this Pod",
        ANOTHER_NAME);

    reserve(&names, json_at(pod, "volumes"));
    reserve_in_containers(&names, pod, "volumeMounts");
    check_list(&names, "volumes", overrides->volumes);
}

static void check_mounts(const json_t *pod, const struct pod_overrides *overrides, const char *path,
    struct problems *problems)
{
    struct names names = names_of(problems,
        path,
        "mountPath",
        "where the operator mounts a volume in this Pod",
        "mount yours elsewhere");

    reserve_in_containers(&names, pod, "volumeMounts");
    check_list(&names, "volumeMounts", overrides->volume_mounts);
}

/* --- mounts have a volume --- */

static void check_mounted(const struct names *volumes, const json_t *mounts, const char *path)
{
    const json_t *mount;

    json_each_item (mounts, i, mount) {
        const char *name = json_text_at(mount, "name");

        if (name != NULL && json_at(volumes->own, name) == NULL)
            problem_add(volumes->problems,
                fmt(volumes->problems->arena, "%s[%zu].name", path, i),
                "must be a volume of this Pod, such as one in %s.volumes, got \"%s\"",
                volumes->path,
                name);
    }
}

static void check_mounted_in(const struct names *volumes, const char *key, const json_t *containers)
{
    const json_t *container;

    json_each_item (containers, i, container)
        check_mounted(volumes,
            json_at(container, "volumeMounts"),
            fmt(volumes->problems->arena, "%s.%s[%zu].volumeMounts", volumes->path, key, i));
}

/* The API server refuses a Pod with a mount of nothing. */
static void check_mounted_volumes(const json_t *pod, const struct pod_overrides *overrides,
    const char *path, struct problems *problems)
{
    struct names volumes = names_of(problems, path, "name", NULL, NULL);

    reserve(&volumes, json_at(pod, "volumes"));
    reserve_in_containers(&volumes, pod, "volumeMounts");
    reserve(&volumes, overrides->volumes);
    check_mounted(&volumes,
        overrides->volume_mounts,
        fmt(problems->arena, "%s.volumeMounts", path));
    check_mounted_in(&volumes, "sidecars", overrides->sidecars);
    check_mounted_in(&volumes, "initContainers", overrides->init_containers);
}

/* --- ports --- */

/* The containers of a Pod have one address. "15000" -> the operator's container that has it. */
static void take_ports(struct arena *a, json_t *taken, const json_t *containers)
{
    const json_t *container, *port;

    json_each_item (containers, i, container) {
        json_each_item (json_at(container, "ports"), j, port)
            json_put(taken,
                json_write(a, json_at(port, "containerPort"), NULL),
                json_at(container, "name"));
    }
}

/* An init container that does not stay has ended before those of the operator start. */
static bool stays(const char *key, const json_t *container)
{
    return text_equal(key, "sidecars") ||
           text_equal(json_text_at(container, "restartPolicy"), "Always");
}

static bool is_tcp(const json_t *port)
{
    const char *protocol = json_text_at(port, "protocol");

    return protocol == NULL || text_equal(protocol, "TCP");
}

static void check_port(const json_t *taken, const json_t *port, const char *place,
    struct problems *problems)
{
    const json_t *number = json_at(port, "containerPort");
    const char *text = json_is_integer(number) ? json_write(problems->arena, number, NULL) : NULL;
    const char *owner = text == NULL ? NULL : json_text_at(taken, text);

    if (owner != NULL && is_tcp(port))
        problem_add(problems,
            fmt(problems->arena, "%s.containerPort", place),
            "must not be a port of the operator's container %s, since the containers of a Pod have "
            "one address, got %s; let yours listen to another one",
            owner,
            text);
}

/* Services and monitors ask for a port by its name, whichever container of the Pod has it. */
static void check_ports_of(struct names *names, const json_t *taken, const char *key,
    const json_t *containers)
{
    struct arena *a = names->problems->arena;
    const json_t *container, *port;

    json_each_item (containers, i, container) {
        const char *list = fmt(a, "%s[%zu].ports", key, i);

        if (!stays(key, container))
            continue;
        names->given = json_new_map();
        check_list(names, list, json_at(container, "ports"));
        json_each_item (json_at(container, "ports"), j, port)
            check_port(taken, port, fmt(a, "%s.%s[%zu]", names->path, list, j), names->problems);
    }
}

static void check_ports(const json_t *pod, const struct pod_overrides *overrides, const char *path,
    struct problems *problems)
{
    json_t *taken = json_new_map();
    struct names names = names_of(problems,
        path,
        "name",
        "the name of a port that the operator's containers have in this Pod",
        ANOTHER_NAME);

    reserve_in_containers(&names, pod, "ports");
    take_ports(problems->arena, taken, json_at(pod, "initContainers"));
    take_ports(problems->arena, taken, json_at(pod, "containers"));
    check_ports_of(&names, taken, "sidecars", overrides->sidecars);
    check_ports_of(&names, taken, "initContainers", overrides->init_containers);
}

/* --- annotations --- */

/* With this one no Pod of a tablet is known as what it was made as: its trial would be deleted and
 * made anew for ever, and no tablet would move again. */
static void check_annotations(const struct api_keys *keys, const struct pod_overrides *overrides,
    const char *path, struct problems *problems)
{
    if (json_at(overrides->annotations, keys->not_made_here) != NULL)
        problem_add(problems,
            fmt(problems->arena, "%s.annotations[%s]", path, keys->not_made_here),
            "must not be set: it tells Pods that the operator keeps but has not made; take it out");
}

void overrides_check(const struct api_keys *keys, const json_t *pod,
    const struct pod_overrides *overrides, const char *path, struct problems *problems)
{
    check_containers(pod, overrides, path, problems);
    check_environment(pod, overrides, path, problems);
    check_volumes(pod, overrides, path, problems);
    check_mounts(pod, overrides, path, problems);
    check_mounted_volumes(pod, overrides, path, problems);
    check_ports(pod, overrides, path, problems);
    check_annotations(keys, overrides, path, problems);
}
