#include "cluster.h"

#include <string.h>

#include "pod.h"
#include "pools.h"
#include "template.h"

/* What the table of fields cannot see of a user's spec: where one part must fit another. Rules are
 * kept to what cannot work, so that an upgrade of ours never turns an accepted spec invalid. */

static const char *at(const struct validation *v, const char *path, const char *field)
{
    return fmt(v->arena, "%s.%s", path, field);
}

static const char *at_index(const struct validation *v, const char *path, size_t index)
{
    return fmt(v->arena, "%s[%zu]", path, index);
}

/* Without a size the API server refuses the PersistentVolumeClaim. */
static void check_claim(const struct validation *v, const char *path, const json_t *claim)
{
    if (claim != NULL && json_at(claim, "resources", "requests", "storage") == NULL)
        problem_add(v->problems,
            at(v, path, "resources.requests.storage"),
            "is required, such as \"10Gi\"");
}

static void check_labels(const struct validation *v, const char *path, const json_t *labels)
{
    const json_t *value;
    const char *key;

    json_each_field (labels, key, value) {
        if (text_is_one_of(key, excluded_labels) || text_equal(key, TABLET_TYPE_LABEL))
            problem_add(v->problems,
                fmt(v->arena, "%s[%s]", path, key),
                "must not be set: only some objects have this label, and it tells them from the "
                "others; take it out");
    }
}

/* Metacontroller refuses children whose labels do not satisfy their parent's selector. */
static void check_metadata(const struct validation *v)
{
    const json_t *selector = v->spec->selector;
    const json_t *template = json_at(v->spec->template, "metadata", "labels");
    const json_t *matches = json_at(selector, "matchLabels");

    check_labels(v, "spec.template.metadata.labels", template);
    check_labels(v, "spec.selector.matchLabels", matches);
    if (selector != NULL && !selector_matches(selector, json_overlay(template, matches)))
        problem_add(v->problems,
            "spec.selector",
            "must match the labels in spec.template.metadata.labels, got %s",
            json_brief(v->arena, selector));
}

/* A claim without its tablet's is nobody's to keep. */
static void check_claim_labels(const struct validation *v, const char *path, const json_t *claim)
{
    check_labels(v,
        fmt(v->arena, "%s.metadata.labels", path),
        json_at(claim, "metadata", "labels"));
}

/* --- cells --- */

static void check_etcd(const struct validation *v, const struct cell_item *cell)
{
    const struct etcd_spec *etcd = cell->etcd;
    const char *path = at(v, cell->path, "etcd");

    if (etcd == NULL)
        return;
    /* Half of an even number of members is no majority. */
    if (etcd->size != 0 && etcd->size % 2 == 0)
        problem_add(v->problems, at(v, path, "size"), "must be 1, 3 or 5, got %u", etcd->size);
    if (etcd->image == NULL && etcd->version != NULL && spec_version.accepts(etcd->version) &&
        etcd_whole_version(v->arena, etcd->version) == NULL)
        problem_add(v->problems,
            at(v, path, "version"),
            "must be a whole version such as \"%s.0\", got \"%s\": this build does not know its "
            "newest fix",
            etcd->version,
            etcd->version);
    check_claim(v, at(v, path, "volumeClaim"), etcd->claim);
    check_claim_labels(v, at(v, path, "volumeClaim"), etcd->claim);
}

static void check_cell(const struct validation *v, const struct cell_item *cell)
{
    if (cell->json == NULL)
        return; /* no mapping, a problem already; the same below */
    if (is_control_cell(cell) && cell->vtgate != NULL)
        problem_add(v->problems,
            at(v, cell->path, "vtgate"),
            "the cell \"" CONTROL_CELL "\" cannot hold a vtgate, move it to a cell with tablets");
    check_etcd(v, cell);
}

/* --- lock server --- */

#define NEEDS_VTCTLD                                                                               \
    "needs a vtctld in some cell, since tasks reach a topology with TLS only through one"

static void check_external(const struct validation *v, const struct lockserver_spec *lockserver)
{
    /* vtctldclient --server internal has no flags for TLS to the topology. */
    if (lockserver->tls_secret != NULL && vtctld_cell(v->spec) == NULL)
        problem_add(v->problems, "spec.lockserver.tlsSecret", NEEDS_VTCTLD);
}

/* Where spec.cells is no list that is said already, and nothing can be held against it. */
static bool has_cells(const struct validation *v)
{
    return json_is_array(json_at(v->spec->json, "cells"));
}

