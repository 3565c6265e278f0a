package main

import (
	"encoding/json"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"time"
)

// The name by which the guide of Vitess for planetscale.com/v2 is asked for, as a case is.
const planetscale = "planetscale.com/v2"

const (
	theirCRD       = "vitessclusters.planetscale.com"
	theirNamespace = "example"
	theirLabel     = "planetscale.com/component="
)

// What the guide does, with a table of ours beside its own ones.
var chain = []Case{
	{"v2: 201, tablets for a second keyspace", true, theirFile("201_customer_tablets.yaml"), nil},
	// vtgate tries a statement that meets the denied tables of the switch a few times, and then fails it.
	{"v2: MoveTables, as the guide has it", false, moveTables, nil},
	{"v2: 302, shards beside the one that serves", true, theirFile("302_new_shards.yaml"), nil},
	{"v2: Reshard, as the guide has it", false, reshardTheirs, nil},
	{"v2: 306, the old shard leaves", true, theirFile("306_down_shard_0.yaml"), sixTablets},
	{"v2: an image update, Immediate", true, newImageOfTheirs, nil},
	{"v2: a primary's Pod is asked to drain, by annotation", true, drainTheirs, undrainTheirs},
	{"v2: a primary's Pod deleted", true, deleteTheirPrimary, nil},
	{"v2: a backup of a shard", true, backupTheirs, nil},
	{"v2: a replica restored from it", true, restoreTheirs, nil},
	{"v2: replicas 2 to 3", true, replicasOfTheirs(3), nil},
	{"v2: replicas 3 to 2", true, replicasOfTheirs(2), sixTablets},
}

