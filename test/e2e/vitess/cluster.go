package vitess

import (
	"context"
	"fmt"
	"net"
	"net/http"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"sync"
	"time"

	corev1 "k8s.io/api/core/v1"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/labels"
	"k8s.io/apimachinery/pkg/types"
	"k8s.io/client-go/informers"
	"k8s.io/client-go/kubernetes"
	corelisters "k8s.io/client-go/listers/core/v1"
	"k8s.io/client-go/tools/cache"
)

const turnTime = 50 * time.Millisecond

// A Cluster is the stand-in at work in one Kubernetes.
type Cluster struct {
	client        kubernetes.Interface
	folder        string
	clientProgram string
	log           *os.File

	pods     corelisters.PodLister
	services corelisters.ServiceLister
	claims   corelisters.PersistentVolumeClaimLister
	volumes  corelisters.PersistentVolumeLister

	lock    sync.Mutex // of everything below
	world   *world
	runs    map[types.UID]*run
	started int
	failing []string
	crashes map[string]int           // Pods by "namespace/name" that are to crash, and how often
	ending  map[string]time.Duration // what Pods of a namespace take to end, where it is not the usual time

	etcds map[string][]*etcdMember // by "namespace/StatefulSet", once they have been asked for
	added int

	histories []*History

	done chan struct{}
}

// Broken is part of the tag of images that cannot be pulled.
const Broken = "broken"

// UnknownFlag begins the names of flags that no program knows.
const UnknownFlag = "no-such-"

// Start begins to play the kubelet, Vitess and the provisioner until ctx ends. Files go to `folder`;
// `client` is the program that task Pods find as vtctldclient.
func Start(ctx context.Context, kube kubernetes.Interface, folder, clientProgram string) (*Cluster, error) {
	if err := os.MkdirAll(folder, 0o755); err != nil {
		return nil, err
	}
	log, err := os.OpenFile(filepath.Join(folder, "stand-in.log"), os.O_CREATE|os.O_APPEND|os.O_WRONLY, 0o644)
	if err != nil {
		return nil, err
	}
	cluster := &Cluster{
		client: kube, folder: folder, clientProgram: clientProgram, log: log,
		runs: map[types.UID]*run{}, etcds: map[string][]*etcdMember{}, crashes: map[string]int{}, ending: map[string]time.Duration{}, done: make(chan struct{}),
	}
	cluster.world = newWorld(cluster.note)
	if err := cluster.listen(ctx); err != nil {
		return nil, err
	}
	if err := cluster.makeStorageClass(ctx); err != nil {
		return nil, err
	}
	factory := informers.NewSharedInformerFactory(kube, 0)
	core := factory.Core().V1()
	cluster.pods, cluster.services = core.Pods().Lister(), core.Services().Lister()
	cluster.claims, cluster.volumes = core.PersistentVolumeClaims().Lister(), core.PersistentVolumes().Lister()
	synced := []cache.InformerSynced{
		core.Pods().Informer().HasSynced, core.Services().Informer().HasSynced,
		core.PersistentVolumeClaims().Informer().HasSynced, core.PersistentVolumes().Informer().HasSynced,
	}
	factory.Start(ctx.Done())
	if !cache.WaitForCacheSync(ctx.Done(), synced...) {
		return nil, ctx.Err()
	}
	go cluster.play(ctx)
	return cluster, nil
}

// Wait returns once everything has ended, after ctx has.
func (c *Cluster) Wait() { <-c.done }

func (c *Cluster) listen(ctx context.Context) error {
	path := filepath.Join(c.folder, socketName)
	_ = os.Remove(path)
	listener, err := net.Listen("unix", path)
	if err != nil {
		return err
	}
	server := &http.Server{Handler: http.HandlerFunc(c.serveQuestions)}
	go func() { _ = server.Serve(listener) }()
	go func() {
		<-ctx.Done()
		server.Close()
	}()
	return nil
}

func (c *Cluster) note(format string, arguments ...any) {
	fmt.Fprintf(c.log, "%s %s\n", time.Now().Format("15:04:05.000"), fmt.Sprintf(format, arguments...))
}

func (c *Cluster) play(ctx context.Context) {
	defer close(c.done)
	for ctx.Err() == nil {
		c.turn(ctx, time.Now())
		select {
		case <-ctx.Done():
		case <-time.After(turnTime):
		}
	}
	c.lock.Lock()
	defer c.lock.Unlock()
	for _, r := range c.runs {
		for _, each := range r.main {
			if each.task != nil {
				each.task.kill()
			}
		}
	}
}

func (c *Cluster) turn(ctx context.Context, now time.Time) {
	c.lock.Lock()
	defer c.lock.Unlock()
	c.see(now)
	c.world.turn(now, c.reachable)
	for _, r := range c.runs {
		c.step(ctx, r, now)
	}
	c.record(now)
	c.provision(ctx)
}

