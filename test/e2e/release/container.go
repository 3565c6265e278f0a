package release

import (
	"context"
	"fmt"
	"net"
	"net/http"
	"os"
	"os/exec"
	"path/filepath"
	"strconv"
	"strings"
	"time"

	appsv1 "k8s.io/api/apps/v1"
	corev1 "k8s.io/api/core/v1"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/client-go/kubernetes"
)

// A container is the one of the operator's Deployment, run by Docker as its Pod template says.
type container struct {
	name string // of Docker's
	host string // its address
}

func docker(arguments ...string) (string, error) {
	out, err := exec.Command("docker", arguments...).CombinedOutput()
	if err != nil {
		return "", fmt.Errorf("docker %s: %w: %s", strings.Join(arguments, " "), err, out)
	}
	return strings.TrimSpace(string(out)), nil
}

// runContainer starts `image`, which is what Docker knows the image of the Deployment as, and returns once
// its probes pass. Files of the settings go below `folder`.
func runContainer(ctx context.Context, client kubernetes.Interface, deployment *appsv1.Deployment, name, image, folder string) (*container, error) {
	pod := &deployment.Spec.Template.Spec
	main := &pod.Containers[0]
	arguments := []string{"run", "--detach", "--name", name, "--security-opt", "no-new-privileges"}
	arguments = append(arguments, confinement(pod, main)...)
	for _, mount := range main.VolumeMounts {
		files, err := writeVolume(ctx, client, deployment.Namespace, pod.Volumes, mount.Name, filepath.Join(folder, mount.Name))
		if err != nil {
			return nil, err
		}
		arguments = append(arguments, "--volume", files+":"+mount.MountPath+":ro")
	}
	if _, err := docker(append(append(arguments, image), main.Args...)...); err != nil {
		return nil, err
	}
	c := &container{name: name}
	var err error
	if c.host, err = docker("inspect", "--format", "{{.NetworkSettings.IPAddress}}", name); err != nil {
		return c, err
	}
	for _, probe := range []*corev1.Probe{main.StartupProbe, main.ReadinessProbe, main.LivenessProbe} {
		if err := c.passes(probe, main.Ports); err != nil {
			log, _ := docker("logs", name)
			return c, fmt.Errorf("%w\n%s", err, log)
		}
	}
	return c, nil
}

func confinement(pod *corev1.PodSpec, main *corev1.Container) []string {
	arguments := []string{"--user", fmt.Sprintf("%d:%d", *pod.SecurityContext.RunAsUser, *pod.SecurityContext.RunAsGroup),
		"--memory", strconv.FormatInt(main.Resources.Limits.Memory().Value(), 10)}
	if *main.SecurityContext.ReadOnlyRootFilesystem {
		arguments = append(arguments, "--read-only")
	}
	for _, each := range main.SecurityContext.Capabilities.Drop {
		arguments = append(arguments, "--cap-drop", string(each))
	}
	return arguments
}

// writeVolume writes the files of a volume that is a ConfigMap.
func writeVolume(ctx context.Context, client kubernetes.Interface, namespace string, volumes []corev1.Volume, name, folder string) (string, error) {
	for _, volume := range volumes {
		if volume.Name != name || volume.ConfigMap == nil {
			continue
		}
		settings, err := client.CoreV1().ConfigMaps(namespace).Get(ctx, volume.ConfigMap.Name, metav1.GetOptions{})
		if err != nil {
			return "", err
		}
		if err := os.MkdirAll(folder, 0o755); err != nil {
			return "", err
		}
		for file, text := range settings.Data {
			if err := os.WriteFile(filepath.Join(folder, file), []byte(text), 0o644); err != nil {
				return "", err
			}
		}
		return folder, nil
	}
	return "", fmt.Errorf("volume %s is no ConfigMap", name)
}

// passes waits for a probe of HTTP, by the name of its port.
func (c *container) passes(probe *corev1.Probe, ports []corev1.ContainerPort) error {
	for _, port := range ports {
		if port.Name != probe.HTTPGet.Port.StrVal {
			continue
		}
		url := "http://" + net.JoinHostPort(c.host, strconv.Itoa(int(port.ContainerPort))) + probe.HTTPGet.Path
		var err error
		for range probe.FailureThreshold {
			var response *http.Response
			if response, err = http.Get(url); err == nil {
				response.Body.Close()
				if response.StatusCode == http.StatusOK {
					return nil
				}
				err = fmt.Errorf("%s: %s", url, response.Status)
			}
			time.Sleep(time.Duration(probe.PeriodSeconds) * time.Second)
		}
		return err
	}
	return fmt.Errorf("the container has no port %s", probe.HTTPGet.Port.StrVal)
}

func (c *container) stop() {
	_, _ = docker("rm", "--force", c.name)
}
