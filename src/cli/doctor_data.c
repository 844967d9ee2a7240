/* PostgreSQL, Redis and the backups, as a deploy wants them. */
#include <inttypes.h>
#include <stdlib.h>
#include <unistd.h>

#include "base/check.h"
#include "cli/cmd_backup.h"
#include "cli/doctor.h"
#include "cli/redis_open.h"
#include "db/migrate.h"

enum {
    VERSION_MIN = 150000,
    WRAP_AGE = 1000000000,
    LONG_S = 300,
    SKEW_MS = 1000,
    BACKUP_HOURS = 26
};

/* ---- PostgreSQL ---- */

/* One look: a row of settings and figures. */
static const char facts_query[] =
    "select current_setting('server_version_num')::int as version, "
    "current_setting('server_version') as version_text, current_setting('fsync') as fsync, "
    "current_setting('full_page_writes') as full_page_writes, "
    "current_setting('synchronous_commit') as synchronous_commit, "
    "current_setting('data_checksums') as data_checksums, "
    "current_setting('autovacuum') as autovacuum, "
    "current_setting('max_connections')::int as max_connections, "
    "current_setting('synchronous_standby_names') as standby_names, "
    "(select count(*) from pg_stat_replication where sync_state in ('sync', 'quorum')) as "
    "standbys, "
    "(select count(*) from pg_stat_activity where backend_type = 'client backend') as connections, "
    "(select coalesce(extract(epoch from max(clock_timestamp() - xact_start)), 0)::bigint "
    "from pg_stat_activity where backend_type = 'client backend') as oldest_s, "
    "(select max(age(datfrozenxid)) from pg_database) as age, "
    "(extract(epoch from clock_timestamp()) * 1000)::bigint as now_ms, "
    "(select count(*) from pg_index where not indisvalid) as broken_indexes, "
    "coalesce((select last_failed_time > coalesce(last_archived_time, '-infinity') "
    "from pg_stat_archiver), false)::text as archive_fails, "
    "(select count(*) from pg_extension where extname = 'pg_stat_statements') as statements";

static struct slice text_of(const PGresult *facts, const char *name)
{
    return slice_from(PQgetvalue(facts, 0, PQfnumber(facts, name)));
}

static int64_t number_of(const PGresult *facts, const char *name)
{
    int64_t value = 0;
    return slice_to_int(text_of(facts, name), &value) == OK ? value : -1;
}

static void must_be_on(struct checks *checks, const PGresult *facts, const char *name,
                       enum check_state otherwise, const char *hint)
{
    struct slice value = text_of(facts, name);
    bool is_on = slice_eq(value, S("on")) || slice_eq(value, S("remote_apply")) ||
                 slice_eq(value, S("remote_write")) || slice_eq(value, S("local"));
    check_add(checks, name, is_on ? CHECK_GOOD : otherwise, "%.*s", FMT(value));
    check_hint(checks, "%s", hint);
}

