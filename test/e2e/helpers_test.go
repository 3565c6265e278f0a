package e2e

import (
	"strings"
	"testing"
	"time"

	corev1 "k8s.io/api/core/v1"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
)

// No test is about speed: this is how long something may take that takes seconds.
const patience = 4 * time.Minute

// eventually returns once `look` finds nothing missing any more.
func eventually(t *testing.T, what string, look func() (missing string)) {
	t.Helper()
	deadline := time.Now().Add(patience)
	for {
		missing := look()
		if missing == "" {
			return
		}
		if ctx.Err() != nil || time.Now().After(deadline) {
			t.Fatalf("%s: %s", what, missing)
		}
		time.Sleep(100 * time.Millisecond)
	}
}

// newNamespace makes a namespace of the test's own, which ends with it.
func newNamespace(t *testing.T) string {
	t.Helper()
	name := strings.ToLower(strings.NewReplacer("Test", "", "/", "-").Replace(t.Name()))
	return newNamespaceCalled(t, strings.Trim(name[max(0, len(name)-50):], "-"))
}

func newNamespaceCalled(t *testing.T, name string) string {
	t.Helper()
	spaces := cluster.Plane.Client.CoreV1().Namespaces()
	if _, err := spaces.Create(ctx, &corev1.Namespace{ObjectMeta: metav1.ObjectMeta{Name: name}}, metav1.CreateOptions{}); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		_, _ = cluster.Kubectl("", "annotate", "--overwrite", "vitessclusters", "--all", "-n", name, allowDeletion)
		_, _ = cluster.Kubectl("", "delete", "vitessclusters", "--all", "-n", name)
		_, _ = cluster.Kubectl("", "delete", "namespace", name, "--wait=false")
	})
	eventually(t, "service account of "+name, func() string {
		_, err := cluster.Plane.Client.CoreV1().ServiceAccounts(name).Get(ctx, "default", metav1.GetOptions{})
		return text(err)
	})
	return name
}

// What lets an object be deleted that takes Pods with it (the admission policies of the manifests ask
// for it).
const allowDeletion = "vitess.io/allow-deletion=true"

func text(err error) string {
	if err == nil {
		return ""
	}
	return err.Error()
}
