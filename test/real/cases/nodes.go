package main

import (
	"fmt"
	"os/exec"
	"strings"
	"time"
)

var nodes = []Case{
	{"primary's node drained", true, onNode(drain), isReplicaNow},
	// A VTOrc on the node that is lost replaces nobody, and Kubernetes makes another one after minutes only.
	{"a second VTOrc", true, patch(replace("/spec/cells/1/vtorc", map[string]any{"replicas": 2})), nil},
	// Of what runs elsewhere, half may have its connection to etcd there, and TCP waits for a quarter of an hour.
	{"TCP gives up after half a minute", true, patch(replace("/spec/securityContext", impatient)), nil},
	{"primary's node cut off", false, both(onNode(cutOff), renewErrant), isReplicaNow},
	{"primary's node switched off", false, onNode(switchOff), isReplicaNow},
}

// onNode does something to the node of the primary.
func onNode(do func(t *Trial, node string) error) func(*Trial) error {
	return func(t *Trial) error {
		pod, err := t.primaryPod()
		if err != nil {
			return err
		}
		node, err := kubectl("", "get", "pod", pod, "-o", "jsonpath={.spec.nodeName}")
		if err != nil {
			return err
		}
		say("%s is on %s", pod, node)
		if err := moveMetacontroller(node); err != nil {
			return err
		}
		return do(t, node)
	}
}

// moveMetacontroller has it run on another node: its StatefulSet would wait for one that is lost, and
// until then no status says what is.
func moveMetacontroller(node string) error {
	place, err := kubectl("", "get", "pod", "-n", "metacontroller", "metacontroller-0", "-o", "jsonpath={.spec.nodeName}")
	if err != nil || place != node {
		return err
	}
	for _, command := range [][]string{{"cordon", node}, {"delete", "pod", "-n", "metacontroller", "metacontroller-0"},
		{"rollout", "status", "-n", "metacontroller", "statefulset/metacontroller", "--timeout=2m"}, {"uncordon", node}} {
		if _, err := kubectl("", command...); err != nil {
			return err
		}
	}
	return nil
}

// drain ends when all its Pods have left, and gives the node free again: the volumes are there.
func drain(_ *Trial, node string) error {
	_, err := kubectl("", "drain", node, "--ignore-daemonsets", "--delete-emptydir-data", "--force", "--timeout=10m")
	say("drained")
	if _, fault := kubectl("", "uncordon", node); err == nil {
		err = fault
	}
	return err
}

var impatient = map[string]any{"sysctls": []any{map[string]any{"name": "net.ipv4.tcp_retries2", "value": "6"}}}

// Who waits longer than this does what the handbook says.
const untilSomebodyLooks = 3 * time.Minute

// cutOff pulls the node's cable out of the switch, which is here, until all is well without the node
// and two minutes longer. What runs there goes on, alone.
func cutOff(t *Trial, node string) error {
	if err := exec.Command("ip", "link", "set", node, "down").Run(); err != nil {
		return err
	}
	time.Sleep(5 * time.Second)
	err := t.load.Flowing(untilSomebodyLooks)
	if err != nil {
		err = t.reparentAway(node)
	}
	if err == nil {
		err = t.load.Flowing(patience)
	}
	say("every row is written soon again")
	time.Sleep(2 * time.Minute)
	if fault := exec.Command("ip", "link", "set", node, "up").Run(); err == nil {
		err = fault
	}
	say("plugged in again")
	return err
}

// reparentAway reparents by hand what still has its primary on the node: a VTOrc whose own try has failed
// half-way does not try again.
func (t *Trial) reparentAway(node string) error {
	for _, shard := range t.Shards {
		alias, err := t.tablet(shard, "primary")
		if err != nil {
			return err
		}
		place, err := kubectl("", "get", "pod", t.pod(alias), "-o", "jsonpath={.spec.nodeName}")
		if err != nil {
			return err
		}
		if place != node {
			continue
		}
		say("still no write: EmergencyReparentShard %s", shard)
		if out, err := t.vtctldclient("EmergencyReparentShard", t.Keyspace+"/"+shard); err != nil {
			return fmt.Errorf("%w: %s", err, out)
		}
	}
	return nil
}

// renewErrant does what the handbook says of a primary that took writes which nobody else had: no client
// was told that they are written.
func renewErrant(t *Trial) error {
	since := time.Now()
	// One that has just come back is Ready until it hears that it is no primary any more.
	return until("every tablet has been Ready for a minute", patience, func() (bool, error) {
		text, err := kubectl("", "get", "pods", "-l", t.selector("vttablet"), "-o",
			`jsonpath={range .items[*]}{.metadata.name} {.status.conditions[?(@.type=="Ready")].status}{"\n"}{end}`)
		for line := range strings.Lines(text) {
			name, ready, _ := strings.Cut(strings.TrimSpace(line), " ")
			if ready == "True" {
				continue
			}
			since = time.Now()
			// Of one that was made anew there is none.
			log, fault := kubectl("", "logs", name, "-c", "vttablet", "--previous", "--tail=20")
			if fault == nil && strings.Contains(log, "Errant GTID detected") {
				say("%s has writes that nobody else has: it begins anew", name)
				_, err = kubectl("", "delete", "pvc,pod", name, "--wait=false")
			}
		}
		return time.Since(since) > time.Minute, err
	})
}
