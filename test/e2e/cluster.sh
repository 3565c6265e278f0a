#!/usr/bin/env bash
# The control plane of the tests, left running to be played with.
#
#   test/e2e/cluster.sh up PROGRAM
#   test/e2e/cluster.sh down
set -euo pipefail
command=${1:?usage: test/e2e/cluster.sh up PROGRAM, or down}
program=$(realpath "${2:-.}")
cd "$(dirname "$0")"
. ./setup.sh
folder=$(realpath -m ../../build/e2e/playground)

# The process of the pid file, if it is still ours.
running() {
    pid=$(cat "$folder/pid" 2>/dev/null) && [ "$(readlink "/proc/$pid/exe")" = "$BIN/playground" ]
}

down() {
    running || { echo "no cluster runs"; return; }
    kill "$pid"
    while [ -d "/proc/$pid" ]; do sleep 0.1; done
    rm -rf "$folder"
    echo "the cluster has ended"
}

up() {
    if running; then
        echo "a cluster runs already; make cluster-down ends it"
    else
        start
    fi
    cat <<END
    export KUBECONFIG=$folder/kubeconfig PATH=$BIN:\$PATH
    kubectl apply -f examples/my-vitess.yaml
    kubectl get vitess --watch
END
    [ -n "$METACONTROLLER" ] || {
        echo 'Without Metacontroller nothing becomes of a VitessCluster. To have it: make cluster-down, then'
        how_to_get_metacontroller cluster
    }
}

start() {
    build_tools
    go build -o "$BIN/playground" ./playground
    rm -rf "$folder"
    mkdir -p "$folder"
    setsid "$BIN/playground" "$folder" "$BIN" "$program" ${METACONTROLLER:+"$METACONTROLLER"} \
        >"$folder/log" 2>&1 </dev/null &
    echo $! >"$folder/pid"
    until [ -e "$folder/ready" ]; do
        kill -0 "$!" 2>/dev/null || { cat "$folder/log" >&2; exit 1; }
        sleep 0.1
    done
}

"$command"
