#include "../../hooks/v2/objects.h"

#include "planetscale.h"

/* What no cluster of test/vectors has: as the sources of the operator of PlanetScale say. */

static const struct lockserver_params topology = {"etcd2", "etcd:2379", "/root"};

static struct v2_place place_in(const char *cell, const char *zone)
{
    return (struct v2_place){.namespace = "n",
        .cluster = "main",
        .cell = cell,
        .zone = zone,
        .topology = topology};
}

static void read_spec(const struct spec_field *fields, const char *text, void *out)
{
    struct problems problems = {.arena = arena};

    spec_read(arena, fields, json_of(text), "spec", SPEC_STRICT, out, &problems);
    ck_assert_msg(problems.count == 0, "%s", problems_text(&problems));
}

static const json_t *pod_of(const json_t *deployment)
{
    return json_at(deployment, "spec", "template", "spec");
}

static const json_t *container_of(const json_t *pod, const char *name)
{
    const json_t *container = json_named(json_at(pod, "containers"), name);

    ck_assert_msg(container != NULL, "no container %s", name);
    return container;
}

static const char *argument(const json_t *container, const char *name)
{
    const char *start = fmt(arena, "--%s=", name);
    const json_t *text;

    json_each_item (json_at(container, "args"), i, text) {
        if (text_starts_with(json_string_value(text), start))
            return json_string_value(text) + strlen(start);
    }
    return NULL;
}

#define ck_argument(container, name, value) ck_assert_pstr_eq(argument(container, name), value)

/* --- vtgate --- */

static const json_t *vtgate_of(const char *gateway, const char *mysqld_image)
{
    struct cell_spec spec = {0};
    struct v2_vtgate vtgate = {.place = place_in("zone1", "z"),
        .image = "vitess/lite",
        .pull_policy = "",
        .mysqld_image = mysqld_image,
        .all_cells = json_of("['zone1','zone2']"),
        .secret_hash = "hash"};

    read_spec(v2_cell_fields,
        fmt(arena,
            "{'name':'zone1','allCells':['zone1'],'globalLockserver':{'implementation':'a',"
            "'address':'b','rootPath':'c'},'gateway':{%s}}",
            gateway),
        &spec);
    vtgate.spec = spec.cell.gateway;
    vtgate.place.vitess_flags = json_of("{'logtostderr':'false','--buffer_size':'7'}");
    return v2_make_vtgate_deployment(arena, &vtgate);
}

#define TLS(more)                                                                                  \
    "'secureTransport':{'required':true,'tls':{'certSecret':{'name':'t','key':'tls.crt'}" more "}" \
    "}"

START_TEST(vtgate_with_tls)
{
    const json_t *pod = pod_of(vtgate_of("'extraVolumeMounts':[{'name':'v','mountPath':'/v'}],"
                                         "'extraVolumes':[{'name':'v','emptyDir':{}},"
                                         "{'name':'k','hostPath':{'path':'/k'}}]," TLS(
                                             ",'keySecret':{'name':'t','key':'tls.key',"
                                             "'volumeName':'k'},"
                                             "'clientCACertSecret':{'name':'c','key':'ca.crt'}"),
        NULL));
    const json_t *container = container_of(pod, "vtgate");

    ck_argument(container, "mysql_server_require_secure_transport", "true");
    ck_argument(container, "mysql_server_ssl_cert", "/vt/secrets/vtgate-tls-cert/tls.crt");
    ck_argument(container, "mysql_server_ssl_key", "/vt/secrets/vtgate-tls-key/tls.key");
    ck_argument(container, "mysql_server_ssl_ca", "/vt/secrets/vtgate-tls-ca-cert/ca.crt");
    ck_argument(container, "grpc_cert", "/vt/secrets/vtgate-tls-cert/tls.crt");
    ck_argument(container, "grpc_key", "/vt/secrets/vtgate-tls-key/tls.key");
    ck_argument(container, "grpc_ca", "/vt/secrets/vtgate-tls-ca-cert/ca.crt");
    ck_json(json_at(container, "volumeMounts"),
        "[{'name':'v','mountPath':'/v'},"
        "{'name':'vtgate-tls-cert-secret','mountPath':'/vt/secrets/vtgate-tls-cert',"
        "'readOnly':true},"
        "{'name':'k','mountPath':'/vt/secrets/vtgate-tls-key','readOnly':true},"
        "{'name':'vtgate-tls-ca-cert-secret','mountPath':'/vt/secrets/vtgate-tls-ca-cert',"
        "'readOnly':true}]");
    ck_json(json_at(pod, "volumes"),
        "[{'name':'vtgate-tls-cert-secret','secret':{'secretName':'t','defaultMode':292,"
        "'items':[{'key':'tls.crt','path':'tls.crt'}]}},"
        "{'name':'k','hostPath':{'path':'/k'}},"
        "{'name':'vtgate-tls-ca-cert-secret','secret':{'secretName':'c','defaultMode':292,"
        "'items':[{'key':'ca.crt','path':'ca.crt'}]}},"
        "{'name':'v','emptyDir':{}}]");
}
END_TEST

