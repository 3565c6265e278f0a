package e2e

import (
	"fmt"
	"maps"
	"os"
	"slices"
	"strings"
	"testing"
	"time"

	"vitess-operator/test/e2e/rig"
)

// A newer build of the operator, and an older one after it.

const twoCells = `
apiVersion: vitess.io/v1alpha1
kind: VitessCluster
metadata: {name: vitess}
spec:
  cells:
  - {name: global, etcd: {size: 1}, vtctld: {}}
  - {name: zone1, vtgate: {replicas: 1}}
  - {name: zone2, vtgate: {replicas: 1}}
  keyspaces:
  - name: main
    cells: [zone1, zone2]
    tablets:
      masterEligible:
        replicas: 2
        volumeClaim: {accessModes: [ReadWriteOnce], resources: {requests: {storage: 1Gi}}}
`

func replaceServer(t *testing.T, build rig.Build) {
	t.Helper()
	if err := cluster.ReplaceServer(ctx, build); err != nil {
		t.Fatal(err)
	}
}

func TestUpgradeOfTheOperatorIsARollout(t *testing.T) {
	l := newLife(t)
	current := rig.Build{Program: cluster.Operator, Image: cluster.Image}
	next := rig.Build{Program: os.Getenv("NEXT"), Image: os.Getenv("NEXT_IMAGE")}
	if next.Program == "" && next.Image == "" {
		t.Fatal("NEXT or NEXT_IMAGE must name a build of a later revision: run make e2e")
	}
	cells := func(changes ...string) string { return l.changed(documents(t, []byte(twoCells))[0], changes...) }
	l.bringUp(cells("spec.revision", "1"))
	l.settle(3 * time.Second)
	before := l.tablets()
	t.Cleanup(func() { replaceServer(t, current) })

	// A cluster that holds on to its revision notices nothing of a new build.
	mark := cluster.Plane.AuditMark()
	replaceServer(t, next)
	l.resync("1")
	l.settle(3 * time.Second)
	for _, write := range l.writesSince(mark) {
		t.Errorf("the new build wrote: %v", write)
	}

	// Then it goes cell by cell, and stops where it is told to.
	l.apply(cells())
	l.waitForRemovals(1)
	l.apply(cells("spec.rollout.paused", "true"))
	l.condition("vitess", "Updated", "False", "RolloutPaused")
	l.settle(3 * time.Second)
	removed := l.removed()
	if len(removed) == 4 || slices.ContainsFunc(removed, func(alias string) bool { return strings.HasPrefix(alias, "zone2") }) {
		t.Errorf("the pause came too late: %v", removed)
	}
	l.apply(cells())
	l.replaced(before)
	l.gently()
	removed = l.removed()
	if !slices.IsSorted(cellsOf(removed)) {
		t.Errorf("the cells were not updated one after the other: %v", removed)
	}

	// An older build touches nothing and says what to do.
	before = l.tablets()
	mark = cluster.Plane.AuditMark()
	replaceServer(t, current)
	l.resync("2")
	eventually(t, "an event says what to do", func() string {
		events, _ := cluster.Kubectl("", "get", "events", "-n", l.namespace)
		if !strings.Contains(events, "to go back on purpose set spec.revision: 1") {
			return events
		}
		return ""
	})
	for _, write := range l.writesSince(mark) {
		t.Errorf("the old build wrote: %v", write)
	}
	if now := l.tablets(); !maps.Equal(now, before) {
		t.Errorf("tablets were %v, are %v", before, now)
	}

	// Going back on purpose is one more rollout.
	l.apply(cells("spec.revision", "1"))
	l.replaced(before)
	l.gently()
}

func cellsOf(aliases []string) []string {
	var cells []string
	for _, alias := range aliases {
		cell, _, _ := strings.Cut(alias, "-")
		cells = append(cells, cell)
	}
	return cells
}

// replaced waits until each of these tablets has another Pod and all is settled.
func (l *life) replaced(before map[string]string) {
	l.Helper()
	eventually(l.T, "not every tablet is replaced", func() string {
		now := l.tablets()
		for name, uid := range before {
			if now[name] == uid || now[name] == "" {
				return fmt.Sprintf("%s is not\n%s", name, l.unsettled())
			}
		}
		return l.unsettled()
	})
}