static void look_at_figures(struct doctor *doctor, const PGresult *facts)
{
    struct checks *checks = &doctor->checks;
    int64_t used = number_of(facts, "connections");
    int64_t most = number_of(facts, "max_connections");
    long cores = sysconf(_SC_NPROCESSORS_ONLN);
    int64_t loops = doctor->settings.loops > 0 ? doctor->settings.loops : cores < 2 ? 2 : cores;
    int64_t wanted =
        2 * loops * (doctor->settings.db_read_connections + doctor->settings.db_tx_connections + 1);
    check_add(checks, "database connections",
              most < wanted          ? CHECK_BAD
              : used * 10 > most * 8 ? CHECK_WARNING
                                     : CHECK_GOOD,
              "%" PRId64 " of %" PRId64 " open; during a deploy two servers want %" PRId64, used,
              most, wanted);
    check_hint(checks, "a larger max_connections, or fewer of DB_READ_CONNECTIONS and "
                       "DB_TX_CONNECTIONS");
    int64_t oldest = number_of(facts, "oldest_s");
    check_add(checks, "transactions", oldest > LONG_S ? CHECK_WARNING : CHECK_GOOD,
              "the oldest is %" PRId64 " s old", oldest);
    check_hint(checks, "a migration would wait for it: `astralfield db connections`");
    int64_t age = number_of(facts, "age");
    check_add(checks, "transaction age", age > WRAP_AGE ? CHECK_WARNING : CHECK_GOOD,
              "%" PRId64 " of 2,147,483,648", age);
    check_hint(checks, "autovacuum cannot keep up: `astralfield db maintain`");
    int64_t skew = number_of(facts, "now_ms") - utime_now() / US_PER_MS;
    bool is_skewed = skew > SKEW_MS || skew < -SKEW_MS;
    check_add(checks, "clock of the database", is_skewed ? CHECK_WARNING : CHECK_GOOD,
              "%" PRId64 " ms from this machine's", skew);
    check_hint(checks, "keep both clocks right (chrony)");
    if (number_of(facts, "broken_indexes") > 0) {
        check_add(checks, "indexes", CHECK_BAD, "%" PRId64 " cannot be used",
                  number_of(facts, "broken_indexes"));
        check_hint(checks, "`astralfield db indexes` names them");
    }
    check_add(checks, "pg_stat_statements",
              number_of(facts, "statements") > 0 ? CHECK_GOOD : CHECK_WARNING, "%s",
              number_of(facts, "statements") > 0 ? "there" : "not there");
    check_hint(checks, "`astralfield db slow` needs it: shared_preload_libraries, then create "
                       "extension pg_stat_statements");
}

static void look_at_durability(struct doctor *doctor, const PGresult *facts)
{
    struct checks *checks = &doctor->checks;
    int64_t version = number_of(facts, "version");
    check_add(checks, "PostgreSQL", version < VERSION_MIN ? CHECK_BAD : CHECK_GOOD, "%.*s",
              FMT(text_of(facts, "version_text")));
    check_hint(checks, "15 or later is needed");
    must_be_on(checks, facts, "fsync", CHECK_BAD, "a power cut loses the database: fsync = on");
    must_be_on(checks, facts, "full_page_writes", CHECK_BAD, "full_page_writes = on");
    must_be_on(checks, facts, "synchronous_commit", CHECK_WARNING,
               "acknowledged changes may be lost: synchronous_commit = on");
    must_be_on(checks, facts, "data_checksums", CHECK_WARNING,
               "damage of the disk goes unnoticed: pg_checksums --enable, while it is stopped");
    must_be_on(checks, facts, "autovacuum", CHECK_BAD, "autovacuum = on");
    bool wants_standby = text_of(facts, "standby_names").len > 0;
    if (wants_standby && number_of(facts, "standbys") == 0) {
        check_add(checks, "second place", CHECK_BAD,
                  "changes wait for %.*s, and nobody of that name is there",
                  FMT(text_of(facts, "standby_names")));
        check_hint(checks, "`astralfield wal status`");
    }
    if (slice_eq(text_of(facts, "archive_fails"), S("true"))) {
        check_add(checks, "archive", CHECK_BAD, "the last segment could not be archived");
        check_hint(checks, "`astralfield wal status`, and the log of PostgreSQL");
    }
}

static void look_at_migrations(struct doctor *doctor, const char *url)
{
    struct migration_list list = { 0 };
    struct cli *cli = doctor->cli;
    cli->faults.error = migrate_status(url, &cli->faults, &list);
    if (cli->faults.error != OK) {
        check_refused(&doctor->checks, "migrations");
        return;
    }
    check_add(&doctor->checks, "migrations",
              list.drifted > 0   ? CHECK_BAD
              : list.pending > 0 ? CHECK_WARNING
                                 : CHECK_GOOD,
              "%zu applied, %zu pending, %zu drifted", list.count - list.pending, list.pending,
              list.drifted);
    check_hint(&doctor->checks, list.drifted > 0
                                    ? "the database holds a migration with another text: find out "
                                      "who changed it before anything else"
                                    : "`astralfield migrate up`");
}

