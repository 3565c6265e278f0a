#!/usr/bin/env bash
# The control plane of the tests, left running to be played with.
#
#   test/e2e/cluster.sh up PROGRAM
#   test/e2e/cluster.sh down
set -euo pipefail
command=${1:?usage: test/e2e/cluster.sh up PROGRAM, or down}
program=$(realpath "${2:-.}")
cd "$(dirname "$0")"
export PATH=$PATH:/usr/local/go/bin
folder=$(realpath -m ../../build/e2e/playground)
bin=$(realpath -m ../../build/e2e/bin)
metacontroller=${METACONTROLLER:-$(command -v metacontroller || true)}

# The process of the pid file, if it is still ours.
running() {
    pid=$(cat "$folder/pid" 2>/dev/null) && [ "$(readlink "/proc/$pid/exe")" = "$bin/playground" ]
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
    export KUBECONFIG=$folder/kubeconfig PATH=$bin:\$PATH
    kubectl apply -f examples/my-vitess.yaml
    kubectl get vitess --watch
END
    [ -n "$metacontroller" ] || cat <<'END'
Without Metacontroller nothing becomes of a VitessCluster. To have it: make cluster-down, then
    git clone https://github.com/metacontroller/metacontroller && cd metacontroller
    go build -o /tmp/metacontroller ./pkg/cmd/metacontroller
    METACONTROLLER=/tmp/metacontroller make cluster
END
}

start() {
    tools/build.sh "$bin"
    go build -o "$bin/vtctldclient" ./vtctldclient
    go build -o "$bin/playground" ./playground
    rm -rf "$folder"
    mkdir -p "$folder"
    setsid "$bin/playground" "$folder" "$bin" "$program" ${metacontroller:+"$metacontroller"} \
        >"$folder/log" 2>&1 </dev/null &
    echo $! >"$folder/pid"
    until [ -e "$folder/ready" ]; do
        running || { cat "$folder/log" >&2; exit 1; }
        sleep 0.1
    done
}

"$command"
