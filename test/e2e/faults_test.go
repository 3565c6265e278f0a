package e2e

import (
	"fmt"
	"maps"
	"slices"
	"strings"
	"testing"
	"time"

	policyv1 "k8s.io/api/policy/v1"
	apierrors "k8s.io/apimachinery/pkg/api/errors"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
)

// What goes wrong, and what people do to a cluster. Those that disturb the whole control plane run
// alone, before all that run side by side.

const newImage = "vitess/lite:v24.0.5"

// rolloutDisturbed begins a rollout, disturbs it after the first tablet, and expects it to end well.
func rolloutDisturbed(t *testing.T, disturb func()) {
	t.Helper()
	l := newLife(t)
	l.bringUp(l.small())
	l.apply(l.small("spec.image", newImage))
	l.waitForRemovals(1)
	disturb()
	l.updatedTo(newImage)
	l.gently()
	if removed := l.removed(); len(removed) != 3 {
		t.Errorf("%d tablets were deleted, wanted 3: %v", len(removed), removed)
	}
	l.settle(3 * time.Second)
	l.resync("1")
	l.quiet(5 * time.Second)
}

func TestOperatorIsKilledInMidRollout(t *testing.T) {
	rolloutDisturbed(t, func() {
		cluster.Server.Kill()
		time.Sleep(2 * time.Second)
		if err := cluster.Server.Start(); err != nil {
			t.Fatal(err)
		}
		if err := cluster.WaitForServer(ctx); err != nil {
			t.Fatal(err)
		}
	})
}

func TestMetacontrollerIsKilledInMidRollout(t *testing.T) {
	rolloutDisturbed(t, func() {
		cluster.Metacontroller.Kill()
		time.Sleep(2 * time.Second)
		if err := cluster.Metacontroller.Start(); err != nil {
			t.Fatal(err)
		}
	})
}

func TestAPIServerIsRestartedInMidRollout(t *testing.T) {
	rolloutDisturbed(t, func() {
		if err := cluster.Plane.RestartAPIServer(ctx); err != nil {
			t.Fatal(err)
		}
	})
}

func TestDeletedChildrenComeBack(t *testing.T) {
	l := newParallelLife(t)
	l.bringUp(l.small())
	before, claims := l.tablets(), l.claims()
	lost := slices.Sorted(maps.Keys(before))[2]
	children := []string{"deployment/vitess-zone1-vtgate", "service/vitess-zone1-vtgate", "service/vitess-global-etcd-client", "pod/" + lost}
	for _, child := range children {
		l.kubectl("delete", child, "--wait=false")
	}
	eventually(t, "all come back", func() string {
		for _, child := range children {
			if out, err := cluster.Kubectl("", "get", child, "-n", l.namespace); err != nil {
				return out
			}
		}
		if now := l.tablets(); len(now) != 3 || now[lost] == before[lost] {
			return fmt.Sprint(now)
		}
		return l.unsettled()
	})
	if after := l.claims(); !maps.Equal(claims, after) {
		t.Errorf("claims were %v, are %v", claims, after)
	}
	for name, uid := range l.tablets() {
		if name != lost && before[name] != uid {
			t.Errorf("Pod %s was replaced too", name)
		}
	}
}

func TestEditedChildrenArePutBack(t *testing.T) {
	l := newParallelLife(t)
	l.bringUp(l.small())
	before := l.tablets()
	edited := slices.Sorted(maps.Keys(before))[2]
	l.kubectl("scale", "deployment/vitess-zone1-vtgate", "--replicas=3")
	l.kubectl("label", "--overwrite", "service/vitess-zone1-vtgate", "vitess.io/component=other")
	l.kubectl("set", "image", "pod/"+edited, "vttablet=vitess/lite:v24.0.9")
	eventually(t, "all is put back", func() string {
		for query, wanted := range map[string]string{
			"deployment/vitess-zone1-vtgate -o jsonpath={.spec.replicas}":                         "1",
			"service/vitess-zone1-vtgate -o jsonpath={.metadata.labels['vitess\\.io/component']}": "vtgate",
		} {
			out, _ := cluster.Kubectl("", append([]string{"get", "-n", l.namespace}, strings.Split(query, " ")...)...)
			if out != wanted {
				return fmt.Sprintf("%s: %s, wanted %s", query, out, wanted)
			}
		}
		if images := l.images(); slices.Contains(images, "vitess/lite:v24.0.9") {
			return fmt.Sprint(images)
		}
		return l.unsettled()
	})
	l.gently()
	for name, uid := range l.tablets() {
		if (name == edited) == (before[name] == uid) {
			t.Errorf("Pod %s: was %s, is %s", name, before[name], uid)
		}
	}
}

func evict(l *life, pod string) error {
	return cluster.Plane.Client.PolicyV1().Evictions(l.namespace).Evict(ctx, &policyv1.Eviction{
		ObjectMeta: metav1.ObjectMeta{Name: pod, Namespace: l.namespace},
	})
}

