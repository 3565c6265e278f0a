#include "vttablet.h"

#include "metadata.h"
#include "template.h"

/* A tablet: one Pod with vttablet and mysqlctld on one disk. vttablet ends at once where mysqld
 * does not answer yet or its cell is not in the topology yet, and would then be started again later
 * and later; so both are waited for before it is started. */

/* The tablets of the Vitess shard in all its cells: cells may share nodes. */
static const json_t *peers(struct arena *a, const struct vttablet *tablet)
{
    const struct api_keys *keys = tablet->place.keys;

    return object(a,
        KEY(keys->cluster, tablet->place.cluster),
        KEY(keys->keyspace, tablet->id.keyspace),
        KEY(keys->shard, tablet->id.shard_label),
        KEY(keys->component, VTTABLET));
}

static const json_t *environment(struct arena *a, const struct vttablet *tablet)
{
    bool more = tablet->mysql_config != NULL;
    json_t *list = json_new_list();

    json_add(list, object(a, F("name", "VTROOT"), F("value", "/vt")));
    json_add(list, object(a, F("name", "VTDATAROOT"), F("value", DATA_ROOT)));
    json_add(list, object(a, F("name", "VT_MYSQL_ROOT"), F("value", "/usr")));
    /* vttablet needs them too: it makes my.cnf again after a restore. */
    json_add(list,
        object(a,
            F("name", "EXTRA_MY_CNF"),
            F("value", more ? OPERATOR_CNF ":" USER_CNF : OPERATOR_CNF)));
    /* mysqld takes its time zone from here. */
    json_add(list, object(a, F("name", "TZ"), F("value", "UTC")));
    return list;
}

const json_t *vttablet_volume_mounts(struct arena *a)
{
    json_t *list = json_new_list();

    json_add(list, object(a, F("name", "vtdataroot"), F("mountPath", DATA_ROOT)));
    json_add(list, object(a, F("name", "shared"), F("mountPath", SHARED)));
    return list;
}

static const json_t *vttablet_container(struct arena *a, const struct vttablet *tablet,
    const json_t *args)
{
    json_t *tls = json_new_list();

    json_add(tls, topology_mount(a, &tablet->place.topology));
    json_add(tls, tls_mount(a, tablet->place.tls));
    return object(a,
        F("name", "vttablet"),
        F("image", tablet->image),
        SPREAD(container_defaults(a, &tablet->place)),
        LIST("command", V("/vt/bin/vttablet")),
        F("args", args),
        F("env", environment(a, tablet)),
        LIST("ports",
            V(container_port(a, "web", args, "port")),
            V(container_port(a, "grpc", args, "grpc-port"))),
        /* /healthz fails only where it should serve and does not; /debug/health would also fail
         * while a shard has no primary yet. Twice in a row, so that a flapping tablet is none that
         * a rollout goes on from. */
        MAP("readinessProbe",
            SPREAD(http_get(a, "/healthz", "web")),
            F("periodSeconds", INT(2)),
            F("successThreshold", INT(2))),
        /* A restore runs behind a web server that answers. */
        MAP("startupProbe",
            SPREAD(http_get(a, "/debug/status", "web")),
            F("periodSeconds", INT(1)),
            F("failureThreshold", INT(3600))),
        F("livenessProbe", lenient_liveness_probe(a, "/debug/status", "web")),
        OPT("lifecycle", vttablet_handover(a, tablet)),
        OPT("resources", as_stored(a, tablet->vttablet_resources)),
        LIST("volumeMounts", EACH(vttablet_volume_mounts(a)), EACH(tls)));
}

