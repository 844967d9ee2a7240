/* Leagues from other platforms: ask for an import, upload documents for it, see how it goes. */
#include "api/areas.h"
#include "api/common.h"
#include "base/check.h"

enum {
    OPEN_MAX = 3,                    /* imports of one account that have not ended */
    PARTS_MAX = 200,                 /* of one document */
    PART_BYTES_MAX = 512 * 1024,     /* of one part */
    BODY_BYTES_MAX = 1024 * 1024,    /* with JSON's escapes */
    ALL_BYTES_MAX = 64 * 1024 * 1024 /* of an import's documents together */
};

/* ---- shapes ---- */

static const char *const platforms[] = { "sleeper", "espn", NULL };
static const char *const import_states[] = { "collecting", "queued", "running",
                                             "done",       "failed", NULL };
static const char *const stat_sources[] = { "nfl", "sleeper", "espn", NULL };

struct import_path {
    int64_t import_id;
};
static const struct field import_path_fields[] = {
    FIELD(struct import_path, import_id, "importId", T_INTEGER, .place = IN_PATH, .required = true,
          .min = 1, .max = INT64_MAX),
};
static const struct schema import_path =
    SCHEMA("ImportPath", struct import_path, import_path_fields, "An import.");

struct import_form {
    int platform;
    struct slice league_id;
    int64_t season;
    bool upload;
};
static const struct field import_form_fields[] = {
    FIELD(struct import_form, platform, "platform", T_ENUM, .values = platforms, .required = true),
    FIELD(struct import_form, league_id, "leagueId", T_STRING, .required = true, .min = 1,
          .max = 20, .doc = "The league's number on its platform."),
    FIELD(struct import_form, season, "season", T_INTEGER, .min = 1999, .max = 2199,
          .doc = "Of an ESPN league, and there required. Sleeper's leagues have one number each "
                 "season."),
    FIELD(struct import_form, upload, "upload", T_BOOLEAN,
          .doc = "Documents will be uploaded; otherwise the platform's public API is asked."),
};
static const struct schema import_body =
    SCHEMA("NewImport", struct import_form, import_form_fields, "A league to be imported.");

struct document_form {
    struct slice path, content;
    int64_t part;
};
static const struct field document_fields[] = {
    FIELD(struct document_form, path, "path", T_STRING, .required = true, .min = 1, .max = 200,
          .doc = "Where the platform's API has it: \"league/123/rosters.json\", "
                 "\"league_123/season_2024/core.json\". Folders before that do not matter."),
    FIELD(struct document_form, part, "part", T_INTEGER, .required = true, .min = 1,
          .max = PARTS_MAX, .doc = "Parts of a document are put together in this order."),
    FIELD(struct document_form, content, "content", T_STRING, .required = true, .min = 1,
          .max = PART_BYTES_MAX),
};
static const struct schema document_body =
    SCHEMA("ImportDocument", struct document_form, document_fields,
           "A document as the platform's API gave it, or a part of one.");

static const struct field source_fields[] = {
    REPLY("platform", T_ENUM, .values = platforms, .required = true),
    REPLY("leagueId", T_STRING, .required = true),
};
static const struct schema source_reply =
    REPLY_SCHEMA("ImportSource", source_fields, "Where a league comes from.");

static const struct field adjustment_fields[] = {
    REPLY("what", T_STRING, .required = true),
    REPLY("source", T_STRING, .required = true, .doc = "What the platform has."),
    REPLY("ours", T_STRING, .required = true, .doc = "What is stored instead; empty: nothing."),
    REPLY("why", T_STRING, .required = true),
};
static const struct schema adjustment_reply = REPLY_SCHEMA(
    "ImportAdjustment", adjustment_fields, "Something that was not carried over exactly.");

static const struct field invitation_fields[] = {
    REPLY("team", T_STRING, .required = true),
    REPLY("manager", T_STRING, .required = true),
    REPLY("code", T_STRING, .required = true),
    REPLY("url", T_STRING, .required = true),
};
static const struct schema invitation_reply =
    REPLY_SCHEMA("ImportInvitation", invitation_fields, "How a manager takes his team over.");

