#include "fields.h"

/* EtcdLockserver, and where else it is said where a topology is. */

/* clang-format off */
#define ETCD_ROWS                                                                                  \
    SPEC(struct etcd_template, image, "image",                                                     \
        "Image of etcd. Default: quay.io/coreos/etcd:v3.5.17.", .format = &v2_format_image),              \
    SPEC(struct etcd_template, pull_policy, "imagePullPolicy", "When the image is pulled.",        \
        .values = v2_pull_policies),                                                               \
    PULL_SECRETS(struct etcd_template, ),                                                          \
    SPEC(struct etcd_template, resources, "resources",                                             \
        "CPU and memory of each member. Default: requests {cpu: 100m, memory: 256Mi}, and limits " \
        "{memory: 256Mi}.", RESOURCES),                                                            \
    SPEC(struct etcd_template, claim, "dataVolumeClaimTemplate",                                   \
        "PersistentVolumeClaim of each member, which may grow. Default: ReadWriteOnce, 1Gi.",      \
        CLAIM),                                                                                    \
    EXTRA_FLAGS(struct etcd_template, "etcd"),                                                     \
    POD_EXTRAS(struct etcd_template),                                                              \
    SPEC(struct etcd_template, create_pdb, "createPDB",                                            \
        "Make a PodDisruptionBudget of the members. false does not delete one that is there.",     \
        .fallback = "true"),                                                                       \
    SPEC(struct etcd_template, create_client_service, "createClientService",                       \
        "Make the Service for clients. false does not delete one that is there.",                  \
        .fallback = "true"),                                                                       \
    SPEC(struct etcd_template, create_peer_service, "createPeerService",                           \
        "Make the Service that members find each other by. false does not delete one that is "     \
        "there.", .fallback = "true"),                                                             \
    SPEC(struct etcd_template, advertise_peer_urls, "advertisePeerURLs",                           \
        "Where members 1, 2 and 3 find each other, instead of by the names of their Pods.",        \
        .shape = SPEC_TEXT_LIST, .min = 3, .max = 3),                                              \
    SPEC(struct etcd_template, local_member_index, "localMemberIndex",                             \
        "The only member that is here; the others are in other Kubernetes clusters. Default: all " \
        "three are here.", .min = 1, .max = 3),                                                    \
    SERVICE(struct etcd_template, client_service, "clientService", "The Service for clients."),    \
    SERVICE(struct etcd_template, peer_service, "peerService",                                     \
        "The Service that members find each other by."),                                           \
    SPEC_SELF(struct etcd_template, json)
/* clang-format on */

static const struct spec_field etcd_fields[] = {ETCD_ROWS, SPEC_END};

const struct spec_field v2_etcd_lockserver_fields[] = {ETCD_ROWS,
    CHILDREN_SELECTOR,
    SPEC(struct etcd_template, zone, "zone", "Zone that the members run in. Default: any."),
    SPEC_END};

static const struct spec_field external_fields[] = {
    SPEC(struct external_lockserver, implementation, "implementation",
        "How Vitess talks to it: etcd2, consul or zk2.", .required = true),
    SPEC(struct external_lockserver, address, "address", "host:port of it, or several with commas.",
        .required = true),
    SPEC(struct external_lockserver, root_path, "rootPath",
        "Where in it the data of this Vitess cluster is.", .required = true),
    SPEC_END};

const struct spec_field v2_lockserver_fields[] = {
    SPEC_STRUCT(struct lockserver, external, "external",
        "A lock server that is there already. Nothing else of this block counts then.",
        external_fields),
    SPEC_STRUCT(struct lockserver, etcd, "etcd",
        "An etcd of three members that the operator makes.", etcd_fields),
    SPEC(struct lockserver, cell_info_address, "cellInfoAddress",
        "host:port of it for the records of cells, for those who do not know the names of this "
        "Kubernetes cluster. Default: the Service for clients."),
    SPEC_END};
