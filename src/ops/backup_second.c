#include "ops/backup_second.h"

#include <inttypes.h>
#include <sodium.h>
#include <unistd.h>

#include "base/random.h"
#include "ops/backup_file.h"
#include "ops/internal.h"

#define MARK "astralfield-backups"

enum { NAME_BYTES = 16 };

/* "<name> <folder>" at home, "<name>" in the second place. */
struct marks {
    const char *home_path, *copy_path;
    struct slice home_name, copy_name; /* empty: none */
};

static struct slice first_word(const char *path, struct arena *arena, struct slice *ret_rest)
{
    const struct backup_key none = { 0 };
    struct faults unsaid = { .arena = arena };
    struct slice text = S("");
    if (access(path, F_OK) != 0 || backup_read(path, &none, &unsaid, &text) != OK) {
        *ret_rest = S("");
        return S("");
    }
    text = slice_trim(text);
    struct slice word = slice_cut(&text, ' ');
    *ret_rest = text.ptr == NULL ? S("") : text;
    return word;
}

static struct marks read_marks(const char *home, const char *copy, struct arena *arena)
{
    struct slice folder = S(""), unused = S("");
    struct marks marks = {
        .home_path = arena_format(arena, "%s/backups/second-place", home).ptr,
        .copy_path = arena_format(arena, "%s/" MARK, copy).ptr,
    };
    marks.home_name = first_word(marks.home_path, arena, &folder);
    marks.copy_name = first_word(marks.copy_path, arena, &unused);
    if (!slice_eq(folder, slice_from(copy))) {
        marks.home_name = S(""); /* of another folder: this one was never set up */
    }
    return marks;
}

bool backup_second_is_there(const char *home, const char *copy, struct arena *arena)
{
    struct marks marks = read_marks(home, copy, arena);
    return marks.copy_name.len > 0 && slice_eq(marks.home_name, marks.copy_name);
}

static enum error write_marks(const struct marks *marks, const char *copy,
                              const struct unix_user *owner, struct faults *faults)
{
    struct arena *arena = faults->arena;
    unsigned char bytes[NAME_BYTES];
    char text[2 * NAME_BYTES + 1];
    struct slice name = marks->copy_name;
    if (name.len == 0) {
        random_bytes(bytes, sizeof(bytes));
        sodium_bin2hex(text, sizeof(text), bytes, sizeof(bytes));
        name = slice_from(text);
        TRY(file_write(marks->copy_path, arena_format(arena, "%.*s\n", FMT(name)), owner, faults));
    }
    return file_write(marks->home_path, arena_format(arena, "%.*s %s\n", FMT(name), copy), owner,
                      faults);
}

enum error backup_second_open(const char *home, const char *copy, const struct unix_user *owner,
                              bool is_new, struct faults *faults)
{
    static const char *const names[] = { "/base", "/wal", "/stream" };
    struct marks marks = read_marks(home, copy, faults->arena);
    bool is_first = is_new || marks.home_name.len == 0;
    if (!is_first && !slice_eq(marks.home_name, marks.copy_name)) {
        return refuse(faults, E_NOT_FOUND,
                      "%s is not the second place that was set up (is its disk mounted?); if it is "
                      "to be a new one: `astralfield backup init`",
                      copy);
    }
    if (is_first) {
        TRY(folder_make(copy, 0700, owner, faults));
        TRY(write_marks(&marks, copy, owner, faults));
    }
    for (size_t i = 0; i < sizeof(names) / sizeof(names[0]); i++) {
        TRY(folder_make(arena_format(faults->arena, "%s%s", copy, names[i]).ptr, 0700, owner,
                        faults));
    }
    return OK;
}
