# plan: what an edit will do, and its exit codes.
. test/cli/checks.sh

base=examples/my-vitess.yaml

run plan $base $base
exits 0
says 'No changes.'
sed 's/^spec:/# nothing but a comment\n&/' $base >"$scratch/comment.yaml"
run plan $base "$scratch/comment.yaml"
exits 0
run plan -o json $base $base
exits 0
answers '.[0] | .ready and .added == [] and .changed == [] and .removed == [] and .order == []'

# Of nothing: what a first apply makes.
run plan -o json $base
exits 2
answers '.[0] | .format_version == 1 and .ready and .changed == [] and .removed == [] and .order == []'
answers '[.[0].added[] | select(.kind == "Pod")] | length >= 6'
run plan $base
exits 2
says '  + VitessCluster default/vitess'
holds test -z "$(grep '+ Node' "$scratch/out")"
run plan
exits 3
complains 'needs two files, OLD and NEW, or NEW alone'

# All problems of an edit, where they are.
sed 's/size: 3/size: 4/; s/replicas: 2/replicas: x/; s/cells: .zone1./cells: [zone9]/' $base >"$scratch/wrong.yaml"
run plan $base "$scratch/wrong.yaml"
exits 1
holds test "$(wc -l <"$scratch/err")" = 3
complains 'spec.cells[0].etcd.size: must be 1, 3 or 5, got 4'
complains 'spec.cells[1].vtgate.replicas: must be a whole number, got "x"'
complains 'spec.keyspaces[0].cells[0]: must be a cell of spec.cells ("zone1"), got "zone9"'

# A new image: every tablet once, one reparent a shard, the primary last of its shard.
sed 's/^spec:/&\n  image: vitess\/lite:v24.0.5/' $base >"$scratch/newer.yaml"
run plan -o json $base "$scratch/newer.yaml"
exits 2
answers '.[0] | .added == [] and .removed == [] and .claims.lost == [] and .violations == []'
answers '[.[0].order[] | select(.action == "restart")] | length == 6'
answers '[.[0].order[] | select(.action == "reparent").shard] == ["main/-80", "main/80-"]'
answers 'all(.[0].shards[]; .servingBefore == 3 and .servingLowest == 2 and .servingAfter == 3)'
answers '[.[0].changed[] | select(.kind == "VitessCluster").fields[].path] == ["spec.image"]'
answers '.[0].order as $o | ($o | map(.action == "reparent") | index(true)) as $r
    | $o[$r + 1].action == "restart" and ($o[$r + 1].object | contains($o[$r].from))'
run plan $base "$scratch/newer.yaml"
exits 2
says '  ~ VitessCluster default/vitess'
says 'spec.image: none -> "vitess/lite:v24.0.5"'
says 'In this order'
says ' restart  Pod default/vitess-vttablet-zone1-'
says ' reparent main/-80 from zone1-'
says '3 serving before, 2 at the least, 3 after'
says '6 tablets restart, 2 reparents'
text=$out
run plan $base - <"$scratch/newer.yaml"
exits 2
holds test "$out" = "$text"

# More tablets: added, nothing restarts.
sed 's/replicas: 3/replicas: 4/' $base >"$scratch/more.yaml"
run plan -o json $base "$scratch/more.yaml"
exits 2
answers '[.[0].added[] | select(.kind == "Pod")] | length == 2'
answers '[.[0].order[] | select(.action == "restart")] == []'
# Fewer: the Pods go, their data stays.
run plan -o json "$scratch/more.yaml" $base
exits 2
answers '[.[0].removed[] | select(.kind == "Pod")] | length == 2'
answers '.[0].claims.lost == []'
# Unless that is asked for.
for file in more my-vitess; do
    [ $file = more ] && from="$scratch/more.yaml" || from=$base
    sed 's/^spec:/&\n  volumeClaimRetention: {whenScaled: Delete}/' "$from" >"$scratch/$file-delete.yaml"
done
run plan -o json "$scratch/more-delete.yaml" "$scratch/my-vitess-delete.yaml"
exits 2
answers '.[0].claims.lost | length == 2'
run plan "$scratch/more-delete.yaml" "$scratch/my-vitess-delete.yaml"
says '2 lost'

# Not Ready in the end.
sed 's/cells: .zone1.$/cells: [zone9]/' $base >"$scratch/invalid.yaml"
run plan $base "$scratch/invalid.yaml"
exits 1
complains 'spec.keyspaces[0].cells[0]: must be a cell of spec.cells ("zone1"), got "zone9"'
run plan "$scratch/invalid.yaml" $base
exits 1
complains 'InvalidSpec'

