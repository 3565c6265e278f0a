package e2e

import (
	"fmt"
	"maps"
	"slices"
	"strings"
	"testing"
	"time"

	apierrors "k8s.io/apimachinery/pkg/api/errors"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/apis/meta/v1/unstructured"
	"k8s.io/apimachinery/pkg/runtime/schema"
)

// Clusters that come back from a backup of their objects: of the whole namespace, or of the claims alone.

// What a backup of a namespace holds, in the order in which Velero restores it: what it knows first, then
// the rest by name, so that VitessCells are there before their VitessCluster.
var restoreOrder = []schema.GroupVersionResource{
	{Version: "v1", Resource: "persistentvolumeclaims"},
	{Version: "v1", Resource: "secrets"},
	{Version: "v1", Resource: "configmaps"},
	{Version: "v1", Resource: "pods"},
	{Group: "apps", Version: "v1", Resource: "replicasets"},
	{Version: "v1", Resource: "services"},
	{Group: "apps", Version: "v1", Resource: "controllerrevisions"},
	{Group: "apps", Version: "v1", Resource: "deployments"},
	{Group: "policy", Version: "v1", Resource: "poddisruptionbudgets"},
	{Group: "apps", Version: "v1", Resource: "statefulsets"},
	resources["vitesscells"], resources["vitessclusters"], resources["vitesskeyspaces"], resources["vitessshards"],
}

type backup map[schema.GroupVersionResource][]unstructured.Unstructured

// backUp takes everything of the namespace down, as Velero does: no Pod that has ended, as tasks have.
func (l *life) backUp() backup {
	l.Helper()
	taken := backup{}
	for _, resource := range restoreOrder {
		found, err := cluster.Dynamic.Resource(resource).Namespace(l.namespace).List(ctx, metav1.ListOptions{})
		if err != nil {
			l.Fatal(err)
		}
		for _, object := range found.Items {
			phase, _, _ := unstructured.NestedString(object.Object, "status", "phase")
			if object.GetName() != "kube-root-ca.crt" && phase != "Succeeded" && phase != "Failed" {
				taken[resource] = append(taken[resource], object)
			}
		}
	}
	return taken
}

// restored is an object as Velero makes it again (its resetMetadata, and what its actions for Pods,
// Services and claims take off). With `owned` its owners stay, whom nobody knows any more.
func restored(object *unstructured.Unstructured, namespace string, owned bool) *unstructured.Unstructured {
	object = object.DeepCopy()
	object.SetNamespace(namespace)
	for _, field := range []string{"generateName", "uid", "resourceVersion", "generation", "creationTimestamp", "deletionTimestamp", "deletionGracePeriodSeconds", "managedFields"} {
		unstructured.RemoveNestedField(object.Object, "metadata", field)
	}
	if !owned {
		object.SetOwnerReferences(nil)
	}
	labels := object.GetLabels()
	if labels == nil {
		labels = map[string]string{}
	}
	labels["velero.io/backup-name"], labels["velero.io/restore-name"] = "before", "after"
	object.SetLabels(labels)
	unstructured.RemoveNestedField(object.Object, "status")
	switch object.GetKind() {
	case "PersistentVolumeClaim":
		unstructured.RemoveNestedField(object.Object, "spec", "volumeName")
		annotations := object.GetAnnotations()
		delete(annotations, "pv.kubernetes.io/bind-completed")
		delete(annotations, "pv.kubernetes.io/bound-by-controller")
		object.SetAnnotations(annotations)
	case "Pod":
		unstructured.RemoveNestedField(object.Object, "spec", "nodeName")
	case "Service":
		if ip, _, _ := unstructured.NestedString(object.Object, "spec", "clusterIP"); ip != "None" {
			unstructured.RemoveNestedField(object.Object, "spec", "clusterIP")
			unstructured.RemoveNestedField(object.Object, "spec", "clusterIPs")
		}
	}
	return object
}

