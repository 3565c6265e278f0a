package vitess

import (
	"context"
	"fmt"
	"path"
	"slices"
	"strings"
	"time"

	corev1 "k8s.io/api/core/v1"
	"k8s.io/apimachinery/pkg/api/equality"
	apierrors "k8s.io/apimachinery/pkg/api/errors"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/types"
)

// How a kubelet treats Pods, with shorter pauses.
const (
	graceTime    = 200 * time.Millisecond // a process needs to end
	firstBackoff = 500 * time.Millisecond
	longBackoff  = 5 * time.Second
)

type containerState int

const (
	waiting containerState = iota
	running
	ended
)

type container struct {
	spec     *corev1.Container
	init     bool
	state    containerState
	reason   string // why it waits
	since    time.Time
	program  program
	well     bool // the process has started up
	ready    bool
	restarts int32
	last     *corev1.ContainerStateTerminated // its last end
	retry    time.Time
	task     *task // of a program that is a task
}

// A Pod on a node.
type run struct {
	pod        *corev1.Pod // as last seen
	started    bool        // all init containers are done; sidecars have started
	address    string
	init, main []*container
	topology   *topology
	tablet     *tablet
	stopping   time.Time // since when it is being ended
	crashing   int       // how often the containers crash before they run
	written    *corev1.PodStatus
}

func newRun(pod *corev1.Pod, number int) *run {
	r := &run{pod: pod, address: fmt.Sprintf("10.200.%d.%d", number/250%250, number%250+1)}
	for i := range pod.Spec.InitContainers {
		r.init = append(r.init, newContainer(&pod.Spec.InitContainers[i], true))
	}
	for i := range pod.Spec.Containers {
		r.main = append(r.main, newContainer(&pod.Spec.Containers[i], false))
	}
	return r
}

func newContainer(spec *corev1.Container, init bool) *container {
	return &container{spec: spec, init: init, reason: "ContainerCreating", program: programOf(spec)}
}

func (r *run) all() []*container { return append(slices.Clone(r.init), r.main...) }

// --- one look at a Pod ---

func (c *Cluster) step(ctx context.Context, r *run, now time.Time) {
	if r.pod.DeletionTimestamp != nil {
		c.end(ctx, r, now)
		return
	}
	if r.pod.Status.Phase != corev1.PodSucceeded && r.pod.Status.Phase != corev1.PodFailed {
		c.stepContainers(r, now)
	}
	c.report(ctx, r, now)
}

// Ends the processes, then removes the Pod, as a kubelet does after the grace period or earlier.
func (c *Cluster) end(ctx context.Context, r *run, now time.Time) {
	if r.stopping.IsZero() {
		r.stopping = now
		c.recordRemoval(r)
		for _, each := range r.all() {
			if each.state == running {
				c.exit(r, each, 143, "", now)
			}
		}
	}
	if now.Sub(r.stopping) < max(graceTime, c.ending[r.pod.Namespace]) {
		c.report(ctx, r, now)
		return
	}
	none := int64(0)
	_ = c.client.CoreV1().Pods(r.pod.Namespace).Delete(ctx, r.pod.Name, metav1.DeleteOptions{
		GracePeriodSeconds: &none,
		Preconditions:      &metav1.Preconditions{UID: &r.pod.UID},
	})
}

// Init containers run one after the other. A sidecar has its turn until it has started; once all
// others are there, too, it is one of them.
func (c *Cluster) stepContainers(r *run, now time.Time) {
	if !r.started {
		r.started = c.initialize(r, now)
		return
	}
	for _, each := range r.all() {
		if !each.done() {
			c.stepContainer(r, each, now)
		}
	}
}

func (c *Cluster) initialize(r *run, now time.Time) bool {
	for _, each := range r.init {
		if each.done() {
			continue
		}
		c.stepContainer(r, each, now)
		if !each.done() && !(each.sidecar() && each.ready) {
			return false
		}
	}
	return true
}

func (each *container) sidecar() bool { return each.spec.RestartPolicy != nil }

// done is true of an init container that has succeeded.
func (each *container) done() bool {
	return each.init && !each.sidecar() && each.state == ended && each.last.ExitCode == 0
}

