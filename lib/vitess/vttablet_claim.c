#include "vttablet.h"

#include "metadata.h"
#include "staging.h"
#include "template.h"

/* Where there was a mark the list stays, empty (claim_had_mark() says why). */
const json_t *claim_owners(struct arena *a, const char *name, const struct claim_marks *marks)
{
    if (marks->keep && marks->uid != NULL)
        return owns_itself(a,
            name,
            marks->uid,
            json_at(marks->applied, "metadata", "ownerReferences"));
    return marks->had ? json_new_list() : NULL;
}

const json_t *vttablet_claim(struct arena *a, const struct vttablet *tablet)
{
    const struct api_keys *keys = tablet->place.keys;
    const json_t *owners = claim_owners(a, tablet->id.name, &tablet->marks);

    return object_like(a,
        tablet->marks.applied,
        F("apiVersion", "v1"),
        F("kind", "PersistentVolumeClaim"),
        MAP("metadata",
            F("name", tablet->id.name),
            F("namespace", tablet->place.namespace),
            OPT("annotations", json_at(tablet->claim_metadata, "annotations")),
            MAP("labels",
                SPREAD(json_at(tablet->claim_metadata, "labels")),
                SPREAD(tablet->place.labels),
                KEY(keys->component, VTTABLET),
                KEY(keys->tablet_uid, tablet->id.uid_text)),
            /* Also where it is empty. */
            SPREAD(owners == NULL ? NULL : object(a, F("ownerReferences", owners)))),
        F("spec",
            tablet->stored_claim != NULL ? tablet->stored_claim : as_stored(a, tablet->claim)));
}
