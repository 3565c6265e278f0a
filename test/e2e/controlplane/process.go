package controlplane

import (
	"errors"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"sync"
	"syscall"
	"time"
)

// A Process is one program that runs beside the tests. It can be killed and started again; its
// output goes to one log file, over all its lives.
type Process struct {
	Name string
	Args []string
	Env  []string // on top of the environment
	// Signal takes a signal to a program that is no child of ours, such as one in a container.
	Signal func(syscall.Signal) error
	// Revived is started again when it ends by itself, as kubelet does with the Pods of a control plane.
	Revived bool

	log  string
	lock sync.Mutex
	run  *run
}

// One life of a Process.
type run struct {
	command *exec.Cmd
	ended   chan struct{}
	err     error // how it ended, once it has
	asked   bool  // to end
}

// NewProcess describes a program; it is not started yet. args[0] is the program itself.
func NewProcess(name, logs string, args ...string) *Process {
	return &Process{Name: name, Args: args, log: filepath.Join(logs, name+".log")}
}

// Start starts it. A process of its own group, so that an interrupt at the terminal reaches the test
// alone, which then ends everything in order; and one that dies with the test, whatever happens.
func (process *Process) Start() error {
	process.lock.Lock()
	defer process.lock.Unlock()
	return process.start()
}

func (process *Process) start() error {
	log, err := os.OpenFile(process.log, os.O_CREATE|os.O_APPEND|os.O_WRONLY, 0o644)
	if err != nil {
		return err
	}
	defer log.Close()
	command := exec.Command(process.Args[0], process.Args[1:]...)
	command.Stdout, command.Stderr = log, log
	command.Env = append(os.Environ(), process.Env...)
	command.SysProcAttr = &syscall.SysProcAttr{Setpgid: true, Pdeathsig: syscall.SIGKILL}
	if err := command.Start(); err != nil {
		return fmt.Errorf("%s: %w", process.Name, err)
	}
	life := &run{command: command, ended: make(chan struct{})}
	go func() {
		life.err = command.Wait()
		close(life.ended)
		process.revive(life)
	}()
	process.run = life
	return nil
}

func (process *Process) revive(life *run) {
	if !process.Revived {
		return
	}
	time.Sleep(time.Second)
	process.lock.Lock()
	defer process.lock.Unlock()
	if process.run == life && !life.asked {
		_ = process.start()
	}
}

// Running says whether it runs, and if not, why not.
func (process *Process) Running() error {
	process.lock.Lock()
	defer process.lock.Unlock()
	if process.run == nil {
		return fmt.Errorf("%s was never started", process.Name)
	}
	select {
	case <-process.run.ended:
		return fmt.Errorf("%s has ended (%v), see %s", process.Name, process.run.err, process.log)
	default:
		return nil
	}
}

// Pid is 0 where it does not run.
func (process *Process) Pid() int {
	if process.Running() != nil {
		return 0
	}
	return process.run.command.Process.Pid
}

// Kill ends it as a lost machine would: SIGKILL. It returns once it is gone.
func (process *Process) Kill() { process.end(syscall.SIGKILL) }

// Stop ends it with SIGTERM, and after some time with SIGKILL. It returns once it is gone.
func (process *Process) Stop() { process.end(syscall.SIGTERM) }

func (process *Process) end(signal syscall.Signal) {
	process.lock.Lock()
	defer process.lock.Unlock()
	if process.run == nil {
		return
	}
	life := process.run
	life.asked = true
	if process.Signal != nil {
		_ = process.Signal(signal)
	} else {
		_ = life.command.Process.Signal(signal)
	}
	select {
	case <-life.ended:
	case <-time.After(15 * time.Second):
		_ = life.command.Process.Kill()
		<-life.ended
	}
}

// Log is all that it has said so far.
func (process *Process) Log() string {
	text, err := os.ReadFile(process.log)
	if errors.Is(err, os.ErrNotExist) {
		return ""
	}
	return string(text)
}
