package e2e

import (
	"encoding/json"
	"fmt"
	"slices"
	"strings"
	"testing"
	"time"

	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/apis/meta/v1/unstructured"
	"k8s.io/apimachinery/pkg/runtime/schema"

	"vitess-operator/test/e2e/controlplane"
	"vitess-operator/test/e2e/vitess"
)

// Lives of clusters under Metacontroller.

// A life is one VitessCluster in a namespace of its own.
type life struct {
	*testing.T
	namespace string
	history   *vitess.History
}

func newLife(t *testing.T) *life {
	t.Helper()
	if cluster.Metacontroller == nil {
		t.Skip("needs Metacontroller")
	}
	return newLifeIn(t, newNamespace(t))
}

func newLifeIn(t *testing.T, namespace string) *life {
	l := &life{T: t, namespace: namespace}
	t.Cleanup(l.over)
	return l
}

// newParallelLife is for those that disturb nobody else.
func newParallelLife(t *testing.T) *life {
	t.Helper()
	if cluster.Metacontroller != nil {
		t.Parallel()
	}
	return newLife(t)
}

// Says what it looked like where it failed; the next test finds nothing of it that still works.
func (l *life) over() {
	if l.Failed() {
		for _, what := range []string{"vitess", "pods,pvc,deployments,statefulsets,pdb"} {
			out, _ := cluster.Kubectl("", "get", what, "-n", l.namespace, "-o", "wide")
			l.Logf("kubectl get %s\n%s", what, out)
		}
	}
	for _, kind := range ownKinds {
		_, _ = cluster.Kubectl("", "annotate", "--overwrite", kind, "--all", "-n", l.namespace, allowDeletion)
		_, _ = cluster.Kubectl("", "delete", kind, "--all", "-n", l.namespace, "--wait=false")
	}
	// What nobody owns any more goes by nobody else.
	_, _ = cluster.Kubectl("", "delete", "pods", "--all", "-n", l.namespace, "--wait=false")
	deadline := time.Now().Add(patience)
	for len(l.list("pods")) > 0 && time.Now().Before(deadline) && ctx.Err() == nil {
		time.Sleep(100 * time.Millisecond)
	}
}

func (l *life) kubectl(arguments ...string) string {
	l.Helper()
	out, err := cluster.Kubectl("", append(arguments, "-n", l.namespace)...)
	if err != nil {
		l.Fatal(err)
	}
	return out
}

// apply is what a user types: kubectl apply -f.
func (l *life) apply(manifest string) {
	l.Helper()
	if _, err := cluster.Kubectl(manifest, "apply", "-n", l.namespace, "-f", "-"); err != nil {
		l.Fatal(err)
	}
}

// example is a file of examples/ with edits.
func (l *life) example(name string, changes ...string) string {
	l.Helper()
	object := documents(l.T, read(l.T, "examples/"+name))[0]
	return l.changed(object, changes...)
}

// changed is a manifest with edits: path, YAML, path, YAML ... ("" takes out).
func (l *life) changed(object *unstructured.Unstructured, changes ...string) string {
	l.Helper()
	for i := 0; i < len(changes); i += 2 {
		object = edited(l.T, object, changes[i], changes[i+1])
	}
	text, err := json.Marshal(object.Object)
	if err != nil {
		l.Fatal(err)
	}
	return string(text)
}

var resources = map[string]schema.GroupVersionResource{
	"vitessclusters":         {Group: "vitess.io", Version: "v1alpha1", Resource: "vitessclusters"},
	"vitesscells":            {Group: "vitess.io", Version: "v1alpha1", Resource: "vitesscells"},
	"vitesskeyspaces":        {Group: "vitess.io", Version: "v1alpha1", Resource: "vitesskeyspaces"},
	"vitessshards":           {Group: "vitess.io", Version: "v1alpha1", Resource: "vitessshards"},
	"pods":                   {Version: "v1", Resource: "pods"},
	"persistentvolumeclaims": {Version: "v1", Resource: "persistentvolumeclaims"},
	"services":               {Version: "v1", Resource: "services"},
	"deployments":            {Group: "apps", Version: "v1", Resource: "deployments"},
	"statefulsets":           {Group: "apps", Version: "v1", Resource: "statefulsets"},
}

var ownKinds = []string{"vitessclusters", "vitesscells", "vitesskeyspaces", "vitessshards"}

func (l *life) list(resource string) []unstructured.Unstructured {
	l.Helper()
	found, err := cluster.Dynamic.Resource(resources[resource]).Namespace(l.namespace).List(ctx, metav1.ListOptions{})
	if err != nil {
		return nil // the API server may be away
	}
	return found.Items
}

