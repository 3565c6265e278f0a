#include "../unit/testing.h"

#include <stdio.h>

#include "conditions.h"
#include "metadata.h"
#include "sim.h"

/* Edit histories: a cluster is brought up, edited, hurt and mended, and the simulator's auditor
 * looks on. Each history is a script, one command a line:
 *
 *     ready                     step until Ready and Updated; fails where that never comes
 *     settle                    step until nothing more happens
 *     steps N                   just N steps
 *     set PATH JSON             edits the VitessCluster: spec.cells[1].vtgate.replicas 3
 *     unset PATH                removes a field or an item
 *     apply                     kubectl apply of what was edited
 *     delete KIND NAME          kubectl delete
 *     fail FAULT                as `simulate --fail`, from the next step on
 *     fail-node-of POD          the node that POD runs on dies
 *     vtctl COMMAND ARGUMENT ARGUMENT         what an administrator does with vtctldclient
 *     mark                      restarts and reparents are counted from here
 *     restarts N | reparents N | serving N    since the mark; at least N serving all the time
 *     has KIND NAME | gone KIND NAME
 *     condition TYPE STATUS REASON            of the VitessCluster
 *     field KIND NAME PATH JSON               of an object
 *
 * Whatever the script says, no history may end with a violation or a write at rest. */

struct history {
    const char *shows;
    int cells, shards, replicas, rdonly;
    const char *script;
};

#define T1 "spec.keyspaces[0].tablets"
#define IMAGE "set " T1 ".masterEligible.image \"vitess/lite:v24.0.5\"\n"
#define ALL_IMAGES "set spec.image \"vitess/lite:v24.0.5\"\n"

