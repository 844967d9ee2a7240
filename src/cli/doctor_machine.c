/* What the machine may lack. */
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <sys/statvfs.h>
#include <sys/timex.h>
#include <unistd.h>

#include "base/check.h"
#include "cli/doctor.h"
#include "ops/machine.h"

enum {
    DISK_LOW_PERCENT = 15,
    DISK_BAD_PERCENT = 5,
    MEMORY_LOW_PERCENT = 15,
    MEMORY_BAD_PERCENT = 5,
    DESCRIPTORS_SPARE = 1024, /* files, database and Redis beside the clients */
    BACKLOG_MIN = 1024,
    MEGA = 1000000,
};

/* The first line of a small file, without its end; empty when there is none. */
static struct slice line_of(struct arena *arena, const char *path)
{
    char line[256] = { 0 };
    FILE *file = fopen(path, "re");
    bool is_read = file != NULL && fgets(line, sizeof(line), file) != NULL;
    if (file != NULL) {
        fclose(file);
    }
    return is_read ? arena_copy(arena, slice_trim(slice_from(line))) : S("");
}

static int64_t number_of(struct arena *arena, const char *path)
{
    int64_t value = -1;
    return slice_to_int(line_of(arena, path), &value) == OK ? value : -1;
}

static void look_at_disk(struct doctor *doctor, const char *name, const char *path)
{
    struct statvfs disk;
    if (statvfs(path, &disk) != 0) {
        check_add(&doctor->checks, name, CHECK_SKIPPED, "%s is not there", path);
        return;
    }
    int64_t free_mb = (int64_t)(disk.f_bavail * disk.f_frsize) / MEGA;
    int64_t percent = disk.f_blocks == 0 ? 100 : (int64_t)(disk.f_bavail * 100 / disk.f_blocks);
    int64_t nodes = disk.f_files == 0 ? 100 : (int64_t)(disk.f_favail * 100 / disk.f_files);
    int64_t least = percent < nodes ? percent : nodes;
    check_add(&doctor->checks, name,
              least < DISK_BAD_PERCENT   ? CHECK_BAD
              : least < DISK_LOW_PERCENT ? CHECK_WARNING
                                         : CHECK_GOOD,
              "%" PRId64 " MB (%" PRId64 " %%) and %" PRId64 " %% of the files free on %s", free_mb,
              percent, nodes, path);
    check_hint(&doctor->checks,
               "make room before a deploy: `astralfield backup prune`, or a larger disk");
}

static void look_at_memory(struct doctor *doctor)
{
    struct machine machine = machine_look();
    if (machine.memory_bytes <= 0 || machine.memory_used_bytes < 0) {
        check_add(&doctor->checks, "memory", CHECK_SKIPPED, "the machine does not say");
        return;
    }
    int64_t free_bytes = machine.memory_bytes - machine.memory_used_bytes;
    int64_t percent = free_bytes * 100 / machine.memory_bytes;
    check_add(&doctor->checks, "memory",
              percent < MEMORY_BAD_PERCENT   ? CHECK_BAD
              : percent < MEMORY_LOW_PERCENT ? CHECK_WARNING
                                             : CHECK_GOOD,
              "%" PRId64 " of %" PRId64 " MB free (%" PRId64 " %%)", free_bytes / MEGA,
              machine.memory_bytes / MEGA, percent);
    check_hint(&doctor->checks, "see what uses it: `ps aux --sort=-rss | head`");
}

static void look_at_descriptors(struct doctor *doctor)
{
    struct rlimit limit = { 0 };
    int64_t wanted = doctor->settings.connections + DESCRIPTORS_SPARE;
    if (!doctor->has_settings || getrlimit(RLIMIT_NOFILE, &limit) != 0) {
        return;
    }
    check_add(&doctor->checks, "descriptors",
              (int64_t)limit.rlim_max < wanted ? CHECK_WARNING : CHECK_GOOD,
              "%" PRIu64 " at most, %" PRId64 " wanted for CONNECTIONS=%" PRId64,
              (uint64_t)limit.rlim_max, wanted, doctor->settings.connections);
    check_hint(&doctor->checks, "LimitNOFILE=1048576 in the unit, or a lower CONNECTIONS");
}

static void look_at_clock(struct doctor *doctor)
{
    struct timex clock = { 0 };
    int state = adjtimex(&clock);
    bool is_synced = state != -1 && state != TIME_ERROR && (clock.status & STA_UNSYNC) == 0;
    if (is_synced) {
        check_add(&doctor->checks, "clock", CHECK_GOOD,
                  "kept right by the kernel (error at most %ld ms)", clock.maxerror / 1000);
        return;
    }
    check_add(&doctor->checks, "clock", CHECK_WARNING,
              "nobody keeps it right (the kernel says: not synchronised)");
    check_hint(&doctor->checks, "run chrony or systemd-timesyncd: draft clocks, waiver times and "
                                "certificates go by it");
}

/* Kernel settings that cost requests or memory when they are wrong. */
static void look_at_kernel(struct doctor *doctor)
{
    struct arena *arena = doctor->cli->arena;
    struct checks *checks = &doctor->checks;
    int64_t backlog = number_of(arena, "/proc/sys/net/core/somaxconn");
    if (backlog >= 0) {
        check_add(checks, "net.core.somaxconn", backlog < BACKLOG_MIN ? CHECK_WARNING : CHECK_GOOD,
                  "%" PRId64 " connections may wait to be accepted", backlog);
        check_hint(checks, "sysctl -w net.core.somaxconn=4096");
    }
    int64_t migrate = number_of(arena, "/proc/sys/net/ipv4/tcp_migrate_req");
    check_add(checks, "tcp_migrate_req", migrate < 0 ? CHECK_SKIPPED : CHECK_GOOD,
              migrate < 0
                  ? "this kernel does not have it"
                  : (migrate == 1 ? "on"
                                  : "off, which is well: a deploy hands its listening sockets on"));
    int64_t overcommit = number_of(arena, "/proc/sys/vm/overcommit_memory");
    if (overcommit >= 0) {
        check_add(checks, "vm.overcommit_memory", overcommit == 2 ? CHECK_WARNING : CHECK_GOOD,
                  "%" PRId64, overcommit);
        check_hint(checks, "2 lets Redis fail when it saves: sysctl -w vm.overcommit_memory=1");
    }
    struct slice pages = line_of(arena, "/sys/kernel/mm/transparent_hugepage/enabled");
    if (pages.len > 0) {
        bool is_always = slice_starts(pages, S("[always]"));
        check_add(checks, "huge pages", is_always ? CHECK_WARNING : CHECK_GOOD, "%.*s", FMT(pages));
        check_hint(checks, "Redis answers late with them: echo madvise > "
                           "/sys/kernel/mm/transparent_hugepage/enabled");
    }
}

void doctor_machine(struct doctor *doctor)
{
    look_at_disk(doctor, "disk", doctor->cli->data);
    if (doctor->has_settings && doctor->settings.backup_copy_dir[0] != '\0') {
        look_at_disk(doctor, "disk of the copies", doctor->settings.backup_copy_dir);
    }
    look_at_memory(doctor);
    look_at_descriptors(doctor);
    look_at_clock(doctor);
    look_at_kernel(doctor);
}
