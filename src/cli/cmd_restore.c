/* `astralfield restore`: the database as it was at a moment, beside the live one; then in its place. */
#include <errno.h>
#include <inttypes.h>
#include <limits.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/check.h"
#include "base/json.h"
#include "cli/cmd_backup.h"
#include "cli/commands.h"
#include "ops/restore.h"

enum { FLUSH_AGE_S = 600 }; /* a moment this near may not be in the archive yet */

struct wish {
    utime until; /* 0 = latest */
    const char *to;
    struct slice id;
};

/* Made while we may still be root, and given to the one who will work in it. */
static enum error make_folder(struct cli *cli, const struct unix_user *owner, const char **ret_path)
{
    char path[PATH_MAX];
    const char *to = arena_cstr(cli->arena, cli_value(cli, "to"));
    bool is_made = mkdir(to, 0755) == 0;
    if (!is_made && errno != EEXIST) {
        return refuse(&cli->faults, E_FILE, "cannot make the folder %s: %s", to, strerror(errno));
    }
    if (is_made && owner->uid != 0 && geteuid() == 0 && chown(to, owner->uid, owner->gid) != 0) {
        return refuse(&cli->faults, E_FILE, "cannot give %s away: %s", to, strerror(errno));
    }
    CHECK(realpath(to, path) != NULL);
    *ret_path = arena_cstr(cli->arena, slice_from(path));
    return OK;
}

static enum error read_wish(struct cli *cli, struct wish *ret_wish)
{
    struct slice at = cli_value(cli, "at");
    struct wish wish = { .id = cli_value(cli, "id") };
    if (at.ptr == NULL) {
        return refuse(&cli->faults, E_USAGE, "--at TIME or --at latest is missing");
    }
    if (!slice_eq(at, S("latest")) && utime_parse(at, &wish.until) != OK) {
        return refuse(&cli->faults, E_USAGE,
                      "--at must be \"latest\" or a time with its offset, such as "
                      "\"2025-09-07 12:59:59-04\", not \"%.*s\"",
                      FMT(at));
    }
    if (wish.until > utime_now()) {
        return refuse(&cli->faults, E_USAGE, "--at lies in the future");
    }
    *ret_wish = wish;
    return OK;
}

/* ---- restore ---- */

static void put_state(struct json *json, struct slice key, const struct state *state)
{
    json_key(json, key);
    json_open_object(json);
    json_member_text(json, S("stateHash"), state->hash);
    json_member_int(json, S("leagues"), state->leagues);
    json_member_int(json, S("events"), state->events);
    json_member_text(json, S("newestEvent"), state->newest);
    json_close_object(json);
}

static void print_state(const char *word, const struct state *state)
{
    cli_print("%-9s %" PRId64 " leagues, %" PRId64 " events, newest %.*s\n          state %.*s\n",
              word, state->leagues, state->events, FMT(state->newest), FMT(state->hash));
}

static void print_result(struct cli *cli, const struct wish *wish, const struct backup *backup,
                         const struct state *live, const struct restored *restored)
{
    struct json json;
    if (!cli->is_json) {
        if (live->hash.len > 0) {
            print_state("now", live);
        }
        print_state("restored", &restored->state);
        cli_print(
            "from backup %.*s, last change %.*s; unpacked in %" PRId64 " ms, replayed in %" PRId64
            " ms\nlook at it with `astralfield up --data %s --port 3008`, or put it in the "
            "place of the live one:\n  stop AstralField, then `astralfield restore --swap --to "
            "%s --data %s`\n",
            FMT(backup->id), FMT(restored->reached), restored->unpack_us / US_PER_MS,
            restored->replay_us / US_PER_MS, wish->to, wish->to, cli->data);
        return;
    }
    json_init(&json, cli->arena);
    json_open_object(&json);
    json_member_text(&json, S("backup"), backup->id);
    json_member_text(&json, S("to"), slice_from(wish->to));
    json_member_text(&json, S("reached"), restored->reached);
    json_member_int(&json, S("unpackMs"), restored->unpack_us / US_PER_MS);
    json_member_int(&json, S("replayMs"), restored->replay_us / US_PER_MS);
    if (live->hash.len > 0) {
        put_state(&json, S("live"), live);
    }
    put_state(&json, S("restored"), &restored->state);
    json_close_object(&json);
    cli_print("%.*s\n", FMT(json_done(&json)));
}

/* What runs is asked for its state, and for the WAL it has not archived; what stands gives it. */
static enum error look_at_live(struct cli *cli, struct backup_store *store, utime until,
                               struct state *ret_live)
{
    struct faults unsaid = { .arena = cli->arena };
    PGconn *pg = NULL;
    if (backup_connect(store, NULL, &unsaid, &pg) != OK) {
        store->wal.live = arena_format(cli->arena, "%s/pg_wal", store->cluster).ptr;
        return OK;
    }
    PQfinish(pg);
    if (state_read(store->url, &unsaid, ret_live) != OK) {
        *ret_live = (struct state){ .hash = S("") };
    }
    bool is_recent = until == 0 || utime_now() - until < FLUSH_AGE_S * US_PER_S;
    return is_recent ? restore_flush(store, &cli->faults) : OK;
}

