package main

import (
	"fmt"
	"os"
	"path/filepath"
)

var backups = []Case{
	{"backups switched on", true, switchBackupsOn, nil},
	{"a backup of each shard", true, both(forgetBinlogs, backUp), hasBackups},
	{"a replica's volume lost, and restored from the backup", true, loseVolume, hasAllRows},
}

// switchBackupsOn gives all tablets and vtctld a folder that is the same one on all nodes.
func switchBackupsOn(t *Trial) error {
	folder := filepath.Join(os.Getenv("RUN"), "backups")
	if err := os.MkdirAll(folder, 0o777); err != nil {
		return err
	}
	if err := os.Chmod(folder, 0o777); err != nil {
		return err
	}
	template := map[string]any{
		"volumes":      []any{map[string]any{"name": "backups", "hostPath": map[string]any{"path": folder}}},
		"volumeMounts": []any{map[string]any{"name": "backups", "mountPath": "/backups"}},
	}
	return t.patch(
		replace("/spec/backupFlags", map[string]any{"backup-storage-implementation": "file", "file-backup-storage-root": "/backups"}),
		replace("/spec/cells/0/vtctld/template", template),
		replace(pool+"/template", template),
		replace(rollout, map[string]any{"maxUnavailableShards": 2}))
}

func backUp(t *Trial) error {
	for _, shard := range t.Shards {
		if _, err := t.vtctldclient("BackupShard", t.Keyspace+"/"+shard); err != nil {
			return err
		}
	}
	return nil
}

func hasBackups(t *Trial) error {
	for _, shard := range t.Shards {
		list, err := t.vtctldclient("GetBackups", t.Keyspace+"/"+shard)
		if err == nil && list == "" {
			err = fmt.Errorf("no backup of %s", shard)
		}
		if err != nil {
			return err
		}
		say("backups of %s: %s", shard, list)
	}
	return nil
}

// forgetBinlogs: whoever does not restore from the backup that comes next never gets the first rows.
func forgetBinlogs(t *Trial) error {
	alias, err := t.tablet(t.Shards[0], "primary")
	if err != nil {
		return err
	}
	for _, statement := range []string{"flush binary logs", "purge binary logs before now()"} {
		if _, err := t.sql(alias, statement); err != nil {
			return err
		}
	}
	return nil
}
