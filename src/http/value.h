/* One value checked against its field and stored: what bodies and parameters have in common. */
#ifndef ASTRALFIELD_HTTP_VALUE_H
#define ASTRALFIELD_HTTP_VALUE_H

#include "http/schema.h"

/* Check `value` against the field's type and bounds and store it at `slot`, which has the C type of
 * the field. Both return what is wrong with it ("must be between 4 and 20"), in the arena, or a
 * slice whose ptr is NULL; then and only then `slot` is written. Text must be UTF-8 and is
 * borrowed. Scalars only: not T_OBJECT, T_ARRAY, T_MAP; T_JSON has no text form. */
struct slice value_from_text(struct arena *arena, const struct field *field, struct slice value,
                             void *slot);
struct slice value_from_json(struct arena *arena, const struct field *field, json_t *value,
                             void *slot);

/* The field that describes one item of a T_ARRAY or T_MAP field (its bounds are of the count). */
struct field value_item(const struct field *field);

/* sizeof the C type behind a field. */
size_t value_size(const struct field *field);

/* Whether `count` items are within a T_ARRAY field's bounds; returns as value_from_text does. */
struct slice value_count_fault(struct arena *arena, const struct field *field, size_t count);

/* A bound as it is written on the wire: points and decimals with their places. */
struct slice value_bound(struct arena *arena, const struct field *field, int64_t bound);

/* "integer", "text", "time", … for people. */
const char *value_type_name(enum field_type type);

#endif
