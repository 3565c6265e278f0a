package e2e

import (
	"fmt"
	"testing"
	"time"

	"k8s.io/apimachinery/pkg/apis/meta/v1/unstructured"
)

// The life of examples/my-vitess.yaml, lived twice.

func TestEquivalenceOfALife(t *testing.T) {
	const (
		replicas = "spec.keyspaces[0].tablets.masterEligible.replicas"
		more     = `{name: more, cells: [zone1], tablets: {masterEligible: {
			replicas: 2, volumeClaim: {accessModes: [ReadWriteOnce], resources: {requests: {storage: 1Gi}}}}}}`
	)
	tw := newTwin(t, "real")
	edit := func(changes ...string) {
		t.Helper()
		object := documents(t, read(t, "examples/my-vitess.yaml"))[0]
		changes = append([]string{"spec.image", newImage}, changes...)
		for i := 0; i < len(changes); i += 2 {
			object = edited(t, object, changes[i], changes[i+1])
		}
		tw.patch("VitessCluster", "vitess", jsonOf(t, map[string]any{"spec": object.Object["spec"]}))
	}
	tablets := func(wanted int) {
		t.Helper()
		eventually(t, fmt.Sprintf("%d tablets", wanted), func() string {
			if count := len(tw.tablets()); count != wanted {
				return fmt.Sprintf("%d tablets\n%s", count, tw.unsettled())
			}
			return tw.unsettled()
		})
	}

	tw.create(string(read(t, "examples/my-vitess.yaml")))
	tablets(6)
	tw.rest()
	tw.equal("bring-up")
	tw.equalFirstChildren()

	edit()
	tw.updatedTo(newImage)
	tw.rest()
	tw.equal("image update")

	edit(replicas, "4")
	tablets(8)
	tw.rest()
	tw.equal("scale up")

	edit()
	tablets(6)
	tw.rest()
	tw.equal("scale down")

	tw.delete("Service", "vitess-zone1-vtgate")
	tw.rest()
	tw.settled()
	tw.equal("child deleted by hand")

	edit("spec.keyspaces[1]", more)
	tablets(8)
	tw.rest()
	tw.equal("keyspace added")

	edit()
	tw.condition("vitess", "Updated", "True", "KeptUntilIdle", "more")
	tw.rest()
	tw.equal("keyspace left out")
	tw.vtctlBoth("SetShardIsPrimaryServing", "more/0", "false")
	tablets(6)
	tw.rest()
	tw.equal("keyspace idle")

	tw.equalRequests()

	tw.annotateDeletion()
	tw.delete("VitessCluster", "vitess")
	eventually(t, "all but the claims goes", func() string {
		if count := len(tw.list("pods")) + len(tw.list("vitessclusters")) + len(tw.list("vitessshards")); count > 0 {
			return fmt.Sprintf("%d objects are left", count)
		}
		return ""
	})
	time.Sleep(time.Second)
	tw.rest()
	tw.equal("cluster deleted")
	if claims := len(tw.claims()); claims == 0 {
		t.Error("no claim is kept")
	}
}

// The same cluster, deleted in the foreground: top down, and each layer waits for the one below.
func TestEquivalenceOfForegroundDeletion(t *testing.T) {
	tw := newTwin(t, "real")
	tw.create(string(read(t, "examples/my-vitess.yaml")))
	eventually(t, "6 tablets", func() string {
		if count := len(tw.tablets()); count != 6 {
			return fmt.Sprintf("%d tablets\n%s", count, tw.unsettled())
		}
		return tw.unsettled()
	})
	tw.rest()
	tw.equal("bring-up")
	claims := len(tw.claims())
	tw.annotateDeletion()
	tw.deleteInForeground("VitessCluster", "vitess")
	tw.gone("VitessCluster", "vitess")
	if left := len(tw.list("pods")) + len(tw.list("vitesscells")) + len(tw.list("vitessshards")); left > 0 {
		t.Errorf("the cluster is gone before %d of its objects", left)
	}
	tw.rest()
	tw.equal("cluster deleted in the foreground")
	if kept := len(tw.claims()); kept != claims || claims == 0 {
		t.Errorf("%d of %d claims are kept", kept, claims)
	}
}

func (tw *twin) annotateDeletion() {
	tw.Helper()
	tw.patch("VitessCluster", "vitess", `{metadata: {annotations: {vitess.io/allow-deletion: "true"}}}`)
	tw.rest()
}

// equalFirstChildren compares what each parent's first sync has made, in order: kind by kind, by
// group, version and kind; within a kind the order is random.
func (tw *twin) equalFirstChildren() {
	tw.Helper()
	owners := map[string]string{}
	for _, each := range tw.realObjects() {
		object := &unstructured.Unstructured{Object: each.(map[string]any)}
		for _, owner := range object.GetOwnerReferences() {
			if owner.Controller != nil && *owner.Controller {
				owners[object.GetKind()+"/"+object.GetName()] = owner.Kind + "/" + owner.Name
			}
		}
	}
	a, b := firstChildren(tw.lastReal, owners), firstChildren(tw.lastSimulated, owners)
	for _, each := range differences("kinds made by the first sync", a, b) {
		tw.Errorf("%s", each)
	}
	if len(a) < 6 {
		tw.Errorf("only %d parents: %v", len(a), a)
	}
}

// The kinds that each parent's first sync has made: what came before its first status. Tasks are gone
// again by now, so they have no owner here.
func firstChildren(writes []write, owners map[string]string) map[string]any {
	kinds, over := map[string]any{}, map[string]bool{}
	for _, each := range writes {
		name := each.kind + "/" + each.name
		owner := owners[name]
		switch {
		case each.verb == "status":
			over[name] = true
		case each.verb == "create" && owner != "" && !over[owner]:
			before, _ := kinds[owner].(string)
			kinds[owner] = before + each.kind + " "
		}
	}
	return kinds
}
