package e2e

import (
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	corev1 "k8s.io/api/core/v1"
	apierrors "k8s.io/apimachinery/pkg/api/errors"
	apiresource "k8s.io/apimachinery/pkg/api/resource"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/apis/meta/v1/unstructured"
)

// What a user installs.

func installation(t *testing.T) string {
	t.Helper()
	text, err := cluster.Run("install")
	if err != nil {
		t.Fatal(err)
	}
	return text
}

func makeNamespace(t *testing.T, name string) {
	t.Helper()
	spaces := cluster.Plane.Client.CoreV1().Namespaces()
	_, err := spaces.Create(ctx, &corev1.Namespace{ObjectMeta: metav1.ObjectMeta{Name: name}}, metav1.CreateOptions{})
	if err != nil && !apierrors.IsAlreadyExists(err) {
		t.Fatal(err)
	}
}

func TestInstallationIsAccepted(t *testing.T) {
	makeNamespace(t, "vitess-operator")
	kinds := mapper(t)
	for _, object := range documents(t, []byte(installation(t))) {
		if err := tryCreate(t, kinds, object); err != nil && !apierrors.IsAlreadyExists(err) {
			t.Errorf("%s %s: %v", object.GetKind(), object.GetName(), err)
		}
	}
}

// Kinds of others, which are not here.
var foreignGroups = []string{"monitoring.coreos.com", "cert-manager.io"}

func TestKustomizationsAreAccepted(t *testing.T) {
	kinds := mapper(t)
	for _, path := range append(files(t, "manifests/overlays/*"), "manifests/base") {
		text, err := cluster.Kubectl("", "kustomize", filepath.Join(root, path))
		if err != nil {
			t.Error(err)
			continue
		}
		for _, object := range documents(t, []byte(text)) {
			if slices.Contains(foreignGroups, object.GroupVersionKind().Group) {
				t.Logf("%s: %s %s is not tried", path, object.GetKind(), object.GetName())
				continue
			}
			if space := object.GetNamespace(); space != "" {
				makeNamespace(t, space)
			}
			if err := tryCreate(t, kinds, object); err != nil && !apierrors.IsAlreadyExists(err) {
				t.Errorf("%s: %s %s: %v", path, object.GetKind(), object.GetName(), err)
			}
		}
	}
}

// asked tries something as a user of kubectl, and gives what the API server said to it.
func asked(namespace string, arguments ...string) string {
	_, err := cluster.Kubectl("", append(arguments, "-n", namespace)...)
	return text(err)
}

// refused waits until a deletion is refused with this advice. The API server takes a moment to enforce a
// new policy, and nothing is deleted meanwhile.
func refused(t *testing.T, namespace, kind, name, advice string) {
	t.Helper()
	eventually(t, "deletion is not refused with the advice", func() string {
		answer := asked(namespace, "delete", kind, name, "--dry-run=server")
		if !strings.HasSuffix(strings.TrimSpace(answer), "denied request: "+advice) {
			return fmt.Sprintf("%q", answer)
		}
		return ""
	})
	if asked(namespace, "delete", kind, name, "--wait=false") == "" {
		t.Errorf("%s %s was deleted without the annotation", kind, name)
	}
}

func TestDeletionNeedsAnAnnotation(t *testing.T) {
	namespace := newNamespace(t)
	object := documents(t, []byte(baseCluster))[0]
	object.SetNamespace(namespace)
	if _, err := resource(t, mapper(t), object).Create(ctx, object, metav1.CreateOptions{}); err != nil {
		t.Fatal(err)
	}
	const all = "this takes every Pod of the cluster away at once, and "
	const command = "; if that is meant, first run: kubectl annotate vitesscluster --namespace deletionneedsanannotation vitess vitess.io/allow-deletion=true"
	refused(t, namespace, "vitesscluster", "vitess",
		all+"keeps its volume claims, since spec.volumeClaimRetention.whenDeleted is Retain"+command)
	must := func(arguments ...string) {
		t.Helper()
		if complaint := asked(namespace, arguments...); complaint != "" {
			t.Fatal(complaint)
		}
	}
	must("patch", "vitesscluster", "vitess", "--type=merge", "-p", `{"spec":{"volumeClaimRetention":{"whenDeleted":"Delete"}}}`)
	refused(t, namespace, "vitesscluster", "vitess",
		all+"also deletes its volume claims with the data, since spec.volumeClaimRetention.whenDeleted is Delete"+command)
	refused(t, namespace, "crd", "vitessclusters.vitess.io",
		"this takes every object of this kind and every Pod below them away; if that is meant, first run: kubectl annotate crd vitessclusters.vitess.io vitess.io/allow-deletion=true")
	must("annotate", "vitesscluster", "vitess", allowDeletion)
	must("delete", "vitesscluster", "vitess", "--wait=false")
}

