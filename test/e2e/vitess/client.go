package vitess

import (
	"fmt"
	"io"
	"slices"
	"strings"
	"time"

	"github.com/spf13/pflag"
)

// vtctldclient: the commands that the operator's tasks use, and those that a person uses in a
// resharding. Texts are those of Vitess (see lib/sim/vtctl.c, which this follows).

// What a command has printed and how it has ended.
type result struct {
	well bool
	text string
}

func prints(text string) result { return result{true, text} }

func fails(code, format string, arguments ...any) result {
	return result{false, fmt.Sprintf("rpc error: code = %s desc = %s\n", code, fmt.Sprintf(format, arguments...))}
}

func noNode(format string, arguments ...any) result {
	return fails("NotFound", "node doesn't exist: %s", fmt.Sprintf(format, arguments...))
}

type call struct {
	world    *world
	topology *topology
	flags    *pflag.FlagSet
	words    []string
	now      time.Time
}

func (c *call) text(flag string) string {
	value, _ := c.flags.GetString(flag)
	return value
}

func (c *call) given(flag string) bool {
	value, _ := c.flags.GetBool(flag)
	return value
}

func (c *call) list(flag string) []string {
	value, _ := c.flags.GetStringSlice(flag)
	return value
}

type command struct {
	least, most int // arguments
	flags       func(*pflag.FlagSet)
	run         func(*call) result
}

const many = 1 << 20

func noFlags(*pflag.FlagSet) {}

var commands = map[string]command{
	"AddCellInfo":                 {1, 1, cellFlags, addCell},
	"UpdateCellInfo":              {1, 1, cellFlags, updateCell},
	"DeleteCellInfo":              {1, 1, func(f *pflag.FlagSet) { f.Bool("force", false, "") }, deleteCell},
	"GetCellInfo":                 {1, 1, noFlags, getCell},
	"GetCellInfoNames":            {0, 0, noFlags, getCells},
	"AddCellsAlias":               {1, 1, aliasFlags, addAlias},
	"UpdateCellsAlias":            {1, 1, aliasFlags, putAlias},
	"DeleteCellsAlias":            {1, 1, noFlags, deleteAlias},
	"CreateKeyspace":              {1, 1, keyspaceFlags, createKeyspace},
	"SetKeyspaceDurabilityPolicy": {1, 1, policyFlags, setDurability},
	"GetKeyspace":                 {1, 1, noFlags, getKeyspace},
	"RebuildKeyspaceGraph":        {1, many, rebuildFlags, rebuildKeyspaces},
	"RebuildVSchemaGraph":         {0, 0, func(f *pflag.FlagSet) { f.StringSliceP("cells", "c", nil, "") }, func(*call) result { return prints("") }},
	"GetShard":                    {1, 1, noFlags, getShard},
	"SetShardIsPrimaryServing":    {2, 2, noFlags, setServing},
	"RemoveKeyspaceCell":          {2, 2, removeFlags, removeKeyspaceCell},
	"GetTablets":                  {0, 0, tabletFlags, getTablets},
	"DeleteTablets":               {1, many, func(f *pflag.FlagSet) { f.BoolP("allow-primary", "p", false, "") }, deleteTablets},
	"PlannedReparentShard":        {1, 1, reparentFlags, plannedReparent},
	"ShardReplicationPositions":   {1, 1, noFlags, replicationPositions},
	"ReparentTablet":              {1, 1, noFlags, reparentTablet},
	"StartReplication":            {1, 1, noFlags, startReplication},
}

func cellFlags(f *pflag.FlagSet) {
	f.StringP("root", "r", "", "")
	f.StringP("server-address", "a", "", "")
}

func aliasFlags(f *pflag.FlagSet) { f.StringSliceP("cells", "c", nil, "") }

func policyFlags(f *pflag.FlagSet) { f.String("durability-policy", "none", "") }

func keyspaceFlags(f *pflag.FlagSet) {
	policyFlags(f)
	f.BoolP("force", "f", false, "")
	f.BoolP("allow-empty-vschema", "e", false, "")
	f.String("sidecar-db-name", "", "")
	f.String("type", "", "")
}

func rebuildFlags(f *pflag.FlagSet) {
	f.StringSliceP("cells", "c", nil, "")
	f.Bool("allow-partial", false, "")
}

func removeFlags(f *pflag.FlagSet) {
	f.BoolP("force", "f", false, "")
	f.BoolP("recursive", "r", false, "")
}

func tabletFlags(f *pflag.FlagSet) {
	f.StringSliceP("tablet-alias", "t", nil, "")
	f.StringSliceP("cell", "c", nil, "")
	f.StringP("keyspace", "k", "", "")
	f.StringP("shard", "s", "", "")
	f.String("tablet-type", "", "")
	f.Bool("strict", false, "")
	f.String("format", "awk", "")
}

