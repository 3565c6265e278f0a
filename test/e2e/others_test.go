package e2e

import (
	"encoding/json"
	"fmt"
	"maps"
	"slices"
	"strings"
	"testing"
	"time"

	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/apis/meta/v1/unstructured"
	"k8s.io/apimachinery/pkg/types"
)

// What others do to the objects of a cluster, by hand or by policy, and what must not become of it: no
// claim is replaced or deleted but by whoever deleted it, and nothing waits without saying for what.

// says waits until some condition of the VitessCluster has a message with each of these texts.
func (l *life) says(name string, texts ...string) {
	l.Helper()
	eventually(l.T, "no condition says it", func() string {
		var all []string
		for _, object := range l.list("vitessclusters") {
			conditions, _, _ := unstructured.NestedSlice(object.Object, "status", "conditions")
			for _, each := range conditions {
				fields, _ := each.(map[string]any)
				message := fmt.Sprint(fields["message"])
				if object.GetName() == name && !slices.ContainsFunc(texts, func(text string) bool { return !strings.Contains(message, text) }) {
					return ""
				}
				all = append(all, fmt.Sprintf("%s: %v %v: %s", object.GetName(), fields["type"], fields["status"], message))
			}
		}
		return fmt.Sprintf("wanted %q in one of\n%s", texts, strings.Join(all, "\n"))
	})
}

// keeps expects the very claims that were there before.
func (l *life) keeps(claims map[string]string) {
	l.Helper()
	if now := l.claims(); !maps.Equal(claims, now) {
		l.Errorf("claims were %v, are %v", claims, now)
	}
}

// nothingMoves expects the same tablets and claims for some time.
func (l *life) nothingMoves(during time.Duration, tablets, claims map[string]string) {
	l.Helper()
	for deadline := time.Now().Add(during); time.Now().Before(deadline); time.Sleep(200 * time.Millisecond) {
		if now := l.tablets(); !maps.Equal(tablets, now) {
			l.Fatalf("tablets were %v, are %v", tablets, now)
		}
		if now := l.claims(); !maps.Equal(claims, now) {
			l.Fatalf("claims were %v, are %v", claims, now)
		}
	}
}

func (l *life) sorted(names map[string]string) []string { return slices.Sorted(maps.Keys(names)) }

// merge is kubectl patch --type=merge.
func (l *life) merge(kind, name, patch string) {
	l.Helper()
	l.kubectl("patch", kind, name, "--type=merge", "-p", patch)
}

// --- claims that somebody deletes ---

func TestDeletedClaimsAreNotReplacedByARollout(t *testing.T) {
	l := newParallelLife(t)
	l.bringUp(l.small())
	tablets, claims := l.tablets(), l.claims()
	l.kubectl("delete", "pvc", "-l", "vitess.io/component=vttablet", "--wait=false")
	l.apply(l.small("spec.image", newImage))
	for name := range claims {
		l.says("vitess", name, "being deleted")
	}
	l.nothingMoves(20*time.Second, tablets, claims)
	if removed := l.removed(); len(removed) > 0 {
		t.Errorf("%v was deleted, and its claim with it", removed)
	}
	// The data of one tablet after the other is given up by hand, as the condition says; that takes
	// this claim and no other, and the new tablet has the data before the next one may go.
	for _, name := range l.sorted(tablets) {
		l.kubectl("delete", "pod", name, "--wait=false")
		eventually(t, "the tablet is made anew on a new claim", func() string {
			for _, pod := range l.list("pods") {
				if pod.GetName() == name && string(pod.GetUID()) != tablets[name] && ready(&pod) {
					return ""
				}
			}
			return l.unsettled()
		})
		tablets[name] = l.tablets()[name]
		claims[name] = l.claims()[name]
		l.keeps(claims)
	}
	l.updatedTo(newImage)
	l.keeps(l.claims())
	for _, claim := range l.list("persistentvolumeclaims") {
		if claim.GetDeletionTimestamp() != nil {
			t.Errorf("claim %s is still being deleted", claim.GetName())
		}
	}
}

