package main

import (
	"encoding/json"
	"fmt"
	"time"
)

var volumes = []Case{
	{"a replica's volume lost", true, loseVolume, hasAllRows},
}

// loseVolume deletes the claim and the Pod of a replica, as the handbook says.
func loseVolume(t *Trial) error {
	alias, err := t.tablet(t.Shards[0], "replica")
	if err != nil {
		return err
	}
	t.lost = alias
	say("deleting the claim and the Pod of %s", alias)
	_, err = kubectl("", "delete", "pvc,pod", t.pod(alias), "--wait=false")
	return err
}

// rows counts what a tablet has.
func (t *Trial) rows(alias string) (int, error) {
	text, err := t.sql(alias, "select count(*) from vt_"+t.Keyspace+".rows_written")
	if err != nil {
		return 0, err
	}
	var result struct{ Rows [][]any }
	count := 0
	if err = json.Unmarshal([]byte(text), &result); err == nil && len(result.Rows) == 1 {
		_, err = fmt.Sscan(fmt.Sprint(result.Rows[0][0]), &count)
	}
	return count, err
}

// hasAllRows: the tablet on the new volume has what the primary has.
func hasAllRows(t *Trial) error {
	primary, err := t.tablet(t.Shards[0], "primary")
	if err != nil {
		return err
	}
	wanted, err := t.rows(primary)
	if err != nil {
		return err
	}
	say("the primary has %d rows", wanted)
	return until("all rows on the new volume", time.Minute, func() (bool, error) {
		has, err := t.rows(t.lost)
		return has >= wanted && wanted > 0, err
	})
}
