#include "etcd.h"

#include <stdlib.h>
#include <string.h>

#include "metadata.h"
#include "sim/core/world.h"
#include "template.h"

/* etcd's members: whom a cluster lists, which volume is whose, and what becomes of one that starts
 * on an empty volume (etcd server/etcdserver/bootstrap.go; tried with etcd 3.5.17 and 3.6.8). */

struct etcd_member {
    struct etcd_cluster *cluster;
    uint32_t ordinal;
    const char *id;
    bool learner, started;
    struct etcd_member *next;
};

struct etcd_cluster {
    const char *key; /* "namespace/name" of its StatefulSet */
    struct etcd_member *members;
    unsigned long long added;
};

/* What is in a data directory, by the uid of its claim (of a Pod without one, by that of the Pod).
 */
struct etcd_volume {
    struct etcd_cluster *cluster;
    const char *claim; /* key */
    const char *id;
    bool spoiled;
};

/* --- names --- */

/* "default/vitess-global-etcd" of Pod vitess-global-etcd-1; NULL where it has no ordinal. */
static const char *cluster_key(struct sim *sim, const struct version *pod, uint32_t *ordinal)
{
    const char *dash = strrchr(pod->name, '-');

    if (dash == NULL || dash[1] == '\0' || dash[1 + strspn(dash + 1, "0123456789")] != '\0')
        return NULL;
    *ordinal = (uint32_t)strtoul(dash + 1, NULL, 10);
    return table_name(&sim->names,
        fmt(sim->objects,
            "%s/%s",
            pod->namespace,
            text_copy(sim->objects, pod->name, (size_t)(dash - pod->name))));
}

static struct etcd_cluster *cluster_of(struct sim *sim, const char *key)
{
    struct etcd_cluster *cluster = table_get(&sim->vitess->etcds, key);

    if (cluster != NULL)
        return cluster;
    cluster = arena_make(sim->arena, struct etcd_cluster);
    cluster->key = key;
    table_put(&sim->vitess->etcds, key, cluster);
    return cluster;
}

/* The last ordinal in "http://vitess-global-etcd-1.vitess-global-etcd-peer.default.svc:2380". */
static bool ordinal_in(const char *url, uint32_t *ordinal)
{
    size_t host = strcspn(url, ".");

    while (host > 0 && url[host - 1] >= '0' && url[host - 1] <= '9')
        host--;
    *ordinal = (uint32_t)strtoul(url + host, NULL, 10);
    return url[host] >= '0' && url[host] <= '9' && host > 0 && url[host - 1] == '-';
}

static struct etcd_member *member_at(const struct etcd_cluster *cluster, uint32_t ordinal)
{
    struct etcd_member *member = cluster->members;

    while (member != NULL && member->ordinal != ordinal)
        member = member->next;
    return member;
}

static struct etcd_member *member_called(const struct etcd_cluster *cluster, const char *id)
{
    struct etcd_member *member = cluster->members;

    while (member != NULL && !text_equal(member->id, id))
        member = member->next;
    return member;
}

static struct etcd_member *add_member(struct sim *sim, struct etcd_cluster *cluster,
    uint32_t ordinal, bool learner)
{
    struct etcd_member *member = arena_make(sim->arena, struct etcd_member);
    struct etcd_member **last = &cluster->members;

    while (*last != NULL)
        last = &(*last)->next;
    *member = (struct etcd_member){.cluster = cluster,
        .ordinal = ordinal,
        /* 64 bits, and too many for a double. */
        .id = table_name(&sim->names,
            fmt(sim->objects, "%llu", 18000000000000000001ULL + cluster->added++)),
        .learner = learner};
    *last = member;
    return member;
}

static void remove_member(struct etcd_cluster *cluster, const struct etcd_member *member)
{
    struct etcd_member **at = &cluster->members;

    while (*at != member)
        at = &(*at)->next;
    *at = member->next;
}

/* --- volumes --- */

static const struct version *claim_of(struct sim *sim, const struct version *pod)
{
    const json_t *volume = json_named(json_at(pod->json, "spec", "volumes"), "data");
    const char *name = json_text_at(volume, "persistentVolumeClaim", "claimName");

    return name == NULL ? NULL
                        : store_named(sim,
                              "PersistentVolumeClaim",
                              fmt(sim->objects, "%s/%s", pod->namespace, name));
}

static const char *volume_key(struct sim *sim, const struct version *pod)
{
    const struct version *claim = claim_of(sim, pod);

    return claim == NULL ? pod->uid : claim->uid;
}

static struct etcd_volume *volume_of(struct sim *sim, const struct version *pod)
{
    return table_get(&sim->vitess->etcd_volumes, volume_key(sim, pod));
}

