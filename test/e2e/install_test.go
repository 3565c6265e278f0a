package e2e

import (
	"path/filepath"
	"slices"
	"strings"
	"testing"

	corev1 "k8s.io/api/core/v1"
	apierrors "k8s.io/apimachinery/pkg/api/errors"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
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

// The policies of the installation, in force while the test runs.
func TestDeletionNeedsAnAnnotation(t *testing.T) {
	for _, object := range documents(t, []byte(installation(t))) {
		if !strings.HasPrefix(object.GetKind(), "ValidatingAdmissionPolicy") {
			continue
		}
		policies := resource(t, mapper(t), object)
		if _, err := policies.Create(ctx, object, metav1.CreateOptions{}); err != nil {
			t.Fatal(err)
		}
		t.Cleanup(func() { _ = policies.Delete(ctx, object.GetName(), metav1.DeleteOptions{}) })
	}
	namespace := newNamespace(t)
	object := documents(t, []byte(baseCluster))[0]
	object.SetNamespace(namespace)
	if _, err := resource(t, mapper(t), object).Create(ctx, object, metav1.CreateOptions{}); err != nil {
		t.Fatal(err)
	}
	try := func(arguments ...string) error {
		_, err := cluster.Kubectl("", append(arguments, "-n", namespace)...)
		return err
	}
	const advice = "kubectl annotate vitesscluster --namespace deletionneedsanannotation vitess vitess.io/allow-deletion=true"
	// The API server takes a moment to enforce a new policy.
	eventually(t, "the policy is in force", func() string {
		err := try("delete", "vitesscluster", "vitess", "--dry-run=server")
		if err == nil || !strings.Contains(err.Error(), advice) {
			return "deletion is not refused with the advice: " + text(err)
		}
		return ""
	})
	if err := try("delete", "vitesscluster", "vitess", "--wait=false"); err == nil {
		t.Error("a VitessCluster was deleted without the annotation")
	}
	if err := try("delete", "crd", "vitessclusters.vitess.io", "--dry-run=server"); err == nil {
		t.Error("a CRD could be deleted without the annotation")
	}
	if err := try("annotate", "vitesscluster", "vitess", "vitess.io/allow-deletion=true"); err != nil {
		t.Error(err)
	}
	if err := try("delete", "vitesscluster", "vitess", "--wait=false"); err != nil {
		t.Error(err)
	}
}
