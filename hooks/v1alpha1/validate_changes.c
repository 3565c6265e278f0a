#include "cluster.h"

#include "conditions.h"
#include "pools.h"
#include "template.h"
#include "tls_steps.h"

/* What must not change once it has been created: the new spec is held against what each observed
 * VitessCell was told. */

#define ELSEWHERE "make a new VitessCluster and move the data (backup and restore, or MoveTables)"
#define NEW_KEYSPACE "make a new keyspace with it and move the tables (MoveTables)"

struct change {
    const struct validation *v;
    const struct cell_spec *before;
    bool elsewhere; /* `before` is from another namespace, as is the lock server that it names */
    int tls_step;   /* of the new spec */
};

/* Whoever knows better names the VitessCell: one that was told a version which never ran must be
 * able to go back. */
static void refuse_step(const struct change *change, const char *path, const char *rule,
    const char *instead)
{
    const struct rollout_spec *rollout = change->v->spec->rollout;
    const char *name = cell_name(change->v->arena,
        object_name(change->v->request->parent),
        change->before->item.name);

    if (rollout == NULL || !json_list_has(rollout->force, name))
        problem_add(change->v->problems,
            path,
            "%s; %s; to do it all the same name VitessCell %s in spec.rollout.force",
            rule,
            instead,
            name);
}

static const char *or_none(const char *text)
{
    return text == NULL ? "none" : text;
}

/* --- the cluster as a whole --- */

static void check_topology(const struct change *change)
{
    const struct validation *v = change->v;
    const struct topology_spec *old = change->before->derived.topology;
    const struct topology_spec *new = cluster_topology(v->request, v->spec);

    if (old == NULL || new == NULL || change->elsewhere)
        return;
    if (!text_equal(old->addresses, new->addresses) ||
        !text_equal(old->global_root, new->global_root) ||
        !text_equal(old->implementation, new->implementation))
        problem_add(v->problems,
            v->spec->lockserver == NULL ? "spec.cells" : "spec.lockserver",
            "must leave the lock server at %s (%s), got %s (%s); put it back, or " ELSEWHERE,
            old->addresses,
            old->global_root,
            new->addresses,
            new->global_root);
}

/* Which labels the operator excludes is its own affair, and may change with it. */
static void check_selector(const struct change *change)
{
    const struct validation *v = change->v;
    const json_t *old = change->before->derived.selector;
    const json_t *new = cell_selector(v->arena,
        object_name(v->request->parent),
        v->spec->selector,
        change->before->item.name);

    if (old != NULL && !json_same(selector_excluding(v->arena, old, NULL),
                           selector_excluding(v->arena, new, NULL)))
        problem_add(v->problems,
            "spec.selector",
            "must not change once the cluster exists, since what it has would be lost from sight; "
            "put it back, or " ELSEWHERE);
}

/* --- where a cell runs --- */

/* Volumes are in the zone that they were made in. Of those of tablets the first zone may be right,
 * which the shard looks at; those of etcd its StatefulSet would begin to move at once. */
static void check_location(const struct change *change, const struct cell_item *now,
    const char *field, const char *was, const char *is)
{
    struct arena *a = change->v->arena;
    bool tablets = was != NULL && change->before->keyspaces.count > 0;
    bool etcd = change->before->item.etcd != NULL && now->etcd != NULL;

    if (is == NULL || text_equal(was, is) || !(etcd || tablets))
        return;
    refuse_step(change,
        fmt(a, "%s.%s", now->path, field),
        fmt(a,
            "must not go from %s to %s, where the volumes of its %s cannot follow",
            was == NULL ? "any" : was,
            is,
            etcd ? "etcd" : "tablets"),
        "put it back");
}

/* --- TLS between the components --- */

static bool is_updated(const json_t *cell)
{
    return generation_observed(cell) && condition_true(cell, "Updated") &&
           rollout_reason_of(cell) != ROLLOUT_KEPT_UNTIL_IDLE;
}

static const char *as_mode(struct arena *a, int step)
{
    return step == 0 ? "no TLS" : fmt(a, "mode %s", tls_step_name(step));
}

