package e2e

import (
	"encoding/json"
	"os"
	"path/filepath"
	"strings"
	"testing"

	apierrors "k8s.io/apimachinery/pkg/api/errors"
	"k8s.io/apimachinery/pkg/api/meta"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/apis/meta/v1/unstructured"
	"k8s.io/client-go/discovery/cached/memory"
	"k8s.io/client-go/dynamic"
	"k8s.io/client-go/restmapper"
	"sigs.k8s.io/yaml"

	"vitess-operator/test/e2e/rig"
)

// What needs nothing but an API server: everything that we print, make or ask users to write is
// accepted by it, and what must not be written is refused.

func mapper(t *testing.T) meta.RESTMapper {
	t.Helper()
	return restmapper.NewDeferredDiscoveryRESTMapper(memory.NewMemCacheClient(cluster.Plane.Client.Discovery()))
}

func resource(t *testing.T, kinds meta.RESTMapper, object *unstructured.Unstructured) dynamic.ResourceInterface {
	t.Helper()
	kind := object.GroupVersionKind()
	mapping, err := kinds.RESTMapping(kind.GroupKind(), kind.Version)
	if err != nil {
		t.Fatal(err)
	}
	if mapping.Scope.Name() == meta.RESTScopeNameRoot {
		return cluster.Dynamic.Resource(mapping.Resource)
	}
	return cluster.Dynamic.Resource(mapping.Resource).Namespace(orElse(object.GetNamespace(), "default"))
}

// tryCreate asks the API server whether it would take the object, to the last field.
func tryCreate(t *testing.T, kinds meta.RESTMapper, object *unstructured.Unstructured) error {
	t.Helper()
	_, err := resource(t, kinds, object).Create(ctx, object, metav1.CreateOptions{
		DryRun: []string{metav1.DryRunAll}, FieldValidation: metav1.FieldValidationStrict,
	})
	return err
}

func documents(t *testing.T, text []byte) []*unstructured.Unstructured {
	t.Helper()
	objects, err := rig.Documents(text)
	if err != nil {
		t.Fatal(err)
	}
	return objects
}

func read(t *testing.T, path string) []byte {
	t.Helper()
	text, err := os.ReadFile(filepath.Join(root, path))
	if err != nil {
		t.Fatal(err)
	}
	return text
}

func files(t *testing.T, pattern string) []string {
	t.Helper()
	paths, err := filepath.Glob(filepath.Join(root, pattern))
	if err != nil || len(paths) == 0 {
		t.Fatalf("no file is called %s", pattern)
	}
	for i := range paths {
		paths[i], _ = filepath.Rel(root, paths[i])
	}
	return paths
}

func TestManifestsOfTheProgramAreAccepted(t *testing.T) {
	kinds := mapper(t)
	for _, command := range []string{"crds", "controllers", "controllers --role",
		"install --api v2", "controllers --api both --role"} {
		text, err := cluster.Run(strings.Fields(command)...)
		if err != nil {
			t.Fatal(err)
		}
		for _, object := range documents(t, []byte(text)) {
			// The CRDs of the first API are there already. Those of another would make the names of kinds
			// ambiguous for kubectl, so they are only tried. What is only tried makes no namespace, so
			// what belongs into one is tried in that which every cluster has.
			if object.GetNamespace() != "" {
				object.SetNamespace("default")
			}
			if err := tryCreate(t, kinds, object); err != nil && !apierrors.IsAlreadyExists(err) {
				t.Errorf("%s: %s %s: %v", command, object.GetKind(), object.GetName(), err)
			}
		}
	}
}

func TestCRDsAreWithoutComplaint(t *testing.T) {
	for _, name := range []string{"vitessclusters", "vitesscells", "vitesskeyspaces", "vitessshards"} {
		text, err := cluster.Kubectl("", "get", "crd", name+".vitess.io", "-o", "json")
		if err != nil {
			t.Fatal(err)
		}
		var crd struct {
			Status struct {
				Conditions []struct{ Type, Status, Reason, Message string }
			}
		}
		if err := json.Unmarshal([]byte(text), &crd); err != nil {
			t.Fatal(err)
		}
		for _, condition := range crd.Status.Conditions {
			if wanted := map[string]string{"Established": "True", "NamesAccepted": "True", "NonStructuralSchema": "False"}[condition.Type]; condition.Status != orElse(wanted, "False") {
				t.Errorf("%s: %s is %s: %s", name, condition.Type, condition.Status, condition.Message)
			}
		}
	}
}