// derived makes what the base cluster becomes in a namespace, without it: kind -> names. Where an operator
// runs, it takes them for what a restore has brought from another namespace, and lets them be.
func derived(t *testing.T, namespace string) map[string][]string {
	t.Helper()
	file := filepath.Join(t.TempDir(), "vitess.yaml")
	if err := os.WriteFile(file, []byte(baseCluster), 0o644); err != nil {
		t.Fatal(err)
	}
	text, err := cluster.Run("render", file, "--namespace", namespace)
	if err != nil {
		t.Fatal(err)
	}
	names := map[string][]string{}
	for _, object := range documents(t, []byte(text)) {
		if object.GroupVersionKind().Group != "vitess.io" {
			continue
		}
		object.SetLabels(nil)
		if err := unstructured.SetNestedField(object.Object, "another", "spec", "namespace"); err != nil {
			t.Fatal(err)
		}
		if _, err := resource(t, mapper(t), object).Create(ctx, object, metav1.CreateOptions{}); err != nil {
			t.Fatal(err)
		}
		kind := strings.ToLower(object.GetKind())
		names[kind] = append(names[kind], object.GetName())
	}
	return names
}

func TestDerivedObjectsAreDeletedByTheirMakersOnly(t *testing.T) {
	namespace := newNamespace(t)
	all := derived(t, namespace)
	if len(all) != 3 {
		t.Fatalf("made %v, wanted some of each of three kinds", all)
	}
	advice := func(kind, name, claims string) string {
		return "this takes every Pod below it away at once, the primary too" + claims +
			", and it is made again from the VitessCluster, which is what to edit instead; if that is meant, first run: kubectl annotate " +
			kind + " --namespace " + namespace + " " + name + " vitess.io/allow-deletion=true"
	}
	for kind, names := range all {
		name := names[0]
		refused(t, namespace, kind, name, advice(kind, name, ""))
		if complaint := asked(namespace, "patch", kind, name, "--type=merge", "-p", `{"spec":{"volumeClaimRetention":{"whenDeleted":"Delete"}}}`); complaint != "" {
			t.Error(complaint)
		}
		refused(t, namespace, kind, name, advice(kind, name, ", and deletes their volume claims with the data, since spec.volumeClaimRetention.whenDeleted is Delete"))
		// Neither the name of the account nor that of somebody else's counts.
		for user, allowed := range map[string]bool{
			"system:serviceaccount:metacontroller:metacontroller":               true,
			"system:serviceaccount:metacontroller:another-name":                 true,
			"system:serviceaccount:kube-system:generic-garbage-collector":       true,
			"system:serviceaccount:kube-system:namespace-controller":            true,
			"system:kube-controller-manager":                                    true,
			"system:serviceaccount:kube-system:job-controller":                  false,
			"system:serviceaccount:metacontroller-2:metacontroller":             false,
			"system:serviceaccount:" + namespace + ":metacontroller":            false,
			"system:serviceaccount:" + namespace + ":generic-garbage-collector": false,
		} {
			account := strings.Split(user, ":")
			arguments := []string{"delete", kind, name, "--dry-run=server", "--as=" + user, "--as-group=system:masters"}
			if len(account) == 4 {
				arguments = append(arguments, "--as-group=system:serviceaccounts:"+account[2])
			}
			if complaint := asked(namespace, arguments...); (complaint == "") != allowed {
				t.Errorf("%s deletes a %s: %q", user, kind, complaint)
			}
		}
		for _, arguments := range [][]string{{"annotate", kind, name, allowDeletion}, {"delete", kind, name, "--dry-run=server"}} {
			if complaint := asked(namespace, arguments...); complaint != "" {
				t.Error(complaint)
			}
		}
	}
}

