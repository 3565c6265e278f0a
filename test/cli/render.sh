# render: every object, the same text each time.
. test/cli/checks.sh

base=examples/my-vitess.yaml
run render $base
exits 0
says 'kind: StatefulSet'
rendered=$out
run render - <$base
holds test "$out" = "$rendered"
# Nothing that differs between two clusters.
holds test -z "$(grep -E '^status:|^ *(uid|resourceVersion|creationTimestamp|controller-uid):' \
    "$scratch/out")"
# YAML of ours is read by ours.
cp "$scratch/out" "$scratch/rendered.yaml"
run validate $base "$scratch/rendered.yaml"
exits 0

run render -o json $base
exits 0
answers '.[0].kind == "List"'
answers '[.[0].items[] | select(.kind == "Pod").metadata.name] | length == 6'
answers 'all(.[0].items[]; .metadata.namespace == "default" and (has("status") | not))'
answers '.[0].items | map(.kind) | . == sort'
answers '[.[0].items[] | select(.metadata.labels["vitess.io/component"] == "task")] == []'
answers '[.[0].items[] | .kind + " " + .metadata.name] | . == unique'

run render -o json --namespace elsewhere $base
answers 'all(.[0].items[]; .metadata.namespace == "elsewhere")'

run render
exits 2
run render -o xml $base
exits 2
run render "$scratch/missing.yaml"
exits 3

# A keyspace that is no name of Kubernetes: Vitess and labels have it as it is.
sed 's/name: main/name: my_App/' examples/my-vitess.yaml >"$scratch/underscore.yaml"
run render "$scratch/underscore.yaml" -o json
exits 0
answers '[.[0].items[] | select(.kind == "Pod")] | length == 6 and all(.metadata.labels["vitess.io/keyspace"] == "my_App"
    and (.spec.containers[0].args | index("--init-keyspace=my_App") and index("--init-db-name-override=vt_my_App")))'
answers '[.[0].items[] | select(.kind == "VitessKeyspace").metadata.name | test("^vitess-zone1-my-app-[0-9a-f]{8}$")] == [true]'

done_checking