START_TEST(vtgate_without_a_key)
{
    const json_t *pod =
        pod_of(vtgate_of(TLS(",'clientCACertSecret':{'name':'c','key':'ca.crt'}"), "mysql:8.0.40"));
    const json_t *container = container_of(pod, "vtgate");

    ck_argument(container, "mysql_server_require_secure_transport", NULL);
    ck_argument(container, "grpc_ca", NULL);
    ck_argument(container, "mysql_server_version", "8.0.40-Vitess");
    ck_assert_ptr_null(json_at(container, "volumeMounts"));
    ck_assert_ptr_null(json_at(pod, "volumes"));
}
END_TEST

START_TEST(vtgate_as_users_want_it)
{
    const json_t *deployment = vtgate_of(
        "'replicas':0,'resources':{'limits':{'cpu':'1500m'}},"
        "'extraFlags':{'-buffer_size':'9','mysql_server_version':'mine'},"
        "'extraEnv':[{'name':'E','value':'$(X)'}],'lifecycle':{'preStop':{'sleep':{'seconds':5}}},"
        "'strategy':{'rollingUpdate':{'maxUnavailable':0,'maxSurge':1}},"
        "'terminationGracePeriodSeconds':60,'annotations':{'a':'b'},'extraLabels':{'l':'m'},"
        "'topologySpreadConstraints':[{'maxSkew':1,'topologyKey':'k','whenUnsatisfiable':'"
        "DoNotSchedule','labelSelector':{'matchLabels':{'a':'b'}}}]",
        "mysql:8.0.40");
    const json_t *pod = pod_of(deployment), *container = container_of(pod, "vtgate");

    ck_argument(container, "buffer_size", "9");
    ck_argument(container, "logtostderr", "false");
    ck_argument(container, "mysql_server_version", "mine");
    ck_argument(container, "cells_to_watch", "zone1,zone2");
    ck_json(json_at(container, "env"),
        "[{'name':'GOMAXPROCS','value':'2'},{'name':'E','value':'$(X)'}]");
    ck_json(json_at(container, "resources"),
        "{'limits':{'cpu':'1500m'},'requests':{'cpu':'500m','memory':'1Gi'}}");
    ck_json(json_at(container, "lifecycle"), "{'preStop':{'sleep':{'seconds':5}}}");
    ck_assert_ptr_null(json_at(container, "imagePullPolicy"));
    ck_assert_int_eq(json_int_at(deployment, -1, "spec", "replicas"), 0);
    ck_json(json_at(deployment, "spec", "strategy"),
        "{'rollingUpdate':{'maxUnavailable':0,'maxSurge':1}}");
    ck_assert_int_eq(json_int_at(pod, 0, "terminationGracePeriodSeconds"), 60);
    ck_assert_uint_eq(json_array_size(json_at(pod, "topologySpreadConstraints")), 1);
    ck_json(json_at(deployment, "spec", "template", "metadata", "annotations"),
        "{'a':'b','planetscale.com/secret-hash':'hash'}");
    ck_assert_str_eq(json_text_at(deployment, "spec", "template", "metadata", "labels", "l"), "m");
    ck_assert_ptr_null(json_at(deployment, "metadata", "labels", "l"));
    ck_assert_ptr_nonnull(json_at(pod, "affinity", "nodeAffinity"));
}
END_TEST

