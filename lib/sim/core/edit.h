#ifndef VITESS_OPERATOR_SIM_EDIT_H
#define VITESS_OPERATOR_SIM_EDIT_H

#include "json.h"

/* Objects of the store never change in place: an edit is a copy that shares what it leaves alone.
 */

/* A copy of `object` with `value` at the path (NULL: without what is there). Mappings missing on
 * the way are made. */
json_t *edit_path(const json_t *object, const json_t *value, const char *const *path);
#define edited(object, value, ...)                                                                 \
    edit_path((object), (value), (const char *const[]){__VA_ARGS__, NULL})

/* For objects that are being made and are not shared yet: the mapping or list under `key`, or
 * NULL; and the mapping under `key`, made where it is missing. */
json_t *edit_child(json_t *mapping, const char *key);
json_t *edit_map(json_t *mapping, const char *key);
/* Puts `value` where the key is missing. */
void edit_default(json_t *mapping, const char *key, json_t *value);

#endif
