package release

import (
	"bytes"
	"context"
	_ "embed"
	"encoding/json"
	"fmt"
	"maps"
	"os"
	"os/exec"
	"os/signal"
	"path/filepath"
	"slices"
	"strings"
	"syscall"
	"testing"
	"time"

	appsv1 "k8s.io/api/apps/v1"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/apis/meta/v1/unstructured"

	"vitess-operator/test/e2e/rig"
)

//go:embed metacontroller.yaml
var metacontroller string

// An installer has a release folder, a Kubernetes cluster in which nothing is yet, and the README.
type installer struct {
	*testing.T
	ctx      context.Context
	rig      *rig.Rig
	folder   string // the release
	scratch  string
	path     string // PATH of what is typed in
	blocks   map[string]string
	objects  []*unstructured.Unstructured // of install.yaml
	typed    map[string]bool
	image    string // what Docker knows the operator as
	services *services
	serving  *container
}

func setting(t *testing.T, name string) string {
	t.Helper()
	value := os.Getenv(name)
	if value == "" {
		t.Fatalf("%s is not set: run make e2e-release", name)
	}
	return value
}

func newInstaller(t *testing.T) *installer {
	t.Helper()
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt, syscall.SIGTERM)
	t.Cleanup(stop)
	bin := setting(t, "BIN")
	i := &installer{T: t, ctx: ctx, folder: setting(t, "RELEASE"), scratch: t.TempDir(), typed: map[string]bool{}}
	i.path = bin + ":" + filepath.Dir(setting(t, "HELM")) + ":" + os.Getenv("PATH")
	var err error
	if i.blocks, err = readBlocks(filepath.Join(i.folder, "README.md")); err != nil {
		t.Fatal(err)
	}
	i.objects = i.documents(filepath.Join(i.folder, "install.yaml"))
	i.rig, err = rig.StartBare(ctx, rig.Options{
		Bin: bin, Folder: t.TempDir(), Operator: setting(t, "OPERATOR"), Metacontroller: os.Getenv("METACONTROLLER"),
	})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(i.over)
	return i
}

// over ends everything, and says what there was to see where it went wrong.
func (i *installer) over() {
	if i.Failed() {
		for _, what := range []string{"vitess", "pods,pvc,deployments,statefulsets"} {
			out, _ := i.rig.Kubectl("", "get", what, "-A", "-o", "wide")
			i.Logf("kubectl get %s\n%s", what, out)
		}
		if i.rig.Metacontroller != nil {
			log := i.rig.Metacontroller.Log()
			i.Logf("the end of Metacontroller's log:\n%s", log[max(0, len(log)-4000):])
		}
	}
	i.stopServing()
	i.rig.Stop()
	if i.services != nil {
		i.services.server.Close()
	}
}

func (i *installer) documents(path string) []*unstructured.Unstructured {
	i.Helper()
	text, err := os.ReadFile(path)
	if err != nil {
		i.Fatal(err)
	}
	objects, err := rig.Documents(text)
	if err != nil {
		i.Fatalf("%s: %v", path, err)
	}
	return objects
}

// shell runs commands in a folder as a user would, with the first failure as the end.
func (i *installer) shell(folder, commands string) (string, error) {
	// What the README waits for a quarter of an hour for takes seconds here. The group ends with the shell.
	ctx, cancel := context.WithTimeout(i.ctx, 3*time.Minute)
	defer cancel()
	command := exec.CommandContext(ctx, "bash", "-euo", "pipefail", "-c", commands)
	command.SysProcAttr = &syscall.SysProcAttr{Setpgid: true}
	command.Cancel = func() error { return syscall.Kill(-command.Process.Pid, syscall.SIGKILL) }
	command.Dir = folder
	command.Env = append(os.Environ(), "PATH="+i.path, "KUBECONFIG="+i.rig.Plane.Kubeconfig, "HOME="+i.scratch)
	var out bytes.Buffer
	command.Stdout, command.Stderr = &out, &out
	err := command.Run()
	return out.String(), err
}

