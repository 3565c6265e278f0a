package vitess

import (
	"context"

	corev1 "k8s.io/api/core/v1"
	storagev1 "k8s.io/api/storage/v1"
	apierrors "k8s.io/apimachinery/pkg/api/errors"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/labels"
)

// Volumes as an external provisioner serves them: for each claim of its class it makes a
// PersistentVolume with a claimRef, and Kubernetes' own volume controller binds the two. It deletes
// volumes that were released (but none that is to be retained), and grows those whose claim asks for more.

// Provisioner is its name in a StorageClass.
const Provisioner = "e2e.vitess.io/stand-in"

const provisionerAnnotation = "volume.kubernetes.io/storage-provisioner"

func (c *Cluster) makeStorageClass(ctx context.Context) error {
	yes := true
	policy, mode := corev1.PersistentVolumeReclaimDelete, storagev1.VolumeBindingImmediate
	_, err := c.client.StorageV1().StorageClasses().Create(ctx, &storagev1.StorageClass{
		ObjectMeta: metav1.ObjectMeta{
			Name:        "standard",
			Annotations: map[string]string{"storageclass.kubernetes.io/is-default-class": "true"},
		},
		Provisioner: Provisioner, ReclaimPolicy: &policy, VolumeBindingMode: &mode, AllowVolumeExpansion: &yes,
	}, metav1.CreateOptions{})
	if apierrors.IsAlreadyExists(err) {
		return nil
	}
	return err
}

func (c *Cluster) provision(ctx context.Context) {
	claims, _ := c.claims.List(labels.Everything())
	for _, claim := range claims {
		switch {
		case claim.Annotations[provisionerAnnotation] != Provisioner || claim.DeletionTimestamp != nil:
		case claim.Status.Phase == corev1.ClaimPending:
			c.makeVolume(ctx, claim)
		case claim.Status.Phase == corev1.ClaimBound:
			c.growVolume(ctx, claim)
		}
	}
	volumes, _ := c.volumes.List(labels.Everything())
	for _, volume := range volumes {
		if volume.Status.Phase == corev1.VolumeReleased && volume.DeletionTimestamp == nil &&
			volume.Spec.PersistentVolumeReclaimPolicy == corev1.PersistentVolumeReclaimDelete {
			_ = c.client.CoreV1().PersistentVolumes().Delete(ctx, volume.Name, metav1.DeleteOptions{})
		}
	}
}

func (c *Cluster) makeVolume(ctx context.Context, claim *corev1.PersistentVolumeClaim) {
	name := "pv-" + string(claim.UID)
	if _, err := c.volumes.Get(name); err == nil {
		return
	}
	_, err := c.client.CoreV1().PersistentVolumes().Create(ctx, &corev1.PersistentVolume{
		ObjectMeta: metav1.ObjectMeta{Name: name, Annotations: map[string]string{"pv.kubernetes.io/provisioned-by": Provisioner}},
		Spec: corev1.PersistentVolumeSpec{
			Capacity:                      claim.Spec.Resources.Requests,
			AccessModes:                   claim.Spec.AccessModes,
			PersistentVolumeReclaimPolicy: corev1.PersistentVolumeReclaimDelete,
			StorageClassName:              *claim.Spec.StorageClassName,
			VolumeMode:                    claim.Spec.VolumeMode,
			PersistentVolumeSource: corev1.PersistentVolumeSource{
				HostPath: &corev1.HostPathVolumeSource{Path: "/nowhere/" + name},
			},
			ClaimRef: &corev1.ObjectReference{
				APIVersion: "v1", Kind: "PersistentVolumeClaim",
				Namespace: claim.Namespace, Name: claim.Name, UID: claim.UID,
			},
		},
	}, metav1.CreateOptions{})
	if err != nil && !apierrors.IsAlreadyExists(err) && ctx.Err() == nil {
		c.note("volume of claim %s: %v", claim.Name, err)
	}
}

func (c *Cluster) growVolume(ctx context.Context, claim *corev1.PersistentVolumeClaim) {
	wanted := claim.Spec.Resources.Requests[corev1.ResourceStorage]
	has := claim.Status.Capacity[corev1.ResourceStorage]
	if wanted.Cmp(has) <= 0 {
		return
	}
	volume, err := c.volumes.Get(claim.Spec.VolumeName)
	if err != nil {
		return
	}
	if size := volume.Spec.Capacity[corev1.ResourceStorage]; size.Cmp(wanted) < 0 {
		volume = volume.DeepCopy()
		volume.Spec.Capacity[corev1.ResourceStorage] = wanted
		_, err = c.client.CoreV1().PersistentVolumes().Update(ctx, volume, metav1.UpdateOptions{})
	}
	if err == nil {
		claim = claim.DeepCopy()
		claim.Status.Capacity[corev1.ResourceStorage] = wanted
		claim.Status.Conditions = nil
		_, _ = c.client.CoreV1().PersistentVolumeClaims(claim.Namespace).UpdateStatus(ctx, claim, metav1.UpdateOptions{})
	}
}
