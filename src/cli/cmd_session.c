/* `astralfield session list|revoke`: who is signed in, and ending that. Works on the database: a session
 * that ends there ends on every node within a second, its sockets too. */
#include <inttypes.h>

#include <jansson.h>

#include "base/check.h"
#include "cli/commands.h"
#include "cli/people.h"
#include "cli/show.h"
#include "ops/audit.h"

enum { LISTED_MAX = 1000, LISTED_USUALLY = 50 };

/* ---- list ---- */

struct listing {
    struct slice email; /* empty = all */
    int64_t count;
};

static int list(struct cli *cli, void *thing)
{
    const struct listing *listing = thing;
    struct rows rows = { 0 };
    enum error error = db_read(
        cli->arena, SQL_OPS_SESSIONS_LIST,
        PARAMS(listing->email.len == 0 ? P_NULL : P_TEXT(listing->email), P_INT(listing->count)),
        &rows);
    if (error != OK) {
        return cli_fail(cli, error);
    }
    struct slice document = rows_json(&rows);
    json_t *json = json_loadb(document.ptr, document.len, 0, NULL);
    CHECK(json != NULL);
    cli_print("%.*s%s", FMT(cli->is_json ? document : show_json(cli->arena, json)),
              cli->is_json ? "\n" : "");
    json_decref(json);
    return EXIT_OK;
}

static int list_run(struct cli *cli)
{
    struct listing listing = { .email = cli_value(cli, "user") };
    enum error error = cli_number(cli, "count", 1, LISTED_MAX, LISTED_USUALLY, &listing.count);
    return error != OK ? cli_fail(cli, error) : cli_with_database(cli, list, &listing);
}

/* ---- revoke ---- */

struct revocation {
    struct slice email; /* of whom; empty = not by account */
    int64_t session_id; /* 0 = not by number */
    bool is_all, is_dry;
    int64_t ended;
};

static enum error end_them(struct cli *cli, struct tx *tx, struct revocation *wanted,
                           int64_t *ret_user_id)
{
    struct person person = { 0 };
    struct rows rows = { 0 };
    if (wanted->is_all) {
        TRY(tx_query(tx, SQL_OPS_REVOKE_SESSIONS, NO_PARAMS, &rows));
        wanted->ended = rows.affected;
        return OK;
    }
    if (wanted->email.len > 0) {
        TRY(person_find(cli, wanted->email, &person));
        TRY(tx_query(tx, SQL_OPS_USER_REVOKE_SESSIONS, PARAMS(P_INT(person.id)), &rows));
        wanted->ended = rows.affected;
        *ret_user_id = person.id;
        return OK;
    }
    TRY(tx_query(tx, SQL_OPS_SESSION_END, PARAMS(P_INT(wanted->session_id)), &rows));
    if (rows.count == 0) {
        return refuse(&cli->faults, E_NOT_FOUND, "no session %" PRId64 " is open",
                      wanted->session_id);
    }
    wanted->ended = 1;
    return OK;
}

static enum error revoke_now(struct cli *cli, struct revocation *wanted)
{
    CLEANUP(tx_done) struct tx tx = { 0 };
    int64_t user_id = 0;
    TRY(tx_begin(cli->arena, &tx));
    TRY(end_them(cli, &tx, wanted, &user_id));
    struct slice target = wanted->is_all ? S("all")
                          : wanted->email.len > 0
                              ? wanted->email
                              : arena_format(cli->arena, "session %" PRId64, wanted->session_id);
    TRY(cli_audit(
        cli, &tx,
        &(struct audit_entry){
            .action = wanted->is_all ? "sessions.revoke_all" : "session.revoke",
            .target_kind = "session",
            .target_id = target,
            .after = arena_format(cli->arena, "{\"sessions\":%" PRId64 "}", wanted->ended) }));
    audit_announce(&tx, S("identities"));
    if (wanted->is_all || user_id != 0) {
        audit_announce(&tx, arena_format(cli->arena, "sockets:%" PRId64, user_id));
    }
    return tx_commit(&tx);
}

static enum error count_only(struct cli *cli, struct revocation *wanted)
{
    struct person person = { 0 };
    struct rows rows = { 0 };
    if (wanted->session_id != 0) {
        wanted->ended = 1;
        return OK;
    }
    if (wanted->email.len > 0) {
        TRY(person_find(cli, wanted->email, &person));
    }
    TRY(db_read(cli->arena, SQL_OPS_SESSIONS_COUNT,
                PARAMS(person.id == 0 ? P_NULL : P_INT(person.id)), &rows));
    wanted->ended = rows_int(&rows, 0, "open");
    return OK;
}

static int revoke(struct cli *cli, void *thing)
{
    struct revocation *wanted = thing;
    enum error error = wanted->is_dry ? count_only(cli, wanted) : revoke_now(cli, wanted);
    if (error != OK) {
        return cli_fail(cli, error);
    }
    if (cli->is_json) {
        cli_print("{\"sessionsRevoked\":%" PRId64 ",\"dryRun\":%s}\n", wanted->ended,
                  wanted->is_dry ? "true" : "false");
    } else {
        cli_print("%" PRId64 " session%s %s.\n", wanted->ended, wanted->ended == 1 ? "" : "s",
                  wanted->is_dry ? "would end" : "ended");
    }
    return EXIT_OK;
}

static int revoke_run(struct cli *cli)
{
    struct revocation wanted = { .email = cli_value(cli, "user"),
                                 .is_all = cli_has(cli, "all"),
                                 .is_dry = cli_has(cli, "dry-run") };
    enum error error = cli_number(cli, "id", 1, INT64_MAX, 0, &wanted.session_id);
    int ways = (wanted.email.len > 0) + wanted.is_all + (wanted.session_id != 0);
    if (error == OK && ways != 1) {
        error =
            refuse(&cli->faults, E_USAGE, "say whose: one of --id NUMBER, --user EMAIL and --all");
    }
    return error != OK ? cli_fail(cli, error) : cli_with_database(cli, revoke, &wanted);
}

static const struct cli_option list_options[] = {
    { .name = "user", .value = "EMAIL", .doc = "of this account only" },
    { .name = "count", .value = "N", .doc = "at most so many (default 50, at most 1000)" },
};

const struct command session_list_command = {
    .name = "session list",
    .summary = "who is signed in, from where, since when",
    .help = "Those used last come first. Addresses are cut to their network.\n\n"
            "example: astralfield session list --user maya@example.org",
    .options = list_options,
    .option_count = ARRAY_LEN(list_options),
    .run = list_run,
};

static const struct cli_option revoke_options[] = {
    { .name = "id", .value = "NUMBER", .doc = "this session, as `session list` numbers it" },
    { .name = "user", .value = "EMAIL", .doc = "every session of this account" },
    { .name = "all", .doc = "every session there is" },
    { .name = "dry-run", .doc = "say how many would end, and end none" },
};

const struct command session_revoke_command = {
    .name = "session revoke",
    .summary = "end a session, those of an account, or all",
    .help = "Good no more on any node within a second; their sockets close. API tokens stay:\n"
            "POST /api/admin/emergency-logout ends those as well.\n\n"
            "example: astralfield session revoke --user maya@example.org",
    .options = revoke_options,
    .option_count = ARRAY_LEN(revoke_options),
    .run = revoke_run,
};