func ready(object *unstructured.Unstructured) bool {
	return conditionOf(object, "Ready").status == "True"
}

// --- policies that rewrite what we write ---

const rewritingPolicy = `
apiVersion: admissionregistration.k8s.io/v1
kind: MutatingAdmissionPolicy
metadata: {name: NAME}
spec:
  failurePolicy: Fail
  reinvocationPolicy: Never
  matchConstraints:
    namespaceSelector: {matchLabels: {kubernetes.io/metadata.name: NAME}}
    resourceRules:
    - {apiGroups: [""], apiVersions: [v1], resources: [pods], operations: [CREATE]}
  mutations:
  - patchType: ApplyConfiguration
    applyConfiguration:
      expression: >
        Object{metadata: Object.metadata{
          labels: {"team": "infra"},
          annotations: {"prometheus.io/scrape": "merged"}}}
---
apiVersion: admissionregistration.k8s.io/v1
kind: MutatingAdmissionPolicyBinding
metadata: {name: NAME}
spec: {policyName: NAME}
`

// rewrite puts a policy into force that rewrites labels and annotations of new Pods.
func (l *life) rewrite() {
	l.Helper()
	policy := strings.ReplaceAll(rewritingPolicy, "NAME", l.namespace)
	l.Cleanup(func() { _, _ = cluster.Kubectl(policy, "delete", "--wait=false", "-f", "-") })
	if _, err := cluster.Kubectl(policy, "apply", "-f", "-"); err != nil {
		l.Fatal(err)
	}
	eventually(l.T, "the policy is in force", func() string {
		out, _ := cluster.Kubectl("", "run", "probe", "--image=none", "--dry-run=server", "-n", l.namespace,
			"-o", "jsonpath={.metadata.labels.team}")
		if out != "infra" {
			return fmt.Sprintf("team is %q", out)
		}
		return ""
	})
}

// madeSince counts how often each tablet's Pod was created.
func (l *life) madeSince(mark int64) map[string]int {
	l.Helper()
	made := map[string]int{}
	for _, write := range l.writesSince(mark) {
		if write.Verb == "create" && write.Resource == "pods" && write.Code == 201 && strings.Contains(write.Name, "-vttablet-") {
			made[write.Name]++
		}
	}
	return made
}

func (l *life) madeAtMost(mark int64, most int) {
	l.Helper()
	made := l.madeSince(mark)
	if len(made) == 0 {
		l.Error("no tablet was seen being made: the test looks in the wrong place")
	}
	for name, times := range made {
		if times > most {
			l.Errorf("%s was made %d times, wanted %d at most", name, times, most)
		}
	}
}

func TestPolicyThatRewritesPodsMakesNoLoop(t *testing.T) {
	template := []string{
		"spec.template", "{metadata: {labels: {team: db}}}",
		"spec.keyspaces[0].tablets.masterEligible.template", `{annotations: {prometheus.io/scrape: "true"}}`,
	}
	for name, before := range map[string]bool{"from-the-start": true, "later": false} {
		t.Run(name, func(t *testing.T) {
			l := newParallelLife(t)
			mark := cluster.Plane.AuditMark()
			if before {
				l.rewrite()
			}
			l.bringUp(l.small(template...))
			l.madeAtMost(mark, 2)
			if !before {
				l.rewrite()
				l.kubectl("delete", "pod", l.sorted(l.tablets())[2])
				l.settled()
			}
			claims := l.claims()
			l.apply(l.small(append(template, "spec.image", newImage)...))
			l.updatedTo(newImage)
			time.Sleep(30 * time.Second)
			l.madeAtMost(mark, 4)
			l.gently()
			l.keeps(claims)
			l.settle(3 * time.Second)
			mark = cluster.Plane.AuditMark()
			l.resync("1")
			l.quiet(30 * time.Second)
			if made := l.madeSince(mark); len(made) > 0 {
				t.Errorf("made again at rest: %v", made)
			}
		})
	}
}

