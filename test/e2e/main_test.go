// Package e2e drives the operator in a real Kubernetes control plane: what the API server accepts and
// refuses always, and whole lives of clusters where there is a Metacontroller.
package e2e

import (
	"context"
	"fmt"
	"os"
	"os/exec"
	"os/signal"
	"path/filepath"
	"strings"
	"syscall"
	"testing"

	"vitess-operator/test/e2e/rig"
)

var (
	root    string // of the repository
	cluster *rig.Rig
	ctx     context.Context
)

func TestMain(m *testing.M) { os.Exit(run(m)) }

func run(m *testing.M) int {
	var stop context.CancelFunc
	ctx, stop = signal.NotifyContext(context.Background(), os.Interrupt, syscall.SIGTERM)
	defer stop()
	options, err := optionsFromEnvironment()
	if err != nil {
		fmt.Fprintln(os.Stderr, err)
		return 2
	}
	if cluster, err = rig.Start(ctx, options); err != nil {
		fmt.Fprintf(os.Stderr, "the control plane does not start: %v\nlogs are in %s\n", err, options.Folder)
		return 1
	}
	ended := make(chan int, 1)
	go func() { ended <- m.Run() }()
	code := 1
	select {
	case code = <-ended:
	case <-ctx.Done():
		fmt.Fprintln(os.Stderr, "interrupted")
	}
	if forbidden := cluster.Forbidden(); len(forbidden) > 0 {
		fmt.Printf("--- FAIL: Metacontroller needs more than `vitess-operator controllers --role`:\n    %s\n",
			strings.Join(forbidden, "\n    "))
		code = 1
	}
	cluster.Stop()
	switch {
	case code != 0:
		fmt.Printf("logs are in %s\n", cluster.Plane.Logs())
	case os.Getenv("KEEP") != "":
		fmt.Printf("kept: %s\n", options.Folder)
	default:
		os.RemoveAll(options.Folder)
	}
	return code
}

// Where everything is: BIN and OPERATOR as `make e2e` sets them, METACONTROLLER or the PATH.
func optionsFromEnvironment() (rig.Options, error) {
	var err error
	if root, err = filepath.Abs("../.."); err != nil {
		return rig.Options{}, err
	}
	options := rig.Options{
		Bin:            orElse(os.Getenv("BIN"), filepath.Join(root, "build/e2e/bin")),
		Operator:       orElse(os.Getenv("OPERATOR"), filepath.Join(root, "build/release/vitess-operator")),
		Image:          os.Getenv("IMAGE"),
		Container:      orElse(os.Getenv("CONTAINER"), fmt.Sprintf("vitess-operator-e2e-%d", os.Getpid())),
		Metacontroller: os.Getenv("METACONTROLLER"),
	}
	if options.Metacontroller == "" {
		options.Metacontroller, _ = exec.LookPath("metacontroller")
	}
	for _, program := range []string{options.Operator, filepath.Join(options.Bin, "kube-apiserver"), options.Metacontroller} {
		if _, err := os.Stat(program); program != "" && err != nil {
			return options, fmt.Errorf("%w: run make e2e", err)
		}
	}
	runs := filepath.Join(root, "build/e2e/runs")
	if err := os.MkdirAll(runs, 0o755); err != nil {
		return options, err
	}
	options.Folder, err = os.MkdirTemp(runs, "run-")
	return options, err
}

func orElse(text, otherwise string) string {
	if text != "" {
		return text
	}
	return otherwise
}
