package scale

import (
	"context"
	"errors"
	"fmt"
	"os"
	"strconv"
	"strings"
	"time"

	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/apis/meta/v1/unstructured"
	"k8s.io/apimachinery/pkg/runtime/schema"

	"vitess-operator/test/e2e/controlplane"
	"vitess-operator/test/e2e/rig"
)

// A Run is one cluster that comes up in a control plane of its own.
type Run struct {
	Shards   int
	Flags    []string      // of Metacontroller
	Patience time.Duration // what has not come up by then is given up

	Ready  time.Duration // until Ready and Updated
	Count  Count         // until nothing was written any more
	Memory map[string]int64
	CPU    map[string]time.Duration
}

const (
	namespace = "default"
	quiet     = 5 * time.Second
	// A node takes 250 Pods: tablets, a task a shard, and the rest.
	podsANode = 200
)

// Measure brings the cluster up. Even where it does not come up in time, what was counted is there.
func (r *Run) Measure(ctx context.Context, options rig.Options, progress func(string)) error {
	cluster, err := rig.Start(ctx, options)
	if err != nil {
		return err
	}
	defer cluster.Stop()
	if err := r.prepare(ctx, cluster); err != nil {
		return err
	}
	counter, err := Begin(cluster, namespace)
	if err != nil {
		return err
	}
	began := time.Now()
	if _, err := cluster.Kubectl(Manifest(r.Shards), "apply", "-n", namespace, "-f", "-"); err != nil {
		return err
	}
	late := r.wait(ctx, cluster, began, progress)
	r.Ready = time.Since(began)
	if late == nil {
		late = untilQuiet(ctx, cluster, began.Add(r.Patience))
	}
	if r.Count, err = counter.Count(); err != nil {
		return err
	}
	return errors.Join(late, r.weigh(cluster))
}

// Metacontroller gets its flags and, so that nothing in between is measured, the operator's address.
func (r *Run) prepare(ctx context.Context, cluster *rig.Rig) error {
	cluster.Metacontroller.Stop()
	controllers, err := cluster.Run("controllers", "--url", cluster.ServerURL)
	if err != nil {
		return err
	}
	if _, err := cluster.Kubectl(controllers, "apply", "-f", "-"); err != nil {
		return err
	}
	if err := cluster.Plane.AddNodes(ctx, r.Shards*(Tablets+1)/podsANode); err != nil {
		return err
	}
	process := cluster.Metacontroller
	process.Args = append([]string{process.Args[0], "--metrics-address=0", "--health-probe-bind-address=0"}, r.Flags...)
	return process.Start()
}

var clusters = schema.GroupVersionResource{Group: "vitess.io", Version: "v1alpha1", Resource: "vitessclusters"}

func (r *Run) wait(ctx context.Context, cluster *rig.Rig, began time.Time, progress func(string)) error {
	said := began
	for {
		found, err := cluster.Dynamic.Resource(clusters).Namespace(namespace).Get(ctx, "vitess", metav1.GetOptions{})
		if err == nil && holds(found, "Ready") && holds(found, "Updated") {
			return nil
		}
		if ctx.Err() != nil {
			return ctx.Err()
		}
		if time.Since(began) > r.Patience {
			return fmt.Errorf("%d shards are not Ready after %v", r.Shards, r.Patience)
		}
		if err == nil && time.Since(said) > 30*time.Second {
			said = time.Now()
			tablets, _, _ := unstructured.NestedString(found.Object, "status", "tabletsReady")
			progress(fmt.Sprintf("%.0f s: %s tablets serve", said.Sub(began).Seconds(), tablets))
		}
		time.Sleep(200 * time.Millisecond)
	}
}

func holds(object *unstructured.Unstructured, kind string) bool {
	seen, _, _ := unstructured.NestedInt64(object.Object, "status", "observedGeneration")
	conditions, _, _ := unstructured.NestedSlice(object.Object, "status", "conditions")
	for _, each := range conditions {
		if fields, _ := each.(map[string]any); fields["type"] == kind {
			return seen == object.GetGeneration() && fields["status"] == "True"
		}
	}
	return false
}

// Tasks' Pods still go once all is Ready.
func untilQuiet(ctx context.Context, cluster *rig.Rig, deadline time.Time) error {
	for mark := cluster.Plane.AuditMark(); ; {
		select {
		case <-ctx.Done():
			return ctx.Err()
		case <-time.After(quiet):
		}
		now := cluster.Plane.AuditMark()
		if now == mark {
			return nil
		}
		if time.Now().After(deadline) {
			return errors.New("writes go on and on")
		}
		mark = now
	}
}

// --- what the processes took ---

func (r *Run) weigh(cluster *rig.Rig) error {
	r.Memory, r.CPU = map[string]int64{}, map[string]time.Duration{}
	for _, process := range []*controlplane.Process{cluster.Server, cluster.Metacontroller, cluster.Plane.APIServer} {
		if end := process.Running(); end != nil {
			return end
		}
		var err error
		if r.Memory[process.Name], err = highWater(process.Pid()); err != nil {
			return err
		}
		if r.CPU[process.Name], err = processorTime(process.Pid()); err != nil {
			return err
		}
	}
	var err error
	r.CPU["stand-in"], err = processorTime(os.Getpid())
	return err
}

// The most memory that the process has had: VmHWM, in bytes.
func highWater(pid int) (int64, error) {
	status, err := os.ReadFile(fmt.Sprintf("/proc/%d/status", pid))
	if err != nil {
		return 0, err
	}
	for line := range strings.Lines(string(status)) {
		if fields := strings.Fields(line); len(fields) > 1 && fields[0] == "VmHWM:" {
			kilobytes, err := strconv.ParseInt(fields[1], 10, 64)
			return kilobytes << 10, err
		}
	}
	return 0, fmt.Errorf("process %d has no VmHWM", pid)
}

// User and system time; the fields after the name, which is in brackets (proc(5)).
func processorTime(pid int) (time.Duration, error) {
	stat, err := os.ReadFile(fmt.Sprintf("/proc/%d/stat", pid))
	if err != nil {
		return 0, err
	}
	fields := strings.Fields(string(stat[strings.LastIndexByte(string(stat), ')')+1:]))
	const user, system, perSecond = 11, 12, 100
	var ticks int64
	for _, field := range []string{fields[user], fields[system]} {
		value, err := strconv.ParseInt(field, 10, 64)
		if err != nil {
			return 0, err
		}
		ticks += value
	}
	return time.Duration(ticks) * time.Second / perSecond, nil
}
