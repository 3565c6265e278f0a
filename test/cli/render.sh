# render: every object, the same text each time.
. test/cli/checks.sh

base=examples/my-vitess.yaml
run render $base
exits 0
says 'kind: StatefulSet'
# Its controller makes those, as its templates say; claims of tablets are the operator's.
lacks 'name: data-vitess-global-etcd-0'
says 'name: vitess-vttablet-zone1-0214747900'
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

# mysqld_exporter 0.15 and newer ends at once where it knows no user, and vt_dba is let in by the socket only.
run render -o json examples/overrides.yaml
answers '[.[0].items[] | select(.kind == "Pod").spec.containers[] | select(.name == "exporter")
    | (.args == ["--config.my-cnf=/vt/shared/client.cnf"]) and any(.volumeMounts[]; .name == "shared")
        and .securityContext.allowPrivilegeEscalation == false] | length == 3 and all'
answers '[.[0].items[] | select(.kind == "Pod").spec.initContainers[0].command[2]
    | contains(">/vt/shared/client.cnf\n")] | length == 4 and all'

# Each container that the operator adds has what a quota asks for, once the user's have.
limits='resources: {limits: {cpu: 500m, memory: 512Mi}}'
cat >"$scratch/quota.yaml" <<YAML
apiVersion: vitess.io/v1alpha1
kind: VitessCluster
metadata: {name: q}
spec:
  cells:
  - {name: global, etcd: {$limits}, vtctld: {$limits}, vtadmin: {$limits, web${limits^}}}
  - {name: zone1, vtgate: {$limits}, vtorc: {$limits}}
  keyspaces:
  - name: main
    cells: [zone1]
    tablets:
      masterEligible:
        replicas: 1
        vttablet: {$limits}
        mysql: {image: "mysql:8.4.6", $limits}
        volumeClaim: {accessModes: [ReadWriteOnce], resources: {requests: {storage: 1Gi}}}
YAML
run render -o json "$scratch/quota.yaml"
answers '[.[0].items[] | (.spec.template.spec // .spec) | select(.containers)
    | (.containers + (.initContainers // []))[].resources.limits | .cpu != null and .memory != null]
    | length > 8 and all'