func reparentFlags(f *pflag.FlagSet) {
	f.String("new-primary", "", "")
	f.String("avoid-primary", "", "")
	f.String("expected-primary", "", "")
	f.Duration("wait-replicas-timeout", 0, "")
	f.Duration("tolerable-replication-lag", 0, "")
	f.Bool("allow-cross-cell-promotion", false, "")
}

// run executes a command on a topology, as vtctld would.
func (w *world) run(t *topology, words []string, now time.Time) result {
	if len(words) == 0 {
		return result{false, "Error: no command\n"}
	}
	for name, row := range commands {
		if !strings.EqualFold(name, words[0]) {
			continue
		}
		flags := pflag.NewFlagSet(name, pflag.ContinueOnError)
		flags.SetOutput(io.Discard)
		row.flags(flags)
		if err := flags.Parse(words[1:]); err != nil {
			return result{false, fmt.Sprintf("Error: %v\n", err)}
		}
		if count := flags.NArg(); count < row.least || count > row.most {
			return result{false, fmt.Sprintf("Error: accepts between %d and %d arg(s), received %d\n", row.least, row.most, count)}
		}
		return row.run(&call{w, t, flags, flags.Args(), now})
	}
	return result{false, fmt.Sprintf("Error: unknown command %q for \"vtctldclient\"\n", words[0])}
}

// --- cells ---

func addCell(c *call) result {
	if _, known := c.topology.cells[c.words[0]]; known {
		return fails("AlreadyExists", "node already exists: cells/%s/CellInfo", c.words[0])
	}
	return updateCell(c)
}

// Makes the cell where there is none.
func updateCell(c *call) result {
	c.topology.cells[c.words[0]] = c.text("server-address")
	return prints("")
}

func deleteCell(c *call) result {
	if _, known := c.topology.cells[c.words[0]]; !known {
		return noNode("cells/%s/CellInfo", c.words[0])
	}
	delete(c.topology.cells, c.words[0])
	return prints("")
}

func getCell(c *call) result {
	address, known := c.topology.cells[c.words[0]]
	if !known {
		return noNode("cells/%s/CellInfo", c.words[0])
	}
	return prints(fmt.Sprintf("{\n  \"server_address\": %q\n}\n", address))
}

func getCells(c *call) result {
	var out strings.Builder
	for _, name := range sortedKeys(c.topology.cells) {
		fmt.Fprintln(&out, name)
	}
	return prints(out.String())
}

func addAlias(c *call) result {
	if _, known := c.topology.aliases[c.words[0]]; known {
		return fails("AlreadyExists", "node already exists: cells_aliases/%s/CellsAlias", c.words[0])
	}
	return putAlias(c)
}

// Makes the alias where there is none.
func putAlias(c *call) result {
	for _, other := range sortedKeys(c.topology.aliases) {
		for _, cell := range c.topology.aliases[other] {
			if other != c.words[0] && slices.Contains(c.list("cells"), cell) {
				return fails("Unknown", "cells alias %s is not valid: cell set overlaps with existing alias %s", c.words[0], other)
			}
		}
	}
	c.topology.aliases[c.words[0]] = c.list("cells")
	return prints("")
}

func deleteAlias(c *call) result {
	delete(c.topology.aliases, c.words[0])
	return prints("")
}

// --- keyspaces ---

var policies = []string{"none", "semi_sync", "semi_sync_with_rdonly_ack", "cross_cell", "cross_cell_with_rdonly_ack"}

func setPolicy(c *call) result {
	policy := c.text("durability-policy")
	if !slices.Contains(policies, policy) {
		return fails("InvalidArgument", "durability policy <%s> is not a valid policy", policy)
	}
	c.topology.keyspace(c.words[0]).durability = policy
	return prints("")
}

// --force makes an existing keyspace no error, but changes nothing of it.
func createKeyspace(c *call) result {
	if _, known := c.topology.keyspaces[c.words[0]]; !known {
		return setPolicy(c)
	}
	if c.given("force") {
		return prints("")
	}
	return fails("AlreadyExists", "node already exists: keyspaces/%s/Keyspace", c.words[0])
}

func setDurability(c *call) result {
	if _, known := c.topology.keyspaces[c.words[0]]; !known {
		return noNode("keyspaces/%s/Keyspace", c.words[0])
	}
	return setPolicy(c)
}

func getKeyspace(c *call) result {
	known := c.topology.keyspaces[c.words[0]]
	if known == nil {
		return noNode("keyspaces/%s/Keyspace", c.words[0])
	}
	return prints(fmt.Sprintf("{\n  \"name\": %q,\n  \"keyspace\": {\n    \"durability_policy\": %q\n  }\n}\n", known.name, known.durability))
}

