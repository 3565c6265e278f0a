package main

import (
	"fmt"
	"path/filepath"
	"strings"
	"time"
)

// All three come up from nothing: of shards that overlap Vitess lets the one serve that it knows first.
var resharding = []Case{
	{"shards leave beside the one that serves", true, patch(drop("/spec/keyspaces/0/shards/2"), drop("/spec/keyspaces/0/shards/1")), shardsAre(1)},
	{"shards beside the one that serves", true, applyFile, shardsAre(3)},
	// At the switch vtgate itself fails a few ("VT13001: [BUG] unexpected 'autocommitted' state"), and who tries
	// such a row again at once may meet the locks of the first try.
	{"resharding from - to -80 and 80-, as the handbook says", false, reshard, shardsAre(2)},
}

// applyFile applies the example as it is.
func applyFile(t *Trial) error {
	_, err := kubectl("", "apply", "-f", t.file)
	return err
}

func (t *Trial) reshard(words ...string) error {
	_, err := t.vtctldclient(append([]string{"Reshard", "--workflow", "split", "--target-keyspace", t.Keyspace}, words...)...)
	return err
}

func reshard(t *Trial) error {
	if err := t.reshard("create", "--source-shards", "-", "--target-shards", "-80,80-"); err != nil {
		return err
	}
	said := ""
	// It refuses until all rows are copied.
	err := until("traffic is switched", 10*time.Minute, func() (bool, error) {
		err := t.reshard("switchtraffic")
		if err != nil && err.Error() != said {
			said = err.Error()
			say("%.400s", said[max(0, len(said)-400):])
		}
		return err == nil, nil
	})
	if err != nil {
		return err
	}
	say("switched")
	if err := t.reshard("complete"); err != nil {
		return err
	}
	t.Shards = []string{"-80", "80-"}
	_, err = kubectl("", "apply", "-f", filepath.Join(filepath.Dir(t.file), "resharding-2.yaml"))
	return err
}

func shardsAre(count int) func(*Trial) error {
	return func(t *Trial) error {
		return until(fmt.Sprintf("there are %d shards", count), 5*time.Minute, func() (bool, error) {
			names, err := kubectl("", "get", "vitessshards", "-o", "jsonpath={.items[*].metadata.name}")
			return len(strings.Fields(names)) == count, err
		})
	}
}