/* clang-format off */
static const struct history histories[] = {
    /* --- coming up --- */
    {"one tablet per shard", 1, 1, 1, 0, "ready\nserving 1"},
    {"two tablets", 1, 1, 2, 0, "ready"},
    {"three tablets", 1, 1, 3, 0, "ready\nfield VitessCluster vitess status.tabletsReady \"3/3\""},
    {"replicas and rdonly", 1, 2, 2, 1, "ready\nfield VitessCluster vitess status.tabletsReady \"6/6\""},
    {"four shards", 1, 4, 2, 1, "ready"},
    {"eight shards", 1, 8, 3, 1, "ready"},
    {"two cells", 2, 1, 2, 0, "ready"},
    {"three cells, one replica each", 3, 1, 1, 0, "ready"},
    {"three cells, two shards", 3, 2, 2, 1, "ready"},
    {"no vtctld: tasks talk to the topology", 1, 1, 3, 0, "unset spec.cells[0].vtctld\nready"},
    {"an etcd of somebody else", 1, 1, 3, 0,
        "unset spec.cells[0].etcd\nset spec.lockserver {'addresses':['etcd.db.svc:2379']}\n"
        "ready\ngone StatefulSet vitess-global-etcd"},
    {"an etcd of one", 1, 1, 2, 0, "set spec.cells[0].etcd.size 1\nready"},

    /* --- rollouts --- */
    {"an image, one tablet at a time, the primary after a reparent", 1, 1, 3, 0,
        "ready\nmark\n" IMAGE "apply\nready\nrestarts 3\nreparents 1\nserving 2"},
    {"an image in two shards", 1, 2, 3, 0,
        "ready\nmark\n" IMAGE "apply\nready\nrestarts 6\nreparents 2\nserving 2"},
    {"an image with rdonly tablets", 1, 1, 2, 2,
        "ready\nmark\n" ALL_IMAGES "apply\nready\nrestarts 4\nreparents 1\nserving 3"},
    {"an image in three cells, one replica each", 3, 1, 1, 0,
        "ready\nmark\n" IMAGE "apply\nready\nrestarts 3\nserving 2"},
    {"an image in three cells and two shards", 3, 2, 2, 1,
        "ready\nmark\n" ALL_IMAGES "apply\nready\nrestarts 18\nserving 8"},
    {"an image of a shard with one tablet", 1, 1, 1, 0,
        "ready\nmark\n" IMAGE "apply\nready\nrestarts 1\nreparents 0"},
    {"a flag of vttablet", 1, 1, 3, 0,
        "ready\nmark\nset " T1 ".masterEligible.vttablet.flags {'queryserver-config-pool-size':20}\n"
        "apply\nready\nrestarts 3\nserving 2"},
    {"my.cnf", 1, 1, 3, 0,
        "ready\nmark\nset " T1 ".masterEligible.mysql.config \"max_connections=500\"\n"
        "apply\nready\nrestarts 3\nserving 2"},
    {"backups", 1, 1, 3, 0,
        "ready\nmark\nset spec.backupFlags {'backup_storage_implementation':'file',"
        "'file_backup_storage_root':'/backups'}\napply\nready\nrestarts 3\nserving 2"},
    {"vtgate alone restarts no tablet", 2, 1, 2, 0,
        "ready\nmark\nset spec.cells[1].vtgate.image \"vitess/lite:v24.0.5\"\napply\nready\nrestarts 0"},
    {"more vtgates restart nothing", 1, 1, 3, 0,
        "ready\nmark\nset spec.cells[1].vtgate.replicas 4\napply\nready\nrestarts 0\n"
        "field Deployment vitess-zone1-vtgate spec.replicas 4"},
    {"a flag of vtctld", 1, 1, 3, 0,
        "ready\nmark\nset spec.cells[0].vtctld.flags {'lock-timeout':'50s'}\napply\nready\nrestarts 0"},
    {"back to the old image in mid-rollout", 1, 1, 3, 0,
        "ready\nmark\n" IMAGE "apply\nsteps 12\nunset " T1 ".masterEligible.image\napply\nready\nserving 2"},
    {"another edit in mid-rollout", 2, 2, 2, 1,
        "ready\n" ALL_IMAGES "apply\nsteps 15\nset spec.image \"vitess/lite:v24.0.6\"\napply\nready\nserving 2"},
    {"labels for everything", 1, 1, 3, 0,
        "ready\nmark\nset spec.template {'metadata':{'labels':{'team':'db'}}}\napply\nready\nserving 2"},
    {"tolerations and a priority", 1, 1, 3, 0,
        "ready\nmark\nset " T1 ".masterEligible.template {'priorityClassName':'high',"
        "'tolerations':[{'key':'db','operator':'Exists'}]}\napply\nready\nrestarts 3\nserving 2"},

    /* --- scaling --- */
    {"scale up", 1, 1, 2, 0,
        "ready\nmark\nset " T1 ".masterEligible.replicas 4\napply\nready\nrestarts 0\n"
        "field VitessCluster vitess status.tabletsReady \"4/4\""},
    {"scale down keeps the claims", 1, 1, 4, 0,
        "ready\nmark\nset " T1 ".masterEligible.replicas 2\napply\nready\nserving 2\n"
        "field VitessCluster vitess status.tabletsReady \"2/2\""},
    {"scale down with whenScaled Delete", 1, 1, 4, 0,
        "set spec.volumeClaimRetention {'whenScaled':'Delete'}\nready\n"
        "set " T1 ".masterEligible.replicas 3\napply\nready\nserving 3"},
    {"scale down and up again", 1, 1, 4, 0,
        "ready\nset " T1 ".masterEligible.replicas 2\napply\nready\n"
        "set " T1 ".masterEligible.replicas 4\napply\nready"},
    {"scale down and a new image at once", 1, 1, 4, 1,
        "ready\nset " T1 ".masterEligible.replicas 3\n" ALL_IMAGES "apply\nready\nserving 3"},
    {"no rdonly tablets any more", 1, 2, 2, 2,
        "ready\nset " T1 ".batch.replicas 0\napply\nready\nserving 2"},
    {"rdonly tablets from now on", 1, 1, 2, 0,
        "ready\nmark\nset " T1 ".batch {'replicas':2,'volumeClaim':{'accessModes':['ReadWriteOnce'],"
        "'resources':{'requests':{'storage':'1Gi'}}}}\napply\nready\nrestarts 0"},
    {"scale down in three cells", 3, 1, 2, 0,
        "ready\nset " T1 ".masterEligible.replicas 1\napply\nready\nserving 3"},
    {"claims grow", 1, 1, 3, 0,
        "ready\nmark\nset " T1 ".masterEligible.volumeClaim.resources.requests.storage \"8Gi\"\n"
        "apply\nready\nrestarts 0"},

    /* --- what breaks --- */
    {"an image that does not exist stops after one tablet and is mended", 1, 1, 3, 0,
        "ready\nmark\nfail image=vitess/lite:v99\nset " T1 ".masterEligible.image \"vitess/lite:v99\"\n"
        "apply\nsettle\ncondition Updated False RolloutStalled\nserving 2\n" IMAGE "apply\nready\nserving 2"},
    {"and in three cells", 3, 1, 1, 0,
        "ready\nmark\nfail image=vitess/lite:v99\nset " T1 ".masterEligible.image \"vitess/lite:v99\"\n"
        "apply\nsettle\ncondition Updated False RolloutStalled\nserving 2\n" IMAGE "apply\nready\nserving 2"},
    {"a cluster that never came up takes a mended image", 1, 1, 3, 0,
        "fail image=vitess/lite:v99\nset spec.image \"vitess/lite:v99\"\nsettle\n"
        ALL_IMAGES "apply\nready"},
    {"a tablet's Pod is deleted by hand", 1, 1, 3, 0,
        "ready\ndelete Pod vitess-vttablet-zone1-@replica0\nsteps 3\nready"},
    {"a Deployment is deleted by hand", 1, 1, 3, 0,
        "ready\nmark\ndelete Deployment vitess-zone1-vtgate\nsteps 3\nready\nrestarts 0"},
    {"a node dies", 1, 1, 3, 0,
        "ready\nfail-node-of vitess-vttablet-zone1-@replica0\nsteps 5\nready"},
    {"a node dies in mid-rollout", 2, 1, 2, 1,
        "ready\n" ALL_IMAGES "apply\nsteps 10\nfail-node-of vitess-vttablet-zone2-@zone2replica0\nready"},
    {"a tablet crashes for a while", 1, 1, 3, 0,
        "ready\nfail pod=vitess-vttablet-zone1-@replica1\nsteps 6\nready"},
    {"our own hook fails for a while", 1, 1, 3, 0,
        "ready\n" IMAGE "apply\nfail hook=VitessShard\nfail hook=VitessCell\nready\nserving 2"},
    {"a reparent fails for a while", 1, 1, 3, 0,
        "ready\nfail task=reparent\n" IMAGE "apply\nready\nreparents 1\nserving 2"},

    /* --- people --- */
    {"a pause in mid-rollout, and on again", 2, 1, 2, 0,
        "ready\nmark\n" ALL_IMAGES "apply\nsteps 12\nset spec.rollout {'paused':true}\napply\nsettle\n"
        "condition Updated False RolloutPaused\nset spec.rollout {'paused':false}\napply\nready\n"
        "restarts 4\nserving 3"},
    {"a bad edit freezes, a mended one goes on", 1, 1, 3, 0,
        "ready\nmark\nset " T1 ".masterEligible.replicas 0\napply\nsettle\n"
        "condition Ready False InvalidSpec\nrestarts 0\nserving 3\nset " T1 ".masterEligible.replicas 3\n"
        "apply\nready\nrestarts 0"},
    {"a bad edit in mid-rollout", 1, 2, 3, 0,
        "ready\nmark\n" IMAGE "apply\nsteps 12\nset spec.keyspaces[0].cells [\"nowhere\"]\napply\nsettle\n"
        "condition Ready False InvalidSpec\nset spec.keyspaces[0].cells [\"zone1\"]\napply\nready\n"
        "restarts 6\nserving 2"},
    {"a claim that should shrink", 1, 1, 3, 0,
        "ready\nmark\nset " T1 ".masterEligible.volumeClaim.resources.requests.storage \"1Gi\"\napply\nsettle\n"
        "condition Ready False InvalidSpec\nset " T1 ".masterEligible.volumeClaim.resources.requests.storage \"4Gi\"\n"
        "apply\nready\nrestarts 0"},

    /* --- adding and removing --- */
    {"another keyspace", 1, 1, 3, 0,
        "ready\nmark\nset spec.keyspaces[1] {'name':'lookup','cells':['zone1'],'tablets':{'masterEligible':{"
        "'replicas':2,'volumeClaim':{'accessModes':['ReadWriteOnce'],'resources':{'requests':{'storage':'1Gi'}}}}}}\n"
        "apply\nready\nrestarts 0\nhas VitessShard vitess-zone1-lookup-0"},
    {"a keyspace that left is kept until it is idle", 1, 1, 3, 0,
        "set spec.keyspaces[1] {'name':'lookup','cells':['zone1'],'tablets':{'masterEligible':{"
        "'replicas':2,'volumeClaim':{'accessModes':['ReadWriteOnce'],'resources':{'requests':{'storage':'1Gi'}}}}}}\n"
        "ready\nunset spec.keyspaces[1]\napply\nready\ncondition Updated True KeptUntilIdle\n"
        "has VitessShard vitess-zone1-lookup-0\nvtctl SetShardIsPrimaryServing lookup/0 false\nready\n"
        "condition Updated True RolloutComplete\ngone VitessShard vitess-zone1-lookup-0"},
    {"resharding: the old shard goes when nothing is served from it", 2, 1, 2, 0,
        "ready\nset spec.keyspaces[0].shards [{'keyRange':{'start':'','end':''}},{'keyRange':{'start':'','end':'80'}},"
        "{'keyRange':{'start':'80','end':''}}]\napply\nready\n"
        "set spec.keyspaces[0].shards [{'keyRange':{'start':'','end':'80'}},{'keyRange':{'start':'80','end':''}}]\n"
        "apply\nready\nhas VitessShard vitess-zone2-main-x-x\nvtctl SetShardIsPrimaryServing main/- false\nready\n"
        "gone VitessShard vitess-zone1-main-x-x\ngone VitessShard vitess-zone2-main-x-x"},
    {"a keyspace that may go at once", 1, 1, 3, 0,
        "set spec.keyspaces[1] {'name':'lookup','cells':['zone1'],'turndownPolicy':'Immediate','tablets':{'masterEligible':{"
        "'replicas':2,'volumeClaim':{'accessModes':['ReadWriteOnce'],'resources':{'requests':{'storage':'1Gi'}}}}}}\n"
        "apply\nready\nmark\nunset spec.keyspaces[1]\napply\nready\ngone VitessKeyspace vitess-zone1-lookup"},
    {"resharding in place", 1, 1, 3, 0,
        "set spec.keyspaces[0].turndownPolicy \"Immediate\"\nready\nmark\n"
        "set spec.keyspaces[0].shards [{'keyRange':{'start':'','end':''}},{'keyRange':{'start':'','end':'80'}},"
        "{'keyRange':{'start':'80','end':''}}]\napply\nready\nrestarts 0\nhas VitessShard vitess-zone1-main-x-80\n"
        "set spec.keyspaces[0].shards [{'keyRange':{'start':'','end':'80'}},{'keyRange':{'start':'80','end':''}}]\n"
        "apply\nready\ngone VitessShard vitess-zone1-main-x-x"},
    {"another cell for a keyspace", 2, 1, 2, 0,
        "set spec.keyspaces[0].cells [\"zone1\"]\nready\nmark\n"
        "set spec.keyspaces[0].cells [\"zone1\",\"zone2\"]\napply\nready\nserving 2\n"
        "has VitessShard vitess-zone2-main-x-x"},
    {"one cell less for a keyspace: primaries move first", 2, 1, 2, 0,
        "ready\nmark\nset spec.keyspaces[0].cells [\"zone2\"]\napply\nready\n"
        "gone VitessKeyspace vitess-zone1-main\nserving 2"},
    {"a new cell", 1, 1, 3, 0,
        "ready\nmark\nset spec.cells[2] {'name':'zone2','vtgate':{'replicas':1}}\n"
        "set spec.keyspaces[0].cells [\"zone1\",\"zone2\"]\napply\nready\nhas VitessCell vitess-zone2\nserving 3"},
    {"a cell that goes", 3, 1, 1, 0,
        "ready\nmark\nunset spec.cells[3]\nset spec.keyspaces[0].cells [\"zone1\",\"zone2\"]\napply\nready\n"
        "gone VitessCell vitess-zone3\nserving 2\nfield VitessCluster vitess status.cells [\"global\",\"zone1\",\"zone2\"]"},
    {"VTAdmin comes and goes", 1, 1, 2, 0,
        "ready\nmark\nset spec.cells[0].vtadmin {}\napply\nready\nhas Deployment vitess-global-vtadmin\n"
        "unset spec.cells[0].vtadmin\napply\nready\ngone Deployment vitess-global-vtadmin\nrestarts 0"},
    {"network policies on request", 1, 1, 2, 0,
        "ready\nmark\nset spec.networkPolicy {'enabled':true}\napply\nready\nrestarts 0"},
};
/* clang-format on */

