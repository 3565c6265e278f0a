#!/usr/bin/env bash
# The chart, by Helm itself: what it renders is what `vitess-operator install` prints, and values do what they say.
#
#   [HELM=/path/of/helm] test/package/helm.sh PROGRAM
#
# Where there is no helm, Go builds one in build/tools (some minutes, once).
# shellcheck disable=SC2034,SC2154 # set here and used in checks.sh, or the other way round
set -u
cd "$(dirname "$0")/../.." || exit 1
VITESS_OPERATOR=$(realpath "${1:?usage: test/package/helm.sh PROGRAM}")
. test/cli/checks.sh
. test/package/helm_program.sh

helm=$(helm_program "$PWD/build/tools") || exit 1
if [ -z "$helm" ]; then
    echo 'LEFT OUT: the chart of Helm is not tested: neither helm nor Go is here'
    exit
fi
export HELM_CACHE_HOME=$scratch/helm HELM_CONFIG_HOME=$scratch/helm HELM_DATA_HOME=$scratch/helm
chart=$scratch/chart
called='install --helm'

# rendered OPTION..: sets $code, and $scratch/rendered.yaml
rendered() {
    "$helm" template any "$chart" --kube-version 1.30.0 "$@" >"$scratch/rendered.yaml" 2>"$scratch/err"
    code=$?
    called="helm template $*"
    err=$(cat "$scratch/err")
    cp "$scratch/rendered.yaml" "$scratch/out"
    out=$(cat "$scratch/out")
}

# same NAMESPACE INSTALL-OPTION..: what was rendered is what install prints
same() {
    "$VITESS_OPERATOR" install --namespace "$@" -o json >"$scratch/installed.json"
    holds python3 test/package/helm.py "$scratch/rendered.yaml" "$scratch/installed.json" "$1"
    head -n 20 "$scratch/holds"
}

run install --helm "$chart"
exits 0
is_silent
holds "$helm" lint --strict "$chart" --kube-version 1.30.0
called='the chart'
holds test -z "$(find "$chart" -type f ! -name NOTES.txt -exec grep -L 'Made by `vitess-operator install --helm`' {} +)"
rendered --namespace databases
exits 0
same databases
# A namespace that YAML would take for a number, and everything that there is.
rendered --namespace 123 --set monitoring.enabled=true,monitoring.namespace=watch,metacontroller.namespace=meta \
    --set image.repository=registry.example.com:5000/a/b,image.tag=c
exits 0
same 123 --monitoring --prometheus watch --metacontroller meta --image registry.example.com:5000/a/b:c
# What is given to install is what values.yaml begins with.
run install --helm "$chart" --image "registry.example.com:5000/b@sha256:$(printf '0%.0s' {1..64})" --monitoring --metacontroller m
exits 0
rendered --namespace databases
exits 0
same databases --monitoring --metacontroller m --image "registry.example.com:5000/b@sha256:$(printf '0%.0s' {1..64})"
run install --helm "$chart"

# --- values ---

rendered --set crds.install=false,roles.install=false,networkPolicy.enabled=false
exits 0
lacks 'kind: CustomResourceDefinition'
lacks 'kind: ClusterRole'
lacks 'kind: NetworkPolicy'
says 'kind: CompositeController'
rendered --set replicas=0,priorityClassName=high,resources.limits.memory=1Gi,nodeSelector.disk=ssd \
    --set 'tolerations[0].operator=Exists,imagePullSecrets[0].name=pull'
exits 0
says 'replicas: 0'
says 'priorityClassName: "high"'
says '"memory":"1Gi"'
says 'nodeSelector: {"disk":"ssd"}'
says 'tolerations: [{"operator":"Exists"}]'
says 'imagePullSecrets: [{"name":"pull"}]'
checksum=$(grep checksum/config "$scratch/rendered.yaml")
rendered --set settings='listen: ":1"'
exits 0
holds test "$(grep checksum/config "$scratch/rendered.yaml")" != "$checksum"
# A slip is told, and nothing becomes an expression of a policy that is no namespace.
rendered --set imagee.tag=1
exits 1
complains imagee
rendered --set "metacontroller.namespace=a' || true || '"
exits 1
complains metacontroller
rendered --kube-version 1.29.0
exits 1
complains '>=1.30.0'

# --- usage ---

run install --helm "$chart" --namespace databases
exits 2
complains '--helm takes no --namespace: it is that of helm install'
run install --helm "$chart" --kustomize "$scratch/k"
exits 2
complains '--helm writes a chart, without --kustomize or --output'
run install --helm "$scratch/none/of/this"
exits 3
complains "cannot make the folder $scratch/none/of/this: No such file or directory"

done_checking
