#!/usr/bin/env bash
# The real control plane, built from source: test/e2e/tools/build.sh [FOLDER] puts the programs into
# FOLDER (build/e2e/bin). About 5 minutes on 2 cores the first time, nothing when they are there.
set -euo pipefail
cd "$(dirname "$0")"
folder=$(realpath -m "${1:-../../../build/e2e/bin}")
begin=$SECONDS
. ./builder.sh

mkdir -p "$folder"
kubernetes_flags
build go.etcd.io/etcd/server/v3 etcd
build k8s.io/kubernetes/cmd/kube-apiserver kube-apiserver
build k8s.io/kubernetes/cmd/kube-controller-manager kube-controller-manager
build k8s.io/kubernetes/cmd/kube-scheduler kube-scheduler
build k8s.io/kubernetes/cmd/kubectl kubectl
build sigs.k8s.io/kwok/cmd/kwok kwok
[ $((SECONDS - begin)) -lt 5 ] || printf '  %s s for the control plane\n' $((SECONDS - begin))