/* By spec.tls, or by the flags of whoever gives them by hand. */
static const char *how_to(const struct change *change, int step)
{
    static const char *const flags[] = {"leave the flags of TLS out",
        "give servers grpc-enable-optional-tls: true beside grpc-cert, and clients no flags",
        "give servers grpc-enable-optional-tls: true beside grpc-cert",
        "leave grpc-enable-optional-tls out"};
    const struct cluster_spec *spec = change->v->spec;

    if (spec->tls == NULL && (change->before->derived.tls == NULL || change->tls_step > 0))
        return flags[step < 0 || step > 3 ? 0 : step];
    return step == 0 ? "leave spec.tls out"
                     : fmt(change->v->arena, "set spec.tls.mode: %s", tls_step_name(step));
}

/* Of Pods that are two steps apart the one takes nothing but TLS, and the other sends plain text;
 * or the other way round. Those of a cell that is not Updated may still be where they were before.
 */
static void check_tls(const struct change *change, const json_t *cell)
{
    struct arena *a = change->v->arena;
    const char *from = change->before->tls_from;
    int wanted = change->tls_step;
    int was = tls_step_before(a, change->before, change->v->spec, wanted);
    /* Of a cell without tablets it is said with the others. */
    int said = tls_step_of_cell(a, change->before, wanted > was ? 0 : 3);
    int behind = from == NULL || is_updated(cell) ? was : tls_step_of_name(from);

    if (wanted > was + 1 || wanted < was - 1)
        refuse_step(change,
            "spec.tls",
            fmt(a,
                "must not go from %s to %s at once, since old and new Pods could not talk to each "
                "other",
                as_mode(a, said),
                as_mode(a, wanted)),
            fmt(a,
                "%s first, and go on once Updated is True",
                how_to(change, wanted > was ? said + 1 : said - 1)));
    else if (wanted > behind + 1 || wanted < behind - 1)
        refuse_step(change,
            "spec.tls",
            fmt(a,
                "must not go to %s before VitessCell %s is Updated, since Pods of it may still "
                "have %s",
                as_mode(a, wanted),
                object_name(cell),
                as_mode(a, behind)),
            fmt(a, "%s until then", how_to(change, was)));
}

/* --- the size of volumes --- */

static const json_t *canonical(const struct validation *v, const json_t *claim)
{
    return claim == NULL ? NULL : quantities_canonical(v->arena, json_without(claim, "metadata"));
}

static const char *storage(const struct validation *v, const json_t *claim)
{
    const json_t *value = json_at(canonical(v, claim), "resources", "requests", "storage");
    const char *text =
        json_is_integer(value) ? json_write(v->arena, value, NULL) : json_string_value(value);

    return text != NULL && quantity_is(text) ? text : NULL;
}

static void check_size(const struct change *change, const char *path, const json_t *old,
    const json_t *new, const char *way_out)
{
    const struct validation *v = change->v;
    const char *before = storage(v, old);
    const char *now = storage(v, new);

    if (before != NULL && now != NULL && quantity_compare(now, before) < 0)
        problem_add(v->problems,
            fmt(v->arena, "%s.resources.requests.storage", path),
            "must not shrink from %s, got %s; put it back, or %s",
            before,
            now,
            way_out);
}

/* --- etcd --- */

/* The claim of etcd with all that it has by default. */
static const json_t *etcd_claim(const struct validation *v, const json_t *claim)
{
    const struct etcd etcd = {.claim = canonical(v, claim)};

    return etcd_claim_spec(v->arena, &etcd);
}

static bool differs_in_more_than_size(const json_t *old, const json_t *new)
{
    return !json_same(json_without(old, "resources"), json_without(new, "resources"));
}

static void check_etcd(const struct change *change, const struct cell_item *now)
{
    const struct validation *v = change->v;
    const struct etcd_spec *old = change->before->item.etcd;
    const struct etcd_spec *new = now->etcd;

    if (old == NULL || new == NULL)
        return;
    if ((old->tls == NULL) != (new->tls == NULL))
        problem_add(v->problems,
            fmt(v->arena, "%s.etcd.tls", now->path),
            "must not be %s once etcd exists, whose members could not talk to each other; put it "
            "back, or " ELSEWHERE,
            new->tls == NULL ? "taken out" : "added");
    check_size(change,
        fmt(v->arena, "%s.etcd.volumeClaim", now->path),
        etcd_claim(v, old->claim),
        etcd_claim(v, new->claim),
        ELSEWHERE);
    if (differs_in_more_than_size(etcd_claim(v, old->claim), etcd_claim(v, new->claim)))
        problem_add(v->problems,
            fmt(v->arena, "%s.etcd.volumeClaim", now->path),
            "must not change once etcd exists but for its size, got %s; put it back, or " ELSEWHERE,
            json_brief(v->arena, json_without(new->claim, "resources")));
    else if (!json_same(json_at(old->claim, "metadata"), json_at(new->claim, "metadata")))
        problem_add(v->problems,
            fmt(v->arena, "%s.etcd.volumeClaim.metadata", now->path),
            "must not change once etcd exists, since a StatefulSet has its claims made once; put "
            "it back, and change those that are there: kubectl annotate pvc --namespace %s "
            "--selector vitess.io/cluster=%s,vitess.io/cell=%s,vitess.io/component=etcd KEY=VALUE",
            object_namespace(v->request->parent),
            object_name(v->request->parent),
            now->name);
}

