/* Matchups, schedule and brackets, decided by our points; where the platform's result is another,
 * the platform's stands and a note says so. */
#include <inttypes.h>

#include "base/check.h"
#include "imports/store_work.h"
#include "league/standings.h"

enum { GAMES_MAX = 3, BRACKET_POSITIONS_MAX = 16, ROUNDS_MAX = 6, PLACES_MAX = 31 };

static const struct slice bracket_keys[] = { S_INIT("none"), S_INIT("winners"),
                                             S_INIT("consolation") };

struct placed {
    int64_t id;
    bool is_left_out;
    int game, position;
    struct slice winner, decided_by, note;
};

struct placing {
    struct work *work;
    struct placed *at;                              /* by index into the model's matchups */
    bool (*plays)[GAMES_MAX + 1][IMPORT_TEAMS_MAX]; /* by week */
};

static void leave_out(struct placing *placing, size_t index, const char *why)
{
    const struct import_matchup *matchup = &placing->work->season->matchups.at[index];
    placing->at[index].is_left_out = true;
    work_note(placing->work,
              arena_format(placing->work->arena, "matchup of week %d", matchup->week), S(""), S(""),
              why);
}

static bool is_free(const struct placing *placing, const struct import_matchup *matchup, int game)
{
    int sides[] = { matchup->home.team, matchup->is_bye ? IMPORT_NONE : matchup->away.team };
    for (size_t i = 0; i < ARRAY_LEN(sides); i++) {
        if (sides[i] != IMPORT_NONE && placing->plays[matchup->week][game][sides[i]]) {
            return false;
        }
    }
    return true;
}

static void take_place(struct placing *placing, const struct import_matchup *matchup, int game)
{
    int sides[] = { matchup->home.team, matchup->is_bye ? IMPORT_NONE : matchup->away.team };
    for (size_t i = 0; i < ARRAY_LEN(sides); i++) {
        if (sides[i] != IMPORT_NONE) {
            placing->plays[matchup->week][game][sides[i]] = true;
        }
    }
}

/* The place in the bracket, or the next one that is free. */
static int free_position(const struct placing *placing, size_t index)
{
    const struct import_season *season = placing->work->season;
    const struct import_matchup *mine = &season->matchups.at[index];
    int position = mine->position < 1 ? 1 : mine->position;
    for (size_t i = 0; i < index;) {
        const struct import_matchup *other = &season->matchups.at[i];
        bool is_same = !placing->at[i].is_left_out && other->bracket == mine->bracket &&
                       other->round == mine->round && placing->at[i].position == position;
        position += is_same;
        i = is_same ? 0 : i + 1;
    }
    return position;
}

static void place(struct placing *placing, size_t index)
{
    const struct work *work = placing->work;
    const struct import_matchup *matchup = &work->season->matchups.at[index];
    struct placed *placed = &placing->at[index];
    bool is_bracket = matchup->bracket != IMPORT_REGULAR;
    if (matchup->week < work->first_week || matchup->week > work->last_week ||
        work->spans[matchup->week] != matchup->week) {
        leave_out(placing, index, "it does not begin in a week in which matchups of the league do");
        return;
    }
    if (matchup->home.team == matchup->away.team && matchup->home.team != IMPORT_NONE &&
        !matchup->is_bye) {
        leave_out(placing, index, "a team would play itself");
        return;
    }
    placed->game = matchup->game < 1 ? 1 : matchup->game;
    while (placed->game <= GAMES_MAX && !is_free(placing, matchup, placed->game)) {
        placed->game++;
    }
    placed->position = is_bracket ? free_position(placing, index) : 0;
    if (placed->game > GAMES_MAX || placed->position > BRACKET_POSITIONS_MAX ||
        (is_bracket && (matchup->round < 1 || matchup->round > ROUNDS_MAX))) {
        leave_out(placing, index, "there is no room for it in its week or round");
        return;
    }
    take_place(placing, matchup, placed->game);
}

/* ---- decisions ---- */

static points side_points(const struct work *work, const struct import_matchup *matchup, int team)
{
    int64_t sum = 0;
    for (int week = matchup->week; week <= work->last_week; week++) {
        sum += work->spans[week] == matchup->week ? work->scores[week][team] : 0;
    }
    return (points)sum;
}

static bool is_over(const struct work *work, const struct import_matchup *matchup)
{
    int last = matchup->week;
    for (int week = matchup->week; week <= work->last_week; week++) {
        last = work->spans[week] == matchup->week ? week : last;
    }
    return last <= work->played_through;
}

static struct slice side_key(int side)
{
    return side == 0 ? S("home") : S("away");
}