static const struct field league_report_fields[] = {
    REPLY("leagueId", T_INTEGER, .required = true),
    REPLY("name", T_STRING, .required = true),
    REPLY("season", T_INTEGER, .required = true),
    REPLY("source", T_OBJECT, .of = &source_reply, .required = true),
    REPLY("isNew", T_BOOLEAN, .required = true),
    REPLY("statSource", T_ENUM, .values = stat_sources, .required = true,
          .doc = "Whose statistics score it."),
    REPLY("parts", T_INTEGER, .required = true),
    REPLY("changedParts", T_ARRAY, .items = T_STRING, .required = true),
    REPLY("counts", T_MAP, .items = T_INTEGER, .required = true),
    REPLY("adjustments", T_ARRAY, .of = &adjustment_reply, .required = true),
    REPLY("invites", T_ARRAY, .of = &invitation_reply, .required = true),
};
static const struct schema league_report_reply =
    REPLY_SCHEMA("ImportedLeague", league_report_fields, "One season that was imported.");

static const struct field report_fields[] = {
    REPLY("isUnchanged", T_BOOLEAN, .required = true, .doc = "Everything was there already."),
    REPLY("leagues", T_ARRAY, .of = &league_report_reply, .required = true),
};
static const struct schema report_reply =
    REPLY_SCHEMA("ImportReport", report_fields, "What an import did; the oldest season first.");

static const struct field place_fields[] = {
    REPLY("at", T_STRING, .required = true),
    REPLY("message", T_STRING, .required = true),
};
static const struct schema place_reply =
    REPLY_SCHEMA("ImportFault", place_fields, "What is wrong, and where.");

static const struct field problem_fields[] = {
    REPLY("type", T_STRING, .required = true),
    REPLY("title", T_STRING, .required = true),
    REPLY("detail", T_STRING),
    REPLY("errors", T_ARRAY, .of = &place_reply, .required = true),
};
static const struct schema import_problem_reply =
    REPLY_SCHEMA("ImportProblem", problem_fields, "Why an import failed; nothing of it is stored.");

static const struct field progress_fields[] = {
    REPLY("step", T_STRING, .required = true, .nullable = true),
    REPLY("done", T_INTEGER, .required = true),
    REPLY("total", T_INTEGER, .required = true, .nullable = true),
};
static const struct schema progress_reply =
    REPLY_SCHEMA("ImportProgress", progress_fields, "Documents read, then parts stored.");

static const struct field import_fields[] = {
    REPLY("id", T_INTEGER, .required = true),
    REPLY("platform", T_ENUM, .values = platforms, .required = true),
    REPLY("leagueId", T_STRING, .required = true),
    REPLY("season", T_INTEGER, .required = true, .nullable = true),
    REPLY("upload", T_BOOLEAN, .required = true),
    REPLY("state", T_ENUM, .values = import_states, .required = true),
    REPLY("documents", T_INTEGER, .required = true, .doc = "Uploaded so far."),
    REPLY("progress", T_OBJECT, .of = &progress_reply, .required = true),
    REPLY("createdAt", T_TIME, .required = true),
    REPLY("endedAt", T_TIME, .required = true, .nullable = true),
    REPLY("problem", T_OBJECT, .of = &import_problem_reply, .required = true, .nullable = true),
    REPLY("report", T_OBJECT, .of = &report_reply, .required = true, .nullable = true),
};
static const struct schema import_reply =
    REPLY_SCHEMA("Import", import_fields, "A league on its way in from another platform.");

static const struct field imports_fields[] = {
    REPLY("imports", T_ARRAY, .of = &import_reply, .required = true),
};
static const struct schema imports_reply =
    REPLY_SCHEMA("Imports", imports_fields, "The caller's imports, the newest first.");

