#include "cli/up_sample.h"

#include <libpq-fe.h>
#include <limits.h>
#include <signal.h>
#include <stdlib.h>
#include <unistd.h>

#include "ops/process.h"

enum { STOP_US = 10 * 1000000 };
#define DATA_DEFAULT "../shared/data"

/* The season that is played, and the one before, which says what everybody was worth in its draft. */
static const char *const real_seasons[] = { "2023", "2024" };

struct found {
    bool wants_demo;
    bool has_season;
};

static struct found look(const char *url)
{
    PGconn *pg = PQconnectdb(url);
    PGresult *result =
        PQexec(pg, "select not exists (select from leagues)"
                   " or exists (select from users where email like '%@sample.astralfield.invalid'),"
                   " exists (select from player_week_stats)");
    struct found found = { 0 };
    if (PQresultStatus(result) == PGRES_TUPLES_OK) {
        found.wants_demo = *PQgetvalue(result, 0, 0) == 't';
        found.has_season = *PQgetvalue(result, 0, 1) == 't';
    }
    PQclear(result);
    PQfinish(pg);
    return found;
}

/* One of our own commands; its output is ours. True: it succeeded. */
static bool command(const struct up_sample *sample, const char *const *words)
{
    struct process_spec spec = {
        .name = words[1], .argv = words, .env = sample->env, .death_signal = SIGTERM
    };
    pid_t pid = 0;
    int status = 0;
    if (process_start(&spec, &sample->cli->faults, &pid) != OK) {
        cli_print("%.*s\n", FMT(sample->cli->faults.detail));
        return false;
    }
    while (!process_ended(pid, 0, &status)) {
        if (!sample->carry_on(sample->up)) {
            process_stop(pid, SIGTERM, STOP_US);
            return false;
        }
    }
    if (status != 0) {
        cli_print("`astralfield %s` ended with %.*s\n", words[1],
                  FMT(process_status_print(sample->cli->arena, status)));
    }
    return status == 0;
}

static bool import_real(const struct up_sample *sample, const char *folder)
{
    for (size_t i = 0; i < sizeof(real_seasons) / sizeof(real_seasons[0]); i++) {
        const char *const words[] = { sample->program, "import", "nfl",  "--season",
                                      real_seasons[i], "--from", folder, NULL };
        if (!command(sample, words)) {
            return false;
        }
    }
    return true;
}

static bool import_season(const struct up_sample *sample)
{
    const char *given = getenv("ASTRALFIELD_DATA");
    const char *folder = given != NULL && given[0] != '\0' ? given : DATA_DEFAULT;
    const char *probe = arena_format(sample->cli->arena, "%s/nfl", folder).ptr;
    const char *const invented[] = { sample->program, "import", "sample", NULL };
    if (access(probe, R_OK) == 0) {
        cli_print("loading the NFL seasons %s and %s from %s …\n", real_seasons[0], real_seasons[1],
                  folder);
        if (import_real(sample, folder)) {
            return true;
        }
    }
    return sample->carry_on(sample->up) && command(sample, invented);
}

void up_sample_load(const struct up_sample *sample)
{
    const char *const demo[] = { sample->program, "demo", NULL };
    struct found found = look(sample->database_url);
    if (!found.wants_demo) {
        return;
    }
    if ((found.has_season || import_season(sample)) && command(sample, demo)) {
        return;
    }
    if (sample->carry_on(sample->up)) {
        cli_print("no league could be loaded; AstralField runs without one\n");
    }
}
