package e2e

import (
	"bufio"
	"encoding/json"
	"fmt"
	"io"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"slices"
	"sync"
	"testing"
	"time"

	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/apis/meta/v1/unstructured"
	"k8s.io/apimachinery/pkg/runtime/schema"
	"k8s.io/apimachinery/pkg/types"
	"k8s.io/client-go/dynamic"
	"sigs.k8s.io/yaml"
)

// One scenario, lived twice: under the real Metacontroller and in the simulator. After each step both
// must have come to the same. Where they differ, the simulator is wrong.

// A twin is a namespace of the control plane, and the same one in a simulator.
type twin struct {
	*life
	hooks  string // "real", or "test": those of equivalence_hooks_test.go
	folder string // the simulator's requests and answers
	input  io.WriteCloser
	output *bufio.Scanner
	mark   int64
	writes []write // of the simulator, since the last comparison
	notes  []string

	attempts                int     // how often the simulator has written, also what was there already
	lastReal, lastSimulated []write // what was compared last

	uids map[string]string // what has ever had a uid
}

// Every kind that a parent may have as a child, in both sets of hooks.
var kinds = map[string]schema.GroupVersionResource{
	"VitessCluster":         resources["vitessclusters"],
	"VitessCell":            resources["vitesscells"],
	"VitessKeyspace":        resources["vitesskeyspaces"],
	"VitessShard":           resources["vitessshards"],
	"Pod":                   resources["pods"],
	"PersistentVolumeClaim": resources["persistentvolumeclaims"],
	"Service":               resources["services"],
	"Deployment":            resources["deployments"],
	"StatefulSet":           resources["statefulsets"],
	"ConfigMap":             {Version: "v1", Resource: "configmaps"},
	"Secret":                {Version: "v1", Resource: "secrets"},
	"NetworkPolicy":         {Group: "networking.k8s.io", Version: "v1", Resource: "networkpolicies"},
	"PodDisruptionBudget":   {Group: "policy", Version: "v1", Resource: "poddisruptionbudgets"},
	"Box":                   {Group: "test.io", Version: "v1", Resource: "boxes"},
	"Bin":                   {Group: "test.io", Version: "v1", Resource: "bins"},
	"Lid":                   {Group: "test.io", Version: "v1", Resource: "lids"},
}

func kindOf(resource string) string {
	for kind, known := range kinds {
		if known.Resource == resource {
			return kind
		}
	}
	return resource
}

var buildSimulated = sync.OnceValues(func() (string, error) {
	build, err := filepath.Rel(root, filepath.Dir(cluster.Operator))
	if err != nil {
		return "", err
	}
	program := filepath.Join(build, "test/e2e/simulated/simulated")
	out, err := exec.Command("make", "-s", "-C", root, "BUILD="+build, "NEEDS=check", program).CombinedOutput()
	if err != nil {
		return "", fmt.Errorf("make %s: %w\n%s", program, err, out)
	}
	return filepath.Join(root, program), nil
})

func newTwin(t *testing.T, hooks string) *twin {
	t.Helper()
	tw := &twin{life: newParallelLife(t), hooks: hooks, uids: map[string]string{}}
	program, err := buildSimulated()
	if err != nil {
		t.Fatal(err)
	}
	tw.folder = t.TempDir()
	command := exec.Command(program, hooks, tw.folder)
	command.Stderr = os.Stderr
	tw.input, err = command.StdinPipe()
	if err != nil {
		t.Fatal(err)
	}
	output, err := command.StdoutPipe()
	if err != nil {
		t.Fatal(err)
	}
	tw.output = bufio.NewScanner(output)
	tw.output.Buffer(nil, 1<<26)
	if err := command.Start(); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		tw.input.Close()
		if err := command.Wait(); err != nil {
			t.Errorf("the simulator: %v", err)
		}
	})
	if hooks == "test" {
		t.Cleanup(func() { _, _ = cluster.Kubectl("", "delete", "boxes,bins,lids", "--all", "-n", tw.namespace) })
	}
	cluster.Recorder.Keep(tw.namespace)
	tw.mark = cluster.Plane.AuditMark()
	return tw
}

// --- what happens in both ---

