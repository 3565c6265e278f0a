package e2e

import (
	"encoding/json"
	"os"
	"path/filepath"
	"strings"
	"testing"

	apierrors "k8s.io/apimachinery/pkg/api/errors"
	"k8s.io/apimachinery/pkg/apis/meta/v1/unstructured"
)

// restricted makes a namespace that takes only Pods of that level (Pod Security admission).
func restricted(t *testing.T) string {
	t.Helper()
	namespace := newNamespace(t)
	if _, err := cluster.Kubectl("", "label", "namespace", namespace, "pod-security.kubernetes.io/enforce=restricted"); err != nil {
		t.Fatal(err)
	}
	return namespace
}

// podsOf are the Pods that a simulated life of the cluster has, those of workloads and tasks included; each once.
func podsOf(t *testing.T, path, namespace string) []*unstructured.Unstructured {
	t.Helper()
	folder := t.TempDir()
	// A cluster that cannot run here (no node has its labels) is made all the same.
	if out, err := cluster.Run("simulate", path, "--record", folder, "-o", "lines"); err != nil {
		t.Logf("%s: %v\n%s", path, err, out)
	}
	var pods []*unstructured.Unstructured
	seen := map[string]bool{}
	for _, answer := range answers(t, folder) {
		for _, child := range answer {
			pod := map[string]any{"spec": child["spec"]}
			if child["kind"] != "Pod" {
				template, found, _ := unstructured.NestedMap(child, "spec", "template", "spec")
				if !found {
					continue
				}
				pod["spec"] = withClaims(child, template)
			}
			text, _ := json.Marshal(pod)
			if seen[string(text)] {
				continue
			}
			seen[string(text)] = true
			object := &unstructured.Unstructured{Object: pod}
			object.SetAPIVersion("v1")
			object.SetKind("Pod")
			object.SetName((&unstructured.Unstructured{Object: child}).GetName())
			object.SetNamespace(namespace)
			pods = append(pods, object)
		}
	}
	return pods
}

// withClaims adds what the controller of a StatefulSet adds to its Pods.
func withClaims(child, spec map[string]any) map[string]any {
	claims, _, _ := unstructured.NestedSlice(child, "spec", "volumeClaimTemplates")
	for _, claim := range claims {
		name, _, _ := unstructured.NestedString(claim.(map[string]any), "metadata", "name")
		volumes, _ := spec["volumes"].([]any)
		spec["volumes"] = append(volumes, map[string]any{
			"name": name, "persistentVolumeClaim": map[string]any{"claimName": name},
		})
	}
	return spec
}

// All that the operator makes runs where only "restricted" Pods may.
func TestEveryPodIsRestricted(t *testing.T) {
	kinds, namespace, count := mapper(t), restricted(t), 0
	for _, path := range files(t, "examples/*.yaml") {
		for _, pod := range podsOf(t, filepath.Join(root, path), namespace) {
			count++
			if err := tryCreate(t, kinds, pod); err != nil {
				t.Errorf("%s: %s: %v", path, pod.GetName(), err)
			}
		}
	}
	if count < 20 {
		t.Errorf("only %d Pods were tried", count)
	}
}

// What an author may put into a Pod beside it, and what Pod Security admission takes from that.
func TestPodSecurityNarrowsOverrides(t *testing.T) {
	const good = "securityContext: {allowPrivilegeEscalation: false, capabilities: {drop: [ALL]}}"
	rows := []struct{ name, template, complaint string }{
		{"sidecar", "{sidecars: [{name: x, image: 'x:1', " + good + "}]}", ""},
		{"Secret", "{volumes: [{name: x, secret: {secretName: any}}]}", ""},
		{"token", "{volumes: [{name: x, projected: {sources: [{serviceAccountToken: {path: t}}]}}]}", ""},
		{"hostPath", "{volumes: [{name: x, hostPath: {path: /}}]}", "hostPath"},
		{"capability", "{sidecars: [{name: x, image: 'x:1', securityContext: {capabilities: {add: [SYS_ADMIN]}}}]}", "unrestricted capabilities"},
		{"root", "{sidecars: [{name: x, image: 'x:1', securityContext: {runAsUser: 0, allowPrivilegeEscalation: false, capabilities: {drop: [ALL]}}}]}", "runAsUser=0"},
		{"host port", "{sidecars: [{name: x, image: 'x:1', ports: [{containerPort: 1, hostPort: 1}], " + good + "}]}", "hostPort"},
	}
	kinds, narrow := mapper(t), restricted(t)
	for _, row := range rows {
		path := filepath.Join(t.TempDir(), "cluster.yaml")
		text := strings.Replace(baseCluster, "        replicas: 3\n", "        replicas: 3\n        template: "+row.template+"\n", 1)
		if err := os.WriteFile(path, []byte(text), 0o600); err != nil {
			t.Fatal(err)
		}
		tablet := tabletOf(t, podsOf(t, path, narrow))
		err := tryCreate(t, kinds, tablet)
		if row.complaint == "" && err != nil {
			t.Errorf("%s: %v", row.name, err)
		}
		if row.complaint != "" && (!apierrors.IsForbidden(err) || !strings.Contains(err.Error(), row.complaint)) {
			t.Errorf("%s: wanted a complaint about %s, got %v", row.name, row.complaint, err)
		}
		// Without it the same Pod is made, for an author as for whoever may make Pods.
		tablet.SetNamespace("default")
		if err := tryCreate(t, kinds, tablet); err != nil {
			t.Errorf("%s, in a namespace without a level: %v", row.name, err)
		}
	}
}

func tabletOf(t *testing.T, pods []*unstructured.Unstructured) *unstructured.Unstructured {
	t.Helper()
	for _, pod := range pods {
		if strings.Contains(pod.GetName(), "-vttablet-") {
			return pod
		}
	}
	t.Fatal("no tablet was made")
	return nil
}
