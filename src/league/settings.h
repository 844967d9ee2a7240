/* A league's settings: what they may be, when they may change, and how they are stored.
 *
 * settings_load takes the stored ones, settings_read lays a JSON object over them (as POST
 * /api/leagues and PATCH /api/leagues/{id} carry it), settings_check looks at what belongs
 * together, settings_store writes. Reading and checking name every fault, with its JSON pointer. */
#ifndef ASTRALFIELD_LEAGUE_SETTINGS_H
#define ASTRALFIELD_LEAGUE_SETTINGS_H

#include "league/ledger.h"
#include "league/scoring_profile.h"
#include "rules/standings.h"

struct json_t; /* jansson's; not included here: its json_null is also base/json.h's name */

enum setting {
#define SETTING(name, column, kind, least, most, nullable, until, choices, meaning) SETTING_##name,
#include "league/settings.def"
#undef SETTING
    SETTING_COUNT
};

enum setting_kind { SETTING_KIND_COUNT, SETTING_KIND_SWITCH, SETTING_KIND_CHOICE };
enum setting_until {
    SETTING_UNTIL_DRAFT,
    SETTING_UNTIL_SEASON,
    SETTING_UNTIL_PLAYOFFS,
    SETTING_UNTIL_END
};

struct setting_info {
    struct slice name;   /* "maxTeams" */
    struct slice column; /* "team_count" */
    enum setting_kind kind;
    int64_t least;
    int64_t most;
    bool is_nullable;
    enum setting_until until;
    struct slice choices; /* words between blanks; "word=key" */
    struct slice meaning;
};

/* The row of settings.def; `setting` is below SETTING_COUNT. */
const struct setting_info *setting_info(enum setting setting);

#define SETTING_NULL INT64_MIN

enum settings_draft { SETTINGS_SNAKE, SETTINGS_LINEAR, SETTINGS_THIRD_ROUND_REVERSAL };

enum { SLOT_ROWS_MAX = SLOT_COUNT, STATUS_KEYS_MAX = PLAYER_STATUS_COUNT };

struct slot_row {
    enum slot slot;
    int count;
};

struct settings {
    int64_t values[SETTING_COUNT]; /* a count, 0 or 1, the index of a choice, or SETTING_NULL */
    struct slice time_zone;
    struct slot_row slots[SLOT_ROWS_MAX]; /* in the order a roster shows them */
    size_t slot_count;
    bool has_rules; /* scoring was given; else it stays */
    struct rule_set rules;
    enum chain_preset tiebreak; /* CHAIN_PRESET_COUNT: a chain of its own, which stays */
    status_mask reserve_statuses;
    enum settings_draft draft_kind;
    int64_t seconds_per_pick;
};

/* What a new league has: the schema's defaults, half PPR, 1 QB 2 RB 2 WR 1 TE 1 FLEX 1 K 1 DEF
 * 6 BN 1 IR (api-inventory 5.2, 5.3; trade deadline week 12, 5.6). */
void settings_defaults(struct settings *ret_settings);

/* Those of a stored league, inside the change's transaction. */
MUST_CHECK enum error settings_load(struct change *change, struct settings *ret_settings);

/* Lays the members of `object` over *settings; at most one fault per member, at "/settings/name".
 * `arena` keeps the rules. Unknown members are faults too. */
void settings_read(struct arena *arena, const struct json_t *object, struct settings *settings,
                   struct faults *faults);

/* Lets defaults that were not asked for follow what was: small playoffs in a small league, no trade
 * deadline after the season's end. `object` may be NULL. */
void settings_fit_defaults(const struct json_t *object, struct settings *settings);

/* Faults for what may no longer change in `state`. */
void settings_check_state(const struct settings *before, const struct settings *after,
                          enum league_state state, struct faults *faults);

/* Faults for what does not fit together. The last week a league can play is that of the NFL's
 * regular season. `teams` is how many the league has already. */
void settings_check(const struct settings *settings, int season_weeks, int teams,
                    struct faults *faults);

/* Last week of the league these settings make: the end of the playoffs, or the week before they
 * would start. */
int settings_last_week(const struct settings *settings);

/* A fault for a time zone the database does not know; not asked when it stays as it was. */
MUST_CHECK enum error settings_check_time_zone(struct change *change, const struct settings *before,
                                               const struct settings *after);

/* How many players a roster holds outside IR and TAXI: the rounds of a draft. */
int settings_roster_size(const struct settings *settings);

/* Writes them all, slots, weeks, tie-breaks and draft with them; has_rules makes or finds the
 * scoring profile. */
MUST_CHECK enum error settings_store(struct change *change, const struct settings *before,
                                     const struct settings *after);

/* E_SETTINGS with the number of faults, or OK when there is none. */
MUST_CHECK enum error settings_verdict(struct faults *faults);

/* The choice's word and its key in the schema. */
struct slice setting_word(enum setting setting, int64_t index);
struct slice setting_key(enum setting setting, int64_t index);

/* ---- for commands that play ---- */

/* One entry per slot of a roster, in the order of the settings: {QB, RB, RB, …, BN, …, IR}. Inside
 * `tx`, or on the shared read connections when it is NULL. Returns E_INTERNAL when there are more
 * than SLOTS_MAX. */
MUST_CHECK enum error league_slots(struct arena *arena, struct tx *tx, int64_t league_id,
                                   enum slot ret_slots[SLOTS_MAX], size_t *ret_count);

/* The tie-break chain. */
MUST_CHECK enum error league_chain(struct arena *arena, struct tx *tx, int64_t league_id,
                                   struct chain *ret_chain);

/* tx_query, or db_read when tx is NULL. */
MUST_CHECK enum error league_query(struct arena *arena, struct tx *tx, enum sql_id id,
                                   struct params params, struct rows *ret_rows);

#endif