// guide serves planetscale.com/v2 as well and goes through the guide.
func guide(examples string) ([][]string, error) {
	if err := serveTheirs(); err != nil {
		return nil, err
	}
	if _, err := kubectl("", "create", "namespace", theirNamespace); err != nil {
		return nil, err
	}
	watcher := startWatcher(theirNamespace, theirCRD)
	watcher.Follow("example")
	trial := &Trial{Subject: Subject{Name: "example", Keyspace: "commerce", Cell: "zone1", Shards: []string{"-"}, Login: login{user: "user"}},
		watcher: watcher, file: filepath.Join(examples, "planetscale-v2", "101_initial_cluster.yaml")}
	begin := time.Now()
	if err := theirFile("101_initial_cluster.yaml")(trial); err != nil {
		return nil, err
	}
	ready, err := watcher.Settled(begin, 0, patience)
	took := fmt.Sprintf("%.0f s", ready.Sub(begin).Seconds())
	rows := [][]string{{"v2: 101, from nothing", "", "", "", "", "", took, list(watcher.Take()), ""}}
	if err != nil {
		return rows, fmt.Errorf("v2: 101: %w", err)
	}
	say("the first cluster of the guide is Ready after %s", took)
	address, err := theirGate()
	if err != nil {
		return rows, err
	}
	if err := firstWrite(trial.Login, address, trial.Keyspace); err != nil {
		return rows, err
	}
	if _, err := theirVtctl("ApplyVSchema", "--vschema", `{"tables": {"rows_written": {}}}`, trial.Keyspace); err != nil {
		return rows, err
	}
	// The table is wherever it is: with a keyspace named, nobody would find it once MoveTables is complete.
	if trial.load, err = startLoad(trial.Login, address, ""); err != nil {
		return rows, err
	}
	defer trial.load.Stop()
	var failed []error
	for _, each := range slices.Concat(chain, announcement) {
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

// serveTheirs applies what the installation for planetscale.com/v2 has besides the server, which runs.
func serveTheirs() error { return installTheirs() }

// installTheirs applies of it what is of these kinds, or all.
func installTheirs(kinds ...string) error {
	text, err := os.ReadFile(filepath.Join(os.Getenv("RUN"), "planetscale-v2.json"))
	if err != nil {
		return err
	}
	var all struct {
		Items []map[string]any `json:"items"`
	}
	if err := json.Unmarshal(text, &all); err != nil {
		return err
	}
	for _, object := range all.Items {
		kind := object["kind"].(string)
		_, inNamespace := object["metadata"].(map[string]any)["namespace"]
		if inNamespace || kind == "Namespace" || len(kinds) > 0 && !slices.Contains(kinds, kind) {
			continue
		}
		if err := applyHere(object); err != nil {
			return err
		}
	}
	_, err = kubectl("", "wait", "--for=condition=Established", "crd", "--all", "--timeout=60s")
	return err
}

// applyHere applies as an installation does: a CRD is too large for an annotation.
func applyHere(object map[string]any) error {
	text, err := json.Marshal(object)
	if err == nil {
		_, err = kubectl(string(text), "apply", "--server-side", "-f", "-")
	}
	return err
}

// theirFile applies a file of the guide, as far as it can be had on this machine: XtraBackup is in no
// Debian, and MySQL 9 needs more memory.
func theirFile(name string) func(*Trial) error {
	return func(t *Trial) error {
		text, err := kubectl("", "create", "--dry-run=client", "-o", "json", "-f", filepath.Join(filepath.Dir(t.file), name))
		if err != nil {
			return err
		}
		// One behind the other.
		for objects := json.NewDecoder(strings.NewReader(text)); objects.More(); {
			var object map[string]any
			if err := objects.Decode(&object); err != nil {
				return err
			}
			if object["kind"] == "VitessCluster" {
				object["spec"].(map[string]any)["backup"].(map[string]any)["engine"] = "builtin"
			}
			if err := apply(object); err != nil {
				return err
			}
		}
		return nil
	}
}

// theirGate is the address of the vtgate of the cell.
func theirGate() (string, error) {
	name, err := kubectl("", "get", "services", "-n", theirNamespace, "-l", theirLabel+"vtgate,planetscale.com/cell=zone1", "-o", "jsonpath={.items[0].metadata.name}")
	return fmt.Sprintf("%s.%s.svc.cluster.local:3306", name, theirNamespace), err
}

// theirVtctl runs vtctldclient where vtctld is.
func theirVtctl(arguments ...string) (string, error) {
	name, err := kubectl("", "get", "deployments", "-n", theirNamespace, "-l", theirLabel+"vtctld", "-o", "jsonpath={.items[0].metadata.name}")
	if err != nil {
		return "", err
	}
	return kubectl("", append([]string{"exec", "-n", theirNamespace, "deployment/" + name, "--", "/vt/bin/vtctldclient", "--server", "localhost:15999"}, arguments...)...)
}

// untilVtctl tries until it is done: a workflow refuses to switch until all rows are copied.
func untilVtctl(arguments ...string) error {
	said := ""
	return until(strings.Join(arguments, " "), 10*time.Minute, func() (bool, error) {
		_, err := theirVtctl(arguments...)
		if err != nil && err.Error() != said {
			said = err.Error()
			say("%.400s", said[max(0, len(said)-400):])
		}
		return err == nil, nil
	})
}

func moveTables(*Trial) error {
	words := []string{"MoveTables", "--workflow", "commerce2customer", "--target-keyspace", "customer"}
	if _, err := theirVtctl(append(words, "create", "--source-keyspace", "commerce", "--tables", "rows_written")...); err != nil {
		return err
	}
	if err := untilVtctl(append(words, "switchtraffic")...); err != nil {
		return err
	}
	say("switched")
	_, err := theirVtctl(append(words, "complete")...)
	return err
}

func reshardTheirs(*Trial) error {
	if _, err := theirVtctl("ApplyVSchema", "--vschema", vschema, "customer"); err != nil {
		return err
	}
	words := []string{"Reshard", "--workflow", "cust2cust", "--target-keyspace", "customer"}
	if _, err := theirVtctl(append(words, "create", "--source-shards", "-", "--target-shards", "-80,80-")...); err != nil {
		return err
	}
	if err := untilVtctl(append(words, "switchtraffic")...); err != nil {
		return err
	}
	say("switched")
	_, err := theirVtctl(append(words, "complete")...)
	return err
}

// sixTablets: two of commerce, four of customer.
func sixTablets(*Trial) error {
	return until("six tablets are left", 5*time.Minute, func() (bool, error) {
		names, err := kubectl("", "get", "pods", "-n", theirNamespace, "-l", theirLabel+"vttablet", "-o", "jsonpath={.items[*].metadata.name}")
		return len(strings.Fields(names)) == 6, err
	})
}

func newImageOfTheirs(*Trial) error {
	return editTheirs(replace("/spec/images/vttablet", "vitess/lite:v24.0.4-next"))
}

// theirTablet is the alias of the first tablet of customer/-80 that has the type.
func theirTablet(kind string) (string, error) {
	tablets, err := theirVtctl("GetTablets", "--keyspace", "customer", "--shard", "-80", "--tablet-type", kind)
	if err == nil && tablets == "" {
		err = fmt.Errorf("customer/-80 has no %s", kind)
	}
	if err != nil {
		return "", err
	}
	return strings.Fields(tablets)[0], nil
}

// theirPrimary is the Pod of the primary of customer/-80.
func theirPrimary() (string, error) {
	alias, err := theirTablet("primary")
	if err != nil {
		return "", err
	}
	uid := strings.TrimPrefix(alias, "zone1-")
	return kubectl("", "get", "pods", "-n", theirNamespace, "-l", theirLabel+"vttablet,planetscale.com/tablet-uid="+uid,
		"-o", "jsonpath={.items[0].metadata.name}")
}

func drainTheirs(t *Trial) error {
	pod, err := theirPrimary()
	if err != nil {
		return err
	}
	t.lost = pod
	if _, err := kubectl("", "annotate", "pod", pod, "-n", theirNamespace, "drain.planetscale.com/started=by hand"); err != nil {
		return err
	}
	return until("another one is primary", 5*time.Minute, func() (bool, error) {
		now, err := theirPrimary()
		return err == nil && now != pod, nil
	})
}

func undrainTheirs(t *Trial) error {
	_, err := kubectl("", "annotate", "pod", t.lost, "-n", theirNamespace, "drain.planetscale.com/started-")
	return err
}

func deleteTheirPrimary(t *Trial) error {
	pod, err := theirPrimary()
	if err != nil {
		return err
	}
	t.lost = pod
	say("deleting %s", pod)
	_, err = kubectl("", "delete", "pod", pod, "-n", theirNamespace, "--wait=false")
	return err
}

func backupTheirs(*Trial) error {
	_, err := theirVtctl("BackupShard", "customer/-80")
	return err
}

// restoreTheirs does what nobody ever should have to.
func restoreTheirs(*Trial) error {
	alias, err := theirTablet("replica")
	if err != nil {
		return err
	}
	_, err = theirVtctl("RestoreFromBackup", alias)
	return err
}

// replicasOfTheirs says how many tablets each shard of customer has.
func replicasOfTheirs(count int) func(*Trial) error {
	return func(*Trial) error { return editTheirs(replace(poolOfTheirs+"/replicas", count)) }
}
