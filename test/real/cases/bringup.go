package main

import (
	"fmt"
	"strings"
	"time"
)

// What a cluster that came up is like.
type bringup struct {
	service string // of vtgate
	took    string
}

const (
	createTable = "create table if not exists rows_written(id bigint primary key, v varchar(64))"
	vschema     = `{"sharded": true, "vindexes": {"hash": {"type": "hash"}}, "tables": {"rows_written": {"column_vindexes": [{"column": "id", "name": "hash"}]}}}`
)

// bringUp applies an example, waits until it is Ready, and writes through every vtgate at once.
func bringUp(watcher *Watcher, example string, begin time.Time) (bringup, error) {
	if _, err := kubectl("", "apply", "-f", example); err != nil {
		return bringup{}, err
	}
	ready, err := watcher.Settled(0, patience)
	if err != nil {
		return bringup{}, err
	}
	say("Ready after %.1f s", ready.Sub(begin).Seconds())
	gates, err := kubectl("", "get", "pods", "-l", "vitess.io/component=vtgate", "-o", "jsonpath={.items[*].status.podIP}")
	if err != nil {
		return bringup{}, err
	}
	for _, gate := range strings.Fields(gates) {
		for _, shard := range []string{"-80", "80-"} {
			if err := firstWrite(gate+":3306", shard); err != nil {
				return bringup{}, err
			}
		}
	}
	late := time.Since(ready)
	say("every vtgate took a write %.1f s after Ready", late.Seconds())
	if _, err := vtctldclient("ApplyVSchema", "--vschema", vschema, "main"); err != nil {
		return bringup{}, err
	}
	address := "vitess-zone1-vtgate:3306"
	return bringup{address, fmt.Sprintf("Ready %.0f s, written %.0f s later", ready.Sub(begin).Seconds(), late.Seconds())}, untilInsert(address)
}

// firstWrite tries until a write to one shard through one vtgate works.
func firstWrite(address, shard string) error {
	db, err := open(address, "main/"+shard)
	if err != nil {
		return err
	}
	defer db.Close()
	said := ""
	for end := time.Now().Add(5 * time.Minute); time.Now().Before(end); time.Sleep(200 * time.Millisecond) {
		if _, err = db.Exec(createTable); err == nil {
			return nil
		}
		if err.Error() != said {
			said = err.Error()
			say("first write to %s through %s: %.300s", shard, address, said)
		}
	}
	return fmt.Errorf("no write to %s through %s: %w", shard, address, err)
}

// untilInsert waits until vtgate knows the vschema.
func untilInsert(address string) error {
	db, err := open(address, "main")
	if err != nil {
		return err
	}
	defer db.Close()
	for end := time.Now().Add(time.Minute); time.Now().Before(end); time.Sleep(200 * time.Millisecond) {
		if _, err = db.Exec("insert into rows_written(id, v) values (-1, 'first') on duplicate key update v = v"); err == nil {
			return nil
		}
	}
	return err
}
