/* What the machine says of this process and of itself: /proc, the cgroup and the file system. */
#ifndef ASTRALFIELD_OPS_MACHINE_H
#define ASTRALFIELD_OPS_MACHINE_H

#include "base/slice.h"
#include "base/time.h"

/* -1 where the machine does not say. */
struct machine {
    struct mono at;
    int64_t cpu_us;        /* this process has used, since it started */
    int64_t cpu_permille;  /* of all cores, since the look before; -1 at the first */
    int64_t busy_permille; /* of all cores, by everybody, since the look before; -1 at the first */
    int64_t busy_ticks, idle_ticks; /* of all cores since boot */
    int64_t cores;
    int64_t rss_bytes, threads;
    int64_t memory_bytes;      /* the machine's, or the limit of the cgroup when that is less */
    int64_t memory_used_bytes; /* by everybody on it */
    int64_t descriptors, descriptors_max;
    int64_t load_milli[3];               /* load average over 1, 5, 15 minutes, in thousandths */
    int64_t disk_bytes, disk_free_bytes; /* of the file system of the working directory */
    int64_t net_in_bytes, net_out_bytes; /* of all interfaces but loopback, since boot */
};

/* Looks, keeps what was seen as the newest, and gives it. One thread. */
struct machine machine_look(void);

/* The newest look. Any thread. */
struct machine machine_last(void);

#endif
