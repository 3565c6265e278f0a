package main

import (
	"context"
	"database/sql"
	"fmt"
	"time"
)

var schema = []Case{
	{"a column added by Online DDL", true, addColumn, nil},
}

func addColumn(t *Trial) error {
	db, err := open(t.Login, t.vtgate(), t.Keyspace)
	if err != nil {
		return err
	}
	defer db.Close()
	session, err := db.Conn(context.Background())
	if err != nil {
		return err
	}
	defer session.Close()
	if _, err := session.ExecContext(context.Background(), "set @@ddl_strategy = 'vitess'"); err != nil {
		return err
	}
	if _, err := session.ExecContext(context.Background(), "alter table rows_written add column at timestamp null"); err != nil {
		return err
	}
	return until("the column is there", 5*time.Minute, func() (bool, error) {
		return migrated(session, len(t.Shards))
	})
}

// migrated: the migration is complete in so many shards.
func migrated(session *sql.Conn, shards int) (bool, error) {
	rows, err := session.QueryContext(context.Background(), "show vitess_migrations")
	if err != nil {
		return false, err
	}
	defer rows.Close()
	names, err := rows.Columns()
	if err != nil {
		return false, err
	}
	complete := 0
	for rows.Next() {
		values := make([]sql.NullString, len(names))
		places := make([]any, len(names))
		for i := range values {
			places[i] = &values[i]
		}
		if err := rows.Scan(places...); err != nil {
			return false, err
		}
		for i, name := range names {
			switch {
			case name == "migration_status" && values[i].String == "complete":
				complete++
			case name == "migration_status" && values[i].String == "failed":
				return false, fmt.Errorf("the migration has failed: %v", values)
			}
		}
	}
	return complete == shards, rows.Err()
}
