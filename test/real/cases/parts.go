package main

import "time"

var parts = []Case{
	{"all of etcd restarted by force", false, deleteAll("etcd", "--force", "--grace-period=0"), nil},
	{"vtctld killed again and again during an edit", true, both(
		patch(replace(flags, map[string]any{"queryserver-config-pool-size": 22}), replace(rollout, map[string]any{"maxUnavailableShards": 2})), killAgainAndAgain), nil},
	{"VTOrc and vtgate deleted", false, both(deleteAll("vtorc", "--wait=false"), deleteAll("vtgate", "--wait=false")), nil},
}

func killAgainAndAgain(t *Trial) error {
	for range 6 {
		if err := deleteAll("vtctld", "--force", "--grace-period=0")(t); err != nil {
			return err
		}
		time.Sleep(10 * time.Second)
	}
	say("vtctld stays now")
	return nil
}
