#include "vttablet.h"

#include "metadata.h"
#include "staging.h"
#include "template.h"

const json_t *vttablet_claim(struct arena *a, const struct vttablet *tablet)
{
    bool kept = tablet->keep_claim && tablet->claim_uid != NULL;

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
            OPT("ownerReferences",
                kept ? owns_itself(a, tablet->id.name, tablet->claim_uid) : NULL)),
        F("spec", as_stored(a, tablet->claim)));
}
