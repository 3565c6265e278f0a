// Package vitess stands in for the kubelet, for Vitess and for a volume provisioner, in a cluster
// whose nodes run nothing (see package controlplane). Pods get the status that a kubelet would give
// them; vttablet, vtctld, vtgate, VTOrc and etcd are a small model of who is primary, who replicates
// and what the topology holds, the same one as lib/sim's; task Pods really run their script, in a
// shell, with a vtctldclient that asks the model.
package vitess

import (
	"cmp"
	"fmt"
	"slices"
	"strconv"
	"strings"
	"time"
)

// How long things take. Real ones take longer; what matters is that they take some time.
const (
	restoreTime = 500 * time.Millisecond
	pollTime    = 300 * time.Millisecond // VTOrc sees something for this long before it acts
)

type tabletType int

const (
	typeUnknown tabletType = iota
	typePrimary
	typeReplica
	typeRdonly
	typeSpare
	typeRestore
	typeDrained
)

var typeNames = []string{"unknown", "primary", "replica", "rdonly", "spare", "restore", "drained"}

func (t tabletType) String() string { return typeNames[t] }

func typeOf(name string) tabletType {
	for t, known := range typeNames {
		if strings.EqualFold(known, name) {
			return tabletType(t)
		}
	}
	return typeUnknown
}

// A topology as one global topology service keeps it.
type topology struct {
	namespace, addresses, root string
	cells                      map[string]string // name: address
	aliases                    map[string][]string
	keyspaces                  map[string]*keyspace
	shards                     map[string]*shard // "keyspace/shard"
	tablets                    map[string]*tablet
	served                     map[string]bool // "keyspace/cell" with a SrvKeyspace
	vtorcs                     int             // that run
}

type keyspace struct {
	name, durability string
}

type shard struct {
	topology        *topology
	keyspace, name  string
	serving         bool // is_primary_serving
	primary         *tablet
	tablets         []*tablet
	lost, electable time.Time // since when VTOrc has seen it so
	candidates      int       // that it has seen then
}

type tablet struct {
	alias, cell, hostname string
	shard                 *shard
	kind                  tabletType
	base                  tabletType // what it was started as
	listed                bool       // has a record
	alive                 bool
	replicating, serving  bool
	restored              time.Time
	term                  time.Time
	pod                   string // uid
	claim                 string // uid
}

// World is all Vitess clusters of one Kubernetes. Whoever uses it holds Cluster.lock.
type world struct {
	topologies map[string]*topology
	filled     map[string]bool // claims with data, by uid
	note       func(format string, arguments ...any)
}

func newWorld(note func(string, ...any)) *world {
	return &world{topologies: map[string]*topology{}, filled: map[string]bool{}, note: note}
}

func (w *world) topology(namespace, addresses, root string) *topology {
	key := strings.Join([]string{namespace, addresses, root}, " ")
	known := w.topologies[key]
	if known == nil {
		known = &topology{
			namespace: namespace, addresses: addresses, root: root,
			cells: map[string]string{}, aliases: map[string][]string{},
			keyspaces: map[string]*keyspace{}, shards: map[string]*shard{},
			tablets: map[string]*tablet{}, served: map[string]bool{},
		}
		w.topologies[key] = known
	}
	return known
}

func (t *topology) keyspace(name string) *keyspace {
	known := t.keyspaces[name]
	if known == nil {
		known = &keyspace{name: name}
		t.keyspaces[name] = known
	}
	return known
}

// A bound as 16 digits, so that "80" and "8000" are the same; the open end comes last.
func bound(text string, end bool) string {
	if end && text == "" {
		return strings.Repeat("g", 16)
	}
	return text + strings.Repeat("0", max(0, 16-len(text)))
}

func overlap(a, b string) bool {
	startA, endA, rangeA := strings.Cut(a, "-")
	startB, endB, rangeB := strings.Cut(b, "-")
	if !rangeA || !rangeB {
		return a == b
	}
	return bound(startA, false) < bound(endB, true) && bound(startB, false) < bound(endA, true)
}

// A shard that overlaps one that serves (resharding) does not serve until traffic is switched.
func (s *shard) servesFromTheStart() bool {
	for _, other := range s.topology.shards {
		if other != s && other.serving && other.keyspace == s.keyspace && overlap(other.name, s.name) {
			return false
		}
	}
	return true
}

func (t *topology) shard(keyspace, name string) *shard {
	key := keyspace + "/" + name
	known := t.shards[key]
	if known == nil {
		t.keyspace(keyspace)
		known = &shard{topology: t, keyspace: keyspace, name: name}
		known.serving = known.servesFromTheStart()
		t.shards[key] = known
	}
	return known
}

// "zone1-100" -> "zone1-0000000100", as topoproto.TabletAliasString writes it.
func fullAlias(alias string) string {
	cell, number, ok := cutLast(alias, "-")
	uid, err := strconv.ParseUint(number, 10, 32)
	if !ok || err != nil {
		return alias
	}
	return fmt.Sprintf("%s-%010d", cell, uid)
}

func cutLast(text, separator string) (before, after string, found bool) {
	at := strings.LastIndex(text, separator)
	if at < 0 {
		return text, "", false
	}
	return text[:at], text[at+len(separator):], true
}

func (t *tablet) candidate() bool {
	return t.listed && t.alive && t.base == typeReplica && (t.kind == typeReplica || t.kind == typePrimary)
}

