#include "ops/crash.h"

#include <dirent.h>
#include <elf.h>
#include <errno.h>
#include <fcntl.h>
#include <inttypes.h>
#include <link.h>
#include <signal.h>
#include <stdlib.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <sys/uio.h>
#include <time.h>
#include <ucontext.h>
#include <unistd.h>

#include "base/check.h"

enum { FRAMES_MAX = 32, REPORT_BYTES_MAX = 4096, LINE_BYTES = 512, BUILD_HEX = 16 };
enum { HANDLER_STACK_BYTES = 64 * 1024 };

static const int signals[] = { SIGSEGV, SIGBUS, SIGILL, SIGFPE, SIGABRT };
static const char *const signal_names[] = { "SIGSEGV", "SIGBUS", "SIGILL", "SIGFPE", "SIGABRT" };

static struct {
    int fd; /* -1 = not watching */
    char path[512];
    char build[BUILD_HEX + 1];
    uintptr_t begin, end; /* of the program's code */
    uintptr_t base;
    struct sigaction before[ARRAY_LEN(signals)];
    volatile sig_atomic_t has_written;
} crash = { .fd = -1 };

/* ---- in the handler: system calls and our own memory only ---- */

struct line {
    char text[LINE_BYTES];
    size_t len;
};

static void add_text(struct line *line, const char *text)
{
    for (; *text != '\0' && line->len < LINE_BYTES - 1; text++) {
        line->text[line->len++] = *text == '\n' ? ' ' : *text;
    }
}

static void add_number(struct line *line, uint64_t number, unsigned base)
{
    char digits[24];
    size_t at = sizeof(digits) - 1;
    digits[at] = '\0';
    do {
        digits[--at] = "0123456789abcdef"[number % base];
        number /= base;
    } while (number > 0);
    add_text(line, base == 16 ? "0x" : "");
    add_text(line, digits + at);
}

static void add_end(struct line *line)
{
    line->text[line->len++] = '\n';
    ssize_t written = write(crash.fd, line->text, line->len);
    (void)written;
}

static void add_place(struct line *line, uintptr_t address)
{
    bool is_ours = address >= crash.begin && address < crash.end;
    add_text(line, is_ours ? "astralfield+" : "");
    add_number(line, is_ours ? address - crash.base : address, 16);
}

/* Reads our own memory without faulting. */
static bool peek(uintptr_t address, uintptr_t pair[2])
{
    struct iovec to = { .iov_base = pair, .iov_len = 2 * sizeof(pair[0]) };
    struct iovec from = { .iov_base = (void *)address, .iov_len = 2 * sizeof(pair[0]) };
    return process_vm_readv(getpid(), &to, 1, &from, 1, 0) == (ssize_t)to.iov_len;
}

static void registers(const ucontext_t *context, uintptr_t *ret_pc, uintptr_t *ret_frame)
{
#if defined(__x86_64__)
    *ret_pc = (uintptr_t)context->uc_mcontext.gregs[REG_RIP];
    *ret_frame = (uintptr_t)context->uc_mcontext.gregs[REG_RBP];
#elif defined(__aarch64__)
    *ret_pc = (uintptr_t)context->uc_mcontext.pc;
    *ret_frame = (uintptr_t)context->uc_mcontext.regs[29];
#else
    (void)context;
    *ret_pc = 0;
    *ret_frame = 0;
#endif
}

/* The chain of frame pointers (we are built with them); it ends where libraries have none. */
static void write_frames(const ucontext_t *context)
{
    uintptr_t pc = 0;
    uintptr_t frame = 0;
    registers(context, &pc, &frame);
    for (size_t i = 0; i < FRAMES_MAX && pc != 0; i++) {
        uintptr_t pair[2] = { 0, 0 };
        struct line line = { .len = 0 };
        add_text(&line, "frame=");
        add_place(&line, pc);
        add_end(&line);
        if (frame == 0 || frame % sizeof(frame) != 0 || !peek(frame, pair) || pair[0] <= frame) {
            return;
        }
        pc = pair[1];
        frame = pair[0];
    }
}

static const char *name_of(int number)
{
    for (size_t i = 0; i < ARRAY_LEN(signals); i++) {
        if (signals[i] == number) {
            return signal_names[i];
        }
    }
    return "?";
}

