/* While data is being restored nothing may move the schema under it. */
#include <libpq-fe.h>
#include <stdlib.h>

#include "base/check.h"
#include "cli/cli.h"
#include "ops/switches.h"

/* A database from before there were switches has none on. */
static bool is_stored(const char *url)
{
    PGconn *pg = PQconnectdb(url);
    PGresult *result = PQexec(pg, "select 1 from ops_controls where kind = 'flag' "
                                  "and key = 'RECOVERY_MODE' and value ->> 'value' = 'on' "
                                  "and (expires_at is null or expires_at > clock_timestamp())");
    bool is_on = PQresultStatus(result) == PGRES_TUPLES_OK && PQntuples(result) > 0;
    PQclear(result);
    PQfinish(pg);
    return is_on;
}

enum error cli_refuse_in_recovery(struct cli *cli, const char *url)
{
    int64_t value = 0;
    struct slice said = slice_from(getenv("RECOVERY_MODE"));
    bool is_on = said.len > 0 && switch_parse(SWITCH_RECOVERY_MODE, said, &value) == OK && value;
    if (is_on || is_stored(url)) {
        return refuse(&cli->faults, E_RECOVERY,
                      "RECOVERY_MODE is on, so migrations are refused: `astralfield env unset "
                      "RECOVERY_MODE` when the restore is done");
    }
    return OK;
}
