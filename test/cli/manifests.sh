# crds, controllers, install and docs: what is derived from the hook table.
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
answers 'all(.[0].items[] | .spec.parentResource.resource as $parent | .spec.childResources[] |
    .updateStrategy.method == (if .resource == "pods" and $parent != "vitessshards" then "OnDelete" else "InPlace" end); .)'
answers 'all(.[0].items[].spec.hooks[]; .version == "v2" and .webhook.responseUnMarshallMode == "strict"
    and .webhook.timeout == "30s")'
answers '[.[0].items[] | select(.spec.hooks.customize) | .spec.parentResource.resource]
    == ["vitessclusters", "vitesscells", "vitessshards"]'
answers 'all(.[0].items[].spec.hooks[].webhook; .service
    == {name: "vitess-operator", namespace: "vitess-operator", port: 8080, protocol: "http"} and .url == null)'
answers '.[0].items[3].spec.hooks | .sync.webhook.path == "/v1alpha1/shard/sync"
    and .customize.webhook.path == "/v1alpha1/shard/customize"'
answers 'all(.[0].items[]; .spec.resyncPeriodSeconds == null) and ([.. | .etag? // empty] == [])'
run controllers --url https://here:1/ --timeout 5s
lacks 'service:'
says 'url: https://here:1/v1alpha1/cell/sync'
says 'timeout: 5s'

# Enough for Metacontroller (test/e2e runs it so), and no more: it reads Secrets, and changes none.
run controllers --role -o json
exits 0
answers '.[0].items[0] | .kind == "ClusterRole" and .metadata.name == "metacontroller"'
answers '[.[0].items[0].rules[] | .apiGroups[], .verbs[]] | index("*") == null'
answers '[.[0].items[0].rules[] | select(.resources | index("secrets"))] | length == 1 and .[0].verbs == ["get", "list", "watch"]'
answers '[.[0].items[0].rules[].resources[]] | index("pods") != null'
answers '[.[0].items[0].rules[] | select(.verbs | index("create")).resources[]] | index("vitessclusters") == null'
run controllers --role
exits 0
says 'kind: ClusterRole'
lacks 'kind: CompositeController'
run controllers --role --url http://here
exits 2
complains '--role takes neither --url nor --timeout'
run controllers --role --without-secrets -o json
exits 0
answers '[.[0].items[0].rules[].resources[]] | index("secrets") == null and index("pods") != null'
run controllers --without-secrets
exits 2
complains '--without-secrets goes with --role'

run install
exits 0
says 'kind: Deployment'
run install -o json
answers '[.[0].items[].kind] | unique == ["ClusterRole", "CompositeController", "ConfigMap", "CustomResourceDefinition",
    "Deployment", "Namespace", "NetworkPolicy", "PodDisruptionBudget", "Service",
    "ValidatingAdmissionPolicy", "ValidatingAdmissionPolicyBinding"]'
# What comes later needs what comes before; what is deleted in this order deletes no cluster, since the
# policy is still there when a CRD is to go.
answers '[.[0].items[].kind] | (.[0] == "Namespace") and (.[-1] == "CompositeController")
    and (index("CustomResourceDefinition") < index("ValidatingAdmissionPolicy"))'
answers 'all(.[0].items[] | select(.kind == "Deployment").spec.template.spec;
    .automountServiceAccountToken == false and .securityContext.runAsNonRoot and .securityContext.runAsUser > 0
    and .securityContext.seccompProfile.type == "RuntimeDefault" and .priorityClassName == null
    and (.containers[0] | .image == "vitess-operator:0.1.0" and .securityContext.readOnlyRootFilesystem
        and .securityContext.allowPrivilegeEscalation == false
        and .securityContext.capabilities.drop == ["ALL"]))'
answers 'all(.[0].items[] | select(.kind == "Deployment").spec; .replicas == 1 and .strategy.type == "Recreate")'
# Sixteen requests with a body of 16Mi and an arena of 128Mi each, and 64Mi.
answers '[.[0].items[] | select(.kind == "Deployment").spec.template.spec.containers[0].resources.limits.memory]
    == ["2368Mi"]'
# The operator calls nobody.
answers '[.[0].items[] | select(.kind == "NetworkPolicy").spec | .policyTypes, .egress]
    == [["Ingress", "Egress"], null]'
