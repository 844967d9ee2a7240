#include "cli/up_backup.h"

#include <signal.h>
#include <stdio.h>
#include <unistd.h>

#include "ops/backup.h"
#include "ops/backup_second.h"

enum {
    LOOK_US = 1000000, /* at the stream */
    RECEIVER_AGAIN_US = 5000000,
    FIRST_US = 60000000,  /* after the start, when there is no backup yet */
    AGAIN_US = 900000000, /* after a backup that failed */
    GRACE_US = 15000000,  /* after the start, until a second place that is silent counts as lost */
    IDLE_US = 60000000,
    FACTS_US = 2000000, /* between two looks for who asks for a backup */
    STOP_US = 5000000,
};
#define US_PER_HOUR (3600 * US_PER_S)

enum error up_backup_init(struct up_backup *backup, const struct embedded *embedded,
                          struct faults *faults)
{
    struct mono now = mono_now();
    backup->embedded = embedded;
    backup->stream = backup_stream_of(embedded, backup->settings, backup->cli->arena);
    backup->work_at.us = now.us + FIRST_US;
    backup->started = now;
    backup->facts = up_facts_of(embedded, backup->settings, backup->cli->arena);
    if (embedded->database_url == NULL || backup->settings->backup_every_hours == 0) {
        return OK;
    }
    struct backup_stream off = {
        .embedded = embedded,
        .cluster = arena_format(backup->cli->arena, "%s/postgres", embedded->home).ptr
    };
    return backup_stream_wait(&off, false, 0, faults);
}

/* ---- the stream to the second place ---- */

static void set_waiting(struct up_backup *backup, bool is_on, pid_t postgres)
{
    struct arena arena = { 0 };
    struct faults faults = { .arena = &arena };
    if (backup->is_waiting != is_on) {
        enum error error = backup_stream_wait(&backup->stream, is_on, postgres, &faults);
        if (error == OK) {
            backup->is_waiting = is_on;
            cli_print(is_on ? "every change is on the second place (%s) before it is acknowledged\n"
                            : "the second place (%s) is lost: changes go on without it\n",
                      backup->settings->backup_copy_dir);
        } else {
            cli_print("%.*s\n", FMT(faults.detail));
        }
    }
    arena_done(&arena);
}

static void receiver_start(struct up_backup *backup)
{
    struct arena arena = { 0 };
    struct faults faults = { .arena = &arena };
    struct process_spec spec = backup_stream_spec(&backup->stream, &arena);
    if (backup_stream_prepare(&backup->stream, &faults) != OK ||
        process_start(&spec, &faults, &backup->receiver) != OK) {
        backup->receiver_at.us = mono_now().us + RECEIVER_AGAIN_US;
        if (!backup->is_receiver_refused) {
            cli_print("the second place cannot be used: %.*s\n", FMT(faults.detail));
        }
    }
    backup->is_receiver_refused = backup->receiver == 0;
    arena_done(&arena);
}

static void receiver_ended(struct up_backup *backup, pid_t postgres)
{
    backup->receiver = 0;
    backup->receiver_at.us = mono_now().us + RECEIVER_AGAIN_US;
    set_waiting(backup, false, postgres);
}

static int64_t tend_stream(struct up_backup *backup, pid_t postgres)
{
    struct mono now = mono_now();
    int status = 0;
    if (backup->stream.folder == NULL) {
        return IDLE_US;
    }
    if (backup->receiver != 0 && process_ended(backup->receiver, 0, &status)) {
        receiver_ended(backup, postgres);
    }
    if (backup->receiver == 0 && postgres != 0 && now.us >= backup->receiver_at.us) {
        receiver_start(backup);
    }
    if (backup->receiver != 0 && now.us >= backup->look_at.us) {
        backup->look_at.us = now.us + LOOK_US;
        enum backup_stream_state state = backup_stream_look(&backup->stream);
        if (state == STREAM_STUCK) {
            set_waiting(backup, false, postgres);
            process_stop(backup->receiver, SIGKILL, STOP_US);
            receiver_ended(backup, postgres);
        } else {
            set_waiting(backup, state == STREAM_RUNS, postgres);
        }
    }
    return LOOK_US;
}

/* ---- backups ---- */

static enum error work_start(struct up_backup *backup, const char *first, const char *second,
                             struct faults *faults)
{
    const char *const argv[] = { backup->program, first, second, "--data", backup->data, NULL };
    struct process_spec spec = {
        .name = first,
        .argv = argv,
        .log = arena_format(faults->arena, "%s/backup.log", backup->embedded->logs).ptr,
        .death_signal = SIGTERM,
    };
    backup->work_name = first;
    return process_start(&spec, faults, &backup->work);
}

