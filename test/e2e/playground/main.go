// The control plane of the tests as a playground (make cluster): it runs until it is told to end.
//
//	playground FOLDER BIN OPERATOR [METACONTROLLER]
package main

import (
	"context"
	"fmt"
	"os"
	"os/signal"
	"path/filepath"
	"syscall"

	"vitess-operator/test/e2e/rig"
)

func main() {
	if err := run(os.Args[1:]); err != nil {
		fmt.Fprintln(os.Stderr, err)
		os.Exit(1)
	}
}

func run(arguments []string) error {
	if len(arguments) < 3 {
		return fmt.Errorf("usage: playground FOLDER BIN OPERATOR [METACONTROLLER]")
	}
	options := rig.Options{Folder: arguments[0], Bin: arguments[1], Operator: arguments[2]}
	if len(arguments) > 3 {
		options.Metacontroller = arguments[3]
	}
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt, syscall.SIGTERM)
	defer stop()
	cluster, err := rig.Start(ctx, options)
	if err != nil {
		return err
	}
	defer cluster.Stop()
	// Whoever has started us waits for this file.
	if err := os.WriteFile(filepath.Join(options.Folder, "ready"), nil, 0o644); err != nil {
		return err
	}
	<-ctx.Done()
	return nil
}
