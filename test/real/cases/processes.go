package main

import (
	"strings"
	"time"
)

var processes = []Case{
	{"primary's Pod deleted", true, deletePrimary("--wait=false"), isReplicaNow},
	{"primary's Pod deleted by force", false, deletePrimary("--force", "--grace-period=0"), isReplicaNow},
	{"primary's Pod and VTOrc deleted by force", false, both(
		deleteAll("vtorc", "--force", "--grace-period=0"), deletePrimary("--force", "--grace-period=0")), nil},
	// What it had written to its log and nobody had acknowledged is in no other tablet, and with that it
	// cannot follow them: the handbook says what to do.
	{"primary's mysqld killed", false, both(inPrimary("mysql", "pkill -KILL -x mysqld"), replaceIfErrant), isReplicaNow},
	// To process 1 of a container nobody in it can send KILL; this one makes Go end at once as well.
	{"primary's vttablet killed", false, inPrimary("vttablet", "kill -QUIT 1"), nil},
}

func deletePrimary(how ...string) func(*Trial) error {
	return func(t *Trial) error {
		pod, err := t.primaryPod()
		if err != nil {
			return err
		}
		say("deleting %s", pod)
		_, err = kubectl("", append([]string{"delete", "pod", pod}, how...)...)
		return err
	}
}

func deleteAll(component string, how ...string) func(*Trial) error {
	return func(t *Trial) error {
		_, err := kubectl("", append([]string{"delete", "pod", "-l", t.selector(component)}, how...)...)
		return err
	}
}

func inPrimary(container, command string) func(*Trial) error {
	return func(t *Trial) error {
		pod, err := t.primaryPod()
		if err != nil {
			return err
		}
		say("%s in %s of %s", command, container, pod)
		_, err = kubectl("", "exec", pod, "-c", container, "--", "sh", "-c", command)
		return err
	}
}

// replaceIfErrant deletes the claim and the Pod of a tablet that has what the primary has not.
func replaceIfErrant(t *Trial) error {
	time.Sleep(20 * time.Second)
	log, err := kubectl("", "logs", t.lost, "-c", "vttablet", "--since=30s")
	if err != nil || !strings.Contains(log, "Errant GTID detected") {
		return err
	}
	say("%s has errant transactions: deleting its claim and its Pod", t.lost)
	_, err = kubectl("", "delete", "pvc,pod", t.lost, "--wait=false")
	return err
}