/* A tie in a bracket: the platform's winner, else the better seed, else the home side. */
static void decide_tie(const struct import_matchup *matchup, struct placed *placed)
{
    int home = matchup->home.seed;
    int away = matchup->away.seed;
    bool has_seeds = home != IMPORT_NONE && away != IMPORT_NONE;
    int better = has_seeds && away < home ? 1 : 0;
    int winner = matchup->winner == 0 || matchup->winner == 1 ? matchup->winner : better;
    placed->winner = side_key(winner);
    placed->decided_by = winner == better ? S("higher_seed") : S("bench_points");
}

static void decide(const struct work *work, const struct import_matchup *matchup,
                   struct placed *placed)
{
    if (placed->is_left_out || !is_over(work, matchup) || matchup->home.team == IMPORT_NONE) {
        return;
    }
    if (matchup->is_bye) {
        placed->winner = S("home");
        placed->decided_by = S("bye");
        return;
    }
    if (matchup->away.team == IMPORT_NONE) {
        return;
    }
    points home = side_points(work, matchup, matchup->home.team);
    points away = side_points(work, matchup, matchup->away.team);
    int ours = home > away ? 0 : home < away ? 1 : 2;
    bool is_told = matchup->winner == 0 || matchup->winner == 1;
    if (ours == 2 && matchup->bracket != IMPORT_REGULAR) {
        decide_tie(matchup, placed);
    } else if (is_told && matchup->winner != ours) {
        placed->winner = side_key(matchup->winner);
        placed->decided_by = S("commissioner");
        placed->note = S("the platform's result; our points would give another");
    } else {
        placed->winner = ours == 2 ? S("") : side_key(ours);
        placed->decided_by = ours == 2 ? S("tie") : S("points");
    }
}

/* ---- rows ---- */

static void put_side(const struct placing *placing, struct json *json, size_t index, int side)
{
    const struct work *work = placing->work;
    const struct import_matchup *matchup = &work->season->matchups.at[index];
    const struct import_side *told = side == 0 ? &matchup->home : &matchup->away;
    const struct placed *placed = &placing->at[index];
    json_open_object(json);
    json_member_int(json, S("matchup_id"), placed->id);
    json_member_text(json, S("side"), side_key(side));
    json_member_int(json, S("week"), matchup->week);
    json_member_int(json, S("game"), placed->game);
    if (told->team != IMPORT_NONE) {
        json_member_int(json, S("team_id"), work->team_ids[told->team]);
        if (placed->decided_by.len > 0) {
            json_member_points(json, S("points"), side_points(work, matchup, told->team));
        }
    }
    if (told->seed >= 1 && told->seed <= 32) {
        json_member_int(json, S("seed"), told->seed);
    }
    int from = told->from_match;
    if (from != IMPORT_NONE && (size_t)from != index &&
        (size_t)from < work->season->matchups.count && !placing->at[from].is_left_out) {
        json_member_int(json, S("from_matchup_id"), placing->at[from].id);
        json_member_text(json, S("from_result"), told->from_loser ? S("loser") : S("winner"));
    }
    json_close_object(json);
}

static void put_matchup(const struct placing *placing, struct json *json, size_t index)
{
    const struct import_matchup *matchup = &placing->work->season->matchups.at[index];
    const struct placed *placed = &placing->at[index];
    json_open_object(json);
    json_member_int(json, S("id"), placed->id);
    json_member_int(json, S("week"), matchup->week);
    json_member_int(json, S("game"), placed->game);
    json_member_text(json, S("bracket"), bracket_keys[matchup->bracket]);
    if (matchup->bracket != IMPORT_REGULAR) {
        json_member_int(json, S("round"), matchup->round);
        json_member_int(json, S("position"), placed->position);
        if (matchup->place >= 1 && matchup->place <= PLACES_MAX) {
            json_member_int(json, S("place"), matchup->place);
        }
    }
    member_some(json, S("decided_by"), placed->decided_by);
    member_some(json, S("winner"), placed->winner);
    member_some(json, S("note"), placed->note);
    json_close_object(json);
}

/* Both documents for all that is not left out; also the text of the part. */
static void rows_of(const struct placing *placing, struct slice *ret_matchups,
                    struct slice *ret_sides)
{
    struct json matchups;
    struct json sides;
    rows_open(&matchups, placing->work->arena);
    rows_open(&sides, placing->work->arena);
    for (size_t i = 0; i < placing->work->season->matchups.count; i++) {
        if (placing->at[i].is_left_out) {
            continue;
        }
        put_matchup(placing, &matchups, i);
        put_side(placing, &sides, i, 0);
        if (!placing->work->season->matchups.at[i].is_bye) {
            put_side(placing, &sides, i, 1);
        }
    }
    *ret_matchups = rows_close(&matchups);
    *ret_sides = rows_close(&sides);
}

