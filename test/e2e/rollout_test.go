package e2e

import (
	"fmt"
	"maps"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"testing"
	"time"

	"k8s.io/apimachinery/pkg/apis/meta/v1/unstructured"

	"vitess-operator/test/e2e/vitess"
)

// How clusters come up and change.

func TestComesUpAndRests(t *testing.T) {
	l := newParallelLife(t)
	l.apply(string(read(t, "examples/my-vitess.yaml")))
	l.kubectl("wait", "--for=condition=Ready", "vitesscluster/vitess", "--timeout=4m")
	l.settled()
	if count := len(l.tablets()); count != 6 {
		t.Errorf("%d tablets, wanted 6", count)
	}
	// While something was missing each hook asked to be called again after 30 s, and Metacontroller does
	// that once more although nothing is missing any more.
	l.settle(33 * time.Second)
	l.untouched(60 * time.Second)
	l.resync("1")
	l.quiet(5 * time.Second)
}

func TestImageGoesTabletByTabletPrimaryLast(t *testing.T) {
	l := newParallelLife(t)
	l.bringUp(l.example("my-vitess.yaml"))
	before := map[string]string{}
	for _, shard := range []string{"main/-80", "main/80-"} {
		before[shard] = cluster.Vitess.Primary(l.namespace, shard)
	}
	pods := l.tablets()
	l.apply(l.example("my-vitess.yaml", "spec.image", "vitess/lite:v24.0.5"))
	l.updatedTo("vitess/lite:v24.0.5")
	l.gently()
	for name, uid := range l.tablets() {
		if pods[name] == uid {
			t.Errorf("Pod %s was not replaced", name)
		}
	}
	removed := l.removed()
	if len(removed) != 6 {
		t.Errorf("%d tablets were deleted, wanted 6: %v", len(removed), removed)
	}
	for shard, primary := range before {
		last := ""
		cluster.Vitess.Read(func() {
			for _, removal := range l.history.Removed {
				if removal.Shard == shard {
					last = removal.Alias
				}
			}
		})
		if last != primary {
			t.Errorf("%s was the last of %s, wanted its primary %s", last, shard, primary)
		}
	}
}

// What the examples take for granted in a cluster.
const whatExamplesName = `
apiVersion: storage.k8s.io/v1
kind: StorageClass
metadata: {name: fast}
provisioner: ` + vitess.Provisioner + `
allowVolumeExpansion: true
---
apiVersion: scheduling.k8s.io/v1
kind: PriorityClass
metadata: {name: database-clients}
value: 1000
`

var secretNamed = regexp.MustCompile(`(?m)^[^#\n]*\b(?:secret|tlsSecret): *([a-z0-9.-]+)`)

// secretsOf makes the Secrets with certificates that a manifest names: its cells wait for them.
func (l *life) secretsOf(manifest string) {
	l.Helper()
	for _, named := range secretNamed.FindAllStringSubmatch(manifest, -1) {
		l.apply("{apiVersion: v1, kind: Secret, metadata: {name: " + named[1] +
			"}, stringData: {ca.crt: ca, tls.crt: certificate, tls.key: key}}")
	}
}

func TestEveryExampleComesUpAndRests(t *testing.T) {
	if _, err := cluster.Kubectl(whatExamplesName, "apply", "-f", "-"); err != nil {
		t.Fatal(err)
	}
	for _, path := range files(t, "examples/*.yaml") {
		t.Run(strings.TrimSuffix(filepath.Base(path), ".yaml"), func(t *testing.T) {
			l := newParallelLife(t)
			l.secretsOf(string(read(t, path)))
			l.apply(string(read(t, path)))
			l.settled()
			l.settle(3 * time.Second)
			l.resync("1")
			l.quiet(5 * time.Second)
		})
	}
}

func TestManifestOf2018ComesUp(t *testing.T) {
	l := newParallelLife(t)
	l.bringUp(l.changed(manifestOf2018(t)))
	l.condition("vitess", "Advice", "True", "MultipleReasons", "is older than Vitess 23", "two replica-type tablets")
	if count := len(l.tablets()); count != 6 {
		t.Errorf("%d tablets, wanted 6", count)
	}
	l.settle(3 * time.Second)
	l.resync("1")
	l.quiet(5 * time.Second)
}

