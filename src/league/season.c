#include "league/season.h"

#include <inttypes.h>

#include "base/check.h"
#include "league/draft_clock.h"
#include "league/finalize.h"
#include "league/lineup.h"
#include "league/members.h"
#include "league/upkeep.h"

struct playing {
    const struct season_play *play;
    struct faults *faults;
    struct season_played *played;
    struct arena arena; /* of the command in hand */
    int week;           /* that is open */
    utime first_kickoff;
    utime last_kickoff;
};

static struct change new_change(struct playing *playing, struct slice kind)
{
    return (struct change){ .arena = &playing->arena,
                            .faults = playing->faults,
                            .now = playing->play->now,
                            .actor = { .kind = ACTOR_SYSTEM },
                            .kind = kind };
}

/* ---- before the season ---- */

static enum error load_start(struct playing *playing, struct rows *ret_rows)
{
    arena_reset(&playing->arena);
    TRY(db_read(&playing->arena, SQL_PLAY_SEASON_START, PARAMS(P_INT(playing->play->league_id)),
                ret_rows));
    if (ret_rows->count == 0) {
        return refuse(playing->faults, E_NOT_FOUND, "There is no league %" PRId64 ".",
                      playing->play->league_id);
    }
    if (!rows_bool(ret_rows, 0, "has_stats")) {
        return refuse(playing->faults, E_NO_STATS,
                      "The season %" PRId64 " has no statistics: import it first.",
                      rows_int(ret_rows, 0, "season"));
    }
    if (rows_null(ret_rows, 0, "replay_at")) {
        return refuse(playing->faults, E_LEAGUE_STATE,
                      "The league is played in real time: its weeks go by the calendar.");
    }
    return OK;
}

static enum error fill_and_draft(struct playing *playing, const struct rows *start)
{
    int64_t draft_id = rows_int(start, 0, "draft_id");
    if (slice_eq(rows_text(start, 0, "state"), S("setup"))) {
        CLEANUP(change_done) struct change change = new_change(playing, S("league.fill"));
        TRY(league_fill(&change, playing->play->league_id));
    }
    CLEANUP(change_done) struct change change = new_change(playing, S("draft.run"));
    TRY(draft_run_to_end(&change, draft_id));
    playing->played->is_drafted = true;
    return OK;
}

/* ---- a week ---- */

static enum error set_clock(struct playing *playing, utime at)
{
    arena_reset(&playing->arena);
    CLEANUP(change_done) struct change change = new_change(playing, S("league.clock"));
    return league_clock_set(&change, playing->play->league_id, at);
}

/* What a free agent can be refused for; the slot then stays as it is. */
static bool is_rule(enum error error)
{
    return error == E_ADD_LIMIT || error == E_POSITION_LIMIT || error == E_ROSTER_FULL ||
           error == E_PLAYER_ON_WAIVERS || error == E_PLAYER_TAKEN || error == E_PLAYER_LOCKED ||
           error == E_LEAGUE_STATE;
}

static enum error plan_moves(struct playing *playing, struct upkeep *ret_upkeep)
{
    arena_reset(&playing->arena);
    CLEANUP(change_done) struct change change = new_change(playing, S("season.upkeep"));
    TRY(change_begin(&change, playing->play->league_id));
    TRY(upkeep_plan(&change, ret_upkeep));
    return change_commit_nothing(&change, S(""));
}

static enum error fill_holes(struct playing *playing)
{
    struct upkeep upkeep;
    TRY(plan_moves(playing, &upkeep));
    for (size_t i = 0; i < upkeep.count; i++) {
        arena_reset(&playing->arena);
        struct faults faults = { .arena = &playing->arena };
        CLEANUP(change_done) struct change change = new_change(playing, S("move.add_drop"));
        change.faults = &faults;
        enum error error = move_add_drop(&change, playing->play->league_id, &upkeep.moves[i]);
        if (error != OK && !is_rule(error)) {
            return refuse(playing->faults, error, "A free agent could not be added: %.*s",
                          FMT(faults.detail));
        }
        playing->played->moves += error == OK;
    }
    return OK;
}

