#include "ops/mark.h"

#include <libpq-fe.h>

static void connection_done(PGconn **pg)
{
    PQfinish(*pg);
}

enum error mark_restore_point(const char *url, struct slice name, struct faults *faults,
                              struct slice *ret_lsn)
{
    CLEANUP(connection_done) PGconn *pg = PQconnectdb(url);
    const char *values[] = { arena_cstr(faults->arena, name) };
    PGresult *result = PQexecParams(pg, "select pg_create_restore_point($1)::text", 1, NULL, values,
                                    NULL, NULL, 0);
    bool is_good = PQresultStatus(result) == PGRES_TUPLES_OK && PQntuples(result) == 1;
    if (is_good) {
        *ret_lsn = arena_copy(faults->arena, slice_from(PQgetvalue(result, 0, 0)));
    }
    PQclear(result);
    return is_good ? OK
                   : refuse(faults, PQstatus(pg) == CONNECTION_OK ? E_FORBIDDEN : E_UNAVAILABLE,
                            "no restore point could be made: %.*s",
                            FMT(slice_trim(slice_from(PQerrorMessage(pg)))));
}