// restore makes everything of a backup in the namespace of this life, and gives the claims that it made.
func (l *life) restore(taken backup, owned bool) (claims map[string]string) {
	l.Helper()
	claims = map[string]string{}
	for _, resource := range restoreOrder {
		for _, object := range taken[resource] {
			made, err := cluster.Dynamic.Resource(resource).Namespace(l.namespace).Create(ctx, restored(&object, l.namespace, owned), metav1.CreateOptions{})
			if apierrors.IsAlreadyExists(err) {
				continue // as Velero
			}
			if err != nil {
				l.Fatal(err)
			}
			if made.GetKind() == "PersistentVolumeClaim" && made.GetLabels()["vitess.io/component"] == "vttablet" {
				claims[made.GetName()] = string(made.GetUID())
			}
		}
	}
	return claims
}

// complaints are the Events of Metacontroller about answers that were no 200.
func (l *life) complaints() []string {
	l.Helper()
	events, err := cluster.Plane.Client.CoreV1().Events(l.namespace).List(ctx, metav1.ListOptions{})
	if err != nil {
		l.Fatal(err)
	}
	var all []string
	for _, event := range events.Items {
		if event.Reason == "SyncError" && strings.Contains(event.Message, "500") {
			all = append(all, event.Message)
		}
	}
	return all
}

// serves expects a settled cluster of three tablets with these claims, that answered no hook with 500
// and rests.
func (l *life) serves(claims map[string]string) {
	l.Helper()
	l.settled()
	l.keeps(claims)
	if count := len(l.tablets()); count != 3 {
		l.Errorf("%d tablets, wanted 3", count)
	}
	for _, claim := range l.list("persistentvolumeclaims") {
		if claim.GetDeletionTimestamp() != nil {
			l.Errorf("claim %s is being deleted", claim.GetName())
		}
		if metav1.GetControllerOf(&claim) == nil && claim.GetLabels()["vitess.io/component"] == "vttablet" {
			l.Errorf("claim %s was not adopted", claim.GetName())
		}
	}
	for _, complaint := range l.complaints() {
		l.Error(complaint)
	}
	l.settle(5 * time.Second)
	l.resync("1")
	l.quiet(5 * time.Second)
}

// gone deletes the cluster, if it is still there, and every claim of it, as a disaster does.
func (l *life) gone() {
	l.Helper()
	if len(l.list("vitessclusters")) > 0 {
		l.remove("vitess", "background")
	}
	eventually(l.T, "all but the claims goes", func() string {
		if count := len(l.list("pods")) + len(l.list("vitessclusters")) + len(l.list("vitesscells")) + len(l.list("vitessshards")); count > 0 {
			return fmt.Sprintf("%d objects are left", count)
		}
		return ""
	})
	l.kubectl("delete", "pvc", "--all")
}

// freeOwners takes the owners of a former life off claims, as the handbook says.
func (l *life) freeOwners(claims map[string]string) {
	l.Helper()
	for name := range claims {
		l.kubectl("patch", "pvc", name, "--type=json", "-p", `[{"op":"remove","path":"/metadata/ownerReferences"}]`)
	}
}

func TestNamespaceIsRestoredIntoAnother(t *testing.T) {
	old := newParallelLife(t)
	old.bringUp(old.small())
	old.settle(2 * time.Second)
	tablets, claims := old.tablets(), old.claims()
	l := newLifeIn(t, newNamespaceCalled(t, old.namespace+"-2"))
	// Not its Pods: as they are they would report to the lock server of the old namespace, under the
	// aliases of tablets there, before anybody could replace them.
	taken := old.backUp()
	delete(taken, resources["pods"])
	restored := l.restore(taken, false)
	if !slices.Equal(l.sorted(restored), old.sorted(claims)) {
		t.Fatalf("restored %v of %v", restored, claims)
	}
	l.takesOver("vitess")
	l.serves(restored)
	// The flags of a Pod name the lock server: none of the new ones may be that of the old cluster.
	for _, pod := range l.list("pods") {
		if text := fmt.Sprint(pod.Object["spec"]); strings.Contains(text, "."+old.namespace+".") {
			t.Errorf("%s still names the namespace %s", pod.GetName(), old.namespace)
		}
	}
	old.settled()
	old.keeps(claims)
	if now := old.tablets(); !maps.Equal(tablets, now) {
		t.Errorf("the tablets of the old cluster were %v, are %v", tablets, now)
	}
}

