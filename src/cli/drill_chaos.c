/* `astralfield drill chaos`: kill -9 of server, PostgreSQL and Redis under load, on an instance of its
 * own; afterwards everything that was acknowledged is there once, and the ledgers hold. */
#include <dirent.h>
#include <inttypes.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

#include "base/check.h"
#include "base/random.h"
#include "cli/cmd_backup.h"
#include "cli/drill.h"
#include "cli/drill_load.h"
#include "cli/throwaway.h"
#include "ops/facts.h"

enum {
    KILLS_DEFAULT = 12,
    KILLS_MAX = 10000,
    BETWEEN = 12, /* acknowledged changes between two kills */
    BACK_US = 120 * 1000000,
    RTO_MS = 10 * 60 * 1000, /* the runbook's objective for the application */
};

enum victim { VICTIM_SERVER, VICTIM_POSTGRES, VICTIM_REDIS, VICTIM_COUNT };

static const struct {
    const char *name, *figure;
    const char *words; /* in its command line */
} victims[VICTIM_COUNT] = {
    [VICTIM_SERVER] = { "the server", "serverBackSeconds", " serve" },
    [VICTIM_POSTGRES] = { "PostgreSQL", "postgresBackSeconds", "bin/postgres" },
    [VICTIM_REDIS] = { "Redis", "redisBackSeconds", "redis-server" },
};

struct chaos {
    struct drill drill;
    struct throwaway instance;
    struct load load;
    const char *ledger;
    struct rng rng;
    int64_t kills;
    int64_t killed[VICTIM_COUNT];
    int64_t worst_us[VICTIM_COUNT]; /* from the kill to the next acknowledged changes */
};

/* ---- victims ---- */

static struct slice read_proc(struct arena *arena, const char *pid, const char *file)
{
    enum { MOST = 2000 };
    char *text = arena_alloc(arena, MOST);
    FILE *from = fopen(arena_format(arena, "/proc/%s/%s", pid, file).ptr, "re");
    size_t len = from == NULL ? 0 : fread(text, 1, MOST, from);
    if (from != NULL) {
        fclose(from);
    }
    for (size_t i = 0; i < len; i++) {
        text[i] = text[i] == '\0' ? ' ' : text[i];
    }
    return (struct slice){ .ptr = text, .len = len };
}

/* "PID (name) S PARENT …"; a name may hold anything, so what counts is behind the last bracket. */
static int64_t parent_of(struct slice stat)
{
    int64_t parent = 0;
    while (stat.len > 0 && stat.ptr[stat.len - 1] != ')') {
        stat.len--;
    }
    const char *at = stat.ptr + stat.len;
    return stat.len > 0 && sscanf(at, " %*c %" SCNd64, &parent) == 1 ? parent : 0;
}

/* The child of `up` that it is; 0 when there is none just now. */
static pid_t find_victim(const struct chaos *chaos, enum victim victim)
{
    CLEANUP(arena_done) struct arena arena = { 0 };
    DIR *folder = opendir("/proc");
    pid_t found = 0;
    const char *words = victims[victim].words;
    for (struct dirent *entry = folder == NULL ? NULL : readdir(folder);
         entry != NULL && found == 0; entry = readdir(folder)) {
        int64_t pid = 0;
        if (slice_to_int(slice_from(entry->d_name), &pid) != OK ||
            parent_of(read_proc(&arena, entry->d_name, "stat")) != chaos->instance.pid) {
            continue;
        }
        struct slice line = read_proc(&arena, entry->d_name, "cmdline");
        if (memmem(line.ptr, line.len, words, slice_from(words).len) != NULL) {
            found = (pid_t)pid;
        }
    }
    if (folder != NULL) {
        closedir(folder);
    }
    return found;
}

static enum error kill_one(struct cli *cli, struct chaos *chaos)
{
    enum victim victim = (enum victim)rng_below(&chaos->rng, VICTIM_COUNT);
    pid_t pid = find_victim(chaos, victim);
    if (pid == 0) {
        return OK; /* it was killed just now and is not back: the load goes on without it */
    }
    struct mono began = mono_now();
    kill(pid, SIGKILL);
    chaos->killed[victim]++;
    if (!load_wait(&chaos->load, LOAD_WRITERS, BACK_US)) {
        return refuse(
            &cli->faults, E_TIMEOUT, "after %s was killed: %s", victims[victim].name,
            chaos->load.wrong[0] != '\0' ? chaos->load.wrong : "nothing was acknowledged any more");
    }
    int64_t us = mono_now().us - began.us;
    chaos->worst_us[victim] = us > chaos->worst_us[victim] ? us : chaos->worst_us[victim];
    return load_wait(&chaos->load, BETWEEN, BACK_US)
               ? OK
               : refuse(&cli->faults, E_TIMEOUT, "the load stopped: %s", chaos->load.wrong);
}

static int64_t all_killed(const struct chaos *chaos)
{
    return chaos->killed[VICTIM_SERVER] + chaos->killed[VICTIM_POSTGRES] +
           chaos->killed[VICTIM_REDIS];
}

static enum error kill_all(struct cli *cli, struct chaos *chaos)
{
    while (all_killed(chaos) < chaos->kills) {
        TRY(kill_one(cli, chaos));
    }
    return OK;
}

/* ---- afterwards ---- */

static enum error read_ledger(struct cli *cli, const struct chaos *chaos, struct slice *ret_names)
{
    const struct backup_key none = { 0 };
    struct slice text = S("");
    struct json json;
    TRY(backup_read(chaos->ledger, &none, &cli->faults, &text));
    json_init(&json, cli->arena);
    json_open_array(&json);
    while (text.len > 0) {
        struct slice name = slice_cut(&text, '\n');
        if (name.len > 0) {
            json_text(&json, name);
        }
    }
    json_close_array(&json);
    *ret_names = json_done(&json);
    return OK;
}