static void handle(int number, siginfo_t *info, void *thing)
{
    int kept_errno = errno;
    if (!crash.has_written) {
        crash.has_written = 1;
        struct timespec now = { 0 };
        clock_gettime(CLOCK_REALTIME, &now);
        struct line line = { .len = 0 };
        add_text(&line, "signal=");
        add_text(&line, name_of(number));
        add_text(&line, " code=");
        add_number(&line, (uint64_t)(unsigned)info->si_code, 16);
        add_text(&line, " address=");
        add_number(&line, info->si_code > 0 ? (uintptr_t)info->si_addr : 0, 16);
        add_text(&line, " at=");
        add_number(&line, (uint64_t)now.tv_sec, 10);
        add_text(&line, " thread=");
        add_number(&line, (uint64_t)syscall(SYS_gettid), 10);
        add_text(&line, " build=");
        add_text(&line, crash.build);
        add_text(&line, " version=" ASTRALFIELD_VERSION);
        add_end(&line);
        write_frames(thing);
    }
    for (size_t i = 0; i < ARRAY_LEN(signals); i++) {
        sigaction(signals[i], &crash.before[i], NULL);
    }
    if (info->si_code <= 0) { /* sent by somebody: it does not come again by itself */
        raise(number);
    }
    errno = kept_errno;
}

/* Before abort(): which CHECK it was. */
static void hear_check(const char *expression, const char *file, int number)
{
    struct line line = { .len = 0 };
    add_text(&line, "check=");
    add_text(&line, file);
    add_text(&line, ":");
    add_number(&line, (uint64_t)number, 10);
    add_text(&line, " ");
    add_text(&line, expression);
    add_end(&line);
}

/* ---- setting up ---- */

/* The first object is the program itself: where its code lies, and its build id. */
static int look_at_program(struct dl_phdr_info *info, size_t size, void *thing)
{
    (void)size;
    (void)thing;
    crash.base = info->dlpi_addr;
    for (size_t i = 0; i < info->dlpi_phnum; i++) {
        const ElfW(Phdr) *part = &info->dlpi_phdr[i];
        uintptr_t at = info->dlpi_addr + part->p_vaddr;
        if (part->p_type == PT_LOAD && (part->p_flags & PF_X) != 0) {
            crash.begin = at;
            crash.end = at + part->p_memsz;
        }
        for (size_t from = 0;
             part->p_type == PT_NOTE && from + sizeof(ElfW(Nhdr)) < part->p_memsz;) {
            const ElfW(Nhdr) *note = (const void *)(at + from);
            size_t name = ((size_t)note->n_namesz + 3) / 4 * 4;
            const unsigned char *id = (const unsigned char *)(note + 1) + name;
            if (note->n_type == NT_GNU_BUILD_ID && note->n_descsz >= BUILD_HEX / 2) {
                for (size_t k = 0; k < BUILD_HEX; k++) {
                    crash.build[k] = "0123456789abcdef"[id[k / 2] >> (k % 2 == 0 ? 4 : 0) & 15];
                }
            }
            from += sizeof(*note) + name + ((size_t)note->n_descsz + 3) / 4 * 4;
        }
    }
    return 1;
}

static const char *folder_of(struct arena *arena, const char *data)
{
    return arena_format(arena, "%s/crashes", data).ptr;
}

enum error crash_watch(const char *data)
{
    CLEANUP(arena_done) struct arena arena = { 0 };
    CHECK(crash.fd == -1);
    const char *folder = folder_of(&arena, data);
    struct slice path = arena_format(&arena, "%s/%d-%" PRId64 ".crash", folder, (int)getpid(),
                                     utime_now() / US_PER_S);
    if ((mkdir(folder, 0700) != 0 && errno != EEXIST) || path.len >= sizeof(crash.path)) {
        return E_FILE;
    }
    int fd = open(path.ptr, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC | O_APPEND, 0600);
    if (fd < 0) {
        return E_FILE;
    }
    if (flock(fd, LOCK_EX | LOCK_NB) != 0) {
        close(fd);
        return E_FILE;
    }
    memcpy(crash.path, path.ptr, path.len + 1);
    crash.fd = fd;
    memcpy(crash.build, "unknown", sizeof("unknown"));
    dl_iterate_phdr(look_at_program, NULL);
    crash_watch_thread();
    struct sigaction action = { .sa_sigaction = handle, .sa_flags = SA_SIGINFO | SA_ONSTACK };
    sigemptyset(&action.sa_mask);
    for (size_t i = 0; i < ARRAY_LEN(signals); i++) {
        sigaction(signals[i], &action, &crash.before[i]);
    }
    check_on_failure(hear_check);
    return OK;
}

