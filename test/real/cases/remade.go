package main

var remade = []Case{
	{"the cluster deleted, and made again on its claims", false, remake, nil},
}

func remake(t *Trial) error {
	if err := deleteCluster(t.Name); err != nil {
		return err
	}
	say("gone; making it again")
	text, err := t.manifest()
	if err == nil {
		_, err = kubectl(text, "apply", "-f", "-")
	}
	return err
}
