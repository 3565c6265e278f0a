// Package controlplane runs a real Kubernetes control plane on loopback: etcd, kube-apiserver,
// kube-controller-manager, kube-scheduler, and kwok, which plays the nodes. Nothing in it runs
// containers: who watches Pods decides what becomes of them (see package vitess). For real nodes, of
// test/real, it listens at an address that they reach, and leaves kwok out.
package controlplane

import (
	"context"
	_ "embed"
	"errors"
	"fmt"
	"net"
	"os"
	"path/filepath"
	"strings"
	"time"

	corev1 "k8s.io/api/core/v1"
	apierrors "k8s.io/apimachinery/pkg/api/errors"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/client-go/kubernetes"
	"k8s.io/client-go/rest"
	"k8s.io/client-go/tools/clientcmd"
	"k8s.io/client-go/tools/clientcmd/api"
)

//go:embed nodes.yaml
var nodeStages []byte

// Zones of the nodes, in turn: those that examples/three-cells.yaml names.
var zones = []string{"eu-central-1a", "eu-central-1b", "eu-central-1c"}

const nodeCount = 6

// A ControlPlane that runs.
type ControlPlane struct {
	Kubeconfig string // a file for kubectl and everybody else
	Folder     string // certificates, data, logs
	Bin        string // where the programs are
	Address    string // of the API server, for real nodes; "" where kwok plays them
	Config     *rest.Config
	Client     kubernetes.Interface

	Etcd, APIServer, ControllerManager, Scheduler, Kwok *Process
}

// Start starts everything with its data in a new folder below `folder`, and returns once nodes are
// Ready and Pods can be made in "default". What has been started is ended again where it fails.
func Start(ctx context.Context, bin, folder string) (*ControlPlane, error) {
	return StartAt(ctx, bin, folder, "")
}

// StartAt is Start for real nodes, which join later and reach the API server at `address`.
func StartAt(ctx context.Context, bin, folder, address string) (*ControlPlane, error) {
	plane := &ControlPlane{Folder: folder, Bin: bin, Kubeconfig: filepath.Join(folder, "kubeconfig"), Address: address}
	if err := plane.describe(); err != nil {
		return nil, err
	}
	if err := plane.bringUp(ctx); err != nil {
		plane.Stop()
		return nil, err
	}
	return plane, nil
}

// FreePort finds a port that nobody listens on.
func FreePort() (int, error) {
	listener, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		return 0, err
	}
	defer listener.Close()
	return listener.Addr().(*net.TCPAddr).Port, nil
}

