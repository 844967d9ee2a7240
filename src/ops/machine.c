#include "ops/machine.h"

#include <dirent.h>
#include <fcntl.h>
#include <pthread.h>
#include <stdlib.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <sys/statvfs.h>
#include <unistd.h>

#include "base/check.h"

enum { TEXT_MAX = 2048 };

static struct {
    pthread_mutex_t lock; /* guards `last` */
    struct machine last;
    bool is_there;
} newest = { .lock = PTHREAD_MUTEX_INITIALIZER };

static struct slice read_small(const char *path, char text[TEXT_MAX])
{
    int fd = open(path, O_RDONLY | O_CLOEXEC);
    size_t len = 0;
    while (fd >= 0 && len < TEXT_MAX) {
        ssize_t got = read(fd, text + len, TEXT_MAX - len);
        if (got <= 0) {
            break;
        }
        len += (size_t)got;
    }
    if (fd >= 0) {
        close(fd);
    }
    return (struct slice){ .ptr = text, .len = len };
}

/* The number that follows `name` at the start of a line; -1 when there is none. */
static int64_t number_after(struct slice text, struct slice name)
{
    while (text.ptr != NULL && text.len > 0) {
        struct slice line = slice_cut(&text, '\n');
        if (!slice_starts(line, name)) {
            continue;
        }
        line = slice_trim(slice_from_to(line, name.len, line.len));
        size_t end = 0;
        while (end < line.len && line.ptr[end] >= '0' && line.ptr[end] <= '9') {
            end++;
        }
        int64_t value = 0;
        return slice_to_int(slice_from_to(line, 0, end), &value) == OK ? value : -1;
    }
    return -1;
}

static int64_t whole_number(const char *path)
{
    char text[TEXT_MAX];
    int64_t value = 0;
    return slice_to_int(slice_trim(read_small(path, text)), &value) == OK ? value : -1;
}

static void look_at_memory(struct machine *machine)
{
    char text[TEXT_MAX];
    struct slice status = read_small("/proc/self/status", text);
    int64_t rss_kb = number_after(status, S("VmRSS:"));
    machine->rss_bytes = rss_kb < 0 ? -1 : rss_kb * 1024;
    machine->threads = number_after(status, S("Threads:"));
    struct slice memory = read_small("/proc/meminfo", text);
    int64_t total_kb = number_after(memory, S("MemTotal:"));
    int64_t free_kb = number_after(memory, S("MemAvailable:"));
    machine->memory_bytes = total_kb < 0 ? -1 : total_kb * 1024;
    machine->memory_used_bytes = total_kb < 0 || free_kb < 0 ? -1 : (total_kb - free_kb) * 1024;
    int64_t limit = whole_number("/sys/fs/cgroup/memory.max");
    int64_t used = whole_number("/sys/fs/cgroup/memory.current");
    if (limit > 0 && used >= 0 && (machine->memory_bytes < 0 || limit < machine->memory_bytes)) {
        machine->memory_bytes = limit;
        machine->memory_used_bytes = used;
    }
}

static void look_at_cpu(struct machine *machine)
{
    struct rusage usage;
    char text[TEXT_MAX];
    machine->cores = sysconf(_SC_NPROCESSORS_ONLN);
    if (getrusage(RUSAGE_SELF, &usage) == 0) {
        machine->cpu_us = (int64_t)(usage.ru_utime.tv_sec + usage.ru_stime.tv_sec) * US_PER_S +
                          usage.ru_utime.tv_usec + usage.ru_stime.tv_usec;
    }
    struct slice rest = read_small("/proc/loadavg", text);
    for (size_t i = 0; i < ARRAY_LEN(machine->load_milli); i++) {
        int64_t millionths = 0;
        machine->load_milli[i] =
            rest.ptr != NULL && slice_to_millionths(slice_cut(&rest, ' '), &millionths) == OK
                ? millionths / 1000
                : -1;
    }
}

