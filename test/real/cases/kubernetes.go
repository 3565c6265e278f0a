package main

import (
	"bytes"
	"encoding/json"
	"fmt"
	"os"
	"os/exec"
	"strings"
	"sync"
	"syscall"
	"time"
)

// kubectl runs it and gives what it prints.
func kubectl(input string, arguments ...string) (string, error) {
	command := exec.Command("kubectl", arguments...)
	var out, complaints bytes.Buffer
	command.Stdin, command.Stdout, command.Stderr = strings.NewReader(input), &out, &complaints
	if err := command.Run(); err != nil {
		return out.String(), fmt.Errorf("kubectl %s: %w: %s", strings.Join(arguments, " "), err, complaints.String())
	}
	return strings.TrimSpace(out.String()), nil
}

// apply makes an object.
func apply(object map[string]any) error {
	text, err := json.Marshal(object)
	if err == nil {
		_, err = kubectl(string(text), "apply", "-f", "-")
	}
	return err
}

// watch calls `see` with each state of each object of a kind, for ever.
func watch[T any](see func(T), arguments ...string) {
	for {
		command := exec.Command("kubectl", append([]string{"get", "--watch", "-o", "json"}, arguments...)...)
		command.Stderr = os.Stderr
		command.SysProcAttr = &syscall.SysProcAttr{Pdeathsig: syscall.SIGKILL} // it would hold our output open
		out, err := command.StdoutPipe()
		if err != nil || command.Start() != nil {
			return
		}
		for objects := json.NewDecoder(out); ; {
			var object T
			if objects.Decode(&object) != nil {
				break
			}
			see(object)
		}
		_ = command.Wait()
		time.Sleep(time.Second)
	}
}

// What matters of a Pod.
type pod struct {
	Metadata struct {
		Name, UID string
		Labels    map[string]string
	}
	Status struct {
		PodIP                 string
		InitContainerStatuses []container
		ContainerStatuses     []container
	}
}

type container struct {
	Name         string
	RestartCount int
	LastState    struct {
		Terminated struct {
			ExitCode int
			Reason   string
		}
	}
}

// What matters of a VitessCluster.
type cluster struct {
	Metadata struct {
		Name       string
		Generation int64
	}
	Status struct {
		ObservedGeneration int64
		Conditions         []struct{ Type, Status, Reason, Message string }
	}
}

func (c cluster) is(condition string) bool {
	for _, each := range c.Status.Conditions {
		if each.Type == condition {
			return each.Status == "True"
		}
	}
	return false
}

func (c cluster) settled() bool {
	return c.Metadata.Generation > 0 && c.Status.ObservedGeneration == c.Metadata.Generation && c.is("Ready") && c.is("Updated")
}

func (c cluster) String() string {
	var lines []string
	for _, each := range c.Status.Conditions {
		lines = append(lines, fmt.Sprintf("%s=%s %s: %s", each.Type, each.Status, each.Reason, each.Message))
	}
	return strings.Join(lines, "\n")
}

// A Watcher knows the state of a cluster, and every restart of a container.
type Watcher struct {
	namespace string
	lock      sync.Mutex
	name      string // of the cluster
	cluster   cluster
	since     time.Time      // when it became settled, or zero
	restarts  map[string]int // by Pod's UID and container
	count     map[string]int // by container, since the last Take
	said      string
}

// startWatcher watches Pods of a namespace, and its VitessClusters by the name of their CRD.
func startWatcher(namespace, crd string) *Watcher {
	watcher := &Watcher{namespace: namespace, restarts: map[string]int{}, count: map[string]int{}}
	go watch(watcher.seePod, "pods", "-n", namespace)
	go watch(watcher.seeCluster, crd, "-n", namespace)
	return watcher
}

// Follow has it watch the cluster of that name, which is not there yet.
func (watcher *Watcher) Follow(name string) {
	watcher.lock.Lock()
	defer watcher.lock.Unlock()
	watcher.name, watcher.cluster, watcher.since, watcher.said = name, cluster{}, time.Time{}, ""
}

// Says gives the reason and the message of a condition.
func (watcher *Watcher) Says(condition string) (reason, message string) {
	watcher.lock.Lock()
	defer watcher.lock.Unlock()
	for _, each := range watcher.cluster.Status.Conditions {
		if each.Type == condition {
			reason, message = each.Reason, each.Message
		}
	}
	return reason, message
}

func (watcher *Watcher) seeCluster(state cluster) {
	watcher.lock.Lock()
	defer watcher.lock.Unlock()
	if state.Metadata.Name != watcher.name {
		return
	}
	watcher.cluster = state
	if !state.settled() {
		watcher.since = time.Time{}
	} else if watcher.since.IsZero() {
		watcher.since = time.Now()
	}
	for _, each := range state.Status.Conditions {
		if each.Type == "Ready" {
			if now := fmt.Sprintf("Ready=%s %s, Updated=%v", each.Status, each.Reason, state.is("Updated")); now != watcher.said {
				watcher.said = now
				say("%s", now)
			}
		}
	}
}

func (watcher *Watcher) seePod(state pod) {
	for _, each := range append(state.Status.InitContainerStatuses, state.Status.ContainerStatuses...) {
		key := state.Metadata.UID + each.Name
		watcher.lock.Lock()
		more := each.RestartCount - watcher.restarts[key]
		if more > 0 {
			watcher.restarts[key] = each.RestartCount
			watcher.count[each.Name] += more
		}
		watcher.lock.Unlock()
		if more > 0 {
			go sayRestart(watcher.namespace, state.Metadata.Name, each)
		}
	}
}

// sayRestart says why a container had to start again.
func sayRestart(namespace, pod string, each container) {
	log, _ := kubectl("", "logs", "-n", namespace, pod, "-c", each.Name, "--previous", "--tail=50")
	say("restart %d of %s %s: exit %d %s: %.400s", each.RestartCount, pod, each.Name,
		each.LastState.Terminated.ExitCode, each.LastState.Terminated.Reason, lastWords(log))
}

// lastWords are the panic of a log of Vitess, or its last error, or its last line.
func lastWords(log string) string {
	words := ""
	for line := range strings.Lines(log) {
		var entry struct{ Level, Msg string }
		switch {
		case strings.HasPrefix(line, "panic: "):
			return line
		case json.Unmarshal([]byte(strings.TrimPrefix(line, "Error: ")), &entry) != nil:
		case entry.Level == "ERROR" || words == "":
			words = entry.Msg
		}
	}
	if words == "" {
		return log[strings.LastIndex(log, "\n")+1:]
	}
	return words
}

// Take gives the restarts since the last Take.
func (watcher *Watcher) Take() map[string]int {
	watcher.lock.Lock()
	defer watcher.lock.Unlock()
	count := watcher.count
	watcher.count = map[string]int{}
	return count
}

// Settled waits until the cluster has been Ready and Updated for some time, `quiet` of it after
// `begin`, and gives when it became so.
func (watcher *Watcher) Settled(begin time.Time, quiet, patience time.Duration) (time.Time, error) {
	for end := time.Now().Add(patience); time.Now().Before(end); time.Sleep(50 * time.Millisecond) {
		watcher.lock.Lock()
		since := watcher.since
		watcher.lock.Unlock()
		if !since.IsZero() && time.Since(since) >= quiet && time.Since(begin) >= quiet {
			return since, nil
		}
	}
	watcher.lock.Lock()
	defer watcher.lock.Unlock()
	return time.Time{}, fmt.Errorf("not settled after %v:\n%v", patience, watcher.cluster)
}
