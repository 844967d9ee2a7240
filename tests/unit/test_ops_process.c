/* ops: starting, watching and ending other programs; locks, ports and logs of an instance. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include "base/check.h"
#include "ops/embedded.h"
#include "ops/probe.h"
#include "ops/process.h"

enum { PATIENCE_US = 20 * 1000000 };

struct fixture {
    struct arena arena;
    struct faults faults;
    char folder[64];
};

static int begin(void **state)
{
    static struct fixture fixture;
    fixture = (struct fixture){ .folder = "/tmp/astralfield-process-XXXXXX" };
    fixture.faults.arena = &fixture.arena;
    *state = &fixture;
    return mkdtemp(fixture.folder) == NULL;
}

static int end(void **state)
{
    struct fixture *fixture = *state;
    const char *const remove[] = { "rm", "-rf", "--", fixture->folder, NULL };
    struct process_spec spec = { .name = "rm", .argv = remove };
    enum error error = process_run(&spec, PATIENCE_US, &fixture->faults);
    arena_done(&fixture->arena);
    return error != OK;
}

static const char *path_in(struct fixture *fixture, const char *name)
{
    return arena_format(&fixture->arena, "%s/%s", fixture->folder, name).ptr;
}

static struct slice read_back(struct fixture *fixture, const char *path)
{
    char *text = arena_alloc(&fixture->arena, 4096);
    FILE *file = fopen(path, "re");
    assert_non_null(file);
    size_t len = fread(text, 1, 4095, file);
    fclose(file);
    return (struct slice){ .ptr = text, .len = len };
}

/* A shell that does `script`; output in the file `out`. */
static struct process_spec shell(struct fixture *fixture, const char *script)
{
    const char **argv = ARENA_ARRAY(&fixture->arena, 4, const char *);
    argv[0] = "/bin/sh";
    argv[1] = "-c";
    argv[2] = script;
    return (struct process_spec){
        .name = "shell", .argv = argv, .log = path_in(fixture, "out"), .death_signal = SIGKILL
    };
}

static void a_program_gets_its_words_environment_folder_and_log(void **state)
{
    struct fixture *fixture = *state;
    static const char *const env[] = { "FRUIT=pear", NULL };
    struct process_spec spec = shell(fixture, "echo $FRUIT; pwd; echo warn >&2");
    spec.env = env;
    spec.directory = "/";
    assert_int_equal(process_run(&spec, PATIENCE_US, &fixture->faults), OK);
    assert_true(slice_eq(read_back(fixture, spec.log), S("pear\n/\nwarn\n")));
}

static void a_program_that_fails_is_told_with_its_log(void **state)
{
    struct fixture *fixture = *state;
    struct process_spec spec = shell(fixture, "exit 3");
    assert_int_equal(process_run(&spec, PATIENCE_US, &fixture->faults), E_FILE);
    assert_non_null(strstr(fixture->faults.detail.ptr, "exit code 3"));
    assert_non_null(strstr(fixture->faults.detail.ptr, spec.log));
}

static void a_program_that_is_not_there_is_told_at_once(void **state)
{
    struct fixture *fixture = *state;
    static const char *const argv[] = { "/nowhere/at-all", NULL };
    struct process_spec spec = { .name = "nothing", .argv = argv };
    pid_t pid = 0;
    assert_int_equal(process_start(&spec, &fixture->faults, &pid), E_FILE);
    assert_non_null(strstr(fixture->faults.detail.ptr, "/nowhere/at-all"));
    assert_int_equal(pid, 0);
}

static void a_program_that_takes_too_long_is_ended(void **state)
{
    struct fixture *fixture = *state;
    struct process_spec spec = shell(fixture, "sleep 1000");
    assert_int_equal(process_run(&spec, 100000, &fixture->faults), E_TIMEOUT);
}

