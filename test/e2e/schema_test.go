package e2e

import (
	"fmt"
	"strconv"
	"strings"
	"testing"

	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/apis/meta/v1/unstructured"
	"k8s.io/client-go/util/retry"
	"sigs.k8s.io/yaml"
)

// What the API server says of a VitessCluster, before any hook sees it. One edit of the base a row;
// an empty complaint means that it is accepted.

const baseCluster = `
apiVersion: vitess.io/v1alpha1
kind: VitessCluster
metadata: {name: vitess}
spec:
  cells:
  - {name: global, etcd: {size: 3}, vtctld: {}}
  - {name: zone1, vtgate: {replicas: 1}}
  keyspaces:
  - name: main
    cells: [zone1]
    shards:
    - keyRange: {start: "", end: "80"}
    - keyRange: {start: "80", end: ""}
    tablets:
      masterEligible:
        replicas: 3
        volumeClaim: {accessModes: [ReadWriteOnce], resources: {requests: {storage: 4Gi}}}
`

type schemaCase struct {
	path, value string // YAML; "" takes the field out
	complaint   string
}

var schemaCases = []schemaCase{
	// Taken as they are.
	{"metadata.labels", "{team: a}", ""},
	{"spec.image", "vitess/lite:v24.0.4", ""},
	{"spec.rollout", "{paused: true, force: [x]}", ""},
	{"spec.volumeClaimRetention", "{whenScaled: Delete, whenDeleted: Retain}", ""},
	{"spec.cells[0].etcd.size", "1", ""},
	{"spec.cells[0].etcd.resources", "{requests: {cpu: 100m, memory: 1Gi}}", ""},
	{"spec.cells[0].etcd.resources", "{requests: {cpu: 2}}", ""},
	{"spec.cells[1].vtgate.flags", "{some-flag: true, another: 3, third: x}", ""},
	{"spec.cells[1].vtgate.flags", `{some-flag: "$(X) $$ \u00e9", another: 1e3}`, ""},
	{"spec.cells[1].vtgate.auth", "{static: {name: users, key: .users.json}}", ""},
	{"spec.lockserver", "{addresses: ['etcd:2379'], root: /a/b}", ""},
	{"spec.keyspaces[0].durabilityPolicy", "semi_sync", ""},
	{"spec.keyspaces[0].shards", "", ""},
	{"spec.keyspaces", "", ""},
	{"spec.keyspaces[0].tablets.batch", "{replicas: 0}", ""},

	// Types and unknown fields.
	{"spec", "", "spec: Required value"},
	{"spec.cells", "", "spec.cells: Required value"},
	{"spec.cells", "{}", `spec.cells in body must be of type array: "object"`},
	{"spec.cells[0].etcd.size", "three", `spec.cells[0].etcd.size in body must be of type integer: "string"`},
	{"spec.cels", "[]", `unknown field "spec.cels"`},
	{"spec.cells[1].vtgate.replicsa", "2", `unknown field "spec.cells[1].vtgate.replicsa"`},
	{"spec.rollout.paused", `"yes"`, `spec.rollout.paused in body must be of type boolean: "string"`},

	// Values.
	{"spec.cells[0].etcd.size", "0", "spec.cells[0].etcd.size"},
	{"spec.cells[0].etcd.size", "7", "should be less than or equal to 5"},
	{"spec.cells[0].etcd.size", "2", "size must be 1, 3 or 5: half of an even number of members is no majority"},
	{"spec.cells[1].vtgate.replicas", "-1", "spec.cells[1].vtgate.replicas"},
	{"spec.volumeClaimRetention.whenScaled", "Recycle", `Unsupported value: "Recycle": supported values: "Retain", "Delete"`},
	{"spec.keyspaces[0].durabilityPolicy", "strong", `Unsupported value: "strong"`},
	{"spec.keyspaces[0].turndownPolicy", "Never", `Unsupported value: "Never": supported values: "RequireIdle", "Immediate"`},
	{"spec.keyspaces[0].shards[0].keyRange.end", "8g", "spec.keyspaces[0].shards[0].keyRange.end"},
	{"spec.keyspaces[0].tablets.masterEligible.volumeClaim.resources.requests.storage", "4 gigs", "storage"},
	{"spec.cells[1].name", "Zone_1", "spec.cells[1].name"},
	{"spec.keyspaces[0].name", "a/b", "spec.keyspaces[0].name"},
	{"spec.cells[1].vtgate.image", "vitess/lite: v24", "spec.cells[1].vtgate.image"},
	{"spec.cells[1].vtgate.flags", `{some-flag: "a\nb"}`, "spec.cells[1].vtgate.flags.some-flag in body should match"},
	{"spec.backupFlags", `{some-flag: "a\u007f"}`, "spec.backupFlags.some-flag in body should match"},
	{"spec.cells[1].vtgate.auth", "{static: {name: users, key: ..}}", "spec.cells[1].vtgate.auth.static.key in body should match"},
	{"spec.lockserver", `{addresses: ["etcd\n:2379"]}`, "spec.lockserver.addresses[0] in body should match"},
	{"spec.lockserver", `{addresses: ["etcd:2379"], root: "/a\n"}`, "spec.lockserver.root in body should match"},

	// Rules over several fields.
	{"spec.cells[0].etcd", "", "one cell must have etcd, or spec.lockserver must name an etcd that exists"},
	{"spec.cells[1].name", "zone2", "cells of a keyspace must be cells of spec.cells"},
	{"spec.cells[1].name", "global", "Duplicate value"},
	{"spec.cells[0].vtgate", "{}", `the cell "global" cannot hold a vtgate, move it to a cell with tablets`},
	{"spec.keyspaces[0].cells", "[global]", `the cell "global" cannot hold tablets, only the cells of zones can`},
	{"spec.keyspaces[0].cells", "[]", "spec.keyspaces[0].cells"},
	{"spec.keyspaces[0].durabilityPolicy", "cross_cell", "durabilityPolicy needs a second tablet in another cell to acknowledge each write"},
	{"spec.keyspaces[0].shards[0].keyRange.start", `"40"`, `a shard must begin where the keyspace does: start ""`},
	{"spec.keyspaces[0].shards[1].keyRange.end", `"c0"`, `a shard must end where the keyspace does: end ""`},
	{"spec.keyspaces[0].shards[1]", "{name: other}", "shards must be all key ranges or all plain names"},
	{"spec.keyspaces[0].shards[1]", "{}", `a shard must have a keyRange, or the name "0"`},
	{"spec.keyspaces[0].tablets.masterEligible.replicas", "0", "masterEligible must have replicas, 1 at least: without a tablet of type replica no shard can have a primary"},
	{"spec.keyspaces[0].tablets.masterEligible.volumeClaim", "", "masterEligible needs a volumeClaim, its own or in defaults"},
	{"spec.keyspaces[0].tablets.batch", "{replicas: 1}", "batch needs a volumeClaim, its own or in defaults"},
}

