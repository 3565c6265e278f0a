#include <ctype.h>
#include <string.h>

#include "children.h"
#include "cli/base/output.h"
#include "cli/cluster/handover.h"
#include "cli/simulation/simulation.h"
#include "metadata.h"

/* --- lines for a shell --- */

/* "vitesscell.planetscale.com/example-zone1", "service/example-vtgate". */
static const char *kubectl_name(const json_t *object)
{
    struct arena *a = cli_arena();
    const char *group = api_group(a, json_text_at(object, "apiVersion"));
    const char *kind = resource_of(a, object_kind(object));

    return *group == '\0' ? fmt(a, "%s/%s", kind, object_name(object))
                          : fmt(a, "%s.%s/%s", kind, group, object_name(object));
}

static void print_label(const struct handed *handed)
{
    const bool other = object_label(handed->object, "controller-uid") != NULL;

    printf("kubectl label --namespace %s %s%s controller-uid=%s\n",
        object_namespace(handed->object),
        other ? "--overwrite " : "",
        kubectl_name(handed->object),
        handed->label);
}

/* --- what is to be known before --- */

/* The file is run by a shell, and what is told comes from objects that others write: nothing of it
 * may begin a new line. */
static const char *in_one_line(const char *text)
{
    struct text line = {.arena = cli_arena()};

    for (; *text != '\0'; text++)
        text_add_bytes(&line, iscntrl((unsigned char)*text) ? " " : text, 1);
    return text_string(&line);
}

static const char *said(const struct handed *handed)
{
    switch (handed->fate) {
    case FATE_CHANGED:
        return fmt(cli_arena(), "changes at once: %s", handed->detail);
    case FATE_WAITS:
        return "differs from its spec: it stays until that is released";
    case FATE_GOES:
        return "differs from its spec: it is made anew in its turn";
    case FATE_DELETED:
        return "would be deleted";
    case FATE_REFUSED:
    case FATE_TOLD:
        return handed->detail;
    case FATE_KEPT:
        break;
    }
    return NULL;
}

static size_t count_of(const struct handover *handover, enum fate fate)
{
    size_t count = 0;

    for (size_t i = 0; i < handover->count; i++)
        count += handover->at[i].fate == fate;
    return count;
}

static void print_findings(const struct handover *handover)
{
    for (size_t i = 0; i < handover->count; i++) {
        const struct handed *handed = &handover->at[i];

        if (said(handed) != NULL)
            printf("# %s\n",
                in_one_line(
                    fmt(cli_arena(), "%s: %s", kubectl_name(handed->object), said(handed))));
    }
}

/* As the API server has them. Anything else would be words for the shell. */
static bool is_plain(const char *text)
{
    for (; *text != '\0'; text++)
        if (!isalnum((unsigned char)*text) && strchr("-.:", *text) == NULL)
            return false;
    return true;
}

static bool can_be_printed(const struct handed *handed)
{
    return is_plain(object_namespace(handed->object)) && is_plain(object_name(handed->object)) &&
           is_plain(object_kind(handed->object)) && is_plain(handed->label);
}

static bool all_can_be_printed(const struct handover *handover)
{
    for (size_t i = 0; i < handover->count; i++)
        if (handover->at[i].label != NULL && !can_be_printed(&handover->at[i]))
            return false;
    return true;
}

static bool is_safe(const struct handover *handover)
{
    return all_can_be_printed(handover) && handover->missing.count == 0 &&
           count_of(handover, FATE_DELETED) == 0 && count_of(handover, FATE_REFUSED) == 0;
}

/* No line is printed for a cluster that would lose anything, so that nobody pipes it into a shell.
 */
static bool print_cluster(const json_t *cluster, const struct handover *handover)
{
    printf("# VitessCluster %s/%s: %zu kept as they are, %zu changed, %zu with changes that wait, "
           "%zu deleted\n",
        in_one_line(object_namespace(cluster)),
        in_one_line(object_name(cluster)),
        count_of(handover, FATE_KEPT),
        count_of(handover, FATE_CHANGED),
        count_of(handover, FATE_WAITS) + count_of(handover, FATE_GOES),
        count_of(handover, FATE_DELETED));
    print_findings(handover);
    if (handover->missing.count > 0)
        complain("the List has no %s, of which VitessCluster %s may have some: ask for all kinds "
                 "that --help names",
            texts_join(&handover->missing, ", no "),
            object_name(cluster));
    if (!all_can_be_printed(handover))
        complain("VitessCluster %s: an object has a name that no API server takes",
            in_one_line(object_name(cluster)));
    if (!is_safe(handover))
        return false;
    for (size_t i = 0; i < handover->count; i++) {
        if (handover->at[i].label != NULL)
            print_label(&handover->at[i]);
    }
    return true;
}

static int run(const struct texts *arguments)
{
    struct manifests list = {.count = 0};
    struct texts seen = {.arena = cli_arena()};
    int code = EXIT_YES;

    if (arguments->count != 1)
        return wrong_usage(&command_adopt, "needs one FILE");
    if (!simulation_read(&list, arguments->at[0], NULL))
        return EXIT_TROUBLE;
    for (size_t i = 0; i < list.count; i++) {
        const json_t *cluster = list.at[i].object;
        const char *uid = object_uid(cluster);

        if (!manifest_is_cluster(&list.at[i]) || uid == NULL || texts_contain(&seen, uid))
            continue;
        texts_add(&seen, uid);

        const struct handover handover = handover_of(&list, cluster);
        if (!print_cluster(cluster, &handover))
            code = EXIT_NO;
    }
    if (seen.count == 0) {
        complain("%s: holds no VitessCluster as kubectl prints it; see --help",
            manifest_file(arguments->at[0]));
        return EXIT_NO;
    }
    return code;
}

const struct command command_adopt = {
    .name = "adopt",
    .usage = "FILE",
    .summary = "take over clusters that another operator has made",
    .text =
        "Reads a List of the objects of clusters, as kubectl prints it (- is standard input), and\n"
        "prints the commands that hand them to this operator: Metacontroller knows the children "
        "of\n"
        "a VitessCluster by the label controller-uid, and lets go of those without.\n"
        "\n"
        "Before that it asks the hooks, level by level, what they would make of these objects, "
        "and\n"
        "says it in comments: what is kept as it is, what changes, what waits to be released, and\n"
        "what the rollout of a shard does first.\n"
        "Where anything would be deleted, or the List lacks kinds, no command is printed.\n"
        "\n"
        "The other operator has to be stopped first, and our CompositeControllers must not be "
        "there\n"
        "yet.\n"
        "\n"
        "EXIT STATUS\n"
        "0 where nothing would be deleted, 1 where something would, or the List has no\n"
        "VitessCluster or lacks a kind, 2 on wrong usage, 3 where the file cannot be read.\n"
        "\n"
        "EXAMPLES\n"
        "    ps=planetscale.com\n"
        "    kubectl get -A -o json vitessclusters.$ps,vitesscells.$ps,\\\n"
        "    vitesskeyspaces.$ps,vitessshards.$ps,etcdlockservers.$ps,\\\n"
        "    vitessbackups.$ps,vitessbackupstorages.$ps,\\\n"
        "    vitessbackupschedules.$ps,deployments,services,secrets,pods,\\\n"
        "    pvc,pdb,hpa > all.json\n"
        "    vitess-operator adopt all.json > adopt.sh\n"
        "    sh -e adopt.sh\n",
    .run = run,
};