// healthy is what its /healthz says.
func (t *tablet) healthy() bool {
	return t != nil && t.alive &&
		(t.serving || t.kind == typeRestore || t.kind == typeDrained || t.kind == typeSpare)
}

// What a vttablet says of itself when it starts.
type tabletStart struct {
	alias, keyspace, shard, kind, hostname, pod, claim string
	restores                                           bool
}

func (w *world) tabletUp(t *topology, start tabletStart, now time.Time) *tablet {
	alias := fullAlias(start.alias)
	up := t.tablets[alias]
	if up == nil {
		cell, _, _ := cutLast(alias, "-")
		up = &tablet{alias: alias, cell: cell}
		t.tablets[alias] = up
	}
	home := t.shard(start.keyspace, start.shard)
	if up.shard != home {
		up.shard = home
		home.tablets = append(home.tablets, up)
	}
	t.served[start.keyspace+"/"+up.cell] = true
	up.base, up.hostname, up.pod, up.claim = typeOf(start.kind), start.hostname, start.pod, start.claim
	up.listed, up.alive = true, true
	up.replicating, up.serving = false, false
	switch {
	case home.primary == up:
		up.kind = typePrimary
	case start.restores && start.claim != "" && !w.filled[start.claim]:
		up.kind, up.restored = typeRestore, now.Add(restoreTime)
	default:
		up.kind = up.base
	}
	return up
}

func (t *tablet) down(pod string) {
	if t != nil && t.pod == pod {
		t.alive, t.serving, t.replicating = false, false, false
	}
}

func (s *shard) promote(chosen *tablet, now time.Time) {
	old := s.primary
	if old != nil && old != chosen {
		old.kind, old.term, old.replicating = old.base, time.Time{}, false
	}
	chosen.kind, chosen.term = typePrimary, now
	s.primary = chosen
	s.lost, s.electable = time.Time{}, time.Time{}
}

// Turn lets time pass for every shard.
func (w *world) turn(now time.Time, reachable func(*topology) bool) {
	for _, t := range w.topologies {
		for _, s := range t.shards {
			w.vtorc(s, now, reachable)
			for _, member := range s.tablets {
				w.look(s, member, now)
			}
		}
	}
}

func (w *world) look(s *shard, t *tablet, now time.Time) {
	if t.shard != s {
		return
	}
	if t.kind == typeRestore && t.alive && !now.Before(t.restored) {
		t.kind = t.base
	}
	if t.kind != typeRestore && t.alive && t.claim != "" {
		w.filled[t.claim] = true
	}
	switch {
	case !t.alive || !t.listed:
		t.serving = false
	case t.kind == typePrimary:
		t.serving = true
	case t.kind == typeReplica || t.kind == typeRdonly:
		// Once it replicates it goes on serving what it has, also without a primary.
		t.replicating = t.replicating || (s.primary != nil && s.primary.alive && s.primary.listed)
		t.serving = t.replicating
	default:
		t.serving = false
	}
}

// --- VTOrc: elects the first primary (ClusterHasNoPrimary), replaces a dead one (DeadPrimary,
// PrimaryTabletDeleted), some polls after it has seen it. ---

func (w *world) vtorc(s *shard, now time.Time, reachable func(*topology) bool) {
	if s.topology.vtorcs == 0 || !reachable(s.topology) {
		return
	}
	dead := s.primary != nil && (!s.primary.alive || !s.primary.listed)
	// With each that joins it looks anew, so that who is elected first is not a matter of chance.
	if now := s.countCandidates(); now != s.candidates {
		s.candidates, s.electable = now, time.Time{}
	}
	switch {
	case held(s.primary == nil && s.electableNow(), &s.electable, now):
		chosen := s.choose("")
		w.note("VTOrc elects %s as first primary of %s/%s", chosen.alias, s.keyspace, s.name)
		s.promote(chosen, now)
	case held(dead && s.electableNow(), &s.lost, now):
		chosen := s.choose(s.primary.cell)
		w.note("VTOrc replaces the dead primary %s of %s/%s by %s", s.primary.alias, s.keyspace, s.name, chosen.alias)
		s.promote(chosen, now)
	}
}

// Sets `since` when `holds` begins to be true; true once it has held long enough.
func held(holds bool, since *time.Time, now time.Time) bool {
	if !holds {
		*since = time.Time{}
		return false
	}
	if since.IsZero() {
		*since = now
	}
	return now.Sub(*since) >= pollTime
}

// A policy is needed, and enough replicas for it; a restore must have ended first.
func (s *shard) electableNow() bool {
	policy := s.topology.keyspace(s.keyspace).durability
	for _, t := range s.tablets {
		if t.alive && t.kind == typeRestore {
			return false
		}
	}
	needed := 2
	if policy == "none" {
		needed = 1
	}
	return policy != "" && s.countCandidates() >= needed
}

func (s *shard) countCandidates() (count int) {
	for _, t := range s.tablets {
		if t.candidate() {
			count++
		}
	}
	return count
}

// The lowest alias, of `cell` where it has one.
func (s *shard) choose(cell string) *tablet {
	var candidates []*tablet
	for _, t := range s.tablets {
		if t.candidate() {
			candidates = append(candidates, t)
		}
	}
	return slices.MinFunc(candidates, func(a, b *tablet) int {
		if near := (b.cell == cell); near != (a.cell == cell) {
			if near {
				return 1
			}
			return -1
		}
		return cmp.Compare(a.alias, b.alias)
	})
}