func (plane *ControlPlane) describe() error {
	var ports [3]int
	for i := range ports {
		port, err := FreePort()
		if err != nil {
			return err
		}
		ports[i] = port
	}
	if err := os.MkdirAll(plane.Logs(), 0o755); err != nil {
		return err
	}
	address, reconciler := plane.Address, "lease"
	if address == "" {
		address, reconciler = "127.0.0.1", "none"
	}
	files, err := makeCertificates(plane.Folder, address)
	if err != nil {
		return err
	}
	token, err := newToken()
	if err != nil {
		return err
	}
	tokens := filepath.Join(plane.Folder, "tokens.csv")
	if err := os.WriteFile(tokens, []byte(token+",admin,admin,system:masters\n"), 0o600); err != nil {
		return err
	}
	stages := filepath.Join(plane.Folder, "nodes.yaml")
	if err := os.WriteFile(stages, nodeStages, 0o644); err != nil {
		return err
	}
	policy := filepath.Join(plane.Folder, "audit.yaml")
	if err := os.WriteFile(policy, auditPolicy, 0o644); err != nil {
		return err
	}
	if err := plane.connect(fmt.Sprintf("https://%s:%d", address, ports[1]), token, files.authority); err != nil {
		return err
	}
	etcd := fmt.Sprintf("http://127.0.0.1:%d", ports[0])
	peers := fmt.Sprintf("http://127.0.0.1:%d", ports[2])
	// Nobody needs this data after a power cut.
	plane.Etcd = plane.program("etcd",
		"--data-dir="+filepath.Join(plane.Folder, "etcd"), "--unsafe-no-fsync",
		"--listen-client-urls="+etcd, "--advertise-client-urls="+etcd,
		"--listen-peer-urls="+peers, "--initial-advertise-peer-urls="+peers,
		"--initial-cluster=default="+peers, "--log-level=warn")
	plane.APIServer = plane.program("kube-apiserver",
		"--etcd-servers="+etcd, "--bind-address="+address, "--advertise-address="+address,
		fmt.Sprintf("--secure-port=%d", ports[1]),
		"--tls-cert-file="+files.certificate, "--tls-private-key-file="+files.key,
		"--token-auth-file="+tokens, "--authorization-mode=RBAC",
		"--service-account-issuer=https://kubernetes.default.svc",
		"--service-account-key-file="+files.accounts,
		"--service-account-signing-key-file="+files.accounts,
		"--audit-policy-file="+policy, "--audit-log-path="+plane.auditLog(), "--audit-log-mode=blocking",
		"--audit-log-maxsize=8192", // megabytes; whoever reads it must not lose what is in another file
		"--service-cluster-ip-range=10.0.0.0/16", "--endpoint-reconciler-type="+reconciler,
		"--kubelet-preferred-address-types=InternalIP")
	plane.ControllerManager = plane.program("kube-controller-manager",
		"--kubeconfig="+plane.Kubeconfig, "--leader-elect=false", "--secure-port=0",
		"--service-account-private-key-file="+files.accounts, "--root-ca-file="+files.authority,
		"--kube-api-qps=1000", "--kube-api-burst=1000",
		// Each controller by its own account, as in a real cluster: admission policies tell them apart.
		"--use-service-account-credentials=true",
		// A claim whose volume comes a moment later is looked at again at this interval.
		"--pvclaimbinder-sync-period=2s")
	plane.Scheduler = plane.program("kube-scheduler",
		"--kubeconfig="+plane.Kubeconfig, "--leader-elect=false", "--secure-port=0",
		"--kube-api-qps=1000", "--kube-api-burst=1000")
	// It ends itself when it hears what contradicts its cache, which a restarted API server can cause.
	plane.Scheduler.Revived = true
	plane.Kwok = plane.program("kwok",
		"--kubeconfig="+plane.Kubeconfig, "--config="+stages, "--manage-all-nodes=true",
		"--node-lease-duration-seconds=40", "--server-address=")
	return nil
}

func (plane *ControlPlane) program(name string, flags ...string) *Process {
	return NewProcess(name, plane.Logs(), append([]string{filepath.Join(plane.Bin, name)}, flags...)...)
}

// Logs is the folder of logs, of whoever wants to add some, too.
func (plane *ControlPlane) Logs() string { return filepath.Join(plane.Folder, "logs") }

func (plane *ControlPlane) connect(url, token, authority string) error {
	pem, err := os.ReadFile(authority)
	if err != nil {
		return err
	}
	config := api.NewConfig()
	config.Clusters["e2e"] = &api.Cluster{Server: url, CertificateAuthorityData: pem}
	config.AuthInfos["admin"] = &api.AuthInfo{Token: token}
	config.Contexts["e2e"] = &api.Context{Cluster: "e2e", AuthInfo: "admin"}
	config.CurrentContext = "e2e"
	if err := clientcmd.WriteToFile(*config, plane.Kubeconfig); err != nil {
		return err
	}
	plane.Config, err = clientcmd.BuildConfigFromFlags("", plane.Kubeconfig)
	if err != nil {
		return err
	}
	plane.Config.QPS, plane.Config.Burst = -1, -1
	plane.Config.WarningHandler = rest.NoWarnings{}
	plane.Client, err = kubernetes.NewForConfig(plane.Config)
	return err
}

func (plane *ControlPlane) processes() []*Process {
	return []*Process{plane.Etcd, plane.APIServer, plane.ControllerManager, plane.Scheduler, plane.Kwok}
}

