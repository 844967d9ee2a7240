/* astralfield.conf, one line of it changed: written beside, made durable, put in its place. */
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/check.h"
#include "cli/cmd_env.h"

enum { FILE_BYTES_MAX = 65536 };

static void close_fd(int *fd)
{
    if (*fd >= 0) {
        close(*fd);
    }
}

static enum error read_whole(struct cli *cli, const char *path, struct slice *ret_text)
{
    CLEANUP(close_fd) int fd = open(path, O_RDONLY | O_CLOEXEC);
    if (fd < 0 && errno == ENOENT) {
        *ret_text = S("");
        return OK;
    }
    char *bytes = arena_alloc(cli->arena, FILE_BYTES_MAX + 1);
    size_t len = 0;
    ssize_t got = 0;
    do {
        got = fd < 0 ? -1 : read(fd, bytes + len, FILE_BYTES_MAX + 1 - len);
        len += got > 0 ? (size_t)got : 0;
    } while (got > 0 && len <= FILE_BYTES_MAX);
    if (got < 0 || len > FILE_BYTES_MAX) {
        return refuse(&cli->faults, E_FILE, "cannot read %s", path);
    }
    *ret_text = (struct slice){ .ptr = bytes, .len = len };
    return OK;
}

/* Readable by its owner alone, as it may hold secrets, unless it was more widely readable before. */
static enum error write_whole(struct cli *cli, const char *path, struct slice text)
{
    const char *beside = arena_format(cli->arena, "%s.new", path).ptr;
    struct stat before = { .st_mode = S_IRUSR | S_IWUSR };
    bool was_there = stat(path, &before) == 0;
    mkdir(cli->data, S_IRWXU); /* of an installation that was never started here */
    CLEANUP(close_fd)
    int fd = open(beside, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, S_IRUSR | S_IWUSR);
    bool is_good = fd >= 0 && fchmod(fd, before.st_mode & 07777) == 0;
    if (is_good && was_there && geteuid() == 0) {
        is_good = fchown(fd, before.st_uid, before.st_gid) == 0;
    }
    for (size_t done = 0; is_good && done < text.len;) {
        ssize_t put = write(fd, text.ptr + done, text.len - done);
        is_good = put > 0;
        done += put > 0 ? (size_t)put : 0;
    }
    if (!is_good || fsync(fd) != 0 || rename(beside, path) != 0) {
        enum error error =
            refuse(&cli->faults, E_FILE, "cannot write %s: %s", path, strerror(errno));
        unlink(beside);
        return error;
    }
    CLEANUP(close_fd) int dir = open(cli->data, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
    return dir >= 0 && fsync(dir) == 0 ? OK : E_FILE;
}

static bool names(struct slice line, struct slice name, struct slice *ret_value)
{
    struct slice value = slice_trim(line);
    if (value.len == 0 || value.ptr[0] == '#') {
        return false;
    }
    struct slice found = slice_trim(slice_cut(&value, '='));
    *ret_value = value.ptr == NULL ? S("") : slice_trim(value);
    return slice_eq(found, name);
}

enum error env_file_set(struct cli *cli, struct slice name, struct slice value,
                        struct slice *ret_before)
{
    const char *path = arena_format(cli->arena, "%s/astralfield.conf", cli->data).ptr;
    struct slice text = S("");
    struct buffer out;
    bool is_written = value.ptr == NULL;
    *ret_before = S("");
    TRY(read_whole(cli, path, &text));
    buffer_init(&out, cli->arena);
    while (text.ptr != NULL && text.len > 0) {
        struct slice line = slice_cut(&text, '\n');
        struct slice old = S("");
        if (!names(line, name, &old)) {
            buffer_format(&out, "%.*s\n", FMT(line));
            continue;
        }
        *ret_before = old;
        if (!is_written) {
            buffer_format(&out, "%.*s=%.*s\n", FMT(name), FMT(value));
            is_written = true;
        }
    }
    if (!is_written) {
        buffer_format(&out, "%.*s=%.*s\n", FMT(name), FMT(value));
    }
    return cli_has(cli, "dry-run") ? OK : write_whole(cli, path, buffer_slice(&out));
}
