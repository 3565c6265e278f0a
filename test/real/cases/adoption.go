package main

import (
	"errors"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"time"
)

// The name by which the adoption of a cluster is asked for, as a case is.
const adoption = "planetscale.com/v2: adoption"

// What the handbook has one save before a cluster changes hands.
const allOfTheirs = "vitessclusters.planetscale.com,vitesscells.planetscale.com,vitesskeyspaces.planetscale.com," +
	"vitessshards.planetscale.com,etcdlockservers.planetscale.com,vitessbackups.planetscale.com," +
	"vitessbackupstorages.planetscale.com,vitessbackupschedules.planetscale.com," +
	"deployments,services,secrets,pods,pvc,pdb,hpa"

// What runs once, and the helpers of the other operator, go.
const whatStays = "planetscale.com/component notin (vtbackup,vbsubcontroller)"

// adopt brings the first cluster of the guide up with the operator of PlanetScale itself, $THEIRS, and hands it
// over under load, as examples/planetscale-v2.md says. No package has that operator, so without one it is left out.
func adopt(examples string) ([][]string, error) {
	if os.Getenv("THEIRS") == "" {
		say("left out: the adoption of a cluster; say THEIRS=/path/to/the/operator of planetscale.dev/vitess-operator")
		return nil, nil
	}
	if err := installTheirs("CustomResourceDefinition", "PriorityClass"); err != nil {
		return nil, err
	}
	if _, err := kubectl("", "create", "namespace", theirNamespace); err != nil {
		return nil, err
	}
	operator, err := startTheirs()
	if err != nil {
		return nil, err
	}
	defer operator.Process.Kill()
	trial := &Trial{Subject: Subject{Name: "example", Keyspace: "commerce", Cell: "zone1", Shards: []string{"-"}, Login: login{user: "user"}},
		watcher: startWatcher(theirNamespace, theirCRD), file: filepath.Join(examples, "planetscale-v2", "101_initial_cluster.yaml")}
	if err := theirFile("101_initial_cluster.yaml")(trial); err != nil {
		return nil, err
	}
	if err := untilTheirsServes(trial); err != nil {
		return nil, err
	}
	trial.watcher.Follow("example")
	before, err := uids()
	if err != nil {
		return nil, err
	}
	row, err := under(trial, Case{"v2: a running cluster of the other operator changes hands", true,
		func(t *Trial) error { return handOver(operator) },
		func(t *Trial) error { return nothingIsGone(before) }})
	trial.load.Stop()
	return [][]string{row}, errors.Join(err, removeTheirs())
}

// startTheirs runs the other operator in the network of the control plane, for one namespace.
func startTheirs() (*exec.Cmd, error) {
	log, err := os.Create(filepath.Join(os.Getenv("RUN"), "theirs.log"))
	if err != nil {
		return nil, err
	}
	command := exec.Command(os.Getenv("THEIRS"))
	command.Env = append(os.Environ(), "WATCH_NAMESPACE="+theirNamespace, "POD_NAME=vitess-operator", "OPERATOR_NAME=vitess-operator")
	command.Stdout, command.Stderr = log, log
	return command, command.Start()
}

// untilTheirsServes starts the load as soon as the first write comes through: their objects have no conditions.
func untilTheirsServes(t *Trial) error {
	address := ""
	err := until("their operator has made a vtgate", 5*time.Minute, func() (bool, error) {
		var err error
		address, err = theirGate()
		return err == nil, nil
	})
	if err != nil {
		return err
	}
	if err := firstWrite(t.Login, address, t.Keyspace); err != nil {
		return err
	}
	if _, err := theirVtctl("ApplyVSchema", "--vschema", `{"tables": {"rows_written": {}}}`, t.Keyspace); err != nil {
		return err
	}
	if t.load, err = startLoad(t.Login, address, ""); err != nil {
		return err
	}
	return until("all Pods of their operator are Ready", patience, func() (bool, error) {
		states, err := kubectl("", "get", "pods", "-n", theirNamespace, "-l", whatStays,
			"-o", `jsonpath={.items[*].status.conditions[?(@.type=="Ready")].status}`)
		return err == nil && strings.Count(states, "True") >= 8 && !strings.Contains(states, "False"), nil
	})
}

// uids are those of all Pods and claims that stay, by their names.
func uids() (map[string]string, error) {
	text, err := kubectl("", "get", "pods,pvc", "-n", theirNamespace, "-l", whatStays,
		"-o", `jsonpath={range .items[*]}{.kind}/{.metadata.name} {.metadata.uid}{"\n"}{end}`)
	found := map[string]string{}
	for line := range strings.Lines(text) {
		name, uid, _ := strings.Cut(strings.TrimSpace(line), " ")
		found[name] = uid
	}
	return found, err
}

// handOver does what the handbook says, line by line.
func handOver(operator *exec.Cmd) error {
	if err := operator.Process.Signal(os.Interrupt); err != nil {
		return err
	}
	_ = operator.Wait()
	text, err := kubectl("", "get", "--all-namespaces", "-o", "json", allOfTheirs)
	if err != nil {
		return err
	}
	run := os.Getenv("RUN")
	if err := os.WriteFile(filepath.Join(run, "all.json"), []byte(text), 0o600); err != nil {
		return err
	}
	script := fmt.Sprintf("cd %q && operator/usr/local/bin/vitess-operator adopt all.json > adopt.sh && sh -e adopt.sh", run)
	if out, err := exec.Command("sh", "-c", script).CombinedOutput(); err != nil {
		return fmt.Errorf("adopt: %w: %s", err, out)
	}
	return serveTheirs()
}

// nothingIsGone: each Pod and claim that was there is there, and no other one of its name.
func nothingIsGone(before map[string]string) error {
	now, err := uids()
	if err != nil {
		return err
	}
	var gone []string
	for name, uid := range before {
		if now[name] != uid {
			gone = append(gone, name)
		}
	}
	slices.Sort(gone)
	if len(gone) > 0 {
		return fmt.Errorf("of %d Pods and claims these are gone or made anew: %s", len(before), strings.Join(gone, ", "))
	}
	say("all %d Pods and claims are there as they were", len(before))
	return nil
}

// removeTheirs makes room for the guide.
func removeTheirs() error {
	if _, err := kubectl("", "annotate", theirCRD, "example", "-n", theirNamespace, "planetscale.com/allow-deletion=true"); err != nil {
		return err
	}
	if _, err := kubectl("", "delete", theirCRD, "example", "-n", theirNamespace, "--timeout=5m"); err != nil {
		return err
	}
	_, err := kubectl("", "delete", "namespace", theirNamespace, "--timeout=5m")
	return err
}
