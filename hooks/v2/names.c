#include "names.h"

#include <string.h>

#include "text.h"
#include "vitess.h"

/* DO NOT CHANGE WHAT COMES OUT OF HERE: test/unit/check_v2_names.c pins it. */

const struct v2_name_rules v2_object_rules = {.most = 253};
const struct v2_name_rules v2_service_rules = {.most = 63, .letter_first = true};
/* Its Services are named after it, "-client" and all. */
const struct v2_name_rules v2_lockserver_rules = {.most = 63 - sizeof("-client") + 1,
    .letter_first = true};

/* --- the join --- */

enum { HASH_LENGTH = 8 };

/* Each part ends with a NUL, so that "a-b", "c" is another name than "a", "b-c". */
static void add_hashed(struct text *hashed, const char *const *parts)
{
    for (; *parts != NULL; parts++)
        text_add_bytes(hashed, *parts, strlen(*parts) + 1);
}

static const char *hash_of(struct arena *arena, const char *const *salt, const char *const *parts)
{
    struct text hashed = {.arena = arena};

    if (salt != NULL)
        add_hashed(&hashed, salt);
    add_hashed(&hashed, parts);
    return text_copy(arena, digest(arena, text_string(&hashed), hashed.length), HASH_LENGTH);
}

static bool is_lower(char byte)
{
    return byte >= 'a' && byte <= 'z';
}

static bool is_digit(char byte)
{
    return byte >= '0' && byte <= '9';
}

static char in_name(char byte)
{
    if (byte >= 'A' && byte <= 'Z')
        return (char)(byte - 'A' + 'a');
    if (is_lower(byte) || is_digit(byte))
        return byte;
    return '-';
}

/* Bytes of a character after its first one are none of their own: the text is UTF-8. */
static bool continues(char byte)
{
    return ((unsigned char)byte & 0xc0) == 0x80;
}

static void add_part(struct text *name, const char *part)
{
    for (; *part != '\0'; part++) {
        char byte = in_name(*part);

        if (!continues(*part))
            text_add_bytes(name, &byte, 1);
    }
}

static bool may_be_first(const struct v2_name_rules *rules, char byte)
{
    return is_lower(byte) || (is_digit(byte) && !rules->letter_first);
}

static const char *readable(struct arena *arena, const struct v2_name_rules *rules,
    const char *const *parts)
{
    struct text name = {.arena = arena};

    if (!may_be_first(rules, in_name(**parts)))
        text_add(&name, "x");
    for (const char *const *part = parts; *part != NULL; part++) {
        text_add(&name, part == parts ? "" : "-");
        add_part(&name, *part);
    }
    return text_string(&name);
}

const char *v2_join(struct arena *arena, const struct v2_name_rules *rules, const char *const *salt,
    const char *const *parts)
{
    const char *name, *hash;

    if (*parts == NULL)
        return "";
    name = readable(arena, rules, parts);
    hash = hash_of(arena, salt, parts);
    if (strlen(name) + strlen("-") + HASH_LENGTH <= rules->most)
        return fmt(arena, "%s-%s", name, hash);
    return fmt(arena, "%.*s---%s", (int)(rules->most - strlen("---") - HASH_LENGTH), name, hash);
}

#define PARTS(...) ((const char *const[]){__VA_ARGS__, NULL})
#define OBJECT(...) v2_join(arena, &v2_object_rules, NULL, PARTS(__VA_ARGS__))
#define SERVICE(...) v2_join(arena, &v2_service_rules, NULL, PARTS(__VA_ARGS__))
#define LOCKSERVER(...) v2_join(arena, &v2_lockserver_rules, NULL, PARTS(__VA_ARGS__))

/* --- levels --- */

const char *v2_cell_name(struct arena *arena, const char *cluster, const char *cell)
{
    return OBJECT(cluster, cell);
}

const char *v2_keyspace_name(struct arena *arena, const char *cluster, const char *keyspace)
{
    return OBJECT(cluster, keyspace);
}

const char *v2_shard_name(struct arena *arena, const char *cluster, const char *keyspace,
    const char *shard)
{
    return OBJECT(cluster, keyspace, shard_suffix(arena, shard));
}

/* --- etcd --- */

const char *v2_etcd_name(struct arena *arena, const char *cluster, const char *cell)
{
    return cell == NULL ? LOCKSERVER(cluster, "etcd") : LOCKSERVER(cluster, cell, "etcd");
}

const char *v2_etcd_member_name(struct arena *arena, const char *lockserver, uint32_t index)
{
    return fmt(arena, "%s-%u", lockserver, index);
}

const char *v2_etcd_client_service(struct arena *arena, const char *lockserver)
{
    return fmt(arena, "%s-client", lockserver);
}

