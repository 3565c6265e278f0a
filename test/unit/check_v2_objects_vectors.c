#include <glob.h>

#include "../../hooks/v2/derived.h"
#include "../../hooks/v2/hashes.h"
#include "../../hooks/v2/keys.h"
#include "../../hooks/v2/names.h"
#include "../../hooks/v2/objects.h"

#include "metadata.h"
#include "planetscale.h"
#include "template.h"

/* Every object of a component that theirs have made at whatever stage is made here from the spec of
 * its owner at that stage, and is the same. */

struct stage {
    const char *name; /* "docs_101_ready.json" */
    const json_t *json;
    json_t *ours; /* "KIND NAME" to object */
};

/* `object` may be NULL: it is not wanted. */
static void made(struct stage *stage, const json_t *object)
{
    if (object == NULL)
        return;
    ck_assert_msg(template_bug(object) == NULL, "%s", template_bug(object));
    json_put(stage->ours, fmt(arena, "%s %s", object_kind(object), object_name(object)), object);
}

static void read_spec(const json_t *object, const struct spec_field *fields, void *out)
{
    struct problems problems = {.arena = arena};

    spec_read(arena, fields, json_at(object, "spec"), "spec", SPEC_STRICT, out, &problems);
    ck_assert_msg(problems.count == 0, "%s", problems_text(&problems));
}

static const char *address_of(const struct stage *stage, const char *service)
{
    return json_text_at(vector_object(stage->json, "Service", service), "spec", "clusterIP");
}

/* --- of a VitessCluster --- */

static bool is_wanted(const json_t *cells, const char *cell)
{
    return json_array_size(cells) == 0 || json_list_has(cells, cell);
}

static void make_vtctld(struct stage *stage, const struct v2_place *place,
    const struct cluster_spec *spec)
{
    const struct cluster_backup *backup = spec->backup;
    const struct v2_vtctld vtctld = {.place = *place,
        .image = spec->images->vtctld,
        .pull_policy = spec->pull_policies->vtctld,
        .mysqld_image = v2_mysqld_image(spec->images->mysqld),
        .spec = spec->dashboard,
        .backup_location =
            backup == NULL || backup->locations.count == 0 ? NULL : &backup->locations.at[0],
        .backup_engine = backup == NULL ? NULL : backup->engine};

    made(stage, v2_make_vtctld_deployment(arena, &vtctld));
}

/* The only one, or that of the cell. */
static const char *api_address(const struct vtadmin_spec *spec, const char *cell)
{
    const json_t *addresses = spec->api_addresses, *name;
    size_t at = 0;

    json_each_item (json_array_size(addresses) > 1 ? spec->cells : NULL, i, name) {
        if (text_equal(json_string_value(name), cell))
            at = i;
    }
    return json_string_value(json_array_get(addresses, at));
}

static void make_vtadmin(struct stage *stage, const struct v2_place *place,
    const struct cluster_spec *spec)
{
    const struct v2_vtadmin vtadmin = {.place = *place,
        .image = spec->images->vtadmin,
        .pull_policy = spec->pull_policies->vtadmin,
        .spec = spec->vtadmin,
        .api_address = api_address(spec->vtadmin, place->cell),
        .vtctld_address = address_of(stage, v2_vtctld_service(arena, place->cluster)),
        .vtgate_address = address_of(stage, v2_vtgate_service(arena, place->cluster, place->cell))};

    made(stage, v2_make_vtadmin_deployment(arena, &vtadmin));
    made(stage, v2_make_vtadmin_discovery(arena, &vtadmin));
    made(stage, v2_make_vtadmin_config(arena, &vtadmin));
    made(stage, v2_make_vtadmin_web_config(arena, &vtadmin));
}

/* Without an image there is none. */
static bool has_vtadmin(const struct cluster_spec *spec)
{
    return spec->vtadmin != NULL && v2_given(spec->images->vtadmin) != NULL;
}

static void make_in_cell(struct stage *stage, struct v2_place place,
    const struct cluster_spec *spec, const struct cell *cell)
{
    place.cell = cell->name;
    place.zone = cell->zone;
    if (is_wanted(spec->dashboard == NULL ? NULL : spec->dashboard->cells, cell->name))
        make_vtctld(stage, &place, spec);
    if (has_vtadmin(spec) && is_wanted(spec->vtadmin->cells, cell->name))
        make_vtadmin(stage, &place, spec);
}