static void a_given_descriptor_is_the_child_s_third(void **state)
{
    struct fixture *fixture = *state;
    int ends[2];
    assert_int_equal(pipe2(ends, O_CLOEXEC), 0);
    struct process_spec spec = shell(fixture, "echo hello >&3");
    spec.pass_fd = ends[1];
    assert_int_equal(process_run(&spec, PATIENCE_US, &fixture->faults), OK);
    char text[8] = { 0 };
    assert_int_equal(read(ends[0], text, sizeof(text)), 6);
    assert_string_equal(text, "hello\n");
    close(ends[0]);
    close(ends[1]);
}

static void stopping_takes_the_whole_group_along(void **state)
{
    struct fixture *fixture = *state;
    int ends[2];
    pid_t pid = 0;
    char byte = 0;
    assert_int_equal(pipe2(ends, O_CLOEXEC), 0);
    /* The grandchild holds the pipe open; the end of file says that it is gone. */
    struct process_spec spec = shell(fixture, "sleep 1000 & echo x >&3; wait");
    spec.pass_fd = ends[1];
    assert_int_equal(process_start(&spec, &fixture->faults, &pid), OK);
    close(ends[1]);
    assert_int_equal(read(ends[0], &byte, 1), 1);
    assert_int_equal(read(ends[0], &byte, 1), 1);
    assert_true(process_stop(pid, SIGTERM, PATIENCE_US));
    assert_int_equal(read(ends[0], &byte, 1), 0);
    close(ends[0]);
}

static void a_program_that_will_not_stop_is_killed(void **state)
{
    struct fixture *fixture = *state;
    int ends[2];
    pid_t pid = 0;
    char byte = 0;
    assert_int_equal(pipe2(ends, O_CLOEXEC), 0);
    struct process_spec spec =
        shell(fixture, "trap '' TERM; echo x >&3; while :; do sleep 1000; done");
    spec.pass_fd = ends[1];
    assert_int_equal(process_start(&spec, &fixture->faults, &pid), OK);
    assert_int_equal(read(ends[0], &byte, 1), 1);
    assert_false(process_stop(pid, SIGTERM, 100000));
    close(ends[0]);
    close(ends[1]);
}

static void a_child_dies_with_whoever_started_it(void **state)
{
    struct fixture *fixture = *state;
    int ends[2];
    char byte = 0;
    assert_int_equal(pipe2(ends, O_CLOEXEC), 0);
    pid_t middle = fork();
    if (middle == 0) {
        struct process_spec spec = shell(fixture, "echo x >&3; exec sleep 1000");
        pid_t pid = 0;
        spec.pass_fd = ends[1];
        _exit(process_start(&spec, &fixture->faults, &pid) != OK || pause() != 0);
    }
    close(ends[1]);
    assert_int_equal(read(ends[0], &byte, 1), 1);
    assert_int_equal(read(ends[0], &byte, 1), 1);
    kill(middle, SIGKILL);
    assert_int_equal(waitpid(middle, NULL, 0), middle);
    assert_int_equal(read(ends[0], &byte, 1), 0);
    close(ends[0]);
}

static void a_directory_is_locked_once(void **state)
{
    struct fixture *fixture = *state;
    const char *data = path_in(fixture, "some/new/place");
    struct embedded_lock first;
    struct embedded_lock second;
    assert_int_equal(embedded_lock(data, &fixture->faults, &first), OK);
    assert_int_equal(embedded_lock(data, &fixture->faults, &second), E_IN_USE);
    struct slice pid = arena_format(&fixture->arena, "process %d", (int)getpid());
    assert_non_null(strstr(fixture->faults.detail.ptr, pid.ptr));
    assert_false(first.was_killed);
    close(first.fd); /* as a process that is killed */
    assert_int_equal(embedded_lock(data, &fixture->faults, &second), OK);
    assert_true(second.was_killed);
    embedded_unlock(&second);
    assert_int_equal(embedded_lock(data, &fixture->faults, &first), OK);
    assert_false(first.was_killed);
    embedded_unlock(&first);
}

