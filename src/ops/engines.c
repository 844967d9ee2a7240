/* How the private PostgreSQL and Redis are found, made and configured. Their configuration is written
 * afresh at every start, so it is what this file says and nothing else. */
#include <errno.h>
#include <glob.h>
#include <inttypes.h>
#include <libpq-fe.h>
#include <limits.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <time.h>
#include <unistd.h>

#include "base/check.h"
#include "ops/backup_setup.h"
#include "ops/internal.h"

enum {
    POSTGRES_MAJOR_MIN = 15,
    POSTGRES_SPARE_CONNECTIONS = 30, /* commands, backups, people */
    INITDB_TIMEOUT_US = 300000000,
    OLD_WAIT_US = 30000000,
    OLD_POLL_US = 20000,
    VERSION_TEXT_MAX = 64,
};
#define DEBIAN_POSTGRES "/usr/lib/postgresql/"

/* ---- finding PostgreSQL's programs ---- */

/* The first line of a file; empty when there is none. */
static struct slice first_line(const char *path, struct arena *arena)
{
    char line[VERSION_TEXT_MAX] = { 0 };
    FILE *file = fopen(path, "re");
    bool is_read = file != NULL && fgets(line, sizeof(line), file) != NULL;
    if (file != NULL) {
        fclose(file);
    }
    return is_read ? arena_copy(arena, slice_trim(slice_from(line))) : S("");
}

/* What Debian installed: the major version `wanted`, or the newest one for 0. */
static int64_t find_debian(int64_t wanted, struct arena *arena, const char **ret_bin)
{
    glob_t found = { 0 };
    int64_t best = 0;
    if (glob(DEBIAN_POSTGRES "*/bin/postgres", 0, NULL, &found) == 0) {
        for (size_t i = 0; i < found.gl_pathc; i++) {
            struct slice rest = slice_from(found.gl_pathv[i] + sizeof(DEBIAN_POSTGRES) - 1);
            int64_t major = 0;
            bool is_number = slice_to_int(slice_cut(&rest, '/'), &major) == OK;
            if (is_number && (wanted == 0 ? major > best : major == wanted)) {
                best = major;
            }
        }
    }
    globfree(&found);
    *ret_bin = arena_format(arena, DEBIAN_POSTGRES "%" PRId64 "/bin", best).ptr;
    return best;
}

/* What pg_config speaks for. */
static int64_t find_pg_config(struct arena *arena, const char **ret_bin)
{
    char bin[PATH_MAX] = { 0 };
    char version[VERSION_TEXT_MAX] = { 0 };
    FILE *pipe = popen("pg_config --bindir --version 2>/dev/null", "re");
    bool is_read = pipe != NULL && fgets(bin, sizeof(bin), pipe) != NULL &&
                   fgets(version, sizeof(version), pipe) != NULL;
    if (pipe != NULL) {
        pclose(pipe);
    }
    struct slice rest = slice_from(version); /* "PostgreSQL 16.3" */
    int64_t major = 0;
    slice_cut(&rest, ' ');
    *ret_bin = arena_cstr(arena, slice_trim(slice_from(bin)));
    bool is_there = is_read && access(arena_format(arena, "%s/postgres", *ret_bin).ptr, X_OK) == 0;
    return is_there && slice_to_int(slice_cut(&rest, '.'), &major) == OK ? major : 0;
}

/* Programs of the version that made the cluster, or the newest for a new one. */
enum error postgres_programs(const char *cluster, struct faults *faults, const char **ret_bin)
{
    struct arena *arena = faults->arena;
    struct slice version = first_line(arena_format(arena, "%s/PG_VERSION", cluster).ptr, arena);
    int64_t wanted = 0;
    if (version.len > 0 && slice_to_int(version, &wanted) != OK) {
        return refuse(faults, E_FILE, "%s/PG_VERSION cannot be read", cluster);
    }
    int64_t major = find_debian(wanted, arena, ret_bin);
    if (major == 0) {
        major = find_pg_config(arena, ret_bin);
    }
    if (wanted != 0 && major != wanted) {
        return refuse(faults, E_FILE,
                      "the data in %s was made by PostgreSQL %" PRId64 ", whose programs are not "
                      "here: install postgresql-%" PRId64,
                      cluster, wanted, wanted);
    }
    if (major < POSTGRES_MAJOR_MIN) {
        return refuse(faults, E_FILE,
                      "PostgreSQL %d or newer is not installed: `apt-get install postgresql`, or "
                      "set DATABASE_URL to one that runs elsewhere",
                      POSTGRES_MAJOR_MIN);
    }
    return OK;
}

/* ---- the cluster ---- */