/* When the next base backup is due: that long after the newest one; 0 = there is none. */
static utime newest_backup(const struct up_backup *backup, struct faults *faults)
{
    struct backup_list list = { 0 };
    utime newest = 0;
    const char *base = arena_format(faults->arena, "%s/backups/base", backup->embedded->home).ptr;
    if (backup_list_read(base, faults, &list) == OK) {
        for (size_t i = 0; i < list.count; i++) {
            newest = list.list[i].is_whole ? list.list[i].finished : newest;
        }
    }
    return newest;
}

static bool is_copy_behind(const struct up_backup *backup, struct arena *arena)
{
    const struct wal_places places = {
        .main = arena_format(arena, "%s/backups/wal", backup->embedded->home).ptr
    };
    return wal_is_copy_behind(&places, arena);
}

static void start_what_is_due(struct up_backup *backup, struct faults *faults)
{
    int64_t every_us = backup->settings->backup_every_hours * US_PER_HOUR;
    bool is_due = utime_now() - newest_backup(backup, faults) >= every_us;
    enum error error = OK;
    backup->work_at.us = mono_now().us + IDLE_US;
    if (is_due) {
        backup->work_at.us = mono_now().us + AGAIN_US;
        error = work_start(backup, "backup", "run", faults);
    } else if (is_copy_behind(backup, faults->arena)) {
        error = work_start(backup, "wal", "sync", faults);
    } else {
        const char *drill = up_facts_drill(&backup->facts, backup->settings, faults->arena);
        if (drill != NULL) {
            backup->work_at.us = mono_now().us + AGAIN_US;
            error = work_start(backup, "drill", drill, faults);
        }
    }
    if (error != OK) {
        cli_print("%.*s\n", FMT(faults->detail));
    }
}

static int64_t tend_work(struct up_backup *backup, pid_t postgres)
{
    struct arena arena = { 0 };
    struct faults faults = { .arena = &arena };
    int status = 0;
    if (backup->work != 0 && process_ended(backup->work, 0, &status)) {
        backup->work = 0;
        up_facts_ended(&backup->facts, status == 0 ? S("") : process_status_print(&arena, status));
        if (status == 0) {
            backup->work_at.us = mono_now().us + IDLE_US;
        } else if (!backup->has_failed) {
            cli_print("`astralfield %s` ended with %.*s; see %s/backup.log\n", backup->work_name,
                      FMT(process_status_print(&arena, status)), backup->embedded->logs);
        }
        backup->has_failed = status != 0;
    }
    if (backup->work == 0 && postgres != 0 && backup->settings->backup_every_hours > 0 &&
        mono_now().us >= backup->work_at.us) {
        start_what_is_due(backup, &faults);
    }
    arena_done(&arena);
    int64_t left_us = backup->work_at.us - mono_now().us;
    return backup->work != 0 || left_us > IDLE_US ? IDLE_US : left_us > 0 ? left_us : LOOK_US;
}

/* ---- what the servers are told ---- */

static enum second_place second_place(const struct up_backup *backup)
{
    CLEANUP(arena_done) struct arena arena = { 0 };
    if (backup->settings->backup_copy_dir[0] == '\0' || backup->settings->backup_every_hours == 0) {
        return SECOND_NONE;
    }
    bool is_there =
        backup->stream.folder != NULL ? backup->is_waiting : !is_copy_behind(backup, &arena);
    bool is_young = mono_now().us - backup->started.us < GRACE_US;
    return is_there ? SECOND_THERE : is_young ? SECOND_NONE : SECOND_LOST;
}

/* A backup that is asked for is made now; the next one is due a whole time later. */
static void tend_facts(struct up_backup *backup, pid_t postgres)
{
    bool is_free = backup->work == 0 && backup->settings->backup_every_hours > 0;
    if (postgres == 0 || !up_facts_tend(&backup->facts, second_place(backup), is_free)) {
        return;
    }
    CLEANUP(arena_done) struct arena arena = { 0 };
    struct faults faults = { .arena = &arena };
    if (work_start(backup, "backup", "run", &faults) != OK) {
        up_facts_ended(&backup->facts, faults.detail);
    }
}

int64_t up_backup_tend(struct up_backup *backup, pid_t postgres)
{
    if (backup->embedded->database_url == NULL) {
        return IDLE_US;
    }
    int64_t stream_us = tend_stream(backup, postgres);
    int64_t work_us = tend_work(backup, postgres);
    tend_facts(backup, postgres);
    int64_t wait_us = stream_us < work_us ? stream_us : work_us;
    return wait_us < FACTS_US ? wait_us : FACTS_US;
}

void up_backup_stop(struct up_backup *backup)
{
    if (backup->work != 0) {
        process_stop(backup->work, SIGTERM, STOP_US);
    }
    if (backup->receiver != 0) {
        process_stop(backup->receiver, SIGINT, STOP_US);
    }
    backup->work = backup->receiver = 0;
    up_facts_stop(&backup->facts);
}
