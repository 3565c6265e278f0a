#include "vttablet.h"

#include "metadata.h"
#include "template.h"

/* A claim that owns itself survives the deletion of its other owners, without any finalizer, and
 * is adopted again by a cluster made anew; leaving the reference out makes it deletable again. */
static const json_t *own_reference(struct arena *a, const struct vttablet *tablet)
{
    json_t *list = json_new_list();

    if (!tablet->keep_claim || tablet->claim_uid == NULL)
        return list;
    json_add(list,
        object(a,
            F("apiVersion", "v1"),
            F("kind", "PersistentVolumeClaim"),
            F("name", tablet->id.name),
            F("uid", tablet->claim_uid),
            F("controller", BOOL(false)),
            F("blockOwnerDeletion", BOOL(false))));
    return list;
}

const json_t *vttablet_claim(struct arena *a, const struct vttablet *tablet)
{
    return object(a,
        F("apiVersion", "v1"),
        F("kind", "PersistentVolumeClaim"),
        MAP("metadata",
            F("name", tablet->id.name),
            F("namespace", tablet->place.namespace),
            MAP("labels",
                SPREAD(tablet->place.labels),
                F(COMPONENT_LABEL, VTTABLET),
                F(TABLET_UID_LABEL, tablet->id.uid_text)),
            OPT("ownerReferences", own_reference(a, tablet))),
        F("spec", quantities_canonical(a, tablet->claim)));
}
