# Overrides of Pods: no name of what the operator makes in a Pod may be given to something else. Here
# each name of each Pod that is rendered is tried, so nothing can be forgotten.
. test/cli/checks.sh

cat >"$scratch/cluster.json" <<'JSON'
{"apiVersion": "vitess.io/v1alpha1", "kind": "VitessCluster", "metadata": {"name": "rich"}, "spec": {
  "lockserver": {"addresses": ["etcd.elsewhere.svc:2379"], "tlsSecret": "topology"},
  "cells": [{
    "name": "zone1", "etcd": {}, "vtctld": {}, "vtorc": {},
    "vtgate": {
      "auth": {"static": {"name": "users", "key": "users.json"}},
      "tls": {"secret": "mysql", "required": true, "verifyClients": true}},
    "vtadmin": {"rbac": {"name": "rules", "key": "rbac.yaml"}}}],
  "keyspaces": [{"name": "main", "cells": ["zone1"], "tablets": {
    "masterEligible": {
      "replicas": 1, "volumeClaim": {"accessModes": ["ReadWriteOnce"], "resources": {"requests": {"storage": "1Gi"}}},
      "mysql": {"config": "[mysqld]", "initScript": {"name": "init", "key": "init_db.sql"}}}}}]}}
JSON
run validate "$scratch/cluster.json"
exits 0
run render -o json "$scratch/cluster.json"
exits 0
cp "$scratch/out" "$scratch/rich.json"

# What one Pod of a component has, as overrides of a user who wants the same names for his own. TZ and
# VT_MYSQL_ROOT are there to be set.
cat >"$scratch/overrides.jq" <<'JQ'
def pods: if .kind == "Pod" then .spec else .spec.template.spec end;
[.items[] | select(.metadata.labels["vitess.io/component"] == $component)
    | select(.kind | IN("Pod", "Deployment", "StatefulSet"))]
| (.[0] | pods) as $pod
| [$pod.containers[], ($pod.initContainers // [])[]] as $containers
| [$containers[].volumeMounts // [] | .[]] as $mounts
| {sidecars: [$pod.containers[] | {name, image: "mine"}],
   initContainers: [($pod.initContainers // [])[] | {name, image: "mine"}],
   env: ([$containers[].env // [] | .[].name] | unique | . - ["TZ", "VT_MYSQL_ROOT"] | map({name: .})),
   volumes: ([($pod.volumes // [])[].name, $mounts[].name] | unique | map({name: .})),
   volumeMounts: ([$mounts[].mountPath] | unique | map({name: $mounts[0].name, mountPath: .}))}
JQ

# block COMPONENT PATH: the names of its Pod, as overrides at the path, are refused one by one
block() {
    jq -c --arg component "$1" -f "$scratch/overrides.jq" "$scratch/rich.json" >"$scratch/overrides.json"
    names=$(jq '[.[] | length] | add' "$scratch/overrides.json")
    called="the names in a Pod of $1"
    holds test "$names" -gt 0
    jq --slurpfile overrides "$scratch/overrides.json" --arg path "$2" \
        'setpath($path | split(".") | map(tonumber? // .); $overrides[0])' \
        "$scratch/cluster.json" >"$scratch/taken.json"
    run validate "$scratch/taken.json"
    exits 1
    holds test "$(grep -c '\.template\.[a-zA-Z]*\[[0-9]*\]\.[a-zA-Z]*: must not be ' "$scratch/out")" = "$names"
    holds test "$(wc -l <"$scratch/out")" = "$names"
}

for component in etcd vtctld vtgate vtorc vtadmin; do
    block $component "spec.cells.0.$component.template"
done
block vttablet spec.keyspaces.0.tablets.masterEligible.template
# There is no other component that has Pods.
called='the components'
holds test "$(jq -r '.items[] | select(.kind | IN("Pod", "Deployment", "StatefulSet"))
    | .metadata.labels["vitess.io/component"]' "$scratch/rich.json" | sort -u | paste -sd' ')" = \
    'etcd vtadmin vtctld vtgate vtorc vttablet'

done_checking