START_TEST(vtgate_by_default)
{
    const struct v2_vtgate vtgate = {.place = place_in("zone1", NULL),
        .image = "i",
        .pull_policy = "Always",
        .secret_hash = "h"};
    const json_t *deployment = v2_make_vtgate_deployment(arena, &vtgate);
    const json_t *container = container_of(pod_of(deployment), "vtgate");

    ck_assert_int_eq(json_int_at(deployment, 0, "spec", "replicas"), 2);
    ck_assert_str_eq(json_text_at(container, "imagePullPolicy"), "Always");
    ck_argument(container, "mysql_auth_server_impl", NULL);
    ck_json(json_at(container, "resources"),
        "{'limits':{'memory':'1Gi'},'requests':{'cpu':'500m','memory':'1Gi'}}");
    ck_assert_ptr_null(json_at(container, "env"));
    ck_assert_ptr_null(json_at(pod_of(deployment), "affinity"));
}
END_TEST

START_TEST(secrets_that_vtgate_reads_once)
{
    struct cell_spec spec = {0};
    struct texts names;

    read_spec(v2_cell_fields,
        "{'name':'z','allCells':[],'globalLockserver':{'implementation':'a','address':'b',"
        "'rootPath':'c'},'gateway':{" TLS(
            ",'keySecret':{'name':'t','key':'k'}") ",'authentication':{'static':{'secret':{'name':'"
                                                   "users','key':'k'}}},"
                                                   "'extraVolumes':[{'name':'v','secret':{'"
                                                   "secretName':'a'}},{'name':'w',"
                                                   "'emptyDir':{}}]}}",
        &spec);
    names = v2_vtgate_secrets(arena, spec.cell.gateway);
    ck_json(json_texts(&names), "['a','t']");
    names = v2_vtgate_secrets(arena, NULL);
    ck_assert_uint_eq(names.count, 0);
}
END_TEST

START_TEST(autoscaler_of_vtgate)
{
    const struct v2_place place = place_in("zone1", NULL);
    const struct gateway_autoscaler autoscaler = {json_integer(2),
        5,
        json_of("[{'type':'Pods','pods':{'metric':{'name':'q'},"
                "'target':{'type':'AverageValue','averageValue':'1000m'}}}]"),
        json_of("{'scaleDown':{'stabilizationWindowSeconds':0}}")};

    ck_json(v2_make_vtgate_autoscaler(arena, &place, &autoscaler),
        "{'apiVersion':'autoscaling/v2','kind':'HorizontalPodAutoscaler',"
        "'metadata':{'name':'main-zone1-2bfb3445','namespace':'n','labels':{"
        "'planetscale.com/cell':'zone1','planetscale.com/cluster':'main',"
        "'planetscale.com/component':'vtgate'}},'spec':{'scaleTargetRef':{"
        "'apiVersion':'planetscale.com/v2','kind':'VitessCell','name':'main-zone1-2bfb3445'},"
        "'minReplicas':2,'maxReplicas':5,'metrics':[{'type':'Pods','pods':{'metric':{'name':'q'},"
        "'target':{'type':'AverageValue','averageValue':'1'}}}],"
        "'behavior':{'scaleDown':{'stabilizationWindowSeconds':0}}}}");
    ck_json(json_at(v2_make_vtgate_autoscaler(arena,
                        &place,
                        &(struct gateway_autoscaler){.behavior = json_new_map()}),
                "spec",
                "behavior"),
        "{}");
}
END_TEST

/* --- vtctld --- */

START_TEST(vtctld_by_default)
{
    const struct v2_vtctld vtctld = {.place = place_in("zone1", NULL), .image = "i"};
    const json_t *deployment = v2_make_vtctld_deployment(arena, &vtctld);
    const json_t *container = container_of(pod_of(deployment), "vtctld");

    ck_assert_int_eq(json_int_at(deployment, 0, "spec", "replicas"), 1);
    ck_argument(container, "backup_engine_implementation", NULL);
    ck_argument(container, "mysql_server_version", NULL);
    ck_json(json_at(container, "resources"),
        "{'limits':{'memory':'128Mi'},'requests':{'cpu':'100m','memory':'128Mi'}}");
}
END_TEST

