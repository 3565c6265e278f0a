// What becomes of real Vitess, and of what is written through it, in each thing that happens to a
// cluster. test/real/run.sh runs it, in the machine of the control plane.
//
//	cases FOLDER_OF_EXAMPLES [NAME...]    all of them, or those named: cases, files, "documents"
package main

import (
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"time"
)

// A Case is one thing that happens to a cluster under load.
type Case struct {
	Name    string
	Planned bool // no write may fail
	Do      func(*Trial) error
	After   func(*Trial) error // what must be true once all has settled, or nil
}

// A Subject is a cluster that things happen to, one after the other.
type Subject struct {
	File                 string // of the examples
	Name, Keyspace, Cell string // through the cell's vtgate everything is written
	Shards               []string
	Login                login
	Before               func() error // what the example wants to be there, or nil
	Here                 []edit       // what of the example is otherwise on this machine
	Cases                []Case
}

var subjects = []Subject{
	{File: "my-vitess.yaml", Name: "vitess", Keyspace: "main", Cell: "zone1", Shards: []string{"-80", "80-"}, Cases: slices.Concat(
		[]Case{{"image update", true, patch(replace("/spec/image", "vitess/lite:v24.0.4-next")), nil}},
		edits, scaling, processes, nodes, volumes, parts, etcd, schema, remade, backups)},
	{File: "three-cells.yaml", Name: "three", Keyspace: "commerce", Cell: "zone1", Shards: []string{"0"}, Here: zones, Cases: cells},
	{File: "resharding-1.yaml", Name: "growing", Keyspace: "main", Cell: "zone1", Shards: []string{"-"}, Cases: resharding},
	{File: "tls-and-users.yaml", Name: "public", Keyspace: "main", Cell: "zone1", Shards: []string{"0"}, Login: app, Before: certificate},
	{File: "tls-between.yaml", Name: "between", Keyspace: "main", Cell: "zone1", Shards: []string{"0"}, Before: betweenTLS, Cases: between},
	{File: "external-etcd.yaml", Name: "guest", Keyspace: "main", Cell: "zone1", Shards: []string{"0"}, Before: etcdOfOthers, Cases: guest},
	{File: "vtadmin.yaml", Name: "watched", Keyspace: "main", Cell: "zone1", Shards: []string{"0"}, Cases: watched},
	{File: "backups.yaml", Name: "backed-up", Keyspace: "main", Cell: "zone1", Shards: []string{"0"}, Before: storage, Here: hereS3, Cases: inS3},
	{File: "../test/real/2018.yaml", Name: "vitess", Keyspace: "main", Cell: "zone1", Shards: []string{"-80", "80-"}, Here: smallNodes},
}

// Four tablets that ask for a whole CPU each do not fit on three nodes of two, beside all the rest; and
// MySQL 9 needs more memory before it holds a row than MySQL 5.7 was given.
var smallNodes = []edit{
	replace("/spec/keyspaces/0/tablets/masterEligible/vttablet/resources/requests", map[string]any{"cpu": "200m"}),
	replace("/spec/keyspaces/0/tablets/masterEligible/mysql/resources", mysqlOfToday),
	replace("/spec/keyspaces/0/tablets/batch/mysql/resources", mysqlOfToday),
}

var mysqlOfToday = map[string]any{
	"requests": map[string]any{"cpu": "200m", "memory": "512Mi"},
	"limits":   map[string]any{"cpu": "500m", "memory": "1Gi"},
}

const (
	quiet    = 15 * time.Second // so long must nothing more happen
	patience = 15 * time.Minute
)

func say(format string, arguments ...any) {
	fmt.Printf(time.Now().Format("15:04:05.000 ")+format+"\n", arguments...)
}

func main() {
	if len(os.Args) < 2 {
		fmt.Fprintln(os.Stderr, "usage: cases FOLDER_OF_EXAMPLES [NAME...]")
		os.Exit(1)
	}
	// kubectl-vitess knows how to reach vtctld.
	os.Setenv("PATH", filepath.Join(filepath.Dir(filepath.Clean(os.Args[1])), "manifests")+":"+os.Getenv("PATH"))
	if err := run(os.Args[1], os.Args[2:]); err != nil {
		fmt.Fprintln(os.Stderr, err)
		os.Exit(1)
	}
}

