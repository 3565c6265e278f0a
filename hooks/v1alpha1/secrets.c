#include "cluster.h"

#include <string.h>

#include "secrets.h"
#include "template.h"

/* Secrets that Pods read only as they start: where their content changes, the Pods are made anew.
 * Of the content nothing but a hash goes anywhere. (Users and passwords of vtgate are no such
 * Secret: it reads them again by itself.) */

#define SECRETS "Secret.v1"

enum { HASH_DIGITS = 16 };

const char *const v1_authority_keys[] = {"ca.crt", "tls.crt", "tls.key", NULL};
const char *const v1_certificate_keys[] = {"tls.crt", "tls.key", NULL};

static const char *hash_of(struct arena *a, const char *text)
{
    return text_copy(a, digest(a, text, strlen(text)), HASH_DIGITS);
}

struct secret_seen v1_look_at_secret(const struct request *request, const char *name,
    const char *const *keys)
{
    struct arena *a = request->arena;
    struct objects all;
    struct text text = {.arena = a};
    const json_t *secret;

    /* Not asked for, or of a Metacontroller that is not told to ask. */
    if (name == NULL || !json_is_object(json_at(request->related, SECRETS)))
        return (struct secret_seen){NULL, NULL};
    all = related(request, SECRETS);
    secret = objects_find(&all, name);
    if (secret == NULL)
        return (struct secret_seen){NULL, fmt(a, "Secret %s is not there", name)};
    for (; *keys != NULL; keys++) {
        const char *value = json_text_at(secret, "data", *keys);

        if (value == NULL || *value == '\0')
            return (struct secret_seen){NULL, fmt(a, "Secret %s has no %s", name, *keys)};
        text_addf(&text, "%s=%s\n", *keys, value);
    }
    return (struct secret_seen){hash_of(a, text_string(&text)), NULL};
}

const char *v1_secrets_together(struct arena *a, const char *first, const char *second)
{
    if (first == NULL || second == NULL)
        return first == NULL ? second : first;
    return hash_of(a, fmt(a, "%s\n%s", first, second));
}

/* --- customize: which ones a sync sees --- */

static void add_name(json_t *names, const char *name)
{
    if (name != NULL && *name != '\0' && !json_list_has(names, name))
        json_add_text(names, name);
}

/* No name is no rule, and takes no permission of Metacontroller's. */
static void ask_for(const struct request *request, json_t *rules, const json_t *names)
{
    if (json_array_size(names) > 0)
        json_add(rules,
            object(request->arena,
                F("apiVersion", "v1"),
                F("resource", "secrets"),
                F("namespace", object_namespace(request->parent)),
                F("names", names)));
}

static bool nobody_looks(const json_t *spec)
{
    return json_is_false(json_at(spec, "watchSecrets"));
}

/* Those that every cell needs: what is in them goes down like an edit, cell by cell. The spec is as
 * the user has written it. */
void v1_customize_cluster(const struct request *request, struct answer *answer)
{
    const json_t *spec = json_at(request->parent, "spec");
    json_t *names = json_new_list();
    json_t *rules = json_new_list();
    const json_t *cell;

    if (!nobody_looks(spec)) {
        add_name(names, json_text_at(spec, "tls", "secret"));
        add_name(names, json_text_at(spec, "lockserver", "tlsSecret"));
        json_each_item (json_at(spec, "cells"), i, cell)
            add_name(names, json_text_at(cell, "etcd", "tls", "secret"));
    }
    ask_for(request, rules, names);
    json_add(rules, v1_cells_of_others_rule(request));
    answer->related_resources = rules;
}

/* Those that only this cell needs. */
void v1_customize_cell(const struct request *request, struct answer *answer)
{
    const json_t *spec = json_at(request->parent, "spec");
    json_t *names = json_new_list();
    json_t *rules = json_new_list();

    if (!nobody_looks(spec)) {
        add_name(names, json_text_at(spec, "vtgate", "tls", "secret"));
        add_name(names, json_text_at(spec, "vtadmin", "rbac", "name"));
        add_name(names, json_text_at(spec, "etcd", "tls", "secret"));
    }
    ask_for(request, rules, names);
    answer->related_resources = rules;
}
