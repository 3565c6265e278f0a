package e2e

import (
	"fmt"
	"strings"
	"testing"

	apierrors "k8s.io/apimachinery/pkg/api/errors"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
)

// What people may do, and what they wait for.

// may tells whether a user may do that in a namespace; a resource may have "/status" behind it.
func may(namespace, user, verb, resource string) bool {
	resource, part, _ := strings.Cut(resource, "/")
	return asked(namespace, "auth", "can-i", verb, resource, "--subresource="+part, "--as="+user) == ""
}

func TestRolesOfKubernetesKnowOurKinds(t *testing.T) {
	namespace := newNamespace(t)
	kinds := mapper(t)
	for _, object := range documents(t, []byte(installation(t))) {
		if object.GetKind() != "ClusterRole" {
			continue
		}
		if _, err := resource(t, kinds, object).Create(ctx, object, metav1.CreateOptions{}); err != nil && !apierrors.IsAlreadyExists(err) {
			t.Fatal(err)
		}
	}
	for _, role := range []string{"view", "edit", "admin"} {
		if complaint := asked(namespace, "create", "rolebinding", role, "--clusterrole="+role, "--user="+role); complaint != "" {
			t.Fatal(complaint)
		}
	}
	for _, test := range []struct {
		verb, resource    string
		view, edit, admin bool
	}{
		{"list", "vitessclusters.vitess.io", true, true, true},
		{"watch", "vitessshards.vitess.io", true, true, true},
		{"get", "vitesscells.vitess.io/status", true, true, true},
		{"create", "vitessclusters.vitess.io", false, true, true},
		{"patch", "vitessclusters.vitess.io", false, true, true},
		{"delete", "vitessclusters.vitess.io", false, true, true},
		// What only Metacontroller writes.
		{"update", "vitessclusters.vitess.io/status", false, false, false},
		{"create", "vitesscells.vitess.io", false, false, false},
		{"update", "vitesskeyspaces.vitess.io", false, false, false},
		{"delete", "vitessshards.vitess.io", false, false, false},
	} {
		for user, wanted := range map[string]bool{"view": test.view, "edit": test.edit, "admin": test.admin, "nobody": false} {
			// A controller adds up the roles.
			eventually(t, "a role allows too much or too little", func() string {
				if may(namespace, user, test.verb, test.resource) != wanted {
					return fmt.Sprintf("%s: %s %s must be %v", user, test.verb, test.resource, wanted)
				}
				return ""
			})
		}
	}
}

// `kubectl wait` counts no answer to an edit before the last one: it knows status.observedGeneration.
func TestKubectlWaits(t *testing.T) {
	if cluster.Metacontroller != nil {
		t.Skip("Metacontroller writes the status itself; lives of clusters wait for it")
	}
	namespace := newNamespace(t)
	object := documents(t, []byte(baseCluster))[0]
	object.SetNamespace(namespace)
	if _, err := resource(t, mapper(t), object).Create(ctx, object, metav1.CreateOptions{}); err != nil {
		t.Fatal(err)
	}
	must := func(arguments ...string) {
		t.Helper()
		if complaint := asked(namespace, arguments...); complaint != "" {
			t.Fatal(complaint)
		}
	}
	waits := func(name, what, timeout string) bool {
		return asked(namespace, "wait", "--for="+what, name, "--timeout="+timeout) == ""
	}
	all := map[string]string{"vitesscluster": "vitess"}
	for kind, names := range derived(t, namespace) {
		all[kind] = names[0]
	}
	for kind, name := range all {
		name = kind + "/" + name
		for _, what := range []string{"condition=Ready", "condition=Updated", "condition=Progressing=False"} {
			if waits(name, what, "1s") {
				t.Errorf("%s: %s before there is a status", name, what)
			}
		}
		must("patch", name, "--subresource=status", "--type=merge", "-p", `{"status":{"observedGeneration":1,"conditions":[
			{"type":"Ready","status":"True","reason":"Ready","lastTransitionTime":"2026-01-01T00:00:00Z"},
			{"type":"Updated","status":"True","reason":"RolloutComplete","lastTransitionTime":"2026-01-01T00:00:00Z"},
			{"type":"Progressing","status":"False","reason":"RolloutComplete","lastTransitionTime":"2026-01-01T00:00:00Z"}]}}`)
		for _, what := range []string{"condition=Ready", "condition=Updated", "condition=Progressing=False", "jsonpath={.status.observedGeneration}=1"} {
			if !waits(name, what, "10s") {
				t.Errorf("%s: not %s", name, what)
			}
		}
	}
	must("patch", "vitesscluster/vitess", "--type=merge", "-p", `{"spec":{"rollout":{"paused":true}}}`)
	if waits("vitesscluster/vitess", "condition=Updated", "1s") {
		t.Error("the answer to the edit before was taken for one to this")
	}
	must("patch", "vitesscluster/vitess", "--subresource=status", "--type=merge", "-p", `{"status":{"observedGeneration":2}}`)
	if !waits("vitesscluster/vitess", "condition=Updated", "10s") {
		t.Error("not Updated")
	}
	must("annotate", "vitesscluster", "vitess", allowDeletion)
	must("delete", "vitesscluster", "vitess", "--wait=false")
	if !waits("vitesscluster/vitess", "delete", "30s") {
		t.Error("not deleted")
	}
}