// simulate gives the simulator a command; `objects` is its answer to {"objects": true}.
func (tw *twin) simulate(command map[string]any) (objects []any) {
	tw.Helper()
	line, err := json.Marshal(command)
	if err != nil {
		tw.Fatal(err)
	}
	if _, err := tw.input.Write(append(line, '\n')); err != nil {
		tw.Fatal(err)
	}
	for tw.output.Scan() {
		var said struct {
			Verb, Actor, Kind, Name string
			Note, Refused           string
			Objects                 []any
			Done, Writes            int
		}
		if err := json.Unmarshal(tw.output.Bytes(), &said); err != nil {
			tw.Fatalf("the simulator says %s", tw.output.Text())
		}
		switch {
		case said.Done > 0:
			tw.attempts = said.Writes
			return objects
		case said.Refused != "":
			tw.Errorf("the simulator refuses %s: %s", line, said.Refused)
		case said.Note != "":
			tw.notes = append(tw.notes, said.Note)
		case said.Objects != nil:
			objects = said.Objects
		case said.Actor == "metacontroller":
			tw.writes = append(tw.writes, write{said.Verb, said.Kind, said.Name})
		}
	}
	tw.Fatal("the simulator has ended")
	return nil
}

func (tw *twin) client(kind string) dynamic.ResourceInterface {
	return cluster.Dynamic.Resource(kinds[kind]).Namespace(tw.namespace)
}

func (tw *twin) create(manifest string) {
	tw.Helper()
	for _, object := range documents(tw.T, []byte(manifest)) {
		object.SetNamespace(tw.namespace)
		made, err := tw.client(object.GetKind()).Create(ctx, object, metav1.CreateOptions{})
		if err != nil {
			tw.Fatal(err)
		}
		tw.uids[string(made.GetUID())] = made.GetKind() + "/" + made.GetName()
		tw.simulate(map[string]any{"create": object.Object})
	}
}

// patch is a merge patch, in YAML.
func (tw *twin) patch(kind, name, change string) { tw.Helper(); tw.patchOf(kind, name, change, false) }

func (tw *twin) patchStatus(kind, name, change string) {
	tw.Helper()
	tw.patchOf(kind, name, change, true)
}

func (tw *twin) patchOf(kind, name, change string, status bool) {
	tw.Helper()
	text, err := yaml.YAMLToJSONStrict([]byte(change))
	if err != nil {
		tw.Fatal(err)
	}
	tw.patchReal(kind, name, text, status)
	tw.patchSimulated(kind, name, text, status)
}

func (tw *twin) patchReal(kind, name string, text []byte, status bool) {
	tw.Helper()
	var where []string
	if status {
		where = append(where, "status")
	}
	if _, err := tw.client(kind).Patch(ctx, name, types.MergePatchType, text, metav1.PatchOptions{}, where...); err != nil {
		tw.Fatal(err)
	}
}

func (tw *twin) patchSimulated(kind, name string, text []byte, status bool) {
	tw.Helper()
	tw.simulate(map[string]any{"patch": map[string]any{
		"kind": kind, "namespace": tw.namespace, "name": name, "patch": json.RawMessage(text), "status": status,
	}})
}

func (tw *twin) delete(kind, name string) {
	tw.Helper()
	tw.deleteBy(metav1.DeletePropagationBackground, kind, name)
}

func (tw *twin) deleteInForeground(kind, name string) {
	tw.Helper()
	tw.deleteBy(metav1.DeletePropagationForeground, kind, name)
}

func (tw *twin) deleteBy(policy metav1.DeletionPropagation, kind, name string) {
	tw.Helper()
	if err := tw.client(kind).Delete(ctx, name, metav1.DeleteOptions{PropagationPolicy: &policy}); err != nil {
		tw.Fatal(err)
	}
	tw.simulate(map[string]any{"delete": map[string]any{
		"kind": kind, "namespace": tw.namespace, "name": name, "foreground": policy == metav1.DeletePropagationForeground,
	}})
}

func (tw *twin) vtctlBoth(words ...string) {
	tw.Helper()
	tw.vtctl(words...)
	tw.simulate(map[string]any{"vtctl": words})
}

// rest waits until neither has anything to do any more.
func (tw *twin) rest() {
	tw.Helper()
	tw.simulate(map[string]any{"settle": 5000})
	tw.settle(1500 * time.Millisecond)
}

// --- what is there afterwards ---

