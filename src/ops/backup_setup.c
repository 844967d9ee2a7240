#include "ops/backup_setup.h"

#include <errno.h>
#include <inttypes.h>
#include <limits.h>
#include <signal.h>
#include <unistd.h>

#include "base/check.h"
#include "base/log.h"
#include "ops/backup_second.h"
#include "ops/internal.h"

enum { TRY_TIMEOUT_US = 10000000 };

enum error backup_folders(const char *home, const struct config *settings,
                          const struct unix_user *owner, struct faults *faults)
{
    static const char *const names[] = { "", "/base", "/wal" };
    const char *top = arena_format(faults->arena, "%s/backups", home).ptr;
    const char *copy = settings->backup_copy_dir;
    if (copy[0] != '\0' && copy[0] != '/') {
        return refuse(faults, E_INVALID, "BACKUP_COPY_DIR must be a whole path, not %s", copy);
    }
    for (size_t i = 0; i < ARRAY_LEN(names); i++) {
        TRY(folder_make(arena_format(faults->arena, "%s%s", top, names[i]).ptr, 0700, owner,
                        faults));
    }
    /* A second place that is not there now must not stop the first; it is told when it is used. */
    struct faults unsaid = { .arena = faults->arena };
    bool is_wanted = copy[0] != '\0' && settings->backup_every_hours > 0;
    if (is_wanted && backup_second_open(home, copy, owner, false, &unsaid) != OK) {
        log_line(LOG_WARN, "second_place", "detail=%s", LOG_Q(unsaid.detail));
    }
    return OK;
}

enum error backup_places(const char *home, const struct config *settings, struct faults *faults,
                         struct wal_places *ret_places)
{
    const char *copy = settings->backup_copy_dir;
    struct wal_places places = { .main = arena_format(faults->arena, "%s/backups/wal", home).ptr };
    if (copy[0] != '\0') {
        places.copy = arena_format(faults->arena, "%s/wal", copy).ptr;
        places.stream = arena_format(faults->arena, "%s/stream", copy).ptr;
    }
    TRY(backup_key_read(settings->backup_key_file, faults, &places.key));
    *ret_places = places;
    return OK;
}

static bool can(const struct unix_user *user, const char *test, const char *path,
                struct faults *faults)
{
    struct faults unsaid = { .arena = faults->arena };
    const char *const argv[] = { "/bin/sh", "-c", test, path, NULL };
    struct process_spec spec = { .name = "sh", .argv = argv, .directory = "/", .user = *user };
    return process_run(&spec, TRY_TIMEOUT_US, &unsaid) == OK;
}

enum error backup_own_program(const char *home, const struct unix_user *user, struct faults *faults,
                              const char **ret_program)
{
    struct arena *arena = faults->arena;
    char path[PATH_MAX];
    ssize_t len = readlink("/proc/self/exe", path, sizeof(path) - 1);
    CHECK(len > 0);
    const char *program = arena_cstr(arena, (struct slice){ .ptr = path, .len = (size_t)len });
    if (can(user, "test -x \"$0\"", program, faults)) {
        *ret_program = program;
        return OK;
    }
    const char *folder = arena_format(arena, "%s/backups/bin", home).ptr;
    const char *copy = arena_format(arena, "%s/astralfield", folder).ptr;
    TRY(folder_make(folder, 0700, user, faults));
    TRY(backup_copy("/proc/self/exe", copy, faults));
    if (chmod(copy, 0700) != 0 || (user->uid != 0 && chown(copy, user->uid, user->gid) != 0)) {
        return refuse(faults, E_FILE, "cannot make %s a program: %s", copy, strerror(errno));
    }
    *ret_program = copy;
    return OK;
}

/* ---- commands in PostgreSQL's configuration ---- */

struct slice backup_conf_quote(struct arena *arena, struct slice text)
{
    struct buffer out;
    buffer_init(&out, arena);
    buffer_byte(&out, '\'');
    for (size_t i = 0; i < text.len; i++) {
        if (text.ptr[i] == '\'' || text.ptr[i] == '\\') {
            buffer_byte(&out, text.ptr[i]);
        }
        buffer_byte(&out, text.ptr[i]);
    }
    buffer_byte(&out, '\'');
    return buffer_slice(&out);
}

/* A word of a shell command inside archive_command, where a percent sign is doubled. */
static void add_word(struct buffer *out, const char *word)
{
    buffer_add(out, S(" '"));
    for (const char *at = word; *at != '\0'; at++) {
        if (*at == '\'') {
            buffer_add(out, S("'\\'"));
        } else if (*at == '%') {
            buffer_byte(out, '%');
        }
        buffer_byte(out, *at);
    }
    buffer_byte(out, '\'');
}

static void add_option(struct buffer *out, const char *name, const char *value)
{
    if (value != NULL && value[0] != '\0') {
        buffer_format(out, " --%s", name);
        add_word(out, value);
    }
}

static void add_command(struct buffer *out, const struct wal_places *places, const char *program,
                        const char *verb)
{
    buffer_add(out, S("exec"));
    add_word(out, program);
    buffer_format(out, " wal %s", verb);
    add_option(out, "in", places->main);
    add_option(out, "copy", places->copy);
    add_option(out, "stream", places->stream);
    add_option(out, "live", places->live);
}

static enum error one_line(const struct buffer *text, struct faults *faults)
{
    struct slice line = buffer_slice(text);
    return slice_find(line, '\n', 0) == line.len
               ? OK
               : refuse(faults, E_INVALID, "a path with a line break cannot be used");
}

enum error backup_fetch_command(const struct wal_places *places, const char *program,
                                const char *key_file, struct faults *faults,
                                struct slice *ret_command)
{
    struct buffer out;
    buffer_init(&out, faults->arena);
    add_command(&out, places, program, "fetch %f %p");
    add_option(&out, "key-file", key_file);
    *ret_command = buffer_slice(&out);
    return one_line(&out, faults);
}

enum error backup_postgres_conf(const char *home, const struct config *settings,
                                const struct unix_user *user, struct faults *faults,
                                struct slice *ret_lines)
{
    struct arena *arena = faults->arena;
    struct wal_places places = { 0 };
    const char *program = NULL;
    struct buffer command;
    if (settings->backup_every_hours == 0) {
        *ret_lines = S("archive_mode = off\n");
        return OK;
    }
    TRY(backup_folders(home, settings, user, faults));
    TRY(backup_places(home, settings, faults, &places));
    TRY(backup_own_program(home, user, faults, &program));
    if (places.key.is_set && !can(user, "test -r \"$0\"", settings->backup_key_file, faults)) {
        return refuse(faults, E_INVALID,
                      "BACKUP_KEY_FILE %s cannot be read by the user %s, who archives",
                      settings->backup_key_file, user->name);
    }
    buffer_init(&command, arena);
    add_command(&command, &places, program, "archive %p %f");
    add_option(&command, "key-file", settings->backup_key_file);
    TRY(one_line(&command, faults));
    *ret_lines = arena_format(arena,
                              "archive_mode = on\n"
                              "archive_timeout = %" PRId64 "s\n"
                              "archive_command = %.*s\n"
                              "max_slot_wal_keep_size = 4GB\n"
                              "include_if_exists 'astralfield.sync.conf'\n",
                              settings->backup_wal_seconds,
                              FMT(backup_conf_quote(arena, buffer_slice(&command))));
    return OK;
}
