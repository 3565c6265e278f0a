package vitess

import (
	"testing"

	corev1 "k8s.io/api/core/v1"
)

func TestCommandLinesAreExpandedAsKubernetesDoes(t *testing.T) {
	spec := &corev1.Container{
		Command: []string{"$(A)", "$$(A)", "x$$((n -= 1))", "$(B)", "$", "a$b", "$$$(A)", "$(A"},
		Env:     []corev1.EnvVar{{Name: "A", Value: "$(A)1"}},
	}
	want := []string{"$(A)1", "$(A)", "x$((n -= 1))", "$(B)", "$", "a$b", "$$(A)1", "$(A"}
	for i, got := range (&run{}).arguments(spec) {
		if got != want[i] {
			t.Errorf("%q is %q, not %q", spec.Command[i], got, want[i])
		}
	}
}