func TestScalesUpAndDown(t *testing.T) {
	l := newParallelLife(t)
	l.bringUp(l.small())
	before := l.tablets()
	l.apply(l.small("spec.keyspaces[0].tablets.masterEligible.replicas", "5"))
	eventually(t, "two more tablets", func() string {
		if count := len(l.tablets()); count != 5 {
			return fmt.Sprintf("%d tablets", count)
		}
		return l.unsettled()
	})
	if removed := l.removed(); len(removed) > 0 {
		t.Errorf("scaling up deleted %v", removed)
	}
	claims := l.claims()
	l.apply(l.small())
	eventually(t, "two less tablets", func() string {
		if count := len(l.tablets()); count != 3 {
			return fmt.Sprintf("%d tablets", count)
		}
		return l.unsettled()
	})
	l.gently()
	if after := l.tablets(); !maps.Equal(before, after) {
		t.Errorf("tablets were %v, are %v", before, after)
	}
	if after := l.claims(); !maps.Equal(claims, after) {
		t.Errorf("claims were %v, are %v", claims, after)
	}
	eventually(t, "Vitess forgets them", func() string {
		if known := l.vtctl("GetTablets"); strings.Count(known, "\n") != 3 {
			return known
		}
		return ""
	})
}

// refusesAndMends applies `bad`, which cannot run: it is said, and nothing is taken down. Then `good`
// is rolled out.
func (l *life) refusesAndMends(bad, good string, texts ...string) {
	l.Helper()
	before := l.tablets()
	l.apply(bad)
	l.condition("vitess", "Updated", "False", "PreflightFailed", texts...)
	l.settle(3 * time.Second)
	l.condition("vitess", "Updated", "False", "PreflightFailed", texts...)
	l.condition("vitess", "Ready", "True", "Ready")
	if after := l.tablets(); !maps.Equal(before, after) {
		l.Errorf("tablets were %v, are %v", before, after)
	}
	l.apply(good)
	l.updatedTo("vitess/lite:v24.0.5")
	l.gently()
}

const defaultImage = "spec.keyspaces[0].tablets.defaults.image"

func TestBrokenImageTakesNothingDown(t *testing.T) {
	l := newParallelLife(t)
	l.bringUp(l.small())
	l.refusesAndMends(l.small(defaultImage, "vitess/lite:v24.0.5-"+vitess.Broken),
		l.small(defaultImage, "vitess/lite:v24.0.5"), "ErrImagePull", vitess.Broken)
}

// The hook knows all flags of this Vitess, so it is one of a newer Vitess that nobody knows here.
func TestUnknownFlagTakesNothingDown(t *testing.T) {
	l := newParallelLife(t)
	l.bringUp(l.small())
	l.refusesAndMends(l.small(defaultImage, "vitess/lite:v25.0.0",
		"spec.keyspaces[0].tablets.defaults.vttablet", "{flags: {"+vitess.UnknownFlag+"flag: 1}}"),
		l.small(defaultImage, "vitess/lite:v24.0.5"), "container vttablet: unknown flag: --"+vitess.UnknownFlag+"flag")
}

func TestSelectorOfNoNodeTakesNothingDown(t *testing.T) {
	l := newParallelLife(t)
	l.bringUp(l.small())
	l.refusesAndMends(l.small("spec.keyspaces[0].tablets.defaults.template", "{nodeSelector: {disk: of-gold}}"),
		l.small(defaultImage, "vitess/lite:v24.0.5"), "Unschedulable: ")
}

func TestMoreMemoryThanAnyNodeHasTakesNothingDown(t *testing.T) {
	l := newParallelLife(t)
	l.bringUp(l.small())
	l.refusesAndMends(l.small("spec.keyspaces[0].tablets.defaults.mysql", "{resources: {requests: {memory: 900Ti}}}"),
		l.small(defaultImage, "vitess/lite:v24.0.5"), "Insufficient memory")
}

// What the API server refuses is an event of the VitessShard; its conditions say where to look.
func TestWhatAQuotaRefusesTakesNothingDown(t *testing.T) {
	l := newParallelLife(t)
	l.bringUp(l.small())
	pods := len(l.list("pods"))
	l.kubectl("create", "quota", "full", "--hard=pods="+strconv.Itoa(pods))
	eventually(t, "the quota counts", func() string {
		if used := l.kubectl("get", "quota", "full", "-o", "jsonpath={.status.used.pods}"); used != strconv.Itoa(pods) {
			return used
		}
		return ""
	})
	before := l.tablets()
	l.apply(l.small(defaultImage, "vitess/lite:v24.0.5"))
	l.condition("vitess", "Updated", "False", "PreflightFailed", "could not be created", "SyncError", "kubectl describe")
	if after := l.tablets(); !maps.Equal(before, after) {
		t.Errorf("tablets were %v, are %v", before, after)
	}
	l.kubectl("delete", "quota", "full")
	l.updatedTo("vitess/lite:v24.0.5")
	l.gently()
}