/* A native sidecar (Kubernetes 1.29): it is there before vttablet starts, and ends after it. */
static const json_t *mysql_container(struct arena *a, const struct vttablet *tablet,
    const json_t *args)
{
    bool foreign = vttablet_foreign_mysql(tablet);
    json_t *secrets = json_new_list();

    if (tablet->init_script_secret != NULL)
        json_add(secrets, read_only_mount(a, "init-db", INIT_SECRETS));
    return object(a,
        F("name", "mysql"),
        F("image", foreign ? tablet->mysql_image : tablet->image),
        F("restartPolicy", "Always"),
        SPREAD(container_defaults(a, &tablet->place)),
        LIST("command", V(foreign ? SHARED "/mysqlctld" : "/vt/bin/mysqlctld")),
        F("args", args),
        F("env", environment(a, tablet)),
        LIST("ports",
            V(container_port(a, "mysql", args, "mysql-port")),
            V(container_port(a, "mysqlctld", args, "port"))),
        /* mysqlctld gives up before this does. */
        MAP("startupProbe",
            F("exec", mysqld_started(a, tablet, flag_port(args, "port"))),
            F("periodSeconds", INT(1)),
            F("timeoutSeconds", INT(10)),
            F("failureThreshold", INT((MYSQL_WAIT_HOURS + 1) * 3600))),
        MAP("readinessProbe", MAP("tcpSocket", F("port", "mysql")), F("periodSeconds", INT(2))),
        /* No probe restarts it: mysqld is down for hours during a restore or an offline backup,
         * and mysqlctld ends by itself when mysqld crashes. */
        OPT("resources", as_stored(a, tablet->mysql_resources)),
        LIST("volumeMounts", EACH(vttablet_volume_mounts(a)), EACH(secrets)));
}

static const json_t *volumes(struct arena *a, const struct vttablet *tablet)
{
    json_t *list = json_new_list();

    json_add(list,
        object(a,
            F("name", "vtdataroot"),
            MAP("persistentVolumeClaim", F("claimName", tablet->id.name))));
    json_add(list, empty_volume(a, "shared"));
    json_add(list, topology_volume(a, &tablet->place.topology));
    json_add(list, tls_volume(a, tablet->place.tls));
    json_add(list,
        secret_volume(a, "init-db", tablet->init_script_secret, tablet->init_script_key));
    return list;
}

static const json_t *init_containers(struct arena *a, const struct vttablet *tablet,
    const json_t *mysqlctld_args)
{
    json_t *list = json_new_list();

    json_add(list, vttablet_init_container(a, tablet));
    json_add(list, mysql_container(a, tablet, mysqlctld_args));
    json_add(list, wait_for_cells(a, &tablet->place, tablet->image, tablet->place.cell));
    return list;
}

/* mysqlctld waits for mysqld for five minutes (vitess go/cmd/mysqlctld/cli/mysqlctld.go); a big one
 * that was given longer has that. */
enum { MYSQLCTLD_ON_TERM = 310, USUAL_GRACE = 1800 };

/* Handing over the primary, then the end of vttablet, then a clean shutdown of mysqld. */
static unsigned grace_of(struct arena *a, const struct vttablet *tablet,
    const json_t *vttablet_args, const json_t *mysqlctld_args)
{
    return (vttablet_handover(a, tablet) == NULL ? 0 : HANDOVER_SECONDS) +
           seconds_to_end(vttablet_args, 0) + seconds_to_end(mysqlctld_args, MYSQLCTLD_ON_TERM) +
           GRACE_MARGIN;
}

unsigned vttablet_grace(struct arena *a, const struct vttablet *tablet)
{
    return grace_of(a, tablet, vttablet_arguments(a, tablet), mysqlctld_arguments(a, tablet));
}

static const json_t *pod_spec(struct arena *a, const struct vttablet *tablet)
{
    const json_t *args = vttablet_arguments(a, tablet);
    const json_t *mysqlctld_args = mysqlctld_arguments(a, tablet);
    const unsigned grace = grace_of(a, tablet, args, mysqlctld_args);

    return object(a,
        SPREAD(pod_defaults(a, &tablet->place, peers(a, tablet))),
        F("hostname", tablet->id.alias),
        F("subdomain", tablet->id.subdomain),
        F("terminationGracePeriodSeconds", grace_period(USUAL_GRACE, grace)),
        F("initContainers", init_containers(a, tablet, mysqlctld_args)),
        LIST("containers", V(vttablet_container(a, tablet, args))),
        F("volumes", volumes(a, tablet)));
}