static enum error make_cluster(const struct embedded_wish *wish, const struct embedded *embedded,
                               const char *cluster, struct faults *faults)
{
    struct arena *arena = faults->arena;
    const char *fresh = arena_format(arena, "%s.new", cluster).ptr;
    const char *const remove[] = { "rm", "-rf", "--", fresh, NULL };
    const char *const initdb[] = { arena_format(arena, "%s/initdb", embedded->bin).ptr,
                                   "-D",
                                   fresh,
                                   "-U",
                                   "postgres",
                                   "--auth=peer",
                                   "--encoding=UTF8",
                                   "--locale=C.UTF-8",
                                   "--data-checksums",
                                   "--no-instructions",
                                   NULL };
    struct process_spec spec = {
        .name = "initdb",
        .argv = remove,
        .directory = embedded->home,
        .log = arena_format(arena, "%s/initdb.log", embedded->logs).ptr,
        .user = embedded->user,
        .death_signal = SIGKILL,
    };
    wish->tell(arena_format(arena, "making a PostgreSQL cluster in %s", cluster).ptr);
    /* What an interrupted start may have left goes; the name is given when the cluster is whole. */
    TRY(process_run(&spec, INITDB_TIMEOUT_US, faults));
    TRY(folder_make(fresh, 0700, &embedded->user, faults));
    spec.argv = initdb;
    TRY(process_run(&spec, INITDB_TIMEOUT_US, faults));
    const char *conf = arena_format(arena, "%s/postgresql.conf", fresh).ptr;
    FILE *file = fopen(conf, "ae");
    bool is_good = file != NULL && fputs("include 'astralfield.conf'\n", file) >= 0;
    if (file != NULL) {
        is_good = fclose(file) == 0 && is_good;
    }
    if (!is_good || rename(fresh, cluster) != 0) {
        return refuse(faults, E_FILE, "cannot write %s: %s", conf, strerror(errno));
    }
    return OK;
}

/* A PostgreSQL whose `astralfield up` was killed is on its way out; its data is free once it left. */
static enum error await_old_postgres(const char *cluster, struct faults *faults)
{
    struct arena *arena = faults->arena;
    int64_t pid = 0;
    struct slice line = first_line(arena_format(arena, "%s/postmaster.pid", cluster).ptr, arena);
    if (slice_to_int(line, &pid) != OK || pid <= 1) {
        return OK;
    }
    const char *proc = arena_format(arena, "/proc/%" PRId64 "/cwd", pid).ptr;
    int64_t deadline = mono_now().us + OLD_WAIT_US;
    for (;;) {
        char where[PATH_MAX] = { 0 };
        ssize_t got = readlink(proc, where, sizeof(where) - 1);
        if (got < 0 || !slice_eq(slice_from(where), slice_from(cluster))) {
            return OK;
        }
        if (mono_now().us > deadline) {
            return refuse(faults, E_IN_USE, "process %" PRId64 " still has %s open: stop it", pid,
                          cluster);
        }
        kill((pid_t)pid, SIGQUIT);
        nanosleep(&(struct timespec){ .tv_nsec = OLD_POLL_US * 1000 }, NULL);
    }
}

/* A path between single quotes as PostgreSQL's files want it. */
static struct slice quote(struct arena *arena, const char *path)
{
    struct buffer out;
    buffer_init(&out, arena);
    for (const char *at = path; *at != '\0'; at++) {
        buffer_byte(&out, *at);
        if (*at == '\'') {
            buffer_byte(&out, *at);
        }
    }
    return buffer_slice(&out);
}

