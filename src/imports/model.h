/* A league as another platform tells it, in our words but with the platform's ids.
 *
 * sleeper_read and espn_read make it from files, pure: no database. import_league_store puts it into the
 * database in one transaction. Everything lives in the model's arena; nothing in it is shared with
 * the JSON it was read from. Names and numbers are the platform's own, never corrected. */
#ifndef ASTRALFIELD_IMPORTS_MODEL_H
#define ASTRALFIELD_IMPORTS_MODEL_H

#include "base/time.h"
#include "league/settings.h"
#include "rules/scoring.h"

enum { IMPORT_NONE = -1, IMPORT_SEASONS_MAX = 40 };

enum import_platform { PLATFORM_SLEEPER, PLATFORM_ESPN, PLATFORM_COUNT };

/* "sleeper", "espn": player_ids.source, leagues.source_platform. */
struct slice platform_key(enum import_platform platform);

/* Lists are arrays that grow in the arena: IMPORT_LIST(struct import_team) teams; */
#define IMPORT_LIST(type)                                                                          \
    struct {                                                                                       \
        type *at;                                                                                  \
        size_t count, room;                                                                        \
    }

struct import_player {
    struct slice source_id;
    struct slice name;      /* empty when the files do not have it */
    struct slice nfl_team;  /* the platform's spelling; empty: none */
    enum position position; /* the platform's own, which its scoring goes by */
};

/* One player's statistics of one week as the platform counted them, in our keys. */
struct import_line {
    int player; /* index into players */
    int week;
    enum position position; /* that scoring goes by, in this week */
    struct stat_line *line;
};

struct import_manager {
    struct slice source_id; /* the person: the same in every season of a platform */
    struct slice name;
    bool is_commissioner;
};

struct import_record { /* as the platform states it; -1 / IMPORT_NONE where it does not */
    int wins, losses, ties;
    bool has_points;
    points points_for, points_against;
    int seed;       /* playoff seed */
    int final_rank; /* 1 = champion */
};

struct import_team {
    struct slice source_id; /* Sleeper roster_id, ESPN team id */
    struct slice name, abbreviation, logo_url;
    int division;              /* index into divisions, or IMPORT_NONE */
    IMPORT_LIST(int) managers; /* indexes; the first is the primary one; may be none (orphan) */
    int waiver_rank;           /* 1 …; IMPORT_NONE when not told */
    int64_t faab_left;
    struct import_record record;
    IMPORT_LIST(int) roster;  /* players now (at the end of what the files tell) */
    IMPORT_LIST(int) reserve; /* of these on injured reserve */
    IMPORT_LIST(int) taxi;    /* of these on the taxi squad */
    IMPORT_LIST(int) keepers; /* of these marked as kept for the next season */
};

struct import_spot {
    int player;     /* IMPORT_NONE: an empty starting slot */
    enum slot slot; /* SLOT_BN, SLOT_IR, SLOT_TAXI for who does not start */
    bool has_points;
    points source_points;
};

/* One team's week: who stood where, and what the platform gave for it. */
struct import_team_week {
    int team, week;
    bool has_points;
    points source_points; /* shown total, adjustment or replacement included */
    points adjustment;    /* ESPN: a commissioner's delta */
    bool has_custom;      /* Sleeper: custom_points replaces the computed total */
    points custom_points;
    IMPORT_LIST(struct import_spot) spots;
};

enum import_bracket { IMPORT_REGULAR, IMPORT_WINNERS, IMPORT_CONSOLATION };

struct import_side {
    int team;       /* IMPORT_NONE: not known (yet) */
    int from_match; /* index into matchups whose winner or loser comes here, or IMPORT_NONE */
    bool from_loser;
    int seed; /* IMPORT_NONE when not told */
    bool has_points;
    points source_points; /* the side's total over the matchup's weeks */
};

struct import_matchup {
    int week, weeks; /* first week, and 1 or 2 */
    int game;        /* 1; more only where teams play several opponents a week */
    enum import_bracket bracket;
    int round, position; /* 1 …, in brackets */
    int place;           /* the better place this game decides; 0: none */
    bool is_bye;         /* away is nobody */
    struct import_side home, away;
    int winner; /* 0 home, 1 away, 2 tie, IMPORT_NONE: not played */
};

