#include "ops/backup_list.h"

#include <dirent.h>
#include <errno.h>
#include <jansson.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/check.h"
#include "base/json.h"

enum { ID_LEN = 16 }; /* 20250907T125959Z */

static const struct slice engine_words[] = {
    [ENGINE_CORE] = S_INIT("core"), [ENGINE_PGBACKREST] = S_INIT("pgbackrest")
};

struct slice backup_engine_word(enum backup_engine engine)
{
    return engine_words[engine];
}

static struct slice name_in(const char *path)
{
    const char *slash = strrchr(path, '/');
    return slice_from(slash == NULL ? path : slash + 1);
}

/* As `sha256sum` writes it, so that `sha256sum -c SHA256SUMS` checks a backup too. */
static struct slice sums_text(struct arena *arena, const struct backup *backup, struct slice paper)
{
    struct backup_sum sum;
    backup_hash(paper, &sum);
    return arena_format(arena, "%s  %.*s\n%s  " BACKUP_PAPER "\n", backup->hash,
                        FMT(name_in(backup->file)), sum.hash);
}

/* ---- writing ---- */

static struct slice paper_text(struct arena *arena, const struct backup *backup)
{
    struct json json;
    json_init(&json, arena);
    json_open_object(&json);
    json_member_text(&json, S("id"), backup->id);
    json_member_time(&json, S("started"), backup->started);
    json_member_time(&json, S("finished"), backup->finished);
    json_member_text(&json, S("file"), name_in(backup->file));
    json_member_int(&json, S("bytes"), backup->bytes);
    json_member_text(&json, S("engine"), engine_words[backup->engine]);
    json_member_int(&json, S("storedBytes"), backup->stored_bytes);
    json_member_text(&json, S("sha256"), slice_from(backup->hash));
    json_member_bool(&json, S("encrypted"), backup->is_encrypted);
    json_member_int(&json, S("databaseBytes"), backup->database_bytes);
    json_member_int(&json, S("timeline"), backup->timeline);
    json_member_int(&json, S("segmentBytes"), backup->segment_bytes);
    json_member_text(&json, S("startLsn"), slice_from(backup->start_lsn));
    json_member_text(&json, S("endLsn"), slice_from(backup->end_lsn));
    json_member_text(&json, S("startWal"), backup->start_wal);
    json_member_text(&json, S("systemId"), slice_from(backup->system_id));
    json_member_text(&json, S("postgres"), slice_from(backup->version));
    json_close_object(&json);
    return json_done(&json);
}

enum error backup_papers_write(const char *folder, const struct backup *backup,
                               struct faults *faults)
{
    struct arena *arena = faults->arena;
    const struct backup_key none = { 0 };
    struct slice paper = paper_text(arena, backup);
    TRY(backup_write(arena_format(arena, "%s/" BACKUP_PAPER, folder).ptr, &none, paper, faults));
    return backup_write(arena_format(arena, "%s/" BACKUP_SUMS, folder).ptr, &none,
                        sums_text(arena, backup, paper), faults);
}

/* ---- reading ---- */

struct paper {
    json_t *root;
    struct arena *arena;
    bool is_good;
};

static const char *text_of(struct paper *paper, const char *key)
{
    const char *text = json_string_value(json_object_get(paper->root, key));
    paper->is_good = paper->is_good && text != NULL;
    return text == NULL ? "" : arena_cstr(paper->arena, slice_from(text));
}

static int64_t number_of(struct paper *paper, const char *key)
{
    const json_t *value = json_object_get(paper->root, key);
    paper->is_good = paper->is_good && json_is_integer(value);
    return json_integer_value(value);
}

static utime time_of(struct paper *paper, const char *key)
{
    utime at = 0;
    paper->is_good = utime_parse(slice_from(text_of(paper, key)), &at) == OK && paper->is_good;
    return at;
}

static bool parse(struct backup *backup, struct slice text, struct arena *arena)
{
    struct paper paper = { .root = json_loadb(text.ptr, text.len, 0, NULL),
                           .arena = arena,
                           .is_good = true };
    struct slice id = slice_from(text_of(&paper, "id"));
    struct slice file = slice_from(text_of(&paper, "file"));
    backup->started = time_of(&paper, "started");
    backup->finished = time_of(&paper, "finished");
    backup->file = arena_format(arena, "%s/%.*s", backup->folder, FMT(file)).ptr;
    backup->bytes = number_of(&paper, "bytes");
    backup->hash = text_of(&paper, "sha256");
    backup->is_encrypted = json_is_true(json_object_get(paper.root, "encrypted"));
    /* Papers of the first release do not have these two. */
    const char *engine = json_string_value(json_object_get(paper.root, "engine"));
    bool is_pgbackrest = slice_eq(slice_from(engine), engine_words[ENGINE_PGBACKREST]);
    backup->engine = is_pgbackrest ? ENGINE_PGBACKREST : ENGINE_CORE;
    const json_t *stored = json_object_get(paper.root, "storedBytes");
    backup->stored_bytes = json_is_integer(stored) ? json_integer_value(stored) : backup->bytes;
    backup->database_bytes = number_of(&paper, "databaseBytes");
    backup->timeline = number_of(&paper, "timeline");
    backup->segment_bytes = number_of(&paper, "segmentBytes");
    backup->start_lsn = text_of(&paper, "startLsn");
    backup->end_lsn = text_of(&paper, "endLsn");
    backup->start_wal = slice_from(text_of(&paper, "startWal"));
    backup->system_id = text_of(&paper, "systemId");
    backup->version = text_of(&paper, "postgres");
    json_decref(paper.root);
    return paper.is_good && slice_eq(id, backup->id) && wal_is_segment(backup->start_wal) &&
           slice_find(file, '/', 0) == file.len && backup->segment_bytes > 0;
}

