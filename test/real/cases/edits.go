package main

import (
	"fmt"
	"slices"
	"time"
)

const (
	pool   = "/spec/keyspaces/0/tablets/masterEligible"
	flags  = pool + "/vttablet/flags"
	config = pool + "/mysql/config"
	image  = pool + "/image"
	pods   = pool + "/template"

	resources = pool + "/vttablet/resources"
	rollout   = "/spec/rollout"
)

var edits = []Case{
	{"flags, paused in the middle", true, paused(replace(flags, map[string]any{"queryserver-config-pool-size": 20})), nil},
	{"my.cnf, two shards side by side", true, patch(replace(config, "[mysqld]\nmax_connections = 300\n"), replace(rollout, map[string]any{"maxUnavailableShards": 2})), hasMaxConnections},
	{"an image that does not exist", true, broken(6, replace(image, "vitess/lite:nowhere"), drop(image)), nil},
	{"a flag that vttablet does not take", true, broken(6, replace(flags, map[string]any{"config-file-not-found-handling": "shrug"}), drop(flags)), nil},
	{"a my.cnf that mysqld does not take", true, broken(6, replace(config, "[mysqld]\nnonsense = 1\n"), replace(config, "[mysqld]\nmax_connections = 300\n")), nil},
	{"more memory than the nodes have", true, broken(6, replace(resources, map[string]any{"requests": map[string]any{"memory": "9Ti"}, "limits": map[string]any{"memory": "9Ti"}}), replace(resources, map[string]any{"limits": map[string]any{"memory": "512Mi"}})), nil},
	{"a Secret that is missing", true, broken(6, replace(pods, map[string]any{"env": []any{map[string]any{"name": "A", "valueFrom": map[string]any{"secretKeyRef": map[string]any{"name": "nowhere", "key": "a"}}}}}), drop(pods)), nil},
}

// paused makes an edit, stops it when the first tablet is down, and lets it go on after a while in
// which nothing may have happened.
func paused(each edit) func(*Trial) error {
	return func(t *Trial) error {
		all, err := t.ready()
		if err == nil {
			err = t.patch(each)
		}
		if err == nil {
			err = until("a tablet is down", patience, func() (bool, error) {
				now, err := t.ready()
				return now < all, err
			})
		}
		if err == nil {
			err = t.patch(replace(rollout, map[string]any{"paused": true}))
		}
		if err == nil {
			err = until("the tablet is back", patience, func() (bool, error) {
				now, err := t.ready()
				return now == all, err
			})
		}
		if err == nil {
			err = t.staysUp(all, 30*time.Second)
		}
		if err != nil {
			return err
		}
		say("going on")
		return t.patch(drop(rollout))
	}
}

// staysUp: at no moment fewer tablets are Ready.
func (t *Trial) staysUp(least int, during time.Duration) error {
	for end := time.Now().Add(during); ; time.Sleep(time.Second) {
		now, err := t.ready()
		if err == nil && now < least {
			err = fmt.Errorf("%d tablets are Ready, not %d", now, least)
		}
		if err != nil || !time.Now().Before(end) {
			return err
		}
	}
}

// broken makes an edit that cannot work, sees that at least so many tablets stay up, and mends it.
func broken(least int, bad, mended edit) func(*Trial) error {
	return func(t *Trial) error {
		if err := t.patch(bad); err != nil {
			return err
		}
		slow := []string{"", "RolloutComplete", "RolloutProgressing", "RolloutWaiting"}
		err := until("the rollout is stuck", patience, func() (bool, error) {
			reason, _ := t.watcher.Says("Updated")
			return !slices.Contains(slow, reason), t.staysUp(least, 0)
		})
		if err == nil {
			reason, message := t.watcher.Says("Updated")
			say("%s: %s", reason, message)
			err = t.staysUp(least, 30*time.Second)
		}
		say("mending it")
		if fault := t.patch(mended); err == nil {
			err = fault
		}
		return err
	}
}

func hasMaxConnections(t *Trial) error {
	alias, err := t.tablet(t.Shards[0], "primary")
	if err != nil {
		return err
	}
	value, err := t.sql(alias, "select @@max_connections")
	say("max_connections: %s", value)
	return err
}