/* One that is too old to run is as good as none. */
static bool says_version(const struct validation *v, const struct etcd_spec *etcd)
{
    bool replaced = false;

    etcd_image_or_newer(v->arena, etcd->image, etcd->version, &replaced);
    return (etcd->image != NULL || etcd->version != NULL) && !replaced;
}

static const char *etcd_image(const struct validation *v, const struct etcd_spec *etcd)
{
    return etcd_image_or_newer(v->arena, etcd->image, etcd->version, NULL);
}

/* etcd is upgraded one minor version at a time, and does not read what a newer one has written
 * (etcd's "Upgrading etcd clusters and applications"). */
static void check_etcd_version(const struct change *change, const struct cell_item *now)
{
    const struct validation *v = change->v;
    struct arena *a = v->arena;
    const struct etcd_spec *before = change->before->item.etcd;
    struct image_version was, will;
    const char *path = fmt(a, "%s.etcd", now->path);
    const char *old, *new;

    if (before == NULL || now->etcd == NULL)
        return;
    new = etcd_image(v, now->etcd);
    /* Without a version it is the default of some build. The cell knows which one runs, and leads
     * it there. */
    old = says_version(v, before) ? etcd_image(v, before) : OLDEST_ETCD_IMAGE;
    if ((!says_version(v, before) && !says_version(v, now->etcd)) || !image_version(old, &was) ||
        !image_version(new, &will))
        return;
    if (now->etcd->image != NULL || now->etcd->version != NULL)
        path = fmt(a, "%s.%s", path, now->etcd->image == NULL ? "version" : "image");
    if (will.major < was.major || (will.major == was.major && will.minor < was.minor))
        refuse_step(change,
            path,
            fmt(a,
                "must not go from etcd %s down to %s, which cannot read what the newer one has "
                "written",
                image_version_text(a, &was),
                image_version_text(a, &will)),
            "put it back");
    else if (will.major == was.major && will.minor > was.minor + 1)
        refuse_step(change,
            path,
            fmt(a,
                "must not go from etcd %s to %s at once, since etcd takes one minor version at a "
                "time",
                image_version_text(a, &was),
                image_version_text(a, &will)),
            fmt(a, "go to %u.%u first", was.major, was.minor + 1));
    else if (now->etcd->image != NULL && says_version(v, before) &&
             etcd_step(old, new) == ETCD_BY_WAY)
        refuse_step(change,
            path,
            fmt(a,
                "must not go from etcd %s to %s at once, since it takes %s or a newer fix to go on",
                image_version_text(a, &was),
                image_version_text(a, &will),
                etcd_fix_needed(old)),
            "put that one in between, or say version instead, which the operator leads there");
}

/* --- Services --- */

static const char *family_of(const json_t *service)
{
    return json_string_value(json_array_get(json_at(service, "ipFamilies"), 0));
}

static void refuse_address(const struct change *change, const char *path, const char *old,
    const char *new)
{
    problem_add(change->v->problems,
        path,
        "must stay %s once the Service has it, got %s; put it back",
        old,
        or_none(new));
}

/* One that never had an address of the user's may pin the one it got. */
static void check_addresses(const struct change *change, const char *path, const json_t *old,
    const json_t *new)
{
    struct arena *a = change->v->arena;
    const char *address = json_text_at(old, "clusterIP");

    if (address != NULL && !text_equal(address, json_text_at(new, "clusterIP")))
        refuse_address(change,
            fmt(a, "%s.clusterIP", path),
            address,
            json_text_at(new, "clusterIP"));
    if (family_of(old) != NULL && family_of(new) != NULL &&
        !text_equal(family_of(old), family_of(new)))
        refuse_address(change, fmt(a, "%s.ipFamilies[0]", path), family_of(old), family_of(new));
    else if (json_array_size(json_at(new, "ipFamilies")) == 1 &&
             json_array_size(json_at(old, "ipFamilies")) == 2 &&
             !text_equal(json_text_at(new, "ipFamilyPolicy"), "SingleStack"))
        problem_add(change->v->problems,
            fmt(a, "%s.ipFamilyPolicy", path),
            "must be SingleStack where the second of ipFamilies goes, got %s",
            or_none(json_text_at(new, "ipFamilyPolicy")));
}