// Edits of a VitessCluster that exists.
var updateCases = []schemaCase{
	{"spec.cells[1].vtgate.replicas", "4", ""},
	{"spec.keyspaces[0].tablets.masterEligible.replicas", "4", ""},
	{"spec.cells[0].etcd.size", "5", ""},
	{"spec.cells[0].etcd.volumeClaim", "{accessModes: [ReadWriteOnce], resources: {requests: {storage: 5Gi}}}", ""},
	{"spec.selector", "{matchLabels: {app: other}}", "selector cannot be changed"},
	{"spec.keyspaces[0].tablets.masterEligible.volumeClaim.storageClassName", "fast", "storageClassName cannot be changed while there are tablets"},
}

func TestSchemaAcceptsAndRefuses(t *testing.T) {
	kinds := mapper(t)
	for _, row := range schemaCases {
		object := edited(t, documents(t, []byte(baseCluster))[0], row.path, row.value)
		expectComplaint(t, row, tryCreate(t, kinds, object))
	}
}

func TestSchemaAcceptsAndRefusesEdits(t *testing.T) {
	object := documents(t, []byte(baseCluster))[0]
	object.SetNamespace(newNamespace(t))
	clusters := resource(t, mapper(t), object)
	if _, err := clusters.Create(ctx, object, metav1.CreateOptions{}); err != nil {
		t.Fatal(err)
	}
	for _, row := range updateCases {
		// Its status is written all the time, where Metacontroller runs.
		err := retry.RetryOnConflict(retry.DefaultBackoff, func() error {
			live, err := clusters.Get(ctx, "vitess", metav1.GetOptions{})
			if err != nil {
				t.Fatal(err)
			}
			_, err = clusters.Update(ctx, edited(t, live, row.path, row.value), metav1.UpdateOptions{
				DryRun: []string{metav1.DryRunAll}, FieldValidation: metav1.FieldValidationStrict,
			})
			return err
		})
		expectComplaint(t, row, err)
	}
}

func expectComplaint(t *testing.T, row schemaCase, err error) {
	t.Helper()
	switch {
	case row.complaint == "" && err != nil:
		t.Errorf("%s: %s is refused: %v", row.path, row.value, err)
	case row.complaint != "" && err == nil:
		t.Errorf("%s: %s is accepted, wanted: %s", row.path, row.value, row.complaint)
	case row.complaint != "" && !strings.Contains(err.Error(), row.complaint):
		t.Errorf("%s: %s: wanted %q, got: %v", row.path, row.value, row.complaint, err)
	}
}

// edited is a copy of the object with one value put, or taken out.
func edited(t *testing.T, object *unstructured.Unstructured, path, value string) *unstructured.Unstructured {
	t.Helper()
	var parsed any
	if value != "" {
		if err := yaml.Unmarshal([]byte(value), &parsed); err != nil {
			t.Fatalf("%s: %v", path, err)
		}
		parsed = integers(parsed)
	}
	copied := object.DeepCopy()
	words := strings.Split(strings.NewReplacer("[", ".", "]", "").Replace(path), ".")
	if _, err := put(copied.Object, words, parsed, value == ""); err != nil {
		t.Fatalf("%s: %v", path, err)
	}
	return copied
}

// Unstructured objects hold whole numbers as int64.
func integers(value any) any {
	switch value := value.(type) {
	case float64:
		if value == float64(int64(value)) {
			return int64(value)
		}
	case map[string]any:
		for key := range value {
			value[key] = integers(value[key])
		}
	case []any:
		for i := range value {
			value[i] = integers(value[i])
		}
	}
	return value
}

func put(node any, words []string, value any, remove bool) (any, error) {
	if len(words) == 0 {
		return value, nil
	}
	switch node := node.(type) {
	case nil:
		return put(map[string]any{}, words, value, remove)
	case map[string]any:
		if len(words) == 1 && remove {
			delete(node, words[0])
			return node, nil
		}
		changed, err := put(node[words[0]], words[1:], value, remove)
		node[words[0]] = changed
		return node, err
	case []any:
		index, err := strconv.Atoi(words[0])
		if err != nil || index > len(node) {
			return nil, fmt.Errorf("%s is no index of %d items", words[0], len(node))
		}
		if len(words) == 1 && remove {
			return append(node[:index:index], node[index+1:]...), nil
		}
		if index == len(node) {
			return append(node, value), nil
		}
		node[index], err = put(node[index], words[1:], value, remove)
		return node, err
	}
	return nil, fmt.Errorf("%q is below a %T", words[0], node)
}
