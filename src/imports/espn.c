/* A season of an ESPN league, and the seasons before it, from their documents. */
#include "imports/espn.h"

#include <inttypes.h>

#include "base/check.h"
#include "rules/espn_scoring.h"

enum { OLDEST_SEASON = 2000, NEWEST_SEASON = 2200 };

void espn_answer_done(struct espn_answer *answer)
{
    document_done(&answer->document);
}

enum error espn_open(struct espn *espn, struct slice name, struct slice views,
                     struct espn_answer *ret_answer)
{
    struct arena *arena = espn->reading.arena;
    int season = espn->reading.season->season;
    struct wanted wanted = {
        .path = arena_format(arena, "espn/league_%.*s/season_%d/%.*s.json", FMT(espn->league_id),
                             season, FMT(name)),
        .address = arena_format(arena, "/seasons/%d/segments/0/leagues/%.*s?%.*s", season,
                                FMT(espn->league_id), FMT(views)),
    };
    TRY(source_open_if(espn->reading.source, arena, wanted, &ret_answer->document,
                       &ret_answer->is_there));
    if (!ret_answer->is_there) {
        return OK;
    }
    ret_answer->wrapper = document_root(&ret_answer->document);
    bool is_wrapped = node_is(node_at(&ret_answer->wrapper, "_export_meta"));
    TRY(ret_answer->document.error);
    ret_answer->root =
        is_wrapped ? node_need(node_at(&ret_answer->wrapper, "data")) : ret_answer->wrapper;
    return ret_answer->document.error;
}

/* ---- players ---- */

int espn_player(struct espn *espn, struct node node)
{
    int64_t number = node_int(node, -100000, INT64_C(100000000000));
    if (number == 0 || number == -1) {
        return IMPORT_NONE;
    }
    if (espn->reading.season->players.count >= PLAYERS_MAX) {
        node_fault(node, "expected at most %d players in a season", PLAYERS_MAX);
        return IMPORT_NONE;
    }
    return player_index(&espn->reading, arena_format(espn->reading.arena, "%" PRId64, number));
}

/* Clubs by ESPN's number (the same in its public API's team addresses). */
static struct slice club(int64_t number)
{
    static const struct slice clubs[] = {
        [1] = S_INIT("ATL"),  [2] = S_INIT("BUF"),  [3] = S_INIT("CHI"),  [4] = S_INIT("CIN"),
        [5] = S_INIT("CLE"),  [6] = S_INIT("DAL"),  [7] = S_INIT("DEN"),  [8] = S_INIT("DET"),
        [9] = S_INIT("GB"),   [10] = S_INIT("TEN"), [11] = S_INIT("IND"), [12] = S_INIT("KC"),
        [13] = S_INIT("LV"),  [14] = S_INIT("LAR"), [15] = S_INIT("MIA"), [16] = S_INIT("MIN"),
        [17] = S_INIT("NE"),  [18] = S_INIT("NO"),  [19] = S_INIT("NYG"), [20] = S_INIT("NYJ"),
        [21] = S_INIT("PHI"), [22] = S_INIT("ARI"), [23] = S_INIT("PIT"), [24] = S_INIT("LAC"),
        [25] = S_INIT("SF"),  [26] = S_INIT("SEA"), [27] = S_INIT("TB"),  [28] = S_INIT("WSH"),
        [29] = S_INIT("CAR"), [30] = S_INIT("JAX"), [33] = S_INIT("BAL"), [34] = S_INIT("HOU"),
    };
    bool is_known = number > 0 && number < (int64_t)ARRAY_LEN(clubs) && clubs[number].len > 0;
    return is_known ? clubs[number] : S("");
}

void espn_player_read(struct espn *espn, int player, const struct node *node)
{
    struct import_player *kept = &espn->reading.season->players.at[player];
    struct slice name = node_text_or(node_at(node, "fullName"), NAME_MAX_BYTES, S(""));
    kept->name = name.len > 0 ? name : kept->name;
    kept->nfl_team = club(node_int_or(node_at(node, "proTeamId"), -1000, COUNT_MAX, 0));
    kept->position =
        espn_position(node_int_or(node_at(node, "defaultPositionId"), -1000, COUNT_MAX, 0));
}

/* ---- seasons ---- */

