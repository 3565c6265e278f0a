# tree of a real cluster, as kubectl prints its objects.
. test/cli/checks.sh

base=examples/my-vitess.yaml
"$VITESS_OPERATOR" simulate $base --record "$scratch/record" >"$scratch/simulated"
cat "$scratch"/record/*.request.json | jq -s -f test/cli/observed.jq >"$scratch/all.json"

# list FILTER: a list changed by jq
list() {
    jq "$1" "$scratch/all.json" >"$scratch/list.json"
}
# lines PATTERN: how many lines of the output match
lines() {
    grep -c "$1" "$scratch/out"
}

# All objects: the same tree that the simulation has, but for the Pods of workloads, which no request holds.
run tree $base
grep -vE '─ ● Pod vitess-(global|zone1)-' "$scratch/out" >"$scratch/wanted"
run tree "$scratch/all.json"
exits 0
holds test -z "$err"
holds diff "$scratch/wanted" "$scratch/out"
tree=$out
run tree - <"$scratch/all.json"
holds test "$out" = "$tree"
run tree -o dot "$scratch/all.json"
exits 0
says '"VitessCluster default/vitess" -> "VitessCell default/vitess-zone1";'
run tree -o svg "$scratch/all.json"
exits 0
says 'class="primary"'

# What the documented command asks for; the order does not matter, nor that one is there twice.
list '.items |= (map(select(.kind | test("^(Vitess.*|Pod|PersistentVolumeClaim)$"))) | reverse | . + .)'
run tree "$scratch/list.json"
exits 0
holds test -z "$err"
holds test "$(lines '★ Pod .* primary')" = 2
holds test "$(lines '● Pod .* replica')" = 4
holds test "$(lines 'PersistentVolumeClaim vitess-vttablet-')" = 6

# It is not simulated: the star is where status.primary says, and nowhere without it.
list '(.items[] | select(.metadata.name == "vitess-zone1-main-x-80").status.primary) = "zone1-0214747902"'
run tree "$scratch/list.json"
says '★ Pod vitess-vttablet-zone1-0214747902  primary'
says '● Pod vitess-vttablet-zone1-0214747900  replica'
list '(.items[] | select(.kind == "VitessShard").status) |= del(.primary)'
run tree "$scratch/list.json"
holds test "$(lines '★')" = 0

# Trouble is shown where it is.
list '(.items[] | select(.kind == "VitessShard") | .status.conditions[] | select(.type == "Ready"))
    |= (.status = "False" | .reason = "TabletsNotServing")
    | (.items[] | select(.kind == "Pod" and .metadata.name == "vitess-vttablet-zone1-0214747901").status) |= (
        .conditions = [{type: "Ready", status: "False"}]
        | .containerStatuses = [{name: "vttablet", state: {waiting: {reason: "CrashLoopBackOff"}}}])
    | (.items[] | select(.kind == "PersistentVolumeClaim" and (.metadata.name | endswith("747902"))).status.phase) = "Lost"
    | (.items[] | select(.kind == "PersistentVolumeClaim" and (.metadata.name | endswith("747900"))).metadata.deletionTimestamp)
        = "2026-01-01T01:00:00Z"
    | (.items[] | select(.kind == "VitessCell" and .metadata.name == "vitess-global").metadata.deletionTimestamp) = "2026-01-01T01:00:00Z"
    | (.items[] | select(.kind == "VitessKeyspace").metadata.generation) = 7'
run tree "$scratch/list.json"
exits 0
says '◌ VitessShard vitess-zone1-main-x-80  TabletsNotServing, 3/3 tablets'
says '✖ Pod vitess-vttablet-zone1-0214747901  CrashLoopBackOff'
says '✖ PersistentVolumeClaim vitess-vttablet-zone1-0214747902  4Gi, Lost'
says '◌ PersistentVolumeClaim vitess-vttablet-zone1-0214747900  4Gi, Terminating'
says '◌ VitessCell vitess-global  Ready, Terminating'
says '◌ VitessKeyspace vitess-zone1-main  Ready, 6/6 tablets, last edit not seen yet'

# Pods of a Deployment hang on a ReplicaSet, which nobody lists; StatefulSet's claims on nobody.
list '.items += [{apiVersion: "v1", kind: "Pod", metadata: {name: "vitess-zone1-vtgate-5d9c-x2x", namespace: "default", uid: "p1",
    labels: {"vitess.io/cluster": "vitess", "vitess.io/cell": "zone1", "vitess.io/component": "vtgate"},
    ownerReferences: [{kind: "ReplicaSet", name: "vitess-zone1-vtgate-5d9c", uid: "r1", controller: true}]},
    status: {phase: "Running", conditions: [{type: "Ready", status: "True"}]}}]
    | .items |= map(select(.kind != "Deployment"))'
run tree "$scratch/list.json"
exits 0
holds grep -q '^   ├─ ● Pod vitess-zone1-vtgate-5d9c-x2x  Ready' "$scratch/out"

# Other people's Pods are none of it, whatever they are called.
list '.items += [{apiVersion: "v1", kind: "Pod", metadata: {name: "vitess-vttablet-other", namespace: "default", uid: "p2", labels: {app: "x"}}},
    {apiVersion: "v1", kind: "Pod", metadata: {name: "no-uid", namespace: "default"}},
    {apiVersion: "v1", kind: "Pod", metadata: {name: "x\u001b[31m", namespace: "default", uid: "p3", labels: {"vitess.io/cluster": "vitess"}}}]'
run tree "$scratch/list.json"
exits 0
holds test "$out" = "$tree"
holds test -z "$err"

# What is left of a cluster that has gone is named, and not drawn.
list '.items += [{apiVersion: "v1", kind: "PersistentVolumeClaim", metadata: {name: "old", namespace: "default", uid: "c1",
    labels: {"vitess.io/cluster": "gone", "vitess.io/cell": "zone1"}}}]'
run tree "$scratch/list.json"
exits 0
holds test "$out" = "$tree"
complains 'left out are objects of VitessClusters that are not in the List: default/gone'

# Several clusters, of one name in two namespaces: each has its own.
list '.items as $items | .items += ($items | map(.metadata.namespace = "other" | .metadata.uid += "-2"
    | .metadata.ownerReferences |= (. // [] | map(.uid += "-2"))))
    | (.items[] | select(.kind == "VitessShard" and .metadata.namespace == "other").status) |= del(.primary)'
run tree "$scratch/list.json"
exits 0
holds test "$(lines '^● VitessCluster vitess')" = 2
holds test "$(lines '★ Pod')" = 2
holds test "$(lines 'Pod vitess-vttablet-zone1')" = 12

# Kinds that are missing are asked for; what is there stands as near to its place as can be.
list '.items |= map(select(.kind | test("^(VitessCluster|Pod)$")))'
run tree "$scratch/list.json"
exits 0
complains 'the List has no VitessCell, no VitessKeyspace, no VitessShard; kubectl get vt,vtc,vtk,vts,pods,pvc -o json prints all'
holds grep -q '^├─ ● Pod vitess-vttablet-zone1-0214747900' "$scratch/out"
list '.items |= map(select(.kind == "VitessCluster"))'
run tree "$scratch/list.json"
exits 0
holds test "$out" = '● VitessCluster vitess  Ready, 6/6 tablets'
complains 'no Pod;'

# Nothing to draw.
list '.items |= map(select(.kind == "Pod"))'
run tree "$scratch/list.json"
exits 1
is_silent
complains 'list.json: the List has no VitessCluster; kubectl get vt,vtc,vtk,vts,pods,pvc -o json prints all that belongs to one'
list '.items = []'
run tree - <"$scratch/list.json"
exits 3
is_silent
complains 'standard input: holds an empty List: kubectl has found nothing; was it asked for the right namespace?'

# One object, as kubectl get vt vitess prints it, and a List of manifests say what is wanted: simulated.
jq '.items[] | select(.kind == "VitessCluster")' "$scratch/all.json" >"$scratch/one.json"
run tree "$scratch/one.json"
exits 0
holds test "$(lines '★ Pod')" = 2
list '.items |= map(select(.kind == "VitessCluster") | del(.status, .metadata.uid))'
run tree "$scratch/list.json"
exits 0
holds test "$(lines '★ Pod')" = 2

done_checking