static void write_volume(struct sim *sim, const struct version *pod,
    const struct etcd_member *member, bool spoiled)
{
    const struct version *claim = claim_of(sim, pod);
    struct etcd_volume *volume = arena_make(sim->arena, struct etcd_volume);

    *volume = (struct etcd_volume){member->cluster,
        claim == NULL ? NULL : claim->key,
        member->id,
        spoiled};
    table_put(&sim->vitess->etcd_volumes, volume_key(sim, pod), volume);
}

/* The volume of some member is still there. */
static bool has_volumes(struct sim *sim, const struct etcd_cluster *cluster)
{
    struct table_row *row;

    table_each (&sim->vitess->etcd_volumes, row) {
        const struct etcd_volume *volume = row->value;
        const struct version *claim =
            volume->claim == NULL ? NULL : store_named(sim, "PersistentVolumeClaim", volume->claim);

        if (volume->cluster == cluster && claim != NULL && text_equal(claim->uid, row->key))
            return true;
    }
    return false;
}

static void copy_members(struct sim *sim, const struct etcd_cluster *from, struct etcd_cluster *to)
{
    for (const struct etcd_member *old = from->members; old != NULL; old = old->next) {
        struct etcd_member *member = add_member(sim, to, old->ordinal, old->learner);

        member->id = old->id;
        member->started = old->started;
    }
    to->added = from->added;
}

void etcd_restored(struct sim *sim, const char *uid, const struct version *claim)
{
    const struct etcd_volume *old = table_get(&sim->vitess->etcd_volumes, uid);
    struct etcd_volume *volume;
    struct etcd_cluster *cluster;
    const char *key;

    if (old == NULL)
        return;
    key = table_name(&sim->names,
        fmt(sim->objects, "%s%s", claim->namespace, strchr(old->cluster->key, '/')));
    cluster = cluster_of(sim, key);
    if (cluster != old->cluster && cluster->members == NULL)
        copy_members(sim, old->cluster, cluster);
    volume = arena_make(sim->arena, struct etcd_volume);
    *volume = (struct etcd_volume){cluster, claim->key, old->id, old->spoiled};
    table_put(&sim->vitess->etcd_volumes, claim->uid, volume);
}

/* --- quorum --- */

static bool runs_etcd(const struct pod_run *run)
{
    for (size_t i = 0; run != NULL && i < run->count; i++) {
        if (run->containers[i].program == PROGRAM_ETCD && run->containers[i].well)
            return true;
    }
    return false;
}

static bool is_up(struct sim *sim, const struct etcd_member *member)
{
    const struct version *pod =
        store_named(sim, "Pod", fmt(sim->objects, "%s-%u", member->cluster->key, member->ordinal));
    const struct pod_run *run = pod == NULL ? NULL : kubelet_run(sim, pod->uid);
    const struct etcd_volume *volume = pod == NULL ? NULL : volume_of(sim, pod);

    if (volume == NULL || volume->spoiled || !text_equal(volume->id, member->id))
        return false;
    return runs_etcd(run);
}

/* Without `but`, which may be NULL. */
static bool has_quorum(struct sim *sim, const struct etcd_cluster *cluster,
    const struct etcd_member *but)
{
    size_t voters = 0, up = 0;

    for (const struct etcd_member *member = cluster->members; member != NULL;
         member = member->next) {
        if (member->learner || member == but)
            continue;
        voters++;
        up += is_up(sim, member);
    }
    return up >= voters / 2 + 1;
}

/* Of one that was told no members: more than half of its StatefulSet's. */
static bool counted_quorum(struct sim *sim, const struct version *pod)
{
    const json_t *reference = json_array_get(json_at(pod->json, "metadata", "ownerReferences"), 0);
    const struct version *owner = store_named(sim,
        "StatefulSet",
        fmt(sim->objects, "%s/%s", pod->namespace, json_text_at(reference, "name")));
    const struct shelf *members;
    json_int_t up = 0;

    if (pod->owner == NULL || owner == NULL)
        return true;
    members = view_owned(&sim->store->live, pod->owner);
    for (size_t i = 0; i < members->count; i++)
        up += runs_etcd(kubelet_run(sim, members->at[i]->uid));
    return up >= json_int_at(owner->json, 1, "spec", "replicas") / 2 + 1;
}

bool etcd_quorum(struct sim *sim, const struct version *pod)
{
    uint32_t ordinal;
    const char *key = cluster_key(sim, pod, &ordinal);
    const struct etcd_cluster *cluster = key == NULL ? NULL : table_get(&sim->vitess->etcds, key);

    return cluster == NULL || cluster->members == NULL ? counted_quorum(sim, pod)
                                                       : has_quorum(sim, cluster, NULL);
}

/* --- starting --- */

struct etcd_start {
    struct sim *sim;
    const struct version *pod;
    struct etcd_cluster *cluster;
    uint32_t ordinal;
    const char *initial, *state;
};

