#!/usr/bin/env bash
# A real cluster on one machine, in namespaces of its own: nothing of it is modelled, and nothing of it
# can leave.
#
#   test/real/cluster.sh up PROGRAM     starts it, and says how to use it; METACONTROLLER=/path, or one on the PATH
#   test/real/cluster.sh start PROGRAM  only starts it
#   test/real/cluster.sh shell          a shell in it, with kubectl
#   test/real/cluster.sh in COMMAND...  one command in it
#   test/real/cluster.sh cases [CASE...]  what happens to clusters, all of test/real/cases or those
#   test/real/cluster.sh sql            a mysql prompt through vtgate
#   test/real/cluster.sh replay PROGRAM compares what was answered with what PROGRAM answers
#   test/real/cluster.sh down           ends it
#
# REAL=/folder holds all of it (build/real). RECORD=1 has the operator record all calls, for replay.
set -euo pipefail
here=$(cd "$(dirname "$0")" && pwd)
case ${REAL:-1} in
1) REAL=$here/../../build/real ;;
esac
REAL=$(realpath -m "$REAL")
RUN=$REAL/run
export REAL RUN
export PATH=$PATH:/usr/sbin:/sbin
pushd "$here/../e2e" >/dev/null
. ./setup.sh
popd >/dev/null
. "$here/images.sh"
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
    pkg-config --exists libseccomp || die 'libseccomp is missing: make deps (Debian), or install its development files'
    grep -qw overlay /proc/filesystems || modprobe overlay 2>/dev/null || die 'a real cluster needs overlayfs, which this kernel has not'
    [ -n "$METACONTROLLER" ] || {
        echo 'a real cluster needs Metacontroller:' >&2
        how_to_get_metacontroller 'cluster REAL=1' >&2
        exit 1
    }
    case $REAL/ in
    /run/* | /var/lib/* | /var/log/*) die "a real cluster has a /run, /var/lib and /var/log of its own: REAL=/folder elsewhere, not $REAL" ;;
    esac
}

# pid_of MACHINE: its process 1, if it is still ours.
pid_of() {
    local pid
    pid=$(cat "$RUN/$1/pid" 2>/dev/null) && grep -qs "machine.sh.${1%-*}" <(tr '\0' ' ' <"/proc/$pid/cmdline") && echo "$pid"
}

# boot MACHINE
boot() {
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
    # Its end of the cable is gone a moment later, and the other one with it.
    while pid_of plane >/dev/null && nsenter --target "$(pid_of plane)" --net ip link show "$1" >/dev/null 2>&1; do sleep 0.1; done
}

cgroups() { find /sys/fs/cgroup -maxdepth 2 -name vitess-real -type d; }

start() {
    local program
    program=$(realpath "${1:?usage: test/real/cluster.sh start PROGRAM}")
    check
    "$here/build.sh" "$REAL" "$program"
    (cd "$here" && go build -o "$REAL/bin/" ./controlplane ./cases)
    trap 'down >/dev/null' EXIT
    bring_up
    install_operator "$program" >"$RUN/install.log" 2>&1 || { tail -3 "$RUN/install.log" >&2; false; }
    trap - EXIT
}

up() {
    if pid_of plane >/dev/null; then
        echo 'a cluster runs already; make cluster-down ends it'
    else
        start "$@"
    fi
    cat <<END
    test/real/cluster.sh shell      # port-forwards work in there
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
    footprint >"$RUN/footprint"
    for controller in /sys/fs/cgroup/*/cgroup.procs /sys/fs/cgroup/cgroup.procs; do
        for machine in "${machines[@]:1}"; do
            [ ! -e "$controller" ] || mkdir -p "$(dirname "$controller")/vitess-real/$machine"
        done
    done
    for machine in "${machines[@]}"; do
        boot "$machine"
        [ "$machine" = plane ] || plug "$machine"
    done
    for _ in {1..300}; do
        [ "$(inside kubectl get nodes --no-headers 2>/dev/null | grep -cw Ready)" != 3 ] || return 0
        for machine in "${machines[@]}"; do
            pid_of "$machine" >/dev/null || { tail -5 "$RUN/$machine/log" >&2; die "$machine has ended"; }
        done
        sleep 0.2
    done
    die "the nodes do not get Ready: $RUN/*/logs"
}

# give_image NAME CONFIG ROOT...: to each node.
give_image() {
    local machine
    archive "$RUN/archive" "$@" >"$RUN/image.tar"
    for machine in "${machines[@]:1}"; do
        enter "$machine" ctr -n k8s.io images import "$RUN/image.tar"
    done
    rm "$RUN/image.tar"
}

