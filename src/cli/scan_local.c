/* The phases of `astralfield scan` that need no server: libraries, files, source. */
#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <sys/stat.h>
#include <unistd.h>

#include <jansson.h>

#include "base/check.h"
#include "cli/components.h"
#include "cli/scan.h"

enum { DEPTH_MAX = 12, FILES_MAX = 20000, FILE_BYTES_MAX = 2 * 1024 * 1024, SHOWN_MAX = 5 };

/* ---- libraries ---- */

static const struct component *find_component(const struct components *components, const char *name)
{
    for (size_t i = 0; i < components->count; i++) {
        if (slice_eq(slice_from(components->list[i].name), slice_from(name))) {
            return &components->list[i];
        }
    }
    return NULL;
}

static void hold_against(struct checks *checks, const struct components *components,
                         const json_t *advisory)
{
    const char *name = json_string_value(json_object_get(advisory, "component"));
    const char *fixed = json_string_value(json_object_get(advisory, "fixedIn"));
    const char *from = json_string_value(json_object_get(advisory, "from"));
    const char *id = json_string_value(json_object_get(advisory, "id"));
    const char *severity = json_string_value(json_object_get(advisory, "severity"));
    if (name == NULL || fixed == NULL || id == NULL || severity == NULL) {
        check_add(checks, "advisory", CHECK_WARNING, "one is not complete");
        return;
    }
    const struct component *found = find_component(components, name);
    if (found == NULL) {
        return;
    }
    bool is_hit = version_compare(found->version, slice_from(fixed)) < 0 &&
                  (from == NULL || version_compare(found->version, slice_from(from)) >= 0);
    if (is_hit) {
        bool is_high = slice_eq(slice_from(severity), S("high")) ||
                       slice_eq(slice_from(severity), S("critical"));
        check_add(checks, "advisory", is_high ? CHECK_BAD : CHECK_WARNING,
                  "%s: %s %.*s, fixed in %s (%s)", id, name, FMT(found->version), fixed, severity);
        check_hint(checks, "apt-get update && apt-get upgrade, then restart");
    }
}

void scan_dependencies(struct checks *checks, const char *advisories)
{
    struct components *components = ARENA_NEW(checks->cli->arena, struct components);
    json_error_t why;
    components_find(checks->cli->arena, components);
    check_add(checks, "libraries", CHECK_GOOD, "%zu, as `version --sbom` lists them",
              components->count);
    json_t *file = json_load_file(advisories, 0, &why);
    const json_t *list = json_object_get(file, "advisories");
    if (!json_is_array(list)) {
        check_add(checks, "advisories", CHECK_SKIPPED, "%s cannot be read: %s", advisories,
                  file == NULL ? why.text : "no list of advisories");
        json_decref(file);
        return;
    }
    size_t before = checks->count;
    for (size_t i = 0; i < json_array_size(list); i++) {
        hold_against(checks, components, json_array_get(list, i));
    }
    const char *as_of = json_string_value(json_object_get(file, "asOf"));
    if (checks->count == before) {
        check_add(checks, "advisories", CHECK_GOOD,
                  "none of %zu concerns what is loaded (as of %s)", json_array_size(list),
                  as_of == NULL ? "?" : as_of);
    }
    json_decref(file);
}

/* ---- files ---- */

struct walk {
    struct checks *checks;
    struct slice shown[SHOWN_MAX];
    size_t seen, hits;
    void (*look)(struct walk *walk, const char *path, const struct stat *status);
};

static void hit(struct walk *walk, const char *text)
{
    if (walk->hits < SHOWN_MAX) {
        walk->shown[walk->hits] = arena_copy(walk->checks->cli->arena, slice_from(text));
    }
    walk->hits++;
}