/* Takes the next "NAME=URL" from `text`; false at its end. */
static bool next_entry(struct arena *a, const char **text, const char **name, uint32_t *ordinal)
{
    size_t length = strcspn(*text, ",");
    const char *entry = text_copy(a, *text, length);
    const char *equals = strchr(entry, '=');

    if (length == 0)
        return false;
    *text += length + ((*text)[length] == ',');
    if (equals == NULL)
        return false;
    *name = text_copy(a, entry, (size_t)(equals - entry));
    return ordinal_in(equals + 1, ordinal);
}

static bool finds_itself(const struct etcd_start *start)
{
    const char *rest = start->initial;
    const char *name;
    uint32_t ordinal;

    while (next_entry(start->sim->objects, &rest, &name, &ordinal)) {
        if (text_equal(name, start->pod->name))
            return true;
    }
    return false;
}

/* The addresses are those that the cluster lists (membership.ValidateClusterAndAssignIDs). */
static bool same_members(const struct etcd_start *start)
{
    const char *rest = start->initial;
    size_t listed = 0, said = 0;
    const char *name;
    uint32_t ordinal;

    for (const struct etcd_member *member = start->cluster->members; member != NULL;
         member = member->next)
        listed++;
    while (next_entry(start->sim->objects, &rest, &name, &ordinal)) {
        if (member_at(start->cluster, ordinal) == NULL)
            return false;
        said++;
    }
    return listed == said;
}

static void form(const struct etcd_start *start)
{
    const char *rest = start->initial;
    const char *name;
    uint32_t ordinal;

    start->cluster->members = NULL;
    while (next_entry(start->sim->objects, &rest, &name, &ordinal))
        add_member(start->sim, start->cluster, ordinal, false);
}

static const char *start_new(const struct etcd_start *start)
{
    struct etcd_member *member;

    if (start->cluster->members == NULL || !has_volumes(start->sim, start->cluster))
        form(start);
    member = member_at(start->cluster, start->ordinal);
    /* etcd only asks whether the others know a member of its identity. */
    if (member == NULL) {
        world_violation(start->sim,
            "etcd",
            "%s begins an etcd of its own beside the one that has data",
            start->pod->name);
        return "error validating peerURLs: member count is unequal";
    }
    if (member->started)
        return fmt(start->sim->objects,
            "member %s has already been bootstrapped",
            start->pod->name);
    member->started = true;
    write_volume(start->sim, start->pod, member, false);
    return NULL;
}

static const char *start_existing(const struct etcd_start *start)
{
    struct etcd_member *member = member_at(start->cluster, start->ordinal);

    if (!has_quorum(start->sim, start->cluster, NULL))
        return "cannot fetch cluster info from peer urls: could not retrieve cluster information "
               "from the given URLs";
    if (member == NULL || !same_members(start))
        return "error validating peerURLs: member count is unequal";
    if (member->started)
        world_violation(start->sim,
            "etcd",
            "%s starts on an empty volume under the identity that it had before",
            start->pod->name);
    write_volume(start->sim, start->pod, member, member->started);
    member->started = true;
    return NULL;
}

static const char *start_empty(const struct etcd_start *start)
{
    if (start->initial == NULL || start->state == NULL)
        return "configmap of --initial-cluster not found";
    if (!finds_itself(start))
        return fmt(start->sim->objects,
            "couldn't find local name \"%s\" in the initial cluster configuration",
            start->pod->name);
    return text_equal(start->state, "new") ? start_new(start) : start_existing(start);
}

const char *etcd_trouble(struct sim *sim, const struct version *pod)
{
    const struct etcd_volume *volume = volume_of(sim, pod);

    if (volume == NULL)
        return NULL;
    if (volume->spoiled)
        return "tocommit(8) is out of range [lastIndex(0)]. Was the raft log corrupted, truncated, "
               "or lost?";
    if (member_called(volume->cluster, volume->id) == NULL)
        return "the member has been permanently removed from the cluster";
    return NULL;
}

const char *etcd_start(struct sim *sim, const struct version *pod, const struct texts *arguments)
{
    struct etcd_start start = {.sim = sim, .pod = pod};
    const char *key = cluster_key(sim, pod, &start.ordinal);

    if (key == NULL || program_flag(arguments, "initial-cluster-state") == NULL)
        return NULL;
    if (volume_of(sim, pod) != NULL)
        return etcd_trouble(sim, pod);
    start.cluster = cluster_of(sim, key);
    start.initial = program_flag(arguments, "initial-cluster");
    start.state = program_flag(arguments, "initial-cluster-state");
    return start_empty(&start);
}

/* --- asking --- */

static struct vtctl_result refuses(struct sim *sim, int code, const char *text)
{
    return (struct vtctl_result){true,
        fmt(sim->objects, "{\"code\":%d, \"message\":\"etcdserver: %s\"}", code, text)};
}