/* --- the cluster --- */

static const json_t *shards_of(int count)
{
    json_t *shards = json_new_list();

    for (int i = 0; i < count; i++) {
        int width = 256 / count;
        const char *start = i == 0 ? "" : fmt(arena, "%02x", (unsigned)(i * width));
        const char *end = i == count - 1 ? "" : fmt(arena, "%02x", (unsigned)((i + 1) * width));

        json_add(shards, json_of(fmt(arena, "{'keyRange':{'start':'%s','end':'%s'}}", start, end)));
    }
    return shards;
}

static const char *pool_of(int replicas)
{
    return fmt(arena,
        "{'replicas':%d,'volumeClaim':{'accessModes':['ReadWriteOnce'],'resources':{'requests':{"
        "'storage':'4Gi'}}},'vttablet':{'resources':{'limits':{'memory':'512Mi'}}},"
        "'mysql':{'resources':{'limits':{'memory':'512Mi'}}}}",
        replicas);
}

static const json_t *cluster_of(const struct history *history)
{
    struct text cells = {.arena = arena};
    struct text names = {.arena = arena};

    for (int i = 1; i <= history->cells; i++) {
        text_addf(&cells, ",{'name':'zone%d','vtgate':{'replicas':2}}", i);
        text_addf(&names, "%s'zone%d'", i == 1 ? "" : ",", i);
    }
    return json_of(fmt(arena,
        "{'apiVersion':'vitess.io/v1alpha1','kind':'VitessCluster','metadata':{'name':'vitess',"
        "'namespace':'default'},'spec':{'cells':[{'name':'global','etcd':{'size':3},'vtctld':{}}"
        "%s],'keyspaces':[{'name':'main','cells':[%s],'shards':%s,'tablets':{'masterEligible':%s"
        "%s%s}}]}}",
        text_string(&cells),
        text_string(&names),
        json_write(arena, shards_of(history->shards), NULL),
        pool_of(history->replicas),
        history->rdonly > 0 ? ",'batch':" : "",
        history->rdonly > 0 ? pool_of(history->rdonly) : ""));
}