/* The same where a cell has no name that can be read. */
static bool has_named_cells(const struct validation *v)
{
    for (size_t i = 0; i < v->spec->cells.count; i++)
        if (v->spec->cells.at[i].name == NULL)
            return false;
    return has_cells(v);
}

/* A misspelt etcd is one that is meant. */
static bool means_etcd(const struct validation *v)
{
    for (size_t i = 0; i < v->spec->cells.count; i++) {
        const struct cell_item *cell = &v->spec->cells.at[i];

        if (cell->path != NULL && problem_is_explained(v->problems, at(v, cell->path, "etcd")))
            return true;
    }
    return problem_is_explained(v->problems, "spec.lockserver");
}

static void check_lock_server(const struct validation *v)
{
    const struct cell_item *cell = lock_server_cell(v->spec);

    if (v->spec->lockserver != NULL)
        check_external(v, v->spec->lockserver);
    else if (cell != NULL && cell->etcd->tls != NULL && vtctld_cell(v->spec) == NULL)
        problem_add(v->problems, at(v, cell->path, "etcd.tls"), NEEDS_VTCTLD);
    else if (cell == NULL && has_cells(v) && !means_etcd(v))
        problem_add(v->problems,
            "spec.cells",
            "one cell must have etcd, or spec.lockserver must name an etcd that exists");
}

/* --- keyspaces --- */

static const char *cell_names(const struct validation *v)
{
    struct text names = {.arena = v->arena};

    for (size_t i = 0; i < v->spec->cells.count; i++) {
        const struct cell_item *cell = &v->spec->cells.at[i];

        if (cell->name != NULL && !is_control_cell(cell))
            text_addf(&names, "%s\"%s\"", names.length == 0 ? "" : ", ", cell->name);
    }
    return names.length == 0 ? "none" : text_string(&names);
}

static void check_cells_of(const struct validation *v, const struct keyspace_item *keyspace)
{
    const char *path = at(v, keyspace->path, "cells");
    const json_t *item;

    json_each_item (keyspace->cells, i, item) {
        const char *name = json_string_value(item);

        if (name == NULL)
            continue;
        if (text_equal(name, CONTROL_CELL))
            problem_add(v->problems,
                at_index(v, path, i),
                "the cell \"" CONTROL_CELL "\" cannot hold tablets, only the cells of zones can");
        else if (find_cell(v->spec, name) == NULL && has_named_cells(v))
            problem_add(v->problems,
                at_index(v, path, i),
                "must be a cell of spec.cells (%s), got \"%s\"",
                cell_names(v),
                name);
    }
}

/* The shards of one keyspace: ranges, or plain names. */
struct shards {
    struct keyrange *ranges;
    size_t count;
    const char *plain, *range; /* the first of each sort */
    json_t *seen;              /* plain names */
    bool unreadable;           /* some range has a bound that is none */
};

static bool is_readable(const struct key_range *range)
{
    return range->start != NULL && range->end != NULL && spec_key_range.accepts(range->start) &&
           spec_key_range.accepts(range->end);
}

static void add_range(struct shards *shards, const char *name, const char *start, const char *end,
    const char *path)
{
    shards->ranges[shards->count++] = (struct keyrange){start, end, path};
    if (shards->range == NULL)
        shards->range = name;
}

static void add_plain(const struct validation *v, struct shards *shards,
    const struct shard_item *shard)
{
    const char *path = at(v, shard->path, "name");

    if (!spec_dns_label.accepts(shard->name))
        problem_add(v->problems,
            path,
            "must be \"0\", a key range such as \"-80\", or another DNS label, got \"%s\"",
            shard->name);
    if (json_at(shards->seen, shard->name) != NULL)
        problem_add(v->problems, path, "must differ between items, got \"%s\"", shard->name);
    json_put(shards->seen, shard->name, json_true());
    if (shards->plain == NULL)
        shards->plain = shard->name;
}

static void add_shard(const struct validation *v, struct shards *shards,
    const struct shard_item *shard)
{
    const struct key_range *range = shard->key_range;

    if (shard->json == NULL)
        return;
    if (range != NULL ? !is_readable(range)
                      : problem_is_explained(v->problems, at(v, shard->path, "keyRange"))) {
        shards->unreadable = true;
    } else if (range != NULL) {
        add_range(shards, shard->vitess_name, range->start, range->end, range->path);
    } else if (shard->name == NULL) {
        problem_add(v->problems, shard->path, "must have a keyRange, or the name \"0\"");
    } else if (keyrange_is(shard->name)) {
        size_t start = strcspn(shard->name, "-");

        add_range(shards,
            shard->name,
            text_copy(v->arena, shard->name, start),
            shard->name + start + 1,
            shard->path);
    } else {
        add_plain(v, shards, shard);
    }
}