/* No recursion: folders that are still to be read wait in a list. */
static void walk_tree(struct walk *walk, const char *root)
{
    struct arena *arena = walk->checks->cli->arena;
    const char **waiting = ARENA_ARRAY(arena, FILES_MAX, const char *);
    size_t count = 0;
    waiting[count++] = root;
    for (size_t at = 0; at < count && walk->seen < FILES_MAX; at++) {
        DIR *folder = opendir(waiting[at]);
        for (struct dirent *entry = folder == NULL ? NULL : readdir(folder); entry != NULL;
             entry = readdir(folder)) {
            struct stat status;
            const char *path = arena_format(arena, "%s/%s", waiting[at], entry->d_name).ptr;
            if (entry->d_name[0] == '.' || lstat(path, &status) != 0) {
                continue;
            }
            walk->seen++;
            walk->look(walk, path, &status);
            if (S_ISDIR(status.st_mode) && count < FILES_MAX) {
                waiting[count++] = path;
            }
        }
        if (folder != NULL) {
            closedir(folder);
        }
    }
}

static void report_walk(struct walk *walk, const char *name, const char *what, const char *hint)
{
    struct buffer text;
    buffer_init(&text, walk->checks->cli->arena);
    for (size_t i = 0; i < walk->hits && i < SHOWN_MAX; i++) {
        buffer_format(&text, "%s%.*s", i == 0 ? ": " : ", ", FMT(walk->shown[i]));
    }
    if (walk->hits == 0) {
        check_add(walk->checks, name, CHECK_GOOD, "%zu files, none %s", walk->seen, what);
    } else {
        check_add(walk->checks, name, CHECK_BAD, "%zu %s%.*s", walk->hits, what,
                  FMT(buffer_slice(&text)));
        check_hint(walk->checks, "%s", hint);
    }
}

static void look_writable(struct walk *walk, const char *path, const struct stat *status)
{
    if ((S_ISREG(status->st_mode) || S_ISDIR(status->st_mode)) &&
        (status->st_mode & (S_IWOTH | S_ISUID | S_ISGID)) != 0) {
        hit(walk, path);
    }
}

void scan_files(struct checks *checks)
{
    struct stat status;
    const char *data = checks->cli->data;
    if (stat(data, &status) != 0) {
        check_add(checks, "files", CHECK_SKIPPED, "there is no %s here", data);
        return;
    }
    struct walk walk = { .checks = checks, .look = look_writable };
    walk_tree(&walk, data);
    report_walk(&walk, "files", "writable by everybody or set-uid", "chmod o-w,u-s,g-s");
    const char *settings = arena_format(checks->cli->arena, "%s/astralfield.conf", data).ptr;
    if (stat(settings, &status) != 0) {
        check_add(checks, "settings", CHECK_SKIPPED, "there is no %s", settings);
    } else if ((status.st_mode & (S_IROTH | S_IWOTH | S_IWGRP)) != 0) {
        check_add(checks, "settings", CHECK_BAD, "%s can be read by everybody", settings);
        check_hint(checks, "chmod 640 %s", settings);
    } else {
        check_add(checks, "settings", CHECK_GOOD, "for their owner only");
    }
}

/* ---- source ---- */

static bool has_suffix(const char *path, const char *suffix)
{
    return slice_ends(slice_from(path), slice_from(suffix));
}

static struct slice read_whole(struct arena *arena, const char *path, const struct stat *status)
{
    if (status->st_size <= 0 || status->st_size > FILE_BYTES_MAX) {
        return S("");
    }
    int fd = open(path, O_RDONLY | O_CLOEXEC);
    char *bytes = arena_alloc(arena, (size_t)status->st_size);
    ssize_t got = fd < 0 ? -1 : read(fd, bytes, (size_t)status->st_size);
    if (fd >= 0) {
        close(fd);
    }
    return got < 0 ? S("") : (struct slice){ .ptr = bytes, .len = (size_t)got };
}

static bool is_word(char c)
{
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '_';
}

static bool is_shell(struct slice word)
{
    return slice_eq(word, S("popen")) || slice_eq(word, S("system"));
}

