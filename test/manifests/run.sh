#!/usr/bin/env bash
# Holds manifests/ against the program: made from it, accepted by it, and compatible with what the last
# release took. (That a real API server takes them is said by test/e2e.)
#
#   test/manifests/run.sh PROGRAM
# shellcheck disable=SC2034,SC2154 # set here and used in checks.sh, or the other way round
set -u
cd "$(dirname "$0")/../.." || exit 1
VITESS_OPERATOR=$(realpath "${1:?usage: test/manifests/run.sh PROGRAM}")
. test/cli/checks.sh

# --- made by the program, to the byte ---

made=$scratch/manifests
mkdir "$made"
{
    # shellcheck disable=SC2016 # backquotes of a comment
    echo '# Made by `make manifests`; do not edit.'
    "$VITESS_OPERATOR" install
} >"$made/vitess-operator.yaml"
{
    # shellcheck disable=SC2016 # backquotes of a comment
    echo '# Made by `make manifests`; do not edit.'
    "$VITESS_OPERATOR" install --api v2
} >"$made/planetscale-v2.yaml"
{
    # shellcheck disable=SC2016 # backquotes of a comment
    echo '# Made by `make manifests`; do not edit.'
    "$VITESS_OPERATOR" controllers --api both --role
} >"$made/metacontroller-role.yaml"
run install --kustomize "$made"
exits 0
called='vitess-operator install'
checks=$((checks + 1))
# README.md and the plugin are written by hand.
diff -r --exclude README.md --exclude kubectl-vitess "$made" manifests >"$scratch/out" 2>&1 ||
    fail 'manifests/ is not what the program prints: run `make manifests` and read the difference'

while read -r file; do
    called=$file
    holds grep -q 'Made by `make manifests`; do not edit' "$file"
done < <(find manifests -type f ! -name README.md ! -name kubectl-vitess)

# --- so is the table of what theirs does and ours, which leaves nothing out ---

called='test/conformance/table.py'
holds test/conformance/table.py --check "$VITESS_OPERATOR"
checks=$((checks + 1))
test/conformance/table.py "$VITESS_OPERATOR" 2>"$scratch/out" >"$scratch/table.md" ||
    fail 'fields or behaviours without a row, or rows without a test:'
checks=$((checks + 1))
diff "$scratch/table.md" examples/planetscale-v2-conformance.md >"$scratch/out" 2>&1 ||
    fail 'examples/planetscale-v2-conformance.md is not what it prints: run `make manifests` and read the difference'

# --- the version of Metacontroller that the README installs is the one that is tested ---

called=manifests/README.md
metacontroller=$(sed -n 's/^#define METACONTROLLER_VERSION "\(.*\)"/\1/p' lib/cli/install/install.h)
holds test -n "$metacontroller"
holds grep -qF "manifests/production?ref=v$metacontroller'" manifests/README.md

# --- small enough to be applied from a client: the whole object becomes one annotation of 256 KiB ---

run crds --api both -o json
answers 'all(.[0].items[]; tojson | length < 245760)'
# One beside the other is both.
"$VITESS_OPERATOR" install -o json | jq '.items[]' >"$scratch/one"
"$VITESS_OPERATOR" install --api v2 -o json | jq '.items[]' >>"$scratch/one"
run install --api both -o json
called='the installation of both APIs'
holds jq -e -n --slurpfile one "$scratch/one" --slurpfile both "$scratch/out" \
    '($one | unique) == ($both[0].items | unique)'

# --- the PriorityClasses that Pods ask for are made: without one the API server refuses them ---

called='the PriorityClasses of planetscale.com/v2'
"$VITESS_OPERATOR" render -o json examples/planetscale-v2/101_initial_cluster.yaml |
    jq -r '.items[] | .. | objects | .priorityClassName // empty' | sort -u >"$scratch/asked"
holds test -s "$scratch/asked"
run install --api v2 -o json
jq -r '.items[] | select(.kind == "PriorityClass").metadata.name' "$scratch/out" | sort -u >"$scratch/made-classes"
holds diff "$scratch/asked" "$scratch/made-classes"

# --- `kubectl explain`: a sentence for each field ---

run crds --api both -o json
# Kubernetes describes its own.
fragments='"tolerations", "affinity", "topologySpreadConstraints", "sidecars", "env", "volumes",
    "volumeMounts", "claims", "dataSource", "dataSourceRef", "imagePullSecrets", "securityContext",
    "extraEnv", "extraVolumes", "extraVolumeMounts", "initContainers", "sidecarContainers", "lifecycle"'
