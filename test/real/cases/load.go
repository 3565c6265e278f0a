package main

import (
	"context"
	"database/sql"
	"fmt"
	"regexp"
	"sync"
	"time"

	"github.com/go-sql-driver/mysql"
)

const (
	workers  = 10
	interval = 100 * time.Millisecond // between two writes of a worker
)

// A Load is about 100 single-row inserts a second through vtgate, each of which is then read again.
type Load struct {
	db     *sql.DB
	cancel context.CancelFunc
	done   sync.WaitGroup

	lock  sync.Mutex
	next  int64
	acked []int64 // since the first load: no row of them may ever be lost
	count Count
}

// A Count is what became of the load since it was last asked.
type Count struct {
	Written, Failed, ReadFailed int
	Stall                       time.Duration  // the longest that a worker waited from one acknowledged write to the next
	Causes                      map[string]int // of failures
}

func open(address, keyspace string) (*sql.DB, error) {
	config := mysql.NewConfig()
	config.Net, config.Addr, config.User, config.DBName = "tcp", address, "root", keyspace
	config.Timeout, config.ReadTimeout = 5*time.Second, 30*time.Second
	config.InterpolateParams = true
	connector, err := mysql.NewConnector(config)
	if err != nil {
		return nil, err
	}
	db := sql.OpenDB(connector)
	db.SetMaxOpenConns(2 * workers)
	return db, nil
}

func startLoad(address string) (*Load, error) {
	db, err := open(address, "main")
	if err != nil {
		return nil, err
	}
	ctx, cancel := context.WithCancel(context.Background())
	load := &Load{db: db, cancel: cancel}
	load.Take()
	for range workers {
		load.done.Go(func() { load.work(ctx) })
	}
	return load, nil
}

func (load *Load) work(ctx context.Context) {
	ticker := time.NewTicker(interval)
	defer ticker.Stop()
	last := time.Now()
	for {
		select {
		case <-ctx.Done():
			return
		case <-ticker.C:
		}
		load.lock.Lock()
		load.next++
		id := load.next
		load.lock.Unlock()
		_, err := load.db.Exec("insert into rows_written(id, v) values (?, ?)", id, "row")
		load.wrote(id, err, &last)
		if err == nil {
			var v string
			load.read(load.db.QueryRow("select v from rows_written where id = ?", id).Scan(&v))
		}
	}
}

func (load *Load) wrote(id int64, err error, last *time.Time) {
	load.lock.Lock()
	defer load.lock.Unlock()
	if err != nil {
		load.count.Failed++
		load.fail("write", err)
		return
	}
	load.acked = append(load.acked, id)
	load.count.Written++
	load.count.Stall = max(load.count.Stall, time.Since(*last))
	*last = time.Now()
}

func (load *Load) read(err error) {
	if err == nil {
		return
	}
	load.lock.Lock()
	defer load.lock.Unlock()
	load.count.ReadFailed++
	load.fail("read", err)
}

var varying = regexp.MustCompile(`\(?(CallerID|caller_?id|BindVars|Sql):.*|[0-9]{2,}[-:.0-9]*`)

func (load *Load) fail(what string, err error) {
	cause := fmt.Sprintf("%s: %.200s", what, varying.ReplaceAllString(err.Error(), "*"))
	if load.count.Causes[cause] == 0 {
		say("first of its kind: %s: %.400v", what, err)
	}
	load.count.Causes[cause]++
}

// Take gives what happened since the last Take.
func (load *Load) Take() Count {
	load.lock.Lock()
	defer load.lock.Unlock()
	count := load.count
	load.count = Count{Causes: map[string]int{}}
	return count
}

// Lost counts the acknowledged rows that are not there.
func (load *Load) Lost() (int, error) {
	load.lock.Lock()
	acked := append([]int64{}, load.acked...)
	last := load.next
	load.lock.Unlock()
	there := map[int64]bool{}
	// A tablet gives 10,000 rows at most.
	for from := int64(1); from <= last; from += 5000 {
		rows, err := load.db.Query("select id from rows_written where id >= ? and id < ?", from, from+5000)
		if err != nil {
			return 0, err
		}
		for rows.Next() {
			var id int64
			if err := rows.Scan(&id); err != nil {
				return 0, err
			}
			there[id] = true
		}
		if err := rows.Err(); err != nil {
			return 0, err
		}
	}
	lost := 0
	for _, id := range acked {
		if !there[id] {
			lost++
		}
	}
	return lost, nil
}

// Stop ends the writing; Lost still works.
func (load *Load) Stop() {
	load.cancel()
	load.done.Wait()
}
