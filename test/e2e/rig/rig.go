// Package rig puts the pieces together: a control plane, the stand-in for kubelets and Vitess, the
// operator, and Metacontroller where there is one. Tests and the playground (make cluster) share it.
package rig

import (
	"bytes"
	"context"
	_ "embed"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"time"

	"k8s.io/client-go/dynamic"

	"vitess-operator/test/e2e/controlplane"
	"vitess-operator/test/e2e/vitess"
)

// MetacontrollerCRDs are the stand-ins for Metacontroller's own.
//
//go:embed metacontroller-stand-ins.yaml
var MetacontrollerCRDs string

// Options say where programs are.
type Options struct {
	Bin            string // folder of the control plane's programs and of vtctldclient
	Folder         string // of this run
	Operator       string // vitess-operator
	Image          string // of it, to serve from; "" where it serves as a process
	Container      string // the name of the image's container
	Metacontroller string // "" where there is none
}

// A Rig that runs.
type Rig struct {
	Options
	Plane          *controlplane.ControlPlane
	Vitess         *vitess.Cluster
	Dynamic        dynamic.Interface
	Server         *controlplane.Process // vitess-operator serve
	Metacontroller *controlplane.Process // nil where there is none
	ServerURL      string
	Recorder       *Recorder // between the two; nil where there is no Metacontroller

	address string // of the server
	cancel  context.CancelFunc
}

// Start brings up everything, with the CRDs in place. What has been started is ended again where it
// fails.
func Start(ctx context.Context, options Options) (*Rig, error) {
	return start(ctx, options, (*Rig).bringUp)
}

// StartBare brings up what is there before anybody installs something: a control plane, and the
// stand-in for kubelets and Vitess.
func StartBare(ctx context.Context, options Options) (*Rig, error) {
	return start(ctx, options, (*Rig).bringUpBare)
}

func start(ctx context.Context, options Options, bringUp func(*Rig, context.Context) error) (*Rig, error) {
	plane, err := controlplane.Start(ctx, options.Bin, options.Folder)
	if err != nil {
		return nil, err
	}
	rig := &Rig{Options: options, Plane: plane}
	ctx, rig.cancel = context.WithCancel(ctx)
	if err := bringUp(rig, ctx); err != nil {
		rig.Stop()
		return nil, err
	}
	return rig, nil
}

func (rig *Rig) bringUpBare(ctx context.Context) (err error) {
	if rig.Dynamic, err = dynamic.NewForConfig(rig.Plane.Config); err != nil {
		return err
	}
	rig.Vitess, err = vitess.Start(ctx, rig.Plane.Client, rig.Plane.Logs(), filepath.Join(rig.Bin, "vtctldclient"))
	return err
}

func (rig *Rig) bringUp(ctx context.Context) error {
	var err error
	if err := rig.bringUpBare(ctx); err != nil {
		return err
	}
	if err := rig.installCRDs(); err != nil {
		return err
	}
	if err := rig.installPolicies(ctx); err != nil {
		return err
	}
	if err := rig.makeAccount(); err != nil {
		return err
	}
	if rig.Options.Metacontroller == "" {
		return nil
	}
	if err := rig.startServer(ctx); err != nil {
		return err
	}
	if rig.Recorder, err = startRecorder(rig.ServerURL); err != nil {
		return err
	}
	return rig.startMetacontroller(ctx)
}

func (rig *Rig) installCRDs() error {
	crds, err := rig.Run("crds")
	if err != nil {
		return err
	}
	for _, documents := range []string{MetacontrollerCRDs, crds} {
		if _, err := rig.Kubectl(documents, "apply", "--server-side", "-f", "-"); err != nil {
			return err
		}
	}
	return rig.AwaitCRDs()
}

// AwaitCRDs returns once all that are there can be used. kubectl gives up where one has no condition yet.
func (rig *Rig) AwaitCRDs() (err error) {
	for tries := 0; tries < 20; tries++ {
		if _, err = rig.Kubectl("", "wait", "--for=condition=Established", "crd", "--all", "--timeout=60s"); err == nil {
			break
		}
		time.Sleep(500 * time.Millisecond)
	}
	return err
}

// installPolicies puts the admission policies of the installation into force: whole lives of clusters
// have to do with them.
func (rig *Rig) installPolicies(ctx context.Context) error {
	installation, err := rig.Run("install")
	if err != nil {
		return err
	}
	var policies []string
	for _, document := range strings.Split(installation, "\n---\n") {
		if strings.Contains(document, "\nkind: ValidatingAdmissionPolicy") {
			policies = append(policies, document)
		}
	}
	if _, err = rig.Kubectl(strings.Join(policies, "\n---\n"), "apply", "-f", "-"); err != nil {
		return err
	}
	// The API server takes a moment.
	for ctx.Err() == nil {
		_, err = rig.Kubectl("", "delete", "crd", "vitessclusters.vitess.io", "--dry-run=server")
		if err != nil && strings.Contains(err.Error(), "denied request") {
			return nil
		}
		time.Sleep(100 * time.Millisecond)
	}
	return ctx.Err()
}

func (rig *Rig) startMetacontroller(ctx context.Context) error {
	controllers, err := rig.Run("controllers", "--url", rig.Recorder.URL)
	if err != nil {
		return err
	}
	if _, err := rig.Kubectl(controllers, "apply", "-f", "-"); err != nil {
		return err
	}
	return rig.StartMetacontroller(ctx)
}

// StartMetacontroller starts it with the account that is there by its own name; env is on top of the environment.
func (rig *Rig) StartMetacontroller(ctx context.Context, env ...string) error {
	kubeconfig, err := rig.logIn(ctx)
	if err != nil {
		return err
	}
	rig.Metacontroller = controlplane.NewProcess("metacontroller", rig.Plane.Logs(), rig.Options.Metacontroller,
		"--metrics-address=0", "--health-probe-bind-address=0", "--zap-log-level=info",
		"--client-go-qps=200", "--client-go-burst=400", "--discovery-interval=2s")
	rig.Metacontroller.Env = append([]string{"KUBECONFIG=" + kubeconfig}, env...)
	return rig.Metacontroller.Start()
}

// Stop ends everything.
func (rig *Rig) Stop() {
	for _, process := range []*controlplane.Process{rig.Metacontroller, rig.Server} {
		if process != nil {
			process.Stop()
		}
	}
	if rig.Recorder != nil {
		rig.Recorder.server.Close()
	}
	rig.cancel()
	if rig.Vitess != nil {
		rig.Vitess.Wait()
	}
	rig.Plane.Stop()
}

// Run runs vitess-operator and gives what it prints.
func (rig *Rig) Run(arguments ...string) (string, error) {
	return output(exec.Command(rig.Operator, arguments...))
}

// Kubectl runs kubectl against the control plane and gives what it prints.
func (rig *Rig) Kubectl(input string, arguments ...string) (string, error) {
	command := exec.Command(filepath.Join(rig.Bin, "kubectl"), append([]string{"--kubeconfig", rig.Plane.Kubeconfig}, arguments...)...)
	command.Stdin = strings.NewReader(input)
	command.Env = append(os.Environ(), "HOME="+rig.Folder) // for its discovery cache
	return output(command)
}

func output(command *exec.Cmd) (string, error) {
	var out, complaints bytes.Buffer
	command.Stdout, command.Stderr = &out, &complaints
	if err := command.Run(); err != nil {
		return out.String(), fmt.Errorf("%s: %w: %s", strings.Join(command.Args, " "), err, complaints.String())
	}
	return out.String(), nil
}