static void make_of_cluster(struct stage *stage, const json_t *object)
{
    struct cluster_spec spec = {0};
    const struct v2_cluster cluster = {object_namespace(object), object_name(object), &spec};
    struct v2_place place = {.namespace = cluster.namespace, .cluster = cluster.name};

    read_spec(object, v2_cluster_fields, &spec);
    v2_normalise(arena, &spec);
    place.topology = v2_global_lockserver(arena, &cluster);
    place.vitess_flags = spec.vitess_flags;
    place.pull_secrets = spec.pull_secrets;
    for (size_t i = 0; i < spec.cells.count; i++)
        make_in_cell(stage, place, &spec, &spec.cells.at[i]);
    made(stage,
        v2_make_vtctld_service(arena,
            &place,
            spec.dashboard == NULL ? NULL : spec.dashboard->service));
    made(stage, v2_make_vtgate_service(arena, &place, spec.gateway_service));
    made(stage, v2_make_vttablet_service(arena, &place, spec.tablet_service));
    if (has_vtadmin(&spec))
        made(stage, v2_make_vtadmin_service(arena, &place, spec.vtadmin->service));
}

/* --- of a VitessCell --- */

/* Of the first shard that there is. */
static const char *image_of_a_shard(const struct stage *stage)
{
    struct shard_spec spec = {0};
    const json_t *object;

    json_each_item (json_at(stage->json, "objects"), i, object) {
        if (!text_equal(object_kind(object), "VitessShard"))
            continue;
        read_spec(object, v2_shard_fields, &spec);
        return v2_mysqld_image(spec.images->mysqld);
    }
    return NULL;
}

static const char *secret_hash(const struct stage *stage, const struct gateway *gateway)
{
    const struct texts names = v2_vtgate_secrets(arena, gateway);
    json_t *secrets = json_new_list();

    for (size_t i = 0; i < names.count; i++)
        json_add(secrets, vector_object(stage->json, "Secret", names.at[i]));
    return v2_hash_secrets(arena, secrets);
}

static void make_of_cell(struct stage *stage, const json_t *object)
{
    struct cell_spec spec = {0};
    struct v2_vtgate vtgate = {0};
    const struct gateway *gateway;

    read_spec(object, v2_cell_fields, &spec);
    gateway = spec.cell.gateway;
    vtgate = (struct v2_vtgate){.place = {.namespace = object_namespace(object),
                                    .cluster = object_label(object, CLUSTER_LABEL),
                                    .cell = spec.cell.name,
                                    .zone = spec.cell.zone,
                                    .topology = *spec.global_lockserver,
                                    .vitess_flags = spec.vitess_flags,
                                    .pull_secrets = spec.pull_secrets},
        .image = spec.images->vtgate,
        .pull_policy = spec.pull_policies == NULL ? NULL : spec.pull_policies->vtgate,
        .mysqld_image = image_of_a_shard(stage),
        .all_cells = spec.all_cells,
        .spec = gateway,
        .secret_hash = secret_hash(stage, gateway)};
    made(stage, v2_make_vtgate_deployment(arena, &vtgate));
    made(stage,
        v2_make_vtgate_service(arena, &vtgate.place, gateway == NULL ? NULL : gateway->service));
    if (gateway != NULL && gateway->autoscaler != NULL)
        made(stage, v2_make_vtgate_autoscaler(arena, &vtgate.place, gateway->autoscaler));
}

/* --- of a VitessShard --- */

static void make_of_shard(struct stage *stage, const json_t *object)
{
    struct shard_spec spec = {0};
    struct v2_vtorc vtorc = {0};

    read_spec(object, v2_shard_fields, &spec);
    for (size_t i = 0; i < spec.template.pools.count; i++) {
        const struct tablet_pool *pool = &spec.template.pools.at[i];

        if (!text_equal(pool->type, "replica"))
            continue;
        vtorc = (struct v2_vtorc){.place = {.namespace = object_namespace(object),
                                      .cluster = object_label(object, CLUSTER_LABEL),
                                      .cell = pool->cell,
                                      .zone = json_text_at(spec.zone_map, pool->cell),
                                      .topology = *spec.global_lockserver,
                                      .vitess_flags = spec.vitess_flags,
                                      .pull_secrets = spec.pull_secrets},
            .keyspace = object_label(object, KEYSPACE_LABEL),
            .shard = spec.name,
            .image = spec.images->vtorc,
            .pull_policy = spec.pull_policies == NULL ? NULL : spec.pull_policies->vtorc,
            .spec = spec.orchestrator};
        made(stage, v2_make_vtorc_deployment(arena, &vtorc));
    }
}

/* --- of an EtcdLockserver --- */