static enum error read_core(struct espn *espn, const struct node *core)
{
    struct import_season *season = espn->reading.season;
    if (node_int(node_at(core, "seasonId"), OLDEST_SEASON, NEWEST_SEASON) != season->season) {
        node_fault(node_at(core, "seasonId"), "expected season %d", season->season);
    }
    struct node id = node_at(core, "id");
    if (node_is(id) && !slice_eq(node_id(id), espn->league_id)) {
        node_fault(id, "expected league %.*s", FMT(espn->league_id));
    }
    TRY(espn_settings(espn, core));
    TRY(espn_teams(espn, core));
    TRY(espn_schedule(espn, core));
    return espn_draft(espn, core);
}

/* What the documents together tell about how far the season is. */
static void set_state(struct espn *espn, const struct node *core)
{
    struct import_season *season = espn->reading.season;
    struct node draft = node_at(core, "draftDetail");
    bool is_drafted = node_flag_or(node_at(&draft, "drafted"), false);
    bool is_drafting = node_flag_or(node_at(&draft, "inProgress"), false);
    bool is_over = season->played_through > 0 && season->played_through >= season->last_week;
    season->state = is_over       ? IMPORT_COMPLETE
                    : is_drafted  ? IMPORT_IN_SEASON
                    : is_drafting ? IMPORT_DRAFTING
                                  : IMPORT_PRE_DRAFT;
}

static void read_previous(const struct node *core, int season, bool ret_years[])
{
    struct node status = node_at(core, "status");
    struct node list = node_at(&status, "previousSeasons");
    size_t count = node_count(&list, 100);
    for (size_t i = 0; i < count; i++) {
        int64_t year = node_int(node_item(&list, i), OLDEST_SEASON, NEWEST_SEASON);
        if (year < season) {
            ret_years[year - OLDEST_SEASON] = true;
        }
    }
}

/* One season; *ret_is_there is false when no place has it. */
static enum error read_season(struct espn *espn, bool ret_years[], bool *ret_is_there)
{
    CLEANUP(espn_answer_done) struct espn_answer core = { 0 };
    TRY(espn_open(espn, S("core"),
                  S("view=mSettings&view=mTeam&view=mRoster&view=mStandings&view=mMatchup&"
                    "view=mDraftDetail"),
                  &core));
    *ret_is_there = core.is_there;
    if (!core.is_there) {
        return OK;
    }
    TRY(read_core(espn, &core.root));
    set_state(espn, &core.root);
    read_previous(&core.root, espn->reading.season->season, ret_years);
    TRY(core.document.error);
    TRY(espn_boxes(espn));
    TRY(espn_brackets(espn));
    return espn_moves(espn);
}

static struct espn *espn_new(struct import_source *source, struct slice league_id, int season)
{
    struct espn *espn = ARENA_NEW(source->arena, struct espn);
    reading_start(&espn->reading, source, source->arena, PLATFORM_ESPN);
    espn->league_id = league_id;
    espn->reading.season->source_league_id = arena_copy(source->arena, league_id);
    espn->reading.season->season = season;
    return espn;
}

enum error espn_read(struct import_source *source, struct slice league_id, int season,
                     struct import_model *ret_model)
{
    if (!is_number_id(league_id) || season < OLDEST_SEASON || season > NEWEST_SEASON) {
        return refuse(source->faults, E_INVALID,
                      "an ESPN league's id has digits only, and its season four");
    }
    struct import_model model = { .arena = source->arena };
    bool years[NEWEST_SEASON - OLDEST_SEASON + 1] = { false };
    years[season - OLDEST_SEASON] = true;
    for (int year = season; year >= OLDEST_SEASON && model.count < IMPORT_SEASONS_MAX; year--) {
        if (!years[year - OLDEST_SEASON]) {
            continue;
        }
        struct espn *espn = espn_new(source, league_id, year);
        bool is_there = false;
        TRY(read_season(espn, years, &is_there));
        if (is_there) {
            model.seasons[model.count++] = espn->reading.season;
        } else if (model.count == 0) {
            return refuse(source->faults, E_FEED_MISSING,
                          "ESPN league %.*s of %d was not found in any of the places",
                          FMT(league_id), year);
        } else {
            struct reading newest = { .arena = source->arena, .season = model.seasons[0] };
            note_int(&newest, S("status.previousSeasons"), year, S(""),
                     S("This earlier season was not found."));
        }
    }
    for (size_t i = 0; i + 1 < model.count; i++) {
        model.seasons[i]->previous_source_id = model.seasons[i + 1]->source_league_id;
    }
    for (size_t i = 0; i < model.count / 2; i++) {
        struct import_season *last = model.seasons[model.count - 1 - i];
        model.seasons[model.count - 1 - i] = model.seasons[i];
        model.seasons[i] = last;
    }
    *ret_model = model;
    return OK;
}