# install_operator PROGRAM: Metacontroller and the operator, as manifests/README.md says.
install_operator() {
    local version manifests=$here/../../manifests
    version=$("$1" version -o json | jq -r .version)
    program_root "$RUN/operator" "$1" /usr/local/bin/vitess-operator
    give_image "docker.io/library/vitess-operator:$version" \
        '{"User": "65532:65532", "Entrypoint": ["/usr/local/bin/vitess-operator"], "Cmd": ["serve"]}' "$RUN/operator"
    program_root "$RUN/metacontroller" "$METACONTROLLER" /usr/bin/metacontroller
    give_image docker.io/library/metacontroller:real '{"Entrypoint": ["/usr/bin/metacontroller"]}' "$RUN/metacontroller"
    inside kubectl apply --server-side -f "$here/../e2e/rig/metacontroller-stand-ins.yaml"
    inside kubectl wait --for=condition=Established crd --all --timeout=60s
    # Metacontroller comes last: it looks for new kinds twice a minute only.
    inside kubectl apply --server-side -f "$manifests/vitess-operator.yaml"
    inside kubectl wait --for=condition=Established crd --all --timeout=60s
    inside kubectl apply -f "$here/metacontroller.yaml" -f "$manifests/metacontroller-role.yaml"
    # For the case that serves it as well.
    "$1" install --api v2 -o json >"$RUN/planetscale-v2.json"
    [ -z "${RECORD-}" ] || record
    inside kubectl -n vitess-operator rollout status deployment/vitess-operator --timeout=60s
    inside kubectl -n metacontroller rollout status statefulset/metacontroller --timeout=60s
}

# record: has the operator write all calls into a folder that all nodes see, which its namespace
# forbids.
record() {
    inside kubectl label --overwrite namespace vitess-operator pod-security.kubernetes.io/enforce=privileged
    install -d -m 700 -o 65532 -g 65532 "$RUN/calls"
    inside kubectl -n vitess-operator patch deployment vitess-operator --type=json -p '[
        {"op": "add", "path": "/spec/template/spec/containers/0/args/-", "value": "--record=/calls"},
        {"op": "add", "path": "/spec/template/spec/containers/0/volumeMounts/-", "value": {"name": "calls", "mountPath": "/calls"}},
        {"op": "add", "path": "/spec/template/spec/volumes/-", "value": {"name": "calls", "hostPath": {"path": "'"$RUN"'/calls"}}}]'
}

replay() { "$here/replay.sh" "${1:?usage: test/real/cluster.sh replay PROGRAM}" "$RUN/calls"; }

# enter MACHINE COMMAND...
enter() {
    local pid
    pid=$(pid_of "$1") || die 'no cluster runs: make cluster REAL=1'
    shift
    PATH=$REAL/bin:$BIN:$PATH KUBECONFIG=$RUN/plane/kubeconfig \
        nsenter --target "$pid" --pid --mount --net --uts --wdns="$PWD" "$@"
}

# inside COMMAND...: in the plane.
inside() { enter plane "$@"; }

# cases CASE...: in the plane; what they order of machines is done here, where all of them are seen.
cases() {
    local orders status=0
    mkdir -p "$RUN/orders"
    obey &
    orders=$!
    inside cases "$here/../../examples" "$@" || status=$?
    kill $orders
    return $status
}

# obey: each order is a file, and is gone when it is done.
obey() {
    local order machine
    while sleep 0.2; do
        for order in "$RUN"/orders/*.node-*; do
            machine=${order##*.}
            case $order in
            */kill.*) kill_machine "$machine" ;;
            */boot.*) boot "$machine" && plug "$machine" ;;
            *) continue ;;
            esac
            rm "$order"
        done
    done
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
    local machine packets sum=0
    for machine in "${machines[@]}"; do
        packets=$(nsenter --target "$(pid_of "$machine")" --net nft -j list counter inet watch left | jq '.nftables[].counter.packets // empty')
        sum=$((sum + packets))
    done
    echo $sum
}

# footprint: all on the machine itself that a run could leave something in.
footprint() {
    cut -d' ' -f5 /proc/self/mountinfo
    ip -o link show | awk '{ print $2 }'
    ip netns list
    nft -s list ruleset 2>/dev/null
    cgroups
    sysctl "${kernel[@]}" 2>/dev/null
}

# remains: says what is not as it was before.
remains() {
    # What is gone was somebody else's.
    ! footprint | diff "$RUN/footprint" - | grep '^>' || echo 'This was not on the machine before.'
    pgrep -f "^$REAL/bin/|$RUN/" || return 0
    echo 'Processes are left: see above.'
}

down() {
    local machine
    [ -d "$RUN" ] || { echo 'no cluster runs'; return; }
    for machine in "${machines[@]}"; do
        kill_machine "$machine"
    done
    sysctl -q -p "$RUN/kernel.conf"
    # What was in them takes a moment to be gone.
    for _ in {1..50}; do
        cgroups | while read -r folder; do find "$folder" -depth -type d -exec rmdir {} + 2>/dev/null; done || true
        [ -n "$(cgroups)" ] || break
        sleep 0.1
    done
    remains
    rm -rf "$RUN"
    echo 'the cluster has ended'
}

command=${1:?usage: test/real/cluster.sh up PROGRAM, shell, in COMMAND, cases [CASE...], sql, replay PROGRAM, or down}
shift
case $command in
up | start | down | sql | left | cases | replay) "$command" "$@" ;;
in) inside "$@" ;;
shell) inside bash ;;
*) die "no such command: $command" ;;
esac