/* Where it is possible it has been written as shards before. */
static void check_equal(const struct validation *v, const struct keyspace_item *keyspace)
{
    const struct equal_spec *equal = keyspace->equal;
    const uint32_t width = equal == NULL ? 0 : equal_width(equal);

    if (equal == NULL || equal->path == NULL || equal->parts == 0)
        return;
    if (json_at(keyspace->json, "equal") != NULL && keyspace->shards_json != NULL)
        problem_add(v->problems,
            equal->path,
            "is another way to write shards: leave one of them out");
    else if (width % 2 != 0)
        problem_add(v->problems,
            at(v, equal->path, "hexWidth"),
            "must be 2, 4, 6 or 8, since a bound of a key range has an even number of hex digits, "
            "got %u",
            width);
    else if (!equal_is_possible(equal) && equal->parts <= MOST_SHARDS && width <= 8)
        problem_add(v->problems,
            at(v, equal->path, "hexWidth"),
            "must be 4 or more for %u parts: there are only 256 bounds of 2 hex digits, got %u",
            equal->parts,
            width);
}

static void check_shards(const struct validation *v, const struct keyspace_item *keyspace)
{
    struct shards shards = {
        .ranges = arena_array(v->arena, keyspace->shards.count + 1, sizeof(*shards.ranges)),
        .seen = json_new_map()};

    for (size_t i = 0; i < keyspace->shards.count; i++)
        add_shard(v, &shards, &keyspace->shards.at[i]);
    if (shards.plain != NULL && shards.range != NULL)
        problem_add(v->problems,
            at(v, keyspace->path, "shards"),
            "must be all key ranges or all plain names, got \"%s\" beside \"%s\"; to reshard list "
            "the new shards only, the old ones stay until nothing is served from them",
            shards.plain,
            shards.range);
    /* With a range missing everything around it would look like a gap. */
    if (!shards.unreadable)
        keyranges_check(shards.ranges, shards.count, v->problems);
}

/* --- tablets --- */

/* What is written in one block, whether it is merged into another or not. */
static void check_block(const struct validation *v, const struct pool_spec *pool)
{
    if (pool == NULL || pool->json == NULL)
        return;
    if (pool->mysql != NULL && pool->mysql->config != NULL)
        my_cnf_check(pool->mysql->config, at(v, pool->path, "mysql.config"), v->problems);
    check_claim(v, at(v, pool->path, "volumeClaim"), pool->claim);
    check_claim_labels(v, at(v, pool->path, "volumeClaim"), pool->claim);
}

static void check_pool(const struct validation *v, const struct tablets_spec *tablets,
    const struct pool_spec *pool)
{
    const struct pool_spec *merged = merged_pool(v->arena, tablets, pool);

    if (merged == NULL)
        return;
    if (merged->replicas > 0 && merged->claim == NULL)
        problem_add(v->problems,
            at(v, pool->path, "volumeClaim"),
            "is required, here or in tablets.defaults");
    check_block(v, pool);
}

/* A pool or number that cannot be read, or is out of range, has its own problem already. */
static bool wants_none(const struct validation *v, const struct tablets_spec *tablets)
{
    const struct pool_spec *pool = merged_pool(v->arena, tablets, tablets->master_eligible);
    const json_t *given = pool == NULL ? NULL : json_at(pool->json, "replicas");

    if (pool == NULL || json_at(tablets->master_eligible->json, "replicas") != NULL)
        return false;
    return given == NULL || (json_is_integer(given) && json_integer_value(given) == 0);
}

static void check_primaries(const struct validation *v, const struct keyspace_item *keyspace)
{
    const char *path = at(v, keyspace->path, "tablets.masterEligible");
    const struct tablets_spec *tablets = keyspace->tablets;

    if (tablets->master_eligible == NULL)
        problem_add(v->problems, path, "is required: " NO_PRIMARY);
    else if (wants_none(v, tablets))
        problem_add(v->problems,
            at(v, path, "replicas"),
            "is required, at least 1, here or in tablets.defaults: " NO_PRIMARY);
}