/* ---- handlers ---- */

static bool is_number(struct slice text)
{
    for (size_t i = 0; i < text.len; i++) {
        if (text.ptr[i] < '0' || text.ptr[i] > '9') {
            return false;
        }
    }
    return true;
}

static enum error check_form(struct request *request, const struct import_form *form)
{
    bool is_espn = slice_eq(slice_from(platforms[form->platform]), S("espn"));
    if (!is_number(form->league_id)) {
        fault_add(&request->faults, S("/leagueId"), "must be a number, as in the league's address");
    }
    if (is_espn && form->season == 0) {
        fault_add(&request->faults, S("/season"), "is required for an ESPN league");
    }
    if (!is_espn && form->season != 0) {
        fault_add(&request->faults, S("/season"), "a Sleeper league's number says its season");
    }
    return request->faults.count == 0 ? OK : E_INVALID;
}

/* A writing statement on the imports; *ret_row may have no row. */
static enum error write_import(struct request *request, enum sql_id id, struct params params,
                               struct rows *ret_row)
{
    CLEANUP(tx_done) struct tx tx = { 0 };
    TRY(tx_begin(request->arena, &tx));
    TRY(tx_query(&tx, id, params, ret_row));
    return tx_commit(&tx);
}

static enum error add_import(struct request *request)
{
    const struct import_form *form = request->input;
    struct rows row;
    TRY(check_form(request, form));
    TRY(write_import(
        request, SQL_IMPORT_JOBS_ADD,
        PARAMS(P_INT(request->caller.user_id), P_TEXT(slice_from(platforms[form->platform])),
               P_TEXT(form->league_id), form->season > 0 ? P_INT(form->season) : P_NULL,
               P_BOOL(form->upload), P_INT(OPEN_MAX)),
        &row));
    if (row.count == 0) {
        return refuse(&request->faults, E_IMPORT_STATE,
                      "%d of your imports have not ended: wait for them, or delete one.", OPEN_MAX);
    }
    reply_json(request, rows_text(&row, 0, "document"));
    return OK;
}

static enum error list_imports(struct request *request)
{
    return reply_query(request, SQL_IMPORT_JOBS_LIST, PARAMS(P_INT(request->caller.user_id)));
}

static enum error show_import(struct request *request)
{
    const struct import_path *path = request->params;
    return reply_query(request, SQL_IMPORT_JOBS_SHOW,
                       PARAMS(P_INT(request->caller.user_id), P_INT(path->import_id)));
}

static enum error add_document(struct request *request)
{
    const struct import_path *path = request->params;
    const struct document_form *form = request->input;
    struct rows row;
    if (form->content.len > PART_BYTES_MAX) {
        fault_add(&request->faults, S("/content"), "must be at most %d bytes", PART_BYTES_MAX);
        return E_INVALID;
    }
    TRY(write_import(
        request, SQL_IMPORT_JOBS_DOCUMENT_ADD,
        PARAMS(P_INT(request->caller.user_id), P_INT(path->import_id), P_TEXT(form->path),
               P_INT(form->part), P_TEXT(form->content), P_INT(ALL_BYTES_MAX)),
        &row));
    if (row.count == 0) {
        return E_NOT_FOUND;
    }
    if (!rows_bool(&row, 0, "is_open")) {
        return refuse(&request->faults, E_IMPORT_STATE, "This import takes no documents.");
    }
    if (!rows_bool(&row, 0, "is_stored")) {
        return refuse(&request->faults, E_IMPORT_STATE,
                      "The documents of one import may be %d MiB together.",
                      ALL_BYTES_MAX / (1024 * 1024));
    }
    return show_import(request);
}

/* What was not changed: because it is not there, or because of its state. */
static enum error refuse_state(struct request *request, const char *why)
{
    const struct import_path *path = request->params;
    struct rows found;
    TRY(db_read(request->arena, SQL_IMPORT_JOBS_SHOW,
                PARAMS(P_INT(request->caller.user_id), P_INT(path->import_id)), &found));
    return refuse(&request->faults, E_IMPORT_STATE, "%s", why);
}