// The collector itself, by whatever account it works.
func TestDerivedObjectsAreCollectedWithTheirOwner(t *testing.T) {
	namespace := newNamespace(t)
	owner, err := cluster.Plane.Client.CoreV1().ConfigMaps(namespace).Create(ctx,
		&corev1.ConfigMap{ObjectMeta: metav1.ObjectMeta{Name: "owner"}}, metav1.CreateOptions{})
	if err != nil {
		t.Fatal(err)
	}
	reference := fmt.Sprintf(`{"metadata":{"ownerReferences":[{"apiVersion":"v1","kind":"ConfigMap","name":"owner","uid":"%s"}]}}`, owner.UID)
	for kind, names := range derived(t, namespace) {
		for _, name := range names {
			if complaint := asked(namespace, "patch", kind, name, "--type=merge", "-p", reference); complaint != "" {
				t.Fatal(complaint)
			}
		}
	}
	eventually(t, "the policy is in force", func() string {
		if asked(namespace, "delete", "vitesscells", "--all", "--dry-run=server") == "" {
			return "a VitessCell could be deleted by hand"
		}
		return ""
	})
	if complaint := asked(namespace, "delete", "configmap", "owner"); complaint != "" {
		t.Fatal(complaint)
	}
	eventually(t, "all goes with its owner", func() string {
		left, err := cluster.Kubectl("", "get", "vitesscells,vitesskeyspaces,vitessshards", "-o", "name", "-n", namespace)
		return left + text(err)
	})
}

// A claim as a restore from plain YAML makes it: its owners are named by uids of a former life.
func restoredClaim(t *testing.T, namespace, name string, owners ...metav1.OwnerReference) {
	t.Helper()
	_, err := cluster.Plane.Client.CoreV1().PersistentVolumeClaims(namespace).Create(ctx, &corev1.PersistentVolumeClaim{
		ObjectMeta: metav1.ObjectMeta{Name: name, Labels: map[string]string{"vitess.io/component": "vttablet"}, OwnerReferences: owners},
		Spec: corev1.PersistentVolumeClaimSpec{
			AccessModes: []corev1.PersistentVolumeAccessMode{corev1.ReadWriteOnce},
			Resources:   corev1.VolumeResourceRequirements{Requests: corev1.ResourceList{corev1.ResourceStorage: apiresource.MustParse("1Gi")}},
		},
	}, metav1.CreateOptions{})
	if err != nil {
		t.Fatal(err)
	}
}

func TestRestoredClaimsAreNotCollected(t *testing.T) {
	namespace := newNamespace(t)
	itself := func(name string) metav1.OwnerReference {
		return metav1.OwnerReference{APIVersion: "v1", Kind: "PersistentVolumeClaim", Name: name, UID: "11111111-2222-3333-4444-555555555555"}
	}
	yes := true
	gone := metav1.OwnerReference{
		APIVersion: "v1", Kind: "ConfigMap", Name: "gone", UID: "11111111-2222-3333-4444-666666666666", Controller: &yes, BlockOwnerDeletion: &yes,
	}
	// With the very words of its own delete request the collector is refused.
	restoredClaim(t, namespace, "kept", itself("kept"))
	restoredClaim(t, namespace, "owned", itself("owned"), gone)
	eventually(t, "the collector is not refused", func() string {
		answer := asked(namespace, "delete", "pvc", "owned", "--dry-run=server", "--as=system:serviceaccount:kube-system:generic-garbage-collector")
		const advice = "denied request: this claim was restored with the ownerReferences of its former life, which is no reason to delete it; to give it to a cluster again, remove metadata.ownerReferences from owned"
		if !strings.HasSuffix(strings.TrimSpace(answer), advice) {
			return fmt.Sprintf("%q", answer)
		}
		return ""
	})
	// The collector has come by when it has taken what has no reference to itself.
	restoredClaim(t, namespace, "later", itself("later"), gone)
	restoredClaim(t, namespace, "unmarked", gone)
	restoredClaim(t, namespace, "of-another", itself("kept"))
	claims := func() map[string]bool {
		found, err := cluster.Plane.Client.CoreV1().PersistentVolumeClaims(namespace).List(ctx, metav1.ListOptions{})
		if err != nil {
			t.Fatal(err)
		}
		names := map[string]bool{}
		for _, claim := range found.Items {
			names[claim.Name] = claim.DeletionTimestamp == nil
		}
		return names
	}
	eventually(t, "the collector comes by", func() string {
		if names := claims(); names["unmarked"] || names["of-another"] {
			return fmt.Sprint(names)
		}
		return ""
	})
	for _, name := range []string{"kept", "owned", "later"} {
		if !claims()[name] {
			t.Errorf("the restored claim %s was deleted", name)
		}
	}
	// They are the user's, as any other claim, and go with their namespace.
	if complaint := asked(namespace, "delete", "pvc", "kept", "--wait=false"); complaint != "" {
		t.Error(complaint)
	}
	if complaint := asked(namespace, "delete", "namespace", namespace); complaint != "" {
		t.Error(complaint)
	}
}