func (c *Cluster) stepContainer(r *run, each *container, now time.Time) {
	switch each.state {
	case waiting:
		if now.Before(each.retry) {
			return
		}
		if c.cannotPull(each.spec.Image) {
			each.reason = "ImagePullBackOff"
			return
		}
		each.state, each.since, each.well, each.ready = running, now, false, false
		if each.last != nil {
			each.restarts++
		}
	case running:
		switch {
		case each.init && each.program == programOther && !each.sidecar():
			c.exit(r, each, 0, "", now)
		case r.crashing > 0 && !each.init:
			r.crashing--
			c.exit(r, each, 1, "crashed: this fault was asked for", now)
		default:
			c.look(r, each, now)
		}
	case ended:
		if r.restarts(each) {
			each.state, each.reason = waiting, "CrashLoopBackOff"
			each.retry = now.Add(min(longBackoff, firstBackoff<<min(each.restarts, 8)))
		}
	}
}

// restartPolicy: a container of a task that has succeeded stays ended.
func (r *run) restarts(each *container) bool {
	if each.sidecar() {
		return true
	}
	switch r.pod.Spec.RestartPolicy {
	case corev1.RestartPolicyNever:
		return false
	case corev1.RestartPolicyOnFailure:
		return each.last.ExitCode != 0
	default:
		return true
	}
}

func (c *Cluster) exit(r *run, each *container, code int32, message string, now time.Time) {
	reason := "Completed"
	if code != 0 {
		reason = "Error"
	}
	each.last = &corev1.ContainerStateTerminated{
		ExitCode: code, Reason: reason, Message: message,
		StartedAt: metav1.NewTime(each.since.Truncate(time.Second)), FinishedAt: metav1.NewTime(now.Truncate(time.Second)),
		ContainerID: containerID(r, each),
	}
	c.programEnded(r, each)
	each.state, each.ready, each.well = ended, false, false
}

func containerID(r *run, each *container) string {
	return fmt.Sprintf("stand-in://%s/%s/%d", r.pod.UID, each.spec.Name, each.restarts)
}

// --- status ---

func (c *Cluster) report(ctx context.Context, r *run, now time.Time) {
	status := r.status(now)
	if equality.Semantic.DeepEqual(*status, r.pod.Status) ||
		(r.written != nil && equality.Semantic.DeepEqual(*status, *r.written)) {
		return
	}
	pod := r.pod.DeepCopy()
	pod.Status = *status
	written, err := c.client.CoreV1().Pods(pod.Namespace).UpdateStatus(ctx, pod, metav1.UpdateOptions{})
	switch {
	case err == nil:
		r.written, r.pod = status, written
	case !apierrors.IsConflict(err) && !apierrors.IsNotFound(err) && ctx.Err() == nil:
		c.note("status of Pod %s: %v", pod.Name, err)
	}
}

func (r *run) status(now time.Time) *corev1.PodStatus {
	status := r.pod.Status.DeepCopy()
	status.Phase = r.phase()
	status.HostIP, status.HostIPs = "10.0.0.1", []corev1.HostIP{{IP: "10.0.0.1"}}
	status.PodIP, status.PodIPs = r.address, []corev1.PodIP{{IP: r.address}}
	status.ObservedGeneration = r.pod.Generation
	if status.StartTime == nil {
		start := metav1.NewTime(now.Truncate(time.Second))
		status.StartTime = &start
	}
	status.InitContainerStatuses = statuses(r, r.init)
	status.ContainerStatuses = statuses(r, r.main)
	initialized := r.started
	// Nobody here says yes to a readiness gate.
	ready := initialized && len(r.pod.Spec.ReadinessGates) == 0 && !slices.ContainsFunc(r.all(), func(each *container) bool { return !each.ready && !each.done() })
	reason := ""
	if status.Phase == corev1.PodSucceeded {
		reason = "PodCompleted"
	}
	set := func(kind corev1.PodConditionType, holds bool, because string) {
		setCondition(status, kind, holds, because, r.pod.Generation, now)
	}
	set(corev1.PodReadyToStartContainers, true, "")
	set(corev1.PodInitialized, initialized, orText(reason, "ContainersNotInitialized"))
	set(corev1.PodReady, ready, orText(reason, "ContainersNotReady"))
	set(corev1.ContainersReady, ready, orText(reason, "ContainersNotReady"))
	return status
}

func orText(text, otherwise string) string {
	if text != "" {
		return text
	}
	return otherwise
}

func setCondition(status *corev1.PodStatus, kind corev1.PodConditionType, holds bool, reason string, generation int64, now time.Time) {
	value := corev1.ConditionFalse
	if holds {
		value, reason = corev1.ConditionTrue, ""
	}
	for i := range status.Conditions {
		condition := &status.Conditions[i]
		if condition.Type != kind {
			continue
		}
		if condition.Status != value {
			condition.LastTransitionTime = metav1.NewTime(now.Truncate(time.Second))
		}
		condition.Status, condition.Reason, condition.ObservedGeneration = value, reason, generation
		return
	}
	status.Conditions = append(status.Conditions, corev1.PodCondition{
		Type: kind, Status: value, Reason: reason, ObservedGeneration: generation,
		LastTransitionTime: metav1.NewTime(now.Truncate(time.Second)),
	})
}

