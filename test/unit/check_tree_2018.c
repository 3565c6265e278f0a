#include "clusters.h"
#include "shared.h"

#include "hook.h"
#include "metadata.h"
#include "staging.h"
#include "template.h"
#include "yaml.h"

/* The trees of the operator of 2018: what it made, all hooks together still make, under the same
 * names, with at least the same labels, selected by at least the same labels. */

/* Claims as they are once they exist and own themselves; tablets come after them. */
static const json_t *made_claims(const json_t *children)
{
    json_t *claims = json_new_map();
    const json_t *child;

    json_each_item (children, i, child) {
        const char *name = object_name(child);
        json_t *claim = json_overlay(child, NULL);

        if (!text_equal(object_kind(child), "PersistentVolumeClaim"))
            continue;
        json_put(claim,
            "metadata",
            object(arena,
                SPREAD(json_at(child, "metadata")),
                F("uid", name),
                F("ownerReferences", owns_itself(arena, name, name, NULL))));
        json_put(claims, name, claim);
    }
    return claims;
}

static const json_t *answer_of(const json_t *parent, const json_t *claims)
{
    const struct hook *hook = hook_by_kind(json_text_at(parent, "apiVersion"), object_kind(parent));
    json_t *groups = json_new_map();
    const json_t *body;
    struct sync_result result;
    struct json_fault fault;
    const char *text;

    for (const struct child_kind *kind = hook->children; kind->kind != NULL; kind++)
        json_put(groups, fmt(arena, "%s.%s", kind->kind, kind->api_version), json_new_map());
    if (json_object_size(claims) > 0)
        json_put(groups, "PersistentVolumeClaim.v1", claims);
    body = object(arena,
        F("parent", parent),
        F("children", groups),
        MAP("related", F("VitessShard.vitess.io/v1alpha1", json_new_map())),
        F("finalizing", BOOL(false)));
    text = json_write(arena, body, NULL);
    result = sync_run(arena, hook, false, text, strlen(text), (struct sync_limits){0});
    ck_assert_msg(result.code == 200, "%s: %s", object_name(parent), result.body);
    return json_at(json_read(arena, result.body, result.length, 0, &fault), "children");
}

/* vtctld comes after etcd, vtgate and VTOrc after the registration of the cell. */
static const json_t *children_of_cell(const json_t *cell)
{
    struct world world = {.sync = v1_sync_cell,
        .parent = json_clone(cell),
        .children = json_new_list()};

    put_at(world.parent, "metadata.uid", json_string("u-2"));
    for (int i = 0; i < 2; i++) {
        json_t *child;

        ck_assert_int_eq(world_sync(&world), 200);
        json_each_item (world.children, j, child) {
            if (text_equal(object_kind(child), "StatefulSet"))
                put_at(child, "status", json_of("{'readyReplicas':9}"));
        }
        world_answer_tasks(&world);
    }
    ck_assert_int_eq(world_sync(&world), 200);
    return world.answer.children;
}

/* What the hook of `parent` makes where nothing exists yet. */
static const json_t *children_of(const json_t *parent)
{
    if (text_equal(object_kind(parent), "VitessCell"))
        return children_of_cell(parent);

    const json_t *children = answer_of(parent, NULL);
    const json_t *claims = made_claims(children);

    return json_object_size(claims) == 0 ? children : answer_of(parent, claims);
}

/* Everything below `parent`, by kind and name. */
static void expand(json_t *tree, const json_t *parent)
{
    const json_t *child;

    json_each_item (children_of(parent), i, child) {
        json_put(tree, fmt(arena, "%s %s", object_kind(child), object_name(child)), child);
        if (hook_by_kind(json_text_at(child, "apiVersion"), object_kind(child)) != NULL)
            expand(tree, child);
    }
}

static const json_t *selector_of(const json_t *child)
{
    const json_t *selector = json_at(child, "spec", "selector");
    const json_t *labels = json_at(selector, "matchLabels");

    return labels == NULL ? selector : labels;
}