static void a_taken_port_is_named_with_a_free_one(void **state)
{
    struct fixture *fixture = *state;
    int first = -1;
    int second = -1;
    assert_int_equal(probe_listen("127.0.0.1", 0, &fixture->faults, &first), OK);
    int64_t port = probe_port(first);
    assert_int_equal(probe_listen("127.0.0.1", port, &fixture->faults, &second), E_IN_USE);
    struct slice words = arena_format(&fixture->arena, "port %d is taken", (int)port);
    assert_non_null(strstr(fixture->faults.detail.ptr, words.ptr));
    assert_int_equal(probe_listen("localhost", port, &fixture->faults, &second), E_USAGE);
    close(first);
}

static void nobody_answers_on_a_socket_that_is_not_there(void **state)
{
    struct fixture *fixture = *state;
    assert_false(probe_redis(path_in(fixture, "redis.sock")));
    assert_false(probe_postgres(
        arena_format(&fixture->arena, "postgresql:///x?host=%s", fixture->folder).ptr));
}

static void a_log_is_cut_when_it_is_long_and_only_then(void **state)
{
    struct fixture *fixture = *state;
    const char *path = path_in(fixture, "a.log");
    const char *old = path_in(fixture, "a.log.1");
    int fd = open(path, O_WRONLY | O_CREAT | O_APPEND | O_CLOEXEC, 0600);
    struct stat facts;
    assert_int_equal(write(fd, "short\n", 6), 6);
    embedded_trim_log(path);
    assert_int_equal(fstat(fd, &facts), 0);
    assert_int_equal(facts.st_size, 6);
    assert_int_equal(ftruncate(fd, 40 * 1024 * 1024), 0);
    embedded_trim_log(path);
    assert_int_equal(write(fd, "after\n", 6), 6);
    assert_true(slice_eq(read_back(fixture, path), S("after\n")));
    assert_int_equal(stat(old, &facts), 0);
    assert_int_equal(facts.st_size, 40 * 1024 * 1024);
    close(fd);
}

#define CASE(name) cmocka_unit_test_setup_teardown(name, begin, end)

static void a_child_holds_none_of_our_descriptors(void **state)
{
    struct fixture *fixture = *state;
    const char *const wait[] = { "sleep", "60", NULL };
    struct process_spec spec = { .name = "sleep", .argv = wait };
    pid_t pid = 0;
    int ends[2];
    assert_int_equal(pipe(ends), 0); /* without O_CLOEXEC, as libraries do it */
    assert_int_equal(process_start(&spec, &fixture->faults, &pid), OK);
    close(ends[1]);
    struct pollfd heard_of = { .fd = ends[0], .events = POLLIN };
    int heard = poll(&heard_of, 1, PATIENCE_US / 1000 / 4);
    int status = 0;
    kill(pid, SIGKILL);
    waitpid(pid, &status, 0);
    close(ends[0]);
    assert_int_equal(heard, 1);
    assert_true((heard_of.revents & POLLHUP) != 0);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        CASE(a_program_gets_its_words_environment_folder_and_log),
        CASE(a_program_that_fails_is_told_with_its_log),
        CASE(a_program_that_is_not_there_is_told_at_once),
        CASE(a_program_that_takes_too_long_is_ended),
        CASE(a_given_descriptor_is_the_child_s_third),
        CASE(a_child_holds_none_of_our_descriptors),
        CASE(stopping_takes_the_whole_group_along),
        CASE(a_program_that_will_not_stop_is_killed),
        CASE(a_child_dies_with_whoever_started_it),
        CASE(a_directory_is_locked_once),
        CASE(a_taken_port_is_named_with_a_free_one),
        CASE(nobody_answers_on_a_socket_that_is_not_there),
        CASE(a_log_is_cut_when_it_is_long_and_only_then),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