/* ---- verification ---- */

/* Beside the folder, which nobody touches once it is whole. */
#define SEEN_END ".verified.json"

enum error backup_seen_write(const struct backup *backup, const struct backup_seen *seen,
                             struct faults *faults)
{
    const struct backup_key none = { 0 };
    struct json json;
    json_init(&json, faults->arena);
    json_open_object(&json);
    json_member_time(&json, S("at"), seen->at);
    json_member_bool(&json, S("ok"), seen->is_good);
    json_member_text(&json, S("detail"), slice_is_utf8(seen->detail) ? seen->detail : S(""));
    json_close_object(&json);
    return backup_write(arena_format(faults->arena, "%s" SEEN_END, backup->folder).ptr, &none,
                        json_done(&json), faults);
}

void backup_seen_remove(const struct backup *backup, struct arena *arena)
{
    unlink(arena_format(arena, "%s" SEEN_END, backup->folder).ptr);
}

static struct backup_seen seen_read(const char *folder, struct arena *arena)
{
    const struct backup_key none = { 0 };
    struct faults unsaid = { .arena = arena };
    struct backup_seen seen = { .detail = S("") };
    struct slice text = S("");
    const char *path = arena_format(arena, "%s" SEEN_END, folder).ptr;
    if (access(path, F_OK) != 0 || backup_read(path, &none, &unsaid, &text) != OK) {
        return seen;
    }
    struct paper paper = { .root = json_loadb(text.ptr, text.len, 0, NULL),
                           .arena = arena,
                           .is_good = true };
    utime at = time_of(&paper, "at");
    seen.detail = slice_from(text_of(&paper, "detail"));
    seen.is_good = json_is_true(json_object_get(paper.root, "ok"));
    seen.at = paper.is_good ? at : 0;
    json_decref(paper.root);
    return seen;
}

struct backup backup_papers_read(const char *base, struct slice id, struct arena *arena)
{
    struct faults unsaid = { .arena = arena };
    const struct backup_key none = { 0 };
    struct slice paper = S(""), sums = S("");
    struct stat facts;
    struct backup backup = {
        .id = id,
        .folder = arena_format(arena, "%s/%.*s", base, FMT(id)).ptr,
        .file = "",
        .hash = "",
        .start_lsn = "",
        .end_lsn = "",
        .start_wal = S(""),
        .system_id = "",
        .version = "",
    };
    const char *paper_path = arena_format(arena, "%s/" BACKUP_PAPER, backup.folder).ptr;
    const char *sums_path = arena_format(arena, "%s/" BACKUP_SUMS, backup.folder).ptr;
    backup.is_whole = backup_read(paper_path, &none, &unsaid, &paper) == OK &&
                      backup_read(sums_path, &none, &unsaid, &sums) == OK &&
                      parse(&backup, paper, arena) &&
                      slice_eq(sums, sums_text(arena, &backup, paper)) &&
                      stat(backup.file, &facts) == 0 && facts.st_size == backup.bytes;
    backup.seen = seen_read(backup.folder, arena);
    return backup;
}

static int is_id(const struct dirent *entry)
{
    struct slice name = slice_from(entry->d_name);
    return name.len == ID_LEN && name.ptr[8] == 'T' && name.ptr[ID_LEN - 1] == 'Z';
}

enum error backup_list_read(const char *base, struct faults *faults, struct backup_list *ret_list)
{
    struct dirent **entries = NULL;
    int count = scandir(base, &entries, is_id, alphasort);
    if (count < 0 && errno != ENOENT) {
        return refuse(faults, E_FILE, "cannot read the folder %s: %s", base, strerror(errno));
    }
    struct backup_list list = { .list = ARENA_ARRAY(faults->arena, count > 0 ? (size_t)count : 1,
                                                    struct backup) };
    for (int i = 0; i < count; i++) {
        struct slice id = arena_copy(faults->arena, slice_from(entries[i]->d_name));
        list.list[list.count++] = backup_papers_read(base, id, faults->arena);
        free(entries[i]);
    }
    free(entries);
    *ret_list = list;
    return OK;
}

static bool find_in(const char *base, struct slice id, utime until, struct faults *faults,
                    struct backup *ret_backup)
{
    struct faults unsaid = { .arena = faults->arena };
    struct backup_list list = { 0 };
    if (base == NULL || backup_list_read(base, &unsaid, &list) != OK) {
        return false;
    }
    for (size_t i = list.count; i-- > 0;) {
        const struct backup *backup = &list.list[i];
        bool is_wanted = id.len > 0 ? slice_eq(backup->id, id)
                                    : backup->is_whole && (until == 0 || backup->finished <= until);
        if (is_wanted) {
            *ret_backup = *backup;
            return true;
        }
    }
    return false;
}

enum error backup_find(const struct backup_store *store, struct slice id, utime until,
                       struct faults *faults, struct backup *ret_backup)
{
    char text[UTIME_TEXT_MAX];
    if (find_in(store->base, id, until, faults, ret_backup) ||
        find_in(store->copy_base, id, until, faults, ret_backup)) {
        return OK;
    }
    if (id.len > 0) {
        return refuse(faults, E_NOT_FOUND, "there is no backup %.*s in %s", FMT(id), store->base);
    }
    return until == 0 ? refuse(faults, E_NOT_FOUND,
                               "there is no backup in %s: make one with `astralfield backup run`",
                               store->base)
                      : refuse(faults, E_NOT_FOUND, "there is no backup from before %.*s in %s",
                               FMT(utime_print(until, text)), store->base);
}
