#include "imports/store.h"

#include <inttypes.h>

#include "base/check.h"
#include "imports/store_work.h"
#include "league/standings.h"

/* ---- what happened, as text: its hash tells whether it is another story now ---- */

static struct slice moves_text(struct work *work)
{
    const struct import_season *season = work->season;
    struct buffer text;
    buffer_init(&text, work->arena);
    for (size_t i = 0; i < season->moves.count; i++) {
        const struct import_move *move = &season->moves.at[i];
        buffer_format(&text, "%.*s %d %d %d %" PRId64 " %" PRId64 " %" PRId64 " %d",
                      FMT(move->source_id), (int)move->kind, (int)move->state, move->week,
                      move->created_at, move->at, move->bid, move->priority);
        for (size_t n = 0; n < move->items.count; n++) {
            const struct import_item *item = &move->items.at[n];
            bool is_player = item->kind == ITEM_PLAYER_IN || item->kind == ITEM_PLAYER_OUT;
            buffer_format(&text, "|%d %d %" PRId64 " %d %d %d %" PRId64, (int)item->kind,
                          item->team, is_player ? work->player_ids[item->player] : 0,
                          item->pick_season, item->pick_round, item->pick_original, item->amount);
        }
        buffer_byte(&text, '\n');
    }
    for (size_t i = 0; i < season->future_picks.count; i++) {
        const struct import_future_pick *pick = &season->future_picks.at[i];
        buffer_format(&text, "%d %d %d %d\n", pick->season, pick->round, pick->original_team,
                      pick->owner_team);
    }
    return buffer_slice(&text);
}

static struct slice draft_text(struct work *work, const struct import_draft *draft)
{
    struct buffer text;
    buffer_init(&text, work->arena);
    buffer_format(&text, "%d %d %d %d %" PRId64 " %" PRId64 " %d %" PRId64 " %" PRId64 "\n",
                  (int)draft->kind, draft->is_rookies_only, draft->rounds, draft->reversal_round,
                  draft->seconds_per_pick, draft->budget, draft->is_complete, draft->starts_at,
                  draft->completed_at);
    for (size_t i = 0; i < draft->order.count; i++) {
        buffer_format(&text, "%d ", draft->order.at[i]);
    }
    for (size_t i = 0; i < draft->picks.count; i++) {
        const struct import_draft_pick *pick = &draft->picks.at[i];
        buffer_format(&text, "\n%d %d %d %d %d %" PRId64 " %d %" PRId64, pick->round,
                      pick->round_pick, pick->overall, pick->team, pick->original_team,
                      pick->player == IMPORT_NONE ? 0 : work->player_ids[pick->player],
                      pick->is_keeper, pick->price);
    }
    return buffer_slice(&text);
}

static void add_list(struct buffer *text, const struct work *work, char mark, const int *players,
                     size_t count)
{
    buffer_byte(text, mark);
    for (size_t i = 0; i < count; i++) {
        buffer_format(text, " %" PRId64, work->player_ids[players[i]]);
    }
}

static struct slice rosters_text(struct work *work)
{
    struct buffer text;
    buffer_init(&text, work->arena);
    for (size_t i = 0; i < work->season->teams.count; i++) {
        const struct import_team *team = &work->season->teams.at[i];
        buffer_format(&text, "\n%zu", i);
        add_list(&text, work, 'a', team->roster.at, team->roster.count);
        add_list(&text, work, 'r', team->reserve.at, team->reserve.count);
        add_list(&text, work, 't', team->taxi.at, team->taxi.count);
        add_list(&text, work, 'k', team->keepers.at, team->keepers.count);
    }
    return buffer_slice(&text);
}

static bool has_part_changed(const struct work *work, struct slice name)
{
    for (size_t i = 0; i < work->part_count; i++) {
        if (slice_eq(work->parts[i].name, name)) {
            return work->parts[i].has_changed;
        }
    }
    return false;
}