// types runs the commands of a block of the README.
func (i *installer) types(block string) string {
	i.Helper()
	begin := time.Now()
	i.typed[block] = true
	if i.blocks[block] == "" {
		i.Fatalf("README.md has no block %q", block)
	}
	out, err := i.shell(i.folder, i.blocks[block])
	if err != nil {
		i.Fatalf("%s\n%v: %s", i.blocks[block], err, out)
	}
	i.Logf("%-15s as README.md says, %.0f s", block, time.Since(begin).Seconds())
	return out
}

func (i *installer) must(commands string) string {
	i.Helper()
	out, err := i.shell(i.folder, commands)
	if err != nil {
		i.Fatalf("%s\n%v: %s", commands, err, out)
	}
	return out
}

func (i *installer) eventually(what string, look func() (missing string)) {
	i.Helper()
	deadline := time.Now().Add(time.Minute)
	for {
		missing := look()
		if missing == "" {
			return
		}
		if i.ctx.Err() != nil || time.Now().After(deadline) {
			i.Fatalf("%s: %s", what, missing)
		}
		time.Sleep(100 * time.Millisecond)
	}
}

// --- what is there already ---

func (i *installer) hasMetacontroller() bool { return i.rig.Options.Metacontroller != "" }

// installMetacontroller applies its own manifests where they are at hand, else stand-ins.
func (i *installer) installMetacontroller() {
	i.Helper()
	if manifests := os.Getenv("METACONTROLLER_MANIFESTS"); manifests != "" {
		i.must("kubectl apply --server-side -k '" + manifests + "'")
	} else {
		i.Log("LEFT OUT: the schemas of Metacontroller's own CRDs; METACONTROLLER_MANIFESTS=.../manifests/production has them tried, too")
		if _, err := i.rig.Kubectl(rig.MetacontrollerCRDs+"\n---\n"+metacontroller, "apply", "--server-side", "-f", "-"); err != nil {
			i.Fatal(err)
		}
	}
	if err := i.rig.AwaitCRDs(); err != nil {
		i.Fatal(err)
	}
	i.startMetacontroller()
}

func (i *installer) startMetacontroller() {
	i.Helper()
	if !i.hasMetacontroller() {
		return
	}
	var err error
	if i.services == nil {
		if i.services, err = startServices(i.rig.Plane.Client); err != nil {
			i.Fatal(err)
		}
	}
	if err := i.rig.StartMetacontroller(i.ctx, "HTTP_PROXY="+i.services.URL, "http_proxy=", "NO_PROXY=", "no_proxy="); err != nil {
		i.Fatal(err)
	}
}

// --- the operator's Pod ---

func (i *installer) deployment() *appsv1.Deployment {
	i.Helper()
	found, err := i.rig.Plane.Client.AppsV1().Deployments("vitess-operator").Get(i.ctx, "vitess-operator", metav1.GetOptions{})
	if err != nil {
		i.Fatal(err)
	}
	return found
}

// serve lets Docker run what the Deployment says, which has to be `image`.
func (i *installer) serve(image string) {
	i.Helper()
	i.stopServing()
	deployment := i.deployment()
	if got := deployment.Spec.Template.Spec.Containers[0].Image; got != image {
		i.Fatalf("the Deployment runs %s, want %s", got, image)
	}
	var err error
	i.serving, err = runContainer(i.ctx, i.rig.Plane.Client, deployment, setting(i.T, "CONTAINER"), i.image, i.scratch)
	if err != nil {
		i.Fatal(err)
	}
	if i.services != nil {
		i.services.host.Store(i.serving.host)
	}
}

func (i *installer) stopServing() {
	if i.serving != nil {
		i.serving.stop()
		i.serving = nil
	}
}

// --- what is seen ---

// uids of what kubectl lists: name -> uid
func (i *installer) uids(what ...string) map[string]string {
	i.Helper()
	text, err := i.rig.Kubectl("", append([]string{"get", "-o", "json"}, what...)...)
	if err != nil {
		i.Fatal(err)
	}
	var list unstructured.UnstructuredList
	if err := json.Unmarshal([]byte(text), &list); err != nil {
		i.Fatal(err)
	}
	found := map[string]string{}
	for _, each := range list.Items {
		found[each.GetKind()+" "+each.GetName()] = string(each.GetUID())
	}
	return found
}