/* The word as a whole, called with something that was put together: a command of the shell that stands
 * in the source cannot be bent. */
static bool has_call(struct slice text, struct slice word)
{
    for (size_t at = slice_find(text, word.ptr[0], 0); at + word.len < text.len;
         at = slice_find(text, word.ptr[0], at + 1)) {
        bool is_start = at == 0 || !is_word(text.ptr[at - 1]);
        bool is_fixed = slice_starts(slice_from_to(text, at + word.len, text.len), S("(\""));
        if (is_start && text.ptr[at + word.len] == '(' && !(is_fixed && is_shell(word)) &&
            slice_eq(slice_from_to(text, at, at + word.len), word)) {
            return true;
        }
    }
    return false;
}

static bool has_text(struct slice text, struct slice word)
{
    for (size_t at = slice_find(text, word.ptr[0], 0); at + word.len <= text.len;
         at = slice_find(text, word.ptr[0], at + 1)) {
        if (slice_eq(slice_from_to(text, at, at + word.len), word)) {
            return true;
        }
    }
    return false;
}

static void look_calls(struct walk *walk, const char *path, const struct stat *status)
{
    static const struct slice calls[] = { S_INIT("strcpy"), S_INIT("strcat"),  S_INIT("sprintf"),
                                          S_INIT("strtok"), S_INIT("gets"),    S_INIT("atoi"),
                                          S_INIT("system"), S_INIT("popen"),   S_INIT("tmpnam"),
                                          S_INIT("mktemp"), S_INIT("vsprintf") };
    if (!S_ISREG(status->st_mode) || !(has_suffix(path, ".c") || has_suffix(path, ".h"))) {
        return;
    }
    CLEANUP(arena_done) struct arena arena = { 0 };
    struct slice text = read_whole(&arena, path, status);
    for (size_t i = 0; i < ARRAY_LEN(calls); i++) {
        if (has_call(text, calls[i])) {
            hit(walk, arena_format(&arena, "%.*s() in %s", FMT(calls[i]), path).ptr);
        }
    }
}

static void look_secrets(struct walk *walk, const char *path, const struct stat *status)
{
    /* Put together here, so that this file does not find itself. */
    static const char *const marks[][2] = { { "-----BEGIN RSA ", "PRIVATE KEY-----" },
                                            { "-----BEGIN ", "PRIVATE KEY-----" },
                                            { "-----BEGIN OPENSSH ", "PRIVATE KEY-----" },
                                            { "AKIA", "IOSFODNN7" },
                                            { "xoxb-", "1" },
                                            { "ghp_", "0" } };
    if (!S_ISREG(status->st_mode)) {
        return;
    }
    CLEANUP(arena_done) struct arena arena = { 0 };
    struct slice text = read_whole(&arena, path, status);
    for (size_t i = 0; i < ARRAY_LEN(marks); i++) {
        struct slice mark = arena_format(&arena, "%s%s", marks[i][0], marks[i][1]);
        if (has_text(text, mark)) {
            hit(walk, path);
            return;
        }
    }
}

void scan_source(struct checks *checks, const char *root)
{
    if (root == NULL) {
        check_add(checks, "source", CHECK_SKIPPED, "no source tree here: give --source");
        return;
    }
    struct arena *arena = checks->cli->arena;
    struct walk calls = { .checks = checks, .look = look_calls };
    walk_tree(&calls, arena_format(arena, "%s/src", root).ptr);
    report_walk(&calls, "source", "unsafe calls", "use the functions of src/base instead");
    static const char *const folders[] = { "src", "sql", "tools", "deploy", "docs", "scripts" };
    struct walk secrets = { .checks = checks, .look = look_secrets };
    for (size_t i = 0; i < ARRAY_LEN(folders); i++) {
        walk_tree(&secrets, arena_format(arena, "%s/%s", root, folders[i]).ptr);
    }
    report_walk(&secrets, "secrets", "with what looks like a secret",
                "take it out, and replace it");
}
