package main

import (
	"encoding/json"
	"fmt"
	"strings"
	"time"
)

const (
	createTable = "create table if not exists rows_written(id bigint primary key, v varchar(64))"
	vschema     = `{"sharded": true, "vindexes": {"hash": {"type": "hash"}}, "tables": {"rows_written": {"column_vindexes": [{"column": "id", "name": "hash"}]}}}`
)

// bringUp applies an example, waits until it is Ready, writes through every vtgate at once, and says
// how long that took.
func bringUp(t *Trial) (string, error) {
	if t.Before != nil {
		if err := t.Before(); err != nil {
			return "", err
		}
	}
	text, err := t.manifest()
	if err != nil {
		return "", err
	}
	begin := time.Now()
	if _, err := kubectl(text, "apply", "-f", "-"); err != nil {
		return "", err
	}
	ready, err := t.watcher.Settled(begin, 0, patience)
	if err != nil {
		return "never", err
	}
	say("%s is Ready after %.1f s", t.Name, ready.Sub(begin).Seconds())
	gates, err := kubectl("", "get", "pods", "-l", t.selector("vtgate"), "-o", "jsonpath={.items[*].status.podIP}")
	if err != nil {
		return "", err
	}
	for _, gate := range strings.Fields(gates) {
		for _, shard := range t.Shards {
			if err := firstWrite(t.Login, gate+":3306", t.Keyspace+"/"+shard); err != nil {
				return "", err
			}
		}
	}
	late := time.Since(ready)
	say("every vtgate took a write %.1f s after Ready", late.Seconds())
	if _, err := t.vtctldclient("ApplyVSchema", "--vschema", vschema, t.Keyspace); err != nil {
		return "", err
	}
	return fmt.Sprintf("Ready %.0f s, written %.0f s later", ready.Sub(begin).Seconds(), late.Seconds()), untilInsert(t)
}

// manifest is the example as it is on this machine.
func (t *Trial) manifest() (string, error) {
	here, err := json.Marshal(append([]edit{}, t.Here...))
	if err != nil {
		return "", err
	}
	return kubectl("", "patch", "--local", "-f", t.file, "--type=json", "-p", string(here), "-o", "json")
}

// firstWrite tries until a write to one shard through one vtgate works.
func firstWrite(who login, address, shard string) error {
	db, err := open(who, address, shard)
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
func untilInsert(t *Trial) error {
	db, err := open(t.Login, t.vtgate(), t.Keyspace)
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
