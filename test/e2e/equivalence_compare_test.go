package e2e

import (
	"strings"

	"k8s.io/apimachinery/pkg/apis/meta/v1/unstructured"
)

// What is compared, and what is left out because it differs between any two runs of the same thing.

// A write of Metacontroller's that was taken.
type write struct{ verb, kind, name string }

func (w write) String() string { return w.verb + " " + w.kind + "/" + w.name }

// equal compares all: the objects that are there now, and the writes since the last time.
func (tw *twin) equal(what string) {
	tw.Helper()
	tw.equalObjects(what)
	tw.equalWrites(what)
}

func (tw *twin) equalObjects(what string) {
	tw.Helper()
	real, simulated := tw.realObjects(), tw.simulate(map[string]any{"objects": true})
	tw.remember(real)
	tw.remember(simulated)
	a, b := tw.comparable(real), tw.comparable(simulated)
	for _, each := range differences(what, a, b) {
		tw.Errorf("%s", each)
	}
	if len(a) == 0 {
		tw.Logf("%s: no object is left in either", what)
	}
}

// Ours, our children, and what once was a child of ours.
func (tw *twin) comparable(objects []any) map[string]any {
	result := map[string]any{}
	for _, each := range objects {
		object := &unstructured.Unstructured{Object: tw.plainValue(each).(map[string]any)}
		if !isOurs(object) {
			continue
		}
		result[object.GetKind()+"/"+object.GetName()] = comparableObject(object)
	}
	return result
}

const lastApplied = "metacontroller.k8s.io/last-applied-configuration"

func isOurs(object *unstructured.Unstructured) bool {
	if strings.HasPrefix(object.GetAPIVersion(), "vitess.io/") || strings.HasPrefix(object.GetAPIVersion(), "test.io/") {
		return true
	}
	for _, owner := range object.GetOwnerReferences() {
		if strings.HasPrefix(owner.APIVersion, "vitess.io/") || strings.HasPrefix(owner.APIVersion, "test.io/") {
			return true
		}
	}
	return object.GetAnnotations()[lastApplied] != ""
}

func comparableObject(object *unstructured.Unstructured) map[string]any {
	for _, path := range incomparable[""] {
		removePath(object.Object, path)
	}
	for _, path := range incomparable[object.GetKind()] {
		removePath(object.Object, path)
	}
	// How often it was edited is a matter of timing (see perObject); that all was seen is not.
	if strings.HasPrefix(object.GetKind(), "Vitess") {
		unstructured.RemoveNestedField(object.Object, "status", "observedGeneration")
		unstructured.RemoveNestedField(object.Object, "metadata", "generation")
	}
	return object.Object
}

// What differs between any two runs, or is said by neither Metacontroller nor the operator: the
// scheduler's choice, addresses, and what the two stand-ins for the kubelet, the volume provisioner
// and kube-controller-manager say of their own work. "*" is each item of a list or mapping.
var incomparable = map[string][]string{
	"": {"metadata.uid", "metadata.resourceVersion", "metadata.creationTimestamp", "metadata.managedFields"},
	"Pod": {
		"spec.nodeName", "metadata.labels.topology.kubernetes.io/zone", // who is placed where
		"status.conditions", "status.containerStatuses.*", "status.initContainerStatuses.*", "status.hostIP",
		"status.hostIPs", "status.podIP", "status.podIPs", "status.observedGeneration", "status.startTime",
	},
	"Deployment": {
		"status.conditions.*.lastUpdateTime", "status.conditions.*.message", "status.terminatingReplicas",
		"status.observedGeneration", "metadata.generation",
	},
	"StatefulSet": {"status.currentRevision", "status.updateRevision"}, // hashes of another function
	"PersistentVolumeClaim": {
		"spec.volumeName", "metadata.annotations.volume.kubernetes.io/storage-provisioner",
		"metadata.annotations.volume.beta.kubernetes.io/storage-provisioner",
	},
	"Service": {"spec.clusterIP", "spec.clusterIPs"},
	"VitessShard": {
		// Hashes of questions with uids in them.
		"status.tasks.*.question", "status.reparent.question",
	},
}

func removePath(value any, path string) {
	fields, _ := value.(map[string]any)
	if list, ok := value.([]any); ok {
		rest, all := strings.CutPrefix(path, "*.")
		for i := range list {
			if all {
				removePath(list[i], rest)
			} else {
				list[i] = nil
			}
		}
		return
	}
	if _, ok := fields[path]; ok { // a label's key has dots itself
		delete(fields, path)
		return
	}
	key, rest, deeper := strings.Cut(path, ".")
	if deeper {
		removePath(fields[key], rest)
	}
}

// --- writes ---

var realVerbs = map[string]string{"create": "create", "update": "update", "patch": "update", "delete": "delete"}

// The real writes since the last comparison, in the simulator's words.
func (tw *twin) realWrites() []write {
	tw.Helper()
	var all []write
	for _, each := range tw.writesSince(tw.mark) {
		if each.Code >= 300 {
			continue
		}
		resource, sub, _ := strings.Cut(each.Resource, "/")
		verb := realVerbs[each.Verb]
		if sub == "status" {
			verb = "status"
		}
		all = append(all, write{verb, kindOf(resource), each.Name})
	}
	tw.mark = cluster.Plane.AuditMark()
	return all
}

func (tw *twin) equalWrites(what string) {
	tw.Helper()
	tw.lastReal, tw.lastSimulated = tw.realWrites(), tw.writes
	tw.writes = nil
	a, b := tw.perObject(tw.lastReal), tw.perObject(tw.lastSimulated)
	for _, each := range differences(what+" writes", a, b) {
		tw.Errorf("%s", each)
	}
}

// The writes of each object, in order. With the hooks of the tests, nobody else works on the objects,
// so they must be the same, but that several statuses in a row count as one: how many events fit
// between two syncs is a matter of timing. (A Lid is a parent itself, synced beside the one that edits
// it, so its statuses are not compared on the way.) With the real hooks kubelets, controllers and Vitess work
// at the same time, at another pace in each world, and so:
//
//   - statuses on the way are not compared (the last one is, with the objects);
//   - several edits of an object in a row are one, also when it has just been created: the layers
//     above may be edited twice before the one below is synced;
//   - a task with a uid in its question counts as asked or not, how often depends on how many Pods
//     become ready between two answers, and who deletes it in the end on who is first, Metacontroller
//     or garbage collection; whether a shard is seen before it has a primary (await-primary) is left out.
func (tw *twin) perObject(writes []write) map[string]any {
	result := map[string]any{}
	for _, each := range writes {
		key := each.kind + "/" + plainName(each.name)
		verb := strings.Replace(each.verb, "removed", "delete", 1)
		before, _ := result[key].(string)
		last := before[strings.LastIndex(before, " ")+1:]
		switch {
		case verb == "status" && (last == "status" || tw.hooks == "real" || each.kind == "Lid"):
		case strings.HasSuffix(key, "-await-primary-HASH"):
		case strings.HasSuffix(key, "-HASH"):
			result[key] = "asked"
		case tw.hooks == "real" && verb == "update" && (last == "update" || last == "create"):
		default:
			result[key] = strings.TrimSpace(before + " " + verb)
		}
	}
	return result
}
