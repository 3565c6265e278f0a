package main

import (
	"context"
	"encoding/json"
	"fmt"
	"os"
	"os/exec"
	"strings"
	"time"
)

// What the announcement of PlanetScale's operator shows its first users, beside what the guide has
// (https://vitess.io/blog/2020-11-09-vitess-operator-for-kubernetes/).
var announcement = []Case{
	{"v2: what `kubectl describe` says of tablets", true, describeTheirs, nil},
	{"v2: vtctld and vtgate through the guide's pf.sh", true, forwardTheirs, nil},
	{"v2: a side car beside MySQL, and no backups any more", true, sideCarOfTheirs, nil},
	{"v2: pt-online-schema-change in it", true, alterTheirs, nil},
	{"v2: backups come to a running cluster", true, backupsOfTheirs, backupTheirs},
}

// describeTheirs: `kubectl describe vt | grep Tablets` and `kubectl describe vts ... | grep 'Master Alias'`.
func describeTheirs(*Trial) error {
	said, err := kubectl("", "describe", theirCRD, "-n", theirNamespace)
	if err != nil {
		return err
	}
	for _, line := range []string{"Desired Tablets:", "Ready Tablets:", "Tablets:", "Updated Tablets:"} {
		// Of commerce and of customer.
		for _, count := range []string{"2", "4"} {
			if !hasLine(said, line, count) {
				return fmt.Errorf("no line %q %s of\n%s", line, count, said)
			}
		}
	}
	alias, err := theirTablet("primary")
	if err != nil {
		return err
	}
	said, err = kubectl("", "describe", "vitessshards.planetscale.com", "-n", theirNamespace, "-l", "planetscale.com/keyspace=customer,planetscale.com/shard=x-80")
	if err == nil && !hasLine(said, "Master Alias:", alias) {
		err = fmt.Errorf("no line %q %s of\n%s", "Master Alias:", alias, said)
	}
	return err
}

func hasLine(text, key, value string) bool {
	for _, line := range strings.Split(text, "\n") {
		rest, found := strings.CutPrefix(strings.TrimSpace(line), key)
		if found && strings.TrimSpace(rest) == value {
			return true
		}
	}
	return false
}

// forward runs `kubectl port-forward` as pf.sh does, by the component's label, until it is cancelled.
func forward(ctx context.Context, component string, ports ...string) error {
	service, err := kubectl("", "get", "service", "-n", theirNamespace, "--selector="+theirLabel+component, "-o", "name")
	if err != nil {
		return err
	}
	first, _, _ := strings.Cut(service, "\n")
	arguments := append([]string{"port-forward", "-n", theirNamespace, "--address", "127.0.0.1", first}, ports...)
	command := exec.CommandContext(ctx, "kubectl", arguments...)
	command.Stderr = os.Stderr
	return command.Start()
}

func forwardTheirs(*Trial) error {
	ctx, end := context.WithTimeout(context.Background(), 2*time.Minute)
	defer end()
	if err := forward(ctx, "vtctld", "15000", "15999"); err != nil {
		return err
	}
	if err := forward(ctx, "vtgate,!planetscale.com/cell", "15306:3306"); err != nil {
		return err
	}
	if err := forward(ctx, "vtadmin", "14000:15000", "14001:15001"); err != nil {
		return err
	}
	client := os.Getenv("REAL") + "/bin/vtctldclient"
	err := until("vtctldclient answers", time.Minute, func() (bool, error) {
		said, err := exec.CommandContext(ctx, client, "--server", "127.0.0.1:15999", "GetTablets", "--keyspace", "customer").Output()
		return err == nil && strings.Count(string(said), "\n") == 4, nil
	})
	if err != nil {
		return err
	}
	if err := firstWrite(login{user: "user"}, "127.0.0.1:15306", "customer/-80"); err != nil {
		return err
	}
	if err := fetch("http://127.0.0.1:14000/", "<"); err != nil {
		return err
	}
	return fetch("http://127.0.0.1:14001/api/keyspaces", "customer")
}

const poolOfTheirs = "/spec/keyspaces/1/partitionings/0/equal/shardTemplate/tabletPools/0"

// editTheirs edits the cluster as `kubectl edit` does.
func editTheirs(edits ...edit) error {
	text, err := json.Marshal(edits)
	if err == nil {
		_, err = kubectl("", "patch", theirCRD, "example", "-n", theirNamespace, "--type=json", "-p", string(text))
	}
	return err
}

func sideCarOfTheirs(*Trial) error {
	return editTheirs(drop("/spec/backup"), replace(poolOfTheirs+"/sidecarContainers", []any{map[string]any{
		"name":         "percona-toolkit",
		"image":        "percona/percona-toolkit:3.7.0",
		"command":      []string{"sh", "-c", "trap exit TERM; sleep infinity & wait"},
		"resources":    map[string]any{"limits": map[string]any{"memory": "128Mi"}},
		"volumeMounts": []any{map[string]any{"name": "vt-root", "mountPath": "/vt/socket", "subPath": "socket"}},
	}}))
}

// backupsOfTheirs: the place that the guide has.
func backupsOfTheirs(*Trial) error {
	return editTheirs(replace("/spec/backup", map[string]any{"engine": "builtin",
		"locations": []any{map[string]any{"volume": map[string]any{"hostPath": map[string]any{"path": "/tmp", "type": "Directory"}}}}}))
}

// alterTheirs alters the table of a shard where it is, at its primary.
func alterTheirs(*Trial) error {
	pod, err := theirPrimary()
	if err != nil {
		return err
	}
	said, err := kubectl("", "exec", "-n", theirNamespace, "-c", "percona-toolkit", pod, "--", "pt-online-schema-change",
		"--socket=/vt/socket/mysql.sock", "--user=vt_dba", "--alter", "modify v varchar(128)", "--recursion-method=none",
		"--set-vars", "lock_wait_timeout=5", "--execute", "D=vt_customer,t=rows_written")
	if err == nil && !strings.Contains(said, "Successfully altered `vt_customer`.`rows_written`.") {
		err = fmt.Errorf("it said %s", said)
	}
	return err
}
