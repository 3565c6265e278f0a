#!/usr/bin/env bash
# Requests a second of the shard hook, side by side with a floor: a Node server that only parses the
# body and prints a prepared answer, with no hook logic at all (test/bench/floor.js). Both get the
# same bytes in one run; ratios are what counts, the machine is shared.
#
#   test/bench/run.sh PROGRAM        BENCH_SECONDS (5) for each measurement
set -euo pipefail
cd "$(dirname "$0")/../.."
program=$(realpath "${1:?usage: run.sh PROGRAM}")
seconds=${BENCH_SECONDS:-5}
for tool in wrk jq node; do
    command -v $tool >/dev/null || { echo "$tool is missing: make deps" >&2; exit 1; }
done
work=$(mktemp -d)
pids=()
trap 'kill "${pids[@]}" 2>/dev/null || true; rm -rf "$work"' EXIT

# A VitessShard with $1 tablets: half of them (and the odd one) replica, the others rdonly.
shard() {
    jq -n --argjson n "$1" '
    def pool($count): {replicas: $count, image: "vitess/lite:v24.0.4",
        volumeClaim: {accessModes: ["ReadWriteOnce"], resources: {requests: {storage: "4Gi"}}},
        vttablet: {resources: {limits: {memory: "512Mi"}}}, mysql: {resources: {limits: {memory: "512Mi"}}}};
    {apiVersion: "vitess.io/v1alpha1", kind: "VitessShard",
     metadata: {name: "vitess-zone1-main-x-80", namespace: "default", uid: "u", generation: 1},
     spec: {cluster: "vitess", cell: "zone1", keyspace: "main", name: "-80",
        keyRange: {start: "", end: "80"}, cells: ["zone1"], cellOrder: ["zone1"],
        turndownPolicy: "RequireIdle", replicaTablets: ($n - ($n / 2 | floor)), allTablets: $n,
        image: "vitess/lite:v24.0.4", revision: 1, rolloutId: "0", rollout: {paused: false},
        selector: {matchLabels: {"vitess.io/cluster": "vitess", "vitess.io/cell": "zone1",
            "vitess.io/keyspace": "main", "vitess.io/shard": "x-80"}},
        template: {metadata: {labels: {"vitess.io/cluster": "vitess", "vitess.io/cell": "zone1",
            "vitess.io/keyspace": "main", "vitess.io/shard": "x-80"}}},
        client: {image: "vitess/lite:v24.0.4", server: "vitess-global-vtctld:15999"},
        topology: {implementation: "etcd2", addresses: "vitess-global-etcd-client.default.svc:2379",
            globalRoot: "/vitess/global", cellRootPrefix: "/vitess"},
        tablets: {masterEligible: pool($n - ($n / 2 | floor)), batch: pool($n / 2 | floor)}}}'
}

request() {
    shard "$1" >"$work/parent"
    jq '{controller: {}, parent: ., children: {"Pod.v1": {}, "PersistentVolumeClaim.v1": {},
        "PodDisruptionBudget.policy/v1": {}}, related: {}, finalizing: false}' "$work/parent" |
        "$program" sync shard >"$work/first"
    jq -c --slurpfile parent "$work/parent" -f test/bench/observed.jq "$work/first" >"$work/request-$1"
    "$program" sync shard <"$work/request-$1" >"$work/answer-$1"
}

# Requests a second of the server at $1 for the body $2.
rate() {
    BODY=$2 wrk -t1 -c2 -d"${seconds}s" -s test/bench/post.lua "$1" >"$work/wrk"
    ! grep -q 'Non-2xx' "$work/wrk" || { cat "$work/wrk" >&2; exit 1; }
    awk '/Requests\/sec/ {print $2}' "$work/wrk"
}

port_of() {
    local port=
    for _ in $(seq 200); do
        port=$(sed -n "$2" "$1")
        [ -n "$port" ] && break
        sleep 0.05
    done
    [ -n "$port" ] || { echo "no server: $(cat "$1")" >&2; exit 1; }
    echo "$port"
}

"$program" serve --listen 127.0.0.1:0 --log-format json 2>"$work/log" &
pids+=($!)
url=$(port_of "$work/log" 's/.*"event":"listening","address":"\([^"]*\)".*/http:\/\/\1/p')

printf '%8s %10s %10s %12s %12s %8s\n' tablets 'in KB' 'out KB' 'ours /s' 'Node floor' ratio
for tablets in ${BENCH_TABLETS:-3 31 301}; do
    request "$tablets"
    node test/bench/floor.js "$work/answer-$tablets" >"$work/floor" &
    floor=$!
    pids+=("$floor")
    port=$(port_of "$work/floor" 's/^\([0-9]*\)$/\1/p')
    ours=$(rate "$url/v1alpha1/shard/sync" "$work/request-$tablets")
    theirs=$(rate "http://127.0.0.1:$port/" "$work/request-$tablets")
    kill "$floor"
    awk -v n="$tablets" -v i="$(stat -c %s "$work/request-$tablets")" \
        -v o="$(stat -c %s "$work/answer-$tablets")" -v a="$ours" -v b="$theirs" \
        'BEGIN {printf "%8d %10.0f %10.0f %12.0f %12.0f %8.2f\n", n, i / 1024, o / 1024, a, b, a / b}'
done
