#!/usr/bin/env bash
# Gives each claim a folder of the node that the scheduler has chosen for its first Pod. (Of type local:
# hostPath would ignore fsGroup.) machine.sh runs it.
set -euo pipefail

kubectl apply -f - <<'END'
apiVersion: storage.k8s.io/v1
kind: StorageClass
metadata: {name: standard, annotations: {storageclass.kubernetes.io/is-default-class: "true"}}
provisioner: vitess-operator/real
volumeBindingMode: WaitForFirstConsumer
allowVolumeExpansion: true
reclaimPolicy: Retain
END

volume() {
    local namespace=$1 claim=$2 uid=$3 size=$4 mode=$5 node=$6 folder=$RUN/$6/volumes/$3
    mkdir -p "$folder"
    kubectl create -f - <<END
apiVersion: v1
kind: PersistentVolume
metadata: {name: pvc-$uid}
spec:
  capacity: {storage: $size}
  accessModes: [$mode]
  persistentVolumeReclaimPolicy: Retain
  storageClassName: standard
  claimRef: {apiVersion: v1, kind: PersistentVolumeClaim, namespace: $namespace, name: $claim, uid: $uid}
  local: {path: $folder}
  nodeAffinity:
    required:
      nodeSelectorTerms:
      - matchExpressions: [{key: kubernetes.io/hostname, operator: In, values: [$node]}]
END
}

# A folder has all the room there is: a claim that asks for more has it at once.
grow() {
    local namespace=$1 claim=$2 uid=$3 capacity="{\"capacity\": {\"storage\": \"$4\"}}"
    kubectl patch persistentvolume "pvc-$uid" --patch "{\"spec\": $capacity}"
    kubectl patch persistentvolumeclaim "$claim" -n "$namespace" --subresource=status --patch "{\"status\": $capacity}"
}

columns='PHASE:.status.phase,NODE:.metadata.annotations.volume\.kubernetes\.io/selected-node'
columns+=',NAMESPACE:.metadata.namespace,NAME:.metadata.name,UID:.metadata.uid'
columns+=',SIZE:.spec.resources.requests.storage,MODE:.spec.accessModes[0]'
columns+=',CAPACITY:.status.capacity.storage'
# A watch ends now and then.
while true; do
    kubectl get persistentvolumeclaims -A --watch --no-headers -o custom-columns="$columns" |
        while read -r phase node namespace claim uid size mode capacity; do
            if [ "$phase" = Pending ] && [ "$node" != '<none>' ] && ! [ -d "$RUN/$node/volumes/$uid" ]; then
                volume "$namespace" "$claim" "$uid" "$size" "$mode" "$node"
            fi
            if [ "$phase" = Bound ] && [ "$capacity" != "$size" ]; then
                grow "$namespace" "$claim" "$uid" "$size"
            fi
        done || sleep 1
done