static enum error restore_to(struct cli *cli, struct wish *wish)
{
    struct backup_store store = { 0 };
    struct backup backup = { 0 };
    struct state live = { .hash = S("") };
    struct restored restored = { 0 };
    struct config settings;
    TRY(config_read(cli->data, &cli->faults, &settings));
    struct unix_user owner = backup_owner(cli->data, &settings, cli->arena);
    if (!cli_has(cli, "dry-run")) {
        TRY(make_folder(cli, &owner, &wish->to));
    }
    TRY(cli_backup_store(cli, false, &store));
    TRY(backup_lock(&store, &cli->faults));
    TRY(backup_find(&store, wish->id, wish->until, &cli->faults, &backup));
    if (cli_has(cli, "dry-run")) {
        cli_print(cli->is_json ? "{\"backup\":\"%.*s\",\"wal\":\"%s\",\"dryRun\":true}\n"
                               : "would unpack backup %.*s and replay WAL from %s\n",
                  FMT(backup.id), store.wal.main);
        return OK;
    }
    if (access(wish->to, W_OK | X_OK) != 0) {
        return refuse(&cli->faults, E_FORBIDDEN, "the user %s cannot write in %s",
                      store.user.name != NULL ? store.user.name : "here", wish->to);
    }
    TRY(look_at_live(cli, &store, wish->until, &live));
    const struct restore_wish run = { .from = &backup, .until = wish->until, .to = wish->to };
    TRY(restore_run(&store, run, &cli->faults, &restored));
    print_result(cli, wish, &backup, &live, &restored);
    return OK;
}

/* ---- swap ---- */

static enum error swap(struct cli *cli)
{
    struct config settings;
    struct slice aside = S("");
    char path[PATH_MAX];
    const char *to = arena_cstr(cli->arena, cli_value(cli, "to"));
    TRY(config_read(cli->data, &cli->faults, &settings));
    if (settings.database_url[0] != '\0') {
        return refuse(&cli->faults, E_USAGE,
                      "DATABASE_URL is set: put %s in the place of that server's data yourself",
                      to);
    }
    if (realpath(to, path) == NULL) {
        return refuse(&cli->faults, E_NOT_FOUND, "there is no folder %s", to);
    }
    if (cli_has(cli, "dry-run")) {
        cli_print(cli->is_json ? "{\"from\":\"%s\",\"dryRun\":true}\n"
                               : "would put %s/postgres in the place of the live one\n",
                  path);
        return OK;
    }
    TRY(restore_swap(cli->data, &settings, path, &cli->faults, &aside));
    cli_print(cli->is_json
                  ? "{\"aside\":\"%.*s\"}\n"
                  : "The restored database is in place; the old one is %.*s\n"
                    "Start AstralField, and make a backup soon: `astralfield backup run`.\n",
              FMT(aside));
    return OK;
}

static int run(struct cli *cli)
{
    struct wish wish = { 0 };
    enum error error = OK;
    bool is_swap = cli_has(cli, "swap");
    if (is_swap && cli_has(cli, "at")) {
        error = refuse(&cli->faults, E_USAGE,
                       "restore first, look at it, then call again with --swap and without --at");
    } else if (is_swap) {
        error = swap(cli);
    } else {
        error = read_wish(cli, &wish);
        error = error == OK ? restore_to(cli, &wish) : error;
    }
    return error == OK ? EXIT_OK : cli_fail(cli, error);
}

static const struct cli_option options[] = {
    { .name = "at", .value = "TIME", .doc = "the moment, with its offset from UTC; or latest" },
    { .name = "to", .value = "DIR", .is_required = true, .doc = "a new data directory" },
    { .name = "id", .value = "ID", .doc = "begin with this backup (default: the fitting one)" },
    { .name = "swap", .doc = "put what was restored into DIR in the place of the live data" },
    { .name = "dry-run", .doc = "say what would be done, and change nothing" },
};

const struct command restore_command = {
    .name = "restore",
    .summary = "the database at any moment, beside the live one or in its place",
    .help =
        "Unpacks the newest backup from before that moment into a new data directory and replays\n"
        "WAL up to it: all that was committed by then is there, nothing later. The live data is\n"
        "not touched, and may be lost altogether; WAL comes from the archive, the second place\n"
        "and, when the instance is stopped, from itself. Then, with AstralField stopped, --swap\n"
        "puts it in the place of the live data, which is kept beside as postgres.before-TIME.\n"
        "Exit code 4: the instance is running, or a backup is.\n"
        "\n"
        "example: astralfield restore --at '2025-09-07 12:59:59-04' --to /srv/astralfield-then\n"
        "         astralfield restore --swap --to /srv/astralfield-then",
    .options = options,
    .option_count = ARRAY_LEN(options),
    .run = run,
};
