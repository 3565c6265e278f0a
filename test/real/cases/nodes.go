package main

import (
	"encoding/json"
	"os/exec"
	"time"
)

var nodes = []Case{
	{"primary's node drained", true, onNode(drain), isReplicaNow},
	// A VTOrc on the node that is lost replaces nobody, and Kubernetes makes another one after minutes only.
	{"a second VTOrc", true, patch(replace("/spec/cells/1/vtorc", map[string]any{"replicas": 2})), nil},
	{"primary's node cut off", false, onNode(cutOff), isReplicaNow},
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
		return do(t, node)
	}
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

// Linux sends again what nobody acknowledges for a quarter of an hour (net.ipv4.tcp_retries2), and Vitess'
// client of etcd asks no earlier whether anybody is there. Who waits longer than this does what the
// handbook says.
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
		err = deleteWhatHangs(t, node)
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

// deleteWhatHangs deletes the Pods that are not Ready on nodes that are well.
func deleteWhatHangs(t *Trial, node string) error {
	text, err := kubectl("", "get", "pods", "-l", "vitess.io/cluster="+t.Name, "--field-selector", "spec.nodeName!="+node, "-o", "json")
	if err != nil {
		return err
	}
	var pods struct{ Items []pod }
	if err := json.Unmarshal([]byte(text), &pods); err != nil {
		return err
	}
	for _, each := range pods.Items {
		if each.ready() {
			continue
		}
		say("%s hangs", each.Metadata.Name)
		if _, err := kubectl("", "delete", "pod", each.Metadata.Name, "--wait=false"); err != nil {
			return err
		}
	}
	return nil
}