// --- shards ---

func (c *call) shard() *shard { return c.topology.shards[c.words[0]] }

func (c *call) noShard() result {
	keyspace, name, _ := strings.Cut(c.words[0], "/")
	return noNode("keyspaces/%s/shards/%s/Shard", keyspace, name)
}

func aliasJSON(t *tablet) string {
	if t == nil {
		return "null"
	}
	_, number, _ := cutLast(t.alias, "-")
	return fmt.Sprintf("{\n      \"cell\": %q,\n      \"uid\": %s\n    }", t.cell, strings.TrimLeft(number, "0"))
}

func getShard(c *call) result {
	s := c.shard()
	if s == nil {
		return c.noShard()
	}
	return prints(fmt.Sprintf("{\n  \"keyspace\": %q,\n  \"name\": %q,\n  \"shard\": {\n"+
		"    \"primary_alias\": %s,\n    \"is_primary_serving\": %t\n  }\n}\n",
		s.keyspace, s.name, aliasJSON(s.primary), s.serving))
}

func setServing(c *call) result {
	s := c.shard()
	if s == nil {
		return c.noShard()
	}
	s.serving = c.words[1] == "true"
	return prints("")
}

// The record of a keyspace as vtgates of these cells (or of all) see it.
func rebuildKeyspaces(c *call) result {
	for _, keyspace := range c.words {
		if _, known := c.topology.keyspaces[keyspace]; !known {
			return noNode("keyspaces/%s/Keyspace", keyspace)
		}
		for cell := range c.topology.cells {
			if cells := c.list("cells"); len(cells) == 0 || slices.Contains(cells, cell) {
				c.topology.served[keyspace+"/"+cell] = true
			}
		}
	}
	return prints("")
}

func removeKeyspaceCell(c *call) result {
	keyspace, cell := c.words[0], c.words[1]
	if _, known := c.topology.keyspaces[keyspace]; !known {
		return noNode("keyspaces/%s/shards/", keyspace)
	}
	for _, alias := range sortedKeys(c.topology.tablets) {
		t := c.topology.tablets[alias]
		if !t.listed || t.cell != cell || t.shard.keyspace != keyspace {
			continue
		}
		if !c.given("recursive") {
			return fails("FailedPrecondition", "cannot remove cell %s from shard %s/%s: cell %s has 1 possible tablets in replication graph", cell, keyspace, t.shard.name, cell)
		}
		t.listed = false
	}
	if !c.topology.served[keyspace+"/"+cell] {
		return fails("NotFound", "cannot delete SrvKeyspace from cell %s for keyspace %s: node doesn't exist: keyspaces/%s/SrvKeyspace", cell, keyspace, keyspace)
	}
	delete(c.topology.served, keyspace+"/"+cell)
	return prints("")
}

// --- tablets ---

// vitessio/vitess go/cmd/vtctldclient/cli/awk.go MarshalTabletAWK.
func awkLine(t *tablet) string {
	host, web, mysql, term := "", 0, 0, "<null>"
	if t.alive {
		host, web, mysql = t.hostname, 15000, 3306
	}
	if !t.term.IsZero() {
		term = t.term.UTC().Format(time.RFC3339)
	}
	return fmt.Sprintf("%s %s %s %s %s:%d %s:%d [] %s\n", t.alias, t.shard.keyspace, t.shard.name, t.kind, host, web, host, mysql, term)
}

func (c *call) askedFor(t *tablet) bool {
	if !t.listed {
		return false
	}
	if aliases := c.list("tablet-alias"); len(aliases) > 0 {
		return slices.ContainsFunc(aliases, func(alias string) bool { return fullAlias(alias) == t.alias })
	}
	matches := func(flag, value string) bool { return c.text(flag) == "" || c.text(flag) == value }
	return (len(c.list("cell")) == 0 || slices.Contains(c.list("cell"), t.cell)) &&
		matches("keyspace", t.shard.keyspace) && matches("shard", t.shard.name) &&
		(c.text("tablet-type") == "" || strings.EqualFold(c.text("tablet-type"), t.kind.String()))
}

// Line by line as GetTablets, with position and lag; one tablet that cannot be reached fails all
// (go/vt/vtctl/grpcvtctldserver/server.go).
func replicationPositions(c *call) result {
	s := c.shard()
	if s == nil {
		return c.noShard()
	}
	var out strings.Builder
	for _, alias := range sortedKeys(c.topology.tablets) {
		t := c.topology.tablets[alias]
		if t.shard != s || !t.listed {
			continue
		}
		if !t.alive {
			return fails("Unknown", "ReplicationStatus(%s) failed: connection refused", alias)
		}
		position := "<err> <err> <err>"
		if t.kind == typePrimary || t.replicating {
			position = " MySQL56/16b1039f-22b6-11ed-b765-0a43f95f28a3:1-100 0"
		}
		out.WriteString(strings.TrimSuffix(awkLine(t), "\n") + position + "\n")
	}
	return prints(out.String())
}

