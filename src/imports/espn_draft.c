/* ESPN's draft. */
#include "imports/espn.h"

static void read_order(struct espn *espn, const struct node *settings, struct import_draft *draft)
{
    struct node order = node_at(settings, "pickOrder");
    size_t count = node_count(&order, TEAMS_MAX);
    for (size_t i = 0; i < count; i++) {
        struct node item = node_item(&order, i);
        int team = team_index(&espn->reading, node_id(item));
        if (team == IMPORT_NONE) {
            draft->order.count = 0; /* of a team that has left: a half-known order is none */
            return;
        }
        LIST_ADD(espn->reading.arena, draft->order, team);
    }
}

/* Whose pick it was at first, by the snake. */
static int original_of(const struct import_draft *draft, const struct import_draft_pick *pick)
{
    int teams = (int)draft->order.count;
    if (draft->kind == IMPORT_AUCTION || teams == 0 || pick->round_pick > teams) {
        return pick->team;
    }
    bool is_back = pick->round % 2 == 0;
    return draft->order.at[is_back ? teams - pick->round_pick : pick->round_pick - 1];
}

static void read_pick(struct espn *espn, const struct node *node, struct import_draft *draft)
{
    bool is_auction = draft->kind == IMPORT_AUCTION;
    struct import_draft_pick pick = {
        .round = (int)node_int(node_at(node, "roundId"), 1, DRAFT_ROUNDS_MAX),
        .round_pick = (int)node_int(node_at(node, "roundPickNumber"), 1, PICKS_MAX),
        .overall = (int)node_int(node_at(node, "overallPickNumber"), 1, PICKS_MAX),
        .team = node_team(&espn->reading, node_need(node_at(node, "teamId"))),
        .player = espn_player(espn, node_need(node_at(node, "playerId"))),
        .is_keeper = node_flag_or(node_at(node, "keeper"), false),
        .is_auto = node_int_or(node_at(node, "autoDraftTypeId"), 0, 100, 0) != 0,
        .price = IMPORT_NONE,
        .nominating_team = IMPORT_NONE,
    };
    draft->rounds = pick.round > draft->rounds ? pick.round : draft->rounds;
    pick.original_team = original_of(draft, &pick);
    if (is_auction) {
        struct node nominator = node_at(node, "nominatingTeamId");
        pick.price = node_int_or(node_at(node, "bidAmount"), 0, COUNT_MAX, 0);
        if (node_int_or(nominator, 0, COUNT_MAX, 0) > 0) {
            pick.nominating_team = node_team(&espn->reading, nominator);
        }
        pick.round = 0;
        pick.round_pick = 0;
    }
    LIST_ADD(espn->reading.arena, draft->picks, pick);
}

static void check_picks(struct espn *espn, const struct node *picks,
                        const struct import_draft *draft)
{
    struct arena *arena = &picks->document->arena;
    bool *is_made = ARENA_ARRAY(arena, PICKS_MAX + 1, bool);
    bool *is_taken = ARENA_ARRAY(arena, espn->reading.season->players.count + 1, bool);
    for (size_t i = 0; i < draft->picks.count; i++) {
        const struct import_draft_pick *pick = &draft->picks.at[i];
        bool is_double =
            is_made[pick->overall] || (pick->player != IMPORT_NONE && is_taken[pick->player]);
        if (is_double) {
            struct node node = node_item(picks, i);
            node_fault(node, "this pick, or its player, is there twice");
        }
        is_made[pick->overall] = true;
        if (pick->player != IMPORT_NONE) {
            is_taken[pick->player] = true;
        }
    }
}

enum error espn_draft(struct espn *espn, const struct node *core)
{
    struct import_season *season = espn->reading.season;
    struct node settings = node_at(core, "settings");
    struct node planned = node_at(&settings, "draftSettings");
    struct node detail = node_at(core, "draftDetail");
    struct slice type = node_text_or(node_at(&planned, "type"), ID_MAX_BYTES, S("SNAKE"));
    struct import_draft draft = {
        .source_id =
            arena_format(espn->reading.arena, "%.*s-%d", FMT(espn->league_id), season->season),
        .kind = slice_eq(type, S("AUCTION")) ? IMPORT_AUCTION : IMPORT_SNAKE,
        .seconds_per_pick = node_int_or(node_at(&planned, "timePerSelection"), 0, COUNT_MAX, 0),
        .is_complete = node_flag_or(node_at(&detail, "drafted"), false),
        .starts_at = node_time(node_at(&planned, "date")),
        .completed_at = node_time(node_at(&detail, "completeDate")),
    };
    if (draft.kind == IMPORT_AUCTION) {
        draft.budget = node_int_or(node_at(&planned, "auctionBudget"), 0, COUNT_MAX, 0);
        draft.min_bid = 1;
    }
    if (!slice_eq(type, S("SNAKE"))) {
        note(&espn->reading, S("settings.draftSettings.type"), type, S("snake"),
             S("The draft is carried over as it was; AstralField's own drafts are snakes."));
    }
    season->settings.draft_kind = SETTINGS_SNAKE;
    if (draft.seconds_per_pick > 0) {
        season->settings.seconds_per_pick = draft.seconds_per_pick;
    }
    read_order(espn, &planned, &draft);
    struct node picks = node_at(&detail, "picks");
    size_t count = node_count(&picks, PICKS_MAX);
    for (size_t i = 0; i < count; i++) {
        struct node pick = node_item(&picks, i);
        read_pick(espn, &pick, &draft);
    }
    if (core->document->error == OK) {
        check_picks(espn, &picks, &draft);
    }
    if (count > 0 || draft.is_complete || draft.order.count > 0) {
        LIST_ADD(espn->reading.arena, season->drafts, draft);
    }
    return core->document->error;
}
