# Clusters of another operator, as kubectl prints them, and what hands them over.
. test/cli/checks.sh

vectors=test/vectors/planetscale-v2

# list STAGE FILTER: the List that kubectl would print of it, changed by jq
list() {
    jq '.objects | map(.metadata.uid = "uid-\(.kind)-\(.metadata.name)" | if .metadata.ownerReferences
            then .metadata.ownerReferences |= map(.controller = true | .uid = "uid-\(.kind)-\(.name)") else . end
            | if .kind == "Service" and .spec.clusterIP == null then .spec.clusterIP = "10.96.0.1" else . end)
        | {apiVersion: "v1", kind: "List", items: .} | '"$2" "$vectors/$1.json" >"$scratch/list.json"
}

# Everything is kept, and each direct child of the VitessCluster gets the label; so do the Secrets of
# VTAdmin, which nobody owns, and no other Secret.
list docs_101_ready .
run adopt "$scratch/list.json"
exits 0
holds test -z "$err"
says '# VitessCluster example/example: 30 kept as they are, 0 changed, 0 with changes that wait, 0 deleted'
says 'kubectl label --namespace example vitesscell.planetscale.com/example-zone1-5abb61ae controller-uid=uid-VitessCluster-example'
says 'kubectl label --namespace example deployment.apps/example-zone1-vtctld-1d4dcad0 controller-uid='
says 'kubectl label --namespace example secret/example-zone1-vtadmin-discovery-26fba126 controller-uid='
holds test "$(grep -c '^kubectl label' "$scratch/out")" = 13
holds test -z "$(grep -E 'vitessshard|pod/|example-cluster-config' "$scratch/out")"
holds sh -n "$scratch/out"
text=$out
run adopt - <"$scratch/list.json"
exits 0
holds test "$out" = "$text"

# Again, when all have it: nothing is left to do.
list docs_101_ready '.items |= map(.metadata.labels["controller-uid"] = "uid-VitessCluster-example")'
run adopt "$scratch/list.json"
exits 0
holds test "$(grep -c . "$scratch/out")" = 1
# The label of an object that was restored from elsewhere.
list docs_101_ready '(.items[] | select(.kind == "VitessCell").metadata.labels["controller-uid"]) = "other"'
run adopt "$scratch/list.json"
exits 0
says 'kubectl label --namespace example --overwrite vitesscell.planetscale.com/example-zone1-5abb61ae controller-uid='

# All that stood at rest behind the other operator goes over.
for stage in docs_201_ready docs_302_ready docs_306_before_switch e2e_autoscale_base_ready e2e_backup_ready \
    e2e_unmanaged_ready e2e_vtorc_vtadmin_ready ext_ready roll_ready upg_ready; do
    list $stage .
    run adopt "$scratch/list.json"
    exits 0
    says '0 changed, 0 with changes that wait, 0 deleted'
done

# What differs is told: what changes at once, and what waits.
list docs_101_ready '(.items[] | select(.kind == "Pod" and (.metadata.name | contains("vttablet"))).spec.containers[0].image)
    = "vitess/lite:v23.0.0" | (.items[] | select(.kind == "Service" and .metadata.name == "example-vtctld-625ee430").spec.ports) = []'
run adopt "$scratch/list.json"
exits 0
says '2 with changes that wait'
says '# pod/example-vttablet-zone1-2469782763-bfadd780: differs from its spec: it is made anew in its turn'
says '# vitessshard.planetscale.com/example-commerce-x-x-0f5afee6: what happens next: Pod example-vttablet-zone1-'
says '# service/example-vtctld-625ee430: changes at once: spec.ports'

# With updateStrategy External nothing of that goes on by itself.
list docs_101_ready '(.items[] | select(.kind == "Pod" and (.metadata.name | contains("vttablet"))).spec.containers[0].image)
    = "vitess/lite:v23.0.0" | (.items[] | select(.kind | IN("VitessCluster", "VitessKeyspace", "VitessShard")).spec.updateStrategy)
    = {type: "External", external: {}}'
run adopt "$scratch/list.json"
exits 0
says '# pod/example-vttablet-zone1-2469782763-bfadd780: differs from its spec: it stays until that is released'
says 'what happens next: updateStrategy External, until annotation rollout.planetscale.com/released is set, holds Pod'

# A tablet that was scaled away before the other operator stopped stays: ours has not made it.
list docs_101_ready '(.items[] | select(.kind == "VitessCluster").spec.keyspaces[0].partitionings[0].equal.shardTemplate.tabletPools[0].replicas) = 1
    | (.items[] | select(.kind == "VitessKeyspace").spec.partitionings[0].equal.shardTemplate.tabletPools[0].replicas) = 1
    | (.items[] | select(.kind == "VitessShard").spec.tabletPools[0].replicas) = 1'
run adopt "$scratch/list.json"
exits 0
says '# vitessshard.planetscale.com/example-commerce-x-x-0f5afee6: take note: Pod example-vttablet-zone1-2469782763-bfadd780: labelled'

# Nothing is printed that a shell could run where something would be lost.
list docs_101_ready '(.items[] | select(.kind == "Deployment" and .metadata.name == "example-zone1-vtctld-1d4dcad0")) |=
    (.metadata.labels["planetscale.com/cell"] = "gone" | .metadata.name = "example-gone-vtctld-02d6a9f6")'
run adopt "$scratch/list.json"
exits 0
list docs_101_ready '(.items[] | select(.kind == "VitessCluster").spec.vtadmin) |= empty'
run adopt "$scratch/list.json"
exits 1
says '# deployment.apps/example-zone1-vtadmin-c03d7eae: would be deleted'
holds test -z "$(grep kubectl "$scratch/out")"
list docs_101_ready '(.items[] | select(.kind == "VitessCluster").spec.cells[0].name) = "Zone_1!"'
run adopt "$scratch/list.json"
exits 1
says '# vitesscluster.planetscale.com/example: spec.cells[0].name: must be'
holds test -z "$(grep kubectl "$scratch/out")"
list docs_101_ready '.items |= map(select(.kind != "Secret"))'
run adopt "$scratch/list.json"
exits 1
complains 'the List has no Secret, of which VitessCluster example may have some: ask for all kinds that --help names'
holds test -z "$(grep kubectl "$scratch/out")"

# What others have written becomes no line of a script.
list docs_101_ready '(.items[] | select(.kind == "VitessKeyspace").spec.partitionings[0].equal.shardTemplate.tabletPools[0].vttablet.extraFlags)
    |= ((. // {}) + {"a\ntouch /tmp/never\n#": "x"})'
run adopt "$scratch/list.json"
holds test -z "$(grep -v '^# \|^kubectl label --namespace example [-a-z0-9.]*/[-a-z0-9.]* controller-uid=[-A-Za-z]*$' "$scratch/out")"
list docs_101_ready '(.items[] | select(.kind == "VitessCluster").metadata.uid) = "x;touch /tmp/never"
    | (.items[] | select(.metadata.ownerReferences[0]?.kind == "VitessCluster").metadata.ownerReferences[0].uid) = "x;touch /tmp/never"'
run adopt "$scratch/list.json"
exits 1
complains 'an object has a name that no API server takes'
holds test -z "$(grep kubectl "$scratch/out")"

# No List of a real cluster.
run adopt examples/my-vitess.yaml
exits 1
complains 'examples/my-vitess.yaml: holds no VitessCluster as kubectl prints it; see --help'
run adopt
exits 2
complains 'needs one FILE'
run adopt "$scratch/none"
exits 3

done_checking