func TestWhatALimitRangeRefusesTakesNothingDown(t *testing.T) {
	l := newParallelLife(t)
	l.bringUp(l.small())
	l.apply(fmt.Sprintf(`{"apiVersion":"v1","kind":"LimitRange","metadata":{"name":"most","namespace":%q},
		"spec":{"limits":[{"type":"Container","max":{"memory":"4Gi"}}]}}`, l.namespace))
	l.refusesAndMends(l.small("spec.keyspaces[0].tablets.defaults.mysql", "{resources: {limits: {memory: 8Gi}}}"),
		l.small(defaultImage, "vitess/lite:v24.0.5"), "could not be created", "SyncError")
}

func TestBadSpecFreezesTheTree(t *testing.T) {
	l := newParallelLife(t)
	l.bringUp(l.small())
	l.settle(3 * time.Second)
	mark := cluster.Plane.AuditMark()
	// A gap, which the schema cannot see.
	l.apply(l.small("spec.keyspaces[0].shards", `[{keyRange: {start: "", end: "40"}}, {keyRange: {start: "80", end: ""}}]`))
	l.condition("vitess", "Ready", "False", "InvalidSpec", "spec.keyspaces[0].shards")
	l.settle(3 * time.Second)
	for _, write := range l.writesSince(mark) {
		if write.Resource != "vitessclusters/status" {
			t.Errorf("a bad spec made it write: %v", write)
		}
	}
	// A frozen tree still heals.
	var lost string
	for name := range l.tablets() {
		lost = name
	}
	before := l.tablets()
	l.kubectl("delete", "pod", lost, "--wait=false")
	eventually(t, "the lost Pod is made anew", func() string {
		if now := l.tablets(); len(now) != 3 || now[lost] == before[lost] {
			return fmt.Sprint(now)
		}
		return ""
	})
	l.condition("vitess", "Ready", "False", "InvalidSpec")
	l.apply(l.small())
	l.settled()
}

func TestKeyspaceIsAddedAndGoesWhenIdle(t *testing.T) {
	l := newParallelLife(t)
	more := l.small("spec.keyspaces[1]", `{
		name: more, cells: [zone1], tablets: {masterEligible: {
			replicas: 2, volumeClaim: {accessModes: [ReadWriteOnce], resources: {requests: {storage: 1Gi}}}}}}`)
	l.bringUp(l.small())
	before := l.tablets()
	l.apply(more)
	eventually(t, "the keyspace is there", func() string {
		if count := len(l.tablets()); count != 5 {
			return fmt.Sprintf("%d tablets", count)
		}
		return l.unsettled()
	})
	claims := l.claims()
	l.apply(l.small())
	l.condition("vitess", "Updated", "True", "KeptUntilIdle", "more")
	l.settle(3 * time.Second)
	if count := len(l.tablets()); count != 5 {
		t.Errorf("%d tablets while the keyspace is served, wanted 5", count)
	}
	l.vtctl("SetShardIsPrimaryServing", "more/0", "false")
	eventually(t, "the keyspace goes", func() string {
		if now := l.tablets(); !maps.Equal(now, before) {
			return fmt.Sprint(now)
		}
		return l.unsettled()
	})
	if after := l.claims(); !maps.Equal(claims, after) {
		t.Errorf("claims were %v, are %v", claims, after)
	}
	l.condition("vitess", "Updated", "True", "RolloutComplete")
	l.settle(3 * time.Second)
	l.resync("1")
	l.quiet(5 * time.Second)
}

func TestShardsAreResharded(t *testing.T) {
	l := newParallelLife(t)
	l.bringUp(l.example("resharding-1.yaml"))
	claims := l.claims()
	l.apply(l.example("resharding-2.yaml"))
	l.condition("growing", "Updated", "True", "KeptUntilIdle")
	if count := len(l.tablets()); count != 9 {
		t.Errorf("%d tablets before the traffic is switched, wanted 9", count)
	}
	l.vtctl("SetShardIsPrimaryServing", "main/-80", "true")
	l.vtctl("SetShardIsPrimaryServing", "main/80-", "true")
	l.vtctl("SetShardIsPrimaryServing", "main/-", "false")
	eventually(t, "the old shard goes", func() string {
		if count := len(l.tablets()); count != 6 {
			return fmt.Sprintf("%d tablets\n%s", count, l.unsettled())
		}
		return l.unsettled()
	})
	for _, alias := range strings.Fields(l.vtctl("GetTablets", "-k", "main", "-s", "-")) {
		t.Errorf("Vitess still knows %s of the old shard", alias)
	}
	if after := l.claims(); !maps.Equal(claims, after) {
		t.Errorf("claims were %v, are %v", claims, after)
	}
}

