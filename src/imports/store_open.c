/* Where the ledger of an import begins: rosters and budgets of the import before, and the first event. */
#include "imports/store_facts.h"

enum error holders_read(struct facts *facts, const struct rows *rows)
{
    const struct work *work = facts->work;
    const struct import_season *season = work->season;
    for (size_t r = 0; r < rows->count; r++) {
        int64_t player_id = rows_int(rows, r, "player_id");
        int64_t team_id = rows_int(rows, r, "team_id");
        for (size_t i = 0; i < season->players.count; i++) {
            for (size_t t = 0; work->player_ids[i] == player_id && t < season->teams.count; t++) {
                facts->holder[i] = work->team_ids[t] == team_id ? (int)t : facts->holder[i];
            }
        }
    }
    return OK;
}

enum error bookings_open(struct facts *facts)
{
    struct work *work = facts->work;
    struct rows rows;
    facts->has_faab = work->change->league.waiver_kind == WAIVER_FAAB;
    rows_open(&facts->rows, work->arena);
    TRY(work_ask(work, SQL_IMPORTS_FAAB_LEFT, PARAMS(P_INT(work->league_id)), &rows));
    for (size_t r = 0; r < rows.count; r++) {
        for (size_t t = 0; t < work->season->teams.count; t++) {
            if (work->team_ids[t] == rows_int(&rows, r, "team_id")) {
                facts->faab[t] = rows_int(&rows, r, "booked");
            }
        }
    }
    return OK;
}

void tell_created(struct facts *facts)
{
    struct work *work = facts->work;
    const struct import_season *season = work->season;
    struct json json;
    utime at = facts->count > 0 ? facts->list[0].at : season_begin(work);
    json_init(&json, work->arena);
    json_open_object(&json);
    json_member_text(&json, S("name"), work->report->name);
    json_member_int(&json, S("season"), season->season);
    json_member_int(&json, S("commissionerUserId"), work->commissioner_id);
    json_member_text(&json, S("platform"), platform_key(season->platform));
    json_member_text(&json, S("sourceLeagueId"), season->source_league_id);
    json_close_object(&json);
    change_event(work->change,
                 &(struct event){ .kind = S("league.created"),
                                  .at = at < season_begin(work) ? at : season_begin(work),
                                  .payload = json_done(&json) });
}
