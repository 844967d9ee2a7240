/* What is known of a crash: written by the dying process with system calls only, read at the next start.
 *
 * Each process opens a file of its own in <data>/crashes and holds a lock on it. A file that nobody holds
 * belonged to a process that has ended: it is read once and removed. Empty ones ended well. */
#ifndef ASTRALFIELD_OPS_CRASH_H
#define ASTRALFIELD_OPS_CRASH_H

#include "base/arena.h"
#include "base/time.h"

enum { CRASH_REPORTS_MAX = 16 };

struct crash_report {
    struct slice message; /* "the server crashed: SIGSEGV at astralfield+0x1234 (build 0123abcd)" */
    struct slice detail;  /* everything that was written */
    utime at;
};

/* Takes the reports of processes that have ended, oldest first; there are none on a data directory that
 * does not exist. Each report is given once, to one caller. */
size_t crash_take(struct arena *arena, const char *data,
                  struct crash_report ret_reports[CRASH_REPORTS_MAX]);

/* Opens this process's file and sets the handlers of SIGSEGV, SIGBUS, SIGILL, SIGFPE and SIGABRT; CHECK
 * adds its words. What handled the signals before does so afterwards. E_FILE when the file cannot be made:
 * the server runs without. Once, before there are threads. */
MUST_CHECK enum error crash_watch(const char *data);

/* A stack for the handler: fibers overflow theirs. On each thread that runs them. */
void crash_watch_thread(void);

/* The process ends well. */
void crash_end(void);

#endif
