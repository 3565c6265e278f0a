#!/usr/bin/env bash
# The real control plane, built from source: test/e2e/tools/build.sh [FOLDER] puts the programs into
# FOLDER (build/e2e/bin). About 5 minutes on 2 cores the first time, nothing when they are there.
set -euo pipefail
cd "$(dirname "$0")"
folder=$(realpath -m "${1:-../../../build/e2e/bin}")
go=$(command -v go || echo /usr/local/go/bin/go)
begin=$SECONDS

[ -x "$go" ] || { echo "Go 1.26 or newer is missing: https://go.dev/dl" >&2; exit 1; }

# A build without the release's linker flags would call itself v0.0.0.
kubernetes=$("$go" list -m -f '{{.Version}}' k8s.io/kubernetes)
flags="-s -w"
for package in k8s.io/component-base/version k8s.io/client-go/pkg/version; do
    flags+=" -X $package.gitVersion=$kubernetes -X $package.gitMajor=1"
    flags+=" -X $package.gitMinor=$(echo "$kubernetes" | cut -d. -f2)"
done

# Says now and then how far it is: compiling the API server takes minutes.
progress() {
    awk -v name="$1" '/^(#|go: downloading|[^ ]*\.go:)/ && !/^go: / { print; next }
        { count++ }
        count % 250 == 0 { printf "    %s: %d packages compiled\n", name, count; fflush() }'
}

build() {
    local package=$1 name=$2 stamp="$folder/.$2"

    # The same versions and the same compiler: the same program.
    if [ -x "$folder/$name" ] && [ "$(cat "$stamp" 2>/dev/null)" = "$wanted" ]; then
        return
    fi
    printf '  GO  %s\n' "$name"
    "$go" build -v -p 2 -trimpath -ldflags "$flags" -o "$folder/$name" "$package" 2>&1 |
        progress "$name"
    printf '%s' "$wanted" >"$stamp"
}

mkdir -p "$folder"
wanted=$({ "$go" version; cat go.mod; } | sha256sum)
build go.etcd.io/etcd/server/v3 etcd
build k8s.io/kubernetes/cmd/kube-apiserver kube-apiserver
build k8s.io/kubernetes/cmd/kube-controller-manager kube-controller-manager
build k8s.io/kubernetes/cmd/kube-scheduler kube-scheduler
build k8s.io/kubernetes/cmd/kubectl kubectl
build sigs.k8s.io/kwok/cmd/kwok kwok
[ $((SECONDS - begin)) -lt 5 ] || printf '  %s s for the control plane\n' $((SECONDS - begin))