func (r *run) phase() corev1.PodPhase {
	if r.pod.Status.Phase == corev1.PodSucceeded || r.pod.Status.Phase == corev1.PodFailed {
		return r.pod.Status.Phase
	}
	over, failed := 0, 0
	for _, each := range r.all() {
		if each.state == waiting && each.last == nil {
			return corev1.PodPending
		}
	}
	for _, each := range r.main {
		if each.state == ended && !r.restarts(each) {
			over++
			if each.last.ExitCode != 0 {
				failed++
			}
		}
	}
	switch {
	case over < len(r.main) || r.pod.DeletionTimestamp != nil:
		return corev1.PodRunning
	case failed > 0:
		return corev1.PodFailed
	default:
		return corev1.PodSucceeded
	}
}

func statuses(r *run, containers []*container) []corev1.ContainerStatus {
	var list []corev1.ContainerStatus
	for _, each := range containers {
		started := each.state == running
		status := corev1.ContainerStatus{
			Name: each.spec.Name, Image: each.spec.Image, RestartCount: each.restarts, Started: &started,
			Ready: each.ready || each.done(),
		}
		switch each.state {
		case waiting:
			status.State.Waiting = &corev1.ContainerStateWaiting{Reason: each.reason, Message: waitingMessage(each)}
			status.LastTerminationState.Terminated = each.last
		case running:
			status.State.Running = &corev1.ContainerStateRunning{StartedAt: metav1.NewTime(each.since.Truncate(time.Second))}
			status.LastTerminationState.Terminated = each.last
			status.ContainerID = containerID(r, each)
		case ended:
			status.State.Terminated = each.last
			status.ContainerID = each.last.ContainerID
		}
		if status.ContainerID != "" {
			status.ImageID = each.spec.Image
		}
		list = append(list, status)
	}
	return list
}

func waitingMessage(each *container) string {
	switch each.reason {
	case "CrashLoopBackOff":
		return "back-off restarting failed container=" + each.spec.Name
	case "ImagePullBackOff":
		return fmt.Sprintf("Back-off pulling image %q", each.spec.Image)
	default:
		return ""
	}
}

// --- programs ---

type program int

const (
	programOther program = iota
	programEtcd
	programVtctld
	programVtgate
	programVtorc
	programVttablet
	programMysqlctld
	programTask
	programVersion // one of Vitess that reads its flags and tells its version
	programNothing // "true", and what only asks whether a text is right
)

var programs = map[string]program{
	"etcd": programEtcd, "vtctld": programVtctld, "vtgate": programVtgate, "vtorc": programVtorc,
	"vttablet": programVttablet, "mysqlctld": programMysqlctld, "true": programNothing,
}

func programOf(spec *corev1.Container) program {
	words := append(slices.Clone(spec.Command), spec.Args...)
	if len(words) == 0 {
		return programOther
	}
	if words[0] == "sh" && (slices.Contains(words, clientPath) || slices.Contains(words, curlProgram)) {
		return programTask
	}
	// sh -c SCRIPT my-cnf FILE asks mysqld about a text, which nobody here knows anything about.
	if words[0] == "sh" && len(words) > 3 && words[3] == "my-cnf" {
		return programNothing
	}
	if words[len(words)-1] == "--version" {
		return programVersion
	}
	return programs[path.Base(words[0])]
}

// The words of its command line, with $(NAME) and $$ expanded as Kubernetes does.
func (r *run) arguments(spec *corev1.Container) []string {
	words := append(slices.Clone(spec.Command), spec.Args...)
	for i := range words {
		words[i] = r.expand(spec, words[i])
	}
	return words
}

// kubernetes/third_party/forked/golang/expansion: a variable that is not there stays as it is written.
func (r *run) expand(spec *corev1.Container, text string) string {
	var out strings.Builder
	for {
		before, after, found := strings.Cut(text, "$")
		out.WriteString(before)
		if !found {
			return out.String()
		}
		name, rest, closed := strings.Cut(strings.TrimPrefix(after, "("), ")")
		variable := slices.IndexFunc(spec.Env, func(each corev1.EnvVar) bool { return each.Name == name })
		switch {
		case strings.HasPrefix(after, "$"):
			out.WriteString("$")
			text = after[1:]
		case strings.HasPrefix(after, "(") && closed && variable >= 0:
			out.WriteString(r.variable(&spec.Env[variable]))
			text = rest
		default:
			out.WriteString("$")
			text = after
		}
	}
}