// --- drift of derived objects ---

func TestFieldsAddedToDerivedObjectsMoveNothing(t *testing.T) {
	l := newParallelLife(t)
	l.bringUp(l.small())
	l.settle(3 * time.Second)
	tablets, claims := l.tablets(), l.claims()
	pod := l.sorted(tablets)[0]
	drifts := []struct{ kind, name, patch string }{
		{"vitessshard", "", `{"spec":{"tablets":{"masterEligible":{"vttablet":{"flags":{"queryserver-config-pool-size":"9"}}}}}}`},
		{"vitesskeyspace", "", `{"spec":{"tablets":{"masterEligible":{"vttablet":{"flags":{"queryserver-config-pool-size":"9"}}}}}}`},
		{"vitessshard", "", `{"spec":{"image":"vitess/lite:v24.0.9"}}`},
		{"vitesskeyspace", "", `{"spec":{"image":"vitess/lite:v24.0.9"}}`},
		{"vitesscell", "vitess-zone1", `{"spec":{"image":"vitess/lite:v24.0.9"}}`},
		{"vitesscell", "vitess-zone1", `{"spec":{"backupFlags":{"xtrabackup-user":"somebody"}}}`},
	}
	for _, kind := range []string{"vitessshard", "vitesskeyspace", "vitesscell"} {
		name := ""
		if kind == "vitesscell" {
			name = "vitess-zone1"
		}
		for _, control := range []string{`{"retire":true}`, `{"paused":true}`, `{"force":["` + pod + `"]}`} {
			drifts = append(drifts, struct{ kind, name, patch string }{kind, name, `{"spec":{"rollout":` + control + `}}`})
		}
	}
	for _, drift := range drifts {
		if drift.name == "" {
			drift.name = l.list(drift.kind + "s")[0].GetName()
		}
		l.merge(drift.kind, drift.name, drift.patch)
		l.nothingMoves(4*time.Second, tablets, claims)
	}
	l.nothingMoves(10*time.Second, tablets, claims)
	l.settle(3 * time.Second)
	// Nothing of it holds back a real edit, and nothing of it goes along with it.
	l.apply(l.small("spec.image", newImage))
	l.updatedTo(newImage)
	l.gently()
	l.keeps(claims)
	if now := l.sorted(l.tablets()); !slices.Equal(now, l.sorted(tablets)) {
		t.Errorf("tablets were %v, are %v", l.sorted(tablets), now)
	}
	for _, shard := range l.list("pods") {
		if text, _ := json.Marshal(shard.Object["spec"]); strings.Contains(string(text), "queryserver-config-pool-size") || strings.Contains(string(text), "xtrabackup-user") {
			t.Errorf("%s runs with a flag that was added by hand", shard.GetName())
		}
	}
}

// --- derived objects deleted by hand ---

func TestDerivedObjectsComeBackWithTheirClaims(t *testing.T) {
	for _, kind := range []string{"vitessshard", "vitesskeyspace", "vitesscell"} {
		t.Run(kind, func(t *testing.T) {
			l := newParallelLife(t)
			l.bringUp(l.small())
			claims, tablets := l.claims(), l.tablets()
			name := "vitess-zone1"
			if kind != "vitesscell" {
				name = l.list(kind + "s")[0].GetName()
			}
			before := string(l.get(kind+"s", name).GetUID())
			if complaint := asked(l.namespace, "delete", kind, name, "--wait=false"); !strings.Contains(complaint, "first run: kubectl annotate "+kind) {
				t.Fatalf("it is not refused: %q", complaint)
			}
			l.kubectl("annotate", kind, name, allowDeletion)
			l.kubectl("delete", kind, name, "--wait=false")
			l.comesBack(kind, name, before)
			l.keeps(claims)
			for pod, uid := range l.tablets() {
				if tablets[pod] == uid {
					t.Errorf("Pod %s is still the old one: nothing was deleted", pod)
				}
			}
		})
	}
}

