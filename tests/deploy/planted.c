/* A library for a release that is bad on purpose: of the results that PostgreSQL gives with rows, about one in
 * twenty is said to have failed. Used with LD_PRELOAD. */
#include <dlfcn.h>
#include <libpq-fe.h>
#include <stdatomic.h>
#include <stdbool.h>
#include <stddef.h>

enum { GOOD_AT_FIRST = 2000, ONE_IN = 10 }; /* a request asks for the status more than once */

ExecStatusType PQresultStatus(const PGresult *result)
{
    static ExecStatusType (*real)(const PGresult *);
    static _Atomic unsigned count;
    if (real == NULL) {
        real = (ExecStatusType(*)(const PGresult *))dlsym(RTLD_NEXT, "PQresultStatus");
    }
    ExecStatusType status = real(result);
    if (status != PGRES_TUPLES_OK) {
        return status;
    }
    unsigned number = atomic_fetch_add(&count, 1u);
    bool is_planted = (number * 2654435761u >> 16) % ONE_IN == 0; /* spread, not in step */
    return number > GOOD_AT_FIRST && is_planted ? PGRES_FATAL_ERROR : status;
}