static void expect_labels(const json_t *wanted, const json_t *labels, const char *what)
{
    if (wanted != NULL)
        ck_assert_msg(selector_matches(object(arena, F("matchLabels", wanted)), labels),
            "%s",
            what);
}

/* The etcd operator, Jobs and the dashboard in vtctld are gone for good. */
static bool is_gone(const char *kind)
{
    return text_equal(kind, "EtcdCluster") || text_equal(kind, "Job") ||
           text_equal(kind, "ConfigMap");
}

static void expect_tree(const json_t *cluster, const json_t *wanted_tree)
{
    json_t *tree = json_new_map();
    const json_t *wanted;

    expand(tree, cluster);
    json_each_item (wanted_tree, i, wanted) {
        const char *name =
            fmt(arena, "%s %s", json_text_at(wanted, "kind"), json_text_at(wanted, "name"));
        const json_t *child = json_at(tree, name);

        if (is_gone(json_text_at(wanted, "kind")))
            continue;
        ck_assert_msg(child != NULL, "%s is not made any more", name);
        expect_labels(json_at(wanted, "labels"), json_at(child, "metadata", "labels"), name);
        expect_labels(json_at(wanted, "selector"), selector_of(child), name);
        if (json_at(wanted, "spec_name") != NULL)
            ck_assert_str_eq(json_text_at(child, "spec", "name"),
                json_text_at(wanted, "spec_name"));
        if (json_at(wanted, "hostname") != NULL) {
            ck_assert_str_eq(json_text_at(child, "spec", "hostname"),
                json_text_at(wanted, "hostname"));
            ck_assert_str_eq(json_text_at(child, "spec", "subdomain"),
                json_text_at(wanted, "subdomain"));
        }
    }
}

/* As the API server would keep it. */
static const json_t *in_namespace(const json_t *cluster)
{
    json_t *copy = json_clone(cluster);
    json_t *metadata = json_object_get(copy, "metadata");

    json_put_text(metadata, "namespace", "default");
    json_put_text(metadata, "uid", "u-1");
    return copy;
}

START_TEST(the_tree_of_my_vitess_holds)
{
    const json_t *vectors = shared_json("vectors/vitess.io-v1alpha1.json");
    const char *text = shared_text("data/my-vitess-2018.yaml");
    struct yaml_documents documents = {0};
    struct json_fault fault;

    if (vectors == NULL || text == NULL)
        return;
    ck_assert(yaml_read(arena, text, strlen(text), &documents, &fault));
    expect_tree(in_namespace(documents.at[0].value), json_at(vectors, "tree_my_vitess_yaml"));
}
END_TEST

START_TEST(the_tree_of_two_cells_holds)
{
    const json_t *vectors = shared_json("vectors/vitess.io-v1alpha1.json");
    json_t *cluster;
    json_t *cell;
    json_t *keyspace;
    json_t *defaults;

    if (vectors == NULL)
        return;
    /* What Kubernetes, Vitess and the operator of today refuse is taken out: claims without a size,
     * a flag that was removed, a cell that is not the vtgate's. */
    cluster = json_clone(in_namespace(json_at(vectors, "tree_two_cells", "input")));
    json_each_item (json_at(cluster, "spec", "cells"), i, cell)
        json_object_del(json_object_get(json_object_get(cell, "vtgate"), "flags"), "cell");
    json_each_item (json_at(cluster, "spec", "keyspaces"), i, keyspace) {
        defaults = json_object_get(json_object_get(keyspace, "tablets"), "defaults");
        json_put(defaults,
            "volumeClaim",
            json_of(
                "{'accessModes':['ReadWriteOnce'],'resources':{'requests':{'storage':'1Gi'}}}"));
        json_object_del(json_object_get(defaults, "vttablet"), "flags");
    }
    expect_tree(cluster, json_at(vectors, "tree_two_cells", "children"));
}
END_TEST

static void tests(TCase *tcase)
{
    tcase_add_test(tcase, the_tree_of_my_vitess_holds);
    tcase_add_test(tcase, the_tree_of_two_cells_holds);
}

TEST_MAIN(tests)