answers "[.[0].items[] | .metadata.name as \$crd | .spec.versions[].schema.openAPIV3Schema
    | . as \$schema | paths(objects) | select(.[-2] == \"properties\" and all(.[]; IN($fragments) | not))
    | select(.[-1] | IN(\"apiVersion\", \"kind\", \"metadata\") | not)
    | . as \$path | select(\$schema | getpath(\$path) | has(\"description\") | not) | \"\(\$crd) \(\$path)\"] == []"
# Rules that a person can follow.
answers 'all(.[0].items[] | .. | objects | .["x-kubernetes-validations"]? // empty | .[];
    (.message | length) > 20 and (.rule | length) > 0)'
# What our own hooks write is typed, never judged.
answers 'all(.[0].items[] | select(.spec.names.kind != "VitessCluster").spec.versions[].schema.openAPIV3Schema.properties.spec | .. | objects;
    (has("pattern") or has("enum") or has("x-kubernetes-validations") or has("maxItems")) | not)'

# --- what the last release took is taken ---

run crds -o json
cp "$scratch/out" "$scratch/crds.json"
called='compatible.py'
for arguments in "--check test/manifests/last-release/crds.json" \
    "test/manifests/last-release/crds.json $scratch/crds.json"; do
    checks=$((checks + 1))
    # shellcheck disable=SC2086 # words
    python3 test/manifests/compatible.py $arguments >"$scratch/out" 2>&1 ||
        fail 'not compatible with test/manifests/last-release (or the check is broken):'
done

# --- the settings are settings, and the Pod has room for them ---

run serve --config manifests/base/serve.yaml --print-config
exits 0
for setting in threads:2 max-requests:16 max-body:16Mi max-arena:128Mi; do
    says "${setting%:*}: ${setting#*:} # manifests/base/serve.yaml"
done
holds grep -q '^listen: "\[::\]:8080"' manifests/base/serve.yaml

# --- each port is the one that it is taken for ---

run install -o json
exits 0
answers '.[0].items[] | select(.kind == "Deployment").spec.template.spec.containers[0]
    | [.ports[] | {(.name): .containerPort}] | add == {http: 8080, probes: 8081}'
says 'probe-listen: \"[::]:8081\"'
answers '.[0].items[] | select(.kind == "Deployment").spec.template.spec.containers[0]
    | [.startupProbe, .readinessProbe, .livenessProbe] | all(.httpGet.port == "probes" and .httpGet.scheme == null)'
answers '.[0].items[] | select(.kind == "Service").spec.ports
    | [.[] | {(.name): .targetPort}] | add == {http: "http", probes: "probes"}'
# Metacontroller needs no metrics, and Prometheus no hook.
answers '.[0].items[] | select(.kind == "NetworkPolicy").spec.ingress | [.[].ports[].port] == ["http"]'
called='the overlay for monitoring'
holds test "$(grep -c 'port: probes' manifests/overlays/monitoring/kustomization.yaml)" = 1
holds grep -qx -- '  - port: probes' manifests/overlays/monitoring/servicemonitor.yaml

# --- monitoring: the same by both ways, and alerts that fire when they should ---

run install --monitoring --prometheus watch -o json
exits 0
cp "$scratch/out" "$scratch/monitoring.json"
answers '[.[0].items[].kind] | .[-5:] == ["ServiceMonitor", "PodMonitor", "PodMonitor", "PrometheusRule", "ConfigMap"]'
answers '[.[0].items[] | select(.kind == "NetworkPolicy").spec.ingress[] | [.ports[].port, .from[].namespaceSelector.matchLabels[]]]
    == [["http", "metacontroller"], ["probes", "watch"]]'
# Each component is asked at the port that it serves metrics at, and has the labels that it is found by.
run render examples/my-vitess.yaml -o json
cp "$scratch/out" "$scratch/rendered.json"
called='the PodMonitors'
holds jq -e -n --slurpfile all "$scratch/monitoring.json" --slurpfile rendered "$scratch/rendered.json" '
    [$all[0].items[] | select(.kind == "PodMonitor").spec | {port: .podMetricsEndpoints[0].port} +
        (.selector.matchExpressions[] | select(.key == "vitess.io/component") | {component: .values[]})] as $wanted
    | [$rendered[0].items[] | .spec.template // . | select(.metadata.labels["vitess.io/component"]?)
        | .metadata.labels["vitess.io/component"] as $component | .metadata.labels["vitess.io/cluster"]
        | select(. == "vitess") | $component] as $there
    | [$rendered[0].items[] | .spec.template // . | select(.spec.containers?)
        | {component: .metadata.labels["vitess.io/component"], port: .spec.containers[].ports[]?.name}] as $ports
    | ($wanted | length == 5) and all($wanted[]; . as $one | ($there | index($one.component) != null)
        and any($ports[]; .component == $one.component and .port == $one.port))'
called='the alerts'
jq '.items[] | select(.kind == "PrometheusRule").spec' "$scratch/monitoring.json" >"$scratch/rules.yaml"
cp test/manifests/alerts.yaml "$scratch"
if command -v promtool >/dev/null; then
    holds promtool check rules --lint-fatal "$scratch/rules.yaml"
    holds promtool test rules "$scratch/alerts.yaml"
else
    echo 'left out: alerts, no promtool (make deps)'
fi
# Every alert is tested.
while read -r name; do
    holds grep -q "$name" test/manifests/alerts.yaml
done < <(jq -r '.groups[].rules[].alert' "$scratch/rules.yaml")
run install --kustomize "$scratch/watched" --prometheus watch
exits 0
holds grep -q 'kubernetes.io/metadata.name: watch' "$scratch/watched/overlays/monitoring/kustomization.yaml"
run install --kustomize "$scratch/watched" --monitoring
exits 2
complains '--kustomize writes overlays/monitoring anyway'
run install --prometheus 'a b'
exits 2
complains '--prometheus must be a DNS label'

# --- the overlay for TLS: its recipe makes certificates with which its settings serve ---

tls=manifests/overlays/tls
mkdir "$scratch/tls"
sed -n '/^#     openssl /,/^#     kubectl /{s/^#     //;/^kubectl/d;p}' "$tls/kustomization.yaml" >"$scratch/recipe"
called="the recipe of $tls"
holds test "$(grep -c '^openssl' "$scratch/recipe")" = 3
holds bash -ec "cd '$scratch/tls' && . '$scratch/recipe'"
for pair in tls.crt=server.crt tls.key=server.key; do
    holds grep -q -- "--from-file=$pair" "$tls/kustomization.yaml"
    cp "$scratch/tls/${pair#*=}" "$scratch/tls/${pair%=*}"
done
folder=$(sed -n 's/ *mountPath: //p' "$tls/deployment.yaml")
sed "s#$folder#$scratch/tls#; s#^\(probe-\)*listen: .*#\1listen: 127.0.0.1:0#" "$tls/serve.yaml" >"$scratch/serve.yaml"
run serve --config "$scratch/serve.yaml" --print-config
exits 0
says "tls-client-ca: \"$scratch/tls/ca.crt\" #"

# serve_with OPTION..: sets server, port and probes
serve_with() {
    "$VITESS_OPERATOR" serve "$@" 2>"$scratch/log" &
    server=$!
    for ((tries = 0; tries < 1000; tries++)); do
        port=$(sed -n 's/.*"address":"127\.0\.0\.1:\([0-9]*\)".*/\1/p' "$scratch/log" | head -n 1)
        probes=$(sed -n 's/.*"probes":"127\.0\.0\.1:\([0-9]*\)".*/\1/p' "$scratch/log")
        [ -z "$port" ] || return
        sleep 0.01
    done
}
trap 'kill "$server" 2>/dev/null; rm -rf "$scratch"' EXIT

run simulate examples/my-vitess.yaml --steps 1 --record "$scratch/requests"
request=$(find "$scratch/requests" -name '*-cluster-sync.request.json' | head -n 1)
serve_with --config "$scratch/serve.yaml"
host=vitess-operator.vitess-operator
ask() {
    curl -sSf --resolve "$host:$port:127.0.0.1" --cacert "$scratch/tls/ca.crt" "$@"
}
called="a server with the settings of $tls"
# As the kubelet, Prometheus and Metacontroller do.
holds curl -sSf "http://127.0.0.1:$probes/readyz"
holds curl -sSf "http://127.0.0.1:$probes/metrics" -o "$scratch/metrics"
holds ask "https://$host:$port/readyz"
holds ask "https://$host:$port/v1alpha1/cluster/sync" -H 'Content-Type: application/json' \
    --data-binary "@$request" --cert "$scratch/tls/client.crt" --key "$scratch/tls/client.key"
checks=$((checks + 1))
if ask "https://$host:$port/v1alpha1/cluster/sync" -H 'Content-Type: application/json' \
    --data-binary "@$request" >"$scratch/out" 2>&1; then
    fail 'must refuse a hook without a certificate'
fi
kill "$server"
wait "$server"

# --- the dashboard and the alerts ask for what there is ---

serve_with --listen 127.0.0.1:0
called="GET /metrics of a server that has answered a hook"
holds curl -sSf "http://127.0.0.1:$port/v1alpha1/cluster/sync" -H 'Content-Type: application/json' \
    --data-binary "@$request"
holds curl -sSf "http://127.0.0.1:$port/metrics" -o "$scratch/metrics"
grep -v '^#' "$scratch/metrics" | sed 's/[{ ].*//' | sort -u >"$scratch/names"
{
    jq -r '.panels[].targets[].expr, .templating.list[].query' manifests/overlays/monitoring/dashboard.json
    jq -r '.groups[].rules[].expr' "$scratch/rules.yaml"
} |
    grep -oE '\b(vitess_operator|process)_[a-z_]+' | sort -u >"$scratch/asked"
holds test "$(wc -l <"$scratch/asked")" -ge 8
while read -r name; do
    called="the dashboard's query of $name"
    # A metric without events has no sample yet, but is announced; this one is there with TLS.
    [ "$name" != vitess_operator_tls_certificate_expiry_timestamp_seconds ] || continue
    holds grep -qxE "$name" <(cat "$scratch/names"; sed -n 's/^# TYPE \([a-z_]*\) .*/\1/p' "$scratch/metrics")
done <"$scratch/asked"

done_checking
