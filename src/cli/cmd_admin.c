/* `astralfield admin create|grant|totp`: who may run this installation. Only on the machine itself, so
 * that nobody's session can make operators. */
#include <inttypes.h>

#include "base/check.h"
#include "cli/commands.h"
#include "cli/people.h"
#include "ops/audit.h"

/* ---- create ---- */

static int create_run(struct cli *cli)
{
    return person_add(cli, true);
}

/* ---- grant ---- */

struct right {
    struct slice email;
    bool is_taken, is_dry;
};

static enum error set_right(struct cli *cli, const struct right *right, bool *ret_is_new)
{
    struct person person = { 0 };
    CLEANUP(tx_done) struct tx tx = { 0 };
    TRY(person_find(cli, right->email, &person));
    *ret_is_new = person.is_operator == right->is_taken;
    if (!person.is_active) {
        return refuse(&cli->faults, E_CONFLICT, "the account of %.*s is not open",
                      FMT(right->email));
    }
    if (right->is_taken && person.is_operator && person.other_operators == 0) {
        return refuse(&cli->faults, E_FORBIDDEN, "%.*s is the last operator", FMT(right->email));
    }
    if (right->is_dry || !*ret_is_new) {
        return OK;
    }
    TRY(tx_begin(cli->arena, &tx));
    tx_send(&tx, SQL_OPS_ACCOUNT_OPERATOR, PARAMS(P_INT(person.id), P_BOOL(!right->is_taken)));
    TRY(cli_audit(
        cli, &tx,
        &(struct audit_entry){ .action = right->is_taken ? "admin.withdraw" : "admin.grant",
                               .target_kind = "user",
                               .target_id = arena_format(cli->arena, "%" PRId64, person.id) }));
    audit_announce(&tx, S("identities"));
    audit_announce(&tx, arena_format(cli->arena, "sockets:%" PRId64, person.id));
    return tx_commit(&tx);
}

static int grant(struct cli *cli, void *thing)
{
    const struct right *right = thing;
    bool is_new = false;
    enum error error = set_right(cli, right, &is_new);
    if (error != OK) {
        return cli_fail(cli, error);
    }
    if (cli->is_json) {
        cli_print("{\"isOperator\":%s,\"changed\":%s,\"dryRun\":%s}\n",
                  right->is_taken ? "false" : "true", is_new ? "true" : "false",
                  right->is_dry ? "true" : "false");
    } else {
        cli_print("%.*s %s%s an operator%s.\n", FMT(right->email),
                  right->is_dry ? "would be" : "is", right->is_taken ? " not" : "",
                  is_new ? "" : " already");
    }
    return EXIT_OK;
}

static int grant_run(struct cli *cli)
{
    struct right right = { .email = cli_value(cli, "email"),
                           .is_taken = cli_has(cli, "withdraw"),
                           .is_dry = cli_has(cli, "dry-run") };
    return cli_with_database(cli, grant, &right);
}

/* ---- totp ---- */

static enum error reset_totp(struct cli *cli, const struct right *right, bool *ret_had)
{
    struct person person = { 0 };
    struct rows rows = { 0 };
    CLEANUP(tx_done) struct tx tx = { 0 };
    TRY(person_find(cli, right->email, &person));
    *ret_had = person.has_totp;
    if (right->is_dry) {
        return OK;
    }
    TRY(tx_begin(cli->arena, &tx));
    tx_send(&tx, SQL_AUTH_TOTP_OFF, PARAMS(P_INT(person.id)));
    tx_send(&tx, SQL_AUTH_RECOVERY_CLEAR, PARAMS(P_INT(person.id)));
    TRY(tx_query(&tx, SQL_OPS_USER_REVOKE_SESSIONS, PARAMS(P_INT(person.id)), &rows));
    TRY(cli_audit(
        cli, &tx,
        &(struct audit_entry){ .action = "admin.totp",
                               .target_kind = "user",
                               .target_id = arena_format(cli->arena, "%" PRId64, person.id) }));
    audit_announce(&tx, S("identities"));
    audit_announce(&tx, arena_format(cli->arena, "sockets:%" PRId64, person.id));
    return tx_commit(&tx);
}

static int totp(struct cli *cli, void *thing)
{
    const struct right *right = thing;
    bool had = false;
    enum error error = reset_totp(cli, right, &had);
    if (error != OK) {
        return cli_fail(cli, error);
    }
    if (cli->is_json) {
        cli_print("{\"hadSecondFactor\":%s,\"dryRun\":%s}\n", had ? "true" : "false",
                  right->is_dry ? "true" : "false");
    } else if (right->is_dry) {
        cli_print("%.*s %s a second factor; it and every session would go.\n", FMT(right->email),
                  had ? "has" : "has not got");
    } else {
        cli_print("%.*s has no second factor any more, and is signed out everywhere.\n"
                  "An operator sets a new one up after signing in.\n",
                  FMT(right->email));
    }
    return EXIT_OK;
}

static int totp_run(struct cli *cli)
{
    struct right right = { .email = cli_value(cli, "email"), .is_dry = cli_has(cli, "dry-run") };
    return cli_with_database(cli, totp, &right);
}

static const struct cli_option create_options[] = {
    { .name = "email", .value = "ADDRESS", .is_required = true, .doc = "signs in with it" },
    { .name = "name", .value = "NAME", .doc = "display name (default: what stands before the @)" },
};

const struct command admin_create_command = {
    .name = "admin create",
    .summary = "make an operator's account",
    .help =
        "Asks for the password, or reads it as one line of standard input. Before the account may\n"
        "do anything its owner sets up a second factor, unless OPERATOR_TOTP is off.\n\n"
        "example: astralfield admin create --email maya@example.org --name Maya",
    .options = create_options,
    .option_count = ARRAY_LEN(create_options),
    .run = create_run,
};

static const struct cli_option grant_options[] = {
    { .name = "email", .value = "ADDRESS", .is_required = true, .doc = "whose account" },
    { .name = "withdraw", .doc = "take the right away instead; not from the last operator" },
    { .name = "dry-run", .doc = "say what would be, and change nothing" },
};

const struct command admin_grant_command = {
    .name = "admin grant",
    .summary = "make an account an operator's, or no longer",
    .help = "Holds on every node within a second.\n\n"
            "example: astralfield admin grant --email maya@example.org",
    .options = grant_options,
    .option_count = ARRAY_LEN(grant_options),
    .run = grant_run,
};

static const struct cli_option totp_options[] = {
    { .name = "email", .value = "ADDRESS", .is_required = true, .doc = "who lost the device" },
    { .name = "dry-run", .doc = "say what would be, and change nothing" },
};

const struct command admin_totp_command = {
    .name = "admin totp",
    .summary = "take a lost second factor off an account",
    .help =
        "Its recovery codes are good no more either, and every session of it ends. Make sure that\n"
        "you talk to the owner: this is the way around the second factor. It is in the audit "
        "log.\n\n"
        "example: astralfield admin totp --email maya@example.org",
    .options = totp_options,
    .option_count = ARRAY_LEN(totp_options),
    .run = totp_run,
};