enum import_move_kind {
    MOVE_FREE_AGENT,
    MOVE_WAIVER,
    MOVE_TRADE,
    MOVE_COMMISSIONER,
    MOVE_DRAFT,
    MOVE_KEEPER
};
enum import_move_state { MOVE_DONE, MOVE_FAILED, MOVE_CANCELLED, MOVE_PENDING };
enum import_item_kind { ITEM_PLAYER_IN, ITEM_PLAYER_OUT, ITEM_PICK_IN, ITEM_PICK_OUT, ITEM_FAAB };

struct import_item {
    enum import_item_kind kind;
    int team;
    int player;                                 /* of ITEM_PLAYER_* */
    int pick_season, pick_round, pick_original; /* of ITEM_PICK_*; original team */
    int64_t amount;                             /* of ITEM_FAAB, with sign */
};

struct import_move {
    struct slice source_id;
    enum import_move_kind kind;
    enum import_move_state state;
    int week;                /* 0: before the season */
    utime created_at, at;    /* asked for; carried out (or refused) */
    struct slice by_manager; /* the platform's id of who did it; may be empty */
    int64_t bid;             /* FAAB, or IMPORT_NONE */
    int priority;            /* order among the team's claims, or IMPORT_NONE */
    struct slice note;       /* the platform's reason for a refusal; may be empty */
    IMPORT_LIST(struct import_item) items;
};

enum import_draft_kind { IMPORT_SNAKE, IMPORT_LINEAR, IMPORT_AUCTION };

struct import_draft_pick {
    int round, round_pick, overall; /* 1 …; of an auction: overall is the lot's number, round 0 */
    int team;                       /* who picked */
    int original_team;              /* whose pick it was at first; equals team where not told */
    int player;                     /* IMPORT_NONE: not made */
    bool is_keeper, is_auto;
    int64_t price;       /* of an auction, else IMPORT_NONE */
    int nominating_team; /* of an auction, else IMPORT_NONE */
};

struct import_draft {
    struct slice source_id;
    enum import_draft_kind kind;
    bool is_rookies_only;
    int rounds, reversal_round; /* 0: none */
    int64_t seconds_per_pick;   /* 0: not told */
    int64_t budget, min_bid;    /* of an auction */
    bool is_complete;
    utime starts_at, completed_at; /* 0: not told */
    IMPORT_LIST(int) order;        /* team of slot 1, 2, …; may be empty */
    IMPORT_LIST(struct import_draft_pick) picks;
};

/* Who owns a pick of a season to come; only picks that were traded are told. */
struct import_future_pick {
    int season, round, original_team, owner_team;
};

enum import_kind { IMPORT_REDRAFT, IMPORT_KEEPER, IMPORT_DYNASTY };
enum import_state { IMPORT_PRE_DRAFT, IMPORT_DRAFTING, IMPORT_IN_SEASON, IMPORT_COMPLETE };

/* What could not be carried over exactly: one line of the adjustments report. */
struct import_adjustment {
    struct slice what;   /* "settings.waiver_clear_days", "scoring.206", "week 4, Team 3": where */
    struct slice source; /* the platform's value as text; may be empty */
    struct slice ours;   /* what is stored instead; may be empty: nothing */
    struct slice why;    /* one sentence */
};

struct import_season {
    enum import_platform platform;
    struct slice source_league_id;
    struct slice previous_source_id; /* empty: none that is known */
    int season;
    struct slice name;
    enum import_kind kind;
    enum import_state state;
    struct settings settings; /* every plain setting, slots, rules, tie-break, draft kind */
    int start_week, playoff_start_week, last_week; /* playoff_start_week = last_week + 1: none */
    int played_through;                            /* last week whose results are final; 0: none */
    bool has_own_lines; /* the platform's statistics were found: lines is what scores */
    IMPORT_LIST(struct slice) divisions; /* names */
    IMPORT_LIST(struct import_manager) managers;
    IMPORT_LIST(struct import_team) teams;
    IMPORT_LIST(struct import_team_week) team_weeks;
    IMPORT_LIST(struct import_matchup) matchups;
    IMPORT_LIST(struct import_move) moves; /* in the order of `at`, then of the files */
    IMPORT_LIST(struct import_draft) drafts;
    IMPORT_LIST(struct import_future_pick) future_picks;
    IMPORT_LIST(struct import_line) lines;
    IMPORT_LIST(struct import_player) players;
    IMPORT_LIST(struct import_adjustment) adjustments;
};

struct import_model {
    struct arena *arena;
    struct import_season *seasons[IMPORT_SEASONS_MAX]; /* the oldest first */
    size_t count;
};

#endif