/* The version of MySQL is the operator's to say; of a file that both mount there is one mount. */
START_TEST(vtctld_with_backups)
{
    struct secret_source secret = {.name = "s3", .key = "credentials"};
    struct s3_location s3 = {.region = "r", .bucket = "b", .auth_secret = &secret};
    const struct backup_location location = {.s3 = &s3};
    const struct dashboard spec = {.replicas = 3,
        .pods = {.flags = json_of("{'mysql_server_version':'1','cell':'other'}"),
            .env = json_of("[{'name':'AWS_SHARED_CREDENTIALS_FILE','value':'x'},{'name':'E'}]"),
            .volume_mounts = json_of("[{'name':'v','mountPath':'/vt/secrets/s3-backup-auth'}]"),
            .volumes = json_of("[{'name':'v','emptyDir':{}}]")}};
    const struct v2_vtctld vtctld = {.place = place_in("zone1", NULL),
        .image = "i",
        .mysqld_image = "mysql:8.0.40",
        .spec = &spec,
        .backup_location = &location,
        .backup_engine = "xtrabackup"};
    const json_t *pod = pod_of(v2_make_vtctld_deployment(arena, &vtctld));
    const json_t *container = container_of(pod, "vtctld");

    ck_argument(container, "mysql_server_version", "8.0.40-Vitess");
    ck_argument(container, "cell", "other");
    ck_argument(container, "backup_engine_implementation", "xtrabackup");
    ck_argument(container, "backup_storage_compress", "true");
    ck_argument(container, "s3_backup_storage_root", "main");
    ck_json(json_at(container, "env"),
        "[{'name':'AWS_SHARED_CREDENTIALS_FILE','value':'/vt/secrets/s3-backup-auth/credentials'},"
        "{'name':'E'}]");
    ck_json(json_at(container, "volumeMounts"),
        "[{'name':'s3-backup-auth-secret','mountPath':'/vt/secrets/s3-backup-auth',"
        "'readOnly':true}]");
    ck_assert_str_eq(json_text_at(json_array_get(json_at(pod, "volumes"), 0), "name"), "v");
    ck_assert_uint_eq(json_array_size(json_at(pod, "volumes")), 2);
}
END_TEST

/* --- VTOrc --- */

START_TEST(vtorc_by_default)
{
    const struct v2_vtorc vtorc = {.place = place_in("zone1", "z"),
        .keyspace = "commerce",
        .shard = "80-",
        .image = "i"};
    const json_t *deployment = v2_make_vtorc_deployment(arena, &vtorc);

    ck_argument(container_of(pod_of(deployment), "vtorc"), "clusters_to_watch", "commerce/80-");
    ck_assert_str_eq(
        json_text_at(deployment, "spec", "selector", "matchLabels", "planetscale.com/shard"),
        "80-x");
    ck_assert_ptr_null(json_at(deployment, "spec", "replicas"));
    ck_assert_ptr_nonnull(json_at(pod_of(deployment), "affinity", "nodeAffinity"));
}
END_TEST

/* --- VTAdmin --- */

START_TEST(vtadmin_without_rbac)
{
    const struct vtadmin_spec spec = {.replicas = 2,
        .read_only = true,
        .pods = {.flags = json_of("{'tracer':'none','no-rbac':'false','cluster-config':'x'}"),
            .env = json_of("[{'name':'VTADMIN_WEB_PORT','value':'1'}]"),
            .volume_mounts = json_of("[{'name':'v','mountPath':'/v'}]"),
            .affinity = json_of("{}")}};
    struct v2_vtadmin vtadmin = {.place = place_in("zone1", "z"),
        .image = "i",
        .spec = &spec,
        .api_address = "http://a\"b"};
    const json_t *pod = pod_of(v2_make_vtadmin_deployment(arena, &vtadmin));
    const json_t *api = container_of(pod, "vtadmin-api"), *web = container_of(pod, "vtadmin-web");

    ck_argument(api, "no-rbac", "true");
    ck_argument(api, "rbac", NULL);
    ck_argument(api, "tracer", "none");
    ck_argument(api, "cluster-config", "/vt/secrets/cluster-config/cluster-config.yaml");
    ck_json(json_at(web, "env"), "[{'name':'VTADMIN_WEB_PORT','value':'15000'}]");
    ck_json(json_at(web, "volumeMounts"),
        "[{'name':'v','mountPath':'/v'},"
        "{'name':'config-js-secret','mountPath':'/var/www/config','readOnly':true}]");
    ck_assert_uint_eq(json_array_size(json_at(api, "volumeMounts")), 3);
    ck_json(json_at(pod, "affinity"), "{}");
}
END_TEST

