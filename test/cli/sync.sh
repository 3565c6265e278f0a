# sync: one hook on one request.
. test/cli/checks.sh

cat >"$scratch/request.yaml" <<'YAML'
controller: {}
parent:
  apiVersion: vitess.io/v1alpha1
  kind: VitessCluster
  metadata: {name: vitess, namespace: default, uid: 4f0a}
  spec:
    cells:
    - name: global
      etcd: {size: 3}
      vtctld: {}
    - name: zone1
      vtgate: {}
    keyspaces:
    - name: main
      cells: [zone1]
      tablets:
        masterEligible:
          replicas: 3
          volumeClaim:
            accessModes: [ReadWriteOnce]
            resources: {requests: {storage: 1Gi}}
children: {Pod.v1: {}, VitessCell.vitess.io/v1alpha1: {}}
related: {}
finalizing: false
YAML

run sync cluster "$scratch/request.yaml"
exits 0
answers '[.[0].children[] | select(.kind == "VitessCell").metadata.name]
    == ["vitess-global", "vitess-zone1"]'
answers '.[0].status.conditions | map(.type) | index("Ready") != null'
# Off a terminal it is what the server sends: one line, to the byte.
holds test "$(wc -l <"$scratch/out")" = 1
answer=$out

# However the hook is named and the request arrives.
for name in v1alpha1/cluster /v1alpha1/cluster/sync /sync-cluster; do
    run sync "$name" <"$scratch/request.yaml"
    exits 0
    holds test "$out" = "$answer"
done
sed 's/^ *#.*//' "$scratch/request.yaml" >"$scratch/commented.yaml"
run sync cluster - <"$scratch/commented.yaml"
holds test "$out" = "$answer"

run sync --pretty cluster "$scratch/request.yaml"
exits 0
holds test "$(jq -cS . "$scratch/out")" = "$(jq -cS . <<<"$answer")"
holds test "$(wc -l <"$scratch/out")" -gt 20

# As YAML it is the same document.
run sync cluster -o yaml "$scratch/request.yaml"
exits 0
holds test "$(head -n 1 "$scratch/out")" = children:
holds grep -qx '    name: vitess-global' "$scratch/out"
yaml=$out
run sync cluster --output json "$scratch/request.yaml"
exits 0
holds test "$out" = "$answer"
run sync cluster -o yaml --pretty "$scratch/request.yaml"
exits 0
holds test "$out" = "$yaml"
run sync cluster -o xml "$scratch/request.yaml"
exits 2
complains "--output must be one of json, yaml, got 'xml'"

# Refusals, with code and text of the server.
run sync shard "$scratch/request.yaml"
exits 1
is_silent
complains '400: parent: must be a VitessShard of vitess.io/v1alpha1, got VitessCluster'
printf '{"parent": ' >"$scratch/half.json"
run sync cluster "$scratch/half.json"
exits 1
is_silent
complains '400: line 1, column '
printf '{"parent": 1, "parent": 2}' >"$scratch/twice.json"
run sync cluster "$scratch/twice.json"
exits 1
complains '400: '
printf 'a: 1\n---\nb: 2\n' >"$scratch/two.yaml"
run sync cluster "$scratch/two.yaml"
exits 3
complains 'must hold one request, got 2 documents'
printf 'a: [\n' >"$scratch/broken.yaml"
run sync cluster "$scratch/broken.yaml"
exits 3
complains "$scratch/broken.yaml:"
run sync cluster "$scratch/missing.json"
exits 3
complains 'cannot read'

run sync
exits 2
complains 'needs a HOOK'
run sync tablet </dev/null
exits 2
complains "'tablet' is no hook; there are cluster, cell, keyspace, shard"
run sync keyspace --customize </dev/null
exits 2
complains 'the keyspace hook has no customize hook'

done_checking