static const json_t *printed_member(struct sim *sim, const struct etcd_member *member)
{
    struct arena *a = sim->objects;
    const char *slash = strchr(member->cluster->key, '/');
    const char *name = fmt(a, "%s-%u", slash + 1, member->ordinal);

    return object(a,
        F("ID", member->id),
        OPT("name", member->started ? name : NULL),
        LIST("peerURLs",
            V(fmt(a,
                "http://%s.%s-peer.%.*s.svc:2380",
                name,
                slash + 1,
                (int)(slash - member->cluster->key),
                member->cluster->key))),
        OPT("isLearner", member->learner ? json_true() : NULL));
}

static struct vtctl_result prints_members(struct sim *sim, const struct etcd_cluster *cluster,
    const char *scheme)
{
    json_t *members = json_new_list();
    struct text text = {.arena = sim->objects};
    const char *json;

    for (const struct etcd_member *member = cluster->members; member != NULL; member = member->next)
        json_add(members, printed_member(sim, member));
    json = json_write(sim->objects, object(sim->objects, F("members", members)), NULL);
    /* As the members that ask have it: with TLS or without. */
    for (const char *next = strstr(json, "http://"); next != NULL; next = strstr(json, "http://")) {
        text_add_bytes(&text, json, (size_t)(next - json));
        text_addf(&text, "%s://", scheme);
        json = next + strlen("http://");
    }
    text_add(&text, json);
    return (struct vtctl_result){true, text_string(&text)};
}

static struct vtctl_result add(struct sim *sim, struct etcd_cluster *cluster, const json_t *body)
{
    const char *url = json_string_value(json_array_get(json_at(body, "peerURLs"), 0));
    uint32_t ordinal;

    if (url == NULL || !ordinal_in(url, &ordinal))
        return refuses(sim, 3, "given member URLs are invalid");
    if (member_at(cluster, ordinal) != NULL)
        return refuses(sim, 9, "Peer URLs already exists");
    for (const struct etcd_member *member = cluster->members; member != NULL;
         member = member->next) {
        if (member->learner)
            return refuses(sim, 9, "too many learner members in cluster");
    }
    add_member(sim, cluster, ordinal, json_true_at(body, "isLearner"));
    return (struct vtctl_result){true, NULL};
}

/* --strict-reconfig-check. */
static struct vtctl_result drop(struct sim *sim, struct etcd_cluster *cluster, const json_t *body)
{
    const struct etcd_member *member = member_called(cluster, json_text_at(body, "ID"));

    if (member == NULL)
        return refuses(sim, 5, "member not found");
    if (!member->learner && !has_quorum(sim, cluster, member))
        return refuses(sim, 9, "re-configuration failed due to not enough started members");
    remove_member(cluster, member);
    return (struct vtctl_result){true, NULL};
}

static struct vtctl_result promote(struct sim *sim, struct etcd_cluster *cluster,
    const json_t *body)
{
    struct etcd_member *member = member_called(cluster, json_text_at(body, "ID"));

    if (member == NULL)
        return refuses(sim, 5, "member not found");
    if (!member->learner)
        return refuses(sim, 9, "can only promote a learner member");
    if (!is_up(sim, member))
        return refuses(sim, 9, "can only promote a learner member which is in sync with leader");
    member->learner = false;
    return (struct vtctl_result){true, NULL};
}

/* ".../v3/cluster/member/METHOD" */
struct vtctl_result etcd_call(struct sim *sim, const struct version *pod, const char *url,
    const char *data)
{
    struct json_fault fault = {0};
    const json_t *body = json_read(sim->objects, data, strlen(data), 0, &fault);
    const char *method = strrchr(url, '/') + 1;
    struct vtctl_result result = {true, NULL};
    uint32_t ordinal;
    const char *key = cluster_key(sim, pod, &ordinal);
    struct etcd_cluster *cluster = key == NULL ? NULL : table_get(&sim->vitess->etcds, key);

    if (cluster == NULL || body == NULL)
        return refuses(sim, 3, "invalid request");
    if (text_equal(method, "add"))
        result = add(sim, cluster, body);
    else if (text_equal(method, "remove"))
        result = drop(sim, cluster, body);
    else if (text_equal(method, "promote"))
        result = promote(sim, cluster, body);
    else if (!text_equal(method, "list"))
        return (struct vtctl_result){true, "{\"code\":5, \"message\":\"Not Found\"}"};
    if (result.text != NULL)
        return result;
    if (!text_equal(method, "list")) {
        world_note(sim, "etcd %s: %s %s", cluster->key, method, data);
        vitess_etcd_changed(sim, pod);
    }
    return prints_members(sim, cluster, text_starts_with(url, "https") ? "https" : "http");
}