/* Whether the ledger has to be gone on with. */
static bool facts_differ(struct work *work)
{
    bool differ = part_add(work, S("moves"), moves_text(work));
    for (size_t i = 0; i < work->season->drafts.count; i++) {
        const struct import_draft *draft = &work->season->drafts.at[i];
        struct slice id = fitting(work->arena, draft->source_id, 100, S("1"));
        struct slice name = arena_format(work->arena, "draft %.*s", FMT(id));
        differ = part_add(work, name, draft_text(work, draft)) || differ;
    }
    differ = part_add(work, S("rosters"), rosters_text(work)) || differ;
    for (int week = work->first_week; week <= work->last_week; week++) {
        bool is_final = week <= work->played_through;
        differ = differ || (is_final && !work->was_final[week]);
    }
    return differ || has_part_changed(work, S("teams")) || has_part_changed(work, S("settings"));
}

/* ---- the end of a season ---- */

static enum league_state state_of(const struct work *work)
{
    switch (work->season->state) {
    case IMPORT_PRE_DRAFT:
    case IMPORT_DRAFTING:
        return LEAGUE_SETUP;
    case IMPORT_COMPLETE:
        return LEAGUE_COMPLETE;
    case IMPORT_IN_SEASON:
        break;
    }
    bool is_over = work->open_week == 0;
    bool is_late = work->open_week >= work->season->playoff_start_week;
    return is_over ? LEAGUE_COMPLETE : is_late ? LEAGUE_PLAYOFFS : LEAGUE_IN_SEASON;
}

static void tell_champion(struct work *work)
{
    const struct import_season *season = work->season;
    for (size_t i = 0; i < season->matchups.count; i++) {
        const struct import_matchup *matchup = &season->matchups.at[i];
        bool is_final = matchup->bracket == IMPORT_WINNERS && matchup->place == 1;
        const struct import_side *side = matchup->winner == 1 ? &matchup->away : &matchup->home;
        if (is_final && (matchup->winner == 0 || matchup->winner == 1) &&
            side->team != IMPORT_NONE) {
            change_event(work->change,
                         &(struct event){ .kind = S("league.champion"),
                                          .team_id = work->team_ids[side->team],
                                          .at = week_end(work, work->played_through) });
            return;
        }
    }
}

static void tell_import(struct work *work)
{
    struct json json;
    json_init(&json, work->arena);
    json_open_object(&json);
    json_member_text(&json, S("platform"), platform_key(work->season->platform));
    json_member_int(&json, S("adjustments"), (int64_t)work->report->adjustments.count);
    if (!work->is_new) {
        json_key(&json, S("parts"));
        json_open_array(&json);
        for (size_t i = 0; i < work->report->changed.count; i++) {
            json_text(&json, work->report->changed.at[i]);
        }
        json_close_array(&json);
    }
    json_close_object(&json);
    change_event(work->change,
                 &(struct event){ .kind = work->is_new ? S("league.imported") : S("import.updated"),
                                  .payload = json_done(&json) });
}

static enum error refresh_standings(struct work *work)
{
    struct table *table = ARENA_NEW(work->arena, struct table);
    tx_send(&work->change->tx, SQL_IMPORTS_STANDINGS_CLEAR, PARAMS(P_INT(work->league_id)));
    return standings_refresh(work->change, table);
}

static enum error finish(struct work *work)
{
    struct change *change = work->change;
    if (!parts_have_changed(work)) {
        change_leave(change, S(""));
        return OK;
    }
    TRY(refresh_standings(work));
    tx_send(&change->tx, SQL_LEAGUE_SET_STATE,
            PARAMS(P_INT(work->league_id), P_TEXT(league_state_key(state_of(work)))));
    if (work->is_new && state_of(work) == LEAGUE_COMPLETE) {
        tell_champion(work);
    }
    tell_import(work);
    parts_store(work);
    work->report->counts.events = change->seq - change->league.seq;
    work->report->counts.teams = (int64_t)work->season->teams.count;
    work->report->counts.managers = (int64_t)work->season->managers.count;
    tx_send(&change->tx, SQL_IMPORTS_REPORT_STORE,
            PARAMS(P_INT(work->league_id), P_TIME(work->options->now),
                   P_TEXT(report_league_json(work->arena, work->report))));
    change_leave(change, arena_format(work->arena, "{\"leagueId\":%" PRId64 "}", work->league_id));
    return OK;
}

/* ---- one season ---- */