/* Of each length that Base64 tells apart. */
START_TEST(vtadmin_secrets)
{
    static const struct vtadmin_spec spec = {.read_only = true, .fetch_credentials = "include"};
    struct v2_vtadmin vtadmin = {.place = {.namespace = "n", .cluster = "c", .cell = "z"},
        .spec = &spec,
        .api_address = "a\"b",
        .vtctld_address = "1.2.3.4",
        .vtgate_address = "5.6.7.8"};
    const json_t *config = v2_make_vtadmin_config(arena, &vtadmin);

    ck_assert_str_eq(json_text_at(config, "data", "cluster-config.yaml"),
        "Y2x1c3RlcnM6CiAgYzoKICAgIG5hbWU6IGMKICAgIGRpc2NvdmVyeTogc3RhdGljZmlsZQogICAgZGlzY292ZXJ5"
        "LXN0YXRpY2ZpbGUtcGF0aDogL3Z0L3NlY3JldHMvZGlzY292ZXJ5LWNvbmZpZy9kaXNjb3ZlcnkuanNvbgo=");
    vtadmin.place.cluster = "cl";
    config = v2_make_vtadmin_config(arena, &vtadmin);
    ck_assert_str_eq(json_text_at(config, "data", "cluster-config.yaml"),
        "Y2x1c3RlcnM6CiAgY2w6CiAgICBuYW1lOiBjbAogICAgZGlzY292ZXJ5OiBzdGF0aWNmaWxlCiAgICBkaXNjb3Zl"
        "cnktc3RhdGljZmlsZS1wYXRoOiAvdnQvc2VjcmV0cy9kaXNjb3ZlcnktY29uZmlnL2Rpc2NvdmVyeS5qc29uCg==");
    ck_assert(text_starts_with(
        json_text_at(v2_make_vtadmin_web_config(arena, &vtadmin), "data", "config.js"),
        "d2luZG93LmVudiA9IHsKICAgICAnVklURV9WVEFETUlOX0FQSV9BRERSRVNTJzogImFcImIiLAog"));
}
END_TEST

/* --- etcd --- */

static struct v2_etcd etcd_of(struct etcd_template *spec, const char *text)
{
    read_spec(v2_etcd_lockserver_fields, text, spec);
    return (struct v2_etcd){"n", "main-etcd-1", NULL, spec};
}

START_TEST(etcd_of_one_member)
{
    struct etcd_template spec = {0};
    const struct v2_etcd etcd = etcd_of(&spec,
        "{'localMemberIndex':2,'advertisePeerURLs':['http://a','http://b','http://c'],"
        "'zone':'z','createPDB':false,'createPeerService':false}");
    const json_t *pod = v2_make_etcd_pod(arena, &etcd, 2);
    const json_t *container = container_of(json_at(pod, "spec"), "etcd");

    ck_assert(!v2_etcd_is_here(&etcd, 0) && !v2_etcd_is_here(&etcd, 1));
    ck_assert(v2_etcd_is_here(&etcd, 2) && !v2_etcd_is_here(&etcd, 3));
    ck_argument(container, "initial-advertise-peer-urls", "http://b");
    ck_argument(container,
        "initial-cluster",
        "main-etcd-1-1=http://a,main-etcd-1-2=http://b,main-etcd-1-3=http://c");
    ck_assert_ptr_null(v2_make_etcd_budget(arena, &etcd));
    ck_assert_ptr_null(v2_make_etcd_peer_service(arena, &etcd));
    ck_json(json_at(v2_make_etcd_client_service(arena, &etcd), "spec", "selector"),
        "{'etcd.planetscale.com/lockserver':'main-etcd-1','planetscale.com/component':'etcd'}");
    ck_assert_ptr_nonnull(json_at(pod, "spec", "affinity", "nodeAffinity"));
    ck_assert_uint_eq(json_array_size(json_at(pod,
                          "spec",
                          "affinity",
                          "podAntiAffinity",
                          "preferredDuringSchedulingIgnoredDuringExecution")),
        1);
}
END_TEST