func (l *life) get(resource, name string) *unstructured.Unstructured {
	l.Helper()
	found, err := cluster.Dynamic.Resource(resources[resource]).Namespace(l.namespace).Get(ctx, name, metav1.GetOptions{})
	if err != nil {
		l.Fatal(err)
	}
	return found
}

type condition struct{ status, reason, message string }

func conditionOf(object *unstructured.Unstructured, kind string) condition {
	conditions, _, _ := unstructured.NestedSlice(object.Object, "status", "conditions")
	for _, each := range conditions {
		fields, _ := each.(map[string]any)
		if fields["type"] == kind {
			value := func(key string) string { text, _ := fields[key].(string); return text }
			return condition{value("status"), value("reason"), value("message")}
		}
	}
	return condition{}
}

func observed(object *unstructured.Unstructured) bool {
	seen, _, _ := unstructured.NestedInt64(object.Object, "status", "observedGeneration")
	return seen == object.GetGeneration()
}

// settled waits until every object of ours has taken its newest spec, is Ready and is Updated.
func (l *life) settled() {
	l.Helper()
	eventually(l.T, "the cluster does not settle", l.unsettled)
}

func (l *life) unsettled() string {
	var missing []string
	total := 0
	for _, kind := range ownKinds {
		for _, object := range l.list(kind) {
			total++
			ready, updated := conditionOf(&object, "Ready"), conditionOf(&object, "Updated")
			if !observed(&object) || ready.status != "True" || updated.status != "True" {
				missing = append(missing, fmt.Sprintf("%s %s: Ready %v, Updated %v", object.GetKind(), object.GetName(), ready, updated))
			}
		}
	}
	if total == 0 {
		return "nothing is there"
	}
	return strings.Join(missing, "\n")
}

// bringUp applies a manifest and waits until it is settled.
func (l *life) bringUp(manifest string) {
	l.Helper()
	l.apply(manifest)
	l.settled()
	l.history = cluster.Vitess.Begin(l.namespace)
}

// tablets are the Pods of tablets: name -> uid.
func (l *life) tablets() map[string]string {
	l.Helper()
	uids := map[string]string{}
	for _, pod := range l.list("pods") {
		if pod.GetLabels()["vitess.io/component"] == "vttablet" {
			uids[pod.GetName()] = string(pod.GetUID())
		}
	}
	return uids
}

// image of the vttablet container of each tablet.
func (l *life) images() []string {
	var images []string
	for _, pod := range l.list("pods") {
		if pod.GetLabels()["vitess.io/component"] != "vttablet" {
			continue
		}
		containers, _, _ := unstructured.NestedSlice(pod.Object, "spec", "containers")
		for _, container := range containers {
			if fields, _ := container.(map[string]any); fields["name"] == "vttablet" {
				images = append(images, fields["image"].(string))
			}
		}
	}
	slices.Sort(images)
	return images
}

// --- what must hold of every rollout ---

// gently expects that no tablet was taken down while another one of its shard did not serve, and no
// primary without a reparent.
func (l *life) gently() {
	l.Helper()
	cluster.Vitess.Read(func() {
		for _, removal := range l.history.Removed {
			if removal.Primary {
				l.Errorf("a primary was deleted: %v", removal)
			}
			if removal.Serving < removal.Others && !removal.Broken {
				l.Errorf("a tablet was deleted while another one did not serve: %v", removal)
			}
		}
		for shard, lowest := range l.history.Lowest {
			if lowest < 1 {
				l.Errorf("nothing served %s for some time", shard)
			}
		}
	})
}

func (l *life) removed() []string {
	var aliases []string
	cluster.Vitess.Read(func() {
		for _, removal := range l.history.Removed {
			aliases = append(aliases, removal.Alias)
		}
	})
	return aliases
}

// quiet expects that nobody but the test writes anything to the namespace for some time. Metacontroller's
// PUTs that change nothing count as well.
func (l *life) quiet(during time.Duration) {
	l.Helper()
	mark := cluster.Plane.AuditMark()
	time.Sleep(during)
	writes, err := cluster.Plane.Writes(mark)
	if err != nil {
		l.Fatal(err)
	}
	for _, write := range writes {
		if write.Namespace == l.namespace && write.Agent != "e2e.test" && write.Agent != "kubectl" {
			l.Errorf("a write at rest: %v", write)
		}
	}
}

