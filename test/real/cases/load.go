package main

import (
	"cmp"
	"context"
	"database/sql"
	"errors"
	"fmt"
	"regexp"
	"sync"
	"time"

	"github.com/go-sql-driver/mysql"
)

const (
	workers  = 10
	interval = 100 * time.Millisecond // between two writes of a worker

	duplicate = 1062 // the error of MySQL
)

// A Load is about 100 single-row inserts a second through vtgate, each of which is then read again.
type Load struct {
	db     *sql.DB
	cancel context.CancelFunc
	done   sync.WaitGroup

	lock  sync.Mutex
	next  int64
	acked []int64            // since the beginning: no row of them may ever be lost
	begun [workers]time.Time // when the first try of a row was, which is not acknowledged yet
	count Count
}

// A Count is what became of the load since it was last asked.
type Count struct {
	Written, Failed, ReadFailed int
	Stall                       time.Duration  // the longest from the first try of a row until it was acknowledged
	LastFailed                  time.Time      // of the tries to write
	Causes                      map[string]int // of failures
}

// A login is who writes; without a name it is root, who needs no password.
type login struct{ user, password, tls string }

func open(who login, address, keyspace string) (*sql.DB, error) {
	config := mysql.NewConfig()
	config.Net, config.Addr, config.DBName = "tcp", address, keyspace
	config.User, config.Passwd, config.TLSConfig = cmp.Or(who.user, "root"), who.password, who.tls
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

func startLoad(who login, address, keyspace string) (*Load, error) {
	db, err := open(who, address, keyspace)
	if err != nil {
		return nil, err
	}
	ctx, cancel := context.WithCancel(context.Background())
	load := &Load{db: db, cancel: cancel}
	load.Take()
	for worker := range workers {
		load.done.Go(func() { load.work(ctx, worker) })
	}
	return load, nil
}

func (load *Load) work(ctx context.Context, worker int) {
	ticker := time.NewTicker(interval)
	defer ticker.Stop()
	for {
		select {
		case <-ctx.Done():
			return
		case <-ticker.C:
		}
		if id := load.write(ctx, worker); id != 0 {
			var v string
			load.read(load.db.QueryRow("select v from rows_written where id = ?", id).Scan(&v))
		}
	}
}

// write tries until a row is acknowledged, as a patient client does.
func (load *Load) write(ctx context.Context, worker int) int64 {
	load.lock.Lock()
	load.next++
	id := load.next
	load.begun[worker] = time.Now()
	load.lock.Unlock()
	for ctx.Err() == nil {
		_, err := load.db.Exec("insert into rows_written(id, v) values (?, ?)", id, "row")
		var known *mysql.MySQLError
		if errors.As(err, &known) && known.Number == duplicate {
			err = nil // a try that failed did write it
		}
		if load.wrote(id, worker, err) {
			return id
		}
		time.Sleep(interval)
	}
	return 0
}

func (load *Load) wrote(id int64, worker int, err error) bool {
	load.lock.Lock()
	defer load.lock.Unlock()
	if err != nil {
		load.count.Failed++
		load.count.LastFailed = time.Now()
		load.fail("write", err)
		return false
	}
	load.acked = append(load.acked, id)
	load.count.Written++
	load.count.Stall = max(load.count.Stall, time.Since(load.begun[worker]))
	load.begun[worker] = time.Time{}
	return true
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
	count.Stall = max(count.Stall, load.waiting())
	load.count = Count{Causes: map[string]int{}}
	return count
}

// waiting is for how long the oldest row has not been acknowledged yet. The caller holds the lock.
func (load *Load) waiting() time.Duration {
	longest := time.Duration(0)
	for _, begun := range load.begun {
		if !begun.IsZero() {
			longest = max(longest, time.Since(begun))
		}
	}
	return longest
}

// Flowing waits until every row is acknowledged soon.
func (load *Load) Flowing(patience time.Duration) error {
	for end := time.Now().Add(patience); time.Now().Before(end); time.Sleep(100 * time.Millisecond) {
		load.lock.Lock()
		waiting := load.waiting()
		load.lock.Unlock()
		if waiting < time.Second {
			return nil
		}
	}
	return fmt.Errorf("still no write after %v", patience)
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
