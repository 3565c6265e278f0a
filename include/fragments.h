#ifndef VITESS_OPERATOR_FRAGMENTS_H
#define VITESS_OPERATOR_FRAGMENTS_H

#include "spec.h"

/* Parts of Kubernetes objects that a spec hands through as they are, as tables (Kubernetes 1.36):
 * its own names of fields, and its rules as far as a value alone can break them. A mistake in them
 * must be known before a Pod is taken down for them: the API server refuses the new one only
 * after the old one has gone. */

/* Of a mapping. */
extern const struct spec_field fragment_resources[];      /* ResourceRequirements */
extern const struct spec_field fragment_claim[];          /* PersistentVolumeClaimSpec, of data */
extern const struct spec_field fragment_any_claim[];      /* the same, with a size or without */
extern const struct spec_field fragment_claim_template[]; /* the same with metadata beside it */
extern const struct spec_field fragment_selector[];       /* LabelSelector */
extern const struct spec_field fragment_affinity[];       /* Affinity */
/* PodSecurityContext of what does not run as root. An id of FRAGMENT_NO_ID is one that is left out,
 * for whoever admits the Pod to say (OpenShift). */
extern const struct spec_field fragment_pod_security[];
enum { FRAGMENT_NO_ID = -1 };
extern const struct spec_field fragment_lifecycle[]; /* Lifecycle of a container */
extern const struct spec_field fragment_behavior[];  /* HorizontalPodAutoscalerBehavior */
/* What a user may say of a ServiceSpec and its metadata; the second of one with two ports. */
extern const struct spec_field fragment_service[], fragment_web_service[];

/* Of each item of a list. */
extern const struct spec_field fragment_container[]; /* Container */
extern const struct spec_field fragment_init_container[];
extern const struct spec_field fragment_env[];        /* EnvVar */
extern const struct spec_field fragment_volume[];     /* Volume */
extern const struct spec_field fragment_mount[];      /* VolumeMount */
extern const struct spec_field fragment_toleration[]; /* Toleration */
extern const struct spec_field fragment_spread[];     /* TopologySpreadConstraint */
extern const struct spec_field fragment_metric[];     /* MetricSpec of autoscaling/v2 */
extern const struct spec_field fragment_reference[];  /* LocalObjectReference: {name: ...} */

extern const struct spec_format fragment_label_key;   /* "team", "example.com/team" */
extern const struct spec_format fragment_cidr;        /* "10.0.0.0/8" */
extern const struct spec_format fragment_label_value; /* at most 63 letters, digits, - _ . */

/* Designators of a row of a table (spec.h) that is one of these. */
#define FRAGMENT(fields_, type_) .shape = SPEC_OBJECT, .fields = (fields_), .type_name = (type_)
#define FRAGMENTS(fields_, type_)                                                                  \
    .shape = SPEC_OBJECT_LIST, .fields = (fields_), .type_name = "list of " type_
#define RESOURCES FRAGMENT(fragment_resources, "ResourceRequirements")
#define LABELS .shape = SPEC_TEXT_MAP, .keys = &fragment_label_key, .format = &fragment_label_value
#define ANNOTATIONS .shape = SPEC_TEXT_MAP, .keys = &fragment_label_key

/* A Service (of `fragment_service`, or NULL) that nobody outside of Kubernetes reaches. */
bool service_is_inside(const json_t *service);

#endif