/* `value` with what is at `path` ("spec.cells[1].name") replaced by `item`, or removed. */
static const json_t *edited(const json_t *value, const char *path, const json_t *item)
{
    size_t length = strcspn(path, ".[");
    const char *key;

    if (*path == '\0')
        return item;
    if (*path == '.')
        return edited(value, path + 1, item);
    if (*path == '[') {
        size_t index = strtoul(path + 1, NULL, 10);
        const char *rest = strchr(path, ']') + 1;
        json_t *list = json_new_list();

        for (size_t i = 0; i < json_array_size(value) || (item != NULL && i <= index); i++) {
            const json_t *old = json_array_get(value, i);

            json_add(list, i == index ? edited(old, rest, item) : old);
        }
        return list;
    }
    key = text_copy(arena, path, length);
    {
        const json_t *changed = edited(json_at(value, key), path + length, item);
        json_t *map = changed == NULL ? json_without(value, key) : json_overlay(value, NULL);

        if (changed != NULL)
            json_put(map, key, changed);
        return map;
    }
}

/* --- the script --- */

struct run {
    const struct history *history;
    struct sim *sim;
    const json_t *cluster;
    const char *line;
    size_t restarts, reparents; /* at the mark */
    size_t lowest;              /* serving tablets in any shard of `main` since the mark */
    bool up;
    bool applied;
};

