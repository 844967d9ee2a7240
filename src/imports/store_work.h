/* What the files of the store share; nobody else includes this. */
#ifndef ASTRALFIELD_IMPORTS_STORE_WORK_H
#define ASTRALFIELD_IMPORTS_STORE_WORK_H

#include "base/json.h"
#include "imports/store.h"
#include "league/ledger.h"

enum { PARTS_MAX = 256, IMPORT_TEAMS_MAX = TEAMS_MAX, WEEK_ROOM = WEEKS_MAX + 2, NOBODY = -1 };

struct part {
    struct slice name;
    struct slice hash; /* 64 hexadecimal digits */
    bool has_changed;
};

/* One season on its way into its league. */
struct work {
    struct change *change;
    struct arena *arena; /* of the transaction */
    const struct import_season *season;
    const struct import_options *options;
    struct arena *report_arena;
    struct import_league_report *report;
    bool is_new;
    bool has_played; /* some week is final */
    int64_t league_id;
    int64_t previous_league_id; /* 0: none */
    int64_t commissioner_id;
    int64_t profile_id;
    int64_t *player_ids; /* by index into the model's lists */
    int64_t *user_ids;
    int64_t team_ids[IMPORT_TEAMS_MAX];
    int64_t waiver_ranks[IMPORT_TEAMS_MAX];
    struct part parts[PARTS_MAX];
    size_t part_count;
    struct rows before; /* parts of the import before */
    int first_week, last_week, open_week;
    int played_through;   /* the last final week, 0 before the first */
    int spans[WEEK_ROOM]; /* by week: the first week of its matchup */
    bool lines_changed[WEEK_ROOM];
    bool week_changed[WEEK_ROOM];
    bool was_final[WEEK_ROOM];
    points scores[WEEK_ROOM][IMPORT_TEAMS_MAX]; /* ours, of final weeks */
    bool facts_changed;                         /* moves, drafts or rosters */
    bool matchups_changed;
};

/* ---- store_parts.c ---- */

/* Enters a part with the hash of `text`; true when it is new or has changed. */
bool part_add(struct work *work, struct slice name, struct slice text);
void parts_store(struct work *work);
bool parts_have_changed(const struct work *work);

/* An adjustment, in words. `ours` may be empty. */
void work_note(struct work *work, struct slice what, struct slice source, struct slice ours,
               const char *why);

/* "Team 3", or its number where it has no name. */
struct slice team_label(const struct work *work, int team);
struct slice player_label(const struct work *work, int player);

/* The text trimmed and cut to `most` characters; `otherwise` when nothing is left. */
struct slice fitting(struct arena *arena, struct slice text, size_t most, struct slice otherwise);

/* When a week's scores were final: the Tuesday, 10:00 UTC, after the week's Monday. The NFL's first
 * week ends seven days after Labor Day, the first Monday of September (so since 2002). */
utime week_end(const struct work *work, int week);
utime season_begin(const struct work *work);

/* tx_query that keeps PostgreSQL's words in the fault. */
MUST_CHECK enum error work_ask(struct work *work, enum sql_id id, struct params params,
                               struct rows *ret_rows);

/* ---- in the order of the work ---- */

MUST_CHECK enum error players_store(struct work *work);      /* store_players.c */
MUST_CHECK enum error league_store(struct work *work);       /* store_league.c */
MUST_CHECK enum error calendar_store(struct work *work);     /* store_calendar.c */
MUST_CHECK enum error people_find(struct work *work);        /* store_people.c */
MUST_CHECK enum error teams_store(struct work *work);        /* store_people.c */
MUST_CHECK enum error lines_store(struct work *work);        /* store_players.c */
MUST_CHECK enum error weeks_store(struct work *work);        /* store_weeks.c */
MUST_CHECK enum error matchups_store_all(struct work *work); /* store_matchups.c */
MUST_CHECK enum error facts_store(struct work *work);        /* store_facts.c */

/* ---- store_picks.c: drafts and picks as assets ---- */

struct picks {
    struct rows stored; /* id, season, pool, round, original_team_id */
    int64_t draft_ids[16];
    size_t draft_count;
    struct slice pool; /* of picks that can be traded */
};

MUST_CHECK enum error picks_store(struct work *work, struct picks *ret_picks);
int64_t pick_id(const struct work *work, const struct picks *picks, int season, int round,
                int original_team);
utime draft_at(const struct work *work, const struct import_draft *draft);

/* ---- store_claims.c ---- */

MUST_CHECK enum error claims_store(struct work *work);

/* ---- texts of rows ---- */

void rows_open(struct json *json, struct arena *arena);
struct slice rows_close(struct json *json);
void member_id(struct json *json, struct slice key, int64_t id);        /* 0: left out */
void member_number(struct json *json, struct slice key, int64_t value); /* IMPORT_NONE: left out */
void member_some(struct json *json, struct slice key, struct slice text); /* empty: left out */
void member_at(struct json *json, struct slice key, utime at);            /* 0: left out */

#endif
