package e2e

import (
	"fmt"
	"testing"
	"time"

	"vitess-operator/test/e2e/scale"
)

// What one more shard of three tablets may cost at the most until it is at rest: it is eight objects
// and some tasks. A fast machine sees states one by one of which a slow one sees several at once
// (Metacontroller's queue holds an object once), so these bounds stand above what any speed has shown:
// 24 to 47 writes, 27 to 80 calls.
const (
	writesAShard = 80
	callsAShard  = 130
)

func TestWorkGrowsWithTheNumberOfShards(t *testing.T) {
	sizes := []int{1, 4, 16}
	var counts []scale.Count
	for _, shards := range sizes {
		t.Run(fmt.Sprint(shards), func(t *testing.T) {
			l := newLife(t) // by itself: the operator counts the calls of all clusters together
			counter, err := scale.Begin(cluster, l.namespace)
			if err != nil {
				t.Fatal(err)
			}
			l.bringUp(scale.Manifest(shards))
			l.settle(3 * time.Second)
			count, err := counter.Count()
			if err != nil {
				t.Fatal(err)
			}
			t.Logf("%d objects; calls: %v; writes: %v", count.Kept, count.Hooks.Calls, count.Writes)
			if count.Hooks.Refused > 0 {
				t.Errorf("%d calls were refused", count.Hooks.Refused)
			}
			counts = append(counts, count)
		})
	}
	for i := 1; i < len(counts); i++ {
		more := sizes[i] - sizes[i-1]
		within(t, "Metacontroller's writes", counts[i-1].Writes, counts[i].Writes, more, writesAShard)
		within(t, "hook calls", counts[i-1].Hooks.Calls, counts[i].Hooks.Calls, more, callsAShard)
	}
}

func within(t *testing.T, what string, fewer, all scale.Tally, more, bound int) {
	t.Helper()
	cost := float64(all.Total()-fewer.Total()) / float64(more)
	t.Logf("%s: %.1f for each of %d more shards", what, cost, more)
	if cost > float64(bound) {
		t.Errorf("%s: %.1f for each of %d more shards, wanted at most %d\nbefore: %v\nafter: %v", what, cost, more, bound, fewer, all)
	}
}