#define FAIL(run, ...)                                                                             \
    ck_abort_msg("%s: \"%s\" (step %d): %s",                                                       \
        (run)->history->shows,                                                                     \
        (run)->line,                                                                               \
        sim_steps((run)->sim),                                                                     \
        fmt(arena, __VA_ARGS__))

enum { STEPS_MAX = 3000 };

static void watch(struct run *run)
{
    const json_t *shard;

    json_each_item (
        json_at(json_array_get(json_at(run->cluster, "spec", "keyspaces"), 0), "shards"),
        i,
        shard) {
        const char *start = json_text_at(shard, "keyRange", "start");
        const char *end = json_text_at(shard, "keyRange", "end");
        size_t serving = sim_serving(run->sim, "main", fmt(arena, "%s-%s", start, end));

        if (run->up && serving < run->lowest)
            run->lowest = serving;
    }
}

static bool step(struct run *run)
{
    bool more = sim_step(run->sim);

    watch(run);
    return more;
}

static const char *state_of(struct run *run)
{
    const json_t *cluster = sim_object(run->sim, "VitessCluster", "default", "vitess");

    return fmt(arena,
        "Ready: %s %s; Updated: %s %s",
        condition_reason(cluster, "Ready"),
        condition_message(cluster, "Ready"),
        condition_reason(cluster, "Updated"),
        condition_message(cluster, "Updated"));
}