static enum error configure_postgres(const struct embedded_wish *wish,
                                     const struct embedded *embedded, const char *cluster,
                                     struct faults *faults)
{
    struct arena *arena = faults->arena;
    struct unix_user us = embedded->user;
    if (us.uid == 0 && unix_user_by_uid(arena, geteuid(), &us) != OK) {
        return refuse(faults, E_INVALID, "the user id %u has no name on this machine",
                      (unsigned)geteuid());
    }
    bool has_statements =
        access(arena_format(arena, "%s/../lib/pg_stat_statements.so", embedded->bin).ptr, R_OK) ==
        0;
    struct slice archive = S("");
    TRY(backup_postgres_conf(embedded->home, wish->settings, &embedded->user, faults, &archive));
    struct slice conf = arena_format(arena,
                                     "# Written by `astralfield up` at every start.\n"
                                     "listen_addresses = ''\n"
                                     "unix_socket_directories = '%.*s'\n"
                                     "unix_socket_permissions = 0700\n"
                                     "max_connections = %" PRId64 "\n"
                                     "shared_preload_libraries = '%s'\n"
                                     "fsync = on\n"
                                     "synchronous_commit = on\n"
                                     "full_page_writes = on\n"
                                     "wal_compression = on\n"
                                     "wal_level = replica\n"
                                     "checkpoint_timeout = 15min\n"
                                     "max_wal_size = 1GB\n"
                                     "shared_buffers = 256MB\n"
                                     "effective_cache_size = 1GB\n"
                                     "random_page_cost = 1.1\n"
                                     "jit = off\n"
                                     "timezone = 'UTC'\n"
                                     "log_timezone = 'UTC'\n"
                                     "lc_messages = 'C'\n"
                                     "logging_collector = off\n"
                                     "log_line_prefix = 'at=%%m pid=%%p '\n"
                                     "log_lock_waits = on\n"
                                     "log_min_duration_statement = '1s'\n"
                                     "log_parameter_max_length = 0\n"
                                     "%.*s",
                                     FMT(quote(arena, embedded->sockets)),
                                     wish->connections + POSTGRES_SPARE_CONNECTIONS,
                                     has_statements ? "pg_stat_statements" : "", FMT(archive));
    struct slice hba =
        S("# The sockets' folder is open to one user (and root); peer says who it is.\n"
          "local all all peer map=astralfield\n"
          "local replication postgres peer map=astralfield\n");
    struct slice ident =
        arena_format(arena,
                     "astralfield \"%s\" postgres\nastralfield \"%s\" astralfield\n"
                     "astralfield root postgres\nastralfield root astralfield\n",
                     us.name, us.name);
    const struct unix_user *owner = &embedded->user;
    TRY(file_write(arena_format(arena, "%s/astralfield.conf", cluster).ptr, conf, owner, faults));
    TRY(file_write(arena_format(arena, "%s/pg_hba.conf", cluster).ptr, hba, owner, faults));
    return file_write(arena_format(arena, "%s/pg_ident.conf", cluster).ptr, ident, owner, faults);
}

/* Bytes that mean something in a URI as %XX. */
static struct slice uri_encode(struct arena *arena, const char *text)
{
    struct buffer out;
    buffer_init(&out, arena);
    for (const char *at = text; *at != '\0'; at++) {
        bool is_plain = (*at >= 'a' && *at <= 'z') || (*at >= 'A' && *at <= 'Z') ||
                        (*at >= '0' && *at <= '9') || strchr("/._-~", *at) != NULL;
        buffer_format(&out, is_plain ? "%c" : "%%%02X", (unsigned char)*at);
    }
    return buffer_slice(&out);
}

enum error postgres_prepare(const struct embedded_wish *wish, struct faults *faults,
                            struct embedded *embedded)
{
    struct arena *arena = faults->arena;
    const char *cluster = arena_format(arena, "%s/postgres", embedded->home).ptr;
    struct stat facts;
    TRY(postgres_programs(cluster, faults, &embedded->bin));
    if (stat(cluster, &facts) != 0) {
        TRY(make_cluster(wish, embedded, cluster, faults));
    } else if (geteuid() != 0 && facts.st_uid != geteuid()) {
        return refuse(faults, E_FORBIDDEN,
                      "%s belongs to another user: start as root, or name "
                      "another directory with --data DIR",
                      cluster);
    }
    TRY(await_old_postgres(cluster, faults));
    TRY(configure_postgres(wish, embedded, cluster, faults));
    const char **argv = ARENA_ARRAY(arena, 4, const char *);
    argv[0] = arena_format(arena, "%s/postgres", embedded->bin).ptr;
    argv[1] = "-D";
    argv[2] = cluster;
    embedded->postgres = (struct process_spec){
        .name = "PostgreSQL",
        .argv = argv,
        .directory = embedded->home,
        .log = arena_format(arena, "%s/postgres.log", embedded->logs).ptr,
        .user = embedded->user,
        .death_signal = SIGQUIT,
    };
    struct slice host = uri_encode(arena, embedded->sockets);
    embedded->database_url =
        arena_format(arena, "postgresql:///astralfield?user=astralfield&host=%.*s", FMT(host)).ptr;
    embedded->admin_url =
        arena_format(arena, "postgresql:///postgres?user=postgres&host=%.*s", FMT(host)).ptr;
    return OK;
}

static void connection_done(PGconn **pg)
{
    PQfinish(*pg);
}

/* Runs `statement` unless `question` gives a row. */
static enum error ensure(PGconn *pg, const char *question, const char *statement,
                         struct faults *faults)
{
    PGresult *result = PQexec(pg, question);
    bool is_asked = PQresultStatus(result) == PGRES_TUPLES_OK;
    bool is_there = is_asked && PQntuples(result) > 0;
    PQclear(result);
    if (is_asked && !is_there) {
        result = PQexec(pg, statement);
        is_asked = PQresultStatus(result) == PGRES_COMMAND_OK;
        PQclear(result);
    }
    return is_asked ? OK
                    : refuse(faults, E_UNAVAILABLE, "cannot set up the database: %.*s",
                             FMT(slice_trim(slice_from(PQerrorMessage(pg)))));
}