func run(examples string, names []string) error {
	watcher := startWatcher("default", "vitessclusters.vitess.io")
	table := [][]string{{"what", "rows written", "tries failed", "reads failed", "longest stall", "last failed after", "settled after", "restarts", "rows lost"}}
	wanted := func(each Case) bool { return len(names) == 0 || slices.Contains(names, each.Name) }
	var failed []error
	if len(names) == 0 || slices.Contains(names, theDocuments) {
		failed = append(failed, documents(examples))
	}
	before := ""
	for _, subject := range subjects {
		if len(names) > 0 && !slices.Contains(names, subject.File) && !slices.ContainsFunc(subject.Cases, wanted) {
			continue
		}
		if before != "" {
			failed = append(failed, remove(before))
		}
		before = subject.Name
		rows, err := try(watcher, subject, examples, wanted)
		table = append(table, rows...)
		failed = append(failed, err)
	}
	if len(names) == 0 || slices.Contains(names, adoption) {
		rows, err := adopt(examples)
		table = append(table, rows...)
		failed = append(failed, err)
	}
	if len(names) == 0 || slices.Contains(names, planetscale) {
		rows, err := guide(examples)
		table = append(table, rows...)
		failed = append(failed, err)
	}
	print(table)
	return errors.Join(failed...)
}

// try brings a cluster up and has happen to it what is wanted.
func try(watcher *Watcher, subject Subject, examples string, wanted func(Case) bool) ([][]string, error) {
	watcher.Follow(subject.Name)
	trial := &Trial{Subject: subject, watcher: watcher, file: filepath.Join(examples, subject.File)}
	took, err := bringUp(trial)
	rows := [][]string{{subject.File + " from nothing", "", "", "", "", "", took, list(watcher.Take()), ""}}
	if err != nil {
		say("%s: %v", subject.File, err)
		return rows, fmt.Errorf("%s: %w", subject.File, err)
	}
	if !slices.ContainsFunc(subject.Cases, wanted) {
		return rows, nil
	}
	if trial.load, err = startLoad(trial.Login, trial.vtgate(), trial.Keyspace); err != nil {
		return rows, err
	}
	defer trial.load.Stop()
	var failed []error
	for _, each := range subject.Cases {
		if !wanted(each) {
			continue
		}
		row, err := under(trial, each)
		if err != nil {
			say("%s: %v", each.Name, err)
			failed = append(failed, fmt.Errorf("%s: %w", each.Name, err))
		}
		rows = append(rows, row)
		print([][]string{row})
	}
	return rows, errors.Join(failed...)
}

// under runs a case under load and gives its row.
func under(trial *Trial, each Case) ([]string, error) {
	load, watcher := trial.load, trial.watcher
	time.Sleep(3 * time.Second) // of undisturbed load
	load.Take()
	watcher.Take()
	say("--- %s", each.Name)
	begin := time.Now()
	err := each.Do(trial)
	settled := "never"
	var at time.Time
	if err == nil {
		time.Sleep(5 * time.Second) // until it is noticed
		if at, err = watcher.Settled(time.Now(), quiet, patience); err == nil {
			settled = fmt.Sprintf("%.0f s", max(at.Sub(begin), 0).Seconds())
			err = load.Flowing(patience)
		}
		if err == nil && each.After != nil {
			err = each.After(trial)
		}
	}
	count := load.Take()
	lost, lostErr := load.Lost()
	if err == nil && lostErr != nil {
		err = fmt.Errorf("counting rows: %w", lostErr)
	}
	if lost > 0 {
		err = errors.Join(err, fmt.Errorf("%d acknowledged rows are lost", lost))
	}
	if each.Planned && count.Failed > 0 {
		err = errors.Join(err, fmt.Errorf("%d tries to write failed", count.Failed))
	}
	if err == nil && at.After(begin) && count.LastFailed.After(at) {
		err = fmt.Errorf("a write failed %.1f s after all was Ready", count.LastFailed.Sub(at).Seconds())
	}
	for cause, times := range count.Causes {
		say("%d times %s", times, cause)
	}
	lastFailed := ""
	if count.Failed > 0 {
		lastFailed = fmt.Sprintf("%.0f s", count.LastFailed.Sub(begin).Seconds())
	}
	return []string{each.Name, fmt.Sprint(count.Written), fmt.Sprint(count.Failed), fmt.Sprint(count.ReadFailed),
		fmt.Sprintf("%.1f s", count.Stall.Seconds()), lastFailed, settled, list(watcher.Take()), fmt.Sprint(lost)}, err
}

// list is "mysql 2, vttablet 1".
func list(counts map[string]int) string {
	var parts []string
	for name, count := range counts {
		parts = append(parts, fmt.Sprintf("%s %d", name, count))
	}
	slices.Sort(parts)
	if len(parts) == 0 {
		return "none"
	}
	return strings.Join(parts, ", ")
}

func print(table [][]string) {
	for i, row := range table {
		fmt.Println("| " + strings.Join(row, " | ") + " |")
		if i == 0 {
			fmt.Println("|---|" + strings.Repeat("---:|", len(row)-1))
		}
	}
}