static void until_ready(struct run *run)
{
    for (int i = 0; i < STEPS_MAX; i++) {
        bool more = step(run);

        if (sim_ready(run->sim)) {
            run->up = true;
            return;
        }
        if (!more)
            break;
    }
    FAIL(run, "never comes; %s", state_of(run));
}

static void until_quiet(struct run *run)
{
    for (int i = 0; i < STEPS_MAX; i++) {
        if (!step(run))
            return;
    }
    FAIL(run, "never comes; %s", state_of(run));
}

static void mark(struct run *run)
{
    struct sim_summary summary = sim_summary(run->sim);

    run->restarts = summary.pods_restarted;
    run->reparents = summary.reparents;
    run->lowest = SIZE_MAX;
    watch(run);
}

/* "@replica0" in a name stands for the uid of that tablet of shard "-" in zone1. */
static const char *resolved(const char *text)
{
    static const struct {
        const char *mark, *uid;
    } uids[] = {{"@zone2replica0", "0071922500"},
        {"@replica0", "1421667800"},
        {"@replica1", "1421667801"}};

    for (size_t i = 0; i < sizeof(uids) / sizeof(uids[0]); i++) {
        const char *at = strstr(text, uids[i].mark);

        if (at != NULL)
            return fmt(arena,
                "%.*s%s%s",
                (int)(at - text),
                text,
                uids[i].uid,
                at + strlen(uids[i].mark));
    }
    return text;
}