static int64_t number(const PGresult *result, int column)
{
    int64_t value = -1;
    return slice_to_int(slice_from(PQgetvalue(result, 0, column)), &value) == OK ? value : -1;
}

static enum error compare(struct cli *cli, struct chaos *chaos)
{
    struct slice names = S("");
    struct cli there = *cli;
    const char *url = NULL;
    PGresult *result = NULL;
    TRY(read_ledger(cli, chaos, &names));
    there.data = chaos->instance.data;
    TRY(cli_database(&there, &url));
    PGconn *pg = PQconnectdb(url);
    const char *const values[] = { arena_cstr(cli->arena, names) };
    enum error error = plain_run(pg, SQL_OPS_DRILL_LEDGER, values, &cli->faults, &result);
    PQfinish(pg);
    TRY(error);
    int64_t told = number(result, 0), missing = number(result, 1), twice = number(result, 2);
    PQclear(result);
    drill_step(&chaos->drill, "compare",
               "%" PRId64 " acknowledged, %" PRId64 " missing, %" PRId64 " twice", told, missing,
               twice);
    struct drill *drill = &chaos->drill;
    drill_figure(drill, (struct drill_figure){ "acknowledged", "changes", told * 1000, -1, NULL });
    drill_figure(drill, (struct drill_figure){ "acknowledgedLost", "changes", missing * 1000, 0,
                                               "nothing acknowledged is lost" });
    drill_figure(drill, (struct drill_figure){ "storedTwice", "changes", twice * 1000, 0,
                                               "a repeated change is one" });
    return OK;
}

static void measure(struct chaos *chaos)
{
    struct drill *drill = &chaos->drill;
    drill_figure(drill,
                 (struct drill_figure){ "kills", "kills", all_killed(chaos) * 1000, -1, NULL });
    for (enum victim victim = VICTIM_SERVER; victim < VICTIM_COUNT; victim++) {
        if (chaos->killed[victim] > 0) {
            drill_figure(drill, (struct drill_figure){ victims[victim].figure, "s",
                                                       chaos->worst_us[victim] / US_PER_MS, RTO_MS,
                                                       "RTO of the application" });
        }
    }
}

static enum error play(struct cli *cli, struct chaos *chaos)
{
    static const char *const season[] = { "import", "sample", NULL };
    static const char *const ledgers[] = { "verify", "ledger", NULL };
    struct drill *drill = &chaos->drill;
    TRY(throwaway_start(cli, &chaos->instance));
    TRY(throwaway_run(&chaos->instance, season));
    chaos->ledger = arena_format(cli->arena, "%s/acknowledged.txt", chaos->instance.data).ptr;
    TRY(load_start(cli, chaos->instance.url, chaos->ledger, &chaos->load));
    if (!load_wait(&chaos->load, BETWEEN, BACK_US)) {
        return refuse(&cli->faults, E_TIMEOUT, "the load does not begin: %s", chaos->load.wrong);
    }
    drill_step(drill, "start", "an instance of its own, %d writers", LOAD_WRITERS);
    TRY(kill_all(cli, chaos));
    drill_step(drill, "kill", "server %" PRId64 ", PostgreSQL %" PRId64 ", Redis %" PRId64 " times",
               chaos->killed[VICTIM_SERVER], chaos->killed[VICTIM_POSTGRES],
               chaos->killed[VICTIM_REDIS]);
    load_stop(&chaos->load);
    TRY(compare(cli, chaos));
    TRY(throwaway_run(&chaos->instance, ledgers));
    drill_step(drill, "verify", "the ledgers hold");
    measure(chaos);
    return OK;
}

/* Where the report is kept: with the running instance, when there is one. */
static void find_home(struct cli *cli, struct drill *drill)
{
    struct cli probe = *cli;
    probe.faults = (struct faults){ .arena = cli->arena };
    if (cli_database(&probe, &drill->url) != OK) {
        drill->url = NULL;
    }
    const char *home = backup_home(cli->data, cli->arena);
    const char *backups = arena_format(cli->arena, "%s/backups", home).ptr;
    if (access(backups, W_OK) == 0) {
        drill->folder = arena_format(cli->arena, "%s/drills", backups).ptr;
    }
}

int drill_chaos(struct cli *cli)
{
    struct chaos chaos = { 0 };
    int64_t seed = (int64_t)(utime_now() & INT32_MAX);
    enum error error = cli_number(cli, "kills", 1, KILLS_MAX, KILLS_DEFAULT, &chaos.kills);
    if (error == OK) {
        error = cli_number(cli, "seed", 0, INT32_MAX, seed, &seed);
    }
    if (error == OK) {
        error = drill_begin(cli, "chaos", &chaos.drill);
    }
    if (error != OK) {
        return cli_fail(cli, error);
    }
    if (cli_has(cli, "dry-run")) {
        cli_print(cli->is_json ? "{\"kind\":\"chaos\",\"kills\":%" PRId64 ",\"dryRun\":true}\n"
                               : "would kill %" PRId64 " processes of an instance made for it\n",
                  chaos.kills);
        return EXIT_OK;
    }
    rng_seed(&chaos.rng, (uint64_t)seed);
    find_home(cli, &chaos.drill);
    error = play(cli, &chaos);
    load_stop(&chaos.load);
    if (error != OK) {
        drill_failed(&chaos.drill, "chaos", error);
    }
    throwaway_done(&chaos.instance);
    return drill_end(&chaos.drill);
}
