/* `astralfield migrate plan|verify`. */
#include <inttypes.h>
#include <stdlib.h>

#include "base/check.h"
#include "base/json.h"
#include "cli/commands.h"
#include "db/migrate_try.h"

enum { SHOWN_BYTES = 72 };

/* The embedded database's superuser may make databases; another database's role may itself. */
static const char *admin_of(void)
{
    const char *url = getenv("DATABASE_URL");
    return url == NULL || url[0] == '\0' ? "postgres" : NULL;
}

static struct slice first_line(struct slice text)
{
    struct slice rest = text;
    struct slice line = slice_trim(slice_cut(&rest, '\n'));
    return line.len > SHOWN_BYTES ? slice_from_to(line, 0, SHOWN_BYTES) : line;
}

static const char *effect_of(const struct try_lock *lock)
{
    struct slice mode = slice_from(lock->mode);
    return lock_blocks_reads(mode)    ? "nobody reads or writes it meanwhile"
           : lock_blocks_writes(mode) ? "nobody writes it meanwhile"
                                      : "others go on";
}

static void print_json(struct cli *cli, const struct try_plan *plan)
{
    struct json json;
    json_init(&json, cli->arena);
    json_open_object(&json);
    json_key(&json, S("statements"));
    json_open_array(&json);
    for (size_t i = 0; i < plan->count; i++) {
        const struct try_statement *statement = &plan->list[i];
        json_open_object(&json);
        json_member_int(&json, S("migration"), statement->version);
        json_member_text(&json, S("statement"), statement->text);
        json_key(&json, S("locks"));
        json_open_array(&json);
        for (size_t k = 0; k < statement->lock_count; k++) {
            const struct try_lock *lock = &statement->locks[k];
            struct slice mode = slice_from(lock->mode);
            json_open_object(&json);
            json_member_text(&json, S("table"), slice_from(lock->table));
            json_member_text(&json, S("mode"), mode);
            json_member_bool(&json, S("blocksReads"), lock_blocks_reads(mode));
            json_member_bool(&json, S("blocksWrites"), lock_blocks_writes(mode));
            if (lock->rows >= 0) {
                json_member_int(&json, S("rows"), lock->rows);
            } else {
                json_member_null(&json, S("rows"));
            }
            json_close_object(&json);
        }
        json_close_array(&json);
        json_close_object(&json);
    }
    json_close_array(&json);
    json_close_object(&json);
    cli_print("%.*s\n", FMT(json_done(&json)));
}

static void print_lock(const struct try_lock *lock)
{
    if (lock->rows >= 0) {
        cli_print("      %s: %s; %s; about %" PRId64 " rows\n", lock->table, lock->mode,
                  effect_of(lock), lock->rows);
    } else {
        cli_print("      %s: %s; %s; rows not counted yet\n", lock->table, lock->mode,
                  effect_of(lock));
    }
}

static int plan_run(struct cli *cli)
{
    const char *url = NULL;
    struct try_plan plan = { 0 };
    enum error error = cli_database(cli, &url);
    if (error == OK) {
        error = migrate_plan(url, admin_of(), &cli->faults, &plan);
    }
    if (error != OK) {
        return cli_fail(cli, error);
    }
    if (cli->is_json) {
        print_json(cli, &plan);
        return EXIT_OK;
    }
    for (size_t i = 0; i < plan.count; i++) {
        const struct try_statement *statement = &plan.list[i];
        cli_print("%04d  %.*s\n", statement->version, FMT(first_line(statement->text)));
        for (size_t k = 0; k < statement->lock_count; k++) {
            print_lock(&statement->locks[k]);
        }
    }
    cli_print(plan.count == 0 ? "nothing is pending\n" : "%zu statements are pending\n",
              plan.count);
    return EXIT_OK;
}

static int verify_run(struct cli *cli)
{
    const char *url = NULL;
    size_t count = 0;
    enum error error = cli_database(cli, &url);
    if (error == OK) {
        error = migrate_verify(url, admin_of(), &cli->faults, &count);
    }
    if (error != OK) {
        return cli_fail(cli, error);
    }
    cli_print(cli->is_json ? "{\"migrations\":%zu,\"same\":true}\n"
                           : "%zu migrations: up, down and up again make the same schema\n",
              count);
    return EXIT_OK;
}

const struct command migrate_plan_command = {
    .name = "migrate plan",
    .summary = "what is pending, and what it locks",
    .help =
        "Runs the pending migrations on an empty copy of the schema, statement by statement,\n"
        "and tells which locks each takes on tables that are there already, and about how many\n"
        "rows those have in the real database. The real one is only read.\n"
        "\n"
        "example: astralfield migrate plan",
    .run = plan_run,
};

const struct command migrate_verify_command = {
    .name = "migrate verify",
    .summary = "can every migration be taken back?",
    .help =
        "Takes all migrations up, down and up again in a database of its own, and compares the\n"
        "schema after each step. Exit code 1 names those that leave something behind.\n"
        "\n"
        "example: astralfield migrate verify",
    .run = verify_run,
};