static enum error start_import(struct request *request)
{
    const struct import_path *path = request->params;
    struct rows row;
    TRY(write_import(request, SQL_IMPORT_JOBS_START,
                     PARAMS(P_INT(request->caller.user_id), P_INT(path->import_id)), &row));
    if (row.count == 0) {
        return refuse_state(request, "It has begun already, or has no documents yet.");
    }
    reply_json(request, rows_text(&row, 0, "document"));
    return OK;
}

static enum error delete_import(struct request *request)
{
    const struct import_path *path = request->params;
    struct rows row;
    TRY(write_import(request, SQL_IMPORT_JOBS_REMOVE,
                     PARAMS(P_INT(request->caller.user_id), P_INT(path->import_id)), &row));
    return row.count > 0 ? reply_success(request)
                         : refuse_state(request, "It is under way; wait for its end.");
}

/* ---- rows ---- */

static const struct endpoint rows[] = {
    { .method = METHOD_GET,
      .path = "/api/imports",
      .name = "imports",
      .tag = "Imports",
      .summary = "The caller's imports of leagues from other platforms.",
      .access = ACCESS_SIGNED_IN,
      .rate = RATE_READ,
      .reply = &imports_reply,
      .handle = list_imports },
    { .method = METHOD_POST,
      .path = "/api/imports",
      .name = "importLeague",
      .tag = "Imports",
      .summary = "Ask for a league of another platform, with its earlier seasons.",
      .description = "It is done in the background; GET /api/imports/{importId} tells how far it "
                     "has come. The caller becomes its commissioner. Importing a league again "
                     "updates it. With `upload`, send its documents and start it; nothing is "
                     "fetched then.",
      .access = ACCESS_SIGNED_IN,
      .rate = RATE_WRITE,
      .body = &import_body,
      .reply = &import_reply,
      .status = 201,
      .errors = { E_IMPORT_STATE },
      .handle = add_import },
    { .method = METHOD_GET,
      .path = "/api/imports/{importId}",
      .name = "import",
      .tag = "Imports",
      .summary = "One import: how far it has come, then its report.",
      .access = ACCESS_SIGNED_IN,
      .rate = RATE_READ,
      .params = &import_path,
      .reply = &import_reply,
      .errors = { E_NOT_FOUND },
      .handle = show_import },
    { .method = METHOD_POST,
      .path = "/api/imports/{importId}/documents",
      .name = "importDocument",
      .tag = "Imports",
      .summary = "Upload a document, or a part of one.",
      .access = ACCESS_SIGNED_IN,
      .rate = RATE_READ, /* a league is a hundred documents */
      .params = &import_path,
      .body = &document_body,
      .body_bytes = BODY_BYTES_MAX,
      .reply = &import_reply,
      .errors = { E_NOT_FOUND, E_IMPORT_STATE },
      .handle = add_document },
    { .method = METHOD_POST,
      .path = "/api/imports/{importId}/start",
      .name = "startImport",
      .tag = "Imports",
      .summary = "All documents are uploaded: begin.",
      .access = ACCESS_SIGNED_IN,
      .rate = RATE_WRITE,
      .params = &import_path,
      .reply = &import_reply,
      .errors = { E_NOT_FOUND, E_IMPORT_STATE },
      .handle = start_import },
    { .method = METHOD_DELETE,
      .path = "/api/imports/{importId}",
      .name = "forgetImport",
      .tag = "Imports",
      .summary = "Forget an import; leagues it made stay.",
      .access = ACCESS_SIGNED_IN,
      .rate = RATE_WRITE,
      .params = &import_path,
      .reply = &success_reply,
      .errors = { E_NOT_FOUND, E_IMPORT_STATE },
      .handle = delete_import },
};

const struct endpoint_table import_endpoints = { .rows = rows, .count = ARRAY_LEN(rows) };