/* "cpu  user nice system idle iowait irq softirq steal …" */
static void look_at_ticks(struct machine *machine)
{
    enum { IDLE = 3, IOWAIT = 4, STEAL = 7 };
    char text[TEXT_MAX];
    struct slice rest = read_small("/proc/stat", text);
    struct slice line = slice_cut(&rest, '\n');
    machine->busy_ticks = -1;
    machine->idle_ticks = -1;
    if (!slice_eq(slice_cut(&line, ' '), S("cpu"))) {
        return;
    }
    machine->busy_ticks = 0;
    machine->idle_ticks = 0;
    for (int i = 0; i <= STEAL && line.ptr != NULL;) {
        struct slice word = slice_cut(&line, ' ');
        int64_t ticks = 0;
        if (word.len > 0 && slice_to_int(word, &ticks) == OK) {
            *(i == IDLE || i == IOWAIT ? &machine->idle_ticks : &machine->busy_ticks) += ticks;
            i++;
        }
    }
}

static int64_t busy_permille(const struct machine *before, const struct machine *now)
{
    int64_t busy = now->busy_ticks - before->busy_ticks;
    int64_t all = busy + now->idle_ticks - before->idle_ticks;
    bool is_known = before->busy_ticks >= 0 && now->busy_ticks >= 0 && busy >= 0 && all > 0;
    return is_known ? busy * 1000 / all : -1;
}

static int64_t count_descriptors(void)
{
    struct stat info;
    /* Since Linux 6.2 the folder's size is the number of open descriptors. */
    if (stat("/proc/self/fd", &info) == 0 && info.st_size > 0) {
        return info.st_size;
    }
    DIR *dir = opendir("/proc/self/fd");
    if (dir == NULL) {
        return -1;
    }
    int64_t count = -3; /* ".", ".." and the one we look with */
    while (readdir(dir) != NULL) {
        count++;
    }
    closedir(dir);
    return count;
}

static void look_at_files(struct machine *machine)
{
    struct rlimit limit;
    struct statvfs disk;
    machine->descriptors = count_descriptors();
    machine->descriptors_max =
        getrlimit(RLIMIT_NOFILE, &limit) == 0 && limit.rlim_cur != RLIM_INFINITY
            ? (int64_t)limit.rlim_cur
            : -1;
    bool is_known = statvfs(".", &disk) == 0;
    machine->disk_bytes = is_known ? (int64_t)(disk.f_blocks * disk.f_frsize) : -1;
    machine->disk_free_bytes = is_known ? (int64_t)(disk.f_bavail * disk.f_frsize) : -1;
}

/* "  eth0: bytes packets errs drop fifo frame compressed multicast bytes …" */
static void look_at_network(struct machine *machine)
{
    char text[TEXT_MAX];
    struct slice rest = read_small("/proc/net/dev", text);
    machine->net_in_bytes = rest.len == 0 ? -1 : 0;
    machine->net_out_bytes = machine->net_in_bytes;
    while (rest.ptr != NULL && rest.len > 0) {
        struct slice line = slice_cut(&rest, '\n');
        struct slice name = slice_trim(slice_cut(&line, ':'));
        if (line.ptr == NULL || slice_eq(name, S("lo"))) {
            continue;
        }
        int64_t columns[9] = { 0 };
        for (size_t i = 0; i < ARRAY_LEN(columns) && line.ptr != NULL;) {
            struct slice word = slice_cut(&line, ' ');
            if (word.len > 0 && slice_to_int(word, &columns[i]) == OK) {
                i++;
            }
        }
        machine->net_in_bytes += columns[0];
        machine->net_out_bytes += columns[8];
    }
}

struct machine machine_look(void)
{
    struct machine machine = {
        .at = mono_now(), .cpu_us = -1, .cpu_permille = -1, .busy_permille = -1
    };
    look_at_cpu(&machine);
    look_at_ticks(&machine);
    look_at_memory(&machine);
    look_at_files(&machine);
    look_at_network(&machine);
    pthread_mutex_lock(&newest.lock);
    int64_t passed = machine.at.us - newest.last.at.us;
    if (newest.is_there && passed > 0 && machine.cpu_us >= 0 && machine.cores > 0) {
        machine.cpu_permille =
            (machine.cpu_us - newest.last.cpu_us) * 1000 / (passed * machine.cores);
    }
    if (newest.is_there) {
        machine.busy_permille = busy_permille(&newest.last, &machine);
    }
    newest.last = machine;
    newest.is_there = true;
    pthread_mutex_unlock(&newest.lock);
    return machine;
}

struct machine machine_last(void)
{
    pthread_mutex_lock(&newest.lock);
    bool is_there = newest.is_there;
    struct machine machine = newest.last;
    pthread_mutex_unlock(&newest.lock);
    return is_there ? machine : machine_look();
}
