package main

import (
	"fmt"
	"strings"
)

var everywhere = []string{"zone1", "zone2", "zone3"}

// The zones of the nodes here: each cell stays in its own.
var zones = []edit{replace("/spec/cells/1/zone", "zone1"), replace("/spec/cells/2/zone", "zone2"), replace("/spec/cells/3/zone", "zone3")}

var cells = []Case{
	{"image update of three cells", true, patch(replace("/spec/image", "vitess/lite:v24.0.4-next")), everyGateWrites},
	{"the keyspace leaves the cell of its primary, whose vtgate stays", true, leaveCellOfPrimary, everyGateWrites},
	{"the keyspace comes back", true, patch(replace("/spec/keyspaces/0/cells", everywhere)), everyGateWrites},
	{"a cell removed", true, patch(drop("/spec/cells/3"), replace("/spec/keyspaces/0/cells", everywhere[:2])), withoutCell("zone3")},
	{"a cell added", true, patch(replace("/spec/cells/3", map[string]any{"name": "zone3", "zone": "zone3", "vtgate": map[string]any{"replicas": 2}}),
		replace("/spec/keyspaces/0/cells", everywhere)), everyGateWrites},
	{"primary's Pod deleted, three cells", true, deletePrimary("--wait=false"), isReplicaNow},
}

func leaveCellOfPrimary(t *Trial) error {
	alias, err := t.tablet(t.Shards[0], "primary")
	if err != nil {
		return err
	}
	var stay []string
	for _, cell := range everywhere {
		if !strings.HasPrefix(alias, cell+"-") {
			stay = append(stay, cell)
		}
	}
	say("the primary is %s; the keyspace stays in %v", alias, stay)
	return t.patch(replace("/spec/keyspaces/0/cells", stay))
}

// everyGateWrites: a row is written through each vtgate of each cell, at once.
func everyGateWrites(t *Trial) error {
	gates, err := kubectl("", "get", "pods", "-l", t.selector("vtgate"), "-o", "jsonpath={.items[*].status.podIP}")
	if err != nil {
		return err
	}
	for i, gate := range strings.Fields(gates) {
		db, err := open(t.Login, gate+":3306", t.Keyspace)
		if err != nil {
			return err
		}
		_, err = db.Exec("insert into rows_written(id, v) values (?, 'each') on duplicate key update v = v", -10-i)
		db.Close()
		if err != nil {
			return fmt.Errorf("vtgate %s: %w", gate, err)
		}
	}
	return nil
}

// withoutCell: Vitess does not know the cell any more.
func withoutCell(cell string) func(*Trial) error {
	return func(t *Trial) error {
		names, err := t.vtctldclient("GetCellInfoNames")
		if err == nil && strings.Contains(names, cell) {
			err = fmt.Errorf("Vitess knows still: %s", names)
		}
		if err != nil {
			return err
		}
		return everyGateWrites(t)
	}
}