func (tw *twin) realObjects() []any {
	tw.Helper()
	var all []any
	for kind, resource := range kinds {
		if resource.Group == map[string]string{"real": "test.io", "test": "vitess.io"}[tw.hooks] {
			continue
		}
		found, err := tw.client(kind).List(ctx, metav1.ListOptions{})
		if err != nil {
			tw.Fatalf("%s: %v", kind, err)
		}
		for _, object := range found.Items {
			// As the simulator's come: numbers as encoding/json has them.
			text, err := object.MarshalJSON()
			if err != nil {
				tw.Fatal(err)
			}
			var plain any
			if err := json.Unmarshal(text, &plain); err != nil {
				tw.Fatal(err)
			}
			all = append(all, plain)
		}
	}
	return all
}

var (
	uidPattern  = regexp.MustCompile(`[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}`)
	timePattern = regexp.MustCompile(`\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ`)
	// A task's name ends in a hash of its question. Of these the question has a uid in it, or the name that of
	// the VitessCluster.
	taskPattern = regexp.MustCompile(`-(serving|await-primary|await-data|delete-tablet|reparent|avoid|idle|alias|keyspace|durability)-[0-9a-f]{8}\b`)
	// In status.serving of a shard. The two models of Vitess differ in how often a tablet has to try
	// until its cell is registered.
	restartPattern = regexp.MustCompile(`(uid-of-Pod/[^/]+)/\d+\b`)
	tokenPattern   = regexp.MustCompile(`kube-api-access-[0-9a-z]{5}`)
)

func (tw *twin) remember(objects []any) {
	for _, each := range objects {
		object := &unstructured.Unstructured{Object: each.(map[string]any)}
		tw.uids[string(object.GetUID())] = object.GetKind() + "/" + object.GetName()
	}
}

// plain is a text without what differs in any two runs: a uid is what it is of, a time is a time.
func (tw *twin) plain(text string) string {
	text = uidPattern.ReplaceAllStringFunc(text, func(uid string) string {
		if known := tw.uids[uid]; known != "" {
			return "uid-of-" + known
		}
		return "uid-of-something-gone"
	})
	text = timePattern.ReplaceAllString(text, "TIME")
	text = restartPattern.ReplaceAllString(text, "$1/RESTARTS")
	text = tokenPattern.ReplaceAllString(text, "kube-api-access-TOKEN")
	return plainName(text)
}

func plainName(text string) string { return taskPattern.ReplaceAllString(text, "-$1-HASH") }

func (tw *twin) plainValue(value any) any {
	switch value := value.(type) {
	case map[string]any:
		result := map[string]any{}
		for key, item := range value {
			result[tw.plain(key)] = tw.plainValue(item)
		}
		return result
	case []any:
		result := make([]any, len(value))
		for i, item := range value {
			result[i] = tw.plainValue(item)
		}
		return result
	case string:
		return tw.plain(value)
	}
	return value
}

// differences are the paths at which two values are not the same.
func differences(path string, real, simulated any) []string {
	switch real := real.(type) {
	case map[string]any:
		other, ok := simulated.(map[string]any)
		if !ok {
			break
		}
		var all []string
		for _, key := range keysOfBoth(real, other) {
			a, inReal := real[key]
			b, inSimulated := other[key]
			switch {
			case !inReal:
				all = append(all, fmt.Sprintf("%s.%s: only in the simulator: %s", path, key, brief(b)))
			case !inSimulated:
				all = append(all, fmt.Sprintf("%s.%s: only in the real one: %s", path, key, brief(a)))
			default:
				all = append(all, differences(path+"."+key, a, b)...)
			}
		}
		return all
	case []any:
		other, ok := simulated.([]any)
		if !ok || len(real) != len(other) {
			break
		}
		var all []string
		for i := range real {
			all = append(all, differences(fmt.Sprintf("%s[%d]", path, i), real[i], other[i])...)
		}
		return all
	default:
		if real == simulated {
			return nil
		}
	}
	return []string{fmt.Sprintf("%s: really %s, simulated %s", path, brief(real), brief(simulated))}
}

func keysOfBoth(a, b map[string]any) []string {
	var keys []string
	for key := range a {
		keys = append(keys, key)
	}
	for key := range b {
		if _, both := a[key]; !both {
			keys = append(keys, key)
		}
	}
	slices.Sort(keys)
	return keys
}

func brief(value any) string {
	text, _ := json.Marshal(value)
	if len(text) > 600 {
		return string(text[:600]) + "..."
	}
	return string(text)
}

func jsonOf(t *testing.T, value any) string {
	t.Helper()
	text, err := json.Marshal(value)
	if err != nil {
		t.Fatal(err)
	}
	return string(text)
}
