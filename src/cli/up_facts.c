#include "cli/up_facts.h"

#include <inttypes.h>
#include <stdio.h>
#include <unistd.h>

#include "cli/cli.h"
#include "ops/facts.h"

#define BEAT_US (10 * US_PER_S)
#define LIST_US (60 * US_PER_S)
#define ASK_US (2 * US_PER_S)
#define KEEP_US (30 * US_PER_S)

enum { HOST_MAX = 64 };

struct up_facts up_facts_of(const struct embedded *embedded, const struct config *settings,
                            struct arena *arena)
{
    struct up_facts facts = {
        .url = embedded->database_url,
        .base = arena_format(arena, "%s/backups/base", embedded->home).ptr,
    };
    if (settings->backup_copy_dir[0] != '\0') {
        facts.copy_base = arena_format(arena, "%s/base", settings->backup_copy_dir).ptr;
    }
    return facts;
}

/* Our own commits must not wait for the second place: they say that it is lost. */
static bool is_connected(struct up_facts *facts)
{
    static const char *const keys[] = { "dbname", "connect_timeout", "application_name", "options",
                                        NULL };
    const char *const values[] = { facts->url, "2", "astralfield up",
                                   "-c synchronous_commit=local -c statement_timeout=2000 "
                                   "-c lock_timeout=1000",
                                   NULL };
    if (facts->pg != NULL && PQstatus(facts->pg) != CONNECTION_OK) {
        PQfinish(facts->pg);
        facts->pg = NULL;
    }
    if (facts->pg == NULL) {
        facts->pg = PQconnectdbParams(keys, values, 1);
    }
    return PQstatus(facts->pg) == CONNECTION_OK;
}

/* Says once what goes wrong; the database being away is said by others. */
static void note(struct up_facts *facts, enum error error, const struct faults *faults)
{
    bool is_told = facts->has_failed || PQstatus(facts->pg) != CONNECTION_OK;
    if (error != OK && !is_told) {
        cli_print("what backups are like cannot be written down: %.*s\n", FMT(faults->detail));
    }
    facts->has_failed = error != OK;
}

static void beat(struct up_facts *facts, enum second_place second, struct faults *faults)
{
    const struct fact list[] = {
        { "backup_runner", utime_now() / US_PER_S, false },
        { "second_place_lost", second == SECOND_LOST, second == SECOND_NONE },
    };
    enum error error = facts_write(facts->pg, list, sizeof(list) / sizeof(list[0]), faults);
    note(facts, error, faults);
    if (error == OK) {
        facts->second = second;
        facts->is_second_written = true;
        facts->beat_at.us = mono_now().us + BEAT_US;
    }
}

static bool take(struct up_facts *facts, struct faults *faults)
{
    char host[HOST_MAX] = "?";
    PGresult *result = NULL;
    gethostname(host, sizeof(host) - 1);
    const char *const values[] = {
        arena_format(faults->arena, "up@%s:%d", host, (int)getpid()).ptr
    };
    enum error error = plain_run(facts->pg, SQL_OPS_BACKUP_TAKE, values, faults, &result);
    note(facts, error, faults);
    bool is_asked = error == OK && PQntuples(result) > 0;
    if (is_asked) {
        snprintf(facts->job, sizeof(facts->job), "%s", PQgetvalue(result, 0, 0));
    }
    PQclear(result);
    return is_asked;
}

static void keep(struct up_facts *facts, struct faults *faults)
{
    const char *const values[] = { facts->job };
    note(facts, plain_run(facts->pg, SQL_OPS_BACKUP_KEEP, values, faults, NULL), faults);
}

bool up_facts_tend(struct up_facts *facts, enum second_place second, bool is_free)
{
    struct arena arena = { 0 };
    struct faults faults = { .arena = &arena };
    int64_t now = mono_now().us;
    bool is_asked = false;
    bool is_news = !facts->is_second_written || second != facts->second;
    if ((is_news || now >= facts->beat_at.us || now >= facts->ask_at.us) && is_connected(facts)) {
        if (is_news || now >= facts->beat_at.us) {
            beat(facts, second, &faults);
        }
        if (now >= facts->list_at.us) {
            note(facts, facts_backups(facts->pg, facts->base, facts->copy_base, &faults), &faults);
            facts->list_at.us = now + LIST_US;
        }
        if (facts->job[0] != '\0' && now >= facts->keep_at.us) {
            keep(facts, &faults);
            facts->keep_at.us = now + KEEP_US;
        }
        is_asked = is_free && facts->job[0] == '\0' && take(facts, &faults);
        facts->ask_at.us = now + ASK_US;
    }
    arena_done(&arena);
    return is_asked;
}

const char *up_facts_drill(struct up_facts *facts, const struct config *settings,
                           struct arena *arena)
{
    struct faults faults = { .arena = arena };
    PGresult *result = NULL;
    char now[UTIME_TEXT_MAX];
    const char *due = NULL;
    if (!is_connected(facts)) {
        return NULL;
    }
    const char *const values[] = {
        arena_cstr(arena, utime_print(utime_now(), now)),
        arena_format(arena, "%" PRId64, settings->drill_hour).ptr,
        arena_format(arena, "%" PRId64, settings->drill_restore_days).ptr,
        arena_format(arena, "%" PRId64, settings->drill_every_days).ptr
    };
    enum error error = plain_run(facts->pg, SQL_OPS_DRILL_DUE, values, &faults, &result);
    note(facts, error, &faults);
    if (error == OK && PQntuples(result) > 0) {
        due = arena_cstr(arena, slice_from(PQgetvalue(result, 0, 0)));
    }
    PQclear(error == OK ? result : NULL);
    return due;
}

void up_facts_ended(struct up_facts *facts, struct slice why)
{
    struct arena arena = { 0 };
    struct faults faults = { .arena = &arena };
    facts->list_at.us = 0;
    if (facts->job[0] != '\0' && is_connected(facts)) {
        const char *const values[] = { facts->job, why.len == 0 ? NULL : arena_cstr(&arena, why) };
        note(facts, plain_run(facts->pg, SQL_OPS_BACKUP_END, values, &faults, NULL), &faults);
        facts->job[0] = '\0';
    }
    arena_done(&arena);
}

void up_facts_stop(struct up_facts *facts)
{
    PQfinish(facts->pg);
    facts->pg = NULL;
}