void crash_watch_thread(void)
{
    static _Thread_local char stack[HANDLER_STACK_BYTES];
    stack_t old = { 0 };
    bool has_one = sigaltstack(NULL, &old) == 0 && (old.ss_flags & SS_DISABLE) == 0;
    if (crash.fd >= 0 && !has_one) { /* the sanitizers bring their own */
        stack_t mine = { .ss_sp = stack, .ss_size = sizeof(stack) };
        int done = sigaltstack(&mine, NULL);
        CHECK(done == 0);
    }
}

void crash_end(void)
{
    if (crash.fd < 0) {
        return;
    }
    check_on_failure(NULL);
    for (size_t i = 0; i < ARRAY_LEN(signals); i++) {
        sigaction(signals[i], &crash.before[i], NULL);
    }
    unlink(crash.path); /* may belong to root by now; then the next start removes it */
    close(crash.fd);
    crash.fd = -1;
}

/* ---- the next start ---- */

static struct slice value_after(struct slice text, struct slice key)
{
    for (size_t at = 0; at + key.len < text.len; at++) {
        if (slice_starts(slice_from_to(text, at, text.len), key)) {
            struct slice rest = slice_from_to(text, at + key.len, text.len);
            size_t end = 0;
            while (end < rest.len && rest.ptr[end] != ' ' && rest.ptr[end] != '\n') {
                end++;
            }
            return slice_from_to(rest, 0, end);
        }
    }
    return S("?");
}

static struct crash_report report_of(struct arena *arena, struct slice text, utime fallback)
{
    int64_t seconds = 0;
    struct slice check = value_after(text, S("check="));
    bool is_check = !slice_eq(check, S("?"));
    bool has_time = slice_to_int(value_after(text, S(" at=")), &seconds) == OK && seconds > 0;
    return (struct crash_report){
        .message = arena_format(arena, "the server crashed: %.*s at %.*s (build %.*s)",
                                FMT(value_after(text, S("signal="))),
                                FMT(is_check ? check : value_after(text, S("frame="))),
                                FMT(value_after(text, S(" build=")))),
        .detail = text,
        .at = has_time ? seconds * US_PER_S : fallback,
    };
}

/* True with a report; the file is gone afterwards unless its process lives. */
static bool take_file(struct arena *arena, int folder, const char *name,
                      struct crash_report *report)
{
    int fd = openat(folder, name, O_RDONLY | O_CLOEXEC | O_NOFOLLOW);
    if (fd < 0) {
        return false;
    }
    bool is_ours = flock(fd, LOCK_EX | LOCK_NB) == 0 && unlinkat(folder, name, 0) == 0;
    char *text = arena_alloc(arena, REPORT_BYTES_MAX);
    ssize_t len = is_ours ? read(fd, text, REPORT_BYTES_MAX) : 0;
    struct stat facts = { 0 };
    bool has_text = len > 0 && fstat(fd, &facts) == 0;
    struct slice got = { text, len > 0 ? (size_t)len : 0 };
    close(fd);
    if (!has_text || !slice_is_utf8(got)) {
        return false;
    }
    *report = report_of(arena, got, facts.st_mtim.tv_sec * US_PER_S);
    return true;
}

static int by_time(const void *a, const void *b)
{
    const struct crash_report *one = a;
    const struct crash_report *other = b;
    return (one->at > other->at) - (one->at < other->at);
}

size_t crash_take(struct arena *arena, const char *data,
                  struct crash_report ret_reports[CRASH_REPORTS_MAX])
{
    DIR *folder = opendir(folder_of(arena, data));
    size_t count = 0;
    while (folder != NULL && count < CRASH_REPORTS_MAX) {
        const struct dirent *entry = readdir(folder);
        if (entry == NULL) {
            break;
        }
        if (slice_ends(slice_from(entry->d_name), S(".crash"))) {
            count += take_file(arena, dirfd(folder), entry->d_name, &ret_reports[count]);
        }
    }
    if (folder != NULL) {
        closedir(folder);
    }
    qsort(ret_reports, count, sizeof(*ret_reports), by_time);
    return count;
}