static void check_service(const struct change *change, const char *path, const json_t *old,
    const json_t *new)
{
    const char *before = json_text_at(old, "loadBalancerClass");
    const char *now = json_text_at(new, "loadBalancerClass");

    if (text_equal(json_text_at(old, "type"), "LoadBalancer") &&
        text_equal(json_text_at(new, "type"), "LoadBalancer") && !text_equal(before, now))
        problem_add(change->v->problems,
            fmt(change->v->arena, "%s.loadBalancerClass", path),
            "must stay %s while type is LoadBalancer, got %s; put it back, or make it a ClusterIP "
            "first, which gives the load balancer up",
            or_none(before),
            or_none(now));
    check_addresses(change, path, old, new);
}

#define CHECK_SERVICE(change, now, component)                                                      \
    do {                                                                                           \
        if ((change)->before->item.component != NULL && (now)->component != NULL)                  \
            check_service((change),                                                                \
                fmt((change)->v->arena, "%s." #component ".service", (now)->path),                 \
                (change)->before->item.component->service,                                         \
                (now)->component->service);                                                        \
    } while (0)

static void check_services(const struct change *change, const struct cell_item *now)
{
    CHECK_SERVICE(change, now, vtctld);
    CHECK_SERVICE(change, now, vtgate);
    CHECK_SERVICE(change, now, vtadmin);
}

/* --- versions of MySQL --- */

static const char *mysql_image_of(const struct pool_spec *pool, const char *image)
{
    return pool->mysql == NULL || pool->mysql->image == NULL ? image : pool->mysql->image;
}

/* A pool of a shard in the cell, and by which spec it is so. */
struct pool_now {
    const struct keyspace_item *keyspace;
    const char *cell, *shard;
    enum pool pool;
};

static const char *written_in(const struct pool_now *now, const char *key)
{
    return pool_written_in(now->keyspace, now->cell, now->shard, now->pool, key);
}

static void check_images(const struct change *change, const struct pool_spec *old,
    const struct pool_spec *new, const struct pool_now *now)
{
    struct arena *a = change->v->arena;
    const char *image = running_image(change->v->spec, new->image);
    const char *before =
        image_or_newer(old->image == NULL ? change->before->image : old->image, VITESS_IMAGE, NULL);
    const char *path =
        new->image == NULL ? "spec.image" : fmt(a, "%s.image", written_in(now, "image"));
    const struct mysql_spec *mysql = new->mysql;
    struct image_version was, will;
    const char *rule;

    if (!image_mysql(mysql_image_of(old, before), &was) ||
        !image_mysql(mysql_image_of(new, image), &will))
        return;
    rule = mysql_step_refused(a, &was, &will);
    if (mysql != NULL && mysql->image != NULL)
        path = fmt(a, "%s.mysql.image", written_in(now, "mysql"));
    if (rule != NULL)
        refuse_step(change,
            path,
            rule,
            "put it back, or make a new keyspace and move the tables (MoveTables)");
}

/* --- volumes of tablets --- */

/* What Kubernetes never lets change of a claim. */
static const json_t *fixed_part(const json_t *claim)
{
    static const char *const others[] = {"metadata",
        "resources",
        "volumeAttributesClassName",
        "storageClassName"};

    for (size_t i = 0; i < sizeof(others) / sizeof(*others); i++)
        claim = json_without(claim, others[i]);
    return claim;
}

static void check_claim(const struct change *change, const char *path, const json_t *old,
    const json_t *new)
{
    const struct validation *v = change->v;
    const char *before = json_text_at(old, "storageClassName");
    const char *now = json_text_at(new, "storageClassName");

    if (old == NULL || new == NULL)
        return;
    check_size(change, path, old, new, NEW_KEYSPACE);
    if (!text_equal(before, now))
        problem_add(v->problems,
            fmt(v->arena, "%s.storageClassName", path),
            "must not change from %s while there are tablets, got %s; put it back, "
            "or " NEW_KEYSPACE,
            or_none(before),
            or_none(now));
    if (!json_same(fixed_part(old), fixed_part(new)))
        problem_add(v->problems,
            path,
            "must not change but for its size while there are tablets, got %s; put it back, "
            "or " NEW_KEYSPACE,
            json_brief(v->arena, fixed_part(new)));
}

static const struct pool_spec *pool_of(struct arena *a, const struct keyspace_item *keyspace,
    const struct pool_now *at)
{
    const struct tablets_spec *tablets = tablets_in(a, keyspace, at->cell, at->shard);

    return merged_pool(a,
        tablets,
        at->pool == POOL_BATCH ? tablets->batch : tablets->master_eligible);
}

/* A problem belongs where the claim is written: in an override, the pool, or the defaults. */
static void check_pool(const struct change *change, const struct keyspace_item *before,
    const struct pool_now *now)
{
    struct arena *a = change->v->arena;
    const struct pool_spec *old = pool_of(a, before, now);
    const struct pool_spec *new = pool_of(a, now->keyspace, now);

    if (old == NULL || new == NULL || old->replicas == 0 || new->replicas == 0)
        return;
    check_images(change, old, new, now);
    check_claim(change,
        fmt(a, "%s.volumeClaim", written_in(now, "volumeClaim")),
        old->claim,
        new->claim);
}

static bool had_shard(const struct keyspace_item *before, const char *shard)
{
    for (size_t i = 0; i < keyspace_shards(before); i++) {
        if (text_equal(keyspace_shard(before, i), shard))
            return true;
    }
    return false;
}

/* Shards for which the same overrides are and were are judged once. */
static void check_tablets(const struct change *change, const struct keyspace_item *before,
    const struct keyspace_item *keyspace)
{
    struct arena *a = change->v->arena;
    const char *cell = change->before->item.name;
    const bool alike = before->overrides.count + keyspace->overrides.count == 0;
    json_t *seen = json_new_map();

    if (before->tablets == NULL || keyspace->tablets == NULL)
        return;
    for (size_t i = 0; i < keyspace_shards(keyspace); i++) {
        const char *shard = keyspace_shard(keyspace, i);
        const char *which = fmt(a,
            "%s %s",
            pool_combination(a, before, cell, shard),
            pool_combination(a, keyspace, cell, shard));

        if (shard == NULL || json_at(seen, which) != NULL || !had_shard(before, shard))
            continue;
        json_put(seen, which, json_true());
        check_pool(change, before, &(struct pool_now){keyspace, cell, shard, POOL_ELIGIBLE});
        check_pool(change, before, &(struct pool_now){keyspace, cell, shard, POOL_BATCH});
        if (alike)
            return;
    }
}

static void check_keyspaces(const struct change *change)
{
    const struct cluster_spec *spec = change->v->spec;

    for (size_t i = 0; i < change->before->keyspaces.count; i++) {
        const struct keyspace_item *old = &change->before->keyspaces.at[i];

        for (size_t j = 0; j < spec->keyspaces.count; j++) {
            const struct keyspace_item *new = &spec->keyspaces.at[j];

            if (text_equal(old->name, new->name) &&
                keyspace_in_cell(new, change->before->item.name))
                check_tablets(change, old, new);
        }
    }
}

/* --- all --- */

static void check_cell(const struct validation *v, const json_t *observed,
    const struct cell_spec *before, int tls_step)
{
    struct change change = {v, before, made_elsewhere(observed), tls_step};
    const struct cell_item *now;

    check_topology(&change);
    check_tls(&change, observed);
    now = find_cell(v->spec, before->item.name);
    if (now == NULL || before->item.name == NULL)
        return;
    check_selector(&change);
    check_location(&change, now, "zone", before->item.zone, now->zone);
    check_location(&change, now, "region", before->item.region, now->region);
    check_etcd(&change, now);
    check_etcd_version(&change, now);
    check_services(&change, now);
    check_keyspaces(&change);
}

void validate_changes(const struct validation *v)
{
    const struct objects *cells = &v->told->cells;
    const int step = tls_step(v->arena, v->spec);

    for (size_t i = 0; i < cells->count; i++) {
        if (!object_terminating(cells->at[i]))
            check_cell(v, cells->at[i], &v->told->specs[i], step);
    }
}
