#!/usr/bin/env bash
# A real cluster on one machine, in namespaces of its own: nothing of it is modelled, and nothing of it
# can leave.
#
#   test/real/cluster.sh up PROGRAM     starts it; METACONTROLLER=/path, or one on the PATH
#   test/real/cluster.sh shell          a shell in it, with kubectl
#   test/real/cluster.sh in COMMAND...  one command in it
#   test/real/cluster.sh sql            a mysql prompt through vtgate
#   test/real/cluster.sh down           ends it
#
# REAL=/folder holds all of it (build/real).
set -euo pipefail
here=$(cd "$(dirname "$0")" && pwd)
case ${REAL:-1} in
1) REAL=$here/../../build/real ;;
esac
REAL=$(realpath -m "$REAL")
RUN=$REAL/run
BIN=$(realpath -m "$here/../../build/e2e/bin")
METACONTROLLER=${METACONTROLLER:-$(command -v metacontroller || true)}
export REAL RUN BIN METACONTROLLER PROGRAM
export PATH=$PATH:/usr/local/go/bin:/usr/sbin:/sbin
machines=(plane node-1 node-2 node-3)
# What kubelet sets on the whole machine.
kernel=(vm.overcommit_memory vm.panic_on_oom kernel.panic kernel.panic_on_oops kernel.keys.root_maxkeys kernel.keys.root_maxbytes)

die() {
    echo "$1" >&2
    exit 1
}

# What this machine lacks, in one line.
check() {
    local program
    [ "$(id -u)" = 0 ] || die 'a real cluster needs root, for namespaces, containers and mounts'
    for program in unshare nsenter ip nft jq debootstrap; do
        command -v $program >/dev/null || die "$program is missing: make deps (Debian), or install it"
    done
    grep -qw overlay /proc/filesystems || modprobe overlay 2>/dev/null || die 'a real cluster needs overlayfs, which this kernel has not'
    case $REAL/ in
    /run/* | /var/lib/* | /var/log/*) die "a real cluster has a /run, /var/lib and /var/log of its own: REAL=/folder elsewhere, not $REAL" ;;
    esac
}

# pid_of MACHINE: its process 1, if it is still ours.
pid_of() {
    local pid
    pid=$(cat "$RUN/$1/pid" 2>/dev/null) && grep -qs "machine.sh.${1%-*}" <(tr '\0' ' ' <"/proc/$pid/cmdline") && echo "$pid"
}

# start MACHINE
start() {
    local machine=$1 outer pid
    mkdir -p "$RUN/$machine"
    # shellcheck disable=SC2086 # "node-1" is "node 1"
    setsid unshare --fork --kill-child --pid --mount-proc --mount --net --uts \
        "$here/machine.sh" ${machine/-/ } >>"$RUN/$machine/log" 2>&1 </dev/null &
    outer=$!
    until pid=$(cat "/proc/$outer/task/$outer/children" 2>/dev/null) && [ -n "$pid" ]; do
        kill -0 $outer || die "$machine did not start"
        sleep 0.1
    done
    echo "${pid% }" >"$RUN/$machine/pid"
}

# plug NODE: its network card into the plane's switch.
plug() {
    nsenter --target "$(pid_of plane)" --net ip link add "$1" type veth peer name eth0 netns "$(pid_of "$1")"
    nsenter --target "$(pid_of plane)" --net ip link set "$1" master switch up
}

# kill_machine MACHINE: as if somebody had pulled the plug.
kill_machine() {
    local pid
    pid=$(pid_of "$1") || return 0
    kill -KILL "$pid"
    while [ -d "/proc/$pid" ]; do sleep 0.1; done
}

cgroups() { find /sys/fs/cgroup -maxdepth 2 -name vitess-real -type d; }

up() {
    PROGRAM=$(realpath "${1:?usage: test/real/cluster.sh up PROGRAM}")
    check
    if pid_of plane >/dev/null; then
        echo 'a cluster runs already; make cluster-down ends it'
    else
        "$here/build.sh" "$REAL"
        (cd "$here" && go build -o "$REAL/bin/controlplane" ./controlplane)
        trap 'down >/dev/null' ERR
        bring_up
        trap - ERR
    fi
    cat <<END
    test/real/cluster.sh shell
    kubectl apply -f examples/my-vitess.yaml
    kubectl get vitess --watch
    make sql
END
}

bring_up() {
    local machine controller
    rm -rf "$RUN"
    mkdir -p "$RUN"
    sysctl "${kernel[@]}" >"$RUN/kernel.conf" 2>/dev/null || true
    for controller in /sys/fs/cgroup/*/cgroup.procs /sys/fs/cgroup/cgroup.procs; do
        for machine in "${machines[@]:1}"; do
            [ ! -e "$controller" ] || mkdir -p "$(dirname "$controller")/vitess-real/$machine"
        done
    done
    for machine in "${machines[@]}"; do
        start "$machine"
        [ "$machine" = plane ] || plug "$machine"
    done
    until [ "$(inside kubectl get nodes --no-headers 2>/dev/null | grep -cw Ready)" = 3 ] && [ -e "$RUN/plane/operator-ready" ]; do
        for machine in "${machines[@]}"; do
            pid_of "$machine" >/dev/null || { tail -5 "$RUN/$machine/log" >&2; die "$machine has ended"; }
        done
        sleep 0.2
    done
}

# inside COMMAND...: in the plane.
inside() {
    local pid
    pid=$(pid_of plane) || die 'no cluster runs: make cluster REAL=1'
    PATH=$REAL/bin:$BIN:$PATH KUBECONFIG=$RUN/plane/kubeconfig \
        nsenter --target "$pid" --pid --mount --net --uts --wdns="$PWD" "$@"
}

sql() {
    local vtgate
    vtgate=$(inside kubectl get deployments -A -l vitess.io/component=vtgate --no-headers -o custom-columns=N:.metadata.namespace,D:.metadata.name | head -1)
    [ -n "$vtgate" ] || die 'no vtgate runs: kubectl apply -f examples/my-vitess.yaml'
    # shellcheck disable=SC2086 # two words
    set -- $vtgate
    inside kubectl exec -it -n "$1" "deployment/$2" -- mysql -h 127.0.0.1 -P 3306 -u root
}

# left: how many packets were on the way to where they must not go.
left() {
    local machine sum=0 packets
    for machine in "${machines[@]}"; do
        packets=$(nsenter --target "$(pid_of "$machine")" --net nft -j list counter inet watch left | jq '.nftables[].counter.packets // empty')
        sum=$((sum + packets))
    done
    echo $sum
}

down() {
    local machine
    [ -d "$RUN" ] || { echo 'no cluster runs'; return; }
    for machine in "${machines[@]}"; do
        kill_machine "$machine"
    done
    sysctl -q -p "$RUN/kernel.conf"
    cgroups | while read -r folder; do find "$folder" -depth -type d -exec rmdir {} +; done
    rm -rf "$RUN"
    echo 'the cluster has ended'
}

command=${1:?usage: test/real/cluster.sh up PROGRAM, shell, in COMMAND, sql, or down}
shift
case $command in
up | down | sql | left) "$command" "$@" ;;
in) inside "$@" ;;
shell) inside bash ;;
*) die "no such command: $command" ;;
esac