/* Tablets that can acknowledge what a primary of the shard writes, wherever it is. */
static json_int_t acknowledgers_of(const struct keyspace_item *keyspace, const char *shard,
    const char *policy)
{
    bool rdonly = text_ends_with(policy, "_with_rdonly_ack");
    json_int_t all = json_int_sum(pool_in_all_cells(keyspace, shard, POOL_ELIGIBLE),
        rdonly ? pool_in_all_cells(keyspace, shard, POOL_BATCH) : 0);
    json_int_t fewest = all - 1;
    const json_t *cell;

    json_each_item (keyspace->cells, i, cell) {
        const char *name = json_string_value(cell);
        uint32_t own = name == NULL ? 0 : pool_replicas(keyspace, name, shard, POOL_ELIGIBLE);

        if (own == 0 || !text_starts_with(policy, "cross_cell"))
            continue;
        if (rdonly)
            own += pool_replicas(keyspace, name, shard, POOL_BATCH);
        fewest = all - own < fewest ? all - own : fewest;
    }
    return fewest < 0 ? 0 : fewest;
}

/* The shard that has the fewest. */
static json_int_t acknowledgers(const struct keyspace_item *keyspace, const char *policy)
{
    json_int_t fewest = acknowledgers_of(keyspace, NULL, policy);

    for (size_t i = 0; keyspace->overrides.count > 0 && i < keyspace_shards(keyspace); i++) {
        json_int_t count = acknowledgers_of(keyspace, keyspace_shard(keyspace, i), policy);

        fewest = i == 0 || count < fewest ? count : fewest;
    }
    return fewest;
}

/* A shard without any has its own problem. */
static bool any_eligible(const struct validation *v, const struct keyspace_item *keyspace)
{
    return keyspace->overrides.count == 0 ? replica_tablets(v->arena, keyspace->tablets) > 0
                                          : fewest_replicas(keyspace) > 0;
}

/* With nobody to acknowledge it the first write would hang for ever. */
static void check_durability(const struct validation *v, const struct keyspace_item *keyspace)
{
    const char *policy = keyspace->durability_policy;

    if (policy == NULL || text_equal(policy, "none") || !any_eligible(v, keyspace))
        return;
    if (acknowledgers(keyspace, policy) == 0)
        problem_add(v->problems,
            at(v, keyspace->path, "durabilityPolicy"),
            "needs a second tablet %s to acknowledge each write, got \"%s\"",
            text_starts_with(policy, "cross_cell") ? "in another cell" : "in each shard",
            policy);
}

/* --- overrides --- */

/* More than these are counted. */
enum { NAMES_SAID = 5 };

static const char *quoted_names(const struct texts *names)
{
    struct text text = {.arena = names->arena};

    for (size_t i = 0; i < names->count && i < NAMES_SAID; i++)
        text_addf(&text, "%s\"%s\"", i == 0 ? "" : ", ", names->at[i]);
    if (names->count > NAMES_SAID)
        text_addf(&text, " and %zu more", names->count - NAMES_SAID);
    return names->count == 0 ? "none" : text_string(&text);
}

static const char *did_you_mean(const struct texts *names, const char *name)
{
    size_t best = 3;
    const char *found = NULL;

    for (size_t i = 0; i < names->count; i++) {
        size_t far = text_distance(names->at[i], name);

        if (far < best) {
            best = far;
            found = names->at[i];
        }
    }
    return found == NULL ? "" : fmt(names->arena, " (did you mean \"%s\"?)", found);
}

static void check_names_in(const struct validation *v, const json_t *list, const char *path,
    const char *what, const struct texts *known)
{
    const json_t *item;

    json_each_item (list, i, item) {
        const char *name = json_string_value(item);

        if (name != NULL && !texts_contain(known, name))
            problem_add(v->problems,
                at_index(v, path, i),
                "must be a %s of the keyspace (%s), got \"%s\"%s",
                what,
                quoted_names(known),
                name,
                did_you_mean(known, name));
    }
}

/* Shards that cannot be read have their own problem. */
static void check_override(const struct validation *v, const struct pool_override *override,
    const struct texts *cells, const struct texts *shards)
{
    if (override->json == NULL)
        return;
    check_names_in(v, override->cells, at(v, override->path, "cells"), "cell", cells);
    if (shards != NULL)
        check_names_in(v, override->shards, at(v, override->path, "shards"), "shard", shards);
    if (json_at(override->json, "masterEligible") == NULL &&
        json_at(override->json, "batch") == NULL)
        problem_add(v->problems,
            override->path,
            "must have masterEligible or batch: what is other there");
    check_block(v, override->master_eligible);
    check_block(v, override->batch);
}