func (plane *ControlPlane) bringUp(ctx context.Context) error {
	for _, process := range []*Process{plane.Etcd, plane.APIServer} {
		if err := process.Start(); err != nil {
			return err
		}
	}
	if err := plane.WaitForAPIServer(ctx); err != nil {
		return err
	}
	for _, process := range []*Process{plane.ControllerManager, plane.Scheduler} {
		if err := process.Start(); err != nil {
			return err
		}
	}
	if plane.Address == "" {
		if err := plane.Kwok.Start(); err != nil {
			return err
		}
		if err := plane.AddNodes(ctx, 0); err != nil {
			return err
		}
	}
	return plane.await(ctx, "the service account of namespace default", func(ctx context.Context) error {
		_, err := plane.Client.CoreV1().ServiceAccounts("default").Get(ctx, "default", metav1.GetOptions{})
		return err
	})
}

// AddNodes returns once there are so many nodes more than usual, all Ready.
func (plane *ControlPlane) AddNodes(ctx context.Context, more int) error {
	for i := 1; i <= nodeCount+more; i++ {
		_, err := plane.Client.CoreV1().Nodes().Create(ctx, node(i), metav1.CreateOptions{})
		if err != nil && !apierrors.IsAlreadyExists(err) {
			return err
		}
	}
	return plane.await(ctx, "the nodes to be Ready", plane.nodesReady)
}

// WaitForAPIServer returns once the API server says that it is ready, or any process has ended.
func (plane *ControlPlane) WaitForAPIServer(ctx context.Context) error {
	return plane.await(ctx, "the API server", func(ctx context.Context) error {
		return plane.Client.CoreV1().RESTClient().Get().AbsPath("/readyz").Do(ctx).Error()
	})
}

// RestartAPIServer kills it and starts it again on the same port.
func (plane *ControlPlane) RestartAPIServer(ctx context.Context) error {
	plane.APIServer.Kill()
	if err := plane.APIServer.Start(); err != nil {
		return err
	}
	return plane.WaitForAPIServer(ctx)
}

// Stop ends all, in the order that nobody complains about.
func (plane *ControlPlane) Stop() {
	for _, process := range []*Process{plane.Kwok, plane.Scheduler, plane.ControllerManager, plane.APIServer, plane.Etcd} {
		if process == plane.APIServer {
			process.Kill() // it would wait for everybody's watches
			continue
		}
		process.Stop()
	}
}

const patience = 2 * time.Minute

func (plane *ControlPlane) await(ctx context.Context, what string, look func(context.Context) error) error {
	ctx, cancel := context.WithTimeout(ctx, patience)
	defer cancel()
	for {
		err := look(ctx)
		if err == nil {
			return nil
		}
		for _, process := range plane.processes() {
			if process.run == nil {
				continue
			}
			if end := process.Running(); end != nil {
				return end
			}
		}
		select {
		case <-ctx.Done():
			return fmt.Errorf("waiting for %s: %w", what, errors.Join(ctx.Err(), err))
		case <-time.After(50 * time.Millisecond):
		}
	}
}

func node(index int) *corev1.Node {
	name := fmt.Sprintf("node-%d", index)
	return &corev1.Node{ObjectMeta: metav1.ObjectMeta{
		Name: name,
		Labels: map[string]string{
			corev1.LabelHostname:       name,
			corev1.LabelTopologyZone:   zones[(index-1)%len(zones)],
			corev1.LabelTopologyRegion: "region1",
			corev1.LabelOSStable:       "linux",
			corev1.LabelArchStable:     "amd64",
			"disk":                     "nvme", // examples/overrides.yaml asks for it
		},
	}}
}

func (plane *ControlPlane) nodesReady(ctx context.Context) error {
	nodes, err := plane.Client.CoreV1().Nodes().List(ctx, metav1.ListOptions{})
	if err != nil {
		return err
	}
	var waiting []string
	for _, node := range nodes.Items {
		if !nodeReady(&node) || len(node.Spec.Taints) > 0 {
			waiting = append(waiting, node.Name)
		}
	}
	if len(waiting) > 0 || len(nodes.Items) < nodeCount {
		return fmt.Errorf("not Ready: %s", strings.Join(waiting, ", "))
	}
	return nil
}

func nodeReady(node *corev1.Node) bool {
	for _, condition := range node.Status.Conditions {
		if condition.Type == corev1.NodeReady {
			return condition.Status == corev1.ConditionTrue
		}
	}
	return false
}
