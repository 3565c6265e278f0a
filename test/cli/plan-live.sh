# plan of an edit to a real cluster, as kubectl prints its objects.
. test/cli/checks.sh

base=examples/my-vitess.yaml
"$VITESS_OPERATOR" simulate $base --record "$scratch/record" >"$scratch/simulated"
cat "$scratch"/record/*.request.json | jq -s -f test/cli/observed.jq >"$scratch/all.json"
sed 's/^spec:/&\n  image: vitess\/lite:v24.0.5/' $base >"$scratch/newer.yaml"

# list FILTER: a list changed by jq
list() {
    jq "$1" "$scratch/all.json" >"$scratch/list.json"
}

# A cluster at rest: the plan is that of its manifest. Only its spec counts.
run plan $base "$scratch/newer.yaml"
exits 2
text=$out
run plan - "$scratch/newer.yaml" <"$scratch/all.json"
exits 2
holds test "$out" = "$text"
holds test -z "$err"
run plan "$scratch/all.json" - <$base
exits 0
holds test "$out" = 'No changes.'
list '.items |= map(select(.kind == "VitessCluster") | .metadata.resourceVersion = "99" | .metadata.generation = 9
    | .status.observedGeneration = 9 | .metadata.managedFields = [{manager: "x", fieldsV1: {"f:spec": {}}}])'
run plan "$scratch/list.json" "$scratch/newer.yaml"
exits 2
holds test "$out" = "$text"

# What stands beside the cluster in NEW is there already, or OLD could not come to rest.
"$VITESS_OPERATOR" simulate examples/tls-and-users.yaml --record "$scratch/tls" >"$scratch/simulated"
cat "$scratch"/tls/*.request.json | jq -s -f test/cli/observed.jq >"$scratch/tls.json"
run plan "$scratch/tls.json" examples/tls-and-users.yaml
exits 0
says 'No changes.'

# What is not well now is told, and by whom.
list '(.items[] | select(.metadata.name == "vitess-zone1-main-x-80") | .status.conditions[] | select(.type == "Ready"))
        |= (.status = "False" | .reason = "TabletsNotServing" | .message = "one\ntwo")
    | (.items[] | select(.metadata.name == "vitess-vttablet-zone1-0214747901" and .kind == "Pod").status) |= (
        .conditions = [{type: "Ready", status: "False"}]
        | .containerStatuses = [{name: "vttablet", state: {waiting: {reason: "CrashLoopBackOff"}}}])
    | (.items[] | select(.kind == "VitessKeyspace").metadata.generation) = 7
    | (.items[] | select(.kind == "VitessCluster").metadata.deletionTimestamp) = "2026-01-01T01:00:00Z"'
run plan - "$scratch/newer.yaml" <"$scratch/list.json"
exits 2
holds test "$(head -1 "$scratch/out")" = 'Not well now, and the plan supposes that it is'
says '  ! VitessCluster default/vitess: Terminating'
says '  ! VitessShard default/vitess-zone1-main-x-80: Ready is False, TabletsNotServing: one; two'
says '  ! VitessKeyspace default/vitess-zone1-main: the last edit has not been seen yet'
says '  ! Pod default/vitess-vttablet-zone1-0214747901: CrashLoopBackOff'
holds test "$(grep -c '^  ! ' "$scratch/out")" = 4
says '6 tablets restart, 2 reparents'
run plan -o json - "$scratch/newer.yaml" <"$scratch/list.json"
answers '.[0].notWellNow | length == 4 and .[0] == {object: "VitessCluster default/vitess", state: "Terminating"}'
run plan - $base <"$scratch/list.json"
exits 0
says '  ! Pod default/vitess-vttablet-zone1-0214747901: CrashLoopBackOff

No changes.'
# Also of the cluster alone, as kubectl get vt vitess prints it.
jq '.items[] | select(.kind == "VitessCluster")
    | (.status.conditions[] | select(.type == "Updated")) |= (.status = "False" | .reason = "RolloutPaused")' \
    "$scratch/all.json" >"$scratch/one.json"
run plan "$scratch/one.json" "$scratch/newer.yaml"
exits 2
says '  ! VitessCluster default/vitess: Updated is False, RolloutPaused'

# A file that names no namespace is meant for that of the cluster.
list '.items[].metadata.namespace = "prod"'
run plan - "$scratch/newer.yaml" <"$scratch/list.json"
exits 2
says 'restart  Pod prod/vitess-vttablet-zone1-'
# Of two of one name one has to say which.
list '.items as $items | .items += ($items | map(.metadata.namespace = "prod" | .metadata.uid += "-2"))'
run plan -n prod - "$scratch/newer.yaml" <"$scratch/list.json"
exits 2
says 'restart  Pod prod/vitess-vttablet-zone1-'
run plan -n elsewhere - "$scratch/newer.yaml" <"$scratch/list.json"
exits 3
is_silent
complains 'standard input: the List has no VitessCluster elsewhere/vitess; it has default/vitess, prod/vitess'
list '.items as $items | .items += ($items | map(.metadata.uid += "-2"))'
run plan - "$scratch/newer.yaml" <"$scratch/list.json"
exits 3
complains 'standard input: VitessCluster default/vitess is there twice, with two uids'

# Another cluster, none at all, nothing.
sed 's/name: vitess$/name: other/' $base >"$scratch/other.yaml"
run plan - "$scratch/other.yaml" <"$scratch/all.json"
exits 3
complains 'the List has no VitessCluster default/other; it has default/vitess'
list '.items |= map(select(.kind == "Pod"))'
run plan - $base <"$scratch/list.json"
exits 3
complains 'the List has no VitessCluster default/vitess; it has none'
list '.items = []'
run plan - $base <"$scratch/list.json"
exits 3
complains 'standard input: holds an empty List'
printf 'apiVersion: v1\nkind: ConfigMap\nmetadata: {name: x}\n' >"$scratch/config.yaml"
run plan - "$scratch/config.yaml" <"$scratch/all.json"
exits 3
complains 'config.yaml: holds no VitessCluster, so nothing says which one of the List is meant'

done_checking
