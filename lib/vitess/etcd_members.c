#include "etcd_members.h"

#include <string.h>

#include "metadata.h"
#include "pod.h"
#include "template.h"

#define COMPONENT "etcd"

const char *etcd_members_name(struct arena *a, const struct etcd *etcd)
{
    return fmt(a, "%s-members", etcd->name);
}

bool etcd_ordinal(const char *text, uint32_t *ordinal)
{
    *ordinal = 0;
    if (*text == '\0' || strlen(text) > 3 || (text[0] == '0' && text[1] != '\0'))
        return false;
    for (; *text >= '0' && *text <= '9'; text++)
        *ordinal = *ordinal * 10 + (uint32_t)(*text - '0');
    return *text == '\0';
}

/* --- what a member reads --- */

static const char *all_members(struct arena *a, const struct etcd *etcd)
{
    struct texts members = {.arena = a};

    for (uint32_t i = 0; i < etcd->size; i++)
        texts_add(&members, fmt(a, "%s-%u=%s", etcd->name, i, etcd_peer_url(a, etcd, i)));
    return texts_join(&members, ",");
}

/* etcd compares this list with that of the others by addresses, and looks for itself in it by name
 * (ValidateClusterAndAssignIDs, hasLocalMember): so only one member finds itself here. */
static const char *one_member(struct arena *a, const struct etcd *etcd,
    const struct etcd_gate *gate)
{
    struct texts members = {.arena = a};
    const char *rest = gate->listed;
    struct etcd_listed listed;

    while (etcd_listed_next(a, &rest, &listed))
        texts_add(&members,
            fmt(a,
                "%s-%u=%s",
                listed.ordinal == gate->member ? etcd->name : "other",
                listed.ordinal,
                etcd_peer_url(a, etcd, listed.ordinal)));
    return texts_join(&members, ",");
}

/* etcd ends with "couldn't find local name ... in the initial cluster configuration". */
#define NOBODY "closed-by-vitess-operator=http://closed.invalid:2380"

static const char *initial_cluster(struct arena *a, const struct etcd *etcd,
    const struct etcd_gate *gate)
{
    switch (gate->state) {
    case ETCD_FORMING:
        return all_members(a, etcd);
    case ETCD_OPEN:
        return one_member(a, etcd, gate);
    case ETCD_CLOSED:
        break;
    }
    return NOBODY;
}

const json_t *etcd_members_config(struct arena *a, const struct etcd *etcd,
    const struct etcd_gate *gate)
{
    json_t *data = json_new_map();

    json_put_text(data, ETCD_INITIAL_CLUSTER, initial_cluster(a, etcd, gate));
    json_put_text(data, ETCD_INITIAL_STATE, gate->state == ETCD_FORMING ? "new" : "existing");
    if (gate->change != NULL)
        json_put_text(data, gate->change, fmt(a, "%u", gate->member));
    return object(a,
        F("apiVersion", "v1"),
        F("kind", "ConfigMap"),
        F("metadata",
            component_metadata(a, &etcd->place, COMPONENT, etcd_members_name(a, etcd), NULL)),
        F("data", data));
}

bool etcd_reads_members(const json_t *statefulset)
{
    const json_t *container =
        json_named(json_at(statefulset, "spec", "template", "spec", "containers"), COMPONENT);

    return json_at(json_named(json_at(container, "env"), "INITIAL_CLUSTER"), "valueFrom") != NULL;
}

/* --- what etcd answers --- */

static const char *const roles[] = {
    [ETCD_ADDED] = "added",
    [ETCD_LEARNER] = "learner",
    [ETCD_VOTER] = "voter",
};

enum { ROLES = sizeof(roles) / sizeof(*roles), MOST_ID_DIGITS = 20 };

static bool is_id(const char *text)
{
    return text != NULL && *text != '\0' && strlen(text) <= MOST_ID_DIGITS &&
           text[strspn(text, "0123456789")] == '\0';
}

/* Which of our members is at this address; ETCD_MOST_MEMBERS: none. */
static uint32_t ordinal_of(struct arena *a, const struct etcd *etcd, const json_t *urls)
{
    const char *url = json_string_value(json_array_get(urls, 0));
    uint32_t ordinal = 0;

    if (json_array_size(urls) != 1)
        return ETCD_MOST_MEMBERS;
    while (ordinal < ETCD_MOST_MEMBERS && !text_equal(url, etcd_peer_url(a, etcd, ordinal)))
        ordinal++;
    return ordinal;
}

/* A member has told its name when it has been there; proto3 leaves out what is empty or false. */
static enum etcd_role role_of(const json_t *member)
{
    const char *name = json_text_at(member, "name");

    if (name == NULL || *name == '\0')
        return ETCD_ADDED;
    return json_true_at(member, "isLearner") ? ETCD_LEARNER : ETCD_VOTER;
}

