#include "ops/facts.h"

#include <inttypes.h>

#include "base/check.h"
#include "base/json.h"
#include "ops/backup_list.h"

enum { VERIFICATION_MAX = 4000 };

/* The header's type, so that PostgreSQL reads the statement as tests/sql did; 0: it is to find out. */
static Oid type_of(const char *name)
{
    static const struct {
        const char *name;
        Oid oid; /* pg_type.dat: these never change */
    } types[] = { { "bigint", 20 },  { "integer", 23 },       { "text", 25 }, { "boolean", 16 },
                  { "jsonb", 3802 }, { "timestamptz", 1184 }, { "inet", 869 } };
    for (size_t i = 0; i < ARRAY_LEN(types); i++) {
        if (slice_eq(slice_from(name), slice_from(types[i].name))) {
            return types[i].oid;
        }
    }
    return 0;
}

enum error plain_run(PGconn *pg, enum sql_id id, const char *const *values, struct faults *faults,
                     PGresult **ret_result)
{
    const struct sql_statement *statement = &sql_statements[id];
    Oid *types = ARENA_ARRAY(faults->arena, statement->param_count + 1, Oid);
    for (size_t i = 0; i < statement->param_count; i++) {
        types[i] = type_of(statement->types[i]);
    }
    PGresult *result = PQexecParams(pg, statement->text, (int)statement->param_count, types, values,
                                    NULL, NULL, 0);
    ExecStatusType status = PQresultStatus(result);
    bool is_good = status == PGRES_TUPLES_OK || status == PGRES_COMMAND_OK;
    if (is_good && ret_result != NULL) {
        *ret_result = result;
        return OK;
    }
    PQclear(result);
    return is_good ? OK
                   : refuse(faults, E_UNAVAILABLE, "%s: %.*s", statement->name,
                            FMT(slice_trim(slice_from(PQerrorMessage(pg)))));
}

enum error facts_write(PGconn *pg, const struct fact *facts, size_t count, struct faults *faults)
{
    struct json json;
    json_init(&json, faults->arena);
    json_open_object(&json);
    for (size_t i = 0; i < count; i++) {
        json_key(&json, slice_from(facts[i].name));
        if (facts[i].is_unknown) {
            json_none(&json);
        } else {
            json_int(&json, facts[i].value);
        }
    }
    json_close_object(&json);
    const char *const values[] = { arena_cstr(faults->arena, json_done(&json)) };
    return plain_run(pg, SQL_OPS_FACTS_WRITE, values, faults, NULL);
}

/* ---- the list ---- */

struct newest {
    utime made, verified;
};

static void put_verified(struct json *json, const struct backup_seen *seen)
{
    struct slice words = seen->detail;
    if (seen->at == 0) {
        return;
    }
    json_member_time(json, S("verifiedAt"), seen->at);
    json_member_bool(json, S("verified"), seen->is_good);
    words = slice_from_to(words, 0, words.len < VERIFICATION_MAX ? words.len : VERIFICATION_MAX);
    if (words.len > 0 && slice_is_utf8(words)) {
        json_member_text(json, S("verification"), words);
    }
}

static void put_place(struct json *json, const struct backup_list *list, struct slice place,
                      struct newest *newest)
{
    for (size_t i = 0; i < list->count; i++) {
        const struct backup *backup = &list->list[i];
        json_open_object(json);
        json_member_text(json, S("place"), place);
        json_member_text(json, S("id"), backup->id);
        json_member_text(json, S("engine"), backup_engine_word(backup->engine));
        json_member_bool(json, S("encrypted"), backup->is_encrypted);
        json_member_bool(json, S("whole"), backup->is_whole);
        if (backup->is_whole) {
            json_member_time(json, S("startedAt"), backup->started);
            json_member_time(json, S("finishedAt"), backup->finished);
            json_member_int(json, S("bytes"), backup->stored_bytes);
            json_member_int(json, S("databaseBytes"), backup->database_bytes);
            json_member_text(json, S("checksum"), slice_from(backup->hash));
            newest->made = backup->finished > newest->made ? backup->finished : newest->made;
        }
        put_verified(json, &backup->seen);
        bool is_proof = backup->is_whole && backup->seen.is_good;
        newest->verified =
            is_proof && backup->seen.at > newest->verified ? backup->seen.at : newest->verified;
        json_close_object(json);
    }
}

enum error facts_backups(PGconn *pg, const char *base, const char *copy_base, struct faults *faults)
{
    struct backup_list main = { 0 }, copy = { 0 };
    struct newest newest = { 0 };
    struct faults unsaid = { .arena = faults->arena };
    struct json json;
    TRY(backup_list_read(base, faults, &main));
    if (copy_base != NULL && backup_list_read(copy_base, &unsaid, &copy) != OK) {
        copy = (struct backup_list){ 0 }; /* the second place is not there: nothing lies there */
    }
    json_init(&json, faults->arena);
    json_open_array(&json);
    put_place(&json, &main, S("main"), &newest);
    put_place(&json, &copy, S("copy"), &newest);
    json_close_array(&json);
    const char *const values[] = { arena_cstr(faults->arena, json_done(&json)) };
    TRY(plain_run(pg, SQL_OPS_BACKUPS_PUBLISH, values, faults, NULL));
    const struct fact facts[] = {
        { "backup_last_at", newest.made / US_PER_S, newest.made == 0 },
        { "backup_verified_at", newest.verified / US_PER_S, newest.verified == 0 },
    };
    return facts_write(pg, facts, ARRAY_LEN(facts), faults);
}

/* ---- the audit log ---- */

static const char *or_null(struct arena *arena, struct slice text)
{
    return text.len == 0 ? NULL : arena_cstr(arena, text);
}

static enum error add_row(PGconn *pg, const struct audit_entry *entry, struct faults *faults)
{
    struct arena *arena = faults->arena;
    char at[UTIME_TEXT_MAX];
    const char *user =
        entry->user_id == 0 ? NULL : arena_format(arena, "%" PRId64, entry->user_id).ptr;
    const char *const values[] = { arena_cstr(arena, utime_print(entry->at, at)),
                                   entry->actor,
                                   user,
                                   entry->action,
                                   entry->target_kind,
                                   or_null(arena, entry->target_id),
                                   or_null(arena, entry->before),
                                   or_null(arena, entry->after),
                                   or_null(arena, entry->reason),
                                   or_null(arena, entry->address),
                                   or_null(arena, entry->request_id),
                                   or_null(arena, entry->incident_ref) };
    TRY(plain_run(pg, SQL_OPS_AUDIT_LOCK, NULL, faults, NULL));
    return plain_run(pg, SQL_OPS_AUDIT_ADD, values, faults, NULL);
}

enum error facts_audit(PGconn *pg, const struct audit_entry *entry, struct faults *faults)
{
    PQclear(PQexec(pg, "begin"));
    enum error error = add_row(pg, entry, faults);
    PGresult *end = PQexec(pg, error == OK ? "commit" : "rollback");
    bool is_in = PQresultStatus(end) == PGRES_COMMAND_OK;
    PQclear(end);
    return error != OK ? error
           : is_in     ? OK
                       : refuse(faults, E_UNAVAILABLE, "the audit log could not be written");
}
