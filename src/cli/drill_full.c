/* `astralfield drill full`: as after the loss of the machine. An empty data directory, the backups in
 * the second place, restore, start, look. */
#include <inttypes.h>
#include <unistd.h>

#include "base/check.h"
#include "cli/cmd_backup.h"
#include "cli/drill.h"
#include "cli/throwaway.h"
#include "ops/backup_second.h"
#include "ops/facts.h"

/* The runbook's objective for the whole system, and for critical data. */
enum { RTO_MS = 30 * 60 * 1000 };

struct full {
    struct drill drill;
    struct throwaway instance;
    const char *home;
    const char *place; /* where the backups are taken from */
    bool is_second;
};

static enum error find(struct cli *cli, struct full *full)
{
    struct config settings;
    struct backup_list list = { 0 };
    struct arena *arena = cli->arena;
    struct cli probe = *cli;
    TRY(config_read(cli->data, &cli->faults, &settings));
    if (settings.database_url[0] != '\0') {
        return refuse(&cli->faults, E_USAGE,
                      "DATABASE_URL is set: this drill is for the embedded database");
    }
    full->home = backup_home(cli->data, arena);
    full->drill.folder = arena_format(arena, "%s/backups/drills", full->home).ptr;
    probe.faults = (struct faults){ .arena = arena };
    if (cli_database(&probe, &full->drill.url) != OK) {
        full->drill.url = NULL;
    }
    const char *copy = settings.backup_copy_dir;
    full->is_second = copy[0] != '\0' && backup_second_is_there(full->home, copy, arena);
    full->place = full->is_second ? arena_cstr(arena, slice_from(copy))
                                  : arena_format(arena, "%s/backups", full->home).ptr;
    const char *base = arena_format(arena, "%s/base", full->place).ptr;
    TRY(backup_list_read(base, &cli->faults, &list));
    if (list.count == 0) {
        return refuse(&cli->faults, E_NOT_FOUND, "there is no backup in %s", base);
    }
    struct unix_user owner = backup_owner(cli->data, &settings, arena);
    TRY(throwaway_make(cli, full->home, &owner, &full->instance));
    const char **env = ARENA_ARRAY(arena, 4, const char *);
    env[0] = arena_format(arena, "BACKUP_COPY_DIR=%s", full->place).ptr;
    env[1] = arena_format(arena, "BACKUP_KEY_FILE=%s", settings.backup_key_file).ptr;
    env[2] = owner.uid != 0 ? arena_format(arena, "RUN_AS=%s", owner.name).ptr : NULL;
    full->instance.env = env;
    return OK;
}

/* Ledgers of the restored instance against the running one's. */
static enum error compare(struct cli *cli, struct full *full)
{
    struct cli there = *cli;
    const char *url = NULL;
    PGresult *result = NULL;
    if (full->drill.url == NULL) {
        return OK;
    }
    there.data = full->instance.data;
    TRY(cli_database(&there, &url));
    PGconn *restored = PQconnectdb(url);
    PGconn *live = PQconnectdb(full->drill.url);
    enum error error = plain_run(restored, SQL_OPS_HEADS, NULL, &cli->faults, &result);
    int64_t figures[4] = { 0 };
    if (error == OK) {
        const char *const heads[] = { arena_cstr(cli->arena,
                                                 slice_from(PQgetvalue(result, 0, 0))) };
        PQclear(result);
        error = plain_run(live, SQL_OPS_HEADS_COMPARE, heads, &cli->faults, &result);
    }
    for (int i = 0; error == OK && i < (int)ARRAY_LEN(figures); i++) {
        error = slice_to_int(slice_from(PQgetvalue(result, 0, i)), &figures[i]);
    }
    PQclear(error == OK ? result : NULL);
    PQfinish(restored);
    PQfinish(live);
    TRY(error);
    if (figures[1] != 0 || figures[2] != 0) {
        return refuse(&cli->faults, E_LEDGER,
                      "the restored ledgers are not the beginning of the running ones");
    }
    drill_step(&full->drill, "compare", "%" PRId64 " ledgers begin as the running ones",
               figures[0]);
    drill_figure(&full->drill,
                 (struct drill_figure){ "eventsBehind", "events", figures[3] * 1000, -1, NULL });
    return OK;
}

static enum error play(struct cli *cli, struct full *full)
{
    struct drill *drill = &full->drill;
    struct throwaway *instance = &full->instance;
    TRY(find(cli, full));
    drill_step(drill, "find", "backups in %s%s", full->place,
               full->is_second ? "" : " (there is no second place)");
    struct mono began = mono_now();
    const char *const restore[] = { "restore", "--at", "latest", "--to", instance->data, NULL };
    static const char *const recovery[] = { "verify", "recovery", NULL };
    TRY(throwaway_run(instance, restore));
    drill_step(drill, "restore", "into an empty data directory");
    TRY(throwaway_up(instance));
    drill_step(drill, "start", "it answers on %s", instance->url);
    int64_t ms = (mono_now().us - began.us) / US_PER_MS;
    TRY(throwaway_run(instance, recovery));
    drill_step(drill, "verify", "verify recovery found nothing wrong");
    TRY(compare(cli, full));
    drill_figure(drill, (struct drill_figure){ "servingSeconds", "s", ms, RTO_MS,
                                               "RTO of the whole system" });
    return OK;
}

int drill_full(struct cli *cli)
{
    struct full full = { 0 };
    enum error error = drill_begin(cli, "full", &full.drill);
    if (error != OK) {
        return cli_fail(cli, error);
    }
    if (cli_has(cli, "dry-run")) {
        cli_print(cli->is_json ? "{\"kind\":\"full\",\"dryRun\":true}\n"
                               : "would restore into an empty data directory and start it\n");
        return EXIT_OK;
    }
    error = play(cli, &full);
    if (error != OK) {
        drill_failed(&full.drill, "full", error);
    }
    throwaway_done(&full.instance);
    return drill_end(&full.drill);
}