func TestCellIsRemoved(t *testing.T) {
	l := newParallelLife(t)
	l.bringUp(l.example("three-cells.yaml"))
	claims := l.claims()
	l.apply(l.example("three-cells.yaml", "spec.cells[3]", "", "spec.keyspaces[0].cells", "[zone1, zone2]"))
	eventually(t, "the cell goes", func() string {
		if count, cells := len(l.tablets()), len(l.list("vitesscells")); count != 2 || cells != 3 {
			return fmt.Sprintf("%d tablets, %d cells\n%s", count, cells, l.unsettled())
		}
		return l.unsettled()
	})
	l.gently()
	if names := strings.Fields(l.vtctl("GetCellInfoNames")); !slices.Equal(names, []string{"zone1", "zone2"}) {
		t.Errorf("Vitess knows the cells %v", names)
	}
	if after := l.claims(); !maps.Equal(claims, after) {
		t.Errorf("claims were %v, are %v", claims, after)
	}
	l.settle(3 * time.Second)
	l.resync("1")
	l.quiet(5 * time.Second)
}

func TestTwoClustersInOneNamespace(t *testing.T) {
	l := newParallelLife(t)
	l.apply(l.small("metadata.name", "one"))
	l.apply(l.small("metadata.name", "two"))
	eventually(t, "both are there", func() string {
		if count := len(l.tablets()); count != 6 {
			return fmt.Sprintf("%d tablets", count)
		}
		return l.unsettled()
	})
	l.settle(3 * time.Second)
	before := l.tablets()
	l.remove("one", "background")
	eventually(t, "one goes", func() string {
		if count := len(l.tablets()); count != 3 {
			return fmt.Sprintf("%d tablets", count)
		}
		return l.unsettled()
	})
	for name, uid := range l.tablets() {
		if before[name] != uid {
			t.Errorf("Pod %s of the other cluster is another one now", name)
		}
	}
}

func TestNamesAsLongAsAllowed(t *testing.T) {
	l := newParallelLife(t)
	// The longest that validate lets pass, found by trying: one more and it says what is too long.
	longest := func(manifest func(int) string) string {
		for length := 60; length > 0; length-- {
			file := filepath.Join(t.TempDir(), "vitess.yaml")
			if err := os.WriteFile(file, []byte(manifest(length)), 0o644); err != nil {
				t.Fatal(err)
			}
			if _, err := cluster.Run("validate", file); err == nil {
				return manifest(length)
			}
		}
		t.Fatal("no length is valid")
		return ""
	}
	l.apply(longest(func(length int) string { return l.small("metadata.name", "n"+strings.Repeat("x", length-1)) }))
	l.apply(longest(func(length int) string {
		name := "k" + strings.Repeat("x", length-1)
		return l.small("metadata.name", "k", "spec.keyspaces[0].name", name, "spec.keyspaces[0].shards",
			`[{keyRange: {start: "", end: "8000000000000000"}}, {keyRange: {start: "8000000000000000", end: ""}}]`)
	}))
	l.apply(longest(func(length int) string {
		name := "c" + strings.Repeat("x", length-1)
		return l.small("metadata.name", "c", "spec.cells[1].name", name, "spec.keyspaces[0].cells", "["+name+"]")
	}))
	eventually(t, "all are there", func() string {
		if count := len(l.tablets()); count != 12 {
			return fmt.Sprintf("%d tablets\n%s", count, l.unsettled())
		}
		return l.unsettled()
	})
	l.settle(3 * time.Second)
}

func TestClaimsGrowWithoutARestart(t *testing.T) {
	const path = "spec.keyspaces[0].tablets.defaults.volumeClaim.resources.requests.storage"
	l := newParallelLife(t)
	l.bringUp(l.small())
	l.apply(l.small(path, "3Gi"))
	eventually(t, "the claims grow", func() string {
		for name := range l.claims() {
			claim := l.get("persistentvolumeclaims", name)
			if size, _, _ := unstructured.NestedString(claim.Object, "status", "capacity", "storage"); size != "3Gi" {
				return fmt.Sprintf("%s has %s", name, size)
			}
		}
		return l.unsettled()
	})
	if removed := l.removed(); len(removed) > 0 {
		t.Errorf("%v was deleted", removed)
	}
	l.settle(3 * time.Second)
	l.resync("1")
	l.quiet(5 * time.Second)
}
