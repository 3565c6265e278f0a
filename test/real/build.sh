#!/usr/bin/env bash
# All that a real cluster is made of, built once: test/real/build.sh FOLDER PROGRAM puts programs into
# FOLDER/bin, and the images that the operator PROGRAM asks for into FOLDER/images, as containerd keeps
# them. About 20 minutes on 2 cores the first time, nothing when they are there.
# shellcheck disable=SC2034,SC2154 # shared with builder.sh
set -euo pipefail
real=$(realpath -m "${1:?usage: test/real/build.sh FOLDER PROGRAM}")
program=$(realpath "${2:?usage: test/real/build.sh FOLDER PROGRAM}")
cd "$(dirname "$0")"
folder=$real/bin
begin=$SECONDS
. ../e2e/tools/builder.sh
. ./images.sh
vitess=(mysqlctl mysqlctld vtadmin vtbackup vtctld vtctldclient vtgate vtorc vttablet)

# in_module FOLDER COMMAND...
in_module() {
    pushd "$1" >/dev/null
    shift
    "$@"
    popd >/dev/null
}

node_programs() {
    local containerd=github.com/containerd/containerd/v2/cmd plugins=github.com/containernetworking/plugins/plugins
    build $containerd/containerd containerd
    build $containerd/containerd-shim-runc-v2 containerd-shim-runc-v2
    build $containerd/ctr ctr
    # Without a copy of runc's own in each container, which would need memory in the container's cgroup.
    build github.com/opencontainers/runc runc seccomp,runc_nodmz
    build $plugins/ipam/host-local host-local
    build $plugins/main/loopback loopback
    build $plugins/main/ptp ptp
    build github.com/coredns/coredns coredns
}

kubernetes_programs() {
    kubernetes_flags
    build k8s.io/kubernetes/cmd/kubelet kubelet
    build k8s.io/kubernetes/cmd/kube-proxy kube-proxy
    flags="-s -w" # of the others
}

vitess_programs() {
    local name
    for name in "${vitess[@]}"; do
        build vitess.io/vitess/go/cmd/$name $name
    done
}

