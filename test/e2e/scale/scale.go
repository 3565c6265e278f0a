// Package scale measures what clusters of a given size cost: hook calls by the operator's own metrics,
// writes by the API server's audit log, memory and processor time by the kernel.
package scale

import (
	"fmt"
	"maps"
	"slices"
	"strings"

	"vitess-operator/test/e2e/controlplane"
	"vitess-operator/test/e2e/rig"
)

// Tablets is how many each shard has.
const Tablets = 3

// What the schema allows a keyspace is 512.
const shardsAKeyspace = 500

// Manifest is a VitessCluster in one cell, with so many shards of equal key ranges in as few keyspaces as
// take them.
func Manifest(shards int) string {
	var keyspaces strings.Builder
	count := (shards + shardsAKeyspace - 1) / shardsAKeyspace
	for i := range count {
		fmt.Fprintf(&keyspaces, `  - name: %s
    cells: [zone1]
    tablets:
      defaults:
        volumeClaim: {accessModes: [ReadWriteOnce], resources: {requests: {storage: 1Gi}}}
      masterEligible: {replicas: %d}
    shards:
%s`, keyspace(i), Tablets, keyRanges((i+1)*shards/count-i*shards/count))
	}
	return `apiVersion: vitess.io/v1alpha1
kind: VitessCluster
metadata: {name: vitess}
spec:
  cells:
  - {name: global, etcd: {size: 1}, vtctld: {}}
  - {name: zone1, vtgate: {replicas: 1}}
  keyspaces:
` + keyspaces.String()
}

func keyspace(index int) string { return fmt.Sprintf("ks%d", index) }

func keyRanges(shards int) string {
	var ranges strings.Builder
	for i := range shards {
		fmt.Fprintf(&ranges, "    - keyRange: {start: %q, end: %q}\n", cut(i, shards), cut(i+1, shards))
	}
	return ranges.String()
}

// The bound of key ranges after `index` of `count`; both ends are open.
func cut(index, count int) string {
	if index == 0 || index == count {
		return ""
	}
	return fmt.Sprintf("%04x", index*0x10000/count)
}

// A Count is what has happened in one namespace since it was begun. Hook calls are those of all
// namespaces: nothing else must be going on.
type Count struct {
	Hooks  Hooks
	Writes Tally // of Metacontroller, by "verb kind"
	Others Tally // of everybody else, by who
	Kept   int   // objects but tasks that Metacontroller has made and not deleted again
}

// A Tally counts by name.
type Tally map[string]int

// Total is the sum of all.
func (t Tally) Total() int {
	sum := 0
	for _, count := range t {
		sum += count
	}
	return sum
}

// String lists all, the most frequent first.
func (t Tally) String() string {
	names := slices.SortedFunc(maps.Keys(t), func(a, b string) int {
		if t[a] != t[b] {
			return t[b] - t[a]
		}
		return strings.Compare(a, b)
	})
	for i, name := range names {
		names[i] = fmt.Sprintf("%d %s", t[name], name)
	}
	return strings.Join(names, ", ")
}

// A Counter knows where a Count began.
type Counter struct {
	cluster   *rig.Rig
	namespace string
	mark      int64
	hooks     Hooks
}

// Begin begins to count.
func Begin(cluster *rig.Rig, namespace string) (*Counter, error) {
	hooks, err := readHooks(cluster.ServerURL)
	return &Counter{cluster, namespace, cluster.Plane.AuditMark(), hooks}, err
}

// Count is what has happened so far.
func (c *Counter) Count() (Count, error) {
	now, err := readHooks(c.cluster.ServerURL)
	if err != nil {
		return Count{}, err
	}
	writes, err := c.cluster.Plane.Writes(c.mark)
	if err != nil {
		return Count{}, err
	}
	count := Count{Hooks: now.since(c.hooks), Writes: Tally{}, Others: Tally{}}
	for _, write := range writes {
		if write.Namespace == c.namespace {
			count.add(write)
		}
	}
	return count, nil
}

func (c *Count) add(write controlplane.Write) {
	if write.Agent != "metacontroller" {
		c.Others[write.Agent]++
		return
	}
	kind := write.Resource
	if kind == "pods" && !strings.Contains(write.Name, "-vttablet-") {
		kind = "task pods"
	}
	c.Writes[write.Verb+" "+kind]++
	switch {
	case kind == "task pods":
	case write.Verb == "create" && write.Code < 300:
		c.Kept++
	case write.Verb == "delete" && write.Code < 300:
		c.Kept--
	}
}