static enum error open_season(struct work *work)
{
    const struct import_season *season = work->season;
    struct rows rows;
    bool is_over = season->state == IMPORT_COMPLETE;
    TRY(work_ask(
        work, SQL_IMPORTS_SEASON_OPEN,
        PARAMS(P_INT(season->season), P_TEXT(platform_key(season->platform)), P_BOOL(is_over)),
        NULL));
    TRY(work_ask(work, SQL_IMPORTS_LEAGUE_FIND,
                 PARAMS(P_TEXT(platform_key(season->platform)), P_TEXT(season->source_league_id),
                        P_INT(season->season)),
                 &rows));
    work->is_new = rows.count == 0;
    work->report->is_new = work->is_new;
    if (work->is_new) {
        return OK;
    }
    int64_t commissioner_id = work->options->commissioner_id;
    if (commissioner_id != 0 && rows_int(&rows, 0, "commissioner_id") != commissioner_id) {
        return refuse(work->change->faults, E_FORBIDDEN,
                      "%.*s, season %d, is here already, and somebody else is its commissioner: "
                      "only the commissioner or an operator of this server can import it again",
                      FMT(season->name), season->season);
    }
    work->league_id = rows_int(&rows, 0, "id");
    TRY(change_enter(work->change, work->league_id));
    return work_ask(work, SQL_IMPORTS_HASHES, PARAMS(P_INT(work->league_id)), &work->before);
}

static enum error store_season(struct work *work)
{
    const struct import_season *season = work->season;
    TRY(open_season(work));
    TRY(players_store(work));
    TRY(people_find(work));
    TRY(league_store(work));
    TRY(calendar_store(work));
    TRY(teams_store(work));
    TRY(lines_store(work));
    TRY(weeks_store(work));
    TRY(matchups_store_all(work));
    if (facts_differ(work)) {
        TRY(facts_store(work));
    }
    for (size_t i = 0; i < season->adjustments.count; i++) {
        report_note(work->report_arena, work->report, season->adjustments.at[i]);
    }
    return finish(work);
}

static enum error store_seasons(struct change *change, const struct import_model *model,
                                const struct import_options *options, struct import_report *report)
{
    report->is_unchanged = true;
    for (size_t i = 0; i < model->count; i++) {
        struct work *work = ARENA_NEW(change->arena, struct work);
        *work = (struct work){ .change = change,
                               .arena = change->arena,
                               .season = model->seasons[i],
                               .options = options,
                               .report_arena = model->arena,
                               .report = &report->leagues[i] };
        *work->report = (struct import_league_report){
            .platform = model->seasons[i]->platform,
            .source_league_id = model->seasons[i]->source_league_id,
            .season = model->seasons[i]->season,
        };
        report->count = i + 1;
        TRY(store_season(work));
        report->is_unchanged = report->is_unchanged && !parts_have_changed(work);
        if (options->step != NULL) {
            options->step(options->thing, (int64_t)i + 1, (int64_t)model->count);
        }
    }
    return OK;
}

enum error import_league_store(const struct import_model *model,
                               const struct import_options *options, struct faults *faults,
                               struct import_report *ret_report)
{
    CHECK(model->arena != NULL);
    CHECK(model->count <= IMPORT_SEASONS_MAX);
    CLEANUP(arena_done) struct arena arena = { 0 };
    CLEANUP(change_done)
    struct change change = { .arena = &arena,
                             .faults = faults,
                             .now = options->now,
                             .kind = S("league.import"),
                             .actor = { .kind = ACTOR_IMPORT } };
    struct import_report *report = ARENA_NEW(model->arena, struct import_report);
    report->leagues = ARENA_ARRAY(model->arena, model->count, struct import_league_report);
    report->arena = model->arena;
    TRY(change_begin_new(&change));
    enum error error = store_seasons(&change, model, options, report);
    if (error == OK && !report->is_unchanged) {
        error = tx_commit(&change.tx);
    }
    if (error != OK && faults->error == OK) {
        error = refuse(faults, error, "nothing was changed: the database says: %.*s",
                       FMT(change.tx.message));
    }
    if (error == OK) {
        *ret_report = *report;
    }
    return error;
}