func getTablets(c *call) result {
	if c.text("shard") != "" && c.text("keyspace") == "" {
		return fails("InvalidArgument", "--shard requires --keyspace")
	}
	var out strings.Builder
	for _, alias := range sortedKeys(c.topology.tablets) {
		if t := c.topology.tablets[alias]; c.askedFor(t) {
			out.WriteString(awkLine(t))
		}
	}
	return prints(out.String())
}

func (c *call) tablet(alias string) *tablet {
	if t := c.topology.tablets[fullAlias(alias)]; t != nil && t.listed {
		return t
	}
	return nil
}

func deleteTablets(c *call) result {
	for _, alias := range c.words {
		t := c.tablet(alias)
		if t == nil {
			return noNode("tablets/%s/Tablet", alias)
		}
		if t.kind == typePrimary && t.shard.primary == t && !c.given("allow-primary") {
			return fails("FailedPrecondition", "cannot delete tablet %s as it is a primary, pass AllowPrimary = true", t.alias)
		}
		t.listed = false
	}
	return prints(fmt.Sprintf("Successfully deleted %d tablets\n", len(c.words)))
}

// A replica follows its primary anew.
func reparentTablet(c *call) result {
	t := c.tablet(c.words[0])
	switch {
	case t == nil:
		return noNode("tablets/%s/Tablet", c.words[0])
	case t.kind == typePrimary:
		return fails("FailedPrecondition", "cannot ReparentTablet current shard primary (%s) onto itself", t.alias)
	case !t.alive:
		return fails("Unavailable", "tablet %s cannot be reached", t.alias)
	}
	t.replicating = true
	return prints("")
}

// Semi-synchronous replication, which it sets first, is not modelled.
func startReplication(c *call) result {
	t := c.tablet(c.words[0])
	switch {
	case t == nil:
		return noNode("tablets/%s/Tablet", c.words[0])
	case !t.alive:
		return fails("Unavailable", "tablet %s cannot be reached", t.alias)
	case t.kind == typePrimary:
		return fails("Unknown", "The server is not configured as replica; fix in config file or with CHANGE REPLICATION SOURCE TO (errno 1200) (sqlstate HY000) during query: start replica")
	}
	return prints("")
}

// --- PlannedReparentShard ---

// Without --allow-cross-cell-promotion only tablets of the primary's cell are candidates.
func (c *call) reparentTarget(s *shard, avoid string) *tablet {
	var candidates []*tablet
	near := func(t *tablet) bool { return s.primary == nil || t.cell == s.primary.cell }
	for _, t := range s.tablets {
		fits := t.shard == s && t.candidate() && (near(t) || c.given("allow-cross-cell-promotion")) &&
			(avoid == "" || fullAlias(avoid) != t.alias) &&
			(s.primary == nil || (t != s.primary && t.replicating))
		if fits {
			candidates = append(candidates, t)
		}
	}
	slices.SortFunc(candidates, func(a, b *tablet) int {
		if near(a) != near(b) {
			if near(a) {
				return -1
			}
			return 1
		}
		return strings.Compare(a.alias, b.alias)
	})
	if len(candidates) == 0 {
		return nil
	}
	return candidates[0]
}

func plannedReparent(c *call) result {
	s := c.shard()
	if s == nil {
		return c.noShard()
	}
	avoid := c.text("avoid-primary")
	target := s.primary
	if wanted := c.text("new-primary"); wanted != "" {
		target = c.tablet(wanted)
	} else if avoid == "" || (s.primary != nil && fullAlias(avoid) == s.primary.alias) {
		target = c.reparentTarget(s, avoid)
	} else {
		return prints("") // where the tablet to avoid is not primary there is nothing to do
	}
	switch {
	case target == nil:
		return fails("Internal", "cannot find a tablet to reparent to: the others are not replicating, or not in the same cell as the previous primary")
	case target == s.primary:
		return prints("")
	case s.primary != nil && !s.primary.alive:
		return fails("Unavailable", "primary %s cannot be reached", s.primary.alias)
	}
	old := s.primary
	c.world.note("PlannedReparentShard moves the primary of %s/%s to %s", s.keyspace, s.name, target.alias)
	s.promote(target, c.now)
	// Its replication is set up before the command ends.
	if old != nil {
		old.replicating = true
	}
	return prints("")
}

func sortedKeys[V any](m map[string]V) []string {
	keys := make([]string, 0, len(m))
	for key := range m {
		keys = append(keys, key)
	}
	slices.Sort(keys)
	return keys
}
