/* The types a statement's header may name, as PostgreSQL numbers them (pg_type.dat; these never
 * change). Declared at prepare, so that the header, not inference, says what a parameter is. */
#include "base/check.h"
#include "db/internal.h"

static const struct {
    struct slice name;
    Oid oid;
} types[] = {
    { S_INIT("boolean"), 16 },       { S_INIT("bytea"), 17 },
    { S_INIT("bigint"), 20 },        { S_INIT("smallint"), 21 },
    { S_INIT("integer"), 23 },       { S_INIT("text"), 25 },
    { S_INIT("json"), 114 },         { S_INIT("inet"), 869 },
    { S_INIT("boolean[]"), 1000 },   { S_INIT("bytea[]"), 1001 },
    { S_INIT("smallint[]"), 1005 },  { S_INIT("integer[]"), 1007 },
    { S_INIT("text[]"), 1009 },      { S_INIT("bigint[]"), 1016 },
    { S_INIT("date"), 1082 },        { S_INIT("time"), 1083 },
    { S_INIT("timestamptz"), 1184 }, { S_INIT("timestamptz[]"), 1185 },
    { S_INIT("interval"), 1186 },    { S_INIT("numeric[]"), 1231 },
    { S_INIT("numeric"), 1700 },     { S_INIT("jsonb"), 3802 },
};

Oid type_oid(const char *name)
{
    for (size_t i = 0; i < ARRAY_LEN(types); i++) {
        if (slice_eq(types[i].name, slice_from(name))) {
            return types[i].oid;
        }
    }
    return 0; /* left to PostgreSQL */
}