static const char *digest_list(struct arena *a, const void *asked, const char *raw,
    const char **unexpected)
{
    struct json_fault fault = {0};
    const json_t *answer = json_read(a, raw, strlen(raw), 0, &fault);
    const json_t *members = json_at(answer, "members");
    struct text out = {.arena = a};
    const json_t *member;

    *unexpected = "it is no list of members of etcd";
    if (json_array_size(members) == 0)
        return NULL;
    json_each_item (members, i, member) {
        const char *id = json_text_at(member, "ID");
        uint32_t ordinal = ordinal_of(a, asked, json_at(member, "peerURLs"));

        if (!is_id(id))
            return NULL;
        if (ordinal == ETCD_MOST_MEMBERS) {
            *unexpected = fmt(a,
                "member %s of etcd has the addresses %s, which are of no Pod of StatefulSet %s",
                id,
                json_brief(a, json_at(member, "peerURLs")),
                ((const struct etcd *)asked)->name);
            return NULL;
        }
        text_addf(&out,
            "%s%s %u %s",
            out.length == 0 ? "" : "\n",
            id,
            ordinal,
            roles[role_of(member)]);
    }
    return text_string(&out);
}

static const char *word_of(struct arena *a, const char **text)
{
    size_t length = strcspn(*text, " \n");
    const char *word = text_copy(a, *text, length);

    *text += length + ((*text)[length] != '\0');
    return word;
}

bool etcd_listed_next(struct arena *a, const char **text, struct etcd_listed *listed)
{
    const char *role;

    if (*text == NULL || **text == '\0')
        return false;
    listed->id = word_of(a, text);
    if (!is_id(listed->id) || !etcd_ordinal(word_of(a, text), &listed->ordinal) ||
        listed->ordinal >= ETCD_MOST_MEMBERS)
        return false;
    role = word_of(a, text);
    for (size_t i = 0; i < ROLES; i++) {
        if (text_equal(role, roles[i])) {
            listed->role = (enum etcd_role)i;
            return true;
        }
    }
    return false;
}

bool etcd_listed_find(struct arena *a, const char *text, uint32_t ordinal,
    struct etcd_listed *listed)
{
    while (etcd_listed_next(a, &text, listed)) {
        if (listed->ordinal == ordinal)
            return true;
    }
    return false;
}

static bool list_valid(struct arena *a, const void *asked, const char *text)
{
    struct etcd_listed listed;
    bool any = false;

    (void)asked;
    while (*text != '\0') {
        if (!etcd_listed_next(a, &text, &listed))
            return false;
        any = true;
    }
    return any;
}

/* --- asking --- */

/* The ports of the client Service and of the member are the same. */
static const char *endpoint(struct arena *a, const struct etcd *etcd, const char *method)
{
    return fmt(a,
        "%s://%s-client.%s.svc:2379/v3/cluster/member/%s",
        etcd->tls_secret == NULL ? "http" : "https",
        etcd->name,
        etcd->place.namespace,
        method);
}

static struct task_reply call(struct tasks *tasks, const struct etcd *etcd, const char *method,
    const char *body, const char *pattern, const char *invalidation_key,
    const struct task_reading *reading)
{
    struct arena *a = tasks->request->arena;
    const struct etcd_client client = {.tls_secret = etcd->tls_secret};
    const char *const arguments[] = {"--data", body, endpoint(a, etcd, method), NULL};

    return task_ask_etcd(tasks,
        &client,
        fmt(a, "etcd-%s", method),
        pattern,
        arguments,
        invalidation_key,
        reading);
}

/* etcd's messages (api/v3rpc/rpctypes) of what has been done already are success, too: an answer
 * may have been lost with its Pod. */
#define DONE "\"members\":"

struct task_reply etcd_list(struct tasks *tasks, const struct etcd *etcd,
    const char *invalidation_key)
{
    const struct task_reading reading = {digest_list, list_valid, etcd};

    return call(tasks, etcd, "list", "{\"linearizable\":true}", DONE, invalidation_key, &reading);
}

struct task_reply etcd_remove(struct tasks *tasks, const struct etcd *etcd, const char *id,
    const char *invalidation_key)
{
    const char *body = fmt(tasks->request->arena, "{\"ID\":\"%s\"}", id);

    return call(tasks, etcd, "remove", body, DONE "|member not found", invalidation_key, NULL);
}

struct task_reply etcd_add(struct tasks *tasks, const struct etcd *etcd, uint32_t ordinal,
    const char *invalidation_key)
{
    struct arena *a = tasks->request->arena;
    const char *body =
        fmt(a, "{\"peerURLs\":[\"%s\"],\"isLearner\":true}", etcd_peer_url(a, etcd, ordinal));

    return call(tasks, etcd, "add", body, DONE "|already exist", invalidation_key, NULL);
}

struct task_reply etcd_promote(struct tasks *tasks, const struct etcd *etcd, const char *id,
    const char *invalidation_key)
{
    const char *body = fmt(tasks->request->arena, "{\"ID\":\"%s\"}", id);

    return call(tasks,
        etcd,
        "promote",
        body,
        /* And not that it can only promote one "which is in sync with leader": not yet. */
        DONE "|can only promote a learner member\"",
        invalidation_key,
        NULL);
}