// mine are the Pods and claims of the example, less the Pods of tasks, which come and go.
func (i *installer) mine() map[string]string {
	i.Helper()
	const components = "vitess.io/cluster=vitess,vitess.io/component in (vttablet,etcd,vtgate,vtctld,vtorc)"
	found := i.uids("pods,pvc", "-l", components)
	for name, uid := range i.uids("vitessclusters,vitesscells,vitesskeyspaces,vitessshards") {
		found[name] = uid
	}
	return found
}

func (i *installer) claims() map[string]string {
	i.Helper()
	return i.uids("pvc", "-l", "vitess.io/cluster=vitess")
}

// unchanged fails where something is another object than before, or gone.
func (i *installer) unchanged(what string, before, now map[string]string) {
	i.Helper()
	// Where nobody calls the hooks there is nothing to be kept.
	if len(before) == 0 && i.hasMetacontroller() || !maps.Equal(before, now) {
		i.Errorf("%s: was %v, is %v", what, before, now)
	}
}

// versions of all objects of install.yaml as they are in the cluster.
func (i *installer) versions() map[string]string {
	i.Helper()
	found := map[string]string{}
	for _, object := range i.objects {
		text, err := i.rig.Kubectl("", "get", object.GetKind()+"."+object.GroupVersionKind().Group, object.GetName(),
			"-n", object.GetNamespace(), "-o", `jsonpath={.metadata.uid} {.metadata.generation} {.metadata.managedFields[?(@.manager=="kubectl")].time}`)
		if err != nil {
			i.Fatal(err)
		}
		found[object.GetKind()+" "+object.GetName()] = text
	}
	return found
}

// installed fails unless every object of install.yaml is there as the file says, to the last field.
func (i *installer) installed() {
	i.Helper()
	if out, err := i.shell(i.folder, "kubectl diff --server-side -f install.yaml"); err != nil {
		i.Fatalf("what is there is not what install.yaml says: %v: %s", err, out)
	}
	if err := i.rig.AwaitCRDs(); err != nil {
		i.Fatal(err)
	}
}

// left are the objects of install.yaml that are still there.
func (i *installer) left() []string {
	i.Helper()
	out := i.must("kubectl get -f install.yaml -o name --ignore-not-found")
	return strings.Fields(out)
}

// onlyCRDs waits until of install.yaml the CRDs alone are left.
func (i *installer) onlyCRDs() {
	i.Helper()
	i.eventually("not the four CRDs alone are left", func() string {
		left := i.left()
		for _, each := range left {
			if !strings.HasPrefix(each, "customresourcedefinition") {
				return each
			}
		}
		if len(left) != 4 {
			return fmt.Sprint(left)
		}
		return ""
	})
}

// settled waits until the whole tree is Ready and Updated.
func (i *installer) settled() {
	i.Helper()
	i.eventually("the cluster does not settle", func() string {
		out, err := i.rig.Kubectl("", "get", "vitessclusters,vitesscells,vitesskeyspaces,vitessshards", "-o",
			`jsonpath={range .items[*]}{.metadata.name} {.status.conditions[?(@.type=="Ready")].status} {.status.conditions[?(@.type=="Updated")].status}{"\n"}{end}`)
		if err != nil {
			return err.Error()
		}
		if strings.Count(out, " True True\n") != strings.Count(out, "\n") || strings.Count(out, "\n") < 6 {
			return out
		}
		return ""
	})
}

// refusals waits until the admission policies are in force, which takes the API server a moment.
func (i *installer) refusals() {
	i.Helper()
	i.eventually("a CRD could be deleted", func() string {
		if out, err := i.shell(i.folder, "kubectl delete crd vitessclusters.vitess.io --dry-run=server"); err == nil || !strings.Contains(out, "vitess.io/allow-deletion=true") {
			return out
		}
		return ""
	})
}

// --- the test ---