void doctor_database(struct doctor *doctor)
{
    struct cli *cli = doctor->cli;
    const char *url = NULL;
    cli->faults.error = cli_database(cli, &url);
    if (cli->faults.error != OK) {
        struct slice why = cli->faults.detail;
        check_add(&doctor->checks, "database", CHECK_SKIPPED, "%.*s", FMT(why));
        cli->faults = (struct faults){ .arena = cli->arena };
        return;
    }
    PGconn *pg = PQconnectdb(url);
    PGresult *facts = PQexec(pg, facts_query);
    if (PQresultStatus(facts) != PGRES_TUPLES_OK) {
        check_add(&doctor->checks, "database", CHECK_BAD, "it cannot be asked: %.*s",
                  FMT(slice_trim(slice_from(PQerrorMessage(pg)))));
        check_hint(&doctor->checks, "is PostgreSQL running, and DATABASE_URL right?");
    } else {
        look_at_durability(doctor, facts);
        look_at_figures(doctor, facts);
        look_at_migrations(doctor, url);
    }
    PQclear(facts);
    PQfinish(pg);
}

/* ---- Redis ---- */

static struct slice info_of(struct slice info, struct slice key)
{
    while (info.ptr != NULL) {
        struct slice line = slice_trim(slice_cut(&info, '\n'));
        struct slice name = slice_cut(&line, ':');
        if (slice_eq(name, key)) {
            return line;
        }
    }
    return S("");
}

void doctor_redis(struct doctor *doctor)
{
    struct cli *cli = doctor->cli;
    redisContext *redis = NULL;
    cli->faults.error = cli_redis_open(cli, &redis);
    if (cli->faults.error != OK) {
        struct slice why = cli->faults.detail;
        check_add(&doctor->checks, "Redis", CHECK_WARNING, "%.*s", FMT(why));
        check_hint(&doctor->checks, "without it everything works, more slowly");
        cli->faults = (struct faults){ .arena = cli->arena };
        return;
    }
    redisReply *reply = redisCommand(redis, "INFO");
    bool is_text = reply != NULL && reply->type == REDIS_REPLY_STRING;
    struct slice info = is_text ? (struct slice){ .ptr = reply->str, .len = reply->len } : S("");
    struct slice limit = info_of(info, S("maxmemory"));
    struct slice policy = info_of(info, S("maxmemory_policy"));
    check_add(&doctor->checks, "Redis", is_text ? CHECK_GOOD : CHECK_WARNING, "%.*s, %.*s used",
              FMT(info_of(info, S("redis_version"))), FMT(info_of(info, S("used_memory_human"))));
    bool is_bounded = !slice_eq(limit, S("0")) && !slice_eq(policy, S("noeviction"));
    check_add(&doctor->checks, "Redis memory", is_bounded ? CHECK_GOOD : CHECK_WARNING,
              "at most %.*s bytes, %.*s", FMT(limit), FMT(policy));
    check_hint(&doctor->checks, "it holds nothing but a cache: maxmemory 256mb and "
                                "maxmemory-policy volatile-lru");
    freeReplyObject(reply);
    redisFree(redis);
}

/* ---- backups ---- */

void doctor_backups(struct doctor *doctor)
{
    struct cli *cli = doctor->cli;
    struct backup_store store = { 0 };
    struct backup newest = { 0 };
    cli->faults.error = cli_backup_store(cli, false, &store);
    if (cli->faults.error == OK) {
        cli->faults.error = backup_find(&store, S(""), 0, &cli->faults, &newest);
    }
    if (cli->faults.error != OK) {
        check_refused(&doctor->checks, "backup");
        check_hint(&doctor->checks, "`astralfield backup run`");
        return;
    }
    int64_t hours = (utime_now() - newest.finished) / US_PER_S / 3600;
    check_add(&doctor->checks, "backup", hours > BACKUP_HOURS ? CHECK_BAD : CHECK_GOOD,
              "the newest, %.*s, is %" PRId64 " hours old", FMT(newest.id), hours);
    check_hint(&doctor->checks, "`astralfield backup run`, and find out why none was made");
    bool was_looked = newest.seen.at != 0;
    check_add(&doctor->checks, "backup verified",
              was_looked && !newest.seen.is_good ? CHECK_BAD
              : was_looked                       ? CHECK_GOOD
                                                 : CHECK_WARNING,
              "%.*s", FMT(was_looked ? newest.seen.detail : S("the newest was never verified")));
    check_hint(&doctor->checks, "`astralfield backup verify --restore`");
}