static enum error fill_lineups(struct playing *playing)
{
    arena_reset(&playing->arena);
    CLEANUP(change_done) struct change change = new_change(playing, S("lineups.fill"));
    TRY(lineups_fill(&change, playing->play->league_id, playing->week));
    playing->played->lineups += (int)(change.seq - change.league.seq);
    return OK;
}

/* The open week; *ret_is_open is false when there is none any more. */
static enum error find_week(struct playing *playing, bool *ret_is_open)
{
    arena_reset(&playing->arena);
    struct week week;
    CLEANUP(change_done) struct change change = new_change(playing, S("season.look"));
    TRY(change_begin(&change, playing->play->league_id));
    *ret_is_open =
        change.league.state == LEAGUE_IN_SEASON || change.league.state == LEAGUE_PLAYOFFS;
    if (!*ret_is_open) {
        return OK;
    }
    TRY(week_load(&change, 0, &week));
    if (week.first_kickoff == 0) {
        return refuse(playing->faults, E_NO_STATS, "No kickoff of week %d is known.", week.week);
    }
    playing->week = week.week;
    playing->first_kickoff = week.first_kickoff;
    playing->last_kickoff = week.last_kickoff;
    return OK;
}

static enum error set_clock_before(struct playing *playing)
{
    struct rows start;
    TRY(load_start(playing, &start));
    utime at = playing->first_kickoff - SEASON_EARLY_US;
    return rows_time(&start, 0, "replay_at") >= at ? OK : set_clock(playing, at);
}

static enum error prepare_week(struct playing *playing)
{
    TRY(set_clock_before(playing));
    if (!playing->play->is_hands_off) {
        TRY(fill_holes(playing));
    }
    return fill_lineups(playing);
}

static enum error finish_week(struct playing *playing)
{
    TRY(set_clock(playing, playing->last_kickoff + SEASON_LATE_US));
    arena_reset(&playing->arena);
    CLEANUP(change_done) struct change change = new_change(playing, S("week.finalize"));
    struct finalize_order order = { .week = playing->week };
    TRY(week_finalize(&change, playing->play->league_id, &order));
    playing->played->weeks++;
    return OK;
}

static void tell_step(const struct playing *playing, int week)
{
    if (playing->play->step != NULL) {
        playing->play->step(playing->play->thing, week);
    }
}

static enum error play_weeks(struct playing *playing)
{
    for (int i = 0; i <= WEEKS_MAX; i++) {
        bool is_open = false;
        TRY(find_week(playing, &is_open));
        if (!is_open) {
            return OK;
        }
        TRY(prepare_week(playing));
        if (playing->play->through_week != 0 && playing->week > playing->play->through_week) {
            return OK;
        }
        TRY(finish_week(playing));
        tell_step(playing, playing->week);
    }
    return OK;
}

static enum error play_league(struct playing *playing)
{
    struct rows start;
    TRY(load_start(playing, &start));
    struct slice state = rows_text(&start, 0, "state");
    if (slice_eq(state, S("complete"))) {
        return OK;
    }
    tell_step(playing, 0);
    if (slice_eq(state, S("setup")) || slice_eq(state, S("drafting"))) {
        TRY(fill_and_draft(playing, &start));
    }
    return play_weeks(playing);
}

enum error season_play(struct faults *faults, const struct season_play *play,
                       struct season_played *ret_played)
{
    *ret_played = (struct season_played){ .weeks = 0 };
    CHECK(play->now > 0);
    struct playing playing = { .play = play, .faults = faults, .played = ret_played };
    arena_init(&playing.arena);
    enum error error = play_league(&playing);
    arena_done(&playing.arena);
    return error;
}