// comesBack waits until an object has another uid, and all is settled.
func (l *life) comesBack(kind, name, before string) {
	l.Helper()
	eventually(l.T, "it does not come back", func() string {
		for _, object := range l.list(kind + "s") {
			if object.GetName() == name && string(object.GetUID()) != before {
				return l.unsettled()
			}
		}
		return "there is no new " + name + "\n" + l.unsettled()
	})
}

// --- what used to wait for minutes, and said nothing ---

func TestShardIsMadeAgainWhileItsPodsEndSlowly(t *testing.T) {
	l := newParallelLife(t)
	l.bringUp(l.small())
	claims := l.claims()
	shard := l.list("vitessshards")[0]
	cluster.Vitess.EndSlowly(l.namespace, 12*time.Second)
	l.kubectl("annotate", "vitessshard", shard.GetName(), allowDeletion)
	l.kubectl("delete", "vitessshard", shard.GetName(), "--wait=false")
	l.comesBack("vitessshard", shard.GetName(), string(shard.GetUID()))
	l.keeps(claims)
	cluster.Vitess.EndSlowly(l.namespace, 0)
	l.settle(3 * time.Second)
	l.resync("1")
	l.quiet(5 * time.Second)
}

func TestClusterIsDeletedAndAppliedInTheSameSecond(t *testing.T) {
	for _, cascade := range []string{"background", "foreground"} {
		t.Run(cascade, func(t *testing.T) {
			l := newParallelLife(t)
			l.bringUp(l.small())
			claims := l.claims()
			before := string(l.get("vitessclusters", "vitess").GetUID())
			l.remove("vitess", cascade)
			// In the foreground the old one is there until all below it has gone, and applying it
			// again changes only what goes.
			eventually(t, "the old one is gone", func() string {
				if _, err := cluster.Kubectl(l.small(), "apply", "-n", l.namespace, "-f", "-"); err != nil {
					return err.Error()
				}
				for _, now := range l.list("vitessclusters") {
					if string(now.GetUID()) != before {
						return ""
					}
				}
				return "it is still there, or just gone"
			})
			l.settled()
			l.keeps(claims)
			l.settle(3 * time.Second)
			l.resync("1")
			l.quiet(5 * time.Second)
		})
	}
}

// takesOver lets a VitessCluster have the VitessCells of its former life. They carry that one's uid as
// label, so that Metacontroller does not look at them; a condition says how to see it, and the handbook
// what to do.
func (l *life) takesOver(name string) {
	l.Helper()
	l.says(name, "VitessCell "+name+"-global", "kubectl describe", "vitesscell/"+name+"-global")
	uid := l.get("vitessclusters", name).GetUID()
	l.kubectl("label", "--overwrite", "vitesscells", "-l", "vitess.io/cluster="+name, "controller-uid="+string(uid))
}

func TestOrphansAreAdoptedAgain(t *testing.T) {
	l := newParallelLife(t)
	l.bringUp(l.small())
	tablets, claims := l.tablets(), l.claims()
	l.remove("vitess", "orphan")
	eventually(t, "it is gone", func() string {
		if count := len(l.list("vitessclusters")); count > 0 {
			return fmt.Sprintf("%d are there", count)
		}
		return ""
	})
	l.apply(l.small())
	l.takesOver("vitess")
	l.settled()
	l.keeps(claims)
	if now := l.tablets(); !maps.Equal(tablets, now) {
		t.Errorf("tablets were %v, are %v", tablets, now)
	}
	for _, kind := range ownKinds[1:] {
		for _, object := range l.list(kind) {
			if metav1.GetControllerOf(&object) == nil {
				t.Errorf("%s %s was not adopted", object.GetKind(), object.GetName())
			}
		}
	}
	// It is a cluster like any other.
	l.apply(l.small("spec.image", newImage))
	l.updatedTo(newImage)
	l.gently()
	l.keeps(claims)
}

