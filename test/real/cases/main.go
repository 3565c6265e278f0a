// What becomes of real Vitess, and of what is written through it, in each thing that happens to a
// cluster. test/real/run.sh runs it, in the machine of the control plane.
//
//	cases FOLDER_OF_EXAMPLES [NAME...]    all of them, or the first and those named
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
	Do      func() error
	After   func() error // what must be true once all has settled, or nil
}

var cases = []Case{
	{"image update", true, patch(`[{"op": "add", "path": "/spec/image", "value": "vitess/lite:v24.0.4-next"}]`), nil},
	// These two fail still: VTOrc switches semi-sync by closing the primary's transaction pool for a moment.
	{"replicas 3 to 2", true, scale(2), nil},
	{"replicas 2 to 3", true, scale(3), nil},
	{"primary's Pod deleted", true, deletePrimary("--wait=false"), isReplicaNow},
	{"primary's Pod deleted by force", false, deletePrimary("--force", "--grace-period=0"), isReplicaNow},
}

const (
	quiet    = 15 * time.Second // so long must nothing more happen
	patience = 15 * time.Minute
)

func say(format string, arguments ...any) {
	fmt.Printf(time.Now().Format("15:04:05.000 ")+format+"\n", arguments...)
}

func patch(json string) func() error {
	return func() error {
		_, err := kubectl("", "patch", "vitesscluster", "vitess", "--type=json", "-p", json)
		return err
	}
}

func scale(replicas int) func() error {
	return patch(fmt.Sprintf(`[{"op": "replace", "path": "/spec/keyspaces/0/tablets/masterEligible/replicas", "value": %d}]`, replicas))
}

// deleted is the Pod that deletePrimary() deleted last.
var deleted string

// isReplicaNow: another tablet has taken over, and the Pod that was made anew follows it.
func isReplicaNow() error {
	pod, err := primaryPod("-80")
	if err == nil && pod == deleted {
		return fmt.Errorf("%s is primary again: nobody took over", pod)
	}
	return err
}

func deletePrimary(how ...string) func() error {
	return func() error {
		pod, err := primaryPod("-80")
		if err != nil {
			return err
		}
		say("deleting %s", pod)
		deleted = pod
		_, err = kubectl("", append([]string{"delete", "pod", pod}, how...)...)
		return err
	}
}

func main() {
	if len(os.Args) < 2 {
		fmt.Fprintln(os.Stderr, "usage: cases FOLDER_OF_EXAMPLES [NAME...]")
		os.Exit(1)
	}
	if err := run(os.Args[1], os.Args[2:]); err != nil {
		fmt.Fprintln(os.Stderr, err)
		os.Exit(1)
	}
}

func run(examples string, names []string) error {
	watcher := startWatcher()
	begin := time.Now()
	table := [][]string{{"what", "rows written", "tries failed", "reads failed", "longest stall", "last failed after", "settled after", "restarts", "rows lost"}}
	address, err := bringUp(watcher, filepath.Join(examples, "my-vitess.yaml"), begin)
	if err != nil {
		return err
	}
	table = append(table, []string{"my-vitess.yaml from nothing", "", "", "", "", "", address.took, list(watcher.Take()), ""})
	load, err := startLoad(address.service)
	if err != nil {
		return err
	}
	var failed []error
	for _, each := range cases {
		if len(names) > 0 && !slices.Contains(names, each.Name) {
			continue
		}
		row, err := under(load, watcher, each)
		if err != nil {
			say("%s: %v", each.Name, err)
			failed = append(failed, fmt.Errorf("%s: %w", each.Name, err))
		}
		table = append(table, row)
	}
	load.Stop()
	print(table)
	return errors.Join(failed...)
}

// under runs a case under load and gives its row.
func under(load *Load, watcher *Watcher, each Case) ([]string, error) {
	time.Sleep(3 * time.Second) // of undisturbed load
	load.Take()
	watcher.Take()
	say("--- %s", each.Name)
	begin := time.Now()
	err := each.Do()
	settled := "never"
	if err == nil {
		time.Sleep(5 * time.Second) // until it is noticed
		var at time.Time
		if at, err = watcher.Settled(quiet, patience); err == nil {
			settled = fmt.Sprintf("%.0f s", max(at.Sub(begin), 0).Seconds())
			err = load.Flowing(patience)
		}
		if err == nil && each.After != nil {
			err = each.After()
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