static void make_of_etcd(struct stage *stage, const json_t *object)
{
    struct etcd_template spec = {0};
    const struct v2_etcd etcd = {object_namespace(object),
        object_name(object),
        object_label(object, CLUSTER_LABEL),
        &spec};

    read_spec(object, v2_etcd_lockserver_fields, &spec);
    for (uint32_t i = 1; i <= ETCD_MEMBERS; i++) {
        if (v2_etcd_is_here(&etcd, i)) {
            made(stage, v2_make_etcd_pod(arena, &etcd, i));
            made(stage, v2_make_etcd_claim(arena, &etcd, i));
        }
    }
    made(stage, v2_make_etcd_client_service(arena, &etcd));
    made(stage, v2_make_etcd_peer_service(arena, &etcd));
    made(stage, v2_make_etcd_budget(arena, &etcd));
}

/* --- all of a stage --- */

static const struct {
    const char *kind;
    void (*make)(struct stage *stage, const json_t *object);
} owners[] = {{"VitessCluster", make_of_cluster},
    {"VitessCell", make_of_cell},
    {"VitessShard", make_of_shard},
    {"EtcdLockserver", make_of_etcd}};

static void make_ours(struct stage *stage)
{
    const json_t *object;

    json_each_item (json_at(stage->json, "objects"), i, object) {
        for (size_t j = 0; j < sizeof(owners) / sizeof(*owners); j++) {
            if (text_equal(object_kind(object), owners[j].kind))
                owners[j].make(stage, object);
        }
    }
}

/* Not here: the levels themselves, what users apply, and what tablets and backups have. */
static bool is_of_others(const json_t *object)
{
    static const char *const components[] = {"vttablet", "vtbackup", "vbs-subcontroller", NULL};
    const char *component = object_label(object, COMPONENT_LABEL);

    if (text_equal(json_text_at(object, "apiVersion"), API_VERSION))
        return true;
    if (text_equal(object_kind(object), "Secret"))
        return strstr(object_name(object), "-vtadmin-") == NULL;
    if (text_equal(object_kind(object), "Service"))
        return false;
    return component != NULL && text_is_one_of(component, components);
}

/* The address is of their API server, where nobody says it. */
static const json_t *comparable(const json_t *theirs, const json_t *ours)
{
    json_t *copy = json_overlay(theirs, NULL);

    if (text_equal(object_kind(theirs), "Service") && json_at(ours, "spec", "clusterIP") == NULL)
        json_put(copy, "spec", json_without(json_at(theirs, "spec"), "clusterIP"));
    return copy;
}

static const char *key_of(const json_t *object)
{
    return fmt(arena, "%s %s", object_kind(object), object_name(object));
}

static struct stage stage_of(const char *name)
{
    struct stage stage = {name, vector_json(name), json_new_map()};

    make_ours(&stage);
    return stage;
}

/* What waits for somebody to release it is as it was in the scenario's first stage. */
static void ck_held(const struct stage *stage, const json_t *theirs)
{
    const char *scenario = text_copy(arena, stage->name, strcspn(stage->name, "_"));
    const struct stage before = stage_of(fmt(arena, "%s_ready.json", scenario));
    json_t *copy = json_overlay(theirs, NULL);

    json_put(copy, "metadata", json_without(json_at(theirs, "metadata"), "annotations"));
    ck_as_theirs(json_at(before.ours, key_of(theirs)), copy);
}

static void ck_object(const struct stage *stage, const json_t *theirs)
{
    const json_t *ours = json_at(stage->ours, key_of(theirs));

    ck_assert_msg(ours != NULL, "%s: nobody makes %s", stage->name, key_of(theirs));
    if (object_annotation(theirs, ROLLOUT_SCHEDULED_ANNOTATION) != NULL)
        ck_held(stage, theirs);
    else
        ck_as_theirs(ours, comparable(theirs, ours));
}

static void ck_stage(const char *name)
{
    const struct stage stage = stage_of(name);
    size_t count = 0;
    const json_t *theirs;

    json_each_item (json_at(stage.json, "objects"), i, theirs) {
        if (is_of_others(theirs))
            continue;
        ck_object(&stage, theirs);
        count++;
    }
    ck_assert_uint_gt(count, 14);
    ck_assert_uint_eq(count, json_object_size(stage.ours));
}

START_TEST(everything_is_as_theirs)
{
    glob_t found;

    ck_assert_int_eq(glob(VECTORS "*_*.json", 0, NULL, &found), 0);
    ck_assert_uint_gt(found.gl_pathc, 30);
    for (size_t i = 0; i < found.gl_pathc; i++)
        ck_stage(found.gl_pathv[i] + strlen(VECTORS));
    globfree(&found);
}
END_TEST

static void tests(TCase *tcase)
{
    tcase_add_test(tcase, everything_is_as_theirs);
}

TEST_MAIN(tests)