func TestClustersWhoseNamesCollide(t *testing.T) {
	l := newParallelLife(t)
	named := func(name, cell string) string {
		return l.small("metadata.name", name, "spec.cells[1].name", cell, "spec.keyspaces[0].cells", "["+cell+"]")
	}
	l.bringUp(named("a", "b-c"))
	tablets, claims := l.tablets(), l.claims()
	// Both want a VitessCell a-b-c.
	l.apply(named("a-b", "c"))
	l.says("a-b", "VitessCell a-b-c belongs to VitessCluster a", "rename the cell here")
	l.nothingMoves(10*time.Second, tablets, claims)
	cells := l.get("vitesscells", "a-b-c")
	if owner := metav1.GetControllerOf(cells); owner == nil || owner.Name != "a" {
		t.Errorf("a-b-c belongs to %v", owner)
	}
	l.condition("a", "Ready", "True", "Ready")
	l.remove("a-b", "background")
	eventually(t, "one is left", func() string {
		if count := len(l.list("vitessclusters")); count != 1 {
			return fmt.Sprintf("%d are there", count)
		}
		return l.unsettled()
	})
	l.nothingMoves(5*time.Second, tablets, claims)
}

func TestLabelsOfAPodAreChangedByHand(t *testing.T) {
	for name, label := range map[string]string{
		"of-another-cluster": "vitess.io/cluster=other",
		"of-no-cluster":      "vitess.io/cluster-",
		"of-another-shard":   "vitess.io/shard=other",
	} {
		t.Run(name, func(t *testing.T) {
			l := newParallelLife(t)
			l.bringUp(l.small())
			claims := l.claims()
			pod := l.sorted(l.tablets())[2]
			original := l.get("pods", pod).GetLabels()
			l.kubectl("label", "--overwrite", "pod", pod, label)
			l.says("vitess", pod, "kubectl describe")
			l.keeps(claims)
			key := strings.TrimSuffix(strings.Split(label, "=")[0], "-")
			l.kubectl("label", "--overwrite", "pod", pod, key+"="+original[key])
			l.settled()
			l.keeps(claims)
			l.settle(3 * time.Second)
			l.resync("1")
			l.quiet(5 * time.Second)
		})
	}
}

// --- re-created with other numbers ---

func TestKeptClaimsAndOtherNumbers(t *testing.T) {
	for name, row := range map[string]struct {
		retention     string
		before, after int
		kept          bool
	}{
		"fewer-and-when-scaled-delete": {"{whenScaled: Delete, whenDeleted: Retain}", 3, 2, true},
		"fewer":                        {"{whenScaled: Retain, whenDeleted: Retain}", 3, 2, true},
		"more":                         {"{whenScaled: Delete, whenDeleted: Retain}", 2, 3, true},
		"fewer-and-nothing-kept":       {"{whenScaled: Delete, whenDeleted: Delete}", 3, 2, false},
		"more-and-nothing-kept":        {"{whenScaled: Retain, whenDeleted: Delete}", 2, 3, false},
	} {
		t.Run(name, func(t *testing.T) {
			l := newParallelLife(t)
			of := func(replicas int) string {
				return l.small("spec.volumeClaimRetention", row.retention,
					"spec.keyspaces[0].tablets.masterEligible.replicas", fmt.Sprint(replicas))
			}
			l.bringUp(of(row.before))
			l.settle(2 * time.Second)
			claims := l.claims()
			l.remove("vitess", "background")
			eventually(t, "all but what is kept goes", func() string {
				left := len(l.list("pods")) + len(l.list("vitessclusters")) + len(l.list("vitessshards"))
				if !row.kept {
					left += len(l.claims())
				}
				if left > 0 {
					return fmt.Sprintf("%d objects are left", left)
				}
				return ""
			})
			if !row.kept {
				claims = map[string]string{}
			}
			l.apply(of(row.after))
			l.settled()
			eventually(t, "the tablets that are wanted", func() string {
				if count := len(l.tablets()); count != row.after {
					return fmt.Sprintf("%d tablets", count)
				}
				return l.unsettled()
			})
			l.settle(5 * time.Second)
			now := l.claims()
			for name, uid := range claims {
				if now[name] != uid {
					t.Errorf("claim %s was %s, is %q", name, uid, now[name])
				}
			}
			if wanted := max(row.after, len(claims)); len(now) != wanted {
				t.Errorf("%d claims, wanted %d: %v", len(now), wanted, now)
			}
			l.resync("1")
			l.quiet(5 * time.Second)
		})
	}
}