static void fail_with(struct run *run, const char *fault)
{
    const char *message = NULL;

    if (!sim_fail(run->sim, fmt(arena, "%s@%d", fault, sim_steps(run->sim) + 1), &message))
        FAIL(run, "%s", message);
}

static void fail_node_of(struct run *run, const char *pod)
{
    const char *node =
        json_text_at(sim_object(run->sim, "Pod", "default", pod), "spec", "nodeName");

    if (node == NULL)
        FAIL(run, "there is no Pod %s on a node", pod);
    fail_with(run, fmt(arena, "node=%s", node));
}

static void apply(struct run *run)
{
    const char *message = NULL;

    if (!sim_apply(run->sim, run->cluster, &message))
        FAIL(run, "%s", message);
    run->applied = true;
}

/* The first command that steps applies the cluster as it was edited until then. */
static void applied(struct run *run)
{
    if (!run->applied)
        apply(run);
}

static void vtctl(struct run *run, const char *words[5])
{
    const char *message = NULL;

    if (!sim_vtctl(run->sim, &words[1], &message))
        FAIL(run, "%s", message);
}

static void expect_number(struct run *run, size_t got, size_t wanted)
{
    if (got != wanted)
        FAIL(run, "got %zu", got);
}

static void expect_condition(struct run *run, const char *type, const char *status,
    const char *reason)
{
    const json_t *cluster = sim_object(run->sim, "VitessCluster", "default", "vitess");

    if (!text_equal(condition_status(cluster, type), status) ||
        !text_equal(condition_reason(cluster, type), reason))
        FAIL(run,
            "it is %s %s: %s",
            condition_status(cluster, type),
            condition_reason(cluster, type),
            condition_message(cluster, type));
}

static const json_t *value_of(const char *text)
{
    return json_array_get(json_of(fmt(arena, "[%s]", text)), 0);
}

static void expect_field(struct run *run, const char *kind, const char *name, const char *path,
    const char *wanted)
{
    const json_t *value = sim_object(run->sim, kind, "default", name);
    char *copy = strdup(path);

    for (char *key = strtok(copy, "."); key != NULL; key = strtok(NULL, "."))
        value = json_at(value, key);
    free(copy);
    if (value == NULL ||
        !text_equal(json_write(arena, value, NULL), json_write(arena, value_of(wanted), NULL)))
        FAIL(run, "it is %s", json_brief(arena, value));
}

/* One command with its words. True where it was one that looks at the outcome. */
static bool check(struct run *run, const char *words[5], int count)
{
    struct sim_summary now = sim_summary(run->sim);
    const char *command = words[0];

    if (text_equal(command, "restarts"))
        expect_number(run, now.pods_restarted - run->restarts, strtoul(words[1], NULL, 10));
    else if (text_equal(command, "reparents"))
        expect_number(run, now.reparents - run->reparents, strtoul(words[1], NULL, 10));
    else if (text_equal(command, "serving") && run->lowest < strtoul(words[1], NULL, 10))
        FAIL(run, "only %zu", run->lowest);
    else if (text_equal(command, "serving"))
        return true;
    else if (text_equal(command, "has") || text_equal(command, "gone")) {
        bool there = sim_object(run->sim, words[1], "default", words[2]) != NULL;

        if (there != text_equal(command, "has"))
            FAIL(run, "it is %s", there ? "there" : "not there");
    } else if (text_equal(command, "condition"))
        expect_condition(run, words[1], words[2], words[3]);
    else if (text_equal(command, "field") && count == 5)
        expect_field(run, words[1], words[2], words[3], words[4]);
    else
        return false;
    return true;
}