func TestReleaseInstallsAsItsReadmeSays(t *testing.T) {
	i := newInstaller(t)
	pinned := i.checkFolder()
	i.checkChart()
	i.installMetacontroller()

	i.Log("--- from nothing")
	i.types("install")
	i.installed()
	i.refusals()
	i.serve(pinned)
	i.makeCluster("cluster")
	before := i.mine()

	i.Log("--- a second time")
	versions := i.versions()
	i.types("install")
	i.unchanged("install.yaml, applied a second time", versions, i.versions())

	i.Log("--- with no more rights for Metacontroller than it takes")
	i.types("role")
	if i.hasMetacontroller() {
		i.rig.Metacontroller.Stop()
		i.startMetacontroller()
	}

	i.Log("--- the operator away, by somebody who has not read about the annotation")
	out, err := i.shell(i.folder, "kubectl delete -f install.yaml")
	if err == nil || !strings.Contains(out, "kubectl annotate crd vitessclusters.vitess.io vitess.io/allow-deletion=true") {
		i.Errorf("deleting install.yaml did not say that the CRDs need an annotation: %v\n%s", err, out)
	}
	i.stopServing()
	// kubectl does not wait for the namespace to end where it has been refused something.
	i.onlyCRDs()
	i.unchanged("clusters and data without an operator", before, i.mine())
	i.types("install")
	i.serve(pinned)
	i.wellAgain()
	i.unchanged("clusters and data with the operator again", before, i.mine())

	i.Log("--- away altogether")
	claims := i.claims()
	i.removeAll()
	i.unchanged("claims after the removal of all", claims, i.claims())

	i.Log("--- over what manifests/ has, which was applied without --server-side")
	previous := filepath.Join(setting(t, "SOURCE"), "manifests/vitess-operator.yaml")
	i.must("kubectl apply -f " + previous)
	i.serve(imageOf(i.documents(previous)))
	i.makeCluster("cluster")
	i.unchanged("claims, found again", claims, i.claims())
	before = i.mine()
	i.types("install")
	i.installed()
	i.serve(pinned)
	i.wellAgain()
	i.unchanged("clusters and data after an upgrade", before, i.mine())
	i.removeAll()

	i.Log("--- by Helm")
	i.types("chart")
	i.serve(pinned)
	i.must("kubectl apply -f my-vitess.yaml")
	if i.hasMetacontroller() {
		i.eventually("nothing becomes of a VitessCluster", func() string {
			if len(i.uids("vitessshards")) < 2 {
				return "no VitessShard"
			}
			return ""
		})
	}
	shards := i.uids("vitessclusters,vitessshards")
	i.types("delete-chart")
	i.stopServing()
	i.unchanged("clusters after helm uninstall", shards, i.uids("vitessclusters,vitessshards"))
	i.must("kubectl delete namespace vitess-operator")
	i.onlyCRDs()
	i.checkBlocks()
	if forbidden := i.rig.Forbidden(); len(forbidden) > 0 {
		i.Errorf("Metacontroller needs more than metacontroller-role.yaml: %v", forbidden)
	}
}

// checkFolder looks at the files by themselves, and gives the image that all name.
func (i *installer) checkFolder() (pinned string) {
	i.Helper()
	i.types("verify")
	files, sums := i.must("ls | grep -vx SHA256SUMS | sort"), i.must("sed 's/^[^ ]*  //' SHA256SUMS | sort")
	if files != sums {
		i.Errorf("SHA256SUMS has not every file:\n%s\n%s", files, sums)
	}
	// A folder in which one byte is another.
	spoilt := filepath.Join(i.scratch, "spoilt")
	i.must("cp -r . '" + spoilt + "' && echo '# ' >>'" + spoilt + "/install.yaml'")
	if out, err := i.shell(spoilt, i.blocks["verify"]); err == nil || !strings.Contains(out, "install.yaml: FAILED") {
		i.Errorf("a changed install.yaml passes: %v: %s", err, out)
	}
	_ = os.RemoveAll(spoilt)

	pinned = strings.TrimSpace(i.must("cat image.txt"))
	repository, digest, _ := strings.Cut(pinned, "@")
	if got := imageOf(i.objects); got != pinned {
		i.Errorf("install.yaml names %s, image.txt %s", got, pinned)
	}
	if got := strings.TrimSpace(i.must("tar -xOf *-image.tar index.json | jq -r '.manifests[0].digest'")); got != digest {
		i.Errorf("the archive has %s, image.txt %s", got, digest)
	}
	// Only a registry knows an image by this digest: the archive that has it is loaded.
	i.image = strings.TrimSpace(i.must("tar -xOf *-image.tar manifest.json | jq -r '.[0].RepoTags[0]'"))
	if !strings.HasPrefix(i.image, repository+":") {
		i.Errorf("docker load calls the image %s, install.yaml %s", i.image, pinned)
	}
	if _, err := docker("image", "inspect", i.image); err != nil {
		i.Cleanup(func() { _, _ = docker("rmi", "--no-prune", i.image) })
	}
	i.must("docker load -q -i *-image.tar")
	return pinned
}