/* PostgreSQL 13 renamed columns of pg_stat_statements. The extension has a schema of its own, and
 * public.pg_stat_statements has its columns under both names, so that older SQL runs as it is typed. */
static enum error make_statements_view(PGconn *pg, struct faults *faults)
{
    static const char *const steps[][2] = {
        { "select from pg_namespace where nspname = 'runbook'",
          "create schema runbook; grant usage on schema runbook to astralfield" },
        { "select from pg_extension where extname = 'pg_stat_statements' union all "
          "select where current_setting('shared_preload_libraries') !~ 'pg_stat_statements'",
          "create extension pg_stat_statements schema runbook" },
        { "select where not exists (select from pg_extension e join pg_namespace n "
          "on n.oid = e.extnamespace where extname = 'pg_stat_statements' and nspname = 'public')",
          "alter extension pg_stat_statements set schema runbook" },
        { "select where to_regclass('public.pg_stat_statements') is not null "
          "or to_regclass('runbook.pg_stat_statements') is null",
          "create view public.pg_stat_statements as select s.*, total_exec_time as total_time, "
          "mean_exec_time as mean_time, min_exec_time as min_time, max_exec_time as max_time, "
          "stddev_exec_time as stddev_time from runbook.pg_stat_statements s; "
          "grant select on public.pg_stat_statements to astralfield" },
    };
    for (size_t i = 0; i < ARRAY_LEN(steps); i++) {
        TRY(ensure(pg, steps[i][0], steps[i][1], faults));
    }
    return OK;
}

enum error embedded_database(const struct embedded *embedded, struct faults *faults)
{
    CLEANUP(connection_done) PGconn *pg = PQconnectdb(embedded->admin_url);
    TRY(ensure(pg, "select from pg_roles where rolname = 'astralfield'",
               "create role astralfield login", faults));
    TRY(ensure(pg,
               "select from pg_auth_members m join pg_roles r on r.oid = m.member "
               "where r.rolname = 'astralfield'",
               "grant pg_monitor, pg_signal_backend to astralfield", faults));
    TRY(ensure(pg, "select from pg_database where datname = 'astralfield'",
               "create database astralfield owner astralfield", faults));
    CLEANUP(connection_done)
    PGconn *ours =
        PQconnectdb(arena_format(faults->arena, "%s&dbname=astralfield", embedded->admin_url).ptr);
    return make_statements_view(ours, faults);
}

/* ---- Redis ---- */

/* A path between double quotes as Redis wants it. */
static struct slice redis_quote(struct arena *arena, const char *path)
{
    struct buffer out;
    buffer_init(&out, arena);
    for (const char *at = path; *at != '\0'; at++) {
        if (*at == '"' || *at == '\\') {
            buffer_byte(&out, '\\');
        }
        buffer_byte(&out, *at);
    }
    return buffer_slice(&out);
}

enum error redis_prepare(struct faults *faults, struct embedded *embedded)
{
    struct arena *arena = faults->arena;
    const char *folder = arena_format(arena, "%s/redis", embedded->home).ptr;
    const char *conf = arena_format(arena, "%s/redis.conf", folder).ptr;
    embedded->redis_socket = arena_format(arena, "%s/redis.sock", embedded->sockets).ptr;
    embedded->redis_url = arena_format(arena, "unix:%s", embedded->redis_socket).ptr;
    TRY(folder_make(folder, 0700, &embedded->user, faults));
    TRY(file_write(conf,
                   arena_format(arena,
                                "# Written by `astralfield up` at every start.\n"
                                "port 0\n"
                                "unixsocket \"%.*s\"\n"
                                "unixsocketperm 700\n"
                                "dir \"%.*s\"\n"
                                "daemonize no\n"
                                "appendonly yes\n"
                                "appendfsync everysec\n"
                                "save \"\"\n"
                                "maxmemory 128mb\n"
                                "maxmemory-policy volatile-lru\n",
                                FMT(redis_quote(arena, embedded->redis_socket)),
                                FMT(redis_quote(arena, folder))),
                   &embedded->user, faults));
    const char **argv = ARENA_ARRAY(arena, 3, const char *);
    argv[0] = "redis-server";
    argv[1] = conf;
    embedded->redis = (struct process_spec){
        .name = "Redis",
        .argv = argv,
        .directory = folder,
        .log = arena_format(arena, "%s/redis.log", embedded->logs).ptr,
        .user = embedded->user,
        .death_signal = SIGKILL,
    };
    return OK;
}