static bool act(struct run *run, const char *words[5])
{
    const char *command = words[0];

    if (text_equal(command, "ready") || text_equal(command, "settle") ||
        text_equal(command, "steps"))
        applied(run);
    if (text_equal(command, "ready"))
        until_ready(run);
    else if (text_equal(command, "settle"))
        until_quiet(run);
    else if (text_equal(command, "steps"))
        for (long i = strtol(words[1], NULL, 10); i > 0; i--)
            step(run);
    else if (text_equal(command, "unset"))
        run->cluster = edited(run->cluster, words[1], NULL);
    else if (text_equal(command, "apply"))
        apply(run);
    else if (text_equal(command, "delete"))
        sim_delete(run->sim, words[1], "default", resolved(words[2]));
    else if (text_equal(command, "fail"))
        fail_with(run, resolved(words[1]));
    else if (text_equal(command, "fail-node-of"))
        fail_node_of(run, resolved(words[1]));
    else if (text_equal(command, "vtctl"))
        vtctl(run, words);
    else if (text_equal(command, "mark"))
        mark(run);
    else
        return false;
    return true;
}

static void command(struct run *run, const char *line)
{
    const char *words[5] = {NULL};
    int count = 0;

    run->line = line;
    /* The last word of a line takes all the rest: a value may have spaces. */
    while (*line != '\0' && count < 5) {
        size_t length = count == 4 || (count == 2 && text_equal(words[0], "set"))
                            ? strlen(line)
                            : strcspn(line, " ");

        words[count++] = text_copy(arena, line, length);
        line += length + (line[length] == ' ');
    }
    if (text_equal(words[0], "set"))
        run->cluster = edited(run->cluster, words[1], value_of(words[2]));
    else if (!act(run, words) && !check(run, words, count))
        FAIL(run, "is no command");
}

static void run_history(const struct history *history, struct sim_options options)
{
    struct run run = {.history = history, .lowest = SIZE_MAX, .line = "the beginning"};
    const char *script = history->script;
    struct sim_summary summary;
    size_t writes;

    run.sim = sim_new(&options);
    run.cluster = cluster_of(history);
    while (*script != '\0') {
        size_t length = strcspn(script, "\n");

        command(&run, text_copy(arena, script, length));
        script += length + (script[length] == '\n');
    }
    run.line = "the end";
    until_quiet(&run);
    writes = sim_rest(run.sim, 3);
    if (writes > 0)
        FAIL(&run, "%zu writes at rest", writes);
    summary = sim_summary(run.sim);
    for (size_t i = 0; i < summary.violation_count; i++)
        FAIL(&run,
            "step %d, rule %s: %s",
            summary.violations[i].step,
            summary.violations[i].rule,
            summary.violations[i].text);
    sim_free(run.sim);
}

/* With sanitizers each history takes twenty times as long, so every fifth runs; which ones differs
 * between the two orders. */
#ifdef __SANITIZE_ADDRESS__
#define IN_SAMPLE(index) ((index) % 5 == 0)
#else
#define IN_SAMPLE(index) true
#endif

START_TEST(each_history)
{
    if (IN_SAMPLE(_i))
        run_history(&histories[_i], (struct sim_options){.seed = 1});
}
END_TEST

START_TEST(each_history_with_another_order_and_stale_caches)
{
    if (IN_SAMPLE(_i + 2))
        run_history(&histories[_i], (struct sim_options){.seed = (unsigned)_i + 2, .lag = 3});
}
END_TEST

static void tests(TCase *tcase)
{
    int count = sizeof(histories) / sizeof(histories[0]);

    tcase_add_loop_test(tcase, each_history, 0, count);
    tcase_add_loop_test(tcase, each_history_with_another_order_and_stale_caches, 0, count);
}

TEST_MAIN(tests)
