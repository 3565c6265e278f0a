# crds, controllers and docs: what is derived from the hook table.
. test/cli/checks.sh

run crds
exits 0
says 'kind: CustomResourceDefinition'
holds test "$(grep -c '^---$' "$scratch/out")" = 3
run crds -o json
exits 0
answers '[.[0].items[].metadata.name] == ["vitessclusters.vitess.io", "vitesscells.vitess.io",
    "vitesskeyspaces.vitess.io", "vitessshards.vitess.io"]'
answers '[.[0].items[].spec.names.shortNames[0]] == ["vt", "vtc", "vtk", "vts"]'
answers 'all(.[0].items[]; .spec.names.categories == ["vitess"] and .spec.scope == "Namespaced")'
answers 'all(.[0].items[]; .spec.versions | length == 1)'
answers 'all(.[0].items[].spec.versions[0]; .name == "v1alpha1" and .served and .storage)'
answers 'all(.[0].items[].spec.versions[0]; .subresources.status == {})'
# Metacontroller writes it; undeclared it would be pruned and written for ever.
answers 'all(.[0].items[].spec.versions[0].schema.openAPIV3Schema.properties.status.properties;
    .observedGeneration.type == "integer" and .conditions.type == "array")'
answers 'all(.[0].items[].spec.versions[0].schema.openAPIV3Schema; .properties.spec.type == "object")'
answers '.[0].items[0].spec.versions[0].additionalPrinterColumns[0].name == "Ready"'
answers '[.. | objects | select(has("priority")).priority] | all(type == "number")'
# Structural: no type is missing but where everything is kept.
answers 'all(.[0].items[].spec.versions[0].schema.openAPIV3Schema | .. | objects
    | select(has("properties")); .type == "object")'

run controllers
exits 0
says 'kind: CompositeController'
run controllers -o json
answers '[.[0].items[].metadata.name] == ["vitesscluster-controller", "vitesscell-controller",
    "vitesskeyspace-controller", "vitessshard-controller"]'
answers '[.[0].items[] | select(.spec.generateSelector) | .spec.parentResource.resource]
    == ["vitessclusters"]'
answers 'all(.[0].items[].spec.childResources[]; .updateStrategy.method
    == (if .resource == "pods" then "OnDelete" else "InPlace" end))'
answers 'all(.[0].items[].spec.hooks[]; .version == "v2" and .webhook.responseUnMarshallMode == "strict"
    and .webhook.timeout == "30s")'
answers '[.[0].items[] | select(.spec.hooks.customize) | .spec.parentResource.resource]
    == ["vitessshards"]'
answers '.[0].items[3].spec.hooks.sync.webhook.url
    == "http://vitess-operator.vitess-operator:8080/v1alpha1/shard/sync"'
answers '.[0].items[3].spec.hooks.customize.webhook.url
    == "http://vitess-operator.vitess-operator:8080/v1alpha1/shard/customize"'
run controllers --url https://here:1/ --timeout 5s
says 'url: https://here:1/v1alpha1/cell/sync'
says 'timeout: 5s'

run docs
exits 0
for kind in VitessCluster VitessCell VitessKeyspace VitessShard; do
    holds grep -qx "## $kind" "$scratch/out"
done
says '`spec.keyspaces[].shards[]`'
says 'volumeClaimRetention'
# What our own hooks write is no business of users.
holds test -z "$(grep rolloutId "$scratch/out")"

for command in crds controllers docs; do
    run "$command" extra
    exits 2
    complains 'takes no argument'
done

done_checking
