package vitess

import (
	"bytes"
	"encoding/json"
	"errors"
	"net/http"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"syscall"
	"time"

	corev1 "k8s.io/api/core/v1"
)

// Where task Pods expect it and what they leave their answer in.
const (
	clientPath      = "/vt/bin/vtctldclient"
	terminationPath = "/dev/termination-log"
	terminationSize = 4096
	logTailSize     = 2048
)

// A task's script as it runs, in a real shell.
type task struct {
	command *exec.Cmd
	message string // file in place of /dev/termination-log
	log     bytes.Buffer
	done    chan struct{}
}

func (c *Cluster) lookAtTask(r *run, each *container, now time.Time) {
	each.ready = true
	if each.task == nil {
		started, err := c.startTask(r, each.spec)
		if err != nil {
			c.exit(r, each, 128, err.Error(), now)
			return
		}
		each.task = started
	}
	select {
	case <-each.task.done:
		code := int32(each.task.command.ProcessState.ExitCode())
		c.exit(r, each, code, each.task.answer(code), now)
	default:
	}
}

// The script as it stands, but for where its answer goes and where its client is.
func (c *Cluster) startTask(r *run, spec *corev1.Container) (*task, error) {
	file, err := os.CreateTemp(c.folder, "termination-log-")
	if err != nil {
		return nil, err
	}
	file.Close()
	words := r.arguments(spec)
	for i := range words {
		words[i] = strings.ReplaceAll(words[i], terminationPath, file.Name())
		if words[i] == clientPath || words[i] == curlProgram {
			words[i] = c.clientProgram
		}
	}
	started := &task{command: exec.Command(words[0], words[1:]...), message: file.Name(), done: make(chan struct{})}
	started.command.Env = []string{
		"PATH=" + os.Getenv("PATH"), "VTCTLD=" + filepath.Join(c.folder, socketName),
		"POD_NAME=" + r.pod.Name, "POD_NAMESPACE=" + r.pod.Namespace,
	}
	started.command.Stdout, started.command.Stderr = &started.log, &started.log
	started.command.SysProcAttr = &syscall.SysProcAttr{Setpgid: true, Pdeathsig: syscall.SIGKILL}
	if err := started.command.Start(); err != nil {
		return nil, err
	}
	go func() {
		_ = started.command.Wait()
		close(started.done)
	}()
	return started, nil
}

// kill ends the shell and its children, and takes its file away.
func (t *task) kill() {
	select {
	case <-t.done:
	default:
		_ = syscall.Kill(-t.command.Process.Pid, syscall.SIGKILL)
		<-t.done
	}
	_ = os.Remove(t.message)
}

// answer is the termination message, under FallbackToLogsOnError: what the container has left in the
// file, or, where it failed and left nothing, the end of its log.
func (t *task) answer(code int32) string {
	text, _ := os.ReadFile(t.message)
	if len(text) == 0 && code != 0 {
		text = t.log.Bytes()
		text = text[max(0, len(text)-logTailSize):]
	}
	return string(text[:min(len(text), terminationSize)])
}

// --- vtctldclient asks here, over a socket ---

const socketName = "vtctld.sock"

// A Question is a command line of vtctldclient and the Pod it was typed in.
type Question struct {
	Pod, Namespace string
	Words          []string
}

// An Answer is what it prints and how it ends.
type Answer struct {
	Text string
	Well bool
}

func (c *Cluster) serveQuestions(writer http.ResponseWriter, request *http.Request) {
	var question Question
	if err := json.NewDecoder(request.Body).Decode(&question); err != nil {
		http.Error(writer, err.Error(), http.StatusBadRequest)
		return
	}
	answered := c.ask(question)
	c.note("task %s: vtctldclient %s: %s", question.Pod, strings.Join(question.Words, " "), strings.TrimSpace(answered.text))
	_ = json.NewEncoder(writer).Encode(Answer{answered.text, answered.well})
}

// The global flags that come before the command.
func splitGlobal(words []string) (global, command []string) {
	for i := 0; i < len(words); i++ {
		switch {
		case words[i] == "--server" || words[i] == "--action-timeout":
			i++
		case !strings.HasPrefix(words[i], "--"):
			return words[:i], words[i:]
		}
	}
	return words, nil
}

func (c *Cluster) ask(question Question) result {
	c.lock.Lock()
	defer c.lock.Unlock()
	if slices.Contains(question.Words, "--data") {
		return c.askEtcd(question)
	}
	global, words := splitGlobal(question.Words)
	if len(words) > 0 && slices.Contains(c.failing, words[0]) {
		return fails("Unknown", "this fault was asked for")
	}
	server := flag(global, "server")
	t, err := c.topologyOf(question.Namespace, server, global)
	if err != nil {
		return fails("Unavailable", "connection error: desc = \"transport: Error while dialing: dial tcp: lookup %s: %v\"", server, err)
	}
	if !c.reachable(t) {
		return fails("DeadlineExceeded", "deadline exceeded: the topology does not answer")
	}
	return c.world.run(t, words, time.Now())
}

// The topology that the command works on.
func (c *Cluster) topologyOf(namespace, server string, words []string) (*topology, error) {
	if server == "internal" {
		return c.world.topology(namespace, flag(words, "topo-global-server-address"), flag(words, "topo-global-root")), nil
	}
	vtctld := c.behind(namespace, server, programVtctld)
	if vtctld == nil {
		return nil, errors.New("connection refused")
	}
	return vtctld.topology, nil
}
