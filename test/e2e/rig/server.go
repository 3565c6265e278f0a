package rig

import (
	"context"
	"fmt"
	"net/http"
	"os/exec"
	"strconv"
	"syscall"
	"time"

	"vitess-operator/test/e2e/controlplane"
)

// A Build of the operator: the program, or an image with it, which is then what serves.
type Build struct{ Program, Image string }

func (rig *Rig) startServer(ctx context.Context) error {
	port, err := controlplane.FreePort()
	if err != nil {
		return err
	}
	rig.address = fmt.Sprintf("127.0.0.1:%d", port)
	rig.ServerURL = "http://" + rig.address
	rig.Server = controlplane.NewProcess("vitess-operator", rig.Plane.Logs())
	if rig.Image != "" {
		rig.Server.Signal = func(signal syscall.Signal) error {
			return exec.Command("docker", "kill", "--signal", strconv.Itoa(int(signal)), rig.Container).Run()
		}
	}
	return rig.serve(ctx, Build{rig.Operator, rig.Image})
}

// ReplaceServer ends the server and starts that of another build in its place.
func (rig *Rig) ReplaceServer(ctx context.Context, build Build) error {
	rig.Server.Stop()
	return rig.serve(ctx, build)
}

func (rig *Rig) serve(ctx context.Context, build Build) error {
	rig.Server.Args = rig.command(build)
	if err := rig.Server.Start(); err != nil {
		return err
	}
	return rig.WaitForServer(ctx)
}

// A container is confined as the Deployment that we install says, and more tightly in memory.
func (rig *Rig) command(build Build) []string {
	// The port after a free one may be somebody else's.
	serve := []string{"serve", "--listen", rig.address, "--probe-listen", "none"}
	if build.Image == "" {
		return append([]string{build.Program}, serve...)
	}
	return append([]string{
		"docker", "run", "--rm", "--name", rig.Container, "--network", "host", "--read-only", "--cap-drop", "ALL",
		"--security-opt", "no-new-privileges", "--memory", "32m", "--memory-swap", "32m", build.Image,
	}, serve...)
}

// WaitForServer returns once the operator answers.
func (rig *Rig) WaitForServer(ctx context.Context) error {
	for {
		response, err := http.Get(rig.ServerURL + "/readyz")
		if err == nil {
			response.Body.Close()
			if response.StatusCode == http.StatusOK {
				return nil
			}
		}
		if end := rig.Server.Running(); end != nil {
			return end
		}
		select {
		case <-ctx.Done():
			return ctx.Err()
		case <-time.After(20 * time.Millisecond):
		}
	}
}
