# The tools on a cluster of planetscale.com/v2: what they know of it is what its API tells of itself.
. test/cli/checks.sh

base=examples/planetscale-v2/101_initial_cluster.yaml
newer=$scratch/newer.yaml
sed 's/vttablet: vitess\/lite:v24.0.4/vttablet: vitess\/lite:v24.0.5/' $base >"$newer"
"$VITESS_OPERATOR" simulate $base --record "$scratch/record" >"$scratch/simulated"
cat "$scratch"/record/*.request.json | jq -s -f test/cli/observed.jq |
    jq 'del(.items[] | select(.metadata.name | contains("vtbackup")))' >"$scratch/all.json" # it has gone

# list FILTER: a list changed by jq
list() {
    jq "$1" "$scratch/all.json" >"$scratch/list.json"
}
# lines PATTERN: how many lines of the output match
lines() {
    grep -c "$1" "$scratch/out"
}

# --- plan: shards, their primaries, and how few serve meanwhile ---

run plan $base "$newer"
exits 2
says '2 tablets restart, 1 reparent'
says 'commerce/-  2 serving before, 1 at the least, 2 after'
run plan -o json $base "$newer"
exits 2
answers '[.[].shards[] | [.keyspace, .shard]] == [["commerce", "-"]]'

# --- tree of a real cluster ---

run tree $base
grep -vE '─ ● Pod example-(zone1-vt(ctld|gate|admin)|commerce-x-x-zone1-vtorc)' "$scratch/out" >"$scratch/wanted"
run tree "$scratch/all.json"
exits 0
holds test -z "$err"
holds diff "$scratch/wanted" "$scratch/out"
holds test "$(lines '★ Pod .* primary')" = 1
holds test "$(lines '● Pod .* replica')" = 1

# The star is where status.masterAlias says.
other=$(jq -r '[.items[] | select(.kind == "VitessShard")][0].status as $status
    | $status.tablets | keys[] | select(. != $status.masterAlias)' "$scratch/all.json")
list "(.items[] | select(.kind == \"VitessShard\").status.masterAlias) = \"$other\""
run tree "$scratch/list.json"
holds grep -q "★ Pod example-vttablet-$other.*primary" "$scratch/out"
list '(.items[] | select(.kind == "VitessShard").status) |= del(.masterAlias)'
run tree "$scratch/list.json"
holds test "$(lines '★')" = 0

# Without the levels between what is there hangs as near to its place as can be: tablets are of a keyspace and
# not of a cell. What is missing is asked for by names that no other API has.
list '.items |= map(select(.kind | test("^(VitessCluster|VitessCell|VitessKeyspace|Pod)$")))'
run tree "$scratch/list.json"
exits 0
complains 'the List has no VitessShard; kubectl get vitessclusters.planetscale.com,etcdlockservers.planetscale.com,'
holds test "$(sed -n '/VitessKeyspace/,$p' "$scratch/out" | grep -c 'Pod example-vttablet')" = 2
list '.items |= map(select(.kind | test("^(VitessCluster|VitessCell|Pod)$")))'
run tree "$scratch/list.json"
holds test "$(sed -n '/VitessCell/,$p' "$scratch/out" | grep -c 'Pod example-vttablet')" = 2

# A cluster of each API of one name in one namespace: neither takes what is the other's.
"$VITESS_OPERATOR" simulate examples/my-vitess.yaml --record "$scratch/first" >"$scratch/simulated"
cat "$scratch"/first/*.request.json | jq -s -f test/cli/observed.jq >"$scratch/first.json"
jq -s '.[0].items += .[1].items | .[0].items |= map(del(.metadata.ownerReferences)
    | if .kind == "VitessCluster" then .metadata.name = "one" else . end | .metadata.namespace = "default"
    | .metadata.labels |= (. // {} | with_entries(if .key | endswith("/cluster") then .value = "one" else . end))) | .[0]' \
    "$scratch/all.json" "$scratch/first.json" >"$scratch/list.json"
run tree "$scratch/list.json"
exits 0
holds test "$(lines '^● VitessCluster one')" = 2
holds test "$(lines '★ Pod')" = 3

# --- what alerts tell people to look at ---

run install --monitoring -o json
alerts='.[0].items[] | select(.kind == "PrometheusRule").spec.groups[].rules[] | select(.alert == "VitessSpecInvalid").annotations.description'
answers "$alerts | endswith(\"get vt,vtc,vtk,vts -o wide\")"
run install --monitoring --api both -o json
answers "$alerts | endswith(\"get vitessclusters.vitess.io,vitessclusters.planetscale.com -o wide\")"
run install --monitoring --api v2 -o json
answers "$alerts | contains(\"get vitessclusters.planetscale.com,etcdlockservers.planetscale.com,\")"

# --- nobody deletes a cluster by mistake ---

run install --api v2 -o json
answers '[.[0].items[] | select(.kind == "ValidatingAdmissionPolicy" and .spec.matchConstraints.resourceRules[].operations == ["DELETE"])
    | select(.spec.matchConstraints.resourceRules[].resources == ["vitessclusters"])
    | .spec.validations[].expression | contains("planetscale.com/allow-deletion")] == [true]'

# --- kubectl vitess --api v2: with a kubectl that answers from files and notes how it was called ---

mkdir "$scratch/bin"
cat >"$scratch/bin/kubectl" <<'SH'
#!/usr/bin/env bash
printf '%s\n' "$*" >>"$FAKE/log"
case $* in
"get vitessclusters.planetscale.com -o jsonpath={range .items[*]}{.metadata.name}"*) echo example ;;
"get vitessclusters.planetscale.com -o jsonpath="*) echo True ;;
"get vitessclusters.planetscale.com,"*",pods,pvc "*) cat "$FAKE/all.json" ;;
"get pods -l planetscale.com/cluster=example,planetscale.com/component=vtctld -o "*) echo 15999,True,,example-vtctld ;;
"get pods -l "*planetscale.com/tablet-uid=2469782763*'{.metadata.labels.planetscale\.com/shard}'*)
    echo planetscale.com/keyspace=commerce,planetscale.com/shard=x-x ;;
"get vitessshards.planetscale.com -l "*'{.metadata.labels.planetscale\.com/keyspace}/{.spec.name}'*) echo commerce/- ;;
"get vitesscells.planetscale.com -l "*) printf '\n\n\n\n\n' ;;
"exec "*) ;;
*) echo "answer of: $*" ;;
esac
SH
chmod +x "$scratch/bin/kubectl"
export FAKE=$scratch PATH="$scratch/bin:$PATH"

v2() {
    plugin --api v2 "$@"
}

levels=vitessclusters.planetscale.com,vitesscells.planetscale.com,vitesskeyspaces.planetscale.com,vitessshards.planetscale.com
v2 status
exits 0
calls "get $levels -o wide"
v2 tree
exits 0
says '● VitessCluster example  Ready'
calls "get $levels,etcdlockservers.planetscale.com,"
v2 plan "$newer"
exits 2
says '2 tablets restart, 1 reparent'
v2 primaries
exits 0
calls 'get pods -l planetscale.com/cluster=example,planetscale.com/component=vttablet,planetscale.com/serving-type=primary -L planetscale.com/keyspace,planetscale.com/shard,planetscale.com/cell'
v2 promote zone1-2469782763
exits 0
complains 'PlannedReparentShard --new-primary zone1-2469782763 commerce/-'
calls 'exec -i pod/example-vtctld -c vtctld -- /vt/bin/vtctldclient --server localhost:15999 PlannedReparentShard --new-primary zone1-2469782763 commerce/-'
v2 backups
exits 0
calls 'vtctldclient --server localhost:15999 GetBackups commerce/-'
v2 report
exits 0
calls 'get vitessclusters.planetscale.com example -o yaml'
calls '-l planetscale.com/cluster=example -o yaml'
plugin --api v3 status
exits 2
complains "--api must be v1alpha1 or v2, got 'v3'"
# Of the first API by names that no other has.
plugin --api v1alpha1 status
calls 'get vitessclusters.vitess.io,vitesscells.vitess.io,vitesskeyspaces.vitess.io,vitessshards.vitess.io -o wide'

done_checking
