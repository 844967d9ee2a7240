/* The parts of reading a season of an ESPN league, in the order espn.c calls them. */
#ifndef ASTRALFIELD_IMPORTS_ESPN_H
#define ASTRALFIELD_IMPORTS_ESPN_H

#include "imports/read.h"

enum { ESPN_WEEKS_MAX = WEEKS_MAX, ESPN_MATCHES_MAX = 1000, ESPN_SLOTS = 25 };

/* A matchup period: one week, or several. */
struct espn_period {
    int first;
    int weeks; /* 0: there is no such period */
};

struct espn {
    struct reading reading;
    struct slice league_id;
    struct espn_period periods[ESPN_WEEKS_MAX + 1]; /* by number, from 1 */
    int regular_periods, playoff_teams, final_week;
    bool has_budget; /* waiver claims are bids */
    int64_t budget;
    bool has_tiers; /* the platform said which bracket each game belongs to */
    int *match_ids; /* ESPN's id of each matchup of the season, in its order */
};

MUST_CHECK enum error espn_settings(struct espn *espn, const struct node *core);
MUST_CHECK enum error espn_scoring(struct espn *espn, const struct node *settings);
MUST_CHECK enum error espn_teams(struct espn *espn, const struct node *core);
MUST_CHECK enum error espn_schedule(struct espn *espn, const struct node *core);
MUST_CHECK enum error espn_draft(struct espn *espn, const struct node *core);
MUST_CHECK enum error espn_boxes(struct espn *espn);
MUST_CHECK enum error espn_brackets(struct espn *espn);
MUST_CHECK enum error espn_moves(struct espn *espn);

/* Opens "espn/league_ID/season_YEAR/NAME", or the views behind an address; *ret_root is the answer
 * itself, without the wrapper that exported files have. */
struct espn_answer {
    struct document document;
    struct node wrapper, root;
    bool is_there;
};
MUST_CHECK enum error espn_open(struct espn *espn, struct slice name, struct slice views,
                                struct espn_answer *ret_answer);
void espn_answer_done(struct espn_answer *answer);

/* The player of a number; IMPORT_NONE for 0 and -1. Team defences have numbers below -16000. */
int espn_player(struct espn *espn, struct node node);

/* Name, club and position of `player` from an entry's "player" object. */
void espn_player_read(struct espn *espn, int player, const struct node *node);

/* Our slot of a lineupSlotId; those we do not have become the nearest one (DT and DE are DL, CB and S
 * are DB, a team quarterback is QB, the rest SUPER_FLEX), and *ret_is_exact is false. */
enum slot espn_slot(int64_t slot_id, bool *ret_is_exact);

/* ---- moves ---- */

struct espn_move_item {
    struct slice type; /* "ADD", "DROP", "TRADE", "LINEUP", "DRAFT" */
    int player, from, to;
};

struct espn_move {
    struct slice id, related, member, type, status, execution;
    int team, week;
    utime proposed, processed;
    int64_t bid;
    IMPORT_LIST(struct espn_move_item) items;
};

struct espn_log {
    struct espn *espn;
    struct index ids;     /* moves by id: the number of one, from 1 */
    struct index answers; /* ids that another move names as the one it answers */
    IMPORT_LIST(struct espn_move) moves;
};

/* Adds what trades there were. */
void espn_trades(struct espn_log *log);

/* Adds the items of one kind of trading: who leaves and who comes. */
void espn_add_items(struct espn *espn, struct import_move *move, const struct espn_move *from);

#endif