func (r *run) variable(variable *corev1.EnvVar) string {
	if variable.ValueFrom == nil || variable.ValueFrom.FieldRef == nil {
		return variable.Value
	}
	switch variable.ValueFrom.FieldRef.FieldPath {
	case "metadata.name":
		return r.pod.Name
	case "metadata.namespace":
		return r.pod.Namespace
	case "metadata.uid":
		return string(r.pod.UID)
	case "status.podIP":
		return r.address
	case "spec.nodeName":
		return r.pod.Spec.NodeName
	}
	return ""
}

// flag is the value of --name=value or --name value, "" where there is none.
func flag(words []string, name string) string {
	for i, word := range words {
		if value, ok := strings.CutPrefix(word, "--"+name+"="); ok {
			return value
		}
		if word == "--"+name && i+1 < len(words) {
			return words[i+1]
		}
	}
	return ""
}

// unknownFlag is the first of the flags that no program knows, "" where there is none.
func unknownFlag(words []string) string {
	for _, word := range words {
		if name, _, _ := strings.Cut(word, "="); strings.HasPrefix(name, "--"+UnknownFlag) {
			return name
		}
	}
	return ""
}

func (c *Cluster) look(r *run, each *container, now time.Time) {
	if name := unknownFlag(r.arguments(each.spec)); name != "" {
		c.exit(r, each, 1, "Usage of it:\n  --this\nunknown flag: "+name+"\n", now)
		return
	}
	switch each.program {
	case programVersion, programNothing:
		c.exit(r, each, 0, "", now)
	case programEtcd:
		each.well = true
		each.ready = c.quorum(r)
	case programVtctld, programVtgate, programVtorc, programVttablet:
		c.lookAtServer(r, each, now)
	case programTask:
		c.lookAtTask(r, each, now)
	default:
		each.ready = true
	}
}

func (c *Cluster) lookAtServer(r *run, each *container, now time.Time) {
	if !each.well {
		words := r.arguments(each.spec)
		r.topology = c.world.topology(r.pod.Namespace, flag(words, "topo-global-server-address"), flag(words, "topo-global-root"))
		if why := c.cannotStart(r, each, words); why != "" {
			c.exit(r, each, 1, why, now)
			return
		}
		each.well = true
		switch each.program {
		case programVtorc:
			r.topology.vtorcs++
		case programVttablet:
			r.tablet = c.world.tabletUp(r.topology, c.startOf(r, words), now)
		}
	}
	each.ready = each.program != programVttablet || r.tablet.healthy()
}

// What a Vitess server needs when it starts; without it, it exits and is restarted.
func (c *Cluster) cannotStart(r *run, each *container, words []string) string {
	if !c.reachable(r.topology) {
		return fmt.Sprintf("cannot open the topology at %s: context deadline exceeded", r.topology.addresses)
	}
	cell := flag(words, "cell")
	if each.program == programVttablet {
		cell, _, _ = cutLast(flag(words, "tablet-path"), "-")
	}
	for _, needed := range strings.Split(cell+","+flag(words, "cells-to-watch"), ",") {
		if _, known := r.topology.cells[needed]; !known && needed != "" {
			return fmt.Sprintf("node doesn't exist: /cells/%s/CellInfo", needed)
		}
	}
	return ""
}

func (c *Cluster) startOf(r *run, words []string) tabletStart {
	start := tabletStart{
		alias: flag(words, "tablet-path"), keyspace: flag(words, "init-keyspace"), shard: flag(words, "init-shard"),
		kind: flag(words, "init-tablet-type"), hostname: flag(words, "tablet-hostname"),
		pod: string(r.pod.UID), restores: flag(words, "restore-from-backup") == "true",
	}
	for _, volume := range r.pod.Spec.Volumes {
		if volume.PersistentVolumeClaim == nil {
			continue
		}
		claim, err := c.claims.PersistentVolumeClaims(r.pod.Namespace).Get(volume.PersistentVolumeClaim.ClaimName)
		if err == nil {
			start.claim = string(claim.UID)
		}
	}
	return start
}

func (c *Cluster) programEnded(r *run, each *container) {
	switch each.program {
	case programVtorc:
		if each.well {
			r.topology.vtorcs--
		}
	case programVttablet, programMysqlctld:
		// Without mysqld the tablet serves nothing.
		r.tablet.downFor(r.pod.UID)
	case programTask:
		if each.task != nil {
			each.task.kill()
			each.task = nil
		}
	}
}

func (t *tablet) downFor(pod types.UID) {
	if t != nil {
		t.down(string(pod))
	}
}