static const json_t *pod_with_spec(struct arena *a, const struct vttablet *tablet,
    const json_t *spec, const json_t *applied)
{
    const struct pod_overrides *overrides = &tablet->overrides;
    const struct api_keys *keys = tablet->place.keys;

    return object_like(a,
        applied,
        F("apiVersion", "v1"),
        F("kind", "Pod"),
        MAP("metadata",
            F("name", tablet->id.name),
            F("namespace", tablet->place.namespace),
            MAP("labels",
                SPREAD(overrides->labels),
                SPREAD(tablet->place.labels),
                KEY(keys->component, VTTABLET),
                KEY(keys->tablet_uid, tablet->id.uid_text),
                OPT_KEY(keys->tablet_type, object_label(applied, keys->tablet_type))),
            OPT("annotations",
                object(a,
                    SPREAD(overrides->annotations),
                    OPT_KEY(keys->secrets_hash, tablet->place.secrets),
                    OPT_KEY(keys->spec_hash, tablet->place.hash)))),
        F("spec", spec));
}

const json_t *vttablet_pod_as_applied(struct arena *a, const struct vttablet *tablet,
    const json_t *applied)
{
    return pod_with_spec(a, tablet, json_at(applied, "spec"), applied);
}

const json_t *vttablet_pod(struct arena *a, const struct vttablet *tablet)
{
    const json_t *spec = pod_overridden(a, &tablet->place, pod_spec(a, tablet), &tablet->overrides);

    return pod_with_spec(a, tablet, spec, NULL);
}

const json_t *vttablet_service(struct arena *a, const struct place *place, const char *name)
{
    return object(a,
        F("apiVersion", "v1"),
        F("kind", "Service"),
        F("metadata", component_metadata(a, place, VTTABLET, name, NULL)),
        MAP("spec",
            F("clusterIP", "None"),
            /* Replication is set up by name before a tablet is Ready. */
            F("publishNotReadyAddresses", BOOL(true)),
            F("selector", component_selector(a, place, VTTABLET)),
            LIST("ports",
                ITEM(F("name", "web"), F("port", INT(15000)), F("targetPort", "web")),
                ITEM(F("name", "grpc"), F("port", INT(15999)), F("targetPort", "grpc")),
                ITEM(F("name", "mysql"), F("port", INT(3306)), F("targetPort", "mysql")))));
}

/* A tablet that is not Ready serves nobody, and may all the same have what nobody else has: writes
 * that it has acknowledged, or, with the others gone, the last copy. Its volume outlives the Pod,
 * but one that is on a disk of the node does not outlive the node, which is what a drain is for;
 * and an eviction interrupts a mysqld that recovers. So it goes while enough others are Ready, and
 * where they are not, somebody should look first. */
static const json_t *metadata_of_mysqld(struct arena *a, const struct place *place,
    const char *name, const char *keyspace)
{
    const json_t *metadata = component_metadata(a, place, VTTABLET, name, NULL);

    return object(a,
        SPREAD(metadata),
        MAP("labels", SPREAD(json_at(metadata, "labels")), KEY(place->keys->keyspace, keyspace)));
}

const json_t *vttablet_mysqld_service(struct arena *a, const struct place *place, const char *name,
    const char *keyspace, const char *shard_label, bool primary)
{
    const struct api_keys *keys = place->keys;

    return object(a,
        F("apiVersion", "v1"),
        F("kind", "Service"),
        F("metadata", metadata_of_mysqld(a, place, name, keyspace)),
        MAP("spec",
            MAP("selector",
                KEY(keys->cluster, place->cluster),
                OPT_KEY(keys->cell, primary ? NULL : place->cell),
                KEY(keys->keyspace, keyspace),
                KEY(keys->shard, shard_label),
                KEY(keys->component, VTTABLET),
                KEY(keys->tablet_type, primary ? "primary" : "replica")),
            LIST("ports",
                ITEM(F("name", "mysql"), F("port", INT(3306)), F("targetPort", "mysql")))));
}

const json_t *vttablet_disruption_budget(struct arena *a, const struct place *place,
    const char *name, const json_t *selector, uint32_t min_available)
{
    const struct budget budget = {
        .place = place,
        .component = VTTABLET,
        .name = name,
        .selector = object(a, SPREAD(selector), KEY(place->keys->component, VTTABLET)),
        .min_available = min_available,
    };

    return disruption_budget(a, &budget);
}
