#include "ops/process.h"

#include <errno.h>
#include <fcntl.h>
#include <grp.h>
#include <limits.h>
#include <linux/close_range.h>
#include <pwd.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/prctl.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#include "base/check.h"

enum { POLL_US = 5000, KILL_WAIT_US = 5000000, FIRST_FREE_FD = PROCESS_CONTROL_FD + 1 };

/* ---- users ---- */

static enum error unix_user_from(struct arena *arena, const struct passwd *entry,
                                 struct unix_user *ret_user)
{
    if (entry == NULL) {
        return E_NOT_FOUND;
    }
    *ret_user = (struct unix_user){ .uid = entry->pw_uid,
                                    .gid = entry->pw_gid,
                                    .name = arena_cstr(arena, slice_from(entry->pw_name)) };
    return OK;
}

enum error unix_user_find(struct arena *arena, const char *name, struct unix_user *ret_user)
{
    return unix_user_from(arena, getpwnam(name), ret_user);
}

enum error unix_user_by_uid(struct arena *arena, uid_t uid, struct unix_user *ret_user)
{
    return unix_user_from(arena, getpwuid(uid), ret_user);
}

/* Only plain system calls: it runs between fork and exec too. */
static bool become(const struct unix_user *user)
{
    return setgroups(0, NULL) == 0 && setgid(user->gid) == 0 && setuid(user->uid) == 0;
}

enum error process_become(const struct unix_user *user, struct faults *faults)
{
    if (geteuid() == user->uid) {
        return OK;
    }
    int death_signal = 0;
    prctl(PR_GET_PDEATHSIG, &death_signal);
    if (!become(user)) {
        return refuse(faults, E_FORBIDDEN, "cannot become the user %s: %s", user->name,
                      strerror(errno));
    }
    CHECK(setuid(0) == -1);
    /* Changing the user makes the kernel forget the signal, and /proc/self root's. */
    prctl(PR_SET_PDEATHSIG, death_signal);
    prctl(PR_SET_DUMPABLE, 1);
    return OK;
}

/* ---- starting ---- */

static int open_log(const struct process_spec *spec)
{
    return spec->log == NULL ? -1
                             : open(spec->log, O_WRONLY | O_CREAT | O_APPEND | O_CLOEXEC, 0640);
}

static bool redirect(const struct process_spec *spec, int log)
{
    /* Libraries open descriptors that exec keeps: a socket of ours that a child holds is never closed. */
    close_range(STDERR_FILENO + 1, UINT_MAX, CLOSE_RANGE_CLOEXEC);
    int null = open("/dev/null", O_RDONLY | O_CLOEXEC);
    if (null < 0 || dup2(null, STDIN_FILENO) < 0) {
        return false;
    }
    if (log >= 0 && (dup2(log, STDOUT_FILENO) < 0 || dup2(log, STDERR_FILENO) < 0)) {
        return false;
    }
    /* First away from each other's places, then to their own. */
    int passed = spec->pass_fd > 0 ? fcntl(spec->pass_fd, F_DUPFD_CLOEXEC, FIRST_FREE_FD) : -1;
    int control =
        spec->control_fd > 0 ? fcntl(spec->control_fd, F_DUPFD_CLOEXEC, FIRST_FREE_FD) : -1;
    return (spec->pass_fd <= 0 || (passed >= 0 && dup2(passed, PROCESS_PASSED_FD) >= 0)) &&
           (spec->control_fd <= 0 || (control >= 0 && dup2(control, PROCESS_CONTROL_FD) >= 0));
}

static void default_signals(void)
{
    sigset_t none;
    sigemptyset(&none);
    for (int number = 1; number < SIGRTMIN; number++) {
        signal(number, SIG_DFL);
    }
    sigprocmask(SIG_SETMASK, &none, NULL);
}

