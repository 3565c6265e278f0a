package main

import (
	"errors"
	"io/fs"
	"os"
	"path/filepath"
	"time"
)

// order has a machine switched off or on by cluster.sh, which is outside of all machines, and ends when
// that is done.
func order(what, machine string) error {
	path := filepath.Join(os.Getenv("RUN"), "orders", what+"."+machine)
	if err := os.WriteFile(path, nil, 0o600); err != nil {
		return err
	}
	return until(what+" "+machine, time.Minute, func() (bool, error) {
		_, err := os.Stat(path)
		if errors.Is(err, fs.ErrNotExist) {
			return true, nil
		}
		return false, err
	})
}

// switchOff pulls the node's plug, until all is well without it and two minutes longer.
func switchOff(t *Trial, node string) error {
	if err := order("kill", node); err != nil {
		return err
	}
	time.Sleep(5 * time.Second)
	err := t.load.Flowing(patience)
	say("every row is written soon again")
	time.Sleep(2 * time.Minute)
	if fault := order("boot", node); err == nil {
		err = fault
	}
	say("switched on again")
	return err
}
