package e2e

import (
	"encoding/json"
	"fmt"
	"io"
	"net"
	"net/http"
	"strings"
	"sync"
)

// Hooks that answer what their parent's spec says, so that a test can try what the operator never
// does: spec.children and spec.status are the answer, spec.raw is one word for word (with spec.code),
// spec.related are the rules of the customize hook. The simulator has the same ones
// (simulated/simulated.c): Box, Bin (generateSelector, and a schema of its status) and Lid (customize).

const testCRD = `
apiVersion: apiextensions.k8s.io/v1
kind: CustomResourceDefinition
metadata: {name: %[1]s.test.io}
spec:
  group: test.io
  scope: Namespaced
  names: {kind: %[2]s, plural: %[1]s, singular: %[3]s}
  versions:
  - name: v1
    served: true
    storage: true
    subresources: {status: {}}
    schema: {openAPIV3Schema: {type: object, x-kubernetes-preserve-unknown-fields: true%[4]s}}
---
`

// Of Bins, whose status is pruned.
const binStatus = ", properties: {status: {type: object, properties: {observedGeneration: {type: integer}, known: {type: integer}}}}"

const testController = `
apiVersion: metacontroller.k8s.io/v1alpha1
kind: CompositeController
metadata: {name: %[1]s-controller-v1}
spec:
  parentResource: {apiVersion: test.io/v1, resource: %[2]s}
  childResources: [%[3]s]
  %[4]s
  hooks:
    sync: {version: v2, webhook: {url: %[5]s/%[1]s/sync, timeout: 30s, responseUnMarshallMode: strict}}
    %[6]s
---
`

// What these kinds need on top of what the operator's own do.
const testRights = `
apiVersion: rbac.authorization.k8s.io/v1
kind: ClusterRole
metadata: {name: test-hooks}
rules:
- {apiGroups: [test.io], resources: ["*"], verbs: ["*"]}
- {apiGroups: [""], resources: [secrets], verbs: ["*"]}
---
apiVersion: rbac.authorization.k8s.io/v1
kind: ClusterRoleBinding
metadata: {name: test-hooks}
subjects: [{kind: ServiceAccount, name: metacontroller, namespace: metacontroller}]
roleRef: {kind: ClusterRole, name: test-hooks, apiGroup: rbac.authorization.k8s.io}
`

func childRule(version, resource, method string) string {
	return fmt.Sprintf("{apiVersion: %s, resource: %s, updateStrategy: {method: %s}}", version, resource, method)
}

var startTestHooks = sync.OnceValue(func() error {
	listener, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		return err
	}
	server := &http.Server{Handler: http.HandlerFunc(answerTestHook)}
	go func() { _ = server.Serve(listener) }()
	url := "http://" + listener.Addr().String()
	box := strings.Join([]string{
		childRule("v1", "configmaps", "InPlace"), childRule("v1", "persistentvolumeclaims", "InPlace"),
		childRule("v1", "pods", "OnDelete"), childRule("v1", "secrets", "Recreate"), childRule("v1", "services", "InPlace"),
		childRule("apps/v1", "deployments", "InPlace"), childRule("apps/v1", "statefulsets", "InPlace"),
		childRule("test.io/v1", "lids", "InPlace"),
	}, ", ")
	lid := childRule("v1", "configmaps", "InPlace")
	customize := fmt.Sprintf("customize: {version: v2, webhook: {url: %s/lid/customize, timeout: 30s, responseUnMarshallMode: strict}}", url)
	crds := fmt.Sprintf(testCRD, "boxes", "Box", "box", "") + fmt.Sprintf(testCRD, "bins", "Bin", "bin", binStatus) +
		fmt.Sprintf(testCRD, "lids", "Lid", "lid", "")
	if _, err := cluster.Kubectl(crds, "apply", "-f", "-"); err != nil {
		return err
	}
	if _, err := cluster.Kubectl("", "wait", "--for=condition=Established", "crd", "boxes.test.io", "bins.test.io", "lids.test.io", "--timeout=60s"); err != nil {
		return err
	}
	if _, err := cluster.Kubectl(testRights, "apply", "-f", "-"); err != nil {
		return err
	}
	controllers := fmt.Sprintf(testController, "box", "boxes", box, "", url, "") +
		fmt.Sprintf(testController, "bin", "bins", lid, "generateSelector: true", url, "") +
		fmt.Sprintf(testController, "lid", "lids", lid, "", url, customize)
	_, err = cluster.Kubectl(controllers, "apply", "-f", "-")
	return err
})

func answerTestHook(w http.ResponseWriter, r *http.Request) {
	body, err := io.ReadAll(r.Body)
	if err != nil {
		return
	}
	cluster.Recorder.Record(r.URL.Path, body)
	var request struct {
		Parent struct {
			Spec struct {
				Raw               *string
				Code              int
				Status            json.RawMessage
				Children, Related []json.RawMessage
			}
		}
	}
	if err := json.Unmarshal(body, &request); err != nil {
		http.Error(w, err.Error(), http.StatusBadRequest)
		return
	}
	spec := request.Parent.Spec
	if spec.Raw != nil {
		if spec.Code == http.StatusTooManyRequests {
			w.Header().Set("Retry-After", "1")
		}
		if spec.Code != 0 {
			w.WriteHeader(spec.Code)
		}
		_, _ = io.WriteString(w, *spec.Raw)
		return
	}
	var answer any = map[string]any{"relatedResources": orEmpty(spec.Related)}
	if !strings.HasSuffix(r.URL.Path, "/customize") {
		status := spec.Status
		if status == nil {
			status = json.RawMessage("{}")
		}
		answer = map[string]any{"status": status, "children": orEmpty(spec.Children)}
	}
	_ = json.NewEncoder(w).Encode(answer)
}

func orEmpty(list []json.RawMessage) []json.RawMessage {
	if list == nil {
		return []json.RawMessage{}
	}
	return list
}