// What the cluster holds now: new Pods on nodes start, those that are gone end.
func (c *Cluster) see(now time.Time) {
	pods, _ := c.pods.List(labels.Everything())
	there := map[types.UID]bool{}
	for _, pod := range pods {
		if pod.Spec.NodeName == "" {
			continue
		}
		there[pod.UID] = true
		known := c.runs[pod.UID]
		if known == nil {
			c.started++
			known = newRun(pod, c.started)
			known.crashing = c.crashes[pod.Namespace+"/"+pod.Name]
			delete(c.crashes, pod.Namespace+"/"+pod.Name)
			c.runs[pod.UID] = known
		}
		known.pod = newer(known.pod, pod)
	}
	for uid, r := range c.runs {
		if there[uid] {
			continue
		}
		for _, each := range r.all() {
			if each.state == running {
				c.exit(r, each, 137, "", now)
			}
		}
		delete(c.runs, uid)
	}
}

// The cache may be behind what our own last write has returned.
func newer(known, seen *corev1.Pod) *corev1.Pod {
	if len(known.ResourceVersion) > len(seen.ResourceVersion) ||
		(len(known.ResourceVersion) == len(seen.ResourceVersion) && known.ResourceVersion > seen.ResourceVersion) {
		return known
	}
	return seen
}

// --- faults ---

func (c *Cluster) cannotPull(image string) bool {
	_, tag, tagged := cutLast(image, ":")
	return tagged && strings.Contains(tag, Broken)
}

// FailCommand lets a command of vtctldclient fail until it is mended.
func (c *Cluster) FailCommand(name string) (mend func()) {
	c.lock.Lock()
	defer c.lock.Unlock()
	c.failing = append(c.failing, name)
	return func() {
		c.lock.Lock()
		defer c.lock.Unlock()
		for i, failing := range c.failing {
			if failing == name {
				c.failing = append(c.failing[:i], c.failing[i+1:]...)
				return
			}
		}
	}
}

// CrashPod lets the containers of the next Pod of that name crash so many times.
func (c *Cluster) CrashPod(namespace, name string, times int) {
	c.lock.Lock()
	defer c.lock.Unlock()
	c.crashes[namespace+"/"+name] = times
}

// EndSlowly lets the Pods of a namespace take so long to end.
func (c *Cluster) EndSlowly(namespace string, time time.Duration) {
	c.lock.Lock()
	defer c.lock.Unlock()
	c.ending[namespace] = time
}

// --- what a person may ask and do ---

// Vtctl runs a command of vtctldclient in the (only) topology of a namespace.
func (c *Cluster) Vtctl(namespace string, words ...string) (string, error) {
	c.lock.Lock()
	defer c.lock.Unlock()
	for _, t := range c.world.topologies {
		if t.namespace != namespace {
			continue
		}
		answered := c.world.run(t, words, time.Now())
		if !answered.well {
			return "", fmt.Errorf("%s", strings.TrimSpace(answered.text))
		}
		return answered.text, nil
	}
	return "", fmt.Errorf("namespace %s has no topology", namespace)
}

// --- who can be reached ---

// A member of etcd is Ready while it is part of a quorum: of its StatefulSet's Pods, or of the members
// that have been changed since.
func (c *Cluster) quorum(r *run) bool {
	if metav1.GetControllerOf(r.pod) == nil {
		return true
	}
	listed := c.etcds[etcdKey(r)]
	members, up := 0, 0
	for _, other := range c.beside(r) {
		if listed != nil && !slices.ContainsFunc(listed, func(each *etcdMember) bool { return each.pod == other.pod.Name && !each.Learner }) {
			continue
		}
		members++
		if etcdRuns(other) {
			up++
		}
	}
	return up >= members/2+1
}

func (c *Cluster) reachable(t *topology) bool {
	for _, address := range strings.Split(t.addresses, ",") {
		if _, inside := c.service(t.namespace, address); !inside {
			return true // an external lock server is always up
		}
		if c.behind(t.namespace, address, programEtcd) != nil {
			return true
		}
	}
	return false
}

// "name", "name.namespace" or "name.namespace.svc..." before the port. What is in another namespace
// than the asker's is not played.
func (c *Cluster) service(asker, address string) (service *corev1.Service, inside bool) {
	host, _, _ := strings.Cut(address, ":")
	name, rest, _ := strings.Cut(host, ".")
	namespace, _, _ := strings.Cut(rest, ".")
	if namespace == "" {
		namespace = asker
	}
	service, err := c.services.Services(namespace).Get(name)
	if err != nil {
		service = nil
	}
	return service, namespace == asker
}

// The process behind a Service, or nil. For etcd its own quorum counts, as it is now.
func (c *Cluster) behind(asker, address string, wanted program) *run {
	service, _ := c.service(asker, address)
	if service == nil {
		return nil
	}
	selector := labels.SelectorFromSet(service.Spec.Selector)
	for _, r := range c.runs {
		if r.pod.Namespace != service.Namespace || !selector.Matches(labels.Set(r.pod.Labels)) || !r.stopping.IsZero() {
			continue
		}
		for _, each := range r.main {
			if each.program == wanted && each.state == running && each.well && (wanted != programEtcd || c.quorum(r)) {
				return r
			}
		}
	}
	return nil
}