func TestExamplesAreAccepted(t *testing.T) {
	kinds := mapper(t)
	for _, path := range files(t, "examples/*.yaml") {
		for _, object := range documents(t, read(t, path)) {
			if err := tryCreate(t, kinds, object); err != nil {
				t.Errorf("%s: %s %s: %v", path, object.GetKind(), object.GetName(), err)
			}
		}
	}
}

// The golden test of that manifest holds it as a request; its parent is what a user applied in 2018.
func manifestOf2018(t *testing.T) *unstructured.Unstructured {
	t.Helper()
	var request struct{ Parent map[string]any }
	if err := yaml.Unmarshal(read(t, "test/golden/cluster/manifest-of-2018/request.yaml"), &request); err != nil {
		t.Fatal(err)
	}
	object := &unstructured.Unstructured{Object: map[string]any{
		"apiVersion": request.Parent["apiVersion"], "kind": request.Parent["kind"], "spec": request.Parent["spec"],
	}}
	object.SetName("vitess")
	return object
}

func TestManifestOf2018IsAccepted(t *testing.T) {
	if err := tryCreate(t, mapper(t), manifestOf2018(t)); err != nil {
		t.Error(err)
	}
	const original = "../shared/data/my-vitess-2018.yaml"
	text, err := os.ReadFile(filepath.Join(root, original))
	if err != nil {
		t.Skipf("the original manifest is not at %s; the one of the golden test was accepted", original)
	}
	for _, object := range documents(t, text) {
		if err := tryCreate(t, mapper(t), object); err != nil {
			t.Error(err)
		}
	}
}

// Everything that any hook ever wanted in a simulated life, each object once.
func TestEveryObjectOfTheSimulatorIsAccepted(t *testing.T) {
	kinds := mapper(t)
	seen, kindsSeen := map[string]bool{}, map[string]int{}
	for _, life := range lives(t) {
		folder := t.TempDir()
		if out, err := cluster.Run(append(append([]string{"simulate"}, life...), "--record", folder, "-o", "lines")...); err != nil {
			t.Fatalf("%v\n%s", err, out)
		}
		for _, answer := range answers(t, folder) {
			for _, child := range answer {
				object := &unstructured.Unstructured{Object: child}
				text, _ := json.Marshal(child)
				if seen[string(text)] {
					continue
				}
				seen[string(text)] = true
				kindsSeen[object.GetKind()]++
				if err := tryCreate(t, kinds, object); err != nil {
					t.Errorf("%s: %s %s: %v", life[0], object.GetKind(), object.GetName(), err)
				}
			}
		}
	}
	for _, kind := range childKinds {
		if kindsSeen[kind] == 0 {
			t.Errorf("no %s was tried", kind)
		}
	}
	t.Logf("%d objects: %v", len(seen), kindsSeen)
}

var childKinds = []string{
	"ConfigMap", "Deployment", "NetworkPolicy", "PersistentVolumeClaim", "Pod", "PodDisruptionBudget", "Service",
	"StatefulSet", "VitessCell", "VitessKeyspace", "VitessShard",
}

func lives(t *testing.T) [][]string {
	t.Helper()
	var lives [][]string
	for _, path := range files(t, "examples/*.yaml") {
		lives = append(lives, []string{filepath.Join(root, path)})
	}
	example := func(name string) string { return filepath.Join(root, "examples", name) }
	return append(lives,
		[]string{example("resharding-1.yaml"), "--then", example("resharding-2.yaml")},
		[]string{example("three-cells.yaml"), "--then", example("my-vitess.yaml")})
}

// The children of each answer that `simulate --record` has left in a folder.
func answers(t *testing.T, folder string) [][]map[string]any {
	t.Helper()
	paths, err := filepath.Glob(filepath.Join(folder, "*-sync.answer.json"))
	if err != nil || len(paths) == 0 {
		t.Fatalf("no answer was recorded in %s", folder)
	}
	var all [][]map[string]any
	for _, path := range paths {
		text, err := os.ReadFile(path)
		if err != nil {
			t.Fatal(err)
		}
		var answer struct{ Children []map[string]any }
		// Numbers stay what they are: integers.
		if err := json.Unmarshal(text, &answer); err != nil {
			t.Fatalf("%s: %v", path, err)
		}
		all = append(all, answer.Children)
	}
	return all
}