answers '[.[0].items[].kind] | any(test("Binding$|ServiceAccount") and . != "ValidatingAdmissionPolicyBinding") | not'
# People who may create Pods may write VitessClusters, and nobody what is derived from them.
answers '[.[0].items[] | select(.kind == "ClusterRole") | [.metadata.name, (.metadata.labels | keys | map(select(contains("aggregate"))
        | ltrimstr("rbac.authorization.k8s.io/aggregate-to-")))]]
    == [["vitess-operator-view", ["admin", "edit", "view"]], ["vitess-operator-edit", ["admin", "edit"]]]'
answers '[.[0].items[] | select(.kind == "ClusterRole").rules[] | select(.verbs != ["get", "list", "watch"]).resources[]]
    == ["vitessclusters"]'
answers '[.[0].items[] | select(.metadata.name == "vitess-operator-view").rules[].resources[] | select(contains("/") | not)]
    == ([.[0].items[] | select(.kind == "CustomResourceDefinition").spec.names.plural])'
run install --namespace databases --image registry.example.com/a/b:c --priority-class high \
    --metacontroller meta -o json
exits 0
answers '[.[0].items[].metadata.namespace // empty] | unique == ["databases"]'
answers '.[0].items[0].metadata.name == "databases"'
answers '[.[0].items[].spec.hooks? // empty | .[].webhook.service.namespace] | unique == ["databases"]'
answers '[.[0].items[] | select(.kind == "Deployment").spec.template.spec
    | .priorityClassName, .containers[0].image] == ["high", "registry.example.com/a/b:c"]'
answers '[.[0].items[] | select(.kind == "NetworkPolicy").spec.ingress[0].from[0].namespaceSelector.matchLabels[]]
    == ["meta"]'
# Whoever is not Metacontroller needs an annotation to delete what only Metacontroller deletes.
answers '[.[0].items[] | select(.kind == "ValidatingAdmissionPolicy").spec
    | select(.matchConstraints.resourceRules[0].resources == ["vitesscells", "vitesskeyspaces", "vitessshards"])
    | .validations[0].expression] | length == 1 and all(contains("\u0027system:serviceaccounts:meta\u0027 in"))'
answers '[.[0].items[] | select(.kind == "ValidatingAdmissionPolicyBinding").spec | [.policyName, .validationActions[]]]
    == [.[0].items[] | select(.kind == "ValidatingAdmissionPolicy") | [.metadata.name, "Deny"]]'
# Whoever forgets --server-side has each object in an annotation, which holds 256 KiB.
answers '[.[0].items[] | tojson | length] | max < 262144'
# An atomic struct of server-side apply: a default that is left out is a conflict or a write each time.
answers '[.[0].items[] | select(.kind == "ValidatingAdmissionPolicy").spec.matchConstraints
    | keys == ["matchPolicy", "namespaceSelector", "objectSelector", "resourceRules"] and .resourceRules[0].scope == "*"] | all and length == 4'
run install --image 'a b'
exits 2
complains "--image must be a container image such as"
run install --namespace A
exits 2
complains "--namespace must be a DNS label"
run install --kustomize "$scratch/new" --namespace databases
exits 0
is_silent
holds grep -q 'namespace: databases' "$scratch/new/base/operator.yaml"
holds grep -q 'vitess-operator.databases' "$scratch/new/overlays/tls/kustomization.yaml"
# Again, over what is there.
run install --kustomize "$scratch/new"
exits 0
run install --kustomize "$scratch/new" -o json
exits 2
complains '--kustomize writes YAML, without --output'
run install --kustomize "$scratch/none/of/this"
exits 3
complains "cannot make the folder $scratch/none/of/this: No such file or directory"
mkdir -p "$scratch/odd/base/crds.yaml"
run install --kustomize "$scratch/odd"
exits 3
complains "cannot write $scratch/odd/base/crds.yaml: Is a directory"

run docs
exits 0
for kind in VitessCluster VitessCell VitessKeyspace VitessShard; do
    holds grep -qx "## $kind" "$scratch/out"
done
says '`spec.keyspaces[].shards[]`'
says 'volumeClaimRetention'
# What our own hooks write is no business of users.
holds test -z "$(grep rolloutId "$scratch/out")"

for command in crds controllers install docs; do
    run "$command" extra
    exits 2
    complains 'takes no argument'
done

done_checking