// With the owners of the former life the garbage collector takes all that is owned but the claims.
func TestNamespaceIsRestoredWithItsOldOwners(t *testing.T) {
	old := newParallelLife(t)
	old.bringUp(old.small())
	old.settle(2 * time.Second)
	claims := old.claims()
	l := newLifeIn(t, newNamespaceCalled(t, old.namespace+"-2"))
	restored := l.restore(old.backUp(), true)
	for name := range restored {
		l.says("vitess", name)
	}
	l.keeps(restored)
	l.freeOwners(restored)
	l.serves(restored)
	old.settled()
	old.keeps(claims)
}

func TestNamespaceIsRestoredAfterTheClusterIsGone(t *testing.T) {
	l := newParallelLife(t)
	l.bringUp(l.small())
	l.settle(2 * time.Second)
	taken := l.backUp()
	l.gone()
	restored := l.restore(taken, false)
	l.takesOver("vitess")
	l.serves(restored)
}

// retainVolumes keeps the volumes of tablets when their claims go, and releaseVolumes lets another claim
// of the same name have them: what the handbook says of volumes.
func (l *life) retainVolumes() (volumes []string) {
	l.Helper()
	for name := range l.claims() {
		volume, _, _ := unstructured.NestedString(l.get("persistentvolumeclaims", name).Object, "spec", "volumeName")
		l.kubectl("patch", "pv", volume, "-p", `{"spec":{"persistentVolumeReclaimPolicy":"Retain"}}`)
		volumes = append(volumes, volume)
	}
	l.Cleanup(func() { _, _ = cluster.Kubectl("", append([]string{"delete", "pv", "--wait=false"}, volumes...)...) })
	return volumes
}

func (l *life) releaseVolumes(volumes []string) {
	l.Helper()
	for _, volume := range volumes {
		l.kubectl("patch", "pv", volume, "--type=json", "-p", `[{"op":"remove","path":"/spec/claimRef"}]`)
	}
}

// What the handbook says to restore, and no more: the rest is made anew.
func TestClusterIsMovedToAnotherNamespace(t *testing.T) {
	old := newParallelLife(t)
	old.bringUp(old.small())
	old.settle(2 * time.Second)
	taken := old.backUp()
	part := backup{resources["vitessclusters"]: taken[resources["vitessclusters"]]}
	for _, claim := range taken[resources["persistentvolumeclaims"]] {
		if claim.GetLabels()["vitess.io/component"] == "vttablet" {
			part[resources["persistentvolumeclaims"]] = append(part[resources["persistentvolumeclaims"]], claim)
		}
	}
	l := newLifeIn(t, newNamespaceCalled(t, old.namespace+"-2"))
	l.serves(l.restore(part, false))
	old.settled()
}

// The claims in plain YAML, as kubectl get -o yaml has written them, owners, uids and all.
func TestClaimsAreRestoredFromPlainYAML(t *testing.T) {
	for name, after := range map[string]bool{"of-a-live-cluster": false, "of-a-deleted-cluster": true} {
		t.Run(name, func(t *testing.T) {
			l := newParallelLife(t)
			l.bringUp(l.small())
			l.settle(2 * time.Second)
			const tablets = "vitess.io/component=vttablet"
			volumes := l.retainVolumes()
			yaml := l.kubectl("get", "pvc", "-l", tablets, "-o", "yaml")
			if after {
				l.remove("vitess", "background")
				eventually(t, "the claims have no owner but themselves", func() string {
					yaml = l.kubectl("get", "pvc", "-l", tablets, "-o", "yaml")
					if strings.Contains(yaml, "  kind: VitessShard\n") || len(l.list("pods")) > 0 {
						return yaml
					}
					return ""
				})
			}
			l.gone()
			l.releaseVolumes(volumes)
			l.apply(yaml)
			restored := l.claims()
			if len(restored) != 3 {
				t.Fatalf("restored %v", restored)
			}
			time.Sleep(3 * time.Second) // the collector takes 33 ms
			l.keeps(restored)
			l.apply(l.small())
			if !after {
				for name := range restored {
					l.says("vitess", name)
				}
				l.freeOwners(restored)
			}
			l.serves(restored)
			for name := range restored {
				volume, _, _ := unstructured.NestedString(l.get("persistentvolumeclaims", name).Object, "spec", "volumeName")
				if !slices.Contains(volumes, volume) {
					t.Errorf("claim %s has the volume %s, which is none of %v", name, volume, volumes)
				}
			}
		})
	}
}