static void check_claim_at(const struct validation *v, const struct keyspace_item *keyspace,
    struct pool_place place, enum pool pool)
{
    const struct tablets_spec *tablets = tablets_in(v->arena, keyspace, place.cell, place.shard);
    const struct pool_spec *merged = merged_pool(v->arena,
        tablets,
        pool == POOL_BATCH ? tablets->batch : tablets->master_eligible);

    if (merged != NULL && merged->replicas > 0 && merged->claim == NULL)
        problem_add(v->problems,
            at(v,
                pool_written_in(keyspace, place.cell, place.shard, pool, "replicas"),
                "volumeClaim"),
            "is required, here or in tablets.defaults");
}

/* A keyspace that has no primary anyway has its own problem. */
static void check_primaries_left(const struct validation *v, const struct keyspace_item *keyspace)
{
    for (size_t i = 0; i < keyspace_shards(keyspace); i++) {
        const char *shard = keyspace_shard(keyspace, i);

        if (shard == NULL || pool_in_all_cells(keyspace, shard, POOL_ELIGIBLE) > 0 ||
            json_count_at(keyspace->tablets->json, "masterEligible", "replicas") +
                    json_count_at(keyspace->tablets->json, "defaults", "replicas") ==
                0)
            continue;
        problem_add(v->problems,
            at(v, keyspace->path, "overrides"),
            "leave shard \"%s\" no tablet of masterEligible in any cell: " NO_PRIMARY,
            shard);
        return;
    }
}

static void check_overrides(const struct validation *v, const struct keyspace_item *keyspace)
{
    struct texts cells = {.arena = v->arena}, shards = {.arena = v->arena};
    struct pool_places places = {0};
    struct pool_place place;
    const json_t *cell;

    if (keyspace->overrides.count == 0)
        return;
    json_each_item (keyspace->cells, i, cell) {
        if (json_is_string(cell))
            texts_add(&cells, json_string_value(cell));
    }
    for (size_t i = 0; i < keyspace_shards(keyspace); i++) {
        if (keyspace_shard(keyspace, i) != NULL)
            texts_add(&shards, keyspace_shard(keyspace, i));
    }
    for (size_t i = 0; i < keyspace->overrides.count; i++)
        check_override(v,
            &keyspace->overrides.at[i],
            &cells,
            json_at(keyspace->json, "equal") != NULL ? NULL : &shards);
    place = next_pool_place(v->arena, keyspace, &places);
    for (; place.cell != NULL; place = next_pool_place(v->arena, keyspace, &places)) {
        check_claim_at(v, keyspace, place, POOL_ELIGIBLE);
        check_claim_at(v, keyspace, place, POOL_BATCH);
    }
    check_primaries_left(v, keyspace);
}

static void check_keyspace(const struct validation *v, const struct keyspace_item *keyspace)
{
    const struct tablets_spec *tablets = keyspace->tablets;

    if (keyspace->json == NULL)
        return;
    check_cells_of(v, keyspace);
    check_equal(v, keyspace);
    check_shards(v, keyspace);
    if (tablets == NULL || tablets->json == NULL)
        return;
    check_primaries(v, keyspace);
    check_durability(v, keyspace);
    check_block(v, tablets->defaults);
    check_pool(v, tablets, tablets->master_eligible);
    check_pool(v, tablets, tablets->batch);
    check_overrides(v, keyspace);
}

/* --- all --- */

void validate_cluster(const struct request *request, const struct cluster_spec *spec,
    const struct told_cells *told, struct problems *problems)
{
    struct validation v = {request, request->arena, spec, told, problems};

    check_metadata(&v);
    for (size_t i = 0; i < spec->cells.count; i++)
        check_cell(&v, &spec->cells.at[i]);
    check_lock_server(&v);
    for (size_t i = 0; i < spec->keyspaces.count; i++)
        check_keyspace(&v, &spec->keyspaces.at[i]);
    validate_flags(&v);
    validate_tls(&v);
    validate_overrides(&v);
    validate_grace(&v);
    validate_zone(&v);
    validate_names(&v);
    validate_force(&v);
    validate_changes(&v);
}