// checkChart holds what Helm makes of the chart against install.yaml.
func (i *installer) checkChart() {
	i.Helper()
	i.must("helm template vitess-operator ./*.tgz --namespace vitess-operator --kube-version 1.30.0 >'" + i.scratch + "/rendered.yaml'")
	i.Log(strings.TrimSpace(i.must(fmt.Sprintf("python3 '%s/test/package/helm.py' '%s/rendered.yaml' install.yaml vitess-operator",
		setting(i.T, "SOURCE"), i.scratch))))
}

func imageOf(objects []*unstructured.Unstructured) string {
	for _, object := range objects {
		if object.GetKind() != "Deployment" {
			continue
		}
		containers, _, _ := unstructured.NestedSlice(object.Object, "spec", "template", "spec", "containers")
		image, _, _ := unstructured.NestedString(containers[0].(map[string]any), "image")
		return image
	}
	return ""
}

// makeCluster types the block that makes the example and waits until it is Ready. Where nobody calls the
// hooks it is only accepted.
func (i *installer) makeCluster(block string) {
	i.Helper()
	if i.hasMetacontroller() {
		if out := i.types(block); !strings.Contains(out, "vitesscluster.vitess.io/vitess condition met") {
			i.Errorf("the cluster is not Ready: %s", out)
		}
		i.settled()
		return
	}
	i.Log("LEFT OUT, for want of Metacontroller: that my-vitess.yaml becomes Ready")
	i.typed[block] = true
	i.must("kubectl apply -f my-vitess.yaml")
}

// wellAgain waits until the operator that serves now has answered for the cluster, and all is well.
func (i *installer) wellAgain() {
	i.Helper()
	if !i.hasMetacontroller() {
		return
	}
	answered := i.services.answered.Load()
	i.must("kubectl annotate --overwrite vitesscluster vitess looked-at=" + fmt.Sprint(time.Now().UnixNano()))
	i.eventually("nobody asks the operator", func() string {
		if i.services.answered.Load() == answered {
			return "no request"
		}
		return ""
	})
	i.settled()
}

// removeAll uninstalls as the README says, and looks that nothing of ours is left but claims.
func (i *installer) removeAll() {
	i.Helper()
	i.types("delete-cluster")
	i.types("delete-operator")
	i.stopServing()
	i.eventually("something is left of install.yaml", func() string { return strings.Join(i.left(), " ") })
	if !i.hasMetacontroller() {
		return
	}
	i.eventually("a Pod is left", func() string {
		return strings.Join(slices.Sorted(maps.Keys(i.uids("pods", "-l", "vitess.io/cluster=vitess"))), " ")
	})
}

// checkBlocks fails where the README says something that nobody has tried.
func (i *installer) checkBlocks() {
	i.Helper()
	// These two need the Internet and a registry.
	elsewhere := []string{"metacontroller", "image"}
	for name := range i.blocks {
		if !i.typed[name] && !slices.Contains(elsewhere, name) {
			i.Errorf("README.md has a block %q, which is not tried", name)
		}
	}
	i.Logf("LEFT OUT of README.md: %s", strings.Join(elsewhere, ", "))
}