# MySQL as Vitess 24 wants it is in Debian unstable only; Debian 12 has MariaDB.
mysql_root() {
    local mirror root=$real/mysql
    [ ! -x "$root/usr/bin/curl" ] || return 0
    # shellcheck disable=SC2016 # apt expands them
    mirror=${MIRROR:-$(apt-get indextargets --format '$(REPO_URI) $(RELEASE)' 'Created-By: Packages' 'Component: main' |
        awk '$2 == "bookworm" { print $1; exit }')}
    printf '  DEBOOTSTRAP  mysql\n'
    rm -rf "$root.part"
    debootstrap --variant=minbase --include=mysql-server-core,mysql-client-core,ca-certificates,curl,procps,percona-toolkit \
        sid "$root.part" "$mirror" >"$root.log" 2>&1 || {
        tail -3 "$root.log" >&2
        echo "Debian unstable is missing at $mirror; another mirror: MIRROR=URL" >&2
        exit 1
    }
    rm -rf "$root.part"/var/cache/apt/*.bin "$root.part"/var/cache/apt/archives/* "$root.part"/var/lib/apt/lists/*
    rm -rf "$root"
    mv "$root.part" "$root"
}

# What the image of Vitess has beside MySQL.
vitess_root() {
    local root=$1 config
    config=$("$go" -C vitess list -m -f '{{.Dir}}' vitess.io/vitess)/config
    mkdir -p "$root"/vt/{bin,config,vtdataroot} "$root/etc"
    cp "${vitess[@]/#/$folder/}" "$root/vt/bin/"
    cp -r "$config/init_db.sql" "$config/mycnf" "$root/vt/config/"
    chmod -R u+w,a+rX "$root/vt/config"
    sed '$avitess:x:999:999::/vt:/bin/bash' "$real/mysql/etc/passwd" >"$root/etc/passwd"
    sed '$avitess:x:999:' "$real/mysql/etc/group" >"$root/etc/group"
    chown -R 999:999 "$root/vt"
}

# image NAME CONFIG ROOT...: into the containerd of images.
image() {
    printf '  IMAGE  %s\n' "$1"
    archive "$temporary/archive" "$@" | ctr images import - >"$temporary/log" 2>&1 || {
        tail -3 "$temporary/log" >&2
        exit 1
    }
}

ctr() { "$folder/ctr" --address "$temporary/socket" --namespace k8s.io "$@"; }

# image_of WORD EXAMPLE: what the operator takes from such an image.
image_of() {
    "$program" render "../../examples/$2.yaml" | awk -v word="$1" '$1 == "image:" && $2 ~ word && !seen++ { print $2 }'
}

# The folder of a containerd that has all images: each node begins with a copy.
images() {
    local wanted containerd tries=0 vitess_image etcd_image web_image v2=planetscale-v2/101_initial_cluster v2_etcd_image exporter_image
    vitess_image=docker.io/$(image_of vitess/lite my-vitess)
    etcd_image=$(image_of /etcd: my-vitess)
    web_image=docker.io/$(image_of vitess/vtadmin vtadmin)
    v2_etcd_image=$(image_of /etcd: $v2)
    exporter_image=docker.io/$(image_of mysqld-exporter $v2)
    wanted=$(echo "$vitess_image $etcd_image $web_image $v2_etcd_image $exporter_image"; cat build.sh images.sh web/*.go "$folder"/.[a-z]* ../e2e/tools/go.mod)
    wanted=$(sha256sum <<<"$wanted")
    [ "$(cat "$real/images/stamp" 2>/dev/null)" != "$wanted" ] || return 0
    rm -rf "$real/images"
    temporary=$(mktemp -d -p "$real" images.XXXXXX)
    printf 'version = 3\nroot = "%s"\nstate = "%s"\ndisabled_plugins = ["io.containerd.grpc.v1.cri"]\n' \
        "$temporary/root" "$temporary/state" >"$temporary/config.toml"
    "$folder/containerd" --config "$temporary/config.toml" --address "$temporary/socket" >"$temporary/containerd.log" 2>&1 &
    containerd=$!
    trap 'kill $containerd; rm -rf "$temporary"' EXIT
    until ctr version >/dev/null 2>&1; do
        if ! kill -0 $containerd || [ $((++tries)) -gt 300 ]; then
            tail -3 "$temporary/containerd.log" >&2
            exit 1
        fi
        sleep 0.1
    done

    vitess_root "$temporary/vitess"
    image "$vitess_image" '{"User": "vitess", "Env": ["PATH=/vt/bin:/usr/sbin:/usr/bin:/sbin:/bin", "VTROOT=/vt"]}' \
        "$real/mysql" "$temporary/vitess"
    # The same under another name, which is what an update of the image brings.
    ctr images tag "$vitess_image" "$vitess_image-next" >/dev/null
    # What examples/how-to.md runs beside MySQL; Debian's MySQL came with it.
    image docker.io/percona/percona-toolkit:3.7.0 '{}' "$real/mysql"
    program_root "$temporary/etcd" ../../build/e2e/bin/etcd /usr/local/bin/etcd
    program_root "$temporary/etcd" "$folder/etcdctl" /usr/local/bin/etcdctl
    image "$etcd_image" '{"Entrypoint": ["/usr/local/bin/etcd"]}' "$temporary/etcd"
    # That of planetscale.com/v2 is older, and is run as the same program.
    ctr images tag "$etcd_image" "$v2_etcd_image" >/dev/null
    program_root "$temporary/exporter" "$folder/mysqld_exporter" /bin/mysqld_exporter
    image "$exporter_image" '{"Entrypoint": ["/bin/mysqld_exporter"]}' "$temporary/exporter"
    # There the image of the pages holds the API, too.
    program_root "$temporary/web" "$folder/vtadmin" /vt/bin/vtadmin
    CGO_ENABLED=0 "$go" build -o "$temporary/web/docker-entrypoint.sh" ./web
    image "$web_image" '{}' "$temporary/web"
    # It holds a Pod's namespaces, and does nothing.
    program_root "$temporary/pause" /bin/sleep /bin/sleep
    image registry.k8s.io/pause:3.10.1 '{"Entrypoint": ["/bin/sleep", "infinity"]}' "$temporary/pause"

    kill $containerd
    wait $containerd || true
    mv "$temporary/root" "$real/images"
    rm -rf "$temporary"
    trap - EXIT
    printf '%s' "$wanted" >"$real/images/stamp"
}

mkdir -p "$folder"
../e2e/tools/build.sh
in_module ../e2e/tools kubernetes_programs
in_module node node_programs
in_module vitess vitess_programs
# What Pods of planetscale.com/v2 have besides.
in_module planetscale/exporter build github.com/prometheus/mysqld_exporter mysqld_exporter
in_module planetscale/etcdctl build go.etcd.io/etcd/etcdctl/v3 etcdctl
mysql_root
images
[ $((SECONDS - begin)) -lt 5 ] || printf '  %s s for all that a real cluster is made of\n' $((SECONDS - begin))