START_TEST(etcd_as_users_want_it)
{
    struct etcd_template spec = {0};
    const struct v2_etcd etcd = etcd_of(&spec,
        "{'image':'','resources':{'limits':{'cpu':2}},'extraFlags':{'--name':'x'},"
        "'extraLabels':{'team':'db','planetscale.com/component':'x'},'annotations':{'a':'b'},"
        "'extraEnv':[{'name':'ETCDCTL_API','value':'4'}],'affinity':{},"
        "'extraVolumes':[{'name':'data','hostPath':{'path':'/d'}}],"
        "'extraVolumeMounts':[{'name':'data','mountPath':'/var/etcd'}],"
        "'dataVolumeClaimTemplate':{'storageClassName':'fast','accessModes':['ReadWriteMany'],"
        "'resources':{'requests':{'storage':'2048Mi'}}}}");
    const json_t *pod = v2_make_etcd_pod(arena, &etcd, 3);
    const json_t *claim = v2_make_etcd_claim(arena, &etcd, 3);
    const json_t *container = container_of(json_at(pod, "spec"), "etcd");

    ck_assert(v2_etcd_is_here(&etcd, 3) && !v2_etcd_is_here(&etcd, 4));
    ck_argument(container, "name", "x");
    ck_assert_str_eq(json_text_at(container, "image"), "quay.io/coreos/etcd:v3.5.17");
    ck_json(json_at(container, "resources"),
        "{'limits':{'cpu':'2'},'requests':{'cpu':'100m','memory':'256Mi'}}");
    ck_assert_str_eq(json_text_at(json_named(json_at(container, "env"), "ETCDCTL_API"), "value"),
        "4");
    ck_json(json_at(container, "volumeMounts"), "[{'name':'data','mountPath':'/var/etcd'}]");
    ck_json(json_at(pod, "spec", "volumes"), "[{'name':'data','hostPath':{'path':'/d'}}]");
    ck_json(json_at(pod, "spec", "affinity"), "{}");
    ck_json(json_at(claim, "metadata", "labels"),
        "{'team':'db','planetscale.com/component':'etcd','etcd.planetscale.com/index':'3',"
        "'etcd.planetscale.com/lockserver':'main-etcd-1'}");
    ck_json(json_at(claim, "spec"),
        "{'storageClassName':'fast','accessModes':['ReadWriteMany'],"
        "'resources':{'requests':{'storage':'2Gi'}}}");
    ck_assert_uint_eq(json_object_size(json_at(pod, "metadata", "annotations")), 2);
}
END_TEST

/* --- Services --- */

START_TEST(services_take_overrides)
{
    const struct v2_place place = place_in("zone1", NULL);
    const struct service_overrides overrides = {json_of("{'a':'b'}"), "10.0.0.1"};
    const json_t *service = v2_make_vttablet_service(arena, &place, &overrides);

    ck_assert_str_eq(json_text_at(service, "spec", "clusterIP"), "10.0.0.1");
    ck_json(json_at(service, "metadata", "annotations"), "{'a':'b'}");
    ck_json(json_at(service, "spec", "selector"),
        "{'planetscale.com/cluster':'main','planetscale.com/component':'vttablet'}");
    ck_json(json_at(v2_make_vtctld_service(arena, &place, NULL), "spec", "selector"),
        "{'planetscale.com/cluster':'main','planetscale.com/component':'vtctld'}");
    ck_json(json_at(v2_make_vtgate_service(arena, &place, NULL), "spec", "selector"),
        "{'planetscale.com/cell':'zone1','planetscale.com/cluster':'main',"
        "'planetscale.com/component':'vtgate'}");
}
END_TEST

static void tests(TCase *tcase)
{
    tcase_add_test(tcase, vtgate_with_tls);
    tcase_add_test(tcase, vtgate_without_a_key);
    tcase_add_test(tcase, vtgate_as_users_want_it);
    tcase_add_test(tcase, vtgate_by_default);
    tcase_add_test(tcase, secrets_that_vtgate_reads_once);
    tcase_add_test(tcase, autoscaler_of_vtgate);
    tcase_add_test(tcase, vtctld_by_default);
    tcase_add_test(tcase, vtctld_with_backups);
    tcase_add_test(tcase, vtorc_by_default);
    tcase_add_test(tcase, vtadmin_without_rbac);
    tcase_add_test(tcase, vtadmin_secrets);
    tcase_add_test(tcase, etcd_of_one_member);
    tcase_add_test(tcase, etcd_as_users_want_it);
    tcase_add_test(tcase, services_take_overrides);
}

TEST_MAIN(tests)
