package rig

import (
	"context"
	"fmt"
	"path/filepath"
	"regexp"
	"slices"
	"strings"

	authenticationv1 "k8s.io/api/authentication/v1"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/client-go/tools/clientcmd"
)

// Metacontroller's account as its own manifests make it, but for the role, which is ours.
const account = `
apiVersion: v1
kind: Namespace
metadata: {name: metacontroller}
---
apiVersion: v1
kind: ServiceAccount
metadata: {name: metacontroller, namespace: metacontroller}
---
apiVersion: rbac.authorization.k8s.io/v1
kind: ClusterRoleBinding
metadata: {name: metacontroller}
subjects: [{kind: ServiceAccount, name: metacontroller, namespace: metacontroller}]
roleRef: {kind: ClusterRole, name: metacontroller, apiGroup: rbac.authorization.k8s.io}
`

// makeAccount makes Metacontroller's account, which may do what `vitess-operator controllers --role`
// says, and no more.
func (rig *Rig) makeAccount() error {
	role, err := rig.Run("controllers", "--role")
	if err != nil {
		return err
	}
	for _, manifest := range []string{account, role} {
		if _, err := rig.Kubectl(manifest, "apply", "-f", "-"); err != nil {
			return err
		}
	}
	return nil
}

// logIn gives a kubeconfig of that account.
func (rig *Rig) logIn(ctx context.Context) (path string, err error) {
	day := int64(24 * 60 * 60)
	token, err := rig.Plane.Client.CoreV1().ServiceAccounts("metacontroller").CreateToken(ctx, "metacontroller",
		&authenticationv1.TokenRequest{Spec: authenticationv1.TokenRequestSpec{ExpirationSeconds: &day}}, metav1.CreateOptions{})
	if err != nil {
		return "", err
	}
	config, err := clientcmd.LoadFromFile(rig.Plane.Kubeconfig)
	if err != nil {
		return "", err
	}
	for _, user := range config.AuthInfos {
		user.Token = token.Status.Token
	}
	path = filepath.Join(rig.Folder, "metacontroller.kubeconfig")
	return path, clientcmd.WriteToFile(*config, path)
}

// In a line of its log quotes may be quoted.
var forbidden = regexp.MustCompile(`is forbidden: User .* cannot (\w+) resource \\*"([^"\\]*)\\*" in API group \\*"([^"\\]*)`)

// Forbidden is what Metacontroller has tried and is not allowed to do. An API server that has just been
// restarted refuses everything for a moment, so it is asked again.
func (rig *Rig) Forbidden() []string {
	if rig.Metacontroller == nil {
		return nil
	}
	var all []string
	for _, found := range forbidden.FindAllStringSubmatch(rig.Metacontroller.Log(), -1) {
		verb := found[1]
		resource, subresource, _ := strings.Cut(found[2], "/")
		tried := fmt.Sprintf("%s %s of the group %q", verb, found[2], found[3])
		if slices.Contains(all, tried) {
			continue
		}
		answer, _ := rig.Kubectl("", "auth", "can-i", verb, strings.TrimSuffix(resource+"."+found[3], "."),
			"--subresource="+subresource, "--all-namespaces", "--as=system:serviceaccount:metacontroller:metacontroller")
		if strings.TrimSpace(answer) != "yes" {
			all = append(all, tried)
		}
	}
	return all
}
