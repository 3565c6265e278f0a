// The control plane of the tests for real nodes: it runs until it is told to end.
//
//	controlplane FOLDER BIN ADDRESS
package main

import (
	"context"
	"fmt"
	"os"
	"os/signal"
	"path/filepath"
	"syscall"

	"vitess-operator/test/e2e/controlplane"
)

func main() {
	if err := run(os.Args[1:]); err != nil {
		fmt.Fprintln(os.Stderr, err)
		os.Exit(1)
	}
}

func run(arguments []string) error {
	if len(arguments) != 3 {
		return fmt.Errorf("usage: controlplane FOLDER BIN ADDRESS")
	}
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt, syscall.SIGTERM)
	defer stop()
	plane, err := controlplane.StartAt(ctx, arguments[1], arguments[0], arguments[2])
	if err != nil {
		return err
	}
	defer plane.Stop()
	// Whoever has started us waits for this file.
	if err := os.WriteFile(filepath.Join(arguments[0], "ready"), nil, 0o644); err != nil {
		return err
	}
	<-ctx.Done()
	return nil
}