func TestEvictionIsHeldBackByTheBudget(t *testing.T) {
	l := newParallelLife(t)
	l.bringUp(l.small())
	l.settle(2 * time.Second)
	pods := slices.Sorted(maps.Keys(l.tablets()))
	before := l.tablets()
	eventually(t, "the first eviction", func() string { return text(evict(l, pods[1])) })
	err := evict(l, pods[2])
	if !apierrors.IsTooManyRequests(err) {
		t.Errorf("a second tablet of the shard could be evicted at the same time: %v", err)
	}
	eventually(t, "the evicted tablet is made anew", func() string {
		if now := l.tablets(); len(now) != 3 || now[pods[1]] == before[pods[1]] {
			return fmt.Sprint(now)
		}
		return l.unsettled()
	})
	eventually(t, "the second eviction, later", func() string { return text(evict(l, pods[2])) })
	l.settled()
}

func TestPrimaryIsReplacedWhenItsPodIsLost(t *testing.T) {
	l := newParallelLife(t)
	l.bringUp(l.small())
	primary := cluster.Vitess.Primary(l.namespace, "main/0")
	before := l.tablets()
	pod := "vitess-vttablet-" + primary
	l.kubectl("delete", "pod", pod, "--wait=false")
	eventually(t, "another primary", func() string {
		if now := cluster.Vitess.Primary(l.namespace, "main/0"); now == primary {
			return now
		}
		if now := l.tablets(); len(now) != 3 || now[pod] == before[pod] {
			return fmt.Sprint(now)
		}
		return l.unsettled()
	})
}

// A task that fails is told about, and tried again until it works.
func TestFailingTaskIsTold(t *testing.T) {
	l := newLife(t)
	l.bringUp(l.small())
	mend := cluster.Vitess.FailCommand("PlannedReparentShard")
	defer mend()
	l.apply(l.small("spec.image", newImage))
	eventually(t, "the condition tells of the task", func() string {
		found := conditionOf(l.get("vitessclusters", "vitess"), "Updated")
		if found.status != "False" || !strings.Contains(found.message, "this fault was asked for") {
			return fmt.Sprint(found)
		}
		return ""
	})
	if removed := l.removed(); len(removed) > 0 {
		t.Errorf("%v was deleted without a reparent", removed)
	}
	mend()
	l.updatedTo(newImage)
	l.gently()
}

// --- deletion of the whole cluster ---

// remove deletes a VitessCluster, as a person who means it.
func (l *life) remove(name, cascade string) {
	l.Helper()
	l.kubectl("annotate", "--overwrite", "vitesscluster", name, allowDeletion)
	l.kubectl("delete", "vitesscluster", name, "--cascade="+cascade, "--wait=false")
}

func TestKeptClaimsSurviveDeletionAndAreAdopted(t *testing.T) {
	for _, cascade := range []string{"background", "foreground"} {
		t.Run(cascade, func(t *testing.T) {
			l := newParallelLife(t)
			l.bringUp(l.small())
			l.settle(2 * time.Second)
			claims := l.claims()
			l.remove("vitess", cascade)
			eventually(t, "all but the claims goes", func() string {
				if count := len(l.list("pods")) + len(l.list("vitessclusters")) + len(l.list("vitessshards")); count > 0 {
					return fmt.Sprintf("%d objects are left", count)
				}
				return ""
			})
			time.Sleep(2 * time.Second) // garbage collection may look twice
			if after := l.claims(); !maps.Equal(claims, after) {
				t.Fatalf("claims were %v, are %v", claims, after)
			}
			l.apply(l.small())
			l.settled()
			if after := l.claims(); !maps.Equal(claims, after) {
				t.Errorf("claims were %v, are %v", claims, after)
			}
			for _, claim := range l.list("persistentvolumeclaims") {
				if owner := metav1.GetControllerOf(&claim); claim.GetLabels()["vitess.io/component"] == "vttablet" && owner == nil {
					t.Errorf("claim %s was not adopted", claim.GetName())
				}
			}
			l.settle(3 * time.Second)
			l.resync("1")
			l.quiet(5 * time.Second)
		})
	}
}

func TestUnwantedClaimsGoWhereThatIsAskedFor(t *testing.T) {
	l := newParallelLife(t)
	retention := []string{"spec.volumeClaimRetention", "{whenScaled: Delete, whenDeleted: Delete}"}
	l.bringUp(l.small(append(retention, "spec.keyspaces[0].tablets.masterEligible.replicas", "4")...))
	l.apply(l.small(retention...))
	eventually(t, "the fourth claim goes", func() string {
		if claims := l.claims(); len(claims) != 3 {
			return fmt.Sprint(claims)
		}
		return l.unsettled()
	})
	l.settle(2 * time.Second)
	l.remove("vitess", "background")
	eventually(t, "all claims go", func() string {
		if claims := l.list("persistentvolumeclaims"); len(claims) > 0 {
			return fmt.Sprintf("%d are left", len(claims))
		}
		return ""
	})
}
