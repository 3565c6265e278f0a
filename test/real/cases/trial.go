package main

import (
	"encoding/json"
	"fmt"
	"strings"
	"time"
)

// A Trial is a cluster that things happen to, with what watches it.
type Trial struct {
	Subject
	watcher *Watcher
	load    *Load
	file    string
	lost    string // the Pod that something happened to last
}

func (t *Trial) vtgate() string { return fmt.Sprintf("%s-%s-vtgate:3306", t.Name, t.Cell) }

func (t *Trial) selector(component string) string {
	return fmt.Sprintf("vitess.io/cluster=%s,vitess.io/component=%s", t.Name, component)
}

func (t *Trial) vtctldclient(arguments ...string) (string, error) {
	return kubectl("", append([]string{"vitess", "--vt", t.Name, "vtctldclient"}, arguments...)...)
}

// tablet is the alias of the first tablet of a shard that has the type.
func (t *Trial) tablet(shard, kind string) (string, error) {
	tablets, err := t.vtctldclient("GetTablets", "--keyspace", t.Keyspace, "--shard", shard, "--tablet-type", kind)
	if err == nil && tablets == "" {
		err = fmt.Errorf("no %s of %s", kind, shard)
	}
	if err != nil {
		return "", err
	}
	return strings.Fields(tablets)[0], nil
}

func (t *Trial) pod(alias string) string { return t.Name + "-vttablet-" + alias }

// primaryPod is the Pod of the primary of the first shard, which something happens to now.
func (t *Trial) primaryPod() (string, error) {
	alias, err := t.tablet(t.Shards[0], "primary")
	t.lost = t.pod(alias)
	return t.lost, err
}

// isReplicaNow: another tablet has taken over, and the Pod that was made anew follows it.
func isReplicaNow(t *Trial) error {
	alias, err := t.tablet(t.Shards[0], "primary")
	if err == nil && t.pod(alias) == t.lost {
		return fmt.Errorf("%s is primary again: nobody took over", t.lost)
	}
	return err
}

// sql runs a statement in the MySQL of a tablet and gives what it prints.
func (t *Trial) sql(alias, statement string) (string, error) {
	return t.vtctldclient("ExecuteFetchAsDBA", "--json", alias, statement)
}

// An edit is one operation of a JSON patch.
type edit struct {
	Op    string `json:"op"`
	Path  string `json:"path"`
	Value any    `json:"value,omitempty"`
}

// replace works as well where nothing is yet.
func replace(path string, value any) edit { return edit{"add", path, value} }

func drop(path string) edit { return edit{"remove", path, nil} }

func (t *Trial) patch(edits ...edit) error {
	text, err := json.Marshal(edits)
	if err == nil {
		_, err = kubectl("", "patch", "vitesscluster", t.Name, "--type=json", "-p", string(text))
	}
	return err
}

func patch(edits ...edit) func(*Trial) error {
	return func(t *Trial) error { return t.patch(edits...) }
}

// both does one thing after the other.
func both(first, second func(*Trial) error) func(*Trial) error {
	return func(t *Trial) error {
		if err := first(t); err != nil {
			return err
		}
		return second(t)
	}
}

// until waits for something to become true.
func until(what string, patience time.Duration, done func() (bool, error)) error {
	for end := time.Now().Add(patience); time.Now().Before(end); time.Sleep(500 * time.Millisecond) {
		if well, err := done(); well || err != nil {
			return err
		}
	}
	return fmt.Errorf("%s: not within %v", what, patience)
}

// ready counts the tablets whose Pods are Ready.
func (t *Trial) ready() (int, error) {
	states, err := kubectl("", "get", "pods", "-l", t.selector("vttablet"), "-o",
		`jsonpath={.items[*].status.conditions[?(@.type=="Ready")].status}`)
	return strings.Count(states, "True"), err
}

// remove deletes a cluster with all its data.
func remove(name string) error {
	if err := deleteCluster(name); err != nil {
		return err
	}
	_, err := kubectl("", "delete", "pvc", "-l", "vitess.io/cluster="+name)
	return err
}

// deleteCluster keeps its claims.
func deleteCluster(name string) error {
	if _, err := kubectl("", "annotate", "--overwrite", "vitesscluster", name, "vitess.io/allow-deletion=true"); err != nil {
		return err
	}
	if _, err := kubectl("", "delete", "vitesscluster", name); err != nil {
		return err
	}
	_, err := kubectl("", "wait", "--for=delete", "pod", "-l", "vitess.io/cluster="+name, "--timeout=5m")
	return err
}
