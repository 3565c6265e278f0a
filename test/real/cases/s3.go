package main

import (
	"net/http"

	"github.com/johannesboyne/gofakes3"
	"github.com/johannesboyne/gofakes3/backend/s3mem"
)

const s3Address = "172.30.0.1:9000" // of the plane

// Where backups.yaml finds it here instead of at Amazon's.
var hereS3 = []edit{
	replace("/spec/backupFlags/s3-backup-aws-endpoint", "http://"+s3Address),
	replace("/spec/backupFlags/s3-backup-force-path-style", true),
}

var inS3 = []Case{
	{"a backup of each shard in S3", true, both(forgetBinlogs, backUp), hasBackups},
	{"a replica's volume lost, and restored from S3", true, loseVolume, hasAllRows},
	{"a replica more, restored from S3", true, patch(replace(pool+"/replicas", 4)), nil},
}

// storage serves S3 from memory, and makes the Secret that backups.yaml names.
func storage() error {
	backend := s3mem.New()
	if err := backend.CreateBucket("my-vitess-backups"); err != nil {
		return err
	}
	go func() {
		say("S3 has ended: %v", http.ListenAndServe(s3Address, gofakes3.New(backend).Server()))
	}()
	return apply(map[string]any{
		"apiVersion": "v1", "kind": "Secret",
		"metadata":   map[string]any{"name": "backup-credentials", "namespace": "default"},
		"stringData": map[string]any{"id": "somebody", "secret": "something"},
	})
}
