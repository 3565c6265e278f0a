#!/usr/bin/env bash
# Process 1 of one machine of the cluster, which is a set of namespaces: whoever kills it has pulled the
# plug. No machine has a way out: their network cards end at a switch in the one called plane.
#
#   machine.sh plane     the control plane, the switch, DNS, volumes
#   machine.sh node N    kubelet with containerd, in zone N
#
# cluster.sh starts it with RUN (folder of the run), REAL (of what was built) and BIN (the control
# plane's programs).
set -euo pipefail
cd "$(dirname "$0")"
kind=$1 number=${2:-}
name=$kind${number:+-$number}
home=$RUN/$name
export PATH=$REAL/bin:$BIN:$PATH KUBECONFIG=$RUN/plane/kubeconfig
nodes=172.30.0 pods=10.244 services=10.0.0.0/16
plane=$nodes.1

# run NAME COMMAND...: in the background, with a log.
run() {
    local log=$home/logs/$1.log
    shift
    "$@" >>"$log" 2>&1 </dev/null &
}

# until_done COMMAND...: until it succeeds.
until_done() { until "$@" >/dev/null 2>&1; do sleep 0.1; done; }

# Folders that programs write to wherever they run; this machine has its own.
own_folders() {
    mkdir -p "$home/logs"
    printf 'nameserver %s\nsearch default.svc.cluster.local svc.cluster.local cluster.local\n' $plane >"$home/resolv.conf"
    mount --bind "$home/resolv.conf" /etc/resolv.conf
    local folder
    for folder in /run /var/lib /var/log; do
        mount -t tmpfs tmpfs $folder
    done
    mkdir /run/lock
}

# network CARD ADDRESS: what every machine knows of the network. The Services' range leads to where
# nobody answers until kube-proxy knows a Service; there is no default route.
network() {
    local card=$1 address=$2 n
    hostname "$name"
    ip link set lo up
    ip addr add "$address/24" dev "$card"
    ip link set "$card" up
    ip route add $services dev "$card"
    for n in 1 2 3; do
        [ "$n" = "$number" ] || ip route add $pods.$n.0/24 via $nodes.1$n
    done
    echo 1 >/proc/sys/net/ipv4/ip_forward
    # What would go anywhere else; cluster.sh says how much it was.
    nft -f - <<END
table inet watch {
    counter left {}
    chain out {
        type filter hook postrouting priority 300;
        ip daddr { 127.0.0.0/8, $nodes.0/24, $pods.0.0/16, $services, 224.0.0.0/4 } accept
        meta nfproto ipv4 counter name left drop
        ip6 daddr { ::1, fe80::/10, ff00::/8 } accept
        counter name left drop
    }
}
END
}

# proxy [NODE]: what it takes itself for.
proxy() {
    cat >"$home/proxy.yaml" <<END
kind: KubeProxyConfiguration
apiVersion: kubeproxy.config.k8s.io/v1alpha1
clientConnection: {kubeconfig: $KUBECONFIG}
clusterCIDR: $pods.0.0/16
mode: nftables
hostnameOverride: ${1:-$name}
conntrack: {maxPerCore: 0}
END
    run kube-proxy kube-proxy --config="$home/proxy.yaml"
}

plane() {
    ip link add name switch type bridge
    network switch $plane
    run controlplane "$REAL/bin/controlplane" "$home" "$BIN" $plane
    until_done test -e "$home/ready"
    proxy node-1 # it wants to be some node
    cat >"$home/Corefile" <<END
.:53 {
  bind $plane
  errors
  kubernetes cluster.local {
    kubeconfig $KUBECONFIG
    pods insecure
    ttl 5
  }
}
END
    run coredns coredns -conf "$home/Corefile"
    run volumes ./volumes.sh
}

node() {
    mkdir -p "$home"/{kubelet,cni} /var/lib/{kubelet,containerd}
    # Images as files that are the same ones on all nodes: nothing changes them. Of databases each has its own.
    if ! [ -e "$home/containerd" ]; then
        cp -al "$REAL/images" "$home/containerd"
        find "$REAL/images" -name '*.db' -printf '%P\n' | while read -r file; do
            cp --remove-destination "$REAL/images/$file" "$home/containerd/$file"
        done
    fi
    mount --bind "$home/kubelet" /var/lib/kubelet
    mount --bind "$home/containerd" /var/lib/containerd
    until_done ip link show eth0
    network eth0 "$nodes.1$number"

    cat >"$home/cni/10-pods.conflist" <<END
{"cniVersion": "1.0.0", "name": "pods", "plugins": [{"type": "ptp", "ipam": {"type": "host-local",
  "ranges": [[{"subnet": "$pods.$number.0/24"}]], "routes": [{"dst": "0.0.0.0/0"}]}}]}
END
    cat >"$home/containerd.toml" <<END
version = 3
[plugins.'io.containerd.cri.v1.runtime']
  disable_apparmor = true
  restrict_oom_score_adj = true
  [plugins.'io.containerd.cri.v1.runtime'.containerd.runtimes.runc]
    runtime_type = "io.containerd.runc.v2"
  [plugins.'io.containerd.cri.v1.runtime'.cni]
    bin_dirs = ["$REAL/bin"]
    conf_dir = "$home/cni"
[plugins.'io.containerd.cri.v1.images'.pinned_images]
  sandbox = "registry.k8s.io/pause:3.10.1"
END
    cat >"$home/kubelet.yaml" <<END
kind: KubeletConfiguration
apiVersion: kubelet.config.k8s.io/v1beta1
authentication: {anonymous: {enabled: true}, webhook: {enabled: false}}
authorization: {mode: AlwaysAllow}
cgroupDriver: cgroupfs
cgroupRoot: /vitess-real/$name
failCgroupV1: false
failSwapOn: false
clusterDNS: [$plane]
clusterDomain: cluster.local
resolvConf: ""
containerRuntimeEndpoint: unix:///run/containerd/containerd.sock
enforceNodeAllocatable: []
evictionHard: {memory.available: 100Mi}
allowedUnsafeSysctls: [net.ipv4.tcp_retries2]
imageGCHighThresholdPercent: 100
serializeImagePulls: false
END
    run containerd containerd --config "$home/containerd.toml"
    until_done ctr version
    until_done kubectl get --raw /readyz
    run kubelet kubelet --config="$home/kubelet.yaml" --kubeconfig="$KUBECONFIG" --node-ip="$nodes.1$number" \
        --node-labels="topology.kubernetes.io/zone=zone$number,topology.kubernetes.io/region=region1,disk=nvme" --v=2
    proxy
}

own_folders
$kind
wait