/* ---- the ids they have, or get ---- */

static bool is_stored_as(const struct placing *placing, size_t index, const struct rows *rows,
                         size_t row)
{
    const struct work *work = placing->work;
    const struct import_matchup *matchup = &work->season->matchups.at[index];
    const struct placed *placed = &placing->at[index];
    if (!slice_eq(rows_text(rows, row, "bracket"), bracket_keys[matchup->bracket])) {
        return false;
    }
    if (matchup->bracket != IMPORT_REGULAR) {
        return rows_int(rows, row, "round") == matchup->round &&
               rows_int(rows, row, "position") == placed->position;
    }
    int64_t home = matchup->home.team == IMPORT_NONE ? 0 : work->team_ids[matchup->home.team];
    int64_t away = matchup->is_bye || matchup->away.team == IMPORT_NONE
                       ? home
                       : work->team_ids[matchup->away.team];
    return rows_int(rows, row, "week") == matchup->week &&
           rows_int(rows, row, "game") == placed->game &&
           rows_int(rows, row, "team_id") == (home < away ? home : away);
}

static enum error give_ids(struct placing *placing)
{
    struct work *work = placing->work;
    struct rows stored = { .count = 0 };
    struct rows fresh = { .count = 0 };
    size_t missing = 0;
    if (!work->is_new) {
        TRY(work_ask(work, SQL_IMPORTS_MATCHUPS_FIND, PARAMS(P_INT(work->league_id)), &stored));
    }
    for (size_t i = 0; i < work->season->matchups.count; i++) {
        struct placed *placed = &placing->at[i];
        for (size_t r = 0; r < stored.count && !placed->is_left_out; r++) {
            if (is_stored_as(placing, i, &stored, r)) {
                placed->id = rows_int(&stored, r, "id");
                break;
            }
        }
        missing += !placed->is_left_out && placed->id == 0;
    }
    if (missing > 0) {
        TRY(work_ask(work, SQL_IMPORTS_MATCHUP_IDS, PARAMS(P_INT((int64_t)missing)), &fresh));
    }
    for (size_t i = 0; i < work->season->matchups.count; i++) {
        struct placed *placed = &placing->at[i];
        if (!placed->is_left_out && placed->id == 0) {
            placed->id = rows_int(&fresh, --missing, "id");
        }
    }
    return OK;
}

static struct slice id_list(const struct placing *placing)
{
    struct buffer text;
    buffer_init(&text, placing->work->arena);
    buffer_byte(&text, '{');
    for (size_t i = 0; i < placing->work->season->matchups.count; i++) {
        if (!placing->at[i].is_left_out) {
            buffer_format(&text, "%s%" PRId64, text.len > 1 ? "," : "", placing->at[i].id);
        }
    }
    buffer_byte(&text, '}');
    return buffer_slice(&text);
}

enum error matchups_store_all(struct work *work)
{
    struct placing placing = {
        .work = work,
        .at = ARENA_ARRAY(work->arena, work->season->matchups.count + 1, struct placed),
        .plays = arena_array(work->arena, WEEK_ROOM, sizeof(bool[GAMES_MAX + 1][IMPORT_TEAMS_MAX])),
    };
    for (size_t i = 0; i < work->season->matchups.count; i++) {
        place(&placing, i);
        decide(work, &work->season->matchups.at[i], &placing.at[i]);
        work->report->counts.matchups += !placing.at[i].is_left_out;
    }
    struct slice matchups;
    struct slice sides;
    rows_of(&placing, &matchups, &sides); /* without ids: the same text for the same facts */
    struct slice text = arena_format(work->arena, "%.*s\n%.*s", FMT(matchups), FMT(sides));
    if (!part_add(work, S("matchups"), text)) {
        return OK;
    }
    struct param league = P_INT(work->league_id);
    TRY(give_ids(&placing));
    rows_of(&placing, &matchups, &sides);
    tx_send(&work->change->tx, SQL_IMPORTS_MATCHUPS_CLEAR,
            PARAMS(league, P_TEXT(id_list(&placing))));
    TRY(work_ask(work, SQL_IMPORTS_MATCHUPS_STORE, PARAMS(league, P_TEXT(matchups)), NULL));
    TRY(work_ask(work, SQL_IMPORTS_SIDES_STORE, PARAMS(league, P_TEXT(sides)), NULL));
    work->matchups_changed = true;
    return OK;
}