// --- copies ---

// copyOf makes a copy as kubectl get -o yaml | sed | kubectl apply does, with or without its owners.
func (l *life) copyOf(kind, name string, owned bool) *unstructured.Unstructured {
	l.Helper()
	object := l.get(kind, name).DeepCopy()
	object.SetName("copy-of-" + name)
	object.SetUID(types.UID(""))
	object.SetResourceVersion("")
	if !owned {
		object.SetOwnerReferences(nil)
	}
	switch kind {
	case "pods": // it must not start: two tablets with one alias and one disk are another matter
		unstructured.RemoveNestedField(object.Object, "spec", "nodeName")
		_ = unstructured.SetNestedSlice(object.Object, []any{map[string]any{"name": "e2e.vitess.io/copy"}}, "spec", "schedulingGates")
	case "statefulsets": // nor this: its Pods would be called otherwise, and known to no etcd
		_ = unstructured.SetNestedField(object.Object, int64(0), "spec", "replicas")
	}
	made, err := cluster.Dynamic.Resource(resources[kind]).Namespace(l.namespace).Create(ctx, object, metav1.CreateOptions{})
	if err != nil {
		l.Fatal(err)
	}
	return made
}

func TestCopiesAreLeftAlone(t *testing.T) {
	for _, kind := range []string{"persistentvolumeclaims", "pods", "vitessshards", "statefulsets"} {
		t.Run(kind, func(t *testing.T) {
			l := newParallelLife(t)
			l.bringUp(l.small())
			l.settle(2 * time.Second)
			claims := l.claims()
			name := l.list(kind)[0].GetName()
			if tablets := l.sorted(l.tablets()); kind == "pods" || kind == "persistentvolumeclaims" {
				name = tablets[0]
			}
			for _, owned := range []bool{false, true} {
				copied := l.copyOf(kind, name, owned)
				original := string(l.get(kind, name).GetUID())
				l.condition("vitess", "Advice", "True", "UnknownObject", copied.GetName())
				// The cluster heals as if it were not there.
				lost := l.sorted(l.tablets())[2]
				if strings.HasPrefix(lost, "copy-of-") {
					t.Fatal(lost)
				}
				before := l.tablets()[lost]
				l.kubectl("delete", "pod", lost, "--wait=false")
				eventually(t, "the lost Pod is made anew", func() string {
					for _, pod := range l.list("pods") {
						if pod.GetName() == lost && string(pod.GetUID()) != before && ready(&pod) {
							return ""
						}
					}
					return l.unsettled()
				})
				if now := l.get(kind, copied.GetName()); now.GetUID() != copied.GetUID() || now.GetDeletionTimestamp() != nil {
					t.Errorf("the copy did not stay: %v", now.Object["metadata"])
				}
				if now := l.get(kind, name); string(now.GetUID()) != original || now.GetDeletionTimestamp() != nil {
					t.Errorf("the original did not stay: %v", now.Object["metadata"])
				}
				for name, uid := range claims {
					if now := l.claims(); now[name] != uid {
						t.Errorf("claims were %v, are %v", claims, now)
					}
				}
				if kind == "vitessshards" {
					l.kubectl("annotate", "vitessshard", copied.GetName(), allowDeletion)
				}
				l.kubectl("delete", kind, copied.GetName())
				l.settled()
				eventually(t, "the advice goes", func() string {
					if advice := conditionOf(l.get("vitessclusters", "vitess"), "Advice"); advice.status == "True" {
						return fmt.Sprint(advice)
					}
					return ""
				})
			}
		})
	}
}