// untouched is quiet, and more: nobody at all changes an object of the namespace, and no hook is called.
func (l *life) untouched(during time.Duration) {
	l.Helper()
	versions := func() string {
		var resources []string
		for _, gvr := range kinds {
			if gvr.Group != "test.io" {
				resources = append(resources, gvr.Resource)
			}
		}
		slices.Sort(resources)
		return l.kubectl("get", strings.Join(resources, ","), "-o",
			`jsonpath={range .items[*]}{.kind}/{.metadata.name} {.metadata.resourceVersion}{"\n"}{end}`)
	}
	before := versions()
	cluster.Recorder.Keep(l.namespace)
	l.quiet(during)
	if calls := len(cluster.Recorder.Take(l.namespace)); calls > 0 {
		l.Errorf("%d hook calls at rest", calls)
	}
	if after := versions(); after != before || len(before) < 500 {
		l.Errorf("resourceVersions at rest were\n%s, are\n%s", before, after)
	}
}

// resync lets every hook be called again, by an annotation that means nothing.
func (l *life) resync(value string) {
	l.Helper()
	for _, kind := range ownKinds {
		l.kubectl("annotate", "--overwrite", kind, "--all", "e2e.vitess.io/again="+value)
	}
}

// settle waits until nothing has been written to the namespace for some time: tasks' Pods still go,
// endpoints follow.
func (l *life) settle(during time.Duration) {
	l.Helper()
	eventually(l.T, "writes go on and on", func() string {
		mark := cluster.Plane.AuditMark()
		time.Sleep(during)
		writes, err := cluster.Plane.Writes(mark)
		if err != nil {
			return err.Error()
		}
		for _, write := range writes {
			if write.Namespace == l.namespace {
				return write.String()
			}
		}
		return ""
	})
}

// updatedTo waits until every tablet runs the image and all is settled.
func (l *life) updatedTo(image string) {
	l.Helper()
	eventually(l.T, "the image does not arrive", func() string {
		images := l.images()
		if slices.ContainsFunc(images, func(each string) bool { return each != image }) {
			return fmt.Sprintf("%v\n%s", images, l.unsettled())
		}
		return l.unsettled()
	})
}

// A cluster that comes up fast: one shard, three tablets.
const smallCluster = `
apiVersion: vitess.io/v1alpha1
kind: VitessCluster
metadata: {name: vitess}
spec:
  cells:
  - {name: global, etcd: {size: 1}, vtctld: {}}
  - {name: zone1, vtgate: {replicas: 1}}
  keyspaces:
  - name: main
    cells: [zone1]
    tablets:
      defaults:
        volumeClaim: {accessModes: [ReadWriteOnce], resources: {requests: {storage: 1Gi}}}
      masterEligible: {replicas: 3}
`

// small is the small cluster with edits.
func (l *life) small(changes ...string) string {
	l.Helper()
	return l.changed(documents(l.T, []byte(smallCluster))[0], changes...)
}

// condition waits until the cluster has a condition with this status and reason, and a message with
// each of these texts.
func (l *life) condition(name, kind, status, reason string, texts ...string) {
	l.Helper()
	eventually(l.T, "the condition does not come", func() string {
		for _, object := range l.list("vitessclusters") {
			if object.GetName() != name {
				continue
			}
			found := conditionOf(&object, kind)
			if !observed(&object) || found.status != status || found.reason != reason {
				return fmt.Sprintf("%s is %v", kind, found)
			}
			for _, text := range texts {
				if !strings.Contains(found.message, text) {
					return fmt.Sprintf("%s does not say %q: %v", kind, text, found)
				}
			}
			return ""
		}
		return "there is no " + name
	})
}

// vtctl runs a command of vtctldclient.
func (l *life) vtctl(words ...string) string {
	l.Helper()
	out, err := cluster.Vitess.Vtctl(l.namespace, words...)
	if err != nil {
		l.Fatal(err)
	}
	return out
}

// claims are the claims of tablets: name -> uid.
func (l *life) claims() map[string]string {
	l.Helper()
	uids := map[string]string{}
	for _, claim := range l.list("persistentvolumeclaims") {
		if claim.GetLabels()["vitess.io/component"] == "vttablet" {
			uids[claim.GetName()] = string(claim.GetUID())
		}
	}
	return uids
}

// writesSince are the writes of Metacontroller to the namespace.
func (l *life) writesSince(mark int64) []controlplane.Write {
	l.Helper()
	all, err := cluster.Plane.Writes(mark)
	if err != nil {
		l.Fatal(err)
	}
	var writes []controlplane.Write
	for _, write := range all {
		if write.Namespace == l.namespace && write.Agent == "metacontroller" {
			writes = append(writes, write)
		}
	}
	return writes
}

// waitForRemovals returns once so many tablets have been deleted since the history was begun.
func (l *life) waitForRemovals(count int) {
	l.Helper()
	eventually(l.T, "the rollout does not begin", func() string {
		if removed := l.removed(); len(removed) < count {
			return fmt.Sprintf("%d of %d tablets were deleted\n%s", len(removed), count, l.unsettled())
		}
		return ""
	})
}
