package vitess

import (
	"fmt"
	"time"
)

// A History is what has happened to the tablets of one namespace since it was begun.
type History struct {
	Removed   []Removal
	Lowest    map[string]int // "keyspace/shard": the fewest tablets that served at one time
	namespace string
}

// A Removal is a tablet whose Pod was deleted, in the order in which that happened.
type Removal struct {
	Pod, Alias, Shard string
	Primary           bool // it was primary, and another tablet could have been
	Serving           int  // other tablets of its shard that served
	Others            int  // other tablets of its shard
	Broken            bool // it did not serve itself
}

func (r Removal) String() string {
	return fmt.Sprintf("%s of %s (primary %t, %d of %d others serve)", r.Alias, r.Shard, r.Primary, r.Serving, r.Others)
}

// Begin starts a history of a namespace; further ones go on by themselves.
func (c *Cluster) Begin(namespace string) *History {
	c.lock.Lock()
	defer c.lock.Unlock()
	history := &History{namespace: namespace, Lowest: map[string]int{}}
	c.histories = append(c.histories, history)
	c.record(time.Now())
	return history
}

// Read calls `look` while nothing changes.
func (c *Cluster) Read(look func()) {
	c.lock.Lock()
	defer c.lock.Unlock()
	look()
}

func (c *Cluster) eachHistory(namespace string, add func(*History)) {
	for _, history := range c.histories {
		if history.namespace == namespace {
			add(history)
		}
	}
}

func (c *Cluster) record(time.Time) {
	for _, t := range c.world.topologies {
		for key, s := range t.shards {
			serving := 0
			for _, member := range s.tablets {
				if member.shard == s && member.serving {
					serving++
				}
			}
			c.eachHistory(t.namespace, func(history *History) {
				if lowest, known := history.Lowest[key]; !known || serving < lowest {
					history.Lowest[key] = serving
				}
			})
		}
	}
}

func (c *Cluster) recordRemoval(r *run) {
	if r.tablet == nil || r.tablet.pod != string(r.pod.UID) {
		return
	}
	home := r.tablet.shard
	removal := Removal{
		Pod: r.pod.Name, Alias: r.tablet.alias, Shard: home.keyspace + "/" + home.name,
		Broken: !r.tablet.serving,
	}
	candidates := 0
	for _, other := range home.tablets {
		if other == r.tablet || other.shard != home || !other.listed {
			continue
		}
		removal.Others++
		if other.serving {
			removal.Serving++
		}
		if other.candidate() {
			candidates++
		}
	}
	removal.Primary = home.primary == r.tablet && candidates > 0
	c.eachHistory(r.pod.Namespace, func(history *History) { history.Removed = append(history.Removed, removal) })
}

// Primary is the alias of a shard's primary in the topology of a namespace, or "".
func (c *Cluster) Primary(namespace, shard string) string {
	c.lock.Lock()
	defer c.lock.Unlock()
	for _, t := range c.world.topologies {
		if s := t.shards[shard]; t.namespace == namespace && s != nil && s.primary != nil {
			return s.primary.alias
		}
	}
	return ""
}