/* In the child: never returns; what went wrong goes through the pipe as an errno. */
_Noreturn static void become_program(const struct process_spec *spec, int log, int report,
                                     pid_t parent)
{
    setpgid(0, 0);
    default_signals();
    bool is_good = redirect(spec, log) &&
                   (spec->user.uid == 0 || geteuid() == spec->user.uid || become(&spec->user)) &&
                   (spec->directory == NULL || chdir(spec->directory) == 0);
    if (is_good) {
        prctl(PR_SET_PDEATHSIG, spec->death_signal);
        if (getppid() != parent) {
            _exit(1);
        }
        for (size_t i = 0; spec->env != NULL && spec->env[i] != NULL; i++) {
            putenv((char *)(uintptr_t)spec->env[i]);
        }
        umask(0077);
        execvp(spec->argv[0], (char *const *)(uintptr_t)spec->argv);
    }
    int error = errno;
    ssize_t written = write(report, &error, sizeof(error));
    (void)written;
    _exit(127);
}

/* A pipe whose ends stay away from the descriptors that the child may get for itself. */
static bool report_pipe(int ends[2])
{
    if (pipe2(ends, O_CLOEXEC) != 0) {
        return false;
    }
    int moved = fcntl(ends[1], F_DUPFD_CLOEXEC, FIRST_FREE_FD);
    close(ends[1]);
    ends[1] = moved;
    return moved >= 0;
}

enum error process_start(const struct process_spec *spec, struct faults *faults, pid_t *ret_pid)
{
    int report[2];
    int log = open_log(spec);
    if (spec->log != NULL && log < 0) {
        return refuse(faults, E_FILE, "cannot write %s: %s", spec->log, strerror(errno));
    }
    CHECK(report_pipe(report));
    pid_t parent = getpid();
    pid_t pid = fork();
    if (pid == 0) {
        become_program(spec, log, report[1], parent);
    }
    close(report[1]);
    if (log >= 0) {
        close(log);
    }
    int error = pid < 0 ? errno : 0;
    if (pid > 0) {
        setpgid(pid, pid); /* both sides do it, so neither depends on the other's speed */
        ssize_t got = read(report[0], &error, sizeof(error));
        if (got == sizeof(error)) {
            waitpid(pid, NULL, 0);
        }
    }
    close(report[0]);
    if (error != 0) {
        return refuse(faults, E_FILE, "cannot start %s (%s): %s", spec->name, spec->argv[0],
                      strerror(error));
    }
    *ret_pid = pid;
    return OK;
}

/* ---- ending ---- */

bool process_ended(pid_t pid, int64_t timeout_us, int *ret_status)
{
    int64_t deadline = mono_now().us + timeout_us;
    for (;;) {
        pid_t got = waitpid(pid, ret_status, WNOHANG);
        if (got == pid) {
            return true;
        }
        CHECK(got == 0 || errno == EINTR);
        if (mono_now().us >= deadline) {
            return false;
        }
        nanosleep(&(struct timespec){ .tv_nsec = POLL_US * 1000 }, NULL);
    }
}

bool process_stop(pid_t pid, int signal, int64_t timeout_us)
{
    int status = 0;
    kill(pid, signal);
    bool is_willing = process_ended(pid, timeout_us, &status);
    kill(-pid, SIGKILL); /* whatever it started and left behind, and itself */
    if (!is_willing) {
        kill(pid, SIGKILL);
        CHECK(process_ended(pid, KILL_WAIT_US, &status));
    }
    return is_willing;
}

enum error process_run(const struct process_spec *spec, int64_t timeout_us, struct faults *faults)
{
    pid_t pid = 0;
    int status = 0;
    TRY(process_start(spec, faults, &pid));
    if (!process_ended(pid, timeout_us, &status)) {
        process_stop(pid, SIGKILL, KILL_WAIT_US);
        return refuse(faults, E_TIMEOUT, "%s did not end within %lld s", spec->name,
                      (long long)(timeout_us / US_PER_S));
    }
    if (status != 0) {
        return refuse(faults, E_FILE, "%s failed with %.*s%s%s", spec->name,
                      FMT(process_status_print(faults->arena, status)),
                      spec->log != NULL ? "; see " : "", spec->log != NULL ? spec->log : "");
    }
    return OK;
}

struct slice process_status_print(struct arena *arena, int status)
{
    if (WIFSIGNALED(status)) {
        return arena_format(arena, "signal %d (%s)", WTERMSIG(status), strsignal(WTERMSIG(status)));
    }
    return arena_format(arena, "exit code %d", WEXITSTATUS(status));
}
