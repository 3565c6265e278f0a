package main

var processes = []Case{
	{"primary's Pod deleted", true, deletePrimary("--wait=false"), isReplicaNow},
	{"primary's Pod deleted by force", false, deletePrimary("--force", "--grace-period=0"), isReplicaNow},
	{"primary's Pod and VTOrc deleted by force", false, both(
		deleteAll("vtorc", "--force", "--grace-period=0"), deletePrimary("--force", "--grace-period=0")), isReplicaNow},
	{"primary's mysqld killed", false, inPrimary("mysql", "pkill -KILL -x mysqld"), nil},
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
