package main

import (
	"fmt"
	"strings"
	"time"
)

// What external-etcd.yaml finds: the etcd of somebody else, with TLS, which asks its clients for
// certificates.
func etcdOfOthers() error {
	authority, err := newAuthority()
	if err != nil {
		return err
	}
	if err := apply(map[string]any{"apiVersion": "v1", "kind": "Namespace", "metadata": map[string]any{"name": "infra"}}); err != nil {
		return err
	}
	if err := authority.secret("infra", "etcd-server", members("etcd", "etcd", "infra")...); err != nil {
		return err
	}
	if err := authority.secret("default", "etcd-client", "guest"); err != nil {
		return err
	}
	image, err := imageOf("etcd")
	if err != nil {
		return err
	}
	if err := apply(etcdService); err != nil {
		return err
	}
	if err := apply(etcdMembers(image)); err != nil {
		return err
	}
	_, err = kubectl("", "-n", "infra", "rollout", "status", "statefulset/etcd", "--timeout=2m")
	return err
}

// members are the names of the Pods of an etcd, which has to look up each.
func members(name, service, namespace string) []string {
	var names []string
	for i := range 3 {
		names = append(names, fmt.Sprintf("%s-%d.%s.%s.svc", name, i, service, namespace))
	}
	return names
}

// imageOf is an image that the nodes have.
func imageOf(word string) (string, error) {
	names, err := kubectl("", "get", "nodes", "-o", "jsonpath={.items[0].status.images[*].names[*]}")
	for name := range strings.FieldsSeq(names) {
		if strings.Contains(name, word) && !strings.Contains(name, "@") {
			return name, err
		}
	}
	return "", fmt.Errorf("no image of %s: %s %w", word, names, err)
}

var etcdService = map[string]any{
	"apiVersion": "v1", "kind": "Service",
	"metadata": map[string]any{"name": "etcd", "namespace": "infra"},
	"spec": map[string]any{
		"clusterIP": "None", "publishNotReadyAddresses": true, "selector": map[string]any{"app": "etcd"},
		"ports": []any{map[string]any{"name": "client", "port": 2379}, map[string]any{"name": "peer", "port": 2380}},
	},
}

func etcdMembers(image string) map[string]any {
	var members []string
	for i := range 3 {
		members = append(members, fmt.Sprintf("etcd-%d=https://etcd-%d.etcd.infra.svc:2380", i, i))
	}
	arguments := []string{"--name=$(NAME)", "--data-dir=/data", "--listen-client-urls=https://0.0.0.0:2379", "--listen-peer-urls=https://0.0.0.0:2380",
		"--advertise-client-urls=https://$(NAME).etcd.infra.svc:2379", "--initial-advertise-peer-urls=https://$(NAME).etcd.infra.svc:2380",
		"--initial-cluster=" + strings.Join(members, ",")}
	for _, who := range []string{"", "peer-"} {
		arguments = append(arguments, "--"+who+"cert-file=/tls/tls.crt", "--"+who+"key-file=/tls/tls.key",
			"--"+who+"trusted-ca-file=/tls/ca.crt", "--"+who+"client-cert-auth")
	}
	return map[string]any{
		"apiVersion": "apps/v1", "kind": "StatefulSet",
		"metadata": map[string]any{"name": "etcd", "namespace": "infra"},
		"spec": map[string]any{
			"replicas": 3, "serviceName": "etcd", "podManagementPolicy": "Parallel",
			"selector": map[string]any{"matchLabels": map[string]any{"app": "etcd"}},
			"template": map[string]any{
				"metadata": map[string]any{"labels": map[string]any{"app": "etcd"}},
				"spec": map[string]any{
					"containers": []any{map[string]any{
						"name": "etcd", "image": image, "args": arguments,
						"env":            []any{map[string]any{"name": "NAME", "valueFrom": map[string]any{"fieldRef": map[string]any{"fieldPath": "metadata.name"}}}},
						"readinessProbe": map[string]any{"tcpSocket": map[string]any{"port": 2379}},
						"volumeMounts":   []any{map[string]any{"name": "tls", "mountPath": "/tls"}, map[string]any{"name": "data", "mountPath": "/data"}},
					}},
					"volumes": []any{map[string]any{"name": "tls", "secret": map[string]any{"secretName": "etcd-server"}},
						map[string]any{"name": "data", "emptyDir": map[string]any{}}},
				},
			},
		},
	}
}

var guest = []Case{
	{"primary's Pod deleted, etcd of somebody else", true, deletePrimary("--wait=false"), isReplicaNow},
	{"all of somebody else's etcd restarted by force", false, func(*Trial) error {
		_, err := kubectl("", "-n", "infra", "delete", "pod", "-l", "app=etcd", "--force", "--grace-period=0")
		time.Sleep(5 * time.Second)
		return err
	}, nil},
}