# As kubectl get -o yaml gives it, with everything that the API server and the operator add.
cat >"$scratch/got.yaml" <<YAML
$(sed '/^metadata:/,/^  name:/d' $base)
metadata:
  name: vitess
  namespace: default
  uid: 5f2b1c1e-0000-4000-8000-000000000000
  resourceVersion: "4711"
  generation: 3
  creationTimestamp: "2026-01-01T00:00:00Z"
  finalizers: []
  managedFields:
  - {manager: kubectl, operation: Apply, fieldsV1: {"f:spec": {}}}
status:
  observedGeneration: 3
  conditions: []
YAML
run plan "$scratch/got.yaml" "$scratch/newer.yaml"
exits 2
holds test "$out" = "$text"

# What cannot be done is no plan: MySQL does not go back, etcd not two minor versions at once.
sed 's/^        mysql:/&\n          image: mysql:8.4.6/' $base >"$scratch/mysql84.yaml"
sed 's/mysql:8.4.6/mysql:8.0.40/' "$scratch/mysql84.yaml" >"$scratch/mysql80.yaml"
run plan "$scratch/mysql84.yaml" "$scratch/mysql80.yaml"
exits 1
complains 'tablets.masterEligible.mysql.image: must not go from MySQL 8.4.6 down to 8.0.40'
sed 's/size: 3/&\n      version: "3.7.2"/' $base >"$scratch/etcd37.yaml"
run plan $base "$scratch/etcd37.yaml"
exits 1
complains 'spec.cells[0].etcd.version: must not go from etcd 3.5.17 to 3.7.2 at once'
says 'it does NOT become Ready'

# 2 means changes, so everything else that is wrong is 3.
run plan --nonsense $base $base
exits 3
run plan - - <$base
exits 3
complains 'holds no object'
run plan -o xml $base $base
exits 3
run plan $base "$scratch/missing.yaml"
exits 3
complains 'cannot read'

# What becomes of durability, and what the conditions say then.
sed 's/ replicas: 3/ replicas: 2/' $base >"$scratch/two.yaml"
run plan $base "$scratch/two.yaml"
exits 2
says 'main/-80  3 serving before, 2 at the least, 2 after; durability semi_sync -> none'
says '  default/vitess  FewReplicas: spec.keyspaces[0]: with two replica-type tablets'
run plan -o json "$scratch/two.yaml" $base
answers 'all(.[0].shards[]; .durabilityBefore == "none" and .durabilityAfter == "semi_sync" and .cluster == "default/vitess")'
answers '.[0].remarks == []'

# A keyspace that leaves while it is served is kept, which is no change of anything yet.
sed '/^  keyspaces:/a\  - name: more\n    cells: [zone1]\n    tablets: {masterEligible: {replicas: 1, volumeClaim: {accessModes: [ReadWriteOnce], resources: {requests: {storage: 1Gi}}}}}' $base >"$scratch/with-more.yaml"
run plan "$scratch/with-more.yaml" $base
exits 2
says 'What is said then'
says 'KeptUntilIdle: VitessCell vitess-zone1: VitessKeyspace vitess-zone1-more'

# What cannot run is known beforehand, and nothing is taken down for it.
sed '/ masterEligible:/a\        template: {affinity: {nodeAffinity: {requiredDuringSchedulingIgnoredDuringExecution: {nodeSelectorTerms: [{matchExpressions: [{key: disk, operator: Exists}, {key: disk, operator: DoesNotExist}]}]}}}}' $base >"$scratch/nowhere.yaml"
run plan $base "$scratch/nowhere.yaml"
exits 1
says 'default/vitess  PreflightFailed: VitessCell vitess-zone1: '
says '0 tablets restart, 0 reparents; it does NOT become Ready'

# Two clusters may have shards of one name.
sed 's/name: vitess$/name: other/' $base >"$scratch/other.yaml"
sed 's/^spec:/&\n  image: vitess\/lite:v24.0.5/' "$scratch/other.yaml" >"$scratch/other-newer.yaml"
(cat $base && echo --- && cat "$scratch/other.yaml") >"$scratch/both.yaml"
(cat $base && echo --- && cat "$scratch/other-newer.yaml") >"$scratch/both-newer.yaml"
run plan "$scratch/both.yaml" "$scratch/both-newer.yaml"
exits 2
says '  default/other main/-80  3 serving before, 2 at the least, 3 after'
says '  default/vitess main/-80  3 serving before, 3 at the least, 3 after'
says ' reparent default/other main/-80 from zone1-'

done_checking