const char *v2_etcd_peer_service(struct arena *arena, const char *lockserver)
{
    return fmt(arena, "%s-peer", lockserver);
}

const char *v2_etcd_budget(struct arena *arena, const char *lockserver)
{
    return fmt(arena, "etcd-lockserver-%s", lockserver);
}

/* --- components of a cluster --- */

const char *v2_vtctld_service(struct arena *arena, const char *cluster)
{
    return SERVICE(cluster, "vtctld");
}

const char *v2_vtctld_deployment(struct arena *arena, const char *cluster, const char *cell)
{
    return OBJECT(cluster, cell, "vtctld");
}

const char *v2_vtgate_service(struct arena *arena, const char *cluster, const char *cell)
{
    return cell == NULL ? SERVICE(cluster, "vtgate") : SERVICE(cluster, cell, "vtgate");
}

const char *v2_vtgate_deployment(struct arena *arena, const char *cluster, const char *cell)
{
    return OBJECT(cluster, cell, "vtgate");
}

/* It scales the VitessCell, and has its name. */
const char *v2_vtgate_autoscaler(struct arena *arena, const char *cluster, const char *cell)
{
    return v2_cell_name(arena, cluster, cell);
}

const char *v2_vtadmin_service(struct arena *arena, const char *cluster)
{
    return SERVICE(cluster, "vtadmin");
}

const char *v2_vtadmin_deployment(struct arena *arena, const char *cluster, const char *cell)
{
    return OBJECT(cluster, cell, "vtadmin");
}

const char *v2_vtadmin_secret(struct arena *arena, const char *cluster, const char *cell,
    const char *what)
{
    return OBJECT(cluster, cell, "vtadmin", what);
}

/* --- of a shard --- */

const char *v2_vttablet_service(struct arena *arena, const char *cluster)
{
    return SERVICE(cluster, "vttablet");
}

const char *v2_tablet_name(struct arena *arena, const char *cluster, const char *alias)
{
    return OBJECT(cluster, "vttablet", alias);
}

const char *v2_vtorc_deployment(struct arena *arena, const char *cluster, const char *keyspace,
    const char *shard, const char *cell)
{
    return OBJECT(cluster, keyspace, shard_suffix(arena, shard), cell, "vtorc");
}

const char *v2_vtbackup_init_name(struct arena *arena, const char *cluster, const char *keyspace,
    const char *shard)
{
    return OBJECT(cluster, keyspace, shard_suffix(arena, shard), "vtbackup", "init");
}

/* --- backups --- */

const char *v2_backup_storage_name(struct arena *arena, const char *cluster, const char *location)
{
    return *location == '\0' ? OBJECT(cluster) : OBJECT(cluster, location);
}

const char *v2_backup_name(struct arena *arena, const char *cluster, const char *location,
    const char *keyspace, const char *shard, const char *time, uint32_t uid)
{
    const char *safe = shard_suffix(arena, shard);
    const char *tablet = fmt(arena, "%x", uid);

    if (*location == '\0')
        return OBJECT(cluster, keyspace, safe, time, tablet);
    return OBJECT(cluster, location, keyspace, safe, time, tablet);
}

const char *v2_backup_schedule_name(struct arena *arena, const char *cluster, const char *schedule)
{
    return OBJECT(cluster, "vbsc", schedule);
}

/* Pods of a Job get its name as a label, which is as short as a Service. */
const char *v2_backup_job_name(struct arena *arena, const char *schedule, const char *keyspace,
    const char *shard, int64_t time)
{
    const char *safe = shard_suffix(arena, shard);

    return SERVICE(schedule, keyspace, safe, fmt(arena, "%lld", (long long)time));
}

/* --- tablets --- */

static uint32_t first_word(const char *hex)
{
    uint32_t word = 0;

    for (int i = 0; i < 8; i++)
        word = word * 16 + (uint32_t)(is_digit(hex[i]) ? hex[i] - '0' : hex[i] - 'a' + 10);
    return word;
}

uint32_t v2_tablet_uid(struct arena *arena, const char *cell, const char *keyspace,
    const char *shard, const char *type, uint32_t index, const char *pool)
{
    struct text hashed = {.arena = arena};

    text_addf(&hashed, "%s %s %s %s %u", cell, keyspace, shard, type, index);
    if (pool != NULL && *pool != '\0')
        text_addf(&hashed, " %s", pool);
    text_add(&hashed, "\n");
    return first_word(digest(arena, text_string(&hashed), hashed.length));
}

const char *v2_uid_text(struct arena *arena, uint32_t uid)
{
    return fmt(arena, "%010u", uid);
}

const char *v2_tablet_alias(struct arena *arena, const char *cell, uint32_t uid)
{
    return fmt(arena, "%s-%s", cell, v2_uid_text(arena, uid));
}
